/** Each kind of file has its view; streams and the calls of programs are seen as they come. */
import { expect, expected, goTo, type Page, press, result, start, test, ways } from './oanix.ts';

test('every kind of file has its view @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.writeFile('/home/a.json', '{"name": "first", "sizes": [42, null, true]}');
    await fs.writeFile('/home/b.jsonl', '{"level":"info","words":"one"}\nno json\n');
    await fs.writeFile('/home/c.md', '# Title\n\n<b>not bold</b> [there](workspace/hello.txt)\n');
    const canvas = new OffscreenCanvas(30, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 30, 20);
    const blob = await canvas.convertToBlob();
    await fs.writeFile('/home/d.png', new Uint8Array(await blob.arrayBuffer()));
    await fs.writeFile('/home/e.png', 'no picture \0');
    await fs.writeFile(
      '/home/f.svg',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    );
  });
  await goTo(page, '/home/a.json');
  await press(page, 'Tree');
  await expect(page.getByRole('region', { name: 'Tree of values' })).toContainText('42');
  await goTo(page, '/home/b.jsonl');
  await expect(page.getByRole('table', { name: 'Lines' })).toContainText('one');
  await expect(page.getByRole('table', { name: 'Lines' })).toContainText('no json');
  await page.evaluate(() =>
    window.oanix.fs.appendFile('/home/b.jsonl', '{"level":"warn","words":"two"}\n'),
  );
  await expect(page.getByRole('table', { name: 'Lines' })).toContainText('two');
  await page.getByLabel('Lines that have').pressSequentially('warn');
  await expect(page.getByText('1 of 3 lines')).toBeVisible();
  await goTo(page, '/home/c.md');
  await press(page, 'Rendered');
  await expect(page.getByRole('heading', { name: 'Title' })).toBeVisible();
  await expect(page.getByText('<b>not bold</b>')).toBeVisible();
  await page.getByRole('link', { name: 'there' }).click();
  await expect(page.locator('.cm-content')).toContainText('Hello from the OANIX namespace');
  await goTo(page, '/home/d.png');
  await expect(page.getByText('30 × 20')).toBeVisible();
  await goTo(page, '/home/e.png');
  await expect(page.getByText('This browser cannot show it')).toBeVisible();
  await press(page, 'Hex');
  await expect(page.locator('.hex-row').first()).toContainText('6e 6f');
  await goTo(page, '/home/f.svg');
  await press(page, 'Preview');
  await expect(page.getByRole('img', { name: 'f.svg' })).toBeAttached();
  await goTo(page, '/bin/hello-wasi.wasm');
  await expect(page.getByRole('region', { name: 'Sections' })).toContainText('code');
  await expect(page.getByRole('region', { name: 'Imports' })).toContainText('fd_write');
  await expect(page.getByRole('region', { name: 'Exports' })).toContainText('_start');
  await press(page, 'Show the code');
  await expect(page.getByRole('region', { name: 'Code' })).toContainText('(module');
  await press(page, 'More');
  await expect(page.getByText(/\d{4,} lines/)).toBeVisible();
});

