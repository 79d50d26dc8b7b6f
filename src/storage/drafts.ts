/**
 * Unsaved texts of the page in an IndexedDB database of their own, by path. Each write is one transaction, so a text
 * is there whole or as it was before. What a text is only the page's editor knows.
 */
import { type IDBPDatabase, openDB } from 'idb';

const NAME = 'oanix-drafts';
const TABLE = 'drafts';

export class DraftStore {
  #opening: Promise<IDBPDatabase> | undefined;

  /** Every text that is kept, with its path. */
  async all(): Promise<readonly (readonly [path: string, value: unknown])[]> {
    const table = (await this.#open()).transaction(TABLE).store;
    const [paths, values] = await Promise.all([table.getAllKeys(), table.getAll()]);
    return paths.map((path, index) => [String(path), values[index]]);
  }

  async put(path: string, value: unknown): Promise<void> {
    await (await this.#open()).put(TABLE, value, path);
  }

  async remove(path: string): Promise<void> {
    await (await this.#open()).delete(TABLE, path);
  }

  /** A connection that the browser or another tab has ended is opened again at the next call. */
  #open(): Promise<IDBPDatabase> {
    const ended = (): void => {
      this.#opening = undefined;
    };
    this.#opening ??= openDB(NAME, 1, {
      upgrade: (db) => void db.createObjectStore(TABLE),
      blocking: (_now, _wanted, event) => {
        (event.target as IDBDatabase).close();
        ended();
      },
      terminated: ended,
    }).catch((error: unknown) => {
      ended();
      throw error;
    });
    return this.#opening;
  }
}
