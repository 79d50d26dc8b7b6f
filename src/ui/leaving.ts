/** A page that is being left loses the parts that were still on their way: no error that anybody could mend. */

/** A person may stay after all: then this long after, in ms, errors count again. */
const LEAVING_MS = 3000;
let asked = Number.NEGATIVE_INFINITY;
window.addEventListener('beforeunload', () => {
  asked = performance.now();
});

/** What a part that failed tells the console, where its guard has caught it (React, onCaughtError). */
export function tellCaught(error: unknown): void {
  if (performance.now() - asked > LEAVING_MS) console.error(error);
}
