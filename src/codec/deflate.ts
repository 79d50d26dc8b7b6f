/** Packs bytes by DEFLATE (RFC 1951), without a frame. */
import {
  Z_BUF_ERROR,
  Z_DEFAULT_STRATEGY,
  Z_FINISH,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibDeflate,
  zlibDeflateInit2,
} from 'pako';

const DEFLATED = 8;
const RAW = -15;
const MEMORY = 8;
const OUT = 1 << 16;
const nothing = new Uint8Array(0);

/** One stream of DEFLATE. Each part that it yields is overwritten when the next is asked for. */
export class Deflater {
  readonly #stream = new ZStream();
  readonly #out = new Uint8Array(OUT);

  /** `level` is from 0, which stores, to 9. */
  constructor(level: number) {
    zlibDeflateInit2(this.#stream, level, DEFLATED, RAW, MEMORY, Z_DEFAULT_STRATEGY);
  }

  push(input: Uint8Array): Generator<Uint8Array> {
    return this.#run(input, Z_NO_FLUSH);
  }

  /** The rest of the stream. */
  end(): Generator<Uint8Array> {
    return this.#run(nothing, Z_FINISH);
  }

  *#run(input: Uint8Array, flush: typeof Z_NO_FLUSH | typeof Z_FINISH): Generator<Uint8Array> {
    const stream = this.#stream;
    stream.input = input;
    stream.next_in = 0;
    stream.avail_in = input.length;
    for (;;) {
      stream.output = this.#out;
      stream.next_out = 0;
      stream.avail_out = OUT;
      const result = zlibDeflate(stream, flush);
      if (result !== Z_OK && result !== Z_STREAM_END && result !== Z_BUF_ERROR)
        throw new Error(`zlib: ${stream.msg}`);
      const isFull = stream.avail_out === 0;
      if (stream.next_out > 0) yield this.#out.subarray(0, stream.next_out);
      if (!isFull || result === Z_STREAM_END) return;
    }
  }
}
