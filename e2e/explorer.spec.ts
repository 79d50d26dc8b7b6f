/** The explorer's own stories: commands, panes, files that are undone, layers, ways to look at a file. */
import { readFileSync } from 'node:fs';
import {
  drop,
  expect,
  expected,
  goTo,
  type Page,
  press,
  result,
  start,
  test,
  ways,
} from './oanix.ts';

const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });
const content = (page: Page, path: string): Promise<string> =>
  page.evaluate((at) => window.oanix.fs.readFile(at, 'utf8'), path);
const exists = (page: Page, path: string): Promise<boolean> =>
  page.evaluate(
    (at) =>
      window.oanix.fs.lstat(at).then(
        () => true,
        () => false,
      ),
    path,
  );

for (const way of ways) {
  test(`a command, a mount and a path are found by a few letters (${way})`, async ({ page }) => {
    await start(page);
    const open = async (): Promise<void> => {
      if (way === 'pointer') await press(page, 'Search commands, paths and mounts');
      else await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox')).toBeFocused();
    };
    const take = async (name: RegExp): Promise<void> => {
      const row = page.getByRole('option', { name }).first();
      await expect(row).toBeVisible();
      if (way === 'pointer') await row.click();
      else await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };
    await open();
    await page.keyboard.type('show the snap');
    await take(/Show the snapshots/);
    await expect(page.getByRole('heading', { name: /Snapshots/ })).toBeVisible();
    await open();
    await page.keyboard.type('/home/not');
    await take(/\/home\/notes\.md/);
    await expect(page.locator('.cm-content')).toContainText('# Notes');
    await open();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

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
    await press(page, 'Unmount', way);
    await expect(page.getByText('Unmounted /home/over from /workspace')).toBeVisible();
    await expect(layers.filter({ hasText: '/home/over' })).toHaveCount(0);
    await press(page, 'Undo', way);
    await expect(layers.filter({ hasText: '/home/over' })).toHaveCount(1);
  });
}

