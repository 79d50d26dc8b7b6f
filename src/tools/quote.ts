/** Names in messages, quoted as a shell reads them back (gnulib's quotearg in its styles shell-escape and locale). */
import { bytesOf, textOf } from '../kernel/rawtext.ts';

/** The escapes of C for control characters. */
export const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
};

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;
/** What makes a shell read a word in another way. */
const SPECIAL = /[ !"$&()*;<=>[^`|\\?'\n\t]|^[#~]|^[{}]$/;

/** The bytes of a character as escapes of three octal digits. */
export const octal = (char: string): string =>
  [...bytesOf(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** A character that cannot be printed, as C writes it: `\n`, `\033`. */
const escaped = (char: string): string => escapes[char] ?? octal(char);

/** The text can stand between double quotes as it is, for C and for a shell. */
const isPlain = (text: string): boolean =>
  [...text].every((char, i) =>
    /[!-~]/.test(char)
      ? /[\w%+,\-./:\]'@]/.test(char) || (i === 0 && /[#~]/.test(char))
      : char === ' ' || char > '~',
  );

/** The name in quotes. */
export function quoted(name: string): string {
  if (UNPRINTABLE.test(name)) return quotedInParts(name);
  if (!name.includes("'")) return `'${name}'`;
  return isPlain(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;
}

/** Characters that cannot be printed stand as `$'\n'` between the quoted rest. */
function quotedInParts(name: string): string {
  let out = "'";
  let isEscaped = false;
  for (const char of name) {
    const isOdd = UNPRINTABLE.test(char);
    if (isOdd !== isEscaped) out += isOdd ? "'$'" : "''";
    isEscaped = isOdd;
    if (isOdd) out += escaped(char);
    else out += char === "'" ? "'\\''" : char;
  }
  return `${out}'`;
}

/** The name, in quotes only where a shell would need them. */
export const shellWord = (name: string): string =>
  name === '' || SPECIAL.test(name) || UNPRINTABLE.test(name) ? quoted(name) : name;

/** The name before a colon of a message: also a colon within it needs quotes. */
export const quotedIfNeeded = (name: string): string =>
  name.includes(':') ? quoted(name) : shellWord(name);

/** The argument between the quotes of GNU's messages: what cannot be shown is escaped. */
export function inQuotes(text: string): string {
  let out = '';
  for (const char of text)
    if (char === '\\' || char === '’') out += `\\${char}`;
    else out += UNPRINTABLE.test(char) ? escaped(char) : char;
  return `‘${out}’`;
}

/** One byte as GNU's messages show it. */
export const shownByte = (byte: number): string =>
  byte >= 32 && byte < 127 ? textOf(Uint8Array.of(byte)) : `\\${byte.toString(8).padStart(3, '0')}`;
