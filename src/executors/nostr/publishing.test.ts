/** Events on their way out, to relays that take them and relays that do not. */
import { verifyEvent } from 'nostr-tools/pure';
import { describe, expect, it } from 'vitest';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { never } from '../../kernel/service.ts';
import { ask, readJson, tell } from '../../testing/capabilities.ts';
import { freePort } from '../../testing/httpserver.ts';
import { codeOf } from '../../testing/kernel.ts';
import { bench, ends, type Outgoing, relayFor, submit } from '../../testing/nostr.ts';
import { startLiar } from '../../testing/relay.ts';

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
