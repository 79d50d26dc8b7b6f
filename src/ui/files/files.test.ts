/** What a person does with files, over a kernel: moves, copies, the trash, and undoing all of them. */
import { describe, expect, test } from 'vitest';
import { MemFs } from '../../fs/mem/memfs.ts';
import { never } from '../../kernel/service.ts';
import { openArchive, tarOf } from '../../testing/archives.ts';
import {
  answering,
  giveEachItsPage,
  LONG,
  MTIME,
  newBatch,
  page,
  tree,
  undoAll,
  without,
  write,
} from '../../testing/filework.ts';
import { withRoom } from '../../testing/pagefiles.ts';
import { Conflicts } from './conflicts.ts';
import { made, replacing, trash } from './steps.ts';
import { transfer } from './transfer.ts';
import { noteOf } from './trash.ts';

giveEachItsPage();

describe('a copy', () => {
  const copy = async (paths: string[], into: string, answers = {}, batch = newBatch()) => {
    await transfer('copy', paths, into, answering(answers).conflicts, batch);
    return batch;
  };

  test('brings what it can, and names each entry that it cannot', async () => {
    await write({ '/home/d/a': 'a', '/home/d/sub/b': 'b' });
    await page.fs.symlink('a', '/home/d/link');
    await page.mount('/plain', without('symlink'));
    const { tally } = await copy(['/home/d', '/home/nothing'], '/plain');
    expect(await tree('/plain')).toEqual({ '/plain/d/a': 'a', '/plain/d/sub/b': 'b' });
    expect(tally.failures.map(({ what }) => what)).toEqual(['/home/d/link', '/home/nothing']);
  });

  test('beside itself is numbered without a question', async () => {
    await write({ '/home/a.txt': 'a' });
    await copy(['/home/a.txt'], '/home');
    expect(await tree('/home')).toEqual({ '/home/a.txt': 'a', '/home/a (2).txt': 'a' });
  });

  test('into itself is refused, and the others are copied', async () => {
    await write({ '/home/d/sub/f': 'f', '/home/e': 'e' });
    const { tally } = await copy(['/home/d', '/home/e'], '/home/d/sub');
    expect(tally.failures).toMatchObject([
      { what: '/home/d', why: expect.stringContaining('into itself') },
    ]);
    expect(await tree('/home/d')).toEqual({ '/home/d/sub/f': 'f', '/home/d/sub/e': 'e' });
  });

  // More entries than any engine takes as the arguments of one call: that many take some seconds.
  test('of a folder that holds another with 150,000 entries is whole', async () => {
    const many = new MemFs();
    await many.create(['outer'], 'dir');
    await many.create(['outer', 'inner'], 'dir');
    for (let at = 0; at < 150_000; at++) await many.symlink('x', ['outer', 'inner', `f${at}`]);
    await page.mount('/many', many);
    const { tally } = await copy(['/many/outer'], '/tmp');
    expect(tally.outcomes).toEqual([]);
    expect(await page.fs.readdir('/tmp/outer/inner')).toHaveLength(150_000);
  }, 120_000);
});

