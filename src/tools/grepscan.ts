/** The search of one input of grep. It selects lines and writes them with the lines around them. */
import { concat } from '../kernel/bytes.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { behindLast, indexOfNear } from './bytescan.ts';
import { isUtf8, type Job, type Line, LineWriter } from './grepline.ts';
import { NUL_SCAN_SIZE, ScanSource } from './grepsource.ts';
import type { Source } from './host.ts';
import { blocksOf, lineBlocks, transientBlocks, warn } from './stdio.ts';

const COLON = 58;

/** How many bytes are read at once: NUL is looked for in each tenth of them. */
const READ_AT_ONCE = 10 * NUL_SCAN_SIZE;

export class Scan {
  readonly #job: Job;
  readonly #name: string;
  readonly #isInverted: boolean;
  readonly #isQuiet: boolean;
  /** A line is written as it is, behind nothing but a name and a number. */
  readonly #isPlain: boolean;
  readonly #hasNumbers: boolean;
  /** The name of the input with its mark, as bytes; empty where names are not shown. */
  readonly #head: Uint8Array;
  readonly #keeps: boolean;
  readonly #isAtOnce: boolean;
  readonly #size: number | undefined;
  #count = 0;
  #offset = 0;
  /** The number of the line at `#counted`, an offset in the block. */
  #number = 1;
  #counted = 0;
  #isBinary = false;
  /** How many lines were selected before the source turned out to be binary. */
  #countBeforeBinary = Number.POSITIVE_INFINITY;
  /** All that was read so far is ASCII; false if the bytes were not checked. */
  #isAscii = false;
  /** No more lines are searched. */
  #isDone = false;
  /** How many lines after a selected one are still to be shown. */
  #after = 0;
  #before: Line[] = [];
  #lastShown = -1;
  /** The offset behind the last line that was searched for. */
  #endOfLastSelected = 0;
  /** Where the line after the last one that was taken begins. */
  #next = 0;
  readonly #lines: LineWriter;

  /** `size` is the number of bytes of the input, if known. With `isAtOnce`, its bytes need not be waited for. */
  constructor(job: Job, name: string, size: number | undefined, isAtOnce = false) {
    this.#isAtOnce = isAtOnce;
    this.#size = size;
    this.#lines = new LineWriter(job, name, size);
    this.#job = job;
    this.#name = name;
    const { has, files, hasContext, isQuiet } = job.settings;
    this.#isInverted = has('invert-match');
    this.#isQuiet = isQuiet || has('count') || files !== 'none';
    this.#keeps = !this.#isQuiet && hasContext;
    this.#isPlain =
      !this.#keeps && !job.colors && !['only-matching', 'byte-offset', 'initial-tab'].some(has);
    this.#hasNumbers = has('line-number');
    this.#head = job.isNamed ? bytesOf(name + (has('null') ? '\0' : ':')) : new Uint8Array(0);
  }

