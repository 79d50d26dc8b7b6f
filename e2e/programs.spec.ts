import {
  GO_RIGHTS,
  grows,
  loops,
  opensAndThen,
  readsForEver,
  recurses,
  tinyModule,
  traps,
} from '../src/testing/wasm.ts';
import { RIGHTS } from '../src/wasi/rights.ts';
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

test('a program that asks for the rights that Go asks for reads files on read-only mounts, and changes none', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/home/own.txt', 'my own words'));
  const [EROFS, TRUNC] = [69, 8];
  const opening = async (path: string, how: object): Promise<[number, string]> => {
    const program = opensAndThen(path, { rights: GO_RIGHTS, ...how }, 'print');
    const { exit_code, stdout } = await page.evaluate(
      async (bytes) => {
        const { exit_code, stdout } = await window.oanix.run(Uint8Array.from(bytes));
        return { exit_code, stdout };
      },
      [...program],
    );
    return [exit_code, stdout];
  };
  for (const path of ['README.md', 'lib/man/http.md', 'lib/doc/agents.md', 'home/own.txt']) {
    const text = await page.evaluate((at) => window.oanix.fs.readFile(at, 'utf8'), `/${path}`);
    expect(await opening(path, {})).toEqual([0, text.slice(0, 64)]);
  }
  expect((await opening('proc/self/status', {}))[0]).toBe(0);
  for (const how of [{ rights: GO_RIGHTS | RIGHTS.fd_write }, { oflags: TRUNC }])
    expect(await opening('lib/doc/agents.md', how)).toEqual([EROFS, '']);
});

test('a program finds its working directory in PWD, as Go needs it, from the API and from the sheet', async ({
  page,
}) => {
  await start(page);
  const environment = (options: object): Promise<string> =>
    page.evaluate(
      async (given) => (await window.oanix.run('/bin/hello-wasi.wasm', given)).stdout,
      options,
    );
  expect(await environment({ cwd: '/home' })).toContain('PWD=/home\n');
  expect(await environment({ cwd: '/home/../tmp/.' })).toContain('PWD=/tmp\n');
  expect(await environment({ cwd: '/home', env: { PWD: '/tmp' } })).toContain('PWD=/tmp\n');
  await goTo(page, '/home');
  await bring(page, 'pointer', [{ name: 'waits.wasm', bytes: readsForEver() }]);
  const sheet = page.getByRole('dialog', { name: 'waits.wasm' });
  await sheet.getByText('Input, directory and limits').click();
  await sheet.getByLabel('Working directory').fill('/home');
  await press(page, 'Run');
  const environments = (): Promise<string[]> =>
    page.evaluate(async () => {
      const { fs } = window.oanix;
      const processes = (await fs.readdir('/proc')).filter(({ name }) => /^\d+$/.test(name));
      // A process that ends meanwhile has no environment.
      const read = processes.map(({ name }) =>
        fs.readFile(`/proc/${name}/env`, 'utf8').catch(() => ''),
      );
      return Promise.all(read);
    });
  await expect.poll(environments).toContain('PWD=/home\n');
  await press(page, 'Stop');
});
