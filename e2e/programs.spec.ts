import { grows, loops, recurses, tinyModule, traps } from '../src/testing/wasm.ts';
import { bring, expect, goTo, hello, press, result, start, test, ways } from './oanix.ts';

for (const way of ways) {
  test(`a program that loops is stopped (${way})`, async ({ page }) => {
    await start(page);
    await goTo(page, '/home', way);
    await bring(page, way, [{ name: 'loop.wasm', bytes: loops() }]);
    await press(page, 'Run', way);
    await expect(page.getByRole('tab', { name: /loop\.wasm.*running/ })).toBeVisible();
    await press(page, 'Stop', way);
    await expect(result(page)).toContainText('stopped by you');
    await expect(page.getByRole('button', { name: 'Processes', exact: true })).toBeVisible();
  });

  test(`a program that traps says so, apart from an exit (${way})`, async ({ page }) => {
    await start(page);
    await goTo(page, '/home', way);
    await bring(page, way, [{ name: 'trap.wasm', bytes: traps() }]);
    await press(page, 'Run', way);
    await expect(result(page)).toContainText('trapped (trap)');
    await expect(result(page)).toContainText('unreachable');
  });

  test(`a file that is not wasm says so before it runs (${way})`, async ({ page }) => {
    await start(page);
    await goTo(page, '/home', way);
    await bring(page, way, [
      { name: 'fake.wasm', bytes: new TextEncoder().encode('hello, I am text') },
    ]);
    const sheet = page.getByRole('dialog', { name: 'fake.wasm' });
    await expect(sheet.getByRole('alert')).toContainText('This is not a WebAssembly file');
    await expect(sheet.getByRole('button', { name: 'Run' })).toHaveCount(0);
    await press(page, 'Keep the file', way);
    await expect(page.getByRole('option', { name: 'fake.wasm' })).toBeVisible();
  });
}

test('truncated wasm, missing imports and other formats are refused with a sentence', async ({
  page,
}) => {
  await start(page);
  const lacks = tinyModule([], { imports: [{ module: 'gpu', name: 'draw', params: 0 }] });
  const cases: [Uint8Array, RegExp][] = [
    [hello().subarray(0, 2000), /damaged: the file ends in the middle/],
    [lacks, /needs gpu\.draw, which WASI preview1 does not have/],
    [tinyModule([], { exportStart: '_initialize' }), /reactor/],
    [tinyModule([], { imports: [{ module: 'wasix_32v1', name: 'x', params: 0 }] }), /WASIX/],
    [Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), /component/],
  ];
  for (const [bytes, verdict] of cases) {
    const said = await page.evaluate(
      (data) =>
        window.oanix.run(Uint8Array.from(data)).then(
          () => 'ran',
          (error: { code: string; message: string }) => `${error.code} ${error.message}`,
        ),
      [...bytes],
    );
    expect(said).toMatch(/^ENOEXEC/);
    expect(said).toMatch(verdict);
  }
});

test('limits: wall time, memory at the start, memory when it grows, the stack', async ({
  page,
}) => {
  await start(page);
  const run = (bytes: Uint8Array, limits: object) =>
    page.evaluate(
      ([data, given]) =>
        window.oanix.run(Uint8Array.from(data as number[]), { limits: given as object }).then(
          ({ exit_code, signal, trap }) => ({ exit_code, signal, trap: trap?.kind }),
          (error: { code: string }) => ({ code: error.code }),
        ),
      [[...bytes], limits] as const,
    );
  expect(await run(loops(), { wall: 300 })).toMatchObject({ signal: 'wall limit', exit_code: 137 });
  expect(await run(tinyModule([], { pages: 64 }), { memory: 1_000_000 })).toEqual({
    code: 'ENOMEM',
  });
  expect(await run(grows(100), { memory: 4 * 65_536 })).toMatchObject({ exit_code: 0 });
  expect(await run(grows(2), { memory: 4 * 65_536 })).toMatchObject({ exit_code: 1 });
  expect(await run(recurses(), {})).toMatchObject({ trap: 'stack overflow' });
});

test('standard input, output and arguments pass as they are; twenty programs at once', async ({
  page,
}) => {
  await start(page);
  const outcome = await page.evaluate(async () => {
    const { oanix } = window;
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        oanix.run('/bin/hello-wasi.wasm', {
          args: ['hello', `nr ${i}`, 'ünïcödé ✓'],
          env: { N: String(i) },
        }),
      ),
    );
    return runs.map(
      ({ stdout, exit_code }, i) =>
        exit_code === 0 &&
        stdout.includes(`1: nr ${i}\n`) &&
        stdout.includes('2: ünïcödé ✓\n') &&
        stdout.includes(`N=${i}\n`),
    );
  });
  expect(outcome).toEqual(Array(20).fill(true));
});
