/** What is left of programs that have ended: no memory that grows with their number. */
import { measuringLaunch, memory } from './heap.ts';
import { expect, type Page, start, test } from './oanix.ts';

test.use({ launchOptions: measuringLaunch });

const hundred = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { oanix } = window;
    const runs = Array.from({ length: 100 }, () =>
      oanix.run('/bin/cat.wasm', { args: ['cat'], stdin: 'x'.repeat(10_000) }),
    );
    const done = await Promise.all(runs);
    return done.filter(({ stdout }) => stdout.length === 10_000).length;
  });

test('processes that have ended leave no memory behind @chromium', async ({ page }) => {
  test.setTimeout(180_000);
  await start(page);
  expect(await hundred(page)).toBe(100);
  await expect.poll(() => page.workers().length).toBeLessThanOrEqual(4);
  const before = await memory(page);
  for (let round = 0; round < 3; round++) expect(await hundred(page)).toBe(100);
  await expect.poll(() => page.workers().length).toBeLessThanOrEqual(4);
  const after = await memory(page);
  // A block of shared memory has 1.1 MB: 300 that stayed would be 330.
  expect(after - before).toBeLessThan(20_000_000);
});