test('sound is heard and a film is seen with its captions, by keys', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    // A second of 440 Hz: 8,000 samples of 8 bits (RIFF WAVE, PCM).
    const rate = 8000;
    const wave = new DataView(new ArrayBuffer(44 + rate));
    const ascii = (at: number, word: string): void =>
      [...word].forEach((char, i) => {
        wave.setUint8(at + i, char.charCodeAt(0));
      });
    ascii(0, 'RIFF');
    wave.setUint32(4, 36 + rate, true);
    ascii(8, 'WAVEfmt ');
    wave.setUint32(16, 16, true);
    wave.setUint16(20, 1, true);
    wave.setUint16(22, 1, true);
    wave.setUint32(24, rate, true);
    wave.setUint32(28, rate, true);
    wave.setUint16(32, 1, true);
    wave.setUint16(34, 8, true);
    ascii(36, 'data');
    wave.setUint32(40, rate, true);
    for (let i = 0; i < rate; i++)
      wave.setUint8(44 + i, 128 + 90 * Math.sin((i / rate) * 2 * Math.PI * 440));
    await fs.writeFile('/home/tone.wav', new Uint8Array(wave.buffer));
    await fs.writeFile('/home/broken.mp3', 'no sound \0');
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const paint = canvas.getContext('2d') as CanvasRenderingContext2D;
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    for (let i = 0; i < 20; i++) {
      paint.fillStyle = `hsl(${i * 18} 60% 50%)`;
      paint.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    recorder.stop();
    await ended;
    await fs.writeFile('/home/film.webm', new Uint8Array(await new Blob(parts).arrayBuffer()));
    await fs.writeFile('/home/film.vtt', 'WEBVTT\n\n00:00.000 --> 00:09.000\nColours go by\n');
  });
  await goTo(page, '/home/tone.wav');
  const sound = page.locator('audio');
  await expect(sound).toHaveAccessibleName('tone.wav');
  await expect
    .poll(() => sound.evaluate((node) => (node as HTMLAudioElement).duration))
    .toBeCloseTo(1, 1);
  await goTo(page, '/home/film.webm');
  const film = page.locator('video');
  await expect.poll(() => film.evaluate((node) => (node as HTMLVideoElement).videoWidth)).toBe(320);
  await film.focus();
  await page.keyboard.press('Space');
  await expect
    .poll(() => film.evaluate((node) => (node as HTMLVideoElement).currentTime))
    .toBeGreaterThan(0);
  const words = (): Promise<string> =>
    film.evaluate((node) => {
      const cues = (node as HTMLVideoElement).textTracks[0]?.cues;
      return cues?.length ? (cues[0] as VTTCue).text : '';
    });
  await expect.poll(words).toBe('Colours go by');
  await goTo(page, '/home/broken.mp3');
  await expect(page.getByText('This browser cannot show it')).toBeVisible();
});

test('a stream shows as it comes, and is left alone when it is not looked at @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.ask('/dev/pipes/clone', '').catch(() => undefined));
  const pid = await page.evaluate(async () => {
    const spawned = await window.oanix.spawn('/bin/sh', {
      args: ['sh', '-c', 'while true; do cat /workspace/hello.txt; sleep 0.2; done'],
      namespace: 'share',
    });
    return spawned.pid;
  });
  await goTo(page, `/proc/${pid}/stdout`);
  await expect(page.getByRole('region', { name: 'What it gave' })).toContainText('Hello from');
  await press(page, 'Pause');
  await expect(page.getByText('Paused: it is not read.')).toBeVisible();
  await page.evaluate((id) => window.oanix.fs.tell(`/proc/${id}/ctl`, 'kill\n'), pid);
});

for (const way of ways) {
  test(`each call of a program is seen, also the refused, as a list and as a flame (${way})`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/bin/hello-wasi.wasm', way);
    await press(page, 'Run…', way);
    await press(page, 'Run', way);
    await expect(result(page)).toContainText('exited 0');
    await press(page, 'Trace', way);
    const calls = page.getByRole('table', { name: 'Calls' });
    await expect(calls).toContainText('/workspace/hello.txt');
    await expect(page.getByText(/^\d+ of \d+ calls, \d+ refused$/)).toBeVisible();
    await page.getByLabel('Calls that have').pressSequentially('hello.txt !close');
    await expect(page.getByText(/^[1-9] of \d+ calls/)).toBeVisible();
    await press(page, 'Flame', way);
    const flame = page.getByRole('region', { name: 'Flame of calls by path' });
    // By their number, which is the same each time; what is narrow by time cannot be pressed.
    await flame.getByRole('combobox').selectOption('calls');
    await expect(flame.getByRole('button', { name: /^\/workspace\/hello\.txt: / })).toBeVisible();
    await press(page, 'Save', way);
    await press(page, 'Show', way);
    await expect(page.getByRole('table', { name: 'Lines' })).toContainText('/tmp/output.txt');
  });
}

