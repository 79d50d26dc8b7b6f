/**
 * The gate: an open file checks closed, mode, offsets, stream seeks and close-once, so that services
 * need not. It owns the seek pointer, which descriptors made by dup share (dup(2)).
 */
import { type Awaitable, after } from './awaitable.ts';
import type { NamespaceStat } from './caller.ts';
import { fail } from './errors.ts';
import type { FileHandle, Mode, Ready, Stat, Times } from './service.ts';

/** What an open file tells its kernel, and where it stands. */
export interface Place {
  /** What stands for this file among all that are open. */
  name(): string;
  /** Its path, or what it is where it has none. */
  path(): string;
  /** Opened through a read-only mount. */
  readonly ro: boolean;
  /** What is written goes to a copy (cow). */
  readonly isCopy: boolean;
  /** Forgets where it stands, after the last close. */
  leave(): void;
  /** Stat by path, for handles without a stat of their own. */
  stat(signal: AbortSignal): Awaitable<NamespaceStat>;
  /** What the service told, with the device and what it left out. */
  complete(stat: Stat): NamespaceStat;
  /** Times by path, for handles without. */
  setTimes(times: Times, signal: AbortSignal): Promise<void>;
  sync(): Promise<void>;
  didRead(bytes: number): void;
  didWrite(bytes: number): void;
}

/** Beyond this an offset is no exact number: EINVAL. */
const OFFSET_MAX = Number.MAX_SAFE_INTEGER;

export class OpenFile {
  mode: Mode;
  /** Reading or writing a stream that would wait is EAGAIN (O_NONBLOCK). */
  nonblock = false;
  readonly place: Place;
  readonly #handle: FileHandle;
  #position = 0;
  #references = 1;
  /** The last operation that uses the seek pointer: they run one after the other. */
  #tail: Promise<unknown> | undefined;

  constructor(handle: FileHandle, mode: Mode, place: Place) {
    this.#handle = handle;
    this.mode = mode;
    this.place = place;
  }

  get stream(): boolean {
    return this.#handle.stream ?? false;
  }

  get terminal(): boolean {
    return this.#handle.terminal ?? false;
  }

  get position(): number {
    return this.#position;
  }

  /** Another descriptor for the same open file. */
  dup(): this {
    this.#references++;
    return this;
  }

