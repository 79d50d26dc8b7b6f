/** The requests of one mount: a queue that its executor is woken for, and what came of each until it is forgotten. */

import { toBase64 } from '../../kernel/base64.ts';
import { concat } from '../../kernel/bytes.ts';
import { fail } from '../../kernel/errors.ts';
import { forgetOver } from '../../kernel/forget.ts';
import { idsFor, type JsonObject, reasonOf } from '../../kernel/jsoncontrol.ts';
import { Waiters } from '../../kernel/waiters.ts';
import type { Gate } from '../../policy/gate.ts';
import { redactHeaders } from '../../policy/redact.ts';
import { Exchange, type Receiver } from './exchange.ts';
import { asUse, type HttpRequest, requestFrom, sizeOf } from './request.ts';

export interface RequestsHost {
  /** Milliseconds since 1970. */
  now(): number;
  readonly defaultTimeoutSecs: number;
  /** One is another, or gone. */
  changed(id: string): void;
  /** Throws where no executor will ever take one (ENXIO). */
  accepts(): void;
}

/** Requests that wait, and bytes of their bodies. */
const QUEUED_MAX = 4_096;
const HELD_BYTES = 128 << 20;
/** Responses that are there at once, and their bytes; the oldest go. */
const KEPT_MAX = 1_000;
const KEPT_BYTES = 128 << 20;

/** A whole response, or the part of it that came. */
interface Kept {
  readonly exchange: Exchange;
  readonly parts: Uint8Array[];
  /** Woken when it is over or forgotten. */
  readonly waiters: Waiters;
}

