/** The cells of a table: only those in view are drawn, and keys move a cursor from cell to cell. */
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { toast } from '../../notices.ts';
import { useApp } from '../../store.ts';
import { explain } from '../../text.ts';
import { CellBar } from './CellBar.tsx';
import { COLUMNS_MAX } from './columnwidths.ts';
import { copyCells } from './copying.ts';
import { DRAWN_BYTES, GridRow } from './GridRow.tsx';
import {
  type Cell,
  columnName,
  columnStarts,
  columnsBetween,
  columnWidths,
  Heights,
  isIn,
  moved,
  ROW,
  rangeOf,
} from './layout.ts';
import { type Reading, useRecords } from './reading.ts';
import { cellOf, type TableRecord } from './recordindex.ts';
import { useRestored, useSizeOf } from './scroller.ts';

/** Where one is in a table. */
export interface GridPosition {
  readonly top: number;
  readonly left: number;
  readonly cursor: Cell;
  /** The other corner of what is selected. */
  readonly anchor: Cell;
}

/** Rows that are drawn above and below those in view. */
const OVERSCAN = 6;
const start: GridPosition = {
  top: 0,
  left: 0,
  cursor: { row: 0, column: 0 },
  anchor: { row: 0, column: 0 },
};

export function Grid({
  reading: { index, summary },
  header,
  begin = start,
  keep,
}: {
  reading: Reading;
  header: boolean;
  begin: GridPosition | undefined;
  keep(position: GridPosition): void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const ids = useId();
  const [position, setPosition] = useState(begin);
  const view = useSizeOf(scroller);
  const { need, recordAt, error } = useRecords(index);
  const head = header ? 1 : 0;
  const rows = Math.max(0, summary.rows - head);
  const columns = Math.min(summary.columns, COLUMNS_MAX);
  const sample = useRef<HTMLDivElement>(null);
  const character = useCharacter(sample);
  const gutter = Math.ceil(String(summary.rows).length * character) + 25;
  const starts = useStarts(columns, summary.widths, character, view.width - gutter);
  const window = Math.max(ROW, view.height - ROW);
  const heights = useMemo(() => new Heights(rows, window), [rows, window]);

  const place = heights.placeAt(position.top);
  const from = Math.max(0, Math.floor(place / ROW) - OVERSCAN);
  const to = Math.min(rows, Math.ceil((place + window) / ROW) + OVERSCAN);
  const seen = columnsBetween(starts, position.left, position.left + view.width - gutter);
  const cursor = within(position.cursor, rows, columns);
  const selected = rangeOf(cursor, within(position.anchor, rows, columns));
  useEffect(() => {
    need([
      [0, 1],
      [from + head, to + head],
      [cursor.row + head, cursor.row + head + 1],
    ]);
  });

  const change = (to: Partial<GridPosition>): void => {
    const next = { ...position, ...to };
    setPosition(next);
    keep(next);
  };
  const go = (cursor: Cell, isExtended: boolean): void => {
    change({ cursor, ...(isExtended ? {} : { anchor: cursor }) });
    reveal(scroller.current, heights, starts, gutter, cursor);
  };
  const copy = (): void =>
    void copyCells(index, head, selected).then(toast, (failure: unknown) =>
      toast(explain(failure), { bad: true }),
    );
  const press = (event: KeyboardEvent): void => {
    const { key, shiftKey, altKey } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (altKey) return;
    const act = (): void => event.preventDefault();
    const next = moved(cursor, { key, ctrl }, { rows, columns }, Math.floor(window / ROW));
    if (next) {
      act();
      go(next, shiftKey);
    } else if (ctrl && key.toLowerCase() === 'c') {
      act();
      copy();
    } else if (ctrl && key.toLowerCase() === 'a') {
      act();
      change({ anchor: { row: 0, column: 0 }, cursor: { row: rows - 1, column: columns - 1 } });
    } else if (key === 'Escape') change({ anchor: cursor });
  };
  const cursorRecord = recordAt(cursor.row + head);
  const isRestoring = useRestored(scroller, index, position);

  const nameOf = (column: number): string =>
    (header && cellIn(recordAt(0), column, DRAWN_BYTES)) || columnName(column);
  const shared = { starts, gutter, seen, columns };
  const isDrawn =
    cursor.row >= from && cursor.row < to && cursor.column >= seen.from && cursor.column < seen.to;
  // The bar below grows with the cell that it shows: the cursor must not end up behind it.
  const drawn = useRef({ heights, window });
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = { heights, window };
    const { current: element } = scroller;
    if (before.window === window || !element || isRestoring()) return;
    // Where it is scrolled to is known here before the event comes that tells of it.
    const top = before.heights.placeAt(element.scrollTop);
    const wasSeen = (cursor.row + 1) * ROW > top && cursor.row * ROW < top + before.window;
    if (wasSeen) reveal(element, heights, starts, gutter, cursor);
  });
  return (
    <div className="csv-body">
      {error !== undefined && <p className="bad">{error}</p>}
      <div ref={sample} className="csv-character" aria-hidden>
        {SAMPLE}
      </div>
      <div
        ref={scroller}
        className="csv-grid"
        role="grid"
        aria-label="Cells"
        aria-readonly
        aria-multiselectable
        aria-rowcount={rows + 1}
        aria-colcount={columns + 1}
        aria-activedescendant={isDrawn ? `${ids}-cell` : undefined}
        tabIndex={0}
        onKeyDown={press}
        onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => {
          if (!isRestoring()) change({ top: scrollTop, left: scrollLeft });
        }}
      >
        <div role="rowgroup" className="csv-head">
          <GridRow
            {...shared}
            index={-1}
            label=""
            textOf={nameOf}
            isHead
            width={gutter + (starts.at(-1) ?? 0)}
          />
        </div>
        <div
          role="rowgroup"
          className="csv-rows"
          style={{ height: heights.height, width: gutter + (starts.at(-1) ?? 0) }}
        >
          {span(from, to).map((row) => {
            const record = recordAt(row + head);
            return (
              <GridRow
                key={row}
                {...shared}
                index={row}
                label={String(row + head + 1)}
                top={position.top + row * ROW - place}
                textOf={(column) => cellIn(record, column, DRAWN_BYTES)}
                isLoading={!record}
                cursorId={row === cursor.row ? `${ids}-cell` : undefined}
                cursor={row === cursor.row ? cursor.column : undefined}
                isSelected={(column) => isIn(selected, { row, column })}
                choose={(column, isExtended) => {
                  scroller.current?.focus({ preventScroll: true });
                  go({ row, column }, isExtended);
                }}
              />
            );
          })}
        </div>
      </div>
      {rows > 0 && (
        <CellBar
          place={`${nameOf(cursor.column)}, row ${(cursor.row + head + 1).toLocaleString('en')}`}
          record={cursorRecord}
          column={cursor.column}
          copy={copy}
        />
      )}
    </div>
  );
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

