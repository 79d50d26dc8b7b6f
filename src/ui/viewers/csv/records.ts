/**
 * Records of separated values, as RFC 4180 describes them, found in bytes. It reads every encoding in which ASCII
 * characters are single bytes that no other character contains; the viewer always passes UTF-8.
 */

export interface Dialect {
  /** The byte between the cells of a record. */
  readonly delimiter: number;
  /** A carriage return without a line feed ends a record. */
  readonly carriage: boolean;
  /** Where the first record begins. */
  readonly start: number;
}

/** Cells as places in the bytes: the first byte of each, then the place behind the last one. */
export type CellEnds = number[];

export interface Scanned {
  /** The place behind the line ending; `unfinished` where the bytes end before the record does. */
  readonly end: number;
  readonly cells: number;
  /** The record ends inside of a quoted cell. */
  readonly isQuoteOpen: boolean;
}

export const unfinished = -1;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

interface Scan {
  readonly dialect: Dialect;
  /** False where quotes are ordinary characters. */
  readonly quotes: boolean;
  /** The bytes end where the file ends, or where no more of it is wanted. */
  readonly isLast: boolean;
  /** Gets, for each cell, where it begins and where it ends. */
  readonly cells?: CellEnds;
}

/** Scans the record that begins at `from`. Characters that follow a closing quote belong to the cell, as in spreadsheets. */
export function scanRecord(bytes: Uint8Array, from: number, scan: Scan): Scanned {
  const { dialect, quotes, isLast, cells } = scan;
  const { delimiter, carriage } = dialect;
  const { length } = bytes;
  let count = 0;
  let start = from;
  let at = from;
  const close = (end: number): void => {
    count++;
    cells?.push(start, end);
  };
  for (;;) {
    if (quotes && at === start && bytes[at] === QUOTE) {
      at = behindQuotes(bytes, at + 1, isLast);
      if (at === unfinished) return { end: unfinished, cells: count + 1, isQuoteOpen: true };
    }
    if (at >= length) {
      close(length);
      return { end: isLast ? length : unfinished, cells: count, isQuoteOpen: false };
    }
    const byte = bytes[at];
    if (byte === delimiter) {
      close(at);
      start = at + 1;
    } else if (byte === LF) {
      close(at);
      return { end: at + 1, cells: count, isQuoteOpen: false };
    } else if (byte === CR) {
      if (at + 1 === length && !isLast)
        return { end: unfinished, cells: count + 1, isQuoteOpen: false };
      const isPair = bytes[at + 1] === LF;
      if (isPair || carriage) {
        close(at);
        return { end: at + (isPair ? 2 : 1), cells: count, isQuoteOpen: false };
      }
    }
    at++;
  }
}

/** The place behind the quote that closes the cell whose content begins at `at`. */
function behindQuotes(bytes: Uint8Array, at: number, isLast: boolean): number {
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0 || (quote + 1 === bytes.length && !isLast)) return unfinished;
    if (bytes[quote + 1] !== QUOTE) return quote + 1;
    at = quote + 2;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of a cell, or of its beginning where it is cut. Where quotes count, those around it are taken off and doubled
 * ones inside become one.
 */
export function cellText(bytes: Uint8Array, quotes: boolean, isCut = false): string {
  const text = decoder.decode(bytes);
  if (!quotes || !text.startsWith('"')) return text;
  let end = text.indexOf('"', 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) return isCut ? text.slice(1).replaceAll('""', '"') : text;
  return text.slice(1, end).replaceAll('""', '"') + text.slice(end + 1);
}