test('tabs stay, panes stand side by side, and a reload finds both', async ({ page }) => {
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

test('the same text in two panes is one text', async ({ page }) => {
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

test('a name that is taken is asked about; what is replaced comes back with undo', async ({
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

test('deleting what is open closes it, also with unsaved text; undo brings the file back', async ({
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
});

test('names are dragged into a directory @chromium', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await option(page, 'notes.md').dragTo(option(page, 'workspace'));
  await expect(option(page, 'notes.md')).toHaveCount(0);
  expect(await exists(page, '/home/workspace/notes.md')).toBe(true);
});

test('a menu of commands opens by pointer and by key', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await option(page, 'workspace').click({ button: 'right' });
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: /Duplicate/ }).click();
  await expect(option(page, 'workspace (2)')).toBeVisible();
});

test('a folder comes down as a zip that has all of it @chromium', async ({ page }) => {
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

test('programs find the commands, with schemas; wrong arguments are refused, what destroys asks', async ({
  page,
}) => {
  await start(page);
  const commands = await page.evaluate(() => window.oanix.commands.list());
  const rename = commands.find(({ id }) => id === 'file.rename');
  expect(rename?.args).toMatchObject({
    type: 'object',
    required: ['path', 'name'],
    additionalProperties: false,
  });
  const run = (id: string, args: Record<string, unknown> = {}) =>
    page.evaluate(
      ([name, given]) =>
        window.oanix.commands.run(name as string, given as Record<string, unknown>).then(
          () => 'done',
          (error: { code: string; message: string }) => `${error.code} ${error.message}`,
        ),
      [id, args] as const,
    );
  expect(await run('file.rename', { path: '/home/notes.md' })).toMatch(/^EINVAL .*name is missing/);
  expect(await run('file.rename', { path: 7, name: 'x' })).toMatch(/^EINVAL .*path is to be a str/);
  expect(await run('file.rename', { path: '/a', name: 'b', c: 1 })).toMatch(
    /^EINVAL .*no argument/,
  );
  expect(await run('no.such')).toMatch(/^ENOENT/);
  // For people only: there is nobody to ask.
  expect(await run('file.new')).toMatch(/^ENOENT/);
  expect(await run('file.rename', { path: '/home/notes.md', name: 'ideas.md' })).toBe('done');
  expect(await exists(page, '/home/ideas.md')).toBe(true);
  const unmounting = run('mount.remove', { at: '/tmp' });
  await expect(page.getByRole('dialog', { name: 'Unmount /tmp?' })).toBeVisible();
  await press(page, 'Cancel');
  await unmounting;
  expect(await exists(page, '/tmp')).toBe(true);
});

test('settings stay: theme, size, keys with their conflicts; from a file and to one', async ({
  page,
}) => {
  await start(page);
  await press(page, 'Settings');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('storm');
  await page.getByLabel('Size of text: 13 px').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const keys = page.getByLabel('Keys of Split', { exact: true });
  await keys.focus();
  await page.keyboard.press('Control+p');
  await expect(page.getByText('also: Go to path…')).toBeVisible();
  await page.keyboard.press('Alt+s');
  await expect(page.getByText('also: Go to path…')).toHaveCount(0);
  await press(page, 'Done');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'storm');
  await expect(page.locator('body')).toHaveCSS('font-size', '16px');
  await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  await page.keyboard.press('Alt+s');
  await expect(page.locator('.pane')).toHaveCount(2);
  await press(page, 'Settings');
  const chooser = page.waitForEvent('filechooser');
  await press(page, 'Import…');
  const text = JSON.stringify({ theme: 'light', fontSize: 900, keys: { 'pane.split': 7 } });
  await (await chooser).setFiles({
    name: 'settings.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  // What is no setting is left out.
  await expect(page.locator('body')).toHaveCSS('font-size', '13px');
  await expect(keys).toHaveValue('Ctrl+\\');
});

test('every kind of file has its view', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/a.json', '{"name": "first", "sizes": [42, null, true]}');
    await fs.writeFile('/home/b.jsonl', '{"level":"info","words":"one"}\nno json\n');
    await fs.writeFile('/home/c.md', '# Title\n\n<b>not bold</b> [there](workspace/hello.txt)\n');
    const canvas = new OffscreenCanvas(30, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 30, 20);
    const blob = await canvas.convertToBlob();
    await fs.writeFile('/home/d.png', new Uint8Array(await blob.arrayBuffer()));
    await fs.writeFile('/home/e.png', 'no picture \0');
    await fs.writeFile(
      '/home/f.svg',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    );
  });
  await goTo(page, '/home/a.json');
  await press(page, 'Tree');
  await expect(page.getByRole('region', { name: 'Tree of values' })).toContainText('42');
  await goTo(page, '/home/b.jsonl');
  await expect(page.getByRole('region', { name: 'Lines' })).toContainText('one');
  await expect(page.getByRole('region', { name: 'Lines' })).toContainText('no json');
  await page.evaluate(() =>
    window.oanix.fs.appendFile('/home/b.jsonl', '{"level":"warn","words":"two"}\n'),
  );
  await expect(page.getByRole('region', { name: 'Lines' })).toContainText('two');
  await page.getByLabel('Lines that have').pressSequentially('warn');
  await expect(page.getByText('1 of 3 lines')).toBeVisible();
  await goTo(page, '/home/c.md');
  await press(page, 'Rendered');
  await expect(page.getByRole('heading', { name: 'Title' })).toBeVisible();
  await expect(page.getByText('<b>not bold</b>')).toBeVisible();
  await page.getByRole('link', { name: 'there' }).click();
  await expect(page.locator('.cm-content')).toContainText('Hello from the OANIX namespace');
  await goTo(page, '/home/d.png');
  await expect(page.getByText('30 × 20')).toBeVisible();
  await goTo(page, '/home/e.png');
  await expect(page.getByText('This browser cannot show it')).toBeVisible();
  await press(page, 'Hex');
  await expect(page.locator('.hex-row').first()).toContainText('6e 6f');
  await goTo(page, '/home/f.svg');
  await press(page, 'Preview');
  await expect(page.getByRole('img', { name: 'f.svg' })).toBeAttached();
  await goTo(page, '/bin/hello-wasi.wasm');
  await expect(page.getByRole('region', { name: 'Sections' })).toContainText('code');
  await expect(page.getByRole('region', { name: 'Imports' })).toContainText('fd_write');
  await expect(page.getByRole('region', { name: 'Exports' })).toContainText('_start');
  await press(page, 'Show the code');
  await expect(page.getByRole('region', { name: 'Code' })).toContainText('(module');
  await press(page, 'More');
  await expect(page.getByText(/\d{4,} lines/)).toBeVisible();
});

test('a stream shows as it comes, and is left alone when it is not looked at', async ({ page }) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.ask('/dev/pipes/clone', '').catch(() => undefined));
  const pid = await page.evaluate(async () => {
    const spawned = await window.oanix.spawn('/bin/sh', {
      args: ['sh', '-c', 'while true; do cat /workspace/hello.txt; sleep 0.2; done'],
      namespace: 'share',
    });
    return spawned.pid;
  });
  await goTo(page, `/proc/${pid}/stdout`);
  await expect(page.getByRole('region', { name: 'What it gave' })).toContainText('Hello from');
  await press(page, 'Pause');
  await expect(page.getByText('Paused: it is not read.')).toBeVisible();
  await page.evaluate((id) => window.oanix.fs.tell(`/proc/${id}/ctl`, 'kill\n'), pid);
});

for (const way of ways) {
  test(`each call of a program is seen, also the refused, as a list and as a flame (${way})`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/bin/hello-wasi.wasm', way);
    await press(page, 'Run…', way);
    await press(page, 'Run', way);
    await expect(result(page)).toContainText('exited 0');
    await press(page, 'Trace', way);
    const calls = page.getByRole('region', { name: 'Calls' });
    await expect(calls).toContainText('/workspace/hello.txt');
    await expect(page.getByText(/^\d+ of \d+ calls, \d+ refused$/)).toBeVisible();
    await page.getByLabel('Calls that have').pressSequentially('hello.txt !close');
    await expect(page.getByText(/^[1-9] of \d+ calls/)).toBeVisible();
    await press(page, 'Flame', way);
    const flame = page.getByRole('region', { name: 'Flame of calls by path' });
    await expect(flame.getByRole('button', { name: /^\/workspace\/hello\.txt: / })).toBeVisible();
    await press(page, 'Save', way);
    await press(page, 'Show', way);
    await expect(page.getByRole('region', { name: 'Lines' })).toContainText('/tmp/output.txt');
  });
}

test('bytes are found by a mask in a file of 1 GB, which opens at once', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const file = await fs.open('/tmp/huge.bin', 'w');
    await file.write(new Uint8Array([0, 1, 2]));
    await file.truncate(1_000_000_000);
    await file.seek(40_000_000);
    await file.write(new Uint8Array([0x4d, 0x99, 0x5a]));
    await file.close();
  });
  await goTo(page, '/tmp/huge.bin');
  await expect(page.locator('.hex-row').first()).toContainText('00 01 02 00');
  await page.getByLabel('Bytes to find').fill('4d ?? 5a');
  await press(page, 'Find next');
  await expect(page.getByText('0x2625a00 = 40000000')).toBeVisible();
  await expect(page.locator('.hex-row.here')).toContainText('4d 99 5a');
  await page.getByLabel('Offset').fill('999999999');
  await press(page, 'Go');
  await expect(page.locator('.hex-row.here')).toContainText('3b9ac9f0');
});

