/**
 * What a journal is kept in: a handful of tables in one database, written in transactions that happen
 * whole or not at all, in order. IndexedDB in the page (idb.ts), SQLite under Node (sqlite.ts).
 */

/**
 * meta: settings by name · log: changes by number · ckpt: two whole trees that take turns · seg: contents ·
 * snap, tree: a snapshot's description and its tree · aside: what could not be read.
 */
export const tables = ['meta', 'log', 'ckpt', 'seg', 'snap', 'tree', 'aside'] as const;
export type Table = (typeof tables)[number];
export type Key = number | string;

/** Version of what is kept: 1 had a record for each node (migrate.ts), 2 is the journal. */
export const FORMAT = 2;

/** One record put, or deleted where `value` is absent. Values are structured clones without functions. */
export interface Write {
  readonly table: Table;
  readonly key: Key;
  readonly value?: unknown;
}

/**
 * `strict`: the transaction and all before it survive a power cut when it resolves, provided that it changes a record.
 * `relaxed`: the transaction is handed to the system, which may lose it with the power.
 */
export type Durability = 'relaxed' | 'strict';

/** `meta` `super`: who owns the journal and how it is written. */
export interface Super {
  readonly format: number;
  /** Counts owners: who finds another number has lost the journal to another. */
  readonly epoch: number;
  /** The newest whole tree: the slot in `ckpt`, and the last change in it. */
  readonly checkpoint?: { readonly slot: number; readonly seq: number };
}

export interface Backend {
  get(table: Table, key: Key): Promise<unknown>;
  keys(table: Table): Promise<Key[]>;
  /** Every record of a small table, in the order of the keys. */
  all(table: Table): Promise<[Key, unknown][]>;
  /** Makes the caller the owner: the epoch is one more than before. */
  claim(): Promise<Super>;
  /** All of the writes or none. ESTALE if `epoch` is no longer the owner's, ENOSPC, EIO. */
  commit(writes: readonly Write[], epoch: number, durability: Durability): Promise<void>;
  close(): Promise<void>;
}
