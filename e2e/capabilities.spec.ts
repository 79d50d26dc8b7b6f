/** The network by grant: programs that have only files fetch, talk and publish, and what is not granted is not there. */
import { startHttpServer, type TestServer } from '../src/testing/httpserver.ts';
import { startRelay, type TestRelay } from '../src/testing/relay.ts';
import { startWsServer, type TestWsServer } from '../src/testing/wsserver.ts';
import { expect, type Page, start, test } from './oanix.ts';

let http: TestServer;
let ws: TestWsServer;
let relay: TestRelay;
test.beforeAll(async () => {
  [http, ws, relay] = await Promise.all([startHttpServer(), startWsServer(), startRelay()]);
});
test.afterAll(async () => {
  await Promise.all([http.close(), ws.close(), relay.kill()]);
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of /bin to its end. */
const run = (page: Page, program: string, args: readonly string[] = []): Promise<Run> =>
  page.evaluate(
    async ([path, given]) => {
      const {
        exit_code: code,
        stdout,
        stderr,
      } = await window.oanix.run(path, {
        args: [path, ...given],
      });
      return { code, stdout, stderr };
    },
    [program, args] as const,
  );

const mount = (page: Page, kind: string, policy: object): Promise<void> =>
  page.evaluate(
    async ([cap, options]) => {
      await window.oanix.mount({ kind: cap, options: { policy: options as never } }, `/cap/${cap}`);
    },
    [kind, policy] as const,
  );

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
  const events = await run(page, '/bin/fetch.wasm', ['-e', '-t', '2', `${http.url}/events?most=6`]);
  expect(events.stdout.trim().split('\n').slice(0, 6)).toHaveLength(6);
  const size = 40 << 20;
  await run(page, '/bin/fetch.wasm', ['-o', '/tmp/big', `${http.url}/bytes?n=${size}`]);
  expect(await page.evaluate(async () => (await window.oanix.fs.stat('/tmp/big')).size)).toBe(size);
  expect((await run(page, '/bin/fetch.wasm', [`${http.url}/none`])).code).toBe(22);
});

test('an agent reads its task, uses what it was granted, and is graded; without a grant it is not there', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.capabilities.generateKey('agent', 'a long passphrase'));
  const spec = {
    description: 'Fetch, talk, publish.',
    input: { url: `${http.url}/hello`, socket: `${ws.url}/echo`, say: 'good morning' },
    result_schema: {
      type: 'object',
      required: ['steps', 'fetched', 'heard', 'event'],
      properties: {
        steps: { const: 3 },
        fetched: { const: 'hello from the server\n' },
        heard: { const: 'good morning' },
        event: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      },
    },
  };
  const work = (granted: boolean) =>
    page.evaluate(
      async ([task, capabilities]) => {
        const { envs, sched, fs } = window.oanix;
        const id = await envs.create({
          template: 'agent',
          task: { spec: task },
          ...(capabilities ? { capabilities } : {}),
        });
        const job = await sched.submit({
          env_id: id,
          main: true,
          kind: { Wasi: { path: '/bin/courier.wasm', args: [] } },
        } as never);
        await sched.wait(job);
        const root = envs.pathOf(id);
        return {
          status: await envs.status(id),
          task: JSON.parse(await fs.readFile(`${root}/task/status`, 'utf8')) as { status: string },
          events: await fs.readFile(`${root}/logs/events.jsonl`, 'utf8'),
          cap: await fs.readdir(`${root}/cap`).then(
            (names) => names.map(({ name }) => name).sort(),
            (error: { code: string }) => error.code,
          ),
        };
      },
      [
        spec,
        granted
          ? {
              http: { policy: { origins: [http.url] } },
              ws: { policy: { origins: [ws.url] } },
              nostr: { policy: { relays: [relay.url], kinds: [1] } },
            }
          : null,
      ] as const,
    );
  const done = await work(true);
  expect(done.events).toContain('done: 3 of 3');
  expect(done.status).toMatchObject({ status: 'completed' });
  expect(done.task.status).toBe('completed');
  expect(done.cap).toEqual(['http', 'nostr', 'status', 'ws']);
  expect([...relay.stored.values()].map(({ content }) => content)).toEqual(['good morning']);
  const bare = await work(false);
  expect(bare.events).toContain('/cap/http/clone: No such file or directory');
  expect(bare.cap).toBe('ENOENT');
  expect(bare.status.status).toBe('failed');
});
