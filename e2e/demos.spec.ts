/** The tour and the demos: each really runs, to its last step; and addresses that ask for something. */
import { startRelay } from '../src/testing/relay.ts';
import { content, expect, expected, goTo, type Page, press, start, test, ways } from './oanix.ts';

/** The button of a step; the strip shows the next one when its commands have ended. */
async function step(page: Page, name: string): Promise<void> {
  const button = page.locator('.demo-strip').getByRole('button', { name, exact: true });
  await expect(button).toBeEnabled({ timeout: 30_000 });
  await button.click();
}

async function begin(page: Page, title: string): Promise<void> {
  await start(page);
  await page.evaluate(() => window.oanix.commands.run('help.demos'));
  await press(page, `Begin ${title}`);
}

const ended = async (page: Page): Promise<void> =>
  expect(page.locator('.demo-strip')).toHaveCount(0, { timeout: 30_000 });
for (const way of ways) {
  test(`the first visit begins with the tour: a program is run, seen, and what it wrote kept (${way})`, async ({
    page,
  }) => {
    await page.goto('./');
    await page.evaluate(() => window.oanix.ready);
    await expect(page.getByRole('heading', { name: 'Welcome to OANIX' })).toBeVisible();
    const strip = page.getByRole('form', { name: 'A program and its namespace' });
    const go = async (name: string): Promise<void> => {
      const button = strip.getByRole('button', { name, exact: true });
      await expect(button).toBeEnabled();
      if (way === 'pointer') await button.click();
      else {
        await button.focus();
        await page.keyboard.press('Enter');
      }
    };
    await go('Run it');
    await go('Show its calls');
    await expect(page.getByRole('table', { name: 'Calls' })).toContainText('/workspace/hello.txt');
    await go('Review it');
    await expect(page.getByRole('region', { name: 'Changes' })).toContainText('greeting.txt');
    await go('Keep it');
    await expect(page.locator('.cm-content')).toContainText('Hello from hello-wasi');
    await go('Search the commands');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await ended(page);
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
    await expect(strip).toHaveCount(0);
  });
}

test('demo: a pipeline', async ({ page }) => {
  await begin(page, 'A pipeline');
  await step(page, 'cat | sum');
  await expect(page.locator('.xterm-rows')).toContainText('8 numbers');
  await step(page, 'seq | grep | wc');
  await step(page, 'Write it to a file');
  await ended(page);
  await expect(page.locator('.cm-content')).toContainText('20');
  expect(await content(page, '/workspace/countdown.txt')).toMatch(/^20\n19\n/);
});

test('demo: an agent at work', async ({ page }) => {
  test.setTimeout(120_000);
  await begin(page, 'An agent at work');
  await step(page, 'Let it work');
  await expect(page.locator('.reward')).toHaveText('1', { timeout: 60_000 });
  await step(page, 'Show all tasks');
  await ended(page);
  await expect(page.getByRole('table', { name: 'Tasks' })).toBeVisible();
});

test('demo: HTTP by files @person @wide', async ({ page }) => {
  await begin(page, 'HTTP by files');
  await step(page, 'Try without a grant');
  await expect(page.locator('.xterm-rows')).toContainText('No such file');
  await step(page, 'Grant it…');
  await press(page, 'Grant');
  await step(page, 'Fetch');
  await expect(page.locator('.xterm-rows').last()).toContainText('# OANIX');
  await step(page, 'Show the requests');
  await ended(page);
  await expect(page.getByRole('table', { name: 'Requests' })).toContainText('llms.txt');
});

test('demo: a chat over a relay @person', async ({ page }) => {
  const relay = await startRelay();
  try {
    await begin(page, 'A chat over a relay');
    const strip = page.locator('.demo-strip');
    await strip.getByLabel('Relay').pressSequentially(relay.url);
    await step(page, 'Grant it…');
    await press(page, 'Grant');
    await step(page, 'Say hello');
    await step(page, 'Show the inbox');
    await ended(page);
    await expect(page.getByRole('option', { name: /\.json$/ })).toHaveCount(1);
  } finally {
    await relay.kill();
  }
});

test('demo: what if?', async ({ page }) => {
  await begin(page, 'What if?');
  await step(page, 'Run it');
  await step(page, 'Show my files');
  await expect(page.getByRole('option', { name: 'hello.txt' })).toBeVisible();
  await step(page, 'Discard it');
  await ended(page);
  expect(await content(page, '/workspace/hello.txt')).toContain('Hello');
});

test('a step that fails says why and can be tried again; a demo can be left @person', async ({
  page,
}) => {
  await begin(page, 'HTTP by files');
  await step(page, 'Try without a grant');
  await step(page, 'Grant it…');
  await press(page, 'Cancel');
  await expect(page.locator('.demo-strip').getByRole('alert')).toContainText('was not granted');
  await step(page, 'Grant it…');
  await press(page, 'Grant');
  await expect(
    page.locator('.demo-strip').getByRole('button', { name: 'Fetch', exact: true }),
  ).toBeEnabled();
  await press(page, 'Skip');
  await ended(page);
});

test('an address opens paths, offers a demo, and does nothing by itself', async ({ page }) => {
  await start(page, './#path=/home/notes.md&path=/workspace');
  await expect(page.getByRole('option', { name: 'hello.txt' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Tabs' }).getByRole('listitem')).toHaveCount(3);
  expect(page.url()).not.toContain('#');
  await page.evaluate(() => {
    location.hash = 'demo=what-if';
  });
  await expect(page.getByRole('dialog', { name: 'Demos' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Begin What if?' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    location.hash = 'path=javascript:alert(1)&demo=nothing&path=/home';
  });
  await expect(page.getByRole('option', { name: 'notes.md' })).toBeVisible();
});

test('the documentation is in the namespace, and its links lead through it @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/lib/doc/concepts.md');
  await expect(page.getByRole('heading', { name: 'OANIX in five minutes' })).toBeVisible();
  await goTo(page, '/README.md');
  await page.getByRole('link', { name: 'how to drive this page' }).click();
  await expect(page.getByRole('heading', { name: /Driving this page/ })).toBeVisible();
  expect(await content(page, '/lib/doc/api.md')).toContain('run(program: Data');
});

test('the commands are tools of WebMCP, where the browser has it @chromium', async ({
  playwright,
  baseURL,
}) => {
  expected.patterns = [/./];
  const { chromiumLaunch } = await import('../src/testing/browsers.ts');
  const args = [...(chromiumLaunch.args ?? []), '--enable-features=WebMCP'];
  const browser = await playwright.chromium.launch({ ...chromiumLaunch, args });
  try {
    const page = await browser.newPage({ baseURL: baseURL as string });
    await start(page);
    const tools = await page.webmcp.tools();
    const names = tools.map(({ name }) => name);
    expect(names).toContain('file_rename');
    expect(names).toContain('fs_read');
    expect(names).not.toContain('file_new');
    const read = await page.webmcp.callTool('fs_read', { path: '/home/notes.md' });
    expect(JSON.stringify(read)).toContain('# Notes');
    await page.webmcp.callTool('file_rename', { path: '/home/notes.md', name: 'ideas.md' });
    expect(await content(page, '/home/ideas.md')).toContain('# Notes');
    const missing = await page.webmcp.callTool('fs_read', { path: '/no' });
    expect(JSON.stringify(missing)).toContain('ENOENT');
  } finally {
    await browser.close();
  }
});
