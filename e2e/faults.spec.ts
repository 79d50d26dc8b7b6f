/** Long operations that fail, are stopped, or lose their page in the middle: nothing is lost, and it is said what was done. */
import {
  attempt,
  command,
  content,
  exists,
  expect,
  goTo,
  holdStore,
  option,
  type Page,
  press,
  start,
  test,
} from './oanix.ts';

/** Makes the next drop a folder whose files are slow to read, or cannot be read; `ms` is for each mebibyte. */
async function dropFolder(
  page: Page,
  name: string,
  files: readonly { name: string; size: number; ms?: number; isGone?: true }[],
): Promise<void> {
  await page.evaluate(
    ([folder, wanted]) => {
      const slow = (file: File, ms: number): File => {
        const slice = file.slice.bind(file);
        file.slice = (from, to) => {
          const piece = slice(from, to);
          const read = piece.arrayBuffer.bind(piece);
          piece.arrayBuffer = async () => {
            await new Promise((done) => setTimeout(done, ms));
            return read();
          };
          return piece;
        };
        return file;
      };
      const entries = wanted.map((each) => ({
        isFile: true,
        name: each.name,
        file: (done: (file: File) => void, fail: (error: Error) => void) =>
          each.isGone
            ? fail(new DOMException('A file is not there any more.', 'NotFoundError'))
            : done(slow(new File([new Uint8Array(each.size)], each.name), each.ms ?? 0)),
      }));
      DataTransferItem.prototype.webkitGetAsEntry = () =>
        ({
          isFile: false,
          name: folder,
          createReader: () => ({
            readEntries: (done: (some: object[]) => void) => done(entries.splice(0, 100)),
          }),
        }) as never;
      const transfer = new DataTransfer();
      transfer.items.add(new File([], folder));
      document.body.dispatchEvent(
        new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
      );
    },
    [name, files] as const,
  );
}

/** All names below a directory. */
const below = (page: Page, root: string): Promise<string[]> =>
  page.evaluate(async (from) => {
    const { fs } = window.oanix;
    const found: string[] = [];
    const todo = [from];
    for (const dir of todo)
      for (const { name, kind } of await fs.readdir(dir)) {
        found.push(`${dir}/${name}`.slice(from.length + 1));
        if (kind === 'dir') todo.push(`${dir}/${name}`);
      }
    return found.sort();
  }, root);

const mountSmall = (page: Page, at: string, bytes: number): Promise<void> =>
  page.evaluate(
    ([place, limit]) =>
      window.oanix.mount({ kind: 'quota', options: { of: { kind: 'mem' }, bytes: limit } }, place),
    [at, bytes] as const,
  );

/** Files of `/home/set`, each with its own text. */
const makeSet = (page: Page, count: number, size = 10): Promise<void> =>
  page.evaluate(
    async ([many, bytes]) => {
      const { fs } = window.oanix;
      await fs.mkdir('/home/set');
      for (let at = 0; at < many; at++)
        await fs.writeFile(`/home/set/f${at}`, `${at} `.padEnd(bytes, '.'));
    },
    [count, size] as const,
  );

test('an upload that does not fit, with a file that vanishes, names both and brings the rest', async ({
  page,
}) => {
  await start(page);
  await mountSmall(page, '/small', 1_500_000);
  await goTo(page, '/small');
  await expect(page.getByText('This directory is empty.')).toBeVisible();
  await dropFolder(page, 'in', [
    { name: 'a', size: 10 },
    { name: 'large', size: 2_500_000 },
    { name: 'gone', size: 10, isGone: true },
    { name: 'z', size: 1000 },
  ]);
  await press(page, 'Show all');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Not done: 2');
  await expect(dialog).toContainText('in/large');
  await expect(dialog).toContainText('used up its quota');
  await expect(dialog).toContainText('in/gone');
  await press(page, 'Close');
  expect(await below(page, '/small')).toEqual(['in', 'in/a', 'in/z']);
  await command(page, 'file.undo');
  expect(await below(page, '/small')).toEqual([]);
});

test('an upload that is stopped leaves whole files, which undo takes away', async ({ page }) => {
  await start(page);
  await goTo(page, '/tmp');
  await dropFolder(page, 'in', [
    { name: 'a', size: 10 },
    { name: 'large', size: 20_000_000, ms: 200 },
  ]);
  await expect(page.getByText('Copying 2 files into /tmp')).toBeVisible();
  await expect.poll(() => below(page, '/tmp')).toContain('in/large.part');
  await press(page, 'Cancel');
  await expect(page.getByText('was stopped; what was done so far stays')).toBeVisible();
  expect(await below(page, '/tmp')).toEqual(['in', 'in/a']);
  await command(page, 'file.undo');
  expect(await below(page, '/tmp')).toEqual([]);
});

