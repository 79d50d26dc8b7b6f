import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { codeOf, text } from '../../testing/kernel.ts';
import { MapFs } from './mapfs.ts';

describe('MapFs', () => {
  it('loads lazy content once, tells its size before, and tries a failed load again', async () => {
    let loads = 0;
    const fs = new MapFs({
      '/lazy': {
        size: 4,
        load: async () => {
          if (++loads === 1) throw new Error('offline');
          return 'late';
        },
      },
    });
    expect((await fs.stat(['lazy'])).size).toBe(4);
    const handle = await fs.open(['lazy'], {});
    expect(await codeOf(() => handle.read?.(0, 10, never) as Promise<unknown>)).toContain(
      'offline',
    );
    for (let i = 0; i < 2; i++)
      expect(text((await handle.read?.(0, 10, never)) as Uint8Array)).toBe('late');
    expect(loads).toBe(2);
  });

  it.each([
    [{ '/a': '', '/a/b': '' }, 'ENOTDIR'],
    [{ '/a': '', a: '' }, 'EEXIST'],
    [{ '/': 'x', '/..': 'x' }, 'EINVAL'],
  ])('%j is refused when it is built', (tree, code) => {
    expect(() => new MapFs(tree as Record<string, string>)).toThrow(code);
  });

  it('refuses every opening for writing', async () => {
    const fs = new MapFs({ '/a': 'x' });
    for (const mode of [{ write: true }, { append: true }, { truncate: true }])
      expect(await codeOf(() => fs.open(['a'], mode))).toBe('EROFS');
  });
});
