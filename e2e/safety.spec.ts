/** What must hold when something breaks or attacks: crash, corruption, quota, kill, another tab, a leak. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  changeLastPart,
  expect,
  expected,
  goTo,
  holdStore,
  press,
  start,
  test,
  ways,
} from './oanix.ts';

test('two tabs: the second looks on, read-only, and has the store as soon as the first is gone', async ({
  page,
  context,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/one.txt', 'from the first tab'));
  await page.evaluate(() => window.oanix.fs.sync());
  const second = await context.newPage();
  await start(second);
  await expect(second.getByText('another OANIX tab has this store open')).toBeVisible();
  await expect(second.getByLabel('Storage')).toContainText('Read-only');
  await expect(second.getByRole('button', { name: '/home store ro' })).toBeVisible();
  const read = (path: string) =>
    second.evaluate((at) => window.oanix.fs.readFile(at, 'utf8').catch(() => 'missing'), path);
  expect(await read('/home/one.txt')).toBe('from the first tab');
  const refused = await second.evaluate(() =>
    window.oanix.fs.writeFile('/home/two.txt', 'x').then(
      () => 'done',
      (error: { code: string }) => error.code,
    ),
  );
  expect(refused).toBe('EROFS');
  // It follows what the first one does.
  await goTo(second, '/home');
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/one.txt', 'first still writes');
    await window.oanix.fs.mkdir('/home/seen');
  });
  await expect.poll(() => read('/home/one.txt')).toBe('first still writes');
  await expect(second.getByRole('option', { name: 'seen' })).toBeVisible();
  const from = Date.now();
  await page.close();
  await expect(second.getByLabel('Storage')).toContainText('Saved');
  await expect(second.getByRole('button', { name: '/home store rw' })).toBeVisible();
  console.log(`taken over after ${Date.now() - from} ms`);
  await second.evaluate(() => window.oanix.fs.writeFile('/home/two.txt', 'mine now'));
  expect(await read('/home/one.txt')).toBe('first still writes');
});

for (const way of ways) {
  test(`a tab with unsaved text takes over when it is told to (${way})`, async ({
    page,
    context,
  }) => {
    await start(page);
    const second = await context.newPage();
    await start(second);
    await expect(second.getByLabel('Storage')).toContainText('Read-only');
    await goTo(second, '/tmp', way);
    await second.evaluate(() => window.oanix.fs.writeFile('/tmp/draft.txt', 'a draft'));
    await goTo(second, '/tmp/draft.txt', way);
    await second.locator('.cm-content').click();
    await second.keyboard.type('unsaved ');
    await expect(second.getByLabel('Unsaved', { exact: true })).toBeVisible();
    await page.close();
    await expect(second.getByText('The other tab is gone')).toBeVisible();
    await press(second, 'Take over', way);
    await expect(second.getByLabel('Storage')).toContainText('Saved');
  });
}

test('the kernel dies: the page says why and starts again with what was saved @chromium @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/kept.txt', 'saved before');
    await window.oanix.fs.sync();
  });
  const kernel = page.workers().find((worker) => worker.url().includes('kernel.worker'));
  await kernel?.evaluate(() => self.close()).catch(() => undefined);
  await expect(page.getByRole('heading', { name: 'The kernel stopped' })).toBeVisible();
  await expect(page.getByText('the kernel worker stopped')).toBeVisible();
  const refused = await page.evaluate(() =>
    window.oanix.fs.readFile('/home/kept.txt').then(
      () => 'ok',
      (error: { code: string }) => error.code,
    ),
  );
  expect(refused).toBe('EIO');
  await press(page, 'Start again');
  await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/kept.txt', 'utf8'))).toBe(
    'saved before',
  );
});

test('files, programs and watches of a kernel that died stay away from those of the next one @chromium', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const file = await fs.open('/tmp/old', 'w');
    const program = await window.oanix.spawn('/bin/sh', { args: ['sh', '-c', 'cat'] });
    const stop = await fs.watch('/tmp', () => undefined);
    Object.assign(window, { old: { file, program, stop } });
  });
  const kernel = page.workers().find((worker) => worker.url().includes('kernel.worker'));
  await kernel?.evaluate(() => self.close()).catch(() => undefined);
  await press(page, 'Start again');
  await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  const seen = await page.evaluate(async () => {
    const { fs } = window.oanix;
    const { old } = window as unknown as {
      old: {
        file: Awaited<ReturnType<typeof fs.open>>;
        program: Awaited<ReturnType<typeof window.oanix.spawn>>;
        stop(): void;
      };
    };
    const code = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'ok',
        (error: { code: string }) => error.code,
      );
    const opened = [await fs.open('/tmp/a', 'w'), await fs.open('/tmp/b', 'w')];
    const program = await window.oanix.spawn('/bin/sh', { args: ['sh', '-c', 'cat'] });
    const heard = new Promise<string>((resolve) => {
      const listen = (paths: readonly string[]): void => {
        if (paths.includes('/tmp/seen')) resolve('/tmp/seen');
      };
      void fs.watch('/tmp', listen).then(() => {
        old.stop();
        void fs.writeFile('/tmp/seen', '');
      });
    });
    const codes = [
      await code(old.file.write('x')),
      await code(old.file.close()),
      await code(old.program.kill()),
    ];
    for (const file of opened) await file.write('mine');
    const isRunning = (await window.oanix.processes()).some(
      ({ pid, state }) => pid === program.pid && state !== 'killed',
    );
    await program.kill();
    const texts = [await fs.readFile('/tmp/a', 'utf8'), await fs.readFile('/tmp/b', 'utf8')];
    return { codes, texts, isRunning, heard: await heard, isNew: program.pid > old.program.pid };
  });
  expect(seen).toEqual({
    codes: ['EIO', 'EIO', 'EIO'],
    texts: ['mine', 'mine'],
    isRunning: true,
    heard: '/tmp/seen',
    isNew: true,
  });
});

test('an error in the kernel that nobody caught is told with its reason @chromium @person', async ({
  page,
}) => {
  await start(page);
  const kernel = page.workers().find((worker) => worker.url().includes('kernel.worker'));
  await kernel?.evaluate(() => void Promise.reject(new Error('a bug in the kernel')));
  await expect(page.getByText('a bug in the kernel')).toBeVisible();
  await press(page, 'Safe mode');
  await expect(page.getByLabel('Storage')).toContainText('Read-only');
  expect(await page.evaluate(() => window.oanix.ns())).toBe('mount -r store /home\n');
});

test('a corrupt record is set aside and named, the rest is there', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/good.txt', 'fine');
    await fs.sync();
    await fs.writeFile('/home/bad.txt', 'soon damaged');
    await fs.sync();
  });
  await changeLastPart(page, 'delete');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByText('/bad.txt (1 of its parts are missing)')).toBeVisible();
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/good.txt', 'utf8'))).toBe(
    'fine',
  );
  expect(
    await page.evaluate(async () =>
      (await window.oanix.fs.readdir('/home')).map(({ name }) => name),
    ),
  ).not.toContain('bad.txt');
});

test('a database that the browser has thrown away is told @person', async ({ page }) => {
  await start(page);
  await expect(page.getByLabel('Storage')).toContainText('Saved');
  await expect(page.getByText('no longer has the database')).toHaveCount(0);
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/gone.txt', 'not for long');
    await window.oanix.fs.sync();
  });
  // A page of the same origin without a kernel, which would hold the database.
  await page.route('**/nothing', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:," />' }),
  );
  await page.goto('./nothing');
  const dropped = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const dropping = indexedDB.deleteDatabase('oanix');
        for (const how of ['success', 'error', 'blocked'])
          dropping.addEventListener(how, () => resolve(how));
      }),
  );
  expect(dropped).toBe('success');
  await page.goto('./');
  await expect(page.getByText('no longer has the database that your files')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByText('no longer has the database')).toHaveCount(0);
});

