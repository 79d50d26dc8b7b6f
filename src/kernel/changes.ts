/**
 * Changes made through the kernel, told to whoever watches. Announced by source (the service that
 * was mounted), so that every bind of it sees them; recursive; coalesced; at least one call comes
 * after the last change. An empty list of paths means anything may have changed.
 */
import type { Path } from './path.ts';

/** One change, where it happened: in which service, and there at which path. */
export interface Change {
  readonly source: object;
  readonly path: Path;
}

/** Past this many a batch says "anything" instead of naming each. */
const NAMED_MAX = 256;

export class Changes {
  #pending: Change[] | 'anything' = [];
  #scheduled = false;
  #counter: Int32Array = new Int32Array(1);
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #later: (run: () => void) => void;

  /** `later` runs a function soon, once: the clock is the host's. */
  constructor(later: (run: () => void) => void) {
    this.#later = later;
  }

  /** How many changes there were, in 32 bits: what was read before one may be another now. */
  get count(): number {
    return this.#counter[0] as number;
  }

  /** Counts in memory that programs see too, so that they know when what they have is old. */
  countIn(memory: Int32Array<SharedArrayBuffer>): void {
    memory[0] = this.count;
    this.#counter = memory;
  }

  announce(source: object, path: Path): void {
    Atomics.add(this.#counter, 0, 1);
    if (this.#listeners.size === 0) return;
    if (this.#pending !== 'anything') {
      if (this.#pending.length < NAMED_MAX) this.#pending.push({ source, path });
      else this.#pending = 'anything';
    }
    this.#schedule();
  }

  /** Says that anything may have changed: mounts did, or a service cannot tell. */
  announceAll(): void {
    Atomics.add(this.#counter, 0, 1);
    this.#pending = 'anything';
    this.#schedule();
  }

  /** Hears every batch; an empty list means anything. Returns the stop. */
  listen(listener: (changes: readonly Change[]) => void): () => void {
    // What changed before is not this listener's.
    this.flush();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Delivers what has been announced and not told yet. */
  flush(): void {
    if (this.#scheduled) this.#deliver();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#deliver());
  }

  #deliver(): void {
    if (!this.#scheduled) return;
    const batch = this.#pending === 'anything' ? [] : this.#pending;
    this.#pending = [];
    this.#scheduled = false;
    for (const listener of this.#listeners) listener(batch);
  }
}
