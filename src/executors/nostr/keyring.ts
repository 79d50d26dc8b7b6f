/**
 * Who signs: keys of the host, encrypted at rest (NIP-49), the browser's extension (NIP-07), and remote signers
 * (NIP-46). A secret key is in memory while it is unlocked, and nowhere a namespace reaches.
 */

import { decode, npubEncode } from 'nostr-tools/nip19';
import { generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { bytesToHex, hexToBytes } from 'nostr-tools/utils';
import { eventFrom, type NostrEvent, type UnsignedEvent } from '../../fs/nostr/event.ts';
import type { Identity } from '../../fs/nostr/nostr.ts';
import { fail } from '../../kernel/errors.ts';
import { reasonOf } from '../../kernel/jsoncontrol.ts';
import { never } from '../../kernel/service.ts';
import { checkName, checkPassphrase, textFrom } from '../../policy/vault.ts';
import type { NostrCrypto } from './crypto.ts';
import type { RemoteSigner } from './remotesigner.ts';
import { signedBy } from './sign.ts';

export interface KeptKey {
  readonly name: string;
  readonly kind: 'host' | 'nip07' | 'nip46';
  readonly pubkey: string;
  readonly ncryptsec?: string;
  /** Without its secret. */
  readonly bunker?: { readonly pubkey: string; readonly relays: readonly string[] };
}

export interface KeyInfo extends Omit<KeptKey, 'ncryptsec'> {
  /** As bech32 (NIP-19), once what signs is loaded. */
  readonly npub?: string;
  readonly state: 'locked' | 'ready';
}

export interface KeyringHost {
  readonly crypto: NostrCrypto;
  readonly kept: readonly KeptKey[];
  keep(keys: readonly KeptKey[]): Promise<void>;
  /** The extension of the browser, by the page. */
  nip07(method: string, argument: unknown, signal: AbortSignal): Promise<unknown>;
  /** A connection to a remote signer. */
  remote(secret: string, bunker: NonNullable<KeptKey['bunker']>): Promise<RemoteSigner>;
}

export class Keyring {
  readonly #host: KeyringHost;
  readonly #keys = new Map<string, KeptKey>();
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #remotes = new Map<string, RemoteSigner>();

  constructor(host: KeyringHost) {
    this.#host = host;
    for (const key of host.kept) this.#keys.set(key.name, key);
  }

  get keys(): readonly KeyInfo[] {
    return [...this.#keys.values()].map(({ ncryptsec: _, ...key }) => ({
      ...key,
      npub: npubEncode(key.pubkey),
      state: this.#isReady(key) ? 'ready' : 'locked',
    }));
  }

  /** A new key of the host, unlocked. EINVAL, EEXIST. */
  async generate(name: string, passphrase: string): Promise<KeyInfo> {
    return this.#add(name, generateSecretKey(), passphrase);
  }

  /** From nsec, ncryptsec with its passphrase, or 64 hexadecimal digits. */
  async import(name: string, text: string, passphrase: string): Promise<KeyInfo> {
    const secret = await this.#secretFrom(textFrom(text, 'a key').trim(), passphrase);
    return this.#add(name, secret, passphrase);
  }

  /** EACCES for another passphrase. */
  async unlock(name: string, passphrase: string): Promise<void> {
    const key = this.#get(name);
    if (!key.ncryptsec) fail('EINVAL', `${name} has no passphrase`);
    const secret = hexToBytes(await this.#open(key.ncryptsec ?? '', passphrase));
    if (key.kind === 'host') {
      this.#secrets.set(name, secret);
      return;
    }
    this.#remotes.get(name)?.close();
    this.#remotes.set(name, await this.#host.remote(bytesToHex(secret), key.bunker as never));
  }

  lock(name: string): void {
    this.#get(name);
    this.#secrets.get(name)?.fill(0);
    this.#secrets.delete(name);
    this.#remotes.get(name)?.close();
    this.#remotes.delete(name);
  }

  async remove(name: string): Promise<void> {
    this.lock(name);
    this.#keys.delete(name);
    await this.#keep();
  }

  /** ENOTSUP where the browser has no signer. */
  async addExtension(name: string): Promise<KeyInfo> {
    this.#checkName(name);
    const pubkey = await this.#host.nip07('getPublicKey', null, never);
    if (typeof pubkey !== 'string' || !/^[0-9a-f]{64}$/.test(pubkey))
      fail('EIO', 'the extension gave no public key');
    return this.#set({ name, kind: 'nip07', pubkey: pubkey as string });
  }

  /** By `bunker://PUBKEY?relay=…&secret=…`; the key that we speak to it with is made here and sealed. */
  async addRemote(name: string, url: string, passphrase: string): Promise<KeyInfo> {
    this.#checkName(name);
    checkPassphrase(passphrase);
    const { bunker, secret } = bunkerFrom(url);
    const client = generateSecretKey();
    const remote = await this.#host.remote(bytesToHex(client), bunker);
    try {
      await remote.connect(secret);
      const pubkey = await remote.pubkey();
      const ncryptsec = await this.#host.crypto.seal(bytesToHex(client), passphrase);
      this.#remotes.set(name, remote);
      return await this.#set({ name, kind: 'nip46', pubkey, ncryptsec, bunker });
    } catch (error) {
      remote.close();
      throw error;
    }
  }

  /** The one of that name, or the first; ENXIO while there is none, or it is locked. */
  identity(wanted: string | undefined): Identity {
    // Once one was taken it is that one: another never signs in its place.
    let taken: KeptKey | undefined;
    const key = (): KeptKey => {
      const name = taken?.name ?? wanted ?? [...this.#keys.keys()][0];
      const found = name === undefined ? undefined : this.#keys.get(name);
      if (!found || (taken && taken.pubkey !== found.pubkey))
        return fail('ENXIO', 'there is no key: make one in the page, and grant it');
      taken = found;
      return found;
    };
    if (wanted !== undefined ? this.#keys.has(wanted) : this.#keys.size > 0) key();
    return {
      get name() {
        return taken?.name ?? wanted;
      },
      pubkey: async () => key().pubkey,
      npub: npubEncode,
      sign: async (template, signal) => {
        const mine = key();
        const event = eventFrom(await this.#sign(mine, template, signal));
        // Another's signer may give back another event.
        const [genuine] = event ? await this.#host.crypto.verify([JSON.stringify(event)]) : [false];
        if (!event || !genuine || event.pubkey !== mine.pubkey || !isSame(event, template))
          return fail('EIO', 'the signer gave back another event');
        return event;
      },
    };
  }

  async #sign(key: KeptKey, template: UnsignedEvent, signal: AbortSignal): Promise<unknown> {
    if (key.kind === 'nip07') return this.#host.nip07('signEvent', template, signal);
    if (key.kind === 'nip46') {
      const remote = this.#remotes.get(key.name) ?? fail('ENXIO', `${key.name} is locked`);
      return remote.sign(template, signal);
    }
    const secret = this.#secrets.get(key.name) ?? fail('ENXIO', `${key.name} is locked: unlock it`);
    return signedBy(template, secret);
  }

  async #add(name: string, secret: Uint8Array, passphrase: string): Promise<KeyInfo> {
    this.#checkName(name);
    checkPassphrase(passphrase);
    const ncryptsec = await this.#host.crypto.seal(bytesToHex(secret), passphrase);
    this.#secrets.set(name, secret);
    return this.#set({ name, kind: 'host', pubkey: getPublicKey(secret), ncryptsec });
  }

  async #set(key: KeptKey): Promise<KeyInfo> {
    this.#keys.set(key.name, key);
    await this.#keep();
    return this.keys.find(({ name }) => name === key.name) as KeyInfo;
  }

  /** EINVAL for what is no key, also for 0 and for what is past the order of the curve (BIP-340). */
  async #secretFrom(text: string, passphrase: string): Promise<Uint8Array> {
    const secret = await this.#bytesFrom(text, passphrase);
    try {
      getPublicKey(secret);
    } catch {
      fail('EINVAL', 'this number is no secret key of secp256k1');
    }
    return secret;
  }

  async #bytesFrom(text: string, passphrase: string): Promise<Uint8Array> {
    if (/^[0-9a-f]{64}$/i.test(text)) return hexToBytes(text.toLowerCase());
    if (text.startsWith('ncryptsec1')) return hexToBytes(await this.#open(text, passphrase));
    try {
      const found = decode(text);
      if (found.type === 'nsec') return found.data;
    } catch {
      // Told below.
    }
    return fail('EINVAL', 'a key is nsec1…, ncryptsec1… or 64 hexadecimal digits');
  }

  #open(ncryptsec: string, passphrase: string): Promise<string> {
    return this.#host.crypto
      .open(ncryptsec, textFrom(passphrase, 'a passphrase'))
      .catch((error: unknown) =>
        // What was sealed by another passphrase fails by its tag; all else is no sealed key.
        /\btag\b/.test(reasonOf(error))
          ? fail('EACCES', 'this is not the passphrase')
          : fail('EINVAL', 'this is no ncryptsec (NIP-49)'),
      );
  }

  #isReady({ name, kind }: KeptKey): boolean {
    return kind === 'nip07' || this.#secrets.has(name) || this.#remotes.has(name);
  }

  #get(name: string): KeptKey {
    return this.#keys.get(name) ?? fail('ENOENT', `there is no key ${name}`);
  }

  #checkName(name: string): void {
    checkName(name);
    if (this.#keys.has(name)) fail('EEXIST', `there is a key ${name}`);
  }

  #keep(): Promise<void> {
    return this.#host.keep([...this.#keys.values()]);
  }
}

const isSame = (event: NostrEvent, { kind, content, tags, created_at }: UnsignedEvent): boolean =>
  event.kind === kind &&
  event.content === content &&
  event.created_at === created_at &&
  JSON.stringify(event.tags) === JSON.stringify(tags);

/** `bunker://PUBKEY?relay=wss://…&secret=…` (NIP-46); EINVAL. */
export function bunkerFrom(text: string): {
  readonly bunker: NonNullable<KeptKey['bunker']>;
  readonly secret: string | undefined;
} {
  const [, pubkey = '', query = ''] =
    /^bunker:\/\/([0-9a-f]{64})\/?\?(.*)$/.exec(textFrom(text, 'a remote signer').trim()) ?? [];
  const parameters = new URLSearchParams(query);
  const relays = parameters.getAll('relay');
  if (pubkey === '' || relays.length === 0)
    return fail('EINVAL', 'a remote signer is bunker://PUBKEY?relay=wss://…');
  return { bunker: { pubkey, relays }, secret: parameters.get('secret') ?? undefined };
}
