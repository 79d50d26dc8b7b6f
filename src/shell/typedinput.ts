/** A shell that was told to behave as if a person typed its lines (`bash -i`), though none does: what comes on standard input. */
import { AbandonLine, type Context, complain, ReturnFunction } from './context.ts';
import { ShellError } from './failure.ts';
import { loadHistory, remember, saveHistory } from './history.ts';
import type { Interpreter } from './interpreter.ts';
import { readLine } from './line.ts';
import { beforeCommand, expandedLine, nextPrompt } from './prompting.ts';
import type { State } from './state.ts';
import { isIncomplete } from './syntax/parse.ts';
import { absolute } from './sys.ts';

/** Sets what an interactive shell begins with. */
export function becomeInteractive(state: State): void {
  state.interactive = true;
  for (const option of ['history', 'histexpand', 'emacs']) state.options.add(option);
  state.shopt.add('expand_aliases');
  const home = state.get('HOME') ?? '';
  const first = {
    PS1: '\\s-\\v\\$ ',
    PS2: '> ',
    HISTFILE: `${home}/.sh_history`,
    HISTSIZE: '500',
    HISTFILESIZE: '500',
  };
  for (const [name, value] of Object.entries(first))
    if (state.get(name) === undefined) state.set(name, value);
}

/** Runs the file of commands that an interactive shell begins with, where there is one. */
export async function runRcFile(
  path: string | undefined,
  context: Context,
  shell: Interpreter,
): Promise<void> {
  const { state } = context;
  const at = absolute(state.cwd, path ?? `${state.get('HOME') ?? ''}/.bashrc`);
  const kind = (await shell.sys.stat(at))?.kind;
  if (kind === 'file' || (kind !== undefined && kind !== 'dir'))
    await shell.call('source', [at], context);
}

export async function runTyped(shell: Interpreter, context: Context): Promise<number> {
  const { state } = context;
  state.atPrompt = true;
  await loadHistory(state, shell.sys);
  try {
    return await readAndRun(shell, context);
  } finally {
    await saveHistory(state, shell.sys);
  }
}

async function readAndRun(shell: Interpreter, context: Context): Promise<number> {
  const { state } = context;
  let text = '';
  for (;;) {
    await context.io.get(2)?.write(await nextPrompt(text !== '', context, shell));
    const input = context.io.get(0);
    const { text: read, stop } = input
      ? await readLine(input, { delimiter: 10, raw: true })
      : { text: '', stop: 'ended' };
    const isEnd = stop === 'ended';
    // As a terminal would show it.
    if (!isEnd || read !== '') await context.io.get(2)?.write(`${read}\n`);
    const line = read === '' ? read : await expandedLine(read, context);
    if (line !== undefined) text = text === '' ? line : `${text}\n${line}`;
    if (!isEnd && line !== undefined && isIncomplete(text, state)) continue;
    if (line !== undefined && text.trim() !== '') await runOne(text, context, shell);
    text = '';
    if (!isEnd) continue;
    await context.io.get(2)?.write('exit\n');
    return state.status;
  }
}

async function runOne(text: string, context: Context, shell: Interpreter): Promise<void> {
  const { state } = context;
  remember(text.replaceAll('\n', '; '), state);
  await beforeCommand(context, shell);
  try {
    await shell.runText(text, context);
  } catch (error) {
    if (error instanceof AbandonLine || error instanceof ReturnFunction)
      state.status = error.status;
    else if (error instanceof ShellError) {
      await complain(context, error.message);
      state.status = error.status;
    } else throw error;
  }
}