  /** Returns how many lines were selected. */
  async run(source: Source): Promise<number> {
    const { settings, out, host, end } = this.#job;
    const isOne = settings.isQuiet || settings.files !== 'none';
    const max = isOne ? Math.min(1, settings.max) : settings.max;
    if (settings.max === 0) return 0;
    const input = this.#inputOf(source);
    if (await this.#isMiss(input)) return 0;
    // With context, lines of earlier blocks are still to be written.
    const blocks = (this.#keeps ? blocksOf : transientBlocks)(input, READ_AT_ONCE);
    for await (const block of lineBlocks(input, end, blocks)) {
      if (input.isBinary && !this.#isBinary) this.#countBeforeBinary = this.#count;
      this.#isBinary = input.isBinary;
      this.#isAscii = input.isAscii;
      if (this.#isBinary && settings.binary === 'without-match') return 0;
      const text = block[block.length - 1] === end ? block : concat([block, Uint8Array.of(end)]);
      this.#block(text, this.#isBinary && !settings.has('count') ? 1 : max);
      this.#offset += text.length;
      // Whoever reads the output does not wait for what comes later.
      if (!this.#isAtOnce || out.isFull) await out.flush();
      await host.checkpoint();
      if (this.#isDone && this.#after <= 0) break;
      if (this.#isDone) input.keep();
    }
    // Who reads a file as standard input next gets what follows the last line that was wanted, as GNU's grep seeks there.
    if (!isOne && this.#count >= settings.max && this.#size !== undefined)
      input.unreadFrom(this.#endOfLastSelected);
    const isTold = !this.#isQuiet && settings.binary !== 'without-match';
    if (isTold && (this.#lines.hasBroken || this.#count > this.#countBeforeBinary)) {
      await out.flush();
      await warn(host, `${this.#name}: binary file matches`);
    }
    return this.#count;
  }

  #inputOf(source: Source): ScanSource {
    const { settings, end } = this.#job;
    return new ScanSource(source, settings.binary === 'text' || end === 0 ? undefined : end);
  }

  /**
   * Reports whether the input is a whole file in which nothing matches. Most files of a folder are such, and nobody needs to
   * know whether they are binary: a line of a binary file that ends at a NUL matches only what the whole line matches, too.
   */
  async #isMiss(input: ScanSource): Promise<boolean> {
    const { matcher, end } = this.#job;
    if (!this.#isAtOnce || this.#isInverted || end === 0 || !matcher.isContextFree) return false;
    const data = await input.first(NUL_SCAN_SIZE);
    return data.length === this.#size && matcher.next(data, 0, data.length) < 0;
  }

  #block(text: Uint8Array, max: number): void {
    const { matcher, end } = this.#job;
    this.#counted = 0;
    const lineAt = (from: number, to: number): Line => {
      if (this.#hasNumbers || this.#keeps) this.#countTo(text, from);
      return { text, from, to, offset: this.#offset + from, number: this.#number };
    };
    let at = 0;
    while (at < text.length && !this.#isDone) {
      const hit = matcher.next(text, at, text.length);
      // A hit at the end of a block is in none of its lines.
      const start = hit < 0 || hit >= text.length ? text.length : behindLast(text, end, at, hit);
      const stop = start < text.length ? indexOfNear(text, end, hit) + 1 : start;
      this.#take(text, at, start, this.#isInverted, max, lineAt);
      if (!this.#isDone || this.#after > 0)
        this.#take(text, start, stop, !this.#isInverted, max, lineAt);
      // A line that follows one that was counted need not be looked for.
      if (this.#hasNumbers && this.#counted === start && start < stop) {
        this.#number++;
        this.#counted = stop;
      }
      at = stop;
      if (this.#isDone) break;
    }
    if (this.#isDone && this.#after > 0) this.#trail(text, this.#next, lineAt);
    lineAt(text.length, text.length);
  }

  #trail(text: Uint8Array, from: number, lineAt: (from: number, to: number) => Line): void {
    for (let at = from; at < text.length && this.#after > 0; ) {
      const stop = text.indexOf(this.#job.end, at) + 1;
      this.#context(lineAt(at, stop));
      at = stop;
    }
    this.#next = 0;
  }

  #take(
    text: Uint8Array,
    from: number,
    to: number,
    isSelected: boolean,
    max: number,
    lineAt: (from: number, to: number) => Line,
  ): void {
    if (from >= to || this.#isDone) return;
    if (!isSelected && !this.#keeps) return;
    const { end, out } = this.#job;
    if (isSelected && this.#isPlain && !this.#isQuiet && !this.#isBinary && max === Infinity) {
      if (this.#job.settings.binary === 'text' || this.#isAscii || isUtf8(text, from, to)) {
        this.#count++;
        this.#job.hasOutput = true;
        if (this.#hasNumbers || this.#head.length > 0) this.#plain(text, from, to);
        else out.range(text, from, to);
        return;
      }
    }
    for (let at = from; at < to; ) {
      const stop = text.indexOf(end, at) + 1;
      this.#next = stop;
      if (!isSelected) this.#context(lineAt(at, stop));
      else {
        this.#count++;
        if (!this.#isQuiet && !this.#isBinary) this.#select(lineAt(at, stop));
        if (this.#count >= max || (this.#isBinary && !this.#isQuiet)) {
          this.#endOfLastSelected = this.#offset + stop;
          this.#isDone = true;
          return;
        }
      }
      at = stop;
    }
  }

  /** Counts the lines that end before an offset. */
  #countTo(text: Uint8Array, to: number): void {
    const { end } = this.#job;
    for (let at = indexOfNear(text, end, this.#counted); at >= 0 && at < to; ) {
      this.#number++;
      this.#counted = at + 1;
      at = indexOfNear(text, end, this.#counted);
    }
  }

  /** Writes whole lines, each behind the name and its number. */
  #plain(text: Uint8Array, from: number, to: number): void {
    const { end, out } = this.#job;
    if (this.#hasNumbers) this.#countTo(text, from);
    for (let at = from; at < to; ) {
      const stop = indexOfNear(text, end, at) + 1;
      out.range(this.#head, 0, this.#head.length);
      if (this.#hasNumbers) {
        out.decimal(this.#number++);
        out.byte(COLON);
        this.#counted = stop;
      }
      out.range(text, at, stop);
      at = stop;
    }
  }

  #select(line: Line): void {
    const { settings } = this.#job;
    if (this.#keeps) {
      const from = this.#before[0]?.number ?? line.number;
      if (this.#job.hasOutput && from !== this.#lastShown + 1) this.#lines.separate();
      for (const each of this.#before) this.#show(each, '-');
      this.#before = [];
    }
    this.#after = settings.after;
    this.#show(line, ':');
  }

  #context(line: Line): void {
    if (!this.#keeps || this.#isBinary) return;
    if (this.#after > 0) {
      this.#after--;
      this.#show(line, '-');
      return;
    }
    const { before } = this.#job.settings;
    if (before === 0) return;
    this.#before.push(line);
    if (this.#before.length > before) this.#before.shift();
  }

  #show(line: Line, mark: ':' | '-'): void {
    this.#job.hasOutput = true;
    if (this.#lines.write(line, mark)) this.#lastShown = line.number;
    // A line that is not shown has no context after it.
    else this.#after = 0;
  }
}
