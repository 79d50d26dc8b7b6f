/**
 * The journal over a backend that fails at each of its calls in turn. What was synced is there, what was not is there
 * wholly or not at all, no contents are mixed, and the journal goes on working after a fault that has passed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemFs } from '../fs/mem/memfs.ts';
import { FsError } from '../kernel/errors.ts';
import { type Fault, FaultyBackend, faults } from '../testing/faultybackend.ts';
import { type KeptTree, openTree } from '../testing/kepttree.ts';
import { cat, names, put } from '../testing/tree.ts';
import type { Backend } from './backend.ts';

const file = fc.constantFrom('a', 'b', 'c', 'd/e', 'd/f');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('put' as const),
      file,
      size: fc.constantFrom(0, 10, 3000, 70_000, 150_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), file }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('rename' as const), file, to: file }) },
  { weight: 3, arbitrary: fc.constant({ op: 'sync' as const }) },
  { weight: 2, arbitrary: fc.constant({ op: 'flush' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const open = <B extends Backend>(backend: B): Promise<KeptTree<B>> =>
  openTree(backend, {
    now: () => 1_700_000_000_000,
    // Contents are read again from the backend, and checkpoints and compaction happen often.
    residentBytes: 0,
    checkpointAfter: 3,
    garbageBytes: 20_000,
    batchBytes: 60_000,
  });

/** Content that tells the number of its step and its size, so that a mixture is seen. */
function content(number: number, size: number): string {
  const word = `<${number}:${size}>`;
  return word.repeat(Math.ceil(size / word.length)).slice(0, size);
}

async function run({ fs, journal }: KeptTree<Backend>, each: Step, number: number): Promise<void> {
  if (each.op === 'put') await put(fs, each.file.split('/'), content(number, each.size));
  else if (each.op === 'remove') await fs.remove(each.file.split('/'), 'file');
  else if (each.op === 'rename') await fs.rename(each.file.split('/'), each.to.split('/'));
  else if (each.op === 'sync') await fs.sync();
  else await journal.flush();
}

/** Every file with its content, a line each. A fault that passes is met twice at most. */
async function picture(fs: MemFs): Promise<string> {
  const lines: string[] = [];
  for (const dir of [[], ['d']])
    for (const name of await names(fs, dir)) {
      if (name === 'd') continue;
      const path = [...dir, name];
      const again = (error: unknown): Promise<string> => {
        expectCode(error);
        return cat(fs, path);
      };
      const text = await cat(fs, path).catch(again).catch(again);
      lines.push(`${path.join('/')} ${text}`);
    }
  return lines.join('\n');
}

/** A backend that has died answers nothing more: the page ends here. */
function ifDead({ isDead }: FaultyBackend, error: unknown): undefined {
  if (!isDead) throw error;
}

/** Every failure has a code, and a reason for the person. */
function expectCode(error: unknown): void {
  expect(error).toBeInstanceOf(FsError);
  expect((error as FsError).code).toMatch(/^E[A-Z]+$/);
  if (['EIO', 'ENOSPC', 'EROFS'].includes((error as FsError).code))
    expect((error as FsError).reason).toBeTruthy();
}

/** What is found when the backend is opened again, which must be one of the trees that there were. */
async function expectOneOf(backend: FaultyBackend, trees: readonly string[]): Promise<void> {
  const { fs, damaged } = await open(backend.copy());
  expect(damaged).toEqual([]);
  const found = await picture(fs);
  if (backend.wasFull) return expectEachOf(found, trees);
  expect(trees.map(inShort)).toContain(inShort(found));
  expect(trees.includes(found)).toBe(true);
}

/** Where room had to be made, what was removed is stored before what is new: each file by itself is one that there was. */
function expectEachOf(found: string, trees: readonly string[]): void {
  const lines = found.split('\n');
  const all = trees.map((tree) => tree.split('\n'));
  for (const line of lines)
    expect([inShort(line), all.some((tree) => tree.includes(line))]).toEqual([inShort(line), true]);
  const pathsOf = (tree: readonly string[]) => tree.map((line) => line.split(' ')[0]);
  for (const path of pathsOf(all[0] ?? []))
    if (all.every((tree) => pathsOf(tree).includes(path))) expect(pathsOf(lines)).toContain(path);
}

const inShort = (tree: string): string =>
  tree
    .split('\n')
    .map((line) => `${line.slice(0, 30)} (${line.length})`)
    .join(', ');

/** A history with a directory that is synced; returns how many calls of the backend it took. */
async function history(
  steps: readonly Step[],
  faulty: ReadonlyMap<number, Fault> = new Map(),
): Promise<number> {
  const first = new FaultyBackend();
  const made = await open(first);
  await made.fs.create(['d'], 'dir');
  await put(made.fs, ['a'], content(0, 5000));
  await made.fs.sync();
  const backend = new FaultyBackend(faulty, first.tables);
  const begun = await picture(made.fs);
  const tree = await open(backend).catch((error: unknown) => {
    expectCode(error);
    return undefined;
  });
  // A store that cannot be opened says so, and nothing of it is changed.
  if (!tree || tree.journal.isReadOnly) {
    await expectOneOf(backend, [begun]);
    return backend.calls;
  }
  return told(tree, steps, [begun]);
}

async function told(
  tree: KeptTree<FaultyBackend>,
  steps: readonly Step[],
  before: readonly string[],
): Promise<number> {
  const { fs, journal, backend } = tree;
  /** The trees that there were since the last sync that succeeded. */
  let since = before;
  for (const [number, each] of steps.entries()) {
    const failed = await run(tree, each, number + 1).then(
      () => false,
      (error: unknown) => {
        expectCode(error);
        return true;
      },
    );
    const now = backend.isDead
      ? undefined
      : await picture(fs).catch((error: unknown) => ifDead(backend, error));
    if (now === undefined) break;
    since = each.op === 'sync' && !failed ? [now] : [...since, now];
    await expectOneOf(backend, since);
  }
  const { calls } = backend;
  if (backend.isDead) {
    await expectOneOf(backend, since);
    await expect(fs.sync()).rejects.toMatchObject({ code: 'EIO' });
    return calls;
  }
  // What kept it from saving has passed: it saves all of it now.
  backend.heal();
  await fs.sync();
  await put(fs, ['after'], 'after the fault');
  await fs.sync();
  await expectOneOf(backend, [await picture(fs)]);
  await journal.flush();
  return calls;
}

const histories = fc.array(step, { minLength: 3, maxLength: 10 });
const numRuns = (runs: number): number => Number(process.env['RUNS'] ?? runs);

describe('the journal over a backend that fails', () => {
  for (const fault of faults)
    it(`keeps what was synced, whole, whichever call fails (${fault})`, async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (steps) => {
          const calls = await history(steps);
          for (let at = 0; at < calls; at++) await history(steps, new Map([[at, fault]]));
        }),
        { numRuns: numRuns(5) },
      );
    }, 120_000);

  it('keeps what was synced, whole, whichever two calls fail', async () => {
    const second = fc.record({
      after: fc.integer({ min: 1, max: 6 }),
      fault: fc.constantFrom(...faults),
    });
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.constantFrom<Fault>('lost', 'done', 'full'),
        second,
        async (steps, fault, { after, fault: other }) => {
          const calls = await history(steps);
          for (let at = 0; at < calls; at++)
            await history(
              steps,
              new Map([
                [at, fault],
                [at + after, other],
              ]),
            );
        },
      ),
      { numRuns: numRuns(15) },
    );
  }, 120_000);
});
