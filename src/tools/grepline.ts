/** The lines that grep writes: the names and numbers before them, and the colours of their matches. */
import { bytesOf } from '../kernel/rawtext.ts';
import type { Colors } from './grepcolors.ts';
import type { Settings } from './grepoptions.ts';
import type { Host } from './host.ts';
import type { LineMatcher } from './matcher.ts';
import type { Output } from './stdio.ts';

export interface Job {
  readonly host: Host;
  readonly settings: Settings;
  readonly matcher: LineMatcher;
  readonly out: Output;
  readonly colors: Colors | undefined;
  readonly end: number;
  readonly isNamed: boolean;
  /** Something was written, so that a separator precedes what follows. */
  hasOutput: boolean;
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Whether the bytes between two offsets are UTF-8. Most are ASCII. */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at] as number) < 128) at++;
  if (at === to) return true;
  try {
    strict.decode(bytes.subarray(at, to));
    return true;
  } catch {
    return false;
  }
}

export interface Line {
  readonly text: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly number: number;
}

/** Writes a part in a colour, where there are colours. */
export function paint({ out, colors }: Job, color: string, part: string | Uint8Array): void {
  if (colors) out.bytes(colors.start(color));
  if (part === ':' || part === '-') out.byte(part.charCodeAt(0));
  else if (typeof part === 'string') out.text(part);
  else out.bytes(part);
  if (colors) out.bytes(colors.end(color));
}

/** Writes the name of an input, where names are shown. */
export function writeName(job: Job, name: string | Uint8Array, mark: ':' | '-'): void {
  if (!job.isNamed) return;
  paint(job, 'fn', name);
  if (job.settings.has('null')) job.out.byte(0);
  else paint(job, 'se', mark);
}

export class LineWriter {
  /** A line that is not UTF-8 was not shown. */
  hasBroken = false;
  readonly #job: Job;
  readonly #name: Uint8Array;
  readonly #isInverted: boolean;
  readonly #has: Readonly<Record<'number' | 'offset' | 'only' | 'tab', boolean>>;
  /** The number of columns for numbers. */
  readonly #width: number;

  /** `size` is the number of bytes of the input, if known. */
  constructor(job: Job, name: string, size: number | undefined) {
    const { has } = job.settings;
    this.#job = job;
    this.#name = bytesOf(name);
    this.#isInverted = has('invert-match');
    this.#has = {
      number: has('line-number'),
      offset: has('byte-offset'),
      only: has('only-matching'),
      tab: has('initial-tab'),
    };
    const lines = this.#has.number ? 1 : 0;
    this.#width = !this.#has.tab ? 0 : size === undefined ? 20 : String(size + lines).length;
  }

  /** Writes a line with what precedes it. Returns false where the line is not UTF-8 and is not shown. */
  write(line: Line, mark: ':' | '-'): boolean {
    const { out, colors } = this.#job;
    const { text, from, to } = line;
    const isMatched = (mark === ':') !== this.#isInverted;
    if (this.#has.only) {
      if (isMatched) this.#only(line, mark);
      return true;
    }
    if (!this.#head(line, mark, from, to)) return false;
    if (colors) this.#colored(line, colors, mark, isMatched);
    else out.range(text, from, to);
    return true;
  }

  separate(): void {
    const { settings, out } = this.#job;
    if (settings.separator === undefined) return;
    paint(this.#job, 'se', settings.separator);
    out.byte(10);
  }

  #colored(line: Line, colors: Colors, mark: ':' | '-', isMatched: boolean): void {
    const { text, from, to } = line;
    const isFirst = (mark === ':') !== (colors.isReversed && this.#isInverted);
    const whole = isFirst ? 'sl' : 'cx';
    const match = isFirst ? 'ms' : 'mc';
    const around = (part: Uint8Array, name: string): void => {
      if (part.length > 0) paint(this.#job, name, part);
    };
    let at = from;
    if (isMatched)
      for (const [start, stop] of this.#matches(line)) {
        around(text.subarray(at, start), whole);
        around(text.subarray(start, stop), match);
        at = stop;
      }
    if (at === to) return;
    around(text.subarray(at, to - 1), whole);
    this.#job.out.byte(text[to - 1] as number);
  }

  #only(line: Line, mark: ':' | '-'): void {
    const { out, end } = this.#job;
    for (const [start, stop] of this.#matches(line)) {
      if (!this.#head(line, mark, start, stop)) return;
      paint(this.#job, 'ms', line.text.subarray(start, stop));
      out.byte(end);
    }
  }

  *#matches({ text, from, to }: Line): Generator<readonly [number, number]> {
    const stop = to - 1;
    for (let at = from; at <= stop; ) {
      const found = this.#job.matcher.find(text, at, stop, from);
      if (!found) return;
      const start = found[0] as number;
      const end = found[1] as number;
      if (end > start) yield [start, end];
      at = end > start ? end : end + 1;
      while (end === start && at < stop && ((text[at] as number) & 0xc0) === 0x80) at++;
    }
  }

  /** Writes what precedes a line. Returns false where the line is not UTF-8 and is not shown. */
  #head(line: Line, mark: ':' | '-', from: number, to: number): boolean {
    const { settings, out, isNamed } = this.#job;
    if (settings.binary !== 'text' && !isUtf8(line.text, from, to)) {
      this.hasBroken = true;
      return false;
    }
    const field = (value: number, color: string): void => {
      paint(this.#job, color, String(value).padStart(this.#width));
      paint(this.#job, 'se', mark);
    };
    writeName(this.#job, this.#name, mark);
    if (this.#has.number) field(line.number, 'ln');
    if (this.#has.offset)
      field(this.#has.only ? line.offset + from - line.from : line.offset, 'bn');
    const isWhole = !this.#has.only;
    const isTabbed = isNamed || this.#has.number || this.#has.offset;
    if (this.#has.tab && isTabbed && to - (isWhole ? 1 : 0) > from) out.byte(9);
    return true;
  }
}
