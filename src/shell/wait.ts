/** The builtin `wait`: until jobs have ended, or a signal comes that is trapped (bash(1) "wait"). */

import { statusOf } from '../tools/signals.ts';
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { tellKilled } from './jobcontrol.ts';
import type { Job } from './jobs.ts';

export const wait: Builtin = async (args, context, shell) => {
  const usage = 'wait [-fn] [-p var] [id ...]';
  const given = await optionsOf(args, { name: 'wait', letters: 'fn', values: 'p', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const variable = on.get('p');
  if (variable !== undefined) context.state.unset(variable);
  const say = (job: Job): void => {
    if (variable !== undefined) context.state.set(variable, String(job.pid));
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
  if (!/^\d+[ \t]*$/.test(word)) {
    await complain(context, `wait: \`${word}': not a pid or valid job spec`);
    return 1;
  }
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
  shell.jobs.forgetStatuses(context.state);
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
  let interrupt = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(signal.reason);
    signal.addEventListener('abort', interrupt);
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
    signal.removeEventListener('abort', interrupt);
    trapped?.stop();
  }
}
