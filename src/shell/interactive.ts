/** The shell that talks with a person: reads lines at a terminal, runs them, and sets aside what is stopped. */
import { bytesOf } from '../kernel/rawtext.ts';
import { rawOf, type Termios } from '../kernel/termios.ts';
import { fromKernel, statusOf } from '../tools/signals.ts';
import { completionOf } from './completion.ts';
import { AbandonLine, type Context, complain, ExitShell, ReturnFunction } from './context.ts';
import { type Entered, LineEditor } from './editor.ts';
import { loadHistory, remember, saveHistory } from './history.ts';
import type { Interpreter } from './interpreter.ts';
import { endedLine } from './jobcontrol.ts';
import { stoppedLine } from './jobs.ts';
import { STOPPED } from './programs.ts';
import { FIRST_PROMPT } from './prompt.ts';
import { beforeCommand, expandedLine, nextPrompt } from './prompting.ts';
import { isIncomplete } from './syntax/parse.ts';
import { Interrupted, type Sys } from './sys.ts';

/** Variables that a shell at a terminal begins with, unless it was given them. */
const first: Readonly<Record<string, string>> = {
  PS1: FIRST_PROMPT,
  PS2: '> ',
  HISTFILE: '/home/.sh_history',
  HISTSIZE: '2000',
  HISTCONTROL: 'ignoreboth',
};
const PROFILE = '/home/.profile';

/** What the keys of the terminal do, and signals of others: who talks with a person sets more. */
export interface Keys {
  interrupt(): void;
  stop(): void;
  /** A signal that the shell has said that it catches, by the kernel's name. */
  signal(name: string): void;
  /** The same for a part of the shell that has a number of its own, such as a job. */
  signalPart(pid: number, name: string): void;
  /** Called with the names of all that it catches from now on. */
  onCatch(names: readonly string[]): void;
}

/** The shell that reads lines. What a line that was stopped still does goes on in the one that began it. */
export interface Here {
  readonly shell: Interpreter;
  readonly context: Context;
}

