/**
 * One WebSocket as files see it: its state, what has come and waits to be read, what was written and waits to be sent.
 * connecting → open → closing → closed, or error; only a lost connection that is to be made again goes back.
 */
import { fail } from '../../kernel/errors.ts';
import type { Ready } from '../../kernel/service.ts';
import { Waiters } from '../../kernel/waiters.ts';
import type { Gate, Use } from '../../policy/gate.ts';

export type ConnectionState = 'connecting' | 'open' | 'closing' | 'closed' | 'error';

export interface Frame {
  readonly type: 'text' | 'binary';
  readonly data: Uint8Array;
}

export interface Message extends Frame {
  readonly seq: number;
  /** ISO 8601. */
  readonly received_at: string;
}

/** One line of what passed, for who watches. */
export interface FrameRow {
  readonly at: string;
  readonly way: 'in' | 'out';
  readonly type: Frame['type'];
  readonly size: number;
  /** The beginning of a text. */
  readonly text?: string;
}

/** Messages that wait to be read, and their bytes: past them the connection ends. */
const INBOX_MAX = 10_000;
const INBOX_BYTES = 16 << 20;
/** Bytes that wait to be sent before writers wait. */
const OUTBOX_BYTES = 1 << 20;
/** What each frame costs beside its bytes. */
const FRAME_BYTES = 128;
const ROWS_MAX = 200;
const SHOWN_CHARS = 400;

const next: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  connecting: ['open', 'closing', 'closed', 'error'],
  open: ['closing', 'closed', 'error', 'connecting'],
  closing: ['closed', 'error'],
  closed: [],
  error: [],
};

export class Connection {
  readonly id: string;
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly gate: Gate;
  reconnect = false;
  reconnects = 0;
  /** The code and reason to close with, once it is asked for. */
  closeWith: { readonly code: number; readonly reason: string } | undefined;
  readonly rows: FrameRow[] = [];
  readonly #now: () => number;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #waiters = new Waiters();
  readonly #inbox: Message[] = [];
  readonly #outbox: Frame[] = [];
  #inboxBytes = 0;
  #outboxBytes = 0;
  #state: ConnectionState = 'connecting';
  #error: string | undefined;
  #closed: { readonly code: number; readonly reason: string } | undefined;
  #openedAt: string | undefined;
  /** The subprotocol that the server chose; empty where it chose none. */
  #protocol = '';
  #lastSeq = 0;
  #isConfirmed = false;
  /** While it has a socket. */
  #wakeSender: (() => void) | undefined;

