/** A relay that is killed and started again under load: nothing is lost, nothing comes twice, nothing forged is believed. */
import { describe, expect, it } from 'vitest';
import { bench, note, now, publishPlain, relayFor, subscribe } from '../../testing/nostr.ts';

describe('a relay that is restarted', () => {
  it('10,000 events come while it is restarted five times: each once, none that is forged', async () => {
    const relay = await relayFor();
    const { fs } = await bench(
      [relay.url],
      { bytes: { total: 2 ** 33 } },
      {
        nostr_reconnect: { tries: 50, initial: 20, factor: 1.5, cap: 200 },
      },
    );
    const sub = await subscribe(fs, { kinds: [1] });
    await sub.live();
    const total = 10_000;
    const start = now() - total;
    // Signed beforehand, so that it is the relay and we who are busy.
    const all = Array.from({ length: total }, (_, n) =>
      note(`${n}`, { created_at: start + Math.floor(n / 4) }),
    );
    const publisher = (async () => {
      for (let from = 0; from < total; from += 500) {
        const batch = all.slice(from, from + 500);
        for (;;) {
          const sent = await publishPlain(relay.url, batch).then(
            () => true,
            () => false,
          );
          if (sent) break;
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      }
    })();
    for (let n = 0; n < 5; n++) {
      while (relay.stored.size < (n + 1) * 1500)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await relay.kill();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await relay.start();
    }
    const seen = new Map<string, number>();
    while (seen.size < total) {
      const { id } = await sub.next();
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
    await publisher;
    expect(new Set(seen.values())).toEqual(new Set([1]));
    expect(await sub.status()).toMatchObject({ delivered: total, refused: 0 });
  }, 240_000);
});
