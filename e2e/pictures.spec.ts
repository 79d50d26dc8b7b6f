/**
 * The main views as pictures, beside those of `e2e/pictures`: what moves, is cut or changes its colour shows.
 * A change that is meant is taken over with `npm run pictures`, and looked at in the commit.
 */
import { begin, expect, goTo, type Page, press, start, test } from './oanix.ts';

interface Picture {
  readonly name: string;
  show(page: Page): Promise<void>;
}

const dialog = (page: Page) => expect(page.getByRole('dialog')).toBeVisible();

const pictures: readonly Picture[] = [
  {
    name: 'welcome',
    show: async (page) => {
      await goTo(page, '/README.md');
      await expect(page.getByRole('heading', { name: 'Welcome to OANIX' })).toBeVisible();
    },
  },
  {
    name: 'directory',
    show: async (page) => {
      await goTo(page, '/workspace');
      await page.getByRole('option', { name: 'hello.txt' }).click();
    },
  },
  {
    name: 'grid',
    show: async (page) => {
      await goTo(page, '/workspace');
      await begin(page, 'view.grid');
      await expect(page.locator('.tile').first()).toBeVisible();
    },
  },
  {
    name: 'text',
    show: async (page) => {
      await goTo(page, '/workspace/hello.txt');
      await expect(page.locator('.cm-content')).toContainText('Hello');
    },
  },
  {
    name: 'hex',
    show: async (page) => {
      await goTo(page, '/bin/hello-wasi.wasm');
      await press(page, 'Hex');
      await expect(page.locator('.hex-row').first()).toContainText('00 61 73 6d');
    },
  },
  {
    name: 'module',
    show: async (page) => {
      await goTo(page, '/bin/hello-wasi.wasm');
      await press(page, 'Module');
      await expect(page.getByRole('region', { name: 'Imports' })).toContainText('fd_write');
    },
  },
  {
    name: 'palette',
    show: async (page) => {
      await goTo(page, '/workspace/hello.txt');
      await begin(page, 'palette.open');
      await dialog(page);
    },
  },
  {
    name: 'settings',
    show: async (page) => {
      await goTo(page, '/workspace/hello.txt');
      await begin(page, 'settings.open');
      await dialog(page);
    },
  },
  {
    name: 'network',
    show: async (page) => {
      // The dialog of the picture before gave the focus back.
      await page.getByLabel('Path', { exact: true }).blur();
      await begin(page, 'network.open');
      await expect(page.getByRole('button', { name: 'Grant…' })).toBeVisible();
    },
  },
  {
    name: 'requests',
    show: async (page) => {
      await page.route(/api\.example\.org/, (route) =>
        route.fulfill({ body: 'hello', headers: { 'Access-Control-Allow-Origin': '*' } }),
      );
      await page.evaluate(async () => {
        const { oanix } = window;
        const policy = { origins: ['https://api.example.org'] };
        await oanix.mount({ kind: 'http', options: { policy } }, '/cap/http');
        await oanix.fs.tell('/cap/http/request', '{"id":"a","url":"https://api.example.org/"}\n');
        await oanix.fs.readFile('/cap/http/wait/a', 'utf8');
      });
      await goTo(page, '/cap/http');
      await expect(page.getByRole('table', { name: 'Requests' })).toContainText('200');
    },
  },
  {
    name: 'tasks',
    show: async (page) => {
      await page.evaluate(async () => {
        const { oanix } = window;
        await oanix.envs.trial({ path: '/tasks/hello-world', id: 'one' });
      });
      await goTo(page, '/tasks');
      await expect(page.locator('.reward').first()).toHaveText('1');
    },
  },
  {
    name: 'demos',
    show: async (page) => {
      await goTo(page, '/workspace/hello.txt');
      await begin(page, 'help.demos');
      await dialog(page);
    },
  },
];

/** Columns are as wide as what is in them: each run took as long as every other. */
const sameTimes = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      if (/^\d+(\.\d+)? m?s$/.test(node.nodeValue ?? '')) node.nodeValue = '1 ms';
  });

const sizes = [
  { theme: 'night', width: 1440, height: 900 },
  { theme: 'light', width: 1024, height: 768 },
  { theme: 'night', width: 360, height: 740 },
] as const;

for (const { theme, width, height } of sizes) {
  test(`the main views look as they did (${theme}, ${width} px) @chromium @windows`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height });
    await page.addInitScript(
      (name) => localStorage.setItem('oanix.settings', JSON.stringify({ theme: name })),
      theme,
    );
    await start(page);
    for (const { name, show } of pictures) {
      await show(page);
      await sameTimes(page);
      // Nothing has the focus that would not always have it, and the pointer is on nothing.
      await page.mouse.move(0, 0);
      await expect(page).toHaveScreenshot(`${name}-${theme}-${width}.png`, {
        // Times are those of the run.
        mask: [page.locator('.when')],
        maskColor: '#808080',
        // Another version of the browser draws the edges of letters a little differently.
        maxDiffPixelRatio: 0.0008,
        // Lines and raised surfaces differ little from what they lie on.
        threshold: 0.08,
      });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      if (name === 'grid') await begin(page, 'view.grid');
    }
  });
}
