/** What is written is read again, whatever it is and however long it grows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from '../kernel/content.ts';
import type { KeptNode } from '../kernel/keeper.ts';
import { checksum, Reader, Writer } from './bytes.ts';
import { decode, encode } from './record.ts';

describe('records', () => {
  it('hold every value at every place, also where the memory grows', async () => {
    const sum = await checksum();
    for (const put of ['whole', 'text', 'both'] as const) {
      for (let shift = 0; shift < 20; shift++) {
        const to = new Writer(sum);
        for (let i = 0; i < shift; i++) to.u8(7);
        for (let i = 0; i < 30_000; i++) {
          if (put !== 'text') to.whole(i * 977);
          if (put !== 'whole') to.text(`näme ${i}`);
        }
        const from = new Reader(to.done());
        for (let i = 0; i < shift; i++) expect(from.u8()).toBe(7);
        for (let i = 0; i < 30_000; i++) {
          if (put !== 'text' && from.whole() !== i * 977) expect(i).toBe('as written');
          if (put !== 'whole' && from.text() !== `näme ${i}`) expect(i).toBe('as written');
        }
        expect(from.left).toBe(0);
      }
    }
  });

  it('keep a name that begins with U+FEFF', async () => {
    const to = new Writer(await checksum());
    to.text('\ufeffnotes.txt');
    expect(new Reader(to.done()).text()).toBe('\ufeffnotes.txt');
  });

  it('give the nodes back that they were made of', async () => {
    const sum = await checksum();
    const extent = fc.record({
      seg: fc.maxSafeNat(),
      at: fc.nat(1 << 20),
      length: fc.nat(65_536),
      sum: fc.nat(),
    });
    const times = { mtime: fc.bigInt(0n, 1n << 62n), atime: fc.bigInt(0n, 1n << 62n) };
    const node = fc.record({
      ino: fc.integer({ min: 1, max: 2 ** 40 }),
      nlink: fc.integer({ min: 1, max: 5 }),
      ...times,
      mode: fc.option(fc.nat(0o777), { nil: undefined }),
      size: fc.nat(),
      chunks: fc.array(fc.tuple(fc.nat(1 << 20), extent), { maxLength: 5 }),
      names: fc.array(fc.tuple(fc.string({ maxLength: 255 }), fc.nat()), { maxLength: 20 }),
      kind: fc.constantFrom('file' as const, 'dir' as const, 'symlink' as const),
    });
    fc.assert(
      fc.property(fc.array(node, { maxLength: 300 }), (nodes) => {
        const kept = nodes.map(({ kind, chunks, names, ...common }) => ({
          node: {
            ...common,
            ctime: 5n,
            kind,
            ...(kind === 'file' ? { content: Content.restored(common.size, chunks) } : {}),
            ...(kind === 'dir'
              ? { entries: new Map(names.map(([name, ino]) => [name, { ino }])) }
              : {}),
            ...(kind === 'symlink' ? { target: names[0]?.[0] ?? 't' } : {}),
          } as KeptNode,
        }));
        const header = {
          kind: 'tree',
          seq: 9,
          time: 1e12,
          nextSeg: 7,
          nextIno: 8,
          segs: [[3, 4]],
        } as const;
        const read = decode(encode(header, kept, sum), sum);
        if (typeof read === 'string') throw new Error(read);
        expect(read.damaged).toEqual([]);
        expect(read.header).toEqual(header);
        expect(read.changes.map((change) => ('node' in change ? change.node.ino : 0))).toEqual(
          nodes.map(({ ino }) => ino),
        );
        for (const [i, change] of read.changes.entries()) {
          const { node: was } = kept[i] as (typeof kept)[number];
          if (!('node' in change)) throw new Error('not whole');
          const { chunks, entries, target, ...common } = change.node;
          expect(common).toMatchObject({ kind: was.kind, nlink: was.nlink, mtime: was.mtime });
          expect(common.mode).toBe(was.mode);
          if (was.content)
            expect(chunks).toEqual([...was.content.chunks].map(([at, { place }]) => [at, place]));
          if (was.entries)
            expect(entries).toEqual([...was.entries].map(([name, { ino }]) => [name, ino]));
          if (was.kind === 'symlink') expect(target).toBe(was.target);
        }
      }),
      { numRuns: 60 },
    );
  });
});
