/** NostrFs with its relay executor against a third-party relay on loopback, and a liar. */
import { verifyEvent } from 'nostr-tools/pure';
import { describe, expect, it } from 'vitest';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { never } from '../../kernel/service.ts';
import { ask, readJson, readText, tell } from '../../testing/capabilities.ts';
import { freePort } from '../../testing/httpserver.ts';
import { bytes, codeOf } from '../../testing/kernel.ts';
import {
  bench,
  ends,
  note,
  now,
  type Outgoing,
  other,
  publishPlain,
  relayFor,
  submit,
  subscribe,
} from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';

describe('an identity', () => {
  it('is told, and its key is nowhere', async () => {
    const { fs, pubkey, kept } = await bench(['ws://127.0.0.1:1/']);
    expect(await readText(fs, 'identity/pubkey')).toBe(`${pubkey}\n`);
    expect(await readText(fs, 'identity/npub')).toMatch(/^npub1[a-z0-9]{58}\n$/);
    expect(JSON.stringify(kept())).toContain('ncryptsec1');
    expect(await readJson(fs, 'status')).toMatchObject({ status: 'ready', pubkey });
  });

  it('signs nothing while it is locked, nor without a key', async () => {
    const relay = await relayFor();
    const { fs, capabilities } = await bench([relay.url]);
    const keyring = await capabilities.keyring();
    keyring.lock('me');
    expect(await submit(fs, { kind: 1, content: 'x' })).toMatchObject({
      status: 'failed',
      kind: 'signer',
    });
    await expect(keyring.unlock('me', 'another one')).rejects.toMatchObject({ code: 'EACCES' });
    await keyring.unlock('me', 'a passphrase');
    expect((await submit(fs, { kind: 1, content: 'x' })).status).toBe('done');
    await keyring.remove('me');
    expect(await codeOf(() => readText(fs, 'identity/pubkey'))).toBe('ENXIO');
  });
});

describe('publishing', () => {
  it('signs, and tells what each relay said', async () => {
    const [a, b] = [await relayFor(), await relayFor()];
    const gone = `ws://127.0.0.1:${await freePort()}/`;
    const { fs, pubkey } = await bench([a.url, b.url, gone]);
    const done = await submit(fs, { kind: 1, content: 'hello', tags: [['t', 'x']] });
    expect(done.relays).toMatchObject({ [a.url]: 'ok', [b.url]: 'ok' });
    expect(done.relays[gone]).toMatch(/^gave up/);
    expect(done.event).toMatchObject({ pubkey, kind: 1, content: 'hello', tags: [['t', 'x']] });
    expect(verifyEvent(done.event as never)).toBe(true);
    expect([...a.stored.keys()]).toEqual([done.event.id]);
    expect((await fs.readdir(['outbox'], never)).length).toBe(0);
    expect((await fs.readdir(['sent'], never)).length).toBe(1);
  });

  it('what a relay rejects is told with its reason', async () => {
    const liar = await startLiar((message, send) => {
      if (message[0] === 'EVENT')
        send(['OK', (message[1] as NostrEvent).id, false, 'blocked: not you']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    expect((await submit(fs, { kind: 1, content: 'x' })).relays).toEqual({
      [liar.url]: 'rejected blocked: not you',
    });
  });

  it('the same event twice is answered twice', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const all = await Promise.all(
      Array.from({ length: 4 }, () => submit(fs, { kind: 1, content: 'same' })),
    );
    expect(all.map(({ relays }) => relays[relay.url])).toEqual(
      all.map(() => expect.stringMatching(/^ok/)),
    );
  });

  it('waits for a relay that comes back, and gives up one that never answers', async () => {
    const relay = await relayFor();
    await relay.kill();
    const { fs } = await bench(
      [relay.url],
      {},
      {
        nostr_reconnect: { tries: 20, initial: 40, factor: 1, cap: 40 },
      },
    );
    const { id } = await ask(fs, 'submit', { kind: 1, content: 'early' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await relay.start();
    expect((await readJson<Outgoing>(fs, `wait/${id}`)).relays[relay.url]).toMatch(/^ok/);
    const silent = await startLiar(() => undefined);
    ends.push(silent.close);
    const quiet = await bench([silent.url], {}, { nostr_sub_timeout: 150 });
    expect((await submit(quiet.fs, { kind: 1, content: 'x' })).relays[silent.url]).toBe(
      'gave up no answer within 0.15 s',
    );
  });

  it('200 at once are each answered, and verified by the relay', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const ids = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const { id } = await ask(fs, 'submit', { kind: 1, content: `note ${n}` });
        return id;
      }),
    );
    const all = await Promise.all(ids.map((id) => readJson<Outgoing>(fs, `wait/${id}`)));
    expect(all.every(({ relays }) => relays[relay.url] === 'ok')).toBe(true);
    expect(relay.stored.size).toBe(200);
  }, 30_000);

  it.each([
    ['{"kind":4,"content":"a secret word"}', 'EACCES'],
    ['{"kind":70000,"content":""}', 'EINVAL'],
    ['{"kind":1,"content":1}', 'EINVAL'],
    ['{"kind":1,"content":"","tags":[[1]]}', 'EINVAL'],
    ['{"kind":1,"content":"","sig":"00"}', 'EINVAL'],
  ])('%s is %s', async (request, code) => {
    const { fs, refused } = await bench(['ws://127.0.0.1:1/']);
    expect(await codeOf(() => tell(fs, 'submit', request))).toBe(code);
    expect(refused).toHaveLength(code === 'EACCES' ? 1 : 0);
  });
});

