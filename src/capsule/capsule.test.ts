/** What is packed comes back: names, kinds, links, times and contents, or it is named as left out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { FsError } from '../kernel/errors.ts';
import {
  linkEntry,
  rawCapsule,
  rawCapsuleStream,
  streamed,
  textEntry,
} from '../testing/capsules.ts';
import { codeOf } from '../testing/kernel.ts';
import {
  anyTree,
  makeTree,
  serviceSource,
  serviceTarget,
  type Tree,
  treeOf,
} from '../testing/trees.ts';
import { packCapsule, parseManifest } from './capsule.ts';
import { collect, partsOf } from './stream.ts';
import { readSums, sumLine } from './sums.ts';
import { parsePaxTime, paxTime } from './tar.ts';
import type { LeftOut, TreeEntry, TreeSource } from './tree.ts';
import { surveyCapsule, unpackCapsule } from './unpack.ts';

const anyTime = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
const file = (bytes: Uint8Array | string = '', mtime = 0n): Tree[string] => ({
  kind: 'file',
  bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
  mtime,
  mode: 0o644,
});

async function packed(source: TreeSource, leftOut: LeftOut[] = []): Promise<Uint8Array> {
  const options = {
    name: 'x',
    roots: ['/'],
    now: 0,
    leftOut: (each: LeftOut) => void leftOut.push(each),
  };
  return collect(partsOf(packCapsule(source, options)));
}

async function opened(bytes: Uint8Array): Promise<{ back: MemFs; leftOut: LeftOut[] }> {
  const back = new MemFs();
  const survey = await surveyCapsule(streamed(bytes));
  return { back, leftOut: await unpackCapsule(streamed(bytes), survey, serviceTarget(back)) };
}

async function memory(tree: Tree): Promise<MemFs> {
  const fs = new MemFs();
  await makeTree(fs, tree);
  return fs;
}

describe('a capsule', () => {
  it('gives back every tree as it was', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree(anyTime), async (tree) => {
        const there = await memory(tree);
        const bytes = await packed(serviceSource(there));
        const { back, leftOut } = await opened(bytes);
        expect(leftOut).toEqual([]);
        expect(await treeOf(back)).toEqual(await treeOf(there));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('gives back a file that lies four hundred directories deep', async () => {
    let tree: Tree = { end: file('deep') };
    for (let depth = 0; depth < 400; depth++)
      tree = { d: { kind: 'dir', tree, mtime: BigInt(depth), mode: 0o755 } };
    const there = await memory(tree);
    const { back, leftOut } = await opened(await packed(serviceSource(there)));
    expect(leftOut).toEqual([]);
    expect(await treeOf(back)).toEqual(await treeOf(there));
  });

  it('names what could not be read and packs the rest', async () => {
    const source = serviceSource(await memory({ a: file('a'), b: file('b'), c: file('c') }));
    const leftOut: LeftOut[] = [];
    const flaky: TreeSource = {
      ...source,
      open: (path) =>
        path === '/b' ? Promise.reject(new FsError('ENOENT', { path })) : source.open(path),
    };
    const { back } = await opened(await packed(flaky, leftOut));
    expect(leftOut).toEqual([{ path: '/b', reason: 'it is no longer there' }]);
    expect(Object.keys(await treeOf(back))).toEqual(['a', 'c']);
  });

  it('fails with the name of a file that becomes shorter while it is read', async () => {
    const source = serviceSource(await memory({ big: file(new Uint8Array(3_000_000)) }));
    const shrinking: TreeSource = {
      ...source,
      open: async (path) => ({ ...(await source.open(path)), size: async () => 4_000_000 }),
    };
    await expect(packed(shrinking)).rejects.toMatchObject({ code: 'EIO', path: '/big' });
  });

  it('holds a file as it was when it grows while it is read, and says so', async () => {
    const source = serviceSource(await memory({ log: file(new Uint8Array(3_000_000)) }));
    const growing: TreeSource = {
      ...source,
      open: async (path) => ({ ...(await source.open(path)), size: async () => 2_000_000 }),
    };
    const leftOut: LeftOut[] = [];
    const { back } = await opened(await packed(growing, leftOut));
    expect((await back.stat(['log'])).size).toBe(2_000_000);
    expect(leftOut).toEqual([
      {
        path: '/log',
        reason: 'it grew while it was read: only its first 2000000 bytes are packed',
      },
    ]);
  });

  it('does not follow a directory that is shown again below itself', async () => {
    const source = serviceSource(
      await memory({ a: { kind: 'dir', tree: {}, mtime: 0n, mode: 0o755 } }),
    );
    const looped: TreeSource = {
      ...source,
      list: async (path) => (path.endsWith('a') ? [{ name: 'a' }] : source.list(path)),
      stat: (path) => source.stat(path.replaceAll('/a/a', '/a')),
    };
    const leftOut: LeftOut[] = [];
    await packed(looped, leftOut);
    expect(leftOut.map(({ path }) => path)).toEqual(['/a/a']);
  });
});

describe('a capsule of a stranger', () => {
  const sum = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const made = (...entries: TreeEntry[]): Promise<Uint8Array> => rawCapsule(entries);

  it('brings in nothing that leads out, comes twice or has a wrong sum, and names each', async () => {
    const names = [
      'files/../out',
      'files//x',
      'files/ok',
      'files/ok',
      'files/bad',
      'files/none',
      'other',
    ];
    const sums = names
      .filter((name) => name !== 'files/none')
      .map((name) => sumLine(name === 'files/bad' ? '0'.repeat(64) : sum, name));
    const bytes = await made(
      ...names.map((name) => textEntry(name, 'abc')),
      textEntry('SHA256SUMS', sums.join('') + sumLine(sum, 'files/gone')),
    );
    const { back, leftOut } = await opened(bytes);
    expect(Object.keys(await treeOf(back))).toEqual(['ok']);
    expect(leftOut).toEqual([
      { path: 'files/../out', reason: 'its name leads out of the capsule' },
      { path: 'files//x', reason: 'its name leads out of the capsule' },
      { path: 'other', reason: 'it does not lie in files/' },
      { path: '/ok', reason: 'the capsule holds another entry of this name' },
      { path: '/bad', reason: 'its content does not have the sum that the capsule lists' },
      { path: '/none', reason: 'SHA256SUMS has no sum for it' },
      { path: '/gone', reason: 'the capsule lists it and does not hold it' },
    ]);
  });

  it('leaves out a path of hundreds of thousands of directories without walking it', async () => {
    const name = `files/${'a/'.repeat(400_000)}x`;
    const bytes = await made(
      textEntry(name, 'abc'),
      textEntry('files/ok', 'abc'),
      textEntry('SHA256SUMS', sumLine(sum, name) + sumLine(sum, 'files/ok')),
    );
    const { back, leftOut } = await opened(bytes);
    expect(Object.keys(await treeOf(back))).toEqual(['ok']);
    expect(leftOut.map(({ reason }) => reason)).toEqual(['its path has more than 4096 bytes']);
  });

  it('cannot set a time that a namespace does not have', async () => {
    const late = textEntry('files/late', 'abc', 10n ** 25n);
    const { back } = await opened(
      await made(late, textEntry('SHA256SUMS', sumLine(sum, 'files/late'))),
    );
    expect((await back.stat(['late'])).mtime).toBe(2n ** 63n - 1n);
  });

  it('writes nothing through its links, and tells of those that lead out', async () => {
    const bytes = await made(
      linkEntry('files/dir', '/home'),
      linkEntry('files/up', '../../x'),
      linkEntry('files/in', 'dir/y'),
      textEntry('files/dir/evil', 'abc'),
      textEntry('SHA256SUMS', sumLine(sum, 'files/dir/evil')),
    );
    const { outward } = await surveyCapsule(streamed(bytes));
    expect(outward.count).toBe(2);
    expect(outward.first.map(({ path }) => path)).toEqual(['/dir', '/up']);
    const { back, leftOut } = await opened(bytes);
    expect((await back.stat(['dir'])).kind).toBe('dir');
    expect(leftOut).toEqual([
      { path: '/dir', reason: 'the capsule holds another entry of this name' },
    ]);
  });

  it('cannot make the report of what was left out long: it names some entries, cuts names, and counts the rest', async () => {
    const count = 10_500;
    const bad = Array.from({ length: count }, (_, i) => linkEntry(`x${i}${'y'.repeat(900)}`, ''));
    const bytes = await made(...bad, textEntry('SHA256SUMS', ''));
    const { leftOut } = await opened(bytes);
    expect(leftOut).toHaveLength(10_001);
    expect(leftOut[0]?.path).toMatch(/^x0y{298}… \(602 characters more\)$/);
    expect(leftOut.at(-1)).toEqual({
      path: '…',
      reason: '500 more entries were left out, which this list does not name',
    });
  });

  it('names the first of the links that lead out, and counts all', async () => {
    const many = Array.from({ length: 600 }, (_, i) => linkEntry(`files/l${i}`, '/etc/passwd'));
    const bytes = await made(...many, textEntry('SHA256SUMS', ''));
    const { outward } = await surveyCapsule(streamed(bytes));
    expect([outward.count, outward.first.length]).toEqual([600, 500]);
  });

  it('is refused where its names together have more characters than are kept', async () => {
    // A tar allows eight MiB for the names of one entry.
    const name = 'n'.repeat(7 << 20);
    function* entries(): Generator<TreeEntry> {
      for (let i = 0; i < 40; i++) yield linkEntry(name, '');
    }
    expect(await codeOf(() => surveyCapsule(rawCapsuleStream(entries())))).toBe('EFBIG');
  }, 60_000);

  it('is refused whole where it is cut off, at any place', async () => {
    const whole = await made(
      textEntry('files/a', 'abc'),
      textEntry('SHA256SUMS', sumLine(sum, 'files/a')),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1025 }), async (size) => {
        expect(await codeOf(() => surveyCapsule(streamed(whole.slice(0, size))))).toBe('EINVAL');
      }),
      { numRuns: 40 },
    );
  });

  it('is an error, and not a hang, whatever its bytes are', async () => {
    const whole = await made(
      textEntry('files/a', 'abc'),
      textEntry('SHA256SUMS', sumLine(sum, 'files/a')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          const result = await opened(bytes).catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(FsError);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the sums', () => {
  const inPieces = async function* (text: string, size: number): AsyncGenerator<Uint8Array> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };

  it('have every name, however the list is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.constantFrom('\n', '\\', '\r', ''),
        fc.integer({ min: 1, max: 90 }),
        async (name, more, size) => {
          const line = sumLine('a'.repeat(64), name + more);
          expect(line.indexOf('\n')).toBe(line.length - 1);
          const sums = await readSums(inPieces(line + sumLine('b'.repeat(64), 'last'), size));
          expect([...sums.keys()]).toEqual(
            name + more === 'last' ? ['last'] : [name + more, 'last'],
          );
        },
      ),
    );
  });

  it('are damaged where a line is longer than any path', async () => {
    const line = sumLine('a'.repeat(64), 'x'.repeat(3 << 20));
    expect(await codeOf(() => readSums(inPieces(line, 65_536)))).toBe('EINVAL');
  });
});

describe('a time in a pax header', () => {
  it('is exact to the nanosecond, also before 1970', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(parsePaxTime(paxTime(time))).toBe(time);
      }),
    );
    expect(paxTime(-315_619_200_000_000_000n)).toBe('-315619200');
    expect(paxTime(-1n)).toBe('-0.000000001');
  });
});

it('a manifest that an editor has given a byte order mark is read', () => {
  const text = JSON.stringify({
    format: 'oanix-capsule',
    version: 1,
    name: 'edited',
    created_at: '2024-01-01T00:00:00Z',
    roots: ['/home'],
    namespace: '',
  });
  expect(parseManifest(`\ufeff${text}`)).toEqual(parseManifest(text));
});
