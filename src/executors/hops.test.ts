/** Redirects, codings, addresses and headers of HTTP, as RFC 9110 and Fetch have them, under Node and as a page sees them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileService, never } from '../kernel/service.ts';
import { answered, ask, capabilityBench, tell } from '../testing/capabilities.ts';
import { codedText, startHttpServer, type TestServer } from '../testing/httpserver.ts';
import { bytes, codeOf } from '../testing/kernel.ts';
import type { Answer } from './platform.ts';

interface Response {
  readonly status: number | 'failed';
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly kind: string;
  readonly error: string;
  readonly attempts: number;
  readonly url: string;
}

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

const policy = (): object => ({
  origins: [server.url],
  methods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['*'],
  redirects: 'follow',
});
const http = async (more: object = {}): Promise<FileService> =>
  capabilityBench().capabilities.make('http', { ...policy(), ...more }, 'page');
const get = (fs: FileService, request: object): Promise<Response> => answered(fs, request);
const hexOf = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(text, encoding).toString('hex');

describe('a redirect', () => {
  it.each([
    ...[301, 302, 307, 308].map((status) => ['PUT', status, 'PUT', 4] as const),
    ...[301, 302, 307, 308].map((status) => ['PATCH', status, 'PATCH', 4] as const),
    ...[301, 302].map((status) => ['POST', status, 'GET', 0] as const),
    ...[307, 308].map((status) => ['POST', status, 'POST', 4] as const),
    ...(['POST', 'PUT', 'DELETE'] as const).map((method) => [method, 303, 'GET', 0] as const),
  ])('of %s by %i is %s', async (method, status, then, size) => {
    const fs = await http();
    const answer = await get(fs, {
      url: `${server.url}/redirect?status=${status}&to=/echo`,
      method,
      headers: { 'content-type': 'text/x', 'content-language': 'de' },
      body: 'body',
    });
    const { headers, ...seen } = JSON.parse(answer.body) as Response & { headers: object };
    expect(seen).toMatchObject({ method: then, bytes: size });
    if (size > 0) expect(headers).toMatchObject({ 'content-type': 'text/x' });
    else {
      expect(headers).not.toHaveProperty('content-type');
      expect(headers).not.toHaveProperty('content-language');
    }
  });

  it.each([200, 201, 300, 304, 305, 306, 399])('is none by the status %i', async (status) => {
    const fs = await http();
    const answer = await get(fs, { url: `${server.url}/redirect?status=${status}&to=/hello` });
    expect(answer).toMatchObject({ status, url: expect.stringContaining('/redirect') });
    expect(answer.headers['location']).toBe('/hello');
  });

  it.each([
    ['bytes of UTF-8', hexOf('/caf\u00e9'), '/caf%C3%A9'],
    ['bytes of Latin-1', hexOf('/caf\u00e9', 'latin1'), '/caf%E9'],
    ['bytes in the query', hexOf('/a?q=\u2603'), '/a?q=%E2%98%83'],
    ['what is escaped already', hexOf('/caf%C3%A9'), '/caf%C3%A9'],
  ])('with %s leads there', async (_name, hex, path) => {
    const fs = await http();
    await get(fs, { url: `${server.url}/location?hex=${hex}` });
    expect(server.seen.at(-1)).toBe(`GET ${path}`);
  });

  it.each(['http://[', 'http://127.0.0.1:99999/', 'file:///etc/passwd', 'http://me:pw@127.0.0.1/'])(
    'to %s is refused at once',
    async (to) => {
      const fs = await http();
      const before = server.seen.length;
      const answer = await get(fs, { url: `${server.url}/location?hex=${hexOf(to)}` });
      expect(answer).toMatchObject({ status: 'failed', attempts: 1 });
      expect(server.seen.length - before).toBe(1);
    },
  );

  it('of a streamed body is followed only where the body is not sent again', async () => {
    const fs = await http();
    const put = async (status: number): Promise<string | undefined> => {
      const control = await fs.open(['clone'], { read: true, write: true }, never);
      const n = new TextDecoder().decode(await control.read?.(0, 9, never)).trim();
      const url = `${server.url}/redirect?status=${status}&to=/echo`;
      await control.write?.(0, bytes(`url ${url}\nmethod PUT\nstream\n`), never);
      await tell(fs, `${n}/postbody`, 'once');
      const code = await codeOf(async () =>
        (await fs.open([n, 'body'], { read: true }, never)).close?.(),
      );
      await control.close?.();
      return code;
    };
    expect(await put(302)).toBe('EIO');
    expect(await put(303)).toBe('ok');
  });
});

describe('in a browser, which does not tell where a redirect leads', () => {
  const opaque = {
    status: 0,
    statusText: '',
    type: 'opaqueredirect',
    headers: new Headers(),
    body: null,
  };
  it.each(['follow', 'error'])(
    'none is followed and none is tried again (%s)',
    async (redirects) => {
      let asked = 0;
      const { capabilities } = capabilityBench(
        {},
        {
          seesRedirects: false,
          fetch: async () => {
            asked++;
            return opaque as Answer;
          },
        },
      );
      const fs = await capabilities.make('http', { ...policy(), redirects }, 'a');
      expect(await get(fs, { url: `${server.url}/` })).toMatchObject({
        status: 'failed',
        kind: 'network-or-cors',
        error: expect.stringContaining('a browser does not tell where it leads'),
        attempts: 1,
      });
      expect(asked).toBe(1);
    },
  );
});

describe('a body by a content coding', () => {
  const codings = ['gzip', 'deflate', 'br', 'gzip,br'];
  it.each(codings)('%s is whole, and is told as it was sent', async (coding) => {
    const fs = await http();
    const answer = await get(fs, { url: `${server.url}/coded?coding=${coding}` });
    expect(answer).toMatchObject({
      status: 200,
      body: codedText,
      headers: { 'content-encoding': coding },
    });
  });

  it.each(codings.flatMap((coding) => [1, 4, 12, 30].map((less) => [coding, less] as const)))(
    '%s without its last %i bytes has failed',
    async (coding, less) => {
      const fs = await http();
      const answer = await get(fs, {
        url: `${server.url}/coded?coding=${coding}&less=${less}`,
        method: 'POST',
      });
      expect(answer).toMatchObject({
        status: 'failed',
        kind: 'network-or-cors',
        error: expect.stringContaining('cut short'),
      });
    },
  );

  it('without a body has none, and an unknown coding is left as it is', async () => {
    const fs = await http();
    expect(await get(fs, { url: `${server.url}/coded`, method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
    expect(await get(fs, { url: `${server.url}/coded?less=99999` })).toMatchObject({
      status: 200,
      body: '',
    });
    expect(await get(fs, { url: `${server.url}/coded?coding=x-own` })).toMatchObject({
      body: codedText,
    });
  });
});

describe('headers that carry the request', () => {
  const names = [
    ...[
      'content-length',
      'Content-Length',
      'transfer-encoding',
      'host',
      'connection',
      'keep-alive',
    ],
    ...[
      'expect',
      'te',
      'trailer',
      'upgrade',
      'proxy-authorization',
      'Proxy-Connection',
      'http2-settings',
    ],
  ];
  it.each(names)('%s is set by nobody', async (name) => {
    const fs = await http();
    const request = {
      url: `${server.url}/echo`,
      method: 'POST',
      body: 'hello world',
      headers: { [name]: '2' },
    };
    expect(await ask(fs, 'request', request)).toMatchObject({
      error: 'EINVAL',
      reason: expect.stringContaining('set by what carries the request'),
    });
    const control = await fs.open(['clone'], { read: true, write: true }, never);
    expect(await codeOf(async () => control.write?.(0, bytes(`header ${name}: 2\n`), never))).toBe(
      'EINVAL',
    );
    await control.close?.();
  });
});

it('an IPv6 address is reached as it is written', async (context) => {
  const six: Server = createServer((_request, response) => void response.end('six'));
  const listens = await new Promise<boolean>((resolve) => {
    six.once('error', () => resolve(false));
    six.listen(0, '::1', () => resolve(true));
  });
  if (!listens) context.skip('this machine has no ::1');
  const url = `http://[::1]:${(six.address() as AddressInfo).port}`;
  const fs = await http({ origins: [url] });
  expect(await get(fs, { url: `${url}/` })).toMatchObject({
    status: 200,
    body: 'six',
    attempts: 1,
  });
  await new Promise<void>((resolve) => void six.close(() => resolve()));
});