export class HttpRequests {
  readonly gate: Gate;
  readonly #host: RequestsHost;
  /** The one that is wanted, or one that is free; EINVAL, EEXIST. */
  readonly idFor = idsFor('req', (id) => this.#all.has(id) || this.#streamed.has(id));
  readonly #all = new Map<string, Kept>();
  /** Of the clone form: shown, not kept as files. */
  readonly #streamed = new Map<string, Exchange>();
  readonly #queue = new Set<Exchange>();
  /** They wait for a person. */
  readonly #asking = new Set<Exchange>();
  readonly #counts = { completed: 0, failed: 0 };
  #wake: (() => void) | undefined;
  /** Responses that are there, and their bytes. */
  #over = 0;
  #keptBytes = 0;
  #heldBytes = 0;

  constructor(gate: Gate, host: RequestsHost) {
    this.gate = gate;
    this.#host = host;
  }

  // By its executor

  /** `wake` is called when something is queued. Returns the end: what is queued then waits for another. */
  attach(wake: () => void): () => void {
    if (this.#wake) fail('EBUSY', 'it has an executor');
    this.#wake = wake;
    if (this.#queue.size > 0) wake();
    return () => {
      this.#wake = undefined;
    };
  }

  /** The oldest that waits, which is in progress from now on. */
  take(): Exchange | undefined {
    for (const exchange of this.#queue) {
      this.#queue.delete(exchange);
      if (exchange.isOver) continue;
      exchange.start();
      return exchange;
    }
    return undefined;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** No executor will take what waits. */
  end(reason: string): void {
    for (const exchange of [...this.#queue, ...this.#asking]) exchange.fail('cancelled', reason);
  }

  /** Bytes of bodies that are not sent yet, of whatever form: ENOSPC past what a mount may hold. */
  hold(bytes: number): void {
    if (this.#heldBytes + bytes > HELD_BYTES)
      fail('ENOSPC', 'too many bodies wait: read the responses first');
    this.#heldBytes += bytes;
  }

  letGo(bytes: number): void {
    this.#heldBytes -= bytes;
  }

  // By files

  /** A request as JSON; its id. EINVAL, EEXIST, EACCES, ENOSPC. */
  submit(value: JsonObject): string {
    const id = this.idFor(value['id']);
    const request = requestFrom(value, id, this.#host.defaultTimeoutSecs);
    const parts: Uint8Array[] = [];
    let size = 0;
    const receiver: Receiver = {
      begin: () => undefined,
      chunk: (data) => {
        size += data.length;
        const most = this.gate.policy.bytes.response;
        if (size > most) exchange.fail('too-large', `the response is over ${most} bytes`);
        else parts.push(data);
      },
      end: () => this.#ended(kept),
      fail: () => {
        parts.length = 0;
        this.#ended(kept);
      },
    };
    const exchange = this.#enqueue(request, receiver);
    const kept: Kept = { exchange, parts, waiters: new Waiters() };
    this.#all.set(id, kept);
    this.#start(exchange);
    return id;
  }

  /** One whose response is taken as it comes, by a handle. */
  stream(request: HttpRequest, receiver: Receiver): Exchange {
    const exchange = this.#enqueue(request, receiver);
    this.#streamed.set(request.id, exchange);
    forgetOver(this.#streamed, KEPT_MAX);
    this.#start(exchange);
    return exchange;
  }

  get defaultTimeoutSecs(): number {
    return this.#host.defaultTimeoutSecs;
  }

  /** ENOENT. */
  get(id: string): Exchange {
    return this.#all.get(id)?.exchange ?? fail('ENOENT', `there is no request ${id}`);
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  ids(isOver: boolean): readonly string[] {
    return [...this.#all]
      .filter(([, { exchange }]) => exchange.isOver === isOver)
      .map(([id]) => id);
  }

  /** Until it has a response. EINTR; ENOENT where it was forgotten. */
  async wait(id: string, signal: AbortSignal): Promise<void> {
    while (!this.get(id).isOver) await this.#all.get(id)?.waiters.wait(signal);
  }

  /** ENOENT while there is none. */
  response(id: string): object {
    const { exchange, parts } = this.#all.get(id) ?? fail('ENOENT');
    if (!exchange.isOver) fail('ENOENT', 'there is no response yet');
    const { failure, head, request, attempts, durationMs, endedAt = 0 } = exchange;
    const completed_at = new Date(endedAt).toISOString();
    const common = { duration_ms: durationMs, attempts, completed_at };
    if (failure || !head)
      return { request_id: request.id, status: 'failed', ...failure, ...common };
    return { request_id: request.id, ...head, ...bodyOf(concat(parts)), ...common };
  }

  forget(id: string): void {
    const kept = this.#all.get(id);
    if (!kept?.exchange.isOver) fail('ENOENT');
    this.#drop(id);
    this.#host.changed(id);
  }

  /** For who shows them: all that are known, the oldest first. */
  rows(): readonly object[] {
    const all = [
      ...[...this.#all.values()].map(({ exchange }) => exchange),
      ...this.#streamed.values(),
    ];
    return all
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((each) => ({
        ...this.shown(each),
        ...(this.#streamed.has(each.request.id) ? { form: 'stream' } : {}),
      }));
  }

  /** Without what is secret. */
  shown({
    request,
    state,
    attempts,
    createdAt,
    head,
    failure,
    durationMs,
    received,
  }: Exchange): object {
    const { id, method, url, headers, timeoutMs, body } = request;
    return {
      id,
      method,
      url: url.href,
      headers: redactHeaders(headers),
      ...(sizeOf(body) > 0 ? { body_bytes: sizeOf(body) } : {}),
      timeout_secs: timeoutMs / 1000,
      state,
      attempts,
      created_at: new Date(createdAt).toISOString(),
      duration_ms: durationMs,
      received_bytes: received,
      ...(head ? { status: head.status, content_type: head.headers['content-type'] ?? '' } : {}),
      ...failure,
    };
  }

  get status(): object {
    const all = [...this.#all.values()].map(({ exchange }) => exchange);
    const streams = [...this.#streamed.values()];
    const inProgress = [...all, ...streams].filter(({ state }) => state === 'in_progress');
    return {
      pending_count: this.#queue.size + this.#asking.size,
      in_progress_count: inProgress.length,
      completed_count: this.#counts.completed,
      failed_count: this.#counts.failed,
      default_timeout_secs: this.defaultTimeoutSecs,
      bytes_moved: this.gate.used,
      policy: this.gate.policy,
    };
  }

  /** All that is not over ends: its mount is gone. */
  cancelAll(): void {
    for (const { exchange } of this.#all.values()) exchange.cancel();
    for (const exchange of this.#streamed.values()) exchange.cancel();
  }

  #enqueue(request: HttpRequest, receiver: Receiver): Exchange {
    this.#host.accepts();
    if (!this.#wake) fail('ENXIO', 'it is mounted nowhere any more');
    if (this.#queue.size + this.#asking.size >= QUEUED_MAX)
      fail('ENOSPC', 'too many requests wait: read the responses first');
    this.gate.check(asUse(request));
    return new Exchange(request, receiver, this.gate, {
      now: () => this.#host.now(),
      changed: (exchange) => this.#changed(exchange),
    });
  }

  /** What a person has to be asked about is not in the way of others. */
  #start(exchange: Exchange): void {
    this.hold(exchange.heldBytes);
    this.#host.changed(exchange.request.id);
    if (!exchange.asks) {
      this.#enter(exchange);
      return;
    }
    this.#asking.add(exchange);
    exchange.confirm().then(
      () => this.#enter(exchange),
      (error: unknown) => {
        exchange.fail('policy', reasonOf(error));
      },
    );
  }

  #enter(exchange: Exchange): void {
    this.#asking.delete(exchange);
    if (exchange.isOver) return;
    this.#queue.add(exchange);
    this.#wake?.();
  }

  #changed(exchange: Exchange): void {
    if (exchange.isOver) {
      this.#queue.delete(exchange);
      this.#asking.delete(exchange);
      this.letGo(exchange.heldBytes);
      exchange.heldBytes = 0;
      if (exchange.state === 'completed') this.#counts.completed++;
      else this.#counts.failed++;
    }
    this.#host.changed(exchange.request.id);
  }

  #ended(kept: Kept): void {
    this.#keptBytes += keptBytes(kept);
    this.#over++;
    kept.waiters.wake();
    for (const [id, { exchange }] of this.#all) {
      if (this.#over <= KEPT_MAX && this.#keptBytes <= KEPT_BYTES) break;
      if (exchange.isOver && exchange !== kept.exchange) this.#drop(id);
    }
  }

  #drop(id: string): void {
    const kept = this.#all.get(id);
    if (!kept) return;
    this.#keptBytes -= keptBytes(kept);
    this.#over--;
    this.#all.delete(id);
    kept.waiters.wake();
  }
}

const keptBytes = ({ parts }: Kept): number => parts.reduce((sum, { length }) => sum + length, 0);

/** Text where it is UTF-8, else base64. */
function bodyOf(bytes: Uint8Array): { body: string } | { body_base64: string } {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { body: decoder.decode(bytes) };
  } catch {
    return { body_base64: toBase64(bytes) };
  }
}
