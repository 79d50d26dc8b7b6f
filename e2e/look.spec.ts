/** Every view is accessible in both themes and fits a phone; where there is no shared memory the page says so. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { exits } from '../src/testing/wasm.ts';
import {
  begin,
  bring,
  expect,
  expected,
  goTo,
  type Page,
  press,
  result,
  start,
  test,
} from './oanix.ts';

async function accessible(page: Page): Promise<void> {
  // Nothing of the page is in a frame of another origin: what looks into those opens a page for each analysis, and takes three times as long.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    ),
  ).toEqual([]);
  expect(await unnamed(page)).toEqual([]);
}

const controls =
  /^(button|link|textbox|searchbox|combobox|checkbox|radio|switch|slider|spinbutton|option|treeitem|tab|menuitem|listbox|tree|table|dialog|meter|progressbar)$/;
const landmarks = /^(banner|main|navigation|complementary|contentinfo|region|search|form)$/;

/** What a screen reader would read of the page that has no name, a broken one, or one that another landmark has too. */
async function unnamed(page: Page): Promise<string[]> {
  // The other driver gives no tree.
  if (test.info().project.name.startsWith('firefox')) return [];
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { ignored, role, name, backendDOMNodeId } of nodes) {
    const kind = String(role?.value);
    const words = String(name?.value ?? '').trim();
    if (ignored || (!controls.test(kind) && !landmarks.test(kind))) continue;
    if (controls.test(kind) && words === '') wrong.push(`${kind} ${backendDOMNodeId} has no name`);
    if (/undefined|NaN|\[object/.test(words)) wrong.push(`${kind} is called ${words}`);
    // A form without a name is no landmark (WAI-ARIA 1.2, form).
    if (!landmarks.test(kind) || (kind === 'form' && words === '')) continue;
    if (seen.has(`${kind} ${words}`)) wrong.push(`there are two ${kind} called ${words}`);
    seen.add(`${kind} ${words}`);
  }
  return wrong;
}

for (const theme of ['night', 'light'] as const) {
  test(`axe finds nothing in any view (${theme}) @chromium`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.addInitScript(
      (name) => localStorage.setItem('oanix.settings', JSON.stringify({ theme: name })),
      theme,
    );
    await start(page);
    await expect(page.getByRole('heading', { name: 'Welcome to OANIX' })).toBeVisible();
    await accessible(page);
    await goTo(page, '/home');
    await page.getByRole('option', { name: 'notes.md' }).click();
    await accessible(page);
    await press(page, 'New file');
    await accessible(page);
    await press(page, 'Cancel');
    await press(page, 'Mount…');
    await accessible(page);
    await press(page, 'Cancel');
    await goTo(page, '/bin/hello-wasi.wasm');
    await expect(page.getByRole('region', { name: 'Imports' })).toContainText('fd_write');
    await accessible(page);
    await press(page, 'Hex');
    await expect(page.locator('.hex-row').first()).toContainText('00 61 73 6d');
    await accessible(page);
    await press(page, 'Run…');
    await accessible(page);
    await press(page, 'Run');
    await expect(result(page)).toContainText('exited 0');
    // The review of what it changed is shown by itself.
    await expect(page.locator('.diff')).toContainText('Hello from hello-wasi');
    await accessible(page);
    await press(page, 'Keep all');
    await press(page, 'Snapshots');
    await press(page, 'Take a snapshot');
    await page.getByRole('textbox', { name: 'Name' }).fill('one');
    await page.keyboard.press('Enter');
    // The dialog closes when it is there.
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, 'Compare one with now');
    await expect(page.getByText('Nothing differs.')).toBeVisible();
    await accessible(page);
    await press(page, 'Work');
    await press(page, 'Try inventory…');
    await expect(page.getByText('Count the lines')).toBeVisible();
    await accessible(page);
    await press(page, 'Try');
    await expect(page.locator('.reward')).toHaveText('1');
    await accessible(page);
    await goTo(page, '/tasks');
    await expect(page.getByRole('table', { name: 'Tasks' })).toContainText('solution');
    await accessible(page);
    await goTo(page, '/envs');
    await expect(page.getByRole('table', { name: 'Environments' })).toBeVisible();
    await accessible(page);
    await press(page, 'New environment…');
    await accessible(page);
    await press(page, 'Cancel');
    await goTo(page, '/sched');
    await expect(page.getByRole('region', { name: 'Jobs' })).toContainText('Script in');
    await accessible(page);
    await press(page, 'New job…');
    await accessible(page);
    await press(page, 'Cancel');
    await press(page, 'Network');
    await expect(page.getByRole('button', { name: 'Grant…' })).toBeVisible();
    await accessible(page);
    await press(page, 'Grant…');
    await accessible(page);
    await page.getByLabel('Origins it may reach, one per line').fill('https://api.example.org');
    await press(page, 'Grant');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, 'Edit the policy…');
    await accessible(page);
    await press(page, 'Cancel');
    for (const tab of ['Requests', 'Connections', 'Nostr', 'Keys', 'Audit']) {
      await press(page, tab);
      await accessible(page);
    }
    await goTo(page, '/no/such/path');
    await expect(page.getByText('There is nothing at this path')).toBeVisible();
    await accessible(page);
  });
}

