/** Hunks as text, as they are written where they could not be applied. */
import type { Hunk, HunkLine } from './hunk.ts';

export interface RejectNames {
  /** The name and what follows it in the header of the patch; with `/dev/null` where there was none. */
  readonly old: string;
  readonly new: string;
}

export type RejectFormat = 'unified' | 'context' | 'normal';

export function rejectHeader({ old, new: added }: RejectNames, format: RejectFormat): string {
  return format === 'unified' ? `--- ${old}\n+++ ${added}\n` : `*** ${old}\n--- ${added}\n`;
}

export function rejectText(hunk: Hunk, offset: number, format: RejectFormat): string {
  return format === 'unified' ? unified(hunk, offset) : context(hunk, offset, format);
}

const isChange = (line: HunkLine | undefined): boolean => line !== undefined && line.mark !== ' ';

function unified(hunk: Hunk, offset: number): string {
  const { old, new: added } = hunk;
  const range = (first: number, count: number): string =>
    count === 1 ? `${first + offset}` : `${first + offset - (count === 0 ? 1 : 0)},${count}`;
  let text = `@@ -${range(hunk.first, old.length)} +${range(hunk.newFirst, added.length)} @@${hunk.title}\n`;
  for (let i = 0, j = 0; i < old.length || j < added.length; )
    if (isChange(old[i])) text += `-${(old[i++] as HunkLine).text}`;
    else if (isChange(added[j])) text += `+${(added[j++] as HunkLine).text}`;
    else {
      text += ` ${old[i]?.text ?? added[j]?.text ?? ''}`;
      i++;
      j++;
    }
  return text;
}

function context(hunk: Hunk, offset: number, format: RejectFormat): string {
  const [stars, dashes] = format === 'normal' ? ['', ' -----'] : [' ****', ' ----'];
  const range = (first: number, count: number): string => {
    const from = first + offset;
    return count === 0 ? '0' : count === 1 ? `${from}` : `${from},${from + count - 1}`;
  };
  const [old, added] = format === 'normal' ? [hunk.old, hunk.new] : marked(hunk);
  const body = (lines: readonly HunkLine[]): string =>
    lines.map(({ mark, text }) => `${mark} ${text}`).join('');
  return (
    `***************${hunk.title}\n*** ${range(hunk.first, old.length)}${stars}\n${body(old)}` +
    `--- ${range(hunk.newFirst, added.length)}${dashes}\n${body(added)}`
  );
}

/** The lines of both sides, where those that replace others are marked by `!`. */
function marked(hunk: Hunk): [HunkLine[], HunkLine[]] {
  const sides: [HunkLine[], HunkLine[]] = [[], []];
  const { old, new: added } = hunk;
  for (let i = 0, j = 0; i < old.length || j < added.length; ) {
    const removed: HunkLine[] = [];
    const put: HunkLine[] = [];
    while (isChange(old[i])) removed.push(old[i++] as HunkLine);
    while (isChange(added[j])) put.push(added[j++] as HunkLine);
    const isBoth = removed.length > 0 && put.length > 0;
    const mark = (lines: readonly HunkLine[]): HunkLine[] =>
      isBoth ? lines.map(({ text }) => ({ mark: '!', text })) : [...lines];
    sides[0].push(...mark(removed));
    sides[1].push(...mark(put));
    if (i < old.length) sides[0].push(old[i++] as HunkLine);
    if (j < added.length) sides[1].push(added[j++] as HunkLine);
  }
  return sides;
}
