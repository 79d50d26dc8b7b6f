/** JSON as a tree, and JSON lines as a table, also where they are very large. */
import { expect, goTo, press, start, test } from './oanix.ts';

test('JSON is shown as it is written, also 200,000 numbers', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/n.json', '\uFEFF{"id":9007199254740993,"a":1,"a":2,"e":1E400}');
    await fs.writeFile(
      '/home/many.json',
      JSON.stringify(Array.from({ length: 200_000 }, (_, i) => i)),
    );
    await fs.writeFile('/home/p.jsonl', '{"__proto__":9007199254740993}\n{"b":1,"b":2}\n');
  });
  const tree = page.getByRole('region', { name: 'Tree of values' });
  await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/home/n.json' }));
  await press(page, 'Tree');
  for (const written of ['9007199254740993', 'a:1', 'a:2', '1E400'])
    await expect(tree).toContainText(written);
  await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/home/many.json' }));
  await press(page, 'Tree');
  await expect(tree).toContainText('200,000 values');
  expect(await tree.locator('.json-row').count()).toBeLessThan(200);
  await page.evaluate(() => window.oanix.commands.run('view.open', { path: '/home/p.jsonl' }));
  await expect(page.getByRole('cell', { name: '9007199254740993' })).toBeVisible();
  await expect(page.getByRole('cell', { name: '1 and again 2' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Lines' })).not.toContainText('{}');
});

test('a tree of a million numbers is read in parts, between which the page draws', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const numbers = Array.from({ length: 1_000_000 }, (_, i) => i * 1000);
    await fs.writeFile('/home/million.json', JSON.stringify(numbers));
    const deep = `${'['.repeat(1000)}${']'.repeat(1000)}`;
    await fs.writeFile('/home/deep.json', deep);
  });
  const tree = page.getByRole('region', { name: 'Tree of values' });
  const open = (path: string) =>
    page.evaluate((to) => window.oanix.commands.run('view.open', { path: to }), path);
  await open('/home/million.json');
  // Each word of the reading that a frame shows was drawn between two parts.
  const drawn = page.evaluate(async () => {
    const words = new Set<string>();
    while (!document.querySelector('.json-row')) {
      await new Promise(requestAnimationFrame);
      const told = document.querySelector('.json-progress')?.textContent;
      if (told) words.add(told);
    }
    return [...words];
  });
  await press(page, 'Tree');
  const words = await drawn;
  expect(words.length).toBeGreaterThan(1);
  for (const each of words) expect(each).toMatch(/^Reading the values: \d+ %$/);
  await expect(tree).toContainText('1,000,000 values');
  await expect(page.locator('.json-progress')).toHaveCount(0);
  expect(await tree.locator('.json-row').count()).toBeLessThan(200);
  // The view is left in the middle of a reading, and shows all when it is there again.
  await open('/home/deep.json');
  await press(page, 'Tree');
  await expect(tree.locator('.json-toggle')).toHaveCount(4);
  await tree.locator('.json-toggle').last().click();
  await expect(tree.locator('.json-toggle')).toHaveCount(5);
  await open('/home/million.json');
  await open('/home/deep.json');
  await expect(tree.locator('.json-toggle')).toHaveCount(5);
  await open('/home/million.json');
  await expect(tree).toContainText('1,000,000 values');
});

test('JSON lines with a line of 60 MB show it cut, and the other lines as cells', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() =>
    window.oanix.fs.writeFile(
      '/tmp/long.jsonl',
      `{"a":"first"}\n{"a":"${'x'.repeat(60_000_000)}"}\n{"a":"last"}\n`,
    ),
  );
  await goTo(page, '/tmp/long.jsonl');
  const table = page.getByRole('table', { name: 'Lines' });
  await expect(table.getByRole('cell', { name: 'first' })).toBeVisible();
  await expect(table.getByRole('cell', { name: 'last' })).toBeVisible();
  await expect(table).toContainText('60,000,008 characters, too long for cells: {"a":"xxx');
  expect(await table.evaluate((element) => element.innerHTML.length)).toBeLessThan(50_000);
});
