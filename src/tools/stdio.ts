/** Reading and writing as stdio(3) does it: operands one after the other, whole lines, and output that is collected. */
import { concat } from '../kernel/bytes.ts';
import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Host, Sink, Source } from './host.ts';
import { quotedIfNeeded } from './quote.ts';
import { wordsOf } from './strerror.ts';

export const BLOCK = 1 << 16;

/** What is read at once of a long input: each read is a message to the kernel and back. */
const LONG_BLOCK = 1 << 20;

/** What to read next, after so many bytes: a short input is not read further than needed, and a long one in few reads. */
export const blockAfter = (count: number): number => (count < BLOCK ? BLOCK : LONG_BLOCK);

/** What is handed on at once of a long output: with what comes before anybody asks, most of it is one message. */
const FULL = LONG_BLOCK - (LONG_BLOCK >> 2);

/** To set more bytes at once, through a view of them, costs less than to copy them one by one. */
const SET_MIN = 48;

/** Most outputs are short. */
const FIRST_BUFFER = 1 << 12;

/** Collects what is written; `flush` hands it on. */
export class Output {
  readonly #to: Sink;
  #buffer = new Uint8Array(FIRST_BUFFER);
  /** What is collected while the other buffer is being written. */
  #spare = new Uint8Array(0);
  #length = 0;

  constructor(to: Sink) {
    this.#to = to;
  }

  text(text: string): void {
    this.bytes(bytesOf(text));
  }

  byte(byte: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = byte;
  }

  bytes(data: Uint8Array): void {
    if (this.#length + data.length > this.#buffer.length) this.#grow(data.length);
    this.#buffer.set(data, this.#length);
    this.#length += data.length;
  }

  /** Part of an array, without a view of it: for many short parts. */
  range(data: Uint8Array, from: number, to: number): void {
    const count = to - from;
    let at = this.#length;
    if (at + count > this.#buffer.length) this.#grow(count);
    const buffer = this.#buffer;
    this.#length += count;
    if (count > SET_MIN) buffer.set(data.subarray(from, to), at);
    else for (let i = from; i < to; i++) buffer[at++] = data[i] as number;
  }

  /** A whole number that is not negative, in decimal digits. */
  decimal(value: number): void {
    if (value >= 10) this.decimal(Math.floor(value / 10));
    this.byte(48 + (value % 10));
  }

  #grow(by: number): void {
    const wanted = Math.max(this.#buffer.length * 2, this.#length + by);
    const larger = new Uint8Array(wanted);
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  /** There is enough to be handed on. */
  get isFull(): boolean {
    return this.#length >= FULL;
  }

  /** Hands on whole blocks of `size` bytes, as many as were collected. */
  async flushBlocks(size: number): Promise<void> {
    const count = this.#length - (this.#length % size);
    const rest = this.#buffer.slice(count, this.#length);
    this.#length = count;
    await this.flush();
    this.bytes(rest);
  }

  /** Hands on what was collected. What is collected in the meantime goes into another buffer. */
  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const buffer = this.#buffer;
    const data = buffer.subarray(0, this.#length);
    this.#buffer = this.#spare;
    this.#spare = new Uint8Array(0);
    this.#length = 0;
    await this.#to.write(data);
    if (this.#length > 0) this.#spare = buffer;
    else this.#buffer = buffer;
  }
}

/** To standard error, after the name of the tool. */
export const warn = (host: Host, message: string): Promise<void> =>
  host.stderr.write(bytesOf(`${host.name}: ${message}\n`));

/** An error of a file in the words of strerror(3). Throws whatever is none. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
  return wordsOf(error);
}

/**
 * Visits each operand, `-` and none for standard input. What cannot be opened or read is told, and the rest is visited.
 * Returns `status` where something failed, else 0.
 */
export async function eachInput(
  host: Host,
  operands: readonly string[],
  visit: (source: Source, name: string) => Promise<void>,
  status = 1,
): Promise<number> {
  let result = 0;
  for (const name of operands.length > 0 ? operands : ['-']) {
    try {
      if (name === '-') {
        await visit(host.stdin, name);
        continue;
      }
      const file = await host.open(name, OPEN.read);
      try {
        await visit(file, name);
      } finally {
        await file.close();
      }
    } catch (error) {
      await warn(host, `${quotedIfNeeded(name)}: ${reasonOf(error)}`);
      result = status;
    }
  }
  return result;
}

/** The bytes of a source as they come. */
export async function* blocksOf(source: Source, size?: number): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; ) {
    const data = await source.read(size ?? blockAfter(count));
    if (data.length === 0) return;
    count += data.length;
    yield data;
  }
}

/** As `blocksOf`, for a caller that has finished with a block when it asks for the next: that may come in the same memory. */
export async function* transientBlocks(source: Source, size?: number): AsyncGenerator<Uint8Array> {
  let data: Uint8Array | undefined;
  for (let count = 0; ; ) {
    data = await source.read(size ?? blockAfter(count), data);
    if (data.length === 0) return;
    count += data.length;
    yield data;
  }
}

/** All bytes of a source. */
export async function readAll(source: Source): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const data of blocksOf(source)) parts.push(data.slice());
  return concat(parts);
}

/**
 * Blocks of whole lines, which end with `delimiter`; the last of all may lack it. A line that two long blocks share comes by
 * itself, so that the rest of the second block is not copied.
 */
export async function* lineBlocks(
  source: Source,
  delimiter = 10,
  blocks = blocksOf(source),
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const data of blocks) {
    const end = data.lastIndexOf(delimiter) + 1;
    if (end > 0) {
      const isLong = rest.length > 0 && end > BLOCK;
      const first = isLong ? data.indexOf(delimiter) + 1 : end;
      yield rest.length > 0 ? concat([...rest, data.subarray(0, first)]) : data.subarray(0, first);
      rest = [];
      if (first < end) yield data.subarray(first, end);
    }
    if (end < data.length) rest.push(data.slice(end));
  }
  if (rest.length > 0) yield concat(rest);
}

/** The lines of a block without their delimiters; `isWhole` is false for a last one that lacks it. */
export function* linesOf(
  block: Uint8Array,
  delimiter = 10,
): Generator<{ readonly line: Uint8Array; readonly isWhole: boolean }> {
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(delimiter, at);
    if (end < 0) {
      yield { line: block.subarray(at), isWhole: false };
      return;
    }
    yield { line: block.subarray(at, end), isWhole: true };
    at = end + 1;
  }
}

/** Passes each block of lines through `change`, whose output is handed on before the next is read. */
export async function filterLines(
  host: Host,
  operands: readonly string[],
  change: (line: Uint8Array, isWhole: boolean, out: Output) => void,
  delimiter = 10,
): Promise<number> {
  const out = new Output(host.stdout);
  return eachInput(host, operands, async (source) => {
    for await (const block of lineBlocks(source, delimiter, transientBlocks(source))) {
      for (const { line, isWhole } of linesOf(block, delimiter)) change(line, isWhole, out);
      await out.flush();
      await host.checkpoint();
    }
  });
}
