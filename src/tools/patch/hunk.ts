/** A change of consecutive lines. A line is text with a character for each byte, and with its newline. */

export interface HunkLine {
  readonly mark: ' ' | '-' | '+' | '!';
  readonly text: string;
}

export interface Hunk {
  /** The first line before and after the change, from 1. */
  readonly first: number;
  readonly newFirst: number;
  readonly old: readonly HunkLine[];
  readonly new: readonly HunkLine[];
  /** What stands behind the marks of the hunk, with a space before it. */
  readonly title: string;
}

/** The hunk that takes the change back. */
export const reversed = (hunk: Hunk): Hunk => ({
  ...hunk,
  first: hunk.newFirst,
  newFirst: hunk.first,
  old: hunk.new.map(opposite),
  new: hunk.old.map(opposite),
});

function opposite({ mark, text }: HunkLine): HunkLine {
  return { mark: mark === '-' ? '+' : mark === '+' ? '-' : mark, text };
}

/** How many lines before the first change, and after the last, stay as they are. */
export function contextOf({ old, new: added }: Hunk): { prefix: number; suffix: number } {
  const leading = (lines: readonly HunkLine[]): number => {
    const at = lines.findIndex(({ mark }) => mark !== ' ');
    return at < 0 ? lines.length : at;
  };
  const trailing = (lines: readonly HunkLine[]): number => leading([...lines].reverse());
  return {
    prefix: Math.min(leading(old), leading(added)),
    suffix: Math.min(trailing(old), trailing(added)),
  };
}
