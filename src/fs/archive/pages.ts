/** Bytes that were unpacked into memory, in pages: they are never copied into one piece, and they are bounded. */
import { fail } from '../../kernel/errors.ts';
import { type Source, UNPACKED_MAX } from './archive.ts';

const PAGE = 1 << 20;

export class Pages implements Source {
  readonly #pages: Uint8Array[] = [];
  readonly #max: number;
  readonly #tooLarge: () => never;
  #size = 0;

  /** `tooLarge` throws when there are more than `max` bytes. */
  constructor(max = UNPACKED_MAX, tooLarge: () => never = tooLargeForMemory) {
    this.#max = max;
    this.#tooLarge = tooLarge;
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#max) this.#tooLarge();
    for (let from = 0; from < bytes.length; ) {
      const at = this.#size % PAGE;
      if (at === 0) this.#pages.push(new Uint8Array(PAGE));
      const part = bytes.subarray(from, from + PAGE - at);
      this.#pages.at(-1)?.set(part, at);
      from += part.length;
      this.#size += part.length;
    }
  }

  async read(at: number, count: number): Promise<Uint8Array> {
    const end = Math.min(this.#size, at + Math.max(0, count));
    const found = new Uint8Array(Math.max(0, end - at));
    for (let here = at; here < end; ) {
      const within = here % PAGE;
      const page = this.#pages[(here - within) / PAGE] as Uint8Array;
      const part = page.subarray(within, Math.min(PAGE, within + end - here));
      found.set(part, here - at);
      here += part.length;
    }
    return found;
  }

  /** The pages in order, cut to the size. */
  async *parts(): AsyncGenerator<Uint8Array> {
    for (const [i, page] of this.#pages.entries()) yield page.subarray(0, this.#size - i * PAGE);
  }
}

/** All of an input, in memory. */
export async function gathered(input: AsyncIterable<Uint8Array>): Promise<Pages> {
  const pages = new Pages();
  for await (const part of input) pages.append(part);
  return pages;
}

const tooLargeForMemory = (): never =>
  fail('EFBIG', `unpacked it has more than ${UNPACKED_MAX >> 20} MiB, which do not fit in memory`);
