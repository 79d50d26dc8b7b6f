import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  command,
  content,
  drop,
  exists,
  expect,
  goTo,
  option,
  press,
  start,
  test,
  ways,
} from './oanix.ts';

/** A folder of 300 files in 10 folders. */
function folderOf300(): string {
  const root = join(mkdtempSync(join(tmpdir(), 'oanix-')), 'photos');
  for (let dir = 0; dir < 10; dir++) {
    mkdirSync(join(root, `set-${dir}`), { recursive: true });
    for (let file = 0; file < 30; file++)
      writeFileSync(join(root, `set-${dir}`, `photo-${file}.txt`), `photo ${dir}/${file}`);
  }
  return root;
}

const count = (page: import('./oanix.ts').Page) =>
  page.evaluate(async () => {
    const { fs } = window.oanix;
    let files = 0;
    for (const { name } of await fs.readdir('/home/photos'))
      files += (await fs.readdir(`/home/photos/${name}`)).length;
    return `${files} ${await fs.readFile('/home/photos/set-9/photo-29.txt', 'utf8')}`;
  });

test('drop a folder of 300 files (pointer) @chromium', async ({ page }) => {
  const folder = folderOf300();
  await start(page);
  await goTo(page, '/home');
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await client.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
  }
  await press(page, 'Copy it here');
  await expect(page.getByText('Copied 300 files into /home')).toBeVisible();
  expect(await count(page)).toBe('300 photo 9/29');
  // The page tells when a reload finds it.
  await expect(page.getByLabel('Storage')).toContainText('Saved');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  expect(await count(page)).toBe('300 photo 9/29');
  rmSync(folder, { recursive: true });
});

/** Firefox's driver can neither drag nor choose folders: what its drop would give the page comes from here. */
test('drop a folder of 300 files, entry by entry as the engine gives them', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();
  await page.evaluate(() => {
    const file = (dir: number, nr: number) => ({
      isFile: true,
      name: `photo-${nr}.txt`,
      file: (done: (file: File) => void) =>
        done(new File([`photo ${dir}/${nr}`], `photo-${nr}.txt`)),
    });
    const folder = (name: string, entries: object[]) => ({
      isFile: false,
      name,
      createReader: () => ({
        readEntries: (done: (some: object[]) => void) => done(entries.splice(0, 100)),
      }),
    });
    const sets = Array.from({ length: 10 }, (_, dir) =>
      folder(
        `set-${dir}`,
        Array.from({ length: 30 }, (__, nr) => file(dir, nr)),
      ),
    );
    DataTransferItem.prototype.webkitGetAsEntry = () => folder('photos', sets) as never;
    const transfer = new DataTransfer();
    transfer.items.add(new File([], 'photos'));
    document.body.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  });
  await expect(page.getByText('Copied 300 files into /home')).toBeVisible();
  expect(await count(page)).toBe('300 photo 9/29');
});

for (const way of ways) {
  test(`upload a folder of 300 files (${way}) @chromium`, async ({ page }) => {
    const folder = folderOf300();
    await start(page);
    await goTo(page, '/home', way);
    const chooser = page.waitForEvent('filechooser');
    await press(page, 'Upload folder', way);
    await (await chooser).setFiles(folder);
    await expect(page.getByText('Copied 300 files into /home')).toBeVisible();
    expect(await count(page)).toBe('300 photo 9/29');
    rmSync(folder, { recursive: true });
  });
}

for (const way of ways) {
  test(`make, rename, download and delete (${way})`, async ({ page, browserName }) => {
    await start(page);
    await goTo(page, '/home', way);
    await press(page, 'New folder', way);
    await page.getByLabel('Name', { exact: true }).fill('plans');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('option', { name: 'plans' })).toBeVisible();
    await goTo(page, '/home/plans', way);
    await press(page, 'New file', way);
    await page.getByLabel('Name', { exact: true }).fill('a.txt');
    await page.keyboard.press('Enter');
    await expect(page.locator('.cm-content')).toBeVisible();
    await goTo(page, '/home/plans', way);

    const file = page.getByRole('option', { name: 'a.txt' });
    if (way === 'pointer') {
      await file.click();
      await press(page, 'Rename');
    } else {
      await page.getByRole('listbox').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('F2');
    }
    await expect(page.getByRole('dialog')).toContainText('Rename a.txt');
    await page.getByLabel('Name', { exact: true }).fill('b.txt');
    await page.keyboard.press('Enter');
    const renamed = page.getByRole('option', { name: 'b.txt' });
    await expect(renamed).toHaveAttribute('aria-selected', 'true');

    await page.evaluate((really) => {
      // Firefox's driver tells of no downloads, and its panel of downloads takes the keyboard: there,
      // what the page hands to the browser is looked at and goes no further.
      const click = HTMLAnchorElement.prototype.click;
      HTMLAnchorElement.prototype.click = function () {
        Object.assign(window, { downloaded: this.download });
        if (really) click.call(this);
      };
    }, browserName === 'chromium');
    const download = browserName === 'chromium' ? page.waitForEvent('download') : undefined;
    await press(page, 'Download', way);
    if (download) expect((await download).suggestedFilename()).toBe('b.txt');
    await expect
      .poll(() => page.evaluate(() => (window as { downloaded?: string }).downloaded))
      .toBe('b.txt');

    if (way === 'pointer') await press(page, 'Delete');
    else {
      await page.getByRole('listbox').focus();
      await page.keyboard.press('Delete');
    }
    await expect(page.getByText('This directory is empty.')).toBeVisible();
    // It lies in the trash, and what was done is undone by its name.
    await press(page, 'Undo', way);
    await expect(page.getByText('Undone: delete b.txt')).toBeVisible();
    await expect(renamed).toBeVisible();
  });
}

