/** Whether the engine's stack was used up: a RangeError in V8, an InternalError in Firefox. */
export const isOverflow = (error: unknown): boolean =>
  error instanceof Error && /call stack|too much recursion/.test(error.message);
