/** The files of a Nostr mount: its identity, its relays and its inbox. */
import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { readJson, readText, tell } from '../../testing/capabilities.ts';
import { bytes, codeOf } from '../../testing/kernel.ts';
import {
  bench,
  note,
  other,
  publishPlain,
  relayFor,
  submit,
  subscribe,
} from '../../testing/nostr.ts';

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
