/** What waits for authentication (NIP-42) that never completes, or completes late, ends with its reason. */
import { describe, expect, it } from 'vitest';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { network } from '../../node/network.ts';
import { bench, ends, relayFor, type Sub, submit, subscribe } from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';
import type { Platform } from '../platform.ts';

describe('a relay that demands authentication and does not complete it', () => {
  const TIMEOUT = 30_000;
  const demanded = 'auth-required: members only';
  const late = `${demanded} (authentication did not end within 30 s)`;

  /** A clock whose timeouts of `TIMEOUT` run when a test lets them. */
  const manualClock = (): { readonly clock: Pick<Platform, 'after'>; expire(): void } => {
    const timers = new Set<() => void>();
    const after: Platform['after'] = (ms, run) => {
      if (ms !== TIMEOUT) return network.after(ms, run);
      timers.add(run);
      return () => void timers.delete(run);
    };
    const expire = (): void => {
      for (const run of [...timers]) if (timers.delete(run)) run();
    };
    return { clock: { after }, expire };
  };

  /** A relay that refuses everything until it has heard an AUTH that it accepts. */
  const startStrict = async (acceptsAuth: boolean) => {
    let isKnown = false;
    let challenge = (): void => undefined;
    const heard: string[] = [];
    const relay = await startLiar((message, send) => {
      const [type, first] = message;
      challenge = () => send(['AUTH', 'challenge']);
      heard.push(type as string);
      const id = type === 'REQ' ? first : (first as NostrEvent).id;
      if (type === 'REQ') send(isKnown ? ['EOSE', id] : ['CLOSED', id, demanded]);
      if (type === 'EVENT') send(['OK', id, isKnown, isKnown ? '' : demanded]);
      if (type !== 'AUTH' || !acceptsAuth) return;
      isKnown = true;
      send(['OK', id, true, '']);
    });
    ends.push(relay.close);
    return { url: relay.url, heard, challenge: () => challenge() };
  };

  it('a subscription tells the reason at once, and is closed after 30 s without a challenge', async () => {
    const { url } = await startStrict(true);
    const { clock, expire } = manualClock();
    const { fs } = await bench([url], {}, { nostr_sub_timeout: TIMEOUT }, clock);
    const sub = await subscribe(fs, { kinds: [1] });
    expect(await standing(sub, url, 'waiting')).toEqual({ state: 'waiting', reason: demanded });
    expire();
    expect(await standing(sub, url, 'closed')).toEqual({ state: 'closed', reason: late });
    const second = await subscribe(fs, { kinds: [7] });
    expect((await standing(second, url, 'waiting')).reason).toBe(demanded);
    expire();
    expect((await standing(second, url, 'closed')).reason).toBe(late);
  });

  it('a subscription that was closed begins again when the challenge comes late', async () => {
    const { url, challenge } = await startStrict(true);
    const { clock, expire } = manualClock();
    const { fs } = await bench([url], {}, { nostr_sub_timeout: TIMEOUT }, clock);
    const sub = await subscribe(fs, { kinds: [1] });
    await standing(sub, url, 'waiting');
    expire();
    await standing(sub, url, 'closed');
    challenge();
    expect(await standing(sub, url, 'live')).toEqual({ state: 'live' });
    expire();
    expect((await sub.status()).relays).toEqual({ [url]: { state: 'live' } });
  });

  it('a subscription is closed after 30 s where the relay never answers the AUTH', async () => {
    const { url, heard, challenge } = await startStrict(false);
    const { clock, expire } = manualClock();
    const { fs } = await bench([url], {}, { nostr_sub_timeout: TIMEOUT }, clock);
    const sub = await subscribe(fs, { kinds: [1] });
    await standing(sub, url, 'waiting');
    challenge();
    while (!heard.includes('AUTH')) await new Promise((resolve) => setTimeout(resolve, 5));
    expire();
    expect(await standing(sub, url, 'closed')).toEqual({ state: 'closed', reason: late });
  });

  it('an event is rejected with the reason of the relay after 30 s, and published where the challenge comes before', async () => {
    const { url, heard, challenge } = await startStrict(true);
    const { clock, expire } = manualClock();
    const { fs } = await bench([url], {}, { nostr_sub_timeout: TIMEOUT }, clock);
    const sub = await subscribe(fs, { kinds: [1] });
    const first = submit(fs, { kind: 1, content: 'x' });
    while (!heard.includes('EVENT')) await new Promise((resolve) => setTimeout(resolve, 5));
    // What the relay answers later comes later: its refusal of this is after that of the event.
    const marker = await subscribe(fs, { kinds: [7] });
    await standing(marker, url, 'waiting');
    expire();
    expect((await first).relays[url]).toBe(`rejected ${late}`);
    const second = submit(fs, { kind: 1, content: 'y' });
    while (heard.filter((type) => type === 'EVENT').length < 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
    challenge();
    expect((await second).relays[url]).toBe('ok');
    await standing(sub, url, 'live');
  });

  it('a subscription is closed with the reason where the policy does not let that be signed', async () => {
    const relay = await relayFor({ auth: true });
    const { fs } = await bench([relay.url], { kinds: [1] });
    const sub = await subscribe(fs, { kinds: [1] });
    const { state, reason } = await standing(sub, relay.url, 'closed');
    expect(state).toBe('closed');
    expect(reason).toMatch(/^auth-required: .*22242/);
  });
  it('an event that the relay has not refused is not rejected with those that it has', async () => {
    let answer: (() => void) | undefined;
    const liar = await startLiar((message, send) => {
      const [type, first] = message;
      if (type === 'REQ') {
        send(['AUTH', 'challenge']);
        send(['CLOSED', first, demanded]);
      }
      const { id, content } = first as NostrEvent;
      if (type === 'AUTH') send(['OK', id, false, 'restricted: no']);
      // Only reading demands authentication here; the answer comes after its denial.
      if (type === 'EVENT') answer = () => send(['OK', id, content === 'x', '']);
    });
    ends.push(liar.close);
    const { fs } = await bench([liar.url]);
    const event = submit(fs, { kind: 1, content: 'x' });
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 5));
    const sub = await subscribe(fs, { kinds: [1] });
    await standing(sub, liar.url, 'closed');
    answer();
    expect((await event).relays[liar.url]).toBe('ok');
  });
});

/** Waits until a relay stands to a subscription in this state with a reason, or is live. */
async function standing(
  sub: Sub,
  url: string,
  state: string,
): Promise<{ readonly state: string; readonly reason?: string }> {
  for (;;) {
    const { relays } = await sub.status();
    const now = (relays as Record<string, { state: string; reason?: string }>)[url];
    if (now?.state === state && (state === 'live' || now.reason !== undefined)) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
