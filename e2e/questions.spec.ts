/** Questions: a red button destroys something, and everything that would be lost is asked about first. */
import {
  attempt,
  command,
  exists,
  expect,
  goTo,
  option,
  type Page,
  press,
  start,
  test,
} from './oanix.ts';

/** Whether the button of a question is red, by what is drawn. */
const isRed = (page: Page, name: string): Promise<boolean> =>
  page
    .getByRole('dialog')
    .getByRole('button', { name, exact: true })
    .evaluate((button) => {
      const probe = document.createElement('span');
      probe.style.color = 'var(--red)';
      button.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return getComputedStyle(button).color === color;
    });

test('only a question whose answer destroys something has a red button', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/a.txt', 'a');
    await window.oanix.snapshots.create('then');
  });
  await attempt(page, 'file.deleteForever', { paths: ['/home/a.txt'] });
  expect(await isRed(page, 'Delete for good')).toBe(true);
  await press(page, 'Cancel');
  await command(page, 'file.trash', { paths: ['/home/a.txt'] });
  await attempt(page, 'trash.restore', { paths: ['/home/.local/share/Trash/files/a.txt'] });
  expect(await isRed(page, 'Put back')).toBe(false);
  await press(page, 'Cancel');
  await attempt(page, 'trash.empty', {});
  expect(await isRed(page, 'Empty it')).toBe(true);
  await press(page, 'Cancel');
  await goTo(page, '/snapshots');
  await press(page, 'Restore then');
  expect(await isRed(page, 'Restore')).toBe(false);
  await press(page, 'Cancel');
  await press(page, 'Delete then');
  expect(await isRed(page, 'Delete')).toBe(true);
  await press(page, 'Cancel');
  await attempt(page, 'network.allow', { cap: 'http', places: ['https://api.example.org'] });
  await expect(page.getByRole('dialog', { name: 'Grant HTTP?' })).toBeVisible();
  expect(await isRed(page, 'Grant')).toBe(false);
});

test('unsaved text is discarded only after a question @person', async ({ page }) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await page.locator('.cm-content').focus();
  await page.keyboard.type('mine ');
  await expect(page.getByRole('button', { name: '1 unsaved' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('Discard unsaved text');
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Discard the unsaved text?' });
  await expect(question).toContainText('/home/notes.md');
  await press(page, 'Cancel');
  await expect(page.locator('.cm-content')).toContainText('mine');
  await page.evaluate(() => window.oanix.fs.writeFile('/home/notes.md', 'theirs'));
  await press(page, 'Take the file…');
  await press(page, 'Discard');
  await expect(page.locator('.cm-content')).toHaveText('theirs');
  await expect(page.getByRole('button', { name: '1 unsaved' })).toHaveCount(0);
});

test('the trash has buttons that put back and empty @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/a.txt', 'a');
    await window.oanix.fs.writeFile('/home/b.txt', 'b');
  });
  await command(page, 'file.trash', { paths: ['/home/a.txt', '/home/b.txt'] });
  await command(page, 'trash.open');
  await expect(page.getByRole('heading', { name: 'Trash' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Put back', exact: true })).toHaveCount(0);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Home');
  await press(page, 'Put back');
  await expect(page.getByRole('dialog', { name: 'Put back a.txt?' })).toContainText('/home/a.txt');
  await press(page, 'Put back');
  // The trash lists a file of this name too, until it is put back.
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/home');
  await expect(option(page, 'a.txt')).toBeVisible();
  await command(page, 'trash.open');
  await press(page, 'Empty the trash…');
  await press(page, 'Empty it');
  await expect(page.getByText('Emptied the trash')).toBeVisible();
  expect(await exists(page, '/home/.local/share/Trash/files/b.txt')).toBe(false);
});
