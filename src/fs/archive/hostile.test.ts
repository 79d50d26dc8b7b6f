/**
 * Archives that are made to take long. Each test bounds the work by what is read, or uses an input with which work
 * that grows with the square of its size would take minutes.
 */

import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bunzip2 } from '../../codec/bzip2.ts';
import { gunzip } from '../../codec/inflate.ts';
import { viewOf } from '../../kernel/bytes.ts';
import {
  bytesOf,
  concat,
  latin1Bytes,
  openArchive,
  paxHeader,
  paxRecord,
  sourceOf,
  type TarEntry,
  tarHeader,
  tarOf,
  zipOf,
} from '../../testing/archives.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';
import { type ArchiveEntry, intoSink, type Source } from './archive.ts';
import { PROBLEMS_FILE, reportOf } from './problems.ts';
import { ArchiveTree } from './tree.ts';
import { unzstd } from './unzstd.ts';

const gnu = 'ustar  \0';
const total = (reads: readonly number[]): number => reads.reduce((sum, count) => sum + count, 0);

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}

/** A file in which the same bytes are repeated without an end. */
const endless = (bytes: Uint8Array): Source => ({
  size: 2 ** 40,
  read: async (at, count) => {
    const from = at % bytes.length;
    return from + count <= bytes.length
      ? bytes.subarray(from, from + count)
      : repeated(bytes, Math.ceil(count / bytes.length) + 1).slice(from, from + count);
  },
});

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('headers of a tar', () => {
  const global = (...records: readonly (readonly [string, string | Uint8Array])[]): TarEntry => ({
    ...paxHeader(...records),
    type: 'g',
  });

  it('that hold for all entries are not copied for each of them', async () => {
    const keys = Array.from({ length: 90_000 }, (_, i) => paxRecord(i.toString(36), ''));
    const data = concat(...keys);
    const many = repeated(tarHeader({ name: 'f' }), 20_000);
    const archive = await openArchive(
      concat(tarOf({ name: 'g', type: 'g', data }).slice(0, -1024), many),
    );
    expect(await names(archive)).toEqual([PROBLEMS_FILE, 'f']);
  });

  it('that give every entry the same long name are refused', async () => {
    const long = global(['path', 'd/'.repeat(500_000)]);
    const many = repeated(tarHeader({ name: 'f' }), 100);
    const tar = concat(tarOf(long).slice(0, -1024), many);
    expect(await codeOf(() => openArchive(tar))).toBe('EFBIG');
  });

  it('that give every entry a time of a million digits are damaged', async () => {
    const tar = tarOf(global(['mtime', '9'.repeat(1_000_000)]), { name: 'f', data: 'x' });
    const archive = await openArchive(tar);
    expect((await archive.stat(['f'])).mtime).toBe(1_700_000_000_000_000_000n);
    expect(archive.about().note).toContain('the extended header of "f" is damaged');
  });

  it('that hold a sparse map count for one entry only', async () => {
    const map = Array.from({ length: 200_000 }, () => '0,0').join(',');
    const many = repeated(tarHeader({ name: 'f' }), 20_000);
    const archive = await openArchive(
      concat(
        tarOf(global(['GNU.sparse.size', '0'], ['GNU.sparse.map', map])).slice(0, -1024),
        many,
      ),
    );
    expect(await names(archive)).toEqual([PROBLEMS_FILE, 'f']);
  });

  it('may repeat the numbers of a sparse map more often than a call takes arguments', async () => {
    const pair = concat(paxRecord('GNU.sparse.offset', '0'), paxRecord('GNU.sparse.numbytes', '0'));
    const more: TarEntry = { name: 'x', type: 'x', data: repeated(pair, 20_000) };
    const size = paxHeader(['GNU.sparse.size', '0']);
    const archive = await openArchive(
      tarOf(more, more, more, more, more, size, { name: 'sparse' }),
    );
    expect(await cat(archive, ['sparse'])).toBe('');
  });

  it('that describe nothing are refused when there are too many', async () => {
    const header = tarHeader({ name: 'x', type: 'x' });
    expect(await codeOf(() => openArchive(endless(header)))).toBe('EFBIG');
  });

  it('that are sparse maps for each other are read once', async () => {
    const flag = Uint8Array.of(1);
    const header = tarHeader({
      name: '0',
      type: 'S',
      magic: gnu,
      fields: [
        [482, flag],
        [504, flag],
      ],
    });
    const source = sourceOf(repeated(header, 3000));
    await openArchive(source);
    expect(source.reads.length).toBeLessThan(10_000);
  });
});

