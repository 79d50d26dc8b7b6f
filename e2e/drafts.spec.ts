/** Unsaved text: it is listed, asked about, and back after whatever ends the page. */
import { expect, goTo, type Page, press, start, test } from './oanix.ts';
import { Profile } from './profile.ts';
import { editor, text, typeFirst, write } from './typing.ts';

/** Begins unsaved text in a file of its own, and waits until the browser has it. */
async function leaveUnsaved(page: Page, path: string): Promise<void> {
  await write(page, path, 'saved\n');
  await goTo(page, path);
  await typeFirst(page, 'mine ');
  await expect(page.getByTitle('Their text comes back after a reload')).toBeVisible();
}

/** The same in a browser that is to be killed, without the tour. */
async function openUnsaved(profile: Profile, baseURL: string): Promise<Page> {
  const page = await profile.open(baseURL);
  await page.evaluate(() => localStorage.setItem('oanix.toured', '1'));
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await leaveUnsaved(page, '/home/a.txt');
  return page;
}

/** The files of which the browser keeps unsaved text. */
const keptPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const all = await indexedDB.databases();
    // Opened too early it would be there without its table.
    if (!all.some(({ name }) => name === 'oanix-drafts')) return [];
    return new Promise<string[]>((tell) => {
      const opening = indexedDB.open('oanix-drafts');
      opening.onsuccess = () => {
        const db = opening.result;
        const asked = db.transaction('drafts').objectStore('drafts').getAllKeys();
        asked.onsuccess = () => {
          db.close();
          tell(asked.result.map(String));
        };
      };
    });
  });

test('closing a tab with unsaved text asks, and keeps, saves or discards it @person', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  const dialog = page.getByRole('dialog', { name: 'Save the text before closing?' });
  await page.keyboard.press('Alt+w');
  await expect(dialog).toContainText('/home/a.txt');
  await press(page, 'Cancel');
  await expect(editor(page)).toContainText('mine saved');
  await page.keyboard.press('Alt+w');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  expect(await text(page, '/home/a.txt')).toBe('mine saved\n');
  await leaveUnsaved(page, '/home/b.txt');
  await page.keyboard.press('Alt+w');
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  expect(await text(page, '/home/b.txt')).toBe('saved\n');
});

test('the head of the page lists the files that are unsaved and opens them @person', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  await goTo(page, '/home');
  await press(page, '1 unsaved');
  await page.getByRole('menuitemradio', { name: '/home/a.txt' }).click();
  await expect(editor(page)).toContainText('mine saved');
});

test('unsaved text is back after a reload, without a question, until it is saved @person', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked++;
    void dialog.accept();
  });
  await page.reload();
  await expect(page.getByText('The unsaved text of a.txt is back.')).toBeVisible();
  await expect(editor(page)).toContainText('mine saved');
  expect(asked).toBe(0);
  expect(await text(page, '/home/a.txt')).toBe('saved\n');
  await page.keyboard.press('Control+s');
  await expect.poll(() => text(page, '/home/a.txt')).toBe('mine saved\n');
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  await page.reload();
  await expect(editor(page)).toContainText('mine saved');
  await page.evaluate(() => window.oanix.ready);
  await expect.poll(() => keptPaths(page)).toEqual([]);
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
});

test('what a page kept of a text that is saved by now does not come back as unsaved', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  // As if it were left right after a save: the file has the text, and what was kept is still there.
  await write(page, '/home/a.txt', 'mine saved\n');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect.poll(() => keptPaths(page)).toEqual([]);
  await expect(editor(page)).toContainText('mine saved');
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  await expect(page.getByText('The unsaved text of')).toHaveCount(0);
  await typeFirst(page, 'more ');
  await page.keyboard.press('Control+s');
  await expect.poll(() => text(page, '/home/a.txt')).toBe('more mine saved\n');
});

test('unsaved text of a file that has changed meanwhile is back beside the file', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/tmp/a.txt');
  // What is in memory is gone after a reload.
  await page.reload();
  await expect(editor(page)).toContainText('mine saved');
  await expect(page.getByText('changed by something else while you were editing')).toBeVisible();
});

test('an embedded page keeps no unsaved text', async ({ page }) => {
  await start(page, './?embed');
  await write(page, '/home/a.txt', 'saved\n');
  await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/home/a.txt' }));
  await typeFirst(page, 'mine ');
  await expect(editor(page)).toContainText('mine saved');
  const names = await page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name),
  );
  expect(names).not.toContain('oanix-drafts');
});

