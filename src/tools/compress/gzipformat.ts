/** The format of gzip (RFC 1952) as streams: what gzip(1) writes, and what it reads and finds wrong. */
import { createCRC32, type IHasher } from 'hash-wasm';
import { BadStream } from '../../codec/badstream.ts';
import { Deflater } from '../../codec/deflate.ts';
import { Inflater } from '../../codec/inflate.ts';
import { concat } from '../../kernel/bytes.ts';
import type { Source } from '../host.ts';
import { blocksOf } from '../stdio.ts';
import { Feed } from './feed.ts';

const DEFLATED = 8;
const UNIX = 3;
const FLAG = { headerSum: 2, extra: 4, name: 8, comment: 16, encrypted: 32, reserved: 0xc0 };
/** The sum and the length behind each member. */
const TRAILER = 8;

export interface GzipHeader {
  /** Seconds since 1970; 0 where it is not known. */
  readonly time: number;
  /** Bytes without a NUL; empty where there is none. */
  readonly name: Uint8Array;
}

/** Ends the reading of a file: gzip ends with it where the data is damaged, and goes on where it is none of gzip's. */
export class GzipError extends Error {
  readonly isFatal: boolean;

  constructor(message: string, isFatal: boolean) {
    super(message);
    this.isFatal = isFatal;
  }
}

/** How many bytes went in and came out; `header` counts the frame. */
export interface Counts {
  bytesIn: number;
  bytesOut: number;
  header: number;
  crc: number;
}

const isGzip = ([a, b]: Uint8Array): boolean => a === 0x1f && (b === 0x8b || b === 0x9e);

function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return bytes;
}

export const crcOf = (hash: IHasher): number => Number.parseInt(hash.digest('hex'), 16);

/** Packs a source. The parts are overwritten when the next is asked for. */
export async function* gzipParts(
  source: Source,
  { time, name }: GzipHeader,
  level: number,
  counts: Counts,
): AsyncGenerator<Uint8Array> {
  const hash = (await createCRC32()).init();
  const deflater = new Deflater(level);
  const flags = name.length > 0 ? FLAG.name : 0;
  const extra = level === 1 ? 4 : level === 9 ? 2 : 0;
  const named = name.length > 0 ? concat([name, Uint8Array.of(0)]) : name;
  const header = concat([
    Uint8Array.of(0x1f, 0x8b, DEFLATED, flags),
    u32(time),
    Uint8Array.of(extra, UNIX),
    named,
  ]);
  counts.header = header.length + TRAILER;
  const counted = (part: Uint8Array): Uint8Array => {
    counts.bytesOut += part.length;
    return part;
  };
  yield counted(header);
  for await (const data of blocksOf(source)) {
    hash.update(data);
    counts.bytesIn += data.length;
    for (const part of deflater.push(data)) yield counted(part);
  }
  for (const part of deflater.end()) yield counted(part);
  counts.crc = crcOf(hash);
  yield counted(u32(counts.crc, counts.bytesIn % 2 ** 32));
}

/** Reads a file of gzip's, member by member. */
export class GzipReader {
  readonly counts: Counts = { bytesIn: 0, bytesOut: 0, header: 0, crc: 0 };
  /** Set where something else stands behind the last member. */
  hasTrailingGarbage = false;
  /** The size of what the last member holds. */
  lastSize = 0;
  readonly #feed: Feed;

  constructor(source: Source) {
    this.#feed = new Feed(source);
  }

  /** The header of the first member; undefined where the file does not begin as one of gzip's. */
  async begin(): Promise<GzipHeader | undefined> {
    const start = await this.#feed.peek(2);
    if (start.length < 2) throw cut();
    return isGzip(start) ? this.#header() : undefined;
  }

  /** What is left of the input, as it is. */
  raw(): AsyncIterable<Uint8Array> {
    return this.#feed;
  }

