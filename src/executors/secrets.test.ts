/** What a server and a program learn of secrets: nothing of one that a request was not sent with, nothing that an echo tells. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileService, never } from '../kernel/service.ts';
import {
  answered,
  ask,
  type CapabilityBench,
  capabilityBench,
  readText,
} from '../testing/capabilities.ts';
import { bytes } from '../testing/kernel.ts';

const SECRET = 'a"b\\c/d-very-secret';
let url = '';
let server: Server;
/** Ends what `/guess` has sent so far. */
let guessing: ServerResponse | undefined;

/** Writes what it was sent with in the ways that servers do. */
const echoes: Readonly<Record<string, (secret: string, response: ServerResponse) => void>> = {
  '/json': (secret, response) => void response.end(JSON.stringify({ headers: { key: secret } })),
  '/html': (secret, response) => void response.end(`<b>${secret.replaceAll('"', '&quot;')}</b>`),
  '/url': (secret, response) => void response.end(`/?key=${encodeURIComponent(secret)}`),
  '/basic': (secret, response) =>
    void response.end(Buffer.from(`user:${secret}`).toString('base64')),
  '/header': (secret, response) => {
    response.writeHead(200, 'OK', {
      'x-echo': encodeURIComponent(secret),
      [`x-${Buffer.from(secret).toString('hex')}`]: '1',
    });
    response.end();
  },
  '/reason': (secret, response) => void response.writeHead(200, secret).end('x'),
  '/location': (secret, response) =>
    void response
      .writeHead(302, {
        location: `http://${Buffer.from(secret).toString('hex')}.example/${encodeURIComponent(secret)}`,
      })
      .end(),
  '/slowly': async (secret, response) => {
    for (const letter of JSON.stringify(secret)) {
      response.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const secret = String(request.headers['x-key'] ?? 'nothing');
    if (pathname === '/guess') {
      guessing = response;
      response.flushHeaders();
    } else if (pathname === '/decoded')
      response.end(Buffer.from(String(request.headers['authorization']).slice(6), 'base64'));
    else echoes[pathname]?.(secret, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function bench(): Promise<CapabilityBench> {
  const made = capabilityBench();
  await made.capabilities.vault.unlock('a passphrase');
  await made.capabilities.vault.set('key', SECRET);
  return made;
}

const add = [{ header: 'x-key', secret: 'key' }];

/** The forms in which a person could read it. */
const forms = [
  ...[SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)],
  ...[Buffer.from(SECRET).toString('hex'), Buffer.from(`user:${SECRET}`).toString('base64')],
  'very-secret',
];

describe('a secret that a request was sent with', () => {
  it.each(Object.keys(echoes))('is in nothing that comes back by %s', async (path) => {
    const { capabilities, refused } = await bench();
    const policy = { origins: [url], redirects: 'follow', add };
    const fs = await capabilities.make('http', policy, 'env-1');
    const answer = await answered<object>(fs, { url: url + path });
    const rows = capabilities.mounted();
    const told = JSON.stringify([answer, refused, capabilities.audit.entries, rows]);
    for (const form of forms) expect(told).not.toContain(JSON.stringify(form).slice(1, -1));
    expect(JSON.stringify([answer, refused])).toContain('[redacted]');
  });

  it('is a name and password where the header is Basic', async () => {
    const { capabilities } = await bench();
    await capabilities.vault.set('pair', Buffer.from('me:pass-word').toString('base64'));
    const basic = [{ header: 'authorization', secret: 'pair', prefix: 'Basic ' }];
    const fs = await capabilities.make('http', { origins: [url], add: basic }, 'page');
    expect(await answered(fs, { url: `${url}/decoded` })).toMatchObject({ body: '[redacted]' });
  });

  it('is one that a header may have', async () => {
    const { capabilities } = await bench();
    for (const secret of ['abc\u2603def', 'abc\ndef', 'abc\u0001def', 'abc', 'x'.repeat(5000)])
      await expect(capabilities.vault.set('odd', secret)).rejects.toMatchObject({ code: 'EINVAL' });
  });
});

describe('a secret that a request was not sent with', () => {
  /** What a reader has as each guess is sent. */
  async function lengths(fs: FileService, guesses: readonly string[]): Promise<number[]> {
    const control = await fs.open(['clone'], { read: true, write: true }, never);
    const n = new TextDecoder().decode(await control.read?.(0, 9, never)).trim();
    await control.write?.(0, bytes(`url ${url}/guess\n`), never);
    const body = await fs.open([n, 'body'], { read: true }, never);
    const got: number[] = [];
    for (const guess of guesses) {
      guessing?.write(guess);
      got.push((await body.read?.(0, 65_536, never))?.length ?? 0);
    }
    await body.close?.();
    await control.close?.();
    return got;
  }

  it('holds back nothing, whatever begins like it, of the vault and of the keys', async () => {
    const { capabilities } = await bench();
    const keyring = await capabilities.keyring();
    await keyring.import('me', '1'.repeat(64), 'a passphrase');
    const elsewhere = [{ ...add[0], origins: ['https://elsewhere.example'] }];
    for (const policy of [{ origins: [url] }, { origins: [url], add: elsewhere }]) {
      const fs = await capabilities.make('http', policy, 'env-1');
      const guesses = ['a', 'a"', 'a"b\\', '1', '1'.repeat(63), 'nsec1', SECRET];
      expect(await lengths(fs, guesses)).toEqual(guesses.map(({ length }) => length));
    }
  });

  it('is not told by what the logs and the audit say of a program that guesses it', async () => {
    const { capabilities, refused } = await bench();
    const fs = await capabilities.make('http', { origins: ['https://api.example.org'] }, 'env-1');
    for (const guess of ['very-secret', 'a%22b%5Cc%2Fd-very-secret'])
      await ask(fs, 'request', { url: `https://other.example.org/${guess}` });
    expect(refused[1]).toContain('a%22b%5Cc%2Fd-very-secret');
    expect(capabilities.audit.entries.at(-1)?.what).toContain('a%22b%5Cc%2Fd-very-secret');
  });

  it('lines of events come at once also where a secret was sent', async () => {
    const { capabilities } = await bench();
    const fs = await capabilities.make('http', { origins: [url], add }, 'env-1');
    const events = ['data: a\n\n', 'data: a"b\\c\n\n'];
    expect(await lengths(fs, events)).toEqual(events.map(({ length }) => length));
  });
});

it('pending requests show no header that the host adds', async () => {
  const { capabilities } = await bench();
  const fs = await capabilities.make('http', { origins: [url], add }, 'env-1');
  const { id } = await ask(fs, 'request', { url: `${url}/guess` });
  expect(await readText(fs, `pending/${id}.json`)).not.toContain('x-key');
  await capabilities.manager.shutdown(0);
});
