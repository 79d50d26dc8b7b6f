/**
 * The file of a SQLite store: making a new one, and refusing what is none before SQLite changes it. Nothing that the store did
 * not make is replaced or deleted.
 */
import { randomBytes } from 'node:crypto';
import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { fail } from '../kernel/errors.ts';
import { type Table, tables } from './backend.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Vfs } from './vfs.ts';

export type Database = InstanceType<Sqlite3Static['oo1']['DB']>;

/** What would need a temporary file is kept in memory. */
export function connect(sqlite3: Sqlite3Static, vfs: Vfs, path: string): Database {
  const db = new sqlite3.oo1.DB({ filename: path, flags: 'c', vfs: vfs.name });
  db.exec('PRAGMA temp_store = MEMORY');
  return db;
}

/**
 * Makes a new store under a name that nobody else has, and moves it to its place when it is whole. A file without
 * content was therefore never a store of ours that was merely young. Nothing that was there is replaced or deleted.
 */
export function createStore(sqlite3: Sqlite3Static, vfs: Vfs, disk: Disk, path: string): void {
  if (disk.exists(`${path}-journal`))
    fail(
      'EIO',
      `${path} does not exist, but ${path}-journal does: if it belongs to a store that you moved, move both; else delete it, since SQLite would write it into the new store`,
    );
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`;
  disk.create(draft);
  try {
    fillStore(connect(sqlite3, vfs, draft));
    disk.syncDirectory(path);
    disk.rename(draft, path);
  } catch (error) {
    for (const name of [draft, `${draft}-journal`]) removeQuietly(disk, name);
    throw error;
  }
  disk.syncDirectory(path);
}

function fillStore(db: Database): void {
  try {
    db.exec('PRAGMA synchronous = EXTRA; BEGIN');
    for (const table of tables) db.exec(tableOf(table));
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

/** An error that is on its way says more than one of cleaning up. */
function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.remove(path);
  } catch {
    // It does not exist, or the disk fails.
  }
}

const tableOf = (table: Table): string =>
  `CREATE TABLE IF NOT EXISTS "${table}" (key ${table === 'meta' ? 'TEXT' : 'INTEGER'} PRIMARY KEY, value BLOB, plain INTEGER)`;

export function refuseIfEmpty(disk: Disk, path: string): void {
  if (withFile(disk, path, (file) => file.size()) > 0) return;
  fail(
    'EIO',
    `${path} is empty, and a store never is: if it was one, put a copy of it back; to begin a new one, delete the file`,
  );
}

function withFile<T>(disk: Disk, path: string, look: (file: DiskFile) => T): T {
  const file = disk.open(path, false);
  try {
    return look(file);
  } finally {
    file.close();
  }
}

/** The first bytes of a rollback journal, from the description of SQLite's file format. */
const JOURNAL_MAGIC = Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7);

/** SQLite deletes a file of the journal's name that it cannot use, even where it is the person's own. */
export function refuseIfNoJournal(disk: Disk, path: string): void {
  if (!disk.exists(path)) return;
  const start = new Uint8Array(JOURNAL_MAGIC.length);
  withFile(disk, path, (file) => file.read(start, 0));
  // A power cut leaves zeros in place of any of these bytes; such a journal is SQLite's to judge.
  if (start.every((byte, at) => byte === 0 || byte === JOURNAL_MAGIC[at])) return;
  fail(
    'EIO',
    `${path} is no journal of SQLite, and opening the store would delete it: move it away`,
  );
}

/** A store that was killed while an earlier version created it may lack some of its tables. */
export function checkTables(db: Database, path: string): void {
  const found = db.selectValues("SELECT name FROM sqlite_master WHERE type = 'table'");
  if (!found.includes('meta') || !found.every((name) => tables.includes(name as Table)))
    fail('EIO', `${path} is a SQLite database, but no store of OANIX: choose another file`);
  for (const table of tables) if (!found.includes(table)) db.exec(tableOf(table));
}
