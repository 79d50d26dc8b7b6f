/** Long lines: an editor lays out a line whole, so that one of millions of characters would stop the page. */

/** Longer lines are shown cut at first, to be read only. */
export const CUT_ABOVE = 100_000;
/** Longer lines are not opened in the editor at all. */
export const EDIT_MAX_LINE = 1_000_000;
/** So many characters stand in a row of a cut line. */
const ROW = 200;

/** The length of the longest line, in characters. */
export function longestLine(text: string): number {
  let longest = 0;
  for (let start = 0; start <= text.length; ) {
    const end = endOfLine(text, start);
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}

function endOfLine(text: string, start: number): number {
  const found = text.indexOf('\n', start);
  const end = found < 0 ? text.length : found;
  if (end - start <= CUT_ABOVE) return end;
  // The lines of old texts end with CR alone.
  const old = text.indexOf('\r', start);
  return old < 0 || old > end ? end : old;
}

export interface CutRow {
  /** The number of its line, in the first row of each. */
  readonly line: number | undefined;
  readonly from: number;
  readonly to: number;
}

/** The rows of a text whose long lines are cut; they are places in it, not copies. */
export function cutRows(text: string): CutRow[] {
  const rows: CutRow[] = [];
  for (let start = 0, line = 1; start <= text.length; line++) {
    const end = endOfLine(text, start);
    let from = start;
    do {
      const to = Math.min(end, from + ROW);
      rows.push({ line: from === start ? line : undefined, from, to });
      from = to;
    } while (from < end);
    start = end + 1;
  }
  return rows;
}

/** At most so many characters of a line are drawn where lines stand among others. */
const SHOWN_MAX = 2000;

/** A line as it is drawn in a list of lines: what is cut off is counted. */
export const shortened = (line: string): string =>
  line.length <= SHOWN_MAX
    ? line
    : `${line.slice(0, SHOWN_MAX)} … and ${(line.length - SHOWN_MAX).toLocaleString()} more characters`;
