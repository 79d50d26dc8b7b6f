/** Mounts as objects: their layers, their order, what one would change, and texts and addresses that are dropped. */
import { content, drop, exists, expect, goTo, press, start, test, ways } from './oanix.ts';

for (const way of ways) {
  test(`the layers of a name are seen, put in another order, and peeled (${way})`, async ({
    page,
  }) => {
    await start(page);
    await page.evaluate(async () => {
      const { oanix } = window;
      await oanix.fs.mkdir('/home/over');
      await oanix.fs.writeFile('/home/over/hello.txt', 'from over');
      await oanix.bind('/home/over', '/workspace', { order: 'before' });
    });
    await goTo(page, '/workspace/hello.txt', way);
    await expect(page.locator('.cm-content')).toContainText('from over');
    if (way === 'pointer') await press(page, 'Inspector');
    else await page.keyboard.press('Control+i');
    const layers = page.getByRole('list', { name: 'Layers of hello.txt' }).getByRole('listitem');
    await expect(layers.nth(0)).toContainText('/home/over');
    await expect(layers.nth(0)).toContainText('serves it');
    await expect(layers.nth(1)).toContainText('shadowed');
    await press(page, 'Search /home/over later', way);
    await expect(layers.nth(0)).toContainText('/home/workspace');
    await expect(page.locator('.cm-content')).toContainText('Hello from the OANIX namespace');
    await press(page, 'Peel /home/over off', way);
    await press(page, 'Peel off', way);
    await expect(page.getByText('Peeled /home/over off /workspace')).toBeVisible();
    await expect(layers.filter({ hasText: '/home/over' })).toHaveCount(0);
    await press(page, 'Undo', way);
    await expect(layers.filter({ hasText: '/home/over' })).toHaveCount(1);
  });
}

test('of two layers of one kind the one that is meant is peeled; who read and wrote a name is told @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/two', { create: true });
    await oanix.fs.writeFile('/two/which', 'first');
    await oanix.mount({ kind: 'mem' }, '/two', { order: 'before', create: true });
    await oanix.fs.writeFile('/two/above', 'second');
    await oanix.commands.run('shell.run', { script: 'cat /two/which; echo more >> /two/which' });
  });
  await goTo(page, '/two/which');
  await press(page, 'Inspector');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText(/Last read by\s*\S+ \d+/);
  await expect(inspector).toContainText(/Last written by\s*sh \d+/);
  const layers = page.getByRole('list', { name: 'Layers of which' }).getByRole('listitem');
  await layers.nth(0).getByRole('button', { name: 'Peel mem off' }).click();
  await press(page, 'Peel off');
  await expect.poll(() => exists(page, '/two/above')).toBe(false);
  expect(await content(page, '/two/which')).toContain('first');
  await press(page, 'Undo');
  await expect.poll(() => exists(page, '/two/above')).toBe(true);
});

for (const way of ways) {
  test(`a mount is looked at before it is made, turned read-only, moved, and undone (${way})`, async ({
    page,
  }) => {
    await start(page);
    await press(page, 'Mount…', way);
    await page.locator('select[name=what]').selectOption('bind');
    await page.locator('input[name=from]').pressSequentially('/home/workspace');
    await page.locator('input[name=at]').pressSequentially('/home');
    const effect = page.getByRole('region', { name: 'What it would change' });
    await expect(effect).toContainText('Hidden:');
    await expect(effect).toContainText('notes.md');
    await expect(effect).toContainText('Shown:');
    await page.locator('select[name=order]').selectOption('before');
    await expect(effect).not.toContainText('Hidden:');
    await press(page, 'Cancel', way);
    expect(await exists(page, '/home/notes.md')).toBe(true);

    const tmp = page.getByRole('button', { name: /^\/tmp mem/ });
    const menu = async (): Promise<void> => {
      if (way === 'pointer') await tmp.click({ button: 'right' });
      else {
        await tmp.focus();
        await page.keyboard.press('Shift+F10');
      }
      await expect(page.getByRole('menu')).toBeVisible();
    };
    await menu();
    await page.getByRole('menuitem', { name: 'Make read-only' }).click();
    await expect(page.getByRole('button', { name: '/tmp mem ro' })).toBeVisible();
    const refused = await page.evaluate(() =>
      window.oanix.fs.writeFile('/tmp/x', 'x').then(
        () => 'written',
        (error: { code: string }) => error.code,
      ),
    );
    expect(refused).toBe('EROFS');
    await press(page, 'Undo', way);
    await expect(page.getByRole('button', { name: '/tmp mem rw' })).toBeVisible();
    await menu();
    await page.getByRole('menuitem', { name: 'Move the mount down' }).click();
    const rows = page.locator('.mounts > li');
    await expect(rows.nth(2)).toContainText('/bin');
    await expect(rows.nth(3)).toContainText('/tmp');
  });
}

