/** What a hostile program, server or relay tries with capabilities: each was possible once. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { bytes, codeOf } from '../testing/kernel.ts';
import { startRelay } from '../testing/relay.ts';
import { startWsServer, type TestWsServer } from '../testing/wsserver.ts';

const methods = ['GET', 'POST', 'DELETE'];
let url = '';
let server: Server;
let ws: TestWsServer;
const seen: string[] = [];
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers with what the Authorization header said, in the ways that a server can. */
beforeAll(async () => {
  ws = await startWsServer();
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    seen.push(`${request.method} ${pathname}`);
    const auth = String(request.headers['authorization'] ?? '').replace('Bearer ', '');
    if (pathname === '/reason') response.writeHead(200, auth).end('x');
    else if (pathname === '/leak')
      response.writeHead(302, { location: `http://elsewhere.example/${auth}` }).end();
    else if (pathname === '/echo')
      setTimeout(() => response.end(`you sent ${auth}.`), Number(searchParams.get('ms') ?? 0));
    else if (pathname === '/sse')
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('retry: 10\n\ndata: charged\n\n');
    else if (pathname === '/big') response.end(Buffer.alloc(8 << 20, 65));
    else if (pathname === '/redirect') response.writeHead(302, { location: '/x' }).end();
    else if (pathname !== '/hang') response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await ws.close();
});

interface Answer {
  readonly status: number | 'failed';
  readonly status_text: string;
  readonly body: string;
  readonly error: string;
  readonly kind: string;
}

const get = (fs: FileService, request: object): Promise<Answer> => answered(fs, request);

describe('a hostile program', () => {
  it('gets no answer of a person that was for something else', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('http', { origins: [url], methods, confirm: 'always' }, 'a');
    await ask(fs, 'request', { id: 'harmless', url: `${url}/harmless` });
    await ask(fs, 'request', {
      id: 'b',
      url: `${url}/account?all`,
      method: 'DELETE',
      body: 'mine',
    });
    expect(capabilities.asks.waiting).toMatchObject([
      { what: `GET ${url}/harmless` },
      { what: `DELETE ${url}/account?all`, detail: 'mine' },
    ]);
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'always');
    await readText(fs, 'wait/harmless');
    await sleep(30);
    expect(seen).not.toContain('DELETE /account');
    await capabilities.manager.shutdown(0);
  });

  it('keeps no slot from others: not by questions, nor by a body that it does not read', async () => {
    const { capabilities } = capabilityBench({ http_max_concurrent: 2 });
    const asks = await capabilities.make('http', { origins: [url], confirm: 'always' }, 'asks');
    const lazy = await capabilities.make('http', { origins: [url] }, 'lazy');
    const good = await capabilities.make('http', { origins: [url] }, 'good');
    for (let n = 0; n < 10; n++)
      await ask(asks, 'request', { url: `${url}/q`, timeout_secs: 86_400 });
    const handles = [];
    for (const n of ['1', '2']) {
      const control = await lazy.open(['clone'], { read: true, write: true }, never);
      await control.write?.(0, bytes(`url ${url}/big\ntimeout 0.3\n`), never);
      handles.push(
        control,
        Promise.resolve(lazy.open([n, 'body'], { read: true }, never)).catch(() => undefined),
      );
    }
    expect(await get(good, { url: `${url}/ok` })).toMatchObject({ status: 200 });
    // Its deadline counts while nobody reads.
    const failed = async (): Promise<number> =>
      (await readJson<{ failed_count: number }>(lazy, 'status')).failed_count;
    while ((await failed()) < 2) await sleep(20);
    await capabilities.manager.shutdown(50);
    await Promise.all(handles);
  });

  it('may not spend more than its budget by addresses and headers, nor write without end', async () => {
    const { capabilities } = capabilityBench();
    const policy = { origins: [url], bytes: { request: 1000, total: 1000 }, headers: ['*'] };
    const fs = await capabilities.make('http', policy, 'a');
    const long = 'x'.repeat(2000);
    for (const request of [{ url: `${url}/?${long}` }, { url, headers: { 'x-long': long } }])
      expect(await ask(fs, 'request', request)).toMatchObject({ rule: 'bytes' });
    expect(await get(fs, { url: `${url}/?${'x'.repeat(500)}` })).toMatchObject({ status: 200 });
    expect(await get(fs, { url: `${url}/?${'x'.repeat(500)}` })).toMatchObject({ kind: 'policy' });
    const told = capabilities.audit.entries.map(({ what }) => what.length);
    expect(Math.max(...told)).toBeLessThan(500);
    const control = await fs.open(['clone'], { read: true, write: true }, never);
    const lines = Array.from({ length: 8000 }, (_, n) => `header a${n}: x\n`).join('');
    expect(await codeOf(async () => control.write?.(0, bytes(lines), never))).toBe('EINVAL');
    const blind = await fs.open(['request'], { write: true }, never);
    for (let n = 0; n < 40_000; n++)
      await Promise.resolve(blind.write?.(0, bytes('{"a":1}'), never)).catch(() => undefined);
    await blind.close?.();
  });

  it('gets no grant of another, nor of one whose name it takes', async () => {
    const { capabilities } = capabilityBench();
    const policy = { origins: [url], confirm: 'always' };
    const fs = await capabilities.make('http', policy, 'env-1');
    const done = get(fs, { url: `${url}/ok` });
    await sleep(20);
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'always');
    await done;
    await capabilities.forget('env-1');
    const next = await capabilities.make('http', policy, 'env-1');
    await ask(next, 'request', { url: `${url}/ok` });
    expect(capabilities.asks.waiting).toHaveLength(1);
    await capabilities.manager.shutdown(0);
  });

  it('signs for no relay that did not ask, and not with a key that took the place of its own', async () => {
    const { capabilities } = capabilityBench();
    const keyring = await capabilities.keyring();
    await keyring.generate('first', 'a passphrase');
    await keyring.generate('second', 'a passphrase');
    const policy = { relays: ['ws://127.0.0.1:1/'], kinds: [1, 22_242] };
    const fs = await capabilities.make('nostr', policy, 'a');
    const auth = { kind: 22_242, content: '', tags: [['relay', 'wss://bank.example/']] };
    expect(await ask(fs, 'submit', auth)).toMatchObject({ rule: 'kinds' });
    await keyring.remove('first');
    expect(await codeOf(() => readText(fs, 'identity/pubkey'))).toBe('ENXIO');
    await capabilities.manager.shutdown(0);
  });
});

