/**
 * One relay of one mount (NIP-01). It is connected while something needs it, and connected again after a loss. Subscriptions
 * are in requests.ts, events on their way out in publishing.ts, authentication in auth.ts.
 */
import type { Identity, RelayHealth } from '../../fs/nostr/nostr.ts';
import type { Outgoing } from '../../fs/nostr/outbox.ts';
import type { Subscription } from '../../fs/nostr/subscription.ts';
import { reasonOf } from '../../kernel/jsoncontrol.ts';
import { pause } from '../../kernel/pause.ts';
import type { Gate } from '../../policy/gate.ts';
import { type ExecutorConfig, waitBefore } from '../config.ts';
import type { Platform } from '../platform.ts';
import { RelayAuth } from './auth.ts';
import { RelayPublishing } from './publishing.ts';
import { RelayRequests } from './requests.ts';
import type { VerifyLine } from './verifying.ts';
import { dial, type Lost, type Wire } from './wire.ts';

export interface RelayHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  readonly gate: Gate;
  readonly identity: Identity;
  readonly verifier: VerifyLine;
  changed(): void;
}

type Message = readonly [string, ...unknown[]];

/** Closed when nothing has needed it for so long. */
const IDLE_MS = 20_000;
/** What has come and is not yet verified. */
const WAITING_MAX = 50_000;
const BATCH_MAX = 64;
/** A connection that lived so long was a good one. */
const GOOD_MS = 10_000;
const NOTICES_MAX = 20;
const NO_LONGER = 'the relay is no longer used';

export class Relay {
  readonly url: string;
  readonly #host: RelayHost;
  readonly #requests: RelayRequests;
  readonly #publishing: RelayPublishing;
  readonly #stopped = new AbortController();
  readonly #waiting: Message[] = [];
  readonly #notices: string[] = [];
  #auth: RelayAuth;
  #wire: Wire | undefined;
  #running = false;
  #pumping = false;
  #state: RelayHealth['state'] = 'idle';
  #error: string | undefined;
  #latency: number | undefined;
  #connects = 0;
  /** By our clock, in milliseconds: when the relay was last known to be there. */
  #aliveAt: number | undefined;
  #stopIdle: () => void = () => undefined;
  #wakeRetry: () => void = () => undefined;

