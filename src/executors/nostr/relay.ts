/**
 * One relay of one mount (NIP-01, NIP-42): connected while something needs it, made again when it is lost. Nothing that
 * a relay says is believed before it is verified, and no date of an event decides what is asked for next.
 */
import {
  AUTH_KIND,
  eventFrom,
  type Filter,
  type NostrEvent,
  type UnsignedEvent,
} from '../../fs/nostr/event.ts';
import { type Identity, type RelayHealth, signing } from '../../fs/nostr/nostr.ts';
import type { Outgoing } from '../../fs/nostr/outbox.ts';
import type { Subscription } from '../../fs/nostr/subscription.ts';
import { Refused } from '../../kernel/jsoncontrol.ts';
import type { Gate } from '../../policy/gate.ts';
import { type ExecutorConfig, waitBefore } from '../config.ts';
import { type Platform, pause } from '../platform.ts';
import type { NostrCrypto } from './crypto.ts';
import { dial, type Lost, type Wire } from './wire.ts';

export interface RelayHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  readonly gate: Gate;
  readonly identity: Identity;
  readonly crypto: NostrCrypto;
  changed(): void;
}

type Message = readonly [string, ...unknown[]];

/** A subscription as this relay knows it. */
interface Request {
  readonly sub: Subscription;
  /** What of what is stored has come in answer to the present REQ. */
  count: number;
  fresh: number;
  oldest: number;
  /** A page of what is older, asked for after the first. */
  readonly pageOf: string | undefined;
  isStored: boolean;
  stopTimer: () => void;
}

interface Publishing {
  readonly event: NostrEvent;
  readonly outgoings: Outgoing[];
  /** Ends the wait for its OK. */
  readonly stopTimer: () => void;
}

/** Asked again from so long before the connection was lost, by our own clock. */
const OVERLAP_SECS = 600;
/** A relay that has more than this stored may not have sent all of it. */
const PAGE_MIN = 50;
/** Closed when nothing has needed it for so long. */
const IDLE_MS = 20_000;
/** What has come and is not yet verified. */
const WAITING_MAX = 50_000;
const BATCH_MAX = 256;
/** A connection that lived so long, or answered, was a good one. */
const GOOD_MS = 10_000;
const NOTICES_MAX = 20;
const CHALLENGE_MAX = 1_024;

export class Relay {
  readonly url: string;
  readonly #host: RelayHost;
  readonly #subs = new Map<Subscription, string>();
  readonly #requests = new Map<string, Request>();
  /** Events whose OK has not come, by their ids. Two that are the same event wait for the same answer. */
  readonly #publishing = new Map<string, Publishing>();
  readonly #stopped = new AbortController();
  readonly #waiting: Message[] = [];
  readonly #notices: string[] = [];
  #wire: Wire | undefined;
  #running = false;
  #pumping = false;
  #state: RelayHealth['state'] = 'idle';
  #error: string | undefined;
  #latency: number | undefined;
  #connects = 0;
  /** By our clock, in milliseconds: when the relay was last known to be there. */
  #aliveAt: number | undefined;
  #challenge: string | undefined;
  #wantsAuth = false;
  #authId: string | undefined;
  #authenticated = false;
  #authFailed: string | undefined;
  #lastWire = 0;
  #stopIdle: () => void = () => undefined;
  #wakeRetry: () => void = () => undefined;

  constructor(url: string, host: RelayHost) {
    this.url = url;
    this.#host = host;
  }

