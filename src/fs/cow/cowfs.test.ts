/** An overlay behaves exactly as a copy of its base would; and what it changed can be kept, all of it or none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASIDE } from '../../kernel/applysteps.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import { type FileService, never } from '../../kernel/service.ts';
import { codeOf, memWith } from '../../testing/kernel.ts';
import { cat, names, put } from '../../testing/tree.ts';
import { MapFs } from '../map/mapfs.ts';
import { MemFs } from '../mem/memfs.ts';
import type { Change } from './changes.ts';
import { CowFs, type Saved } from './cowfs.ts';
import { isApplied, letGo } from './decided.ts';
import { type ChangeLine, Review } from './review.ts';
import { filesOf, fromShelf, toShelf } from './shelf.ts';

type Full = FileService &
  Required<
    Pick<
      FileService,
      'create' | 'remove' | 'rename' | 'symlink' | 'readlink' | 'link' | 'setTimes' | 'setMode'
    >
  >;

let time = 0n;
const clock = (): bigint => ++time * 1_000n;

/** Everything that can be seen of a tree, hard links by the first name that they have. */
async function picture(fs: FileService): Promise<string[]> {
  const lines: string[] = [];
  const seen = new Map<bigint, string>();
  const walk = async (path: string[]): Promise<void> => {
    const stat = await fs.stat(path, never);
    const text = `/${path.join('/')}`;
    if (stat.kind === 'dir') {
      lines.push(`${text} dir`);
      for (const name of await names(fs, path)) await walk([...path, name]);
      return;
    }
    const same = stat.ino === undefined ? undefined : seen.get(stat.ino);
    if (stat.ino !== undefined) seen.set(stat.ino, same ?? text);
    const what =
      stat.kind === 'symlink' ? await fs.readlink?.(path, never) : short(await cat(fs, path));
    lines.push(`${text} ${stat.kind} ${stat.size} ${stat.nlink} ${same ?? ''} ${what}`);
  };
  await walk([]);
  return lines;
}

/** Long content by its length and its end. */
const short = (text: string): string =>
  text.length > 40 ? `${text.length} …${text.slice(-10)}` : text;

const base = (): Promise<MemFs> =>
  memWith({
    '/a/x': 'in a',
    '/a/deep/y': 'deeper',
    '/a/deep/z': 'still deeper',
    '/b/x': 'in b',
    '/f': 'at the top',
    '/g': 'g'.repeat(70_000),
    '/empty/': '',
  }).then(async (fs) => {
    await fs.link(['a', 'x'], ['b', 'hard']);
    await fs.link(['f'], ['a', 'f2']);
    await fs.symlink('a/x', ['l']);
    return fs;
  });

