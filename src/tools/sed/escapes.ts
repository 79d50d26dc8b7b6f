/** The escapes of GNU sed for characters: \a \f \n \r \t \v, \cX, \dNNN, \oNNN and \xHH. */
import { textOf } from '../../kernel/rawtext.ts';

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const numbers: Readonly<Record<string, { readonly digits: RegExp; readonly base: number }>> = {
  d: { digits: /^[0-9]{1,3}/, base: 10 },
  o: { digits: /^[0-7]{1,3}/, base: 8 },
  x: { digits: /^[0-9a-fA-F]{1,2}/, base: 16 },
};

/**
 * Replaces the escapes by their characters. `keep` are letters that stay escapes; `guard` are characters that keep a
 * backslash, so that they stand for themselves. Returns the message of a mistake as an Error.
 */
export function unescaped(text: string, keep: string, guard: string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (char !== '\\' || at + 1 >= text.length) {
      result += char;
      at++;
      continue;
    }
    const letter = text[at + 1] as string;
    const found = keep.includes(letter) ? undefined : escapeAt(text, at + 1);
    if (!found) {
      result += char + letter;
      at += 2;
      continue;
    }
    const isGuarded = found.isGuarded ?? guard.includes(found.char);
    result += isGuarded ? `\\${found.char}` : found.char;
    at = found.next;
  }
  return result;
}

interface Escape {
  readonly char: string;
  /** The index behind it. */
  readonly next: number;
  /** Whether a backslash keeps it as it is; left out where that depends on the text around. */
  readonly isGuarded?: boolean;
}

/** The character of the escape whose letter is at `at`, and the index behind it. */
function escapeAt(text: string, at: number): Escape | undefined {
  const letter = text[at] as string;
  const simple = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
  if (simple !== undefined) return { char: simple, next: at + 1 };
  if (letter === 'c') return controlAt(text, at);
  const number = Object.hasOwn(numbers, letter) ? numbers[letter] : undefined;
  const [digits] = number?.digits.exec(text.slice(at + 1, at + 4)) ?? [];
  if (!number || digits === undefined) return undefined;
  const byte = Number.parseInt(digits, number.base) & 255;
  return { char: textOf(Uint8Array.of(byte)), next: at + 1 + digits.length };
}

function controlAt(text: string, at: number): Escape | undefined {
  const char = text[at + 1];
  // At the end only the backslash is left of it.
  if (char === undefined) return { char: '\\', next: at + 1, isGuarded: false };
  // A backslash is written twice there.
  const length = char === '\\' ? 2 : 1;
  if (length === 2 && text[at + 2] !== '\\')
    throw new Error('recursive escaping after \\c not allowed');
  const code = char.toUpperCase().charCodeAt(0) ^ 0x40;
  return { char: String.fromCharCode(code & 127), next: at + 1 + length };
}
