/** Archives whose names are in an encoding that they do not tell. */
import { expect, goTo, option, type Page, press, start, test } from './oanix.ts';

/** A zip of empty files whose names are bytes, without the flag for UTF-8 (APPNOTE 4.3). */
function zipOf(names: readonly (readonly number[])[]): Uint8Array {
  const part = (size: number, values: readonly (readonly [number, number, 2 | 4])[]): number[] => {
    const view = new DataView(new ArrayBuffer(size));
    for (const [at, value, bytes] of values)
      if (bytes === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
    return [...new Uint8Array(view.buffer)];
  };
  const local: number[] = [];
  const central: number[] = [];
  for (const name of names) {
    const start = [0, 0x0201_4b50, 4] as const;
    central.push(...part(46, [start, [28, name.length, 2], [42, local.length, 4]]), ...name);
    local.push(
      ...part(30, [
        [0, 0x0403_4b50, 4],
        [26, name.length, 2],
      ]),
      ...name,
    );
  }
  const end = part(22, [
    [0, 0x0605_4b50, 4],
    [8, names.length, 2],
    [10, names.length, 2],
    [12, central.length, 4],
    [16, local.length, 4],
  ]);
  return Uint8Array.from([...local, ...central, ...end]);
}

/** «Привет» in KOI8-R. */
const russian = [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4];

/** Opens an archive with Russian names, and the question in which encoding they are. */
async function ask(page: Page): Promise<void> {
  await start(page);
  await page.evaluate(
    (bytes) => window.oanix.fs.writeFile('/home/old.zip', Uint8Array.from(bytes)),
    [...zipOf([russian, [...'plain.txt'].map((c) => c.charCodeAt(0))])],
  );
  await goTo(page, '/home/old.zip');
  await press(page, 'Encoding of names…');
}

test('names of an archive are read in the encoding that a person chooses by a preview @person', async ({
  page,
}) => {
  await ask(page);
  const names = page.getByRole('region', { name: 'Some names' });
  await expect(names).not.toContainText('Привет');
  await page.getByRole('combobox', { name: 'Encoding of the names' }).selectOption('koi8-r');
  await expect(names).toContainText('Привет');
  await press(page, 'Use this encoding');
  await expect(option(page, 'Привет')).toBeVisible();
  // Where it is browsed the encoding can be changed again; the mount gives way.
  await press(page, 'Encoding of names…');
  const field = page.getByRole('combobox', { name: 'Encoding of the names' });
  await expect(field).toHaveValue('koi8-r');
  await field.selectOption('windows-1251');
  await press(page, 'Use this encoding');
  await expect(option(page, 'Привет')).toHaveCount(0);
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/mnt/old.zip');
});

test('an archive is extracted with its names in the encoding that a person chooses', async ({
  page,
}) => {
  await ask(page);
  await page.getByRole('combobox', { name: 'Encoding of the names' }).selectOption('koi8-r');
  await page.getByRole('combobox', { name: 'Then' }).selectOption('extract');
  await press(page, 'Use this encoding');
  await goTo(page, '/home/old');
  await expect(option(page, 'Привет')).toBeVisible();
  const mounts = await page.evaluate(() => window.oanix.ns());
  expect(mounts).not.toContain('reading');
  expect(mounts).not.toContain('extracting');
});
