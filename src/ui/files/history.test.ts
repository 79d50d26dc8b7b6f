/** The history of file operations, undone and done again, also after some of their files were deleted for good. */
import { beforeEach, describe, expect, test } from 'vitest';
import { never } from '../../kernel/service.ts';
import { type PageFiles, pageFiles } from '../../testing/pagefiles.ts';
import { giveClient } from '../session.ts';
import { get, set } from '../store.ts';
import { forgetGone, remember, undo } from './history.ts';
import { made, movedStep, moveTo, type Step, trash } from './steps.ts';
import { deleteFromTrash, inTrash } from './trash.ts';

let page: PageFiles;
beforeEach(async () => {
  page = await pageFiles();
  giveClient(page.client);
  set({ past: [], future: [], toasts: [] });
});

const names = (operations = get().past): string[] => operations.map(({ name }) => name);

/** Does something that can be undone by its own name. */
const done = async (name: string, ...steps: (Step | Promise<Step>)[]): Promise<void> => {
  remember(name, await Promise.all(steps));
};

const create = async (path: string): Promise<Step> => {
  await page.fs.writeFile(path, path);
  return made(path);
};
const move = async (from: string, to: string): Promise<Step> =>
  (await moveTo(from, to, never)).step;

/** Deletes from the trash what was at a path, for good. */
async function emptyOf(name: string): Promise<void> {
  const slot = (await inTrash()).find((each) => each.endsWith(`/${name}`)) as string;
  await deleteFromTrash(slot);
  forgetGone([slot]);
}

describe('the history after something is deleted for good', () => {
  test('loses what was done to that, and keeps everything else', async () => {
    await done('new a', create('/home/a'));
    await done('new b', create('/home/b'));
    await done('rename a', move('/home/a', '/home/c'));
    await done('delete c', trash('/home/c', never));
    await done('delete b', trash('/home/b', never));
    await emptyOf('c');
    expect(names()).toEqual(['new b', 'delete b']);
    await undo();
    expect(await page.fs.readFile('/home/b', 'utf8')).toBe('/home/b');
    expect(names()).toEqual(['new b']);
  });

  test('keeps the steps of an operation whose things are not gone', async () => {
    await create('/home/a');
    await create('/home/b');
    await done('delete both', trash('/home/a', never), trash('/home/b', never));
    await emptyOf('a');
    expect(get().past.map(({ steps }) => steps.map(({ path }) => path))).toEqual([['/home/b']]);
    await undo();
    expect(await page.fs.readFile('/home/b', 'utf8')).toBe('/home/b');
  });

  test('keeps what was done to another thing of the same name, before and since', async () => {
    await done('new a', create('/home/a'));
    await done('rename a', move('/home/a', '/home/first'));
    await done('new a again', create('/home/a'));
    await done('delete a', trash('/home/a', never));
    await done('a third a', create('/home/a'));
    await emptyOf('a');
    expect(names()).toEqual(['new a', 'rename a', 'a third a']);
    for (const gone of ['/home/a', '/home/first']) {
      await undo();
      await expect(page.fs.stat(gone)).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  test('loses what was done within a folder that is gone, and not what was moved out of it', async () => {
    await page.fs.mkdir('/home/d');
    await done('new d/x', create('/home/d/x'));
    await done('new d/y', create('/home/d/y'));
    await done('move y out', move('/home/d/y', '/home/y'));
    await done('rename d', move('/home/d', '/home/e'));
    await page.fs.remove('/home/e', { recursive: true });
    forgetGone(['/home/e']);
    expect(names()).toEqual(['new d/y', 'move y out']);
  });

  test('loses a part of a folder that was moved, by the place where that was before', async () => {
    await page.fs.mkdir('/home/d');
    await done('new d/x', create('/home/d/x'));
    await done('rename d', move('/home/d', '/home/e'));
    await page.fs.remove('/home/e/x');
    forgetGone(['/home/e/x']);
    expect(names()).toEqual(['rename d']);
  });

  test('is found at once, also after a folder was moved there and back many times', async () => {
    const steps = Array.from({ length: 99 }, (_, at) =>
      at % 2 === 0 ? movedStep('/home/d', '/home/e') : movedStep('/home/e', '/home/d'),
    );
    for (const [at, step] of steps.entries()) remember(`move ${at}`, [step]);
    forgetGone(['/home/e/x', '/home/e/y']);
    expect(names()).toHaveLength(99);
    forgetGone(['/home/e']);
    expect(names()).toEqual([]);
  });

  test('loses what could be done again', async () => {
    await done('new a', create('/home/a'));
    await done('rename a', move('/home/a', '/home/b'));
    await done('new c', create('/home/c'));
    for (let count = 0; count < 3; count++) await undo();
    expect(names(get().future)).toEqual(['new c', 'rename a', 'new a']);
    await emptyOf('a');
    expect(names(get().future)).toEqual(['new c']);
  });
});
