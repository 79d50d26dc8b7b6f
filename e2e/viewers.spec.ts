/** Each kind of file has its view, which begins where it was left. */
import { expect, goTo, press, start, test } from './oanix.ts';

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
