/** The limit holds for every way to grow, and what is given back can be used again. */
import { describe, expect, it } from 'vitest';
import { type FileService, never } from '../../kernel/service.ts';
import { codeOf, memWith } from '../../testing/kernel.ts';
import { put } from '../../testing/tree.ts';
import { CowFs } from '../cow/cowfs.ts';
import { Review } from '../cow/review.ts';
import { MemFs } from '../mem/memfs.ts';
import { QuotaFs } from './quotafs.ts';

const limited = (inner: FileService, limits: { bytes?: number; entries?: number }) =>
  QuotaFs.open(inner, limits, { kind: 'quota' });

describe('a quota', () => {
  it('counts what is there, hard links once', async () => {
    const mem = await memWith({ '/a': '12345', '/d/b': '67890' });
    await mem.link(['a'], ['d', 'c']);
    expect((await limited(mem, {})).about().used).toEqual({ bytes: 10, entries: 4 });
  });

  it('holds for writing, appending, growing and holes; and for names', async () => {
    const fs = await limited(new MemFs(), { bytes: 100, entries: 3 });
    await put(fs, ['f'], 'x'.repeat(100));
    const handle = await fs.open(['f'], { write: true }, never);
    const refused = [
      () => handle.write?.('end', new Uint8Array(1), never),
      () => handle.write?.(100, new Uint8Array(1), never),
      () => handle.write?.(5_000, new Uint8Array(1), never),
      () => handle.truncate?.(101, never),
    ];
    for (const run of refused) expect(await codeOf(run)).toBe('EDQUOT');
    expect(await codeOf(() => handle.write?.(50, new Uint8Array(50), never))).toBe('ok');
    await handle.truncate?.(10, never);
    await handle.write?.('end', new Uint8Array(90), never);
    await handle.close?.();
    expect(fs.about().used).toEqual({ bytes: 100, entries: 1 });
    await fs.create?.(['d'], 'dir', never);
    await fs.symlink?.('f', ['s'], never);
    expect(await codeOf(() => fs.create?.(['more'], 'file', never))).toBe('EDQUOT');
    expect(await codeOf(() => fs.link?.(['f'], ['more'], never))).toBe('EDQUOT');
  });

  it('gives back what was removed, replaced and cut; not what is still open', async () => {
    const fs = await limited(new MemFs(), { bytes: 100 });
    await put(fs, ['f'], 'x'.repeat(60));
    await put(fs, ['g'], 'y'.repeat(40));
    await fs.rename?.(['f'], ['g'], never);
    expect(fs.about().used).toEqual({ bytes: 60, entries: 1 });
    const held = await fs.open(['g'], { write: true }, never);
    await fs.remove?.(['g'], 'file', never);
    expect(fs.about().used).toEqual({ bytes: 60, entries: 0 });
    await held.write?.('end', new Uint8Array(40), never);
    expect(await codeOf(() => put(fs, ['n'], 'z'))).toBe('EDQUOT');
    await held.close?.();
    expect(fs.about().used?.bytes).toBe(0);
    await put(fs, ['n'], 'z'.repeat(100));
    const again = await fs.open(['n'], { write: true, truncate: true }, never);
    await again.close?.();
    expect(fs.about().used?.bytes).toBe(0);
  });

  it('holds for changes that are kept', async () => {
    const fs = await limited(await memWith({ '/f': '12345' }), { bytes: 20 });
    const cow = new CowFs(fs);
    await put(cow, ['big'], 'x'.repeat(30));
    const host = { diff: async () => '', announce: () => undefined, changed: () => undefined };
    const review = new Review([{ at: [], cow }], host);
    expect(await codeOf(() => review.commit())).toBe('EDQUOT');
    await put(cow, ['big'], 'x'.repeat(15));
    await review.commit();
    expect(fs.about().used).toEqual({ bytes: 20, entries: 2 });
  });
});