  /** read(2): the bytes may come in the beginning of `into`, if it is given. */
  read(count: number, signal: AbortSignal, into?: Uint8Array): Awaitable<Uint8Array> {
    if (this.stream) return this.pread(0, count, signal);
    return this.#inTurn(() =>
      after(this.pread(this.#position, count, signal, into), (data) => {
        this.#position += data.length;
        return data;
      }),
    );
  }

  /** read(2) at an offset; EBADF if not open for reading. */
  pread(at: number, count: number, signal: AbortSignal, into?: Uint8Array): Awaitable<Uint8Array> {
    this.#checkOpen();
    if (!this.mode.read || !this.#handle.read) fail('EBADF', 'not open for reading');
    checkOffset(at);
    this.#checkReady('read');
    return after(this.#handle.read(at, count, signal, into), (data) => {
      this.place.didRead(data.length);
      return data;
    });
  }

  write(data: Uint8Array, signal: AbortSignal): Awaitable<number> {
    if (this.stream) return this.pwrite(0, data, signal);
    return this.#inTurn(() =>
      after(
        this.put(this.mode.append ? 'end' : this.#position, data, signal),
        ({ written, end }) => {
          this.#position = end;
          return written;
        },
      ),
    );
  }

  /** write(2) at an offset. With append the offset is ignored and data goes to the end, as on Linux (pwrite(2), BUGS). */
  pwrite(at: number, data: Uint8Array, signal: AbortSignal): Awaitable<number> {
    return after(this.put(this.mode.append ? 'end' : at, data, signal), ({ written }) => written);
  }

  /** Takes back what was read too far (ungetc(3), of many bytes); EINVAL for more than was read. */
  unread(data: Uint8Array): void {
    this.#checkOpen();
    if (!this.mode.read) fail('EBADF', 'not open for reading');
    if (this.stream) {
      if (!this.#handle.unread) fail('ENOTSUP', 'this stream takes nothing back');
      this.#handle.unread(data);
    } else {
      checkOffset(this.#position - data.length);
      this.#position -= data.length;
    }
  }

  /** lseek(2): ESPIPE on a stream, EINVAL below zero. Returns the new position. */
  seek(offset: number, whence: 'set' | 'cur' | 'end', signal: AbortSignal): Awaitable<number> {
    this.#checkOpen();
    if (this.stream) fail('ESPIPE');
    return this.#inTurn(() => {
      const origin =
        whence === 'set'
          ? 0
          : whence === 'cur'
            ? this.#position
            : after(this.stat(signal), ({ size }) => size);
      return after(origin, (from) => {
        checkOffset(from + offset);
        this.#position = from + offset;
        return this.#position;
      });
    });
  }

  async truncate(size: number, signal: AbortSignal): Promise<void> {
    this.#checkOpen();
    if (!this.mode.write) fail('EINVAL', 'not open for writing');
    checkOffset(size);
    if (!this.#handle.truncate) fail('EINVAL', 'this file has no length to set');
    await this.#handle.truncate(size, signal);
    this.place.didWrite(0);
  }

  stat(signal: AbortSignal): Awaitable<NamespaceStat> {
    this.#checkOpen();
    if (!this.#handle.stat) return this.place.stat(signal);
    return after(this.#handle.stat(signal), (stat) => this.place.complete(stat));
  }

  /** Turns appending on or off (fcntl(2) F_SETFL). */
  set append(on: boolean) {
    this.mode = { ...this.mode, append: on };
  }

  async setTimes(times: Times, signal: AbortSignal): Promise<void> {
    this.#checkOpen();
    if (this.place.ro) fail('EROFS', 'mounted read-only');
    if (!this.#handle.setTimes) return this.place.setTimes(times, signal);
    await this.#handle.setTimes(times);
    this.place.didWrite(0);
  }

  async sync(): Promise<void> {
    this.#checkOpen();
    await (this.#handle.sync ? this.#handle.sync() : this.place.sync());
  }

  /** Drops one reference; the last closes the handle, whose error is the caller's to see once. */
  close(): Awaitable<void> {
    this.#checkOpen();
    if (--this.#references > 0) return;
    this.place.leave();
    return this.#handle.close?.();
  }

  /** A write that says where: at an offset or at the end. */
  put(
    at: number | 'end',
    data: Uint8Array,
    signal: AbortSignal,
  ): Awaitable<{ written: number; end: number }> {
    this.#checkOpen();
    if (!this.mode.write || !this.#handle.write) fail('EBADF', 'not open for writing');
    if (at !== 'end') checkOffset(at + data.length);
    this.#checkReady('write');
    return after(this.#handle.write(at, data, signal), (done) => {
      this.place.didWrite(done.written);
      return done;
    });
  }

  /** What can be done now without waiting; a plain file is always ready (poll(2)). */
  async ready(what: 'read' | 'write', signal: AbortSignal): Promise<Ready | undefined> {
    this.#checkOpen();
    if (this.#handle.ready) return this.#handle.ready(what);
    if (this.stream || what === 'write') return { bytes: 0, hangup: false };
    const { size } = await this.stat(signal);
    return { bytes: Math.max(0, size - this.#position), hangup: false };
  }

  /** Resolves when `ready` may answer otherwise; never for what is always ready. */
  async changed(signal: AbortSignal): Promise<void> {
    await (this.#handle.changed?.(signal) ?? new Promise(() => undefined));
  }

  #checkReady(what: 'read' | 'write'): void {
    if (this.nonblock && this.#handle.ready && !this.#handle.ready(what))
      fail('EAGAIN', 'it would wait');
  }

  #checkOpen(): void {
    if (this.#references <= 0) fail('EBADF', 'already closed');
  }

  #inTurn<T>(run: () => Awaitable<T>): Awaitable<T> {
    if (this.#tail) return this.#afterTail(run);
    const mine = run();
    if (!(mine instanceof Promise)) return mine;
    this.#tail = mine;
    return mine.finally(() => {
      if (this.#tail === mine) this.#tail = undefined;
    });
  }

  async #afterTail<T>(run: () => Awaitable<T>): Promise<T> {
    while (this.#tail) await this.#tail.catch(() => undefined);
    return this.#inTurn(run);
  }
}

function checkOffset(at: number): void {
  if (!(at >= 0 && at <= OFFSET_MAX)) fail('EINVAL', 'offset out of range');
}