test('a database that is deleted while the page is open is told as what it is @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/here.txt', 'still in memory');
    await window.oanix.fs.sync();
  });
  // As developer tools do it, and other pages of this site can.
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      await new Promise((resolve, reject) => {
        const dropping = indexedDB.deleteDatabase(name);
        dropping.onsuccess = resolve;
        dropping.onerror = reject;
      });
    }
  });
  const notice = page.getByRole('alert').filter({ hasText: 'are not saved' });
  await expect(notice).toContainText('was deleted while this page was open');
  await expect(notice).toContainText('copy out what you still need, then reload');
  await expect(notice).not.toContainText('another tab');
  const { text, code } = await page.evaluate(async () => ({
    text: await window.oanix.fs.readFile('/home/here.txt', 'utf8'),
    code: await window.oanix.fs.writeFile('/home/new.txt', '').then(
      () => 'ok',
      (error: { code: string }) => error.code,
    ),
  }));
  expect({ text, code }).toEqual({ text: 'still in memory', code: 'ESTALE' });
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByText('no longer has the database that your files')).toBeVisible();
  await page.evaluate(async () => {
    await window.oanix.fs.writeFile('/home/anew.txt', 'kept');
    await window.oanix.fs.sync();
  });
});

test('many mounts in memory hold no more together than two gibibytes', async ({ page }) => {
  await start(page);
  const outcomes = await page.evaluate(async () => {
    const { oanix } = window;
    const said: string[] = [];
    for (const at of ['/m1', '/m2', '/m3']) {
      await oanix.mount({ kind: 'mem' }, at, { create: true });
      await oanix.fs.writeFile(`${at}/f`, '');
      // A file without content of its own takes its room all the same.
      said.push(
        await oanix.fs.truncate(`${at}/f`, 2 ** 30 - 1_000_000).then(
          () => 'ok',
          (error: Error) => error.message,
        ),
      );
    }
    await oanix.fs.remove('/m1/f');
    await oanix.fs.truncate('/m3/f', 2 ** 30 - 1_000_000);
    return said;
  });
  expect(outcomes.slice(0, 2)).toEqual(['ok', 'ok']);
  expect(outcomes[2]).toMatch(/ENOSPC.*all mounts in memory hold at most 2,048 MiB together/);
});

