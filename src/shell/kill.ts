/** The builtin `kill`: sends signals to processes and jobs (bash(1) "SHELL BUILTIN COMMANDS"). */
import { hasCode } from '../kernel/errors.ts';
import {
  defaultOf,
  kernelName,
  nameAmongProcesses,
  numberOf,
  signalLine,
  signalNamed,
  signalOf,
  signalTable,
  statusOf,
} from '../tools/signals.ts';
import { wholeNumber } from './arguments.ts';
import { type Context, complain, ExitShell, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import type { Job, Jobs } from './jobs.ts';
import type { Sys } from './sys.ts';

const USAGE =
  'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n';

/** What to send: signal 0 only asks whether the process is there (kill(2)). */
type Sent = string | 0;

export const kill: Builtin = async (args, context, shell) => {
  const [first = ''] = args;
  if (/^-[lL]$/.test(first)) return list(args.slice(1), context);
  const { signal, targets } = parsed(args);
  if (targets.length === 0) {
    await context.io.get(2)?.write(USAGE);
    return 2;
  }
  let sent = 0;
  for (const word of targets)
    try {
      await sendTo(word, signal, context, shell);
      sent++;
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await complain(context, `kill: ${error.message}`);
    }
  // A signal that ends this shell does so before anything else, also where no command follows.
  if (shell.receiver.endedBy !== undefined) await shell.sys.checkpoint();
  return sent > 0 ? 0 : 1;
};

function parsed(args: readonly string[]): { signal: Sent; targets: readonly string[] } {
  const [first = '', second] = args;
  if (first === '--') return { signal: 'TERM', targets: args.slice(1) };
  if (!/^-./.test(first)) return { signal: 'TERM', targets: args };
  const isNamed = first === '-s' || first === '-n';
  if (isNamed && second === undefined)
    throw new ShellError(`${first}: option requires an argument`);
  const word = isNamed ? (second as string) : first.replace(/^-[sn]?(?=.)/, '');
  const signal = sentOf(word) ?? sentOf(first.slice(1));
  if (signal === undefined) throw new ShellError(`${word}: invalid signal specification`);
  const targets = args.slice(isNamed ? 2 : 1);
  return { signal, targets: targets[0] === '--' ? targets.slice(1) : targets };
}

const sentOf = (word: string): Sent | undefined =>
  word === '0' || word.toUpperCase() === 'EXIT' ? 0 : signalOf(word);

/** `kill -l`: all signals, or for each word the name of a number or the number of a name. */
async function list(words: readonly string[], context: Context): Promise<number> {
  if (words.length === 0) {
    await out(context, context.state.options.has('posix') ? signalLine() : signalTable());
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const number = Number(word) > 128 ? Number(word) - 128 : Number(word);
    const signal = /^\d+$/.test(word)
      ? number === 0
        ? 'EXIT'
        : signalNamed(number)
      : signalOf(word) && String(numberOf(signalOf(word) as string));
    if (signal !== undefined) await out(context, `${signal}\n`);
    else {
      await complain(context, `kill: ${word}: invalid signal specification`);
      status = 1;
    }
  }
  return status;
}

async function sendTo(
  word: string,
  signal: Sent,
  context: Context,
  shell: Interpreter,
): Promise<void> {
  const { jobs } = shell;
  if (word.startsWith('%')) {
    const job = jobs.find(word, context.state);
    if (signal !== 0) await sendToJob(job, signal, jobs);
    return;
  }
  const pid = wholeNumber(word);
  if (pid === undefined) throw new ShellError(`${word}: arguments must be process or job IDs`);
  const isKnown =
    pid === 0 || -pid === context.state.shellPid
      ? await sendToGroup(signal, context, shell)
      : await sendToNumber(Math.abs(pid), pid < 0, signal, context, shell);
  if (!isKnown) throw new ShellError(`(${word}) - No such process`);
}

/** Lets a job that is stopped also go on where the signal tells it to end, since it would not hear of it. */
async function sendToJob(job: Job, signal: string, jobs: Jobs): Promise<void> {
  const { stopped } = job;
  await jobs.signal(job, signal);
  if (stopped && (signal === 'TERM' || signal === 'HUP')) await jobs.signal(job, 'CONT');
}

/** The shell with all its jobs. */
async function sendToGroup(signal: Sent, context: Context, shell: Interpreter): Promise<true> {
  if (signal === 0) return true;
  for (const job of shell.jobs.known(context.state)) await shell.jobs.signal(job, signal);
  await sendToNumber(context.state.shellPid, false, signal, context, shell);
  return true;
}

/** False where there is no such process. A group is a job. */
async function sendToNumber(
  pid: number,
  isGroup: boolean,
  signal: Sent,
  context: Context,
  shell: Interpreter,
): Promise<boolean> {
  const { jobs, sys } = shell;
  const { state } = context;
  const job = jobs.byPid(pid);
  if (job && job.status === undefined) {
    if (signal === 0) return true;
    const hasControl = state.interactive || state.options.has('monitor');
    await (isGroup && hasControl ? sendToJob(job, signal, jobs) : jobs.signal(job, signal));
    return true;
  }
  if (isGroup) return false;
  const receiver = jobs.shells.get(pid);
  if (receiver) {
    if (signal === 0) return true;
    if (defaultOf(signal) === 'stop') await sys.signalProcess(pid, 'stop');
    else receiver.deliver(signal);
    return true;
  }
  if (pid === state.pid && signal !== 0) {
    await toSubshell(signal, context, shell);
    return true;
  }
  const isAlive = (await sys.processes()).some((each) => each.pid === pid);
  if (isAlive && signal !== 0) await toProcess(pid, signal, sys);
  return isAlive;
}

/** Another process may catch it by its name; else it does what it does by default, as far as the kernel knows that. */
async function toProcess(pid: number, signal: string, sys: Sys): Promise<void> {
  const name = kernelName(signal);
  if (name !== undefined && name !== 'killed') return sys.signalProcess(pid, name);
  try {
    await sys.signalProcess(pid, nameAmongProcesses(signal));
  } catch (error) {
    if (!hasCode(error, 'EINVAL')) throw error;
    if (name !== undefined) await sys.signalProcess(pid, name);
  }
}

/** A subshell in front that signals itself. */
async function toSubshell(signal: string, context: Context, shell: Interpreter): Promise<void> {
  const trap = signal === 'KILL' ? undefined : context.state.traps.get(signal);
  if (trap === undefined && defaultOf(signal) === 'end')
    throw new ExitShell(statusOf(signal), signal);
  if (trap) await shell.runTrap(signal, context);
}
