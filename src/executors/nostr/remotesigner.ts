/** A signer elsewhere (NIP-46): asked over relays by events of kind 24133, encrypted to it (NIP-44). */
import { decrypt, encrypt, getConversationKey } from 'nostr-tools/nip44';
import { getPublicKey } from 'nostr-tools/pure';
import { hexToBytes } from 'nostr-tools/utils';
import { eventFrom, type NostrEvent, type UnsignedEvent } from '../../fs/nostr/event.ts';
import { NostrState } from '../../fs/nostr/nostr.ts';
import { FsError, fail } from '../../kernel/errors.ts';
import { Gate } from '../../policy/gate.ts';
import { policyFrom } from '../../policy/policy.ts';
import type { NostrRelayConnector } from './connector.ts';
import { signedBy } from './sign.ts';

const KIND = 24_133;
/** A person may have to confirm it there. */
const ANSWER_MS = 60_000;

export interface RemoteSignerHost {
  readonly connector: NostrRelayConnector;
  now(): number;
  after(ms: number, run: () => void): () => void;
}

export class RemoteSigner {
  readonly #state: NostrState;
  readonly #remote: string;
  readonly #key: Uint8Array;
  readonly #host: RemoteSignerHost;
  readonly #detach: () => void;
  readonly #waiting = new Map<
    string,
    { resolve(text: string): void; reject(error: Error): void }
  >();
  #last = 0;

  constructor(
    secret: string,
    bunker: { readonly pubkey: string; readonly relays: readonly string[] },
    host: RemoteSignerHost,
  ) {
    const client = hexToBytes(secret);
    const pubkey = getPublicKey(client);
    this.#host = host;
    this.#remote = bunker.pubkey;
    this.#key = getConversationKey(client, bunker.pubkey);
    const policy = policyFrom({ relays: bunker.relays, kinds: [KIND, 22_242] });
    // A connection of the host's own, for what it has asked for itself.
    const gate = new Gate('nostr', policy, {
      now: () => host.now(),
      remembered: () => undefined,
      ask: async () => 'no',
      audit: () => undefined,
      secret: () => fail('ENXIO'),
    });
    const identity = {
      name: undefined,
      pubkey: async () => pubkey,
      npub: (each: string) => each,
      sign: async (template: UnsignedEvent) => signedBy(template, client),
    };
    this.#state = new NostrState(gate, identity, {
      now: () => host.now(),
      after: (ms, run) => host.after(ms, run),
      changed: () => undefined,
      accepts: () => undefined,
    });
    this.#detach = host.connector.attach(this.#state);
    this.#state.subscribe([{ kinds: [KIND], authors: [bunker.pubkey], '#p': [pubkey] }], (event) =>
      this.#heard(event),
    );
  }

  async connect(secret: string | undefined): Promise<void> {
    const answer = await this.#ask('connect', [this.#remote, ...(secret ? [secret] : [])]);
    if (answer !== 'ack' && answer !== secret) fail('EACCES', `the signer says: ${answer}`);
  }

  async pubkey(): Promise<string> {
    const pubkey = await this.#ask('get_public_key', []);
    return /^[0-9a-f]{64}$/.test(pubkey) ? pubkey : fail('EIO', 'the signer gave no public key');
  }

  async sign(template: UnsignedEvent, signal: AbortSignal): Promise<NostrEvent | undefined> {
    return eventFrom(JSON.parse(await this.#ask('sign_event', [JSON.stringify(template)], signal)));
  }

  close(): void {
    for (const { reject } of this.#waiting.values())
      reject(new FsError('ENXIO', { reason: 'the signer is no longer connected' }));
    this.#waiting.clear();
    this.#state.dropAll();
    this.#detach();
  }

  #ask(method: string, params: readonly string[], signal?: AbortSignal): Promise<string> {
    const id = `${this.#host.now()}-${++this.#last}`;
    const content = encrypt(JSON.stringify({ id, method, params }), this.#key);
    return new Promise((resolve, reject) => {
      const stop = this.#host.after(ANSWER_MS, () =>
        end(new FsError('ETIMEDOUT', { reason: 'the signer does not answer' })),
      );
      const abort = (): void => end(new FsError('EINTR', { reason: 'interrupted' }));
      const end = (error?: Error): void => {
        stop();
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(id);
        if (error) reject(error);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        resolve: (text) => {
          end();
          resolve(text);
        },
        reject: end,
      });
      this.#state.publish({
        kind: KIND,
        content,
        tags: [['p', this.#remote]],
        created_at: Math.floor(this.#host.now() / 1000),
      });
    });
  }

  #heard({ content }: NostrEvent): void {
    let answer: { id?: unknown; result?: unknown; error?: unknown };
    try {
      answer = JSON.parse(decrypt(content, this.#key)) as typeof answer;
    } catch {
      return;
    }
    const waiting = this.#waiting.get(String(answer.id));
    // Where a person must act first, the signer says where; its answer comes later.
    if (answer.result === 'auth_url') return;
    if (typeof answer.error === 'string' && answer.error !== '')
      waiting?.reject(new FsError('EACCES', { reason: `the signer says: ${answer.error}` }));
    else if (typeof answer.result === 'string') waiting?.resolve(answer.result);
  }
}
