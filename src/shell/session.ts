/** A shell process: interactive on its terminal, or running a script. */

import { builtins } from './builtins.ts';
import { completionOf } from './completion.ts';
import { AbandonLine, type Context, complain, ExitShell, ReturnFunction } from './context.ts';
import { type Entered, LineEditor } from './editor.ts';
import { Interpreter } from './interpreter.ts';
import { kernelStream } from './io.ts';
import { namespaceCommands } from './namespace.ts';
import { interacts, type ShellStart, scriptOf } from './start.ts';
import { State } from './state.ts';
import { parse, SyntaxError_ } from './syntax.ts';
import { absolute, Interrupted, type Sys } from './sys.ts';
import { Tools } from './tools.ts';

const HISTORY = '/home/.sh_history';
const HISTORY_MAX = 2000;
const PROFILE = '/home/.profile';

export async function runShell(start: ShellStart, sys: Sys): Promise<number> {
  const tools = new Tools(sys);
  const all = new Map([...builtins, ...namespaceCommands]);
  const shell = new Interpreter(
    sys,
    { builtins: all, tool: (name) => tools.find(name), names: () => tools.names() },
    new Set(start.terminals),
  );
  shell.programs.pid = start.pid;
  const io = new Map(
    [0, 1, 2].map((fd) => [
      fd,
      kernelStream(sys, fd, { owned: false, read: fd === 0, write: fd !== 0 }),
    ]),
  );
  const state = stateOf(start);
  const context = shell.context(state, io);
  const [, first, ...rest] = start.args;
  try {
    if (first === '-c') {
      const [text = '', name = 'sh', ...args] = rest;
      Object.assign(state, { name, args });
      return await toEnd(shell, context, text);
    }
    const script = scriptOf(start);
    if (script !== undefined) {
      Object.assign(state, { name: script, args: rest });
      let bytes: Uint8Array;
      try {
        bytes = await sys.readFile(absolute(state.cwd, script));
      } catch {
        await complain(context, `${script}: No such file or directory`);
        return 127;
      }
      return await toEnd(shell, context, new TextDecoder().decode(bytes));
    }
    if (!interacts(start)) {
      const text = new TextDecoder().decode(await io.get(0)?.readAll());
      return await toEnd(shell, context, text);
    }
    return await interact(shell, context);
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  }
}

function stateOf({ pid, env, cwd }: ShellStart): State {
  const state = new State();
  state.pid = pid;
  state.cwd = cwd;
  const defaults = {
    PATH: '/bin:/home/bin',
    HOME: '/home',
    USER: 'user',
    TERM: 'xterm-256color',
    PWD: cwd,
    SHLVL: '1',
  };
  for (const [name, value] of Object.entries({ ...defaults, ...env })) {
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    state.set(name, value);
    state.declare(name).exported = true;
  }
  state.set('IFS', ' \t\n');
  state.set('OPTIND', '1');
  state.set('BASH_VERSION', '5.2.15(1)-oanix');
  state.set('PPID', '1');
  state.set('UID', '1000');
  state.set('HOSTNAME', 'oanix');
  return state;
}

/** Runs a script to its end, with its exit trap. */
async function toEnd(shell: Interpreter, context: Context, text: string): Promise<number> {
  let status: number;
  try {
    status = await shell.runText(text, context);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFunction) status = error.status;
    else if (error instanceof Interrupted) throw error;
    else {
      const known =
        error instanceof Error && (error.message === 'break' || error.message === 'continue');
      if (!known) throw error;
      status = 0;
    }
  }
  context.state.status = status;
  return shell.runTrap('EXIT', context, status);
}

