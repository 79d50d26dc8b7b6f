import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FsError } from '../../kernel/errors.ts';
import type { Entry } from '../../kernel/service.ts';
import { Finder, type FinderOptions, type Limits } from './finder.ts';
import { matcher, type OpenDirectoryAt } from './names.ts';

interface Tree {
  readonly [name: string]: Tree | 'file' | 'symlink';
}

/** Opens the directories of a tree; counts those that are open, and all that were opened. */
function opening(tree: Tree) {
  const counts = { open: 0, opened: 0 };
  const openAt: OpenDirectoryAt = async (path, signal) => {
    signal.throwIfAborted();
    let node: Tree | 'file' | 'symlink' | undefined = tree;
    for (const name of path.split('/').filter(Boolean))
      node = typeof node === 'object' ? node[name] : undefined;
    if (typeof node !== 'object') throw new FsError('EIO', { path });
    const inside: Tree = node;
    counts.open++;
    counts.opened++;
    return {
      id: idOf(inside),
      async *parts() {
        const entries = Object.entries(inside).map(
          ([name, kind]): Entry => ({ name, kind: typeof kind === 'object' ? 'dir' : kind }),
        );
        for (let at = 0; at < entries.length; at += 3) yield entries.slice(at, at + 3);
      },
      close: () => void counts.open--,
    };
  };
  return { openAt, counts };
}

const ids = new Map<Tree, string>();
const idOf = (tree: Tree): string => {
  const id = ids.get(tree) ?? String(ids.size);
  ids.set(tree, id);
  return id;
};

const settled = async (finder: Finder): Promise<void> => {
  await vi.waitFor(() => expect(finder.found().state).not.toBe('searching'), { timeout: 5000 });
};

async function search(tree: Tree, text: string, options: Partial<FinderOptions> = {}) {
  const { openAt, counts } = opening(tree);
  const finder = new Finder({ openAt, roots: ['/'], skipped: new Set(), ...options });
  finder.look(text);
  await settled(finder);
  return { finder, counts, found: finder.found() };
}

describe('the search for names', () => {
  const tree: Tree = {
    'a.txt': 'file',
    deep: { deeper: { 'needle.txt': 'file', other: 'file' }, needles: {} },
    'needle link': 'symlink',
  };

  it('finds files, folders and links at any depth, those near the top first', async () => {
    const { found, counts } = await search(tree, 'NEEDLE');
    expect(found.matches).toEqual(['/needle link', '/deep/needles', '/deep/deeper/needle.txt']);
    expect(found).toMatchObject({ state: 'done', names: 7, unread: [] });
    expect(counts.open).toBe(0);
  });

  it('walks once, and matches another text against the names that it has', async () => {
    const { finder, counts } = await search(tree, 'needle');
    const { opened } = counts;
    finder.look('deeper needle');
    await settled(finder);
    expect(finder.found().matches).toEqual(['/deep/deeper/needle.txt']);
    expect(counts.opened).toBe(opened);
  });

  it('reports a directory that cannot be read, and finds the rest', async () => {
    const { openAt } = opening(tree);
    const { found } = await search(tree, 'needle', {
      openAt: (path, signal) =>
        path === '/deep/needles' ? Promise.reject(new FsError('EACCES', {})) : openAt(path, signal),
    });
    expect(found.matches).toHaveLength(3);
    expect(found.unread.map(({ path }) => path)).toEqual(['/deep/needles']);
  });

  it('enters a directory that lies in itself once, and skipped ones only when asked', async () => {
    const loop: Record<string, Tree | 'file'> = { 'x.txt': 'file' };
    loop['again'] = loop;
    const looped = await search({ loop }, 'x.txt');
    expect(looped.found.matches).toEqual(['/loop/x.txt']);
    const { finder } = await search(tree, 'needle', { skipped: new Set(['/deep']) });
    expect(finder.found().matches).toEqual(['/needle link']);
    finder.enter(['/deep']);
    await settled(finder);
    expect(finder.found().matches).toHaveLength(3);
  });

  it('stops at its limits, with the directory open, until it is told to go on', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`n${at}`, 'file'] as const),
    );
    const limits: Limits = { names: 9, matches: 4 };
    const { finder, counts } = await search(many, 'n', { limits });
    expect(finder.found()).toMatchObject({ state: 'full' });
    expect(finder.found().matches).toHaveLength(4);
    expect(counts.open).toBe(1);
    for (let times = 0; times < 10 && finder.found().state === 'full'; times++) {
      finder.goOn();
      await settled(finder);
    }
    expect(finder.found()).toMatchObject({ state: 'done', names: 20 });
    expect(finder.found().matches).toHaveLength(20);
    expect(counts.open).toBe(0);
  });

  it('that is ended reads nothing further and closes what is open', async () => {
    const many: Tree = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`d${at}`, { a: 'file' }] as const),
    );
    const { openAt, counts } = opening(many);
    const finder = new Finder({ openAt, roots: ['/'], skipped: new Set() });
    finder.look('a');
    await vi.waitFor(() => expect(counts.opened).toBeGreaterThan(0));
    finder.end();
    await vi.waitFor(() => expect(counts.open).toBe(0));
    const { opened } = counts;
    await new Promise((done) => setTimeout(done, 50));
    expect(counts.opened).toBe(opened);
    expect(opened).toBeLessThan(51);
  });

  it('holds up nobody for long with 150,000 names in one directory', async () => {
    const names = Array.from(
      { length: 150_000 },
      (_, at): Entry => ({ name: `${at}.txt`, kind: 'file' }),
    );
    const finder = new Finder({
      roots: ['/'],
      skipped: new Set(),
      openAt: async () => ({
        id: '1',
        async *parts() {
          for (let at = 0; at < names.length; at += 1000) yield names.slice(at, at + 1000);
        },
        close: () => undefined,
      }),
    });
    let turns = 0;
    const turn = setInterval(() => turns++);
    finder.look('7');
    await settled(finder);
    clearInterval(turn);
    expect(finder.found()).toMatchObject({ state: 'full' });
    expect(finder.found().matches).toHaveLength(10_000);
    // Other work has its turn between the parts.
    expect(turns).toBeGreaterThan(3);
    finder.end();
  });

  it('finds what a plain search finds, in any tree', async () => {
    const name = fc.constantFrom('a', 'ab', 'B', 'abc', 'x y');
    const { tree: trees } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.dictionary(
        name,
        fc.oneof({ depthSize: 'small' }, fc.constant('file' as const), tie('tree')),
        { maxKeys: 4 },
      ),
    }));
    const below = (node: Tree, at: string): string[] =>
      Object.entries(node).flatMap(([each, inner]) => [
        `${at}/${each}`,
        ...(typeof inner === 'object' ? below(inner, `${at}/${each}`) : []),
      ]);
    await fc.assert(
      fc.asyncProperty(trees, fc.constantFrom('a', 'ab b', 'y', 'zz'), async (node, text) => {
        const { found } = await search(node, text);
        expect([...found.matches].sort()).toEqual(below(node, '').filter(matcher(text)).sort());
      }),
      { numRuns: 60 },
    );
  });
});
