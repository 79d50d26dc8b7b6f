/** What a program changed is reviewed, what was is kept in snapshots, archives are browsed as they are. */
import { zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { bring, drop, expect, goTo, type Page, press, result, start, test, ways } from './oanix.ts';
import { Profile } from './profile.ts';

const changes = (page: Page) => page.getByRole('region', { name: 'Changes' });

/** A script that adds, changes, deletes and renames, started from the page as a dropped program is. */
async function runScript(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/p');
    await fs.writeFile('/home/p/changed.txt', 'one\ntwo\nthree\n');
    await fs.writeFile('/home/p/gone.txt', 'soon gone\n');
    await fs.writeFile('/home/p/old.txt', 'to be renamed\n');
    await fs.writeFile('/home/p/bytes.bin', Uint8Array.of(0, 1, 2, 3));
    await fs.writeFile(
      '/home/p/work.sh',
      '#!/bin/sh\ncd /home/p\nsed -i "s/two/2/" changed.txt\nrm gone.txt\nmv old.txt new.txt\nmkdir d; echo fresh > d/added.txt\nprintf "\\000\\377" > bytes.bin\n',
    );
  });
  await page.evaluate(async () => {
    const { pid, done } = await window.oanix.spawn('/home/p/work.sh', { access: { '*': 'cow' } });
    await done;
    Object.assign(window, { pid });
  });
}

const files = (page: Page) =>
  page.evaluate(async () =>
    (await window.oanix.fs.readdir('/home/p'))
      .map(({ name }) => name)
      .sort()
      .join(' '),
  );

const isKept = (page: Page): Promise<boolean> =>
  page.evaluate(async () => (await window.oanix.reviews.list()).every(({ kept }) => kept));

const waiting = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { reviews } = window.oanix;
    const lines: string[] = [];
    for (const { pid, name } of await reviews.list()) {
      for (const { op, path } of await reviews.changes(pid)) lines.push(`${name} ${op} ${path}`);
    }
    return lines;
  });

test('an image that a program changed is shown beside what it was @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const picture = async (colour: string): Promise<Uint8Array> => {
      const canvas = new OffscreenCanvas(40, 20);
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.fillStyle = colour;
      context.fillRect(0, 0, 40, 20);
      return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    };
    await fs.writeFile('/home/flag.png', await picture('red'));
    await fs.writeFile('/home/other.png', await picture('blue'));
    await fs.writeFile('/home/paint.sh', '#!/bin/sh\ncat /home/other.png > /home/flag.png\n');
    await (await window.oanix.spawn('/home/paint.sh', { access: { '*': 'cow' } })).done;
  });
  await press(page, '1 review waiting');
  const shown = page.getByRole('img', { name: /Before|After/ });
  await expect(shown).toHaveCount(2);
  const colours = await shown.evaluateAll((images) =>
    images.map((image) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context?.drawImage(image as HTMLImageElement, 0, 0);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].join(' ');
    }),
  );
  expect(colours).toEqual(['255 0 0 255', '0 0 255 255']);
});

test('what waits to be decided is there after a reload, and is kept then @person', async ({
  page,
}) => {
  await start(page);
  await runScript(page);
  const before = await waiting(page);
  expect(before).toHaveLength(6);
  await expect.poll(() => isKept(page)).toBe(true);
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByRole('button', { name: '1 review waiting' })).toBeVisible();
  expect(await waiting(page)).toEqual(before);
  await press(page, '1 review waiting');
  await expect(page.getByRole('heading', { name: 'Review of work.sh' })).toBeVisible();
  await press(page, 'Keep all');
  await expect.poll(() => files(page)).toBe('bytes.bin changed.txt d new.txt work.sh');
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/p/d/added.txt', 'utf8'))).toBe(
    'fresh\n',
  );
  // What was kept does not come back.
  await expect.poll(() => waiting(page)).toEqual([]);
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await page.waitForTimeout(500);
  expect(await waiting(page)).toEqual([]);
  expect(await files(page)).toBe('bytes.bin changed.txt d new.txt work.sh');
});

