/** One row of the table: its number, which stays in view, and those of its cells that show. */
import type { PointerEvent } from 'react';
import { asRow } from '../../parts/Rows.tsx';
import { showName } from '../../text.ts';
import { ROW } from './layout.ts';

/** What makes an element one of a row, by its place from 0. */
const asCell = (role: 'columnheader' | 'rowheader' | 'gridcell', column: number) => ({
  role,
  'aria-colindex': column + 1,
});

/** At most so many characters of a cell are drawn: no column is wider. */
const DRAWN_MAX = 80;
/** Bytes that hold as many characters, also where each is a doubled quote or has four bytes. */
export const DRAWN_BYTES = 1 + 4 * DRAWN_MAX;

export interface RowProps {
  /** From 0; -1 is the head. */
  readonly index: number;
  readonly label: string;
  /** Of its box, in px; the head has none. */
  readonly top?: number;
  readonly width?: number;
  readonly starts: readonly number[];
  readonly gutter: number;
  /** The columns that show. */
  readonly seen: { readonly from: number; readonly to: number };
  readonly columns: number;
  readonly isHead?: boolean;
  readonly isLoading?: boolean;
  readonly cursor?: number | undefined;
  readonly cursorId?: string | undefined;
  textOf(column: number): string | undefined;
  isSelected?(column: number): boolean;
  choose?(column: number, isExtended: boolean): void;
}

export function GridRow(props: RowProps) {
  const { index, label, top, width, gutter, seen, isHead = false } = props;
  const place = top === undefined ? { width } : { transform: `translateY(${top}px)` };
  const columns = Array.from(
    { length: Math.max(0, seen.to - seen.from) },
    (_, at) => seen.from + at,
  );
  return (
    <div {...asRow(index)} className="csv-row" style={{ height: ROW, ...place }}>
      <span
        {...asCell(isHead ? 'columnheader' : 'rowheader', 0)}
        className="csv-number"
        style={{ width: gutter }}
      >
        {isHead ? <span className="sr-only">Row</span> : label}
      </span>
      {columns.map((column) => (
        <OneCell key={column} column={column} row={props} />
      ))}
    </div>
  );
}

function OneCell({ column, row }: { column: number; row: RowProps }) {
  const { starts, gutter, isHead = false, isLoading = false, cursor, cursorId } = row;
  const text = row.textOf(column);
  const left = starts[column] ?? 0;
  const isCursor = cursor === column;
  const isSelected = row.isSelected?.(column) ?? false;
  const isMissing = text === undefined && !isLoading && !isHead;
  const marks = [isSelected && 'selected', isCursor && 'cursor', isMissing && 'missing'];
  const pick = (event: PointerEvent): void => {
    if (event.button === 0) row.choose?.(column, event.shiftKey);
  };
  const extend = (event: PointerEvent): void => {
    if (event.buttons === 1 && event.pointerType === 'mouse') row.choose?.(column, true);
  };
  return (
    <span
      {...asCell(isHead ? 'columnheader' : 'gridcell', column + 1)}
      id={isCursor ? cursorId : undefined}
      {...(isHead ? {} : { 'aria-selected': isSelected })}
      className={['csv-cell', ...marks].filter(Boolean).join(' ')}
      style={{ left: gutter + left, width: (starts[column + 1] ?? left) - left }}
      title={isMissing ? 'This row has no such cell' : undefined}
      onPointerDown={pick}
      onPointerEnter={extend}
    >
      {drawn(text ?? '')}
    </span>
  );
}

/** In one line: a line break inside of a cell is drawn as a sign. */
const drawn = (text: string): string =>
  showName(
    text
      .slice(0, DRAWN_MAX)
      .replace(/\r\n?|\n/g, '⏎')
      .replaceAll('\t', '→'),
  );
