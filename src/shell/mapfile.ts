/** The builtin `mapfile`, also called `readarray`: the lines of a descriptor become an array (bash(1)). */
import { concat } from '../kernel/bytes.ts';
import { FsError } from '../kernel/errors.ts';
import { textOf } from '../kernel/rawtext.ts';
import { wholeNumber } from './arguments.ts';
import { optionsOf } from './builtinoptions.ts';
import { ReadonlyError, ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import type { Stream } from './io.ts';
import { quoteWord } from './quote.ts';

const USAGE =
  '[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]';
const COUNT_MAX = 2 ** 32 - 1;
const CHUNK = 1 << 16;

/** What an option takes: the least number, and what the error calls it. */
const numbers: Readonly<Record<string, readonly [least: number, called: string]>> = {
  n: [0, 'line count'],
  s: [0, 'line count'],
  O: [0, 'array origin'],
  c: [1, 'callback quantum'],
  u: [0, 'file descriptor specification'],
};

function numbersIn(on: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [letter, text] of on) {
    const [least, called] = numbers[letter] ?? [];
    if (least === undefined) continue;
    const value = wholeNumber(text);
    if (value === undefined || value < least || value > COUNT_MAX)
      throw new ShellError(`${text}: invalid ${called}`);
    found.set(letter, value);
  }
  return found;
}

/** Lines with their delimiters, where they have one. What is read too far goes back when no more lines are wanted. */
async function* linesOf(input: Stream, delimiter: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for (;;) {
      const end = rest.indexOf(delimiter) + 1;
      if (end > 0) {
        const line = concat([...parts, rest.subarray(0, end)]);
        parts = [];
        rest = rest.subarray(end);
        yield line;
        continue;
      }
      parts.push(rest);
      rest = await input.read(CHUNK);
      if (rest.length === 0) break;
    }
    const last = concat(parts);
    if (last.length > 0) yield last;
  } catch (error) {
    // A descriptor that cannot be read, as that of a directory, has no lines.
    if (!(error instanceof FsError)) throw error;
  } finally {
    if (rest.length > 0) input.pushBack(rest);
  }
}

/** A variable holds no NUL: it ends the text. */
function shown(line: Uint8Array, delimiter: number, trims: boolean): string {
  const isWhole = line.at(-1) === delimiter;
  const text = textOf(trims && isWhole ? line.subarray(0, -1) : line);
  return text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text;
}

const called =
  (builtin: string): Builtin =>
  async (args, context, shell) => {
    const usage = `${builtin} ${USAGE}`;
    const spec = { name: builtin, letters: 't', values: 'dnOsuCc', usage };
    const given = await optionsOf(args, spec, context);
    if (!given) return 2;
    const { on, rest } = given;
    const value = numbersIn(on);
    const { state, io } = context;
    const fd = value.get('u') ?? 0;
    const input = io.get(fd);
    if (fd !== 0 && !input)
      throw new ShellError(`${on.get('u')}: invalid file descriptor: Bad file descriptor`);
    const name = rest[0] ?? 'MAPFILE';
    if (name === '') throw new ShellError('empty array variable name');
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`\`${name}': not a valid identifier`);
    if (state.attributes(name).includes('r')) throw new ReadonlyError(name);
    if (state.isAssoc(name)) throw new ShellError(`${name}: not an indexed array`);
    state.setArray(name, [], on.has('O'));
    if (!input?.readable) return 0;

    const delimiter = on.has('d') ? on.get('d')?.charCodeAt(0) || 0 : 10;
    const [skipped, quantum] = [value.get('s') ?? 0, value.get('c') ?? 5000];
    const last = skipped + (value.get('n') || Number.POSITIVE_INFINITY);
    let index = value.get('O') ?? 0;
    let count = 0;
    for await (const line of linesOf(input, delimiter)) {
      if (++count > skipped) {
        const text = shown(line, delimiter, on.has('t'));
        if (on.has('C') && (count - skipped) % quantum === 0)
          await shell.runText(`${on.get('C')} ${index} ${quoteWord(text)}`, context);
        state.setElement(name, index++, text);
      }
      if (count === last) break;
    }
    return 0;
  };

export const mapfile = called('mapfile');
export const readarray = called('readarray');
