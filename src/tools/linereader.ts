/** The lines of a source one by one, each a part of the block that it was read with. */
import { concat } from '../kernel/bytes.ts';
import type { Source } from './host.ts';
import { blocksOf, lineBlocks, transientBlocks } from './stdio.ts';

export class Lines {
  /** Its place among others. */
  readonly index: number;
  data: Uint8Array = new Uint8Array(0);
  from = 0;
  /** Before the end of the line. */
  to = 0;
  /** False for a last line that lacks its end. */
  isWhole = true;
  readonly #blocks: AsyncGenerator<Uint8Array>;
  readonly #end: number;
  #next = 0;
  /** What the source gave last, and how many of its bytes are in no block yet. */
  #last: Uint8Array = new Uint8Array(0);
  #unused = 0;

  /** With `isTransient` the lines of a block are gone when the next one is asked for: that may come in the same memory. */
  constructor(source: Source, end = 10, index = 0, isTransient = false) {
    const read: Source['read'] = async (count, used) => {
      this.#last = await source.read(count, used);
      this.#unused += this.#last.length;
      return this.#last;
    };
    this.#blocks = lineBlocks({ read }, end, (isTransient ? transientBlocks : blocksOf)({ read }));
    this.#end = end;
    this.index = index;
  }

  /** Goes to the next line of the same block; false where there is none. */
  step(): boolean {
    if (this.#next >= this.data.length) return false;
    this.from = this.#next;
    const found = this.data.indexOf(this.#end, this.from);
    this.isWhole = found >= 0;
    this.to = found < 0 ? this.data.length : found;
    this.#next = this.to + 1;
    return true;
  }

  /** Where the lines that were not read yet begin in the block. */
  get ahead(): number {
    return this.#next;
  }

  /** Passes over the lines before an offset of the block, where a line begins. */
  pass(to: number): void {
    this.#next = to;
  }

  /** Goes to the first line of the next block; false at the end. */
  async next(): Promise<boolean> {
    const { value, done } = await this.#blocks.next();
    if (done) return false;
    this.data = value;
    this.#unused -= value.length;
    this.#next = 0;
    return this.step();
  }

  /** What was read behind the line, or from it on. */
  rest(withLine: boolean): Uint8Array {
    const block = this.data.subarray(withLine ? this.from : this.#next);
    return concat([block, this.#last.subarray(this.#last.length - this.#unused)]);
  }

  get line(): Uint8Array {
    return this.data.subarray(this.from, this.to);
  }
}
