/**
 * A page that is being left: what is not flushed yet is waited for, what would be lost is asked about, and parts that
 * were still on their way are lost, which is no error that anybody could mend.
 */
import { get } from './store.ts';

/** So long, in ms, the page holds still for a kernel that does not answer; after it, a person is asked. */
const HEARD_MS = 1000;
/** So long, in ms, it holds still for a kernel that is flushing: a slow disk loses nothing, and a stuck one ends. */
const SAVED_MS = 5000;
/** A person may stay after all: then this long after, in ms, errors count again. */
const LEAVING_MS = 3000;
let left = Number.NEGATIVE_INFINITY;

/** `flushHere` holds the page until everything is flushed, within these limits in ms, and returns whether it is. */
export function saveWhenLeft(flushHere: (heardMs: number, savedMs: number) => boolean): void {
  // The page stands still while it flushes: the time counts from the end of that.
  const flush = (): boolean => {
    const isFlushed = flushHere(HEARD_MS, SAVED_MS);
    left = performance.now();
    return isFlushed;
  };
  window.addEventListener('pagehide', () => void flush());
  window.addEventListener('beforeunload', (event) => {
    const { store, draftsAtRisk, unkept } = get();
    // A page that cannot wait asks while something is being saved.
    const isFlushed = flush() || (!crossOriginIsolated && store?.state !== 'saving');
    // Unsaved text that is kept comes back with the next visit.
    const hasUnsaved = unkept.length > 0 || draftsAtRisk;
    // A copy, an upload or a download that is under way would end in the middle.
    const isBusy = get().toasts.some(({ progress }) => progress !== undefined);
    if (hasUnsaved || isBusy || store?.state === 'failed' || !isFlushed) event.preventDefault();
  });
}

/** What a part that failed tells the console, where its guard has caught it (React, onCaughtError). */
export function tellCaught(error: unknown): void {
  if (performance.now() - left > LEAVING_MS)
    console.error(`A part of the page failed: ${String(error)}`, error);
}
