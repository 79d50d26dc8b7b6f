/**
 * What is written down while an agent works: two streams of bytes and a list of events, each with a cap. Past it
 * the oldest go, and are counted.
 */
import { fail } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/service.ts';

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface LogEvent {
  /** Counts from 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly timestamp: string;
  /** Who has written it. */
  readonly source: string;
  readonly level: Level;
  readonly message: string;
  readonly data?: Json;
}

/** What is there of each, with what came before it, as it is kept. */
export interface KeptLogs {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes of lines of JSON. */
  readonly events: Uint8Array;
}

export type What = 'stdout.log' | 'stderr.log' | 'events.jsonl';

export interface LogsHost {
  /** Milliseconds since 1970. */
  now(): number;
}

const FIRST_CAP = 16 * 1024 * 1024;
const CAP_MIN = 1024;
const CAP_MAX = 64 * 1024 * 1024;
/** No event is longer. */
export const LINE_MAX = 256 * 1024;

export class Logs {
  readonly streams: Readonly<Record<'stdout.log' | 'stderr.log', Stream>>;
  readonly #host: LogsHost;
  readonly #listeners = new Set<(what: What, event?: LogEvent) => void>();
  #events: { readonly event: LogEvent; readonly line: Uint8Array }[] = [];
  #eventBytes = 0;
  #lastSeq = 0;
  #dropped = 0;
  #level: Level = 'debug';
  #cap = FIRST_CAP;

  constructor(host: LogsHost, kept?: KeptLogs) {
    this.#host = host;
    this.streams = { 'stdout.log': new Stream(FIRST_CAP), 'stderr.log': new Stream(FIRST_CAP) };
    if (!kept) return;
    this.streams['stdout.log'].add(kept.stdout);
    this.streams['stderr.log'].add(kept.stderr);
    for (const text of new TextDecoder().decode(kept.events).split('\n')) this.#restore(text);
  }

  /** Told of each addition; returns the stop. */
  onChange(listener: (what: What, event?: LogEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  write(name: 'stdout.log' | 'stderr.log', data: Uint8Array): void {
    this.streams[name].add(data);
    this.#tell(name);
  }

  /** Those below the level are let go. */
  add(event: Pick<LogEvent, 'level' | 'message' | 'data'>, source: string): void {
    if (levels.indexOf(event.level) < levels.indexOf(this.#level)) return;
    const made: LogEvent = {
      seq: ++this.#lastSeq,
      timestamp: new Date(this.#host.now()).toISOString(),
      source,
      ...event,
    };
    const line = new TextEncoder().encode(`${JSON.stringify(made)}\n`);
    this.#events.push({ event: made, line });
    this.#eventBytes += line.length;
    this.#rotate();
    this.#tell('events.jsonl', made);
  }

  get events(): readonly LogEvent[] {
    return this.#events.map(({ event }) => event);
  }

  /** All events that are there, as they are read. */
  lines(): readonly Uint8Array[] {
    return this.#events.map(({ line }) => line);
  }

  get status(): { level: Level; cap: number; dropped: Record<string, number> } {
    const { 'stdout.log': out, 'stderr.log': err } = this.streams;
    const dropped = { stdout: out.dropped, stderr: err.dropped, events: this.#dropped };
    return { level: this.#level, cap: this.#cap, dropped };
  }

  set level(level: Level) {
    this.#level = level;
  }

  /** Bytes that each of the three holds. EINVAL below 1 KiB. */
  set cap(bytes: number) {
    if (!Number.isSafeInteger(bytes) || bytes < CAP_MIN || bytes > CAP_MAX)
      fail('EINVAL', 'a cap is 1024 bytes to 64 MiB');
    this.#cap = bytes;
    for (const stream of Object.values(this.streams)) stream.cap = bytes;
    this.#rotate();
  }

  /** Forgets all that is there; numbers and counts go on. */
  clear(): void {
    for (const stream of Object.values(this.streams)) stream.clear();
    this.#events = [];
    this.#eventBytes = 0;
    for (const what of ['stdout.log', 'stderr.log', 'events.jsonl'] as const) this.#tell(what);
  }

  /** A line that a crash has cut is none. */
  #restore(text: string): void {
    let event: LogEvent;
    try {
      event = JSON.parse(text) as LogEvent;
    } catch {
      return;
    }
    const line = new TextEncoder().encode(`${text}\n`);
    this.#events.push({ event, line });
    this.#eventBytes += line.length;
    this.#lastSeq = event.seq;
  }

  #rotate(): void {
    let gone = 0;
    while (this.#eventBytes > this.#cap && gone < this.#events.length) {
      this.#eventBytes -= this.#events[gone]?.line.length ?? 0;
      gone++;
    }
    if (gone > 0) this.#events = this.#events.slice(gone);
    this.#dropped += gone;
  }

  #tell(what: What, event?: LogEvent): void {
    for (const listener of [...this.#listeners]) listener(what, event);
  }
}

/** Bytes, of which the oldest lines go past the cap. Places count from the beginning of all that was ever written. */
export class Stream {
  cap: number;
  /** Bytes that are gone, from the beginning. */
  #start = 0;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #dropped = 0;

  constructor(cap: number) {
    this.cap = cap;
  }

  /** Where what is there begins, and ends. */
  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#start + this.#size;
  }

  /** Bytes that rotation took. */
  get dropped(): number {
    return this.#dropped;
  }

  add(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#chunks.push(data.slice());
    this.#size += data.length;
    if (this.#size > this.cap) this.#rotate();
  }

  clear(): void {
    this.#start = this.end;
    this.#chunks = [];
    this.#size = 0;
  }

  /** At most `count` bytes from a place on; from the oldest that is there, where that is gone. */
  read(at: number, count: number): { readonly from: number; readonly bytes: Uint8Array } {
    const from = Math.min(Math.max(at, this.#start), this.end);
    const out = new Uint8Array(Math.max(0, Math.min(count, this.end - from)));
    let place = this.#start;
    let filled = 0;
    for (const chunk of this.#chunks) {
      if (filled === out.length) break;
      const skip = Math.max(0, from + filled - place);
      if (skip < chunk.length) {
        const part = chunk.subarray(skip, skip + out.length - filled);
        out.set(part, filled);
        filled += part.length;
      }
      place += chunk.length;
    }
    return { from, bytes: out };
  }

  /** Whole lines go, a quarter of the cap at once, so that it does not happen at every write. */
  #rotate(): void {
    const all = this.read(this.#start, this.#size).bytes;
    const least = this.#size - Math.floor(this.cap * 0.75);
    const newline = all.indexOf(10, least - 1);
    const cut = newline === -1 || newline + 1 >= all.length ? least : newline + 1;
    this.#chunks = [all.slice(cut)];
    this.#start += cut;
    this.#size -= cut;
    this.#dropped += cut;
  }
}