describe('relays', () => {
  it('are listed, added, replaced and taken away; others are refused', async () => {
    const [a, b] = [await relayFor(), await relayFor()];
    const { fs } = await bench([a.url, b.url]);
    expect(await readText(fs, 'relays')).toBe(`${a.url}\n${b.url}\n`);
    const replace = await fs.open(['relays'], { write: true, truncate: true }, never);
    await replace.write?.(0, bytes(`${b.url}\n`), never);
    expect(await readText(fs, 'relays')).toBe(`${b.url}\n`);
    await tell(fs, 'relays', `${a.url}\n`);
    await tell(fs, 'relays', `-${b.url}\n`);
    expect(await readText(fs, 'relays')).toBe(`${a.url}\n`);
    expect(await codeOf(() => tell(fs, 'relays', `-${b.url.slice(0, -1)}\n`))).toBe('ENOENT');
    await (await fs.open(['relays'], { write: true, truncate: true }, never)).close?.();
    expect(await readText(fs, 'relays')).toBe('');
    expect(await codeOf(() => tell(fs, 'relays', 'wss://elsewhere.example/\n'))).toBe('EACCES');
    expect(await codeOf(() => tell(fs, 'relays', 'ws://169.254.169.254/\n'))).toBe('EACCES');
    expect(await codeOf(() => tell(fs, 'relays', 'https://127.0.0.1/\n'))).toBe('EINVAL');
  });
});

describe('a subscription', () => {
  it('yields what is stored and what comes, once over all relays, and says EOSE', async () => {
    const [a, b] = [await relayFor(), await relayFor()];
    const old = note('old');
    await publishPlain(a.url, [old]);
    await publishPlain(b.url, [old]);
    const { fs } = await bench([a.url, b.url]);
    const sub = await subscribe(fs, { kinds: [1], authors: [other] });
    expect(await sub.next()).toEqual(JSON.parse(JSON.stringify(old)));
    await sub.live();
    const fresh = note('new');
    await publishPlain(b.url, [fresh, note('another kind', { kind: 7 })]);
    await publishPlain(a.url, [fresh]);
    expect((await sub.next()).id).toBe(fresh.id);
    expect(await sub.status()).toMatchObject({ delivered: 2, refused: 0 });
    expect(await readJson(fs, `inbox/${fresh.id}.json`)).toMatchObject({ content: 'new' });
    await sub.close();
    while (a.subscriptions() + b.subscriptions() > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await codeOf(async () => fs.stat(['subs', sub.n], never))).toBe('ENOENT');
  });

  it('pages back through more than a relay sends at once', async () => {
    const relay = await relayFor();
    const many = Array.from({ length: 1200 }, (_, n) =>
      note(`n ${n}`, { created_at: now() - 2000 + n }),
    );
    await publishPlain(relay.url, many);
    const { fs } = await bench([relay.url]);
    const sub = await subscribe(fs, { kinds: [1] });
    await sub.live();
    expect((await sub.status()).delivered).toBe(1200);
    await sub.close();
  }, 60_000);

  it.each(['{"kinds":["1"]}', '{"ids":["xyz"]}', '{"#e":"x"}', '{"search":1}', '{"since":-1}'])(
    '%s is no filter',
    async (filter) => {
      const { fs } = await bench(['ws://127.0.0.1:1/']);
      const control = await fs.open(['subs', 'clone'], { read: true, write: true }, never);
      expect(await codeOf(() => tell(fs, 'subs/1/filter', filter))).toBe('EINVAL');
      await control.close?.();
    },
  );
});

