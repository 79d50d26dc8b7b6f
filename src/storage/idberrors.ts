/** What IndexedDB's errors mean for a person, and what to do (Indexed Database API 3.0). */
import { FsError } from '../kernel/errors.ts';

/** The connection is gone, whatever was asked of it. */
export const isLost = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidStateError';

/** The browser aborted a transaction without saying why. Nothing of it was done. */
export const isUnexplained = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError';

/**
 * The browser tells of a full disk by the abort of a transaction alone: as its quota, or, where Chromium keeps
 * IndexedDB in LevelDB and the disk itself refuses, as a failed write.
 */
const isFull = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'QuotaExceededError' || /Failed to write blobs|IOError/.test(error.message));

/**
 * What a request of a transaction gave. Where the transaction was aborted under it, the request tells that alone; why is
 * told by `finished`, the end of the transaction.
 */
export async function given<T>(request: Promise<T>, finished: Promise<void>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (isUnexplained(error)) await finished;
    throw error;
  }
}

/** Why something was not stored: ENOSPC on a full disk, else EIO. `then` says what becomes of it. */
export function saveError(error: unknown, then: string): FsError {
  if (error instanceof FsError) return error;
  if (isFull(error)) {
    return new FsError('ENOSPC', {
      op: 'save',
      reason: 'the browser has no room left for this page: remove files, or free disk space',
      cause: error,
    });
  }
  return new FsError('EIO', {
    op: 'save',
    reason: `the browser did not store the data (${wordsOf(error)}): ${then}`,
    cause: error,
  });
}

/** Why a database was not opened: ESTALE where a newer version of the page has changed it, else EIO. */
export function openError(error: unknown): FsError {
  if (error instanceof FsError) return error;
  const op = 'open store';
  if (error instanceof Error && error.name === 'VersionError')
    return new FsError('ESTALE', {
      op,
      reason: 'a newer version of this page was here: reload while online to get that version',
      cause: error,
    });
  return new FsError('EIO', {
    op,
    reason: `the browser cannot open its database (${wordsOf(error)})`,
    cause: error,
  });
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