export async function interact(begun: Here, keys: Keys, readsProfile: boolean): Promise<number> {
  let here = begun;
  let stopLine = (): void => undefined;
  const { jobs } = here.shell;
  keys.interrupt = () => {
    if (jobs.front) void jobs.signal(jobs.front, 'INT');
    else here.shell.receiver.deliver('INT', true);
  };
  keys.stop = () => {
    if (jobs.front) void jobs.signal(jobs.front, 'TSTP');
    else stopLine();
  };
  const take = (next: Here): void => {
    here = next;
    here.context.state.interactive = true;
    here.context.state.atPrompt = true;
    here.shell.programs.interactive = true;
    const { receiver } = here.shell;
    Object.assign(receiver, {
      interactive: true,
      state: here.context.state,
      onCatch: (names: readonly string[]) => keys.onCatch(names),
    });
    keys.signal = (name) => here.shell.receiver.deliver(fromKernel(name));
    jobs.shells.set(here.shell.programs.pid, receiver);
    here.shell.programs.onStop = () => stopLine();
  };
  take(begun);
  await prepare(begun);
  const editor = new LineEditor(
    {
      read: () => here.shell.sys.read(0, 4096),
      write: async (text) => {
        await here.context.io.get(1)?.write(text);
      },
      columns: async () => (await here.shell.sys.terminal()).cols,
      complete: (text) => completionOf(text, here.context, here.shell),
    },
    begun.context.state.history.lines,
  );
  await here.shell.programs.setForeground();
  if (readsProfile && (await here.shell.sys.stat(PROFILE)))
    await here.shell.runText(`. ${PROFILE}`, here.context).catch(() => undefined);
  let pending = '';
  for (;;) {
    const { shell, context } = here;
    const { sys } = shell;
    const { state } = context;
    for (const job of jobs.children(state)) {
      if (job.status === undefined) continue;
      await context.io.get(2)?.write(endedLine(job, jobs, state));
      jobs.forget(job);
    }
    let entered: Entered;
    try {
      sys.reset();
      // A program may have left it so.
      await sys.call('setFlags', { fd: 0, append: false, nonblock: false });
      const prompt = await nextPrompt(pending !== '', context, shell);
      entered = await withKeys(sys, editor, () => editor.read(prompt));
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
    if ('ended' in entered) {
      await context.io
        .get(1)
        ?.write('exit\n')
        .catch(() => undefined);
      return state.status;
    }
    const line = await expandedLine(entered.line, context);
    if (line === undefined) {
      pending = '';
      continue;
    }
    const text = pending === '' ? line : `${pending}\n${line}`;
    if (text.trim() === '') {
      pending = '';
      continue;
    }
    if (isIncomplete(text, state)) {
      pending = text;
      continue;
    }
    pending = '';
    if (remember(text.replaceAll('\n', '; '), state)) await saveHistory(state, shell.sys);
    await beforeCommand(context, shell);
    const stopped = new Promise<'stopped'>((resolve) => {
      stopLine = () => resolve('stopped');
    });
    const { modes } = await sys.terminal();
    shell.programs.endedBySignal = false;
    const run = runLine(shell, context, text);
    const ended = await Promise.race([run, stopped]);
    stopLine = () => undefined;
    if (ended === 'stopped') take(await setAside(here, text, run, modes));
    else if (ended !== undefined) return ended;
    else if (shell.programs.endedBySignal) await sys.setTerminal({ modes });
    const { cwd } = here.context.state;
    if (cwd !== '') await here.shell.sys.call('chdir', { path: cwd }).catch(() => undefined);
    await here.shell.programs.setForeground();
  }
}

/** Has every key as it comes while a line is edited. What was typed ahead is for the command. */
async function withKeys(
  sys: Sys,
  editor: LineEditor,
  edit: () => Promise<Entered>,
): Promise<Entered> {
  const { modes } = await sys.terminal();
  await sys.setTerminal({ modes: rawOf(modes) });
  try {
    return await edit();
  } finally {
    await sys.setTerminal({ modes, typed: bytesOf(editor.takeRest()) });
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
    if (error instanceof ExitShell) return shell.runExitTrap(context, error.status);
    const { endedBy } = shell.receiver;
    if (error instanceof Interrupted && endedBy === 'KILL') return statusOf(endedBy);
    shell.sys.reset();
    if (endedBy !== undefined) return shell.runExitTrap(context, statusOf(endedBy));
    if (error instanceof Interrupted) {
      shell.programs.endedBySignal = true;
      context.state.status = 130;
    } else if (error instanceof AbandonLine) context.state.status = error.status;
    else if (!(error instanceof ReturnFunction)) {
      await complain(context, error instanceof Error ? error.message : String(error));
      context.state.status = 1;
    }
  }
  return undefined;
}

/** Makes the line that was stopped a job, with all that it still has to do; another shell reads the next line. */
async function setAside(
  { shell, context }: Here,
  text: string,
  run: Promise<number | undefined>,
  modes: Termios,
): Promise<Here> {
  const { jobs, sys } = shell;
  const shown = text.replaceAll('\n', '; ');
  const pid = await sys.enroll('sh', [shown]);
  const { receiver } = shell;
  receiver.interactive = false;
  const job = jobs.make(shown, context.state, { pid, stopped: true, sys, receiver });
  shell.programs.become(job);
  await jobs.signal(job, 'TSTP');
  // The job gets the terminal's modes back with the foreground.
  job.modes = (await sys.terminal()).modes;
  const next = shell.fork();
  await next.sys.setTerminal({ modes });
  jobs.run(
    job,
    run.then((status) => status ?? context.state.status),
  );
  const io = new Map([...context.io].map(([fd, stream]) => [fd, stream.under(next.sys)]));
  const state = context.state.continued();
  state.status = STOPPED;
  // The job's exit is not this shell's.
  context.state.traps.delete('EXIT');
  await io.get(2)?.write(`\n${stoppedLine(job)}\n`);
  return { shell: next, context: next.context(state, io) };
}

async function prepare({ shell, context: { state } }: Here): Promise<void> {
  for (const [name, value] of Object.entries(first))
    if (state.get(name) === undefined) state.set(name, value);
  for (const option of ['history', 'histexpand', 'emacs']) state.options.add(option);
  // Other terminals add their lines to the same file.
  state.shopt.add('histappend');
  await loadHistory(state, shell.sys);
}
