/**
 * A journal's backend in memory that fails at chosen calls, each in one of the ways in which a database can fail. It keeps
 * the contract of a backend: a transaction happens whole or not at all, so none is ever torn.
 */
import { FsError } from '../kernel/errors.ts';
import type { Key, Super, Table, Write } from '../storage/backend.ts';
import { MemoryBackend, type Tables } from '../storage/memory.ts';

/**
 * `lost`: nothing is done, and EIO. `done`: all is done, and EIO all the same, as where a connection breaks before the
 * answer. `full`: nothing is done, and ENOSPC. `dies` and `dies after`: the same as the first two, and no later call is answered.
 */
export const faults = ['lost', 'done', 'full', 'dies', 'dies after'] as const;
export type Fault = (typeof faults)[number];

export class FaultyBackend extends MemoryBackend {
  /** Calls that were made so far. */
  calls = 0;
  isDead = false;
  /** A call has found no room. */
  wasFull = false;
  #faults: ReadonlyMap<number, Fault>;

  /** `faults` has the numbers of the calls that fail, from 0. */
  constructor(faults: ReadonlyMap<number, Fault> = new Map(), tables?: Tables) {
    super(tables);
    this.#faults = faults;
  }

  override get(table: Table, key: Key): Promise<unknown> {
    return this.#call(() => super.get(table, key));
  }

  override keys(table: Table): Promise<Key[]> {
    return this.#call(() => super.keys(table));
  }

  override all(table: Table): Promise<[Key, unknown][]> {
    return this.#call(() => super.all(table));
  }

  override claim(): Promise<Super> {
    return this.#call(() => super.claim());
  }

  override commit(writes: readonly Write[], epoch: number): Promise<void> {
    return this.#call(() => super.commit(writes, epoch));
  }

  /** No later call fails, unless the backend is dead. */
  heal(): void {
    this.#faults = new Map();
  }

  /** What a database would hold if everything ended now. */
  copy(): MemoryBackend {
    return new MemoryBackend(structuredClone(this.tables));
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    if (this.isDead) throw broken();
    const fault = this.#faults.get(this.calls++);
    if (!fault) return run();
    this.isDead = fault.startsWith('dies');
    this.wasFull ||= fault === 'full';
    if (fault === 'done' || fault === 'dies after') await run();
    throw fault === 'full' ? new FsError('ENOSPC', { reason: 'no room' }) : broken();
  }
}

const broken = (): FsError => new FsError('EIO', { reason: 'the database did not answer' });
