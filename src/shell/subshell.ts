/** Runs commands in an environment of their own: what they set, and how they end, does not get out of it. */
import { FsError } from '../kernel/errors.ts';
import { describe, statusOf } from '../tools/signals.ts';
import { inClosingOrder, thenClose } from './closing.ts';
import {
  AbandonLine,
  BreakLoop,
  type Context,
  ContinueLoop,
  complain,
  ExitShell,
  ReturnFunction,
} from './context.ts';
import type { Interpreter } from './interpreter.ts';
import type { Io } from './io.ts';
import type { State } from './state.ts';
import { printCommand } from './syntax/print.ts';
import type { Body } from './syntax/tree.ts';
import { Interrupted } from './sys.ts';
import { runExitTrap } from './traps.ts';

/** Runs as a subshell would: exits and loop words do not get out, and its own exit trap runs. */
export async function isolated(
  context: Context,
  run: () => Promise<number>,
  shell: Interpreter,
  onSignal: (signal: string) => Promise<void> = async () => undefined,
): Promise<number> {
  const { state } = context;
  if (state.namesPid)
    state.pid ??= await shell.sys.enroll('sh', []).catch((error: unknown) => {
      if (error instanceof FsError) return undefined;
      throw error;
    });
  try {
    return await toExit(context, run, onSignal, shell);
  } finally {
    // It has a number of its own.
    if (state.pid !== undefined && state !== shell.receiver.state)
      await shell.sys.retire(state.pid, state.status);
  }
}

async function toExit(
  context: Context,
  run: () => Promise<number>,
  onSignal: (signal: string) => Promise<void>,
  shell: Interpreter,
): Promise<number> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    if (error instanceof ExitShell && error.signal !== undefined) await onSignal(error.signal);
    const ends =
      error instanceof ExitShell || error instanceof ReturnFunction || error instanceof AbandonLine;
    if (ends) status = error.status;
    else if (error instanceof BreakLoop || error instanceof ContinueLoop) status = 0;
    else if (error instanceof Interrupted) status = endedStatus(error, context, shell);
    else throw error;
    if (error instanceof ExitShell && error.signal === 'KILL') return status;
  }
  context.state.status = status;
  return runExitTrap(context, status, shell);
}

/** The status of an environment that a signal has ended, which may still run its exit trap; an interrupt of others goes on up. */
export function endedStatus(
  interrupted: Interrupted,
  { state }: Context,
  { receiver, sys }: Interpreter,
): number {
  const { endedBy, state: own } = receiver;
  if (endedBy === undefined || endedBy === 'KILL' || state !== own) throw interrupted;
  sys.reset();
  return statusOf(endedBy);
}

/** Runs a list in a copy of the environment. */
export async function subshell(body: Body, context: Context, shell: Interpreter): Promise<number> {
  const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.dup()]));
  const inner = {
    ...shell.context(context.state.clone(), io, context.job),
    tested: context.tested,
  };
  const run = (): Promise<number> =>
    isolated(
      inner,
      () => shell.statements(body, inner),
      shell,
      (signal) => tellSignal(signal, inner.state, context),
    );
  return thenClose(run, () => inClosingOrder(io), inner);
}

/** What the shell says of a subshell in front that has ended itself by a signal. */
async function tellSignal(signal: string, inner: State, context: Context): Promise<void> {
  if (signal === 'INT' || signal === 'PIPE') return;
  const words = describe(signal);
  if (signal === 'TERM') return context.io.get(2)?.write(`${words}\n`);
  const text = typeof context.state.command === 'object' ? printCommand(context.state.command) : '';
  await complain(context, `${String(inner.pid).padStart(5)} ${words.padEnd(24)}${text}`);
}
