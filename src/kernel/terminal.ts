/**
 * A terminal: a line discipline between a person's keyboard and screen (the master) and the programs
 * in it (the slave). Cooked, it echoes, edits and gives whole lines; raw, every byte goes through
 * (cons(3), termios(3)). Output's newlines become carriage return and newline in both.
 */
import { quietly } from './awaitable.ts';
import { concat } from './bytes.ts';
import { fail } from './errors.ts';
import { Queue } from './queue.ts';
import type { FileHandle, Ready } from './service.ts';
import { Waiters } from './waiters.ts';

/** What a key does besides entering text. */
export type TerminalSignal = 'interrupt' | 'stop' | 'hangup';

export interface Winsize {
  readonly cols: number;
  readonly rows: number;
}

const KEY = { eof: 4, bell: 7, backspace: 8, newline: 10, delete: 127 } as const;
const [CTRL_C, CTRL_U, CTRL_W, CTRL_Z, ENTER] = [3, 21, 23, 26, 13];
/** A line that is being typed may have this many bytes (termios(3) MAX_CANON). */
const LINE_MAX = 4096;
/** Bytes typed ahead before more are refused with a bell. */
const TYPED_MAX = 65_536;
/** Bytes of output that a screen may lag behind before programs wait. */
const OUTPUT_MAX = 1 << 18;

export class Terminal {
  /** Where a person is: reading gives what the screen shows, writing is typing. */
  readonly master: FileHandle;
  /** Where programs are. */
  readonly slave: FileHandle;
  /** Hears keys that are signals, and the end. */
  onSignal: (signal: TerminalSignal) => void = () => undefined;
  readonly #screen = new Queue(OUTPUT_MAX);
  /** Lines that wait for a reader; an empty one is the end of input, once. */
  #typed: Uint8Array[] = [];
  #typedBytes = 0;
  #line: number[] = [];
  #raw = false;
  #size: Winsize;
  #gone = false;
  readonly #waiters = new Waiters();

  constructor(size: Winsize) {
    this.#size = checked(size);
    this.master = {
      stream: true,
      ready: (what) =>
        what === 'read' ? this.#screen.ready('read') : { bytes: LINE_MAX, hangup: false },
      changed: (signal) => this.#screen.changed(signal),
      read: (_at, count, signal) => this.#screen.read(count, signal),
      write: async (_at, data) => {
        this.#type(data);
        return { written: data.length, end: 0 };
      },
      close: async () => this.#hangUp(),
    };
    this.slave = {
      stream: true,
      terminal: true,
      ready: (what) => (what === 'write' ? this.#screen.ready('write') : this.#readable()),
      changed: (signal) => Promise.race([this.#waiters.wait(signal), this.#screen.changed(signal)]),
      read: (_at, count, signal) => this.#read(count, signal),
      write: (_at, data, signal) => this.#write(data, signal),
    };
  }

  get size(): Winsize {
    return this.#size;
  }

  set size(size: Winsize) {
    this.#size = checked(size);
  }

  get raw(): boolean {
    return this.#raw;
  }

  /** What was typed and not read yet stays: of an unfinished line its keys, of keys the lines that they make. */
  set raw(on: boolean) {
    if (on === this.#raw) return;
    if (on && this.#line.length > 0) this.#enter();
    this.#raw = on;
    if (on) return;
    const keys = this.#typed;
    this.#typed = [];
    this.#typedBytes = 0;
    for (const data of keys) this.#type(data);
  }

  /** Keys that were read by one for whom they were not. */
  typeAgain(data: Uint8Array): void {
    this.#typed.unshift(data);
    this.#typedBytes += data.length;
    this.#waiters.wake();
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
    this.#waiters.wake();
    this.onSignal('hangup');
  }

  #type(data: Uint8Array): void {
    if (this.#raw) {
      this.#push(data.slice());
      return;
    }
    for (const byte of data) this.#key(byte);
  }

  /** One byte in cooked mode. */
  #key(byte: number): void {
    const line = this.#line;
    if (byte === CTRL_C || byte === CTRL_Z) {
      this.#echo(byte === CTRL_C ? '^C\r\n' : '^Z\r\n');
      this.#line = [];
      // What was typed for a program that ends or stops is not another's to read (termios(3), NOFLSH).
      this.#typed = [];
      this.#typedBytes = 0;
      this.onSignal(byte === CTRL_C ? 'interrupt' : 'stop');
    } else if (byte === ENTER || byte === KEY.newline) {
      line.push(KEY.newline);
      this.#echo('\r\n');
      this.#enter();
    } else if (byte === KEY.eof) this.#enter();
    else if (byte === KEY.delete || byte === KEY.backspace) this.#erase(1);
    else if (byte === CTRL_U) this.#erase(line.length);
    else if (byte === CTRL_W) this.#erase(lastWord(line));
    else if (line.length >= LINE_MAX - 1) this.#echo('\x07');
    else {
      line.push(byte);
      this.#echoByte(byte);
    }
  }

  /** Takes the last characters away, also from the screen; a character is all bytes of its UTF-8. */
  #erase(count: number): void {
    const line = this.#line;
    for (let done = 0; done < count && line.length > 0; done++) {
      let byte = line.pop() as number;
      while ((byte & 0xc0) === 0x80 && line.length > 0) byte = line.pop() as number;
      this.#echo(byte < 32 ? '\b \b\b \b' : '\b \b');
    }
  }

  #enter(): void {
    this.#push(Uint8Array.from(this.#line));
    this.#line = [];
  }

  #push(data: Uint8Array): void {
    if (this.#typedBytes + data.length > TYPED_MAX) {
      this.#echo('\x07');
      return;
    }
    this.#typed.push(data);
    this.#typedBytes += data.length;
    this.#waiters.wake();
  }

