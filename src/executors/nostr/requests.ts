/**
 * The subscriptions of one relay as REQs (NIP-01). Nothing that comes is believed before it is verified, nothing is told
 * twice, and no date of an event decides what is asked for next.
 */
import { eventFrom, type Filter, isExpired, type NostrEvent } from '../../fs/nostr/event.ts';
import type { Subscription } from '../../fs/nostr/subscription.ts';
import { unauthenticated } from './publishing.ts';
import type { VerifyLine } from './verifying.ts';

export interface RequestsHost {
  readonly url: string;
  readonly verifier: VerifyLine;
  /** The milliseconds that a relay has to send what it has stored, and that authentication has to end. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  now(): number;
  after(ms: number, run: () => void): () => void;
  /** Whether it was sent: nothing is where no more may be. */
  send(message: readonly unknown[]): boolean;
}

interface Request {
  readonly sub: Subscription;
  /** What of what is stored has come in answer to this REQ. */
  count: number;
  fresh: number;
  oldest: number;
  /** A page of what is older, asked for after the first. */
  readonly pageOf: string | undefined;
  isStored: boolean;
  readonly stopTimer: () => void;
}

/** Asked again from so long before the connection was lost, by our own clock. */
const OVERLAP_SECS = 600;
/** A relay that has more than this stored may not have sent all of it. */
const PAGE_MIN = 50;

export class RelayRequests {
  readonly #host: RequestsHost;
  /** Each with the name of its present REQ, '' while it has none. */
  readonly #subs = new Map<Subscription, string>();
  readonly #requests = new Map<string, Request>();
  /** The subscriptions that wait for authentication (NIP-42), each with what stops its timer. */
  readonly #unauthenticated = new Map<Subscription, () => void>();
  #last = 0;

  constructor(host: RequestsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#subs.size;
  }

