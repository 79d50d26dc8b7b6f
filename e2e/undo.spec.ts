/** Files that are moved, deleted and replaced: each can be undone, nothing is overwritten without a question. */
import { readFileSync } from 'node:fs';
import { content, drop, exists, expect, goTo, option, press, start, test, ways } from './oanix.ts';

for (const way of ways) {
  test(`what is deleted is put back, what is moved across mounts too (${way})`, async ({
    page,
  }) => {
    await start(page);
    await page.evaluate(async () => {
      const { fs } = window.oanix;
      await fs.mkdir('/home/letters');
      for (const name of ['a', 'b', 'c'])
        await fs.writeFile(`/home/letters/${name}.txt`, `is ${name}`);
    });
    await goTo(page, '/home/letters', way);
    await expect(option(page, 'c.txt')).toBeVisible();
    // Two of three are marked and deleted, without a question.
    if (way === 'pointer') {
      await option(page, 'a.txt').click();
      await option(page, 'b.txt').click({ modifiers: ['Control'] });
      await expect(page.getByText('2 of 3 marked')).toBeVisible();
      await press(page, 'Delete');
    } else {
      await page.getByRole('listbox').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.keyboard.press('Space');
      await expect(page.getByText('2 of 3 marked')).toBeVisible();
      await page.keyboard.press('Delete');
    }
    await expect(option(page, 'a.txt')).toHaveCount(0);
    await expect(option(page, 'b.txt')).toHaveCount(0);
    expect(await exists(page, '/home/.local/share/Trash/info/a.txt.trashinfo')).toBe(true);
    if (way === 'pointer') await press(page, 'Undo');
    else {
      await page.getByRole('listbox').focus();
      await page.keyboard.press('Control+z');
    }
    await expect(page.getByText('Undone: delete 2 items')).toBeVisible();
    await expect(option(page, 'a.txt')).toBeVisible();
    expect(await content(page, '/home/letters/b.txt')).toBe('is b');
    expect(await exists(page, '/home/.local/share/Trash/info/a.txt.trashinfo')).toBe(false);

    // Cut here, pasted into memory: another mount.
    await option(page, 'a.txt').click();
    await page.keyboard.press('Control+x');
    await goTo(page, '/tmp', way);
    await expect(page.getByText('This directory is empty.')).toBeVisible();
    await page.locator('.pane').click();
    await page.evaluate(() => window.oanix.fs.writeFile('/tmp/other', ''));
    await expect(option(page, 'other')).toBeVisible();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Control+v');
    await expect(option(page, 'a.txt')).toBeVisible();
    expect(await exists(page, '/home/letters/a.txt')).toBe(false);
    expect(await content(page, '/tmp/a.txt')).toBe('is a');
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Control+z');
    await expect(page.getByText('Undone: move a.txt to /tmp')).toBeVisible();
    expect(await content(page, '/home/letters/a.txt')).toBe('is a');
    await page.keyboard.press('Control+Shift+z');
    await expect(page.getByText('Done again: move a.txt to /tmp')).toBeVisible();
    expect(await content(page, '/tmp/a.txt')).toBe('is a');
  });
}

test('a name that is taken is asked about; what is replaced comes back with undo @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/tmp/notes.md', 'theirs');
    await fs.writeFile('/home/notes.md', 'mine');
  });
  const copying = page.evaluate(() =>
    window.oanix.commands.run('file.copyTo', { paths: ['/home/notes.md'], into: '/tmp' }),
  );
  await expect(page.getByRole('dialog')).toContainText('One file is already there: notes.md');
  await press(page, 'Replace');
  await copying;
  expect(await content(page, '/tmp/notes.md')).toBe('mine');
  await page.evaluate(() => window.oanix.commands.run('file.undo'));
  expect(await content(page, '/tmp/notes.md')).toBe('theirs');
  expect(await content(page, '/home/notes.md')).toBe('mine');
});

