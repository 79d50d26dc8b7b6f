/** Files of separated values as tables: moved through by keys, copied from, of any size, and edited as text. */
import { expect, goTo, type Page, press, start, test } from './oanix.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Cells' });
const cell = (page: Page) => page.getByRole('region', { name: 'Cell' });

/** Each browser guards its clipboard in its own way: what the page writes to it is heard here. */
async function copied(page: Page): Promise<() => Promise<string | undefined>> {
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => Object.assign(window, { copied: text }) },
    });
  });
  return () => page.evaluate(() => (window as unknown as { copied?: string }).copied);
}

test('a CSV file is a table whose cells are reached by keys and copied @person', async ({
  page,
}) => {
  await start(page);
  const text = await copied(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const lines = ['id,name,note', '1,"Ann, Jr.","two\nlines"', '2,Bob', '3,Cid,"a ""b"""'];
    await fs.writeFile('/home/people.csv', `\ufeff${lines.join('\r\n')}\r\n`);
  });
  await goTo(page, '/home/people.csv');
  await expect(page.getByText('4 rows, 3 columns')).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'name', exact: true })).toBeVisible();
  await expect(page.getByText('1 row has more or fewer cells')).toContainText('row 3');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '4');
  await grid(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page)).toContainText('name, row 2');
  await expect(cell(page)).toContainText('Ann, Jr.');
  await page.keyboard.press('End');
  await expect(cell(page).locator('.csv-value')).toHaveText('two\nlines');
  await page.keyboard.press('ArrowDown');
  await expect(cell(page)).toContainText('This row has no such cell');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.locator('[role="gridcell"][aria-selected="true"]')).toHaveCount(4);
  await page.keyboard.press('Control+c');
  await expect(page.getByText('Copied 4 cells')).toBeVisible();
  expect(await text()).toBe('1\tAnn, Jr.\n2\tBob');
  await page.keyboard.press('Control+End');
  await expect(cell(page)).toContainText('note, row 4');
  await press(page, 'Copy cells');
  await expect(page.getByText('Copied one cell')).toBeVisible();
  expect(await text()).toBe('a "b"');
  await page.getByLabel('Header row').click();
  await expect(page.getByRole('columnheader', { name: 'B', exact: true })).toBeVisible();
  await expect(page.getByRole('gridcell', { name: 'name', exact: true })).toBeVisible();
  await page.getByLabel('Separator').selectOption(';');
  await expect(page.getByText('5 rows, 1 column')).toBeVisible();
});

test('a column is as wide as its widest cell anywhere, and leaves room for the next one', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => {
    const rows = Array.from({ length: 3000 }, (_, at) => `${at},x`);
    rows[2999] = 'a name much longer than the others,x';
    return window.oanix.fs.writeFile('/home/wide.csv', `name,last\n${rows.join('\n')}\n`);
  });
  await goTo(page, '/home/wide.csv');
  await expect(page.getByText('3,001 rows, 2 columns')).toBeVisible();
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  const long = page.getByRole('gridcell', { name: 'a name much longer' });
  await expect(long).toBeVisible();
  const isCut = (): Promise<boolean> =>
    long.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  expect(await isCut()).toBe(false);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.keyboard.press('Control+Home');
  await expect(page.getByRole('columnheader', { name: 'last' })).toBeInViewport({ ratio: 0.4 });
});

test('a CSV file is edited as text, and its table shows what is not saved yet', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/a.csv', 'a;b\n1;2,5\n'));
  await goTo(page, '/home/a.csv');
  await expect(page.getByLabel('Separator')).toHaveValue(';');
  await press(page, 'Edit as text');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('new;row');
  await press(page, 'Table');
  await page.getByRole('gridcell', { name: 'new' }).click();
  await expect(cell(page)).toContainText('a, row 3');
  await page.evaluate(() =>
    window.oanix.fs.writeFile('/home/b.csv', Uint8Array.from([0x66, 0xfc, 0x72, 0x2c, 0x31, 0x0a])),
  );
  await goTo(page, '/home/b.csv');
  // Bytes that are no UTF-8 are read in the encoding that a person chooses.
  await press(page, 'Reopen with another encoding…');
  await page.getByRole('combobox', { name: 'Encoding' }).selectOption('windows-1252');
  await press(page, 'Reopen');
  await expect(page.getByRole('columnheader', { name: 'für' })).toBeVisible();
});

