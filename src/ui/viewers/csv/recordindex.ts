/**
 * Where the records of a file are. The file is read once, in pieces, and only the place of every 64th record is
 * kept, so a table of a million rows needs a few hundred kilobytes; the rows in view are read again.
 */
import { concat } from '../../../kernel/bytes.ts';
import { ColumnWidths } from './columnwidths.ts';
import { type CellEnds, cellText, type Dialect, scanRecord } from './records.ts';

export interface ByteSource {
  readonly size: number;
  /** Exactly `count` bytes, fewer only at the end. */
  read(at: number, count: number): Promise<Uint8Array>;
}

/** The file is read in pieces of this size. Of a longer record, only so much is shown. */
export const PIECE = 1 << 20;
/** A block begins after so many records, or so many bytes. */
const BLOCK_RECORDS = 64;
const BLOCK_BYTES = 1 << 17;
/** A record that begins in time for a block has at most two pieces, or is cut. */
const BLOCK_MAX = BLOCK_BYTES + 2 * PIECE;

/** Bytes in which quotes are ordinary characters, because the quote at `from` has no end. */
interface Plain {
  readonly from: number;
  readonly to: number;
  /** The first row of it, from 0. */
  readonly row: number;
}

/** What is known of a file so far. */
export interface Summary {
  readonly rows: number;
  /** Cells of the widest row. */
  readonly columns: number;
  /** The width of each column that is drawn, in characters. */
  readonly widths: readonly number[];
  /** Rows with another number of cells than the first row, and the first of them, from 0. */
  readonly ragged: number;
  readonly firstRagged: number;
  /** The first row that is too long to be shown whole. */
  readonly firstLong: number | undefined;
  /** The first row with a quote that does not end. */
  readonly firstOpen: number | undefined;
}

/** A record in the bytes of its block. */
export interface TableRecord {
  readonly bytes: Uint8Array;
  readonly cells: CellEnds;
  readonly quotes: boolean;
}

/** The text of a cell, or its beginning where it has more than `most` bytes; undefined where the record has no such cell. */
export function cellOf(
  { bytes, cells, quotes }: TableRecord,
  column: number,
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  const [from, to = 0] = [cells[column * 2], cells[column * 2 + 1]];
  if (from === undefined) return undefined;
  const isCut = to - from > most;
  return cellText(bytes.subarray(from, isCut ? from + most : to), quotes, isCut);
}

export class RecordIndex {
  readonly #source: ByteSource;
  readonly #dialect: Dialect;
  /** Blocks of records: where each begins, and its first row. */
  readonly #places: number[] = [];
  readonly #firsts: number[] = [];
  readonly #plain: Plain[] = [];
  readonly #widths = new ColumnWidths();
  #rows = 0;
  #columns = 0;
  #width = 0;
  #ragged = 0;
  #firstRagged = 0;
  #firstLong: number | undefined;

  constructor(source: ByteSource, dialect: Dialect) {
    this.#source = source;
    this.#dialect = dialect;
  }

  get summary(): Summary {
    return {
      rows: this.#rows,
      columns: this.#columns,
      widths: this.#widths.widths,
      ragged: this.#ragged,
      firstRagged: this.#firstRagged,
      firstLong: this.#firstLong,
      firstOpen: this.#plain[0]?.row,
    };
  }

  /** The block that a row is in. */
  blockOf(row: number): number {
    let low = 0;
    let high = this.#firsts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#firsts[middle] ?? 0) <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  firstRowOf(block: number): number {
    return this.#firsts[block] ?? 0;
  }

  /** How many rows of a block are known. */
  rowsOf(block: number): number {
    return (this.#firsts[block + 1] ?? this.#rows) - this.firstRowOf(block);
  }

  /** Reads the whole file once. `progress` hears how many bytes are done; an abort leaves what was found so far. */
  async build(signal: AbortSignal, progress: (done: number) => void): Promise<void> {
    const { size } = this.#source;
    const dialect = this.#dialect;
    /** The bytes that are looked at, the place of the first, and the next record in them. */
    let bytes = new Uint8Array();
    let base = dialect.start;
    let at = 0;
    let isSkipping = false;
    const cells: CellEnds = [];
    const add = (place: number, count: number): void => {
      this.#widths.add(bytes, cells);
      this.#add(place, count);
    };
    while (base + at < size && !signal.aborted) {
      const piece = await this.#source.read(base + bytes.length, PIECE);
      if (signal.aborted) return;
      bytes = concat([bytes.subarray(at), piece]);
      base += at;
      at = 0;
      const isLast = piece.length === 0 || base + bytes.length >= size;
      while (at < bytes.length) {
        if (isSkipping) {
          const ending = lineEnd(bytes, dialect);
          at = ending < 0 ? bytes.length : ending;
          isSkipping = ending < 0;
          continue;
        }
        const place = base + at;
        const quotes = !this.#isPlain(place);
        cells.length = 0;
        const found = scanRecord(bytes, at, { dialect, quotes, isLast, cells });
        if (found.end >= 0) {
          add(place, found.cells);
          at = found.end;
        } else if (!isLast && bytes.length - at <= PIECE) break;
        else if (found.isQuoteOpen)
          this.#plain.push({ from: place, to: base + bytes.length, row: this.#rows });
        else {
          this.#firstLong ??= this.#rows;
          add(place, found.cells);
          at = bytes.length;
          isSkipping = true;
        }
      }
      progress(base + at);
      if (piece.length === 0) return;
    }
  }

  /** The records of a block that is known. */
  async records(block: number): Promise<readonly TableRecord[]> {
    const from = this.#places[block];
    if (from === undefined) return [];
    const count = this.rowsOf(block);
    const to = Math.min(this.#places[block + 1] ?? this.#source.size, from + BLOCK_MAX);
    const bytes = await this.#source.read(from, to - from);
    const records: TableRecord[] = [];
    for (let at = 0; at < bytes.length && records.length < count; ) {
      const cells: CellEnds = [];
      const quotes = !this.#isPlain(from + at);
      const { end } = scanRecord(bytes, at, {
        dialect: this.#dialect,
        quotes,
        isLast: true,
        cells,
      });
      records.push({ bytes, cells, quotes });
      if (end < 0) break;
      at = end;
    }
    return records;
  }

  #add(place: number, cells: number): void {
    const last = this.#places.length - 1;
    const isNew =
      last < 0 ||
      this.#rows - (this.#firsts[last] ?? 0) >= BLOCK_RECORDS ||
      place - (this.#places[last] ?? 0) >= BLOCK_BYTES;
    if (isNew) {
      this.#places.push(place);
      this.#firsts.push(this.#rows);
    }
    if (this.#rows === 0) this.#width = cells;
    else if (cells !== this.#width && this.#ragged++ === 0) this.#firstRagged = this.#rows;
    this.#columns = Math.max(this.#columns, cells);
    this.#rows++;
  }

  /** Quotes are ordinary in a record that begins in such a range: each byte is scanned twice at most. */
  #isPlain(place: number): boolean {
    const range = this.#plain.findLast(({ from }) => from <= place);
    return range !== undefined && place < range.to;
  }
}

/** The place behind the first line ending. */
function lineEnd(bytes: Uint8Array, { carriage }: Dialect): number {
  return bytes.indexOf(carriage ? 0x0d : 0x0a) + 1 || -1;
}
