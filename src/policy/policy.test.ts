/** What policies say, who is asked, and what is taken out of what comes back. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { never } from '../kernel/service.ts';
import { ask, capabilityBench, readJson, readText } from '../testing/capabilities.ts';
import { startHttpServer } from '../testing/httpserver.ts';
import { codeOf } from '../testing/kernel.ts';
import { Asks } from './asks.ts';
import { isListed, policyFrom } from './policy.ts';
import { REDACTED } from './redact.ts';
import { type KeptVault, Vault } from './vault.ts';

describe('a policy', () => {
  it.each([
    [{ origins: 'https://x.example' }],
    [{ origins: ['x.example'] }],
    [{ origins: ['https://x.example/path'] }],
    [{ origins: ['https://me@x.example'] }],
    [{ origins: ['ftp://x.example'] }],
    [{ origins: ['*'] }],
    [{ methods: ['get'] }],
    [{ methods: ['TRACE'] }],
    [{ kinds: [-1] }],
    [{ kinds: ['1-'] }],
    [{ bytes: { total: -1 } }],
    [{ bytes: { all: 1 } }],
    [{ per_minute: 1.5 }],
    [{ confirm: 'sometimes' }],
    [{ add: [{ header: 'a b' }] }],
    [{ add: [{ secret: 'x' }] }],
    [{ add: [{ header: 'a' }] }],
    [{ add: [{ header: 'Host', value: 'x.example' }] }],
    [{ add: [{ header: 'a', secret: 'x', origins: ['nonsense'] }] }],
    [{ allow: true }],
    [[]],
    ['all'],
  ])('%j is none', (value) => {
    expect(() => policyFrom(value)).toThrow('EINVAL');
  });

  it('allows nobody where it says nothing', () => {
    const { origins, methods, kinds, relays, confirm } = policyFrom({});
    expect([origins, methods, kinds, relays, confirm]).toEqual([
      [],
      ['GET', 'HEAD'],
      [],
      [],
      'never',
    ]);
  });

  it.each([
    ['https://a.example', 'https://a.example/x?y', true],
    ['https://a.example', 'https://a.example:443/', true],
    ['https://a.example', 'https://a.example./', true],
    ['https://a.example', 'http://a.example/', false],
    ['https://a.example', 'https://a.example:8443/', false],
    ['https://a.example', 'https://b.a.example/', false],
    ['https://a.example', 'https://a.example.evil.example/', false],
    ['https://*.a.example', 'https://b.a.example/', true],
    ['https://*.a.example', 'https://c.b.a.example/', true],
    ['https://*.a.example', 'https://a.example/', false],
    ['https://*.a.example', 'https://eviladotexample.example/', false],
    ['https://*.a.example', 'https://xa.example/', false],
    ['wss://a.example', 'wss://a.example/feed', true],
    ['wss://a.example', 'https://a.example/', false],
  ])('%s and %s: %s', (pattern, url, listed) => {
    expect(isListed(new URL(url), [pattern])).toBe(listed);
  });
});

describe('a gate', () => {
  it('says by which rule it refuses, in the reply, in the logs and in the audit', async () => {
    const { capabilities, refused } = capabilityBench();
    const fs = await capabilities.make(
      'http',
      { origins: ['https://api.example.org'], bytes: { request: 10 }, per_minute: 1000 },
      'env-1',
    );
    const cases = [
      [{ url: 'https://other.example.org/' }, 'origins'],
      [{ url: 'http://169.254.169.254/latest/meta-data/' }, 'address'],
      [{ url: 'http://[::ffff:a9fe:a9fe]/' }, 'address'],
      [{ url: 'http://2852039166/' }, 'address'],
      [{ url: 'http://localhost:8080/' }, 'address'],
      [{ url: 'https://api.example.org/', method: 'DELETE' }, 'methods'],
      [{ url: 'https://api.example.org/', headers: { Authorization: 'x' } }, 'headers'],
    ] as const;
    for (const [request, rule] of cases) {
      const reply = await ask(fs, 'request', request);
      expect([reply['error'], reply['rule']]).toEqual(['EACCES', rule]);
    }
    expect(refused).toHaveLength(cases.length);
    expect(capabilities.audit.entries.map(({ outcome, rule }) => [outcome, rule])).toEqual(
      cases.map(([, rule]) => ['refused', rule]),
    );
  });

  it('a flood is refused by its rate, and goes on when a minute has passed', async () => {
    let now = 0;
    const { capabilities } = capabilityBench({}, { now: () => now });
    const fs = await capabilities.make(
      'http',
      { origins: ['https://api.example.org'], per_minute: 5, confirm: 'always' },
      'page',
    );
    const flood = async (): Promise<number> => {
      const all = await Promise.all(
        Array.from({ length: 50 }, () => ask(fs, 'request', { url: 'https://api.example.org/' })),
      );
      return all.filter(({ error }) => error === undefined).length;
    };
    expect(await flood()).toBe(5);
    now = 12_000;
    expect(await flood()).toBe(1);
    now = 600_000;
    expect(await flood()).toBe(5);
    await capabilities.manager.shutdown(0);
  });

  it('a person is asked for each use, and what is said for good is kept and revocable', async () => {
    const server = await startHttpServer();
    const { capabilities, kept } = capabilityBench();
    const policy = { origins: [server.url], confirm: 'always' };
    const fs = await capabilities.make('http', policy, 'env-1');
    const go = async (): Promise<string> => {
      const { id, error } = await ask(fs, 'request', { url: `${server.url}/hello` });
      return id ?? `${error}`;
    };
    const subject = `GET ${server.url}`;
    const [a, b] = [await go(), await go()];
    while (capabilities.asks.waiting.length < 2) await new Promise((run) => setTimeout(run, 2));
    expect(capabilities.asks.waiting[0]).toMatchObject({
      ...{ who: 'env-1', cap: 'http', subject, what: `GET ${server.url}/hello` },
    });
    // One answer is for one use.
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'once');
    expect(await readJson(fs, `wait/${a}`)).toMatchObject({ status: 200 });
    expect(await readJson(fs, `pending/${b}.json`)).toMatchObject({ state: 'queued' });
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'once');
    expect(await readJson(fs, `wait/${b}`)).toMatchObject({ status: 200 });
    const c = await go();
    while (capabilities.asks.waiting.length === 0) await new Promise((run) => setTimeout(run, 2));
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'no');
    expect(await readJson(fs, `wait/${c}`)).toMatchObject({ status: 'failed', kind: 'policy' });
    const d = await go();
    while (capabilities.asks.waiting.length === 0) await new Promise((run) => setTimeout(run, 2));
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'always');
    expect(await readJson(fs, `wait/${d}`)).toMatchObject({ status: 200 });
    expect(await readJson(fs, `wait/${await go()}`)).toMatchObject({ status: 200 });
    expect(kept().grants).toMatchObject([{ who: 'env-1', subject, decision: 'always' }]);
    await capabilities.revoke({ who: 'env-1', cap: 'http', subject });
    const e = await go();
    while (capabilities.asks.waiting.length === 0) await new Promise((run) => setTimeout(run, 2));
    await capabilities.answer(capabilities.asks.waiting[0]?.id ?? '', 'never');
    expect(await readJson(fs, `wait/${e}`)).toMatchObject({ kind: 'policy' });
    expect(await go()).toBe('EACCES');
    // Another mount is asked for itself.
    const other = await capabilities.make('http', policy, 'env-2');
    await ask(other, 'request', { url: `${server.url}/hello` });
    while (capabilities.asks.waiting.length === 0) await new Promise((run) => setTimeout(run, 2));
    expect(capabilities.asks.waiting[0]?.who).toBe('env-2');
    await capabilities.manager.shutdown(0);
    await server.close();
  });

  it('a question may be answered at once, by a host where there is nobody', async () => {
    const asks = new Asks({
      now: () => 0,
      changed: () => {
        for (const { id } of asks.waiting) asks.answer(id, 'no');
      },
    });
    const question = { subject: 's', what: 'w' };
    expect(await asks.ask('a', 'http', question, never)).toBe('no');
    expect(asks.waiting).toEqual([]);
  });

  it('what is unlisted is asked for where the policy says so, but no private address', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('http', { confirm: 'unlisted' }, 'page');
    expect(await ask(fs, 'request', { url: 'https://new.example.org/' })).toHaveProperty('id');
    expect(await ask(fs, 'request', { url: 'http://10.0.0.1/' })).toMatchObject({
      rule: 'address',
    });
    await capabilities.manager.shutdown(0);
  });

  it('a policy that is another counts at once, for what is under way and for what waits', async () => {
    const server = await startHttpServer();
    const { capabilities } = capabilityBench({ http_max_concurrent: 1 });
    const fs = await capabilities.make('http', { origins: [server.url] }, 'page');
    const slow = await ask(fs, 'request', { url: `${server.url}/slow?ms=150` });
    const waiting = await ask(fs, 'request', { url: `${server.url}/hello` });
    const id = capabilities.mounted()[0]?.id as string;
    capabilities.setPolicy(id, { origins: ['https://elsewhere.example'] });
    for (const { id: each } of [slow, waiting])
      expect(await readJson(fs, `wait/${each}`)).toMatchObject({ kind: 'policy' });
    expect(fs.spec.options).toMatchObject({ policy: { origins: ['https://elsewhere.example'] } });
    expect(() => capabilities.setPolicy(id, { origins: [1] })).toThrow('EINVAL');
    await server.close();
  });

  it('all bytes of a mount are one budget', async () => {
    const server = await startHttpServer();
    const { capabilities } = capabilityBench();
    const policy = { origins: [server.url], bytes: { total: 100_000 } };
    const fs = await capabilities.make('http', policy, 'page');
    const get = async (): Promise<object> => {
      const { id } = await ask(fs, 'request', { url: `${server.url}/bytes?n=60000` });
      return readJson(fs, `wait/${id}`);
    };
    expect(await get()).toMatchObject({ status: 200 });
    expect(await get()).toMatchObject({ status: 'failed', kind: 'policy' });
    await server.close();
  });
});

describe('secrets', () => {
  it('are added by the host, and read nowhere: not in pending, not in what comes back', async () => {
    const server = await startHttpServer();
    const { capabilities, kept } = capabilityBench();
    await capabilities.vault.unlock('a long passphrase');
    await capabilities.vault.set('api', 'sk-very-secret-value');
    const fs = await capabilities.make(
      'http',
      {
        origins: [server.url],
        add: [
          { header: 'Authorization', secret: 'api' },
          { header: 'x-secret', secret: 'api', prefix: '' },
        ],
      },
      'page',
    );
    const { id } = await ask(fs, 'request', { url: `${server.url}/echo` });
    const response = await readText(fs, `wait/${id}`);
    expect(server.lastHeaders()['authorization']).toBe('Bearer sk-very-secret-value');
    expect(response).not.toContain('very-secret');
    expect(response).toContain(REDACTED);
    expect(
      await ask(fs, 'request', { url: server.url, headers: { 'X-Secret': 'mine' } }),
    ).toMatchObject({ rule: 'headers' });
    const seen = [
      JSON.stringify(capabilities.mounted()),
      JSON.stringify(capabilities.audit.entries),
      JSON.stringify(fs.spec),
      JSON.stringify(kept()),
    ];
    for (const text of seen) expect(text).not.toContain('very-secret');
    capabilities.vault.lock();
    const locked = await ask(fs, 'request', { url: `${server.url}/hello` });
    expect(await readJson(fs, `wait/${locked['id']}`)).toMatchObject({
      kind: 'policy',
      error: expect.stringContaining('locked'),
    });
    await server.close();
  });

  it('a vault opens for its passphrase alone, and tells when it was changed', async () => {
    let kept: KeptVault | undefined;
    const keep = async (now: KeptVault): Promise<void> => {
      kept = now;
    };
    const vault = new Vault(undefined, keep);
    await vault.unlock('a long passphrase');
    await vault.set('a', 'value of a');
    await vault.set('b', 'value of b');
    const again = new Vault(kept, keep);
    expect([again.state, again.names]).toEqual(['locked', ['a', 'b']]);
    expect(() => again.get('b')).toThrow('EACCES');
    await expect(again.unlock('another passphrase')).rejects.toMatchObject({ code: 'EACCES' });
    await again.unlock('a long passphrase');
    expect(again.get('b')).toBe('value of b');
    await again.remove('b');
    expect(() => again.get('b')).toThrow('EACCES');
    // A sealed value under another name is none.
    const sealed = kept?.sealed ?? {};
    const moved = { ...(kept as KeptVault), sealed: { ...sealed, c: sealed['a'] as never } };
    await expect(new Vault(moved, keep).unlock('a long passphrase')).rejects.toThrow('EACCES');
  });
});

describe('any service behind a policy', () => {
  it('is read where reading is allowed, and counted', async () => {
    const { capabilities } = capabilityBench();
    const mem = new MemFs();
    await mem.create(['a'], 'file');
    const file = await mem.open(['a'], { write: true });
    await file.write?.(0, new Uint8Array(1000), never);
    const fs = await capabilities.guard(mem, { bytes: { total: 1500 } }, 'page');
    expect((await fs.readdir([], never)).map(({ name }) => name)).toEqual(['a']);
    expect(await readText(fs, 'a')).toHaveLength(1000);
    expect(await codeOf(() => readText(fs, 'a'))).toBe('EACCES');
    expect(await codeOf(async () => fs.open(['a'], { write: true }, never))).toBe('EACCES');
    expect(await codeOf(async () => fs.remove?.(['a'], 'file', never))).toBe('EACCES');
    expect(fs.spec).toMatchObject({ kind: 'policy', options: { of: { kind: 'mem' } } });
  });
});
