/** What the scroller of the table shows, and where it begins. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RecordIndex } from './recordindex.ts';

type Scroller = RefObject<HTMLDivElement | null>;

/** What ends a return to an earlier place: the person goes somewhere else. */
const ends = ['wheel', 'pointerdown', 'keydown'] as const;

/**
 * Scrolls to where one was as soon as the table is tall enough: it grows while its file is read. The function that
 * is returned tells whether that is still to come.
 */
export function useRestored(
  scroller: Scroller,
  index: RecordIndex,
  { top, left }: { readonly top: number; readonly left: number },
): () => boolean {
  const wanted = useRef<{ top: number; left: number; index: RecordIndex; isDone: boolean }>(
    undefined,
  );
  if (wanted.current?.index !== index)
    wanted.current = { top, left, index, isDone: top === 0 && left === 0 };
  // Each drawing may have made room for it.
  useLayoutEffect(() => {
    const { current: element } = scroller;
    const to = wanted.current;
    if (!element || !to || to.isDone) return;
    element.scrollTo(to.left, to.top);
    to.isDone = element.scrollTop >= to.top - 1;
  });
  useEffect(() => {
    const { current: element } = scroller;
    const end = (): void => {
      if (wanted.current) wanted.current.isDone = true;
    };
    for (const event of ends) element?.addEventListener(event, end, { passive: true });
    return () => {
      for (const event of ends) element?.removeEventListener(event, end);
    };
  }, [scroller]);
  return () => wanted.current?.isDone === false;
}

/** The size of what shows, without scroll bars. */
export function useSizeOf(scroller: Scroller): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current) return;
    const measure = (): void =>
      setSize({ width: current.clientWidth, height: current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, [scroller]);
  return size;
}
