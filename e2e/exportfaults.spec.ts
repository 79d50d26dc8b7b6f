/**
 * Downloads and exports that fail, are stopped, or lose their page midway: nothing is saved that seems whole, the person is
 * told which file it was, nothing is left behind, and the next one works.
 */
import {
  attempt,
  changeLastPart,
  command,
  expect,
  expected,
  goTo,
  holdStore,
  option,
  type Page,
  press,
  start,
  test,
} from './oanix.ts';

/** The names of the files that the page gives to the browser, also over reloads. */
async function downloadsOf(page: Page): Promise<string[]> {
  const saved: string[] = [];
  await page.exposeFunction('tellSaved', (name: string) => void saved.push(name));
  await page.addInitScript(() => {
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      if (this.download !== '')
        (window as unknown as { tellSaved(name: string): void }).tellSaved(this.download);
      click.call(this);
    };
  });
  return saved;
}

/** A folder with a small file and one of 4 MB, whose parts are stored one by one. They are not in memory after a reload. */
async function makeStored(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/set');
    await fs.writeFile('/home/set/a.txt', 'whole');
    await fs.sync();
    const file = await fs.open('/home/set/big.bin', 'w');
    for (let part = 1; part <= 4; part++) {
      await file.write(new Uint8Array(1 << 20).fill(part));
      await fs.sync();
    }
    await file.close();
  });
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
}

/** What would tell of something that was left behind: files, mounts, open descriptors, databases and their sizes. */
const traces = (page: Page) =>
  page.evaluate(async () => {
    const { fs } = window.oanix;
    const names: string[] = [];
    const todo = ['/home', '/tmp'];
    for (const dir of todo)
      for (const { name, kind } of await fs.readdir(dir)) {
        names.push(`${dir}/${name}`);
        if (kind === 'dir') todo.push(`${dir}/${name}`);
      }
    await fs.sync();
    const parts = await new Promise<number>((counted) => {
      const opening = indexedDB.open('oanix');
      opening.onsuccess = () => {
        const db = opening.result;
        const count = db.transaction('seg').objectStore('seg').count();
        count.onsuccess = () => {
          db.close();
          counted(count.result);
        };
      };
    });
    const databases = (await indexedDB.databases()).map(({ name }) => `${name}`).sort();
    const descriptors = (await fs.readFile('/proc/1/fd', 'utf8')).split('\n');
    const open = descriptors.filter((line) => line.includes('/home/set'));
    return { names, parts, databases, open, ns: await window.oanix.ns() };
  });

for (const [what, path, label] of [
  ['a file', '/home/set/big.bin', 'Downloading big.bin was not finished'],
  ['a folder', '/home/set', 'Packing set.zip was not finished: /home/set/big.bin'],
] as const)
  test(`a download of ${what} whose disk fails midway saves nothing, names the file, and the page goes on @person`, async ({
    page,
  }) => {
    expected.patterns = [/damaged/];
    const saved = await downloadsOf(page);
    await start(page);
    await makeStored(page);
    await changeLastPart(page, 'damage');
    await attempt(page, 'file.download', { paths: [path] });
    const told = page.getByText(label);
    await expect(told).toContainText('a part of this file is damaged in the store');
    await expect(told).toContainText('Try again');
    expect(saved).toEqual([]);
    await goTo(page, '/home/set');
    await expect(option(page, 'a.txt')).toBeVisible();
    // What is whole can still be downloaded. This comes last: Firefox shows its downloads, and the page has no focus then.
    await command(page, 'file.download', { paths: ['/home/set/a.txt'] });
    expect(saved).toEqual(['a.txt']);
  });

test('a download of a file that becomes shorter midway saves nothing, and says so', async ({
  page,
}) => {
  const saved = await downloadsOf(page);
  await start(page);
  await makeStored(page);
  const letGo = await holdStore(page);
  await attempt(page, 'file.download', { paths: ['/home/set/big.bin'] });
  await expect(page.getByText('Downloading big.bin', { exact: true })).toBeVisible();
  // This waits for the database too, behind the first read and before the second.
  const cut = page.evaluate(() => window.oanix.fs.truncate('/home/set/big.bin', 0));
  await letGo();
  await cut;
  await expect(page.getByText('Downloading big.bin was not finished')).toContainText(
    'the file became shorter while it was read',
  );
  expect(saved).toEqual([]);
});

for (const how of ['stopped', 'left'] as const)
  test(`an export as a capsule that is ${how} midway leaves nothing behind, and a later one works @person`, async ({
    page,
  }) => {
    const saved = await downloadsOf(page);
    page.on('dialog', (dialog) => void dialog.accept());
    await start(page);
    await makeStored(page);
    const before = await traces(page);
    // The export waits for its first part while something else has the database.
    const letGo = await holdStore(page);
    await attempt(page, 'file.export', { path: '/home/set' });
    await expect(page.getByText('Packing set.tar', { exact: true })).toBeVisible();
    if (how === 'stopped') {
      await press(page, 'Cancel');
      await letGo();
      await expect(
        page.getByText('Packing set.tar was stopped; nothing was saved.', { exact: true }),
      ).toBeVisible();
    } else {
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
    }
    expect(saved).toEqual([]);
    await expect.poll(() => traces(page)).toEqual(before);
    await expect(page.getByText('has only a part of it')).toHaveCount(0);
    await command(page, 'file.export', { path: '/home/set' });
    expect(saved).toEqual(['set.tar']);
    await expect.poll(() => traces(page)).toEqual(before);
  });
