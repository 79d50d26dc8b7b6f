/** The same journal over SQLite: what is saved survives a killed process. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { codeOf } from '../testing/kernel.ts';
import { openStoreFile } from '../testing/sqlitestore.ts';
import { cat, names, put } from '../testing/tree.ts';
import { type Disk, nodeDisk } from './disk.ts';
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

const boot = () => openStoreFile(path);

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

  /** The owner file that this process writes, with some of its fields replaced. */
  async function writeOwner(fields: object): Promise<void> {
    const held = await boot();
    const owner = JSON.parse(fs.readFileSync(`${path}.owner`, 'utf8')) as object;
    await held.backend.close();
    fs.writeFileSync(`${path}.owner`, JSON.stringify({ ...owner, id: randomUUID(), ...fields }));
  }

  it('is not held by a later process that has the number of the dead one', async () => {
    await writeOwner({ started: 'another boot' });
    await (await boot()).backend.close();
  });

  it.runIf(process.platform === 'linux')(
    'tells the starts of two processes with one number apart, and knows that a container hides who lives',
    async () => {
      const boot_id = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      await writeOwner({ started: `${boot_id} 1` });
      await (await boot()).backend.close();
      await writeOwner({ pid: 1, namespace: 'pid:[1]' });
      await expect(boot()).rejects.toThrow('process 1 in another container (pid:[1])');
      fs.rmSync(`${path}.owner`);
      // Since then the machine has started again, and with it every container.
      await writeOwner({ pid: 1, namespace: 'pid:[1]', started: 'another boot' });
      await (await boot()).backend.close();
    },
  );

  it.each<[string, (owner: string) => void]>([
    ['is a symbolic link', (owner) => fs.symlinkSync(join(dir, 'none'), owner)],
    ['is a symbolic link', (owner) => fs.symlinkSync(owner, owner)],
    ['is not a file', (owner) => fs.mkdirSync(owner)],
    ['was not written by a store', (owner) => fs.writeFileSync(owner, '')],
    ['was not written by a store', (owner) => fs.writeFileSync(owner, 'my notes')],
    ['was not written by a store', (owner) => fs.writeFileSync(owner, '{"pid":"1"}')],
    ['was not written by a store', (owner) => fs.writeFileSync(owner, 'x'.repeat(1 << 20))],
  ])('is refused while FILE.owner %s, and leaves that', async (reason, make) => {
    make(`${path}.owner`);
    const { ino, size, mtimeMs } = fs.lstatSync(`${path}.owner`);
    await expect(boot()).rejects.toThrow(`${path}.owner ${reason}`);
    expect(fs.lstatSync(`${path}.owner`)).toMatchObject({ ino, size, mtimeMs });
    expect(fs.readdirSync(dir)).toEqual(['store.owner']);
  });

  it('is not taken from a process of another host, which nobody here can ask', async () => {
    await writeOwner({ pid: 1, host: 'elsewhere' });
    await expect(boot()).rejects.toThrow(`if it is gone, delete ${path}.owner`);
  });

  it('has one owner when many processes find that the last one is dead', async () => {
    await (await boot()).backend.close();
    for (let round = 0; round < 5; round++) {
      await writeOwner({ started: 'another boot' });
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

  it('does not begin beside the journal of a store that was moved, and leaves the journal', async () => {
    fs.writeFileSync(`${path}-journal`, 'mine');
    await expect(boot()).rejects.toThrow(`${path} does not exist, but ${path}-journal does`);
    expect(fs.readdirSync(dir)).toEqual(['store-journal']);
    expect(fs.readFileSync(`${path}-journal`, 'utf8')).toBe('mine');
  });

  it("deletes no file of somebody else's that has a name like its own", async () => {
    const others = ['store.new', 'store.new-journal', 'store.lock'];
    for (const name of others) fs.writeFileSync(join(dir, name), 'mine');
    await (await boot()).backend.close();
    await (await boot()).backend.close();
    expect(fs.readdirSync(dir).sort()).toEqual(['store', ...others].sort());
    for (const name of others) expect(fs.readFileSync(join(dir, name), 'utf8')).toBe('mine');
  });

  it('leaves a directory FILE.lock that holds something', async () => {
    fs.mkdirSync(join(dir, 'store.lock'));
    fs.writeFileSync(join(dir, 'store.lock', 'f'), 'mine');
    await (await boot()).backend.close();
    expect(fs.readFileSync(join(dir, 'store.lock', 'f'), 'utf8')).toBe('mine');
  });

  it('is not opened while a file that is no journal has the name of its journal', async () => {
    await (await boot()).backend.close();
    fs.writeFileSync(`${path}-journal`, 'mine');
    await expect(boot()).rejects.toThrow('is no journal of SQLite');
    expect(fs.readFileSync(`${path}-journal`, 'utf8')).toBe('mine');
  });

  it.runIf(process.platform !== 'win32')('writes no journal through a symbolic link', async () => {
    const store = await boot();
    const other = join(dir, 'other');
    fs.symlinkSync(other, `${path}-journal`);
    await put(store.fs, ['f'], 'text');
    expect(await codeOf(() => store.fs.sync())).toBe('EIO');
    await store.backend.close();
    expect(fs.existsSync(other)).toBe(false);
    expect(fs.readlinkSync(`${path}-journal`)).toBe(other);
  });

  it('deletes no file that a forged journal names', async () => {
    await (await boot()).backend.close();
    const other = join(dir, 'other');
    fs.writeFileSync(other, '');
    fs.writeFileSync(`${path}-journal`, journalThatNames(other));
    await expect(boot()).rejects.toThrow(`${other} is not the journal of this store`);
    expect(fs.existsSync(other)).toBe(true);
  });

  it('replaces nothing that appears at its place while it is made', async () => {
    const late: Disk = {
      ...nodeDisk,
      rename(from, to) {
        fs.writeFileSync(to, 'mine');
        nodeDisk.rename(from, to);
      },
    };
    await expect(SqliteBackend.openOn(late, path)).rejects.toThrow('EEXIST');
    expect(fs.readdirSync(dir)).toEqual(['store']);
    expect(fs.readFileSync(path, 'utf8')).toBe('mine');
  });

  it('is not made where a symbolic link leads nowhere', async () => {
    fs.symlinkSync(join(dir, 'none'), path);
    await expect(boot()).rejects.toThrow('is a symbolic link to a file that does not exist');
    expect(fs.readdirSync(dir)).toEqual(['store']);
  });

  it('leaves nothing beside itself when it cannot be made', async () => {
    const full: Disk = {
      ...nodeDisk,
      rename() {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      },
    };
    expect(await codeOf(() => SqliteBackend.openOn(full, path))).toBe('ENOSPC');
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('says what it is where it is no store', async () => {
    fs.writeFileSync(path, 'this is some text, not a database, and longer than a header of one');
    expect(await codeOf(boot)).toBe('EIO');
    expect(fs.existsSync(`${path}.owner`)).toBe(false);
    path = join(dir, 'none', 'store');
    expect(await codeOf(boot)).toBe('EIO');
  });
});

/** A rollback journal without pages that ends in the name of another file, as one of several databases would. */
function journalThatNames(path: string): Uint8Array {
  const SECTOR = 512;
  const magic = Buffer.from('d9d505f920a163d7', 'hex');
  const header = Buffer.alloc(SECTOR);
  magic.copy(header);
  // The number of pages, a nonce, the size of the database, of a sector and of a page.
  for (const [at, value] of [0, 0, 1, SECTOR, 4096].entries())
    header.writeUInt32BE(value, 8 + at * 4);
  const name = Buffer.from(path);
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(name.length, 0);
  tail.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    4,
  );
  const lockPage = Buffer.alloc(4);
  return Buffer.concat([header, lockPage, name, tail, magic]);
}
