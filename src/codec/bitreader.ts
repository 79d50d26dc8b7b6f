/** Bits from the highest to the lowest, of bytes that arrive in pieces. Input is awaited only in `fill`. */
import { concat } from '../kernel/bytes.ts';
import { CutStream } from './badstream.ts';

/** How many bytes are read beyond those that were asked for. */
const AHEAD = 1 << 20;

export class BitReader {
  readonly #input: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #value = 0;
  #count = 0;
  #isOver = false;

  constructor(input: AsyncIterator<Uint8Array>) {
    this.#input = input;
  }

  /**
   * Has at least `size` bytes ready, or all there are. It reads ahead, so that the bytes that are left over are copied
   * once for each AHEAD bytes of input, however little each caller takes.
   */
  async fill(size: number): Promise<void> {
    let ready = this.#bytes.length - this.#at;
    if (ready >= size || this.#isOver) return;
    const parts = [this.#bytes.subarray(this.#at)];
    while (ready < size + AHEAD && !this.#isOver) {
      const { value, done } = await this.#input.next();
      if (done) this.#isOver = true;
      else {
        parts.push(value);
        ready += value.length;
      }
    }
    this.#bytes = concat(parts);
    this.#at = 0;
  }

  /** At most 24 bits. CutStream where there are no more. */
  take(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw new CutStream('it is cut off in the middle');
      this.#value = ((this.#value << 8) | (this.#bytes[this.#at++] as number)) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#value >>> this.#count) & (2 ** count - 1);
  }

  /** Skips to the next whole byte: fewer than eight bits are ever held. */
  align(): void {
    this.#count = 0;
  }

  /** Whether the next bytes are these; to be asked where a whole byte begins. */
  startsWith(text: string): boolean {
    return [...text].every((c, i) => this.#bytes[this.#at + i] === c.charCodeAt(0));
  }
}
