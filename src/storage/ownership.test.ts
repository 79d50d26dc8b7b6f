/** A store in IndexedDB among tabs: who owns it, who only looks on, and what becomes of lost and deleted databases. */
import { deleteDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import { boot, fresh, type Opened } from '../testing/journal.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, put } from '../testing/tree.ts';
import { IdbBackend } from './idb.ts';
import { claim } from './lock.ts';

describe('a store among tabs', () => {
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
