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
  for (const { from, to } of linesOf(text)) longest = Math.max(longest, to - from);
  return longest;
}

/** The length of the longest line of a text that has one longer than `CUT_ABOVE`, else 0. Most of the text is skipped. */
export function longestCut(text: string): number {
  for (let from = 0; text.length - from > CUT_ABOVE; ) {
    // A slice, so that the search ends where it begins.
    const part = text.slice(from, from + CUT_ABOVE + 1);
    const ending = Math.max(part.lastIndexOf('\n'), part.lastIndexOf('\r'));
    if (ending < 0) return longestLine(text);
    from += ending + 1;
  }
  return 0;
}

/** The lines as places in a text, whatever ends them; each search goes on where the one before has found its ending. */
function* linesOf(text: string): Generator<{ readonly from: number; readonly to: number }> {
  const search = (ending: string, from: number): number => {
    const found = text.indexOf(ending, from);
    return found < 0 ? text.length : found;
  };
  let feed = search('\n', 0);
  let carriage = search('\r', 0);
  for (let from = 0; ; ) {
    const to = Math.min(feed, carriage);
    yield { from, to };
    if (to === text.length) return;
    from = text.startsWith('\r\n', to) ? to + 2 : to + 1;
    if (feed < from) feed = search('\n', from);
    if (carriage < from) carriage = search('\r', from);
  }
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
  let line = 0;
  for (const { from: start, to: end } of linesOf(text)) {
    line++;
    let from = start;
    do {
      const to = Math.min(end, from + ROW);
      rows.push({ line: from === start ? line : undefined, from, to });
      from = to;
    } while (from < end);
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
