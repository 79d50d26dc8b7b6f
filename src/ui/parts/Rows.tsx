/** Many rows of one height in a scroller that is reached by keyboard: only what shows is drawn; it may follow its end. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { useScrollPlace } from './scrollplace.ts';

/** What makes a drawn row one of a table, by its place from 0; the head without. */
export const asRow = (index = -1) => ({ role: 'row', 'aria-rowindex': index + 2 }) as const;
export const asCell = { role: 'cell' } as const;
export const asHead = { role: 'columnheader' } as const;

export function Rows({
  label,
  className,
  count,
  height,
  follows = false,
  isTable = false,
  place,
  head,
  row,
}: {
  label: string;
  className: string;
  count: number;
  /** Of a row, in px. */
  height: number;
  /** The last row is kept in view. */
  follows?: boolean;
  /** Its rows are rows of a table, with cells; the head is the first of them. */
  isTable?: boolean;
  /** Where one was is kept for the pane under this name, unless the last row is kept in view. */
  place?: { readonly pane: number; readonly name: string };
  head?: ReactNode;
  /** `place` puts it where it belongs. */
  row: (index: number, place: CSSProperties) => ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 20,
  });
  useScrollPlace(scroller, place?.pane ?? 0, follows ? undefined : place?.name);
  useEffect(() => {
    if (follows && count > 0) virtual.scrollToIndex(count - 1);
  }, [follows, count, virtual]);
  const drawn = (
    <>
      {head}
      <div
        {...(isTable ? { role: 'rowgroup' } : {})}
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {virtual
          .getVirtualItems()
          .map(({ index, start }) => row(index, { transform: `translateY(${start}px)` }))}
      </div>
    </>
  );
  const shared = { className, ref: scroller, 'aria-label': label, tabIndex: 0 };
  return isTable ? (
    <div role="table" aria-rowcount={count + 1} {...shared}>
      {drawn}
    </div>
  ) : (
    <section {...shared}>{drawn}</section>
  );
}
