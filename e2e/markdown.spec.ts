/** Markdown as a rendered document: its pictures and links, and documents that are long or hostile. */
import { expect, type Page, press, start, test } from './oanix.ts';

test('Markdown shows pictures of the namespace, and asks no host for them @person', async ({
  page,
}) => {
  await start(page);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/secret|small/.test(request.url())) asked.push(request.url());
  });
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/doc/img', { recursive: true });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>';
    await fs.writeFile('/home/doc/img/small.svg', svg);
    await fs.writeFile(
      '/home/doc/a.md',
      `# One\n\n![near](img/small.svg) ![far](/home/doc/img/small.svg) ![gone](secret.png)\n\n[down](#two) [out](https://host.example/?x=1)\n\n${'text\n\n'.repeat(200)}# Two\n`,
    );
  });
  await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/home/doc/a.md' }));
  await press(page, 'Rendered');
  const shown = page.getByRole('region', { name: 'Rendered' });
  for (const name of ['near', 'far'])
    await expect
      .poll(() =>
        shown.getByRole('img', { name }).evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBe(7);
  await expect(shown.getByText(/gone \(\/home\/doc\/secret\.png: /)).toBeVisible();
  await shown.getByRole('link', { name: 'down' }).click();
  await expect(shown.getByRole('heading', { name: 'Two' })).toBeInViewport();
  // Ways in which a browser opens a link in a new tab of its own accord, were it not for the question.
  for (const how of [
    {},
    { button: 'middle' as const },
    { modifiers: ['ControlOrMeta' as const] },
  ]) {
    await shown.getByRole('link', { name: 'out' }).click(how);
    await expect(page.getByRole('dialog')).toContainText('https://host.example/?x=1');
    await press(page, 'Cancel');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  expect(page.context().pages()).toHaveLength(1);
  expect(asked).toEqual([]);
});

test('a link to a heading that another document lacks shows the document, and says so', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/a.md', '[gone](b.md#nothing)');
    await fs.writeFile('/home/b.md', '# B');
  });
  const open = (path: string) =>
    page.evaluate((to) => window.oanix.commands.run('view.open', { path: to }), path);
  await open('/home/b.md');
  await press(page, 'Rendered');
  await expect(page.getByRole('heading', { name: 'B', exact: true })).toBeVisible();
  await open('/home/a.md');
  await press(page, 'Rendered');
  await page.getByRole('link', { name: 'gone' }).click();
  await expect(page.getByText('This document has no heading “nothing”.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'B', exact: true })).toBeVisible();
});

/** Opens a file by the command of the page. */
const openFile = (page: Page, path: string): Promise<unknown> =>
  page.evaluate((to) => window.oanix.commands.run('view.open', { path: to }), path);

test('a long Markdown document is drawn in parts, and a link reaches a heading that is not drawn yet', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() =>
    window.oanix.fs.writeFile('/home/long.md', `[down](#h-24999)\n\n${'# h\n\n'.repeat(25_000)}`),
  );
  await openFile(page, '/home/long.md');
  // Each number of parts that a task leaves behind was drawn by this task.
  const counted = page.evaluate(async () => {
    const counts: number[] = [];
    const observer = new MutationObserver(() => {
      const count = document.querySelector('.prose')?.childElementCount ?? 0;
      if (count > 0 && counts.at(-1) !== count) counts.push(count);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    while (!document.querySelector('.prose-more')) await new Promise(requestAnimationFrame);
    observer.disconnect();
    return counts;
  });
  await press(page, 'Rendered');
  const counts = await counted;
  expect(counts.length).toBeGreaterThan(2);
  expect(counts.at(-1)).toBe(60);
  const shown = page.getByRole('region', { name: 'Rendered' });
  await expect(shown.getByText(/^The document is long: 60 of \d+ parts are shown/)).toBeVisible();
  await shown.getByRole('link', { name: 'down' }).click();
  await expect(shown.locator('#heading-h-24999')).toBeInViewport();
  await expect(shown.getByRole('button', { name: 'Show more' })).toHaveCount(0);
});

test('the rendering of a hostile Markdown document can be stopped and left, and a document that is too large says so', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/hostile.md', '!['.repeat(1_900_000));
    await fs.writeFile('/home/large.md', 'x\n\n'.repeat(1_500_000));
    await fs.writeFile('/home/small.md', '# Small');
  });
  const shown = page.getByRole('region', { name: 'Rendered' });
  await openFile(page, '/home/hostile.md');
  await press(page, 'Rendered');
  await expect(shown.getByRole('status')).toHaveText('Rendering…');
  await press(page, 'Cancel');
  await expect(shown.getByRole('alert')).toContainText('The rendering was stopped.');
  await press(page, 'Render it again');
  await expect(shown.getByRole('status')).toHaveText('Rendering…');
  await openFile(page, '/home/small.md');
  await press(page, 'Rendered');
  await expect(shown.getByRole('heading', { name: 'Small' })).toBeVisible();
  await openFile(page, '/home/large.md');
  await press(page, 'Rendered');
  await expect(shown.getByRole('alert')).toContainText('At most 4,000,000 are rendered');
});

test('a Markdown view whose worker cannot be loaded says so, and renders once it can be', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/small.md', '# Small'));
  await page.route(/markdown\.worker-[^/]*\.js$/, (route) => route.abort());
  await openFile(page, '/home/small.md');
  await press(page, 'Rendered');
  const shown = page.getByRole('region', { name: 'Rendered' });
  await expect(shown.getByRole('alert')).toContainText(
    'The worker that renders Markdown could not be loaded.',
  );
  await page.unroute(/markdown\.worker-[^/]*\.js$/);
  await press(page, 'Render it again');
  await expect(shown.getByRole('heading', { name: 'Small' })).toBeVisible();
});