test('what waits to be decided survives the browser being killed @chromium', async () => {
  const baseURL = test.info().project.use.baseURL as string;
  const profile = new Profile();
  let page = await profile.open(baseURL);
  await runScript(page);
  const before = await waiting(page);
  await expect.poll(() => isKept(page)).toBe(true);
  await profile.kill();
  page = await profile.open(baseURL);
  await expect.poll(() => waiting(page)).toEqual(before);
  expect(await files(page)).toBe('bytes.bin changed.txt gone.txt old.txt work.sh');
  await profile.close();
  profile.remove();
});

for (const way of ways) {
  test(`what a program changed is looked at, kept in part, and the rest discarded (${way})`, async ({
    page,
  }) => {
    await start(page);
    await runScript(page);
    const before = 'bytes.bin changed.txt gone.txt old.txt work.sh';
    expect(await files(page)).toBe(before);
    await press(page, '1 review waiting', way);
    await expect(page.getByRole('heading', { name: 'Review of work.sh' })).toBeVisible();
    await expect(changes(page)).toContainText('6 changes');
    await expect(page.getByRole('button', { name: 'Keep all' })).toBeEnabled();

    const show = async (name: string): Promise<void> => {
      const row = changes(page).getByRole('button', { name });
      if (way === 'pointer') await row.click();
      else {
        await row.focus();
        await page.keyboard.press('Enter');
      }
    };
    await show('/home/p/changed.txt');
    await expect(page.locator('.diff .minus')).toHaveText(/two/);
    await expect(page.locator('.diff .plus')).toHaveText(/2/);
    await show('/home/p/bytes.bin');
    await expect(page.locator('.dump .differs').first()).toBeVisible();

    // Everything but the deletion and the bytes.
    for (const name of ['gone.txt', 'bytes.bin']) {
      const box = changes(page).getByLabel(`Choose /home/p/${name}`);
      if (way === 'pointer') await box.click();
      else {
        await box.focus();
        await page.keyboard.press('Space');
      }
    }
    await press(page, 'Keep 4 chosen', way);
    await expect(changes(page)).toContainText('2 changes');
    expect(await files(page)).toBe('bytes.bin changed.txt d gone.txt new.txt work.sh');
    await press(page, 'Discard all', way);
    await expect(page.getByText(/Discarded 2 changes/)).toBeVisible();
    expect(await files(page)).toBe('bytes.bin changed.txt d gone.txt new.txt work.sh');
    expect(await page.evaluate(() => window.oanix.fs.readFile('/home/p/changed.txt', 'utf8'))).toBe(
      'one\n2\nthree\n',
    );
    expect(await page.evaluate(() => window.oanix.reviews.list())).toEqual([]);
  });

  test(`a snapshot is taken, compared, looked into and restored (${way})`, async ({ page }) => {
    await start(page);
    await press(page, 'Snapshots', way);
    await press(page, 'Take a snapshot', way);
    await page.getByRole('textbox', { name: 'Name' }).fill('before');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('list', { name: 'Snapshots' })).toContainText('before');
    await page.evaluate(async () => {
      await window.oanix.fs.writeFile('/home/notes.md', 'all other words');
      await window.oanix.fs.writeFile('/home/more.txt', 'more');
    });
    await press(page, 'Compare before with now', way);
    const differences = page.getByRole('region', { name: 'Differences' });
    await expect(differences).toContainText('/notes.md');
    await expect(differences).toContainText('/more.txt');
    await press(page, 'Look into before', way);
    await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();
    await goTo(page, '/snapshots/before/notes.md', way);
    await expect(page.locator('.cm-content')).toContainText('This file is kept in your browser');
    await press(page, 'Snapshots', way);
    await press(page, 'Restore before', way);
    await press(page, 'Restore', way);
    await expect(page.getByText('/home is restored to before')).toBeVisible();
    await expect(page.getByRole('list', { name: 'Snapshots' })).toContainText('automatic');
    await goTo(page, '/home/notes.md', way);
    await expect(page.locator('.cm-content')).toContainText('This file is kept in your browser');
    await page.evaluate(() => window.oanix.fs.sync());
    await page.reload();
    await start(page);
    expect(
      await page.evaluate(async () =>
        (await window.oanix.snapshots.list()).map(({ auto }) => auto),
      ),
    ).toEqual([false, true]);
    expect(
      await page.evaluate(() => window.oanix.fs.lstat('/home/more.txt').catch(() => 'gone')),
    ).toBe('gone');
  });

  test(`an archive is browsed where it is (${way})`, async ({ page }) => {
    await start(page);
    await goTo(page, '/home', way);
    const zip = zipSync({ 'notes/a.txt': new TextEncoder().encode('from the archive') });
    await bring(page, way, [{ name: 'some.zip', bytes: zip }]);
    await expect(page.getByText('some.zip is mounted at /mnt/some.zip')).toBeVisible();
    await goTo(page, '/mnt/some.zip/notes/a.txt', way);
    await expect(page.locator('.cm-content')).toContainText('from the archive');
    await page.reload();
    await start(page);
    expect(
      await page.evaluate(() => window.oanix.fs.readFile('/mnt/some.zip/notes/a.txt', 'utf8')),
    ).toBe('from the archive');
  });
}

