/** Snapshots over a real IndexedDB. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { never } from '../kernel/service.ts';
import { boot, fresh, type Opened } from '../testing/journal.ts';
import { codeOf } from '../testing/kernel.ts';
import { cat, names, put } from '../testing/tree.ts';
import { Snapshots } from './snapshots.ts';

async function open({ store, fs }: Opened, now = () => Date.now()): Promise<Snapshots> {
  return Snapshots.open(store, {
    replace: (records) => fs.replace(records),
    changed: () => undefined,
    now,
  });
}

const treeOf = async (snapshots: Snapshots, name: string): Promise<MemFs> =>
  new MemFs({ keeper: await snapshots.keeper(name) });

describe('snapshots', () => {
  it('hold the tree as it was, also after a restart and much more work', async () => {
    const name = fresh();
    const first = await boot(name);
    await first.fs.create(['d'], 'dir');
    await put(first.fs, ['d', 'f'], 'one');
    await put(first.fs, ['big'], 'x'.repeat(200_000));
    const snapshots = await open(first);
    expect(await snapshots.create('first')).toMatchObject({ files: 2, bytes: 200_003, parent: 0 });
    await put(first.fs, ['d', 'f'], 'two');
    await first.fs.remove(['big'], 'file');
    for (let i = 0; i < 100; i++) {
      await put(first.fs, ['noise'], 'n'.repeat(5_000) + i);
      await first.fs.sync();
    }
    const again = await boot(name);
    const later = await open(again);
    const tree = await treeOf(later, 'first');
    expect(await cat(tree, ['d', 'f'])).toBe('one');
    expect(await cat(tree, ['big'])).toBe('x'.repeat(200_000));
    expect(await codeOf(() => put(tree, ['d', 'f'], 'no'))).toBe('EROFS');
    expect(await cat(again.fs, ['d', 'f'])).toBe('two');
  });

  it('are restored whole; what was is kept, and the line of parents branches', async () => {
    const name = fresh();
    const opened = await boot(name);
    const snapshots = await open(opened);
    await put(opened.fs, ['f'], 'first');
    await snapshots.create('a');
    await put(opened.fs, ['f'], 'second');
    await put(opened.fs, ['g'], 'new');
    const held = await opened.fs.open(['g'], { read: true, write: true });
    const version = (await opened.fs.stat(['f'])).version;
    await snapshots.restore('a', never);
    expect(await names(opened.fs)).toEqual(['f']);
    expect(await cat(opened.fs, ['f'])).toBe('first');
    expect((await opened.fs.stat(['f'])).version).not.toBe(version);
    // What was open stays usable, and its writes harm nothing.
    expect(new TextDecoder().decode(await held.read?.(0, 10, never))).toBe('new');
    await held.write?.(0, new TextEncoder().encode('held'), never);
    await held.close?.();
    await put(opened.fs, ['h'], 'after');
    await snapshots.create('b');
    const [a, before, b] = snapshots.list;
    expect([a?.parent, before?.parent, b?.parent]).toEqual([0, a?.id, a?.id]);
    expect(before).toMatchObject({
      auto: true,
      name: expect.stringContaining('before restoring a'),
    });
    await opened.fs.sync();
    const again = await boot(name);
    expect(again.damaged).toEqual([]);
    expect(await names(again.fs)).toEqual(['f', 'h']);
    expect(await cat(again.fs, ['f'])).toBe('first');
    await (await open(again)).restore(before?.name ?? '', never);
    expect(await names(again.fs)).toEqual(['f', 'g']);
    expect(await cat(again.fs, ['f'])).toBe('second');
  });

  it('pin what they need, and give it back when they go', async () => {
    const name = fresh();
    const { fs, backend, store } = await boot(name);
    const opened = { fs, backend, store } as Opened;
    const snapshots = await open(opened);
    await put(fs, ['f'], 'x'.repeat(100_000));
    await snapshots.create('a');
    await fs.remove(['f'], 'file');
    await fs.sync();
    await fs.sync();
    expect((await backend.keys('seg')).length).toBeGreaterThan(0);
    await snapshots.remove('a');
    await fs.sync();
    expect(await backend.keys('seg')).toEqual([]);
    expect(await backend.keys('tree')).toEqual([]);
  });

  it('those that made themselves go by the rule, the named stay', async () => {
    let now = 1_700_000_000_000;
    const opened = await boot(fresh());
    const snapshots = await open(opened, () => now);
    await snapshots.create('named');
    for (let i = 0; i < 6; i++) {
      now += 3_600_000;
      await snapshots.before('a run');
    }
    await snapshots.setRule({ keep: 3, days: 30 });
    expect(snapshots.list.length).toBe(4);
    expect(snapshots.list[0]?.name).toBe('named');
    now += 31 * 86_400_000;
    await snapshots.before('a run');
    expect(snapshots.list.map(({ auto }) => auto)).toEqual([false, true]);
    expect(await codeOf(() => snapshots.setRule({ keep: -1, days: 3 }))).toBe('EINVAL');
  });

  it('any two are compared, also with now: by content, not by where it is kept', async () => {
    const opened = await boot(fresh());
    const { fs } = opened;
    const snapshots = await open(opened);
    await fs.create(['d'], 'dir');
    await fs.create(['d', 'sub'], 'dir');
    await put(fs, ['d', 'sub', 'moved along'], 'm');
    await put(fs, ['same'], 'written again');
    await put(fs, ['changed'], 'one');
    await put(fs, ['gone'], 'g');
    await put(fs, ['kind'], 'a file');
    await snapshots.create('a');
    await put(fs, ['same'], 'written again');
    await put(fs, ['changed'], 'two!');
    await fs.remove(['gone'], 'file');
    await fs.remove(['kind'], 'file');
    await fs.create(['kind'], 'dir');
    await fs.rename(['d'], ['e']);
    await put(fs, ['new'], 'n');
    await snapshots.create('b');
    const changes = await snapshots.diff('a', 'b');
    expect(
      changes.map(({ op, path, from }) => [op, path, ...(from ? [from] : [])].join(' ')),
    ).toEqual([
      'modified /changed',
      'renamed /e /d',
      'removed /gone',
      'removed /kind',
      'added /kind',
      'added /new',
    ]);
    expect(changes[0]).toMatchObject({ oldSize: 3, size: 4 });
    expect(await snapshots.diff('b', 'now')).toEqual([]);
    expect((await snapshots.diff('b', 'a')).length).toBe(6);
  });

  it('refuses names that are none or taken', async () => {
    const snapshots = await open(await boot(fresh()));
    for (const name of ['', 'a/b', 'now', 'ctl', 'x\ny', 'n'.repeat(200)])
      expect(await codeOf(() => snapshots.create(name))).toBe('EINVAL');
    await snapshots.create('a');
    expect(await codeOf(() => snapshots.create('a'))).toBe('EEXIST');
    expect(await codeOf(() => snapshots.restore('b', never))).toBe('ENOENT');
    await snapshots.rename('a', 'b');
    expect(snapshots.list.map(({ name }) => name)).toEqual(['b']);
  });

  it('copies nothing: ten thousand files take a moment', async () => {
    const opened = await boot(fresh());
    const { fs } = opened;
    const data = new Uint8Array(4096).fill(7);
    for (let i = 0; i < 10_000; i++) {
      if (i % 100 === 0) await fs.create([`d${i / 100}`], 'dir');
      const path = [`d${Math.floor(i / 100)}`, `f${i}`];
      await fs.create(path, 'file');
      const handle = await fs.open(path, { write: true });
      await handle.write?.(0, data.slice(), never);
      await handle.close?.();
    }
    await fs.sync();
    const snapshots = await open(opened);
    const segs = (await opened.backend.keys('seg')).length;
    const from = performance.now();
    await snapshots.create('all');
    console.info(`a snapshot of 10,000 files: ${(performance.now() - from).toFixed(1)} ms`);
    expect((await opened.backend.keys('seg')).length).toBe(segs);
  }, 30_000);
});
