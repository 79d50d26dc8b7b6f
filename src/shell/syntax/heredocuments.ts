/** Here-documents (bash(1) "Here Documents"): a redirection announces one, and its text stands behind the line. */
import type { Scanner } from './scanner.ts';
import type { Delimiter, Word } from './tree.ts';
import type { Words } from './words.ts';

export interface HereDocument {
  readonly delimiter: Delimiter;
  /** Of the redirection. */
  readonly line: number;
  /** What the redirection has, to be filled. */
  readonly target: { parts: Word['parts']; source: string };
}

export const announcedBy = (word: Word, stripsTabs: boolean, line: number): HereDocument => ({
  delimiter: { text: plainText(word), isQuoted: /["'\\]/.test(word.source), stripsTabs },
  line,
  target: { parts: [], source: '' },
});

/**
 * Reads the text, which begins here. In `$(…)` the parenthesis that closes that may follow the delimiter. Returns false
 * where all that is left was read and no delimiter came.
 */
export function readHereDocument(
  { delimiter: { text: delimiter, isQuoted, stripsTabs }, target }: HereDocument,
  scanner: Scanner,
  words: Words,
  isInSubstitution: boolean,
): boolean {
  const first = scanner.line;
  let text = '';
  let isEnded = false;
  while (!scanner.isAtEnd) {
    const start = scanner.at;
    const line = isQuoted ? takeLine(scanner) : takeJoinedLine(scanner);
    const shown = stripsTabs ? line.replace(/^\t+/, '') : line;
    isEnded = shown.replace(/\n$/, '') === delimiter;
    if (isEnded) break;
    const isClosed =
      isInSubstitution &&
      delimiter !== '' &&
      shown.startsWith(delimiter) &&
      shown.includes(')', delimiter.length);
    if (isClosed) {
      scanner.at = start + line.length - shown.length + delimiter.length;
      isEnded = true;
      break;
    }
    text += shown.endsWith('\n') ? shown : `${shown}\n`;
  }
  const word: Word = isQuoted
    ? { parts: text === '' ? [] : [{ type: 'Quoted', text }], source: text }
    : words.quotedText(text, first, 'kept');
  target.parts = word.parts;
  target.source = word.source;
  return isEnded;
}

/** With its line break, where it has one. */
const takeLine = (scanner: Scanner): string => scanner.match(/[^\n]*\n?/y)?.[0] ?? '';

/** The same with the lines that follow where a backslash stands before the line break. */
function takeJoinedLine(scanner: Scanner): string {
  let line = takeLine(scanner);
  while (/(?<!\\)(?:\\\\)*\\\n$/.test(line)) line = line.slice(0, -2) + takeLine(scanner);
  return line;
}

/** A word without its quotes; what would be expanded stays as it was written. */
function plainText({ parts, source }: Word): string {
  const text = parts.map((part) =>
    part.type === 'Literal' || part.type === 'Quoted'
      ? part.text
      : part.type === 'DoubleQuoted'
        ? plainText({ parts: part.parts, source: '' })
        : 'source' in part
          ? part.source
          : part.type === 'Tilde'
            ? `~${part.user}`
            : undefined,
  );
  return text.includes(undefined) ? source : text.join('');
}
