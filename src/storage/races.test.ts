/** What happens while a commit is under way: nothing of it is lost or mixed in. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { Content } from '../kernel/content.ts';
import { FsError } from '../kernel/errors.ts';
import { never } from '../kernel/service.ts';
import { openTree } from '../testing/kepttree.ts';
import { codeOf } from '../testing/kernel.ts';
import { MortalBackend } from '../testing/mortalbackend.ts';
import { cat, names, put } from '../testing/tree.ts';
import type { Write } from './backend.ts';
import { Snapshots } from './snapshots.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One that can be held, and that can be full. */
class Held extends MortalBackend {
  full = 0;
  #gate: Promise<void> | undefined;

  /** Commits wait until what is returned is called. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      this.#gate = undefined;
      open();
    };
  }

  override async commit(writes: readonly Write[], epoch: number): Promise<void> {
    const taken = structuredClone(writes) as Write[];
    await this.#gate;
    if (this.full > 0) {
      this.full--;
      throw new FsError('ENOSPC');
    }
    await super.commit(taken, epoch);
  }
}

async function boot(backend: MortalBackend) {
  const { fs, journal, damaged } = await openTree(backend);
  const snapshots = await Snapshots.open(journal, {
    replace: (records) => fs.replace(records),
    changed: () => undefined,
    now: () => Date.now(),
  });
  return { fs, journal, snapshots, damaged };
}

/** `f` is "one" in the snapshot `a`, and "two" by now. */
async function changedSince() {
  const backend = new Held();
  const opened = await boot(backend);
  await put(opened.fs, ['f'], 'one');
  await opened.snapshots.create('a');
  await put(opened.fs, ['f'], 'two');
  return { ...opened, backend };
}

const again = (backend: MortalBackend) => boot(new MortalBackend(backend.tables));

describe('while a commit is under way', () => {
  it('a file that was open across a restore harms nothing of the restored tree', async () => {
    const backend = new Held();
    const { fs, snapshots } = await boot(backend);
    await put(fs, ['log'], 'kept');
    await snapshots.create('a');
    const held = await fs.open(['log'], { read: true, write: true });
    await snapshots.restore('a', never);
    await held.write?.(0, bytes('late'), never);
    await fs.sync();
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await cat(after.fs, ['log'])).toBe('kept');
  });

  it('a rename is not lost while room is made on a full disk', async () => {
    const backend = new Held();
    const { fs } = await boot(backend);
    await fs.create(['a'], 'dir');
    await fs.create(['b'], 'dir');
    await put(fs, ['a', 'x'], 'X');
    await fs.sync();
    await fs.create(['a', 'n1'], 'dir');
    await fs.create(['b', 'n2'], 'dir');
    backend.full = 1;
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    const open = backend.hold();
    const syncing = fs.sync();
    await turns(20);
    await fs.rename(['a', 'x'], ['b', 'x']);
    open();
    await syncing;
    await fs.sync();
    const after = await again(backend);
    expect([await names(after.fs, ['a']), await names(after.fs, ['b'])]).toEqual([
      ['n1'],
      ['n2', 'x'],
    ]);
  });

  it('what is written while a restore begins is in the snapshot of what was', async () => {
    const backend = new Held();
    const { fs, snapshots } = await boot(backend);
    await put(fs, ['f'], 'one');
    await snapshots.create('a');
    const open = backend.hold();
    const restoring = snapshots.restore('a', never);
    await turns(20);
    await put(fs, ['precious'], 'P');
    const syncing = fs.sync();
    open();
    await restoring;
    await syncing;
    expect(await names(fs)).toEqual(['f']);
    const before = snapshots.list.at(-1)?.name ?? '';
    const tree = new MemFs({ keeper: await snapshots.keeper(before) });
    expect(await names(tree)).toEqual(['f', 'precious']);
  });

  it('a restore that is stopped midway leaves everything as it is', async () => {
    const { backend, fs, snapshots } = await changedSince();
    const abort = new AbortController();
    const open = backend.hold();
    const restoring = codeOf(() => snapshots.restore('a', abort.signal));
    await turns(20);
    abort.abort();
    open();
    expect(await restoring).toBe('EINTR');
    expect(await cat(fs, ['f'])).toBe('two');
    expect(await codeOf(() => snapshots.restore('a', abort.signal))).toBe('EINTR');
    await snapshots.restore('a', never);
    expect(await cat(fs, ['f'])).toBe('one');
  });

  it('a restore with a writer that never rests is given up, and leaves no snapshot behind', async () => {
    const backend = new Held();
    const { fs, snapshots } = await boot(backend);
    await put(fs, ['f'], 'one');
    await snapshots.create('a');
    let ended = false;
    const write = async (): Promise<void> => {
      for (let count = 0; !ended; count++) {
        await put(fs, ['log'], `line ${count}`);
        await tick();
      }
    };
    // A commit takes its time.
    const commit = backend.commit.bind(backend);
    backend.commit = async (writes, epoch) => {
      for (let i = 0; i < 5; i++) await tick();
      await commit(writes, epoch);
    };
    const writing = write();
    const restoring = codeOf(() => snapshots.restore('a', never));
    expect(await restoring).toBe('EBUSY');
    ended = true;
    await writing;
    expect(await names(fs)).toEqual(['f', 'log']);
    expect(snapshots.list.map(({ name }) => name)).toEqual(['a']);
    await fs.sync();
    expect(await backend.keys('snap')).toHaveLength(1);
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await names(after.fs)).toEqual(['f', 'log']);
  });

