/** Zips of ours as our own service of archives reads them: names, bytes and times, also those that few readers tell. */
import { describe, expect, it } from 'vitest';
import { concat } from '../kernel/bytes.ts';
import { openArchive } from '../testing/archives.ts';
import type { TreeEntry } from './tree.ts';
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
