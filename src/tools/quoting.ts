/** Names in messages and listings, quoted as coreutils does (quotearg(3) of gnulib). */
import { bytesOf } from '../kernel/rawtext.ts';

const letters: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;

export const isPrintable = (char: string): boolean => !UNPRINTABLE.test(char);

/** A character that cannot be printed, as C writes it: `\n`, `\033`. */
export const escaped = (char: string): string =>
  letters[char] ??
  [...bytesOf(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** Between ‘ and ’. */
export function quoteText(text: string): string {
  let out = '';
  for (const char of text)
    if (char === '\\' || char === '’') out += `\\${char}`;
    else out += isPrintable(char) ? char : escaped(char);
  return `‘${out}’`;
}

const SPECIAL = /[ !"$&()*;<=>[^`|\\?'\n\t]|^[#~]|^[{}]$/;

/** What may stand between double quotes as it is, in C and in the shell. */
const isPlain = (text: string): boolean =>
  [...text].every((char, i) =>
    /[!-~]/.test(char)
      ? /[\w%+,\-./:\]'@]/.test(char) || (i === 0 && /[#~]/.test(char))
      : char === ' ' || char > '~',
  );

/** For the shell, between single quotes always. */
export function quoteName(text: string): string {
  if (UNPRINTABLE.test(text)) return quoteParts(text);
  if (!text.includes("'")) return `'${text}'`;
  return isPlain(text) ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

/** For the shell, quoted only where it must be. */
export const quoteIfNeeded = (text: string): string =>
  text === '' || SPECIAL.test(text) || UNPRINTABLE.test(text) ? quoteName(text) : text;

/** What cannot be printed stands as `$'\n'` between the quoted rest. */
function quoteParts(text: string): string {
  let out = "'";
  let isEscaped = false;
  for (const char of text) {
    const isOdd = !isPrintable(char);
    if (isOdd !== isEscaped) out += isOdd ? "'$'" : "''";
    isEscaped = isOdd;
    if (isOdd) out += escaped(char);
    else out += char === "'" ? "'\\''" : char;
  }
  return `${out}'`;
}