test('nothing overwrites without asking, and bad names are refused with a sentence @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  await drop(page, [{ name: 'notes.md', bytes: new TextEncoder().encode('dropped') }]);
  await expect(page.getByRole('dialog')).toContainText('One file is already there: notes.md');
  await press(page, 'Keep both');
  await expect(page.getByRole('option', { name: 'notes (2).md' })).toBeVisible();
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/notes.md', 'utf8'))).toContain(
    '# Notes',
  );

  await press(page, 'New file');
  const name = page.getByLabel('Name', { exact: true });
  for (const [bad, why] of [
    ['a//b', 'cannot be empty'],
    ['x'.repeat(10_000), 'at most 255 bytes'],
    ['..', 'only dots'],
    ['notes.md', 'already there'],
  ] as const) {
    await name.fill(bad);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText(why);
  }
  await name.fill('cod\u202egpj.exe');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await goTo(page, '/home');
  await expect(page.getByRole('option', { name: 'cod\\u202egpj.exe' })).toBeVisible();
});

test('bytes that are not text open as hex, never as empty text; a 20,000-entry directory scrolls @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile(
      '/home/data.bin',
      Uint8Array.from({ length: 200_000 }, (_, i) => i % 256),
    );
    await fs.mkdir('/tmp/many');
    await Promise.all(
      Array.from({ length: 20_000 }, (_, i) => fs.writeFile(`/tmp/many/f${i}`, '')),
    );
  });
  await goTo(page, '/home/data.bin');
  await expect(page.locator('.hex-row').first()).toContainText('00 01 02 03');
  await page.getByLabel('Offset').fill('0x1000');
  await page.getByRole('button', { name: 'Go' }).click();
  await expect(page.getByText('00001000')).toBeVisible();
  await goTo(page, '/tmp/many');
  await expect(page.getByText('20,000 entries')).toBeVisible();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('option', { name: 'f19999' })).toBeVisible();
});

test('a symbolic link that leads nowhere says where it leads', async ({ page }) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.symlink('gone/file.txt', '/home/link'));
  await goTo(page, '/home/link');
  await expect(page.getByRole('alert')).toHaveText(
    'This symbolic link leads to gone/file.txt, where there is nothing.',
  );
});

test('a change from elsewhere shows at once, and unsaved text is never lost to it @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('# Notes');
  await page.evaluate(() => window.oanix.fs.writeFile('/home/notes.md', 'changed elsewhere'));
  await expect(page.locator('.cm-content')).toContainText('changed elsewhere');
  await page.locator('.cm-content').click();
  await page.keyboard.type('mine ');
  await page.evaluate(() => window.oanix.fs.writeFile('/home/notes.md', 'changed again'));
  await expect(page.getByText('changed by something else while you were editing')).toBeVisible();
  await goTo(page, '/tmp');
  await goTo(page, '/home/notes.md');
  await expect(page.locator('.cm-content')).toContainText('mine');
});

/** Drops files of so many bytes, more than could be sent into the page. */
const dropSizes = (page: import('./oanix.ts').Page, sizes: Record<string, number>): Promise<void> =>
  page.evaluate((wanted) => {
    const transfer = new DataTransfer();
    const piece = new Uint8Array(50_000_000).fill(7);
    // A file of the same blob again and again takes no more memory than one of them.
    const blob = new Blob([piece]);
    for (const [name, size] of Object.entries(wanted)) {
      const parts = Array<Blob>(Math.floor(size / piece.length)).fill(blob);
      transfer.items.add(new File([...parts, piece.subarray(0, size % piece.length)], name));
    }
    document.body.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  }, sizes);

test('a drop of 300 MB arrives whole @person', async ({ page }) => {
  test.setTimeout(180_000);
  await start(page);
  await goTo(page, '/tmp');
  await dropSizes(page, { 'big.bin': 300_000_000 });
  await expect(page.getByText('Copied 1 file into /tmp')).toBeVisible({ timeout: 120_000 });
  expect(await page.evaluate(async () => (await window.oanix.fs.stat('/tmp/big.bin')).size)).toBe(
    300_000_000,
  );
});