  get health(): RelayHealth {
    return {
      state: this.#state,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#latency === undefined ? {} : { latency_ms: this.#latency }),
      connects: this.#connects,
      notices: [...this.#notices],
      authenticated: this.#authenticated,
    };
  }

  publish(outgoing: Outgoing): void {
    const event = outgoing.event as NostrEvent;
    const known = this.#publishing.get(event.id);
    if (known) return void known.outgoings.push(outgoing);
    const { nostr_sub_timeout } = this.#host.config;
    const stopTimer = this.#host.platform.after(nostr_sub_timeout, () =>
      this.#settle(event.id, {
        state: 'gave_up',
        reason: this.#error ?? `no answer within ${nostr_sub_timeout / 1000} s`,
      }),
    );
    this.#publishing.set(event.id, { event, outgoings: [outgoing], stopTimer });
    if (this.#isOpen) this.#sendEvent(event);
    this.#need();
  }

  subscribe(sub: Subscription): void {
    this.#subs.set(sub, '');
    sub.relay(this.url, 'waiting');
    if (this.#isOpen) this.#ask(sub, sub.filters);
    this.#need();
  }

  unsubscribe(sub: Subscription): void {
    if (!this.#subs.delete(sub)) return;
    for (const [wire, request] of this.#requests) if (request.sub === sub) this.#forget(wire, true);
    this.#restIfIdle();
  }

  /** Ends it, with what is under way. */
  close(): void {
    this.#stopped.abort();
    this.#stopIdle();
    this.#wakeRetry();
    for (const id of [...this.#publishing.keys()])
      this.#settle(id, { state: 'gave_up', reason: 'the relay is no longer used' });
    for (const sub of this.#subs.keys()) sub.relay(this.url, 'gone', 'the relay is no longer used');
    this.#subs.clear();
    this.#hangUp();
  }

  get isBusy(): boolean {
    return this.#publishing.size > 0;
  }

  get #isOpen(): boolean {
    return this.#wire?.isOpen ?? false;
  }

  get #isNeeded(): boolean {
    return !this.#stopped.signal.aborted && (this.#subs.size > 0 || this.#publishing.size > 0);
  }

  #need(): void {
    this.#stopIdle();
    this.#wakeRetry();
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    const { platform, config } = this.#host;
    this.#running = true;
    let tries = 0;
    while (this.#isNeeded) {
      const began = platform.now();
      const refused = await this.#connection();
      if (refused !== undefined) {
        this.#giveUp(refused);
        break;
      }
      if (!this.#isNeeded) break;
      // One that is lost at once, again and again, is no good one, whatever it said.
      if (platform.now() - began > GOOD_MS) tries = 0;
      if (tries >= config.nostr_reconnect.tries) {
        this.#giveUp(this.#error ?? 'it cannot be reached');
        break;
      }
      this.#set('waiting');
      await this.#pause(waitBefore(config.nostr_reconnect, tries++, platform.random));
    }
    this.#running = false;
    if (this.#state !== 'failed') this.#set('idle');
  }

  /** Something new that needs it does not wait for the whole time. */
  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wakeRetry = () => woken.abort();
    await pause(this.#host.platform, ms, woken.signal);
    this.#wakeRetry = () => undefined;
  }

  /** From dialling to its loss; why it may not be used, where it may not. */
  async #connection(): Promise<string | undefined> {
    const { gate, platform, config } = this.#host;
    const use = { what: `connect relay ${this.url}`, relay: new URL(this.url) };
    this.#set('connecting');
    try {
      await gate.admit(use, this.#stopped.signal);
      if (this.#connects > 0) gate.again(use);
    } catch (error) {
      return error instanceof Refused ? (error.reason ?? error.rule) : String(error);
    }
    const began = platform.now();
    const { promise, resolve } = withResolvers<Lost>();
    const wire = dial(
      use.relay,
      { platform, gate, use, config },
      {
        opened: () => {
          this.#latency = platform.now() - began;
          gate.allowed(use);
          this.#opened();
        },
        message: (text) => this.#receive(text),
        lost: resolve,
      },
    );
    this.#wire = wire;
    const { reason, isRefused } = await promise;
    this.#error = reason;
    this.#lost();
    return isRefused ? reason : undefined;
  }

  #opened(): void {
    this.#connects++;
    this.#error = undefined;
    this.#set('open');
    for (const sub of this.#subs.keys()) this.#ask(sub, this.#resumed(sub.filters));
    for (const { event } of this.#publishing.values()) this.#sendEvent(event);
    this.#restIfIdle();
  }

  #lost(): void {
    this.#wire = undefined;
    this.#waiting.length = 0;
    this.#challenge = undefined;
    this.#authId = undefined;
    this.#authenticated = false;
    this.#authFailed = undefined;
    this.#wantsAuth = false;
    for (const wire of [...this.#requests.keys()]) this.#forget(wire, false);
    for (const sub of this.#subs.keys()) sub.relay(this.url, 'waiting', this.#error);
  }

  #hangUp(): void {
    this.#wire?.close();
  }

  #giveUp(reason: string): void {
    this.#error = reason;
    this.#set('failed');
    for (const id of [...this.#publishing.keys()]) this.#settle(id, { state: 'gave_up', reason });
    for (const sub of this.#subs.keys()) sub.relay(this.url, 'gone', reason);
  }

  /**
   * After a loss the same is asked for again, and what came is not told twice. A limit would hide what was published
   * meanwhile: from some time before the loss on, by our own clock, it is asked for without one.
   */
  #resumed(filters: readonly Filter[]): readonly Filter[] {
    const alive = this.#aliveAt;
    if (alive === undefined) return filters;
    const since = Math.max(0, Math.floor(alive / 1000) - OVERLAP_SECS);
    return filters.flatMap((filter) => {
      const { limit, ...rest } = filter;
      if (limit === undefined) return [filter];
      return [filter, { ...rest, since: Math.max(since, filter.since ?? 0) }];
    });
  }

  #ask(sub: Subscription, filters: readonly Filter[], pageOf?: string): void {
    const wire = `oanix-${++this.#lastWire}`;
    const { platform, config } = this.#host;
    const stopTimer = platform.after(config.nostr_sub_timeout, () => {
      if (!pageOf && this.#subs.has(sub))
        sub.relay(this.url, 'live', `no EOSE within ${config.nostr_sub_timeout / 1000} s`);
    });
    const request: Request = {
      sub,
      count: 0,
      fresh: 0,
      oldest: Number.POSITIVE_INFINITY,
      pageOf,
      isStored: false,
      stopTimer,
    };
    this.#requests.set(wire, request);
    if (!pageOf) this.#subs.set(sub, wire);
    const text = JSON.stringify(['REQ', wire, ...filters]);
    if (this.#spend(text.length)) this.#wire?.send(text);
    else sub.relay(this.url, 'gone', 'this mount has moved the bytes it may');
  }

  #forget(wire: string, tell: boolean): void {
    this.#requests.get(wire)?.stopTimer();
    this.#requests.delete(wire);
    if (tell && this.#isOpen) this.#send(['CLOSE', wire]);
  }

  #sendEvent(event: NostrEvent): void {
    const text = JSON.stringify(['EVENT', event]);
    if (this.#spend(text.length)) this.#wire?.send(text);
    else this.#settle(event.id, { state: 'gave_up', reason: 'no more bytes may be moved' });
  }

  #spend(bytes: number): boolean {
    try {
      this.#host.gate.spend(bytes, `write to ${this.url}`);
      return true;
    } catch {
      return false;
    }
  }

  #send(message: readonly unknown[]): void {
    this.#wire?.send(JSON.stringify(message));
  }

  /** Frames wait their turn, so that an EOSE comes after the events before it. */
  #receive(data: string): void {
    this.#aliveAt = this.#host.platform.now();
    const tooMuch = this.#tooMuch(data.length);
    if (tooMuch !== undefined) {
      this.#wire?.close(tooMuch);
      return;
    }
    const message = messageFrom(data);
    if (!message) return;
    this.#waiting.push(message);
    if (!this.#pumping) void this.#pump();
  }

  /** Why a frame of that size is the last of this connection. */
  #tooMuch(size: number): string | undefined {
    const { gate } = this.#host;
    if (size > gate.policy.bytes.response) return 'a message that is too large';
    if (this.#waiting.length >= WAITING_MAX) return 'more comes than can be verified';
    try {
      gate.spend(size, `hear ${this.url}`);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#waiting.length > 0) {
      const others = this.#waiting.findIndex(([type]) => type !== 'EVENT');
      const count = Math.min(others < 0 ? this.#waiting.length : others, BATCH_MAX);
      if (count > 0) await this.#events(this.#waiting.splice(0, count));
      else this.#handle(this.#waiting.shift() as Message);
    }
    this.#pumping = false;
    this.#restIfIdle();
  }

  async #events(messages: readonly Message[]): Promise<void> {
    const found = messages.flatMap(([, wire, value]) => {
      const request = this.#requests.get(wire as string);
      if (!request) return [];
      const event = eventFrom(value);
      if (!event || !request.sub.wants(event)) {
        request.sub.refuse();
        return [];
      }
      return [{ request, event }];
    });
    const news = found.filter(({ request, event }) => !request.sub.has(event.id));
    // What was told before counts for the page, and is not verified again.
    for (const { request, event } of found)
      if (request.sub.has(event.id)) note(request, event, false);
    const genuine = await this.#host.crypto
      .verify(news.map(({ event }) => JSON.stringify(event)))
      .catch(() => news.map(() => false));
    for (const [at, { request, event }] of news.entries()) {
      if (genuine[at]) note(request, event, request.sub.deliver(event));
      else request.sub.refuse();
    }
  }

  #handle([type, first, second, third]: Message): void {
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    if (type === 'EOSE') this.#eose(text(first));
    else if (type === 'OK') this.#ok(text(first), second === true, text(third));
    else if (type === 'CLOSED') this.#closed(text(first), text(second));
    else if (type === 'NOTICE') this.#notice(text(first));
    else if (type === 'AUTH' && typeof first === 'string' && first.length <= CHALLENGE_MAX) {
      const isFirst = this.#challenge === undefined;
      this.#challenge = first;
      if (this.#wantsAuth && isFirst) void this.#authenticate();
    }
    this.#host.changed();
  }

  /** All that is stored has come; where that may be one page of it, the next is asked for. */
  #eose(wire: string): void {
    const request = this.#requests.get(wire);
    if (!request || request.isStored) return;
    request.isStored = true;
    request.stopTimer();
    const { sub, count, fresh, oldest } = request;
    const main = request.pageOf ?? wire;
    if (request.pageOf) this.#forget(wire, true);
    const more = sub.filters.filter(
      ({ limit, since = 0 }) => limit === undefined && oldest > since,
    );
    if (count >= PAGE_MIN && fresh > 0 && more.length > 0 && this.#subs.get(sub) === main) {
      const older = more.map((filter) => ({
        ...filter,
        until: Math.min(oldest, filter.until ?? oldest),
      }));
      this.#ask(sub, older, main);
    } else sub.relay(this.url, 'live');
  }

  #ok(id: string, accepted: boolean, message: string): void {
    if (id === this.#authId) this.#authAnswered(accepted, message);
    else if (!accepted && message.startsWith('auth-required:') && this.#mayAuth) this.#needAuth();
    else if (accepted || message.startsWith('duplicate:'))
      this.#settle(id, { state: 'ok', ...(message ? { message } : {}) });
    else this.#settle(id, { state: 'rejected', reason: message || 'the relay gave no reason' });
  }

  #closed(wire: string, reason: string): void {
    const request = this.#requests.get(wire);
    if (!request) return;
    this.#forget(wire, false);
    const { sub, pageOf } = request;
    if (pageOf) sub.relay(this.url, 'live', reason);
    else if (reason.startsWith('auth-required:') && this.#mayAuth) {
      this.#subs.set(sub, '');
      this.#needAuth();
    } else sub.relay(this.url, 'closed', reason || 'the relay gave no reason');
  }

  #notice(text: string): void {
    this.#notices.push(text.slice(0, 500));
    if (this.#notices.length > NOTICES_MAX) this.#notices.shift();
  }

  #settle(id: string, answer: Parameters<Outgoing['answer']>[1]): void {
    const found = this.#publishing.get(id);
    if (!found) return;
    this.#publishing.delete(id);
    found.stopTimer();
    for (const outgoing of found.outgoings) outgoing.answer(this.url, answer);
    this.#restIfIdle();
  }

  /** Once for each connection. */
  get #mayAuth(): boolean {
    return !this.#authFailed && !this.#authenticated;
  }

  // NIP-42: who asks is said where the relay wants it, and where the policy lets that be signed.

  #needAuth(): void {
    if (this.#wantsAuth) return;
    this.#wantsAuth = true;
    if (this.#challenge !== undefined) void this.#authenticate();
  }

  async #authenticate(): Promise<void> {
    const { gate, identity, platform } = this.#host;
    const template: UnsignedEvent = {
      kind: AUTH_KIND,
      content: '',
      tags: [
        ['relay', this.url],
        ['challenge', this.#challenge as string],
      ],
      created_at: Math.floor(platform.now() / 1000),
    };
    const use = {
      ...signing(template, identity.name),
      what: `sign kind ${AUTH_KIND}: say who it is to ${this.url}`,
      relay: new URL(this.url),
    };
    const wire = this.#wire;
    try {
      gate.check(use);
      await gate.admit(use, this.#stopped.signal);
      const event = await identity.sign(template, this.#stopped.signal);
      if (wire !== this.#wire) return;
      this.#authId = event.id;
      this.#send(['AUTH', event]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (wire === this.#wire) this.#authAnswered(false, reason);
    }
  }

  #authAnswered(accepted: boolean, message: string): void {
    this.#authenticated = accepted;
    this.#wantsAuth = false;
    const reason = `auth-required: ${message || 'refused'}`;
    if (!accepted) this.#authFailed = reason;
    for (const [sub, wire] of this.#subs) {
      if (wire !== '') continue;
      if (accepted) this.#ask(sub, this.#resumed(sub.filters));
      else sub.relay(this.url, 'closed', reason);
    }
    for (const [id, { event }] of [...this.#publishing]) {
      if (accepted) this.#sendEvent(event);
      else this.#settle(id, { state: 'rejected', reason });
    }
  }

  #restIfIdle(): void {
    if (this.#isNeeded || !this.#isOpen) return;
    this.#stopIdle();
    this.#stopIdle = this.#host.platform.after(IDLE_MS, () => {
      if (!this.#isNeeded) this.#hangUp();
    });
  }

  #set(state: RelayHealth['state']): void {
    this.#state = state;
    this.#host.changed();
  }
}

function note(request: Request, event: NostrEvent, isNew: boolean): void {
  if (request.isStored) return;
  request.count++;
  request.oldest = Math.min(request.oldest, event.created_at);
  if (isNew) request.fresh++;
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((run) => {
    resolve = run;
  });
  return { promise, resolve };
}

function messageFrom(data: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) && typeof value[0] === 'string' ? (value as never) : undefined;
  } catch {
    return undefined;
  }
}