test('a text of 50 MB opens', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  await page.evaluate(async () => {
    const line = `${'x'.repeat(99)}\n`;
    await window.oanix.fs.writeFile('/tmp/long.txt', line.repeat(500_000));
  });
  await goTo(page, '/tmp/long.txt');
  await expect(page.locator('.cm-content')).toContainText('xxxx', { timeout: 60_000 });
  await expect(page.getByText('read-only')).toBeVisible();
});

test('a part that fails leaves the rest standing, and what is copied of it tells no name', async ({
  page,
}) => {
  expected.patterns = [
    /Markdown|Failed to (fetch|load resource)|error loading|dynamically imported|Loading failed|^error: Error$/i,
  ];
  await page.route(/Markdown-[^/]*\.js$/, (route) => route.abort());
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/secret-name.md', 'secret text'));
  await goTo(page, '/home/secret-name.md');
  await press(page, 'Rendered');
  await expect(page.getByText('cannot be shown: something here failed')).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => Object.assign(window, { copied: text }) },
    });
  });
  await press(page, 'Copy diagnostics');
  await expect(page.getByText('nothing of what you wrote')).toBeVisible();
  const copied = await page.evaluate(() => (window as unknown as { copied: string }).copied);
  expect(JSON.parse(copied)).toMatchObject({ page: { boot: 'ready' } });
  expect(copied).not.toContain('secret');
  // The rest goes on.
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
});

test('what is kept is told part by part, and can be taken away, also all of it', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/big.bin', new Uint8Array(300_000)));
  await page.evaluate(() => window.oanix.commands.run('file.trash', { paths: ['/home/big.bin'] }));
  await page.evaluate(() => window.oanix.commands.run('storage.open'));
  const trash = page.getByRole('listitem').filter({ hasText: 'Trash' });
  await expect(trash).toContainText('300 kB');
  await trash.getByRole('button', { name: 'Empty…' }).click();
  await press(page, 'Empty it');
  await expect.poll(() => exists(page, '/home/.local/share/Trash/files/big.bin')).toBe(false);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/mine.txt', 'mine'));
  await page.evaluate(() => window.oanix.commands.run('storage.open'));
  await page.evaluate(() => Object.assign(window, { isOld: true }));
  await press(page, 'Erase everything…');
  await press(page, 'Erase everything');
  await expect
    .poll(() => page.evaluate(() => 'isOld' in window).catch(() => true), { timeout: 30_000 })
    .toBe(false);
  // As if it had never been here: the first visit begins again.
  await expect(page.getByRole('heading', { name: 'Welcome to OANIX' })).toBeVisible();
  await page.evaluate(() => window.oanix.ready);
  expect(await exists(page, '/home/mine.txt')).toBe(false);
  expect(await exists(page, '/home/notes.md')).toBe(true);
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

test('a namespace text that is dropped is shown before it is applied; an address is fetched by grant', async ({
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

test('a file that changed while its tab was behind is not overwritten without a question', async ({
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
