/** Clients that others wrote, through the same relay: NDK reads what we publish, and signs for us (NIP-46). */
import NDK, {
  NDKEvent,
  type NDKFilter,
  NDKNip46Backend,
  NDKPrivateKeySigner,
} from '@nostr-dev-kit/ndk';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket as PlainSocket } from 'ws';
import type { NostrEvent } from '../../fs/nostr/event.ts';
import { never } from '../../kernel/service.ts';
import { ask, capabilityBench, readJson, readText, tell } from '../../testing/capabilities.ts';
import { text } from '../../testing/kernel.ts';
import { startRelay, type TestRelay } from '../../testing/relay.ts';

beforeAll(() => {
  // Node 20 has none of its own.
  globalThis.WebSocket ??= PlainSocket as never;
});

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function relayAndNdk(): Promise<{ relay: TestRelay; ndk: NDK; signer: NDKPrivateKeySigner }> {
  const relay = await startRelay();
  ends.push(() => relay.kill());
  const signer = NDKPrivateKeySigner.generate();
  const ndk = new NDK({ explicitRelayUrls: [relay.url], signer, enableOutboxModel: false });
  await ndk.connect(2000);
  ends.push(() => {
    for (const each of ndk.pool.relays.values()) each.disconnect();
  });
  return { relay, ndk, signer };
}

describe('NDK', () => {
  it('reads what we publish, and we what it publishes', async () => {
    const { relay, ndk, signer } = await relayAndNdk();
    const { capabilities } = capabilityBench();
    ends.push(() => capabilities.manager.shutdown(0));
    const { pubkey } = await (await capabilities.keyring()).generate('me', 'a passphrase');
    const fs = await capabilities.make('nostr', { relays: [relay.url], kinds: [1] }, 'page');
    const filter: NDKFilter = { kinds: [1], authors: [pubkey] };
    const heard = new Promise<NDKEvent>((resolve) => {
      ndk.subscribe(filter, { closeOnEose: false }).on('event', resolve);
    });
    const { id } = await ask(fs, 'submit', { kind: 1, content: 'to NDK', tags: [['t', 'x']] });
    await readText(fs, `wait/${id}`);
    expect((await heard).rawEvent()).toMatchObject({
      content: 'to NDK',
      pubkey,
      tags: [['t', 'x']],
    });

    const control = await fs.open(['subs', 'clone'], { read: true, write: true }, never);
    await tell(fs, 'subs/1/filter', JSON.stringify({ authors: [signer.pubkey] }));
    const events = await fs.open(['subs', '1', 'events'], { read: true }, never);
    const event = new NDKEvent(ndk);
    event.kind = 1;
    event.content = 'from NDK';
    await event.publish();
    const line = text((await events.read?.(0, 65_536, never)) as Uint8Array);
    expect(JSON.parse(line)).toMatchObject({ content: 'from NDK', pubkey: signer.pubkey });
    await events.close?.();
    await control.close?.();
  });

  it('signs for us as a remote signer (NIP-46), which is asked for each event', async () => {
    const { relay, ndk, signer } = await relayAndNdk();
    const asked: string[] = [];
    const backend = new NDKNip46Backend(ndk, signer, async ({ method }) => {
      asked.push(method);
      return true;
    });
    backend.applyToken = async () => undefined;
    await backend.start();
    while (relay.subscriptions() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { capabilities, kept } = capabilityBench();
    ends.push(() => capabilities.manager.shutdown(0));
    const keyring = await capabilities.keyring();
    ends.push(() => keyring.lock('remote'));
    const url = `bunker://${backend.localUser?.pubkey}?relay=${encodeURIComponent(relay.url)}&secret=token`;
    const key = await keyring.addRemote('remote', url, 'a passphrase');
    expect(key).toMatchObject({ kind: 'nip46', pubkey: signer.pubkey, state: 'ready' });
    expect(JSON.stringify(kept())).not.toContain('token');
    const fs = await capabilities.make(
      'nostr',
      { relays: [relay.url], kinds: [1] },
      'page',
      'remote',
    );
    const { id } = await ask(fs, 'submit', { kind: 1, content: 'signed elsewhere' });
    const sent = await readJson<{ event: NostrEvent; relays: object }>(fs, `wait/${id}`);
    expect(sent).toMatchObject({ event: { pubkey: signer.pubkey }, relays: { [relay.url]: 'ok' } });
    expect(asked).toContain('sign_event');
    // Locked, it signs nothing; unlocked, with the same key of ours, it does again.
    keyring.lock('remote');
    const locked = await ask(fs, 'submit', { kind: 1, content: 'locked' });
    expect(await readJson(fs, `wait/${locked['id']}`)).toMatchObject({ kind: 'signer' });
    await keyring.unlock('remote', 'a passphrase');
    const again = await ask(fs, 'submit', { kind: 1, content: 'again' });
    expect(await readJson(fs, `wait/${again['id']}`)).toMatchObject({ status: 'done' });
  });
});

describe('signers', () => {
  it("the browser's extension (NIP-07) signs, and what it gives back must be what was asked", async () => {
    const relay = await startRelay();
    ends.push(() => relay.kill());
    const signer = NDKPrivateKeySigner.generate();
    let honest = true;
    const { capabilities } = capabilityBench({}, {}, undefined, async (method, argument) => {
      if (method === 'getPublicKey') return signer.pubkey;
      const event = new NDKEvent(undefined, argument as never);
      if (!honest) event.content = 'something else';
      await event.sign(signer);
      return event.rawEvent();
    });
    ends.push(() => capabilities.manager.shutdown(0));
    const key = await (await capabilities.keyring()).addExtension('browser');
    expect(key).toMatchObject({ kind: 'nip07', pubkey: signer.pubkey, state: 'ready' });
    const fs = await capabilities.make('nostr', { relays: [relay.url], kinds: [1] }, 'page');
    const one = await ask(fs, 'submit', { kind: 1, content: 'mine' });
    expect(await readJson(fs, `wait/${one['id']}`)).toMatchObject({ status: 'done' });
    honest = false;
    const two = await ask(fs, 'submit', { kind: 1, content: 'mine' });
    expect(await readJson(fs, `wait/${two['id']}`)).toMatchObject({
      status: 'failed',
      kind: 'signer',
      error: 'the signer gave back another event',
    });
    expect(relay.stored.size).toBe(1);
  });
});
