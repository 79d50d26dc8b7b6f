/** A line as a terminal shows it: cells with their columns, cut into rows. */
import { concat } from '../../kernel/bytes.ts';
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import { isPrintable, widthOf } from '../unicode.ts';

interface Cell {
  readonly shown: string;
  readonly width: number;
  /** Where its text begins in the plain line. */
  readonly at: number;
  readonly style: '' | 'bold' | 'underline' | 'standout';
}

export interface Cells {
  readonly cells: readonly Cell[];
  /** The text that is searched: without what only makes it bold or coloured. */
  readonly plain: Uint8Array;
}

export interface CellRules {
  readonly tab: number;
  /** Sequences that colour go to the terminal. */
  readonly keepsColors: boolean;
  /** All control characters do. */
  readonly isRaw: boolean;
}

const [ESC, BEL] = ['\u001b', '\u0007'];
const COLOR = new RegExp(
  `^${ESC}(?:\\[[\\d;:]*m|\\]8;[^\\0-\\x1f\\x7f-\\x9f]*(?:${BEL}|${ESC}\\\\))`,
);

/** How a character is shown that has no form of its own: `^A`, `<C3>`. */
function named(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 27) return 'ESC';
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  if (code === 127) return '^?';
  const hex = (code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code).toString(16).toUpperCase();
  return code >= 0xdc80 && code <= 0xdcff ? `<${hex}>` : `<U+${hex.padStart(4, '0')}>`;
}

export function cellsOf(line: Uint8Array, { tab, keepsColors, isRaw }: CellRules): Cells {
  const text = textOf(line);
  const cells: Cell[] = [];
  const plain: Uint8Array[] = [];
  let at = 0;
  let column = 0;
  const add = (char: string, shown: string, width: number, style: Cell['style'] = ''): void => {
    const bytes = bytesOf(char);
    cells.push({ shown, width, at, style });
    plain.push(bytes);
    at += bytes.length;
    column += width;
  };
  for (let i = 0; i < text.length; ) {
    const color = keepsColors || isRaw ? COLOR.exec(text.slice(i, i + 2000)) : null;
    if (color) {
      cells.push({ shown: color[0], width: 0, at, style: '' });
      i += color[0].length;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(i) as number);
    i += char.length;
    if (char === '\t') {
      const width = tab - (column % tab);
      add(char, ' '.repeat(width), width);
      continue;
    }
    const over = text[i] === '\b' ? text.codePointAt(i + 1) : undefined;
    const second = over === undefined ? '' : String.fromCodePoint(over);
    if (second !== '' && (second === char || char === '_' || second === '_')) {
      const letter = char === '_' ? second : char;
      add(
        letter,
        letter,
        widthOf(letter.codePointAt(0) as number),
        char === second ? 'bold' : 'underline',
      );
      i += 1 + second.length;
      continue;
    }
    const code = char.codePointAt(0) as number;
    if (isPrintable(code) && !(code >= 0xdc80 && code <= 0xdcff)) add(char, char, widthOf(code));
    else if (isRaw) add(char, char, 0);
    else add(char, named(char), named(char).length, 'standout');
  }
  return { cells, plain: concat(plain) };
}

const starts = { bold: '\x1b[1m', underline: '\x1b[4m', standout: '\x1b[7m', '': '' } as const;
const ends = { bold: '\x1b[22m', underline: '\x1b[24m', standout: '\x1b[27m', '': '' } as const;

/** Cells as text; those whose text lies in a match stand out. */
function textOfCells(
  cells: readonly Cell[],
  matches: readonly (readonly [number, number])[],
): string {
  let out = '';
  let style = '' as Cell['style'];
  let match = 0;
  for (const cell of cells) {
    // Both stand in the order of the text.
    while ((matches[match]?.[1] ?? Number.POSITIVE_INFINITY) <= cell.at) match++;
    const isFound = cell.width > 0 && cell.at >= (matches[match]?.[0] ?? Number.POSITIVE_INFINITY);
    const next: Cell['style'] = isFound
      ? 'standout'
      : cell.width === 0 && cell.style === ''
        ? style
        : cell.style;
    if (next !== style) out += ends[style] + starts[next];
    style = next;
    out += cell.shown;
  }
  return out + ends[style];
}

/** The rows that a line takes, or what of it stands between two columns. */
export function rowsOf(
  { cells }: Cells,
  columns: number,
  matches: readonly (readonly [number, number])[],
): string[] {
  const rows: Cell[][] = [[]];
  let column = 0;
  for (const cell of cells) {
    if (column + cell.width > columns && column > 0) {
      rows.push([]);
      column = 0;
    }
    (rows.at(-1) as Cell[]).push(cell);
    column += cell.width;
  }
  return rows.map((row) => textOfCells(row, matches));
}

export function choppedRow(
  { cells }: Cells,
  from: number,
  columns: number,
  matches: readonly (readonly [number, number])[],
): string {
  const shown: Cell[] = [];
  let column = 0;
  for (const cell of cells) {
    const isIn = column >= from && column + cell.width <= from + columns;
    // Colours that began before still hold.
    if (isIn || cell.width === 0) shown.push(cell);
    column += cell.width;
  }
  return textOfCells(shown, matches);
}

/** A name or a message for the terminal: what has no form of its own is named. */
export const printable = (text: string): string =>
  Array.from(text, (char) => {
    const code = char.codePointAt(0) as number;
    return isPrintable(code) && !(code >= 0xdc80 && code <= 0xdcff) ? char : named(char);
  }).join('');
