/**
 * One bounded queue of bytes for pipes, consoles, sockets and events: writers wait while it is full,
 * readers while it is empty, both can be aborted, and an aborted wait loses no data.
 */
import type { Awaitable } from './awaitable.ts';
import { giveAway } from './bytes.ts';
import { fail } from './errors.ts';
import type { Ready } from './service.ts';
import { Waiters } from './waiters.ts';

export class Queue {
  readonly #limit: number;
  readonly #large: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #abandoned = false;
  readonly #waiters = new Waiters();

  /**
   * `limit`: bytes held before writers wait (pipe(7) has 65,536). Chunks of `large` bytes or more are taken
   * whole where there is any room, and read as they were written where a read has room for them: not copied.
   */
  constructor(limit = 65_536, large = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#large = large;
  }

  get size(): number {
    return this.#size;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What a reader or a writer could do now without waiting; undefined for nothing. */
  ready(what: 'read' | 'write'): Ready | undefined {
    if (what === 'read')
      return this.#size > 0 || this.#ended ? { bytes: this.#size, hangup: this.#ended } : undefined;
    const hangup = this.#abandoned || this.#ended;
    const bytes = this.#limit - this.#size;
    return hangup || bytes > 0 ? { bytes: Math.max(0, bytes), hangup } : undefined;
  }

  /** Waits for room, then takes what fits; EPIPE once the reader has left. Returns the bytes taken. */
  write(data: Uint8Array, signal: AbortSignal): Awaitable<number> {
    if (data.length === 0) return 0;
    if (this.#isFull) return this.#writeLater(data, signal);
    if (this.#abandoned || this.#ended) fail('EPIPE', 'the reader has left');
    const taken = data.length < this.#large ? data.subarray(0, this.#limit - this.#size) : data;
    this.#chunks.push(taken);
    this.#size += taken.length;
    this.#waiters.wake();
    return taken.length;
  }

  /** All of it, in as many writes as it takes. Its bytes may be the reader's before this has resolved. */
  async writeAll(data: Uint8Array, signal: AbortSignal): Promise<void> {
    const { length } = data;
    for (let at = 0; at < length; ) at += await this.write(data.subarray(at), signal);
  }

  /** At most `count` bytes, from as many chunks as are there; waits while there are none; empty at the end. */
  read(count: number, signal: AbortSignal): Awaitable<Uint8Array> {
    if (count === 0) return new Uint8Array(0);
    if (this.#isDry) return this.#readLater(count, signal);
    const out = this.#whole(count) ?? this.#merged(count);
    this.#size -= out.length;
    this.#waiters.wake();
    return giveAway(out);
  }

  /** A large chunk is handed on as it is. */
  #whole(count: number): Uint8Array | undefined {
    const [first] = this.#chunks;
    if (!first || first.length < this.#large || first.length > count) return undefined;
    this.#chunks.shift();
    return first;
  }

  /** From the chunks before the next large one. */
  #merged(count: number): Uint8Array {
    let size = 0;
    for (const { length } of this.#chunks) {
      if (size >= count || (size > 0 && length >= this.#large)) break;
      size += length;
    }
    const out = new Uint8Array(Math.min(count, size));
    let filled = 0;
    while (filled < out.length) filled += this.#take(out, filled);
    return out;
  }

  /** Puts what was read too far back to the front, whatever the limit. */
  unread(data: Uint8Array): void {
    if (data.length === 0 || this.#abandoned) return;
    this.#chunks.unshift(data);
    this.#size += data.length;
    this.#waiters.wake();
  }

  /** One end is there again after all of its kind had left (fifo(7)). */
  reopen(end: 'read' | 'write'): void {
    if (end === 'read') this.#abandoned = false;
    else this.#ended = false;
  }

  /** No more will be written: readers get what is left, then the end. */
  end(): void {
    this.#ended = true;
    this.#waiters.wake();
  }

  /** The reader has left: what is queued is dropped and writers get EPIPE. */
  abandon(): void {
    this.#abandoned = true;
    this.#chunks = [];
    this.#size = 0;
    this.#waiters.wake();
  }

  get #isFull(): boolean {
    return !this.#abandoned && !this.#ended && this.#size >= this.#limit;
  }

  get #isDry(): boolean {
    return this.#size === 0 && !this.#ended;
  }

  async #writeLater(data: Uint8Array, signal: AbortSignal): Promise<number> {
    while (this.#isFull) await this.changed(signal);
    return this.write(data, signal);
  }

  async #readLater(count: number, signal: AbortSignal): Promise<Uint8Array> {
    while (this.#isDry) await this.changed(signal);
    return this.read(count, signal);
  }

  #take(out: Uint8Array, at: number): number {
    const chunk = this.#chunks[0] as Uint8Array;
    const room = out.length - at;
    out.set(chunk.subarray(0, room), at);
    if (chunk.length <= room) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(room);
    return Math.min(chunk.length, room);
  }

  /** Resolves at the next change of any kind; EINTR when aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#waiters.wait(signal);
  }
}
