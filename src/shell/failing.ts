/** What becomes of the errors that commands throw: a sentence on standard error and a status, or the end of the line or the shell. */
import { FsError } from '../kernel/errors.ts';
import { explain } from '../tools/strerror.ts';
import { AbandonLine, type Context, complain, ExitShell } from './context.ts';
import {
  ArithmeticExpansionError,
  ExpansionError,
  Fatal,
  ShellError,
  SubscriptError,
} from './failure.ts';
import { isOverflow } from './overflow.ts';

/** What a command may fail with, as its status; what ends more than it goes on up. */
export async function failed(error: unknown, context: Context): Promise<number> {
  if (error instanceof ExpansionError) return abandon(error, context);
  if (error instanceof ShellError) {
    await complain(context, error.message);
    return error.status;
  }
  if (error instanceof FsError) {
    // The reader has gone: as a signal would have it, without a word (SIGPIPE).
    if (error.code === 'EPIPE') return 141;
    await complain(context, explain(error));
    return 1;
  }
  // A text, or an array, longer than the engine can hold.
  if (error instanceof RangeError && error.message.startsWith('Invalid')) {
    await complain(context, 'Cannot allocate memory');
    return 1;
  }
  if (isOverflow(error)) {
    await complain(context, 'the commands are nested too deeply');
    return 1;
  }
  throw error;
}

/**
 * An error of expansion ends the line that it is in. One that is fatal ends the shell, unless that talks with a person; so
 * does nearly every other with `set -e`.
 */
async function abandon(error: ShellError, context: Context): Promise<never> {
  const { interactive, subshells, options, isCommandString } = context.state;
  await complain(context, error.message);
  if (interactive) throw new AbandonLine(1);
  if (error instanceof Fatal || options.has('posix')) {
    const isOrdinary = subshells > 0 || options.has('errexit') || !isCommandString;
    throw new ExitShell(isOrdinary ? 1 : 127);
  }
  const ends =
    error instanceof SubscriptError
      ? isCommandString
      : options.has('errexit') && !(error instanceof ArithmeticExpansionError);
  throw ends ? new ExitShell(1) : new AbandonLine(1);
}

/** Errors of expansion and assignment. */
export async function expansion<T>(context: Context, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    return abandon(error, context);
  }
}
