/** Authentication to relays that demand it (NIP-42). */
import { describe, expect, it } from 'vitest';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { readJson } from '../../testing/capabilities.ts';
import { bench, ends, relayFor, submit, subscribe } from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';

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

  it('an event is rejected with the reason of a relay that denies the answer to its challenge', async () => {
    const liar = await startLiar((message, send) => {
      const [type, first] = message;
      if (type === 'EVENT') {
        send(['AUTH', 'challenge']);
        send(['OK', (first as NostrEvent).id, false, 'auth-required: who are you']);
      }
      if (type === 'AUTH') send(['OK', (first as NostrEvent).id, false, 'restricted: no']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    expect((await submit(fs, { kind: 1, content: 'x' })).relays[liar.url]).toBe(
      'rejected restricted: no',
    );
  });

  it('where the policy does not let that be signed, the relay has the last word', async () => {
    const relay = await relayFor({ auth: true });
    const { fs } = await bench([relay.url], { kinds: [1] });
    expect((await submit(fs, { kind: 1, content: 'x' })).relays[relay.url]).toMatch(
      /^rejected auth-required: .*22242/,
    );
  });
});
