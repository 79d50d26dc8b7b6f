/** The network by grant: programs that have only files fetch, talk and publish, and what is not granted is not there. */

import { startHttp2Server } from '../src/testing/h2server.ts';
import { startHttpServer, type TestServer } from '../src/testing/httpserver.ts';
import { startRelay, type TestRelay } from '../src/testing/relay.ts';
import { startWsServer, type TestWsServer } from '../src/testing/wsserver.ts';
import { expect, expected, goTo, type Page, press, start, test, ways } from './oanix.ts';

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

test('a WebSocket that nobody answers is left at once by close, and the next one opens', async ({
  page,
}) => {
  // The browser says that a connection was given up.
  expected.patterns.push(/WebSocket connection to|can.t establish a connection|was interrupted/);
  await start(page);
  await mount(page, 'ws', { origins: [ws.url] });
  const tell = (path: string, text: string): Promise<void> =>
    page.evaluate(
      ([to, what]) => window.oanix.fs.writeFile(to as string, what as string),
      [path, text],
    );
  const status = (id: string): Promise<{ state: string; protocol?: string }> =>
    page.evaluate(
      async (path) => JSON.parse(await window.oanix.fs.readFile(path, 'utf8')),
      `/cap/ws/conns/${id}/status`,
    );
  await tell('/cap/ws/control', JSON.stringify({ id: 'silent', url: `${ws.url}/silent` }));
  await expect.poll(() => ws.silent()).toBe(1);
  await tell('/cap/ws/conns/silent/ctl', 'close\n');
  expect((await status('silent')).state).toBe('closed');
  const protocols = ['a', 'b'];
  await tell('/cap/ws/control', JSON.stringify({ id: 'next', url: `${ws.url}/echo`, protocols }));
  await expect.poll(async () => (await status('next')).state).toBe('open');
  expect((await status('next')).protocol).toBe('b');
});

test('a person talks over a WebSocket and sees each frame @person', async ({ page }) => {
  await start(page);
  await mount(page, 'ws', { origins: [ws.url] });
  await goTo(page, '/cap/ws');
  await page.getByLabel('URL').fill(`${ws.url}/echo`);
  await press(page, 'Connect');
  const connection = page.getByRole('region', { name: 'Connection conn-1' });
  await expect(connection).toContainText('open');
  await connection.getByRole('button', { name: ws.url }).click();
  await page.getByLabel('Text').fill('good morning');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Frames' })).toContainText('good morning');
  await expect(page.getByRole('list', { name: 'Frames' }).getByRole('listitem')).toHaveCount(2);
  await press(page, 'Close conn-1');
  await expect(connection).toContainText('closed');
});

test('a person makes a key, publishes, and follows a feed while the relay is restarted @person', async ({
  page,
}) => {
  // The browser says that a relay is gone.
  expected.patterns.push(/WebSocket connection to|can.t establish a connection|was interrupted/);
  const own = await startRelay();
  try {
    await start(page);
    await press(page, 'Network');
    await press(page, 'Keys');
    await press(page, 'Add a key…');
    await page.getByLabel('Name', { exact: true }).fill('me');
    await page.getByLabel('A passphrase that it is kept under').fill('a long passphrase');
    await press(page, 'Add');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('ready');
    await press(page, 'Grants');
    await press(page, 'Grant…');
    await page.locator('select[name=cap]').selectOption('nostr');
    await page.getByLabel('Relays, one per line').fill(own.url);
    await press(page, 'Grant');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, 'Nostr');
    await press(page, 'Subscribe');
    await page.getByLabel('Content').fill('hello from a tab');
    await press(page, 'Publish');
    await expect(page.getByRole('list', { name: 'Events', exact: true })).toContainText(
      'hello from a tab',
    );
    await expect(page.getByRole('list', { name: 'Sent events' })).toContainText('ok');
    await own.kill();
    await page.getByLabel('Content').fill('while it was away');
    await press(page, 'Publish');
    await own.start();
    await expect(page.getByRole('list', { name: 'Events', exact: true })).toContainText(
      'while it was away',
    );
    // After a reload the key is locked, and its passphrase opens it.
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await press(page, 'Network');
    await press(page, 'Keys');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('locked');
    await press(page, 'Unlock me');
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('a long passphrase');
    await press(page, 'Unlock');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('ready');
  } finally {
    await own.kill();
  }
});

test('a job over a relay is answered by a program in an environment of its own', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.capabilities.generateKey('me', 'a long passphrase');
    await window.oanix.capabilities.generateKey('provider', 'a long passphrase');
  });
  await mount(page, 'nostr', { relays: [relay.url], kinds: ['5000-5999'] });
  const outcome = await page.evaluate(async (r) => {
    const { fs } = window.oanix;
    const offer = {
      kind: 5555,
      relays: [r],
      identity: 'provider',
      job: { Wasi: { path: '/bin/wc.wasm', args: ['/task/spec.json'] } },
    };
    const served = await fs.ask('/envs/serve', JSON.stringify(offer));
    const { id } = JSON.parse(
      await fs.ask('/cap/nostr/request', JSON.stringify({ kind: 5555, input: 'one two three' })),
    ) as { id: string };
    return { served, outcome: await fs.readFile(`/cap/nostr/jobs/${id}/wait`, 'utf8') };
  }, relay.url);
  expect(JSON.parse(outcome.served)).toEqual({ id: 'service-1' });
  expect(JSON.parse(outcome.outcome)).toMatchObject({
    status: 'completed',
    content: expect.stringContaining('/task/spec.json'),
  });
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