async function interact(shell: Interpreter, context: Context): Promise<number> {
  const { state } = context;
  const { sys } = shell;
  state.interactive = true;
  shell.programs.interactive = true;
  const terminal = (raw: number, typed = '') =>
    sys.call('terminal', { raw, foreground: null, typed });
  const editor = new LineEditor(
    {
      read: () => sys.read(0, 4096),
      write: async (text) => {
        await context.io.get(1)?.write(text);
      },
      columns: async () => (await terminal(-1)).cols,
      complete: (text) => completionOf(text, context, shell),
    },
    await loadHistory(shell),
  );
  await shell.programs.setForeground([]);
  if (await sys.stat(PROFILE)) await shell.runText(`. ${PROFILE}`, context).catch(() => undefined);
  let pending = '';
  for (;;) {
    for (const job of shell.jobs.reap())
      await context.io.get(2)?.write(`[${job.id}]+  ${job.state}    ${job.text}\n`);
    let entered: Entered;
    try {
      sys.reset();
      // A program may have left it so.
      await sys.call('setFlags', { fd: 0, append: false, nonblock: false });
      await terminal(1);
      entered = await editor.read(pending === '' ? prompt(state) : '> ');
    } catch (error) {
      if (error instanceof Interrupted) {
        pending = '';
        continue;
      }
      throw error;
    }
    if ('cancelled' in entered) {
      pending = '';
      state.status = 130;
      continue;
    }
    // What was typed ahead is for the command.
    await terminal(0, editor.takeRest());
    if ('ended' in entered) {
      await context.io
        .get(1)
        ?.write('exit\n')
        .catch(() => undefined);
      return state.status;
    }
    const text = pending === '' ? entered.line : `${pending}\n${entered.line}`;
    if (text.trim() === '') {
      pending = '';
      continue;
    }
    if (isIncomplete(text)) {
      pending = text;
      continue;
    }
    pending = '';
    await remember(shell, editor, text);
    const ended = await runLine(shell, context, text);
    if (ended !== undefined) return ended;
    if (state.cwd !== '') await sys.call('chdir', { path: state.cwd }).catch(() => undefined);
  }
}

/** Runs one line; the status where it ended the shell. */
async function runLine(
  shell: Interpreter,
  context: Context,
  text: string,
): Promise<number | undefined> {
  try {
    await shell.runText(text, context);
  } catch (error) {
    if (error instanceof ExitShell) return shell.runTrap('EXIT', context, error.status);
    shell.sys.reset();
    if (error instanceof Interrupted) context.state.status = 130;
    else if (error instanceof AbandonLine) context.state.status = error.status;
    else if (!(error instanceof ReturnFunction)) {
      await complain(context, error instanceof Error ? error.message : String(error));
      context.state.status = 1;
    }
  }
  await shell.programs.setForeground([]);
  return undefined;
}

function isIncomplete(text: string): boolean {
  try {
    parse(text);
    return false;
  } catch (error) {
    return error instanceof SyntaxError_ && error.incomplete;
  }
}

function prompt(state: State): string {
  const shown = state.cwd === '/home' ? '~' : state.cwd.replace(/^\/home\//, '~/');
  const mark = state.status === 0 ? '\x1b[32m$\x1b[0m' : '\x1b[31m$\x1b[0m';
  return `\x1b[34m${shown}\x1b[0m ${mark} `;
}

async function loadHistory(shell: Interpreter): Promise<string[]> {
  const saved = await shell.sys.readFile(HISTORY).catch(() => new Uint8Array(0));
  return new TextDecoder().decode(saved).split('\n').filter(Boolean).slice(-HISTORY_MAX);
}

/** Several lines are kept as one; what begins with a blank is not kept (HISTCONTROL=ignoreboth). */
async function remember(shell: Interpreter, editor: LineEditor, text: string): Promise<void> {
  const line = text.replaceAll('\n', '; ');
  if (line.startsWith(' ') || editor.history.at(-1) === line) return;
  editor.history.push(line);
  if (editor.history.length > HISTORY_MAX) editor.history.shift();
  await shell.sys
    .writeFile(HISTORY, new TextEncoder().encode(`${line}\n`), true)
    .catch(() => undefined);
}
