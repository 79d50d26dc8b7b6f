/** The same journal over SQLite: what is saved survives a killed process. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, names, put } from '../testing/tree.ts';
import { Journal } from './journal.ts';
import { Snapshots } from './snapshots.ts';
import { SqliteBackend } from './sqlite.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-sqlite-'));
  path = join(dir, 'store');
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

async function boot() {
  const backend = SqliteBackend.open(path);
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
    await held.backend.close();
    // A process that died in a transaction: its number is nobody's, its lock is still there.
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.on('exit', resolve));
    fs.writeFileSync(`${path}.owner`, String(gone.pid));
    fs.mkdirSync(`${path}.lock`);
    const again = await boot();
    expect(await names(again.fs)).toEqual(['f']);
    await put(again.fs, ['g'], 'goes on');
    await again.fs.sync();
    await again.backend.close();
  });

  it('says what it is where it is no store', async () => {
    fs.writeFileSync(path, 'this is some text, not a database, and longer than a header of one');
    expect(await codeOf(boot)).toBe('EIO');
    expect(fs.existsSync(`${path}.owner`)).toBe(false);
    path = join(dir, 'none', 'store');
    expect(await codeOf(boot)).toBe('EIO');
  });
});
