/** Commands that tools run: with other surroundings, and by themselves, so that a signal ends one of them alone. */

import type { Running, Surroundings } from '../tools/host.ts';
import { statusOf } from '../tools/signals.ts';
import type { Context } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import { closeAll, type Io } from './io.ts';
import { Job } from './jobs.ts';
import { canRun } from './lookup.ts';
import { standardCommand } from './scripts.ts';
import type { State } from './state.ts';
import { isolated } from './subshell.ts';
import { absolute, Interrupted } from './sys.ts';

/** The state with another environment and another working directory. */
export function surrounded(state: State, { env, cwd }: Surroundings): State {
  if (!env && cwd === undefined) return state;
  const own = state.clone();
  if (cwd !== undefined) own.cwd = absolute(state.cwd, cwd);
  if (!env) return own;
  for (const each of own.variables.values()) delete each.exported;
  for (const [name, value] of Object.entries(env))
    own.variables.set(name, { value, exported: true });
  if (!Object.hasOwn(env, 'PATH')) own.variables.set('PATH', { value: '/bin' });
  return own;
}

/** Whether the shell runs a command of this name itself, where another command starts it. */
const isOwn = (name: string, { commands }: Interpreter): boolean =>
  !commands.isShellOnly(name) &&
  (commands.builtins.has(name) || (!name.includes('/') && commands.tool(name) !== undefined));

/** Why a command of this name cannot be started as execvp(3) starts it; undefined where it can. */
export async function missing(
  name: string,
  state: State,
  shell: Interpreter,
): Promise<'ENOENT' | 'EACCES' | undefined> {
  if (isOwn(name, shell)) return undefined;
  const path = await shell.programs.which(name, state);
  if (path !== undefined)
    return (await canRun({ path, isTool: false }, state, shell)) ? undefined : 'EACCES';
  if (standardCommand(name, shell) !== undefined) return undefined;
  const isThere = name.includes('/') && (await shell.sys.stat(absolute(state.cwd, name)));
  return isThere ? 'EACCES' : 'ENOENT';
}

/** Runs a command whose signals are for it alone. What interrupts the shell interrupts it, too. */
export function launch(words: readonly string[], context: Context, shell: Interpreter): Running {
  const [name = '', ...args] = words;
  // In front with what it is a part of.
  const part = { of: context.job };
  if (!isOwn(name, shell)) {
    const job = new Job(0, words.join(' '), { part });
    const inner = shell.context(context.state, new Map(context.io), job);
    const done = shell.call(name, args, inner, 'files');
    return { done, signal: (signal) => shell.jobs.signal(job, signal) };
  }
  const apart = shell.fork();
  const { sys, receiver } = apart;
  const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.under(sys)]));
  const job = new Job(0, words.join(' '), { part, sys, receiver });
  const inner = apart.context(context.state.clone(), io, job);
  receiver.state = inner.state;
  const done = isolated(inner, () => apart.call(name, args, inner, 'files'), apart);
  return {
    done: followed(done, shell, apart, io),
    signal: (signal) => shell.jobs.signal(job, signal),
  };
}

async function followed(
  run: Promise<number>,
  { sys: { signal } }: Interpreter,
  { sys, receiver }: Interpreter,
  io: Io,
): Promise<number> {
  const interrupt = (): void => sys.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return statusOf(receiver.endedBy ?? 'INT');
  } finally {
    signal.removeEventListener('abort', interrupt);
    await closeAll(io);
  }
}
