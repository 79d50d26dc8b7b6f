/** Backslash escapes, in the dialects that bash(1) has of them. Bytes from 0x80 on are those bytes, whatever they are in UTF-8. */

import { joined, textOf, textOfByte } from '../kernel/rawtext.ts';
import { cEscapes } from '../tools/cescapes.ts';

/** `format` is that of printf, `b` its `%b`, `echo` that of `echo -e`, `quote` that of `$'…'` and `${x@E}`. */
export type Dialect = 'format' | 'b' | 'echo' | 'quote';

const HEX = String.raw`x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8}`;
const LETTERS = String.raw`[abeEfnrtv\\]`;
/** What follows the backslash. */
const forms: Readonly<Record<Dialect, RegExp>> = {
  format: new RegExp(String.raw`\\([0-7]{1,3}|${HEX}|${LETTERS}|["'?])`, 'g'),
  b: new RegExp(String.raw`\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|${HEX}|${LETTERS}|c)`, 'g'),
  echo: new RegExp(String.raw`\\(0[0-7]{0,3}|${HEX}|${LETTERS}|c)`, 'g'),
  quote: new RegExp(
    String.raw`\\([0-7]{1,3}|x\{[\da-fA-F]*\}?|${HEX}|${LETTERS}|["'?]|c[\s\S])`,
    'g',
  ),
};

const letters: Readonly<Record<string, string>> = {
  ...cEscapes,
  e: '\x1b',
  E: '\x1b',
};

export interface Unescaped {
  readonly text: string;
  /** At `\c`: nothing more is written. */
  readonly isStopped: boolean;
  /** What lacks its digits, as `\x`. */
  readonly problems: readonly string[];
}

export function unescaped(source: string, dialect: Dialect): Unescaped {
  const form = forms[dialect];
  let text = '';
  let at = 0;
  form.lastIndex = 0;
  for (let found = form.exec(source); found; found = form.exec(source)) {
    const code = found[1] as string;
    text += source.slice(at, found.index);
    if (code === 'c') {
      const problems = problemsIn(source.slice(0, found.index));
      return { text: joined(text), isStopped: true, problems };
    }
    text += codeValue(code);
    at = form.lastIndex;
  }
  return { text: joined(text + source.slice(at)), isStopped: false, problems: problemsIn(source) };
}

const problemsIn = (source: string): string[] =>
  [...source.matchAll(/(?<!\\)(?:\\\\)*\\([xuU])(?![\da-fA-F{])/g)].map(
    ([, letter]) => `missing ${letter === 'x' ? 'hex' : 'unicode'} digit for \\${letter}`,
  );

function codeValue(code: string): string {
  const digits = code.slice(1).replace(/[{}]/g, '');
  if (/^\d/.test(code)) return textOfByte(Number.parseInt(code, 8) & 255);
  if (code[0] === 'x') return textOfByte(Number.parseInt(digits || '0', 16) & 255);
  if (/^[uU]/.test(code)) return character(Number.parseInt(digits, 16));
  // Ctrl and a letter.
  if (code.length === 2) return textOfByte(code === 'c?' ? 127 : code.charCodeAt(1) & 31);
  return letters[code] ?? code;
}

/** A number in UTF-8, also one that no character has. */
function character(code: number): string {
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (isCharacter) return String.fromCodePoint(code);
  const tail = (shift: number): number => 0x80 | ((code >>> shift) & 0x3f);
  const bytes =
    code < 0x10000
      ? [0xe0 | (code >> 12), tail(6), tail(0)]
      : [0xf0 | ((code >> 18) & 7), tail(12), tail(6), tail(0)];
  return textOf(Uint8Array.from(bytes));
}
