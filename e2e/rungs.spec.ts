/** Each rung carries all of preview1, keeps hostile programs in, and says which it is. */
import { expect, start, test } from './oanix.ts';

const names: Readonly<Record<string, string>> = { JSPI: 'JSPI' };

test('preview1 holds, hostile programs stay in, and the page says on what it stands', async ({
  page,
}, { project }) => {
  test.setTimeout(120_000);
  await start(page);
  const rung = names[project.name.split(', ')[1] ?? ''] ?? 'Shared memory';
  await expect(page.locator('.statusbar')).toContainText(rung);
  const ran = await page.evaluate(async () => {
    const stress = await window.oanix.run('/bin/stress.wasm');
    const hostile = await window.oanix.run('/bin/hostile.wasm', { args: ['hostile', '4000', '7'] });
    return {
      failed: stress.stdout.split('\n').filter((line) => line.startsWith('not ok')),
      passed: stress.stdout.match(/^ok /gm)?.length,
      hostile: hostile.stdout,
    };
  });
  expect(ran.failed).toEqual([]);
  expect(ran.passed).toBeGreaterThanOrEqual(45);
  expect(ran.hostile).toContain('no way out');
});

test('?rung=jspi chooses the lower rung by hand', async ({ page }) => {
  await start(page, './?rung=jspi');
  await expect(page.locator('.statusbar')).toContainText('JSPI');
  const { stdout } = await page.evaluate(() =>
    window.oanix.run('/bin/cat.wasm', { stdin: 'through promises' }),
  );
  expect(stdout).toBe('through promises');
});