for (const theme of ['night', 'light'] as const) {
  test(`axe finds nothing in the views of files (${theme}) @chromium`, async ({ page }) => {
    const settings = JSON.stringify({ theme });
    await page.addInitScript((text) => localStorage.setItem('oanix.settings', text), settings);
    await start(page);
    await page.evaluate(() => window.oanix.fs.writeFile('/home/a.csv', 'a,b\n1\n2,3\n'));
    await goTo(page, '/home/a.csv');
    await page.getByRole('gridcell', { name: '3' }).click();
    await expect(page.locator('.csv-cell.cursor')).toBeVisible();
    await accessible(page);
    // The end record of a zip without entries, under another name.
    await page.evaluate(() => {
      const zip = new Uint8Array(22);
      zip.set([0x50, 0x4b, 5, 6]);
      return window.oanix.fs.writeFile('/home/a.txt', zip);
    });
    await goTo(page, '/home/a.txt');
    await expect(page.getByText('this file holds a zip archive')).toBeVisible();
    await accessible(page);
    await press(page, 'Encoding of names…');
    await expect(page.getByText('All names are plain ASCII')).toBeVisible();
    await accessible(page);
    await press(page, 'Cancel');
    await page.evaluate(() => window.oanix.fs.writeFile('/home/a.pdf', '%PDF-1.4\n'));
    await goTo(page, '/home/a.pdf');
    await expect(page.getByText('This is a PDF document')).toBeVisible();
    await accessible(page);
  });
}

for (const theme of ['night', 'storm', 'light'] as const) {
  test(`axe finds nothing in the parts of the explorer (${theme}) @chromium`, async ({ page }) => {
    test.setTimeout(240_000);
    const settings = JSON.stringify({ theme });
    await page.addInitScript((text) => localStorage.setItem('oanix.settings', text), settings);
    await start(page);
    for (const id of ['palette.open', 'help.keys', 'settings.open', 'storage.open', 'help.demos']) {
      await begin(page, id);
      await expect(page.getByRole('dialog')).toBeVisible();
      await accessible(page);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await begin(page, 'help.tour');
    await expect(page.locator('.demo-strip')).toBeVisible();
    await begin(page, 'inspector.toggle');
    await goTo(page, '/home');
    await page.getByRole('option', { name: 'notes.md' }).click();
    await expect(page.getByRole('list', { name: 'Layers of notes.md' })).toBeVisible();
    await accessible(page);
    await page.getByRole('option', { name: 'notes.md' }).click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
    await accessible(page);
    await page.keyboard.press('Escape');
    await begin(page, 'view.columns');
    await begin(page, 'view.beside', { path: '/home/notes.md' });
    await expect(page.locator('.pane')).toHaveCount(2);
    await accessible(page);
    await begin(page, 'pane.close');
    await begin(page, 'program.start', { path: '/bin/hello-wasi.wasm' });
    await expect(result(page)).toContainText('exited 0');
    await begin(page, 'trace.show');
    await expect(page.getByRole('table', { name: 'Calls' })).toBeVisible();
    await accessible(page);
    await press(page, 'Flame');
    await accessible(page);
    await page.evaluate(async () => {
      const { fs } = window.oanix;
      await fs.writeFile('/home/a.json', '{"a": [1, null, "x"]}');
      await fs.writeFile('/home/b.jsonl', '{"level":"info"}\nno json\n');
    });
    await goTo(page, '/home/a.json');
    await press(page, 'Tree');
    await expect(page.getByRole('region', { name: 'Tree of values' })).toBeVisible();
    await accessible(page);
    await goTo(page, '/home/b.jsonl');
    await expect(page.getByRole('table', { name: 'Lines' })).toBeVisible();
    await accessible(page);
    await page.evaluate(() => window.oanix.fs.writeFile('/home/c.log', 'ERROR one\nINFO two\n'));
    await goTo(page, '/home/c.log');
    await expect(page.getByRole('region', { name: 'Lines' })).toContainText('ERROR one');
    await accessible(page);
    await goTo(page, '/home');
    await press(page, 'Grid');
    await accessible(page);
    await begin(page, 'terminal.new');
    await begin(page, 'program.tab');
    await expect(page.getByRole('region', { name: 'About the process' })).toContainText('sh');
    await accessible(page);
    await goTo(page, '/proc');
    await press(page, 'Table');
    await expect(page.getByRole('table', { name: 'Processes' })).toBeVisible();
    await accessible(page);
  });
}

const isAsWideAs = (page: Page, width: number) =>
  expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);

