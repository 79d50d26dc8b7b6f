/**
 * Requests over a message port: numbered, cancellable, errors with their codes, events the other way.
 * The asynchronous transport, for clients of the kernel (client.ts) and for services (port.ts). Calls that are
 * made at once go as one message, and so do their replies: a message costs more than most calls.
 */
import { isGivenAway } from './bytes.ts';
import { FsError, fromWire, toWire, type WireError } from './errors.ts';

/** What MessagePort, Worker and a worker's own scope have in common. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  start?(): void;
}

interface Request {
  readonly call: number;
  readonly op: string;
  readonly args: unknown;
}
interface Cancel {
  readonly cancel: number;
}
type Reply =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly error: WireError };
interface Event {
  readonly event: unknown;
}

/** Calls in one message: more would keep the other side from everything else for too long. */
const BATCH = 64;

export type Answer = (op: string, args: unknown, signal: AbortSignal) => Promise<unknown>;

/** Answers calls that come over a port. Returns how to send events, and the stop, which aborts what runs. */
export function answerOn(port: Port, answer: Answer): { emit(event: unknown): void; stop(): void } {
  const running = new Map<number, AbortController>();
  const replies = new Outbox<Reply>((batch) => sendReplies(port, batch));
  const run = async ({ call, op, args }: Request): Promise<void> => {
    const abort = new AbortController();
    running.set(call, abort);
    let reply: Reply;
    try {
      reply = { reply: call, value: await answer(op, args, abort.signal) };
    } catch (error) {
      reply = { reply: call, error: toWire(error) };
    }
    running.delete(call);
    replies.add(reply);
  };
  const listen = ({ data }: MessageEvent<Request | readonly Request[] | Cancel | null>): void => {
    if (typeof data !== 'object' || data === null) return;
    if (Array.isArray(data)) {
      replies.expect(data.length);
      for (const request of data) void run(request);
    } else if ('call' in data) void run(data);
    else if ('cancel' in data) running.get(data.cancel)?.abort();
  };
  port.addEventListener('message', listen);
  port.start?.();
  return {
    emit: (event) => {
      // What was answered before it is heard before it.
      replies.send();
      port.postMessage({ event } satisfies Event, []);
    },
    stop: () => {
      port.removeEventListener('message', listen);
      for (const abort of running.values()) abort.abort();
    },
  };
}

/** Replies wait for those of the same message, but not longer than a turn of the event loop. */
class Outbox<T> {
  readonly #post: (batch: readonly T[]) => void;
  #waiting: T[] = [];
  #expected = 0;
  #turn: MessageChannel | undefined;

  constructor(post: (batch: readonly T[]) => void) {
    this.#post = post;
  }