  constructor(
    id: string,
    to: { readonly url: URL; readonly protocols: readonly string[] },
    gate: Gate,
    host: { now(): number; changed(): void },
  ) {
    this.id = id;
    this.url = to.url;
    this.protocols = to.protocols;
    this.gate = gate;
    this.#now = () => host.now();
    this.#changed = () => host.changed();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** It has ended: nothing more comes or goes. */
  get isOver(): boolean {
    return this.#state === 'closed' || this.#state === 'error';
  }

  /** Aborted when it is to end at once. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get use(): Use {
    return {
      what: `connect ${this.url.protocol}//${this.url.host}${this.url.pathname}`,
      url: this.url,
    };
  }

  /** Whether a person has to be asked before it is made. */
  get asks(): boolean {
    return this.gate.asks(this.use);
  }

  /** Asks a person; Refused, EINTR. */
  async confirm(): Promise<void> {
    this.#isConfirmed = await this.gate.admit(this.use, this.signal);
  }

  /** Refused by the policy as it is now. */
  recheck(): void {
    this.gate.recheck(this.use, this.#isConfirmed);
  }

  get status(): object {
    return {
      id: this.id,
      url: this.url.href,
      state: this.#state,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...this.#closed,
      outbox_count: this.#outbox.length,
      inbox_count: this.#inbox.length,
      ...(this.#openedAt === undefined ? {} : { opened_at: this.#openedAt }),
      ...(this.#protocol === '' ? {} : { protocol: this.#protocol }),
      reconnects: this.reconnects,
    };
  }

  get error(): string | undefined {
    return this.#error;
  }

  // By its executor

  /** Called when there is something to send, or it is to be closed; returns the end. */
  onOut(wake: () => void): () => void {
    this.#wakeSender = wake;
    return () => {
      this.#wakeSender = undefined;
    };
  }

  opened(protocol: string): void {
    this.#protocol = protocol;
    this.#openedAt = this.#iso();
    this.#set('open');
    this.#wakeSender?.();
  }

  /** It was lost and is made again. */
  again(): void {
    this.reconnects++;
    this.#set('connecting');
  }

  /** Why it must end; undefined where it goes on. */
  received(frame: Frame): string | undefined {
    const { response } = this.gate.policy.bytes;
    if (frame.data.length > response) return `a message of over ${response} bytes came`;
    if (this.#inbox.length >= INBOX_MAX || this.#inboxBytes + frame.data.length > INBOX_BYTES)
      return `the inbox is full: ${this.#inbox.length} messages were not read`;
    this.#inbox.push({ ...frame, seq: ++this.#lastSeq, received_at: this.#iso() });
    this.#inboxBytes += frame.data.length;
    this.#note('in', frame);
    this.#tell();
    return undefined;
  }

  /** The next frame to send. */
  takeOut(): Frame | undefined {
    const frame = this.#outbox.shift();
    if (!frame) return undefined;
    this.#outboxBytes -= frame.data.length + FRAME_BYTES;
    this.#note('out', frame);
    this.#tell();
    return frame;
  }

  ended(code: number, reason: string): void {
    if (this.isOver) return;
    this.#closed = { code, reason };
    this.#drop();
    this.#set('closed');
  }

  failed(error: string): void {
    if (this.isOver) return;
    this.#error = error;
    this.#drop();
    this.#set('error');
  }

  /** Something waits to be sent. */
  get hasOutgoing(): boolean {
    return this.#outbox.length > 0;
  }

  // By files

  /** EPIPE once it is closing; waits while too much waits to be sent. */
  async send(frame: Frame, signal: AbortSignal): Promise<void> {
    const { request } = this.gate.policy.bytes;
    if (frame.data.length > request)
      fail('EFBIG', `the policy allows messages of ${request} bytes`);
    while (this.#takesOut && this.#outboxBytes >= OUTBOX_BYTES) await this.#waiters.wait(signal);
    if (!this.#takesOut) fail('EPIPE', `the connection is ${this.#state}`);
    this.#outbox.push({ ...frame, data: frame.data.slice() });
    this.#outboxBytes += frame.data.length + FRAME_BYTES;
    this.#tell();
    this.#wakeSender?.();
  }

  readyOut(): Ready | undefined {
    if (!this.#takesOut) return { bytes: 0, hangup: true };
    const room = OUTBOX_BYTES - this.#outboxBytes;
    return room > 0 ? { bytes: room, hangup: false } : undefined;
  }

  /** The next message; undefined at the end. Waits; EINTR. */
  async receive(signal: AbortSignal): Promise<Message | undefined> {
    while (this.#inbox.length === 0 && !this.isOver) await this.#waiters.wait(signal);
    const message = this.#inbox.shift();
    if (!message) return undefined;
    this.#inboxBytes -= message.data.length;
    this.#tell();
    return message;
  }

  /** The rest of a message that nobody has read: the next reader has it. */
  putBack(message: Message, rest: Uint8Array): void {
    this.#inbox.unshift({ ...message, data: rest });
    this.#inboxBytes += rest.length;
    this.#tell();
  }

  readyIn(): Ready | undefined {
    const [first] = this.#inbox;
    if (first) return { bytes: first.data.length, hangup: this.isOver };
    return this.isOver ? { bytes: 0, hangup: true } : undefined;
  }

  changed(signal: AbortSignal): Promise<void> {
    return this.#waiters.wait(signal);
  }

  /** What waits to be read, without its content. */
  peek(): readonly object[] {
    return this.#inbox.map(({ seq, type, data, received_at }) => ({
      seq,
      type,
      size: data.length,
      received_at,
    }));
  }

  /** Closes once what was written is sent (RFC 6455 7.1.2). */
  close(code = 1000, reason = ''): void {
    if (this.isOver || this.closeWith) return;
    this.reconnect = false;
    this.closeWith = { code, reason };
    this.#set('closing');
    if (this.#wakeSender) this.#wakeSender();
    else {
      // It waits for a person, its turn or its next try: nobody has to be told.
      this.#abort.abort();
      this.ended(code, reason);
    }
  }

  /** Ends it at once. */
  drop(): void {
    this.reconnect = false;
    this.#abort.abort();
    this.failed('it was ended');
  }

  get #takesOut(): boolean {
    return this.#state === 'connecting' || this.#state === 'open';
  }

  #drop(): void {
    this.#outbox.length = 0;
    this.#outboxBytes = 0;
  }

  #set(state: ConnectionState): void {
    if (!next[this.#state].includes(state)) return;
    this.#state = state;
    this.#tell();
  }

  #note(way: FrameRow['way'], { type, data }: Frame): void {
    const text =
      type === 'text' ? { text: new TextDecoder().decode(data.subarray(0, SHOWN_CHARS)) } : {};
    this.rows.push({ at: this.#iso(), way, type, size: data.length, ...text });
    if (this.rows.length > ROWS_MAX) this.rows.splice(0, this.rows.length - ROWS_MAX);
  }

  #tell(): void {
    this.#waiters.wake();
    this.#changed();
  }

  #iso(): string {
    return new Date(this.#now()).toISOString();
  }
}