const cellIn = (
  record: TableRecord | undefined,
  column: number,
  most?: number,
): string | undefined => record && cellOf(record, column, most);

const within = ({ row, column }: Cell, rows: number, columns: number): Cell => ({
  row: Math.max(0, Math.min(row, rows - 1)),
  column: Math.max(0, Math.min(column, columns - 1)),
});

/** Scrolls no further than it must for a cell to show. */
function reveal(
  element: HTMLElement | null,
  heights: Heights,
  starts: readonly number[],
  gutter: number,
  { row, column }: Cell,
): void {
  if (!element) return;
  const top = heights.reveal(row, element.scrollTop) ?? element.scrollTop;
  const left = starts[column] ?? 0;
  const right = starts[column + 1] ?? left;
  const room = element.clientWidth - gutter;
  const tooFar = element.scrollLeft > left;
  const tooNear = right > element.scrollLeft + room;
  const to = tooFar ? left : tooNear ? Math.min(left, right - room) : element.scrollLeft;
  element.scrollTo(to, top);
}

/** What is measured: the browser may round the width of each character to whole pixels. */
const SAMPLE = '0'.repeat(100);

/** The width of a character in pixels, in the font that is there and the size of text that a person has chosen. */
function useCharacter(sample: RefObject<HTMLDivElement | null>): number {
  const size = useApp((s) => s.settings.fontSize);
  const { width } = useSizeOf(sample);
  return width / SAMPLE.length || size * 0.6;
}

/** Where columns begin, by their widths in characters. */
function useStarts(
  columns: number,
  widths: readonly number[],
  character: number,
  window: number,
): readonly number[] {
  return useMemo(
    () => columnStarts(columnWidths(columns, widths, character, window)),
    [columns, character, widths, window],
  );
}
