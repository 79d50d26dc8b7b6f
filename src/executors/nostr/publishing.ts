/**
 * The events that one relay has not yet answered with an OK (NIP-01). Every event ends within a bounded time: with the relay's
 * answer, with the reason of its refusal, or because no answer came.
 */
import type { NostrEvent } from '../../fs/nostr/event.ts';
import type { Outgoing, RelayAnswer } from '../../fs/nostr/outbox.ts';

export interface PublishingHost {
  readonly url: string;
  /** The milliseconds that a relay has to answer an event. */
  readonly timeout: number;
  after(ms: number, run: () => void): () => void;
  /** Whether the relay is connected. */
  isOpen(): boolean;
  /** Returns whether the event was sent; it is not where the mount has moved all the bytes that it may. */
  send(event: NostrEvent): boolean;
  /** The last error of the connection. */
  error(): string | undefined;
  /** The callback runs after an event has ended. */
  ended(): void;
}

interface Publishing {
  readonly event: NostrEvent;
  readonly outgoings: Outgoing[];
  readonly stopTimer: () => void;
  /** The relay's reason, while the event waits for authentication (NIP-42). */
  refusal?: string;
}

export class RelayPublishing {
  readonly #host: PublishingHost;
  /** By the event's id: two outgoings with the same event wait for the same answer. */
  readonly #waiting = new Map<string, Publishing>();

  constructor(host: PublishingHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(outgoing: Outgoing): void {
    const event = outgoing.event as NostrEvent;
    const known = this.#waiting.get(event.id);
    if (known) {
      known.outgoings.push(outgoing);
      return;
    }
    const { timeout, after } = this.#host;
    const stopTimer = after(timeout, () => this.#expire(event.id));
    this.#waiting.set(event.id, { event, outgoings: [outgoing], stopTimer });
    if (this.#host.isOpen()) this.#send(event);
  }

  /** Sends all events on a new connection. */
  sendAll(): void {
    for (const publishing of [...this.#waiting.values()]) {
      delete publishing.refusal;
      this.#send(publishing.event);
    }
  }

  /** An OK of the relay. `mayAuthenticate` returns whether authentication may change the refusal. */
  answered(
    id: string,
    accepted: boolean,
    message: string,
    mayAuthenticate: (reason: string) => boolean,
  ): void {
    const publishing = this.#waiting.get(id);
    if (!publishing) return;
    if (accepted || message.startsWith('duplicate:'))
      this.#settle(id, { state: 'ok', ...(message ? { message } : {}) });
    else if (mayAuthenticate(message)) publishing.refusal = message;
    else this.#settle(id, { state: 'rejected', reason: message || 'the relay gave no reason' });
  }

  /** Authentication has succeeded or failed. The events that waited for it are sent again or rejected. */
  authenticated(accepted: boolean, reason: string): void {
    for (const [id, publishing] of [...this.#waiting]) {
      if (publishing.refusal === undefined) continue;
      delete publishing.refusal;
      if (accepted) this.#send(publishing.event);
      else this.#settle(id, { state: 'rejected', reason });
    }
  }

  giveUp(reason: string): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { state: 'gave_up', reason });
  }

  #send(event: NostrEvent): void {
    if (!this.#host.send(event))
      this.#settle(event.id, { state: 'gave_up', reason: 'no more bytes may be moved' });
  }

  #expire(id: string): void {
    const { timeout, error } = this.#host;
    const refusal = this.#waiting.get(id)?.refusal;
    if (refusal === undefined)
      this.#settle(id, {
        state: 'gave_up',
        reason: error() ?? `no answer within ${timeout / 1000} s`,
      });
    else this.#settle(id, { state: 'rejected', reason: unauthenticated(refusal, timeout) });
  }

  #settle(id: string, answer: RelayAnswer): void {
    const publishing = this.#waiting.get(id);
    if (!publishing) return;
    this.#waiting.delete(id);
    publishing.stopTimer();
    for (const outgoing of publishing.outgoings) outgoing.answer(this.#host.url, answer);
    this.#host.ended();
  }
}

/** The reason for a refusal that authentication did not change in time. */
export const unauthenticated = (refusal: string, timeout: number): string =>
  `${refusal} (authentication did not end within ${timeout / 1000} s)`;
