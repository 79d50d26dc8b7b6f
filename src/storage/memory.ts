/** A journal's backend in memory: for a page that keeps nothing. */
import { fail } from '../kernel/errors.ts';
import { type Backend, FORMAT, type Key, type Super, type Table, type Write } from './backend.ts';

export type Tables = Map<Table, Map<Key, unknown>>;

export class MemoryBackend implements Backend {
  readonly tables: Tables;

  constructor(tables: Tables = new Map()) {
    this.tables = tables;
  }

  async get(table: Table, key: Key): Promise<unknown> {
    return this.#table(table).get(key);
  }

  async keys(table: Table): Promise<Key[]> {
    return [...this.#table(table).keys()].sort(byKey);
  }

  async all(table: Table): Promise<[Key, unknown][]> {
    return [...this.#table(table)].sort(([a], [b]) => byKey(a, b));
  }

  async claim(): Promise<Super> {
    const known = this.#table('meta').get('super') as Super | undefined;
    const claimed: Super = { ...known, format: FORMAT, epoch: (known?.epoch ?? 0) + 1 };
    this.#table('meta').set('super', claimed);
    return claimed;
  }

  async commit(writes: readonly Write[], epoch: number): Promise<void> {
    // What was written is another object than what its writer goes on with, as in a database.
    const taken = writes.map((write) => ({ ...write, value: structuredClone(write.value) }));
    await this.settle();
    const known = this.#table('meta').get('super') as Super | undefined;
    if (known?.epoch !== epoch) fail('ESTALE');
    for (const { table, key, value } of taken) {
      if (value === undefined) this.#table(table).delete(key);
      else this.#table(table).set(key, value);
    }
  }

  async close(): Promise<void> {}

  /** Between what is asked and what is done. */
  protected async settle(): Promise<void> {}

  #table(table: Table): Map<Key, unknown> {
    const found = this.tables.get(table) ?? new Map<Key, unknown>();
    this.tables.set(table, found);
    return found;
  }
}

const byKey = (a: Key, b: Key): number => (a < b ? -1 : Number(a > b));
