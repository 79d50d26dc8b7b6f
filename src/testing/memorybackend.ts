/** A journal's backend in memory, for tests: it can die between two transactions, as a browser does. */
import { FsError } from '../kernel/errors.ts';
import type { Backend, Key, Super, Table, Write } from '../storage/backend.ts';

export type Tables = Map<Table, Map<Key, unknown>>;

export class MemoryBackend implements Backend {
  readonly tables: Tables;
  #dead = false;
  /** Transactions that are still let through; then it dies. */
  left = Number.POSITIVE_INFINITY;

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
    const claimed: Super = { ...known, format: 2, epoch: (known?.epoch ?? 0) + 1 };
    this.#table('meta').set('super', claimed);
    return claimed;
  }

  async commit(writes: readonly Write[], epoch: number): Promise<void> {
    // A turn of the event loop passes, as in a database.
    const taken = writes.map((write) => ({ ...write, value: structuredClone(write.value) }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.#dead || this.left-- <= 0) {
      this.#dead = true;
      throw new FsError('EIO', { reason: 'killed' });
    }
    const known = this.#table('meta').get('super') as Super | undefined;
    if (known?.epoch !== epoch) throw new FsError('ESTALE');
    for (const { table, key, value } of taken) {
      if (value === undefined) this.#table(table).delete(key);
      else this.#table(table).set(key, value);
    }
  }

  /** Nothing reaches it any more. */
  kill(): void {
    this.#dead = true;
  }

  async close(): Promise<void> {
    this.kill();
  }

  #table(table: Table): Map<Key, unknown> {
    const found = this.tables.get(table) ?? new Map<Key, unknown>();
    this.tables.set(table, found);
    return found;
  }
}

const byKey = (a: Key, b: Key): number => (a < b ? -1 : Number(a > b));
