/** Tabs and panes, columns, and text that is not saved yet. */
import { command, content, expect, goTo, option, press, start, test, ways } from './oanix.ts';

test('tabs stay, panes stand side by side, and a reload finds both @person', async ({ page }) => {
  await start(page);
  const tabs = page.getByRole('navigation', { name: 'Tabs' });
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('# Notes');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('tail');
  // What was begun stays open; what was only looked at gives way.
  await goTo(page, '/home');
  await goTo(page, '/tmp');
  await expect(tabs.getByRole('listitem')).toHaveCount(2);
  await page.evaluate(() => window.oanix.commands.run('view.beside', { path: '/home/notes.md' }));
  await expect(page.locator('.pane')).toHaveCount(2);
  await expect(page.locator('.pane.focused .cm-content')).toContainText('tail');
  await page.locator('.pane.focused .cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('head ');
  await page.keyboard.press('Control+s');
  await expect.poll(() => content(page, '/home/notes.md')).toMatch(/^head # Notes[\s\S]*tail/);
  await expect(page.getByLabel('Storage')).toContainText('Saved');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.locator('.pane')).toHaveCount(2);
  await expect(tabs.first().getByRole('listitem')).toHaveCount(2);
  await expect(page.locator('.pane').nth(1).locator('.cm-content')).toContainText('head # Notes');
  await press(page, 'Close this pane');
  await expect(page.locator('.pane')).toHaveCount(1);
  await page.getByRole('button', { name: 'notes.md', exact: true }).click();
  await page.keyboard.press('Alt+w');
  await expect(tabs.getByRole('listitem')).toHaveCount(1);
});

test('the same text in two panes is one text @person @wide', async ({ page }) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('# Notes');
  await page.keyboard.press('Control+\\');
  await expect(page.locator('.cm-content')).toHaveCount(2);
  await page.locator('.cm-content').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('both ');
  await expect(page.locator('.cm-content').nth(1)).toContainText('both # Notes');
});

test('a directory that changes in the pane beside does not take the focus', async ({ page }) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await command(page, 'view.beside', { path: '/tmp' });
  await goTo(page, '/home');
  await page.evaluate(() => window.oanix.commands.run('pane.next'));
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/home\/notes\.md/);
  // As when what had the focus is gone.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.evaluate(() => window.oanix.fs.writeFile('/home/new.txt', ''));
  await expect(option(page, 'new.txt')).toBeVisible();
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/home\/notes\.md/);
  await expect(page.locator('body')).toBeFocused();
  // A tab of the pane beside is closed by its path.
  await command(page, 'tab.close', { path: '/home' });
  await expect(page.getByRole('button', { name: 'Close home' })).toHaveCount(0);
});

for (const way of ways) {
  test(`unsaved text and a file that changed are compared, and one is chosen (${way})`, async ({
    page,
  }) => {
    await start(page);
    await page.evaluate(() => window.oanix.fs.writeFile('/home/both.txt', 'one\ntwo\nthree\n'));
    await goTo(page, '/home/both.txt', way);
    await page.locator('.cm-content').focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('mine ');
    await page.evaluate(() => window.oanix.fs.writeFile('/home/both.txt', 'one\ntheirs\nthree\n'));
    await press(page, 'Compare…', way);
    const differs = page.getByRole('region', { name: 'What differs' });
    await expect(differs).toContainText('theirs');
    await expect(differs).toContainText('mine one');
    await press(page, 'Take the file', way);
    await expect(page.locator('.cm-content')).toContainText('theirs');
    await expect(page.locator('.cm-content')).not.toContainText('mine');
  });
}

for (const way of ways) {
  test(`directories are walked in columns, with what is chosen beside them (${way})`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/home', way);
    await expect(option(page, 'notes.md')).toBeVisible();
    await press(page, 'Columns', way);
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('End');
    await expect(page.locator('.column-preview')).toContainText(
      'This file is kept in your browser',
    );
    await option(page, 'workspace').click();
    await expect(page.locator('.column-preview')).toContainText('hello.txt');
    await list.focus();
    await page.keyboard.press('ArrowRight');
    await expect(option(page, 'hello.txt')).toBeVisible();
    await list.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(option(page, 'workspace')).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('list', { name: 'Contents of /' })).toContainText('README.md');
  });
}

for (const way of ways) {
  test(`a directory is walked as a grid, with small pictures (${way})`, async ({ page }) => {
    await start(page);
    await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(20, 10);
      canvas.getContext('2d')?.fillRect(0, 0, 20, 10);
      const picture = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      await window.oanix.fs.writeFile('/home/picture.png', picture);
    });
    await goTo(page, '/home', way);
    await press(page, 'Grid', way);
    await expect(option(page, 'picture.png').locator('img')).toHaveJSProperty('naturalWidth', 20);
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('Home');
    await expect(option(page, 'bin')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowRight');
    await expect(option(page, 'workspace')).toHaveAttribute('aria-selected', 'true');
    // Not every driver counts clicks, which makes two of them a double one.
    if (way === 'pointer') await option(page, 'workspace').dispatchEvent('dblclick');
    else await page.keyboard.press('Enter');
    await expect(option(page, 'hello.txt')).toBeVisible();
    await press(page, 'List', way);
    await expect(page.locator('.listing .row').first()).toBeVisible();
  });
}

test('tabs are moved by commands, within their pane and into the next @person', async ({
  page,
}) => {
  await start(page);
  const names = (pane: number) =>
    page.locator('.pane').nth(pane).locator('.tab-strip li .open').allTextContents();
  await goTo(page, '/home');
  await command(page, 'tab.keep');
  await goTo(page, '/tmp');
  await command(page, 'tab.keep');
  expect(await names(0)).toEqual(['home', 'tmp']);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Alt+Shift+PageUp');
  await expect.poll(() => names(0)).toEqual(['tmp', 'home']);
  await page.keyboard.press('Alt+Shift+PageDown');
  await expect.poll(() => names(0)).toEqual(['home', 'tmp']);
  await command(page, 'view.beside', { path: '/workspace' });
  await command(page, 'tab.toNextPane');
  await expect(page.locator('.pane')).toHaveCount(1);
  await expect.poll(() => names(0)).toEqual(['home', 'tmp', 'workspace']);
});

for (const width of [1440, 360]) {
  test(`thirty tabs, and ten programs, leave everything in its place (${width} px)`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    await start(page);
    await page.evaluate(async () => {
      const { fs, commands } = window.oanix;
      for (let i = 0; i < 30; i++) {
        await fs.writeFile(`/tmp/a-long-name-${i}.txt`, 'x');
        await commands.run('view.open', { path: `/tmp/a-long-name-${i}.txt` });
        await commands.run('tab.keep');
      }
      for (let i = 0; i < 10; i++) await commands.run('shell.run', { script: `echo ${i}` });
    });
    const inView = async (name: string): Promise<void> => {
      const box = await page.getByRole('button', { name, exact: true }).last().boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width, name).toBe(true);
    };
    for (const name of ['Help', 'Split', 'Put the programs away', 'Close sh']) await inView(name);
    const scrolled = await page.evaluate(() => [
      document.documentElement.scrollLeft,
      document.documentElement.scrollWidth,
    ]);
    expect(scrolled).toEqual([0, width]);
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await inView('Help');
  });
}