const path = fc.constantFrom(
  ...[
    'a',
    'b',
    'f',
    'g',
    'l',
    'empty',
    'new',
    'a/x',
    'a/f2',
    'a/deep',
    'a/deep/y',
    'b/x',
    'b/hard',
    'b/new',
    'new/x',
    'new/deep/y',
    'empty/q',
    'a/deep/new',
  ].map((text) => text.split('/')),
);
const step = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    path,
    kind: fc.constantFrom('file' as const, 'dir' as const),
  }),
  fc.record({
    op: fc.constant('remove' as const),
    path,
    kind: fc.constantFrom('file' as const, 'dir' as const),
  }),
  fc.record({ op: fc.constant('rename' as const), path, to: path }),
  fc.record({ op: fc.constant('link' as const), path, to: path }),
  fc.record({ op: fc.constant('symlink' as const), path, to: path }),
  fc.record({
    op: fc.constant('write' as const),
    path,
    at: fc.constantFrom(0, 3, 66_000, 'end' as const),
    text: fc.string({ minLength: 1, maxLength: 5 }),
  }),
  fc.record({ op: fc.constant('cut' as const), path, size: fc.constantFrom(0, 2, 10, 80_000) }),
  fc.record({ op: fc.constant('open' as const), path }),
  fc.record({ op: fc.constant('times' as const), path, mtime: fc.constantFrom(5n, 77n) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function run(fs: Full, each: Step): Promise<unknown> {
  if (each.op === 'create') return fs.create(each.path, each.kind, never);
  if (each.op === 'remove') return fs.remove(each.path, each.kind, never);
  if (each.op === 'rename') return fs.rename(each.path, each.to, never);
  if (each.op === 'link') return fs.link(each.path, each.to, never);
  if (each.op === 'symlink') return fs.symlink(each.to.join('/'), each.path, never);
  if (each.op === 'times') return fs.setTimes(each.path, { mtime: each.mtime }, never);
  const handle = await fs.open(
    each.path,
    { read: true, write: true, truncate: each.op === 'open' },
    never,
  );
  if (each.op === 'write')
    await handle.write?.(each.at, new TextEncoder().encode(each.text), never);
  else if (each.op === 'cut') await handle.truncate?.(each.size, never);
  await handle.close?.();
  return undefined;
}

const overlay = (over: FileService): CowFs => new CowFs(over, { clock });

const reviewOf = (
  cow: CowFs,
  deciding: (changes: readonly Change[]) => void = () => undefined,
): Review =>
  new Review([{ at: [], cow }], {
    diff: async () => '',
    announce: () => undefined,
    changed: () => undefined,
    deciding: async (_, changes) => {
      if (changes) deciding(changes);
    },
  });

/** Puts an overlay on a shelf as it is now; returns how to take it from there. */
function shelf(cow: CowFs): () => Saved {
  const contents = new Map(
    filesOf(cow.live()).map((node, i) => [node, { name: `c${i}`, content: node.content?.copy() }]),
  );
  const text = toShelf(cow.live(), (node) => contents.get(node)?.name ?? '');
  return () =>
    fromShelf(text, (name) => {
      const kept = [...contents.values()].find((each) => each.name === name)?.content;
      if (!kept) throw new Error(`no content ${name}`);
      return kept.copy();
    });
}

function fromShelfOver(cow: CowFs, base: FileService): CowFs {
  const again = overlay(base);
  again.restore(shelf(cow)());
  return again;
}

/** Sorted, since what is let go may come back in another order. */
const bare = (changes: readonly ChangeLine[]): string[] =>
  changes.map((change) => JSON.stringify(change)).sort();

describe('an overlay', () => {
  it('behaves exactly as a copy of its base, which stays as it was; kept, the base is that copy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.nat(),
        async (steps, pick) => {
          const under = await base();
          const model = await base();
          const before = await picture(under);
          let cow = overlay(under);
          for (const [i, each] of steps.entries()) {
            // Once, it is put on the shelf and taken from there, as by a reload.
            if (i === pick % steps.length) cow = fromShelfOver(cow, under);
            const [is, must] = [
              await codeOf(() => run(cow as Full, each)),
              await codeOf(() => run(model as Full, each)),
            ];
            expect(is, fc.stringify(each)).toBe(must);
          }
          expect(await picture(cow)).toEqual(await picture(model));
          expect(await picture(under)).toEqual(before);
          const copy = overlay(under);
          copy.restore(cow.save());
          expect(await picture(copy)).toEqual(await picture(model));
          await reviewOf(cow).commit();
          expect(await picture(under)).toEqual(await picture(model));
          expect(await picture(cow)).toEqual(await picture(model));
          expect(await reviewOf(cow).changes()).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it('some kept and the rest discarded, or all discarded, leaves no change behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 15 }),
        fc.nat(),
        async (steps, pick) => {
          const under = await base();
          const cow = overlay(under);
          for (const each of steps) await codeOf(() => run(cow as Full, each));
          let decided: readonly Change[] = [];
          let take = (): Saved => cow.save();
          const review = reviewOf(cow, (chosen) => {
            decided = chosen;
            take = shelf(cow);
          });
          const changes = await review.changes();
          const one = changes[pick % Math.max(1, changes.length)];
          const wanted = await picture(cow);
          if (one) {
            await review.commit([one.path]);
            // Ended in the middle, the shelf has the changes still: what the base has of them is let go.
            const saved = take();
            expect(await isApplied(saved.root, decided, under)).toBe(true);
            letGo(saved.root, decided);
            const again = overlay(under);
            again.restore(saved);
            await again.settle();
            expect(await picture(again)).toEqual(wanted);
            expect(bare(await reviewOf(again).changes())).toEqual(bare(await review.changes()));
            // Kept in part, all together still is what it was.
            expect(await picture(cow)).toEqual(wanted);
            const left = (await review.changes()).map(({ path: each }) => each);
            expect(left).not.toContain(one.path);
          }
          await review.revert();
          expect(await review.changes()).toEqual([]);
          expect(await picture(cow)).toEqual(await picture(under));
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);

  it('is kept by a base that makes one step after the other, or not at all where one fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 15 }),
        fc.nat({ max: 12 }),
        async (steps, failing) => {
          const under = await base();
          const before = await picture(under);
          // One call of those that change something fails, and with it the whole.
          let left = failing;
          const inTurn = new Proxy(under, {
            get: (target, name) => {
              if (name === 'apply') return undefined;
              const value = Reflect.get(target, name) as unknown;
              if (typeof value !== 'function') return value;
              const changes = ['create', 'remove', 'rename', 'symlink', 'link'].includes(
                String(name),
              );
              return (...args: unknown[]) => {
                // Taking away what was replaced is not one of the steps.
                const isAside = String((args[0] as Path)[0]).startsWith(ASIDE);
                if (changes && !(name === 'remove' && isAside) && left-- === 0) fail('ENOSPC');
                return (value as (...all: unknown[]) => unknown).apply(target, args);
              };
            },
          });
          const cow = overlay(inTurn);
          for (const each of steps) await codeOf(() => run(cow as Full, each));
          const wanted = await picture(cow);
          const changes = await reviewOf(cow).changes();
          const end = await codeOf(() => reviewOf(cow).commit());
          const now = await picture(under);
          if (end === 'ok') expect(now).toEqual(wanted);
          else {
            expect(now).toEqual(before);
            expect(await reviewOf(cow).changes()).toEqual(changes);
            await reviewOf(cow).commit();
            expect(await picture(under)).toEqual(wanted);
          }
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);

  it('an open file that is copied up by another handle shows what it is now', async () => {
    const cow = overlay(await base());
    const reader = await cow.open(['f'], { read: true });
    const second = await cow.open(['a', 'f2'], { read: true });
    const writer = await cow.open(['f'], { write: true });
    await writer.write?.(0, new TextEncoder().encode('AT'), never);
    for (const handle of [reader, second])
      expect(new TextDecoder().decode(await handle.read?.(0, 100, never))).toBe('AT the top');
    await cow.rename(['f'], ['moved']);
    await writer.write?.('end', new TextEncoder().encode('!'), never);
    expect(await cat(cow, ['moved'])).toBe('AT the top!');
    await cow.remove(['moved'], 'file');
    expect(new TextDecoder().decode(await reader.read?.(0, 100, never))).toBe('AT the top!');
  });

  it('keeps the number of an object when it is copied up, renamed, or linked', async () => {
    const under = await base();
    const cow = overlay(under);
    const { ino } = await under.stat(['f']);
    await put(cow, ['f'], 'other');
    await cow.rename(['f'], ['g2']);
    expect((await cow.stat(['g2'])).ino).toBe(ino);
    expect((await cow.stat(['a', 'f2'])).ino).toBe(ino);
    expect(await cat(cow, ['a', 'f2'])).toBe('other');
  });

  it('deleted and made again, a directory is empty; below a deleted one nothing is made', async () => {
    const cow = overlay(await base());
    await cow.remove(['a', 'deep', 'y'], 'file');
    await cow.remove(['a', 'deep', 'z'], 'file');
    await cow.remove(['a', 'deep'], 'dir');
    expect(await codeOf(() => cow.create(['a', 'deep', 'n'], 'file'))).toBe('ENOENT');
    await cow.create(['a', 'deep'], 'dir');
    expect(await names(cow, ['a', 'deep'])).toEqual([]);
  });

  it('is bounded: past its quota a write is ENOSPC, and what was written stays', async () => {
    const cow = new CowFs(await base(), { quota: 100_000 });
    await put(cow, ['new'], 'x'.repeat(90_000));
    expect(await codeOf(() => put(cow, ['more'], 'y'.repeat(20_000)))).toBe('ENOSPC');
    expect(
      await codeOf(async () =>
        (await cow.open(['g'], { write: true })).write?.(0, new Uint8Array(1), never),
      ),
    ).toBe('ENOSPC');
    expect((await cat(cow, ['new'])).length).toBe(90_000);
  });

  it('stays bounded when what is written has no name any more, and in its names', async () => {
    const cow = new CowFs(new MemFs(), { quota: 1_000, entries: 10 });
    await cow.create(['t'], 'file');
    const handle = await cow.open(['t'], { write: true });
    await cow.remove(['t'], 'file');
    const append = () => handle.write?.('end', new Uint8Array(900), never);
    expect(await codeOf(append)).toBe('ok');
    expect(await codeOf(append)).toBe('ENOSPC');
    await handle.close?.();
    await put(cow, ['u'], 'u'.repeat(900));
    let made = 0;
    while ((await codeOf(() => cow.create([`n${made}`], 'dir'))) === 'ok') made++;
    expect(made).toBeLessThan(12);
  });

  it('works over a base that has no numbers, links or times', async () => {
    const cow = overlay(new MapFs({ '/d/f': 'read-only below' }));
    await put(cow, ['d', 'f'], 'written');
    await cow.rename(['d'], ['e']);
    expect(await cat(cow, ['e', 'f'])).toBe('written');
    expect(await codeOf(() => reviewOf(cow).commit())).toBe('EROFS');
    await reviewOf(cow).revert();
    expect(await cat(cow, ['d', 'f'])).toBe('read-only below');
  });
});

describe('a program that tries to be kept unseen', () => {
  it('cannot stand where something waits while it moves', async () => {
    const under = new MemFs();
    await put(under, ['a'], 'good');
    const cow = overlay(under);
    await put(cow, ['.oanix-moving-0'], 'evil');
    await cow.rename(['a'], ['profile']);
    await reviewOf(cow).commit();
    expect(await names(under)).toEqual(['.oanix-moving-0', 'profile']);
    expect(await cat(under, ['profile'])).toBe('good');
  });

  it('changes nothing after it was shown: while it runs nothing is decided', async () => {
    const cow = overlay(await base());
    let runs = true;
    const review = new Review([{ at: [], cow }], {
      diff: async () => '',
      announce: () => undefined,
      changed: () => undefined,
      inUse: () => runs,
    });
    await put(cow, ['f'], 'changed');
    expect(await codeOf(() => review.commit())).toBe('EBUSY');
    expect(await codeOf(() => review.revert())).toBe('EBUSY');
    runs = false;
    expect(await codeOf(() => review.commit())).toBe('ok');
  });
});

describe('the changes of an overlay', () => {
  const changed = async (cow: CowFs): Promise<string[]> =>
    (await reviewOf(cow).changes()).map(({ op, path: at, from }) =>
      [op, at, ...(from ? [from] : [])].join(' '),
    );

  it('are named as what they are', async () => {
    const cow = overlay(await base());
    await put(cow, ['a', 'x'], 'changed');
    await cow.remove(['g'], 'file');
    await cow.create(['n'], 'dir');
    await put(cow, ['n', 'f'], 'new');
    await cow.rename(['a', 'deep'], ['moved']);
    await put(cow, ['moved', 'y'], 'changed too');
    await cow.rename(['b', 'x'], ['f']);
    await cow.symlink('nowhere', ['link']);
    expect(await changed(cow)).toEqual([
      'modified /a/x',
      'renamed /f /b/x',
      'deleted /g',
      'added /link',
      'renamed /moved /a/deep',
      'modified /moved/y',
      'added /n',
      'added /n/f',
    ]);
  });

  it('go back to a snapshot by name', async () => {
    const cow = overlay(await base());
    const review = reviewOf(cow);
    await put(cow, ['f'], 'one');
    await review.snapshot('s');
    await put(cow, ['f'], 'two');
    await cow.remove(['g'], 'file');
    const handle = await cow.open(['f'], { read: true });
    await review.rollback('s');
    expect(await changed(cow)).toEqual(['modified /f']);
    expect(await cat(cow, ['f'])).toBe('one');
    await handle.close?.();
    await put(cow, ['f'], 'three');
    await review.rollback('s');
    expect(await cat(cow, ['f'])).toBe('one');
    expect(await codeOf(() => review.rollback('none'))).toBe('ENOENT');
  });

  it('that the base cannot take leave it as it was, in every respect', async () => {
    const under = new MemFs({ quota: { bytes: 50 } });
    await put(under, ['f'], 'x'.repeat(20));
    await under.create(['d'], 'dir');
    await put(under, ['d', 'g'], 'g');
    const cow = overlay(under);
    await cow.rename(['d', 'g'], ['moved']);
    await cow.remove(['d'], 'dir');
    await cow.link(['f'], ['hard']);
    await put(cow, ['f'], 'changed');
    await put(cow, ['z'], 'z'.repeat(60));
    const before = await picture(under);
    expect(await codeOf(() => reviewOf(cow).commit())).toBe('ENOSPC');
    expect(await picture(under)).toEqual(before);
    expect(under.usage.bytes).toBe(21);
    await cow.remove(['z'], 'file');
    await reviewOf(cow).commit();
    expect(await names(under)).toEqual(['f', 'hard', 'moved']);
    expect(under.usage).toEqual({ bytes: 8, entries: 3 });
  });
});

describe('modes in an overlay', () => {
  it('are those of the base until they are set, and reach the base when changes are kept', async () => {
    const below = await memWith({ '/run': 'old', '/other': 'x' });
    await below.setMode(['run'], 0o755);
    const cow = overlay(below) as CowFs & Full;
    const handle = await cow.open(['run'], { write: true, truncate: true }, never);
    await handle.write?.(0, new TextEncoder().encode('new'), never);
    await handle.close?.();
    await cow.create(['made'], 'file');
    await cow.setMode(['made'], 0o700);
    await cow.setMode(['other'], 0o600);
    const modes = async (fs: FileService): Promise<unknown[]> =>
      Promise.all(
        ['run', 'made', 'other'].map(async (name) => (await fs.stat([name], never)).mode),
      );
    expect(await modes(cow)).toEqual([0o755, 0o700, 0o600]);
    expect(await modes(fromShelfOver(cow, below))).toEqual([0o755, 0o700, 0o600]);
    expect((await below.stat(['other'])).mode).toBeUndefined();
    await reviewOf(cow).commit();
    expect(await modes(below)).toEqual([0o755, 0o700, 0o600]);
    expect(await cat(below, ['run'])).toBe('new');
  });
});