test('a folder is exported as a capsule, and opened again after a look at it @person', async ({
  page,
  browserName,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/proj/deep', { recursive: true });
    await fs.writeFile('/home/proj/a.txt', 'in a capsule');
    await fs.writeFile('/home/proj/deep/b.txt', 'deeper');
  });
  const bytes = await page.evaluate(async () => {
    const made = await window.oanix.capsules();
    const body = new Response(
      made.packFolder('/home/proj') as ReadableStream<Uint8Array<ArrayBuffer>>,
    );
    return [...new Uint8Array(await body.arrayBuffer())];
  });
  if (browserName === 'chromium') {
    // Firefox's driver tells of no downloads.
    await goTo(page, '/home/proj');
    const downloaded = page.waitForEvent('download');
    await press(page, 'Export');
    expect((await downloaded).suggestedFilename()).toBe('proj.tar');
  }
  await goTo(page, '/home');
  await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();
  await drop(page, [{ name: 'got.tar', bytes: Uint8Array.from(bytes) }]);
  const dialog = page.getByRole('dialog', { name: 'Open the capsule proj?' });
  await expect(dialog).toContainText('/home/capsules/proj');
  await press(page, 'Open it');
  await expect(page.getByText('proj is at /home/capsules/proj/home/proj')).toBeVisible();
  expect(
    await page.evaluate(() =>
      window.oanix.fs.readFile('/home/capsules/proj/home/proj/deep/b.txt', 'utf8'),
    ),
  ).toBe('deeper');
});

test('a capsule in a link is looked at first, and one of a whole namespace is made again below @person', async ({
  page,
}) => {
  await start(page);
  const link = await page.evaluate(async () => {
    await window.oanix.fs.mkdir('/home/small');
    await window.oanix.fs.writeFile('/home/small/note', 'by link');
    return (await window.oanix.capsules()).link('/home/small', location.href);
  });
  await page.goto('about:blank');
  await page.goto(link ?? '');
  await expect(page.getByRole('dialog', { name: 'Open the capsule small?' })).toBeVisible();
  expect(page.url()).not.toContain('#capsule');
  await press(page, 'Open it');
  await expect(page.getByText(/small is at/)).toBeVisible();
  expect(
    await page.evaluate(() =>
      window.oanix.fs.readFile('/home/capsules/small/home/small/note', 'utf8'),
    ),
  ).toBe('by link');

  const shown = await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/scratch', { create: true });
    await oanix.fs.writeFile('/scratch/m', 'from memory');
    const made = await oanix.capsules();
    const body = new Response(
      (await made.packNamespace('all')) as ReadableStream<Uint8Array<ArrayBuffer>>,
    );
    await oanix.fs.writeFile('/tmp/all.tar', new Uint8Array(await body.arrayBuffer()));
    const review = await made.review('/tmp/all.tar');
    const { at, leftOut } = await made.open('/tmp/all.tar', review);
    return {
      at,
      leftOut,
      refused: review.mounts.filter(({ refused }) => refused).map(({ line }) => line),
      scratch: await oanix.fs.readFile(`${at}/scratch/m`, 'utf8'),
      hello: (await oanix.fs.stat(`${at}/bin/hello-wasi.wasm`)).size > 1000,
      workspace: await oanix.fs.readFile(`${at}/workspace/hello.txt`, 'utf8'),
    };
  });
  expect(shown).toEqual({
    at: '/capsules/all',
    leftOut: [],
    refused: ['review', 'snapshots', 'envs', 'sched', 'cap'].map(
      (name) => `mount ${name} /capsules/all/${name}`,
    ),
    scratch: 'from memory',
    hello: true,
    workspace: 'Hello from the OANIX namespace!\n',
  });
});

