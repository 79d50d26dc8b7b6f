/** Folders of the computer and of the browser, mounted live. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, expect, goTo, hello, type Page, press, start, test, ways } from './oanix.ts';
import { Profile } from './profile.ts';

/** Chromium takes back what it has allowed when no tab shows the page for so long. */
const FORGETS_MS = 7_000;

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath('of-the-computer');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a.txt'), 'from the computer');
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/b.txt'), 'deeper');
});

/** Drops a real folder, as the desktop does, and waits for what follows: a question, or something else. */
async function dropFolder(
  page: Page,
  path: string,
  follows = page.getByRole('dialog'),
): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  // A page that is slow to answer the drag before it has no drop: a person would drop it again.
  await expect(async () => {
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await client.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
    await expect(follows).toBeVisible({ timeout: 4000 });
  }).toPass();
}

const read = (page: Page, path: string): Promise<string> =>
  page.evaluate(
    (at) =>
      window.oanix.fs.readFile(at, 'utf8').catch((error: { message: string }) => error.message),
    path,
  );

for (const way of ways) {
  test(`a folder of the computer is mounted live, and comes back when it is allowed again (${way}) @chromium @windows`, async ({
    page,
  }) => {
    const name = folder.split('/').at(-1) as string;
    const at = `/mnt/${name}`;
    await start(page);
    await dropFolder(page, folder);
    await press(page, 'Mount, read-only', way);
    await expect(page.getByRole('option', { name: 'a.txt' })).toBeVisible();
    expect(await read(page, `${at}/sub/b.txt`)).toBe('deeper');
    // What others do shows by itself.
    writeFileSync(join(folder, 'new.txt'), 'made outside');
    await expect(page.getByRole('option', { name: 'new.txt' })).toBeVisible();
    await goTo(page, `${at}/new.txt`, way);
    await expect(page.getByText('made outside')).toBeVisible();
    writeFileSync(join(folder, 'new.txt'), 'changed outside');
    await expect(page.getByText('changed outside')).toBeVisible();
    const refused = await page.evaluate(
      (path) =>
        window.oanix.fs.writeFile(`${path}/c.txt`, 'x').then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      at,
    );
    expect(refused).toBe('EROFS');
    // The browser forgets what a drop has allowed, a while after the page is gone.
    await page.goto('about:blank');
    await page.waitForTimeout(FORGETS_MS);
    await start(page);
    const mounts = page.getByRole('region', { name: 'Mounts' });
    await expect(mounts.getByText('the browser asks again')).toBeVisible();
    expect(await read(page, `${at}/a.txt`)).toMatch(/EIO.*the browser asks again/);
    // The driver cannot answer the browser's question; dropping the folder again allows the same.
    await dropFolder(page, folder);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, 'Allow…', way);
    await expect(mounts.getByText('the browser asks again')).toHaveCount(0);
    expect(await read(page, `${at}/a.txt`)).toBe('from the computer');
  });

  test(`a folder of the browser is mounted, worked in by a program, and stays (${way})`, async ({
    page,
  }) => {
    await start(page);
    await press(page, 'Mount…', way);
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('own');
    await page.getByLabel('At', { exact: true }).fill('/own');
    await press(page, 'Mount', way);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const { stdout, exit_code } = await page.evaluate(async (bytes) => {
      const { oanix } = window;
      await oanix.fs.writeFile('/own/hello.wasm', Uint8Array.from(bytes));
      return oanix.run('/own/hello.wasm', { cwd: '/own', access: { '/own': 'rw' } });
    }, Array.from(hello()));
    expect([exit_code, stdout.length > 0]).toEqual([0, true]);
    await page.evaluate(async () => {
      await window.oanix.fs.writeFile('/own/kept.txt', 'kept here');
      await window.oanix.fs.sync();
    });
    // Someone else on the same origin changes it.
    await goTo(page, '/own', way);
    await expect(page.getByRole('option', { name: 'kept.txt' })).toBeVisible();
    await page.evaluate(async () => {
      const own = await (await navigator.storage.getDirectory()).getDirectoryHandle('own');
      const stream = await (
        await own.getFileHandle('other.txt', { create: true })
      ).createWritable();
      await stream.write('from elsewhere');
      await stream.close();
    });
    await expect(page.getByRole('option', { name: 'other.txt' })).toBeVisible();
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    expect(await read(page, '/own/kept.txt')).toBe('kept here');
    expect(await read(page, '/own/other.txt')).toBe('from elsewhere');
  });

  test(`a picked folder is written to (${way}) @chromium`, async ({ page }) => {
    // The driver cannot pick: a real folder, of the browser, stands for what a person would choose.
    await page.addInitScript(() => {
      Object.assign(window, {
        showDirectoryPicker: async () =>
          (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true }),
      });
    });
    await start(page);
    await press(page, 'Mount…', way);
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('folder');
    await page.getByLabel('At', { exact: true }).fill('/picked');
    await press(page, 'Mount', way);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const seen = await page.evaluate(async () => {
      await window.oanix.fs.writeFile('/picked/out.txt', 'to the folder');
      await window.oanix.fs.sync();
      const root = await navigator.storage.getDirectory();
      const picked = await root.getDirectoryHandle('picked');
      return (await (await picked.getFileHandle('out.txt')).getFile()).text();
    });
    expect(seen).toBe('to the folder');
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    expect(await read(page, '/picked/out.txt')).toBe('to the folder');
  });

  test(`where no folder can be picked a copy is mounted read-only (${way}) @chromium`, async ({
    page,
  }) => {
    const name = folder.split('/').at(-1) as string;
    await page.addInitScript(() => {
      Object.assign(window, { showDirectoryPicker: undefined });
    });
    await start(page);
    await press(page, 'Mount…', way);
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('copy');
    await page.getByLabel('Folder', { exact: true }).setInputFiles(folder);
    await page.getByLabel('At', { exact: true }).fill('/brought');
    await press(page, 'Mount', way);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(await read(page, '/brought/sub/b.txt')).toBe('deeper');
    expect(await read(page, `/home/imports/${name}/a.txt`)).toBe('from the computer');
    const refused = await page.evaluate(() =>
      window.oanix.fs.writeFile('/brought/a.txt', 'x').then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    );
    expect(refused).toBe('EROFS');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('from the computer');
  });
}

