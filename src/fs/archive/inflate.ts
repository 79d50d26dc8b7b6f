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
import { concat } from '../../kernel/bytes.ts';
import type { Sink } from './archive.ts';
import { BadStream, CutStream } from './badstream.ts';

const RAW = -15;
const GZIP = 31;
const OUT = 1 << 16;

/** One stream of DEFLATE, alone or in the frame of gzip, whose sum and length are checked at its end. */
class Inflater {
  readonly #stream = new ZStream();
  /** The caller copies what it gets, so one buffer serves all: a file can have a member for every twenty bytes. */
  readonly #out = new Uint8Array(OUT);

  constructor(windowBits: number) {
    zlibInflateInit2(this.#stream, windowBits);
  }

  /** Begins another stream. */
  reset(): void {
    zlibInflateReset(this.#stream);
  }

  /** Hands over what `input` inflates to; returns what lies behind the end of the stream, once that is reached. */
  push(input: Uint8Array, into: (part: Uint8Array) => void): Uint8Array | undefined {
    const stream = this.#stream;
    stream.input = input;
    stream.next_in = 0;
    stream.avail_in = input.length;
    for (;;) {
      stream.output = this.#out;
      stream.next_out = 0;
      stream.avail_out = OUT;
      const result = zlibInflate(stream, 0);
      if (stream.next_out > 0) into(stream.output.subarray(0, stream.next_out));
      if (result === Z_STREAM_END) return input.subarray(stream.next_in);
      if (result !== Z_OK && result !== Z_BUF_ERROR) throw new BadStream(`zlib: ${stream.msg}`);
      if (stream.avail_out > 0) return undefined;
    }
  }
}

/** Inflates all of `input`, which is one stream. */
export async function inflate(input: AsyncIterable<Uint8Array>, into: Sink): Promise<void> {
  const inflater = new Inflater(RAW);
  for await (const part of input) if (inflater.push(part, (out) => into.append(out))) return;
  throw new CutStream('it is cut off in the middle');
}

/**
 * All members of a gzip file, one after the other. What lies behind the last one is ignored, as gzip(1) does:
 * tapes are padded, and some tools leave bytes there.
 */
export async function gunzip(input: AsyncIterable<Uint8Array>, into: Sink): Promise<void> {
  const inflater = new Inflater(GZIP);
  let isInside = true;
  let rest: Uint8Array = new Uint8Array(0);
  for await (const part of input) {
    rest = rest.length === 0 ? part : concat([rest, part]);
    // Two bytes tell whether another member follows.
    while (isInside || rest.length >= 2) {
      if (!isInside && (rest[0] !== 0x1f || rest[1] !== 0x8b)) return;
      isInside = true;
      const behind = inflater.push(rest, (out) => into.append(out));
      rest = behind ?? new Uint8Array(0);
      if (!behind) break;
      isInside = false;
      inflater.reset();
    }
  }
  if (isInside) throw new CutStream('it is cut off in the middle');
}
