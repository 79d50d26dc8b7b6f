/** Searches one input of grep: selects lines, with the lines around them, and writes what is asked for. */
import { concat } from '../kernel/bytes.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Colors } from './grepcolors.ts';
import type { Settings } from './grepoptions.ts';
import type { Host, Source } from './host.ts';
import type { LineMatcher } from './matcher.ts';
import { lineBlocks, type Output } from './stdio.ts';

export interface Job {
  readonly host: Host;
  readonly settings: Settings;
  readonly matcher: LineMatcher;
  readonly out: Output;
  readonly colors: Colors | undefined;
  readonly end: number;
  readonly isNamed: boolean;
  /** Something was written, so that a separator stands before what follows. */
  hasOutput: boolean;
}

const strict = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

interface Line {
  readonly text: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly number: number;
}

export class Scan {
  readonly #job: Job;
  readonly #name: string;
  readonly #isInverted: boolean;
  readonly #isQuiet: boolean;
  readonly #isPlain: boolean;
  readonly #keeps: boolean;
  #count = 0;
  #offset = 0;
  #number = 1;
  #isBinary = false;
  /** A line that is not UTF-8 was left out. */
  #isBroken = false;
  /** Lines that are no longer to be searched. */
  #isDone = false;
  /** Lines after a selected one that are still to be shown. */
  #after = 0;
  #before: Line[] = [];
  #lastShown = -1;

  /** Numbers take this many columns. */
  readonly #width: number;

  /** With `size` bytes, where that is known. */
  constructor(job: Job, name: string, size: number | undefined) {
    const lines = job.settings.has('line-number') ? 1 : 0;
    this.#width = !job.settings.has('initial-tab')
      ? 0
      : size === undefined
        ? 20
        : String(size + lines).length;
    this.#job = job;
    this.#name = name;
    const { has, files, hasContext } = job.settings;
    this.#isInverted = has('invert-match');
    this.#isQuiet = has('count') || has('quiet') || has('silent') || files !== 'none';
    this.#keeps = !this.#isQuiet && hasContext;
    this.#isPlain =
      !this.#keeps &&
      !job.isNamed &&
      !job.colors &&
      !['only-matching', 'line-number', 'byte-offset', 'initial-tab'].some(has);
  }