describe('the map of a sparse file', () => {
  const header = paxHeader(
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.realsize', '5'],
  );

  it('with a comment of many megabytes is read once', async () => {
    const data = concat(`#${'x'.repeat(20_000_000)}\n0\n`, new Uint8Array(512));
    const source = sourceOf(tarOf(header, { name: 'sparse', data }));
    const archive = await openArchive(source);
    expect(archive.problems[0]?.why).toBe('its sparse map is damaged');
    expect(total(source.reads)).toBeLessThan(2 * data.length);
  });

  it('with an endless number is damaged after its first digits', async () => {
    const data = new Uint8Array(5_000_000).fill(49);
    const source = sourceOf(tarOf(header, { name: 'sparse', data }));
    const archive = await openArchive(source);
    expect(archive.problems[0]?.why).toBe('its sparse map is damaged');
    expect(total(source.reads)).toBeLessThan(10_000);
  });
});

describe('names in a tree', () => {
  const file = (name: ArchiveEntry['name'], content = 'x'): ArchiveEntry => ({
    name,
    kind: 'file',
    size: content.length,
    mtime: 0n,
    read: async (at, count) => bytesOf(content).slice(at, at + count),
  });
  const link = (name: string, to: string): ArchiveEntry => ({
    ...file({ bytes: bytesOf(name), text: name }),
    link: true,
    target: { bytes: bytesOf(to), text: to },
  });
  const decode: ConstructorParameters<typeof ArchiveTree>[0] = ({ bytes, text }) =>
    text === undefined ? { text: 'same', bytes: bytes.join() } : { text };

  it('may all read the same: each gets the next number', async () => {
    const tree = new ArchiveTree(decode);
    for (let i = 0; i < 30_000; i++)
      await tree.add(file({ bytes: Uint8Array.of(i & 255, (i >> 8) & 255, i >> 16) }));
    expect(tree.root.entries.size).toBe(30_000);
    expect(tree.root.entries.has('same (30000)')).toBe(true);
  });

  it('that are equal are one name, whatever other name reads the same', async () => {
    const tree = new ArchiveTree(decode);
    const [first, second] = [{ bytes: Uint8Array.of(1) }, { bytes: Uint8Array.of(2) }];
    for (const [name, content] of [
      [first, 'a'],
      [second, 'b'],
      [second, 'bb'],
      [first, 'aa'],
      [second, 'bbb'],
    ] as const)
      await tree.add(file(name, content));
    const sizes = [...tree.root.entries].map(([name, node]) => [
      name,
      'entries' in node ? 0 : node.entry.size,
    ]);
    expect(sizes).toEqual([
      ['same', 2],
      ['same (2)', 3],
    ]);
  });

  it('stay valid names when they get a number', async () => {
    const long = 'é'.repeat(127);
    const tree = new ArchiveTree(({ bytes }) => ({ text: long, bytes: bytes.join() }));
    for (const byte of [1, 2, 3]) await tree.add(file({ bytes: Uint8Array.of(byte) }));
    const [, second = '', third = ''] = tree.root.entries.keys();
    expect([second.endsWith('é (2)'), third.endsWith('é (3)')]).toEqual([true, true]);
    expect(new TextEncoder().encode(second).length).toBeLessThanOrEqual(255);
  });

  it('may be hard links that stand in front of each other in a long chain', async () => {
    const tree = new ArchiveTree(decode);
    const count = 30_000;
    for (let i = 0; i < count; i++) await tree.add(link(`l${i}`, `l${i + 1}`));
    await tree.add(file({ bytes: bytesOf('f'), text: `l${count}` }));
    tree.finish();
    expect(tree.problems).toEqual([]);
    expect(tree.root.entries.get('l0')).toMatchObject({ nlink: count + 1 });
  });

  it('may be hard links to a file that is nowhere, or in a circle: each is told', async () => {
    const tree = new ArchiveTree(decode);
    for (let i = 0; i < 10_000; i++) await tree.add(link(`l${i}`, 'nowhere'));
    await tree.add(link('a', 'b'));
    await tree.add(link('b', 'a'));
    tree.finish();
    expect(tree.problems.length).toBe(10_002);
  });
});

