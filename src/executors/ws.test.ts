/** WsFs with its connector against a real server on loopback, whole and broken. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileHandle, type FileService, never } from '../kernel/service.ts';
import { ask, capabilityBench, readJson, readText, tell } from '../testing/capabilities.ts';
import { freePort } from '../testing/httpserver.ts';
import { bytes, codeOf, text } from '../testing/kernel.ts';
import { startWsServer, type TestWsServer } from '../testing/wsserver.ts';

let server: TestWsServer;
beforeAll(async () => {
  server = await startWsServer();
});
afterAll(() => server.close());

interface Status {
  readonly state: string;
  readonly error?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly inbox_count: number;
  readonly outbox_count: number;
  readonly reconnects: number;
  readonly protocol?: string;
}

const ws = (policy: object = {}, config = {}): Promise<FileService> =>
  capabilityBench(config).capabilities.make('ws', { origins: [server.url], ...policy }, 'page');

async function open(fs: FileService, path: string, more: object = {}): Promise<string> {
  const { id, ...error } = await ask(fs, 'control', { url: server.url + path, ...more });
  if (id === undefined) throw new Error(JSON.stringify(error));
  return id;
}

const read = async (handle: FileHandle, count = 65_536): Promise<string> =>
  text((await handle.read?.(0, count, never)) as Uint8Array);

async function until(fs: FileService, id: string, state: string): Promise<Status> {
  for (;;) {
    const status = await readJson<Status>(fs, `conns/${id}/status`);
    if (status.state === state) return status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a connection', () => {
  it('is opened by control, sends text and bytes, and each read is one message', async () => {
    const fs = await ws();
    const id = await open(fs, '/echo');
    expect(id).toBe('conn-1');
    const input = await fs.open(['conns', id, 'in'], { read: true }, never);
    await tell(fs, `conns/${id}/out`, 'grüße');
    const binary = await fs.open(['conns', id, 'out.bin'], { write: true }, never);
    await binary.write?.(0, new Uint8Array([0, 255]), never);
    expect(await read(input)).toBe('grüße');
    expect(await input.read?.(0, 10, never)).toEqual(new Uint8Array([0, 255]));
    expect(server.seen.slice(-2)).toEqual(['text grüße', 'binary AP8=']);
    expect(await readJson(fs, 'status')).toEqual({
      connection_count: 1,
      max_connections: 16,
      connections: ['conn-1'],
    });
    expect(await readText(fs, `conns/${id}/url`)).toBe(`${server.url}/echo\n`);
    await ask(fs, 'control', { id });
    expect(await read(input)).toBe('');
    expect(await until(fs, id, 'closed')).toMatchObject({ code: 1000 });
  });

  it('shows what waits to be read, and its end after the last message', async () => {
    const fs = await ws();
    const id = await open(fs, '/hello', { id: 'mine' });
    expect(id).toBe('mine');
    expect(await until(fs, id, 'closed')).toMatchObject({
      code: 4321,
      reason: 'all said',
      inbox_count: 3,
    });
    const lines = (await readText(fs, `conns/${id}/inbox.jsonl`)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { seq: 1, type: 'text', size: 3 },
      { seq: 2, type: 'text', size: 3 },
      { seq: 3, type: 'binary', size: 3 },
    ]);
    const input = await fs.open(['conns', id, 'in'], { read: true }, never);
    expect([await read(input), await read(input, 2), await read(input, 2)]).toEqual([
      'one',
      'tw',
      'o',
    ]);
    await input.read?.(0, 10, never);
    expect(await read(input)).toBe('');
    expect(await codeOf(() => tell(fs, `conns/${id}/out`, 'late'))).toBe('EPIPE');
    await tell(fs, `conns/${id}/ctl`, 'forget\n');
    expect(await codeOf(async () => fs.stat(['conns', id], never))).toBe('ENOENT');
  });

  it('what was written before it was open, and before it is closed, is sent', async () => {
    const fs = await ws();
    const id = await open(fs, '/echo');
    for (let n = 0; n < 50; n++) await tell(fs, `conns/${id}/out`, `early ${n}`);
    await tell(fs, `conns/${id}/ctl`, 'close 4001 so long\n');
    expect(await until(fs, id, 'closed')).toMatchObject({ code: 4001, reason: 'so long' });
    expect(server.seen.slice(-50)).toEqual(Array.from({ length: 50 }, (_, n) => `text early ${n}`));
    while (!server.closed.includes(4001)) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('one that waits for a person is closed at once, and its question is gone', async () => {
    const { capabilities } = capabilityBench();
    const policy = { origins: [server.url], confirm: 'always' };
    const fs = await capabilities.make('ws', policy, 'page');
    const id = await open(fs, '/echo');
    expect(capabilities.asks.waiting).toHaveLength(1);
    await ask(fs, 'control', { close: id });
    expect((await readJson<Status>(fs, `conns/${id}/status`)).state).toBe('closed');
    while (capabilities.asks.waiting.length > 0) await new Promise((run) => setTimeout(run, 2));
    await open(fs, '/echo', { id: 'waits' });
    expect(await capabilities.manager.shutdown(50)).toBe(true);
    expect((await readJson<Status>(fs, 'conns/waits/status')).state).toBe('error');
  });

  it("what one reader had no room for is the next one's", async () => {
    const fs = await ws();
    const id = await open(fs, '/hello');
    await until(fs, id, 'closed');
    const first = await fs.open(['conns', id, 'in'], { read: true }, never);
    expect(await read(first, 1)).toBe('o');
    await first.close?.();
    const second = await fs.open(['conns', id, 'in'], { read: true }, never);
    expect([await read(second), await read(second)]).toEqual(['ne', 'two']);
  });

  it('closing states are not gone through twice', async () => {
    const fs = await ws();
    const id = await open(fs, '/echo');
    await until(fs, id, 'open');
    await ask(fs, 'control', { close: id });
    await tell(fs, `conns/${id}/ctl`, 'close\n');
    await until(fs, id, 'closed');
    await tell(fs, `conns/${id}/ctl`, 'close 4002\n');
    expect((await readJson<Status>(fs, `conns/${id}/status`)).code).toBe(1000);
  });
});

describe('what is refused', () => {
  it.each([
    ['{"url":"http://127.0.0.1/"}', 'EINVAL'],
    ['{"url":"ws://me:secret@127.0.0.1/"}', 'EINVAL'],
    ['{"url":"ws://127.0.0.1:1/","protocols":["a","a"]}', 'EINVAL'],
    ['{}', 'EINVAL'],
    ['{"id":"conn-9"}', 'ENOENT'],
    ['{"url":"wss://example.org/"}', 'EACCES'],
    ['{"url":"ws://[::ffff:7f00:1]/"}', 'EACCES'],
  ])('%s is %s', async (request, code) => {
    const fs = await ws();
    expect(await codeOf(() => tell(fs, 'control', request))).toBe(code);
    expect(await readJson(fs, 'status')).toMatchObject({ connection_count: 0 });
  });

  it('text that is none, words that ctl does not know, more than sixteen', async () => {
    const fs = await ws();
    const id = await open(fs, '/echo');
    const out = await fs.open(['conns', id, 'out'], { write: true }, never);
    expect(await codeOf(async () => out.write?.(0, new Uint8Array([0xff]), never))).toBe('EILSEQ');
    for (const line of ['close 1001\n', 'close 99999\n', 'reconnect maybe\n', 'open\n'])
      expect(await codeOf(() => tell(fs, `conns/${id}/ctl`, line))).toBe('EINVAL');
    for (let n = 0; n < 15; n++) await open(fs, '/echo');
    expect(await ask(fs, 'control', { url: `${server.url}/echo` })).toMatchObject({
      error: 'ENOSPC',
    });
    // A closed one frees its place at once.
    await ask(fs, 'control', { id });
    await until(fs, id, 'closed');
    expect(await open(fs, '/echo')).toMatch(/conn-/);
  });
});

describe('what goes wrong', () => {
  it('nobody there, a refusal and an answer that is none are errors with a reason', async () => {
    const nobody = `ws://127.0.0.1:${await freePort()}`;
    const fs = await ws({ origins: [server.url, nobody] });
    for (const url of [`${nobody}/`, `${server.url}/refuse`, `${server.url}/bad`]) {
      const { id } = await ask(fs, 'control', { url });
      const { error } = await until(fs, id as string, 'error');
      expect(error).toMatch(/.{10}/);
    }
    expect(await readJson(fs, 'status')).toMatchObject({ connection_count: 0 });
  });

  it('who never answers is given up, and does not hold up others', async () => {
    const fs = await ws({}, { ws_connect_timeout: 300 });
    const silent = await open(fs, '/silent');
    const other = await open(fs, '/echo');
    await until(fs, other, 'open');
    expect((await until(fs, silent, 'error')).error).toContain('0.3 s');
  });

  it('a flood that nobody reads ends the connection and says why', async () => {
    const fs = await ws();
    const id = await open(fs, '/flood');
    expect((await until(fs, id, 'error')).error).toContain('inbox is full');
    const input = await fs.open(['conns', id, 'in'], { read: true }, never);
    expect(await read(input)).toBe('message 0');
  });

  it('a message over what the policy allows, and one that the server finds too big', async () => {
    const fs = await ws({ bytes: { response: 1000 } });
    const big = await open(fs, '/big?n=1001');
    expect((await until(fs, big, 'error')).error).toContain('1000 bytes');
    const small = await open(fs, '/small');
    await tell(fs, `conns/${small}/out`, 'x'.repeat(101));
    expect(await until(fs, small, 'closed')).toMatchObject({ code: 1009 });
    expect(await codeOf(() => tell(fs, `conns/${small}/out`, 'x'.repeat(9 << 20)))).toBe('EFBIG');
  });

  it('a slow reader makes writers wait, and loses nothing', async () => {
    const fs = await ws();
    const id = await open(fs, '/slow');
    await until(fs, id, 'open');
    const before = server.seen.length;
    const out = await fs.open(['conns', id, 'out'], { write: true }, never);
    const piece = bytes('y'.repeat(1 << 18));
    for (let n = 0; n < 64; n++) await out.write?.(0, piece, never);
    await tell(fs, `conns/${id}/ctl`, 'close\n');
    await until(fs, id, 'closed');
    expect(server.seen.length - before).toBe(64);
  });

  it('a lost connection is made again where it was told to, and given up at last', async () => {
    const fs = await ws();
    const id = await open(fs, '/cut?ms=15');
    await tell(fs, `conns/${id}/ctl`, 'reconnect on\n');
    const input = await fs.open(['conns', id, 'in'], { read: true }, never);
    for (let n = 0; n < 4; n++) expect(await read(input)).toBe('here');
    expect((await readJson<Status>(fs, `conns/${id}/status`)).reconnects).toBeGreaterThan(2);
    await tell(fs, `conns/${id}/ctl`, 'reconnect off\n');
    expect((await until(fs, id, 'closed')).code).toBe(1006);
    const nobody = `ws://127.0.0.1:${await freePort()}`;
    const other = await ws({ origins: [nobody] });
    const { id: lost = '' } = await ask(other, 'control', { url: nobody });
    await tell(other, `conns/${lost}/ctl`, 'reconnect on\n');
    expect((await until(other, lost, 'error')).reconnects).toBe(5);
  });

  it('without reconnect a cut connection is closed with 1006', async () => {
    const fs = await ws();
    const id = await open(fs, '/cut');
    expect(await until(fs, id, 'closed')).toMatchObject({ code: 1006, reconnects: 0 });
  });

  it('shutting down closes what is open, and leaves nothing behind', async () => {
    const { capabilities } = capabilityBench({ ws_max_concurrent: 2 });
    const fs = await capabilities.make('ws', { origins: [server.url] }, 'page');
    const ids = [await open(fs, '/echo'), await open(fs, '/echo'), await open(fs, '/echo')];
    await until(fs, ids[1] as string, 'open');
    expect(capabilities.health().executors['ws']).toMatchObject({ active: 2, waiting: 1 });
    expect(await capabilities.manager.shutdown(2000)).toBe(true);
    expect(await until(fs, ids[0] as string, 'closed')).toMatchObject({ code: 1000 });
  });
});

describe('a handshake', () => {
  it.each([
    [['a', 'b'], { protocol: 'b' }],
    [['a'], { protocol: 'a' }],
    [[], {}],
  ])('of %j has the subprotocol that the server chose', async (protocols, expected) => {
    const fs = await ws();
    const status = await until(fs, await open(fs, '/chooses', { protocols }), 'open');
    expect(status).toMatchObject(expected);
    expect('protocol' in status).toBe('protocol' in expected);
  });

  it('that is not answered is left at once by close, and holds up nobody', async () => {
    const fs = await ws({}, { ws_connect_timeout: 60_000, ws_max_concurrent: 2 });
    const ids = [await open(fs, '/silent'), await open(fs, '/silent')];
    for (const [at, id] of ids.entries()) {
      while (server.silent() < ids.length - at)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await tell(fs, `conns/${id}/ctl`, 'close 4001 not wanted\n');
      expect(await until(fs, id, 'closed')).toMatchObject({ code: 4001, reason: 'not wanted' });
    }
    await until(fs, await open(fs, '/echo'), 'open');
    while (server.silent() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that is not answered is given a few seconds for what was written', async () => {
    const fs = await ws({}, { ws_connect_timeout: 60_000 });
    const id = await open(fs, '/silent');
    await tell(fs, `conns/${id}/out`, 'early');
    await tell(fs, `conns/${id}/ctl`, 'close\n');
    expect((await readJson<Status>(fs, `conns/${id}/status`)).state).toBe('closing');
    expect(await until(fs, id, 'closed')).toMatchObject({ code: 1000, outbox_count: 0 });
  });
});

describe('loopback', () => {
  it.for(['127.0.0.1', '::1'])(
    'at %s is reached where the policy names it, and refused where it does not',
    async (host, context) => {
      const own = await startWsServer(host).catch(() => undefined);
      if (!own) return context.skip(`this machine has no ${host}`);
      try {
        const long = own.url.replace('[::1]', '[0:0:0:0:0:0:0:1]');
        const named = await ws({ origins: [own.url] });
        for (const url of [own.url, long]) {
          const { id = '' } = await ask(named, 'control', { url: `${url}/echo` });
          await tell(named, `conns/${id}/out`, host);
          const input = await named.open(['conns', id, 'in'], { read: true }, never);
          expect(await read(input)).toBe(host);
        }
        const port = new URL(own.url).port;
        for (const other of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost']) {
          const url = `ws://${other}:${port}/echo`;
          if (url.startsWith(own.url)) continue;
          expect(await ask(named, 'control', { url })).toMatchObject({ error: 'EACCES' });
        }
        const unnamed = await ws({ origins: ['wss://*.example.org'] });
        expect(await ask(unnamed, 'control', { url: own.url })).toMatchObject({ error: 'EACCES' });
      } finally {
        await own.close();
      }
    },
  );
});