test('an upload whose page is left is named by the next one, which deletes the part on demand', async ({
  page,
}) => {
  await start(page);
  page.on('dialog', (dialog) => dialog.accept());
  await goTo(page, '/home');
  await dropFolder(page, 'in', [
    { name: 'a', size: 10 },
    { name: 'large', size: 20_000_000, ms: 300 },
  ]);
  await expect.poll(() => below(page, '/home')).toContain('in/large.part');
  await page.evaluate(() => window.oanix.fs.sync());
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByText('/home/in/large.part has only a part of it')).toBeVisible();
  expect((await below(page, '/home/in')).sort()).toEqual(['a', 'large.part']);
  await press(page, 'Delete the part');
  await expect.poll(() => below(page, '/home/in')).toEqual(['a']);
  // It is told once.
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(option(page, 'notes.md')).toBeVisible();
  await expect(page.getByText('has only a part of it')).toHaveCount(0);
});

test('a copy that does not fit names what is missing, and undo takes the rest away', async ({
  page,
}) => {
  await start(page);
  await makeSet(page, 5);
  await page.evaluate(() =>
    window.oanix.fs.writeFile('/home/set/large', new Uint8Array(2_500_000)),
  );
  await mountSmall(page, '/small', 1_000_000);
  await attempt(page, 'file.copyTo', { paths: ['/home/set', '/home/nothing'], into: '/small' });
  await press(page, 'Show all');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('/home/set/large');
  await expect(dialog).toContainText('/home/nothing');
  await press(page, 'Close');
  expect(await below(page, '/small')).toEqual([
    'set',
    ...[0, 1, 2, 3, 4].map((at) => `set/f${at}`),
  ]);
  await command(page, 'file.undo');
  expect(await below(page, '/small')).toEqual([]);
  expect(await content(page, '/home/set/f3')).toContain('3 ');
});

test('a move that does not fit leaves everything where it is, and says why', async ({ page }) => {
  await start(page);
  await makeSet(page, 5, 1000);
  await mountSmall(page, '/small', 3000);
  await attempt(page, 'file.moveTo', { paths: ['/home/set'], into: '/small' });
  await expect(page.getByText('It stays where it is')).toBeVisible();
  expect(await below(page, '/small')).toEqual([]);
  expect(await below(page, '/home/set')).toHaveLength(5);
});

test('a copy that is stopped leaves nothing of it, and the original whole', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  await makeSet(page, 3000);
  await attempt(page, 'file.copyTo', { paths: ['/home/set'], into: '/tmp' });
  await expect.poll(() => exists(page, '/tmp/set/f20'), { intervals: [20] }).toBe(true);
  await press(page, 'Cancel');
  await expect(page.getByText('was stopped; what was done so far stays')).toBeVisible();
  expect(await below(page, '/tmp')).toEqual([]);
  expect(await below(page, '/home/set')).toHaveLength(3000);
});

test('a copy whose page is left is named by the next one, and the original is whole', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await start(page);
  page.on('dialog', (dialog) => dialog.accept());
  await makeSet(page, 3000);
  await page.evaluate(() => window.oanix.fs.mkdir('/home/copies'));
  await attempt(page, 'file.copyTo', { paths: ['/home/set'], into: '/home/copies' });
  await expect.poll(() => exists(page, '/home/copies/set/f20'), { intervals: [20] }).toBe(true);
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByText('/home/copies/set has only a part of it')).toBeVisible();
  expect(await below(page, '/home/set')).toHaveLength(3000);
  await press(page, 'Delete the part');
  // What is being deleted may be gone between its listing and its being opened.
  await expect.poll(() => below(page, '/home/copies').catch(() => undefined)).toEqual([]);
  await command(page, 'file.undo');
  await expect.poll(() => exists(page, '/home/copies/set/f20'), { intervals: [20] }).toBe(true);
});

test('a page that is left while a snapshot is restored has the one state or the other, whole', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await start(page);
  page.on('dialog', (dialog) => dialog.accept());
  await makeSet(page, 500);
  await page.evaluate(async () => {
    const { fs, snapshots } = window.oanix;
    await snapshots.create('full');
    for (const { name } of await fs.readdir('/home/set')) await fs.remove(`/home/set/${name}`);
    await fs.writeFile('/home/set/later', 'later');
    await fs.sync();
    void snapshots.restore('full').catch(() => undefined);
  });
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  const names = await below(page, '/home/set');
  if (names.length === 1) expect(names).toEqual(['later']);
  else {
    expect(names).toHaveLength(500);
    expect(await content(page, '/home/set/f499')).toContain('499 ');
  }
  // Either way the other state is a snapshot: nothing is lost.
  const snapshots = await page.evaluate(() => window.oanix.snapshots.list());
  expect(snapshots.map(({ name }) => name)).toContain('full');
});

/** A file that has changed since a snapshot was taken. */
const makeThen = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { fs, snapshots } = window.oanix;
    await fs.writeFile('/home/a.txt', 'then');
    await snapshots.create('then');
    await fs.writeFile('/home/a.txt', 'now');
    await fs.sync();
  });