test('a page that is left at once has saved everything: many files, a big one, a mount', async ({
  page,
}) => {
  await start(page);
  for (let round = 0; round < 3; round++) {
    await page.evaluate(async (nr) => {
      const { oanix } = window;
      const dir = `/home/left-${nr}`;
      await oanix.fs.mkdir(dir);
      await oanix.fs.writeFile(`${dir}/big`, new Uint8Array(10_000_000).fill(nr));
      for (let i = 0; i < 100; i++) await oanix.fs.writeFile(`${dir}/${i}`, `${i}`);
      await oanix.mount({ kind: 'mem' }, `/left-${nr}`, { create: true });
      await oanix.fs.writeFile(`${dir}/last`, 'last');
    }, round);
    await page.reload();
    const found = await page.evaluate(async (nr) => {
      const { oanix } = window;
      await oanix.ready;
      const dir = `/home/left-${nr}`;
      const big = await oanix.fs.readFile(`${dir}/big`);
      return {
        names: (await oanix.fs.readdir(dir)).length,
        last: await oanix.fs.readFile(`${dir}/last`, 'utf8'),
        big: big.length === 10_000_000 && big.every((byte) => byte === nr),
        isMounted: (await oanix.ns()).includes(` /left-${nr}\n`),
      };
    }, round);
    expect(found).toEqual({ names: 102, last: 'last', big: true, isMounted: true });
  }
});

test('a page that is left while the disk is slow waits for it, and has saved everything', async ({
  page,
  context,
}) => {
  await start(page);
  const other = await context.newPage();
  await other.goto('icon.svg');
  await holdStore(other, 2500);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/last', 'last'));
  await page.reload();
  const last = await page.evaluate(async () => {
    await window.oanix.ready;
    return window.oanix.fs.readFile('/home/last', 'utf8');
  });
  expect(last).toBe('last');
});

test('typing never waits for the store: it goes on while the database answers nobody @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/draft.txt', 'draft '));
  await page.evaluate(() => window.oanix.fs.sync());
  await goTo(page, '/home/draft.txt');
  await expect(page.locator('.cm-content')).toContainText('draft');
  const letGo = await holdStore(page);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  const typed = 'typed while the disk is busy';
  const from = Date.now();
  await page.keyboard.type(typed);
  await expect(page.locator('.cm-content')).toContainText(typed);
  await page.keyboard.press('Control+s');
  await expect(page.getByLabel('Storage')).toContainText('Saving');
  await page.keyboard.type(', and after');
  await expect(page.locator('.cm-content')).toContainText(`${typed}, and after`);
  console.log(`typed and saved in ${Date.now() - from} ms, with nothing stored`);
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/draft.txt', 'utf8'))).toContain(
    typed,
  );
  await letGo();
  await expect(page.getByLabel('Storage')).toContainText('Saved');
});

