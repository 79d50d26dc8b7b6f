/** How a file separates its values, told from its beginning. */
import { type Dialect, scanRecord } from './records.ts';

/** What people separate values by. */
export const delimiters = [
  { id: '\t', words: 'Tab' },
  { id: ',', words: 'Comma' },
  { id: ';', words: 'Semicolon' },
  { id: '|', words: 'Vertical bar' },
] as const;

/** So many records are compared. */
const RECORDS = 100;

/**
 * The dialect of a file by its first bytes. The delimiter is the one that divides most records into the same number
 * of cells; of equal ones, the one with more cells. A first line `sep=;`, as Excel writes it, decides by itself.
 */
export function detectDialect(sample: Uint8Array, path: string, isWhole: boolean): Dialect {
  const mark = sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf ? 3 : 0;
  const carriage = sample.includes(0x0d) && !sample.includes(0x0a);
  const told = /^sep=([^\r\n"])(\r\n?|\n)/.exec(
    new TextDecoder('latin1').decode(sample.subarray(mark, mark + 8)),
  );
  if (told?.[1] !== undefined)
    return { delimiter: told[1].charCodeAt(0), carriage, start: mark + told[0].length };
  const isTabbed = /\.(tsv|tab)$/i.test(path);
  let best = { delimiter: (isTabbed ? '\t' : ',').charCodeAt(0), score: 0 };
  for (const { id } of delimiters) {
    const delimiter = id.charCodeAt(0);
    const score = scoreOf(sample, { delimiter, carriage, start: mark }, isWhole);
    if (score > best.score) best = { delimiter, score };
    // A name that promises tabs, which come first, is believed where there are some.
    if (isTabbed && score > 0) break;
  }
  return { delimiter: best.delimiter, carriage, start: mark };
}

/** The share of records with the most frequent number of cells, and as a fraction of a hundredth that number. */
function scoreOf(sample: Uint8Array, dialect: Dialect, isWhole: boolean): number {
  const counts = new Map<number, number>();
  let records = 0;
  let at = dialect.start;
  while (records < RECORDS && at < sample.length) {
    const { end, cells } = scanRecord(sample, at, { dialect, quotes: true, isLast: isWhole });
    if (end < 0) break;
    counts.set(cells, (counts.get(cells) ?? 0) + 1);
    records++;
    at = end;
  }
  const [cells, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  return cells < 2 ? 0 : times / records + Math.min(cells, 1000) / 100_000;
}
