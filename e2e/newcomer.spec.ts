import { bring, expect, goTo, hello, press, result, start, test, ways } from './oanix.ts';

for (const way of ways) {
  test(`newcomer: drops a binary, runs it, edits what it wrote, reloads, finds it (${way})`, async ({
    page,
  }) => {
    await start(page);
    await expect(page.getByRole('heading', { name: 'Welcome to OANIX' })).toBeVisible();
    await goTo(page, '/home', way);
    await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();

    await bring(page, way, [{ name: 'mine.wasm', bytes: hello() }]);
    const sheet = page.getByRole('dialog', { name: 'mine.wasm' });
    await expect(sheet).toContainText('This is a WASI preview1 command. It runs here.');
    await sheet.getByLabel('Arguments').fill('one "two words"');
    await press(page, 'Run', way);

    await expect(result(page)).toContainText('exited 0');
    await expect(page.locator('.xterm-rows')).toContainText('/tmp holds:');
    await expect(result(page)).toContainText('/workspace/greeting.txt');
    expect(
      await page.evaluate(async () =>
        (await window.oanix.fs.readdir('/home')).map(({ name }) => name),
      ),
    ).toContain('mine.wasm');

    // It wrote to a copy: kept, its changes are the files.
    await expect(page.getByRole('region', { name: 'Changes' })).toContainText('greeting.txt');
    await expect(page.locator('.diff')).toContainText('Hello from hello-wasi');
    await press(page, 'Keep all', way);
    await expect(page.getByText('Kept 1 change of mine.wasm')).toBeVisible();

    const written = result(page).getByRole('button', { name: /greeting/ });
    if (way === 'pointer') await written.click();
    else {
      await written.focus();
      await page.keyboard.press('Enter');
    }
    const text = page.locator('.cm-content');
    await expect(text).toContainText('Hello from hello-wasi');
    if (way === 'pointer') await text.click();
    else
      for (
        let i = 0;
        i < 4 && !(await text.evaluate((node) => node === document.activeElement));
        i++
      )
        await page.keyboard.press('F6');
    await expect(text).toBeFocused();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Edited by a newcomer. ');
    await expect(page.getByLabel('Unsaved', { exact: true })).toBeVisible();
    if (way === 'pointer') await press(page, 'Save');
    else await page.keyboard.press('Control+s');
    await expect(page.getByLabel('Unsaved', { exact: true })).toBeHidden();
    await expect(page.getByLabel('Storage')).toContainText('Saved');
    // Saving leaves the cursor where it was.
    if (way === 'pointer') await text.click();
    await page.keyboard.type('And on. ');
    await page.keyboard.press('Control+s');
    await expect(page.getByLabel('Unsaved', { exact: true })).toBeHidden();
    await expect(text).toContainText('And on.');
    await expect(page.getByLabel('Storage')).toContainText('Saved');

    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await goTo(page, '/home/workspace/greeting.txt', way);
    await expect(page.locator('.cm-content')).toContainText('Edited by a newcomer. ');
  });
}
