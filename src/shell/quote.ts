/** Quoting for the shell to read again. */
import { escapes, octal } from '../tools/quote.ts';

export const quoteWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What would mean something to a shell that read it. */
export const META = /[\s'"\\|&;()<>!{}*[\]?^$`]|^~|[=:]~|^#/;

const MARK = /[\s!"#$&'()*,;<>?[\\\]^`{|}~]/;

/** What a terminal cannot show: control characters, and bytes that are no UTF-8. */
export const HIDDEN = /\p{Cc}|[\udc80-\udcff]/u;

/** As `printf %q` quotes: with backslashes, or as `$'…'` where something cannot be shown. */
export function quoteForInput(text: string): string {
  if (text === '') return "''";
  if (HIDDEN.test(text)) return ansiQuoted(text);
  return [...text]
    .map((char, at) => {
      const isPlain =
        (char === '#' && at > 0) ||
        (char === '~' && at > 0 && !/[=:]/.test(text[at - 1] as string));
      return MARK.test(char) && !isPlain ? `\\${char}` : char;
    })
    .join('');
}

const named: Readonly<Record<string, string>> = {
  ...escapes,
  '\x1b': '\\E',
  '\\': '\\\\',
  "'": "\\'",
};

/** As `declare -p` shows a value: in double quotes, or by what it cannot show in them as `$'…'`. */
export function quoteForAssignment(text: string, style: 'double' | 'single' = 'double'): string {
  if (HIDDEN.test(text)) return ansiQuoted(text);
  return style === 'single' ? quoteWord(text) : `"${text.replace(/["\\$`]/g, '\\$&')}"`;
}

/** As `declare -p` shows the key of an associative array. */
export const quoteKey = (key: string): string =>
  key === '' || key === '@' || META.test(key) || HIDDEN.test(key) ? quoteForAssignment(key) : key;

/** As `$'…'`. */
export const ansiQuoted = (text: string): string =>
  `$'${text.replace(/\p{Cc}|['\\]|[\udc80-\udcff]/gu, (char) => named[char] ?? octal(char))}'`;
