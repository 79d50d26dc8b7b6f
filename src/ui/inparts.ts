/** Long work of the page in parts: the page draws and answers between two parts, and an abort ends the work there. */

/** Work that can be left after each step. A step yields how far the work has come; the last one returns the result. */
export type Steps<T> = Generator<number, T, void>;

/** A part ends with the first step that ends after so many milliseconds. */
const PART_MS = 8;

/**
 * Does the work in parts and resolves to its result. `progress` hears after each part how far the work has come. After an
 * abort no further step is made, and the promise is rejected with the reason of the abort.
 */
export async function inParts<T>(
  steps: Steps<T>,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const until = performance.now() + PART_MS;
    let step = steps.next();
    while (!step.done && performance.now() < until) step = steps.next();
    if (step.done) return step.value;
    progress(step.value);
    // A task of its own, because a promise that is resolved would not let the page draw.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Does the work at once. It is for work that is known to be short. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
