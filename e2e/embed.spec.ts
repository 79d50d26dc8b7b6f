/** The page within a page of documentation: a picture of its own, which keeps nothing and touches nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, expected, type Page, start, test } from './oanix.ts';

/** A page of another origin with the frame in it; isolated where it is to be. */
async function docs(address: string, isolated: boolean) {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    response.end(
      `<!doctype html><title>Docs</title><link rel="icon" href="data:,"><iframe title="OANIX" src="${address}" allow="cross-origin-isolated" style="width:900px;height:600px"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    end: () => server.close(),
  };
}

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
    const server = await docs(`${baseURL}?embed=light#path=/lib/doc/concepts.md`, isolated);
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
