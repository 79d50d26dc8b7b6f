/** The place of a view that scrolls: it begins where it was left in its pane, and is kept when it ends. */
import { type RefObject, useEffect } from 'react';
import { keepPlace, placeAt } from '../editor/places.ts';

/** Where a view begins, in px from its top. */
export const topAt = (pane: number, name: string): number => placeAt(pane, name)?.top ?? 0;

/** `name` is the path and, after two slashes, the kind of view: a text has its place under the path itself. Without a name nothing is kept. */
export function useScrollPlace(
  scroller: RefObject<HTMLElement | null>,
  pane: number,
  name: string | undefined,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element || name === undefined) return;
    const goTo = (top: number): void => element.scrollTo({ top, behavior: 'instant' });
    goTo(topAt(pane, name));
    // Noted while it is shown: an element that is taken out of the page has no place any more. The event comes a frame late.
    let top = element.scrollTop;
    const note = (): void => {
      if (element.clientHeight > 0) top = element.scrollTop;
    };
    element.addEventListener('scroll', note);
    const stop = keepPlace(pane, name, {
      place: () => {
        note();
        return { top: Math.round(top), anchor: 0, head: 0 };
      },
      goTo: (place) => goTo(place.top),
    });
    return () => {
      element.removeEventListener('scroll', note);
      stop();
    };
  }, [scroller, pane, name]);
}
