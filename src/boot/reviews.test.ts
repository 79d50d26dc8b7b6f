/** What waits to be decided is kept until it is, whatever happens to what it lies over. */
import { describe, expect, it } from 'vitest';
import { Shelf } from '../env/shelf.ts';
import type { CowFs } from '../fs/cow/cowfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { FsError } from '../kernel/errors.ts';
import { FailedService } from '../kernel/failed.ts';
import type { Source } from '../kernel/mounts.ts';
import type { Process } from '../kernel/process.ts';
import type { FileService } from '../kernel/service.ts';
import type { Write } from '../storage/backend.ts';
import { Journal } from '../storage/journal.ts';
import type { Tables } from '../storage/memory.ts';
import { MortalBackend } from '../testing/mortalbackend.ts';
import { cat, names, put } from '../testing/tree.ts';
import { ReviewTable } from './reviews.ts';

class Full extends MortalBackend {
  refuses = false;

  override async commit(writes: readonly Write[], epoch: number): Promise<void> {
    if (this.refuses) throw new FsError('ENOSPC');
    await super.commit(writes, epoch);
  }
}

const sourceOf = (service: FileService, failed?: string): Source => ({
  dev: 1,
  service,
  use: { calls: 0, read: 0, written: 0, errors: 0 },
  failed,
});
const kept = (kind: string): MemFs => new MemFs({ spec: { kind } });
const processOf = (pid: number): Process => ({ pid, name: `p${pid}`, args: [] }) as never;