describe('a move', () => {
  const move = async (paths: string[], into: string, answers = {}, batch = newBatch()) => {
    await transfer('move', paths, into, answering(answers).conflicts, batch);
    return batch;
  };

  test('of a folder to where one of its name is may merge them, entry by entry', async () => {
    await write({
      '/home/a/new.txt': 'new',
      '/home/a/both.txt': 'mine',
      '/home/a/sub/deep.txt': 'deep',
      '/home/a/skip.txt': 'mine',
      '/home/to/a/keep.txt': 'keep',
      '/home/to/a/both.txt': 'theirs',
      '/home/to/a/sub/other.txt': 'other',
      '/home/to/a/skip.txt': 'theirs',
    });
    const before = await tree('/home');
    const { steps, tally } = await move(['/home/a'], '/home/to', {
      '/home/to/a': 'merge',
      '/home/to/a/both.txt': 'replace',
      '/home/to/a/skip.txt': 'skip',
    });
    expect(await tree('/home')).toEqual({
      '/home/a/skip.txt': 'mine',
      '/home/to/a/keep.txt': 'keep',
      '/home/to/a/new.txt': 'new',
      '/home/to/a/both.txt': 'mine',
      '/home/to/a/sub/deep.txt': 'deep',
      '/home/to/a/sub/other.txt': 'other',
      '/home/to/a/skip.txt': 'theirs',
    });
    expect(tally.outcomes).toMatchObject([{ what: '/home/a/skip.txt', how: 'skipped' }]);
    await undoAll(steps);
    expect(await tree('/home')).toEqual(before);
  });

  test('that merges all leaves no empty folder, and undo makes it again', async () => {
    await write({ '/home/a/x': 'x', '/home/to/a/y': 'y' });
    const { steps } = await move(['/home/a'], '/home/to', { '/home/to/a': 'merge' });
    expect(await tree('/home')).toEqual({ '/home/to/a/x': 'x', '/home/to/a/y': 'y' });
    await undoAll(steps);
    expect(await tree('/home')).toEqual({ '/home/a/x': 'x', '/home/to/a/y': 'y' });
  });

  test('may be answered once for all folders, and once for all files', async () => {
    await write({ '/home/a/f': '1', '/home/b/f': '2', '/tmp/a/f': '3', '/tmp/b/f': '4' });
    const asked: string[] = [];
    const conflicts = new Conflicts(async ({ path, mayMerge }) => {
      asked.push(path);
      return { choice: mayMerge ? 'merge' : 'both', forAll: true };
    });
    await transfer('move', ['/home/a', '/home/b'], '/tmp', conflicts, newBatch());
    expect(asked).toEqual(['/tmp/a', '/tmp/a/f']);
    expect(await tree('/tmp')).toEqual({
      '/tmp/a/f': '3',
      '/tmp/a/f (2)': '1',
      '/tmp/b/f': '4',
      '/tmp/b/f (2)': '2',
    });
  });

  test('across mounts keeps hard links, and the times of links and of files before 1970', async () => {
    const old = -315_619_200_000_000_000n;
    await write({ '/home/d/a': 'one', '/home/d/z': 'z' });
    await page.fs.link('/home/d/a', '/home/d/b');
    await page.fs.symlink('a', '/home/d/l');
    await page.fs.setTimes('/home/d/l', { mtime: 12_000_000_000n }, { follow: false });
    await page.fs.setTimes('/home/d/z', { mtime: old });
    const batch = newBatch();
    await transfer('move', ['/home/d'], '/tmp', answering().conflicts, batch);
    const [a, b] = [await page.fs.lstat('/tmp/d/a'), await page.fs.lstat('/tmp/d/b')];
    expect([a.ino, a.nlink]).toEqual([b.ino, 2]);
    expect((await page.fs.lstat('/tmp/d/l')).mtime).toBe(12_000_000_000n);
    expect((await page.fs.lstat('/tmp/d/z')).mtime).toBe(old);
    expect(batch.tally.outcomes).toEqual([]);
  });

  test('out of an archive keeps hard links, and the times of symbolic links', async () => {
    const archive = await openArchive(
      tarOf(
        { name: 'd/b', type: '1', link: 'd/a' },
        { name: 'd/a', data: 'one' },
        { name: 'd/l', type: '2', link: 'a', mtime: 12 },
      ),
    );
    await page.mount('/archive', archive);
    const batch = newBatch();
    await transfer('copy', ['/archive/d'], '/home', answering().conflicts, batch);
    const [a, b] = [await page.fs.lstat('/home/d/a'), await page.fs.lstat('/home/d/b')];
    expect([a.ino, a.nlink]).toEqual([b.ino, 2]);
    expect((await page.fs.lstat('/home/d/l')).mtime).toBe(12_000_000_000n);
    expect(batch.tally.outcomes).toEqual([]);
  });

  test('out of an archive keeps the modes, or says that the place keeps none', async () => {
    const run = { name: 'd/run', data: 'x', fields: [[100, '0000755\0']] } as const;
    await page.mount('/archive', await openArchive(tarOf(run, { name: 'd/text', data: 'y' })));
    await page.mount('/plain', without('setMode'));
    const batch = newBatch();
    await transfer('copy', ['/archive/d'], '/home', answering().conflicts, batch);
    expect((await page.fs.lstat('/home/d/run')).mode).toBe(0o755);
    expect((await page.fs.lstat('/home/d/text')).mode).toBe(0o644);
    expect(batch.tally.outcomes).toEqual([]);
    await transfer('copy', ['/home/d'], '/plain', answering().conflicts, batch);
    expect(batch.tally.outcomes).toEqual([
      { what: '/plain/d/run', how: 'noted', why: expect.stringContaining('keeps no modes') },
    ]);
  });

  test('to a place without hard links copies each name and says so', async () => {
    await page.mount('/plain', without('link'));
    await write({ '/home/d/a': 'one' });
    await page.fs.link('/home/d/a', '/home/d/b');
    await page.fs.link('/home/d/a', '/home/d/c');
    const batch = newBatch();
    await transfer('copy', ['/home/d'], '/plain', answering().conflicts, batch);
    expect(await tree('/plain')).toEqual({
      '/plain/d/a': 'one',
      '/plain/d/b': 'one',
      '/plain/d/c': 'one',
    });
    expect(batch.tally.outcomes).toEqual([
      { what: '/plain/d/b', how: 'noted', why: expect.stringContaining('no hard links') },
    ]);
  });

  test('across mounts that cannot bring all stays where it is, and says why', async () => {
    await write({ '/home/d/a': 'a' });
    await page.fs.symlink('a', '/home/d/link');
    await page.mount('/plain', without('symlink'));
    const { tally } = await move(['/home/d'], '/plain');
    expect(tally.failures).toMatchObject([{ what: '/home/d', why: expect.stringMatching(/link/) }]);
    expect(await tree('/plain')).toEqual({});
    expect(await page.fs.readFile('/home/d/a', 'utf8')).toBe('a');
  });

  test('to a place that keeps no times says so, and undo brings the times back', async () => {
    await write({ '/home/d/a': 'a' });
    await page.fs.setTimes('/home/d/a', { mtime: MTIME });
    await page.fs.setTimes('/home/d', { mtime: MTIME });
    await page.mount('/plain', without('setTimes'));
    const { tally, steps } = await move(['/home/d'], '/plain');
    expect(tally.outcomes).toMatchObject([
      { how: 'noted', why: expect.stringMatching(/no times/) },
    ]);
    await undoAll(steps);
    expect((await page.fs.stat('/home/d/a')).mtime).toBe(MTIME);
    expect((await page.fs.stat('/home/d')).mtime).toBe(MTIME);
  });

  test('to where it is already says so and does nothing', async () => {
    await write({ '/home/a': 'a' });
    const { tally, steps } = await move(['/home/a'], '/home');
    expect(tally.outcomes).toMatchObject([{ what: '/home/a', how: 'skipped' }]);
    expect(steps).toEqual([]);
  });

  test('that cannot be placed after the old one went puts the old one back', async () => {
    await page.mount('/small', await withRoom(1000));
    await write({ '/home/f': 'x'.repeat(2000), '/small/f': 'old' });
    const { tally, steps } = await move(['/home/f'], '/small', { '/small/f': 'replace' });
    expect(tally.failures).toHaveLength(1);
    expect(steps).toEqual([]);
    expect(await page.fs.readFile('/small/f', 'utf8')).toBe('old');
    expect((await page.fs.stat('/home/f')).size).toBe(2000);
  });
});

