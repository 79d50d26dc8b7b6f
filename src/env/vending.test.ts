/** Jobs over a relay (NIP-90): asked by files, answered by programs in environments of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import type { FileService } from '../kernel/service.ts';
import { ask, capabilityBench, readJson, readText } from '../testing/capabilities.ts';
import { note, publishPlain } from '../testing/nostr.ts';
import { startRelay, type TestRelay } from '../testing/relay.ts';
import { workBench } from '../testing/work.ts';
import { Vending } from './vending.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Bench {
  readonly relay: TestRelay;
  serve(request: object): Promise<Record<string, unknown>>;
  /** Another party, with a key of its own. */
  readonly asks: FileService;
  envs(): readonly string[];
  /** Its public key. */
  readonly provider: string;
}

/** `now` is the provider's clock. */
async function bench(now = () => Date.now()): Promise<Bench> {
  const relay = await startRelay();
  ends.push(() => relay.kill());
  const provider = capabilityBench({}, { now }).capabilities;
  ends.push(() => provider.manager.shutdown(0));
  const { pubkey } = await (await provider.keyring()).generate('provider', 'a passphrase');
  const { work } = await workBench();
  const tree = new MemFs();
  const nothing = async (): Promise<void> => undefined;
  const vending = new Vending({
    work,
    kept: { tree, flush: nothing, sync: nothing },
    market: (who, policy, identity) => provider.market(who, policy, identity),
    now: () => Date.now(),
  });
  expect(await vending.resume()).toEqual([]);
  const asker = capabilityBench().capabilities;
  ends.push(() => asker.manager.shutdown(0));
  await (await asker.keyring()).generate('me', 'a passphrase');
  const asks = await asker.make('nostr', { relays: [relay.url], kinds: ['5000-5999'] }, 'page');
  return {
    relay,
    asks,
    serve: async (request) =>
      (await work.requests.get('serve')?.(JSON.stringify(request))) as Record<string, unknown>,
    envs: () => work.environments.ids,
    provider: pubkey,
  };
}

const shout = { Script: { text: 'cat /task/spec.json | grep \'"input": "\' | tr a-z A-Z' } };

describe('a job', () => {
  it('is asked for, done in a fresh environment, and its result is waited for', async () => {
    const { relay, asks, serve, envs } = await bench();
    expect(await serve({ kind: 5050, relays: [relay.url], job: shout })).toEqual({
      id: 'service-1',
    });
    const request = { kind: 5050, input: 'hello there', params: { lang: 'en' } };
    const { id } = await ask(asks, 'request', request);
    expect(await readJson(asks, `jobs/${id}/wait`)).toMatchObject({
      status: 'completed',
      content: expect.stringContaining('"INPUT": "HELLO THERE"'),
    });
    const feedback = (await readText(asks, `jobs/${id}/feedback.jsonl`)).trim().split('\n');
    expect(JSON.parse(feedback[0] as string)).toMatchObject({
      kind: 7000,
      tags: [
        ['status', 'processing'],
        ['e', expect.any(String)],
        ['p', expect.any(String)],
      ],
    });
    expect((await readJson(asks, `jobs/${id}/result.json`))['event']).toMatchObject({
      kind: 6050,
      tags: expect.arrayContaining([['i', 'hello there', 'text']]),
    });
    while (envs().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that fails, takes too long or asks for what is not done here is answered with why', async () => {
    const { relay, asks, serve, provider } = await bench();
    const relays = [relay.url];
    await serve({ kind: 5001, relays, job: { Script: { text: 'echo broken >&2; exit 3' } } });
    await serve({ kind: 5002, relays, job: { Script: { text: 'sleep 60' } }, timeout_secs: 0.3 });
    await serve({ kind: 5003, relays, job: shout, max_input: 5 });
    const end = async (kind: number, input: string): Promise<object> => {
      const { id } = await ask(asks, 'request', { kind, input, provider });
      return readJson(asks, `jobs/${id}/wait`);
    };
    const ended = await Promise.all([end(5001, 'x'), end(5002, 'x'), end(5003, 'far too long')]);
    expect(ended).toMatchObject([
      { status: 'failed', error: expect.stringMatching(/3/) },
      { status: 'failed', error: expect.stringMatching(/longer/) },
      { status: 'failed', error: 'the input is over 5 characters' },
    ]);
  }, 30_000);

  it('is done only so many at once, and a service ends', async () => {
    const { relay, asks, serve } = await bench();
    const job = { Script: { text: 'sleep 0.3; echo done' } };
    await serve({ id: 'slow', kind: 5100, relays: [relay.url], job, concurrency: 1 });
    const ids = await Promise.all(
      ['a', 'b'].map(async (input) => (await ask(asks, 'request', { kind: 5100, input }))['id']),
    );
    const results = await Promise.all(ids.map((id) => readJson(asks, `jobs/${id}/wait`)));
    expect(results).toMatchObject([{ content: 'done\n' }, { content: 'done\n' }]);
    expect(await serve({ list: true })).toMatchObject({ services: [{ id: 'slow', done: 2 }] });
    expect(await serve({ stop: 'slow' })).toEqual({ id: 'slow' });
    expect(await serve({ list: true })).toEqual({ services: [] });
  }, 30_000);

  it('a flood of requests ends nothing', async () => {
    // A minute that does not pass: as many as may be signed in it are signed, however slow the machine is.
    const started = Date.now();
    const { relay, serve } = await bench(() => started);
    await serve({ kind: 5200, relays: [relay.url], job: shout });
    const flood = Array.from({ length: 800 }, (_, n) => note(String(n), { kind: 5200 }));
    await publishPlain(relay.url, flood);
    const failed = async (): Promise<number> => {
      const { services } = (await serve({ list: true })) as { services: { failed: number }[] };
      return services[0]?.failed ?? 0;
    };
    // Those that could not be told why, since so many may be signed a minute.
    while ((await failed()) < 100) await new Promise((resolve) => setTimeout(resolve, 20));
  }, 180_000);

  it.each([
    [{ kind: 1, relays: ['wss://r.example'], job: shout }],
    [{ kind: 5050, relays: [], job: shout }],
    [{ kind: 5050, relays: ['wss://r.example'], job: { Custom: { name: 'x', input: 1 } } }],
    [{ kind: 5050, relays: ['wss://r.example'], job: shout, environment: { task: {} } }],
    [{ kind: 5050, relays: ['http://r.example'], job: shout }],
    [{ kind: 5050, relays: ['ws://127.0.0.1'], job: shout, concurrency: 1000 }],
  ])('%j is no offer', async (offer) => {
    const { serve } = await bench();
    await expect(serve(offer)).rejects.toMatchObject({ code: 'EINVAL' });
  });
});
