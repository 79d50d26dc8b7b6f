/**
 * The clone form (webfs(4)): a numbered directory is one request, told by its `ctl`, sent when `body` or `events` is
 * opened, and read as it comes. It goes with its last handle.
 */
import { type CloneDir, CloneHandles } from '../../kernel/clone.ts';
import { textHandle } from '../../kernel/control.ts';
import { FsError, fail } from '../../kernel/errors.ts';
import { type ComputedDir, fixedDir } from '../../kernel/filetree.ts';
import { reasonOf } from '../../kernel/jsoncontrol.ts';
import { Queue } from '../../kernel/queue.ts';
import type { FileHandle } from '../../kernel/service.ts';
import { Waiters } from '../../kernel/waiters.ts';
import { isHeaderText } from '../../policy/policy.ts';
import { type EventStream, type EventsHost, pumpEvents } from './events.ts';
import type { Exchange, Failure, ResponseHead } from './exchange.ts';
import {
  HEADER_BYTES,
  HEADERS_MAX,
  headersFrom,
  methodFrom,
  type RequestBody,
  secondsFrom,
  urlFrom,
} from './request.ts';
import type { HttpRequests } from './requests.ts';

export interface ConversationHost extends EventsHost {
  readonly requests: HttpRequests;
  /** Its last handle is closed. */
  gone(): void;
}

/** Bytes of a response that wait to be read before nothing more is taken from the network. */
const BODY_ROOM = 4 << 20;
/** Pieces that large are handed on as they came. */
const LARGE = 65_536;

export class Conversation implements CloneDir {
  readonly dir: ComputedDir;
  readonly #host: ConversationHost;
  readonly #handles: CloneHandles;
  readonly #waiters = new Waiters();
  #url: URL | undefined;
  #method: string | undefined;
  readonly #headers: Record<string, string> = {};
  #timeoutSecs: number;
  #streamsUp = false;
  /** What was written to `postbody`. */
  #parts: Uint8Array[] = [];
  #size = 0;
  #heldBytes = 0;
  #upload: Queue | undefined;
  #posting = false;
  #posted = false;
  #exchange: Exchange | undefined;
  #head: ResponseHead | undefined;
  #failure: Failure | undefined;
  /** Why it could not be sent. */
  #refusal = '';
  #body = new Queue(BODY_ROOM, LARGE);
  #bodyTaken = false;