// Firefox takes such names in its folders.
test('a name with a backslash is named when a folder of the browser cannot have it, and the rest is copied @chromium', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/odd/sub', { recursive: true });
    for (const name of ['a', 'back\\slash', 'sub/back\\slash', 'z'])
      await fs.writeFile(`/home/odd/${name}`, name);
    await window.oanix.mount({ kind: 'workspace', options: { own: 'own' } }, '/own');
  });
  await attempt(page, 'file.copyTo', { paths: ['/home/odd'], into: '/own' });
  await press(page, 'Show all');
  const report = page.getByRole('dialog');
  await expect(report).toContainText('/home/odd/back\\slash');
  await expect(report).toContainText('/home/odd/sub/back\\slash');
  await expect(report).toContainText('The system of this folder does not allow the name');
  for (const name of ['a', 'z']) expect(await read(page, `/own/odd/${name}`)).toBe(name);
});

test('a folder that the browser keeps from every page is copied, and that is said @chromium', async ({
  page,
}) => {
  // The browser says so in a window of its own, which the driver cannot close: this is what comes of it.
  await page.addInitScript(() => {
    Object.assign(DataTransferItem.prototype, {
      getAsFileSystemHandle: () =>
        Promise.reject(new DOMException('The request was aborted.', 'AbortError')),
    });
  });
  await start(page);
  const name = folder.split('/').at(-1) as string;
  await dropFolder(page, folder, page.getByText(`lets no page show ${name} live; it is copied`));
  await expect.poll(() => read(page, `/home/${name}/sub/b.txt`)).toBe('deeper');
});

test('what was synced in a folder of the browser survives its being killed @chromium', async () => {
  const baseURL = test.info().project.use.baseURL as string;
  const profile = new Profile();
  let page = await profile.open(baseURL);
  await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'workspace', options: { own: 'killed' } }, '/own', { create: true });
    for (let i = 0; i < 20; i++) await oanix.fs.writeFile(`/own/${i}`, String(i).repeat(10_000));
    const file = await oanix.fs.open('/own/synced', 'w');
    await file.write('synced, not closed');
    await file.sync();
    await oanix.fs.sync();
    // And one that is in the middle of being written.
    void oanix.fs.writeFile('/own/torn', new Uint8Array(8 << 20)).catch(() => undefined);
  });
  await profile.kill();
  page = await profile.open(baseURL);
  expect(await read(page, '/own/synced')).toBe('synced, not closed');
  for (let i = 0; i < 20; i++) expect(await read(page, `/own/${i}`)).toBe(String(i).repeat(10_000));
  await profile.close();
  profile.remove();
});
