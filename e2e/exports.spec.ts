/** What a person exports comes back byte for byte; what cannot be exported is named before and after. */
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import {
  attempt,
  begin,
  command,
  drop,
  exists,
  expect,
  goTo,
  type Page,
  press,
  start,
  test,
} from './oanix.ts';

/** A folder that most archives would not give back. */
const makeOdd = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { fs } = window.oanix;
    const names = ['back\\slash', 'new\nline', ' blank ', 'u\u0308', '\uFEFFmark', 'x'.repeat(255)];
    await fs.mkdir('/home/odd/empty', { recursive: true });
    for (const name of names) await fs.writeFile(`/home/odd/${name}`, name);
    await fs.link('/home/odd/back\\slash', '/home/odd/second');
    await fs.symlink('/home/odd/second', '/home/odd/absolute');
    await fs.symlink('../nowhere', '/home/odd/dangling');
    const deep = `/home/odd/${'d/'.repeat(300)}`;
    await fs.mkdir(deep, { recursive: true });
    await fs.writeFile(`${deep}end`, 'deep');
    await fs.setTimes('/home/odd/second', { mtime: -315_619_200_123_456_789n });
    await fs.setTimes('/home/odd/empty', { mtime: 9_000_000_000_000_000_001n });
  });

/** Everything below a path: names, kinds, times, contents, targets, and which names are of one file. */
const treeOf = (page: Page, path: string): Promise<unknown> =>
  page.evaluate(async (top) => {
    const { fs } = window.oanix;
    const found: unknown[][] = [];
    const numbers = new Map<bigint, number>();
    const todo = [''];
    for (let dir = todo.pop(); dir !== undefined; dir = todo.pop())
      for (const { name } of await fs.readdir(top + dir)) {
        const own = `${dir}/${name}`;
        const { kind, mtime, ino, nlink } = await fs.lstat(top + own);
        if (nlink > 1 && !numbers.has(ino)) numbers.set(ino, numbers.size);
        const content =
          kind === 'dir'
            ? ''
            : kind === 'symlink'
              ? await fs.readlink(top + own)
              : await fs.readFile(top + own, 'utf8');
        found.push([own, kind, String(mtime), content, numbers.get(ino)]);
        if (kind === 'dir') todo.push(own);
      }
    return found.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  }, path);

const bytesOf = (page: Page, path: string): Promise<number[]> =>
  page.evaluate(async (at) => {
    const made = await window.oanix.capsules();
    const stream = made.packFolder(at) as ReadableStream<Uint8Array<ArrayBuffer>>;
    return [...new Uint8Array(await new Response(stream).arrayBuffer())];
  }, path);

test('a folder of odd names, links and times comes back on a fresh page', async ({
  page,
  browser,
}) => {
  await start(page);
  await makeOdd(page);
  const before = await treeOf(page, '/home/odd');
  const bytes = Uint8Array.from(await bytesOf(page, '/home/odd'));
  const context = await browser.newContext();
  const fresh = await context.newPage();
  await start(fresh);
  await drop(fresh, [{ name: 'odd.tar', bytes }]);
  const dialog = fresh.getByRole('dialog', { name: 'Open the capsule odd?' });
  await expect(dialog).toBeVisible();
  await press(fresh, 'Cancel');
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => fresh.evaluate(() => window.oanix.ns())).not.toContain('odd.tar');
  expect(await exists(fresh, '/home/capsules')).toBe(false);
  await goTo(fresh, '/home/odd.tar');
  await press(fresh, 'Browse');
  await dialog.getByText('One symbolic link leads out of it').click();
  await expect(dialog.getByRole('list', { name: 'Links that lead out' })).toContainText(
    '/home/odd/absolute → /home/odd/second',
  );
  await press(fresh, 'Open it');
  await expect(fresh.getByText('odd is at /home/capsules/odd/home/odd')).toBeVisible();
  expect(await treeOf(fresh, '/home/capsules/odd/home/odd')).toEqual(before);
  await context.close();
});

test('what an export leaves out is named before it begins and listed after it', async ({
  page,
  browserName,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.fs.mkdir('/home/odd');
    await oanix.fs.writeFile('/home/odd/a.txt', 'a');
    await oanix.bind('/dev', '/home/odd/devices', { create: true });
  });
  await goTo(page, '/home/odd');
  await press(page, 'Export');
  const dialog = page.getByRole('dialog', { name: 'Export odd.tar?' });
  await expect(dialog).toContainText('/home/odd/devices');
  await expect(dialog).toContainText("a mount of 'dev' makes its files when they are read");
  const download = browserName === 'chromium' ? page.waitForEvent('download') : undefined;
  await press(page, 'Export the rest');
  if (download) expect((await download).suggestedFilename()).toBe('odd.tar');
  await expect(page.getByText('odd.tar was packed without one thing.')).toBeVisible();
  await press(page, 'Show all');
  await expect(page.getByRole('dialog')).toContainText('/home/odd/devices');
});

