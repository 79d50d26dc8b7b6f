/** What people do that nobody planned: at once, too much, too late, with the wrong clock, without the network. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { content, drop, exists, expect, expected, goTo, press, start, test } from './oanix.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

test('the same files dropped twice at once are asked about, and nothing is lost @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  const files = Array.from({ length: 20 }, (_, i) => ({ name: `d${i}.txt`, bytes: text(`${i}`) }));
  await drop(page, files);
  await drop(page, files);
  const question = page.getByRole('dialog');
  const copies = (): Promise<number> =>
    page.evaluate(async () => {
      const entries = await window.oanix.fs.readdir('/home');
      return entries.filter(({ name }) => /^d\d+( \(\d+\))?\.txt$/.test(name)).length;
    });
  // Either drop may find what the other has brought.
  await expect(question).toContainText('is already there: d');
  await expect(async () => {
    if (await question.isVisible()) {
      await page.getByLabel('Do the same for all names that follow').check();
      await press(page, 'Keep both');
    }
    expect(await copies()).toBe(40);
  }).toPass();
  await expect(question).toHaveCount(0);
  const broken = (): Promise<string[]> =>
    page.evaluate(async () => {
      const { fs } = window.oanix;
      const wrong: string[] = [];
      for (const { name, stat } of await fs.readdir('/home')) {
        const number = /^d(\d+)( \(\d+\))?\.txt$/.exec(name)?.[1];
        if (number !== undefined && (await fs.readFile(`/home/${name}`, 'utf8')) !== number)
          wrong.push(`${name} ${stat?.size}`);
        if (name.endsWith('.part')) wrong.push(name);
      }
      return wrong;
    });
  // What is being copied has another name until it is whole.
  await expect.poll(broken).toEqual([]);
});

// Firefox gives events that a script makes no clipboard.
test('10 MB pasted into a text are there, saved, and typed into @chromium', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/big.txt', 'before\n'));
  await goTo(page, '/home/big.txt');
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+End');
  await editor.evaluate((target) => {
    const data = new DataTransfer();
    data.setData('text/plain', `${'0123456789'.repeat(10)}\n`.repeat(104_000));
    target.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await page.keyboard.type('after');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
  const kept = await content(page, '/home/big.txt');
  expect(kept.length).toBe(7 + 101 * 104_000 + 5);
  expect([kept.slice(0, 17), kept.slice(-10)]).toEqual(['before\n0123456789', '6789\nafter']);
});

for (const [words, days] of [
  ['a week later', 7],
  ['with a clock that was set back a year', -365],
] as const) {
  test(`the page begins again ${words}: files, tabs and snapshots are as they were @chromium @person`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/home/notes.md');
    await page.evaluate(async () => {
      const { oanix } = window;
      await oanix.fs.writeFile('/home/old.txt', 'old');
      await oanix.snapshots.create('then');
      await oanix.fs.sync();
    });
    // The clock of the page and of its kernel.
    const shift = `{ const now = Date.now.bind(Date); Date.now = () => now() + ${days} * 86400000; }\n`;
    await page.addInitScript(shift);
    await page.route(/kernel\.worker-.*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: shift + (await response.text()) });
    });
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await expect(page.locator('.cm-content')).toContainText('# Notes');
    expect(await content(page, '/home/old.txt')).toBe('old');
    const seen = await page.evaluate(async () => {
      const { oanix } = window;
      await oanix.fs.writeFile('/home/new.txt', 'new');
      await oanix.fs.sync();
      await oanix.snapshots.create('now-then');
      const names = (await oanix.snapshots.list()).map(({ name }) => name);
      const { stdout } = await oanix.run('/bin/hello-wasi.wasm');
      const { mtime } = await oanix.fs.stat('/home/new.txt');
      return { names, ran: stdout.length > 0, at: Number(mtime / 1_000_000n) - Date.now() };
    });
    expect(seen.names).toEqual(expect.arrayContaining(['then', 'now-then']));
    expect(seen.ran).toBe(true);
    expect(Math.abs(seen.at)).toBeLessThan(60_000);
    await page.unroute(/kernel\.worker-.*\.js$/);
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    expect(await content(page, '/home/new.txt')).toBe('new');
    expect(await content(page, '/home/old.txt')).toBe('old');
  });
}

test('an installation that the network leaves in the middle says so, leaves nothing half, and succeeds later @person', async ({
  page,
}) => {
  test.setTimeout(180_000);
  expected.patterns = [/Failed to load|ERR_|NetworkError|Service Worker registration blocked/i];
  await start(page);
  // A server that ends in the middle of what it sends.
  let isCut = true;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/wasm', 'Content-Length': 40_000_000 });
    response.write(Buffer.alloc(1_000_000), () => setTimeout(() => response.destroy(), 200));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await page.route(/\/packages\/.*\.wasm$/, (route) =>
    route.continue(isCut ? { url: `http://127.0.0.1:${port}/` } : {}),
  );
  await press(page, 'Programs to install');
  await press(page, 'Install ruby');
  const said = page.getByRole('dialog').getByRole('alert');
  await expect(said).toContainText('the connection broke before all of it was here');
  await expect(page.getByRole('button', { name: 'Install ruby' })).toBeEnabled();
  const left = await page.evaluate(() => window.oanix.fs.readdir('/home/bin'));
  expect(left.filter(({ name }) => name.includes('ruby'))).toEqual([]);
  isCut = false;
  server.close();
  await press(page, 'Install ruby');
  await expect(page.getByRole('button', { name: 'Remove ruby' })).toBeVisible({
    timeout: 120_000,
  });
  expect(await exists(page, '/bin/ruby.wasm')).toBe(true);
});

for (const end of ['stopped', 'left'] as const) {
  test(`an installation that is ${end} in the middle is told of, and its parts are taken away on demand`, async ({
    page,
  }) => {
    expected.patterns = [/Failed to load|ERR_|NetworkError|Service Worker registration blocked/i];
    await start(page);
    page.on('dialog', (dialog) => dialog.accept());
    // A server that sends a part and then no more.
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/wasm', 'Content-Length': 40_000_000 });
      response.write(Buffer.alloc(1_000_000));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await page.route(/\/packages\/.*\.wasm$/, (route) =>
      route.continue({ url: `http://127.0.0.1:${port}/` }),
    );
    await press(page, 'Programs to install');
    await press(page, 'Install ruby');
    await expect.poll(() => exists(page, '/home/.catalogue/ruby.part')).toBe(true);
    if (end === 'stopped') {
      await press(page, 'Stop ruby');
      await expect(page.getByRole('dialog').getByRole('alert')).toContainText('was stopped');
    } else {
      await page.evaluate(() => window.oanix.fs.sync());
      await page.reload();
      await page.evaluate(() => window.oanix.ready);
      await press(page, 'Programs to install');
    }
    await expect(page.getByText('An installation was interrupted.')).toBeVisible();
    await press(page, 'Remove the parts of ruby');
    // The choices are there again when the removal is over.
    await expect(page.getByRole('button', { name: 'Install ruby' })).toBeVisible();
    await expect(page.getByText('An installation was interrupted.')).toHaveCount(0);
    const left = await page.evaluate(() => window.oanix.fs.readdir('/home/bin').catch(() => []));
    expect(left.filter(({ name }) => name.includes('ruby'))).toEqual([]);
    server.closeAllConnections();
    server.close();
  });
}
