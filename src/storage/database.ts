/**
 * The database of a workspace: its stores, its format, and how it is opened. Nothing here waits for
 * ever: an upgrade that another tab blocks is an error with a sentence within five seconds.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { FsError } from '../kernel/errors.ts';
import type { NodeRecord } from '../kernel/keeper.ts';
import type { Manifest } from '../kernel/manifest.ts';

/** Version of the stores below. */
export const FORMAT = 1;

export interface Super {
  readonly format: number;
  /** Counts owners: who finds another number has lost the store to another tab. */
  readonly epoch: number;
  /** The highest chunk number ever given out. */
  readonly lastChunk: number;
}

/** A record that could not be read: kept, named, and out of the way. */
export interface Aside {
  readonly store: 'nodes' | 'chunks' | 'meta';
  readonly key: number;
  readonly name: string;
  readonly reason: string;
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Schema extends DBSchema {
  meta: { key: 'super' | 'namespace'; value: Super | Manifest };
  /** The tree: one record a node, by inode number. */
  nodes: { key: number; value: NodeRecord };
  /** Contents: up to 64 KiB each, by a number that is never used again. */
  chunks: { key: number; value: Uint8Array };
  aside: { key: number; value: Aside };
}

export type Database = IDBPDatabase<Schema>;

const OPEN_MS = 5_000;

/** What may happen to an open database from outside. */
export interface DatabaseEvents {
  /** The browser took the connection away. */
  lost(): void;
  /** A newer version of the page wants to change the format: save what is unsaved, then it is closed. */
  giveWay(): Promise<void>;
}

/** EBUSY if another tab holds an older version open, EIO if the browser cannot open it. */
export async function openDatabase(name: string, events: DatabaseEvents): Promise<Database> {
  let blocked = false;
  const opening = openDB<Schema>(name, FORMAT, {
    upgrade(db) {
      db.createObjectStore('meta');
      db.createObjectStore('nodes');
      db.createObjectStore('chunks');
      db.createObjectStore('aside', { autoIncrement: true });
    },
    blocked: () => {
      blocked = true;
    },
    blocking: (_current, _next, event) => {
      const db = event.target as IDBDatabase;
      void events.giveWay().finally(() => db.close());
    },
    terminated: () => events.lost(),
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = blocked
        ? 'another tab holds an older version of this store open: close it and try again'
        : 'the browser did not open the store in time: reload, or restart the browser';
      reject(new FsError('EBUSY', { op: 'open store', reason }));
    }, OPEN_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    void opening.then((db) => db.close()).catch(() => undefined);
    if (error instanceof FsError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FsError('EIO', {
      op: 'open store',
      reason: `the browser cannot open its database (${why})`,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
