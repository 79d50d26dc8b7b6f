/** Builtins of jobs: wait, jobs, fg, bg, disown (bash(1) "JOB CONTROL"). */
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { type Job, type Jobs, stoppedLine } from './jobs.ts';
import { STOPPED } from './programs.ts';
import { statusOf } from './signals.ts';
import type { State } from './state.ts';

/** The letters of options, and the other words; `values` take the next word. */
async function optionsOf(
  args: readonly string[],
  { name, letters, values = '', usage }: OptionSpec,
  context: Context,
): Promise<{ on: ReadonlyMap<string, string>; rest: readonly string[] } | undefined> {
  const on = new Map<string, string>();
  const refuse = async (message: string): Promise<undefined> => {
    await complain(context, `${name}: ${message}`);
    await context.io.get(2)?.write(`${name}: usage: ${usage}\n`);
  };
  let at = 0;
  for (; /^-./.test(args[at] ?? ''); at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (values.includes(letter)) {
        const value = word.slice(i + 1) || args[++at];
        if (value === undefined) return refuse(`-${letter}: option requires an argument`);
        on.set(letter, value);
        break;
      }
      if (!letters.includes(letter)) return refuse(`-${letter}: invalid option`);
      on.set(letter, '');
    }
    if (on.has('x')) {
      at++;
      break;
    }
  }
  return { on, rest: args.slice(at) };
}

interface OptionSpec {
  readonly name: string;
  readonly letters: string;
  readonly values?: string;
  readonly usage: string;
}

export const wait: Builtin = async (args, context, shell) => {
  const usage = 'wait [-fn] [-p var] [id ...]';
  const given = await optionsOf(args, { name: 'wait', letters: 'fn', values: 'p', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const variable = on.get('p');
  if (variable !== undefined) context.state.unset(variable);
  const say = (job: Job): void => {
    if (variable !== undefined) context.state.set(variable, String(job.pid ?? job.pids[0] ?? ''));
  };
  if (on.has('n')) return waitForAny(rest, context, shell, say);
  if (rest.length === 0) return waitForAll(context, shell);
  let status = 0;
  for (const word of rest) {
    const job = await jobOf(word, context, shell);
    if (typeof job === 'number') status = job;
    else {
      status = await untilInterrupted(job.done, context, shell);
      if (job.status === undefined) return status;
      say(job);
      await forget(job, context, shell);
    }
  }
  return status;
};

/** The job of a word of `wait`, or the status where there is none any more. */
async function jobOf(word: string, context: Context, { jobs }: Interpreter): Promise<Job | number> {
  if (word.startsWith('%')) {
    try {
      return own(jobs.find(word, context.state), word, context);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await complain(context, `wait: ${error.message}`);
      return 127;
    }
  }
  if (!/^\d+$/.test(word)) throw new ShellError(`\`${word}': not a pid or valid job spec`);
  const waited = [...jobs.children(context.state), ...jobs.unlisted];
  const job = waited.find(({ numbers }) => numbers.includes(Number(word)));
  if (job) return job;
  const status = jobs.statusOf(Number(word));
  if (status !== undefined) return status;
  await complain(context, `wait: pid ${word} is not a child of this shell`);
  return 127;
}

/** A subshell knows the jobs of its shell, and waits for none of them. */
function own(job: Job, word: string, { state }: Context): Job {
  if (job.environment !== state.environments.at(-1)) throw new ShellError(`${word}: no such job`);
  return job;
}

async function waitForAll(context: Context, shell: Interpreter): Promise<number> {
  for (const job of shell.jobs.children(context.state)) {
    if (job.stopped) continue;
    const status = await untilInterrupted(job.done, context, shell);
    if (job.status === undefined) return status;
    await forget(job, context, shell);
  }
  return 0;
}

/** The first that ends: of those that are named, or of all. */
async function waitForAny(
  words: readonly string[],
  context: Context,
  shell: Interpreter,
  say: (job: Job) => void,
): Promise<number> {
  const wanted: Job[] = [];
  for (const word of words) {
    const job = await jobOf(word, context, shell);
    if (typeof job !== 'number') wanted.push(job);
  }
  const candidates = words.length > 0 ? wanted : shell.jobs.children(context.state);
  if (candidates.length === 0) return 127;
  const ended = Promise.race(candidates.map((job) => job.done.then(() => 0)));
  const isEnded = ({ status }: Job): boolean => status !== undefined;
  const status = candidates.some(isEnded) ? 0 : await untilInterrupted(ended, context, shell);
  const first = candidates.find(isEnded);
  if (!first) return status;
  say(first);
  await forget(first, context, shell);
  return first.status ?? 0;
}

async function forget(job: Job, context: Context, shell: Interpreter): Promise<void> {
  await tellKilled(context, shell.jobs, [job]);
  shell.jobs.forget(job);
}

/** Waits; a signal that is trapped ends it, with the status of the signal. */
async function untilInterrupted(
  done: Promise<number>,
  { state }: Context,
  { sys, receiver }: Interpreter,
): Promise<number> {
  const { signal } = sys;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const trapped = state === receiver.state ? receiver.trapped() : undefined;
  try {
    return await Promise.race([
      done,
      interrupted,
      ...(trapped ? [trapped.signal.then(statusOf)] : []),
    ]);
  } catch (error) {
    await sys.checkpoint();
    throw error;
  } finally {
    trapped?.stop();
  }
}

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
      await complain(
        context,
        `${String(job.pid ?? job.pids[0]).padStart(5)} ${job.state.padEnd(24)}${job.text}`,
      );
  }
}

const lineOf = (job: Job, jobs: Jobs, state: State, isLong = false): string => {
  const [current, previous] = jobs.current(state);
  const mark = job === current ? '+' : job === previous ? '-' : ' ';
  const pid = isLong ? ` ${String(job.pid ?? job.pids[0] ?? '').padStart(5)} ` : '  ';
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
      on.has('p')
        ? `${job.pid ?? job.pids[0] ?? ''}\n`
        : lineOf(job, known, context.state, on.has('l')),
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
  await out(context, `${job.text}\n`);
  try {
    known.front = job;
    for (const pid of await withDescendants(job.pids, shell)) known.foreground.add(pid);
    await shell.programs.setForeground();
    await known.signal(job, 'CONT');
    const status = await Promise.race([job.done, stopOf(job, shell)]);
    if (status === STOPPED && job.status === undefined) {
      if (!job.stopped) await known.signal(job, 'TSTP');
      await context.io.get(2)?.write(`\n${stoppedLine(job)}\n`);
    } else known.forget(job);
    return status;
  } finally {
    known.front = undefined;
    known.foreground.clear();
    await shell.programs.setForeground();
  }
};

/** A script's programs hear the keys too. */
async function withDescendants(pids: readonly number[], shell: Interpreter): Promise<number[]> {
  const { processes } = await shell.sys.call('processes', {});
  const found = [...pids];
  for (const { pid, ppid } of processes as { pid: number; ppid: number }[])
    if (found.includes(ppid) && !found.includes(pid)) found.push(pid);
  return found;
}

/** Resolves once the job is stopped, or a program of it by someone else; never where all of them end. */
function stopOf(job: Job, shell: Interpreter): Promise<number> {
  return new Promise((resolve) => {
    job.onStop = () => resolve(STOPPED);
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
