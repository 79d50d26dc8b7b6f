/** The page within a page of documentation: a picture of its own, which keeps nothing and touches nothing. */
import { docs } from './docs.ts';
import { expect, expected, type Page, start, test } from './oanix.ts';

/** Opens it and gives what is in the frame. */
async function embedded(page: Page, url: string) {
  await page.goto(url);
  const content = page.frameLocator('iframe');
  await expect(content.getByLabel('Path', { exact: true })).toBeVisible();
  const [, frame] = page.frames();
  if (!frame) throw new Error('no frame');
  await frame.evaluate(() => window.oanix.ready);
  return { content, frame };
}

for (const isolated of [true, false]) {
  test(`embedded in a page that is ${isolated ? '' : 'not '}isolated it runs programs and keeps nothing @person`, async ({
    page,
    context,
    baseURL,
  }) => {
    expected.patterns = [
      /Cross-Origin|SharedArrayBuffer|Feature Policy|Service Worker registration blocked/i,
    ];
    await start(page);
    await page.evaluate(async () => {
      await window.oanix.fs.writeFile('/home/mine.txt', 'mine');
      await window.oanix.fs.sync();
    });
    const remembered = (): Promise<string> =>
      page.evaluate(() =>
        JSON.stringify(Object.keys(localStorage).map((name) => [name, localStorage.getItem(name)])),
      );
    const before = await remembered();
    const server = await docs([`${baseURL}?embed=light#path=/lib/doc/concepts.md`], isolated);
    try {
      const other = await context.newPage();
      const { content, frame } = await embedded(other, server.url);
      await expect(content.getByRole('heading', { name: /five minutes/i })).toBeVisible();
      await expect(content.locator('html')).toHaveAttribute('data-theme', 'light');
      await expect(content.getByText(isolated ? 'Shared memory' : 'JSPI')).toBeVisible();
      await expect(content.getByText('Nothing is kept here')).toBeVisible();
      expect(await frame.evaluate(() => crossOriginIsolated)).toBe(isolated);
      const ran = await frame.evaluate(async () => {
        const { oanix } = window;
        await oanix.fs.writeFile('/home/theirs.txt', 'theirs');
        const { stdout } = await oanix.run('/bin/hello-wasi.wasm');
        const names = (await oanix.fs.readdir('/home')).map(({ name }) => name);
        return { names, greeted: stdout.length > 0 };
      });
      expect(ran.greeted).toBe(true);
      expect(ran.names).toContain('theirs.txt');
      expect(ran.names).not.toContain('mine.txt');
      const refused = await frame.evaluate(() =>
        window.oanix
          .mount({ kind: 'workspace', options: { own: 'data' } }, '/own', {})
          .then(() => window.oanix.fs.readdir('/own'))
          .then(
            () => 'mounted',
            (error: { code: string }) => error.code,
          ),
      );
      expect(refused).toBe('ENOTSUP');
      // What the page keeps is not the frame's to erase.
      await frame.evaluate(() => window.oanix.commands.run('storage.open'));
      await content.getByRole('button', { name: 'Erase everything…' }).click();
      await expect(content.getByText('open in another tab too')).toBeVisible();
      const link = content.getByRole('link', { name: 'Open in a tab of its own' });
      await expect(link).toHaveAttribute('href', `${baseURL}#path=%2Flib%2Fdoc%2Fconcepts.md`);
      // Begun anew it is as it came.
      const again = await embedded(other, server.url);
      expect(
        await again.frame.evaluate(() =>
          window.oanix.fs.readdir('/home').then((list) => list.map(({ name }) => name)),
        ),
      ).not.toContain('theirs.txt');
      // The page itself has its store and its layout as before.
      await page.evaluate(async () => {
        await window.oanix.fs.writeFile('/home/mine.txt', 'still mine');
        await window.oanix.fs.sync();
      });
      expect(await remembered()).toBe(before);
    } finally {
      server.end();
    }
  });
}

test('two embedded pages have a namespace each', async ({ page, baseURL }) => {
  expected.patterns = [/Service Worker registration blocked/i];
  const server = await docs([`${baseURL}?embed`, `${baseURL}?embed`], true);
  try {
    await page.goto(server.url);
    const [, one, other] = page.frames();
    if (!one || !other) throw new Error('a frame is missing');
    const names = (frame: typeof one): Promise<string[]> =>
      frame.evaluate(async () => (await window.oanix.fs.readdir('/home')).map(({ name }) => name));
    for (const frame of [one, other]) {
      await expect.poll(() => frame.evaluate(() => 'oanix' in window)).toBe(true);
      await frame.evaluate(() => window.oanix.ready);
    }
    await one.evaluate(() => window.oanix.fs.writeFile('/home/one.txt', 'one'));
    expect(await names(one)).toContain('one.txt');
    expect(await names(other)).not.toContain('one.txt');
  } finally {
    server.end();
  }
});

test('no other page can show the page itself in a frame', async ({ page, baseURL }) => {
  expected.patterns = [/frame-ancestors|Failed to load|X-Frame-Options/i];
  const server = await docs([`${baseURL}`, `${baseURL}?safe`], true);
  try {
    await page.goto(server.url);
    await page.waitForLoadState('networkidle');
    for (const frame of page.frames().slice(1))
      expect(
        await frame.evaluate(() => 'oanix' in window).catch(() => false),
        'the page has not started',
      ).toBe(false);
  } finally {
    server.end();
  }
});

test('on a host that sends no such header the page starts nothing in a frame and says why', async ({
  page,
}) => {
  // A service worker is blocked here, so the host is one whose headers were taken away.
  await page.route('**/*', async (route) => {
    if (route.request().url().endsWith('/bare.html'))
      return route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Docs</title><link rel="icon" href="data:,">',
      });
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['content-security-policy'];
    await route.fulfill({ response, headers });
  });
  expected.patterns = [/Service Worker registration blocked/i];
  await page.goto('./bare.html');
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = './';
    frame.title = 'OANIX';
    document.body.append(frame);
  });
  const content = page.frameLocator('iframe');
  await expect(
    content.getByRole('heading', { name: /does not run inside another page/ }),
  ).toBeVisible();
  await expect(content.getByRole('link', { name: 'Open in a tab' })).toHaveAttribute(
    'target',
    '_blank',
  );
  expect(await page.frames()[1]?.evaluate(() => 'oanix' in window)).toBe(false);
});

test('a request whose path is no valid URL is answered 400', async ({ request }) => {
  for (const path of ['packages/%E0%A4%A', '%E0%A4%A', 'tasks/%ZZ?x'])
    expect((await request.get(path).catch(() => undefined))?.status(), path).toBe(400);
});
