/**
 * A journal's backend in one SQLite file, under Node. One process has it at a time (`owner.ts`), and a transaction
 * that a killed process left half written is rolled back when the file is opened again (`vfs.ts`).
 */
import fs from 'node:fs';
import { resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { FsError, fail } from '../kernel/errors.ts';
import {
  type Backend,
  type Durability,
  FORMAT,
  type Key,
  type Super,
  type Table,
  type Write,
} from './backend.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { own } from './owner.ts';
import {
  checkTables,
  connect,
  createStore,
  type Database,
  refuseIfEmpty,
  refuseIfNoJournal,
} from './storefile.ts';
import { loadSqlite, Vfs } from './vfs.ts';

type Statement = ReturnType<Database['prepare']>;

/** Bytes are kept as they are, everything else as V8 writes a structured clone. */
const toColumns = (value: unknown): [Uint8Array, number] =>
  value instanceof Uint8Array ? [value, 1] : [serialize(value), 0];

/** The value in two columns of a row, from the column `at` on. */
function toValue(row: Statement, at: number): unknown {
  const bytes = row.getBlob(at) ?? new Uint8Array(0);
  return row.getInt(at + 1) ? bytes : deserialize(bytes);
}

/** As PRAGMA synchronous: a strict commit also waits for the directory, so that its journal is gone for good. */
const synchronous: { readonly [D in Durability]: string } = { strict: 'EXTRA', relaxed: 'NORMAL' };

export class SqliteBackend implements Backend {
  readonly #sqlite3: Sqlite3Static;
  readonly #db: Database;
  readonly #vfs: Vfs;
  readonly #path: string;
  readonly #release: () => void;
  readonly #statements = new Map<string, Statement>();

  /** Throws EBUSY while another process has the store, and EIO if the file is no store or is damaged. */
  static async open(path: string): Promise<SqliteBackend> {
    // A link leads to one store, by whatever name it is opened.
    const real = fs.existsSync(path) ? fs.realpathSync(path) : resolve(path);
    if (!fs.existsSync(real) && fs.lstatSync(real, { throwIfNoEntry: false }))
      fail('EIO', `${path} is a symbolic link to a file that does not exist`);
    const release = own(`${real}.owner`);
    try {
      const store = await SqliteBackend.openOn(nodeDisk, real, release);
      removeOldLock(`${real}.lock`);
      return store;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Opens the store on a disk that nobody else uses; `release` runs when it is closed. */
  static async openOn(
    disk: Disk,
    path: string,
    release = (): void => undefined,
  ): Promise<SqliteBackend> {
    const sqlite3 = await loadSqlite();
    const vfs = new Vfs(sqlite3, disk);
    try {
      if (!disk.exists(path)) createStore(sqlite3, vfs, disk, path);
      refuseIfEmpty(disk, path);
      refuseIfNoJournal(disk, `${path}-journal`);
      const db = connect(sqlite3, vfs, path);
      try {
        checkTables(db, path);
      } catch (error) {
        db.close();
        throw error;
      }
      return new SqliteBackend(sqlite3, db, vfs, path, release);
    } catch (error) {
      const reason = explain(error, vfs, path);
      vfs.unregister();
      throw reason;
    }
  }

  private constructor(
    sqlite3: Sqlite3Static,
    db: Database,
    vfs: Vfs,
    path: string,
    release: () => void,
  ) {
    this.#sqlite3 = sqlite3;
    this.#db = db;
    this.#vfs = vfs;
    this.#path = path;
    this.#release = release;
  }

  async get(table: Table, key: Key): Promise<unknown> {
    return this.#run(() => this.#get(table, key));
  }

  async keys(table: Table): Promise<Key[]> {
    return this.#run(() =>
      this.#rows(`SELECT key FROM "${table}" ORDER BY key`, [], (row) => row.get(0) as Key),
    );
  }

  async all(table: Table): Promise<[Key, unknown][]> {
    return this.#run(() =>
      this.#rows(`SELECT key, value, plain FROM "${table}" ORDER BY key`, [], (row) => [
        row.get(0) as Key,
        toValue(row, 1),
      ]),
    );
  }

  async claim(): Promise<Super> {
    return this.#transaction('relaxed', () => {
      const known = this.#get('meta', 'super') as Super | undefined;
      const claimed: Super = { ...known, format: FORMAT, epoch: (known?.epoch ?? 0) + 1 };
      this.#write({ table: 'meta', key: 'super', value: claimed });
      return claimed;
    });
  }

  async commit(writes: readonly Write[], epoch: number, durability: Durability): Promise<void> {
    this.#transaction(durability, () => {
      const known = this.#get('meta', 'super') as Super | undefined;
      if (known?.epoch !== epoch) fail('ESTALE', 'another process has taken over this store');
      for (const write of writes) this.#write(write);
    });
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen()) return;
    for (const statement of this.#statements.values()) statement.finalize();
    this.#db.close();
    this.#vfs.unregister();
    this.#release();
  }

  #get(table: Table, key: Key): unknown {
    const sql = `SELECT value, plain FROM "${table}" WHERE key = ?`;
    return this.#rows(sql, [key], (row) => toValue(row, 0))[0];
  }

  #write({ table, key, value }: Write): void {
    if (value === undefined) this.#rows(`DELETE FROM "${table}" WHERE key = ?`, [key], () => 0);
    else
      this.#rows(
        `INSERT OR REPLACE INTO "${table}" VALUES (?, ?, ?)`,
        [key, ...toColumns(value)],
        () => 0,
      );
  }

  #rows<T>(sql: string, bind: readonly (Key | Uint8Array)[], each: (row: Statement) => T): T[] {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    const rows: T[] = [];
    try {
      if (bind.length > 0) statement.bind(bind);
      while (statement.step()) rows.push(each(statement));
      return rows;
    } finally {
      this.#sqlite3.capi.sqlite3_reset(statement);
      statement.clearBindings();
    }
  }

  #transaction<T>(durability: Durability, work: () => T): T {
    return this.#run(() => {
      this.#db.exec(`PRAGMA synchronous = ${synchronous[durability]}; BEGIN IMMEDIATE`);
      try {
        const result = work();
        this.#db.exec('COMMIT');
        return result;
      } catch (error) {
        // SQLite has rolled back already after the worst failures.
        const { exports } = this.#sqlite3.wasm;
        if (!exports.sqlite3_get_autocommit(this.#db.pointer)) this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #run<T>(work: () => T): T {
    this.#vfs.takeError();
    try {
      return work();
    } catch (error) {
      throw explain(error, this.#vfs, this.#path);
    }
  }
}

/** Removes the empty directory by which earlier versions locked a store; anything else of that name stays. */
function removeOldLock(path: string): void {
  try {
    fs.rmdirSync(path);
  } catch {
    // It is absent, or somebody else's file.
  }
}

function explain(error: unknown, vfs: Vfs, path: string): FsError {
  const cause = vfs.takeError();
  if (error instanceof FsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const reason = cause ? `${message} (${cause.message})` : message;
  const { code } = (cause ?? error) as NodeJS.ErrnoException;
  if (/SQLITE_FULL/.test(message) || code === 'ENOSPC' || code === 'EDQUOT')
    return new FsError('ENOSPC', { op: 'save', reason, cause: error });
  const advice = /SQLITE_(CORRUPT|NOTADB)/.test(message)
    ? `: ${path} is damaged, or is no store; before you mend it, copy it and ${path}-journal`
    : '';
  return new FsError('EIO', { op: 'save', reason: `${reason}${advice}`, cause: error });
}
