/** What becomes of the errors that commands throw: a sentence on standard error and a status, or the end of the line or the shell. */
import { FsError } from '../kernel/errors.ts';
import { explain } from '../tools/strerror.ts';
import { AbandonLine, type Context, complain, ExitShell } from './context.ts';
import { ArithmeticError, ExpansionError, Fatal, ShellError } from './failure.ts';
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
 * An error of expansion ends the line that it is in. One that is fatal ends the shell, and with `set -e` any but one of
 * arithmetic does, unless the shell talks with a person.
 */
async function abandon(error: ShellError, context: Context): Promise<never> {
  const { interactive, subshells, options } = context.state;
  await complain(context, error.message);
  if (options.has('errexit') && !interactive && !(error instanceof ArithmeticError))
    throw new ExitShell(1);
  if (!(error instanceof Fatal) || interactive) throw new AbandonLine(1);
  throw new ExitShell(subshells > 0 ? 1 : error.status);
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
