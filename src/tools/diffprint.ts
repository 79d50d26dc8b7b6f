/** The changes between two files as diff(1) prints them: by lines alone, or with lines around them in one block or in two. */
import type { Lines } from './difflines.ts';
import { countOf, lineOf } from './difflines.ts';
import type { Change } from './diffscript.ts';
import type { Output } from './stdio.ts';

export interface Layout {
  readonly style: 'normal' | 'unified' | 'context';
  readonly context: number;
  /** A tab stands between the mark and the line. */
  readonly initialTab: boolean;
  /** No blank stands before an empty line. */
  readonly bareEmpty: boolean;
  readonly isIgnored: (change: Change) => boolean;
}

interface Pair {
  readonly a: Lines;
  readonly b: Lines;
}

type Print = (out: Output, hunk: readonly Change[], pair: Pair, layout: Layout) => void;

function writeLine(out: Output, mark: string, lines: Lines, index: number): void {
  const line = lineOf(lines, index);
  out.text(mark);
  out.bytes(line);
  const isOpen = lines.isOpen && index === countOf(lines) - 1;
  out.text(isOpen ? '\n\\ No newline at end of file\n' : '\n');
}

const rangeText = (first: number, last: number): string =>
  last > first ? `${first},${last}` : String(last);

const normal: Print = (out, [change], { a, b }, layout) => {
  const { from, to, deleted, inserted } = change as Change;
  const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c';
  const gap = layout.initialTab ? '\t' : ' ';
  out.text(`${rangeText(from + 1, from + deleted)}${letter}${rangeText(to + 1, to + inserted)}\n`);
  for (let i = 0; i < deleted; i++) writeLine(out, `<${gap}`, a, from + i);
  if (letter === 'c') out.text('---\n');
  for (let i = 0; i < inserted; i++) writeLine(out, `>${gap}`, b, to + i);
};

interface Reach {
  readonly from: number;
  readonly fromEnd: number;
  readonly to: number;
  readonly toEnd: number;
}

/** The lines of a hunk with those around it; the ends are the lines after the last. */
function reachOf(hunk: readonly Change[], { a, b }: Pair, context: number): Reach {
  const [first, last] = [hunk[0] as Change, hunk.at(-1) as Change];
  return {
    from: Math.max(0, first.from - context),
    fromEnd: Math.min(countOf(a), last.from + last.deleted + context),
    to: Math.max(0, first.to - context),
    toEnd: Math.min(countOf(b), last.to + last.inserted + context),
  };
}

function unifiedRange(from: number, end: number): string {
  const count = end - from;
  return count === 1 ? String(end) : `${count === 0 ? end : from + 1},${count}`;
}

const unified: Print = (out, hunk, pair, layout) => {
  const { a, b } = pair;
  const reach = reachOf(hunk, pair, layout.context);
  const gap = layout.initialTab ? '\t' : '';
  out.text(
    `@@ -${unifiedRange(reach.from, reach.fromEnd)} +${unifiedRange(reach.to, reach.toEnd)} @@\n`,
  );
  let at = reach.from;
  const around = (end: number): void => {
    for (; at < end; at++) {
      const isBare = layout.bareEmpty && lineOf(a, at).length === 0;
      writeLine(out, isBare ? '' : gap || ' ', a, at);
    }
  };
  for (const { from, to, deleted, inserted } of hunk) {
    around(from);
    for (; at < from + deleted; at++) writeLine(out, `-${gap}`, a, at);
    for (let i = 0; i < inserted; i++) writeLine(out, `+${gap}`, b, to + i);
  }
  around(reach.fromEnd);
};

const context: Print = (out, hunk, pair, layout) => {
  const { a, b } = pair;
  const { from, fromEnd, to, toEnd } = reachOf(hunk, pair, layout.context);
  const gap = layout.initialTab ? '\t' : ' ';
  out.text(`***************\n*** ${rangeText(from + 1, fromEnd)} ****\n`);
  const part = (lines: Lines, start: number, end: number, isOld: boolean): void => {
    for (let at = start, next = 0; at < end; at++) {
      const endOf = (each: Change): number =>
        isOld ? each.from + each.deleted : each.to + each.inserted;
      while (hunk[next] && endOf(hunk[next] as Change) <= at) next++;
      const change = hunk[next];
      const isIn = change !== undefined && (isOld ? change.from : change.to) <= at;
      const isBoth = isIn && change.deleted > 0 && change.inserted > 0;
      const mark = !isIn ? ' ' : isBoth ? '!' : isOld ? '-' : '+';
      const isBare = mark === ' ' && layout.bareEmpty && lineOf(lines, at).length === 0;
      writeLine(out, isBare ? '' : mark + gap, lines, at);
    }
  };
  if (hunk.some(({ deleted }) => deleted > 0)) part(a, from, fromEnd, true);
  out.text(`--- ${rangeText(to + 1, toEnd)} ----\n`);
  if (hunk.some(({ inserted }) => inserted > 0)) part(b, to, toEnd, false);
};

const prints: Readonly<Record<Layout['style'], Print>> = { normal, unified, context };

/** Prints the hunks that are not ignored. */
export async function printChanges(
  out: Output,
  changes: readonly Change[],
  pair: Pair,
  layout: Layout,
): Promise<void> {
  for (const hunk of hunksOf(changes, layout)) {
    if (hunk.every(layout.isIgnored)) continue;
    prints[layout.style](out, hunk, pair, layout);
    if (out.isFull) await out.flush();
  }
}

/** Changes whose lines around them touch are one hunk. */
function hunksOf(changes: readonly Change[], layout: Layout): Change[][] {
  if (layout.style === 'normal') return changes.map((each) => [each]);
  const hunks: Change[][] = [];
  for (const change of changes) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (!hunk || !last) {
      hunks.push([change]);
      continue;
    }
    // An ignored change is shown only where it is near the change before it, as in GNU diff.
    const gap = layout.isIgnored(change) ? layout.context : 2 * layout.context + 1;
    if (change.from - (last.from + last.deleted) < gap) hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}