test('a drop that is stopped leaves whole files alone, and is undone @person', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  await goTo(page, '/tmp');
  // So much is not copied before a key has reached the button.
  await dropSizes(page, { 'a.txt': 5, 'b.bin': 1_000_000_000 });
  await expect(page.getByText('Copying 2 files into /tmp')).toBeVisible();
  await press(page, 'Cancel');
  await expect(page.getByText('was stopped; what was done so far stays')).toBeVisible();
  const names = (): Promise<string[]> =>
    page.evaluate(async () => (await window.oanix.fs.readdir('/tmp')).map(({ name }) => name));
  await expect.poll(names).toEqual(['a.txt']);
  await command(page, 'file.undo');
  await expect.poll(names).toEqual([]);
});

test('a mount point is never emptied by deleting it @person @wide', async ({ page }) => {
  await start(page);
  await goTo(page, '/');
  await page.getByRole('option', { name: 'workspace' }).click();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('/workspace is mounted there. Unmount it first.')).toBeVisible();
  const code = await page.evaluate(() =>
    window.oanix.fs.remove('/home', { recursive: true }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    ),
  );
  expect(code).toBe('EBUSY');
  expect(
    await page.evaluate(() => window.oanix.fs.readFile('/workspace/hello.txt', 'utf8')),
  ).toContain('Hello');
});

test('a file keeps its line ends when it is edited @person', async ({ page }) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/dos.txt', 'one\r\ntwo\r\n'));
  await goTo(page, '/home/dos.txt');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('zero ');
  await page.keyboard.press('Control+s');
  await expect
    .poll(() => page.evaluate(() => window.oanix.fs.readFile('/home/dos.txt', 'utf8')))
    .toBe('zero one\r\ntwo\r\n');
});

test('a file of mixed line ends shows each of its lines, and only the edit changes it', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/mixed.txt', 'a\nb\r\nc\nd\n'));
  await goTo(page, '/home/mixed.txt');
  await expect(page.locator('.cm-line')).toHaveText(['a', 'b', 'c', 'd', '']);
  await page.locator('.cm-content').click();
  for (const key of ['Control+Home', 'End', '1', 'ArrowDown', 'End', '2', 'Control+s'])
    await page.keyboard.press(key);
  await expect
    .poll(() => page.evaluate(() => window.oanix.fs.readFile('/home/mixed.txt', 'utf8')))
    .toBe('a1\nb2\r\nc\nd\n');
});

test('what has the focus in the tree is renamed, deleted and taken away, and the tree stands @person @wide', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/a.txt', 'a'));
  const home = page.getByRole('treeitem', { name: 'home' });
  await home.click();
  const row = (name: string) => page.getByRole('treeitem', { name });
  await row('a.txt').click();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Name' }).fill('b.txt');
  await page.keyboard.press('Enter');
  await expect(row('b.txt')).toBeVisible();
  await row('b.txt').click();
  await page.keyboard.press('Delete');
  await expect(row('b.txt')).toHaveCount(0);
  await expect(row('notes.md')).toBeVisible();
  // A program takes away what has the focus.
  await row('notes.md').click();
  await page.evaluate(() => window.oanix.fs.remove('/home/notes.md'));
  await expect(row('notes.md')).toHaveCount(0);
  await expect(row('workspace').first()).toBeVisible();
  await expect(page.getByText('something here failed')).toHaveCount(0);
});

test('two files of one name that are chosen at once both arrive @person', async ({ page }) => {
  const roots = ['one', 'two'].map((text) => {
    const root = mkdtempSync(join(tmpdir(), 'oanix-'));
    writeFileSync(join(root, 'same.txt'), text);
    return root;
  });
  await start(page);
  await goTo(page, '/home');
  const chooser = page.waitForEvent('filechooser');
  await press(page, 'Upload files');
  await (await chooser).setFiles(roots.map((root) => join(root, 'same.txt')));
  await expect(option(page, 'same (2).txt')).toBeVisible();
  expect(await content(page, '/home/same.txt')).toBe('one');
  expect(await content(page, '/home/same (2).txt')).toBe('two');
  for (const root of roots) rmSync(root, { recursive: true });
});

test('a name in folders makes the folders, and undo takes them away @person', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await press(page, 'New file');
  await page.getByLabel('Name', { exact: true }).fill('letters/2026/may.txt');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toBeVisible();
  expect(await content(page, '/home/letters/2026/may.txt')).toBe('');
  await command(page, 'file.undo');
  await expect.poll(() => exists(page, '/home/letters')).toBe(false);
});

// Firefox gives events that a script makes no clipboard.
test('files and pictures of the system clipboard are pasted into a directory @chromium', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.mkdir('/home/in'));
  await goTo(page, '/home/in');
  await expect(page.getByText('This directory is empty.')).toBeVisible();
  await page.getByRole('listbox').focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['from the desktop'], 'a.txt'));
    data.items.add(new File(['a picture'], 'image.png', { type: 'image/png' }));
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await expect(page.getByText('Copied 2 files into /home/in')).toBeVisible();
  await expect(option(page, 'a.txt')).toBeVisible();
  await expect(
    page.getByRole('option', { name: /^Pasted \d{4}-\d\d-\d\d .*\.png$/ }),
  ).toBeVisible();
  await command(page, 'file.undo');
  await expect(page.getByText('This directory is empty.')).toBeVisible();
});