describe('a filter with words to search for (NIP-50)', () => {
  it('is passed on, and what the relay finds is delivered', async () => {
    const found = note('has it by another word');
    const asked: unknown[] = [];
    const relay = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      asked.push(message[2]);
      send(['EVENT', message[1], found]);
      send(['EOSE', message[1]]);
    });
    ends.push(relay.close);
    const { fs } = await bench([relay.url]);
    const filter = { kinds: [1], search: 'best nostr apps language:en' };
    const sub = await subscribe(fs, filter);
    expect((await sub.next()).id).toBe(found.id);
    expect(asked).toEqual([filter]);
  });
});

describe('events that are valid in odd ways', () => {
  it('those that have expired are ignored, on arrival and in the inbox (NIP-40)', async () => {
    const expiring = (content: string, at: number): NostrEvent =>
      note(content, { tags: [['expiration', String(at)]] });
    const liar = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      const all = [
        expiring('over', now() - 60),
        expiring('over for long', 0),
        expiring('still there', now() + 3600),
        expiring('soon over', now() + 2),
        note('no time', { tags: [['expiration', 'tomorrow']] }),
        note('no time either', { tags: [['expiration']] }),
      ];
      for (const event of all) send(['EVENT', message[1], event]);
      send(['EOSE', message[1]]);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    const sub = await subscribe(fs, { kinds: [1] });
    await sub.live();
    const got = [await sub.next(), await sub.next(), await sub.next(), await sub.next()];
    expect(got.map(({ content }) => content)).toEqual([
      ...['still there', 'soon over', 'no time', 'no time either'],
    ]);
    expect(await sub.status()).toMatchObject({ delivered: 4, refused: 0 });
    while ((await fs.readdir(['inbox'], never)).length > 3)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('pages back past a page of expired ones', async () => {
    const at = now() - 5000;
    const tags = [['expiration', String(at + 2000)]];
    const stored = [
      ...Array.from({ length: 70 }, (_, n) => note(`e${n}`, { created_at: at - n, tags })),
      note('old', { created_at: at - 100 }),
    ];
    const relay = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      const { until = at } = message[2] as { until?: number };
      const page = stored.filter(({ created_at }) => created_at <= until).slice(0, 60);
      for (const event of page) send(['EVENT', message[1], event]);
      send(['EOSE', message[1]]);
    });
    ends.push(relay.close);
    const { fs } = await bench([relay.url]);
    const sub = await subscribe(fs, { kinds: [1] });
    expect((await sub.next()).content).toBe('old');
    await sub.live();
    expect((await sub.status()).delivered).toBe(1);
  });

  it('one with thousands of tags is delivered', async () => {
    const tags = Array.from({ length: 3000 }, () => ['p', other]);
    const relay = await startLiar((message, send) => {
      if (message[0] === 'REQ') send(['EVENT', message[1], note('', { kind: 3, tags })]);
    });
    ends.push(relay.close);
    const { fs } = await bench([relay.url]);
    const sub = await subscribe(fs, { kinds: [3] });
    expect((await sub.next()).tags).toHaveLength(3000);
    expect(await sub.status()).toMatchObject({ delivered: 1, refused: 0 });
  });
});

it('a relay that sends many events holds up no other mount', async () => {
  const many = Array.from({ length: 600 }, (_, n) => note(`a ${n}`));
  const [busy, quiet] = await Promise.all(
    [many, [note('b')]].map((events) =>
      startLiar((message, send) => {
        if (message[0] !== 'REQ') return;
        for (const event of events) send(['EVENT', message[1], event]);
        send(['EOSE', message[1]]);
      }),
    ),
  );
  ends.push(busy?.close as () => void, quiet?.close as () => void);
  const { capabilities, fs } = await bench([busy?.url as string]);
  const policy = { relays: [quiet?.url] };
  const second = await capabilities.make('nostr', policy, 'page');
  const flood = await subscribe(fs, { kinds: [1] });
  await flood.next();
  const sub = await subscribe(second, { kinds: [1] });
  expect((await sub.next()).content).toBe('b');
  expect((await flood.status()).delivered).toBeLessThan(500);
}, 60_000);

