/** Waiting for a time, by the clock of whoever runs the kernel. */
export interface Clock {
  /** Returns what stops it. */
  after(ms: number, run: () => void): () => void;
}

/** Resolves after a time, or at once when aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
