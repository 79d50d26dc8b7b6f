/** What grep reads of one input: whether it is binary, and what it has read too far. */
import { concat } from '../kernel/bytes.ts';
import { censusOf } from './bytescan.ts';
import type { Source } from './host.ts';

/**
 * GNU's grep looks for NUL in so many bytes at once, as long as no line is longer. What it has read before them is text.
 */
export const NUL_SCAN_SIZE = 98_304;

/** How many bytes before the first NUL of a part, which is at `zeroAt`, are text. */
function textBytesBefore(offset: number, zeroAt: number): number {
  const zero = offset + zeroAt;
  return Math.max(0, zero - (zero % NUL_SCAN_SIZE) - offset);
}

export class ScanSource implements Source {
  readonly #source: Source;
  /** The byte that ends a line; NUL does so, too, once the source is binary. Undefined where nobody asks for that. */
  readonly #end: number | undefined;
  /** Bytes that are read next: the beginning, or what follows the text of a binary file. */
  #next: Uint8Array | undefined;
  /** How many bytes `read` has given. */
  #offset = 0;
  /** What the source gave last, or from the end of the search on. */
  #last: Uint8Array = new Uint8Array(0);
  #total = 0;
  #isKept = false;
  isBinary = false;
  /** All bytes so far are ASCII; false if they were not looked at. */
  isAscii: boolean;

  constructor(source: Source, end: number | undefined) {
    this.#source = source;
    this.#end = end;
    this.isAscii = end !== undefined;
  }

  /** Returns the first bytes, which `read` gives again, without a look at what they are. */
  async first(count: number): Promise<Uint8Array> {
    this.#next = await this.#more(count);
    return this.#next;
  }

  /**
   * Works as Source has it. Bytes that were put off are parts of the memory that the source gave last: it gets no `used` to
   * fill until they are read.
   */
  async read(count: number, used?: Uint8Array): Promise<Uint8Array> {
    const given = this.#next ?? (await this.#more(count, used));
    this.#next = undefined;
    const data = this.#end === undefined ? given : this.#looked(given, this.#end);
    this.#offset += data.length;
    return data;
  }

  /** From now on all bytes are kept, so that they can be given back. */
  keep(): void {
    this.#isKept = true;
  }

  /** Gives back what was read behind an offset of the source, if it is still there. */
  unreadFrom(offset: number): void {
    const count = this.#total - offset;
    if (count > 0 && count <= this.#last.length)
      this.#source.unread?.(this.#last.subarray(this.#last.length - count));
  }

  async #more(count: number, used?: Uint8Array): Promise<Uint8Array> {
    const data = await this.#source.read(count, this.#isKept ? undefined : used);
    this.#last = this.#isKept ? concat([this.#last, data]) : data;
    this.#total += data.length;
    return data;
  }

  /**
   * Finds out whether the source is binary. In a binary file NUL ends a line, so that a file without newlines is not
   * collected as one line.
   */
  #looked(data: Uint8Array, end: number): Uint8Array {
    const { hasZero, isAscii } = censusOf(data);
    this.isAscii &&= isAscii;
    if (hasZero && !this.isBinary) {
      const before = textBytesBefore(this.#offset, data.indexOf(0));
      if (before > 0) {
        this.#next = data.subarray(before);
        return data.subarray(0, before);
      }
      this.isBinary = true;
    }
    return this.isBinary ? data.map((byte) => (byte === 0 ? end : byte)) : data;
  }
}
