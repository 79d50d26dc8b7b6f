/** A policy that is narrowed, a grant that is revoked and a mount that is gone end what is under way, in both directions. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FileHandle, FileService } from '../kernel/service.ts';
import { never } from '../kernel/service.ts';
import {
  ask,
  type CapabilityBench,
  capabilityBench,
  readJson,
  readText,
} from '../testing/capabilities.ts';
import { bytes, codeOf } from '../testing/kernel.ts';
import { startWsServer, type TestWsServer } from '../testing/wsserver.ts';

let url = '';
let server: Server;
let ws: TestWsServer;
let uploaded = 0;
const open = new Set<ServerResponse>();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  ws = await startWsServer();
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    request.on('data', (data: Buffer) => {
      uploaded += data.length;
    });
    if (pathname === '/to')
      return void response.writeHead(302, { location: searchParams.get('at') ?? '/' }).end();
    if (pathname === '/upload') return;
    open.add(response);
    response.on('close', () => open.delete(response));
    response.write('first\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const response of open) response.destroy();
  open.clear();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await ws.close();
});

interface Conversation {
  readonly n: string;
  readonly control: FileHandle;
}

async function conversation(fs: FileService, ...lines: readonly string[]): Promise<Conversation> {
  const control = await fs.open(['clone'], { read: true, write: true }, never);
  const n = new TextDecoder().decode(await control.read?.(0, 9, never)).trim();
  await control.write?.(0, bytes(`${lines.join('\n')}\n`), never);
  return { n, control };
}

async function downloading(
  fs: FileService,
  path = '/stream',
): Promise<Conversation & { readonly body: FileHandle }> {
  const made = await conversation(fs, `url ${url}${path}`);
  const body = await fs.open([made.n, 'body'], { read: true }, never);
  await body.read?.(0, 100, never);
  return { ...made, body };
}

const methods = ['GET', 'POST', 'PUT'];
const idOf = ({ capabilities }: CapabilityBench): string => capabilities.mounted()[0]?.id as string;

describe('what is under way', () => {
  it.each([
    ['another origin', { origins: ['https://elsewhere.example'] }, 'address'],
    ['no methods', (): object => ({ origins: [url], methods: [] }), 'methods'],
    ['no more bytes', (): object => ({ origins: [url], bytes: { total: 1 } }), 'bytes'],
    ['a person who is asked', (): object => ({ origins: [url], confirm: 'always' }), 'confirm'],
  ])('down ends at once by a policy with %s', async (_name, policy, rule) => {
    const made = capabilityBench();
    const fs = await made.capabilities.make('http', { origins: [url], methods }, 'a');
    const { n, body, control } = await downloading(fs);
    made.capabilities.setPolicy(idOf(made), typeof policy === 'function' ? policy() : policy);
    expect(await codeOf(() => body.read?.(0, 100, never))).toBe('EACCES');
    expect(await readText(fs, `${n}/error`)).toMatch(new RegExp(`^policy: ${rule}: .+\n$`));
    while (open.size > 0) await sleep(5);
    await body.close?.();
    await control.close?.();
    expect(made.refused.at(-1)).toContain(rule);
  });

  it('goes on by a policy that still allows it', async () => {
    const made = capabilityBench();
    const fs = await made.capabilities.make('http', { origins: [url], methods }, 'a');
    const { body, control } = await downloading(fs);
    made.capabilities.setPolicy(idOf(made), { origins: [url, 'https://more.example'] });
    const [response] = open;
    response?.end('second\n');
    expect(new TextDecoder().decode(await body.read?.(0, 100, never))).toBe('second\n');
    await body.close?.();
    await control.close?.();
  });

  it('up ends at once too', async () => {
    const made = capabilityBench();
    const fs = await made.capabilities.make('http', { origins: [url], methods }, 'a');
    const { n, control } = await conversation(fs, `url ${url}/upload`, 'method PUT', 'stream');
    const post = await fs.open([n, 'postbody'], { write: true }, never);
    uploaded = 0;
    await post.write?.(0, new Uint8Array(1000), never);
    while (uploaded === 0) await sleep(5);
    made.capabilities.setPolicy(idOf(made), { origins: [] });
    expect(await codeOf(() => post.write?.(0, new Uint8Array(1000), never))).toBe('EPIPE');
    await sleep(30);
    expect(uploaded).toBe(1000);
    await post.close?.();
    expect(await codeOf(async () => fs.open([n, 'body'], { read: true }, never))).toBe('EACCES');
    await control.close?.();
  });

  it('ends where a redirect has led, when that alone is no longer allowed', async () => {
    const made = capabilityBench();
    const other = url.replace('127.0.0.1', 'localhost');
    const policy = { methods, redirects: 'follow' };
    const fs = await made.capabilities.make('http', { ...policy, origins: [url, other] }, 'a');
    const { body, control } = await downloading(
      fs,
      `/to?at=${encodeURIComponent(`${other}/stream`)}`,
    );
    made.capabilities.setPolicy(idOf(made), { ...policy, origins: [url] });
    expect(await codeOf(() => body.read?.(0, 100, never))).toBe('EACCES');
    await body.close?.();
    await control.close?.();
  });

  it('ends as JSON, and a limit that is lower counts for what comes', async () => {
    const made = capabilityBench();
    const fs = await made.capabilities.make('http', { origins: [url], methods }, 'a');
    const { id } = await ask(fs, 'request', { url: `${url}/stream` });
    while (open.size === 0) await sleep(5);
    made.capabilities.setPolicy(idOf(made), { origins: [url], bytes: { response: 8 } });
    const [response] = open;
    response?.write('0123456789\n');
    expect(await readJson(fs, `wait/${id}`)).toMatchObject({ kind: 'too-large' });
  });
});

describe('an answer of a person that is taken back', () => {
  it.each(['revoke', 'never'] as const)('ends what was begun by it (%s)', async (how) => {
    const { capabilities } = capabilityBench();
    const http = await capabilities.make(
      'http',
      { origins: [url], methods, confirm: 'always' },
      'a',
    );
    const talk = await capabilities.make('ws', { origins: [ws.url], confirm: 'always' }, 'a');
    const answer = async (how: 'always' | 'never'): Promise<void> => {
      while (capabilities.asks.waiting.length === 0) await sleep(2);
      await capabilities.answer(capabilities.asks.waiting[0]?.id as string, how);
    };
    const opening = downloading(http);
    await answer('always');
    const { body, control } = await opening;
    await ask(talk, 'control', { id: 'a', url: `${ws.url}/echo` });
    await answer('always');
    const state = async (): Promise<string> =>
      (await readJson<{ state: string }>(talk, 'conns/a/status')).state;
    while ((await state()) !== 'open') await sleep(5);
    for (const { who, cap, subject } of capabilities.asks.grants) {
      await capabilities.revoke({ who, cap, subject });
      if (how === 'revoke') continue;
      // Another use that is asked for, and refused for good.
      const at = cap === 'http' ? { path: 'request', url } : { path: 'control', url: ws.url };
      await ask(cap === 'http' ? http : talk, at.path, { url: `${at.url}/` });
      await answer('never');
    }
    expect(await codeOf(() => body.read?.(0, 100, never))).toBe('EACCES');
    while ((await state()) !== 'error') await sleep(5);
    await body.close?.();
    await control.close?.();
    await capabilities.manager.shutdown(0);
  });

  it('for once holds for that very use', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('http', { origins: [url], methods, confirm: 'always' }, 'a');
    const opening = downloading(fs);
    while (capabilities.asks.waiting.length === 0) await sleep(2);
    await capabilities.answer(capabilities.asks.waiting[0]?.id as string, 'once');
    const { body, control } = await opening;
    const [mount] = capabilities.mounted();
    capabilities.setPolicy(mount?.id as string, { origins: [url], methods, confirm: 'always' });
    const [response] = open;
    response?.end('more\n');
    expect(new TextDecoder().decode(await body.read?.(0, 100, never))).toBe('more\n');
    await body.close?.();
    await control.close?.();
  });
});

it('a mount that is gone ends what is under way', async () => {
  const { capabilities } = capabilityBench();
  const fs = await capabilities.make('http', { origins: [url], methods }, 'a');
  await capabilities.prune(() => true);
  const { body, control } = await downloading(fs);
  await capabilities.prune(() => false);
  expect(await codeOf(() => body.read?.(0, 100, never))).toBe('EINTR');
  while (open.size > 0) await sleep(5);
  await body.close?.();
  await control.close?.();
});
