/** Archives and packed files of each kind are browsed and extracted by what a person does with them. */
import { strToU8, zipSync } from 'fflate';
import {
  begin,
  content,
  exists,
  expect,
  goTo,
  option,
  type Page,
  press,
  start,
  test,
} from './oanix.ts';

/** Files by their names, in base64. The .txt holds `packed alone`; the .tar holds `tree/in/a.txt`. */
const packed = {
  'words.txt.gz': 'H4sIAAAAAAACAytITM5OTVFIzMnPS+UCANl3ly0NAAAA',
  'words.txt.bz2': 'QlpoOTFBWSZTWVIBOt0AAAZRgAAQQAAuDcAAIAAxANNNBAZBoSgR26El4u5IpwoSCkAnW6A=',
  'words.txt.xz':
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAMcGFja2VkIGFsb25lCgAAAAAipEgYHrdahAABJQ1xGcS2H7bzfQEAAAAABFla',
  'words.txt.zst': 'KLUv/SQNaQAAcGFja2VkIGFsb25lCnDeneg=',
  'tree.tar.gz':
    'H4sIAAAAAAACA+3RQQrCMBBA0Vl7ipzAZkzSnCdghIJUiBE8vrErKbgzxcJ/m5nlDL+WnAfpyzYxhGU267ns6ryL6tTGKFbtSVVMkA087jWVdsovnvx8bifqu/80D3/Wf9RI/y37p2N91o79R++/91e/6q8hOjGW/t1Ns0nmcrueczkIAAAAAAAAAAAAAAAAducFNduTBAAoAAA=',
  'tree.tar.bz2':
    'QlpoOTFBWSZTWYGGOGoAANf7kMqQEABAAf+ECEhnJZ5ABAAACCAAkg2qhP0UwRppgAT0agilJ5E9TTJpoB6gAftT7vLMi1mgFLlVNmOfpuc6FgycSV7QVIVusDzUjtEE3dAhNgEOdayasA5DabTOWwYxdozTI+JSeRq1cnJnzyzDxvCYkEnY5HNpebui9QgQ0J6TsjE6pXcR9ohL+LuSKcKEhAwxw1A=',
  'tree.tar.xz':
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AJZdADociOCkLv1+PxyeNpJmqpH7ZyuKMmLzda0kH4r1VLKopzG0n3kfaM7yEjf7nhXSkvUDHYHtYvpB/Q6DQuIWs7y7NmiluU8V0AFEIJldU5qeVQC56IJP+PPNwqO0Fc/TWresBa4sVvjNSSS+9xIeqI1Yg5Cp5zWJdoK/ZgEndWygoZIap3c+TtMfRNt5F63mN+xqPokuAAAAABPRRU3Z6P4MAAGyAYBQAACY19IoscRn+wIAAAAABFla',
  'tree.tar.zst':
    'KLUv/WQAJ2UDABIFEBGg7bCh5zMNqvp6TZo0BEF4pAdxKQdZSOG1DS99+IaNQbNOkZrReO27j2lK+hPOTJb33cuFu5jC35/T+7FWnAERILDXLQbwAf/BqEYe9kCTXlMH42gGtEAaCsBnMOkEqQsDJMAUYDtFOB4ferg=',
} as const;

/** What each kind of packed file holds, and what it says. */
const kinds = { 'words.txt': 'packed alone\n', 'tree.tar': 'in a folder\n' } as const;

const write = (page: Page, path: string, bytes: Uint8Array): Promise<void> =>
  page.evaluate(({ to, data }) => window.oanix.fs.writeFile(to, Uint8Array.from(data)), {
    to: path,
    data: [...bytes],
  });

for (const [name, base64] of Object.entries(packed))
  test(`${name} is extracted beside itself, and browsed where it is`, async ({ page }) => {
    await start(page);
    await page.evaluate(() => window.oanix.fs.mkdir('/home/in'));
    await write(page, `/home/in/${name}`, Buffer.from(base64, 'base64'));
    const isTar = name.startsWith('tree');
    const words = kinds[isTar ? 'tree.tar' : 'words.txt'];
    await begin(page, 'file.extract', { paths: [`/home/in/${name}`] });
    await expect(page.getByText(`Extracted ${name}`)).toBeVisible();
    const made = isTar ? '/home/in/tree/tree/in/a.txt' : '/home/in/words.txt';
    expect(await exists(page, made)).toBe(true);
    expect(await content(page, made)).toBe(words);
    await goTo(page, `/home/in/${name}`);
    await press(page, 'Browse');
    await expect(option(page, isTar ? 'tree' : 'words.txt')).toBeVisible();
    expect(await content(page, `/mnt/${name}/${isTar ? 'tree/in/a.txt' : 'words.txt'}`)).toBe(
      words,
    );
  });

for (const [name, inside] of [
  ['program.jar', 'META-INF/MANIFEST.MF'],
  ['module-1.0-py3-none-any.whl', 'module/__init__.py'],
  ['letter.docx', 'word/document.xml'],
] as const)
  test(`${name} is browsed as an archive`, async ({ page }) => {
    await start(page);
    await write(page, `/home/${name}`, zipSync({ [inside]: strToU8('inside') }));
    await goTo(page, `/home/${name}`);
    await press(page, 'Browse');
    const [dir = '', file = ''] = inside.split('/');
    await expect(option(page, dir)).toBeVisible();
    await goTo(page, `/mnt/${name}/${dir}`);
    await expect(option(page, file)).toBeVisible();
    expect(await content(page, `/mnt/${name}/${inside}`)).toBe('inside');
  });
