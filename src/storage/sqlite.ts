/**
 * A journal's backend in one SQLite file, under Node. One process has it at a time: a file beside it tells
 * which, and what a killed one left locked is opened again.
 */
import fs from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import sqlite from 'node-sqlite3-wasm';
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

type Database = InstanceType<typeof sqlite.Database>;
interface Row {
  readonly key: Key;
  readonly value: Uint8Array;
  readonly plain: number;
}

/** Bytes are kept as they are, everything else as V8 writes a structured clone. */
const toColumns = (value: unknown): [Uint8Array, number] =>
  value instanceof Uint8Array ? [value, 1] : [serialize(value), 0];

const toValue = ({ value, plain }: Row): unknown => (plain ? value : deserialize(value));

/** As PRAGMA synchronous: a strict commit also waits for the directory, so that its journal is gone for good. */
const synchronous: { readonly [D in Durability]: string } = { strict: 'EXTRA', relaxed: 'NORMAL' };

export class SqliteBackend implements Backend {
  readonly #db: Database;
  readonly #owner: string;

  /** EBUSY while another process has it, EIO if the file is no store. */
  static open(path: string): SqliteBackend {
    const owner = `${path}.owner`;
    takeOver(path, owner);
    try {
      const db = new sqlite.Database(path);
      for (const table of tables) {
        const type = table === 'meta' ? 'TEXT' : 'INTEGER';
        db.exec(
          `CREATE TABLE IF NOT EXISTS "${table}" (key ${type} PRIMARY KEY, value BLOB, plain INTEGER)`,
        );
      }
      return new SqliteBackend(db, owner);
    } catch (error) {
      fs.rmSync(owner, { force: true });
      throw explain(error);
    }
  }

  private constructor(db: Database, owner: string) {
    this.#db = db;
    this.#owner = owner;
  }

  async get(table: Table, key: Key): Promise<unknown> {
    return this.#run((db) => {
      const row = db.get(`SELECT key, value, plain FROM "${table}" WHERE key = ?`, [key]);
      return row ? toValue(row as unknown as Row) : undefined;
    });
  }

  async keys(table: Table): Promise<Key[]> {
    return this.#run((db) =>
      db.all(`SELECT key FROM "${table}" ORDER BY key`).map(({ key }) => key as Key),
    );
  }

  async all(table: Table): Promise<[Key, unknown][]> {
    return this.#run((db) => {
      const rows = db.all(`SELECT key, value, plain FROM "${table}" ORDER BY key`);
      return (rows as unknown as Row[]).map((row) => [row.key, toValue(row)]);
    });
  }

  async claim(): Promise<Super> {
    const known = (await this.get('meta', 'super')) as Super | undefined;
    const claimed: Super = { ...known, format: FORMAT, epoch: (known?.epoch ?? 0) + 1 };
    this.#transaction([{ table: 'meta', key: 'super', value: claimed }], 'relaxed');
    return claimed;
  }

  async commit(writes: readonly Write[], epoch: number, durability: Durability): Promise<void> {
    const known = (await this.get('meta', 'super')) as Super | undefined;
    if (known?.epoch !== epoch) fail('ESTALE', 'another process has taken over this store');
    this.#transaction(writes, durability);
  }

  async close(): Promise<void> {
    this.#db.close();
    fs.rmSync(this.#owner, { force: true });
  }

  #transaction(writes: readonly Write[], durability: Durability): void {
    this.#run((db) => {
      db.exec(`PRAGMA synchronous = ${synchronous[durability]}; BEGIN IMMEDIATE`);
      try {
        for (const { table, key, value } of writes) {
          if (value === undefined) db.run(`DELETE FROM "${table}" WHERE key = ?`, [key]);
          else {
            const columns = [key, ...toColumns(value)];
            db.run(`INSERT OR REPLACE INTO "${table}" VALUES (?, ?, ?)`, columns);
          }
        }
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #run<T>(work: (db: Database) => T): T {
    try {
      return work(this.#db);
    } catch (error) {
      throw explain(error);
    }
  }
}

/** Makes this process the one that has the file; what a dead one left is taken over. */
function takeOver(path: string, owner: string): void {
  for (;;) {
    try {
      fs.writeFileSync(owner, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new FsError('EIO', { reason: `no store at ${path} (${code})` });
    }
    const pid = Number(readOr(owner, ''));
    if (isAlive(pid)) fail('EBUSY', `process ${pid} has this store open: end it and try again`);
    fs.rmSync(owner, { force: true });
  }
  // SQLite's lock is a directory here, which outlives who made it.
  fs.rmSync(`${path}.lock`, { recursive: true, force: true });
}

function readOr(path: string, otherwise: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function explain(error: unknown): FsError {
  if (error instanceof FsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FsError(/full/i.test(reason) ? 'ENOSPC' : 'EIO', { op: 'save', reason, cause: error });
}
