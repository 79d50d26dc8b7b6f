/** Many trees in memory hold no more together than they may. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { never } from '../../kernel/service.ts';
import { codeOf } from '../../testing/kernel.ts';
import { put } from '../../testing/tree.ts';
import { MemFs } from './memfs.ts';
import { MemoryBudget } from './usage.ts';

/** Like `put`, but of zeros; the code of a failure. */
const write = (fs: MemFs, name: string, bytes: number): Promise<string> =>
  codeOf(async () => {
    if ((await codeOf(() => fs.stat([name]))) === 'ENOENT') await fs.create([name], 'file');
    const file = await fs.open([name], { write: true });
    try {
      await file.write?.(0, new Uint8Array(bytes), never);
    } finally {
      await file.close?.();
    }
  });

describe('trees in memory that share a budget', () => {
  it('hold no more together than it allows, and say what to do', async () => {
    const budget = new MemoryBudget(10_000_000);
    const trees = Array.from({ length: 5 }, () => new MemFs({ budget }));
    for (const fs of trees.slice(0, 4)) expect(await write(fs, 'f', 2_400_000)).toBe('ok');
    const [first, , , , last] = trees as [MemFs, MemFs, MemFs, MemFs, MemFs];
    expect(await write(last, 'f', 2_400_000)).toBe('ENOSPC');
    const file = await last.open(['f'], { write: true });
    await expect((async () => file.write?.(0, new Uint8Array(2_400_000), never))()).rejects.toThrow(
      /all mounts in memory hold at most 10 MiB together.*remove files from \/tmp/,
    );
    await first.remove(['f'], 'file');
    expect(await write(last, 'f', 2_400_000)).toBe('ok');
  });

  it('count names, truncation, and files that are open without a name', async () => {
    const budget = new MemoryBudget(1_000_000);
    const [one, other] = [new MemFs({ budget }), new MemFs({ budget })];
    await put(one, ['f'], '');
    const file = await one.open(['f'], { write: true });
    await file.truncate?.(900_000, never);
    await one.remove(['f'], 'file');
    expect(await write(other, 'g', 200_000)).toBe('ENOSPC');
    await file.close?.();
    expect(await write(other, 'g', 200_000)).toBe('ok');
    let made = 0;
    while ((await codeOf(() => one.create([`${made}`], 'dir'))) === 'ok') made++;
    expect(made).toBeGreaterThan(1000);
    expect(made).toBeLessThan(2000);
  });

  it('give back everything that they took, whatever is done', async () => {
    const step = fc.record({
      tree: fc.nat(2),
      op: fc.constantFrom('write', 'truncate', 'remove', 'rename', 'link', 'apply'),
      name: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.nat(200_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const budget = new MemoryBudget(400_000);
        const trees = Array.from({ length: 3 }, () => new MemFs({ budget }));
        for (const { tree, op, name, to, bytes } of steps) {
          const fs = trees[tree] as MemFs;
          await codeOf(async () => {
            if (op === 'write') await write(fs, name, bytes);
            if (op === 'truncate') {
              const file = await fs.open([name], { write: true });
              await codeOf(() => file.truncate?.(bytes, never));
              await file.close?.();
            }
            if (op === 'remove') await fs.remove([name], 'file');
            if (op === 'rename') await fs.rename([name], [to]);
            if (op === 'link') await fs.link([name], [to]);
            if (op === 'apply')
              await fs.apply([
                { op: 'remove', path: [name] },
                { op: 'remove', path: ['never there'] },
              ]);
          });
          expect(budget.held).toBeLessThanOrEqual(400_000);
          const held = trees.reduce((sum, { usage }) => sum + usage.bytes + usage.entries * 512, 0);
          expect(budget.held).toBe(held);
        }
        for (const fs of trees)
          for (const { name } of await fs.readdir([])) await fs.remove([name], 'file');
        expect(budget.held).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('give back their share when nobody can reach them any more', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const budget = new MemoryBudget(1_000_000);
    const fill = async (): Promise<void> => {
      expect(await write(new MemFs({ budget }), 'f', 900_000)).toBe('ok');
    };
    await fill();
    await vi.waitFor(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
      expect(budget.held).toBe(0);
    }, 10_000);
    await fill();
  });
});