/** A table over a shelf that outlives it, with the mounts of its page. */
async function start(tables: Tables, mounts: Record<string, Source>, backend = new Full(tables)) {
  const journal = await Journal.open({
    backend,
    changed: () => undefined,
    damaged: () => undefined,
    now: () => Date.now(),
  });
  const told: { pid: number; changes: number; kept: boolean }[] = [];
  let pid = 100;
  const shelf = new Shelf({
    tree: new MemFs({ keeper: journal }),
    flush: () => journal.flush(),
    sync: () => journal.sync(),
  });
  const table = new ReviewTable({
    announce: () => undefined,
    uses: () => false,
    changed: (each, changes, isKept) => told.push({ pid: each, changes, kept: isKept }),
    beforeCommit: async () => undefined,
    shelf: async () => shelf,
    flushStore: async () => undefined,
    takePid: () => ++pid,
    sourceAt: (at) => {
      const found = mounts[`/${at.join('/')}`];
      return found?.failed === undefined ? found : undefined;
    },
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  const overlay = (of: number, at: string): CowFs =>
    table.overlay(processOf(of), mounts[`/${at}`] as Source, [at]) as CowFs;
  return { table, told, overlay, backend };
}

type Started = Awaited<ReturnType<typeof start>>;
const listed = async ({ table }: Started): Promise<string[]> => {
  const lines = await Promise.all(
    [...table.reviews.values()].map(async ({ review }) =>
      (await review.changes()).map(({ op, path }) => `${op} ${path}`),
    ),
  );
  return lines.flat();
};

describe('reviews', () => {
  it('are there after a reload, with all that they change', async () => {
    const tables: Tables = new Map();
    const home = kept('store');
    await put(home, ['f'], 'old');
    const before = await start(tables, { '/home': sourceOf(home) });
    const cow = before.overlay(1, 'home');
    await put(cow, ['f'], 'new');
    await cow.create(['d'], 'dir');
    await before.table.flush();
    await expect.poll(() => before.told.at(-1)).toEqual({ pid: 1, changes: 2, kept: true });
    const after = await start(tables, { '/home': sourceOf(home) });
    await after.table.restore();
    expect(await listed(after)).toEqual(['added /home/d', 'modified /home/f']);
    const [review] = [...after.table.reviews.values()];
    await review?.review.commit();
    expect(await cat(home, ['f'])).toBe('new');
    await after.table.flush();
    const last = await start(tables, { '/home': sourceOf(home) });
    await last.table.restore();
    expect(await listed(last)).toEqual([]);
  });

  it('are there once fsync has returned, and it says so where they are not', async () => {
    const tables: Tables = new Map();
    const home = kept('store');
    const before = await start(tables, { '/home': sourceOf(home) });
    const cow = before.overlay(1, 'home');
    await put(cow, ['f'], 'new');
    await cow.sync();
    const after = await start(tables, { '/home': sourceOf(home) });
    await after.table.restore();
    expect(await listed(after)).toEqual(['added /home/f']);
    before.backend.refuses = true;
    await put(cow, ['g'], 'more');
    await expect(cow.sync()).rejects.toThrow(/EIO|ENOSPC/);
  });

  it('over memory are not told to be kept', async () => {
    const { overlay, table, told } = await start(new Map(), { '/tmp': sourceOf(kept('mem')) });
    await put(overlay(1, 'tmp'), ['f'], 'x');
    table.processEnded();
    await expect.poll(() => told.at(-1)).toEqual({ pid: 1, changes: 1, kept: false });
  });

  it('wait for a mount that is not there yet, and keep no other back', async () => {
    const tables: Tables = new Map();
    const [home, work] = [kept('store'), kept('workspace')];
    const before = await start(tables, { '/home': sourceOf(home), '/own': sourceOf(work) });
    await put(before.overlay(1, 'own'), ['w'], 'x');
    await put(before.overlay(2, 'home'), ['h'], 'x');
    await before.table.flush();
    const mounts: Record<string, Source> = {
      '/home': sourceOf(home),
      '/own': sourceOf(new FailedService(work.spec, 'asks again'), 'asks again'),
    };
    const after = await start(tables, mounts);
    await after.table.restore();
    expect(await listed(after)).toEqual(['added /home/h']);
    mounts['/own'] = sourceOf(work);
    await after.table.mountsChanged();
    expect(await listed(after)).toEqual(['added /home/h', 'added /own/w']);
  });

  it('stay as they are on the shelf while a part of them cannot be read', async () => {
    const tables: Tables = new Map();
    const [home, work] = [kept('store'), kept('workspace')];
    const mounts = { '/home': sourceOf(home), '/own': sourceOf(work) };
    const before = await start(tables, mounts);
    await put(before.overlay(1, 'home'), ['h'], 'x');
    await put(work, ['w'], 'old');
    await put(before.overlay(1, 'own'), ['w'], 'new');
    await before.table.flush();
    const broken = new Proxy(work, {
      get: (target, name) => {
        if (name === 'stat') return async () => Promise.reject(new FsError('EIO'));
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const middle = await start(tables, { '/home': sourceOf(home), '/own': sourceOf(broken) });
    await middle.table.restore();
    expect(middle.table.reviews.size).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const after = await start(tables, mounts);
    await after.table.restore();
    expect(await listed(after)).toEqual(['added /home/h', 'modified /own/w']);
  });

  it('harm nothing where what they lie over became something else', async () => {
    const home = kept('store');
    await home.create(['d'], 'dir');
    await put(home, ['d', 'f'], 'old');
    const { overlay, table, told } = await start(new Map(), { '/home': sourceOf(home) });
    await put(overlay(1, 'home'), ['d', 'f'], 'new');
    await home.remove(['d', 'f'], 'file');
    await home.remove(['d'], 'dir');
    await put(home, ['d'], 'a file now');
    table.processEnded();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    await table.flush();
    const [review] = [...table.reviews.values()];
    await review?.review.revert();
    expect(await names(home, [])).toEqual(['d']);
  });

  it('that were discarded do not come back, also where the shelf was full then', async () => {
    const tables: Tables = new Map();
    const mounts = { '/home': sourceOf(kept('store')) };
    const before = await start(tables, mounts);
    await put(before.overlay(1, 'home'), ['f'], 'x');
    await before.table.flush();
    before.backend.refuses = true;
    const [review] = [...before.table.reviews.values()];
    await review?.review.revert();
    await expect.poll(() => before.table.reviews.size).toBe(0);
    await expect(before.table.flush()).rejects.toThrow('EIO');
    before.backend.refuses = false;
    await expect
      .poll(
        async () => {
          const after = await start(structuredClone(tables), mounts);
          await after.table.restore();
          return listed(after);
        },
        { timeout: 10_000 },
      )
      .toEqual([]);
  }, 20_000);
});