test('deleting what is open closes it, also with unsaved text; undo brings both back @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await page.locator('.cm-content').click();
  await page.keyboard.type('unsaved');
  await page.evaluate(() => window.oanix.commands.run('file.trash', { paths: ['/home/notes.md'] }));
  await expect(option(page, 'workspace')).toBeVisible();
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  await page.evaluate(() => window.oanix.commands.run('file.undo'));
  await expect(option(page, 'notes.md')).toBeVisible();
  expect(await content(page, '/home/notes.md')).toContain('# Notes');
  await expect(page.getByText('1 unsaved')).toBeVisible();
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('unsaved');
});

test('names are dragged into a directory @chromium', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await option(page, 'notes.md').dragTo(option(page, 'workspace'));
  await expect(option(page, 'notes.md')).toHaveCount(0);
  expect(await exists(page, '/home/workspace/notes.md')).toBe(true);
});

test('a folder comes down as a zip that has all of it @chromium @person', async ({ page }) => {
  await start(page);
  const download = page.waitForEvent('download');
  await page.evaluate(() =>
    window.oanix.commands.run('file.download', { paths: ['/home/workspace'] }),
  );
  const got = await download;
  expect(got.suggestedFilename()).toBe('workspace.zip');
  const bytes = readFileSync(await got.path());
  await drop(page, [{ name: 'back.zip', bytes }]);
  await expect(option(page, 'workspace')).toBeVisible();
  expect(await content(page, '/mnt/back.zip/workspace/data/numbers.txt')).toMatch(/^3\n1\n/);
});

test('a file that changed while its tab was behind is not overwritten without a question @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await page.locator('.cm-content').click();
  await page.keyboard.type('mine ');
  await goTo(page, '/tmp');
  await page.evaluate(() => window.oanix.fs.writeFile('/home/notes.md', 'theirs'));
  // Saved from behind too: it asks.
  await page.keyboard.press('Control+Shift+s');
  await expect(page.getByRole('dialog', { name: 'The file has changed' })).toBeVisible();
  await press(page, 'Cancel');
  expect(await content(page, '/home/notes.md')).toBe('theirs');
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('mine');
  await expect(page.getByText('changed by something else while you were editing')).toBeVisible();
  // Gone altogether, what was begun is still there to be saved.
  await goTo(page, '/tmp');
  await page.evaluate(() => window.oanix.fs.remove('/home/notes.md'));
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('mine');
  await page.keyboard.press('Control+s');
  await press(page, 'Replace it');
  await expect.poll(() => content(page, '/home/notes.md').catch(() => '')).toContain('mine');
});

test('a trash that is emptied only in part leaves what is still in it to be undone', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { oanix } = window;
    const { fs, commands } = oanix;
    await fs.mkdir('/home/kept');
    await fs.writeFile('/home/kept/in.txt', 'in');
    await fs.writeFile('/home/gone.txt', 'gone');
    await commands.run('file.trash', { paths: ['/home/kept'] });
    await commands.run('file.trash', { paths: ['/home/gone.txt'] });
    // What is mounted there keeps the folder from being deleted.
    const at = '/home/.local/share/Trash/files/kept/mounted';
    await fs.mkdir(at);
    await oanix.mount({ kind: 'mem' }, at);
    void commands.run('trash.empty').catch(() => undefined);
  });
  await press(page, 'Empty it');
  await expect(page.getByText('1 done, 1 failed')).toBeVisible();
  await page.evaluate(async () => {
    await window.oanix.unmount('/home/.local/share/Trash/files/kept/mounted');
    await window.oanix.commands.run('file.undo');
  });
  expect(await content(page, '/home/kept/in.txt')).toBe('in');
  expect(await exists(page, '/home/gone.txt')).toBe(false);
});

