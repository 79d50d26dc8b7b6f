/** What of a document a terminal shows: a place in it, and how that moves. */
import type { Regex } from '../regex/index.ts';
import { type Cells, cellsOf, choppedRow, rowsOf } from './cells.ts';
import type { Document } from './document.ts';
import type { PagerSettings } from './options.ts';

/** A row of a line. */
export interface Place {
  readonly line: number;
  readonly row: number;
}

export const START: Place = { line: 0, row: 0 };
/** Columns of the number before a line. */
const NUMBER_WIDTH = 8;

export class View {
  readonly document: Document;
  readonly #settings: PagerSettings;
  /** Reads until a line is known. */
  readonly #reach: (line: number) => Promise<void>;
  columns = 80;
  /** Rows above the prompt. */
  height = 23;
  top: Place = START;
  /** Columns that are left out at the left, where lines are chopped. */
  shift = 0;
  pattern: Regex | undefined;
  readonly #rows = new Map<number, readonly string[]>();

  constructor(document: Document, settings: PagerSettings, reach: (line: number) => Promise<void>) {
    this.document = document;
    this.#settings = settings;
    this.#reach = reach;
  }

  /** The rows are made anew: something that they depend on has changed. */
  forget(): void {
    this.#rows.clear();
  }

  async has(line: number): Promise<boolean> {
    if (!this.document.knows(line)) await this.#reach(line);
    return this.document.has(line);
  }

  cells(line: number): Cells {
    const { tab, flags } = this.#settings;
    const rules = { tab, keepsColors: flags.has('R'), isRaw: flags.has('r') };
    return cellsOf(this.document.line(line), rules);
  }

  #rowsOf(line: number): readonly string[] {
    const known = this.#rows.get(line);
    if (known) return known;
    if (this.#rows.size > 1000) this.#rows.clear();
    const { flags } = this.#settings;
    const isNumbered = flags.has('N');
    const columns = Math.max(1, this.columns - (isNumbered ? NUMBER_WIDTH : 0));
    const cells = this.cells(line);
    const matches = this.#matchesIn(cells);
    const plain = flags.has('S')
      ? [choppedRow(cells, this.shift, columns, matches)]
      : rowsOf(cells, columns, matches);
    const rows = isNumbered
      ? plain.map((row, i) =>
          i === 0
            ? `\x1b[1m${String(line + 1).padStart(NUMBER_WIDTH - 1)}\x1b[m ${row}`
            : ' '.repeat(NUMBER_WIDTH) + row,
        )
      : plain;
    // A line that grows while it is read is not kept.
    if (this.document.knows(line)) this.#rows.set(line, rows);
    return rows;
  }

  #matchesIn({ plain }: Cells): (readonly [number, number])[] {
    const found: (readonly [number, number])[] = [];
    if (!this.pattern || this.#settings.flags.has('G')) return found;
    for (let at = 0; at <= plain.length; ) {
      const match = this.pattern.find(plain, at);
      if (!match) break;
      const from = match[0] ?? 0;
      const to = match[1] ?? 0;
      if (to > from) found.push([from, to]);
      at = to > from ? to : to + 1;
    }
    return found;
  }

  /** Blank lines after a blank one are left out with -s. */
  #isSqueezed(line: number): boolean {
    if (!this.#settings.flags.has('s') || line === 0) return false;
    return this.document.line(line).length === 0 && this.document.line(line - 1).length === 0;
  }

  async next({ line, row }: Place): Promise<Place | undefined> {
    if (row + 1 < this.#rowsOf(line).length) return { line, row: row + 1 };
    for (let at = line + 1; await this.has(at); at++)
      if (!this.#isSqueezed(at)) return { line: at, row: 0 };
    return undefined;
  }

  previous({ line, row }: Place): Place | undefined {
    if (row > 0) return { line, row: row - 1 };
    for (let at = line - 1; at >= 0; at--)
      if (!this.#isSqueezed(at)) return { line: at, row: this.#rowsOf(at).length - 1 };
    return undefined;
  }

  /** The rows of the screen, and the place after them, which may not be read yet; undefined at the end. */
  async screen(): Promise<{ rows: string[]; next: Place | undefined; last: number }> {
    const rows: string[] = [];
    let last = this.top.line;
    let at: Place | undefined = (await this.has(this.top.line)) ? this.top : undefined;
    while (at && rows.length < this.height) {
      rows.push(this.#rowsOf(at.line)[at.row] ?? '');
      last = at.line;
      at = rows.length < this.height ? await this.next(at) : await this.#nextUnread(at);
    }
    return { rows, next: at, last };
  }

  /** The place after the screen: whether there is one is not waited for. */
  async #nextUnread(at: Place): Promise<Place | undefined> {
    const isLast = at.row + 1 === this.#rowsOf(at.line).length;
    return isLast && !this.document.knows(at.line + 1)
      ? { line: at.line + 1, row: 0 }
      : this.next(at);
  }

  /** Moves forward until the end stands at the bottom; false where it already did. */
  async forward(count: number): Promise<boolean> {
    let { next } = await this.screen();
    if (!next || !(await this.has(next.line))) return false;
    for (let i = 0; i < count && next; i++) {
      this.top = (await this.next(this.top)) ?? this.top;
      next = await this.next(next);
    }
    return true;
  }

  backward(count: number): boolean {
    const { top } = this;
    for (let i = 0; i < count; i++) {
      const previous = this.previous(this.top);
      if (!previous) break;
      this.top = previous;
    }
    return this.top.line !== top.line || this.top.row !== top.row;
  }

  async toEnd(): Promise<void> {
    await this.#reach(Number.POSITIVE_INFINITY);
    const line = Math.max(0, this.document.count - 1);
    if (!this.document.has(line)) return;
    this.top = { line, row: this.#rowsOf(line).length - 1 };
    this.backward(this.height - 1);
  }

  /** To a line, counted from 0; false where there is none, and the end is shown. */
  async toLine(line: number): Promise<boolean> {
    if (await this.has(line)) {
      this.top = { line, row: 0 };
      return true;
    }
    await this.toEnd();
    return false;
  }

  /** After a change of the width a row may be no longer there. */
  settle(): void {
    this.forget();
    const { line, row } = this.top;
    if (this.document.has(line))
      this.top = { line, row: Math.min(row, this.#rowsOf(line).length - 1) };
  }
}
