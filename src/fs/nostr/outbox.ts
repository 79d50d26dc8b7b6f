/** One event on its way out: signed, then published to each relay, until each has answered or gave up. */
import { Waiters } from '../../kernel/waiters.ts';
import type { NostrEvent, UnsignedEvent } from './event.ts';

export type RelayAnswer =
  | { readonly state: 'pending' }
  | { readonly state: 'ok'; readonly message?: string }
  | { readonly state: 'rejected' | 'gave_up'; readonly reason: string };

export class Outgoing {
  readonly id: string;
  readonly template: UnsignedEvent;
  /** Instead of those of the mount. */
  readonly only: readonly string[] | undefined;
  readonly waiters = new Waiters();
  event: NostrEvent | undefined;
  failure: { readonly kind: 'policy' | 'signer' | 'cancelled'; readonly error: string } | undefined;
  readonly #relays = new Map<string, RelayAnswer>();
  readonly #changed: (outgoing: Outgoing) => void;
  readonly #abort = new AbortController();

  constructor(
    id: string,
    template: UnsignedEvent,
    only: readonly string[] | undefined,
    changed: (outgoing: Outgoing) => void,
  ) {
    this.id = id;
    this.template = template;
    this.only = only;
    this.#changed = changed;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isOver(): boolean {
    if (this.failure) return true;
    if (!this.event) return false;
    return this.pending.length === 0;
  }

  /** Relays that have neither answered nor given up. */
  get pending(): readonly string[] {
    return [...this.#relays].filter(([, { state }]) => state === 'pending').map(([url]) => url);
  }

  /** Whether a relay has it. */
  get isTaken(): boolean {
    return [...this.#relays.values()].some(({ state }) => state === 'ok');
  }

  signed(event: NostrEvent, relays: readonly string[]): void {
    this.event = event;
    for (const url of relays) this.#relays.set(url, { state: 'pending' });
    this.#tell();
  }

  answer(url: string, answer: RelayAnswer): void {
    if (this.#relays.get(url)?.state !== 'pending') return;
    this.#relays.set(url, answer);
    this.#tell();
  }

  fail(kind: 'policy' | 'signer' | 'cancelled', error: string): void {
    if (this.isOver) return;
    this.failure = { kind, error };
    this.#abort.abort();
    this.#tell();
  }

  /** The event with what each relay said. */
  get json(): object {
    const relays = Object.fromEntries(
      [...this.#relays].map(([url, answer]) => [url, wordOf(answer)]),
    );
    if (this.failure)
      return { id: this.id, status: 'failed', ...this.failure, event: this.template, relays };
    const status = this.isOver ? 'done' : this.event ? 'publishing' : 'signing';
    return { id: this.id, status, event: this.event ?? this.template, relays };
  }

  #tell(): void {
    this.#changed(this);
    this.waiters.wake();
  }
}

function wordOf(answer: RelayAnswer): string {
  if (answer.state === 'pending') return 'pending';
  if (answer.state === 'ok') return answer.message ? `ok ${answer.message}` : 'ok';
  return `${answer.state === 'gave_up' ? 'gave up' : 'rejected'} ${answer.reason}`;
}
