/** Commands: found by a few letters, called by programs, shown in menus; settings, storage and what fails. */
import { exists, expect, expected, goTo, option, press, start, test, ways } from './oanix.ts';

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
}

test('a menu of commands opens by pointer and by key @person @wide', async ({ page }) => {
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

test('programs find the commands, with schemas; wrong arguments are refused, what destroys asks @person', async ({
  page,
}) => {
  await start(page);
  const commands = await page.evaluate(() => window.oanix.commands.list());
  const listed = commands.find(({ id }) => id === 'file.rename');
  expect(listed?.args).toMatchObject({
    type: 'object',
    required: ['path', 'name'],
    additionalProperties: false,
  });
  const run = (id: string, args: Record<string, unknown> | null = {}) =>
    page.evaluate(
      ([name, given]) =>
        window.oanix.commands.run(name as string, given as Record<string, unknown>).then(
          () => 'done',
          (error: { code: string; message: string }) => `${error.code} ${error.message}`,
        ),
      [id, args] as const,
    );
  const rename = (args: Record<string, unknown>) => run('file.rename', args);
  const notes = '/home/notes.md';
  expect(await rename({ path: notes })).toMatch(/^EINVAL .*args\.name must be a name.*undefined/);
  expect(await rename({ path: notes, name: 'a/b' })).toMatch(/^EINVAL .*args\.name must be a name/);
  expect(await rename({ path: 7, name: 'x' })).toMatch(/^EINVAL .*args\.path must be an absolute/);
  expect(await rename({ path: 'home', name: 'x' })).toMatch(/args\.path must be an absolute path/);
  expect(await rename({ path: notes, name: 'b', c: 1 })).toMatch(
    /^EINVAL .*args must have no field 'c': known are path, name/,
  );
  expect(await run('view.open', null)).toMatch(
    /^EINVAL oanix\.commands\.run: args must be a plain object, not null/,
  );
  expect(await run('no.such')).toMatch(/^ENOENT .*'no\.such'.*oanix\.commands\.list\(\)/);
  // For people only: there is nobody to ask.
  expect(await run('file.new')).toMatch(/^ENOENT/);
  expect(await run('file.rename', { path: '/home/notes.md', name: 'ideas.md' })).toBe('done');
  expect(await exists(page, '/home/ideas.md')).toBe(true);
  const unmounting = run('mount.remove', { at: '/tmp' });
  await expect(page.getByRole('dialog', { name: 'Unmount /tmp?' })).toBeVisible();
  await press(page, 'Cancel');
  expect(await unmounting).toMatch(/^ECANCELED/);
  expect(await exists(page, '/tmp')).toBe(true);
  // What a person is only told in passing a program gets as a failure.
  expect(await run('file.trash', { paths: ['/lib/doc/concepts.md'] })).toMatch(/read-only/);
  expect(await run('file.redo')).toMatch(/nothing to do again/);
});

test('tools of the browser refuse wrong arguments in words that an agent can read', async ({
  page,
}) => {
  // The browsers of these tests have no `modelContext` yet: this one keeps the tools that it is given.
  await page.addInitScript(() => {
    const tools = new Map<string, object>();
    Object.assign(window, { tools });
    Object.defineProperty(document, 'modelContext', {
      value: { registerTool: (tool: { name: string }) => tools.set(tool.name, tool) },
    });
  });
  await start(page);
  const execute = (tool: string, args: object | null) =>
    page.evaluate(
      async ([wanted, given]) => {
        type Answer = { content: { text: string }[]; isError?: true };
        type Tool = { execute(args: unknown): Promise<Answer> };
        const { tools } = window as unknown as { tools: Map<string, Tool> };
        const answer = await tools.get(wanted)?.execute(given);
        return [answer?.isError ?? false, answer?.content[0]?.text];
      },
      [tool, args] as const,
    );
  expect(await execute('view_open', { path: 'home' })).toEqual([
    true,
    expect.stringMatching(/^EINVAL: view_open: args\.path must be an absolute path/),
  ]);
  expect(await execute('fs_read', {})).toEqual([
    true,
    expect.stringMatching(/^EINVAL: fs_read: args\.path must be an absolute path.*not undefined/),
  ]);
  expect(await execute('fs_list', { path: '/home', all: true })).toEqual([
    true,
    expect.stringMatching(/^EINVAL: fs_list: args must have no field 'all'/),
  ]);
  expect(await execute('fs_read', { path: '/home/notes.md' })).toEqual([
    false,
    expect.stringContaining('# Notes'),
  ]);
});

test('settings stay: theme, size, keys with their conflicts; from a file and to one @person', async ({
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

test('a part that fails leaves the rest standing, and what is copied of it tells no name @person', async ({
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

test('what is kept is told part by part, and can be taken away, also all of it @person', async ({
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
  // What another tab has open is not taken from under it.
  const other = await page.context().newPage();
  await start(other);
  await press(page, 'Erase everything…');
  await expect(page.getByText('open in another tab too')).toBeVisible();
  await other.close();
  // A tab that was closed takes a moment to be gone.
  const kernels = (): Promise<number> =>
    page.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      return held.filter(({ name }) => name?.startsWith('oanix-kernel-')).length;
    });
  await expect.poll(kernels).toBe(1);
  await page.evaluate(() => window.oanix.commands.run('storage.open'));
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
