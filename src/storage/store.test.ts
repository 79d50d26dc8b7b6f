/** The store over a real IndexedDB, in Chromium and Firefox. */
import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { type FileHandle, never } from '../kernel/service.ts';
import { codeOf } from '../testing/kernel.ts';
import { openDatabase } from './database.ts';
import { claim } from './lock.ts';
import { Store, type StoreOptions, type StoreState } from './store.ts';

let count = 0;
const fresh = (): string => `test-${Date.now()}-${++count}`;

interface Opened {
  readonly fs: MemFs;
  readonly store: Store;
  readonly states: StoreState[];
  readonly damaged: string[];
}

async function boot(name: string, options: Partial<StoreOptions> = {}): Promise<Opened> {
  const states: StoreState[] = [];
  const damaged: string[] = [];
  const store = await Store.open({
    name,
    changed: (state) => states.push(state),
    damaged: ({ name: what, reason }) => damaged.push(`${what}: ${reason}`),
    now: () => Date.now(),
    ...options,
  });
  return { fs: new MemFs({ spec: { kind: 'store' }, keeper: store }), store, states, damaged };
}

async function put(fs: MemFs, path: string[], text: string): Promise<void> {
  await codeOf(() => fs.create(path, 'file'));
  const handle = await fs.open(path, { write: true, truncate: true });
  await handle.write?.(0, new TextEncoder().encode(text), never);
  await handle.close?.();
}

async function cat(fs: MemFs, path: string[]): Promise<string> {
  const handle = await fs.open(path, { read: true });
  const { size } = await fs.stat(path);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < size; ) {
    const part = (await handle.read?.(at, size - at, never)) as Uint8Array;
    parts.push(part);
    at += part.length;
  }
  await handle.close?.();
  return new TextDecoder().decode(await new Blob(parts as BlobPart[]).arrayBuffer());
}

const names = async (fs: MemFs, path: string[] = []): Promise<string[]> =>
  (await fs.readdir(path)).map(({ name }) => name).sort();

afterEach(() => vi.restoreAllMocks());

describe('the store', () => {
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

  it('sets a damaged record aside, names it, and restores all the rest', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await fs.create(['d'], 'dir');
    await fs.create(['gone'], 'dir');
    await put(fs, ['d', 'bad'], 'damaged soon');
    await put(fs, ['d', 'good'], 'fine');
    await put(fs, ['gone', 'orphan'], 'found again');
    await fs.sync();
    const db = await openDB(name);
    const bad = Number((await fs.stat(['d', 'bad'])).ino);
    const gone = Number((await fs.stat(['gone'])).ino);
    await db.put('nodes', { ...(await db.get('nodes', bad)), mtime: 'yesterday' }, bad);
    await db.put('nodes', 'garbage', gone);
    db.close();
    const second = await boot(name);
    expect(second.damaged.sort()).toEqual([
      '/d/bad: its times are no times',
      '/gone: it is no record',
    ]);
    expect(await names(second.fs)).toEqual(['d', 'lost+found']);
    expect(await cat(second.fs, ['d', 'good'])).toBe('fine');
    const [orphan] = await names(second.fs, ['lost+found']);
    expect(await cat(second.fs, ['lost+found', orphan as string])).toBe('found again');
    await put(second.fs, ['new'], 'unrelated');
    await second.fs.sync();
    const third = await boot(name);
    expect(third.damaged).toEqual([]);
    expect(await names(third.fs, ['d'])).toEqual(['good']);
    expect(await cat(third.fs, ['new'])).toBe('unrelated');
    const kept = await openDB(name);
    expect(await kept.count('aside')).toBe(2);
    expect(await kept.count('chunks')).toBe(4);
    kept.close();
  });

  it('a damaged part of a file is EIO for its reader and told once; the rest is read', async () => {
    const name = fresh();
    const { fs } = await boot(name);
    await put(fs, ['f'], 'x'.repeat(100_000));
    await fs.sync();
    const db = await openDB(name);
    const [first] = await db.getAllKeys('chunks');
    await db.put('chunks', 'not bytes', first);
    db.close();
    const second = await boot(name);
    const handle = await second.fs.open(['f'], { read: true });
    for (let i = 0; i < 2; i++)
      expect(await codeOf(() => handle.read?.(0, 10, never) as Promise<unknown>)).toBe('EIO');
    expect(second.damaged.length).toBe(1);
    expect((await handle.read?.(90_000, 10, never))?.length).toBe(10);
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
    const db = await openDB(name);
    expect(await db.count('chunks')).toBe(0);
    db.close();
  });

  it('a quota error reaches the writer as ENOSPC, harms nothing saved, and removing files heals it', async () => {
    const name = fresh();
    const { fs, states } = await boot(name);
    await put(fs, ['old'], 'o'.repeat(100_000));
    await fs.sync();
    // The browser reports fullness by the abort of a transaction: the engine's own error, at a size of ours.
    let free = 50_000;
    const add = IDBObjectStore.prototype.add;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      free -= (value as Uint8Array).length;
      if (free < 0) throw new DOMException('full', 'QuotaExceededError');
      return add.call(this, value, key);
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
    const full = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await put(fs, ['new'], 'n');
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    await fs.remove(['old'], 'file');
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    full.mockRestore();
    const db = await openDB(name);
    expect(await db.count('chunks')).toBe(0);
    db.close();
    const again = await boot(name);
    expect(again.damaged).toEqual([]);
    expect(await names(again.fs)).toEqual([]);
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

  it('numbers of chunks are never used again', async () => {
    const name = fresh();
    const first = await boot(name);
    await put(first.fs, ['f'], 'x');
    await first.fs.sync();
    await first.fs.remove(['f'], 'file');
    await first.fs.sync();
    const second = await boot(name);
    await put(second.fs, ['g'], 'y');
    await second.fs.sync();
    const db = await openDB(name);
    expect(await db.getAllKeys('chunks')).toEqual([2]);
    db.close();
  });

  it('a connection that the browser took away is opened again, with the unsaved kept', async () => {
    const name = fresh();
    const { fs, store } = await boot(name);
    await put(fs, ['f'], 'kept');
    store.connectionLost();
    await fs.sync();
    expect(await cat((await boot(name)).fs, ['f'])).toBe('kept');
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
    const events = { lost: () => undefined, giveWay: async () => undefined };
    await expect(openDatabase(name, events)).rejects.toThrow(/EBUSY.*(close it|in time)/);
    old.close();
    await deleting;
  }, 15_000);
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
