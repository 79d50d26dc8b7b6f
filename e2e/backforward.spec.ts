/** Back and Forward: by keys, buttons, the mouse, and the browser's own Back, which is the phone's too. */
import { command, expect, goTo, option, type Page, press, start, test } from './oanix.ts';

const path = (page: Page) => page.getByLabel('Path', { exact: true });
const button = (page: Page, name: 'Back' | 'Forward') =>
  page.getByRole('button', { name, exact: true });
const shows = (page: Page, text: string) => expect(page.locator('.cm-content')).toContainText(text);

/** A folder with a hundred files of 400 lines. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/home/many');
    const lines = Array.from({ length: 400 }, (_, line) => `line ${line}`).join('\n');
    for (let number = 100; number < 200; number++)
      await fs.writeFile(`/home/many/${number}.txt`, `${number}\n${lines}\n`);
  });
}

test('the browser’s Back shows the places before, and Forward those after @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  await goTo(page, '/home/workspace');
  await expect(option(page, 'hello.txt')).toBeVisible();
  await goTo(page, '/home/workspace/hello.txt');
  await shows(page, 'Hello');
  await page.goBack();
  await expect(path(page)).toHaveValue('/home/workspace');
  await expect(option(page, 'hello.txt')).toBeVisible();
  await page.goBack();
  await expect(path(page)).toHaveValue('/home');
  await page.goForward();
  await expect(path(page)).toHaveValue('/home/workspace');
  // Names of files stay out of the address, which browsers keep and pass on.
  expect(new URL(page.url()).hash).toBe('');
  await page.reload();
  await page.evaluate(() => window.oanix.ready);
  await expect(path(page)).toHaveValue('/home/workspace');
  await page.goForward();
  await shows(page, 'Hello');
  await page.goBack();
  await page.goBack();
  await expect(path(page)).toHaveValue('/home');
});

test('the buttons say where they lead, and are off where there is nothing @person @wide', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  await goTo(page, '/tmp');
  await expect(button(page, 'Forward')).toBeDisabled();
  await button(page, 'Back').click();
  await expect(path(page)).toHaveValue('/home');
  await button(page, 'Forward').click();
  await expect(path(page)).toHaveValue('/tmp');
  await expect(button(page, 'Forward')).toBeDisabled();
  await press(page, 'Search commands, paths and mounts');
  await expect(page.getByRole('combobox')).toBeFocused();
  // Keys, as a person types: the driver of Firefox sets a value so that a field that React controls does not hear of it.
  await page.keyboard.type('Back to');
  await expect(page.getByRole('option', { name: /^Back to \/home/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(path(page)).toHaveValue('/home');
});

test('Alt with an arrow goes back and forward, from a text too, and scroll positions and the cursor come along @person @wide', async ({
  page,
}) => {
  await start(page);
  await fill(page);
  await goTo(page, '/home/many');
  const list = page.getByRole('listbox');
  await expect(option(page, '100.txt')).toBeVisible();
  await list.focus();
  await page.keyboard.press('End');
  await expect(option(page, '199.txt')).toHaveAttribute('aria-selected', 'true');
  const top = await list.evaluate((element) => element.scrollTop);
  expect(top).toBeGreaterThan(500);
  await page.keyboard.press('Enter');
  await shows(page, '199');
  // The editor may still take its first measures: the key is pressed again then.
  await expect(async () => {
    await page.locator('.cm-content').focus();
    await page.keyboard.press('Control+End');
    await expect(page.locator('.cm-content')).toContainText('line 399', { timeout: 1000 });
  }).toPass();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(option(page, '199.txt')).toHaveAttribute('aria-selected', 'true');
  expect(await list.evaluate((element) => element.scrollTop)).toBe(top);
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.locator('.cm-content')).toContainText('line 399');
});

test('the fourth and fifth buttons of the mouse go one place back and forward @chromium', async ({
  page,
}) => {
  await start(page);
  for (const place of ['/home', '/tmp', '/bin']) {
    await goTo(page, place);
    await expect(path(page)).toHaveValue(place);
  }
  const session = await page.context().newCDPSession(page);
  const click = async (name: 'back' | 'forward'): Promise<void> => {
    for (const type of ['mousePressed', 'mouseReleased'] as const)
      await session.send('Input.dispatchMouseEvent', {
        type,
        x: 700,
        y: 400,
        button: name,
        clickCount: 1,
      });
  };
  await click('back');
  await expect(path(page)).toHaveValue('/tmp');
  await click('back');
  await expect(path(page)).toHaveValue('/home');
  await click('forward');
  await expect(path(page)).toHaveValue('/tmp');
});

test('Back returns to the tab and the pane of a place, and opens a closed tab again @person @wide', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home/notes.md');
  await shows(page, '# Notes');
  await command(page, 'tab.keep');
  await goTo(page, '/home');
  await command(page, 'tab.keep');
  await command(page, 'view.beside', { path: '/tmp' });
  await expect(page.locator('.pane')).toHaveCount(2);
  await goTo(page, '/bin');
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/bin/);
  await page.goBack();
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/tmp/);
  await page.goBack();
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/home/);
  await page.goBack();
  await expect(page.locator('.pane.focused')).toHaveAccessibleName(/^\/home\/notes\.md/);
  await command(page, 'tab.close', { path: '/home/notes.md' });
  await expect(page.getByRole('button', { name: 'Close notes.md' })).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Close notes.md' })).toHaveCount(1);
});

test('a place that is gone is skipped and named; one that was renamed is found @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    for (const name of ['first', 'second', 'third']) {
      await fs.mkdir(`/home/${name}`);
      await fs.writeFile(`/home/${name}/of-${name}.txt`, name);
    }
  });
  for (const name of ['first', 'second', 'third']) {
    await goTo(page, `/home/${name}`);
    await expect(option(page, `of-${name}.txt`)).toBeVisible();
  }
  await page.evaluate(() => window.oanix.fs.remove('/home/second', { recursive: true }));
  await command(page, 'file.rename', { path: '/home/first', name: 'renamed' });
  await page.goBack();
  await expect(page.getByText('Skipped /home/second, which is gone.')).toBeVisible();
  await expect(path(page)).toHaveValue('/home/renamed');
  await expect(option(page, 'of-first.txt')).toBeVisible();
  await page.goForward();
  await expect(path(page)).toHaveValue('/home/third');
});

test('unsaved text stays through Back and Forward, and is still listed @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  await goTo(page, '/home/notes.md');
  await shows(page, '# Notes');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('begun ');
  await page.goBack();
  await expect(path(page)).toHaveValue('/home');
  await expect(page.getByRole('button', { name: '1 unsaved' })).toBeVisible();
  // The file goes, and what was typed for it does not.
  await page.evaluate(() => window.oanix.fs.remove('/home/notes.md'));
  await page.goForward();
  await shows(page, 'begun # Notes');
});

test('Back closes an open dialog first, as on a phone, and then goes back @person', async ({
  page,
}) => {
  await start(page);
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  await goTo(page, '/tmp');
  await expect(path(page)).toHaveValue('/tmp');
  await press(page, 'Search commands, paths and mounts');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(path(page)).toHaveValue('/tmp');
  await page.goBack();
  await expect(path(page)).toHaveValue('/home');
});

test('a link within a document is a place to come back from @person', async ({ page }) => {
  await start(page);
  await page.evaluate(() =>
    window.oanix.fs.writeFile(
      '/home/long.md',
      `[to the end](#the-end)\n\n${'text\n\n'.repeat(200)}# The end\n`,
    ),
  );
  await goTo(page, '/home/long.md');
  await press(page, 'Rendered');
  const scroller = page.getByRole('region', { name: 'Rendered' });
  await page.getByRole('link', { name: 'to the end' }).click();
  await expect(page.getByRole('heading', { name: 'The end' })).toBeInViewport();
  await page.goBack();
  await expect.poll(() => scroller.evaluate((element) => element.scrollTop)).toBe(0);
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'The end' })).toBeInViewport();
});

test('an embedded page goes back by itself, and leaves the browser’s Back to the page around it', async ({
  page,
}) => {
  await start(page, './?embed');
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  const before = await page.evaluate(() => history.length);
  await goTo(page, '/tmp');
  await expect(path(page)).toHaveValue('/tmp');
  await button(page, 'Back').click();
  await expect(path(page)).toHaveValue('/home');
  await button(page, 'Forward').click();
  await expect(path(page)).toHaveValue('/tmp');
  expect(await page.evaluate(() => history.length)).toBe(before);
});

test('a narrow embedded page has Back too, since the one of a phone is for the page around it', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await start(page, './?embed');
  await goTo(page, '/home');
  await expect(option(page, 'notes.md')).toBeVisible();
  await goTo(page, '/tmp');
  await button(page, 'Back').click();
  await expect(path(page)).toHaveValue('/home');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, 'nothing is cut at the side').toBeLessThanOrEqual(0);
});
