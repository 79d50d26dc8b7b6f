/**
 * The blocking transport: one block of shared memory per process, in which the program writes a
 * request, waits, and finds the reply. Both sides are made from the table of operations (codec.ts).
 * A block is never used again after its process has ended.
 */
import { type Awaitable, after, attempt } from '../kernel/awaitable.ts';
import { Cursor, codes, decode, encode } from '../kernel/codec.ts';
import { type Errno, FsError, toFsError } from '../kernel/errors.ts';
import {
  type Args,
  guestOperations,
  IO_MAX,
  type Operation,
  operations,
  type Result,
} from '../kernel/operations.ts';
import type { Caller } from './caller.ts';

/** Words of the header. */
const STATE = 0;
const OPERATION = 1;
const LENGTH = 2;
const CODE = 3;
const DEAD = 4;
const MEMORY_PAGES = 5;
const SERVED_AHEAD = 6;
/** Set by who sleeps, read by who could wake him: waking nobody costs as much as a small call. */
const KERNEL_SLEEPS = 7;
const GUEST_SLEEPS = 8;
/** Descriptors to be closed before the request is served: their number, then each. */
const CLOSES = 16;
const CLOSES_MAX = 15;

const IDLE = 0;
const REQUEST = 1;
const REPLY = 2;
/** The program has run: nothing more will be asked. */
const FINISHED = 3;

const HEADER_BYTES = 128;
/** Byte offset of the milliseconds, as f64, that the program has spent blocked. */
const BLOCKED_AT = 40;
/** A window of 1 MiB for data, and room for the other fields. */
const BODY_BYTES = IO_MAX + 65_536;

export const makeBlock = (): SharedArrayBuffer => new SharedArrayBuffer(HEADER_BYTES + BODY_BYTES);

const names = Object.keys(operations) as Operation[];
const numberOf = new Map(names.map((name, index) => [name, index]));

/** The kernel ended this process: nothing more runs in it. */
export class Ended extends Error {}

/** Looks this often before it sleeps: some tens of microseconds, in which the kernel usually answers. */
const LOOKS = 15_000;

/**
 * Loops that wait are functions of their own: an engine optimizes a loop that runs long while the code
 * after it has not run yet, and would give that up again at every call.
 */
function isAnswered(header: Int32Array): boolean {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(header, STATE) !== REQUEST) return true;
  return false;
}

function isAsked(header: Int32Array, looks: number): boolean {
  for (let look = 0; look < looks; look++) if (Atomics.load(header, STATE) === REQUEST) return true;
  return false;
}

/** Short waits are timed one in so many, by chance: a program that could tell which would have no cpu limit. */
const TIMED_EVERY = 16;
/** A call that moved this many bytes may have taken long. */
const BULK = 16_384;

const chances = new Uint8Array(256);
let chance = chances.length;

/** Calls until the next timed one: TIMED_EVERY on average. */
function untilTimed(): number {
  if (chance === chances.length) {
    crypto.getRandomValues(chances);
    chance = 0;
  }
  return 1 + ((chances[chance++] as number) % (2 * TIMED_EVERY - 1));
}

/** The program's side: each call blocks its worker until the kernel has answered. */
export class BlockingCaller implements Caller {
  readonly #header: Int32Array;
  readonly #blocked: Float64Array;
  readonly #cursor: Cursor;
  readonly #changes: Int32Array;
  generation = 0;
  #timedAt = untilTimed();

  /** `changes` counts those of all files in its first word (kernel/changes.ts). */
  constructor(block: SharedArrayBuffer, changes: SharedArrayBuffer) {
    this.#changes = new Int32Array(changes);
    this.#header = new Int32Array(block, 0, HEADER_BYTES / 4);
    this.#blocked = new Float64Array(block, BLOCKED_AT, 1);
    this.#cursor = new Cursor(new Uint8Array(block, HEADER_BYTES));
  }

  /** One operation. Throws FsError with the kernel's code, or Ended. */
  call<K extends Operation>(operation: K, args: Args<K>): Result<K> {
    const request = this.#cursor.rewind();
    encode(operations[operation].args, args, request);
    const reply = this.#exchange(operation, request.at);
    return decode(operations[operation].result, reply) as Result<K>;
  }

