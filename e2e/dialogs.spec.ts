/** Dialogs and questions at the same time: no form is disturbed, and no question is lost or answered by itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { begin, content, exists, expect, type Page, press, start, test } from './oanix.ts';

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

/** Files by their paths, with their directories. */
const write = (page: Page, files: Readonly<Record<string, string>>): Promise<void> =>
  page.evaluate(async (given) => {
    const { fs } = window.oanix;
    for (const [path, text] of Object.entries(given)) {
      await fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
      await fs.writeFile(path, text);
    }
  }, files);

test('a question of a copy waits until the form is filled in, and each is done as the person said @person', async ({
  page,
}) => {
  await start(page);
  await write(page, { '/home/from/a.txt': 'new', '/home/to/a.txt': 'old' });
  await page.keyboard.press('Alt+n');
  const form = dialog(page, 'New file');
  await form.getByLabel('Name').fill('half a na');
  await begin(page, 'file.copyTo', { paths: ['/home/from/a.txt'], into: '/home/to' });
  await expect(form.getByText('Another question waits until this is closed.')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(form.getByLabel('Name')).toHaveValue('half a na');
  await form.getByLabel('Name').press('End');
  await page.keyboard.type('me');
  await press(page, 'Create');
  await expect(form).toHaveCount(0);
  const question = dialog(page, 'This name is taken');
  await expect(question).toContainText('a.txt');
  // The file that is made late does not take the question away.
  await expect.poll(() => exists(page, '/home/half a name')).toBe(true);
  await expect(question).toBeVisible();
  await press(page, 'Keep both');
  await expect.poll(() => exists(page, '/home/to/a (2).txt')).toBe(true);
  expect(await content(page, '/home/to/a (2).txt')).toBe('new');
  expect(await content(page, '/home/to/a.txt')).toBe('old');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a question that waits is there after the form is cancelled', async ({ page }) => {
  await start(page);
  await write(page, { '/home/from/a.txt': 'new', '/home/to/a.txt': 'old' });
  await page.keyboard.press('Alt+n');
  await expect(dialog(page, 'New file')).toBeVisible();
  await begin(page, 'file.copyTo', { paths: ['/home/from/a.txt'], into: '/home/to' });
  await expect(page.getByText('Another question waits')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page, 'This name is taken')).toBeVisible();
  await press(page, 'Replace');
  // The old file is in the trash for a moment before the new one has the name.
  await expect(page.getByText('Copied a.txt to /home/to')).toBeVisible();
  expect(await content(page, '/home/to/a.txt')).toBe('new');
});

test('a form whose own action asks is there beneath the question, with what was typed, until it is done @chromium', async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'brought-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'a.txt'), 'from the computer');
  try {
    await page.addInitScript(() => {
      Object.assign(window, { showDirectoryPicker: undefined });
    });
    await start(page);
    await write(page, { [`/home/imports/${basename(folder)}/a.txt`]: 'there already' });
    await press(page, 'Mount…');
    const form = page.getByRole('dialog').first();
    await form.getByRole('combobox', { name: 'What', exact: true }).selectOption('copy');
    await form.getByLabel('Folder', { exact: true }).setInputFiles(folder);
    await form.getByLabel('At', { exact: true }).fill('/brought');
    await press(page, 'Mount');
    const question = dialog(page, 'This name is taken');
    await expect(question).toBeVisible();
    await expect(form.getByLabel('At', { exact: true })).toHaveValue('/brought');
    await question.getByRole('button', { name: 'Replace', exact: true }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(await content(page, '/brought/a.txt')).toBe('from the computer');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an answer for all folders is not ticked in the next question, which is about a file', async ({
  page,
}) => {
  await start(page);
  await write(page, {
    '/home/a/x/in.txt': 'in',
    '/home/b/x': 'file',
    '/home/to/x/there.txt': 'there',
  });
  await begin(page, 'file.copyTo', { paths: ['/home/a/x', '/home/b/x'], into: '/home/to' });
  const question = dialog(page, 'This name is taken');
  await question.getByLabel('Do the same for all folders that follow').check();
  await press(page, 'Merge');
  await expect(question.getByLabel('Do the same for all names that follow')).not.toBeChecked();
  await press(page, 'Keep both');
  await expect.poll(() => exists(page, '/home/to/x (2)')).toBe(true);
  expect(await content(page, '/home/to/x/in.txt')).toBe('in');
  expect(await content(page, '/home/to/x/there.txt')).toBe('there');
});