  add(sub: Subscription): void {
    this.#subs.set(sub, '');
    sub.relay(this.#host.url, 'waiting');
  }

  /** Closes it, where the relay has it. */
  remove(sub: Subscription): void {
    this.#subs.delete(sub);
    this.#stopAuthTimer(sub);
    for (const [wire, request] of this.#requests) if (request.sub === sub) this.#close(wire);
  }

  /**
   * Asks for what is not asked for. `aliveAt`: the relay was there before, last at that time by our clock (ms). Then the
   * same is asked for again; a limit would hide what was published meanwhile, so from some time before on it is asked
   * for without one.
   */
  askAll(aliveAt: number | undefined): void {
    for (const [sub, wire] of this.#subs)
      if (wire === '') this.#ask(sub, resumed(sub.filters, aliveAt));
  }

  ask(sub: Subscription): void {
    this.#ask(sub, sub.filters);
  }

  /** The connection is gone; how each stands now. */
  lost(state: 'waiting' | 'gone', reason: string | undefined): void {
    for (const wire of [...this.#requests.keys()]) this.#forget(wire);
    for (const sub of this.#subs.keys()) {
      this.#stopAuthTimer(sub);
      this.#subs.set(sub, '');
      sub.relay(this.#host.url, state, reason);
    }
  }

  clear(): void {
    for (const sub of this.#subs.keys()) this.#stopAuthTimer(sub);
    this.#subs.clear();
  }

  /** Authentication has failed: the subscriptions that waited for it are closed. */
  refuse(reason: string): void {
    for (const [sub, wire] of this.#subs) {
      if (wire !== '') continue;
      this.#stopAuthTimer(sub);
      sub.relay(this.#host.url, 'closed', reason);
    }
  }

  /** EVENTs, as they came: [name of the REQ, event]. */
  async events(messages: readonly (readonly [unknown, unknown])[]): Promise<void> {
    const found = messages.flatMap(([wire, value]) => this.#wanted(wire as string, value));
    const news = found.filter(({ request, event }) => !request.sub.has(event.id));
    // What was told before counts for the page, and is not verified again.
    for (const { request, event } of found)
      if (request.sub.has(event.id)) note(request, event, false);
    const texts = news.map(({ event }) => JSON.stringify(event));
    const genuine = await this.#host.verifier.verify(texts);
    for (const [at, { request, event }] of news.entries()) {
      const { sub } = request;
      if (!genuine[at]) sub.refuse();
      else if (isExpired(event, this.#host.now())) note(request, event, sub.ignore(event));
      else note(request, event, sub.deliver(event));
    }
  }

  /** All that is stored has come; where that may be one page of it, the next is asked for. */
  stored(wire: string): void {
    const request = this.#requests.get(wire);
    if (!request || request.isStored) return;
    request.isStored = true;
    request.stopTimer();
    const { sub, count, fresh, oldest } = request;
    const main = request.pageOf ?? wire;
    if (request.pageOf) this.#close(wire);
    const more = sub.filters.filter(
      ({ limit, since = 0 }) => limit === undefined && oldest > since,
    );
    if (count >= PAGE_MIN && fresh > 0 && more.length > 0 && this.#subs.get(sub) === main) {
      const until = (filter: Filter): number => Math.min(oldest, filter.until ?? oldest);
      const older = more.map((filter) => ({ ...filter, until: until(filter) }));
      this.#ask(sub, older, main);
    } else sub.relay(this.#host.url, 'live');
  }

  /** A CLOSED of the relay. `mayAuthenticate` returns whether authentication may change the refusal. */
  closed(wire: string, reason: string, mayAuthenticate: (reason: string) => boolean): void {
    const request = this.#requests.get(wire);
    if (!request) return;
    this.#forget(wire);
    const { sub, pageOf } = request;
    if (pageOf) sub.relay(this.#host.url, 'live', reason);
    else if (mayAuthenticate(reason)) this.#awaitAuth(sub, reason);
    else sub.relay(this.#host.url, 'closed', reason || 'the relay gave no reason');
  }

  /**
   * Leaves a subscription without a REQ until authentication succeeds. One that takes too long closes it with the reason; a
   * success after that opens it again.
   */
  #awaitAuth(sub: Subscription, reason: string): void {
    const { url, timeout, after } = this.#host;
    this.#subs.set(sub, '');
    sub.relay(url, 'waiting', reason);
    const stop = after(timeout, () => {
      this.#unauthenticated.delete(sub);
      sub.relay(url, 'closed', unauthenticated(reason, timeout));
    });
    this.#unauthenticated.set(sub, stop);
  }

  #stopAuthTimer(sub: Subscription): void {
    this.#unauthenticated.get(sub)?.();
    this.#unauthenticated.delete(sub);
  }

  #wanted(wire: string, value: unknown): { request: Request; event: NostrEvent }[] {
    const request = this.#requests.get(wire);
    if (!request) return [];
    const event = eventFrom(value);
    if (event && request.sub.wants(event)) return [{ request, event }];
    request.sub.refuse();
    return [];
  }

  #ask(sub: Subscription, filters: readonly Filter[], pageOf?: string): void {
    const { url, timeout, after, send } = this.#host;
    const wire = `oanix-${++this.#last}`;
    this.#stopAuthTimer(sub);
    const stopTimer = after(timeout, () => {
      if (this.#subs.has(sub)) sub.relay(url, 'live', `no EOSE within ${timeout / 1000} s`);
    });
    const none = { count: 0, fresh: 0, oldest: Number.POSITIVE_INFINITY, isStored: false };
    this.#requests.set(wire, { sub, pageOf, stopTimer, ...none });
    if (!pageOf) this.#subs.set(sub, wire);
    if (!send(['REQ', wire, ...filters]))
      sub.relay(url, 'gone', 'this mount has moved the bytes it may');
  }

  #close(wire: string): void {
    this.#forget(wire);
    this.#host.send(['CLOSE', wire]);
  }

  #forget(wire: string): void {
    this.#requests.get(wire)?.stopTimer();
    this.#requests.delete(wire);
  }
}

function resumed(filters: readonly Filter[], aliveAt: number | undefined): readonly Filter[] {
  if (aliveAt === undefined) return filters;
  const since = Math.max(0, Math.floor(aliveAt / 1000) - OVERLAP_SECS);
  return filters.flatMap((filter) => {
    const { limit, ...rest } = filter;
    if (limit === undefined) return [filter];
    return [filter, { ...rest, since: Math.max(since, filter.since ?? 0) }];
  });
}

function note(request: Request, event: NostrEvent, isNew: boolean): void {
  if (request.isStored) return;
  request.count++;
  request.oldest = Math.min(request.oldest, event.created_at);
  if (isNew) request.fresh++;
}
