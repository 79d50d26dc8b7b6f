/** Words of a line, quoted as in rc(1): ns text and control files. */
/** One word as a line takes it. */
export const quoteWord = (word: string): string =>
  /^[A-Za-z0-9_\-./:@%+,~]+$/.test(word)
    ? word
    : `'${word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll("'", "''")}'`;

/** rc(1) words: blanks separate, '…' quotes, '' inside is one quote; there \n is a newline and \\ a backslash. */
export function splitWords(line: string): string[] {
  const found: string[] = [];
  for (const match of line.matchAll(/'((?:[^']|'')*)'|([^\s']+)/g)) {
    const quoted = match[1];
    found.push(
      quoted === undefined
        ? (match[2] as string)
        : quoted.replaceAll("''", "'").replace(/\\([\\n])/g, (_, c) => (c === 'n' ? '\n' : '\\')),
    );
  }
  return found;
}
