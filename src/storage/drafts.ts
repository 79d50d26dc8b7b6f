/**
 * Unsaved texts of the page in an IndexedDB database of their own, by path. Each write is one transaction, so a text
 * is there whole or as it was before. What a text is only the page's editor knows. Calls reject with ESTALE where a
 * newer version of the page has changed the database, ENOSPC on a full disk, EIO where the browser refuses.
 */
import { type IDBPDatabase, openDB } from 'idb';
import { isLost, openError, saveError } from './idberrors.ts';

const NAME = 'oanix-drafts';
const TABLE = 'drafts';

export class DraftStore {
  /** Called when the database was deleted while it was open: what it held is there no more. */
  deleted: () => void = () => undefined;
  #opening: Promise<IDBPDatabase> | undefined;

  /** Every text that is kept, with its path. */
  all(): Promise<readonly (readonly [path: string, value: unknown])[]> {
    return this.#run(async (db) => {
      const table = db.transaction(TABLE).store;
      const [paths, values] = await Promise.all([table.getAllKeys(), table.getAll()]);
      return paths.map((path, index) => [String(path), values[index]] as const);
    });
  }

  async put(path: string, value: unknown): Promise<void> {
    await this.#run((db) => db.put(TABLE, value, path));
  }

  remove(path: string): Promise<void> {
    return this.#run((db) => db.delete(TABLE, path));
  }

  /** Once more where the connection is found to be gone before anything was asked of it. */
  async #run<T>(work: (db: IDBPDatabase) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open()).catch(async (error: unknown) => {
        if (!isLost(error)) throw error;
        this.#ended();
        return work(await this.#open());
      });
    } catch (error) {
      throw saveError(error, 'it is tried again with the next change');
    }
  }

  /** A connection that the browser or another tab has ended is opened again at the next call. */
  #open(): Promise<IDBPDatabase> {
    this.#opening ??= openDB(NAME, 1, {
      upgrade: (db) => void db.createObjectStore(TABLE),
      blocking: (_now, wanted, event) => {
        (event.target as IDBDatabase).close();
        this.#ended();
        if (wanted === null) this.deleted();
      },
      terminated: () => this.#ended(),
    }).catch((error: unknown) => {
      this.#ended();
      throw openError(error);
    });
    return this.#opening;
  }

  #ended(): void {
    this.#opening = undefined;
  }
}