test('unsaved text is back after the browser was killed @chromium', async () => {
  const baseURL = test.info().project.use.baseURL as string;
  const profile = new Profile();
  try {
    let page = await openUnsaved(profile, baseURL);
    await page.evaluate(() => window.oanix.fs.sync());
    await profile.kill();
    page = await profile.open(baseURL);
    await expect(page.getByText('The unsaved text of a.txt is back.')).toBeVisible();
    await press(page, 'Show');
    await expect(editor(page)).toContainText('mine saved');
    expect(await text(page, '/home/a.txt')).toBe('saved\n');
    await profile.close();
  } finally {
    profile.remove();
  }
});

test('an older unsaved text does not come back over a save that the browser was killed after @chromium', async () => {
  const baseURL = test.info().project.use.baseURL as string;
  const profile = new Profile();
  try {
    let page = await openUnsaved(profile, baseURL);
    await page.keyboard.press('Control+Home');
    // Typed and saved at once, before anything else writes down what was typed.
    await page.evaluate(async () => {
      document.execCommand('insertText', false, 'more ');
      await new Promise(requestAnimationFrame);
      await window.oanix.commands.run('file.save', { path: '/home/a.txt' });
      await window.oanix.fs.sync();
    });
    await profile.kill();
    page = await profile.open(baseURL);
    await expect(editor(page)).toContainText('more mine saved');
    await expect.poll(() => keptPaths(page)).toEqual([]);
    await expect(page.getByText('1 unsaved')).toHaveCount(0);
    await expect(page.getByText('changed by something else')).toHaveCount(0);
  } finally {
    await profile.close();
    profile.remove();
  }
});

test('a tab that looks on takes nothing of the unsaved text of the tab that writes', async ({
  page,
  context,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  const second = await context.newPage();
  await start(second);
  await expect(second.getByLabel('Storage')).toContainText('Read-only');
  await goTo(second, '/home/a.txt');
  await expect(editor(second)).toContainText('saved');
  await expect(second.getByText('1 unsaved')).toHaveCount(0);
  await second.reload();
  await start(second);
  await second.close();
  await page.reload();
  await expect(editor(page)).toContainText('mine saved');
  await expect(page.getByText('1 unsaved')).toBeVisible();
});

/** Ends what is kept of unsaved text as another page may: a newer version of it, or one that deletes it. */
const change = (page: Page, how: 'newer' | 'deleted'): Promise<void> =>
  page.evaluate(
    (what) =>
      new Promise<void>((done) => {
        const asked =
          what === 'deleted'
            ? indexedDB.deleteDatabase('oanix-drafts')
            : indexedDB.open('oanix-drafts', 2);
        asked.onsuccess = () => {
          if (what === 'newer') (asked.result as IDBDatabase).close();
          done();
        };
      }),
    how,
  );

test('where a newer version of the page keeps the unsaved text it is said, and leaving asks @person', async ({
  page,
}) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  await change(page, 'newer');
  await typeFirst(page, 'more ');
  await expect(page.getByRole('alert')).toContainText(
    'Unsaved text cannot be kept for a reload: save the files.',
  );
  await expect(page.getByRole('alert')).toContainText('a newer version of this page was here');
  await expect(page.getByTitle('Their text would be lost with the page')).toBeVisible();
  await press(page, '1 unsaved');
  await expect(page.getByRole('menuitemradio', { name: '/home/a.txt' })).toBeVisible();
  await page.keyboard.press('Escape');
  await editor(page).click();
  await page.keyboard.press('Control+s');
  await expect.poll(() => text(page, '/home/a.txt')).toBe('more mine saved\n');
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  await typeFirst(page, 'even ');
  await expect(page.getByTitle('Their text would be lost with the page')).toBeVisible();
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked++;
    void dialog.accept();
  });
  await page.reload();
  await expect(editor(page)).toContainText('more mine saved');
  expect(asked).toBe(1);
});

test('unsaved text that is deleted from outside is kept once more', async ({ page }) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  await change(page, 'deleted');
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const names = (await indexedDB.databases()).map(({ name }) => name);
        return names.includes('oanix-drafts');
      }),
    )
    .toBe(true);
  await expect(page.getByTitle('Their text comes back after a reload')).toBeVisible();
  await page.reload();
  await expect(editor(page)).toContainText('mine saved');
});

test('what erases everything names the unsaved text, and that is gone then', async ({ page }) => {
  await start(page);
  await leaveUnsaved(page, '/home/a.txt');
  await page.evaluate(() => window.oanix.commands.run('storage.open'));
  await press(page, 'Erase everything…');
  await expect(page.getByRole('dialog')).toContainText('So is the unsaved text of /home/a.txt.');
  await page.evaluate(() => Object.assign(window, { isOld: true }));
  await press(page, 'Erase everything');
  await expect
    .poll(() => page.evaluate(() => 'isOld' in window).catch(() => true), { timeout: 30_000 })
    .toBe(false);
  await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  await page.evaluate(() => window.oanix.ready);
  expect(await keptPaths(page)).toEqual([]);
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
});
