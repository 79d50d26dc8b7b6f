/** The store over a real IndexedDB, in Chromium and Firefox. */
import fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FileHandle, never } from '../kernel/service.ts';
import { boot, fresh } from '../testing/journal.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, names, put } from '../testing/tree.ts';

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
