/** Closing files that were written: a service may refuse only then what it was given (close(2)). */
import { FsError } from '../kernel/errors.ts';
import { ToolError } from './host.ts';
import { reasonOf } from './stdio.ts';

export interface Closable {
  close(): Promise<void>;
}

/**
 * Runs `work`, and closes the file whatever happens. An error of closing counts only where the work went well: `failed` makes
 * its message, where it has none yet.
 */
export async function closing<T>(
  file: Closable,
  work: () => Promise<T>,
  failed?: (reason: string) => ToolError,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await closeAfterError(file);
    throw error;
  }
  if (failed) await closeOr(file, failed);
  else await file.close();
  return result;
}

/** Closes a file. Throws what `failed` makes of the reason where that fails. */
export async function closeOr(
  file: Closable,
  failed: (reason: string) => ToolError,
): Promise<void> {
  try {
    await file.close();
  } catch (error) {
    throw failed(reasonOf(error));
  }
}

/** Closes all of these files. Throws the first error that `failed` makes of a name and a reason. */
export async function closeAllOr(
  files: Iterable<readonly [name: string, file: Closable | undefined]>,
  failed: (name: string, reason: string) => ToolError,
): Promise<void> {
  let first: ToolError | undefined;
  for (const [name, file] of files) {
    try {
      await file?.close();
    } catch (error) {
      first ??= failed(name, reasonOf(error));
    }
  }
  if (first) throw first;
}

/** Closes a file of a tool that has failed already. */
export async function closeAfterError(file: Closable): Promise<void> {
  try {
    await file.close();
  } catch (error) {
    if (!(error instanceof FsError || error instanceof ToolError)) throw error;
  }
}

/** What a tool says of a file that stands for its standard output (close_stdout of gnulib). */
export const writeError =
  (status = 1) =>
  (reason: string): ToolError =>
    new ToolError(`write error: ${reason}`, status);
