/** Copies selected cells to the clipboard, as spreadsheets paste them. */
import { asClipboardText, type Range } from './layout.ts';
import { cellOf, type RecordIndex, type TableRecord } from './recordindex.ts';

/** The clipboard gets at most so many cells and characters at once. */
const CELLS_MAX = 500_000;
const CHARACTERS_MAX = 20_000_000;

/** `head` is the number of rows above the first one of the range. Returns what a person is told. */
export async function copyCells(index: RecordIndex, head: number, range: Range): Promise<string> {
  const text = await selectedText(index, head, range);
  await navigator.clipboard.writeText(text);
  const cells = (range.bottom - range.top + 1) * (range.right - range.left + 1);
  return cells === 1 ? 'Copied one cell' : `Copied ${cells.toLocaleString('en')} cells`;
}

export async function selectedText(
  index: RecordIndex,
  head: number,
  { top, bottom, left, right }: Range,
): Promise<string> {
  const cells = (bottom - top + 1) * (right - left + 1);
  if (cells > CELLS_MAX)
    throw new Error(
      `These are ${cells.toLocaleString('en')} cells. At most ${CELLS_MAX.toLocaleString('en')} can be copied at once.`,
    );
  const rows: string[][] = [];
  let characters = 0;
  let block = -1;
  let records: readonly TableRecord[] = [];
  for (let row = top + head; row <= bottom + head; row++) {
    if (index.blockOf(row) !== block) {
      block = index.blockOf(row);
      records = await index.records(block);
    }
    const record = records[row - index.firstRowOf(block)];
    const texts = Array.from({ length: right - left + 1 }, (_, at) =>
      record ? (cellOf(record, left + at) ?? '') : '',
    );
    characters += texts.reduce((sum, { length }) => sum + length, 0);
    if (characters > CHARACTERS_MAX)
      throw new Error('These cells hold more text than can be copied at once. Select fewer.');
    rows.push(texts);
  }
  return asClipboardText(rows);
}
