/** The store over a real IndexedDB, in Chromium and Firefox. */
import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FileHandle, never } from '../kernel/service.ts';
import { boot, fresh, type Opened } from '../testing/journal.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, names, put } from '../testing/tree.ts';
import { IdbBackend } from './idb.ts';
import { claim } from './lock.ts';

/** Turns one bit of a stored value; `at` from the end where it is negative. */
async function damage(
  db: Awaited<ReturnType<typeof openDB>>,
  store: string,
  key: number,
  at: number,
): Promise<void> {
  const bytes = ((await db.get(store, key)) as Uint8Array).slice();
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 4;
  await db.put(store, bytes, key);
}

const indexOf = (bytes: Uint8Array, text: string): number =>
  new TextDecoder('latin1').decode(bytes).indexOf(text);

afterEach(() => vi.restoreAllMocks());

describe('the journal', () => {
  it('restores what was synced: contents, directories, links, times', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await fs.create(['d'], 'dir');
    await put(fs, ['d', 'big'], 'x'.repeat(200_000));
    await put(fs, ['small'], 'hello');
    await fs.link(['small'], ['d', 'hard']);
    await fs.symlink('small', ['soft']);
    await fs.setTimes(['small'], { atime: 1n, mtime: 123_456_789_012_345_678n });
    await fs.sync();
    const { fs: again, damaged } = await boot(name);
    expect(damaged).toEqual([]);
    expect(await names(again)).toEqual(['d', 'small', 'soft']);
    expect(await cat(again, ['d', 'big'])).toBe('x'.repeat(200_000));
    expect(await cat(again, ['d', 'hard'])).toBe('hello');
    expect(await again.stat(['small'])).toMatchObject({
      nlink: 2,
      mtime: 123_456_789_012_345_678n,
      atime: 1n,
    });
    expect(await again.readlink(['soft'])).toBe('small');
  });

  it('restores modes, and leaves what has none without one', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await fs.create(['d'], 'dir');
    await put(fs, ['d', 'run'], 'x');
    await put(fs, ['plain'], 'y');
    await fs.sync();
    await fs.setMode(['d'], 0o700);
    await fs.setMode(['d', 'run'], 0o755);
    await fs.sync();
    const { fs: again, damaged } = await boot(name);
    expect(damaged).toEqual([]);
    expect([(await again.stat(['d'])).mode, (await again.stat(['d', 'run'])).mode]).toEqual([
      0o700, 0o755,
    ]);
    expect(await again.stat(['plain'])).not.toHaveProperty('mode');
    // A change of a directory's names takes its mode along.
    await put(again, ['d', 'more'], 'z');
    await again.sync();
    expect((await (await boot(name)).fs.stat(['d'])).mode).toBe(0o700);
  });

  it('flushes by itself soon after a write', async () => {
    const name = fresh();
    const { fs, states } = await boot(name);
    await put(fs, ['f'], 'soon');
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('saved'), 5_000);
    expect(await cat((await boot(name)).fs, ['f'])).toBe('soon');
  });

  it('holds the tree of one moment: any operations, flushed at any time, are restored as they were', async () => {
    const file = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({ op: fc.constant('put' as const), file, text: fc.string() }),
      fc.record({ op: fc.constant('remove' as const), file }),
      fc.record({ op: fc.constant('rename' as const), file, to: file }),
      fc.constant({ op: 'flush' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const name = fresh();
        const { fs, store } = await boot(name);
        for (const each of steps) {
          if (each.op === 'put') await put(fs, [each.file], each.text);
          else if (each.op === 'remove') await codeOf(() => fs.remove([each.file], 'file'));
          else if (each.op === 'rename')
            await fs.rename([each.file], [each.to]).catch(() => undefined);
          else void store.flush();
        }
        await fs.sync();
        const { fs: again } = await boot(name);
        expect(await names(again)).toEqual(await names(fs));
        for (const each of await names(fs))
          expect(await cat(again, [each])).toBe(await cat(fs, [each]));
      }),
      { numRuns: 15 },
    );
  });

  it('a sync ends in a strict transaction that writes, also when all went out relaxed before', async () => {
    const name = fresh();
    const { fs, store } = await boot(name);
    const seen: string[] = [];
    const real = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...args: Parameters<typeof real>
    ) {
      const tx = real.apply(this, args);
      if (args[1] === 'readwrite') seen.push(tx.durability);
      return tx;
    });
    await put(fs, ['f'], 'x');
    await store.flush();
    expect(seen).not.toContain('strict');
    await fs.sync();
    expect(seen.at(-1)).toBe('strict');
  });

  it('what is written while a flush is under way is neither lost nor mixed in', async () => {
    const name = fresh();
    const { fs, store } = await boot(name);
    await put(fs, ['f'], 'a'.repeat(300_000));
    const flushing = store.flush();
    const handle = await fs.open(['f'], { write: true });
    for (let at = 0; at < 300_000; at += 10_000) {
      await handle.write?.(at, new TextEncoder().encode('b'), never);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await flushing;
    await fs.sync();
    const text = await cat((await boot(name)).fs, ['f']);
    expect(text.replaceAll('a', '')).toBe('b'.repeat(30));
  });

  it('a damaged part of the last checkpoint: the one before it and the log give the same tree', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    for (let i = 0; i < 150; i++) {
      await put(fs, [`f${i % 10}`], String(i));
      await fs.sync();
    }
    const db = await openDB(name);
    const { checkpoint } = (await db.get('meta', 'super')) as { checkpoint: { slot: number } };
    expect(await db.count('ckpt')).toBe(2);
    await damage(db, 'ckpt', checkpoint.slot, -40);
    db.close();
    const second = await boot(name);
    expect(second.damaged).toEqual(['a checkpoint: a part of it is not as it was written']);
    for (let i = 0; i < 10; i++) expect(await cat(second.fs, [`f${i}`])).toBe(String(140 + i));
    await second.fs.sync();
    expect((await boot(name)).damaged).toEqual([]);
  });

  it('a damaged change is set aside and named; what it led to is found, and all the rest is there', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await fs.create(['d'], 'dir');
    await put(fs, ['d', 'good'], 'fine');
    await fs.sync();
    await put(fs, ['d', 'bad'], 'its record will be damaged');
    await fs.sync();
    await put(fs, ['later'], 'after it');
    await fs.sync();
    const db = await openDB(name);
    const [, second] = await db.getAllKeys('log');
    await damage(db, 'log', second as number, 12);
    db.close();
    const again = await boot(name);
    expect(again.damaged).toEqual(['change 2: its beginning is damaged']);
    expect(await names(again.fs)).toEqual(['d', 'later']);
    expect(await cat(again.fs, ['d', 'good'])).toBe('fine');
    expect(await cat(again.fs, ['later'])).toBe('after it');
    await again.fs.sync();
    const third = await boot(name);
    expect(third.damaged).toEqual([]);
    expect(await names(third.fs, ['d'])).toEqual(['good']);
    expect(await third.backend.keys('aside')).toEqual([1]);
  });

  it('of a damaged directory the files are found again under lost+found', async () => {
    const name = fresh();
    const { fs, store } = await boot(name);
    await fs.create(['gone'], 'dir');
    await put(fs, ['gone', 'orphan'], 'found again');
    // Alone in its change, the record of the directory is damaged at its end.
    await store.flush();
    await fs.create(['gone', 'sub'], 'dir');
    await fs.sync();
    const db = await openDB(name);
    const keys = await db.getAllKeys('log');
    const bytes = (await db.get('log', keys[0] as number)) as Uint8Array;
    const at = indexOf(bytes, 'orphan');
    await damage(db, 'log', keys[0] as number, at);
    db.close();
    const again = await boot(name);
    expect(again.damaged[0]).toMatch(/^change 1 of .*: a part of it is not as it was written$/);
    const [orphan] = await names(again.fs, ['lost+found']);
    expect(await cat(again.fs, ['lost+found', orphan as string])).toBe('found again');
  });

  it('whatever bit is damaged, it opens, and what is not damaged is there or is told', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    for (let i = 0; i < 8; i++) {
      await put(fs, [`f${i}`], `content of ${i}`);
      await fs.sync();
    }
    const db = await openDB(name);
    const values = new Map<number, Uint8Array>();
    for (const key of await db.getAllKeys('log'))
      values.set(key as number, (await db.get('log', key)) as Uint8Array);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        fc.nat(7),
        async (key, at, bit) => {
          for (const [each, value] of values) await db.put('log', value, each);
          const value = (values.get(key) as Uint8Array).slice();
          const index = at % value.length;
          value[index] = (value[index] as number) ^ (1 << bit);
          await db.put('log', value, key);
          const { fs: again, damaged } = await boot(name, { readOnly: 'only looking' });
          expect(damaged.length).toBeGreaterThan(0);
          for (const each of await names(again)) {
            if (each !== 'lost+found')
              expect(await cat(again, [each])).toBe(`content of ${each.slice(1)}`);
          }
          expect((await names(again)).length).toBeGreaterThanOrEqual(7);
        },
      ),
      { numRuns: 60 },
    );
    db.close();
  });

  it('a damaged part of a file is EIO for its reader and told once; the rest is read', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await put(fs, ['f'], 'x'.repeat(100_000));
    await put(fs, ['g'], 'whole');
    await fs.sync();
    const db = await openDB(name);
    await damage(db, 'seg', 1, 5);
    db.close();
    const second = await boot(name);
    const handle = await second.fs.open(['f'], { read: true });
    for (let i = 0; i < 2; i++)
      expect(await codeOf(() => handle.read?.(0, 10, never) as Promise<unknown>)).toBe('EIO');
    expect(second.damaged).toEqual(['part 1: it is not what was written']);
    expect(await cat(second.fs, ['g'])).toBe('whole');
  });

  it('a file whose content is missing is set aside by its path, and all the rest is there', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await put(fs, ['lost'], 'gone');
    await fs.sync();
    await put(fs, ['kept'], 'here');
    await fs.sync();
    const db = await openDB(name);
    await db.delete('seg', 1);
    db.close();
    const second = await boot(name);
    expect(second.damaged).toEqual(['/lost: 1 of its parts are missing']);
    expect(await cat(second.fs, ['kept'])).toBe('here');
    expect(await names(second.fs)).toEqual(['kept']);
  });

  it('a file that was removed while open keeps what was not read yet', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await put(fs, ['f'], 'still here');
    await fs.sync();
    const second = await boot(name);
    const handle = (await second.fs.open(['f'], { read: true })) as FileHandle;
    await second.fs.remove(['f'], 'file');
    await second.fs.sync();
    expect(new TextDecoder().decode(await handle.read?.(0, 100, never))).toBe('still here');
    const third = await boot(name);
    expect(third.damaged).toEqual([]);
    await third.fs.sync();
    expect(await third.backend.keys('seg')).toEqual([]);
  });

  it('a quota error reaches the writer as ENOSPC, harms nothing saved, and removing files heals it', async () => {
    const name = fresh();
    const { fs, states } = await boot(name);
    await put(fs, ['old'], 'o'.repeat(100_000));
    await fs.sync();
    // The browser reports fullness by the abort of a transaction: the engine's own error, at a size of ours.
    let free = 50_000;
    const real = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (this.name === 'seg') free -= (value as Uint8Array).length;
      if (free < 0) throw new DOMException('full', 'QuotaExceededError');
      return real.call(this, value, key);
    });
    await put(fs, ['new'], 'n'.repeat(60_000));
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    expect(states.at(-1)).toMatchObject({ state: 'failed', unsaved: 60_000 });
    expect(await codeOf(() => fs.create(['more'], 'file'))).toBe('ENOSPC');
    expect(await cat(fs, ['old'])).toBe('o'.repeat(100_000));
    await fs.remove(['old'], 'file');
    free = 150_000;
    await fs.sync();
    expect(states.at(-1)).toMatchObject({ state: 'saved', unsaved: 0 });
    expect(await cat((await boot(name)).fs, ['new'])).toBe('n'.repeat(60_000));
  });

  it('with no room for new content, what was removed still reaches the database', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await put(fs, ['old'], 'o'.repeat(70_000));
    await fs.sync();
    const real = IDBObjectStore.prototype.put;
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (this.name === 'seg') throw new DOMException('full', 'QuotaExceededError');
      return real.call(this, value, key);
    });
    await put(fs, ['new'], 'n');
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    await fs.remove(['old'], 'file');
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    const db = await openDB(name);
    expect(await db.count('seg')).toBe(0);
    db.close();
    const again = await boot(name);
    expect(await names(again.fs)).toEqual([]);
    full.mockRestore();
  });

  it('a tab that lost the store can write nothing over its new owner', async () => {
    const name = fresh();
    const stale = await boot(name);
    await put(stale.fs, ['f'], 'first');
    await stale.fs.sync();
    const owner = await boot(name);
    await put(owner.fs, ['f'], 'owner');
    await owner.fs.sync();
    await put(stale.fs, ['f'], 'STALE');
    expect(await codeOf(() => stale.fs.sync())).toBe('ESTALE');
    expect(await codeOf(() => stale.fs.create(['g'], 'file'))).toBe('ESTALE');
    expect(await cat((await boot(name)).fs, ['f'])).toBe('owner');
  });

  it('a read-only tab shows the last state and refuses to write', async () => {
    const name = fresh();
    const owner = await boot(name);
    await put(owner.fs, ['f'], 'kept');
    await owner.fs.sync();
    const other = await boot(name, { readOnly: 'another tab has it' });
    expect(other.states.at(-1)).toMatchObject({ state: 'read-only', reason: 'another tab has it' });
    expect(await cat(other.fs, ['f'])).toBe('kept');
    expect(await codeOf(() => put(other.fs, ['f'], 'x'))).toBe('EROFS');
    expect(await codeOf(() => other.fs.create(['g'], 'file'))).toBe('EROFS');
    await put(owner.fs, ['f'], 'still the owner');
    await owner.fs.sync();
  });

  it('numbers of segments are never used again', async () => {
    const name = fresh();
    const first = await boot(name);
    await put(first.fs, ['f'], 'x');
    await first.fs.sync();
    await first.fs.remove(['f'], 'file');
    await first.fs.sync();
    const second = await boot(name);
    await put(second.fs, ['g'], 'y');
    await second.fs.sync();
    await second.fs.sync();
    expect(await second.backend.keys('seg')).toEqual([2]);
  });

  it('a connection that the browser took away is opened again, with the unsaved kept', async () => {
    const name = fresh();
    const { fs, backend } = await boot(name);
    await put(fs, ['f'], 'kept');
    backend.lost();
    await fs.sync();
    expect(await cat((await boot(name)).fs, ['f'])).toBe('kept');
  });

  it.each([
    ['while a connection is open', async () => undefined],
    ['after the browser took the connection away', async ({ backend }: Opened) => backend.lost()],
  ])(
    'a database that is deleted %s is not taken for the work of another tab',
    async (_, before) => {
      const name = fresh();
      const opened = await boot(name);
      const { fs, store, backend, states } = opened;
      await put(fs, ['f'], 'kept');
      await fs.sync();
      await before(opened);
      await deleteDB(name);
      await put(fs, ['g'], 'more').catch(() => undefined);
      await expect(store.sync()).rejects.toThrow(/ESTALE.*was deleted while this page was open/);
      await expect(backend.get('meta', 'super')).rejects.toThrow('was deleted');
      expect(states.at(-1)?.reason).toMatch(/copy out what you still need, then reload/);
      expect(states.at(-1)?.reason).not.toContain('another tab');
      expect(await codeOf(() => fs.create(['h'], 'file'))).toBe('ESTALE');
      // No empty database stands in its place.
      const databases = await indexedDB.databases();
      expect(databases.map((each) => each.name)).not.toContain(name);
    },
  );

  it('a tab that only looks on says that the database was deleted', async () => {
    const name = fresh();
    await put((await boot(name)).fs, ['f'], 'kept');
    const other = await boot(name, { readOnly: 'another tab has it' });
    await deleteDB(name);
    await vi.waitFor(() => expect(other.states.at(-1)?.reason).toContain('was deleted'));
    expect(other.states.at(-1)?.state).toBe('read-only');
  });

  it('an upgrade that another tab blocks ends in a sentence, not in waiting', async () => {
    const name = fresh();
    const old = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('open'));
    });
    // The old connection ignores the request to close. Deleting blocks, as an upgrade would.
    const deleting = deleteDB(name).catch(() => undefined);
    const opening = IdbBackend.open({ name, giveWay: async () => undefined });
    await expect(opening).rejects.toThrow(/EBUSY.*(close it|in time)/);
    old.close();
    await deleting;
  }, 15_000);
});

