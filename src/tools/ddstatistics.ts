/** What dd(1) prints of its work. */
import { bytesOf } from '../kernel/rawtext.ts';
import { general, rateWords, sizeWords } from './ddnumbers.ts';
import type { Status } from './ddoperands.ts';
import type { Host } from './host.ts';

export class Statistics {
  readonly #host: Host;
  readonly #status: Status;
  readonly #start = performance.now();
  #next = 1000;
  /** How wide the last line about the progress is. */
  #shown = 0;
  readonly read = { full: 0, partial: 0 };
  readonly written = { full: 0, partial: 0 };
  truncated = 0;
  bytes = 0;

  constructor(host: Host, status: Status) {
    this.#host = host;
    this.#status = status;
  }

  /** Says once a second how far the copy is, where that was asked for. */
  async progress(): Promise<void> {
    if (this.#status !== 'progress') return;
    const elapsed = performance.now() - this.#start;
    if (elapsed < this.#next) return;
    this.#next = (Math.floor(elapsed / 1000) + 1) * 1000;
    const line = this.#sum((elapsed / 1000).toFixed(0));
    await this.#host.stderr.write(bytesOf(`\r${line.padEnd(this.#shown)}`));
    this.#shown = line.length;
  }

  async print(): Promise<void> {
    if (this.#status === 'none') return;
    const { read, written, truncated } = this;
    let text = this.#shown > 0 ? '\n' : '';
    this.#shown = 0;
    text += `${read.full}+${read.partial} records in\n`;
    text += `${written.full}+${written.partial} records out\n`;
    if (truncated > 0) text += `${truncated} truncated record${truncated === 1 ? '' : 's'}\n`;
    if (this.#status !== 'noxfer') text += `${this.#sum()}\n`;
    await this.#host.stderr.write(bytesOf(text));
  }

  #sum(seconds?: string): string {
    const { bytes } = this;
    const elapsed = (performance.now() - this.#start) / 1000;
    const sizes: string[] = [];
    if (bytes >= 1000) sizes.push(sizeWords(bytes, 1000));
    if (bytes >= 1024) sizes.push(sizeWords(bytes, 1024));
    const shown = sizes.length > 0 ? ` (${sizes.join(', ')})` : '';
    const count = bytes === 1 ? '1 byte' : `${bytes} bytes`;
    const rate = elapsed > 0 ? rateWords(bytes / elapsed) : 'Infinity B/s';
    return `${count}${shown} copied, ${seconds ?? general(elapsed)} s, ${rate}`;
  }
}
