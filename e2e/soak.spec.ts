/**
 * A long day at the page: the same things over and over, as a person does them, and the memory is back where it
 * was. SOAK_MINUTES says how long; `npm run soak` is an hour.
 */
import { measuringLaunch, memory } from './heap.ts';
import { command, expect, goTo, type Page, press, start, test } from './oanix.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 2);
/** Of the time: what is loaded and compiled when it is first used is there by then. */
const WARM_UP = 0.25;
const GROWTH_MAX = 1.1;

test.use({ launchOptions: measuringLaunch });

/** What is kept up to a bound: processes that have ended, changes of mounts and operations on files to be undone. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { oanix } = window;
    for (let batch = 0; batch < 10; batch++)
      await Promise.all(Array.from({ length: 21 }, () => oanix.run('/bin/cat.wasm')));
    for (let change = 0; change < 55; change++) {
      await oanix.mount({ kind: 'mem' }, '/mnt/soak', { create: true });
      await oanix.fs.writeFile('/mnt/soak/a', new Uint8Array(100_000));
      await oanix.unmount('/mnt/soak');
    }
    await oanix.fs.writeFile('/home/a', '');
    for (const name of Array.from({ length: 100 }, (_, i) => `${i % 2 === 0 ? 'b' : 'a'}`))
      await oanix.commands.run('file.rename', { path: `/home/${name === 'a' ? 'b' : 'a'}`, name });
  });
}

/** Looks at every kind of file, in tabs, panes, columns and the grid. */
async function browse(page: Page): Promise<void> {
  for (const path of [
    '/home',
    '/lib/doc/api.md',
    '/bin/hello-wasi.wasm',
    '/workspace/data/numbers.txt',
  ])
    await goTo(page, path);
  await press(page, 'Hex');
  await expect(page.locator('.hex-row').first()).toBeVisible();
  await goTo(page, '/home');
  for (const look of ['Grid', 'Columns', 'List']) await press(page, look);
  await command(page, 'view.beside', { path: '/tmp' });
  await command(page, 'inspector.toggle');
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toBeVisible();
  await command(page, 'inspector.toggle');
  await command(page, 'pane.close');
}

/** Writes, renames, deletes and undoes it. */
async function change(page: Page, round: number): Promise<void> {
  const path = `/home/soak-${round % 5}.txt`;
  await page.evaluate(
    async ([at, text]) => {
      const { fs, commands } = window.oanix;
      await fs.writeFile(at, text.repeat(1000));
      await commands.run('file.duplicate', { paths: [at] });
      await commands.run('file.undo');
      await commands.run('file.trash', { paths: [at] });
      await commands.run('file.undo');
      await fs.writeFile(at, text);
      await fs.remove('/home/.local/share/Trash', { recursive: true });
    },
    [path, `round ${round}\n`] as const,
  );
  await goTo(page, path);
  await page.locator('.cm-content').click();
  await page.keyboard.type('typed');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('1 unsaved')).toHaveCount(0);
}

/** Runs a program, looks at its calls as a list and a flame, and discards what it changed. */
async function runOne(page: Page): Promise<void> {
  await command(page, 'program.start', { path: '/bin/hello-wasi.wasm' });
  await command(page, 'trace.show');
  await press(page, 'Flame');
  await press(page, 'Calls');
  await command(page, 'tab.close');
  await command(page, 'review.discard');
}

/** A terminal with a pipeline in it, closed again. */
async function inTerminal(page: Page): Promise<void> {
  await command(page, 'terminal.new');
  const screen = page.getByTestId('terminal');
  await expect(screen).toContainText('$');
  await page.keyboard.type('seq 1 2000 | grep 7 | wc.wasm -l\n');
  await expect(screen).toContainText(/\d+\s*\n?.*\$/);
  await page.keyboard.type('exit\n');
  await expect(page.getByRole('tab', { name: /^sh · \d+$/ })).toHaveCount(0);
}

/** Dialogs, mounts and snapshots that come and go. */
async function arrange(page: Page, round: number): Promise<void> {
  for (const id of ['palette.open', 'settings.open', 'storage.open', 'help.keys', 'help.demos']) {
    await command(page, id);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await page.evaluate(async (number) => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/mnt/soak', { create: true });
    await oanix.fs.writeFile('/mnt/soak/a', new Uint8Array(100_000));
    await oanix.unmount('/mnt/soak');
    await oanix.snapshots.create(`soak-${number}`);
    await oanix.snapshots.remove(`soak-${number}`);
  }, round);
  await command(page, 'settings.theme', { theme: round % 2 === 0 ? 'light' : 'night' });
}

test(`${MINUTES} minutes of use leave the memory where it was @chromium`, async ({ page }) => {
  test.setTimeout(MINUTES * 60_000 * 3 + 120_000);
  await start(page);
  await fill(page);
  const end = Date.now() + MINUTES * 60_000;
  const measured: number[] = [];
  let round = 0;
  while (Date.now() < end || measured.length < 6) {
    await browse(page);
    await change(page, round);
    await runOne(page);
    await inTerminal(page);
    await arrange(page, round);
    round++;
    const isWarm = Date.now() > end - MINUTES * 60_000 * (1 - WARM_UP);
    if (isWarm) measured.push(await memory(page));
  }
  const megabytes = measured.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ');
  console.log(`${round} rounds; MB after each, once warm: ${megabytes}`);
  // Of each third the least: what was collected, not what waits for it.
  expect(measured.length).toBeGreaterThanOrEqual(6);
  const third = Math.floor(measured.length / 3);
  const before = Math.min(...measured.slice(0, third));
  const after = Math.min(...measured.slice(-third));
  expect(after / before).toBeLessThan(GROWTH_MAX);
  expect(page.workers().length).toBeLessThanOrEqual(5);
});
