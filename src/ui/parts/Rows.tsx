/** Many rows of one height in a scroller that is reached by keyboard: only what shows is drawn; it may follow its end. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';

export function Rows({
  label,
  className,
  count,
  height,
  follows = false,
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
  head?: ReactNode;
  /** `place` puts it where it belongs. */
  row: (index: number, place: CSSProperties) => ReactNode;
}) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 20,
  });
  useEffect(() => {
    if (follows && count > 0) virtual.scrollToIndex(count - 1);
  }, [follows, count, virtual]);
  return (
    <section className={className} ref={scroller} aria-label={label} tabIndex={0}>
      {head}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual
          .getVirtualItems()
          .map(({ index, start }) => row(index, { transform: `translateY(${start}px)` }))}
      </div>
    </section>
  );
}
