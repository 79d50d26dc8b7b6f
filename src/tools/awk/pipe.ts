/** A pipe in memory between the program and a command: a writer waits while much is unread. */
import { fail } from '../../kernel/errors.ts';
import type { Sink, Source } from '../host.ts';

const MOST_UNREAD = 1 << 17;

export class Pipe implements Sink, Source {
  readonly #parts: Uint8Array[] = [];
  #unread = 0;
  #isWriterClosed = false;
  #isReaderClosed = false;
  readonly #waiting: (() => void)[] = [];

  #change(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  async write(data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    while (this.#unread > MOST_UNREAD && !this.#isReaderClosed) await this.#changed();
    if (this.#isReaderClosed) fail('EPIPE');
    this.#parts.push(data.slice());
    this.#unread += data.length;
    this.#change();
  }

  async read(count: number): Promise<Uint8Array> {
    while (this.#parts.length === 0 && !this.#isWriterClosed) await this.#changed();
    const first = this.#parts.shift();
    if (!first) return new Uint8Array(0);
    if (first.length > count) this.#parts.unshift(first.subarray(count));
    const given = first.subarray(0, count);
    this.#unread -= given.length;
    this.#change();
    return given;
  }

  closeWriter(): void {
    this.#isWriterClosed = true;
    this.#change();
  }

  closeReader(): void {
    this.#isReaderClosed = true;
    this.#change();
  }
}
