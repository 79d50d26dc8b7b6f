/** Builtins of jobs and processes: wait, jobs, fg, bg, kill (bash(1) "JOB CONTROL"). */
import { complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { type Job, stoppedLine } from './jobs.ts';
import { STOPPED } from './programs.ts';

export const wait: Builtin = async (args, context, shell) => {
  const ids = args.filter((word) => !word.startsWith('-'));
  if (ids.length === 0) {
    for (const job of shell.jobs.all) if (!job.stopped) await untilInterrupted(job.done, shell);
    shell.jobs.reap();
    return 0;
  }
  let status = 0;
  for (const word of ids) {
    const job = word.startsWith('%')
      ? shell.jobs.find(word)
      : shell.jobs.all.find(
          ({ pids, id }) =>
            pids.includes(Number(word)) || (pids.length === 0 && id === Number(word)),
        );
    if (job) {
      status = await untilInterrupted(job.done, shell);
      shell.jobs.forget(job);
    } else {
      await complain(context, `wait: pid ${word} is not a child of this shell`);
      status = 127;
    }
  }
  return status;
};

async function untilInterrupted<T>(done: Promise<T>, shell: Interpreter): Promise<T> {
  const { signal } = shell.sys;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([done, interrupted]);
  } catch (error) {
    await shell.sys.checkpoint();
    throw error;
  }
}

export const jobs: Builtin = async (args, context, shell) => {
  for (const job of shell.jobs.all) {
    const line = args.includes('-p')
      ? job.pids.join(' ')
      : `[${job.id}]  ${job.state.padEnd(10)} ${job.text}`;
    await out(context, `${line}\n`);
  }
  shell.jobs.reap();
  return 0;
};

export const foreground: Builtin = async ([word], context, shell) => {
  // Only who talks with a person has a front, and what is a job already is not in it.
  if (context.job || !shell.programs.interactive) throw new ShellError('no job control');
  const { jobs } = shell;
  const job = jobs.find(word);
  await out(context, `${job.text}\n`);
  try {
    jobs.front = job;
    for (const pid of await withDescendants(job.pids, shell)) jobs.foreground.add(pid);
    await shell.programs.setForeground();
    await jobs.signal(job, 'start');
    const status = await Promise.race([job.done, stopOf(job, shell)]);
    if (status === STOPPED && job.status === undefined) {
      if (!job.stopped) await jobs.signal(job, 'stop');
      await context.io.get(2)?.write(`\n${stoppedLine(job)}\n`);
    } else jobs.forget(job);
    return status;
  } finally {
    jobs.front = undefined;
    jobs.foreground.clear();
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

export const background: Builtin = async ([word], context, shell) => {
  const job = shell.jobs.find(word);
  await shell.jobs.signal(job, 'start');
  await out(context, `[${job.id}]+ ${job.text} &\n`);
  return 0;
};

const signals: Readonly<Record<string, string>> = {
  '0': '0',
  '1': 'hangup',
  HUP: 'hangup',
  '2': 'interrupt',
  INT: 'interrupt',
  '9': 'killed',
  KILL: 'killed',
  '15': 'terminated',
  TERM: 'terminated',
  '18': 'start',
  CONT: 'start',
  '19': 'stop',
  STOP: 'stop',
  '20': 'stop',
  TSTP: 'stop',
};

/** Signal 0 only asks whether the process is there (kill(2)). */
async function send(pid: number, signal: string, shell: Interpreter): Promise<void> {
  if (signal !== '0') return shell.sys.signalProcess(pid, signal);
  const { processes } = await shell.sys.call('processes', {});
  if (!(processes as { pid: number }[]).some((each) => each.pid === pid))
    throw new ShellError('gone');
}

export const kill: Builtin = async (args, context, shell) => {
  if (args[0] === '-l') {
    await out(context, 'HUP INT KILL TERM CONT STOP TSTP\n');
    return 0;
  }
  let signal = 'terminated';
  let at = 0;
  const [first = ''] = args;
  if (/^-./.test(first)) {
    const name = (first === '-s' || first === '-n' ? (args[1] ?? '') : first.slice(1)).replace(
      /^SIG/,
      '',
    );
    at = first === '-s' || first === '-n' ? 2 : 1;
    signal = signals[name.toUpperCase()] ?? '';
    if (signal === '') throw new ShellError(`${name}: invalid signal specification`);
  }
  const targets = args.slice(at);
  if (targets.length === 0) throw new ShellError('usage: kill [-SIGNAL] pid | %job …', 2);
  let status = 0;
  for (const word of targets) {
    if (word.startsWith('%') && signal !== '0') {
      await shell.jobs.signal(shell.jobs.find(word), signal);
      continue;
    }
    const pids = word.startsWith('%') ? shell.jobs.find(word).pids : [Number(word)];
    for (const pid of pids)
      await send(pid, signal, shell).catch(async () => {
        await complain(context, `kill: (${word}) - No such process`);
        status = 1;
      });
  }
  return status;
};
