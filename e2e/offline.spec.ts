/** Without a network: the page is kept by its service worker, still isolated; and a newer version is offered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docs } from './docs.ts';
import { expect, expected, goTo, type Page, press, start, test } from './oanix.ts';

test.use({ serviceWorkers: 'allow' });

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Serves a copy of the built page with the server of `npm start`, which can be taken down. With `BARE` in `env` it
 * sends no headers of cross-origin isolation, as many hosts do.
 */
async function host(env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'oanix-page-'));
  cpSync('dist', folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const server = spawn(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'preview', '--outDir', folder, '--logLevel', 'warn'],
    { stdio: 'inherit', env: { ...process.env, ...env, PORT: String(port) } },
  );
  const ended = once(server, 'exit');
  await expect
    .poll(() =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    .toBe(true);
  const down = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  const end = async (): Promise<void> => {
    await down();
    rmSync(folder, { recursive: true });
  };
  return { url, folder, down, end };
}

/** Until all of the page is kept. */
const kept = (page: Page): Promise<void> =>
  expect
    .poll(() => page.evaluate(async () => (await caches.match('./kept')) !== undefined), {
      timeout: 45_000,
    })
    .toBe(true);

const hosts = [
  { name: 'the server of npm start', env: {} },
  { name: 'a host that sends no headers', env: { BARE: '1' } },
] as const;

for (const { name, env } of hosts)
  test(`the page opens without a network, isolated, and runs a program, from ${name} @person`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    expected.patterns = [/Cross-Origin|SharedArrayBuffer|Failed to load|sw\.js/i];
    const server = await host(env);
    try {
      await start(page, server.url);
      await kept(page);
      await page.evaluate(() => window.oanix.fs.writeFile('/home/kept.txt', 'kept'));
      await expect(page.getByLabel('Storage')).toContainText('Saved');
      await server.down();
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(await page.evaluate(() => window.oanix.fs.readFile('/home/kept.txt', 'utf8'))).toBe(
        'kept',
      );
      const { exit_code } = await page.evaluate(() => window.oanix.run('/bin/hello-wasi.wasm'));
      expect(exit_code).toBe(0);
      // What is loaded when it is first used is there too.
      await goTo(page, '/home/kept.txt');
      await expect(page.locator('.cm-content')).toContainText('kept');
      await page.evaluate(() =>
        window.oanix.commands.run('view.open', { path: '/lib/doc/api.md' }),
      );
      await expect(page.getByRole('heading', { name: 'The API of the page' })).toBeVisible();
    } finally {
      await server.end();
    }
  });

test('a newer version is offered, and is the page after a reload @person', async ({ page }) => {
  test.setTimeout(120_000);
  expected.patterns = [/Cross-Origin|SharedArrayBuffer|sw\.js/i];
  const server = await host();
  try {
    await start(page, server.url);
    await kept(page);
    for (const [file, from, to] of [
      ['index.html', '<title>OANIX</title>', '<title>OANIX, newer</title>'],
      ['sw.js', /const VERSION = '[^']*'/, "const VERSION = 'newer'"],
    ] as const) {
      const path = join(server.folder, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
    }
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await expect(page.getByText('A newer version of OANIX is here')).toBeVisible({
      timeout: 45_000,
    });
    // Until then the page is the one that it was.
    await expect(page).toHaveTitle('OANIX');
    await press(page, 'Reload');
    await expect(page).toHaveTitle('OANIX, newer');
    await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  } finally {
    await server.end();
  }
});

test('the page that is kept can be embedded, and the page itself still cannot be framed', async ({
  page,
}) => {
  test.setTimeout(120_000);
  expected.patterns = [
    /Cross-Origin|SharedArrayBuffer|sw\.js|frame-ancestors|Failed to load|X-Frame-Options|Feature Policy/i,
  ];
  const server = await host();
  const others = await docs([`${server.url}?embed=light`, server.url], true);
  try {
    await start(page, server.url);
    await kept(page);
    await server.down();
    await page.goto(others.url);
    const content = page.frameLocator('iframe').first();
    await expect(content.getByText('Nothing is kept here')).toBeVisible();
    const [, embed, framed] = page.frames();
    if (!embed || !framed) throw new Error('a frame is missing');
    await embed.evaluate(() => window.oanix.ready);
    const { exit_code } = await embed.evaluate(() => window.oanix.run('/bin/hello-wasi.wasm'));
    expect(exit_code).toBe(0);
    expect(
      await framed.evaluate(() => 'oanix' in window).catch(() => false),
      'the page itself has not started',
    ).toBe(false);
  } finally {
    others.end();
    await server.end();
  }
});
