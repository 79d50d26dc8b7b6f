/** How wide the columns of a table are: as wide as their widest cell in the whole file, in characters. */
import type { CellEnds } from './records.ts';

/** No column is drawn wider, so no longer text is measured. */
export const WIDTH_MAX = 40;
/** More columns are not drawn. */
export const COLUMNS_MAX = 20_000;

/** The widest cell of each column so far. The widths only grow, so a table that is still read moves little. */
export class ColumnWidths {
  #widths: number[] = [];
  #isShared = false;

  /** The same array until a width changes. */
  get widths(): readonly number[] {
    this.#isShared = true;
    return this.#widths;
  }

  /** Measures the cells of one record. */
  add(bytes: Uint8Array, cells: CellEnds): void {
    const count = Math.min(COLUMNS_MAX, cells.length / 2);
    for (let column = 0; column < count; column++) {
      const known = this.#widths[column] ?? 0;
      const from = cells[column * 2] ?? 0;
      const to = cells[column * 2 + 1] ?? from;
      // A text has at most as many characters as bytes: most cells are not looked at.
      if (known >= WIDTH_MAX || to - from <= known) continue;
      const width = widthOf(bytes, from, to);
      if (width <= known) continue;
      if (this.#isShared) this.#widths = [...this.#widths];
      this.#isShared = false;
      this.#widths[column] = width;
    }
  }
}

/** The width of UTF-8 text. Characters of three bytes and more count as two: nearly all of them are drawn wide. */
function widthOf(bytes: Uint8Array, from: number, to: number): number {
  let width = 0;
  for (let at = from; at < to && width < WIDTH_MAX; at++) {
    const byte = bytes[at] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (!isContinuation) width += byte >= 0xe0 ? 2 : 1;
  }
  return width;
}
