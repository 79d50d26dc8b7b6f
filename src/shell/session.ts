/** A shell process: what it was called for, run to its end. */

import { textOf } from '../kernel/rawtext.ts';
import { withoutMark } from '../kernel/utf8.ts';
import { fromKernel, statusOf } from '../tools/signals.ts';
import { builtins } from './builtins.ts';
import { closeTelling, inClosingOrder } from './closing.ts';
import {
  AbandonLine,
  BreakLoop,
  type Context,
  ContinueLoop,
  complain,
  ExitShell,
  ReturnFunction,
} from './context.ts';
import { inheritOptions, initialState } from './environment.ts';
import { ShellError } from './failure.ts';
import { runInput, withLineEnd } from './input.ts';
import { interact, type Keys } from './interactive.ts';
import { type Commands, Interpreter } from './interpreter.ts';
import { BadOption, type Invocation, interacts, invocationOf, usage } from './invocation.ts';
import { kernelStream } from './io.ts';
import { alsoFiles } from './lookup.ts';
import { namespaceCommands } from './namespace.ts';
import { switchPosixMode } from './posixmode.ts';
import type { ShellStart } from './start.ts';
import { endedStatus } from './subshell.ts';
import { parseQuoted } from './syntax/parse.ts';
import { absolute, Interrupted, type Sys } from './sys.ts';
import { Tools } from './tools.ts';
import { becomeInteractive, runRcFile, runTyped } from './typedinput.ts';

export const keysOf = (sys: Sys): Keys => ({
  interrupt: () => sys.interrupt(),
  stop: () => undefined,
  signal: () => undefined,
  signalPart: () => undefined,
  onCatch: () => undefined,
});

const allBuiltins = new Map([...builtins, ...namespaceCommands]);

function commandsFor(sys: Sys): Commands {
  const tools = new Tools(sys);
  return {
    builtins: allBuiltins,
    tool: (name) => tools.find(name),
    names: () => tools.names(),
    isShellOnly: (name) => builtins.has(name) && !alsoFiles.has(name),
  };
}

export async function runShell(start: ShellStart, sys: Sys, keys: Keys): Promise<number> {
  for (const fd of start.terminals) sys.terminals.add(fd);
  const shell = new Interpreter(sys, commandsFor);
  shell.programs.pid = start.pid;
  const io = new Map(
    [0, 1, 2].map((fd) => [
      fd,
      kernelStream(sys, fd, { read: fd === 0, write: fd !== 0, close: async () => undefined }),
    ]),
  );
  const state = initialState(start);
  const context = shell.context(state, io);
  shell.receiver.state = state;
  shell.jobs.shells.set(start.pid, shell.receiver);
  keys.interrupt = () => shell.receiver.deliver('INT', true);
  keys.signal = (name) => shell.receiver.deliver(fromKernel(name));
  keys.signalPart = (pid, name) => signalPart(pid, fromKernel(name), shell);
  shell.receiver.onCatch = (names) => keys.onCatch(names);
  try {
    const invocation = invocationOf(start.args);
    if (invocation.shows) return await tellAbout(invocation.shows, context);
    await prepare(invocation, context, shell);
    for (const name of inheritOptions(start.env, state))
      await io.get(2)?.write(`${invocation.name}: line 0: ${name}: invalid option name\n`);
    if (interacts(start))
      return await interact({ shell, context }, keys, invocation.readsStartFiles);
    return await toEnd(shell, context, () => runCommands(invocation, shell, context));
  } catch (error) {
    if (error instanceof Interrupted) return statusOf(shell.receiver.endedBy ?? 'INT');
    if (!(error instanceof ShellError)) throw error;
    const more = error instanceof BadOption ? usage : '';
    await io.get(2)?.write(`${start.args[0] ?? 'sh'}: ${error.message}\n${more}`);
    return error.status;
  }
}

/** Gives a signal of another process to the job that it is for. */
function signalPart(pid: number, signal: string, { jobs, sys }: Interpreter): void {
  const job = jobs.byPid(pid);
  // A subshell in front hears none: only its number ends.
  if (!job) void sys.retire(pid, statusOf(signal));
  else void jobs.signal(job, signal).catch(() => undefined);
}

async function tellAbout(what: 'version' | 'help', { state, io }: Context): Promise<number> {
  const version = `version ${state.get('BASH_VERSION')} (${state.get('MACHTYPE')})`;
  await io
    .get(1)
    ?.write(
      `The shell of OANIX, compatible with GNU bash, ${version}\n${what === 'help' ? usage : ''}`,
    );
  return 0;
}

