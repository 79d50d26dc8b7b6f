/** Input of which a part can be looked at before it is taken. */
import { concat } from '../../kernel/bytes.ts';
import type { Source } from '../host.ts';
import { BLOCK } from '../stdio.ts';

const nothing = new Uint8Array(0);

export class Feed {
  readonly #source: Source;
  #ready: Uint8Array = nothing;
  /** How many bytes were taken. */
  taken = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The next `count` bytes, which stay; fewer only at the end. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#ready.length < count) {
      const parts = [this.#ready];
      for (let length = this.#ready.length; length < count; ) {
        const data = await this.#source.read(BLOCK);
        if (data.length === 0) break;
        parts.push(data);
        length += data.length;
      }
      this.#ready = concat(parts);
    }
    return this.#ready.subarray(0, count);
  }

  /** Takes the next `count` bytes; fewer only at the end. */
  async take(count: number): Promise<Uint8Array> {
    const data = await this.peek(count);
    this.#ready = this.#ready.subarray(data.length);
    this.taken += data.length;
    return data;
  }

  /** Takes what is there, or waits for the next bytes; none at the end. */
  async next(max = BLOCK): Promise<Uint8Array> {
    const data = this.#ready.length > 0 ? this.#ready : await this.#source.read(max);
    const part = data.subarray(0, max);
    this.#ready = data.subarray(part.length);
    this.taken += part.length;
    return part;
  }

  /** Takes bytes back that were taken last. */
  giveBack(data: Uint8Array): void {
    this.#ready = this.#ready.length === 0 ? data : concat([data, this.#ready]);
    this.taken -= data.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let data = await this.next(); data.length > 0; data = await this.next()) yield data;
  }
}
