/** What is written behind the pattern space, or before the next line is read: by `a`, `r` and `R`. */
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import type { Host, OpenFile } from '../host.ts';
import { Lines } from '../linereader.ts';
import { blocksOf } from '../stdio.ts';
import type { Writer } from './outputs.ts';

/** Bytes, or the name of a file. */
type Item = Uint8Array | string;

export class Queue {
  readonly #host: Host;
  readonly #delimiter: number;
  readonly #readers = new Map<
    string,
    { readonly lines: Lines; readonly file?: OpenFile } | undefined
  >();
  #items: Item[] = [];

  constructor(host: Host, delimiter: number) {
    this.#host = host;
    this.#delimiter = delimiter;
  }

  get isWaiting(): boolean {
    return this.#items.length > 0;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  async write(writer: Writer): Promise<void> {
    const items = this.#items;
    this.#items = [];
    // The end of a last line that lacks it, also where nothing follows.
    writer.raw(new Uint8Array(0));
    for (const item of items) {
      if (typeof item === 'string') await this.copy(item, writer);
      else writer.raw(item);
    }
  }

  /** `R` begins with the first line of each file again. */
  async rewind(): Promise<void> {
    await this.close();
    this.#readers.clear();
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader?.file?.close();
  }

  /** Writes the bytes of a file as they are. A file that cannot be read has none. */
  async copy(name: string, writer: Writer): Promise<void> {
    const file = await this.#opened(name);
    if (!file) return;
    try {
      for await (const block of blocksOf(file)) {
        writer.raw(block);
        await writer.flush();
        await this.#host.checkpoint();
      }
    } catch (error) {
      if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
    } finally {
      if ('close' in file) await file.close();
    }
  }

  /** Adds the next line of a file, which stays open. */
  async addLine(name: string): Promise<void> {
    if (!this.#readers.has(name)) {
      const file = await this.#opened(name);
      const lines = file && new Lines(file, this.#delimiter);
      this.#readers.set(name, lines && ('close' in file ? { lines, file } : { lines }));
    }
    const lines = this.#readers.get(name)?.lines;
    if (!lines || !(lines.step() || (await lines.next()))) return;
    this.add(lines.line.slice());
    if (lines.isWhole) this.add(Uint8Array.of(this.#delimiter));
  }

  async #opened(name: string): Promise<OpenFile | Host['stdin'] | undefined> {
    if (name === '/dev/stdin') return this.#host.stdin;
    try {
      return await this.#host.open(name, OPEN.read);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return undefined;
    }
  }
}