test('a table of a million rows is read while the page answers, and keeps its place', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await start(page);
  await page.evaluate(async () => {
    const line = (i: number): string => `${i},name ${i},"quoted, ${i}",${'x'.repeat(50)}\n`;
    const file = await window.oanix.fs.open('/tmp/large.csv', 'w');
    for (let from = 0; from < 1_000_000; from += 20_000) {
      const lines = Array.from({ length: 20_000 }, (_, i) => line(from + i));
      await file.write(new TextEncoder().encode(lines.join('')));
    }
    await file.close();
  });
  // Longer than a text can be: it is read in ranges.
  // While it is read, other work of the page has its turns: so many, however fast the machine is.
  const turns = page.evaluate(async () => {
    const status = (): string => document.querySelector('.csv [role="status"]')?.textContent ?? '';
    let count = 0;
    while (!status().startsWith('1,000,000')) {
      await new Promise((resolve) => setTimeout(resolve));
      if (status().startsWith('Reading')) count++;
    }
    return count;
  });
  await goTo(page, '/tmp/large.csv');
  await expect(page.getByText('1,000,000 rows, 4 columns')).toBeVisible({ timeout: 60_000 });
  expect(await turns).toBeGreaterThan(20);
  expect(await page.locator('.csv-cell').count()).toBeLessThan(400);
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  await expect(page.getByRole('rowheader', { name: '1000000' })).toBeVisible();
  await expect(cell(page)).toContainText('xxx');
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Control+End');
  await expect(page.getByRole('rowheader', { name: '1000000' })).toBeVisible();
  await goTo(page, '/home');
  await goTo(page, '/tmp/large.csv');
  await expect(page.getByRole('rowheader', { name: '1000000' })).toBeVisible({ timeout: 60_000 });
  await expect(cell(page)).toContainText('row 1,000,000');
  // A large file that has changed is read anew, where one is.
  await page.evaluate(async () => {
    const file = await window.oanix.fs.open('/tmp/large.csv', 'a');
    await file.write(new TextEncoder().encode('last,row,of,"a\nb\nc\nd"\n'));
    await file.close();
  });
  await expect(page.getByText('1,000,001 rows, 4 columns')).toBeVisible({ timeout: 60_000 });
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  await expect(cell(page)).toContainText('row 1,000,001');
  await expect(cell(page).locator('.csv-value')).toHaveText('a\nb\nc\nd');
  // Its many lines do not push the row out of sight.
  await expect(page.getByRole('rowheader', { name: '1000001' })).toBeInViewport({ ratio: 0.9 });
});

test('a table of long rows is drawn whole, though each row in view is read by itself', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  await start(page);
  await page.evaluate(async () => {
    const row = (nr: number): string => `${nr},${'x'.repeat(200_000)}\n`;
    const text = Array.from({ length: 60 }, (_, nr) => row(nr)).join('');
    await window.oanix.fs.writeFile('/tmp/long.csv', `Number,Text\n${text}`);
  });
  await goTo(page, '/tmp/long.csv');
  await expect(page.getByText('61 rows, 2 columns')).toBeVisible();
  const texts = (): Promise<(string | null)[]> =>
    grid(page)
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((each) => each.textContent));
  await expect.poll(texts).not.toContain('');
  // More of them than are kept of what was in view before.
  expect((await texts()).length).toBeGreaterThan(2 * 40);
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  await expect.poll(texts).toContain('59');
  await expect.poll(texts).not.toContain('');
});
