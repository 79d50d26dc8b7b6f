/** fold(1): lines broken at a width. Columns are bytes, as in Debian's; tabs, backspaces and returns move as they do. */

import { flagsOf } from './flags.ts';
import type { Tool } from './host.ts';
import { numberOf } from './numbers.ts';
import { blocksOf, eachInput, Output } from './stdio.ts';

const MOST = Number.MAX_SAFE_INTEGER - 8;

export const fold: Tool = async (host) => {
  // `-40` is a width.
  const args = host.args.map((word) => (/^-\d+$/.test(word) ? `-w${word.slice(1)}` : word));
  const flags = flagsOf(
    { ...host, args },
    { usage: '[OPTION]... [FILE]...', options: ['b|bytes', 's|spaces', 'w|width='] },
  );
  const text = flags.value('width');
  const width =
    text === undefined
      ? 80
      : numberOf(text, {
          of: 'number of columns',
          least: 1,
          most: MOST,
          range: 'Numerical result out of range',
        });
  const isBytes = flags.has('bytes');
  const atSpaces = flags.has('spaces');
  const out = new Output(host.stdout);
  return eachInput(host, flags.operands, async (source) => {
    const folder = new Folder(out, width, isBytes, atSpaces);
    for await (const data of blocksOf(source)) {
      folder.take(data);
      await out.flush();
      await host.checkpoint();
    }
    folder.end();
    await out.flush();
  });
};

class Folder {
  readonly #out: Output;
  readonly #width: number;
  readonly #isBytes: boolean;
  readonly #atSpaces: boolean;
  /** The line so far. */
  #line = new Uint8Array(1024);
  #length = 0;
  #column = 0;

  constructor(out: Output, width: number, isBytes: boolean, atSpaces: boolean) {
    this.#out = out;
    this.#width = width;
    this.#isBytes = isBytes;
    this.#atSpaces = atSpaces;
  }

  take(data: Uint8Array): void {
    for (let at = 0; at < data.length; at++) {
      const byte = data[at] as number;
      if (byte === 10) {
        this.#put(this.#length);
        this.#out.byte(10);
        this.#column = 0;
      } else this.#add(byte);
    }
  }

  end(): void {
    this.#put(this.#length);
  }

  #put(count: number): void {
    this.#out.bytes(this.#line.subarray(0, count));
    this.#line.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  #add(byte: number): void {
    for (;;) {
      const column = this.#after(this.#column, byte);
      if (column <= this.#width) {
        this.#column = column;
        break;
      }
      const space = this.#atSpaces ? this.#lastBlank() : 0;
      if (space > 0) {
        this.#put(space);
        this.#out.byte(10);
        this.#column = 0;
        for (let i = 0; i < this.#length; i++)
          this.#column = this.#after(this.#column, this.#line[i] as number);
        continue;
      }
      if (this.#length === 0) {
        // What is wider than a line stands alone in one.
        this.#column = column;
        break;
      }
      this.#put(this.#length);
      this.#out.byte(10);
      this.#column = 0;
    }
    if (this.#length === this.#line.length) {
      const larger = new Uint8Array(this.#line.length * 2);
      larger.set(this.#line);
      this.#line = larger;
    }
    this.#line[this.#length++] = byte;
  }

  #after(column: number, byte: number): number {
    if (this.#isBytes) return column + 1;
    if (byte === 8) return Math.max(0, column - 1);
    if (byte === 13) return 0;
    return byte === 9 ? column + 8 - (column % 8) : column + 1;
  }

  /** The end of the last blank; 0 where there is none. */
  #lastBlank(): number {
    for (let at = this.#length; at > 0; at--)
      if (this.#line[at - 1] === 32 || this.#line[at - 1] === 9) return at;
    return 0;
  }
}