describe('what relays do wrong', () => {
  it('forged, changed and unasked events are refused, and block none that are right', async () => {
    const genuine = note('right');
    const forged = { ...genuine, content: 'TAMPERED' };
    const future = { ...note('future', { created_at: 4_102_444_800 }), sig: '0'.repeat(128) };
    const unasked = note('unasked', { kind: 7 });
    const liar = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      const id = message[1];
      send(['EVENT', id, forged]);
      send(['EVENT', id, future]);
      send(['EVENT', id, unasked]);
      send(['EVENT', id, { ...genuine, id: genuine.id.toUpperCase() }]);
      send(['EVENT', id, 'nonsense']);
      send(['EVENT', 'another', genuine]);
      send(['EVENT', id, genuine]);
      send(['EOSE', id]);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    const sub = await subscribe(fs, { kinds: [1] });
    expect((await sub.next()).content).toBe('right');
    await sub.live();
    expect(await sub.status()).toMatchObject({ delivered: 1, refused: 5 });
    expect((await fs.readdir(['inbox'], never)).length).toBe(1);
  });

  it('a forged date does not decide what is asked for after a reconnect', async () => {
    const asked: unknown[] = [];
    const future = { ...note('x', { created_at: 4_102_444_800 }), sig: '0'.repeat(128) };
    const real = note('from the future', { created_at: 4_102_444_700 });
    const liar = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      asked.push(message.slice(2));
      send(['EVENT', message[1], future]);
      send(['EVENT', message[1], real]);
      send(['EOSE', message[1]]);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    const filter = { kinds: [1] };
    const sub = await subscribe(fs, filter);
    await sub.next();
    await sub.live();
    liar.cut();
    while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toEqual([[filter], [filter]]);
    expect((await sub.status()).delivered).toBe(1);
  });

  it('a limit hides nothing that was published while the connection was lost', async () => {
    const relay = await relayFor();
    await publishPlain(relay.url, [note('a')]);
    const { fs } = await bench(
      [relay.url],
      {},
      {
        nostr_reconnect: { tries: 50, initial: 100, factor: 1, cap: 100 },
      },
    );
    const sub = await subscribe(fs, { kinds: [1], limit: 1 });
    await sub.next();
    await relay.kill();
    const meanwhile = ['b', 'c', 'd'].map((content) => note(content));
    for (const event of meanwhile) (relay.stored as Map<string, unknown>).set(event.id, event);
    await relay.start();
    const got = [await sub.next(), await sub.next(), await sub.next()];
    expect(new Set(got.map(({ content }) => content))).toEqual(new Set(['b', 'c', 'd']));
  });

  it('NOTICE, CLOSED and nonsense are told, and nothing ends of it', async () => {
    const liar = await startLiar((message, send) => {
      if (message[0] !== 'REQ') return;
      send(['NOTICE', 'slow down']);
      send(['NOTHING']);
      send(['EOSE']);
      send(['OK', 1, 2, 3]);
      send(['CLOSED', message[1], 'restricted: not for you']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    const sub = await subscribe(fs, { kinds: [1] });
    const closed = async (): Promise<boolean> =>
      JSON.stringify((await sub.status()).relays).includes('restricted: not for you');
    while (!(await closed())) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await readJson(fs, 'status')).toMatchObject({
      relays: { [liar.url]: { state: 'open', notices: ['slow down'] } },
    });
  });
});

describe('the inbox', () => {
  it('has an event once that two subscriptions wanted, and the largest too', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const subs = [await subscribe(fs, { kinds: [1] }), await subscribe(fs, { authors: [other] })];
    await publishPlain(relay.url, [note('x'.repeat(50_000))]);
    for (const sub of subs) await sub.next();
    expect(await readJson(fs, 'status')).toMatchObject({ received: 1, inbox_count: 1 });
  });
});

describe('a job', () => {
  it('ends by itself, and no stranger ends it', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const { id } = await ask(fs, 'request', { kind: 5050, input: 'x', timeout_secs: 0.5 });
    while (relay.stored.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [request = ''] = relay.stored.keys();
    const tags = [
      ['status', 'error', 'a stranger says so'],
      ['e', request],
    ];
    await publishPlain(relay.url, [note('', { kind: 7000, tags })]);
    expect(await readJson(fs, `jobs/${id}/wait`)).toMatchObject({
      status: 'failed',
      error: 'a stranger says so',
    });
    while (relay.subscriptions() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('asks for no more relays and answers than there may be', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const relays = Array.from({ length: 40 }, (_, n) => `${relay.url}${n}`);
    expect(await ask(fs, 'request', { kind: 5050, input: 'x', relays })).toMatchObject({
      error: 'ENOSPC',
    });
    const all = await Promise.all(
      Array.from({ length: 70 }, () => ask(fs, 'request', { kind: 5050, input: 'x' })),
    );
    expect(all.filter(({ error }) => error === 'ENOSPC')).toHaveLength(70 - 64);
  });
});

describe('NIP-42', () => {
  it('says who it is where the relay wants it, publishes and subscribes again, and closes what it opened', async () => {
    const relay = await relayFor({ auth: true });
    const { fs, pubkey } = await bench([relay.url]);
    const sub = await subscribe(fs, { kinds: [1], authors: [pubkey] });
    const done = await submit(fs, { kind: 1, content: 'known' });
    expect(done.relays[relay.url]).toBe('ok');
    expect((await sub.next()).content).toBe('known');
    expect(await readJson(fs, 'status')).toMatchObject({
      relays: { [relay.url]: { authenticated: true } },
    });
    await sub.close();
    // The relay closed the first of its own accord; the second is closed by us.
    while (!relay.seen.includes('CLOSE')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(relay.seen.filter((word) => word === 'AUTH')).toHaveLength(1);
  });

  it('a relay that is never content is told once', async () => {
    let auths = 0;
    const liar = await startLiar((message, send) => {
      if (message[0] === 'EVENT') {
        send(['AUTH', 'challenge']);
        send(['OK', (message[1] as NostrEvent).id, false, 'auth-required: again']);
      }
      if (message[0] !== 'AUTH') return;
      auths++;
      send(['OK', (message[1] as NostrEvent).id, true, '']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    expect((await submit(fs, { kind: 1, content: 'x' })).relays[liar.url]).toMatch(
      /^rejected auth/,
    );
    expect(auths).toBe(1);
  });

  it('a relay that denies who asks ends what waits for it at once, with its reason', async () => {
    let auths = 0;
    const liar = await startLiar((message, send) => {
      const [type, first] = message;
      if (type === 'REQ') send(['CLOSED', first, 'auth-required: who are you']);
      if (type === 'EVENT')
        send(['OK', (first as NostrEvent).id, false, 'auth-required: who are you']);
      if (type === 'REQ' && auths === 0) send(['AUTH', 'challenge']);
      if (type !== 'AUTH') return;
      auths++;
      send(['OK', (first as NostrEvent).id, false, 'restricted: not on the list']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url], {}, { nostr_sub_timeout: 60_000 });
    const sub = await subscribe(fs, { kinds: [1] });
    const denied = 'restricted: not on the list';
    expect((await submit(fs, { kind: 1, content: 'x' })).relays[liar.url]).toBe(
      `rejected ${denied}`,
    );
    expect((await submit(fs, { kind: 1, content: 'y' })).relays[liar.url]).toMatch(/^rejected /);
    expect((await sub.status()).relays).toEqual({
      [liar.url]: { state: 'closed', reason: denied },
    });
    expect(auths).toBe(1);
  });

  it.each(['before', 'never'])(
    'a relay whose challenge comes %s it is asked for leaves nothing to wait',
    async (when) => {
      const liar = await startLiar((message, send) => {
        const [type, first] = message;
        if (type === 'EVENT') {
          if (when === 'before') send(['AUTH', 'challenge']);
          send(['OK', (first as NostrEvent).id, false, 'auth-required: who are you']);
        }
        if (type === 'AUTH') send(['OK', (first as NostrEvent).id, false, 'restricted: no']);
      });
      ends.push(liar.close);
      const { fs } = await bench([liar.url], {}, { nostr_sub_timeout: 400 });
      expect((await submit(fs, { kind: 1, content: 'x' })).relays[liar.url]).toMatch(
        when === 'before' ? /^rejected restricted: no$/ : /^(rejected|gave up) .+/,
      );
    },
  );

  it('where the policy does not let that be signed, the relay has the last word', async () => {
    const relay = await relayFor({ auth: true });
    const { fs } = await bench([relay.url], { kinds: [1] });
    expect((await submit(fs, { kind: 1, content: 'x' })).relays[relay.url]).toMatch(
      /^rejected auth-required: .*22242/,
    );
  });
});
