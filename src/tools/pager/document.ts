/** The lines of what is paged. They are read as they are wanted, and kept. */
import type { Source } from '../host.ts';

const BLOCK = 1 << 16;
const NEWLINE = 10;

export class Document {
  readonly #source: Source;
  #bytes = new Uint8Array(BLOCK);
  #size = 0;
  /** Where lines begin; the last one may not have. */
  readonly #starts: number[] = [0];
  #pending: Promise<Uint8Array> | undefined;
  hasEnded = false;

  constructor(source: Source) {
    this.#source = source;
  }

  get size(): number {
    return this.#size;
  }

  /** Lines that are known. */
  get count(): number {
    return (this.#starts.at(-1) as number) < this.#size
      ? this.#starts.length
      : this.#starts.length - 1;
  }

  /** Whether it is known that there is such a line, and where it ends, or that there is none. */
  knows(line: number): boolean {
    return this.hasEnded || this.#starts.length - 1 > line;
  }

  has(line: number): boolean {
    return line < this.count;
  }

  /** A line without its end. */
  line(line: number): Uint8Array {
    const end = this.#starts[line + 1];
    return this.#bytes.subarray(this.#starts[line], end === undefined ? this.#size : end - 1);
  }

  /** Where a line begins, in bytes. */
  startOf(line: number): number {
    return this.#starts[line] ?? this.#size;
  }

  /** Begins to read more, or goes on. What has come stays with `take`. */
  more(): Promise<Uint8Array> {
    this.#pending ??= this.#source.read(BLOCK);
    return this.#pending;
  }

  take(data: Uint8Array): void {
    this.#pending = undefined;
    if (data.length === 0) {
      this.hasEnded = true;
      return;
    }
    if (this.#size + data.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size + data.length));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(data, this.#size);
    for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1))
      this.#starts.push(this.#size + at + 1);
    this.#size += data.length;
  }
}
