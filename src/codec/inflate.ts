/** DEFLATE (RFC 1951) and gzip (RFC 1952) as streams that know where they end, with gzip's sums. */
import {
  Z_BUF_ERROR,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';
import { concat } from '../kernel/bytes.ts';
import { BadStream, CutStream } from './badstream.ts';

const RAW = -15;
const GZIP = 31;
const OUT = 1 << 16;

/** One stream of DEFLATE, alone or in the frame of gzip, whose sum and length are checked at its end. */
export class Inflater {
  readonly #stream = new ZStream();
  /** One buffer serves all parts: a file can have a member for every twenty bytes. */
  readonly #out = new Uint8Array(OUT);

  /** What lies behind the end of the stream, once that is reached. */
  rest: Uint8Array | undefined;

  constructor(windowBits = RAW) {
    zlibInflateInit2(this.#stream, windowBits);
  }

  /** Begins another stream. */
  reset(): void {
    this.rest = undefined;
    zlibInflateReset(this.#stream);
  }

  /** What `input` inflates to. Each part is overwritten when the next is asked for. */
  *push(input: Uint8Array): Generator<Uint8Array> {
    const stream = this.#stream;
    stream.input = input;
    stream.next_in = 0;
    stream.avail_in = input.length;
    for (;;) {
      stream.output = this.#out;
      stream.next_out = 0;
      stream.avail_out = OUT;
      const result = zlibInflate(stream, 0);
      if (result === Z_STREAM_END) this.rest = input.subarray(stream.next_in);
      if (stream.next_out > 0) yield this.#out.subarray(0, stream.next_out);
      if (this.rest) return;
      if (result !== Z_OK && result !== Z_BUF_ERROR) throw new BadStream(`zlib: ${stream.msg}`);
      if (stream.avail_out > 0) return;
    }
  }
}

/** Inflates all of `input`, which is one stream. */
export async function* inflate(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  for await (const part of input) {
    yield* inflater.push(part);
    if (inflater.rest) return;
  }
  throw new CutStream('it is cut off in the middle');
}

/**
 * All members of a gzip file, one after the other. What lies behind the last one is ignored, as gzip(1) does:
 * tapes are padded, and some tools leave bytes there.
 */
export async function* gunzip(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater(GZIP);
  let isInside = true;
  let rest: Uint8Array = new Uint8Array(0);
  for await (const part of input) {
    rest = rest.length === 0 ? part : concat([rest, part]);
    // Two bytes tell whether another member follows.
    while (isInside || rest.length >= 2) {
      if (!isInside && (rest[0] !== 0x1f || rest[1] !== 0x8b)) return;
      isInside = true;
      yield* inflater.push(rest);
      if (!inflater.rest) {
        rest = new Uint8Array(0);
        break;
      }
      rest = inflater.rest;
      isInside = false;
      inflater.reset();
    }
  }
  if (isInside) throw new CutStream('it is cut off in the middle');
}
