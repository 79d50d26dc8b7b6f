/** HttpFs with its executor against real servers on loopback, whole and broken. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../fs/http/eventparser.ts';
import { type FileService, never } from '../kernel/service.ts';
import {
  answered,
  ask,
  capabilityBench,
  readAll,
  readJson,
  readText,
  tell,
} from '../testing/capabilities.ts';
import {
  hasHttpbin,
  startHttpbin,
  startHttpServer,
  type TestServer,
} from '../testing/httpserver.ts';
import { bytes, codeOf, text } from '../testing/kernel.ts';

interface Response {
  readonly status: number | 'failed';
  readonly status_text: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly body_base64: string;
  readonly kind: string;
  readonly error: string;
  readonly attempts: number;
  readonly url: string;
  readonly redirected: boolean;
}

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

const allowed = (more: object = {}): object => ({
  origins: [server.url],
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  ...more,
});

async function http(policy: object = allowed(), config = {}): Promise<FileService> {
  return capabilityBench(config).capabilities.make('http', policy, 'page');
}

const get = (fs: FileService, request: object): Promise<Response> => answered(fs, request);

describe('a request as JSON', () => {
  it('is answered in the same handle with its id, and has a response', async () => {
    const fs = await http();
    const { id } = await ask(fs, 'request', { url: `${server.url}/hello` });
    expect(id).toBe('req-1');
    expect(await readJson(fs, 'wait/req-1')).toMatchObject({
      request_id: 'req-1',
      status: 200,
      status_text: 'OK',
      body: 'hello from the server\n',
      attempts: 1,
      redirected: false,
    });
    expect((await fs.readdir(['responses'], never)).map(({ name }) => name)).toEqual([
      'req-1.json',
    ]);
    expect(await readText(fs, 'responses/req-1.json')).toBe(await readText(fs, 'wait/req-1'));
  });

  it('may come in many writes, and more than one in one', async () => {
    const fs = await http();
    const handle = await fs.open(['request'], { read: true, write: true }, never);
    const request = JSON.stringify({ id: 'a}', url: `${server.url}/hello` }).replace('a}', 'a-1');
    for (const letter of request) await handle.write?.(0, bytes(letter), never);
    await handle.write?.(0, bytes(`\n${request.replace('a-1', 'a-2')}`), never);
    expect(text((await handle.read?.(0, 1000, never)) as Uint8Array)).toBe(
      '{"id":"a-1"}\n{"id":"a-2"}\n',
    );
    await handle.close?.();
    expect((await readJson<Response>(fs, 'wait/a-2')).status).toBe(200);
  });

  it('carries methods, headers and bodies of text and bytes', async () => {
    const fs = await http(allowed({ headers: ['x-mine', 'content-type'] }));
    const sent = await get(fs, {
      url: `${server.url}/echo`,
      method: 'POST',
      headers: { 'x-mine': 'yes' },
      body_base64: 'AAH/',
    });
    expect(JSON.parse(sent.body)).toMatchObject({
      method: 'POST',
      headers: { 'x-mine': 'yes' },
      body: 'AAH/',
    });
    const back = await get(fs, { url: `${server.url}/bytes?n=256` });
    expect(back.body_base64).toHaveLength(344);
    expect(back.body).toBeUndefined();
  });

  it.each([
    ['no object', '[1]', 'EINVAL'],
    ['no JSON', '{"url": }', 'EINVAL'],
    ['not complete at close', '{"url": "http', 'EINVAL'],
    ['no URL', '{"url":"hello"}', 'EINVAL'],
    ['another scheme', '{"url":"file:///etc/passwd"}', 'EINVAL'],
    ['a password in the URL', '{"url":"http://me:secret@127.0.0.1/"}', 'EINVAL'],
    ['an unknown field', '{"url":"http://127.0.0.1/","follow":1}', 'EINVAL'],
    ['a header with a newline', '{"url":"http://127.0.0.1/","headers":{"a":"b\\nc"}}', 'EINVAL'],
    ['a body for GET', '{"url":"http://127.0.0.1/","body":"x"}', 'EINVAL'],
    ['a method that is none', '{"url":"http://127.0.0.1/","method":"get"}', 'EINVAL'],
  ])('%s is refused', async (_name, request, code) => {
    const fs = await http();
    expect(await codeOf(() => tell(fs, 'request', request))).toBe(code);
    expect(await fs.readdir(['pending'], never)).toEqual([]);
  });

  it('an id is used once', async () => {
    const fs = await http();
    const request = { id: 'mine', url: `${server.url}/hello` };
    expect(await ask(fs, 'request', request)).toEqual({ id: 'mine' });
    expect(await ask(fs, 'request', request)).toMatchObject({ error: 'EEXIST' });
  });

  it('removing it cancels it, removing the response forgets it', async () => {
    const fs = await http();
    const { id } = await ask(fs, 'request', { url: `${server.url}/slow?ms=20000` });
    expect(await readJson(fs, `pending/${id}.json`)).toMatchObject({ id, state: 'in_progress' });
    await fs.remove?.(['pending', `${id}.json`], 'file', never);
    expect(await readJson(fs, `wait/${id}`)).toMatchObject({ status: 'failed', kind: 'cancelled' });
    await fs.remove?.(['responses', `${id}.json`], 'file', never);
    expect(await codeOf(() => readText(fs, `wait/${id}`))).toBe('ENOENT');
  });

  it('a read that waits can be interrupted', async () => {
    const fs = await http();
    const { id } = await ask(fs, 'request', { url: `${server.url}/slow?ms=20000` });
    const stop = new AbortController();
    const waiting = codeOf(() => readText(fs, `wait/${id}`, stop.signal));
    stop.abort();
    expect(await waiting).toBe('EINTR');
    await fs.remove?.(['pending', `${id}.json`], 'file', never);
  });
});

describe('what servers do', () => {
  it('a response over what the policy allows is too large, and nothing hangs', async () => {
    const fs = await http(allowed({ bytes: { response: 100_000 } }));
    expect(await get(fs, { url: `${server.url}/endless` })).toMatchObject({
      status: 'failed',
      kind: 'too-large',
    });
  });

  it.each(['/slow?ms=20000', '/stall'])('%s is a timeout', async (path) => {
    const fs = await http();
    expect(await get(fs, { url: server.url + path, timeout_secs: 0.2 })).toMatchObject({
      status: 'failed',
      kind: 'timeout',
    });
  });

  it.each(['/reset', '/cut'])('%s fails with a reason', async (path) => {
    const fs = await http();
    const failed = await get(fs, { url: server.url + path });
    expect(failed).toMatchObject({ status: 'failed', kind: 'network-or-cors' });
    expect(failed.error.length).toBeGreaterThan(5);
  });

  it('what may be sent twice is tried again, within one deadline', async () => {
    const fs = await http();
    expect(await get(fs, { url: `${server.url}/flaky?n=2&key=a` })).toMatchObject({
      status: 200,
      attempts: 3,
      body: 'fine after 3\n',
    });
    expect(await get(fs, { url: `${server.url}/flaky?n=2&key=b&reset` })).toMatchObject({
      status: 200,
      attempts: 3,
    });
    // At last the answer is what the server said.
    expect(await get(fs, { url: `${server.url}/flaky?n=9&key=c` })).toMatchObject({
      status: 503,
      attempts: 4,
    });
  });

  it('what may not is sent once, unless it has an idempotency key', async () => {
    const fs = await http();
    const post = { method: 'POST', body: 'x' };
    expect(await get(fs, { url: `${server.url}/flaky?n=1&key=d`, ...post })).toMatchObject({
      status: 503,
      attempts: 1,
    });
    expect(
      await get(fs, { url: `${server.url}/flaky?n=1&key=e`, ...post, idempotency_key: 'k1' }),
    ).toMatchObject({ status: 200, attempts: 2 });
    expect(server.lastHeaders()['idempotency-key']).toBe('k1');
  });

  it('Retry-After is waited for, and not where the deadline comes first', async () => {
    const fs = await http();
    const started = performance.now();
    const late = await get(fs, { url: `${server.url}/flaky?n=1&key=f&status=429&after=1` });
    expect(late).toMatchObject({ status: 200, attempts: 2 });
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(
      await get(fs, { url: `${server.url}/flaky?n=1&key=g&after=60`, timeout_secs: 5 }),
    ).toMatchObject({ status: 503, attempts: 1 });
  });

  it('a redirect is refused, or followed where each hop is allowed', async () => {
    const strict = await http();
    expect(await get(strict, { url: `${server.url}/redirect` })).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('redirect'),
    });
    const fs = await http(allowed({ redirects: 'follow' }));
    expect(await get(fs, { url: `${server.url}/redirect` })).toMatchObject({
      status: 200,
      url: `${server.url}/hello`,
      redirected: true,
    });
    const away = encodeURIComponent('http://169.254.169.254/latest/meta-data');
    expect(await get(fs, { url: `${server.url}/redirect?to=${away}` })).toMatchObject({
      status: 'failed',
      kind: 'policy',
      error: expect.stringContaining('metadata'),
    });
    expect(await get(fs, { url: `${server.url}/loop` })).toMatchObject({
      status: 'failed',
      error: 'too many redirects',
    });
    const posted = await get(fs, {
      url: `${server.url}/redirect?status=307&to=/echo`,
      method: 'POST',
      body: 'again',
    });
    expect(JSON.parse(posted.body)).toMatchObject({ method: 'POST', bytes: 5 });
  });
});

describe('the clone form', () => {
  async function clone(
    fs: FileService,
    ...lines: string[]
  ): Promise<{ n: string; close(): Promise<void> }> {
    const control = await fs.open(['clone'], { read: true, write: true }, never);
    const n = text((await control.read?.(0, 100, never)) as Uint8Array).trim();
    await control.write?.(0, bytes(`${lines.join('\n')}\n`), never);
    return { n, close: async () => control.close?.() };
  }

  it('streams a body of any size, and goes with its last handle', async () => {
    const size = 32 << 20;
    const fs = await http(allowed({ bytes: { response: 1000 } }));
    const { n, close } = await clone(fs, `url ${server.url}/bytes?n=${size}`);
    const body = await fs.open([n, 'body'], { read: true }, never);
    let got = 0;
    let right = true;
    for (;;) {
      const data = (await body.read?.(0, 1 << 20, never)) as Uint8Array;
      if (data.length === 0) break;
      right &&= data[0] === (got % 65_536) % 256;
      got += data.length;
    }
    expect([got, right]).toEqual([size, true]);
    expect(await readText(fs, `${n}/headers`)).toContain('content-type: application/octet-stream');
    await body.close?.();
    await close();
    expect(await codeOf(async () => fs.stat([n], never))).toBe('ENOENT');
  });

  it('sends what was written to postbody', async () => {
    const fs = await http();
    const { n, close } = await clone(fs, `url ${server.url}/echo`, 'header Content-Type: text/x');
    const post = await fs.open([n, 'postbody'], { write: true }, never);
    expect(await codeOf(async () => fs.open([n, 'body'], { read: true }, never))).toBe('EBUSY');
    await post.write?.(0, bytes('one '), never);
    await post.write?.(0, bytes('two'), never);
    await post.close?.();
    const { method, body, headers } = JSON.parse(await readText(fs, `${n}/body`)) as {
      method: string;
      body: string;
      headers: Record<string, string>;
    };
    expect([method, atob(body), headers['content-type'], headers['content-length']]).toEqual([
      'POST',
      'one two',
      'text/x',
      '7',
    ]);
    await close();
  });

  it('streams up where it is told to', async () => {
    const fs = await http(allowed({ bytes: { request: 1000 } }));
    const { n, close } = await clone(fs, `url ${server.url}/echo`, 'method PUT', 'stream');
    const post = await fs.open([n, 'postbody'], { write: true }, never);
    const piece = new Uint8Array(1 << 20).fill(7);
    for (let left = 16; left > 0; left--) {
      for (let rest = piece; rest.length > 0; )
        rest = rest.subarray((await post.write?.(0, rest, never))?.written);
    }
    await post.close?.();
    expect(JSON.parse(await readText(fs, `${n}/body`))).toMatchObject({ bytes: 16 << 20 });
    await close();
  });

  it('what goes wrong before the answer is the errno of opening body', async () => {
    const fs = await http();
    const failing = [
      ['/reset', 'EIO'],
      ['/slow?ms=9000', 'ETIMEDOUT'],
    ] as const;
    for (const [path, code] of failing) {
      const { n, close } = await clone(fs, `url ${server.url}${path}`, 'timeout 0.2');
      expect(await codeOf(async () => fs.open([n, 'body'], { read: true }, never))).toBe(code);
      await close();
    }
    const { n, close } = await clone(fs, 'url http://169.254.169.254/');
    expect(await codeOf(async () => fs.open([n, 'body'], { read: true }, never))).toBe('EACCES');
    await close();
    const none = await clone(fs);
    expect(await codeOf(async () => fs.open([none.n, 'body'], { read: true }, never))).toBe(
      'EINVAL',
    );
    await none.close();
  });

  it('what breaks in the middle is an error, not an end', async () => {
    const fs = await http();
    const { n, close } = await clone(fs, `url ${server.url}/cut`);
    const body = await fs.open([n, 'body'], { read: true }, never);
    expect(await codeOf(() => readAll(body))).toBe('EIO');
    await body.close?.();
    await close();
  });

  it('who leaves early ends the request', async () => {
    const fs = await http();
    const { n, close } = await clone(fs, `url ${server.url}/endless`);
    const body = await fs.open([n, 'body'], { read: true }, never);
    await body.read?.(0, 1000, never);
    await body.close?.();
    await close();
    expect(await readJson(fs, 'status')).toMatchObject({ in_progress_count: 0, failed_count: 1 });
  });

  it('events come as they are told, and go on from the last after a break', async () => {
    const fs = await http();
    const { n, close } = await clone(fs, `url ${server.url}/events?most=6`);
    const events = await fs.open([n, 'events'], { read: true }, never);
    let lines: ServerEvent[] = [];
    let rest = '';
    while (lines.length < 6) {
      const parts = (rest + text((await events.read?.(0, 4096, never)) as Uint8Array)).split('\n');
      rest = parts.pop() ?? '';
      lines = [...lines, ...parts.map((line) => JSON.parse(line) as ServerEvent)];
    }
    expect(lines.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(lines[0]).toEqual({ id: '1', event: 'count', data: '{"n":1,\n"of":6}' });
    await events.close?.();
    await close();
  });
});

describe('many requests', () => {
  it('1,000 through 10 slots, a fifth failing: each is answered or failed with a reason, no POST sent twice', async () => {
    const fs = await http(allowed({ per_minute: 10_000 }));
    const before = server.seen.length;
    const kinds = ['/hello', '/echo', '/hello', '/echo', '/flaky?n=1&reset'];
    const ids = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        const path = kinds[n % kinds.length] as string;
        const mark = `${path.includes('?') ? '&' : '?'}key=many-${n}`;
        const method = n % 2 === 0 ? 'GET' : 'POST';
        const body = method === 'POST' ? { body: String(n) } : {};
        const { id } = await ask(fs, 'request', { url: server.url + path + mark, method, ...body });
        return id;
      }),
    );
    const responses = await Promise.all(ids.map((id) => readJson<Response>(fs, `wait/${id}`)));
    for (const { status, error, kind } of responses) {
      if (status !== 'failed') expect(status).toBe(200);
      else expect([kind, error]).toEqual(['network-or-cors', expect.stringMatching(/.{5}/)]);
    }
    expect(responses.filter(({ status }) => status === 'failed')).toHaveLength(100);
    const posts = server.seen.slice(before).filter((line) => line.startsWith('POST'));
    expect(posts).toHaveLength(500);
    expect(new Set(posts).size).toBe(500);
    expect(await readJson(fs, 'status')).toMatchObject({
      pending_count: 0,
      in_progress_count: 0,
      completed_count: 900,
      failed_count: 100,
    });
  }, 60_000);

  it('so many run at once as the limit says, and services take turns', async () => {
    const { capabilities } = capabilityBench({ http_max_concurrent: 3 });
    const [a, b] = [
      await capabilities.make('http', allowed(), 'a'),
      await capabilities.make('http', allowed(), 'b'),
    ];
    const slow = { url: `${server.url}/slow?ms=100` };
    const first = await Promise.all(Array.from({ length: 9 }, () => ask(a, 'request', slow)));
    const other = await ask(b, 'request', slow);
    expect(capabilities.health().executors['http']).toMatchObject({ active: 3, waiting: 7 });
    await readText(b, `wait/${other['id']}`);
    expect(await readJson(a, 'status')).not.toMatchObject({ pending_count: 0 });
    for (const { id } of first) await readText(a, `wait/${id}`);
    expect(capabilities.health().executors['http']).toMatchObject({ active: 0, done: 10 });
  });

  it('shutting down stops intake, drains, and aborts what is left', async () => {
    const { capabilities } = capabilityBench({ http_max_concurrent: 2 });
    const fs = await capabilities.make('http', allowed(), 'page');
    const quick = await ask(fs, 'request', { url: `${server.url}/slow?ms=100` });
    const never_ = await ask(fs, 'request', { url: `${server.url}/slow?ms=20000` });
    const down = capabilities.manager.shutdown(3000);
    expect(await ask(fs, 'request', { url: `${server.url}/hello` })).toMatchObject({
      error: 'ENXIO',
    });
    expect(await down).toBe(false);
    expect((await readJson<Response>(fs, `wait/${quick['id']}`)).status).toBe(200);
    expect(await readJson(fs, `wait/${never_['id']}`)).toMatchObject({ kind: 'cancelled' });
    expect(capabilities.health().state).toBe('stopped');
    await expect(capabilities.make('http', allowed(), 'page')).rejects.toMatchObject({
      kind: 'shutting_down',
    });
  });
});

describe.runIf(hasHttpbin)('httpbin, which others wrote', () => {
  let url: string;
  let close: () => void;
  beforeAll(async () => {
    ({ url, close } = await startHttpbin());
  }, 60_000);
  afterAll(() => close());

  it('answers by files as it does to fetch', async () => {
    const fs = await http({ origins: [url], redirects: 'follow', methods: ['GET', 'POST', 'PUT'] });
    const plain = (await (await fetch(`${url}/anything?a=1`)).json()) as { args: object };
    const { body } = await get(fs, { url: `${url}/anything?a=1` });
    expect((JSON.parse(body) as { args: object }).args).toEqual(plain.args);
    expect((await get(fs, { url: `${url}/gzip` })).body).toContain('"gzipped":true');
    expect((await get(fs, { url: `${url}/status/418` })).status).toBe(418);
    expect((await get(fs, { url: `${url}/redirect/3` })).redirected).toBe(true);
    expect((await get(fs, { url: `${url}/image/png` })).body_base64).toMatch(/^iVBORw0KGgo/);
    expect((await get(fs, { url: `${url}/stream/20` })).body.trim().split('\n')).toHaveLength(20);
    expect((await get(fs, { url: `${url}/delay/5`, timeout_secs: 0.3 })).kind).toBe('timeout');
    const drip = await get(fs, { url: `${url}/drip?numbytes=20&duration=1&delay=0` });
    expect(drip.body).toBe('*'.repeat(20));
  });
});
