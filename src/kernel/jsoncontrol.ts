/**
 * JSON control files: a request is one JSON object, complete when it has closed, however many writes it took. The
 * handle is a stream whose reading yields one line of reply for each. What is refused fails the write too.
 */
import { concat } from './bytes.ts';
import { FsError, fail, toFsError } from './errors.ts';
import { Queue } from './queue.ts';
import type { FileHandle, Mode } from './service.ts';

/** Replies that nobody has read yet. */
const REPLIES_MAX = 1 << 22;

export type JsonObject = Readonly<Record<string, unknown>>;

/** EACCES by a rule of a policy. */
export class Refused extends FsError {
  readonly rule: string;

  constructor(rule: string, reason: string) {
    super('EACCES', { reason: `${rule}: ${reason}` });
    this.rule = rule;
  }
}

/** Why something failed, for whoever asked: without its code where there are words. */
export function reasonOf(error: unknown): string {
  const { reason, message } = toFsError(error);
  return reason ?? message;
}

/** Finds where a JSON object ends, byte by byte; strings may hold braces. */
class Scanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  get isInside(): boolean {
    return this.#depth > 0;
  }

  /** The offset behind the closing brace; -1 where it is not in these bytes. EINVAL for what is no object. */
  end(data: Uint8Array, from: number): number {
    for (let at = from; at < data.length; at++) {
      const byte = data[at] as number;
      if (this.#inString) this.#string(byte);
      else if (byte === 0x22 && this.#depth > 0) this.#inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.#open(byte);
      else if (byte === 0x7d || byte === 0x5d) {
        if (--this.#depth === 0) return at + 1;
        if (this.#depth < 0) fail('EINVAL', 'a closing bracket without one that opens');
      } else if (this.#depth === 0 && !isSpace(byte)) fail('EINVAL', 'a request is a JSON object');
    }
    return -1;
  }

  #open(byte: number): void {
    if (this.#depth === 0 && byte === 0x5b) fail('EINVAL', 'a request is a JSON object');
    this.#depth++;
  }

  #string(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === 0x5c) this.#escaped = true;
    else if (byte === 0x22) this.#inString = false;
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * `answer` may throw: its error reaches the writer and is the reply. A request is at most `max` bytes (EFBIG).
 * Opened only for reading, the file is at its end at once.
 */
export function jsonHandle(
  mode: Mode,
  max: number,
  answer: (request: JsonObject) => object | Promise<object>,
): FileHandle {
  const replies = new Queue(REPLIES_MAX);
  if (!mode.write && !mode.append) replies.end();
  let scanner = new Scanner();
  let parts: Uint8Array[] = [];
  let held = 0;
  const reset = (): void => {
    scanner = new Scanner();
    parts = [];
    held = 0;
  };
  const hold = (part: Uint8Array): void => {
    held += part.length;
    if (held > max) fail('EFBIG', `a request is at most ${max} bytes`);
    parts.push(part);
  };
  const reply = async (line: object, signal: AbortSignal): Promise<void> => {
    if (!mode.read) return;
    await replies.writeAll(new TextEncoder().encode(`${JSON.stringify(line)}\n`), signal);
  };
  /** Where the next request ends; what is no request makes what was held be forgotten. */
  const next = async (data: Uint8Array, from: number, signal: AbortSignal): Promise<number> => {
    try {
      const end = scanner.end(data, from);
      if (scanner.isInside || end >= 0) hold(data.subarray(from, end < 0 ? data.length : end));
      return end;
    } catch (error) {
      reset();
      await reply(errorLine(error), signal);
      throw error;
    }
  };
  /** One request that is refused does not hold up those after it; its error is that of the write. */
  const take = async (data: Uint8Array, signal: AbortSignal): Promise<void> => {
    let failed: { readonly error: unknown } | undefined;
    for (let from = 0; from < data.length; ) {
      const end = await next(data, from, signal);
      if (end < 0) break;
      const whole = concat(parts);
      reset();
      from = end;
      try {
        await reply(await answer(parse(whole)), signal);
      } catch (error) {
        failed ??= { error };
        await reply(errorLine(error), signal);
      }
    }
    if (failed) throw failed.error;
  };
  return {
    stream: true,
    ready: (what) => (what === 'read' ? replies.ready('read') : { bytes: 1, hangup: false }),
    changed: (signal) => replies.changed(signal),
    read: (_at, count, signal) => replies.read(count, signal),
    write: async (_at, data, signal) => {
      await take(data, signal);
      return { written: data.length, end: 0 };
    },
    close: async () => {
      // Who closes reads no more: a reply that waits for room is dropped.
      replies.abandon();
      if (held > 0) fail('EINVAL', 'the request was not complete');
    },
  };
}

/** `{"error":CODE, "rule"?, "reason"?}`. */
export function errorLine(error: unknown): object {
  const { code, reason } = toFsError(error);
  const rule = error instanceof Refused ? { rule: error.rule } : {};
  return { error: code, ...rule, ...(reason === undefined ? {} : { reason }) };
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonObject;
  } catch (error) {
    return fail('EINVAL', `this is no JSON object: ${(error as Error).message}`);
  }
}

/** Ids that requests may carry, else `PREFIX-N`: EINVAL, EEXIST where `isTaken`. */
export function idsFor(
  prefix: string,
  isTaken: (id: string) => boolean,
): (wanted?: unknown) => string {
  let last = 0;
  const free = (): string => {
    let id: string;
    do id = `${prefix}-${++last}`;
    while (isTaken(id));
    return id;
  };
  return (wanted) => {
    if (wanted === undefined) return free();
    if (typeof wanted !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(wanted))
      return fail('EINVAL', 'an id is 1 to 64 letters, digits and dashes');
    if (isTaken(wanted)) fail('EEXIST', `the id ${wanted} has been used`);
    return wanted;
  };
}

/** EINVAL where an object has a field that it may not have. */
export function onlyFields(value: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    fail('EINVAL', `there is no field '${unknown}'; known are ${known.join(', ')}`);
}
