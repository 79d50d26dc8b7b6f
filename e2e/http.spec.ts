/** Programs that have only files speak HTTP, and a policy holds while a body is on its way. */
import { startHttp2Server } from '../src/testing/h2server.ts';
import { startHttpServer, type TestServer } from '../src/testing/httpserver.ts';
import { mount, run } from './granting.ts';
import { expect, press, start, test } from './oanix.ts';

let http: TestServer;
test.beforeAll(async () => {
  http = await startHttpServer();
});
test.afterAll(() => http.close());

test('a program in C does all of HTTP with open, read and write', async ({ page }) => {
  await start(page);
  const missing = await run(page, '/bin/fetch.wasm', [`${http.url}/hello`]);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('No such file')]);
  await mount(page, 'http', { origins: [http.url], methods: ['GET', 'POST', 'PUT'] });
  expect(await run(page, '/bin/fetch.wasm', [`${http.url}/hello`])).toMatchObject({
    code: 0,
    stdout: 'hello from the server\n',
  });
  const posted = await run(page, '/bin/fetch.wasm', ['-d', 'a body', `${http.url}/echo`]);
  expect(JSON.parse(posted.stdout)).toMatchObject({ method: 'POST', bytes: 6 });
  const json = await run(page, '/bin/fetch.wasm', ['-j', `${http.url}/hello`]);
  expect(JSON.parse(json.stdout)).toMatchObject({ status: 200, body: 'hello from the server\n' });
  const events = await run(page, '/bin/fetch.wasm', ['-e', `${http.url}/events?most=6`]);
  expect(events.stdout.trim().split('\n')).toHaveLength(6);
  const size = 40 << 20;
  await run(page, '/bin/fetch.wasm', ['-o', '/tmp/big', `${http.url}/bytes?n=${size}`]);
  expect(await page.evaluate(async () => (await window.oanix.fs.stat('/tmp/big')).size)).toBe(size);
  expect((await run(page, '/bin/fetch.wasm', [`${http.url}/none`])).code).toBe(22);
});

test('a program that writes copies alone still makes its requests', async ({ page }) => {
  await start(page);
  await mount(page, 'http', { origins: [http.url], methods: ['GET', 'POST'] });
  const answer = await page.evaluate(async (url) => {
    const access = { '*': 'cow' } as const;
    const { stdout } = await window.oanix.run('/bin/fetch.wasm', {
      args: ['fetch', '-d', 'a body', '-o', '/home/answer', url],
      access,
    });
    const script = `echo '{"url":"${url}","method":"POST","body":"another body"}' > /cap/http/request; cat /cap/http/wait/*`;
    const shell = await window.oanix.run('/bin/sh', { args: ['sh', '-c', script], access });
    const home = await window.oanix.fs.readdir('/home');
    return { stdout, answered: JSON.parse(shell.stdout), names: home.map(({ name }) => name) };
  }, `${http.url}/echo`);
  expect(answer).toMatchObject({ stdout: '', answered: { status: 200 } });
  expect(answer.names).not.toContain('answer');
  expect(JSON.parse(answer.answered.body)).toMatchObject({ method: 'POST', bytes: 12 });
});

test('a page follows no redirect: nothing that no policy names is reached, not even once', async ({
  page,
}) => {
  const other = await startHttpServer();
  try {
    await start(page);
    await mount(page, 'http', { origins: [http.url], redirects: 'follow' });
    for (const status of [301, 302, 303, 307, 308]) {
      const before = http.seen.length;
      const to = encodeURIComponent(`${other.url}/hello`);
      const { code, stderr } = await run(page, '/bin/fetch.wasm', [
        `${http.url}/redirect?status=${status}&to=${to}`,
      ]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('does not tell where it leads')]);
      expect(http.seen.length - before).toBe(1);
    }
    expect(other.seen).toEqual([]);
  } finally {
    await other.close();
  }
});

for (const how of ['is narrowed', 'is taken away'])
  test(`a grant that ${how} ends a body on its way to a program`, async ({ page }) => {
    await start(page);
    await mount(page, 'http', { origins: [http.url] });
    const running = run(page, '/bin/fetch.wasm', ['-o', '/tmp/endless', `${http.url}/endless`]);
    const size = (): Promise<number> =>
      page.evaluate(() =>
        window.oanix.fs.stat('/tmp/endless').then(
          (stat) => stat.size,
          () => 0,
        ),
      );
    await expect.poll(size).toBeGreaterThan(100_000);
    if (how === 'is narrowed')
      await page.evaluate(async () => {
        const { mounted } = await window.oanix.capabilities.state();
        for (const { id } of mounted)
          await window.oanix.capabilities.setPolicy(id, { origins: [] });
      });
    else {
      await press(page, 'Network');
      await press(page, 'Take away');
      await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    }
    const { code, stderr } = await running;
    expect([code, stderr]).toEqual([1, expect.stringContaining('policy: address: 127.0.0.1')]);
  });

test.describe('over HTTP/2', () => {
  test.use({ ignoreHTTPSErrors: true });

  test('a body goes up while it is written, of any size @chromium', async ({ page }) => {
    const h2 = await startHttp2Server();
    await start(page);
    const size = 24 << 20;
    await mount(page, 'http', { origins: [h2.url], methods: ['PUT'], bytes: { request: 1000 } });
    await page.evaluate(async (bytes) => {
      await window.oanix.fs.writeFile('/tmp/large', new Uint8Array(bytes).fill(7));
    }, size);
    const args = ['-X', 'PUT', '-S', '-T', '/tmp/large', `${h2.url}/up`];
    const sent = await run(page, '/bin/fetch.wasm', args);
    expect(sent.stderr).toBe('');
    expect(JSON.parse(sent.stdout)).toMatchObject({ bytes: size });
    expect(h2.bodies[0]?.pieces).toBeGreaterThan(10);
    h2.close();
  });
});