// The driver of Firefox reports no downloads.
test('a folder is downloaded as a zip with its links and empty folders @chromium', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/z/empty', { recursive: true });
    await fs.writeFile('/home/z/a.txt', 'hello');
    await fs.symlink('a.txt', '/home/z/link');
  });
  const downloaded = page.waitForEvent('download');
  await command(page, 'file.download', { paths: ['/home/z'] });
  const bytes = readFileSync(await (await downloaded).path());
  await drop(page, [{ name: 'z.zip', bytes }]);
  await expect(page.getByText('z.zip is mounted at /mnt/z.zip')).toBeVisible();
  expect(await treeOf(page, '/mnt/z.zip/z')).toEqual([
    ['/a.txt', 'file', expect.any(String), 'hello', undefined],
    ['/empty', 'dir', expect.any(String), '', undefined],
    ['/link', 'symlink', expect.any(String), 'a.txt', undefined],
  ]);
});

/** Enough that packing it takes a while. */
const makeLarge = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/large', { create: true });
    const part = new Uint8Array(1 << 20);
    for (let at = 0; at < part.length; at += 65_536)
      crypto.getRandomValues(part.subarray(at, at + 65_536));
    for (let number = 10; number < 70; number++) await oanix.fs.writeFile(`/large/${number}`, part);
  });

