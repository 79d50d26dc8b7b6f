/** The builtin `history` (bash(1)). */
import { FsError } from '../kernel/errors.ts';
import { explain } from '../tools/strerror.ts';
import { wholeNumber } from './arguments.ts';
import { optionsOf, tooMany } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import { linesOf, writeLines } from './history.ts';
import { expandHistory } from './historyexpansion.ts';
import type { Builtin, Interpreter } from './interpreter.ts';

const USAGE =
  'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]';

export const history: Builtin = async (args, context, shell) => {
  const spec = { name: 'history', letters: 'acnprsw', values: 'd', usage: USAGE };
  const given = await optionsOf(args, spec, context);
  if (!given) return 2;
  const { on, rest } = given;
  const { state } = context;
  const { history: list } = state;
  list.shrink(state);
  const files = ['a', 'n', 'r', 'w'].filter((letter) => on.has(letter));
  if (files.length > 1) {
    await complain(context, 'history: cannot use more than one of -anrw');
    return 1;
  }
  if (on.has('c')) {
    list.clear();
    if (rest.length === 0 && files.length === 0 && !on.has('d')) return 0;
  }
  // The command itself is not kept.
  if ((on.has('s') || on.has('p')) && rest.length > 0 && state.options.has('history'))
    list.delete(list.lines.length - 1);
  if (on.has('s')) {
    if (rest.length > 0) list.add(rest.join(' '));
    return 0;
  }
  if (on.has('p')) return printExpanded(rest, context);
  if (on.has('d')) return remove(on.get('d') as string, context);
  const [letter] = files;
  if (letter !== undefined) return transfer(letter, rest[0], context, shell);
  if (rest.length > 1) return tooMany('history', context);
  const [word] = rest;
  const shown = word === undefined ? list.lines.length : wholeNumber(word);
  if (shown === undefined) throw new ShellError(`${word}: numeric argument required`);
  const from = Math.max(0, list.lines.length - Math.abs(shown));
  await out(
    context,
    list.lines
      .slice(from)
      .map((line, i) => `${String(list.base + from + i).padStart(5)}  ${line}\n`)
      .join(''),
  );
  return 0;
};

async function printExpanded(words: readonly string[], context: Context): Promise<number> {
  let status = 0;
  for (const word of words)
    try {
      await out(context, `${expandHistory(word, context.state)?.text ?? word}\n`);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await complain(context, `history: ${word}: history expansion failed`);
      status = 1;
    }
  return status;
}

/** `-d`: one line by its number or from the end, or a range of them. */
async function remove(word: string, { state: { history: list } }: Context): Promise<number> {
  const [, first, last] = /^([-+]?\d+)(?:-([-+]?\d+))?$/.exec(word) ?? [];
  const outOfRange = new ShellError(`${word}: history position out of range`);
  if (first === undefined) throw outOfRange;
  const at = (text: string): number => {
    const number = Number(text);
    return number < 0 ? list.lines.length + number : number - list.base;
  };
  const [from, to] = [at(first), at(last ?? first)];
  if (from < 0 || to >= list.lines.length || to < from) throw outOfRange;
  list.delete(from, to - from + 1);
  return 0;
}

/** `-a`, `-n`, `-r`, `-w`: between the list and a file. */
async function transfer(
  letter: string,
  given: string | undefined,
  context: Context,
  { sys }: Interpreter,
): Promise<number> {
  const { state } = context;
  const { history: list } = state;
  const path = given ?? state.get('HISTFILE');
  if (!path) return 1;
  try {
    if (letter === 'w') await writeLines(path, list.lines, false, state, sys);
    else if (letter === 'a') {
      if (list.unsaved > 0)
        await writeLines(path, list.lines.slice(-list.unsaved), true, state, sys);
    } else {
      const lines = await linesOf(path, state, sys);
      for (const line of letter === 'r' ? lines : lines.slice(list.read)) list.lines.push(line);
      list.read = lines.length;
      list.shrink(state);
      return 0;
    }
    list.unsaved = 0;
    return 0;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    await complain(context, `history: ${path}: ${explain(error)}`);
    return 1;
  }
}
