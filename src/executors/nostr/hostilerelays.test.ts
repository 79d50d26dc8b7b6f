/** Relays that forge events, lose connections and break the protocol. */
import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { readJson } from '../../testing/capabilities.ts';
import { bench, ends, note, publishPlain, relayFor, subscribe } from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';

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
