/**
 * Unsaved texts of the page in an IndexedDB database of their own, by path. Each write is one transaction, so a text
 * is there whole or as it was before. What a text is only the page's editor knows. Calls reject with ESTALE where a
 * newer version of the page has changed the database, ENOSPC on a full disk, EIO where the browser refuses.
 */
import { type IDBPDatabase, type IDBPObjectStore, openDB } from 'idb';
import { isLost, openError, saveError } from './idberrors.ts';

const NAME = 'oanix-drafts';
const TABLE = 'drafts';
type Table = IDBPObjectStore<unknown, [typeof TABLE], typeof TABLE, 'readwrite'>;

export class DraftStore {
  /** Called when the browser or another page has ended the connection: what was kept may be deleted. */
  lost: () => void = () => undefined;
  #opening: Promise<IDBPDatabase> | undefined;

  /** Every text that is kept, with its path. */
  async all(): Promise<readonly (readonly [path: string, value: unknown])[]> {
    const read = this.#run(async (db) => {
      const table = db.transaction(TABLE).store;
      const [paths, values] = await Promise.all([table.getAllKeys(), table.getAll()]);
      return paths.map((path, index) => [String(path), values[index]] as const);
    });
    return read.catch((error: unknown) => {
      throw openError(error);
    });
  }

  put(path: string, value: unknown): Promise<void> {
    return this.#write((table) => table.put(value, path));
  }

  remove(path: string): Promise<void> {
    return this.#write((table) => table.delete(path));
  }

  /** The change is committed at once: it is made even when the page is left before it hears so. */
  #write(change: (table: Table) => Promise<unknown>): Promise<void> {
    const write = this.#run(async (db) => {
      const transaction = db.transaction(TABLE, 'readwrite');
      const changed = change(transaction.store);
      transaction.commit();
      await Promise.all([changed, transaction.done]);
    });
    return write.catch((error: unknown) => {
      throw saveError(error, 'it is tried again with the next change');
    });
  }

  /** Runs `work`, and once more on a new connection where the old one was closed before it began. */
  async #run<T>(work: (db: IDBPDatabase) => Promise<T>): Promise<T> {
    return work(await this.#open()).catch(async (error: unknown) => {
      if (!isLost(error)) throw error;
      this.#opening = undefined;
      return work(await this.#open());
    });
  }

  /** A connection that the browser or another page has ended is opened again at the next call. */
  #open(): Promise<IDBPDatabase> {
    const ended = (): void => {
      this.#opening = undefined;
      this.lost();
    };
    this.#opening ??= openDB(NAME, 1, {
      upgrade: (db) => void db.createObjectStore(TABLE),
      blocking: (_now, _wanted, event) => {
        (event.target as IDBDatabase).close();
        ended();
      },
      terminated: ended,
    }).catch((error: unknown) => {
      this.#opening = undefined;
      throw openError(error);
    });
    return this.#opening;
  }
}