  /** How many lines were selected. */
  async run(source: Source): Promise<number> {
    const { settings, out, host, end } = this.#job;
    const isOne = settings.files !== 'none' || settings.has('quiet') || settings.has('silent');
    const max = isOne ? Math.min(1, settings.max) : settings.max;
    if (settings.max === 0) return 0;
    for await (const block of lineBlocks(source, end)) {
      const text = this.#checked(
        block[block.length - 1] === end ? block : concat([block, Uint8Array.of(end)]),
      );
      if (!text) return 0;
      this.#block(text, this.#isBinary && !settings.has('count') ? 1 : max);
      this.#offset += text.length;
      await out.flush();
      await host.checkpoint();
      if (this.#isBroken || (this.#isDone && this.#after <= 0)) break;
    }
    if ((this.#isBroken || this.#isBinary) && !this.#isQuiet && this.#count > 0)
      out.text(`grep: ${this.#name}: binary file matches\n`);
    return this.#count;
  }

  /** As what the text of a block is searched; undefined where it is binary and is not to be. */
  #checked(block: Uint8Array): Uint8Array | undefined {
    const { settings, end } = this.#job;
    if (settings.binary === 'text' || end === 0) return block;
    if (!this.#isBinary && block.includes(0)) {
      if (settings.binary === 'without-match') return undefined;
      this.#isBinary = true;
    }
    if (!this.#isBinary) return block;
    // NUL ends a line of a binary file.
    return block.map((byte) => (byte === 0 ? end : byte));
  }

  #block(text: Uint8Array, max: number): void {
    const { matcher, end } = this.#job;
    let counted = 0;
    const lineAt = (from: number, to: number): Line => {
      if (this.#job.settings.has('line-number') || this.#keeps)
        for (let at = text.indexOf(end, counted); at >= 0 && at < from; ) {
          this.#number++;
          counted = at + 1;
          at = text.indexOf(end, counted);
        }
      return { text, from, to, offset: this.#offset + from, number: this.#number };
    };
    let at = 0;
    while (at < text.length && !this.#isDone) {
      const hit = matcher.next(text, at, text.length);
      // A hit at the end of a block is none of its lines.
      const start = hit < 0 || hit >= text.length ? text.length : lineStart(text, hit, at, end);
      const stop = start < text.length ? text.indexOf(end, start) + 1 : start;
      this.#lines(text, at, start, this.#isInverted, max, lineAt);
      if (!this.#isDone || this.#after > 0)
        this.#lines(text, start, stop, !this.#isInverted, max, lineAt);
      at = stop;
      if (this.#isDone) break;
    }
    if (this.#isDone && this.#after > 0) this.#trail(text, this.#next, lineAt);
    lineAt(text.length, text.length);
  }

  /** Where the lines begin that follow the last that was taken. */
  #next = 0;

  #trail(text: Uint8Array, from: number, lineAt: (from: number, to: number) => Line): void {
    for (let at = from; at < text.length && this.#after > 0; ) {
      const stop = text.indexOf(this.#job.end, at) + 1;
      this.#context(lineAt(at, stop));
      at = stop;
    }
    this.#next = 0;
  }

  #lines(
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
      const part = text.subarray(from, to);
      if (this.#job.settings.binary === 'text' || isUtf8(part)) {
        this.#count++;
        out.bytes(part);
        this.#job.hasOutput = true;
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
          this.#isDone = true;
          return;
        }
      }
      at = stop;
    }
  }

  #select(line: Line): void {
    const { settings } = this.#job;
    if (this.#keeps) {
      const from = this.#before[0]?.number ?? line.number;
      if (this.#job.hasOutput && from !== this.#lastShown + 1) this.#separate();
      for (const each of this.#before) this.#show(each, '-');
      this.#before = [];
      this.#after = settings.after;
    }
    this.#show(line, ':');
  }

  #separate(): void {
    const { settings, out, colors } = this.#job;
    if (settings.separator === undefined) return;
    if (colors) out.bytes(colors.start('se'));
    out.text(settings.separator);
    if (colors) out.bytes(colors.end('se'));
    out.byte(10);
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
    const { settings, out, colors, end } = this.#job;
    const { text, from, to } = line;
    this.#lastShown = line.number;
    const isOnly = settings.has('only-matching');
    const isMatched = (mark === ':') !== this.#isInverted;
    this.#job.hasOutput = true;
    if (isOnly) {
      if (isMatched) this.#only(line, mark);
      return;
    }
    if (!this.#head(line, mark, from, to)) return;
    if (colors) {
      this.#colored(line, colors, mark, isMatched);
      out.byte(end);
    } else out.bytes(text.subarray(from, to));
  }

  #colored(line: Line, colors: Colors, mark: ':' | '-', isMatched: boolean): void {
    const { out } = this.#job;
    const { text, from, to } = line;
    const isFirst = (mark === ':') !== (colors.isReversed && this.#isInverted);
    const whole = isFirst ? 'sl' : 'cx';
    const match = isFirst ? 'ms' : 'mc';
    const around = (part: Uint8Array, name: string): void => {
      if (part.length === 0) return;
      out.bytes(colors.start(name));
      out.bytes(part);
      out.bytes(colors.end(name));
    };
    let at = from;
    if (isMatched)
      for (const [start, stop] of this.#matches(line)) {
        around(text.subarray(at, start), whole);
        around(text.subarray(start, stop), match);
        at = stop;
      }
    around(text.subarray(at, to - 1), whole);
  }

  #only(line: Line, mark: ':' | '-'): void {
    const { out, colors, end } = this.#job;
    for (const [start, stop] of this.#matches(line)) {
      if (!this.#head(line, mark, start, stop)) return;
      if (colors) out.bytes(colors.start('ms'));
      out.bytes(line.text.subarray(start, stop));
      if (colors) out.bytes(colors.end('ms'));
      out.byte(end);
    }
  }

  *#matches({ text, from, to }: Line): Generator<readonly [number, number]> {
    const stop = to - 1;
    for (let at = from; at <= stop; ) {
      const found = this.#job.matcher.find(text, at, stop, from);
      if (!found) return;
      const [start = 0, end = 0] = Array.from(found);
      if (end > start) yield [start, end];
      at = end > start ? end : end + 1;
      while (end === start && at < stop && ((text[at] as number) & 0xc0) === 0x80) at++;
    }
  }

  /** What stands before a line; false where the line is binary, so that nothing more is shown. */
  #head(line: Line, mark: ':' | '-', from: number, to: number): boolean {
    const { settings, out, colors, isNamed } = this.#job;
    const { has } = settings;
    if (settings.binary !== 'text' && !isUtf8(line.text.subarray(from, to))) {
      this.#isBroken = true;
      return false;
    }
    const field = (value: Uint8Array, color: string): void => {
      if (colors) out.bytes(colors.start(color));
      out.bytes(value);
      if (colors) out.bytes(colors.end(color));
    };
    if (isNamed) {
      field(bytesOf(this.#name), 'fn');
      if (has('null')) out.byte(0);
      else field(bytesOf(mark), 'se');
    }
    if (has('line-number')) {
      field(bytesOf(String(line.number).padStart(this.#width)), 'ln');
      field(bytesOf(mark), 'se');
    }
    if (has('byte-offset')) {
      const at = has('only-matching') ? line.offset + from - line.from : line.offset;
      field(bytesOf(String(at).padStart(this.#width)), 'bn');
      field(bytesOf(mark), 'se');
    }
    const isWhole = !has('only-matching');
    const isTabbed = isNamed || has('line-number') || has('byte-offset');
    if (has('initial-tab') && isTabbed && to - (isWhole ? 1 : 0) > from) out.byte(9);
    return true;
  }
}

function lineStart(text: Uint8Array, at: number, from: number, end: number): number {
  const before = at > 0 ? text.lastIndexOf(end, at - 1) : -1;
  return Math.max(before + 1, from);
}