  #echoByte(byte: number): void {
    if (byte >= 32 || byte === 9) this.#show(Uint8Array.of(byte));
    else this.#echo(`^${String.fromCharCode(byte + 64)}`);
  }

  #echo(text: string): void {
    this.#show(new TextEncoder().encode(text));
  }

  /** What a person types is shown without waiting; a screen that nobody reads loses it. */
  #show(data: Uint8Array): void {
    if (!this.#gone && this.#screen.ready('write'))
      quietly(() => this.#screen.write(data, new AbortController().signal));
  }

  #readable(): Ready | undefined {
    return this.#typed.length > 0 || this.#gone
      ? { bytes: this.#typedBytes, hangup: this.#gone }
      : undefined;
  }

  async #read(count: number, signal: AbortSignal): Promise<Uint8Array> {
    if (count === 0) return new Uint8Array(0);
    while (this.#typed.length === 0) {
      if (this.#gone) return new Uint8Array(0);
      await this.#waiters.wait(signal);
    }
    const first = this.#typed.shift() as Uint8Array;
    const given = first.subarray(0, count);
    if (first.length > count) this.#typed.unshift(first.subarray(count));
    this.#typedBytes -= given.length;
    return given;
  }

  async #write(data: Uint8Array, signal: AbortSignal): Promise<{ written: number; end: number }> {
    if (this.#gone) fail('EIO', 'the terminal was closed');
    await this.#screen.writeAll(withReturns(data), signal);
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

/** Characters of the last word of a line, with the blanks after it. */
function lastWord(line: readonly number[]): number {
  const text = new TextDecoder().decode(Uint8Array.from(line));
  return [...(/\S*\s*$/u.exec(text)?.[0] ?? '')].length;
}

/** Each newline with a carriage return before it (termios(3) ONLCR). */
function withReturns(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = data.indexOf(KEY.newline); at >= 0; at = data.indexOf(KEY.newline, at + 1)) {
    parts.push(data.subarray(from, at), RETURN);
    from = at + 1;
  }
  if (parts.length === 0) return data.slice();
  return concat([...parts, data.subarray(from)]);
}

const RETURN = Uint8Array.of(ENTER as number, KEY.newline);
