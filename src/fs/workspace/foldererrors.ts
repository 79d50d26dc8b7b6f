/** What a browser says of a folder that cannot do something, as a code (File System Standard). */
import { type Errno, FsError } from '../../kernel/errors.ts';

const codes: { readonly [name: string]: readonly [Errno, reason?: string] } = {
  NotFoundError: ['ENOENT'],
  NotAllowedError: ['EACCES', 'the browser does not let this page into this folder: allow it'],
  SecurityError: ['EACCES', 'the browser does not let this page into this folder: allow it'],
  TypeMismatchError: ['ENOTDIR'],
  InvalidModificationError: ['ENOTEMPTY'],
  NoModificationAllowedError: ['EBUSY', 'something else has this file open for writing'],
  QuotaExceededError: ['ENOSPC', 'the disk, or the room of this page, is full'],
  NotReadableError: ['EIO', 'the file was changed from outside meanwhile: open it again'],
  // Firefox, of the same.
  AbortError: ['EIO', 'the file was changed from outside meanwhile: open it again'],
};

const badName = ['EINVAL', 'the system of this folder does not allow the name'] as const;
const isBadName = (error: unknown): boolean =>
  error instanceof TypeError && /name/i.test(error.message);

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Errors of the browser become FsErrors: those of the table, EINVAL for a bad name, else EIO with its own words. */
export async function explaining<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FsError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const [code, reason = why] = isBadName(error) ? badName : (codes[nameOf(error)] ?? ['EIO']);
    throw new FsError(code, { reason, cause: error });
  }
}