test('bytes are found by a mask in a file of 1 GB, which opens at once @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const file = await fs.open('/tmp/huge.bin', 'w');
    await file.write(new Uint8Array([0, 1, 2]));
    await file.truncate(1_000_000_000);
    await file.seek(40_000_000);
    await file.write(new Uint8Array([0x4d, 0x99, 0x5a]));
    await file.close();
  });
  await goTo(page, '/tmp/huge.bin');
  await expect(page.locator('.hex-row').first()).toContainText('00 01 02 00');
  await page.getByLabel('Bytes to find').fill('4d ?? 5a');
  await press(page, 'Find next');
  await expect(page.getByText('0x2625a00 = 40000000')).toBeVisible();
  await expect(page.locator('.hex-row.here')).toContainText('4d 99 5a');
  await page.getByLabel('Offset').fill('999999999');
  await press(page, 'Go');
  await expect(page.locator('.hex-row.here')).toContainText('3b9ac9f0');
});

test('a text of 50 MB opens @person', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  await page.evaluate(async () => {
    const line = `${'x'.repeat(99)}\n`;
    await window.oanix.fs.writeFile('/tmp/long.txt', line.repeat(500_000));
  });
  await goTo(page, '/tmp/long.txt');
  await expect(page.locator('.cm-content')).toContainText('xxxx', { timeout: 60_000 });
  await expect(page.getByText('read-only')).toBeVisible();
});

test('a log follows its end, filtered by level and words @person', async ({ page }) => {
  await start(page);
  const lines = Array.from({ length: 3000 }, (_, i) => `INFO line ${i}`);
  await page.evaluate(
    (text) => window.oanix.fs.writeFile('/home/server.log', text),
    `${lines.join('\n')}\nWARN slow\nERROR disk\n`,
  );
  await goTo(page, '/home/server.log');
  const log = page.getByRole('region', { name: 'Lines' });
  await expect(log).toContainText('ERROR disk');
  await page.evaluate(() => window.oanix.fs.appendFile('/home/server.log', 'ERROR again\n'));
  await expect(log).toContainText('ERROR again');
  await page.getByLabel('Level').selectOption('warn');
  await expect(page.getByText('3 of 3,003 lines')).toBeVisible();
  await page.getByLabel('Lines that have').pressSequentially('disk');
  await expect(page.getByText('1 of 3,003 lines')).toBeVisible();
  await expect(log).not.toContainText('WARN');
});

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

test('a file is shown by what it holds, and a name that promises something else is said @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const canvas = new OffscreenCanvas(30, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 30, 20);
    const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    await fs.writeFile('/home/photo', png);
    await fs.writeFile('/home/photo.jpg', png);
    await fs.writeFile('/home/notes.png', 'These are words.\n');
    await fs.writeFile('/home/page', '<!doctype html><h1>Not rendered</h1>');
    await fs.writeFile('/home/program', await fs.readFile('/bin/hello-wasi.wasm'));
  });
  await goTo(page, '/home/photo');
  await expect(page.getByText('30 × 20')).toBeVisible();
  await expect(page.getByText('Named .')).toHaveCount(0);
  await goTo(page, '/home/photo.jpg');
  await expect(page.getByText('30 × 20')).toBeVisible();
  const note = page.getByRole('note').filter({ hasText: 'this file holds a PNG picture.' });
  await expect(note).toContainText('Named .jpg');
  // The note takes its own height, and the picture all the rest.
  expect((await note.boundingBox())?.height).toBeLessThan(80);
  await expect(page.locator('.media')).toBeInViewport({ ratio: 0.9 });
  await goTo(page, '/home/notes.png');
  await expect(page.getByText('Named .png, this file holds text.')).toBeVisible();
  await expect(page.locator('.cm-content')).toContainText('These are words.');
  await goTo(page, '/home/page');
  await expect(page.locator('.cm-content')).toContainText('<h1>Not rendered</h1>');
  await goTo(page, '/home/program');
  await expect(page.getByRole('region', { name: 'Imports' })).toContainText('fd_write');
  await expect(page.getByRole('button', { name: 'Run…', exact: true })).toBeVisible();
});

test('the inspector says what a file holds, and an archive without an ending is browsed', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    // The end record of a zip without entries.
    const zip = new Uint8Array(22);
    zip.set([0x50, 0x4b, 5, 6]);
    await fs.writeFile('/home/bundle', zip);
    await fs.writeFile('/home/bundle.txt', zip);
  });
  await goTo(page, '/home/bundle.txt');
  await press(page, 'Inspector');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('Zip archive');
  await expect(inspector).toContainText('Named .txt, this file holds a zip archive.');
  await goTo(page, '/home/bundle');
  await press(page, 'Browse');
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/mnt/bundle');
});

