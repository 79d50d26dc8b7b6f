/** The builtin `fc`: lists the history, or runs lines of it again (bash(1)). */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { quoteWord } from './quote.ts';

const USAGE = 'fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]';
/** How many are listed where nothing says how many. */
const LISTED = 16;

interface Options {
  readonly letters: ReadonlySet<string>;
  readonly editor: string | undefined;
  readonly rest: readonly string[];
}

async function read(args: readonly string[], context: Context): Promise<Options | undefined> {
  const letters = new Set<string>();
  let editor: string | undefined;
  let at = 0;
  for (; /^-./.test(args[at] ?? '') && !/^-\d/.test(args[at] as string); at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      const value = letter === 'e' ? word.slice(i + 1) || args[++at] : '';
      if (!'elnrs'.includes(letter) || value === undefined) {
        const why = value === undefined ? 'option requires an argument' : 'invalid option';
        await complain(context, `fc: -${letter}: ${why}`);
        await context.io.get(2)?.write(`fc: usage: ${USAGE}\n`);
        return undefined;
      }
      if (letter === 'e') {
        editor = value;
        break;
      }
      letters.add(letter);
    }
  }
  return { letters, editor, rest: args.slice(at) };
}

export const fc: Builtin = async (args, context, shell) => {
  const options = await read(args, context);
  if (!options) return 2;
  const { letters, editor, rest } = options;
  const { state } = context;
  state.history.shrink(state);
  const { lines } = state.history;
  // The command itself, where it is in the list, is left out.
  const isOwn = state.options.has('history') && state.interactive && lines.length > 0;
  const end = lines.length - (isOwn ? 1 : 0);
  if (letters.has('s') || editor === '-') return again(rest, end, context, shell);
  if (end === 0) return 0;
  const isList = letters.has('l');
  const [first, last] = rest;
  const from =
    first === undefined ? (isList ? end - LISTED : end - 1) : found(first, end, isList, context);
  const to =
    last === undefined
      ? isList
        ? end - 1
        : first === undefined
          ? end - 1
          : from
      : found(last, end, isList, context);
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(end - 1, Math.max(from, to))];
  const chosen = lines
    .slice(low, high + 1)
    .map((line, i) => ({ line, number: state.history.base + low + i }));
  if (letters.has('r') || from > to) chosen.reverse();
  if (!isList)
    return edited(
      chosen.map(({ line }) => line),
      editor,
      context,
      shell,
    );
  await out(
    context,
    chosen.map(({ line, number }) => `${letters.has('n') ? '' : number}\t ${line}\n`).join(''),
  );
  return 0;
};

/** The place that a number, an offset from the end, or the beginning of a line stands for. */
function found(word: string, end: number, isList: boolean, { state }: Context): number {
  const { lines, base } = state.history;
  if (/^[-+]?\d+$/.test(word)) {
    const number = Number(word);
    const at = number < 0 ? end + number : number === 0 ? (isList ? end : end - 1) : number - base;
    return Math.max(0, Math.min(at, end - 1));
  }
  const at = lines.slice(0, end).findLastIndex((line) => line.startsWith(word));
  if (at < 0) throw new ShellError('no command found');
  return at;
}

/** `-s`: a line once more, with texts in it replaced. */
async function again(
  words: readonly string[],
  end: number,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const changes = words.filter((word) => word.includes('='));
  const [command] = words.filter((word) => !word.includes('='));
  if (end === 0) throw new ShellError('no command found');
  const at = command === undefined ? end - 1 : found(command, end, false, context);
  let line = context.state.history.lines[at] as string;
  for (const change of changes) {
    const equals = change.indexOf('=');
    line = line.replaceAll(change.slice(0, equals), () => change.slice(equals + 1));
  }
  return run(line, end, context, shell);
}

/** Shows a line on standard error and runs it; it takes the place of the `fc` in the list. */
async function run(
  line: string,
  end: number,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { history } = context.state;
  await context.io.get(2)?.write(`${line}\n`);
  if (end < history.lines.length) history.delete(end);
  history.add(line.replaceAll('\n', '; '));
  return shell.runText(line, context);
}

/** Gives lines to an editor, and runs what it makes of them. */
async function edited(
  lines: readonly string[],
  named: string | undefined,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  const editor = named ?? (state.get('FCEDIT') || state.get('EDITOR') || 'vi');
  const path = `${state.get('TMPDIR') || '/tmp'}/bash-fc.${state.shellPid}`;
  await shell.sys.writeFile(path, bytesOf(lines.map((line) => `${line}\n`).join('')));
  try {
    const status = await shell.runText(`${editor} ${quoteWord(path)}`, context);
    if (status !== 0) return status;
    const text = textOf(await shell.sys.readFile(path)).trimEnd();
    const { history } = state;
    return text === '' ? 0 : await run(text, Math.max(0, history.lines.length - 1), context, shell);
  } finally {
    await shell.call('rm', ['-f', path], context, 'commands');
  }
}
