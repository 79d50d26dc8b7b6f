/**
 * Requests over a message port: numbered, cancellable, errors with their codes, events the other way.
 * The asynchronous transport, for clients of the kernel (client.ts) and for services (port.ts).
 */
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

export type Answer = (op: string, args: unknown, signal: AbortSignal) => Promise<unknown>;

/** Answers calls that come over a port. Returns how to send events, and the stop, which aborts what runs. */
export function answerOn(port: Port, answer: Answer): { emit(event: unknown): void; stop(): void } {
  const running = new Map<number, AbortController>();
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
    try {
      port.postMessage(compact(reply), []);
    } catch (error) {
      port.postMessage({ reply: call, error: toWire(error) } satisfies Reply, []);
    }
  };
  const listen = ({ data }: MessageEvent<Request | Cancel | null>): void => {
    if (typeof data !== 'object' || data === null) return;
    if ('call' in data) void run(data);
    else if ('cancel' in data) running.get(data.cancel)?.abort();
  };
  port.addEventListener('message', listen);
  port.start?.();
  return {
    emit: (event) => port.postMessage({ event } satisfies Event, []),
    stop: () => {
      port.removeEventListener('message', listen);
      for (const abort of running.values()) abort.abort();
    },
  };
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: FsError): void;
  settled(): void;
}

/** The calling side of a port. */
export class Remote {
  /** Called for each event from the other side. */
  onEvent: (event: unknown) => void = () => undefined;
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #dead: string | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<Reply | Event | null>) => {
      if (typeof data !== 'object' || data === null) return;
      if ('reply' in data) this.#settle(data);
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
      const cancel = (): void => this.#port.postMessage({ cancel: call } satisfies Cancel, []);
      signal?.addEventListener('abort', cancel, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(call, { resolve, reject, settled });
      try {
        this.#port.postMessage({ call, op, args: compactFields(args) } satisfies Request, []);
      } catch (error) {
        this.#pending.delete(call);
        settled();
        reject(
          new FsError('EINVAL', { op, reason: 'arguments that cannot be sent', cause: error }),
        );
      }
    });
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

/** A view is cloned with all of the memory behind it: what is sent has its own. */
function compactFields(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (!entries.some(([, field]) => field instanceof Uint8Array)) return value;
  return Object.fromEntries(
    entries.map(([name, field]) => [
      name,
      field instanceof Uint8Array ? compactFields(field) : field,
    ]),
  );
}

const compact = (reply: Reply): Reply =>
  'value' in reply ? { ...reply, value: compactFields(reply.value) } : reply;

const gone = (op: string, reason: string): FsError => new FsError('EIO', { op, reason });