test('a restore of a snapshot that is stopped leaves everything as it is; undisturbed it is made', async ({
  page,
}) => {
  await start(page);
  await makeThen(page);
  await goTo(page, '/snapshots');
  await press(page, 'Restore then');
  const letGo = await holdStore(page);
  await press(page, 'Restore');
  await expect(page.getByText('Restoring then', { exact: true })).toBeVisible();
  await press(page, 'Cancel');
  await letGo();
  await expect(
    page.getByText('Restoring then was stopped; nothing was changed.', { exact: true }),
  ).toBeVisible();
  expect(await content(page, '/home/a.txt')).toBe('now');
  await press(page, 'Restore then');
  await press(page, 'Restore');
  await expect(page.getByText('/home is restored to then')).toBeVisible();
  expect(await content(page, '/home/a.txt')).toBe('then');
});

test('a snapshot that is damaged is not restored, and it is said why', async ({ page }) => {
  await start(page);
  await makeThen(page);
  await page.evaluate(async () => {
    await new Promise<void>((damaged) => {
      const opening = indexedDB.open('oanix');
      opening.onsuccess = () => {
        const db = opening.result;
        const change = db.transaction('tree', 'readwrite');
        change.objectStore('tree').openCursor().onsuccess = (event) => {
          const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
          if (!cursor) return;
          cursor.update((cursor.value as Uint8Array).map((byte) => byte ^ 0x55));
          cursor.continue();
        };
        change.oncomplete = () => {
          db.close();
          damaged();
        };
      };
    });
  });
  await goTo(page, '/snapshots');
  await press(page, 'Restore then');
  await press(page, 'Restore');
  await expect(page.getByText('Restoring then was not finished')).toBeVisible();
  await expect(page.getByText('this snapshot cannot be read')).toBeVisible();
  expect(await content(page, '/home/a.txt')).toBe('now');
});

const trashed = '/home/.local/share/Trash/files';
/** Deletes a folder of another mount than the trash, so that it is copied there and back. */
async function trashSet(page: Page, root: string, count: number): Promise<void> {
  await page.evaluate(
    async ([at, many]) => {
      const { fs } = window.oanix;
      await fs.mkdir(`${at}/set`);
      for (let nr = 0; nr < many; nr++) await fs.writeFile(`${at}/set/f${nr}`, `${nr} `.padEnd(50));
    },
    [root, count] as const,
  );
  await command(page, 'file.trash', { paths: [`${root}/set`] });
  await expect.poll(() => exists(page, `${root}/set`)).toBe(false);
  expect(await below(page, `${trashed}/set`)).toHaveLength(count);
}

test('what does not fit where it is put back stays in the trash whole, and it is said why', async ({
  page,
}) => {
  await start(page);
  await mountSmall(page, '/small', 10_000);
  await trashSet(page, '/small', 100);
  await page.evaluate(() => window.oanix.fs.writeFile('/small/other', new Uint8Array(9000)));
  await attempt(page, 'trash.restore', { paths: [`${trashed}/set`] });
  await press(page, 'Put back');
  await expect(page.getByText('It stays where it is')).toBeVisible();
  expect(await below(page, '/small')).toEqual(['other']);
  expect(await below(page, `${trashed}/set`)).toHaveLength(100);
  // With room it is put back, also after the failure.
  await page.evaluate(() => window.oanix.fs.remove('/small/other'));
  await attempt(page, 'trash.restore', { paths: [`${trashed}/set`] });
  await press(page, 'Put back');
  await expect.poll(() => exists(page, `${trashed}/set`)).toBe(false);
  expect(await below(page, '/small/set')).toHaveLength(100);
  expect(await content(page, '/small/set/f99')).toContain('99 ');
});

for (const how of ['stopped', 'left'] as const)
  test(`what is put back from the trash by a copy that is ${how} midway stays there whole`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await start(page);
    page.on('dialog', (dialog) => dialog.accept());
    await trashSet(page, '/tmp', 3000);
    await page.evaluate(() => window.oanix.fs.sync());
    await attempt(page, 'trash.restore', { paths: [`${trashed}/set`] });
    await press(page, 'Put back');
    await expect.poll(() => exists(page, '/tmp/set/f20'), { intervals: [20] }).toBe(true);
    if (how === 'stopped') {
      await press(page, 'Cancel');
      await expect(page.getByText('was stopped; what was done so far stays')).toBeVisible();
      expect(await below(page, '/tmp')).toEqual([]);
    } else {
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
    }
    expect(await below(page, `${trashed}/set`)).toHaveLength(3000);
    await attempt(page, 'trash.restore', { paths: [`${trashed}/set`] });
    await press(page, 'Put back');
    await expect.poll(() => exists(page, `${trashed}/set`), { timeout: 60_000 }).toBe(false);
    expect(await below(page, '/tmp/set')).toHaveLength(3000);
  });
