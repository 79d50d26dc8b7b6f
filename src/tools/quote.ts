/** Names in messages, quoted as a shell reads them back (gnulib's quotearg in its style shell-escape). */
import { bytesOf, textOf } from '../kernel/rawtext.ts';

const SAFE = /^[\w@%+=,./-]+$/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;

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

/** The name in quotes. */
export function quoted(name: string): string {
  if (!CONTROL.test(name)) {
    if (!name.includes("'")) return `'${name}'`;
    if (!/["$\\`]/.test(name)) return `"${name}"`;
    return `'${name.replaceAll("'", "'\\''")}'`;
  }
  let out = "'";
  let isEscaped = false;
  for (const char of name) {
    const isControl = CONTROL.test(char);
    if (isControl && !isEscaped) out += "'$'";
    if (!isControl && isEscaped) out += "''";
    isEscaped = isControl;
    if (isControl) out += escapes[char] ?? octal(char);
    else out += char === "'" ? "'\\''" : char;
  }
  return `${out}'`;
}

/** The bytes of a character as escapes of three octal digits. */
export const octal = (char: string): string =>
  [...bytesOf(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** The name, in quotes only where a shell would need them. */
export const quotedIfNeeded = (name: string): string =>
  SAFE.test(name) ||
  (/^[^\p{Cc}\p{Cs}\p{Z}!"#$&'()*:;<=>?[\\\]^`{|}~]+$/u.test(name) && name !== '')
    ? name
    : quoted(name);

/** The argument between the quotes of GNU's messages: what cannot be shown is escaped. */
export function inQuotes(text: string): string {
  let out = '';
  for (const char of text) {
    if (char === '\\') out += '\\\\';
    else if (CONTROL.test(char)) out += escapes[char] ?? octal(char);
    else out += char;
  }
  return `‘${out}’`;
}

/** One byte as GNU's messages show it. */
export const shownByte = (byte: number): string =>
  byte >= 32 && byte < 127 ? textOf(Uint8Array.of(byte)) : `\\${byte.toString(8).padStart(3, '0')}`;
