/**
 * One subscription (REQ, NIP-01) as files see it: filters, verified events in a bounded queue, each once over all
 * relays, and what each relay said of it.
 */
import { Queue } from '../../kernel/queue.ts';
import { never } from '../../kernel/service.ts';
import { type Filter, matches, type NostrEvent } from './event.ts';

/** live: all that it had stored has come (EOSE); closed: it wants no more of it; gone: it could not be reached. */
export type RelayState = 'waiting' | 'live' | 'closed' | 'gone';

/** Bytes of events that wait to be read; past them the subscription ends. */
const EVENTS_BYTES = 64 << 20;
/** Ids that are remembered, so that no event comes twice. */
const SEEN_MAX = 200_000;

export class Subscription {
  readonly id: string;
  readonly filters: readonly Filter[];
  readonly events = new Queue(EVENTS_BYTES);
  readonly #relays = new Map<string, { state: RelayState; reason?: string }>();
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  #delivered = 0;
  #refused = 0;
  #ended: string | undefined;
  readonly #told: (event: NostrEvent | undefined) => void;

  /** `told` hears of each event, and of each other change. */
  constructor(
    id: string,
    filters: readonly Filter[],
    told: (event: NostrEvent | undefined) => void,
  ) {
    this.id = id;
    this.filters = filters;
    this.#told = told;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  has(id: string): boolean {
    return this.#seen.has(id) || this.#seenBefore.has(id);
  }

  wants(event: NostrEvent): boolean {
    return this.filters.some((filter) => matches(filter, event));
  }

  /** A verified event that it wants. Whether it was new. */
  deliver(event: NostrEvent): boolean {
    if (this.isOver || this.has(event.id)) return false;
    this.#see(event.id);
    const line = new TextEncoder().encode(`${JSON.stringify(event)}\n`);
    if (this.events.size + line.length > EVENTS_BYTES) {
      this.end('its events were not read: too many wait');
      return false;
    }
    void this.events.write(line, never);
    this.#delivered++;
    this.#told(event);
    return true;
  }

  /** A verified event that nobody is to read. Whether it was new. */
  ignore(event: NostrEvent): boolean {
    if (this.isOver || this.has(event.id)) return false;
    this.#see(event.id);
    return true;
  }

  /** One that was not what it said: a signature that is wrong, or that no filter asked for. */
  refuse(): void {
    this.#refused++;
    this.#told(undefined);
  }

  /** How a relay stands to it. */
  relay(url: string, state: RelayState, reason?: string): void {
    this.#relays.set(url, { state, ...(reason === undefined ? {} : { reason }) });
    this.#told(undefined);
  }

  end(reason: string): void {
    if (this.isOver) return;
    this.#ended = reason;
    this.events.end();
    this.#told(undefined);
  }

  get status(): object {
    return {
      id: this.id,
      filters: this.filters,
      delivered: this.#delivered,
      refused: this.#refused,
      waiting_bytes: this.events.size,
      eose: [...this.#relays.values()].some(({ state }) => state === 'live'),
      relays: Object.fromEntries(this.#relays),
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  /** Two generations: the older goes when the newer is full. */
  #see(id: string): void {
    this.#seen.add(id);
    if (this.#seen.size < SEEN_MAX / 2) return;
    this.#seenBefore = this.#seen;
    this.#seen = new Set();
  }
}