  it('a restore of the oldest snapshot that made itself keeps what it needs, with writes meanwhile', async () => {
    const backend = new Held();
    const { fs, snapshots } = await boot(backend);
    await snapshots.setRule({ keep: 2, days: 30 });
    await put(fs, ['f'], 'one'.repeat(10_000));
    await snapshots.before('the first');
    await put(fs, ['f'], 'two');
    await snapshots.before('the second');
    const [oldest] = snapshots.list;
    const stopped = new AbortController();
    const open = backend.hold();
    const stopping = codeOf(() => snapshots.restore(oldest?.name ?? '', stopped.signal));
    await turns(20);
    stopped.abort();
    open();
    expect(await stopping).toBe('EINTR');
    expect(snapshots.list).toHaveLength(2);
    const release = backend.hold();
    const restoring = snapshots.restore(oldest?.name ?? '', never);
    await turns(20);
    await put(fs, ['g'], 'meanwhile');
    release();
    await restoring;
    expect(await cat(fs, ['f'])).toBe('one'.repeat(10_000));
    const newest = new MemFs({ keeper: await snapshots.keeper(snapshots.list.at(-1)?.name ?? '') });
    expect(await names(newest)).toEqual(['f', 'g']);
    await fs.sync();
    await fs.sync();
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await cat(after.fs, ['f'])).toBe('one'.repeat(10_000));
  });

  it('a restore says so where another owner takes the store over at its end', async () => {
    const { backend, snapshots } = await changedSince();
    const commit = backend.commit.bind(backend);
    let count = 0;
    backend.commit = async (writes, epoch) => {
      if (++count === 2) await backend.claim();
      await commit(writes, epoch);
    };
    expect(await codeOf(() => snapshots.restore('a', never))).toBe('ESTALE');
    expect(await cat((await again(backend)).fs, ['f'])).toBe('two');
  });

  it('a change that was taken back leaves no place that was never stored', async () => {
    const backend = new Held();
    const { fs } = await boot(backend);
    await put(fs, ['f'], 'one');
    await fs.sync();
    await put(fs, ['f'], 'two!');
    backend.full = 1;
    const open = backend.hold();
    const syncing = codeOf(() => fs.sync());
    await turns(20);
    const content = new Content();
    content.write(0, bytes('other'));
    const steps = [
      { op: 'file', path: ['f'], content, times: { atime: 0n, mtime: 0n } },
      { op: 'remove', path: ['nope'] },
    ] as const;
    expect(await codeOf(() => fs.apply(steps))).toBe('ENOENT');
    open();
    expect(await syncing).toBe('ENOSPC');
    await fs.sync();
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await cat(after.fs, ['f'])).toBe('two!');
  });
});