  get change(): number {
    return Atomics.load(this.#changes, 0) >>> 0;
  }

  /** The data stays in the block. */
  read(fd: number, count: number): Uint8Array {
    const request = this.#cursor.rewind();
    request.putI32(fd);
    request.putU32(count);
    const reply = this.#exchange('read', request.at);
    return reply.room(reply.lengthAhead());
  }

  readAt(fd: number, count: number, at: number): { change: number; data: Uint8Array } {
    const request = this.#cursor.rewind();
    request.putI32(fd);
    request.putU32(count);
    request.putF64(at);
    const reply = this.#exchange('pread', request.at);
    const change = reply.u32();
    return { change, data: reply.room(reply.lengthAhead()) };
  }

  closeLater(fd: number): void {
    const header = this.#header;
    const count = header[CLOSES] as number;
    if (count === CLOSES_MAX) return void this.call('close', { fd });
    header[CLOSES + 1 + count] = fd;
    header[CLOSES] = count + 1;
  }

  servedAhead(): void {
    this.#header[SERVED_AHEAD] = (this.#header[SERVED_AHEAD] as number) + 1;
  }

  /** A write that `fill` puts into the block itself. Returns the bytes written. */
  write(fd: number, size: number, fill: (into: Uint8Array) => void, at?: number): number {
    const request = this.#cursor.rewind();
    request.putI32(fd);
    if (at !== undefined) request.putF64(at);
    request.putLengthAhead(size);
    fill(request.room(size));
    return this.#exchange(at === undefined ? 'write' : 'pwrite', request.at).u32();
  }

  /** The program has run: the kernel need not look for more calls. */
  finish(): void {
    Atomics.store(this.#header, STATE, FINISHED);
    Atomics.notify(this.#header, STATE);
  }

  /** Tells the kernel how large the program's memory is, in pages of 64 KiB. */
  set memoryPages(pages: number) {
    this.#header[MEMORY_PAGES] = pages;
  }

  once<T>(compute: () => T): T {
    return compute();
  }

  /** Sleeps; ends at once when the process is ended. */
  sleep(ms: number): void {
    const from = performance.now();
    const woken = Atomics.wait(this.#header, DEAD, 0, ms);
    this.#addBlocked(performance.now() - from);
    if (woken !== 'timed-out') throw new Ended();
  }

  #sleepUntilAnswered(): void {
    const header = this.#header;
    const from = performance.now();
    Atomics.store(header, GUEST_SLEEPS, 1);
    while (Atomics.load(header, STATE) === REQUEST) Atomics.wait(header, STATE, REQUEST);
    Atomics.store(header, GUEST_SLEEPS, 0);
    this.#addBlocked(performance.now() - from);
  }

  #addBlocked(ms: number): void {
    this.#blocked[0] = (this.#blocked[0] as number) + ms;
  }

  #exchange(operation: Operation, length: number): Cursor {
    const header = this.#header;
    if (header[DEAD]) throw new Ended();
    this.generation++;
    header[OPERATION] = numberOf.get(operation) as number;
    header[LENGTH] = length;
    // The clock costs as much as a small call: not every short wait is timed, but every sleep.
    const timed = this.generation === this.#timedAt;
    if (timed) this.#timedAt += untilTimed();
    const from = timed ? performance.now() : 0;
    Atomics.store(header, STATE, REQUEST);
    if (Atomics.load(header, KERNEL_SLEEPS) !== 0) Atomics.notify(header, STATE);
    if (!isAnswered(header)) this.#sleepUntilAnswered();
    else if (timed) this.#addBlocked((performance.now() - from) * TIMED_EVERY);
    if (header[DEAD]) throw new Ended();
    const code = codes[header[CODE] as number];
    if (code !== 'OK') throw new FsError(code as Errno, { op: operation });
    return this.#cursor.rewind();
  }
}

export interface Server {
  /** Runs one operation of the process. */
  answer<K extends Operation>(operation: K, args: Args<K>): Awaitable<Result<K>>;
  /** Milliseconds. */
  now(): number;
  /** Lets everything else that waits for the kernel run once. */
  breathe(): Promise<void>;
}

/** So often the kernel looks for the next request before it asks how late it is. */
const FIRST_LOOKS = 2_000;
/** After a reply the kernel looks for the next request this long, in ms, before it sleeps. */
const LOOK_MS = 0.05;
/** A program's first calls follow each other slowly, since its code is still cold: so many are looked for longer. */
const FIRST_CALLS = 64;
const FIRST_LOOK_MS = 1;
/** A busy process is served this long, in ms, before others get their turn. */
const TURN_MS = 4;

/** The kernel's side of one block. */
export class BlockServer {
  /** The one whose first calls are waited for: many at once would hold up everybody. */
  static #starting: BlockServer | undefined;
  readonly #header: Int32Array;
  readonly #cursor: Cursor;
  readonly #server: Server;
  readonly #blocked: Float64Array;
  readonly #started: number;
  /** When the call that is being answered came. */
  #asked: number | undefined;
  #dead = false;

