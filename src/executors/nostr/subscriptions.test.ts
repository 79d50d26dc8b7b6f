/** Subscriptions (NIP-01), to a relay that others wrote and to relays that answer as a test tells them. */
import { describe, expect, it } from 'vitest';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { never } from '../../kernel/service.ts';
import { readJson, tell } from '../../testing/capabilities.ts';
import { codeOf } from '../../testing/kernel.ts';
import {
  bench,
  ends,
  note,
  now,
  other,
  publishPlain,
  relayFor,
  subscribe,
} from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';

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
