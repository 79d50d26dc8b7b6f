/** Whoever waits for a change of something: woken together, aborted one by one. */
import { FsError } from './errors.ts';

export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wake`; EINTR when aborted. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        this.#waiting.delete(wake);
        resolve();
      };
      const stop = (): void => {
        this.#waiting.delete(wake);
        reject(new FsError('EINTR', { reason: 'interrupted' }));
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.add(wake);
    });
  }

  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