test('a download that is stopped midway saves nothing', async ({ page }) => {
  await start(page);
  await makeLarge(page);
  const saved: string[] = [];
  page.on('download', (each) => saved.push(each.suggestedFilename()));
  await page.evaluate(
    () =>
      void window.oanix.commands.run('file.download', { paths: ['/large'] }).catch(() => undefined),
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Packing large.zip was stopped; nothing was saved.')).toBeVisible();
  expect(saved).toEqual([]);
});

test('a download is asked about where its page is left midway, and leaves nothing behind', async ({
  page,
}) => {
  await start(page);
  await makeLarge(page);
  await page.evaluate(() => window.oanix.fs.sync());
  const before = await names(page, '/home');
  const asked: string[] = [];
  const saved: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  page.on('download', (each) => saved.push(each.suggestedFilename()));
  // A browser asks only about a page that a person has used.
  await page.locator('body').click({ position: { x: 1, y: 1 } });
  await attempt(page, 'file.download', { paths: ['/large'] });
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  expect(asked).toEqual(['beforeunload']);
  expect(saved).toEqual([]);
  expect(await names(page, '/home')).toEqual(before);
  await expect(page.getByText('has only a part of it')).toHaveCount(0);
});

test('a file that goes while a folder is packed is named, and the rest is packed', async ({
  page,
}) => {
  await start(page);
  await makeLarge(page);
  const left = await page.evaluate(async () => {
    const { oanix } = window;
    const left: unknown[] = [];
    const made = await oanix.capsules();
    const stream = await made.archive(['/large'], 'zip', { leftOut: (each) => left.push(each) });
    const reader = stream.getReader();
    // The names of the folder are known when the first file passes.
    for (let parts = 0; parts < 5; parts++) await reader.read();
    await oanix.fs.remove('/large/69');
    while (!(await reader.read()).done);
    return left;
  });
  expect(left).toEqual([{ path: '/large/69', reason: 'it is no longer there' }]);
});

test('a page that is left while a capsule is opened leaves no folder that seems whole', async ({
  page,
}) => {
  await start(page);
  await makeLarge(page);
  await page.evaluate(async () => {
    const { oanix } = window;
    const made = await oanix.capsules();
    const stream = made.packFolder('/large') as ReadableStream<Uint8Array<ArrayBuffer>>;
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    await oanix.fs.writeFile('/home/large.tar', bytes);
    await oanix.fs.sync();
  });
  await goTo(page, '/home/large.tar');
  await page.evaluate(
    () => void window.oanix.commands.run('view.open', { path: '/home/large.tar' }),
  );
  await press(page, 'Browse');
  await expect(page.getByRole('dialog', { name: 'Open the capsule large?' })).toBeVisible();
  await press(page, 'Open it');
  await expect
    .poll(() => exists(page, '/home/capsules/large.part/large/10'), { intervals: [10] })
    .toBe(true);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  expect(await exists(page, '/home/capsules/large')).toBe(false);
});

for (const format of ['zip', 'tar', 'tar.gz'])
  test(`a folder is compressed as ${format} and extracted beside it`, async ({ page }) => {
    await start(page);
    await makeOdd(page);
    const kindsOf = async (path: string): Promise<unknown> =>
      ((await treeOf(page, path)) as unknown[][]).map(([own, kind, , text]) => [own, kind, text]);
    // Extracting follows the rules for the archives of strangers: a link that leads out is left out.
    await page.evaluate(() => window.oanix.fs.remove('/home/odd/absolute'));
    const before = await kindsOf('/home/odd');
    const time = 1_000_000_000_000_000_000n;
    await page.evaluate(async (mtime) => {
      const { fs } = window.oanix;
      await fs.setMode('/home/odd/\uFEFFmark', 0o755);
      await fs.setTimes('/home/odd/dangling', { mtime }, { follow: false });
    }, time);
    await begin(page, `file.compress-${format.replace('.', '-')}`, { paths: ['/home/odd'] });
    // A zip has no hard links, nor all times: a person is asked first.
    if (format === 'zip') await press(page, 'Export the rest');
    await expect.poll(() => exists(page, `/home/odd.${format}`)).toBe(true);
    await begin(page, 'file.extract', { paths: [`/home/odd.${format}`] });
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('odd');
    await press(page, 'Keep both');
    await expect(page.getByText(`Extracted odd.${format}`)).toBeVisible();
    expect(await kindsOf('/home/odd (2)/odd')).toEqual(before);
    const stats = await page.evaluate(async () => {
      const at = '/home/odd (2)/odd';
      const [run, second, link] = await Promise.all(
        ['\uFEFFmark', 'second', 'dangling'].map((name) => window.oanix.fs.lstat(`${at}/${name}`)),
      );
      return { mode: run?.mode, nlink: second?.nlink, time: link?.mtime };
    });
    expect(stats).toEqual({ mode: 0o755, nlink: format === 'zip' ? 1 : 2, time });
  });

const names = (page: Page, dir: string): Promise<string[]> =>
  page.evaluate(async (at) => (await window.oanix.fs.readdir(at)).map(({ name }) => name), dir);

for (const how of ['stopped', 'left'] as const)
  test(`a folder whose archive is ${how} midway has no archive that seems whole`, async ({
    page,
  }) => {
    await start(page);
    page.on('dialog', (dialog) => void dialog.accept());
    await makeLarge(page);
    await page.evaluate(() => window.oanix.fs.mkdir('/home/packed'));
    // The archive lies where one is that can be written to, beside what is packed.
    await page.evaluate(() => window.oanix.bind('/large', '/home/packed'));
    await attempt(page, 'file.compress-tar-gz', { paths: ['/home/packed'] });
    await expect
      .poll(async () => (await names(page, '/home')).filter((name) => name.startsWith('packed.')))
      .toEqual(['packed.tar.gz.part']);
    if (how === 'stopped') {
      await press(page, 'Cancel');
      await expect(page.getByText('was stopped; nothing was saved.')).toBeVisible();
      expect(await names(page, '/home')).not.toContain('packed.tar.gz.part');
    } else {
      await page.evaluate(() => window.oanix.fs.sync());
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
      await expect(page.getByText('/home/packed.tar.gz.part has only a part of it')).toBeVisible();
      await press(page, 'Delete the part');
      await expect.poll(() => names(page, '/home')).not.toContain('packed.tar.gz.part');
    }
    expect(await names(page, '/home')).not.toContain('packed.tar.gz');
  });

for (const how of ['stopped', 'left'] as const)
  test(`an archive whose extraction is ${how} midway leaves no folder that seems whole, and no mount`, async ({
    page,
  }) => {
    await start(page);
    page.on('dialog', (dialog) => void dialog.accept());
    const entries = Object.fromEntries(
      Array.from({ length: 3000 }, (_, nr) => [`f${nr}`, Uint8Array.of(nr % 256)]),
    );
    const zip = [...zipSync(entries, { level: 0 })];
    await page.evaluate(async (bytes) => {
      await window.oanix.fs.writeFile('/home/many.zip', Uint8Array.from(bytes));
      await window.oanix.fs.sync();
    }, zip);
    const before = await page.evaluate(() => window.oanix.ns());
    await attempt(page, 'file.extract', { paths: ['/home/many.zip'] });
    await expect.poll(() => exists(page, '/home/many/f20'), { intervals: [20] }).toBe(true);
    if (how === 'stopped') {
      await press(page, 'Cancel');
      await expect(page.getByText('was stopped; what was done so far stays')).toBeVisible();
    } else {
      await page.evaluate(() => window.oanix.fs.sync());
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
      await expect(page.getByText('/home/many has only a part of it')).toBeVisible();
      await press(page, 'Delete the part');
    }
    await expect.poll(() => exists(page, '/home/many')).toBe(false);
    expect(await page.evaluate(() => window.oanix.ns())).toBe(before);
    expect(await exists(page, '/home/many.zip')).toBe(true);
  });