  constructor(url: string, host: RelayHost) {
    this.url = url;
    this.#host = host;
    this.#auth = this.#freshAuth();
    const { platform, config, verifier } = host;
    const common = {
      url,
      timeout: config.nostr_sub_timeout,
      after: (ms: number, run: () => void) => platform.after(ms, run),
    };
    this.#requests = new RelayRequests({
      ...common,
      verifier,
      now: () => platform.now(),
      send: (message) => this.#send(message),
    });
    this.#publishing = new RelayPublishing({
      ...common,
      isOpen: () => this.#isOpen,
      send: (event) => this.#send(['EVENT', event]),
      error: () => this.#error,
      ended: () => this.#restIfIdle(),
    });
  }

  get health(): RelayHealth {
    return {
      state: this.#state,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#latency === undefined ? {} : { latency_ms: this.#latency }),
      connects: this.#connects,
      notices: [...this.#notices],
      authenticated: this.#auth.isAuthenticated,
    };
  }

  publish(outgoing: Outgoing): void {
    this.#publishing.add(outgoing);
    this.#need();
  }

  subscribe(sub: Subscription): void {
    this.#requests.add(sub);
    if (this.#isOpen) this.#requests.ask(sub);
    this.#need();
  }

  unsubscribe(sub: Subscription): void {
    this.#requests.remove(sub);
    this.#restIfIdle();
  }

  /** Ends it, with what is under way. */
  close(): void {
    this.#stopped.abort();
    this.#stopIdle();
    this.#wakeRetry();
    this.#publishing.giveUp(NO_LONGER);
    this.#requests.lost('gone', NO_LONGER);
    this.#requests.clear();
    this.#wire?.close();
  }

  get #isOpen(): boolean {
    return this.#wire?.isOpen ?? false;
  }

  get #isNeeded(): boolean {
    const wanted = this.#requests.size > 0 || this.#publishing.size > 0;
    return wanted && !this.#stopped.signal.aborted;
  }

  #need(): void {
    this.#stopIdle();
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

  /** Ended by `close` alone: what is new waits its turn, or tries would be used up in no time. */
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
    let isConfirmed = false;
    try {
      isConfirmed = await gate.admit(use, this.#stopped.signal);
      if (this.#connects > 0) gate.again(use);
    } catch (error) {
      return reasonOf(error);
    }
    const began = platform.now();
    const { reason, isRefused } = await new Promise<Lost>((lost) => {
      const opened = (): void => {
        this.#latency = platform.now() - began;
        gate.allowed(use);
        this.#opened();
      };
      const message = (text: string): void => this.#receive(text);
      const heard = { opened, message, lost };
      this.#wire = dial(use.relay, { platform, gate, use, isConfirmed, config }, heard);
    });
    this.#error = reason;
    this.#lost();
    return isRefused ? reason : undefined;
  }

  #opened(): void {
    this.#connects++;
    this.#error = undefined;
    this.#set('open');
    this.#requests.askAll(this.#aliveAt);
    this.#publishing.sendAll();
    this.#restIfIdle();
  }

  #lost(): void {
    this.#wire = undefined;
    // What the relay has said of events still counts.
    for (const message of this.#waiting.splice(0)) if (message[0] === 'OK') this.#handle(message);
    this.#auth.end();
    this.#auth = this.#freshAuth();
    this.#requests.lost('waiting', this.#error);
  }

  #giveUp(reason: string): void {
    this.#error = reason;
    this.#set('failed');
    this.#publishing.giveUp(reason);
    this.#requests.lost('gone', reason);
  }

  #freshAuth(): RelayAuth {
    const { gate, identity, platform } = this.#host;
    return new RelayAuth(this.url, {
      gate,
      identity,
      now: () => platform.now(),
      send: (event) => void this.#send(['AUTH', event]),
      answered: (accepted, reason) => this.#authSettled(accepted, reason),
    });
  }

  /** Authentication has succeeded or failed: what waited for it is sent again, or is over. */
  #authSettled(accepted: boolean, reason: string): void {
    if (accepted) this.#requests.askAll(this.#aliveAt);
    else this.#requests.refuse(reason);
    this.#publishing.authenticated(accepted, reason);
    this.#host.changed();
  }

  /** Whether it was sent: not where nobody listens, or the mount has moved what it may. */
  #send(message: readonly unknown[]): boolean {
    const text = JSON.stringify(message);
    if (!this.#wire?.isOpen) return false;
    try {
      this.#host.gate.spend(text.length, `write to ${this.url}`);
    } catch {
      return false;
    }
    this.#wire.send(text);
    return true;
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
      return reasonOf(error);
    }
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#waiting.length > 0) {
      const others = this.#waiting.findIndex(([type]) => type !== 'EVENT');
      const count = Math.min(others < 0 ? this.#waiting.length : others, BATCH_MAX);
      const events = this.#waiting.splice(0, count);
      if (count > 0) await this.#requests.events(events.map(([, wire, value]) => [wire, value]));
      else this.#handle(this.#waiting.shift() as Message);
    }
    this.#pumping = false;
    this.#restIfIdle();
  }

  #handle([type, first, second, third]: Message): void {
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    if (type === 'EOSE') this.#requests.stored(text(first));
    else if (type === 'OK') this.#ok(text(first), second === true, text(third));
    else if (type === 'CLOSED')
      this.#requests.closed(text(first), text(second), (reason) => this.#auth.require(reason));
    else if (type === 'NOTICE') this.#notice(text(first));
    else if (type === 'AUTH' && typeof first === 'string') this.#auth.challenge(first);
    this.#host.changed();
  }

  #ok(id: string, accepted: boolean, message: string): void {
    if (this.#auth.ok(id, accepted, message)) return;
    this.#publishing.answered(id, accepted, message, (reason) => this.#auth.require(reason));
  }

  #notice(text: string): void {
    this.#notices.push(text.slice(0, 500));
    if (this.#notices.length > NOTICES_MAX) this.#notices.shift();
  }

  #restIfIdle(): void {
    if (this.#isNeeded || !this.#isOpen) return;
    this.#stopIdle();
    this.#stopIdle = this.#host.platform.after(IDLE_MS, () => {
      if (!this.#isNeeded) this.#wire?.close();
    });
  }

  #set(state: RelayHealth['state']): void {
    this.#state = state;
    this.#host.changed();
  }
}

function messageFrom(data: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) && typeof value[0] === 'string' ? (value as never) : undefined;
  } catch {
    return undefined;
  }
}