describe('hard links in a tar', () => {
  it('lead to the file whose name has the same bytes, where two names read the same', async () => {
    const [first, second] = [latin1Bytes('\x81'), latin1Bytes('\x82')];
    const archive = await openArchive(
      tarOf(
        { name: first, data: 'one' },
        { name: second, data: 'two' },
        { name: 'link', type: '1', fields: [[157, second]] },
      ),
      { encoding: 'shift_jis' },
    );
    expect(await cat(archive, ['link'])).toBe('two');
  });

  it('count only the names that are left when a file is replaced', async () => {
    const archive = await openArchive(
      tarOf(
        { name: 'f', data: 'old' },
        { name: 'link', type: '1', link: 'f' },
        { name: 'f', data: 'new' },
      ),
    );
    expect((await archive.stat(['link'])).nlink).toBe(1);
  });
});

describe('compressed data in tiny pieces', () => {
  it('of bzip2 does not use the memory of a block for each of them', async () => {
    // The stream that bzip2(1) makes of one byte.
    const one = bytesOfHex(
      '425a6839314159265359774bb01400000000800040200021184682ee48a70a120ee9760280',
    );
    const found: Uint8Array[] = [];
    await intoSink(bunzip2)(piecesOf(repeated(one, 20_000), 1 << 18), {
      append: (bytes) => found.push(bytes.slice()),
    });
    expect(concat(...found).length).toBe(20_000);
  });

  it('of bzip2 may arrive byte by byte', async () => {
    // The word "hello " 50,000 times.
    const whole = bytesOfHex(
      '425a6831314159265359f15a9e230061a3110040000244a0005066802950f5354840f0a103b5210330a1038a9081f' +
        '314159265359a8a14f4700a2ba910040000244a00050668029518d1420654840f8a1032a4206d4840cf54840e31' +
        '4159265359a906343b004117110040000244a000506680294993aa4206d4840eda90819c2840c54840f98a0ac93' +
        '29acb3bae94a80000b888020000122500018668029531393632363a33d1f1772453850901d2876e30',
    );
    let size = 0;
    await intoSink(bunzip2)(piecesOf(repeated(whole, 20), 7), {
      append: (part) => (size += part.length),
    });
    expect(size).toBe(20 * 300_000);
  });

  it('of gzip is unpacked through one buffer', async () => {
    const buffers = new Set<ArrayBufferLike>();
    let size = 0;
    await intoSink(gunzip)(piecesOf(repeated(gzipSync(bytesOf('xy')), 20_000), 1000), {
      append: (bytes) => {
        buffers.add(bytes.buffer);
        size += bytes.length;
      },
    });
    expect([size, buffers.size]).toEqual([40_000, 1]);
  });
});