test('mounts, binds, flags and order are as they were; one that cannot be made again says why @person @wide', async ({
  page,
}) => {
  await start(page);
  const before = await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem', options: { bytes: 1000 } }, '/scratch', { create: true });
    await oanix.bind('/home', '/scratch', { order: 'after' });
    await oanix.mount({ kind: 'map', options: { files: { '/a': 'text' } } }, '/fixed', {
      ro: true,
    });
    await oanix.unmount('/dev');
    return oanix.ns();
  });
  expect(before).toContain('bind -a /home /scratch');
  await page.reload();
  expect(await page.evaluate(() => window.oanix.ready.then(() => window.oanix.ns()))).toBe(before);

  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const request = indexedDB.open('oanix');
        request.onsuccess = () => {
          const tx = request.result.transaction('meta', 'readwrite');
          const meta = tx.objectStore('meta');
          meta.get('namespace').onsuccess = ({ target }) => {
            const manifest = (target as IDBRequest).result;
            manifest.sources.push({ kind: 'quantum' });
            manifest.mounts.push({
              at: '/q',
              kind: 'dir',
              members: [{ source: manifest.sources.length - 1, base: '/' }],
            });
            meta.put(manifest, 'namespace');
          };
          tx.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
  );
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByText("there is no service 'quantum'")).toBeVisible();
  await press(page, 'Try again');
  await expect(page.getByRole('alert').getByText('/q still cannot be mounted')).toBeVisible();
  expect(await page.evaluate(() => window.oanix.fs.readFile('/fixed/a', 'utf8'))).toBe('text');
  const code = await page.evaluate(() =>
    window.oanix.fs.readdir('/q').then(
      () => 'ok',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    ),
  );
  expect(code).toMatch(/^EIO .*quantum/);
});

test('nothing leaks past the policy of the built page, nor from a program', async ({ page }) => {
  const hits: string[] = [];
  const outside: Server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end('x');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  expected.patterns = [
    /Content.Security.Policy|CSP|violat|blocked|refused|NetworkError|establish a connection|Failed to fetch/i,
  ];
  await start(page);
  await page.evaluate(async (url) => {
    const quietly = async (run: () => unknown): Promise<void> => {
      try {
        await run();
      } catch {
        // Refused, as it must be.
      }
    };
    const add = (tag: string, attributes: Record<string, string>): void => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
      // Some engines throw here, where others only refuse.
      if (element instanceof HTMLFormElement) void quietly(() => element.submit());
    };
    await quietly(() => fetch(`${url}/fetch`));
    await quietly(() => navigator.sendBeacon(`${url}/beacon`, 'x'));
    await quietly(() => new WebSocket(url.replace('http', 'ws')));
    await quietly(() => new EventSource(`${url}/events`));
    await quietly(() => import(/* @vite-ignore */ `${url}/import.js`));
    add('img', { src: `${url}/img` });
    add('script', { src: `${url}/script.js` });
    add('link', { rel: 'stylesheet', href: `${url}/style.css` });
    add('iframe', { src: `${url}/frame` });
    add('form', { action: `${url}/form`, target: '_blank' });
    add('video', { src: `${url}/video` });
    add('object', { data: `${url}/object` });
    add('div', { style: `background: url(${url}/background)` });
    const inline = document.createElement('script');
    inline.textContent = 'window.leaked = true';
    document.body.append(inline);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }, target);
  expect(hits).toEqual([]);
  expect(await page.evaluate(() => (window as { leaked?: boolean }).leaked)).toBeUndefined();
  outside.close();
});

test('a program worker has lost every way to the outside', async ({ page }) => {
  await start(page);
  expected.patterns = [/Content.Security.Policy|CSP|violat|blocked/i];
  // The warm worker is loaded soon after the boot.
  const script = await page.waitForFunction(
    () =>
      performance.getEntriesByType('resource').find(({ name }) => /program\.worker/.test(name))
        ?.name,
  );
  const headers = await page.evaluate(
    async (url) => (await fetch(url ?? '')).headers.get('content-security-policy'),
    await script.jsonValue(),
  );
  expect(headers).toContain("default-src 'none'");
  expect(headers).toContain("connect-src 'none'");
});
