/**
 * A terminal: a line discipline between a person's keyboard and screen (the master) and the programs
 * in it (the slave). What keys do, and what becomes of the output's newlines, its modes say (termios.ts).
 * Cooked, it echoes, edits and gives whole lines; raw, every byte goes through (cons(3), termios(3)).
 */
import { quietly } from './awaitable.ts';
import { type KeySignal, LineDiscipline, TYPED_MAX } from './discipline.ts';
import { fail } from './errors.ts';
import { Queue } from './queue.ts';
import type { FileHandle, Ready } from './service.ts';
import type { Termios } from './termios.ts';
import type { After } from './typed.ts';
import { Waiters } from './waiters.ts';

/** What a key does besides entering text. */
export type TerminalSignal = KeySignal | 'hangup';

export interface Winsize {
  readonly cols: number;
  readonly rows: number;
}

/** Bytes of output that a screen may lag behind before programs wait. */
const OUTPUT_MAX = 1 << 18;
/** Bytes that may be typed at once. */
const TYPING_MAX = 4096;

export class Terminal {
  /** Where a person is: reading gives what the screen shows, writing is typing. */
  readonly master: FileHandle;
  /** Where programs are. */
  readonly slave: FileHandle;
  /** Hears keys that are signals, and the end. */
  onSignal: (signal: TerminalSignal) => void = () => undefined;
  readonly #screen = new Queue(OUTPUT_MAX);
  readonly #keys = new LineDiscipline({
    hasRoom: () => this.#hasRoom,
    show: (data) => this.#show(data),
    signal: (signal) => this.onSignal(signal),
    released: () => this.#changes.wake(),
  });
  #size: Winsize;
  #gone = false;
  /** Its size has changed, or its output is no longer held. */
  readonly #changes = new Waiters();

  readonly #after: After;

  constructor(size: Winsize, after: After) {
    this.#after = after;
    this.#size = checked(size);
    this.master = {
      stream: true,
      ready: (what) =>
        what === 'read' ? this.#screen.ready('read') : { bytes: TYPING_MAX, hangup: false },
      changed: (signal) => this.#screen.changed(signal),
      read: (_at, count, signal) => this.#screen.read(count, signal),
      write: async (_at, data) => {
        this.#keys.type(data);
        return { written: data.length, end: 0 };
      },
      close: async () => this.#hangUp(),
    };
    this.slave = {
      stream: true,
      terminal: true,
      ready: (what) => (what === 'write' ? this.#screen.ready('write') : this.#readable()),
      changed: (signal) =>
        Promise.race([this.#keys.typed.waiters.wait(signal), this.#screen.changed(signal)]),
      read: (_at, count, signal) => this.#read(count, signal),
      write: (_at, data, signal) => this.#write(data, signal),
    };
  }

  get size(): Winsize {
    return this.#size;
  }

  set size(size: Winsize) {
    this.#size = checked(size);
    this.#changes.wake();
  }

  /** Resolves at the next change of the size; EINTR when aborted. */
  sizeChanged(signal: AbortSignal): Promise<void> {
    return this.#changes.wait(signal);
  }

  get modes(): Termios {
    return this.#keys.modes;
  }

  set modes(modes: Termios) {
    this.#keys.modes = modes;
  }

  get raw(): boolean {
    return this.#keys.raw;
  }

  set raw(on: boolean) {
    this.#keys.raw = on;
  }

  /** Keys that were read by one for whom they were not. EAGAIN for more than can have been read. */
  typeAgain(data: Uint8Array): void {
    if (this.#keys.typed.held + data.length > 2 * TYPED_MAX)
      fail('EAGAIN', 'too much is typed ahead');
    this.#keys.typed.unshift(data);
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Nobody is left who could print: the screen is read to its end. */
  finish(): void {
    this.#screen.end();
  }

  #hangUp(): void {
    this.#gone = true;
    this.#screen.abandon();
    this.#screen.end();
    this.#keys.typed.waiters.wake();
    this.#changes.wake();
    this.onSignal('hangup');
  }

  get #hasRoom(): boolean {
    return !this.#gone && this.#screen.ready('write') !== undefined;
  }

  /** What a person types is shown without waiting; a screen that nobody reads loses it. */
  #show(data: Uint8Array): void {
    if (this.#hasRoom) quietly(() => this.#screen.write(data, new AbortController().signal));
  }

  #readable(): Ready | undefined {
    const { wanted, isLine, typed } = this.#keys;
    const isThere = isLine
      ? !typed.isEmpty
      : typed.size > 0 && (wanted.time > 0 || typed.size >= wanted.min);
    return isThere || this.#gone ? { bytes: typed.size, hangup: this.#gone } : undefined;
  }

  async #read(count: number, signal: AbortSignal): Promise<Uint8Array> {
    if (count === 0) return new Uint8Array(0);
    const { typed } = this.#keys;
    while (!this.#isEnough(count) && !this.#gone) {
      const { min, time } = this.#keys.wanted;
      // With a minimum the time counts from each key on.
      const isTimed = min === 0 || (time > 0 && typed.size > 0);
      if (!(await typed.more(signal, isTimed ? time * 100 : undefined, this.#after))) break;
    }
    return this.#keys.isLine ? typed.takeLine(count) : typed.takeKeys(count);
  }

  #isEnough(count: number): boolean {
    const { wanted, isLine, typed } = this.#keys;
    return isLine ? !typed.isEmpty : typed.size >= Math.min(Math.max(wanted.min, 1), count);
  }

  async #write(data: Uint8Array, signal: AbortSignal): Promise<{ written: number; end: number }> {
    while (this.#keys.isHeld && !this.#gone) await this.#changes.wait(signal);
    if (this.#gone) fail('EIO', 'the terminal was closed');
    await this.#screen.writeAll(this.#keys.asOutput(data), signal);
    return { written: data.length, end: 0 };
  }
}

function checked({ cols, rows }: Winsize): Winsize {
  for (const value of [cols, rows]) {
    if (!(Number.isInteger(value) && value > 0 && value < 10_000))
      fail('EINVAL', 'columns and rows are whole numbers above 0');
  }
  return { cols, rows };
}
