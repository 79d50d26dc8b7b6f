/** Without a network: the page is kept by its service worker, still isolated; and a newer version is offered. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { expect, expected, goTo, type Page, press, start, test } from './oanix.ts';

test.use({ serviceWorkers: 'allow' });

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A host of a copy of the page, which sends no headers of its own and can be taken down. */
async function host() {
  const folder = mkdtempSync(join(tmpdir(), 'oanix-page-'));
  cpSync('dist', folder, { recursive: true });
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    try {
      const bytes = readFileSync(join(folder, path.endsWith('/') ? `${path}index.html` : path));
      const type = types[path.endsWith('/') ? '.html' : extname(path)];
      response.setHeader('Content-Type', type ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    folder,
    down: () => {
      server.closeAllConnections();
      server.close();
    },
    end: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Until all of the page is kept. */
const kept = (page: Page): Promise<void> =>
  expect
    .poll(() => page.evaluate(async () => (await caches.match('./kept')) !== undefined), {
      timeout: 45_000,
    })
    .toBe(true);

test('the page opens without a network, isolated, and runs a program @person', async ({ page }) => {
  test.setTimeout(120_000);
  expected.patterns = [/Cross-Origin|SharedArrayBuffer|Failed to load|sw\.js/i];
  const server = await host();
  try {
    await start(page, server.url);
    await kept(page);
    await page.evaluate(() => window.oanix.fs.writeFile('/home/kept.txt', 'kept'));
    await expect(page.getByLabel('Storage')).toContainText('Saved');
    server.down();
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
    await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/lib/doc/api.md' }));
    await expect(page.getByRole('heading', { name: 'The API of the page' })).toBeVisible();
  } finally {
    server.end();
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
    server.end();
  }
});