describe('a hostile server', () => {
  it('gives back no secret: as a reason, in a redirect, after the vault was locked', async () => {
    const { capabilities, refused } = capabilityBench();
    const { vault } = capabilities;
    await vault.unlock('a passphrase');
    await vault.set('k', ' sk-secret-1 ');
    const add = [{ header: 'authorization', secret: 'k' }];
    const policy = { origins: [url], redirects: 'follow', add };
    const fs = await capabilities.make('http', policy, 'env-1');
    const answers = [
      await get(fs, { url: `${url}/reason` }),
      await get(fs, { url: `${url}/leak` }),
    ];
    const slow = get(fs, { url: `${url}/echo?ms=150` });
    while (!seen.includes('GET /echo')) await sleep(2);
    vault.lock();
    answers.push(await slow);
    expect(answers).toMatchObject([
      { status_text: '[redacted]' },
      { kind: 'policy' },
      { body: 'you sent [redacted].' },
    ]);
    const told = JSON.stringify([answers, refused, capabilities.audit.entries]);
    expect(told).not.toContain('secret-1');
  });

  it('gets what is to be done once, however it ends its stream or redirects', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('http', { origins: [url], methods }, 'a');
    const control = await fs.open(['clone'], { read: true, write: true }, never);
    await control.write?.(0, bytes(`url ${url}/sse\nmethod POST\n`), never);
    await tell(fs, '1/postbody', 'charge me');
    const events = await fs.open(['1', 'events'], { read: true }, never);
    expect(await codeOf(async () => fs.open(['1', 'events'], { read: true }, never))).toBe('EBUSY');
    expect(new TextDecoder().decode(await readAll(events))).toContain('charged');
    await events.close?.();
    await control.close?.();
    await get(fs, { url: `${url}/redirect`, method: 'DELETE' });
    expect(seen.filter((line) => line === 'POST /sse' || line === 'DELETE /redirect')).toHaveLength(
      2,
    );
  });

  it('that cuts each connection at once is given up', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('ws', { origins: [ws.url] }, 'a');
    await ask(fs, 'control', { id: 'a', url: `${ws.url}/cut?ms=1` });
    await tell(fs, 'conns/a/ctl', 'reconnect on');
    const status = async (): Promise<{ state: string; reconnects: number }> =>
      readJson(fs, 'conns/a/status');
    while ((await status()).state !== 'closed') await sleep(10);
    expect((await status()).reconnects).toBe(5);
  });
});

