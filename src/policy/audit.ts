/** What was done and refused by capabilities, in order; the oldest go. It names no secret. */
import type { Capability } from './gate.ts';

export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly who: string;
  readonly cap: Capability;
  readonly what: string;
  readonly outcome: 'allowed' | 'confirmed' | 'refused';
  readonly rule?: string;
  readonly reason?: string;
}

const ENTRIES_MAX = 5_000;

export class Audit {
  readonly #now: () => number;
  readonly #changed: () => void;
  #entries: AuditEntry[] = [];
  #last = 0;

  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  add(entry: Omit<AuditEntry, 'seq' | 'at'>): void {
    this.#entries.push({ seq: ++this.#last, at: new Date(this.#now()).toISOString(), ...entry });
    // Cut in large pieces: a flood is what it is for.
    if (this.#entries.length > ENTRIES_MAX * 1.5) this.#entries = this.#entries.slice(-ENTRIES_MAX);
    this.#changed();
  }

  get entries(): readonly AuditEntry[] {
    return this.#entries;
  }
}
