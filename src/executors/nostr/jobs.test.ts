/** Jobs for others (NIP-90), over a relay on loopback. */
import { describe, expect, it } from 'vitest';
import { ask, readJson } from '../../testing/capabilities.ts';
import { bench, note, publishPlain, relayFor } from '../../testing/nostr.ts';

describe('a job', () => {
  it('ends by itself, and no stranger ends it', async () => {
    const relay = await relayFor();
    const { fs } = await bench([relay.url]);
    const { id } = await ask(fs, 'request', { kind: 5050, input: 'x', timeout_secs: 3 });
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