describe('Zstandard', () => {
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  /** No checksum, no size, and a window of 2 GiB less an eighth. */
  const largeWindow = [...magic, 0, 0xa7];
  const smallWindow = [...magic, 0, 0];
  const block = (kind: number, isLast: boolean, size: number, ...bytes: number[]): number[] => {
    const header = (size << 3) | (kind << 1) | (isLast ? 1 : 0);
    return [header & 255, (header >> 8) & 255, header >> 16, ...bytes];
  };
  const unpacked = async (bytes: readonly number[] | Uint8Array): Promise<number> => {
    let size = 0;
    const append = (part: Uint8Array): void => {
      size += part.length;
    };
    await unzstd(piecesOf(Uint8Array.from(bytes), 1 << 18), { append });
    return size;
  };

  it('with a hundred thousand long matches in one block is damaged', async () => {
    // No literals; 98,047 sequences whose codes are always the same: the longest match there is.
    const section = [0, 255, 255, 255, 0x54, 0, 0, 52, 1];
    await expect(
      unpacked([...smallWindow, ...block(2, true, section.length, ...section)]),
    ).rejects.toThrow('a block is damaged');
  });

  it('with a window that is larger than memory is refused', async () => {
    expect(await codeOf(() => unpacked([...largeWindow, ...block(0, true, 1, 65)]))).toBe('EFBIG');
  });

  it('with a block for each byte moves no window for each of them', async () => {
    // A window of 128 MiB.
    const frame = [...magic, 0, 0x88];
    const one = Uint8Array.from(block(0, false, 1, 65));
    const bytes = concat(
      Uint8Array.from(frame),
      repeated(one, 100_000),
      Uint8Array.from(block(0, true, 0)),
    );
    expect(await unpacked(bytes)).toBe(100_000);
  });

  it('with tens of thousands of frames, each with a large window, uses one memory', async () => {
    const one = Uint8Array.from([...magic, 0, 0x88, ...block(1, true, 3, 65)]);
    expect(await unpacked(repeated(one, 30_000))).toBe(90_000);
  });

  it('with a match that begins in front of the frame is damaged', async () => {
    // Two literals, and one sequence: three bytes from the distance 4.
    const section = [0x10, 65, 66, 1, 0x54, 0, 1, 0, 1];
    await expect(
      unpacked([...smallWindow, ...block(2, true, section.length, ...section)]),
    ).rejects.toThrow('a block is damaged');
  });
});

describe('a zip', () => {
  it('whose end holds thousands of end records is not read again for each', async () => {
    const record = new Uint8Array(22);
    viewOf(record).setUint32(0, 0x0605_4b50, true);
    viewOf(record).setUint16(10, 1, true);
    viewOf(record).setUint32(12, 15_000_000, true);
    const source = sourceOf(concat(new Uint8Array(16_000_000).fill(1), repeated(record, 2900)));
    expect(await codeOf(() => openArchive(source))).toBe('EINVAL');
    expect(total(source.reads)).toBeLessThan(200_000);
  });

  it('whose links all lead to the same large data is opened without reading it', async () => {
    const attributes = (0o120_777 << 16) >>> 0;
    // Empty blocks of DEFLATE, which unpack to nothing.
    const data = repeated(Uint8Array.of(0, 0, 0, 0xff, 0xff), 200_000);
    const zip = await zipOf([{ name: 'link', data, size: 10, method: 8, attributes }]);
    const source = sourceOf(zip);
    const archive = await openArchive(source);
    expect(archive.problems[0]?.why).toBe('it is a link, and its target is too long');
    expect(total(source.reads)).toBeLessThan(100_000);
  });
});

describe('the report of problems', () => {
  it('has a limit, and says how many problems it leaves out', () => {
    const name = 'n'.repeat(4000);
    const problems = Array.from(
      { length: 5000 },
      () => ({ kind: 'left out', name, why: 'it is a device' }) as const,
    );
    const report = reportOf(problems);
    expect(report.length).toBeLessThan(1_100_000);
    const told = report.split('\n').filter((line) => line.includes('nnn')).length;
    expect(report).toContain(`… and ${5000 - told} more`);
  });
});
