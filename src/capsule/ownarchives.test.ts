/** Zips and tars of ours as our own service of archives reads them: whole trees, and times that few readers tell. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { concat } from '../kernel/bytes.ts';
import { openArchive } from '../testing/archives.ts';
import { anyTree, makeTree, serviceSource, type Tree, treeOf } from '../testing/trees.ts';
import { partsOf } from './stream.ts';
import { tarOf } from './tar.ts';
import { type LeftOut, type TreeEntry, walkTree } from './tree.ts';
import { zipOf } from './zip.ts';

const SECOND = 1_000_000_000n;

/** The time of one file after it was packed and read. */
async function through(mtime: bigint): Promise<bigint> {
  async function* entries(): AsyncGenerator<TreeEntry> {
    const content = {
      size: 1,
      async *chunks() {
        yield Uint8Array.of(1);
      },
    };
    yield { name: 'f', kind: 'file', stat: { kind: 'file', size: 1, mtime }, content };
  }
  const parts: Uint8Array[] = [];
  for await (const part of zipOf(entries())) parts.push(part);
  const fs = await openArchive(concat(parts));
  return (await fs.stat(['f'])).mtime;
}

describe('the time of a file in a zip', () => {
  it.each([
    ['whole seconds', 1_700_000_000n * SECOND],
    ['a tenth of a microsecond', 1_700_000_000_123_456_700n],
    ['before 1970, with a fraction', -1_700_000_000_123_456_700n],
    ['after 2038', 2_280_000_000n * SECOND],
    ['after 2107', 5_000_000_000n * SECOND],
    ['before 1901', -3_000_000_000n * SECOND],
    ['1970', 0n],
  ])('comes back: %s', async (_, mtime) => {
    expect(await through(mtime)).toBe(mtime);
  });

  it('is rounded down to 100 ns, which is what the format holds', async () => {
    expect(await through(1_700_000_000_123_456_789n)).toBe(1_700_000_000_123_456_700n);
    expect(await through(-1n)).toBe(-100n);
  });
});

/** What both formats hold: 100 ns, and years around ours. */
const time = fc.bigInt({ min: -(2n ** 61n), max: 2n ** 62n }).map((ns) => (ns / 100n) * 100n);

const formats: readonly (readonly [
  name: string,
  pack: (entries: AsyncIterable<TreeEntry>) => AsyncIterable<Uint8Array>,
  /** Whether the names of one file stay names of one file. */
  keepsLinks: boolean,
])[] = [
  ['zip', zipOf, false],
  ['tar', (entries) => partsOf(tarOf(entries)), true],
];

describe.each(formats)('any tree in a %s', (_, pack, keepsLinks) => {
  it('is the same when it is mounted', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree(time), async (tree: Tree) => {
        const there = new MemFs();
        await makeTree(there, tree);
        const leftOut: LeftOut[] = [];
        const entries = walkTree(serviceSource(there), [{ path: '/', name: '' }], {
          leftOut: (each) => void leftOut.push(each),
          copiesLinks: !keepsLinks,
        });
        const parts: Uint8Array[] = [];
        for await (const part of pack(entries)) parts.push(part.slice());
        const back = await openArchive(concat(parts), { links: 'kept' });
        expect([...leftOut, ...back.problems]).toEqual([]);
        expect(shown(await treeOf(back), keepsLinks)).toEqual(
          shown(await treeOf(there), keepsLinks),
        );
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

/** Where a format makes a file of each name, the first name of a file is of no matter. */
const shown = (tree: object, keepsLinks: boolean): object =>
  Object.fromEntries(
    Object.entries(tree as Record<string, object>).map(([path, each]) => [
      path,
      keepsLinks ? each : { ...each, first: '' },
    ]),
  );
