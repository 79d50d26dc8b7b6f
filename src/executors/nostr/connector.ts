/** NostrRelayConnector: signs what NostrFs services send, publishes it to each of their relays, and subscribes there. */
import type { NostrEvent } from '../../fs/nostr/event.ts';
import {
  type NostrListener,
  type NostrState,
  type RelayHealth,
  signing,
} from '../../fs/nostr/nostr.ts';
import type { Outgoing } from '../../fs/nostr/outbox.ts';
import type { Subscription } from '../../fs/nostr/subscription.ts';
import { fail } from '../../kernel/errors.ts';
import { Refused, reasonOf } from '../../kernel/jsoncontrol.ts';
import type { ExecutorConfig } from '../config.ts';
import type { Executor, ExecutorHealth } from '../manager.ts';
import type { Platform } from '../platform.ts';
import type { NostrCrypto } from './crypto.ts';
import { Relay } from './relay.ts';
import { FairVerifier, type VerifyLine } from './verifying.ts';

export interface NostrConnectorHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  readonly crypto: NostrCrypto;
  changed(): void;
}

export class NostrRelayConnector implements Executor<NostrState> {
  readonly #host: NostrConnectorHost;
  readonly #sessions = new Set<Session>();
  readonly #verifier: FairVerifier;
  #takes = true;

  constructor(host: NostrConnectorHost) {
    this.#host = host;
    this.#verifier = new FairVerifier(host.crypto);
  }

  attach(state: NostrState): () => void {
    const line = this.#verifier.line();
    const session = new Session(state, this.#host, line, () => this.#takes);
    this.#sessions.add(session);
    const end = state.attach(session);
    return () => {
      end();
      this.#sessions.delete(session);
      session.close();
    };
  }

  health(): ExecutorHealth {
    const all = [...this.#sessions];
    const sum = (of: (session: Session) => number): number =>
      all.reduce((total, session) => total + of(session), 0);
    return {
      attached: all.length,
      active: sum(({ active }) => active),
      waiting: 0,
      limit: sum(({ relays }) => relays),
      done: sum(({ done }) => done),
      failed: sum(({ failed }) => failed),
    };
  }

  stopIntake(): void {
    this.#takes = false;
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.idle()));
  }

  abort(): void {
    for (const session of this.#sessions) session.close();
  }
}

class Session implements NostrListener {
  readonly #state: NostrState;
  readonly #host: NostrConnectorHost;
  readonly #verifier: VerifyLine;
  readonly #takes: () => boolean;
  readonly #relays = new Map<string, Relay>();
  /** Named by one event only. */
  readonly #others = new Map<string, Relay>();
  readonly #subs = new Set<Subscription>();
  readonly #active = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  done = 0;
  failed = 0;

  constructor(
    state: NostrState,
    host: NostrConnectorHost,
    verifier: VerifyLine,
    takes: () => boolean,
  ) {
    this.#state = state;
    this.#host = host;
    this.#verifier = verifier;
    this.#takes = takes;
  }

  get active(): number {
    return this.#active.size;
  }

  get relays(): number {
    return this.#relays.size;
  }

  outgoing(outgoing: Outgoing): void {
    if (!this.#takes()) {
      outgoing.fail('cancelled', 'the network is being shut down');
      return;
    }
    const work = this.#send(outgoing).finally(() => {
      this.#active.delete(work);
      if (outgoing.failure) this.failed++;
      else this.done++;
    });
    this.#active.add(work);
  }

  subscribed(subscription: Subscription): void {
    this.#subs.add(subscription);
    for (const url of this.#state.relays) this.#relay(url).subscribe(subscription);
  }

  unsubscribed(subscription: Subscription): void {
    this.#subs.delete(subscription);
    for (const relay of [...this.#relays.values(), ...this.#others.values()])
      relay.unsubscribe(subscription);
  }

  relaysChanged(): void {
    const wanted = new Set(this.#state.relays);
    for (const [url, relay] of this.#relays) {
      if (wanted.has(url)) continue;
      relay.close();
      this.#relays.delete(url);
    }
    for (const url of wanted) {
      if (this.#relays.has(url)) continue;
      // One that an event alone has named is the mount's now.
      const other = this.#others.get(url);
      if (other) this.#relays.set(url, other);
      this.#others.delete(url);
      for (const subscription of this.#subs) this.#relay(url).subscribe(subscription);
    }
  }

  health(url: string): RelayHealth | undefined {
    return this.#relays.get(url)?.health;
  }

  async idle(): Promise<void> {
    await Promise.all(this.#active);
  }

  close(): void {
    this.#stop.abort();
    for (const relay of [...this.#relays.values(), ...this.#others.values()]) relay.close();
    this.#relays.clear();
    this.#others.clear();
  }

  /** Signs it, as the policy and a person allow, and waits until each relay has answered or gave up. */
  async #send(outgoing: Outgoing): Promise<void> {
    const { gate, identity } = this.#state;
    const { template } = outgoing;
    const signal = AbortSignal.any([outgoing.signal, this.#stop.signal]);
    const use = signing(template, identity.name);
    let event = outgoing.event;
    if (!event) {
      try {
        await gate.admit(use, signal);
        event = await identity.sign(template, signal);
        signal.throwIfAborted();
        gate.allowed(use);
      } catch (error) {
        if (error instanceof Refused) outgoing.fail('policy', reasonOf(error));
        else if (signal.aborted) outgoing.fail('cancelled', 'it was ended before it was signed');
        else outgoing.fail('signer', reasonOf(error));
        return;
      }
      const urls = outgoing.only ?? this.#state.relays;
      outgoing.signed(event as NostrEvent, urls);
      for (const url of urls) this.#relay(url).publish(outgoing);
    } else {
      // Signed before there was an executor, or by one that has gone.
      for (const url of outgoing.pending) this.#relay(url).publish(outgoing);
    }
    while (!outgoing.isOver && !signal.aborted)
      await outgoing.waiters.wait(signal).catch(() => undefined);
  }

  #relay(url: string): Relay {
    const known = this.#relays.get(url) ?? this.#others.get(url);
    if (known) return known;
    if (this.#stop.signal.aborted) fail('ENXIO', 'the network is gone');
    const { gate, identity } = this.#state;
    const relay = new Relay(url, { ...this.#host, verifier: this.#verifier, gate, identity });
    (this.#state.relays.includes(url) ? this.#relays : this.#others).set(url, relay);
    return relay;
  }
}
