/** A JSON tree as its rows, and how much of the text is scanned for them. */
import { expect, test } from 'vitest';
import { atOnce, inParts, type Steps } from '../inparts.ts';
import { cutTo } from './jsonscan.ts';
import { type JsonRow, JsonTree, type Open, PART } from './jsontree.ts';

const none: Open = new Map();

/** Rows as lines: the level as blanks, the name or index, and the value, or a count of values. */
const linesOf = (text: string, rows: readonly JsonRow[]): string[] =>
  rows.map(({ child, level, index, isOpen, hidden }) => {
    const head = `${' '.repeat(level)}${child.name ?? index ?? ''}`;
    if (hidden !== undefined) return `${' '.repeat(level)}${hidden} more`;
    if (child.count === undefined) return `${head}=${cutTo(text, child.start, child.end)}`;
    return `${head}${isOpen ? '▾' : '▸'}${child.count}`;
  });

/** How many steps some work takes: a scan makes one after so many characters. */
function stepsOf(steps: Steps<unknown>): number {
  let count = 0;
  while (!steps.next().done) count++;
  return count;
}

test('the rows are those of the open arrays and objects, in order', () => {
  const text = '{"a":[1,{"b":[2,[3]]}],"c":{},"d":"x"}';
  const tree = new JsonTree(text);
  expect(linesOf(text, atOnce(tree.rows(none)))).toEqual([
    '▾3',
    ' "a"▾2',
    '  0=1',
    '  1▾1',
    '   "b"▸2',
    ' "c"▾0',
    ' "d"="x"',
  ]);
  const open = new Map([
    [text.indexOf('[2'), PART],
    [text.indexOf('{}'), 0],
  ]);
  expect(linesOf(text, atOnce(tree.rows(open)))).toEqual([
    '▾3',
    ' "a"▾2',
    '  0=1',
    '  1▾1',
    '   "b"▾2',
    '    0=2',
    '    1▸1',
    ' "c"▸0',
    ' "d"="x"',
  ]);
});

test('a million numbers are shown in parts', () => {
  const text = `[${Array.from({ length: 1_000_000 }, (_, i) => i).join(',')}]`;
  const tree = new JsonTree(text);
  const first = atOnce(tree.rows(none));
  expect(first).toHaveLength(PART + 2);
  expect(linesOf(text, first).at(-2)).toBe(` ${PART - 1}=${PART - 1}`);
  expect(linesOf(text, first).at(-1)).toBe(` ${1_000_000 - PART} more`);
  const more = atOnce(tree.rows(new Map([[0, 2 * PART]])));
  expect(linesOf(text, more).at(-2)).toBe(` ${2 * PART - 1}=${2 * PART - 1}`);
});

test('of 1,000 open levels none is scanned again', () => {
  const filler = JSON.stringify('x'.repeat(100));
  const text = `${`[${filler},`.repeat(1000)}0${']'.repeat(1000)}`;
  const open = new Map<number, number>();
  for (let level = 0, at = 0; level < 1000; level++, at += filler.length + 2) open.set(at, PART);
  const tree = new JsonTree(text);
  expect(stepsOf(tree.rows(open))).toBeGreaterThan(1000);
  // Only the walk over the rows makes steps now.
  expect(stepsOf(tree.rows(open))).toBeLessThan(5);
  const rows = atOnce(tree.rows(open));
  expect(rows).toHaveLength(2001);
  expect(rows.at(-1)?.level).toBe(1000);
});

test('many small objects are closed at first, so that the rows stay few', () => {
  const many = JSON.stringify(new Array(200_000).fill({ a: [1, 2], b: 2 }));
  const rows = atOnce(new JsonTree(many).rows(none));
  expect(rows).toHaveLength(PART + 2);
  expect(rows[1]?.isOpen).toBe(false);
  const few = atOnce(new JsonTree(JSON.stringify([{ a: [1, 2], b: 2 }])).rows(none));
  expect(few).toHaveLength(6);
});

test('a reading that was left halfway gives the right rows the next time', async () => {
  const text = JSON.stringify([new Array(300_000).fill(7), new Array(300_000).fill('x')]);
  const tree = new JsonTree(text);
  const stop = new AbortController();
  const left = inParts(tree.rows(none), stop.signal, () => stop.abort());
  await expect(left).rejects.toThrow();
  expect(linesOf(text, atOnce(tree.rows(none)))).toEqual(['▾2', ' 0▸300000', ' 1▸300000']);
});

test('a text that is not JSON has no rows but a reason', () => {
  expect(() => atOnce(new JsonTree('[1, 2').rows(none))).toThrow(
    'the text ends where a comma or “]” is expected.',
  );
});
