/** Authentication to a relay (NIP-42): once for each connection, where the relay demands it and the policy lets it be signed. */
import { AUTH_KIND, type NostrEvent, type UnsignedEvent } from '../../fs/nostr/event.ts';
import { type Identity, signing } from '../../fs/nostr/nostr.ts';
import { reasonOf } from '../../kernel/jsoncontrol.ts';
import type { Gate } from '../../policy/gate.ts';

export interface AuthHost {
  readonly gate: Gate;
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  now(): number;
  send(event: NostrEvent): void;
  /** Authentication has succeeded or failed. */
  answered(accepted: boolean, reason: string): void;
}

const CHALLENGE_MAX = 1_024;

/** Of one connection. */
export class RelayAuth {
  readonly #url: string;
  readonly #host: AuthHost;
  readonly #gone = new AbortController();
  #challenge: string | undefined;
  #isWanted = false;
  #isAnswering = false;
  #eventId: string | undefined;
  #state: 'none' | 'authenticated' | 'failed' = 'none';

  constructor(url: string, host: AuthHost) {
    this.#url = url;
    this.#host = host;
  }

  get isAuthenticated(): boolean {
    return this.#state === 'authenticated';
  }

  /** The latest challenge counts until it is answered; it is answered once. */
  challenge(text: string): void {
    if (this.#isAnswering || text.length > CHALLENGE_MAX) return;
    this.#challenge = text;
    if (this.#isWanted) void this.#authenticate();
  }

  /**
   * Takes the relay's refusal of a request. Returns whether authentication may change it: it is demanded and has not ended yet.
   * A challenge may still come, so the caller must bound its own wait.
   */
  require(reason: string): boolean {
    if (!reason.startsWith('auth-required:') || this.#state !== 'none') return false;
    if (!this.#isWanted) {
      this.#isWanted = true;
      if (this.#challenge !== undefined) void this.#authenticate();
    }
    return true;
  }

  /** Whether an OK was for this. */
  ok(id: string, accepted: boolean, message: string): boolean {
    if (id !== this.#eventId) return false;
    this.#answered(accepted, message);
    return true;
  }

  /** The connection is gone. */
  end(): void {
    this.#gone.abort();
  }

  async #authenticate(): Promise<void> {
    this.#isAnswering = true;
    // The caller of `require` notes that its request waits after the call returns. No answer may come before that.
    await Promise.resolve();
    const { gate, identity } = this.#host;
    const { signal } = this.#gone;
    const template: UnsignedEvent = {
      kind: AUTH_KIND,
      content: '',
      tags: [
        ['relay', this.#url],
        ['challenge', this.#challenge as string],
      ],
      created_at: Math.floor(this.#host.now() / 1000),
    };
    const use = {
      ...signing(template, identity.name),
      what: `sign kind ${AUTH_KIND}: say who it is to ${this.#url}`,
      relay: new URL(this.#url),
    };
    try {
      gate.check(use);
      await gate.admit(use, signal);
      const event = await identity.sign(template, signal);
      if (signal.aborted) return;
      gate.allowed(use);
      this.#eventId = event.id;
      this.#host.send(event);
    } catch (error) {
      if (!signal.aborted) this.#answered(false, `auth-required: ${reasonOf(error)}`);
    }
  }

  #answered(accepted: boolean, reason: string): void {
    this.#state = accepted ? 'authenticated' : 'failed';
    this.#host.answered(accepted, reason || 'auth-required: the relay gave no reason');
  }
}