test('layers and mounts are put into another order by dragging @chromium', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/two', { create: true });
    await oanix.fs.writeFile('/two/which', 'first');
    await oanix.mount({ kind: 'map', options: { files: { '/which': 'second' } } }, '/two', {
      order: 'after',
    });
  });
  await goTo(page, '/two/which');
  await press(page, 'Inspector');
  const layers = page.getByRole('list', { name: 'Layers of which' }).getByRole('listitem');
  await expect(layers.nth(0)).toContainText('mem');
  expect(await content(page, '/two/which')).toBe('first');
  await layers.nth(1).dragTo(layers.nth(0));
  await expect(layers.nth(0)).toContainText('map');
  await expect.poll(() => content(page, '/two/which')).toBe('second');
  const mounts = page.locator('.mounts > li');
  await expect(mounts.nth(2)).toContainText('/tmp');
  await mounts.nth(2).dragTo(mounts.nth(4));
  // Before what it was dropped on.
  await expect(mounts.nth(3)).toContainText('/tmp');
  await expect(mounts.nth(4)).toContainText('/dev');
});

test('a namespace text that is dropped is shown before it is applied; an address is fetched by grant @person', async ({
  page,
  baseURL,
}) => {
  await start(page);
  const bytes = new TextEncoder().encode('mount mem /scratch\nbind /home /scratch/h\n');
  await drop(page, [{ name: 'mine.ns', bytes }]);
  await expect(page.getByRole('dialog', { name: 'Apply mine.ns?' })).toContainText(
    'mount mem /scratch',
  );
  await press(page, 'Apply');
  await expect.poll(() => exists(page, '/scratch/h/notes.md')).toBe(true);
  await drop(page, [{ name: 'odd.ns', bytes: new TextEncoder().encode('rm -rf /\n') }]);
  await expect(page.getByText('is no namespace text')).toBeVisible();
  await goTo(page, '/home');
  await page.evaluate((url) => {
    const transfer = new DataTransfer();
    transfer.setData('text/uri-list', url);
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(
        new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }),
      );
  }, `${baseURL}llms.txt`);
  await press(page, 'Grant');
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/home/llms.txt');
  expect(await content(page, '/home/llms.txt')).toContain('# OANIX');
});

test('what a capability may reach is seen and changed where it is mounted @person @wide', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => {
    const policy = { origins: ['https://one.example.org'] };
    return window.oanix.mount({ kind: 'http', options: { policy } }, '/cap/http');
  });
  await goTo(page, '/cap/http');
  await press(page, 'Inspector');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('https://one.example.org');
  await page.getByRole('button', { name: /^\/cap\/http http/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Policy…' }).click();
  const text = page.getByRole('dialog').getByRole('textbox').first();
  await expect(text).toHaveValue(/one\.example\.org/);
  await text.fill('{"origins": ["https://two.example.org"]}');
  await press(page, 'Save');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(inspector).toContainText('https://two.example.org');
  await expect(inspector).not.toContainText('https://one.example.org');
});
