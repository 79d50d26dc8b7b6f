/** Whatever is done and whenever it dies: what was synced is there, and every file is one that was written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CowFs } from '../fs/cow/cowfs.ts';
import { Review } from '../fs/cow/review.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { never } from '../kernel/service.ts';
import { openTree } from '../testing/kepttree.ts';
import { codeOf } from '../testing/kernel.ts';
import { MortalBackend } from '../testing/mortalbackend.ts';
import { cat, names, put } from '../testing/tree.ts';
import { Snapshots } from './snapshots.ts';

let time = 1_700_000_000_000;
const now = (): number => (time += 1000);

async function boot(backend: MortalBackend) {
  const { fs, journal, damaged } = await openTree(backend, {
    now,
    residentBytes: 0,
    checkpointAfter: 4,
    garbageBytes: 100_000,
  });
  const snapshots = await Snapshots.open(journal, {
    replace: (records) => fs.replace(records),
    changed: () => undefined,
    now,
  });
  return { fs, journal, snapshots, damaged };
}
type Booted = Awaited<ReturnType<typeof boot>>;

const file = fc.constantFrom('a', 'b', 'c', 'd/e', 'd/f');
const size = fc.constantFrom(10, 3_000, 70_000, 200_000);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant('put' as const), file, size }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('remove' as const), file }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('rename' as const), file, to: file }) },
  { weight: 3, arbitrary: fc.constant({ op: 'flush' as const }) },
  { weight: 2, arbitrary: fc.constant({ op: 'flushing' as const }) },
  { weight: 2, arbitrary: fc.constant({ op: 'snapshot' as const }) },
  { weight: 1, arbitrary: fc.constant({ op: 'restore' as const }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('commit' as const), file, size }) },
  { weight: 2, arbitrary: fc.constant({ op: 'kill' as const }) },
);

let written = 0;
/** Content that tells its own size and number, so that a mixture is seen. */
const content = (bytes: number): string => {
  const word = `<${++written}:${bytes}>`;
  return word.repeat(Math.ceil(bytes / word.length)).slice(0, bytes);
};

async function run(
  { fs, journal, snapshots }: Booted,
  each: typeof step extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  if (each.op === 'put') await put(fs, each.file.split('/'), content(each.size));
  else if (each.op === 'remove') await fs.remove(each.file.split('/'), 'file');
  else if (each.op === 'rename') await fs.rename(each.file.split('/'), each.to.split('/'));
  else if (each.op === 'flush') await fs.sync();
  else if (each.op === 'flushing') void journal.flush().catch(() => undefined);
  else if (each.op === 'snapshot') await snapshots.before('a step');
  else if (each.op === 'restore') await snapshots.restore(snapshots.list[0]?.name ?? '', never);
  else if (each.op === 'commit') {
    const cow = new CowFs(fs);
    await put(cow, each.file.split('/'), content(each.size));
    await put(cow, ['kept'], content(each.size));
    const host = { diff: async () => '', announce: () => undefined, changed: () => undefined };
    await new Review([{ at: [], cow }], host).commit();
  }
}

async function picture(fs: MemFs): Promise<string> {
  const lines: string[] = [];
  for (const dir of [[], ['d']])
    for (const name of await names(fs, dir).catch(() => []))
      if (name !== 'd') lines.push(`${[...dir, name].join('/')} ${await cat(fs, [...dir, name])}`);
  return lines.join('\n');
}

describe('a journal that dies', () => {
  it('is, when it is opened again, as it was at some moment after the last sync', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const first = new MortalBackend();
        let backend = first;
        let booted = await boot(backend);
        await booted.snapshots.setRule({ keep: 2, days: 30 });
        await booted.fs.create(['d'], 'dir');
        await booted.fs.sync();
        // Every tree that there was since the last sync.
        let since = [await picture(booted.fs)];
        for (const each of steps) {
          if (each.op === 'kill') {
            backend.kill();
            backend = new MortalBackend(first.tables);
            booted = await boot(backend);
            expect(booted.damaged).toEqual([]);
            const found = await picture(booted.fs);
            expect(since.map((tree) => tree.slice(0, 300))).toContain(found.slice(0, 300));
            expect(since).toContain(found);
            since = [found];
            for (const { name } of booted.snapshots.list) {
              const tree = new MemFs({ keeper: await booted.snapshots.keeper(name) });
              await picture(tree);
            }
            continue;
          }
          await codeOf(() => run(booted, each));
          const present = await picture(booted.fs);
          since = each.op === 'flush' ? [present] : [...since, present];
        }
        backend.kill();
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
  }, 300_000);
});
