/** DEFLATE (RFC 1951) and gzip (RFC 1952) as streams that know where they end, with what gzip's sums say. */
import { Z_BUF_ERROR, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit2 } from 'pako';
import { PIECE, type Source } from './archive.ts';
import { Pages } from './pages.ts';

const RAW = -15;
const GZIP = 31;
const OUT = 1 << 16;

/** Why inflating stopped: the data is wrong, or there is too little of it. */
export class BadStream extends Error {}

/** One stream of DEFLATE, alone or in the frame of gzip, whose sum and length are checked at its end. */
class Inflater {
  readonly #stream = new ZStream();

  constructor(windowBits: number) {
    zlibInflateInit2(this.#stream, windowBits);
  }

  /** Hands over what `input` inflates to; returns what lies behind the end of the stream, once that is reached. */
  push(input: Uint8Array, into: (part: Uint8Array) => void): Uint8Array | undefined {
    const stream = this.#stream;
    stream.input = input;
    stream.next_in = 0;
    stream.avail_in = input.length;
    for (;;) {
      stream.output = new Uint8Array(OUT);
      stream.next_out = 0;
      stream.avail_out = OUT;
      const result = zlibInflate(stream, 0);
      if (stream.next_out > 0) into(stream.output.subarray(0, stream.next_out));
      if (result === Z_STREAM_END) return input.subarray(stream.next_in);
      if (result !== Z_OK && result !== Z_BUF_ERROR) throw new BadStream(stream.msg);
      if (stream.avail_out > 0) return undefined;
    }
  }
}

/** Inflates all of `input`, which is one stream; BadStream where it is damaged or has no end. */
export async function inflate(input: AsyncIterable<Uint8Array>, into: Pages): Promise<void> {
  const inflater = new Inflater(RAW);
  for await (const part of input) if (inflater.push(part, (out) => into.append(out))) return;
  throw new BadStream('unexpected end');
}

export interface Unpacked {
  readonly content: Pages;
  /** Why this is not all of it. */
  readonly damage?: string;
  /** Why none of it can be trusted. */
  readonly untrusted?: string;
}

/**
 * All members of a gzip file, one after the other. What lies behind the last one is ignored, as gzip(1) does:
 * tapes are padded, and some tools leave bytes there.
 */
export async function gunzip(source: Source): Promise<Unpacked> {
  const content = new Pages();
  let inflater = new Inflater(GZIP);
  let isBetween = false;
  let rest: Uint8Array = new Uint8Array(0);
  for (let at = 0; at < source.size || rest.length > 0; ) {
    let input = rest;
    if (input.length < 2 && at < source.size) {
      const more = await source.read(at, PIECE);
      input = new Uint8Array([...rest, ...more]);
      at += more.length;
    }
    if (isBetween) {
      if (input[0] !== 0x1f || input[1] !== 0x8b) return { content };
      inflater = new Inflater(GZIP);
      isBetween = false;
    }
    try {
      const behind = inflater.push(input, (part) => content.append(part));
      isBetween = behind !== undefined;
      rest = behind ?? new Uint8Array(0);
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      const reason = `it is damaged (gzip: ${error.message})`;
      return { content, damage: reason, untrusted: reason };
    }
  }
  return isBetween ? { content } : { content, damage: 'it is cut off in the middle' };
}