  constructor(number: string, host: ConversationHost) {
    this.#host = host;
    this.#handles = new CloneHandles(number, () => {
      this.cancel();
      this.#letGo();
      host.gone();
    });
    this.#timeoutSecs = host.requests.defaultTimeoutSecs;
    this.dir = fixedDir({
      ctl: { may: 'both', open: () => this.ctl() },
      headers: { may: 'read', open: () => this.#headersHandle() },
      body: { may: 'read', open: (_mode, signal) => this.#bodyHandle(signal) },
      postbody: { may: 'write', open: () => this.#postHandle() },
      events: { may: 'read', open: (_mode, signal) => this.#eventsHandle(signal) },
      error: { may: 'read', open: () => this.#handles.hold(textHandle(() => this.#why)) },
    });
  }

  ctl(): FileHandle {
    return this.#handles.ctl((line) => this.#tell(line));
  }

  cancel(): void {
    this.#exchange?.cancel();
  }

  /** What was written is the request's now, or nobody's. */
  #letGo(): void {
    this.#host.requests.letGo(this.#heldBytes);
    this.#heldBytes = 0;
  }

  #tell(line: string): void {
    const [, verb = '', argument = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    if (verb === 'cancel') this.cancel();
    else if (this.#exchange) fail('EBUSY', 'the request has been sent');
    else if (verb === 'url') this.#url = urlFrom(argument);
    else if (verb === 'method') this.#method = methodFrom(argument);
    else if (verb === 'timeout') this.#timeoutSecs = secondsFrom(argument);
    else if (verb === 'stream') this.#streamsUp = true;
    else if (verb === 'header') this.#header(argument);
    else
      fail(
        'EINVAL',
        `'${verb}' is none of url, method, header, timeout, stream, cancel, keep, forget`,
      );
  }

  #header(text: string): void {
    const colon = text.indexOf(':');
    if (colon < 1) fail('EINVAL', 'header takes Name: value');
    const given = headersFrom({ [text.slice(0, colon).trim()]: text.slice(colon + 1) });
    const count = Object.keys(this.#headers).length;
    if (count >= HEADERS_MAX) fail('EINVAL', `at most ${HEADERS_MAX} headers`);
    Object.assign(this.#headers, given);
  }

  /** What is written is kept until the request is sent; after `stream` it goes out as it is written. */
  #postHandle(): FileHandle {
    if (this.#posting || this.#posted || this.#exchange)
      fail('EBUSY', 'a body is written once, before the request is sent');
    if (this.#streamsUp) this.#streamUp();
    this.#posting = true;
    return this.#handles.hold({
      stream: true,
      write: async (_at, data, signal) => {
        const most = this.#host.requests.gate.policy.bytes.request;
        if (this.#upload) {
          const written = await this.#upload.write(data, signal);
          return { written, end: 0 };
        }
        if (this.#size + data.length > most)
          fail('EFBIG', `the policy allows a body of ${most} bytes`);
        this.#host.requests.hold(data.length);
        this.#size += data.length;
        this.#heldBytes += data.length;
        this.#parts.push(data);
        return { written: data.length, end: 0 };
      },
      close: () => {
        this.#posting = false;
        this.#posted = true;
        this.#upload?.end();
        this.#waiters.wake();
      },
    });
  }

  #streamUp(): void {
    this.#upload = new Queue(BODY_ROOM);
    try {
      this.#send({});
    } catch (error) {
      this.#upload = undefined;
      throw error;
    }
  }

  /** Waits for the beginning of the response; what went wrong before it is the errno of this. */
  async #bodyHandle(signal: AbortSignal): Promise<FileHandle> {
    await this.#begin({}, signal);
    return this.#reading(this.#body);
  }

  /** Who closes it before the end wants no more. */
  #reading(queue: Queue, closed: () => void = () => undefined): FileHandle {
    return this.#handles.hold({
      stream: true,
      ready: (what) => (what === 'read' ? queue.ready('read') : undefined),
      changed: (signal) => queue.changed(signal),
      read: async (_at, count, signal) => {
        const data = await queue.read(count, signal);
        if (data.length === 0 && this.#failure) throw errorOf(this.#failure);
        return data;
      },
      unread: (data) => queue.unread(data),
      close: () => {
        closed();
        queue.abandon();
        this.cancel();
      },
    });
  }

  /** The status line and the headers, as they came. */
  #headersHandle(): FileHandle {
    let text: Uint8Array | undefined;
    return this.#handles.hold({
      read: async (at, count, signal) => {
        if (!text) {
          await this.#headCame(signal);
          const { status, status_text, headers } = this.#head as ResponseHead;
          const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
          text = new TextEncoder().encode(`${status} ${status_text}\n${lines.join('')}`);
        }
        return text.slice(at, at + count);
      },
    });
  }

  /** Sends it, and waits for the head; a handle has the body from then on. */
  async #begin(own: Record<string, string>, signal: AbortSignal): Promise<void> {
    if (this.#bodyTaken) fail('EBUSY', 'the body is being read by another handle, or was');
    this.#sendOnce(own);
    this.#bodyTaken = true;
    try {
      await this.#headCame(signal);
    } catch (error) {
      this.#bodyTaken = false;
      throw error;
    }
  }

  /** One line of JSON an event. A connection that ends is made again, from the last event on. */
  async #eventsHandle(signal: AbortSignal): Promise<FileHandle> {
    const lines = new Queue(BODY_ROOM);
    const stop = new AbortController();
    const accept = { accept: 'text/event-stream', 'cache-control': 'no-store' };
    await this.#begin(accept, signal);
    void pumpEvents(this.#eventStream(accept), lines, this.#host, stop.signal);
    return this.#reading(lines, () => stop.abort());
  }

  /** As `events` reads it. */
  #eventStream(headers: Record<string, string>): EventStream {
    let isStream = false;
    return {
      read: async (signal) => this.#body.read(BODY_ROOM, signal),
      mayRepeat: () => {
        const { method } = (this.#exchange as Exchange).request;
        const head = this.#head;
        const type = head?.headers['content-type'] ?? '';
        // Where nobody answered this time it is what it was before.
        if (head) isStream = head.status === 200 && /^text\/event-stream *(;|$)/i.test(type);
        const isLost = this.#failure === undefined || this.#failure.kind === 'network-or-cors';
        return method === 'GET' && isStream && isLost;
      },
      failed: (error) => {
        this.#failure ??= { kind: 'policy', error: reasonOf(error) };
      },
      repeat: async (lastId, signal) => {
        const id = headerBytes(lastId);
        this.#again({ ...headers, ...(id === undefined ? {} : { 'last-event-id': id }) });
        await this.#headCame(signal).catch(() => undefined);
      },
    };
  }

  /** One line; empty while nothing has gone wrong. */
  get #why(): string {
    const text = this.#failure ? errorOf(this.#failure).reason : this.#refusal;
    return text ? `${text}\n` : '';
  }

  #again(headers: Record<string, string>): void {
    this.#body = new Queue(BODY_ROOM, LARGE);
    this.#head = undefined;
    this.#failure = undefined;
    this.#send(headers);
  }

  #sendOnce(own: Record<string, string>): void {
    if (this.#posting && !this.#upload) fail('EBUSY', 'close postbody first: then it is sent');
    if (!this.#exchange) this.#send(own);
  }

  #send(own: Record<string, string>): void {
    const { requests } = this.#host;
    const url = this.#url ?? fail('EINVAL', 'tell ctl a url first');
    const body = this.#bodyOut();
    const method = this.#method ?? (body.kind === 'none' ? 'GET' : 'POST');
    if (body.kind !== 'none' && (method === 'GET' || method === 'HEAD'))
      fail('EINVAL', `${method} has no body`);
    const into = this.#body;
    const held = this.#heldBytes;
    this.#letGo();
    try {
      this.#exchange = requests.stream(
        {
          id: requests.idFor(),
          method,
          url,
          headers: this.#headers,
          own,
          // A stream of events may be silent for hours.
          deadline: 'accept' in own ? 'head' : 'pieces',
          timeoutMs: this.#timeoutSecs * 1000,
          idempotencyKey: keyIn(this.#headers),
          body,
        },
        {
          begin: (head) => {
            this.#head = head;
            this.#waiters.wake();
          },
          chunk: (data, signal) => into.writeAll(data, signal),
          end: () => into.end(),
          fail: (failure) => {
            this.#failure = failure;
            into.end();
            this.#upload?.abandon();
            this.#waiters.wake();
          },
        },
      );
    } catch (error) {
      requests.hold(held);
      this.#heldBytes = held;
      this.#refusal = reasonOf(error);
      throw error;
    }
    // What was written is the request's now.
    this.#parts = [];
  }

  #bodyOut(): RequestBody {
    const upload = this.#upload;
    if (upload) return { kind: 'stream', next: async (signal) => upload.read(BODY_ROOM, signal) };
    if (!this.#posted) return { kind: 'none' };
    return { kind: 'bytes', parts: this.#parts, size: this.#size };
  }

  async #headCame(signal: AbortSignal): Promise<void> {
    while (!this.#head) {
      if (this.#failure) throw errorOf(this.#failure);
      await this.#waiters.wait(signal);
    }
  }
}

/** A header carries an id as the bytes of its UTF-8 (HTML 9.2.3); undefined for an empty one, and for one that none may have. */
function headerBytes(id: string): string | undefined {
  const bytes = Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte));
  const text = bytes.join('');
  const isHeader = id !== '' && bytes.length <= HEADER_BYTES && isHeaderText(text);
  return isHeader ? text : undefined;
}

const keyIn = (headers: Readonly<Record<string, string>>): string | undefined =>
  Object.entries(headers).find(([name]) => /^idempotency-key$/i.test(name))?.[1];

const errnos = {
  policy: 'EACCES',
  timeout: 'ETIMEDOUT',
  cancelled: 'EINTR',
  'too-large': 'EFBIG',
  'network-or-cors': 'EIO',
} as const;

const errorOf = ({ kind, error }: Failure): FsError =>
  new FsError(errnos[kind], { reason: `${kind}: ${error}` });
