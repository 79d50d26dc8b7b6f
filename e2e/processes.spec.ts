/** Processes: many at once, limits by their names, kills that are immediate, pipes at full speed. */

import { tinyModule } from '../src/testing/wasm.ts';
import { expect, goTo, press, start, test, ways } from './oanix.ts';

/** Runs for ever: loop, branch to it. */
const looping = [...tinyModule([0x03, 0x40, 0x0c, 0x00, 0x0b])];

test('100 processes at once leave neither workers nor processes', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  const outcome = await page.evaluate(async () => {
    const { oanix } = window;
    const started = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        oanix.spawn('/bin/cat.wasm', { args: ['cat', String(i)].slice(0, 1) }),
      ),
    );
    const alive = (await oanix.fs.readdir('/proc')).length;
    const outputs = await Promise.all(
      started.map(async ({ stdin, stdout, done }, i) => {
        const writer = stdin.getWriter();
        await writer.write(`process ${i}`);
        await writer.close();
        const text = await new Response(stdout).text();
        return text === `process ${i}` && (await done).exit_code === 0;
      }),
    );
    const table = await oanix.processes();
    return {
      alive,
      right: outputs.filter(Boolean).length,
      left: table.filter(({ exit_code }) => exit_code === null).length,
    };
  });
  expect(outcome).toEqual({ alive: expect.any(Number), right: 100, left: 1 });
  expect(outcome.alive).toBeGreaterThanOrEqual(101);
  // The page ends the last workers a moment after the kernel has forgotten them; warm ones stay.
  const programs = (): number =>
    page.workers().filter((worker) => worker.url().includes('/program.worker-')).length;
  expect(programs()).toBeGreaterThan(0);
  await expect.poll(programs).toBeLessThanOrEqual(2);
});

test('each limit ends or refuses, and is named', async ({ page }) => {
  await start(page);
  const hit = await page.evaluate(async (bytes) => {
    const { oanix } = window;
    const loop = new Uint8Array(bytes);
    const [wall, cpu, output, files] = await Promise.all([
      oanix.run(loop, { limits: { wall: 200 } }),
      oanix.run(loop, { limits: { cpu: 200 } }),
      oanix.run('/bin/cat.wasm', { args: ['cat', '/dev/zero'], limits: { output: 1_000_000 } }),
      oanix.run('/bin/stress.wasm', { args: ['stress', 'lowest_free'], limits: { files: 6 } }),
    ]);
    return [wall, cpu, output, files].map(({ signal, limits_hit }) => [signal ?? null, limits_hit]);
  }, looping);
  expect(hit).toEqual([
    ['wall limit', ['wall']],
    ['cpu limit', ['cpu']],
    ['output limit', ['output']],
    [null, ['files']],
  ]);
});

test('a kill is immediate, whatever the program does', async ({ page }) => {
  await start(page);
  const times = await page.evaluate(async (bytes) => {
    const { oanix } = window;
    const programs = [
      await oanix.spawn(new Uint8Array(bytes)),
      await oanix.spawn('/bin/cat.wasm'),
      // Its output is read by nobody.
      await oanix.spawn('/bin/cat.wasm', { args: ['cat', '/dev/zero'] }),
    ];
    await new Promise((resolve) => setTimeout(resolve, 300));
    const took: number[] = [];
    for (const { kill, done } of programs) {
      const from = performance.now();
      await kill();
      const { signal } = await done;
      took.push(signal === 'killed' ? performance.now() - from : -1);
    }
    return took;
  }, looping);
  for (const ms of times) expect(ms).toBeGreaterThanOrEqual(0);
  for (const ms of times) expect(ms).toBeLessThan(1500);
});

test('a pipe carries all of it, in order, and EPIPE ends its writer', async ({ page }) => {
  await start(page);
  const ran = await page.evaluate(async () => {
    const { oanix } = window;
    const data = new Uint8Array(8 << 20).map((_, i) => (i * 31) ^ (i >> 11));
    await oanix.fs.writeFile('/tmp/data', data);
    const whole = await oanix.run('/bin/sh', {
      args: ['sh', '-c', 'cat.wasm /tmp/data | cat.wasm | cat.wasm > /tmp/copy; echo $?'],
    });
    const copy = await oanix.fs.readFile('/tmp/copy');
    const cut = await oanix.run('/bin/sh', {
      args: ['sh', '-c', 'cat.wasm /dev/zero | head -c 5 | wc -c'],
    });
    return {
      same: copy.length === data.length && copy.every((byte, i) => byte === data[i]),
      whole: whole.stdout,
      cut: cut.stdout.trim(),
    };
  });
  expect(ran).toEqual({ same: true, whole: '0\n', cut: '5' });
});

test('the process table shows the tree, stops, continues and ends @person', async ({ page }) => {
  await start(page);
  await page.evaluate(() => void window.oanix.spawn('/bin/sh', { args: ['sh', '-c', 'cat.wasm'] }));
  await press(page, 'Processes');
  const table = page.getByRole('tabpanel', { name: 'Processes' });
  const row = table.getByRole('row', { name: /^\d+ cat\.wasm blocked/ });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /^Pause/ }).click();
  await expect(table.getByRole('row', { name: /stopped/ })).toBeVisible();
  await table.getByRole('button', { name: /^Continue/ }).click();
  await table.getByRole('row', { name: /sh -c/ }).getByRole('button', { name: /^End/ }).click();
  await expect(table.getByRole('row', { name: /sh -c.*killed/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /^\d+ cat\.wasm killed/ })).toBeVisible();
});

for (const way of ways) {
  test(`a terminal moves into a tab with what runs in it; a process tells how it does there (${way})`, async ({
    page,
  }) => {
    await start(page);
    await press(page, 'New terminal', way);
    const screen = page.getByTestId('terminal');
    await expect(screen).toContainText('$');
    await page.keyboard.type('x=kept; echo here\n');
    await expect(screen).toContainText('here');
    await press(page, 'Show it in a tab', way);
    const about = page.getByRole('region', { name: 'About the process' });
    await expect(about).toContainText('mount -c store /home');
    await expect(about).toContainText(/Calls\s*\d+/);
    await expect(screen).toHaveCount(1);
    await expect(screen).toContainText('here');
    await screen.getByRole('textbox').focus();
    await page.keyboard.type('echo still $x; cat.wasm\n');
    await expect(screen).toContainText('still kept');
    // A terminal takes every key but the one that leads out of it.
    await page.keyboard.press('F6');
    await goTo(page, '/proc', way);
    await press(page, 'Table', way);
    const table = page.getByRole('table', { name: 'Processes' });
    const row = table.getByRole('row', { name: /cat\.wasm blocked/ });
    await expect(row).toBeVisible();
    await press(
      page,
      (await row.getByRole('button', { name: /^Show/ }).getAttribute('aria-label')) ?? '',
      way,
    );
    await expect(about).toContainText('cat.wasm');
    await expect(about).toContainText('/dev/cons');
    await press(page, 'End', way);
    await expect(about).toContainText('killed');
    await press(page, 'Files', way);
    await expect(page.getByRole('option', { name: 'status', exact: true })).toBeVisible();
  });
}
