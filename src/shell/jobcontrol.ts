/** Builtins of jobs: jobs, fg, bg, disown (bash(1) "JOB CONTROL"). */

import { hasCode } from '../kernel/errors.ts';
import type { Termios } from '../kernel/termios.ts';
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { type Job, type Jobs, stoppedLine } from './jobs.ts';
import { STOPPED } from './programs.ts';
import type { State } from './state.ts';

/** Signals of which the end of a job is not told. */
const untold: ReadonlySet<string> = new Set(['INT', 'TERM', 'PIPE']);

/** Tells once of each job that a signal has ended: what a person is shown before the next prompt. */
export async function tellKilled(
  context: Context,
  jobs: Jobs,
  ended: readonly Job[] = jobs.children(context.state),
): Promise<void> {
  const { state } = context;
  if (state.interactive) return;
  for (const job of ended) {
    if (job.status === undefined || job.isTold) continue;
    if (state.options.has('monitor')) {
      await context.io.get(2)?.write(endedLine(job, jobs, state));
      jobs.forget(job);
    }
    if (job.endedBy === undefined) continue;
    job.isTold = true;
    if (state.options.has('monitor')) continue;
    if (!untold.has(job.endedBy))
      await complain(context, `${String(job.pid).padStart(5)} ${job.state.padEnd(24)}${job.text}`);
  }
}

const lineOf = (job: Job, jobs: Jobs, state: State, isLong = false): string => {
  const [current, previous] = jobs.current(state);
  const mark = job === current ? '+' : job === previous ? '-' : ' ';
  const pid = isLong ? ` ${String(job.pid).padStart(5)} ` : '  ';
  const isRunning = job.status === undefined && !job.stopped;
  return `[${job.id}]${mark}${pid}${job.state.padEnd(24)}${job.text}${isRunning ? ' &' : ''}\n`;
};

export const endedLine = (job: Job, jobs: Jobs, state: State): string => lineOf(job, jobs, state);

export const jobs: Builtin = async (args, context, shell) => {
  const usage = 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]';
  const given = await optionsOf(args, { name: 'jobs', letters: 'lnprsx', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const known = shell.jobs;
  if (on.has('x')) return runWithPids(rest, context, shell);
  let status = 0;
  const wanted: Job[] = rest.length === 0 ? [...known.known(context.state)] : [];
  for (const word of rest)
    try {
      wanted.push(known.find(word, context.state));
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await complain(context, `jobs: ${error.message}`);
      status = 1;
    }
  for (const job of wanted) {
    const isRunning = job.status === undefined && !job.stopped;
    if ((on.has('r') && !isRunning) || (on.has('s') && !job.stopped)) continue;
    if (on.has('n') || job.isTold) continue;
    await out(
      context,
      on.has('p') ? `${job.pid}\n` : lineOf(job, known, context.state, on.has('l')),
    );
    if (job.status !== undefined) known.forget(job);
  }
  return status;
};

/** `jobs -x`: a command with each job replaced by its number. */
async function runWithPids(
  [name, ...words]: readonly string[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  if (name === undefined) return 0;
  const numbers = words.map((word) =>
    word.startsWith('%') ? String(shell.jobs.find(word, context.state).numbers[0] ?? word) : word,
  );
  return shell.call(name, numbers, context);
}

/** Only who talks with a person, or was told to, has a front; and what is a job already is not in it. */
function checkControl(context: Context, shell: Interpreter): void {
  const has = shell.programs.interactive || context.state.options.has('monitor');
  if (context.job || !has) throw new ShellError('no job control');
}

export const foreground: Builtin = async ([word], context, shell) => {
  checkControl(context, shell);
  const known = shell.jobs;
  const job = known.find(word, context.state);
  const modes = await exchangeModes(job.modes, shell);
  await out(context, `${job.text}\n`);
  try {
    known.front = job;
    const stopped = stopOf(job);
    for (const pid of await withDescendants(job.pids, shell)) known.foreground.add(pid);
    await shell.programs.setForeground();
    await known.signal(job, 'CONT');
    const status = await Promise.race([job.done, stopped, stopOfProgram(job, shell)]);
    if (status === STOPPED && job.status === undefined) {
      if (!job.stopped) await known.signal(job, 'TSTP');
      job.modes = await exchangeModes(modes, shell);
      await context.io.get(2)?.write(`\n${stoppedLine(job)}\n`);
    } else {
      if (job.endedBy !== undefined) shell.programs.endedBySignal = true;
      known.forget(job);
    }
    return status;
  } finally {
    known.front = undefined;
    known.foreground.clear();
    await shell.programs.setForeground();
  }
};

/** Gives the terminal other modes; those that it had. Without a terminal there are none. */
async function exchangeModes(
  modes: Termios | undefined,
  { sys }: Interpreter,
): Promise<Termios | undefined> {
  try {
    const before = await sys.terminal();
    if (modes) await sys.setTerminal({ modes });
    return before.modes;
  } catch (error) {
    if (!hasCode(error, 'ENOTTY')) throw error;
    return undefined;
  }
}

/** Returns the programs that have not ended, and all that they have started: the keys are for the programs of a script, too. */
async function withDescendants(
  programs: ReadonlySet<number>,
  { sys }: Interpreter,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const { pid, ppid } of await sys.processes())
    if (programs.has(pid) || found.has(ppid)) found.add(pid);
  return found;
}

/** Resolves once the job is stopped. */
function stopOf(job: Job): Promise<number> {
  return new Promise((resolve) => {
    job.onStop = () => resolve(STOPPED);
  });
}

/** Resolves once someone else stops a program of the job that runs; never where all of them end. */
function stopOfProgram(job: Job, shell: Interpreter): Promise<number> {
  return new Promise((resolve) => {
    for (const pid of job.pids)
      void shell.sys.wait(pid, true).then(
        ({ stopped }) => stopped && resolve(STOPPED),
        () => undefined,
      );
  });
}

export const background: Builtin = async (words, context, shell) => {
  checkControl(context, shell);
  for (const word of words.length > 0 ? words : [undefined]) {
    const job = shell.jobs.find(word, context.state);
    if (!job.stopped) {
      await complain(context, `bg: job ${job.id} already in background`);
      continue;
    }
    await shell.jobs.signal(job, 'CONT');
    await out(context, `[${job.id}]+ ${job.text} &\n`);
  }
  return 0;
};

export const disown: Builtin = async (args, context, shell) => {
  const usage = 'disown [-h] [-ar] [jobspec ... | pid ...]';
  const given = await optionsOf(args, { name: 'disown', letters: 'ahr', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const known = shell.jobs;
  const everyone = known.known(context.state).filter(({ stopped }) => !on.has('r') || !stopped);
  const wanted =
    rest.length > 0
      ? rest.map((word) => {
          const job = /^\d+$/.test(word) ? known.byPid(Number(word)) : undefined;
          return job ?? known.find(word, context.state);
        })
      : on.has('a') || on.has('r')
        ? everyone
        : [known.find(undefined, context.state)];
  // Nobody sends SIGHUP to jobs here, so what is only kept from it stays as it is.
  if (!on.has('h')) for (const job of wanted) known.forget(job);
  return 0;
};

export const suspend: Builtin = () => {
  throw new ShellError('cannot suspend: no job control');
};
