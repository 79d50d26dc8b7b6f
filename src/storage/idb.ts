/**
 * A journal's backend in IndexedDB. Nothing here waits for ever: an upgrade that another tab blocks is an
 * error with a sentence within five seconds, and a connection that the browser took away is opened again. A database
 * that was deleted meanwhile stays deleted: an empty one in its place would look like the work of another tab.
 */
import { type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { FsError, fail } from '../kernel/errors.ts';
import {
  type Backend,
  type Durability,
  FORMAT,
  type Key,
  type Super,
  type Table,
  tables,
  type Write,
} from './backend.ts';
import { checksum } from './bytes.ts';
import { given, isLost, isUnexplained, openError, saveError } from './idberrors.ts';
import { migrate } from './migrate.ts';

type Database = IDBPDatabase<unknown>;
type Upgrade = IDBPTransaction<unknown, string[], 'versionchange'>;

const OPEN_MS = 5_000;

export interface IdbOptions {
  readonly name: string;
  /**
   * The connection is closed when this resolves: a newer version of the page wants to change the format, or, with
   * `deleted`, the database is being deleted, for the reason in it.
   */
  giveWay(deleted?: FsError): Promise<void>;
}

export class IdbBackend implements Backend {
  readonly #options: IdbOptions;
  #db: Database | undefined;
  #opening: Promise<Database> | undefined;
  #wasOpen = false;
  #deleted: FsError | undefined;
  #closed = false;
  /** Why something was not stored, since the last time that something was. */
  #refused: FsError | undefined;

  /** EBUSY if another tab holds an older version open, EIO if the browser cannot open it. */
  static async open(options: IdbOptions): Promise<IdbBackend> {
    // An upgrade sums what it finds.
    await checksum();
    const backend = new IdbBackend(options);
    await backend.#database();
    return backend;
  }

  private constructor(options: IdbOptions) {
    this.#options = options;
  }

  get(table: Table, key: Key): Promise<unknown> {
    return this.#run((db) => db.get(table, key));
  }

  keys(table: Table): Promise<Key[]> {
    return this.#run(async (db) => (await db.getAllKeys(table)) as Key[]);
  }

  all(table: Table): Promise<[Key, unknown][]> {
    return this.#run(async (db) => {
      const tx = db.transaction(table, 'readonly');
      const finished = settled(tx.done);
      const requests = Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
      const [keys, values] = await given(requests, finished);
      await finished;
      return keys.map((key, i) => [key as Key, values[i]]);
    });
  }

  claim(): Promise<Super> {
    return this.#run(async (db) => {
      const tx = db.transaction('meta', 'readwrite', { durability: 'relaxed' });
      const finished = settled(tx.done);
      const known = (await given(tx.store.get('super'), finished)) as Super | undefined;
      const claimed: Super = { ...known, format: FORMAT, epoch: (known?.epoch ?? 0) + 1 };
      void tx.store.put(claimed, 'super').catch(ignore);
      await finished;
      return claimed;
    });
  }

  commit(writes: readonly Write[], epoch: number, durability: Durability): Promise<void> {
    return this.#run(async (db) => {
      const touched = new Set<Table>(['meta', ...writes.map(({ table }) => table)]);
      const tx = db.transaction([...touched], 'readwrite', { durability });
      const finished = settled(tx.done);
      const superblock = tx.objectStore('meta').get('super');
      const known = (await given(superblock, finished)) as Super | undefined;
      if (known?.epoch !== epoch) {
        tx.abort();
        fail('ESTALE', 'another tab has taken over this store: reload this one');
      }
      for (const { table, key, value } of writes) {
        const store = tx.objectStore(table);
        void (value === undefined ? store.delete(key) : store.put(value, key)).catch(ignore);
      }
      tx.commit();
      await finished;
      this.#refused = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#opening)?.close();
  }

  /** The browser took the connection away: the next call opens another. */
  lost(): void {
    this.#db = undefined;
    this.#opening = undefined;
  }

  /** Once more where the connection is found to be gone, or the browser gives up without a reason: then nothing was done. */
  async #run<T>(work: (db: Database) => Promise<T>): Promise<T> {
    try {
      const db = await this.#database();
      return await work(db).catch(async (error: unknown) => {
        if (isLost(error)) this.lost();
        else if (!isUnexplained(error)) throw error;
        return work(await this.#database());
      });
    } catch (error) {
      // Chromium's SQLite gives the reason once: what it gives up after that has the same.
      const why = isUnexplained(error) ? (this.#refused ?? error) : error;
      this.#refused = saveError(why, 'it is kept in memory and tried again');
      throw this.#refused;
    }
  }

  async #database(): Promise<Database> {
    if (this.#closed) fail('EIO', 'the store was closed');
    if (this.#deleted) throw this.#deleted;
    if (this.#db) return this.#db;
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    this.#db = await this.#opening;
    this.#wasOpen = true;
    return this.#db;
  }

  #open(): Promise<Database> {
    const { name, giveWay } = this.#options;
    return openDatabase(name, {
      mustExist: this.#wasOpen,
      lost: () => this.lost(),
      deleted: () => {
        this.#deleted ??= deletedError(name);
        return this.#deleted;
      },
      giveWay,
    });
  }
}

interface OpenHost extends Pick<IdbOptions, 'giveWay'> {
  /** It was there before: where it is missing now it was deleted. */
  readonly mustExist: boolean;
  lost(): void;
  /** Returns the error of all calls from now on. */
  deleted(): FsError;
}

const deletedError = (name: string): FsError =>
  new FsError('ESTALE', {
    op: 'save',
    reason: `the database ${name} of this browser, in which your files are kept, was deleted while this page was open, by the developer tools, by another page of this site or by clearing its data: copy out what you still need, then reload to begin anew`,
  });

async function openDatabase(
  name: string,
  { mustExist, lost, deleted, giveWay }: OpenHost,
): Promise<Database> {
  let blocked = false;
  let isMissing = false;
  const opening = openDB(name, FORMAT, {
    upgrade: (db, from, _to, tx) => {
      isMissing = mustExist && from === 0;
      if (isMissing) return tx.abort();
      for (const table of tables) {
        if (!db.objectStoreNames.contains(table) && table !== 'seg') db.createObjectStore(table);
      }
      if (from === 0) db.createObjectStore('seg');
      // Whole or not at all: what cannot be read stays as it is.
      else if (from === 1) void migrate(tx as Upgrade).catch(() => tx.abort());
    },
    blocked: () => {
      blocked = true;
    },
    blocking: (_current, next, event) => {
      const db = event.target as IDBDatabase;
      const why = next === null ? deleted() : undefined;
      void giveWay(why).finally(() => db.close());
    },
    terminated: lost,
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
    void opening.then((db) => db.close()).catch(ignore);
    if (isMissing) throw deleted();
    throw openError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A transaction's end, heard from its beginning: requests that fail are told by it alone. */
function settled(done: Promise<void>): Promise<void> {
  done.catch(ignore);
  return done;
}

const ignore = (): void => undefined;