test('on a phone: what was changed elsewhere while it was edited is told, and nothing sticks out', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page);
  await goTo(page, '/home/notes.md');
  await page.locator('.cm-content').click();
  await page.keyboard.type('mine ');
  await page.evaluate(() => window.oanix.fs.writeFile('/home/notes.md', 'theirs'));
  await expect(page.getByRole('button', { name: 'Save mine' })).toBeInViewport({ ratio: 1 });
  await isAsWideAs(page, 360);
  const path = await page.getByLabel('Path', { exact: true }).boundingBox();
  expect(path?.width).toBeGreaterThan(80);
});

test('on a phone: a grid of files takes the whole width', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page);
  await page.evaluate(async () => {
    for (const name of ['a', 'b', 'c', 'd']) await window.oanix.fs.writeFile(`/tmp/${name}`, '');
  });
  await goTo(page, '/tmp');
  await press(page, 'Grid');
  const right = async (name: string): Promise<number> => {
    const box = await page.getByRole('option', { name, exact: true }).boundingBox();
    return (box?.x ?? 0) + (box?.width ?? 0);
  };
  await expect.poll(() => right('c')).toBeGreaterThan(340);
  expect(await right('c')).toBeLessThanOrEqual(360);
});

test('on a phone: run a program by touch, nothing sticks out', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page);
  await press(page, 'Open files');
  await page.getByRole('treeitem', { name: 'bin' }).click();
  await press(page, 'Open files');
  await page.getByRole('treeitem', { name: 'hello-wasi.wasm' }).click();
  await press(page, 'Run…');
  await press(page, 'Run');
  await expect(result(page)).toContainText('exited 0');
  const fits = async (): Promise<void> =>
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
  await expect(page.locator('.diff')).toContainText('Hello from hello-wasi');
  await fits();
  await accessible(page);
  await press(page, 'Keep all');
  await press(page, 'Snapshots');
  await expect(page.getByRole('list', { name: 'Snapshots' })).toContainText('automatic');
  await fits();
  await accessible(page);
});

test('the browser is asked to keep the files, by the kernel through the page, and its answer is told @chromium', async ({
  page,
}) => {
  await start(page);
  await press(page, 'Keep my files');
  await expect(page.getByText(/The browser (keeps your files|may still remove)/)).toBeVisible();
});

test('the tree is walked, expanded and opened by keyboard', async ({ page }) => {
  await start(page);
  const item = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}( |$)`) });
  for (
    let i = 0;
    i < 4 && !(await item('bin').evaluate((node) => node === document.activeElement));
    i++
  ) {
    await page.keyboard.press('F6');
  }
  await expect(item('bin')).toBeFocused();
  for (const _ of ['bin', 'cap', 'dev', 'envs']) await page.keyboard.press('ArrowDown');
  await expect(item('home')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(item('notes.md')).toBeVisible();
  // After the directories bin and workspace.
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  await expect(item('notes.md')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toContainText('# Notes');
});

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

test('without any rung for programs the page says what does not run, and the rest works @person', async ({
  page,
}) => {
  const server = createServer((request, response) => {
    const path = join(
      'dist',
      new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html'),
    );
    // Neither headers, nor a service worker that adds them, nor Promise Integration.
    if (!existsSync(path) || path.endsWith('sw.js')) return void response.writeHead(404).end();
    response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
    if (/kernel\.worker-/.test(path))
      response.write('delete WebAssembly.Suspending; delete WebAssembly.promising;\n');
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expected.patterns = [/Cross-Origin|SharedArrayBuffer|sw\.js|404|Service Worker/i];
  await start(page, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await expect(page.getByText('Programs do not run here')).toBeVisible();
  await page.evaluate(() => window.oanix.fs.writeFile('/home/f.txt', 'files work'));
  expect(await page.evaluate(() => window.oanix.fs.readFile('/home/f.txt', 'utf8'))).toBe(
    'files work',
  );
  const refused = await page.evaluate(() =>
    window.oanix.run('/bin/hello-wasi.wasm').then(
      () => 'ran',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    ),
  );
  expect(refused).toMatch(/^ENOTSUP .*shared memory/);
  await goTo(page, '/home');
  await bring(page, 'pointer', [{ name: 'x.wasm', bytes: exits(0) }]);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('shared memory');
  server.close();
});