test('a replacement that fails names its reason, and says where the old file is if that cannot be put back', async () => {
  await write({ '/home/a': 'old' });
  const batch = newBatch();
  const failing = replacing('/home/a', batch, async () => {
    // Something else takes the name in the meantime.
    await page.fs.writeFile('/home/a', 'another');
    throw new Error('The disk is full.');
  });
  await expect(failing).rejects.toThrow('The disk is full.');
  expect(batch.tally.failures).toMatchObject([
    { what: '/home/a', why: expect.stringContaining('The old content is in the trash') },
  ]);
  expect(await tree('/home')).toEqual({ '/home/a': 'another' });
  await page.fs.remove('/home/a');
  await undoAll(batch.steps);
  expect(await tree('/home')).toEqual({ '/home/a': 'old' });
});

describe('the trash', () => {
  test('takes names of up to 255 bytes, twice, and puts them back', async () => {
    for (const name of ['x'.repeat(246), 'x'.repeat(255), LONG]) {
      const path = `/home/${name}`;
      await page.fs.writeFile(path, 'one');
      const first = await trash(path, never);
      await page.fs.writeFile(path, 'two');
      const second = await trash(path, never);
      await second.undo(never);
      expect(await page.fs.readFile(path, 'utf8')).toBe('two');
      await second.redo(never);
      await first.undo(never);
      expect(await page.fs.readFile(path, 'utf8')).toBe('one');
    }
  });

  test('puts back what undo moved there, under names as long as names may be', async () => {
    await page.fs.writeFile(`/home/${LONG}`, 'made');
    const step = made(`/home/${LONG}`);
    await step.undo(never);
    await step.redo(never);
    expect(await page.fs.readFile(`/home/${LONG}`, 'utf8')).toBe('made');
  });

  test('notes where a thing was, whatever is in its name', async () => {
    for (const name of ['a b', '100%', '#1?&', 'new\nline', 'ünï', '%41']) {
      await page.fs.writeFile(`/home/${name}`, name);
      await trash(`/home/${name}`, never);
    }
    const slots = await page.fs.readdir('/home/.local/share/Trash/files');
    const noted = slots.map(({ name }) => noteOf(`/home/.local/share/Trash/files/${name}`));
    for (const [at, { path }] of (await Promise.all(noted)).entries())
      expect(path).toBe(`/home/${slots[at]?.name}`);
  });
});