  expect(count: number): void {
    this.#expected += count;
    if (this.#turn) return;
    this.#turn = new MessageChannel();
    const { port1, port2 } = this.#turn;
    port1.onmessage = () => {
      port1.close();
      this.#turn = undefined;
      this.send();
    };
    port2.postMessage(0);
  }

  add(each: T): void {
    this.#waiting.push(each);
    if (this.#waiting.length >= this.#expected) this.send();
  }

  send(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#expected = 0;
    if (batch.length > 0) this.#post(batch);
  }
}

function sendReplies(port: Port, batch: readonly Reply[]): void {
  const given: ArrayBuffer[] = [];
  const sent = batch.map((reply) => compact(reply, given));
  try {
    port.postMessage(sent.length === 1 ? sent[0] : sent, given);
  } catch (error) {
    // One that cannot be sent does not keep the others back.
    if (batch.length > 1) for (const each of batch) sendReplies(port, [each]);
    else port.postMessage({ reply: batch[0]?.reply as number, error: toWire(error) }, []);
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: FsError): void;
  settled(): void;
}

type Heard = Reply | readonly Reply[] | Event;

/** The calling side of a port. */
export class Remote {
  /** Called for each event from the other side. */
  onEvent: (event: unknown) => void = () => undefined;
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #outbox: Request[] = [];
  #last = 0;
  #dead: string | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<Heard | null>) => {
      if (typeof data !== 'object' || data === null) return;
      if (Array.isArray(data)) for (const reply of data as Reply[]) this.#settle(reply);
      else if ('reply' in data) this.#settle(data);
      else if ('event' in data) this.onEvent(data.event);
    });
    port.start?.();
  }

  /** Sends one call; an abort cancels it there and rejects with EINTR here when it has stopped. */
  call(op: string, args: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.#dead !== undefined) return Promise.reject(gone(op, this.#dead));
    if (signal?.aborted) return Promise.reject(new FsError('EINTR', { op }));
    const call = ++this.#last;
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#send();
        this.#port.postMessage({ cancel: call } satisfies Cancel, []);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(call, { resolve, reject, settled });
      if (this.#outbox.length === 0) queueMicrotask(() => this.#send());
      this.#outbox.push({ call, op, args: ownFields(args) });
      if (this.#outbox.length >= BATCH || isLarge(args)) this.#send();
    });
  }

  #send(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    if (requests.length > 0) this.#post(requests);
  }

  #post(requests: readonly Request[]): void {
    const given = requests.flatMap(({ args }) => buffersGiven(args));
    try {
      this.#port.postMessage(requests.length === 1 ? requests[0] : requests, given);
    } catch (error) {
      if (requests.length > 1) for (const each of requests) this.#post([each]);
      else this.#refused(requests[0] as Request, error);
    }
  }

  #refused({ call, op }: Request, cause: unknown): void {
    const reason = 'arguments that cannot be sent';
    this.#settle({ reply: call, error: toWire(new FsError('EINVAL', { op, reason, cause })) });
  }

  /** The other side is gone: what is pending and what comes later fails with EIO and the reason. */
  die(reason: string): void {
    this.#dead = reason;
    for (const pending of this.#pending.values()) {
      pending.settled();
      pending.reject(gone('call', reason));
    }
    this.#pending.clear();
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.reply);
    if (!pending) return;
    this.#pending.delete(reply.reply);
    pending.settled();
    if ('error' in reply) pending.reject(fromWire(reply.error));
    else pending.resolve(reply.value);
  }
}

/** More bytes than this are sent at once. */
const WAITING_MAX = 65_536;

/** Whether the arguments hold many bytes, or bytes that are still the caller's. */
function isLarge(args: unknown): boolean {
  if (typeof args !== 'object' || args === null || args instanceof Uint8Array) return false;
  return Object.values(args).some(
    (field) =>
      (field instanceof Uint8Array && field.length > WAITING_MAX) ||
      (Array.isArray(field) && field.some((each) => each instanceof Uint8Array)),
  );
}

/** Cloning costs two copies: larger bytes are copied once, and the copy is given away. */
const GIVEN_MIN = 16_384;

/** The caller may change its bytes while they wait to be sent: they are copied, unless it has given them away. */
function ownFields(args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  if (args instanceof Uint8Array) return owned(args);
  const entries = Object.entries(args);
  if (!entries.some(([, field]) => field instanceof Uint8Array)) return args;
  return Object.fromEntries(
    entries.map(([name, field]) => [name, field instanceof Uint8Array ? owned(field) : field]),
  );
}

const owned = (bytes: Uint8Array): Uint8Array => (isGivenAway(bytes) ? bytes : bytes.slice());

/** The larger ones of the bytes that `ownFields` gives, to be transferred. */
function buffersGiven(args: unknown): ArrayBuffer[] {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return [];
  return Object.values(args).flatMap((field: unknown) =>
    field instanceof Uint8Array && field.length >= GIVEN_MIN ? [field.buffer as ArrayBuffer] : [],
  );
}

/** A view is cloned with all of the memory behind it: what is sent has its own. `given` is transferred. */
function compactFields(value: unknown, given: ArrayBuffer[]): unknown {
  if (value instanceof Uint8Array) {
    if (value.length < GIVEN_MIN && value.byteLength === value.buffer.byteLength) return value;
    const own = owned(value);
    if (own.length >= GIVEN_MIN) given.push(own.buffer as ArrayBuffer);
    return own;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (!entries.some(([, field]) => field instanceof Uint8Array)) return value;
  return Object.fromEntries(
    entries.map(([name, field]) => [
      name,
      field instanceof Uint8Array ? compactFields(field, given) : field,
    ]),
  );
}

const compact = (reply: Reply, given: ArrayBuffer[]): Reply =>
  'value' in reply ? { ...reply, value: compactFields(reply.value, given) } : reply;

const gone = (op: string, reason: string): FsError => new FsError('EIO', { op, reason });
