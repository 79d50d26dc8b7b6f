/** Where the cells of a table are: pure arithmetic, so that only what is in view is drawn, however much there is. */
import { WIDTH_MAX } from './columnwidths.ts';

export const ROW = 26;
/** Browsers draw nothing taller than about 17 million pixels. A taller table scrolls by parts of its height. */
const HEIGHT_MAX = 12_000_000;

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The part of what shows that one column takes at most, so that the next one shows too. */
const PART_MAX = 0.6;
const LEAST = 110;

/**
 * The width of each column in pixels, by its widest text in characters of a width in pixels; `window` is the width of
 * what shows.
 */
export function columnWidths(
  columns: number,
  widest: readonly number[],
  character: number,
  window: number,
): number[] {
  const most = Math.max(LEAST, Math.floor(window * PART_MAX));
  return Array.from({ length: columns }, (_, index) => {
    const characters = Math.min(WIDTH_MAX, Math.max(5, widest[index] ?? 10));
    return Math.min(most, Math.ceil(characters * character) + 25);
  });
}

/** Where each column begins, and at the end the width of them all. */
export function columnStarts(widths: readonly number[]): number[] {
  const starts = [0];
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width);
  return starts;
}

/** The columns that show between two places: from the first to before the last. */
export function columnsBetween(starts: readonly number[], left: number, right: number) {
  const last = starts.length - 1;
  const first = Math.max(0, firstAbove(starts, left) - 1);
  return { from: Math.min(first, last), to: Math.min(last, firstAbove(starts, right)) };
}

/** The index of the first number above a limit. */
function firstAbove(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How a scroller of a bounded height stands for rows of any number. */
export class Heights {
  /** Of the scroller's content. */
  readonly height: number;
  readonly #total: number;
  readonly #window: number;

  /** `window` is the height of what shows. */
  constructor(rows: number, window: number) {
    this.#total = rows * ROW;
    this.#window = window;
    this.height = Math.min(this.#total, HEIGHT_MAX);
  }

  /** The place in the table that is at the top of a scroller. */
  placeAt(scrollTop: number): number {
    const room = this.height - this.#window;
    if (this.height === this.#total || room <= 0) return scrollTop;
    return (Math.min(scrollTop, room) / room) * (this.#total - this.#window);
  }

  /** How far to scroll so that a row shows; undefined where it does. */
  reveal(row: number, scrollTop: number): number | undefined {
    const place = this.placeAt(scrollTop);
    const top = row * ROW;
    if (top >= place && top + ROW <= place + this.#window) return undefined;
    const wanted = top < place ? top : top + ROW - this.#window;
    if (this.height === this.#total) return wanted;
    return (wanted / (this.#total - this.#window)) * (this.height - this.#window);
  }
}

/** The name of a column without a header, as in spreadsheets: A to Z, then AA. */
export function columnName(index: number): string {
  let name = '';
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1)
    name = String.fromCharCode(65 + (rest % 26)) + name;
  return name;
}

interface Press {
  readonly key: string;
  readonly ctrl: boolean;
}

/** Where a key moves the cursor; undefined where it does not. `page` is the number of rows that show. */
export function moved(
  { row, column }: Cell,
  { key, ctrl }: Press,
  { rows, columns }: Size,
  page: number,
): Cell | undefined {
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [ctrl ? 0 : row - 1, column],
    ArrowDown: [ctrl ? rows - 1 : row + 1, column],
    ArrowLeft: [row, ctrl ? 0 : column - 1],
    ArrowRight: [row, ctrl ? columns - 1 : column + 1],
    Home: [ctrl ? 0 : row, 0],
    End: [ctrl ? rows - 1 : row, columns - 1],
    PageUp: [row - page, column],
    PageDown: [row + page, column],
  };
  const to = Object.hasOwn(moves, key) ? moves[key] : undefined;
  if (!to || rows === 0 || columns === 0) return undefined;
  const within = (at: number, count: number): number => Math.max(0, Math.min(count - 1, at));
  return { row: within(to[0], rows), column: within(to[1], columns) };
}

/** A rectangle of cells: from the first to the last row and column, all of them inside. */
export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const rangeOf = (a: Cell, b: Cell): Range => ({
  top: Math.min(a.row, b.row),
  bottom: Math.max(a.row, b.row),
  left: Math.min(a.column, b.column),
  right: Math.max(a.column, b.column),
});

export const isIn = ({ top, bottom, left, right }: Range, { row, column }: Cell): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

/** Rows of cells as spreadsheets paste them: tabs between, and quotes where a cell needs them. One cell is its bare text. */
export function asClipboardText(rows: readonly (readonly string[])[]): string {
  const [only] = rows[0] ?? [];
  if (rows.length === 1 && rows[0]?.length === 1) return only ?? '';
  const quoted = (cell: string): string =>
    /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows.map((cells) => cells.map(quoted).join('\t')).join('\n');
}