describe('space', () => {
  it('what is overwritten and removed is given back, also when little of a segment is left', async () => {
    const name = fresh();
    const { fs, backend } = await boot(name);
    const text = 'x'.repeat(10_000);
    for (let i = 0; i < 1000; i++) await put(fs, [`f${i}`], text);
    await fs.sync();
    const before = (await backend.keys('seg')).length;
    for (let i = 0; i < 1000; i++) if (i % 6 !== 0) await fs.remove([`f${i}`], 'file');
    // Compaction goes on with each flush.
    await vi.waitFor(async () => {
      await fs.sync();
      expect((await backend.keys('seg')).length).toBeLessThan(before / 2);
    }, 10_000);
    const again = await boot(name);
    for (let i = 0; i < 1000; i += 6) expect(await cat(again.fs, [`f${i}`])).toBe(text);
  });

  it('the log stays short, however long one works', async () => {
    const name = fresh();
    const { fs, backend } = await boot(name);
    for (let i = 0; i < 400; i++) {
      await put(fs, ['f'], String(i));
      await fs.sync();
    }
    expect((await backend.keys('log')).length).toBeLessThan(200);
    expect(await cat((await boot(name)).fs, ['f'])).toBe('399');
  });

  it('of content that is stored only so much stays in memory', async () => {
    const name = fresh();
    const { fs } = await boot(name, { residentBytes: 4 * 1024 * 1024 });
    const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(500_000));
    for (const [i, text] of texts.entries()) await put(fs, [`f${i}`], text);
    await fs.sync();
    for (const [i, text] of texts.entries()) {
      expect(await cat(fs, [`f${i}`])).toBe(text);
      const handle = await fs.open([`f${i}`], { write: true });
      await handle.write?.('end', new TextEncoder().encode('!'), never);
    }
    await fs.sync();
    for (const [i, text] of texts.entries()) expect(await cat(fs, [`f${i}`])).toBe(`${text}!`);
  });
});

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

describe('who owns the store', () => {
  it('is one tab at a time; the next learns when it could', async () => {
    const name = fresh();
    let release: () => void = () => undefined;
    await new Promise<void>((held) => {
      void navigator.locks.request(name, () => {
        held();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      });
    });
    const second = await claim(name, navigator.locks);
    expect(second.owner).toBe(false);
    release();
    await second.available;
    expect((await claim(name, navigator.locks)).owner).toBe(true);
  });
});
