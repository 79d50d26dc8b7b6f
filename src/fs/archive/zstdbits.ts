/** Bits of Zstandard: streams that are read from their end to their beginning, and numbers at any bit. */
import { BadStream } from '../../codec/badstream.ts';

export const bad = (): never => {
  throw new BadStream('zstd: a block is damaged');
};

/** At most 25 bits that begin at a bit; zeros where the bytes end, and before they begin. */
export function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const four =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  return (four >>> (bit & 7)) & ((1 << count) - 1);
}

/** The place of the highest bit that is set in a number above 0. */
export const highestBit = (value: number): number => 31 - Math.clz32(value);

/** A stream of bits that is read backwards. Its last byte ends in a bit that only marks the end. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  /** How many bits are left; below zero where more were taken than there are. */
  left: number;

  constructor(bytes: Uint8Array) {
    const last = bytes.at(-1) ?? 0;
    if (last === 0) bad();
    this.#bytes = bytes;
    this.left = (bytes.length - 1) * 8 + highestBit(last);
  }

  /** The next bits, at most 25, which stay. Behind the last one there are zeros. */
  peek(count: number): number {
    return bitsAt(this.#bytes, this.left - count, count);
  }

  skip(count: number): void {
    this.left -= count;
  }

  /** The next bits, at most 31. */
  take(count: number): number {
    if (count > 25) return this.take(count - 16) * 2 ** 16 + this.take(16);
    this.left -= count;
    return bitsAt(this.#bytes, this.left, count);
  }
}