  /** What all members hold, from behind the first header. The parts are overwritten when the next is asked for. */
  async *parts(): AsyncGenerator<Uint8Array> {
    const hash = await createCRC32();
    const inflater = new Inflater();
    do {
      hash.init();
      inflater.reset();
      yield* this.#member(inflater, hash);
    } while (await this.#another());
    this.counts.bytesIn = this.#feed.taken;
  }

  async *#member(inflater: Inflater, hash: IHasher): AsyncGenerator<Uint8Array> {
    let length = 0;
    while (!inflater.rest) {
      const data = await this.#feed.next();
      if (data.length === 0) throw cut();
      try {
        for (const part of inflater.push(data)) {
          hash.update(part);
          length += part.length;
          this.counts.bytesOut += part.length;
          yield part;
        }
      } catch (error) {
        if (!(error instanceof BadStream)) throw error;
        throw new GzipError('invalid compressed data--format violated', true);
      }
    }
    this.#feed.giveBack(inflater.rest);
    const trailer = await this.#take(TRAILER);
    const view = new DataView(trailer.buffer, trailer.byteOffset);
    this.lastSize = length;
    this.counts.crc = crcOf(hash);
    const wrong: string[] = [];
    if (view.getUint32(0, true) !== this.counts.crc) wrong.push('crc');
    if (view.getUint32(4, true) !== length % 2 ** 32) wrong.push('length');
    if (wrong.length > 0)
      throw new GzipError(
        wrong.map((each) => `invalid compressed data--${each} error`).join('\n'),
        true,
      );
  }

  /** Goes on to the next member. Zeros may follow the last one, as on tapes. */
  async #another(): Promise<boolean> {
    const start = await this.#feed.peek(2);
    if (start.length === 0) return false;
    if (isGzip(start)) {
      await this.#header();
      // gzip counts the frame of the first member alone, and forgets it where others follow.
      this.counts.header = 0;
      return true;
    }
    for await (const data of this.#feed)
      if (data.some((byte) => byte !== 0)) {
        this.hasTrailingGarbage = true;
        break;
      }
    return false;
  }

  async #header(): Promise<GzipHeader> {
    const from = this.#feed.taken;
    const fixed = await this.#take(10);
    const view = new DataView(fixed.buffer, fixed.byteOffset);
    const flags = fixed[3] as number;
    const time = view.getUint32(4, true);
    if (fixed[2] !== DEFLATED)
      throw new GzipError(`unknown method ${fixed[2]} -- not supported`, false);
    if (flags & FLAG.encrypted) throw new GzipError('is encrypted -- not supported', false);
    if (flags & FLAG.reserved)
      throw new GzipError(`has flags 0x${flags.toString(16)} -- not supported`, false);
    if (flags & FLAG.extra) {
      const [low = 0, high = 0] = await this.#take(2);
      await this.#take(low + high * 256);
    }
    const name = flags & FLAG.name ? await this.#text() : new Uint8Array(0);
    if (flags & FLAG.comment) await this.#text();
    if (flags & FLAG.headerSum) await this.#take(2);
    this.counts.header = this.#feed.taken - from + TRAILER;
    return { time, name };
  }

  async #take(count: number): Promise<Uint8Array> {
    const data = (await this.#feed.take(count)).slice();
    if (data.length < count) throw cut();
    return data;
  }

  /** Text that a NUL ends; only its beginning is kept. */
  async #text(): Promise<Uint8Array> {
    const kept: number[] = [];
    for (;;) {
      const data = await this.#feed.next();
      if (data.length === 0) throw cut();
      const end = data.indexOf(0);
      if (kept.length < NAME_MAX)
        kept.push(...data.subarray(0, end < 0 ? NAME_MAX : Math.min(end, NAME_MAX)));
      if (end < 0) continue;
      this.#feed.giveBack(data.subarray(end + 1));
      return Uint8Array.from(kept);
    }
  }
}

const NAME_MAX = 1024;

const cut = (): GzipError => new GzipError('unexpected end of file', true);
