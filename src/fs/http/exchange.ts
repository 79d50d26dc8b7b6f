/**
 * One request on its way and what comes back: queued, in progress, then completed or failed, once. Its executor
 * begins and ends it; who asked for it may cancel it.
 */
import type { Gate, Use } from '../../policy/gate.ts';
import { asUse, type HttpRequest, headBytes, sizeOf } from './request.ts';

export type FailureKind = 'network-or-cors' | 'timeout' | 'cancelled' | 'too-large' | 'policy';

export interface ResponseHead {
  readonly status: number;
  readonly status_text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it came from in the end. */
  readonly url: string;
  readonly redirected: boolean;
  /** Headers that were asked for and that the browser does not send. */
  readonly dropped_headers?: readonly string[];
}

export interface Failure {
  readonly kind: FailureKind;
  readonly error: string;
}

/** What becomes of the response. */
export interface Receiver {
  begin(head: ResponseHead): void;
  /** May wait, until the signal ends it: then nothing more is taken from the network. */
  chunk(data: Uint8Array, signal: AbortSignal): Promise<void> | void;
  end(): void;
  fail(failure: Failure): void;
}

export type ExchangeState = 'queued' | 'in_progress' | 'completed' | 'failed';

export class Exchange {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Bytes of its body that its mount counts as waiting. */
  heldBytes: number;
  /** How often it was sent. */
  attempts = 0;
  startedAt: number | undefined;
  endedAt: number | undefined;
  head: ResponseHead | undefined;
  failure: Failure | undefined;
  /** Bytes of the response so far. */
  received = 0;
  readonly #gate: Gate;
  readonly #receiver: Receiver;
  readonly #now: () => number;
  readonly #changed: (exchange: Exchange) => void;
  readonly #abort = new AbortController();
  #request: HttpRequest;
  #state: ExchangeState = 'queued';
  #isConfirmed = false;
  /** Where a redirect has led. */
  #hop: Use | undefined;

  constructor(
    request: HttpRequest,
    receiver: Receiver,
    gate: Gate,
    host: { now(): number; changed(exchange: Exchange): void },
  ) {
    this.#request = request;
    this.#receiver = receiver;
    this.#gate = gate;
    this.#now = () => host.now();
    this.#changed = (exchange) => host.changed(exchange);
    this.createdAt = host.now();
    this.heldBytes = sizeOf(request.body);
  }

  /** Without its body once it is over. */
  get request(): HttpRequest {
    return this.#request;
  }

  get state(): ExchangeState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'completed' || this.#state === 'failed';
  }

  /** Aborted when it is cancelled. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get gate(): Gate {
    return this.#gate;
  }

  // By its executor

  start(): void {
    this.startedAt = this.#now();
    this.#set('in_progress');
  }

  /** Whether a person has to be asked before it is queued. */
  get asks(): boolean {
    return this.#gate.asks(asUse(this.request));
  }

  /** Asks a person; nobody else waits for that. Refused, EINTR. */
  async confirm(): Promise<void> {
    this.#isConfirmed = await this.#gate.admit(asUse(this.request), this.signal);
  }

  /** Refused by the policy as it is now. */
  recheck(): void {
    this.#gate.recheck(asUse(this.request), this.#isConfirmed);
    if (this.#hop) this.#gate.recheck(this.#hop, false);
  }

  /** Before each attempt: Refused by the policy as it is now; all but the first count as uses of their own. */
  beginAttempt(): void {
    this.#hop = undefined;
    this.recheck();
    if (this.attempts > 0) this.#gate.again(asUse(this.request));
  }

  /** Before a redirect is followed: Refused where the policy does not allow what it leads to. */
  hop(use: Use): void {
    this.#hop = use;
    this.#gate.recheck(use, false);
    this.#gate.again(use);
  }

  /** An attempt is on its way, to this URL with these headers. */
  sent(url: URL, headers: Readonly<Record<string, string>>): void {
    this.attempts++;
    this.#gate.allowed(asUse(this.request));
    this.spend(headBytes(url, headers) + sizeOf(this.request.body));
    this.#changed(this);
  }

  /** Bytes of a streamed body that go out: Refused past what the policy allows. */
  spend(bytes: number): void {
    this.#gate.spend(bytes, asUse(this.request).what);
  }

  begin(head: ResponseHead): void {
    if (this.isOver) return;
    this.head = head;
    this.#receiver.begin(head);
    this.#changed(this);
  }

  async chunk(data: Uint8Array, signal: AbortSignal): Promise<void> {
    if (this.isOver) return;
    this.received += data.length;
    this.spend(data.length);
    await this.#receiver.chunk(data, signal);
  }

  end(): void {
    if (this.isOver) return;
    this.#close('completed');
    this.#receiver.end();
    this.#changed(this);
  }

  fail(kind: FailureKind, error: string): void {
    if (this.isOver) return;
    this.failure = { kind, error };
    this.#close('failed');
    this.#receiver.fail(this.failure);
    this.#changed(this);
  }

  /** The policy no longer allows it: it ends at once. */
  revoke(reason: string): void {
    this.fail('policy', reason);
    this.#abort.abort();
  }

  // By who asked for it

  cancel(): void {
    if (this.isOver) return;
    this.fail('cancelled', 'it was cancelled');
    this.#abort.abort();
  }

  get durationMs(): number {
    const from = this.startedAt ?? this.createdAt;
    return Math.round((this.endedAt ?? this.#now()) - from);
  }

  #close(state: ExchangeState): void {
    this.endedAt = this.#now();
    this.#state = state;
    const size = sizeOf(this.#request.body);
    this.#request = { ...this.#request, body: { kind: 'sent', size } };
  }

  #set(state: ExchangeState): void {
    this.#state = state;
    this.#changed(this);
  }
}
