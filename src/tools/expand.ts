/** expand(1) and unexpand(1): tabs as spaces, and back. Columns are bytes, as in Debian's. */

import { flagsOf } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { blocksOf, eachInput, Output } from './stdio.ts';
import { TabStops } from './tabstops.ts';

/** `-4` and `-2,5` are tab stops. */
const OLD = /^-\d[\d,]*$/;

const oldForm = (args: readonly string[]): string[] =>
  args.map((word) => (OLD.test(word) ? `-t${word.slice(1)}` : word));

export const expand: Tool = async (host) => {
  const flags = flagsOf(
    { ...host, args: oldForm(host.args) },
    {
      usage: '[OPTION]... [FILE]...',
      options: ['i|initial', 't|tabs='],
    },
  );
  const stops = new TabStops(
    flags.options.filter(({ name }) => name === 'tabs').map(({ value }) => value ?? ''),
  );
  const isInitial = flags.has('initial');
  const out = new Output(host.stdout);
  let column = 0;
  let isStart = true;
  return eachInput(host, flags.operands, async (source) => {
    for await (const data of blocksOf(source)) {
      for (let at = 0; at < data.length; at++) {
        const byte = data[at] as number;
        if (byte === 10) {
          column = 0;
          isStart = true;
          out.byte(10);
          continue;
        }
        if (byte === 9 && (isStart || !isInitial)) {
          const next = stops.after(column)?.column ?? column + 1;
          while (column < next) {
            out.byte(32);
            column++;
          }
          continue;
        }
        if (byte === 8) {
          if (column > 0) column--;
        } else column++;
        if (byte !== 32 && byte !== 9) isStart = false;
        out.byte(byte);
      }
      await out.flush();
      await host.checkpoint();
    }
  });
};

export const unexpand: Tool = async (host) => {
  const flags = flagsOf(
    { ...host, args: oldForm(host.args) },
    {
      usage: '[OPTION]... [FILE]...',
      options: ['a|all', 'first-only', 't|tabs='],
    },
  );
  const tabs = flags.options.filter(({ name }) => name === 'tabs');
  const stops = new TabStops(tabs.map(({ value }) => value ?? ''));
  // Tab stops of the old form leave the blanks within lines as they are.
  const newForms = tabs.length - host.args.filter((word) => OLD.test(word)).length;
  const isAll = !flags.has('first-only') && (flags.has('all') || newForms > 0);
  const work = new Unexpander(host, stops, isAll);
  const status = await eachInput(host, flags.operands, async (source) => {
    for await (const data of blocksOf(source)) {
      await work.take(data);
      await host.checkpoint();
    }
  });
  await work.end();
  return status;
};

class Unexpander {
  readonly #out: Output;
  readonly #stops: TabStops;
  readonly #isAll: boolean;
  /** Blanks are still turned into tabs in this line. */
  #isConverting = true;
  #column = 0;
  /** The blanks that are not written yet. */
  #pending: number[] = [];
  #isBlankBefore = true;
  /** One blank stands just before a tab stop: it becomes a tab if another follows. */
  #isOneBeforeStop = false;
  constructor(host: Host, stops: TabStops, isAll: boolean) {
    this.#out = new Output(host.stdout);
    this.#stops = stops;
    this.#isAll = isAll;
  }

  async take(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at++) this.#byte(data[at] as number);
    await this.#out.flush();
  }

  async end(): Promise<void> {
    this.#writePending();
    await this.#out.flush();
  }

  #writePending(): void {
    if (this.#pending.length > 1 && this.#isOneBeforeStop) this.#pending[0] = 9;
    for (const byte of this.#pending) this.#out.byte(byte);
    this.#pending = [];
    this.#isOneBeforeStop = false;
  }

  #byte(byte: number): void {
    if (this.#isConverting && this.#convert(byte)) return;
    if (byte === 10) {
      this.#out.byte(10);
      this.#isConverting = true;
      this.#column = 0;
      this.#isBlankBefore = true;
    } else this.#out.byte(byte);
  }

  /** True where the byte is kept for later, or became part of a tab. */
  #convert(given: number): boolean {
    let byte = given;
    let isBlank = byte === 32 || byte === 9;
    if (isBlank) {
      const next = this.#stops.after(this.#column);
      if (!next) this.#isConverting = false;
      if (next) {
        if (byte === 9) {
          this.#column = next.column;
          if (this.#pending.length > 0) this.#pending[0] = 9;
        } else {
          this.#column++;
          if (!(this.#isBlankBefore && this.#column === next.column)) {
            // It stays a blank unless the run reaches the stop.
            if (this.#column === next.column) this.#isOneBeforeStop = true;
            this.#pending.push(byte);
            this.#isBlankBefore = true;
            return true;
          }
          byte = 9;
          this.#pending[0] = 9;
        }
        // A tab takes the place of the blanks before it.
        this.#pending.length = this.#isOneBeforeStop ? 1 : 0;
      }
    } else if (byte === 8) {
      if (this.#column > 0) this.#column--;
    } else this.#column++;
    this.#writePending();
    this.#isBlankBefore = isBlank;
    this.#isConverting &&= this.#isAll || isBlank;
    if (byte !== given) {
      this.#out.byte(byte);
      isBlank = true;
      return true;
    }
    return false;
  }
}
