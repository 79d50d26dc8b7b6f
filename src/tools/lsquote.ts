/** Names as ls(1) shows them, in the styles of quoting that GNU's tools have. */
import { escapes, octal, quoted, shellWord } from './quote.ts';
import { isPrintable, widthOf } from './unicode.ts';

export const QUOTING_STYLES = [
  'literal',
  'shell',
  'shell-always',
  'shell-escape',
  'shell-escape-always',
  'c',
  'c-maybe',
  'escape',
  'locale',
  'clocale',
] as const;

export type QuotingStyle = (typeof QUOTING_STYLES)[number];

const isShown = (char: string): boolean => isPrintable(char.codePointAt(0) as number);

const escapedText = (name: string, special: string): string =>
  Array.from(name, (char) => {
    if (char === '\\' || special.includes(char)) return `\\${char}`;
    return isShown(char) ? char : (escapes[char] ?? octal(char));
  }).join('');

/** In quotes, with control characters as they are. */
function plainQuotes(name: string, always: boolean): string {
  const bare = Array.from(name, (char) =>
    isShown(char) ? char : char === '\n' || char === '\t' ? ' ' : '_',
  ).join('');
  if (!always && shellWord(bare) === bare) return name;
  return name.includes("'") && quoted(bare).startsWith('"')
    ? `"${name}"`
    : `'${name.replaceAll("'", "'\\''")}'`;
}

const styles: Readonly<Record<QuotingStyle, (name: string) => string>> = {
  literal: (name) => name,
  shell: (name) => plainQuotes(name, false),
  'shell-always': (name) => plainQuotes(name, true),
  'shell-escape': shellWord,
  'shell-escape-always': quoted,
  c: (name) => `"${escapedText(name, '"')}"`,
  'c-maybe': (name) => {
    const text = escapedText(name, '"');
    // A backslash alone needs no quotes.
    return text === name.replaceAll('\\', '\\\\') ? name : `"${text}"`;
  },
  escape: (name) => escapedText(name, ' '),
  locale: (name) => `‘${escapedText(name, '’')}’`,
  clocale: (name) => `‘${escapedText(name, '’')}’`,
};

const withoutControls: ReadonlySet<QuotingStyle> = new Set(['literal', 'shell', 'shell-always']);

export function quoteName(name: string, style: QuotingStyle, hidesControls: boolean): string {
  const text = styles[style](name);
  if (!hidesControls || !withoutControls.has(style)) return text;
  return Array.from(text, (char) => (isShown(char) ? char : '?')).join('');
}

/** Columns of the text on a terminal. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text).reduce(
    (sum, char) => sum + (isShown(char) ? widthOf(char.codePointAt(0) as number) : 0),
    0,
  );
}

const headings: Readonly<Partial<Record<QuotingStyle, (name: string) => string>>> = {
  c: (name) => `"${escapedText(name, '":')}"`,
  escape: (name) => escapedText(name, ':'),
  locale: (name) => `‘${escapedText(name, '’:')}’`,
  clocale: (name) => `‘${escapedText(name, '’:')}’`,
};

/** The heading of a directory: a colon in its name needs quotes too. */
export function quoteHeading(name: string, style: QuotingStyle, hidesControls: boolean): string {
  const heading = headings[style];
  if (heading) return heading(name);
  const text = quoteName(name, style, hidesControls);
  const isBare = (style === 'shell' || style === 'shell-escape') && text === name;
  return isBare && name.includes(':') ? quoted(name) : text;
}
