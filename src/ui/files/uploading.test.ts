/** Uploads over a kernel: names, times, questions, what fails, and undoing all of it. */
import { describe, expect, test } from 'vitest';
import {
  answering,
  coming,
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
import type { Answer } from './conflicts.ts';
import type { IncomingTree } from './incoming.ts';
import type { Batch } from './steps.ts';
import { uploadTree } from './uploading.ts';

giveEachItsPage();

describe('an upload', () => {
  const upload = (
    incoming: IncomingTree,
    answers: Readonly<Record<string, Answer['choice']>> = {},
    batch = newBatch(),
  ) => uploadTree(incoming, '/home', answering(answers).conflicts, batch).then(() => batch);

  test('of two files of one name keeps both', async () => {
    const { tally, steps } = await upload(coming({ '1:notes.txt': 'A', '2:notes.txt': 'B' }));
    expect(await tree('/home')).toEqual({ '/home/notes.txt': 'A', '/home/notes (2).txt': 'B' });
    expect(tally).toMatchObject({ done: 2, outcomes: [{ what: 'notes.txt', how: 'noted' }] });
    await undoAll(steps);
    expect(await tree('/home')).toEqual({});
  });

  test('of a folder and a file of one name keeps both', async () => {
    await upload(coming({ 'x/in.txt': 'in', x: 'file' }, ['x']));
    expect(await tree('/home')).toEqual({ '/home/x/in.txt': 'in', '/home/x (2)': 'file' });
  });

  test('asks about what is there, and puts what is replaced into the trash', async () => {
    await write({ '/home/a': 'old a', '/home/b': 'old b', '/home/c': 'old c' });
    const answers = { '/home/a': 'replace', '/home/b': 'both', '/home/c': 'skip' } as const;
    const { tally, steps } = await upload(coming({ a: 'new', b: 'new', c: 'new' }), answers);
    const now = { '/home/a': 'new', '/home/b': 'old b', '/home/b (2)': 'new', '/home/c': 'old c' };
    expect(await tree('/home')).toEqual(now);
    expect(tally).toMatchObject({ done: 2, outcomes: [{ what: 'c', how: 'skipped' }] });
    await undoAll(steps);
    expect(await tree('/home')).toEqual({
      '/home/a': 'old a',
      '/home/b': 'old b',
      '/home/c': 'old c',
    });
  });

  test('asks about a name that is taken while the file is on its way', async () => {
    const { path, file } = coming({ 'big.bin': 'x' }).files[0] as { path: string; file: File };
    const slow = Object.assign(new File(['y'.repeat(3_000_000)], path), { of: file });
    const slice = slow.slice.bind(slow);
    slow.slice = (from, to) => {
      if (from) void page.fs.writeFile('/home/big.bin', 'theirs');
      return slice(from, to);
    };
    const { conflicts, asked } = answering({ '/home/big.bin': 'both' });
    await uploadTree({ dirs: [], files: [{ path, file: slow }] }, '/home', conflicts, newBatch());
    expect(asked).toHaveLength(1);
    expect(await page.fs.readFile('/home/big.bin', 'utf8')).toBe('theirs');
    expect((await page.fs.stat('/home/big (2).bin')).size).toBe(3_000_000);
    expect(await page.fs.readdir('/home')).toHaveLength(2);
  });

  test('puts a folder into the folder of its name, and does not put a folder in the place of a file', async () => {
    await write({ '/home/there/old.txt': 'old', '/home/file': 'file' });
    const incoming = coming({ 'there/new.txt': 'new', 'file/in.txt': 'in' }, ['there', 'file']);
    await upload(incoming, { '/home/file': 'both' });
    expect(await tree('/home')).toEqual({
      '/home/there/old.txt': 'old',
      '/home/there/new.txt': 'new',
      '/home/file': 'file',
      '/home/file (2)/in.txt': 'in',
    });
  });

  test('goes on after a file that fails, and names it', async () => {
    const bad = 'x'.repeat(256);
    const { tally } = await upload(coming({ a: 'a', [bad]: 'bad', c: 'c' }));
    expect(await tree('/home')).toEqual({ '/home/a': 'a', '/home/c': 'c' });
    expect(tally.done).toBe(2);
    expect(tally.failures).toMatchObject([
      { what: bad, why: expect.stringContaining('255 bytes') },
    ]);
  });

  test('keeps the time of a file, or says once that the place keeps none', async () => {
    await upload(coming({ 'a.txt': 'a' }));
    expect((await page.fs.stat('/home/a.txt')).mtime).toBe(MTIME);
    await page.mount('/plain', without('setTimes'));
    const batch = newBatch();
    await uploadTree(coming({ a: 'a', b: 'b' }), '/plain', answering().conflicts, batch);
    expect(batch.tally.done).toBe(2);
    expect(batch.tally.outcomes).toMatchObject([
      { what: '/plain/a', how: 'noted', why: expect.stringContaining('keeps no times') },
    ]);
  });

  test('takes names of 255 bytes, also of files that come in parts', async () => {
    const name = `${'é'.repeat(125)}.bin`;
    const big = 'z'.repeat(2_500_000);
    await upload(coming({ [`1:${LONG}`]: 'one', [`2:${LONG}`]: 'two', [name]: big }));
    const names = (await page.fs.readdir('/home')).map((entry) => entry.name).sort();
    expect(names).toEqual([name, `${'ä'.repeat(123)} (2).txt`, LONG].sort());
  });

  test('of 1,000 levels makes each folder once', async () => {
    const dirs = Array.from({ length: 1000 }, (_, at) => 'd/'.repeat(at + 1).slice(0, -1));
    const leaf = `${dirs.at(-1)}/leaf.txt`;
    const { tally, steps } = await upload(coming({ [leaf]: 'deep' }, dirs));
    expect(tally.outcomes).toEqual([]);
    expect(await page.fs.readFile(`/home/${leaf}`, 'utf8')).toBe('deep');
    expect(steps).toHaveLength(1);
    await undoAll(steps);
    expect(await tree('/home')).toEqual({});
  });

  test('that does not fit says what is here and what is not, and leaves no half of a file', async () => {
    await page.mount('/small', await withRoom(2_000_000));
    const batch = newBatch();
    const files = coming({
      a: 'a',
      'big.bin': 'b'.repeat(3_000_000),
      c: 'c',
      d: 'd'.repeat(1_000_000),
    });
    await uploadTree(files, '/small', answering().conflicts, batch);
    const names = (await page.fs.readdir('/small')).map((entry) => entry.name).sort();
    expect(names).toEqual(['a', 'c', 'd']);
    expect(batch.tally.failures.map(({ what }) => what)).toEqual(['big.bin']);
  });

  test('that does not fit in the place of a file puts that file back', async () => {
    await page.mount('/small', await withRoom(2_000_000));
    await page.fs.writeFile('/small/f', 'x'.repeat(500_000));
    const batch = newBatch();
    const { conflicts } = answering({ '/small/f': 'replace' });
    await uploadTree(coming({ f: 'y'.repeat(3_000_000) }), '/small', conflicts, batch);
    expect((await page.fs.stat('/small/f')).size).toBe(500_000);
    expect(batch.tally.failures).toHaveLength(1);
    expect(await page.fs.readdir('/small')).toHaveLength(1);
  });

  test('that is stopped leaves whole files, and no part of another', async () => {
    const stop = new AbortController();
    const batch: Batch = {
      ...newBatch(stop.signal),
      progress: (part) => part > 0.5 && stop.abort(),
    };
    const files = coming({ a: 'a', 'big.bin': 'b'.repeat(6_000_000) });
    await expect(upload(files, {}, batch)).rejects.toThrow();
    expect(await tree('/home')).toEqual({ '/home/a': 'a' });
    await undoAll(batch.steps);
    expect(await tree('/home')).toEqual({});
  });
});
