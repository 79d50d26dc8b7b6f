/** What was typed at a terminal and that nobody has read yet: whole lines, or keys. */
import { concat } from './bytes.ts';
import { Waiters } from './waiters.ts';

/** Runs something after so many milliseconds; returns how to cancel it. */
export type After = (ms: number, run: () => void) => () => void;

/**
 * What a part of it is: a whole line, what there was of a line when lines ended, or keys. Those that came while keys were
 * neither signals nor echoed are `unseen`.
 */
export type PartKind = 'line' | 'rest' | 'keys' | 'unseen';

interface Part {
  readonly data: Uint8Array;
  readonly kind: PartKind;
}

export class Typed {
  readonly waiters = new Waiters();
  /** An empty part is the end of input, once. The first `#taken` are taken out already. */
  #parts: Part[] = [];
  #taken = 0;
  /** What was put back before them; its last part is the first. */
  readonly #again: Part[] = [];
  #size = 0;
  #held = 0;

  get size(): number {
    return this.#size;
  }

  /** What it takes of what may be typed ahead: its bytes, and one for each end of input. */
  get held(): number {
    return this.#held;
  }

  get isEmpty(): boolean {
    return this.#again.length === 0 && this.#taken === this.#parts.length;
  }

  push(data: Uint8Array, kind: PartKind): void {
    this.#parts.push({ data, kind });
    this.#size += data.length;
    this.#held += data.length || 1;
    this.waiters.wake();
  }

  unshift(data: Uint8Array): void {
    this.#again.push({ data, kind: 'unseen' });
    this.#size += data.length;
    this.#held += data.length || 1;
    this.waiters.wake();
  }

  /** Waits until more is typed; false when so many milliseconds have passed before. */
  async more(signal: AbortSignal, within: number | undefined, after: After): Promise<boolean> {
    if (within === 0) return false;
    const late = new AbortController();
    const cancel = within === undefined ? undefined : after(within, () => late.abort());
    try {
      await this.waiters.wait(AbortSignal.any([signal, late.signal]));
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      return false;
    } finally {
      cancel?.();
    }
  }

  /** Takes out everything. */
  clear(): Part[] {
    this.#size = 0;
    this.#held = 0;
    const parts = [...this.#again.reverse(), ...this.#parts.slice(this.#taken)];
    this.#again.length = 0;
    this.#parts = [];
    this.#taken = 0;
    return parts;
  }

  /** At most `count` bytes of the first part. */
  takeLine(count: number): Uint8Array {
    const first = this.#again.pop() ?? this.#next();
    if (!first) return new Uint8Array(0);
    const { data } = first;
    const given = data.subarray(0, count);
    if (data.length > count) this.#again.push({ ...first, data: data.subarray(count) });
    this.#size -= given.length;
    this.#held -= given.length || 1;
    return given;
  }

  /** Takes out the first of `#parts`. The others move only when most are taken, so that a long queue costs no more for each. */
  #next(): Part | undefined {
    const part = this.#parts[this.#taken];
    if (!part) return undefined;
    this.#taken++;
    if (this.#taken * 2 >= this.#parts.length) {
      this.#parts.splice(0, this.#taken);
      this.#taken = 0;
    }
    return part;
  }

  /** At most `count` bytes, from as many parts as it takes. */
  takeKeys(count: number): Uint8Array {
    const taken: Uint8Array[] = [];
    for (let left = count; left > 0 && !this.isEmpty; ) {
      const data = this.takeLine(left);
      taken.push(data);
      left -= data.length;
    }
    return concat(taken);
  }
}