/** Sets what the options ask for. Throws ShellError for a name that no option has. */
async function prepare(
  invocation: Invocation,
  context: Context,
  shell: Interpreter,
): Promise<void> {
  const { state } = context;
  const { name, args, command, script, options, shopt, isInteractive } = invocation;
  Object.assign(state, {
    name,
    args: [...args],
    isCommandString: command !== undefined,
    ...(command === undefined && script === undefined ? { pipeStatus: [] } : {}),
    readsInput: command === undefined && script === undefined,
  });
  if (command !== undefined) state.set('BASH_EXECUTION_STRING', command);
  for (const option of options)
    if (option.name === 'posix') switchPosixMode(state, option.on);
    else if (option.on) state.options.add(option.name);
    else state.options.delete(option.name);
  if (isInteractive) becomeInteractive(state);
  for (const option of shopt) {
    const status = await shell.call('shopt', [option.on ? '-s' : '-u', option.name], context);
    if (status !== 0) throw new ShellError(`${option.name}: invalid shell option name`, 2);
  }
}

async function runCommands(
  { called, command, script, isLogin, isInteractive, rcFile, readsStartFiles }: Invocation,
  shell: Interpreter,
  context: Context,
): Promise<number> {
  if (isLogin && readsStartFiles) await runProfile(shell, context);
  else if (!isInteractive) await runStartFile(shell, context);
  else if (readsStartFiles) await runRcFile(rcFile, context, shell);
  if (command !== undefined) return shell.runText(command, context);
  if (script === undefined)
    return isInteractive ? runTyped(shell, context) : runInput(shell, context);
  const bytes = await scriptBytes(script, called, shell, context);
  if (typeof bytes === 'number') return bytes;
  return shell.runText(withLineEnd(withoutMark(textOf(bytes))), context);
}

/** The file that BASH_ENV names, where there is one. Only its parameters are expanded. */
async function runStartFile(shell: Interpreter, context: Context): Promise<void> {
  const name = context.state.get('BASH_ENV');
  if (!name) return;
  const path = await context.expander.text(parseQuoted(name));
  const { cwd } = context.state;
  if (await shell.sys.stat(absolute(cwd, path)))
    await shell.call('source', [absolute(cwd, path)], context);
}

/** The first of the files that a login shell reads (bash(1) "INVOCATION"). */
async function runProfile(shell: Interpreter, context: Context): Promise<void> {
  const home = context.state.get('HOME') ?? '/home';
  for (const name of ['.bash_profile', '.bash_login', '.profile']) {
    if (!(await shell.sys.stat(`${home}/${name}`))) continue;
    await shell.call('source', [`${home}/${name}`], context);
    return;
  }
}

/** The text of a script, which may be on PATH; or a status, after a sentence on standard error. */
async function scriptBytes(
  script: string,
  called: string,
  { sys, programs }: Interpreter,
  context: Context,
): Promise<Uint8Array | number> {
  const { state, io } = context;
  const here = absolute(state.cwd, script);
  const path = (await sys.stat(here)) ? here : await programs.which(script, state);
  const say = async (reason: string, status: number): Promise<number> => {
    await io.get(2)?.write(`${reason}\n`);
    return status;
  };
  if (path === undefined) return say(`${called}: ${script}: No such file or directory`, 127);
  if ((await sys.stat(path))?.kind === 'dir')
    return say(`${script}: ${script}: Is a directory`, 126);
  const bytes = await sys.readFile(path);
  const line = bytes.subarray(0, Math.min(80, bytes.indexOf(10) + 1 || 80));
  if (line.includes(0)) return say(`${script}: ${script}: cannot execute binary file`, 126);
  return bytes;
}

/** Runs to the end, with the exit trap. */
async function toEnd(
  shell: Interpreter,
  context: Context,
  run: () => Promise<number>,
): Promise<number> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFunction) status = error.status;
    else if (error instanceof AbandonLine) status = error.status;
    else if (error instanceof BreakLoop || error instanceof ContinueLoop) status = 0;
    else if (error instanceof Interrupted) status = endedStatus(error, context, shell);
    else if (error instanceof ShellError) {
      await complain(context, error.message);
      status = error.status;
    } else throw error;
  }
  const ended = await shell.runExitTrap(context, status);
  // A reader at the other end of `exec > >(…)` waits for this.
  const succeeds = await closeTelling(inClosingOrder(context.io), context);
  await Promise.all([...shell.jobs.sinks].map(({ done }) => done));
  return succeeds ? ended : 1;
}
