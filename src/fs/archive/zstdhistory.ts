/**
 * What a frame of Zstandard has unpacked to, as far back as its window reaches. The memory grows with what is
 * unpacked, never with what a header asks for, and serves all frames of a file.
 */
import { bad } from './zstdbits.ts';

const START = 1 << 18;

export class History {
  #bytes = new Uint8Array(START);
  #end = 0;
  #window = 0;

  /** Begins another frame. */
  reset(window: number): void {
    this.#window = window;
    this.#end = 0;
  }

  get end(): number {
    return this.#end;
  }

  /**
   * Makes room for `count` bytes. Bytes move only when at least as many have left the window, so a byte is moved once on
   * average. The memory is at most twice the window and twice the room.
   */
  reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const from = Math.max(0, this.#end - this.#window);
    const kept = this.#bytes.subarray(from, this.#end);
    const isHalf = from >= this.#bytes.length / 2 && kept.length + count <= this.#bytes.length;
    const size = Math.min(2 * this.#bytes.length, 2 * (this.#window + count));
    const target = isHalf ? this.#bytes : new Uint8Array(Math.max(size, kept.length + count));
    if (isHalf) target.copyWithin(0, from, this.#end);
    else target.set(kept);
    this.#bytes = target;
    this.#end = kept.length;
  }

  /** What was unpacked since the history ended at `from`. */
  since(from: number): Uint8Array {
    return this.#bytes.subarray(from, this.#end);
  }

  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  repeat(byte: number, count: number): void {
    this.#bytes.fill(byte, this.#end, this.#end + count);
    this.#end += count;
  }

  /** Copies bytes from `distance` behind the end, which may overlap what is copied. */
  copy(distance: number, count: number): void {
    if (distance > this.#end || distance > this.#window || distance < 1) bad();
    const [bytes, end] = [this.#bytes, this.#end];
    if (distance >= count) bytes.copyWithin(end, end - distance, end - distance + count);
    else for (let i = end; i < end + count; i++) bytes[i] = bytes[i - distance] as number;
    this.#end = end + count;
  }
}
