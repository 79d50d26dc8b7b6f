/** The network by grant: programs that have only files fetch, talk and publish, and what is not granted is not there. */
import { startHttpServer, type TestServer } from '../src/testing/httpserver.ts';
import { startRelay, type TestRelay } from '../src/testing/relay.ts';
import { startWsServer, type TestWsServer } from '../src/testing/wsserver.ts';
import { mount, type Run, run } from './granting.ts';
import { expect, press, start, test, ways } from './oanix.ts';

let http: TestServer;
let ws: TestWsServer;
let relay: TestRelay;
test.beforeAll(async () => {
  [http, ws, relay] = await Promise.all([startHttpServer(), startWsServer(), startRelay()]);
});
test.afterAll(async () => {
  await Promise.all([http.close(), ws.close(), relay.kill()]);
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
  const published = [...relay.stored.values()].map(({ content }) => content);
  expect(published.filter((content) => content === 'good morning')).toHaveLength(1);
  const bare = await work(false);
  expect(bare.events).toContain('/cap/http/clone: No such file or directory');
  expect(bare.cap).toBe('ENOENT');
  expect(bare.status.status).toBe('failed');
});

for (const way of ways) {
  test(`a person grants HTTP, sends a request and looks at its answer (${way})`, async ({
    page,
  }) => {
    await start(page);
    await press(page, 'Network', way);
    await expect(page.getByText('Nothing of the network is granted to anybody.')).toBeVisible();
    await press(page, 'Grant…', way);
    await page.getByLabel('Origins it may reach, one per line').fill(http.url);
    await press(page, 'Grant', way);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('list', { name: 'Granted' })).toContainText(
      `GET, HEAD to ${http.url}`,
    );
    await press(page, 'Requests', way);
    await page.getByLabel('URL').fill(`${http.url}/hello`);
    if (way === 'keyboard') await page.keyboard.press('Enter');
    else await press(page, 'Send');
    const table = page.getByRole('table', { name: 'Requests' });
    await expect(table).toContainText('200');
    await page.getByLabel('URL').fill(`${http.url}/slow?ms=60000`);
    await page.keyboard.press('Enter');
    await press(page, 'Cancel req-2', way);
    await expect(table).toContainText('cancelled');
    await press(page, 'Response of req-1', way);
    await expect(page.locator('.cm-content')).toContainText('hello from the server');
    // After a reload it is granted still, and what was done is forgotten.
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await press(page, 'Network', way);
    await expect(page.getByRole('list', { name: 'Granted' })).toContainText(http.url);
    await press(page, 'Take away', way);
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await expect(page.getByText('Nothing of the network is granted to anybody.')).toBeVisible();
  });

  test(`what a policy leaves to a person is asked: once, always, and taken back (${way})`, async ({
    page,
  }) => {
    await start(page);
    await mount(page, 'http', { origins: [http.url], confirm: 'always' });
    const get = (): Promise<Run> => run(page, '/bin/fetch.wasm', [`${http.url}/hello`]);
    const asked = page.getByRole('dialog', { name: 'This page asks for HTTP' });
    const answered = async (how: string): Promise<Run> => {
      const done = get();
      await expect(asked).toContainText(`GET ${http.url}/hello`);
      await press(page, how, way);
      return done;
    };
    expect(await answered('Once')).toMatchObject({ code: 0 });
    expect(await answered('No')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Permission denied'),
    });
    expect(await answered('Always')).toMatchObject({ code: 0 });
    expect(await get()).toMatchObject({ code: 0 });
    await press(page, 'Network', way);
    await expect(page.getByRole('region', { name: 'Answers' })).toContainText('always');
    await press(page, `Revoke GET ${http.url} for page`, way);
    expect(await answered('Never')).toMatchObject({ code: 1 });
    expect(await get()).toMatchObject({ code: 1 });
  });
}

test('what is not allowed is refused, logged and shown: metadata, a key in pending, a flood, a kind @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    const { capabilities } = window.oanix;
    await capabilities.generateKey('agent', 'a long passphrase');
    await capabilities.unlockVault('a long passphrase');
    await capabilities.setSecret('api', 'sk-very-secret-value');
  });
  const seen = await page.evaluate(
    async ([h, r]) => {
      const { envs, sched, fs } = window.oanix;
      const id = await envs.create({
        template: 'agent',
        capabilities: {
          http: {
            policy: {
              origins: [h],
              methods: ['GET', 'POST'],
              add: [{ header: 'Authorization', secret: 'api' }],
              per_minute: 10,
            },
          },
          nostr: { policy: { relays: [r], kinds: [1] } },
        },
      });
      const script = `
        echo '{"url":"http://2852039166/latest/meta-data/"}' > /cap/http/request
        echo '{"id":"echo","url":"${h}/echo"}' > /cap/http/request
        cat /cap/http/pending/*.json
        cat /cap/http/wait/echo
        cat /cap/http/responses/*
        i=0; while [ $i -lt 30 ]; do echo '{"url":"${h}/hello"}' > /cap/http/request; i=$((i+1)); done
        echo '{"kind":0,"content":"{}"}' > /cap/nostr/submit
        cat /cap/status
        find / -name '*' -maxdepth 2 | head -c 2000
      `;
      const job = await sched.submit({
        env_id: id,
        main: true,
        kind: { Script: { text: script } },
      });
      await sched.wait(job);
      const root = envs.pathOf(id);
      return {
        out: (await sched.output(job)) + (await sched.output(job, 'stderr')),
        events: await fs.readFile(`${root}/logs/events.jsonl`, 'utf8'),
        trajectory: await fs.readFile(`${root}/logs/trajectory.json`, 'utf8'),
        state: JSON.stringify(await window.oanix.capabilities.state()),
      };
    },
    [http.url, relay.url] as const,
  );
  for (const text of Object.values(seen)) expect(text).not.toContain('very-secret');
  expect(seen.out).toContain('[redacted]');
  expect(http.seen).toContain('GET /echo');
  const refused = seen.events
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { source: string; data?: { rule?: string } })
    .filter(({ source }) => source === 'policy')
    .map(({ data }) => data?.rule);
  expect(new Set(refused)).toEqual(new Set(['address', 'rate', 'kinds']));
  expect(refused.filter((rule) => rule === 'rate').length).toBeGreaterThan(15);
  expect([...relay.stored.values()].filter(({ kind }) => kind === 0)).toEqual([]);
  await press(page, 'Network');
  await press(page, 'Audit');
  const audit = page.getByRole('table', { name: 'Audit' });
  await expect(audit).toContainText('kind 0 may not be signed');
  await expect(audit).toContainText('metadata address');
});

test('a page that is started without a network has none @person', async ({ page }) => {
  await start(page, './?network=off');
  const refused = await page.evaluate(() =>
    window.oanix
      .mount(
        { kind: 'http', options: { policy: { origins: ['https://example.org'] } } },
        '/cap/http',
      )
      .then(
        () => 'mounted',
        (error: { code: string }) => error.code,
      ),
  );
  expect(refused).toBe('ENOTSUP');
  await press(page, 'Network');
  await expect(page.getByText('started without a network')).toBeVisible();
});