  constructor(block: SharedArrayBuffer, server: Server) {
    this.#header = new Int32Array(block, 0, HEADER_BYTES / 4);
    this.#blocked = new Float64Array(block, BLOCKED_AT, 1);
    this.#cursor = new Cursor(new Uint8Array(block, HEADER_BYTES));
    this.#server = server;
    this.#started = server.now();
  }

  get memoryPages(): number {
    return this.#header[MEMORY_PAGES] as number;
  }

  get servedAhead(): number {
    return this.#header[SERVED_AHEAD] as number;
  }

  /** Milliseconds that the program ran: all of its time but that which it was blocked in our calls. */
  get running(): number {
    const now = this.#server.now();
    const waiting = this.#asked === undefined ? 0 : now - this.#asked;
    return Math.max(0, now - this.#started - waiting - (this.#blocked[0] as number));
  }

  /** Serves until `end`. */
  async serve(): Promise<void> {
    // Who asked for the program is answered first.
    await this.#server.breathe();
    BlockServer.#starting ??= this;
    try {
      await this.#serveAll();
    } finally {
      if (BlockServer.#starting === this) BlockServer.#starting = undefined;
    }
  }

  async #serveAll(): Promise<void> {
    let turn = this.#server.now();
    for (let served = 0; !this.#over; served++) {
      if (served === FIRST_CALLS && BlockServer.#starting === this)
        BlockServer.#starting = undefined;
      if (!this.#look(BlockServer.#starting === this ? FIRST_LOOK_MS : LOOK_MS)) {
        await this.#sleep();
        turn = this.#server.now();
        continue;
      }
      const pending = this.#serveOne();
      if (pending) {
        this.#asked = this.#server.now();
        await pending;
        this.#asked = undefined;
      }
      const moved = Math.max(this.#header[LENGTH] as number, this.#cursor.at);
      const late = pending !== undefined || served % TIMED_EVERY === 0 || moved > BULK;
      if (late && this.#server.now() - turn > TURN_MS) {
        await this.#server.breathe();
        turn = this.#server.now();
      }
    }
  }

  /** Wakes the program if it waits, and tells it that it is over. */
  end(): void {
    this.#dead = true;
    Atomics.store(this.#header, DEAD, 1);
    Atomics.store(this.#header, STATE, REPLY);
    Atomics.notify(this.#header, DEAD);
    Atomics.notify(this.#header, STATE);
  }

  get #over(): boolean {
    return this.#dead || Atomics.load(this.#header, STATE) === FINISHED;
  }

  #look(ms: number): boolean {
    if (isAsked(this.#header, FIRST_LOOKS)) return true;
    const until = this.#server.now() + ms;
    do if (isAsked(this.#header, 100)) return true;
    while (!this.#over && this.#server.now() < until);
    return false;
  }

  async #sleep(): Promise<void> {
    Atomics.store(this.#header, KERNEL_SLEEPS, 1);
    for (const state of [IDLE, REPLY]) {
      const wait = Atomics.waitAsync(this.#header, STATE, state);
      if (wait.async) {
        await wait.value;
        break;
      }
    }
    Atomics.store(this.#header, KERNEL_SLEEPS, 0);
  }

  /** What the program has closed meanwhile. */
  #closeFirst(): Awaitable<void> {
    const count = this.#header[CLOSES] as number;
    if (count === 0) return;
    const fds = this.#header.slice(CLOSES + 1, CLOSES + 1 + Math.min(count, CLOSES_MAX));
    this.#header[CLOSES] = 0;
    const ignored = (): undefined => undefined;
    let closed: Awaitable<unknown>;
    for (const fd of fds)
      closed = after(closed, () => attempt(() => this.#server.answer('close', { fd }), ignored));
    return after(closed, ignored);
  }

  /** Nothing to wait for where the answer was there at once. */
  #serveOne(): Awaitable<void> {
    return attempt(
      () => after(this.#closeFirst(), () => this.#answer()),
      (error) => this.#reply(toFsError(error).code),
    );
  }

  #answer(): Awaitable<void> {
    const name = names[this.#header[OPERATION] as number];
    if (!name || !guestOperations.has(name)) throw new FsError('ENOSYS');
    const args = decode(operations[name].args, this.#cursor.rewind()) as Args<Operation>;
    if (this.#cursor.at > (this.#header[LENGTH] as number)) throw new FsError('E2BIG');
    return after(this.#server.answer(name, args), (result) => {
      if (!this.#dead) encode(operations[name].result, result, this.#cursor.rewind());
      this.#reply('OK');
    });
  }

  #reply(code: Errno | 'OK'): void {
    if (this.#dead) return;
    this.#header[CODE] = codes.indexOf(code);
    Atomics.store(this.#header, STATE, REPLY);
    if (Atomics.load(this.#header, GUEST_SLEEPS) !== 0) Atomics.notify(this.#header, STATE);
  }
}
