/** A real HTTP server on loopback whose answers go wrong in the ways that servers do; and a third-party one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

export interface TestServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Requests by method and path, in order. */
  readonly seen: readonly string[];
  /** Headers of the last request. */
  lastHeaders(): IncomingMessage['headers'];
  close(): Promise<void>;
}

type Handler = (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  times: number,
) => void | Promise<void>;

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*, authorization, content-type, x-secret',
  'access-control-expose-headers': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export const codedText = Array.from({ length: 200 }, (_, n) => `line ${n}\n`).join('');
const codings: Readonly<Record<string, (plain: Buffer) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const handlers: Readonly<Record<string, Handler>> = {
  '/hello': (_url, _request, response) => void response.end('hello from the server\n'),
  '/echo': async (_url, request, response) => {
    const body = await bodyOf(request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        method: request.method,
        headers: request.headers,
        body: body.toString('base64'),
        bytes: body.length,
      }),
    );
  },
  '/bytes': (url, _request, response) => {
    const size = Number(url.searchParams.get('n') ?? 256);
    const piece = Buffer.alloc(65_536, 0);
    for (let at = 0; at < piece.length; at++) piece[at] = at % 256;
    let left = size;
    response.setHeader('content-type', 'application/octet-stream');
    const more = (): void => {
      while (left > 0) {
        const part = piece.subarray(0, Math.min(left, piece.length));
        left -= part.length;
        if (!response.write(part)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  },
  /** Never ends: bytes until the other side has gone. */
  '/endless': (_url, _request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(65_536, 120)), 5);
    response.on('close', () => clearInterval(timer));
  },
  '/slow': async (url, _request, response) => {
    await sleep(Number(url.searchParams.get('ms') ?? 1000));
    response.end('late\n');
  },
  /** Half an answer, then silence. */
  '/stall': (_url, _request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
  },
  '/reset': (_url, request) => void request.socket.destroy(),
  /** The connection breaks in the middle of the answer. */
  '/cut': (_url, request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x'.repeat(500), () => setTimeout(() => request.socket.destroy(), 30));
  },
  /** 503 the first `n` times of a key, then fine. */
  '/flaky': (url, _request, response, times) => {
    const failing = times <= Number(url.searchParams.get('n') ?? 1);
    const status = Number(url.searchParams.get('status') ?? 503);
    const after = url.searchParams.get('after');
    if (failing && url.searchParams.has('reset')) return void response.socket?.destroy();
    response.writeHead(failing ? status : 200, after ? { 'retry-after': after } : {});
    response.end(failing ? 'not now\n' : `fine after ${times}\n`);
  },
  '/redirect': (url, _request, response) => {
    response.writeHead(Number(url.searchParams.get('status') ?? 302), {
      location: url.searchParams.get('to') ?? '/hello',
    });
    response.end();
  },
  /** A Location of any bytes, given in hexadecimal. */
  '/location': (url, _request, response) => {
    const location = Buffer.from(url.searchParams.get('hex') ?? '', 'hex').toString('latin1');
    response.writeHead(Number(url.searchParams.get('status') ?? 302), { location }).end();
  },
  /** A text by some coding, without its last bytes. */
  '/coded': (url, _request, response) => {
    const coding = url.searchParams.get('coding') ?? 'gzip';
    let whole: Buffer = Buffer.from(codedText);
    for (const each of coding.split(',')) whole = codings[each]?.(whole) ?? whole;
    const body = whole.subarray(0, whole.length - Number(url.searchParams.get('less') ?? 0));
    response.writeHead(200, { 'content-encoding': coding, 'content-length': body.length });
    response.end(body);
  },
  '/loop': (_url, _request, response) => {
    response.writeHead(302, { location: '/loop' });
    response.end();
  },
  /** Each connection tells numbers from after Last-Event-ID on, and ends after three; 204 says that there are no more. */
  '/events': async (url, request, response) => {
    const from = Number(request.headers['last-event-id'] ?? 0);
    const most = Number(url.searchParams.get('most') ?? 6);
    if (from >= most) return void response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 30\n\n');
    for (let id = from + 1; id <= Math.min(from + 3, most); id++) {
      response.write(`id: ${id}\nevent: count\ndata: {"n":${id},\ndata: "of":${most}}\n\n`);
      await sleep(10);
    }
    response.end();
  },
  /** One event on each connection; the address tells its media type, id and wait, and the `first` id where none was asked from. Its data is the Last-Event-ID, or `none`. */
  '/event': (url, request, response) => {
    const asked = request.headers['last-event-id'];
    const data = typeof asked === 'string' ? Buffer.from(asked, 'latin1').toString() : 'none';
    const first = asked === undefined ? url.searchParams.get('first') : null;
    const id = first ?? url.searchParams.get('id') ?? '';
    const type = url.searchParams.get('type') ?? 'text/event-stream';
    response.writeHead(200, { 'content-type': type });
    const wait = url.searchParams.get('retry') ?? '0';
    response.end(`retry: ${wait}\nid: ${id}\ndata: ${data}\n\n`);
  },
  '/status': (url, _request, response) => {
    response.writeHead(Number(url.searchParams.get('code') ?? 200));
    response.end();
  },
};

export async function startHttpServer(port = 0): Promise<TestServer> {
  const seen: string[] = [];
  const times = new Map<string, number>();
  let last: IncomingMessage['headers'] = {};
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    seen.push(`${request.method} ${url.pathname}${url.search}`);
    last = request.headers;
    const key = url.searchParams.get('key') ?? request.url ?? '';
    times.set(key, (times.get(key) ?? 0) + 1);
    const handler = handlers[url.pathname];
    if (!handler) return void response.writeHead(404).end('no such page\n');
    void handler(url, request, response, times.get(key) ?? 1);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    lastHeaders: () => last,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Debian's python3-httpbin under gunicorn. */
export const hasHttpbin =
  existsSync('/usr/bin/gunicorn') && existsSync('/usr/lib/python3/dist-packages/httpbin');

export async function startHttpbin(): Promise<{ readonly url: string; close(): void }> {
  const port = await freePort();
  const child: ChildProcess = spawn(
    '/usr/bin/gunicorn',
    ['-b', `127.0.0.1:${port}`, '--threads', '4', 'httpbin:app'],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (await fetch(`${url}/get`).catch(() => undefined)) break;
    if (tries > 200) throw new Error('httpbin does not answer');
    await sleep(100);
  }
  return { url, close: () => void child.kill() };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
