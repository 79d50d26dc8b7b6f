/**
 * The line endings of a text: CodeMirror numbers its lines alike whatever ends them, so the endings are kept
 * beside the lines, and joining lines and endings gives the text back as it was.
 */

export type Ending = '\n' | '\r\n' | '\r';

/** What a person calls each ending; a text that has several is mixed. */
export const endingNames: Readonly<Record<Ending, string>> = {
  '\n': 'LF',
  '\r\n': 'CRLF',
  '\r': 'CR',
};

/** Endings of a text in order, one character for each, so that a table of them is a string. */
const codes: Readonly<Record<string, Ending>> = { n: '\n', w: '\r\n', r: '\r' };
export const codeOf: Readonly<Record<Ending, string>> = { '\n': 'n', '\r\n': 'w', '\r': 'r' };
export const endingOfCode = (code: string | undefined): Ending => codes[code ?? 'n'] ?? '\n';

export interface Endings {
  /** The ending that a new line gets: the most frequent one. */
  readonly usual: Ending;
  /** The ending of each line by its code; undefined where all are the usual one. */
  readonly each: string | undefined;
}

/** The endings of a text. A text of one line has the ending LF. */
export function endingsOf(text: string): Endings {
  if (!text.includes('\r')) return { usual: '\n', each: undefined };
  const found: string[] = [];
  const counts: Record<string, number> = { n: 0, w: 0, r: 0 };
  for (const [ending] of text.matchAll(/\r\n?|\n/g)) {
    const code = codeOf[ending as Ending];
    found.push(code);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  const [usual = 'n', count = 0] = Object.entries(counts).sort((a, b) => b[1] - a[1])[0] ?? [];
  return {
    usual: endingOfCode(usual),
    each: count === found.length ? undefined : found.join(''),
  };
}

/** LF, CRLF, CR or Mixed. */
export function endingName(text: string): string {
  const { usual, each } = endingsOf(text);
  return each === undefined ? endingNames[usual] : 'Mixed';
}

/** The same lines, all with one ending. */
export const withEnding = (text: string, ending: Ending): string =>
  text.replace(/\r\n?|\n/g, ending);