/** A page of text, with a script that runs when the document is opened and asks for a request. */
const pdf = (): string =>
  [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(',
    'this.submitForm\\("http://127.0.0.1:9/leak"\\); app.launchURL\\("http://127.0.0.1:9/leak"\\))>>>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R',
    '/Resources<</Font<</F1 5 0 R>>>>>>endobj',
    '4 0 obj<</Length 41>>stream',
    'BT /F1 24 Tf 50 100 Td (Hello PDF) Tj ET',
    'endstream endobj',
    '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    'trailer<</Root 1 0 R>>',
    '%%EOF',
  ].join('\n');

test('a PDF is shown by the viewer of the browser when it is wanted, and asks the network for nothing @windows', async ({
  page,
  baseURL,
}) => {
  // The viewers of the browsers remark on documents.
  expected.patterns = [/Warning: |PDF|pdf/];
  const outside: string[] = [];
  page.context().on('request', (request) => {
    const url = request.url();
    const isOurs = url.startsWith(baseURL ?? '') || url.startsWith('blob:');
    if (!isOurs && !/^(chrome-extension|resource|data|moz-extension|chrome):/.test(url))
      outside.push(url);
  });
  await start(page);
  await page.evaluate((text) => window.oanix.fs.writeFile('/home/paper', text), pdf());
  await goTo(page, '/home/paper');
  await expect(page.getByText('This is a PDF document')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
  await press(page, 'Show the document');
  const frame = page.locator('iframe[title="Document paper"]');
  await expect(frame).toHaveAttribute('src', /^blob:/);
  // A frame that the policy refuses has the address of an error.
  await expect.poll(() => page.frames().some((each) => each.url().startsWith('blob:'))).toBe(true);
  await page.waitForTimeout(1500);
  expect(outside).toEqual([]);
  // The page goes on, and its files are as they were.
  await press(page, 'Text');
  await expect(page.locator('.cm-content')).toContainText('Hello PDF');
});

test('a view begins where it was left, whatever the file is', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const lines = Array.from({ length: 3000 }, (_, i) => `INFO line ${i}`);
    await fs.writeFile('/home/a.log', `${lines.join('\n')}\n`);
    await fs.writeFile('/home/a.json', JSON.stringify(lines));
    await fs.writeFile('/home/a.jsonl', lines.map((words) => `{"words":"${words}"}\n`).join(''));
    await fs.writeFile('/home/a.bin', new Uint8Array(100_000));
    await fs.writeFile('/home/a.md', lines.join('\n\n'));
  });
  const views = [
    ['/home/a.log', '.stream', undefined],
    ['/home/a.json', '.json-scroll', 'Tree'],
    ['/home/a.jsonl', '.line-table', undefined],
    ['/home/a.bin', '.hex', undefined],
    ['/home/a.md', '.prose-scroll', 'Rendered'],
    ['/bin/hello-wasi.wasm', '.module', undefined],
  ] as const;
  for (const [path, scroller, look] of views) {
    await goTo(page, path);
    if (look) await press(page, look);
    await expect(page.locator(scroller)).toBeVisible();
    if (scroller === '.stream' || scroller === '.line-table')
      await page.getByLabel('Follow').uncheck();
    if (scroller === '.module') await page.setViewportSize({ width: 1440, height: 420 });
    // A document is rendered beside the page, and is there a moment after its view.
    await expect
      .poll(() =>
        page.locator(scroller).evaluate((element) => element.scrollHeight - element.clientHeight),
      )
      .toBeGreaterThan(20);
    const top = await page.locator(scroller).evaluate(async (element) => {
      element.scrollTo(0, Math.min(4321, (element.scrollHeight - element.clientHeight) / 2));
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return element.scrollTop;
    });
    expect(top).toBeGreaterThan(10);
    await goTo(page, '/home');
    await expect(page.locator('.listing')).toBeVisible();
    await goTo(page, path);
    await expect
      .poll(async () =>
        Math.abs((await page.locator(scroller).evaluate((element) => element.scrollTop)) - top),
      )
      .toBeLessThanOrEqual(2);
  }
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
  expected.patterns = [/markdown\.worker|Failed to load resource|NetworkError|Error loading/i];
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