describe('a restore on a full disk', () => {
  it('changes nothing where what was cannot be kept', async () => {
    const { backend, fs, snapshots } = await changedSince();
    backend.full = 1;
    expect(await codeOf(() => snapshots.restore('a', never))).toBe('ENOSPC');
    expect(await cat(fs, ['f'])).toBe('two');
    expect(snapshots.list.map(({ name }) => name)).toEqual(['a']);
    await snapshots.restore('a', never);
    expect(await cat(fs, ['f'])).toBe('one');
  });

  it('is done, and written later, where only what comes after has no room', async () => {
    const { backend, fs, snapshots } = await changedSince();
    const commit = backend.commit.bind(backend);
    let count = 0;
    backend.commit = async (writes, epoch) => {
      // The first keeps what was, the second writes what is restored.
      if (++count === 2) throw new FsError('ENOSPC');
      await commit(writes, epoch);
    };
    await snapshots.restore('a', never);
    expect(count).toBe(2);
    expect(await cat(fs, ['f'])).toBe('one');
    await fs.sync();
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await cat(after.fs, ['f'])).toBe('one');
  });
});

describe('room that is made on a full disk', () => {
  it('leaves a file that was replaced by one without room as it was synced', async () => {
    const backend = new Held();
    const { fs } = await boot(backend);
    await put(fs, ['target'], 'the old text');
    await put(fs, ['big'], 'x'.repeat(100_000));
    await fs.sync();
    await put(fs, ['new'], 'y'.repeat(70_000));
    await fs.rename(['new'], ['target']);
    await fs.remove(['big'], 'file');
    backend.full = 1;
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    // Room is made by two commits; the third, with the new file, does not happen any more.
    backend.left = 2;
    expect(await codeOf(() => fs.sync())).toBe('EIO');
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await names(after.fs)).toEqual(['target']);
    expect(await cat(after.fs, ['target'])).toBe('the old text');
  });

  it('keeps a file that was moved out of a directory that was removed', async () => {
    const backend = new Held();
    const { fs } = await boot(backend);
    await fs.create(['d'], 'dir');
    await put(fs, ['d', 'kept'], 'kept');
    await fs.sync();
    await put(fs, ['new'], 'y'.repeat(70_000));
    await fs.rename(['d', 'kept'], ['kept']);
    await fs.remove(['d'], 'dir');
    backend.full = 1;
    expect(await codeOf(() => fs.sync())).toBe('ENOSPC');
    // Nothing can be removed by itself: the one commit that makes room changes nothing.
    backend.left = 1;
    expect(await codeOf(() => fs.sync())).toBe('EIO');
    const after = await again(backend);
    expect(after.damaged).toEqual([]);
    expect(await cat(after.fs, ['d', 'kept'])).toBe('kept');
  });

  it('does not read the whole store again on a full disk where nothing can be freed', async () => {
    const backend = new Held();
    const { fs, journal } = await boot(backend);
    await put(fs, ['kept'], 'content');
    await journal.sync();
    let reads = 0;
    backend.all = async () => Promise.reject(new Error(`read ${++reads}`));
    backend.full = Number.POSITIVE_INFINITY;
    await put(fs, ['new'], 'no room for this');
    for (let tries = 0; tries < 3; tries++)
      expect(await codeOf(() => journal.sync())).toBe('ENOSPC');
    expect(reads).toBe(0);
  });

  it('opens a store of more segments than a call takes arguments', async () => {
    const backend = new Held();
    const { fs, journal } = await boot(backend);
    await put(fs, ['f'], 'content');
    await journal.sync();
    for (let seg = 10; seg < 150_000; seg++) backend.tables.get('seg')?.set(seg, new Uint8Array(1));
    const { fs: found } = await again(backend);
    expect(await cat(found, ['f'])).toBe('content');
  });
});