test('what lies in what it would replace stays where it is; undo goes one by one', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/x/x', { recursive: true });
    await fs.writeFile('/home/x/x/deep.txt', 'deep');
  });
  await page.evaluate(() =>
    window.oanix.commands
      .run('file.moveTo', { paths: ['/home/x/x'], into: '/home' })
      .catch(() => 0),
  );
  expect(await content(page, '/home/x/x/deep.txt')).toBe('deep');
  await page.evaluate(async () => {
    const { commands } = window.oanix;
    await commands.run('file.rename', { path: '/home/x/x/deep.txt', name: 'a.txt' });
    await commands.run('file.rename', { path: '/home/x/x/a.txt', name: 'b.txt' });
    // Two at once: the second begins where the first has ended.
    await Promise.all([commands.run('file.undo'), commands.run('file.undo')]);
  });
  expect(await content(page, '/home/x/x/deep.txt')).toBe('deep');
});

for (const where of ['list', 'tree'] as const) {
  test(`what is clicked in the ${where} and deleted comes back with Ctrl+Z @person @wide`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/home');
    if (where === 'tree') await page.getByRole('treeitem', { name: 'home' }).click();
    const row =
      where === 'list'
        ? option(page, 'notes.md')
        : page.getByRole('treeitem', { name: /^notes\.md/ });
    await row.click();
    await page.keyboard.press('Delete');
    await expect(row).toHaveCount(0);
    await expect.poll(() => exists(page, '/home/notes.md')).toBe(false);
    await expect
      .poll(() => page.evaluate(() => document.activeElement !== document.body))
      .toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(() => exists(page, '/home/notes.md')).toBe(true);
  });
}

test('a folder that is moved onto one of its name is merged, and undo takes them apart @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/to/plans', { recursive: true });
    await fs.mkdir('/home/plans');
    await fs.writeFile('/home/to/plans/keep.txt', 'keep');
    await fs.writeFile('/home/to/plans/both.txt', 'theirs');
    await fs.writeFile('/home/plans/new.txt', 'new');
    await fs.writeFile('/home/plans/both.txt', 'mine, longer');
  });
  const moving = page.evaluate(() =>
    window.oanix.commands.run('file.moveTo', { paths: ['/home/plans'], into: '/home/to' }),
  );
  const dialog = page.getByRole('dialog', { name: 'This name is taken' });
  await expect(dialog).toContainText('One folder is already there: plans in /home/to');
  await press(page, 'Merge');
  await expect(dialog).toContainText('One file is already there: both.txt');
  // Both sides are there to be compared.
  await expect(dialog.getByRole('row', { name: /There now file 6 B/ })).toBeVisible();
  await expect(dialog.getByRole('row', { name: /Coming file 12 B/ })).toBeVisible();
  await page.getByLabel('Do the same for all names that follow').check();
  await press(page, 'Replace');
  await moving;
  expect(await content(page, '/home/to/plans/keep.txt')).toBe('keep');
  expect(await content(page, '/home/to/plans/new.txt')).toBe('new');
  expect(await content(page, '/home/to/plans/both.txt')).toBe('mine, longer');
  expect(await exists(page, '/home/plans')).toBe(false);
  await page.evaluate(() => window.oanix.commands.run('file.undo'));
  expect(await content(page, '/home/plans/new.txt')).toBe('new');
  expect(await content(page, '/home/plans/both.txt')).toBe('mine, longer');
  expect(await content(page, '/home/to/plans/both.txt')).toBe('theirs');
  expect(await exists(page, '/home/to/plans/new.txt')).toBe(false);
});

test('a folder that is cut and pasted into itself stays in the clipboard, and it is said why @person @wide', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.mkdir('/home/box');
    await window.oanix.fs.writeFile('/home/box/in.txt', 'in');
  });
  await goTo(page, '/home');
  await option(page, 'box').click();
  await page.keyboard.press('Control+x');
  await goTo(page, '/home/box');
  await expect(option(page, 'in.txt')).toBeVisible();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Control+v');
  await expect(page.getByText('A folder cannot be put into itself')).toBeVisible();
  // It can still be pasted elsewhere.
  await goTo(page, '/home/workspace');
  await expect(option(page, 'hello.txt')).toBeVisible();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Control+v');
  await expect(option(page, 'box')).toBeVisible();
  expect(await content(page, '/home/workspace/box/in.txt')).toBe('in');
});