test('snapshots and reviews by the terminal', async ({ page }) => {
  await start(page);
  const { stdout, stderr } = await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.fs.writeFile('/home/w.sh', '#!/bin/sh\necho made > /home/made.txt\n');
    // A terminal's shell may what the page may.
    const terminal = await oanix.terminal();
    const words = [
      "snapshot create 'the first'",
      'run --review /home/w.sh',
      'cat /review/*/changes',
      'echo commit > /review/*/ctl',
      "snapshot diff 'the first'",
      'snapshot list',
      'snapshot nonsense',
      'exit',
    ];
    await terminal.write(`${words.join('\n')}\n`);
    let out = '';
    const decoder = new TextDecoder();
    const reader = terminal.output.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      out += decoder.decode(part.value, { stream: true });
    return { stdout: out, stderr: out };
  });
  expect(stdout).toContain('"path":"/home/made.txt"');
  expect(stdout).toMatch(/added\s+\/made\.txt/);
  expect(stdout).toMatch(/files {2}the first/);
  expect(stderr).toContain('usage: snapshot');
});

test('a program neither sees its review nor goes back in time', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.snapshots.create('mine');
    await window.oanix.fs.writeFile(
      '/home/try.sh',
      '#!/bin/sh\nls /review\necho remove mine > /snapshots/ctl\ncat /snapshots/mine/notes.md > /home/copy\n',
    );
  });
  const { stdout, stderr } = await page.evaluate(() =>
    window.oanix.run('/home/try.sh', { access: { '*': 'cow' } }),
  );
  expect(stdout).toBe('');
  expect(stderr).toMatch(/not permitted|EPERM|permitted/i);
  expect(await page.evaluate(async () => (await window.oanix.snapshots.list()).length)).toBe(1);
});

test('an archive that is cut off shows what is whole, and says that it is damaged @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  const files = ['first', 'second'].map((name) => ({
    header: { name, size: 900 },
    body: name.padEnd(900),
  }));
  const tar = await packTar(files);
  await drop(page, [{ name: 'cut.tar', bytes: tar.slice(0, 2100) }]);
  await expect(page.getByRole('note')).toContainText(
    'This archive is damaged: it ends in the middle of "second"',
  );
  await expect(page.getByRole('option', { name: 'first' })).toBeVisible();
  const report = await page.evaluate(() =>
    window.oanix.fs.readFile('/mnt/cut.tar/archive-problems.txt', 'utf8'),
  );
  expect(report).toContain('it ends in the middle of "second"');
});

test('what is not an archive says so, and mounts nothing @person', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();
  await drop(page, [
    { name: 'broken.zip', bytes: new TextEncoder().encode('<h1>404 Not Found</h1>') },
  ]);
  await expect(page.getByRole('alert').getByText(/Not opened.*no archive/)).toBeVisible();
  expect(await page.evaluate(() => window.oanix.ns())).not.toContain('archive');
  await expect(result(page)).toHaveCount(0);
});

test('a quota shows what is used, and holds', async ({ page }) => {
  await start(page);
  await page.evaluate(() =>
    window.oanix.mount({ kind: 'quota', options: { of: { kind: 'mem' }, bytes: 1000 } }, '/small', {
      create: true,
    }),
  );
  await page.evaluate(() => window.oanix.fs.writeFile('/small/f', 'x'.repeat(400)));
  await expect(page.getByText('400 B of 1.0 kB')).toBeVisible();
  const code = await page.evaluate(() =>
    window.oanix.fs.writeFile('/small/g', 'x'.repeat(700)).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    ),
  );
  expect(code).toBe('EDQUOT');
});
