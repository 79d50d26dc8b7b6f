/**
 * Bytes written and read from front to back. What belongs together is a frame: its length, its checksum,
 * its bytes; so that damage is noticed, and stays in one frame. Little-endian; whole numbers to 2^53 take a
 * byte for each seven bits (LEB128).
 */
import { createXXHash32, type IHasher } from 'hash-wasm';
import { fail } from '../kernel/errors.ts';

export type Sum = (bytes: Uint8Array) => number;

/** XXH32, as a number. Its module is compiled once. */
export async function checksum(): Promise<Sum> {
  hasher ??= await createXXHash32();
  return checksumNow();
}

/** As `checksum`, once that was awaited: a transaction of IndexedDB waits for nothing else. */
export function checksumNow(): Sum {
  const ready = hasher ?? fail('EIO', 'the checksum is not loaded');
  return (bytes) => {
    ready.init();
    ready.update(bytes);
    const [a = 0, b = 0, c = 0, d = 0] = ready.digest('binary');
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  };
}
let hasher: IHasher | undefined;

const encoder = new TextEncoder();
/** A name may begin with U+FEFF: it is no byte order mark. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Writer {
  #bytes = new Uint8Array(1 << 14);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;
  readonly #sum: Sum;

  constructor(sum: Sum) {
    this.#sum = sum;
  }

  u8(value: number): void {
    // Making room may put other memory in the place of this one.
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  i64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigInt64(at, value, true);
  }

  whole(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.u8((rest % 128) | 128);
    this.u8(rest);
  }

  text(value: string): void {
    this.#room(value.length * 3);
    this.#size -= value.length * 3;
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(this.#size + 3));
    // Names are short: their length takes up to three bytes, and most often one.
    const at = this.#size;
    this.whole(written);
    if (this.#size < at + 3) this.#bytes.copyWithin(this.#size, at + 3, at + 3 + written);
    else if (this.#size > at + 3) fail('EFBIG', 'a text too long to be kept');
    this.#size += written;
  }

  frame(write: () => void): void {
    const start = this.#room(8) + 8;
    write();
    this.#view.setUint32(start - 8, this.#size - start, true);
    this.#view.setUint32(start - 4, this.#sum(this.#bytes.subarray(start, this.#size)), true);
  }

  /** A copy of what was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  #room(count: number): number {
    const at = this.#size;
    // What a text's length may take is room too.
    if (at + count + 8 > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + count + 8));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#size = at + count;
    return at;
  }
}

/** Throws EIO past the end, and for what no writer writes. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#step(1)] as number;
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#step(8), true);
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (!Number.isSafeInteger(value)) fail('EIO', 'a number out of range');
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.whole();
    const at = this.#step(length);
    return decoder.decode(this.#bytes.subarray(at, at + length));
  }

  /** The next frame, and whether it is as it was written; undefined where there is no whole one. */
  frame(sum: Sum): { readonly bytes: Uint8Array; readonly whole: boolean } | undefined {
    if (this.left < 8) return undefined;
    const length = this.u32();
    const wanted = this.u32();
    if (length > this.left) return undefined;
    const at = this.#step(length);
    const bytes = this.#bytes.subarray(at, at + length);
    return { bytes, whole: sum(bytes) === wanted };
  }

  #step(count: number): number {
    const at = this.#at;
    if (count > this.left) fail('EIO', 'cut short');
    this.#at = at + count;
    return at;
  }
}
