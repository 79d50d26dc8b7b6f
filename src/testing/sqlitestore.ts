/** Stores in SQLite files, for tests: opening one, and checking one by SQLite itself and by Python's SQLite. */
import { spawnSync } from 'node:child_process';
import type { Disk } from '../storage/disk.ts';
import type { JournalOptions } from '../storage/journal.ts';
import { SqliteBackend } from '../storage/sqlite.ts';
import { loadSqlite, Vfs } from '../storage/vfs.ts';
import { type KeptTree, openTree } from './kepttree.ts';

/** The tree in the SQLite file at `path`. */
export const openStoreFile = async (
  path: string,
  options?: Partial<JournalOptions>,
): Promise<KeptTree<SqliteBackend>> => openTree(await SqliteBackend.open(path), options);

/** What SQLite's own check says of a store that nobody has open; `ok` where it is sound. */
export async function integrityOf(disk: Disk, path: string): Promise<unknown> {
  const sqlite3 = await loadSqlite();
  const vfs = new Vfs(sqlite3, disk);
  const db = new sqlite3.oo1.DB({ filename: path, flags: 'w', vfs: vfs.name });
  try {
    return db.selectValue('PRAGMA integrity_check');
  } finally {
    db.close();
    vfs.unregister();
  }
}

/** A test that compares with Python's SQLite, which shares no code of ours, is skipped and counted where this is false. */
export const hasPython = spawnSync('python3', ['-c', 'import sqlite3']).status === 0;

/** The lines that a script prints; Python runs it with `argument` as `sys.argv[1]`. */
export function python(script: string, argument: string): string[] {
  const { status, error, stdout, stderr } = spawnSync('python3', ['-c', script, argument], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 failed: ${error?.message ?? stderr}`);
  return stdout.trim().split('\n');
}
