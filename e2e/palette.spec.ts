/** Files are found by name in the palette, wherever they are: midway it is stopped, something fails, or the page is left. */
import { expect, type Page, start, test } from './oanix.ts';

const field = (page: Page) => page.getByRole('combobox');
const row = (page: Page, name: string | RegExp) => page.getByRole('option', { name });
const path = (page: Page) => page.getByLabel('Path', { exact: true });

async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Search commands, paths and mounts' }).click();
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(text);
}

/** A folder in memory with folders of files. */
async function fill(page: Page, folders: number, files: number): Promise<void> {
  await page.evaluate(
    async ([dirs, names]) => {
      const { fs } = window.oanix;
      await window.oanix.mount({ kind: 'mem' }, '/many', { ro: false });
      for (let dir = 0; dir < dirs; dir++) {
        await fs.mkdir(`/many/${dir}`);
        await Promise.all(
          Array.from({ length: names }, (_, at) => fs.writeFile(`/many/${dir}/${at}.leaf`, '')),
        );
      }
    },
    [folders, files] as const,
  );
}

test('a file in a folder that was never opened is found by its name @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/letters/2019/may', { recursive: true });
    await fs.writeFile('/home/letters/2019/may/Quarterly Plan.txt', 'the plan');
    await fs.symlink('/home/letters', '/home/letters/2019/loop');
    await window.oanix.bind('/home', '/home/letters/again', { create: true });
  });
  await find(page, 'quarterly');
  await expect(row(page, '/home/letters/2019/may/Quarterly Plan.txt')).toBeVisible();
  await expect(page.getByText(/names were searched/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toContainText('the plan');
});

test('a folder that cannot be read is named, and the rest is found @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.fs.mkdir('/home/inner');
    await window.oanix.fs.writeFile('/home/inner/findable.txt', 'found');
    // A folder of the browser that goes behind the page's back.
    await window.oanix.mount({ kind: 'workspace', options: { own: 'going' } }, '/broken', {});
    const root = await navigator.storage.getDirectory();
    for await (const handle of root.values())
      if (handle.kind === 'directory')
        await handle.removeEntry('going', { recursive: true }).catch(() => undefined);
    await root.removeEntry('going', { recursive: true }).catch(() => undefined);
  });
  await find(page, 'findable');
  await expect(row(page, '/home/inner/findable.txt')).toBeVisible();
  await expect(page.getByRole('note').filter({ hasText: '/broken' })).toContainText(
    'One directory could not be read: /broken',
  );
});

test('mounts of devices and of the network are searched only when they are asked for @person', async ({
  page,
}) => {
  await start(page);
  await find(page, 'cputime-none');
  await expect(
    page.getByText(/^Nothing is called that\. \d+ names were searched\.$/),
  ).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('winsize');
  await expect(field(page)).toHaveValue('winsize');
  const more = row(page, /^Search in .*\/dev.* too$/);
  await expect(more).toBeVisible();
  await expect(row(page, '/dev/winsize')).toHaveCount(0);
  await page.keyboard.press('ArrowUp');
  await expect(more).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(row(page, '/dev/winsize')).toBeVisible();
});

test('Escape stops a search midway: nothing more is read, and the next one begins anew', async ({
  page,
}) => {
  await start(page);
  await fill(page, 400, 10);
  await page.evaluate(() => {
    Object.assign(window, { lists: 0 });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: never[]) {
      const requests = [message].flat() as ({ op?: unknown } | null)[];
      for (const request of requests)
        if (request?.op === 'list') (window as never as { lists: number }).lists++;
      post.call(this, message, ...rest);
    };
  });
  const lists = () => page.evaluate(() => (window as never as { lists: number }).lists);
  await find(page, 'leaf');
  await expect.poll(lists).toBeGreaterThan(5);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const before = await lists();
  await page.waitForTimeout(300);
  expect(await lists()).toBeLessThanOrEqual(before + 1);
  await find(page, '399/9.leaf'.replace('/', ' '));
  await expect(row(page, '/many/399/9.leaf')).toBeVisible();
});

test('keys reach the last of 10,000 results, and more on demand', async ({ page }) => {
  test.slow();
  await start(page);
  await fill(page, 6, 2000);
  await find(page, 'leaf');
  const more = row(page, /^The first 10,000 found in .* names: go on$/);
  await expect(page.getByText(/^Stopped at [\d,]+ names\.$/)).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await expect(more).toHaveAttribute('aria-selected', 'true');
  const place = async () =>
    Number(await page.getByRole('option', { selected: true }).getAttribute('aria-posinset'));
  const last = await place();
  expect(last).toBeGreaterThan(10_000);
  await page.keyboard.press('PageUp');
  await expect.poll(place).toBe(last - 10);
  await page.keyboard.press('PageDown');
  await expect(more).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-setsize', /^1200\d$/);
});

test('a page that is left in the middle of a search ends and comes back as it was', async ({
  page,
}) => {
  await start(page);
  await fill(page, 300, 10);
  await find(page, 'leaf');
  await expect(row(page, /leaf/).first()).toBeVisible();
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(path(page)).toBeVisible();
});

test('a long path is cut in its directories, so that the name shows on a phone', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page);
  const path = '/home/a-directory-with-a-long-name/another-one-of-them/yearly-report.txt';
  await page.evaluate(async (at) => {
    await window.oanix.fs.mkdir(at.slice(0, at.lastIndexOf('/')), { recursive: true });
    await window.oanix.fs.writeFile(at, '');
  }, path);
  await find(page, 'yearly-report');
  const found = row(page, `${path} path`);
  await expect(found).toBeVisible();
  const name = found.getByText('yearly-report.txt');
  await expect(name).toBeInViewport({ ratio: 1 });
  expect(await name.evaluate((each) => each.scrollWidth <= each.clientWidth)).toBe(true);
});
