/** Stores of the first format, which kept a record for each node. */
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { boot, fresh } from '../testing/journal.ts';
import { cat, names, put } from '../testing/tree.ts';

describe('the first format', () => {
  it('is opened, and is a journal from then on', async () => {
    const name = fresh();
    const old = await openDB(name, 1, {
      upgrade(db) {
        db.createObjectStore('meta');
        db.createObjectStore('nodes');
        db.createObjectStore('chunks');
        db.createObjectStore('aside', { autoIncrement: true });
      },
    });
    const times = { mtime: 5n, atime: 6n, ctime: 7n };
    const file = { kind: 'file', nlink: 1, ...times };
    const records = [
      {
        ino: 1,
        kind: 'dir',
        nlink: 1,
        ...times,
        size: 0,
        entries: [
          ['d', 2],
          ['big', 4],
          ['soft', 5],
          ['hurt', 6],
        ],
      },
      {
        ino: 2,
        kind: 'dir',
        nlink: 1,
        ...times,
        size: 0,
        entries: [
          ['small', 3],
          ['hard', 3],
        ],
      },
      { ...file, ino: 3, nlink: 2, size: 5, chunks: [[0, 7]] },
      {
        ...file,
        ino: 4,
        size: 70_000,
        chunks: [
          [0, 8],
          [1, 9],
        ],
      },
      { ino: 5, kind: 'symlink', nlink: 1, ...times, size: 7, target: 'd/small' },
      { ...file, ino: 6, size: 3, chunks: [[0, 10]] },
    ];
    for (const record of records) await old.put('nodes', record, record.ino);
    await old.put('chunks', new TextEncoder().encode('hello'), 7);
    await old.put('chunks', new Uint8Array(65_536).fill(97), 8);
    await old.put('chunks', new Uint8Array(4_464).fill(98), 9);
    await old.put('meta', { format: 1, epoch: 3, lastChunk: 12 }, 'super');
    await old.put('meta', { version: 1, sources: [], mounts: [] }, 'namespace');
    old.close();

    const { fs, store, damaged } = await boot(name);
    expect(damaged).toEqual(['/hurt: 1 of its parts are missing']);
    expect(await names(fs)).toEqual(['big', 'd', 'soft']);
    expect(await cat(fs, ['d', 'hard'])).toBe('hello');
    expect(await cat(fs, ['big'])).toBe('a'.repeat(65_536) + 'b'.repeat(4_464));
    expect(await fs.readlink(['soft'])).toBe('d/small');
    expect(await fs.stat(['d', 'small'])).toMatchObject({
      nlink: 2,
      mtime: 5n,
      atime: 6n,
      ino: 3n,
    });
    expect(await store.namespace()).toMatchObject({ version: 1 });
    await put(fs, ['d', 'new'], 'written');
    await fs.sync();
    const again = await boot(name);
    expect(again.damaged).toEqual([]);
    expect(await cat(again.fs, ['d', 'new'])).toBe('written');
    expect(await cat(again.fs, ['d', 'small'])).toBe('hello');
  });
});
