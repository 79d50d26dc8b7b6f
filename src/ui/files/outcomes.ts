/** How each item of a batch ended. A batch goes on after an item that fails: its tally holds what a person must hear of. */
import { explain } from '../text.ts';

/** An item that needs a word; items that are simply done are only counted. */
export interface Outcome {
  /** The path or name of the item. */
  readonly what: string;
  /** `noted` is done, but not quite as it was asked for. */
  readonly how: 'failed' | 'skipped' | 'noted';
  /** A sentence for a person. */
  readonly why: string;
}

/** A person has stopped the whole batch. */
export const isStop = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

export class Tally {
  readonly outcomes: Outcome[] = [];
  /** How many items were done, those with a note too. */
  done = 0;
  /** What the first item that failed threw: a program that asked is told its code. */
  firstError: unknown;
  readonly #notes = new Set<string>();

  get failures(): readonly Outcome[] {
    return this.outcomes.filter(({ how }) => how === 'failed');
  }

  failed(what: string, error: unknown): void {
    this.firstError ??= error;
    this.outcomes.push({ what, how: 'failed', why: explain(error) });
  }

  skipped(what: string, why: string): void {
    this.outcomes.push({ what, how: 'skipped', why });
  }

  noted(what: string, why: string): void {
    this.outcomes.push({ what, how: 'noted', why });
  }

  /** A note that holds for all that follows: it is made for the first item only. */
  notedOnce(what: string, why: string): void {
    if (this.#notes.has(why)) return;
    this.#notes.add(why);
    this.noted(what, why);
  }

  /** Runs one item, which counts itself as done; a failure becomes its outcome, unless the whole batch is stopped. */
  async attempt(what: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    try {
      await run();
    } catch (error) {
      signal.throwIfAborted();
      if (isStop(error)) throw error;
      this.failed(what, error);
    }
  }
}