describe('a policy that is revoked', () => {
  it('ends what is open', async () => {
    const relay = await startRelay();
    const { capabilities } = capabilityBench();
    await (await capabilities.keyring()).generate('me', 'a passphrase');
    const talk = await capabilities.make('ws', { origins: [ws.url] }, 'a');
    const nostr = await capabilities.make('nostr', { relays: [relay.url], kinds: [1] }, 'a');
    await ask(talk, 'control', { id: 'a', url: `${ws.url}/echo` });
    const state = async (): Promise<string> =>
      (await readJson<{ state: string }>(talk, 'conns/a/status')).state;
    while ((await state()) !== 'open') await sleep(5);
    await readText(nostr, `wait/${(await ask(nostr, 'submit', { kind: 1, content: 'a' }))['id']}`);
    for (const { id } of capabilities.mounted()) capabilities.setPolicy(id, { kinds: [1] });
    while ((await state()) !== 'error') await sleep(5);
    expect(await codeOf(() => tell(talk, 'conns/a/out', 'late'))).toBe('EPIPE');
    const late = await ask(nostr, 'submit', { kind: 1, content: 'late' });
    expect(await readJson(nostr, `wait/${late['id']}`)).toMatchObject({
      relays: { [relay.url]: expect.stringMatching(/^gave up/) },
    });
    expect(relay.stored.size).toBe(1);
    await capabilities.manager.shutdown(0);
    await relay.kill();
  });

  it('a mount that is gone serves nothing, and one that comes back does again', async () => {
    const { capabilities } = capabilityBench();
    const making = capabilities.make('http', { origins: [url] }, 'a');
    // Others mount meanwhile.
    await capabilities.prune(() => false);
    const fs = await making;
    expect(await get(fs, { url: `${url}/ok` })).toMatchObject({ status: 200 });
    await capabilities.prune(() => true);
    const { id } = await ask(fs, 'request', { url: `${url}/hang` });
    await capabilities.prune(() => false);
    expect(await readJson(fs, `wait/${id}`)).toMatchObject({ kind: 'cancelled' });
    expect(await ask(fs, 'request', { url: `${url}/ok` })).toMatchObject({ error: 'ENXIO' });
    expect(capabilities.mounted()).toEqual([]);
    await capabilities.prune((service) => service === fs);
    expect(await get(fs, { url: `${url}/ok` })).toMatchObject({ status: 200 });
  });

  it('shutting down ends what waits too', async () => {
    const { capabilities } = capabilityBench({ http_max_concurrent: 1 });
    const fs = await capabilities.make('http', { origins: [url] }, 'a');
    await ask(fs, 'request', { id: 'a', url: `${url}/hang` });
    await ask(fs, 'request', { id: 'b', url: `${url}/ok` });
    expect(await capabilities.manager.shutdown(50)).toBe(false);
    expect(await readJson(fs, 'wait/b')).toMatchObject({ kind: 'cancelled' });
  });
});

it('what is not told of one environment to another', async () => {
  const { capabilities } = capabilityBench();
  const policy = { origins: [url], redirects: 'follow' };
  const a = await capabilities.make('http', policy, 'a');
  await capabilities.make('http', policy, 'b');
  await get(a, { url: `${url}/leak` });
  expect(await readText(capabilities.statusOf('b'), 'status')).not.toContain('elsewhere');
});
