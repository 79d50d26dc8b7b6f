/** The same journal over SQLite: what is saved survives a killed process. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, names, put } from '../testing/tree.ts';
import { nodeDisk } from './disk.ts';
import { Journal } from './journal.ts';
import { Snapshots } from './snapshots.ts';
import { SqliteBackend } from './sqlite.ts';
import { loadSqlite, Vfs } from './vfs.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-sqlite-'));
  path = join(dir, 'store');
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

async function boot() {
  const backend = await SqliteBackend.open(path);
  const damaged: string[] = [];
  const journal = await Journal.open({
    backend,
    changed: () => undefined,
    damaged: ({ name, reason }) => damaged.push(`${name}: ${reason}`),
    now: () => Date.now(),
  });
  return { fs: new MemFs({ keeper: journal }), journal, backend, damaged };
}

describe('a journal in SQLite', () => {
  it('restores what was synced, snapshots too', async () => {
    const first = await boot();
    await first.fs.create(['d'], 'dir');
    await put(first.fs, ['d', 'f'], 'x'.repeat(200_000));
    await first.fs.symlink('d/f', ['l']);
    await first.fs.setTimes(['d', 'f'], { mtime: 123_456_789_012_345_678n });
    const host = { replace: () => undefined, changed: () => undefined, now: () => Date.now() };
    await (await Snapshots.open(first.journal, host)).create('one');
    await put(first.fs, ['d', 'f'], 'now short');
    await first.fs.sync();
    await first.backend.close();
    const again = await boot();
    expect(again.damaged).toEqual([]);
    expect(await cat(again.fs, ['d', 'f'])).toBe('now short');
    expect(await again.fs.readlink(['l'])).toBe('d/f');
    const snapshots = await Snapshots.open(again.journal, host);
    const old = new MemFs({ keeper: await snapshots.keeper('one') });
    expect((await cat(old, ['d', 'f'])).length).toBe(200_000);
    expect((await old.stat(['d', 'f'])).mtime).toBe(123_456_789_012_345_678n);
    await again.backend.close();
  });

  it('is one process at a time, and opens again what a killed one left', async () => {
    const held = await boot();
    await put(held.fs, ['f'], 'kept');
    await held.fs.sync();
    expect(await codeOf(boot)).toBe('EBUSY');
    // By another name it is the same store.
    const link = join(dir, 'link');
    fs.symlinkSync(path, link);
    expect(await codeOf(() => SqliteBackend.open(link))).toBe('EBUSY');
    await held.backend.close();
    // Earlier versions left the number of the process, and a directory as a lock.
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.on('exit', resolve));
    fs.writeFileSync(`${path}.owner`, String(gone.pid));
    fs.mkdirSync(`${path}.lock`);
    const again = await boot();
    expect(await names(again.fs)).toEqual(['f']);
    await put(again.fs, ['g'], 'goes on');
    await again.fs.sync();
    await again.backend.close();
    expect(fs.readdirSync(dir).sort()).toEqual(['link', 'store']);
  });

  it('is not held by a later process that has the number of the dead one', async () => {
    const owner = { pid: process.pid, host: hostname(), started: 'before', id: randomUUID() };
    fs.writeFileSync(`${path}.owner`, JSON.stringify(owner));
    await (await boot()).backend.close();
  });

  it('is not taken from a process of another host, which nobody here can ask', async () => {
    const owner = { pid: 1, host: 'elsewhere', started: '', id: randomUUID() };
    fs.writeFileSync(`${path}.owner`, JSON.stringify(owner));
    await expect(boot()).rejects.toThrow(`if it is gone, delete ${path}.owner`);
  });

  it('has one owner when many processes find that the last one is dead', async () => {
    await (await boot()).backend.close();
    for (let round = 0; round < 5; round++) {
      const owner = { pid: process.pid, host: hostname(), started: 'before', id: randomUUID() };
      fs.writeFileSync(`${path}.owner`, JSON.stringify(owner));
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => SqliteBackend.open(path)),
      );
      const open = tries.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
      expect(open).toHaveLength(1);
      await open[0]?.close();
    }
  });

  it('is refused when its file was emptied or overwritten, and the file stays as it is', async () => {
    await (await boot()).backend.close();
    const size = fs.statSync(path).size;
    fs.writeFileSync(path, '');
    await expect(boot()).rejects.toThrow('is empty, and a store never is');
    expect(fs.statSync(path).size).toBe(0);
    fs.writeFileSync(path, new Uint8Array(size));
    await expect(boot()).rejects.toThrow('is damaged, or is no store');
    expect(fs.readFileSync(path).every((byte) => byte === 0)).toBe(true);
    expect(fs.readdirSync(dir)).toEqual(['store']);
  });

  it('is refused when its file is shorter than it was', async () => {
    const first = await boot();
    await put(first.fs, ['f'], 'x'.repeat(200_000));
    await first.fs.sync();
    await first.backend.close();
    fs.truncateSync(path, 50_000);
    await expect(boot()).rejects.toThrow('is damaged, or is no store');
  });

  it('is refused where a database of something else has its place', async () => {
    const sqlite3 = await loadSqlite();
    const vfs = new Vfs(sqlite3, nodeDisk);
    const db = new sqlite3.oo1.DB({ filename: path, flags: 'c', vfs: vfs.name });
    db.exec('CREATE TABLE bookmarks (url TEXT)');
    db.close();
    const before = fs.readFileSync(path);
    await expect(boot()).rejects.toThrow('no store of OANIX');
    expect(fs.readFileSync(path).equals(before)).toBe(true);
    vfs.unregister();
  });

  it('begins new beside the journal of a store that was deleted', async () => {
    fs.writeFileSync(`${path}-journal`, new Uint8Array(5_000).fill(0xd9));
    const first = await boot();
    await put(first.fs, ['f'], 'new');
    await first.fs.sync();
    await first.backend.close();
    expect(fs.readdirSync(dir)).toEqual(['store']);
  });

  it('says what it is where it is no store', async () => {
    fs.writeFileSync(path, 'this is some text, not a database, and longer than a header of one');
    expect(await codeOf(boot)).toBe('EIO');
    expect(fs.existsSync(`${path}.owner`)).toBe(false);
    path = join(dir, 'none', 'store');
    expect(await codeOf(boot)).toBe('EIO');
  });
});
