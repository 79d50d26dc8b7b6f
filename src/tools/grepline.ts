/** The lines that grep writes: the names and numbers before them, and the colours of their matches. */
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

export function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.length < 64 && bytes.every((byte) => byte < 128)) return true;
  try {
    strict.decode(bytes);
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

export class LineWriter {
  /** A line that is not UTF-8 was not shown. */
  hasBroken = false;
  readonly #job: Job;
  readonly #name: string;
  readonly #isInverted: boolean;
  readonly #has: Readonly<Record<'null' | 'number' | 'offset' | 'only' | 'tab', boolean>>;
  /** The number of columns for numbers. */
  readonly #width: number;

  /** `size` is the number of bytes of the input, if known. */
  constructor(job: Job, name: string, size: number | undefined) {
    const { has } = job.settings;
    this.#job = job;
    this.#name = name;
    this.#isInverted = has('invert-match');
    this.#has = {
      null: has('null'),
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
    const { out, colors, end } = this.#job;
    const { text, from, to } = line;
    const isMatched = (mark === ':') !== this.#isInverted;
    if (this.#has.only) {
      if (isMatched) this.#only(line, mark);
      return true;
    }
    if (!this.#head(line, mark, from, to)) return false;
    if (colors) {
      this.#colored(line, colors, mark, isMatched);
      out.byte(end);
    } else out.bytes(text.subarray(from, to));
    return true;
  }

  separate(): void {
    const { settings, out, colors } = this.#job;
    if (settings.separator === undefined) return;
    if (colors) out.bytes(colors.start('se'));
    out.text(settings.separator);
    if (colors) out.bytes(colors.end('se'));
    out.byte(10);
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
      const start = found[0] as number;
      const end = found[1] as number;
      if (end > start) yield [start, end];
      at = end > start ? end : end + 1;
      while (end === start && at < stop && ((text[at] as number) & 0xc0) === 0x80) at++;
    }
  }

  /** Writes what precedes a line. Returns false where the line is not UTF-8 and is not shown. */
  #head(line: Line, mark: ':' | '-', from: number, to: number): boolean {
    const { settings, out, colors, isNamed } = this.#job;
    if (settings.binary !== 'text' && !isUtf8(line.text.subarray(from, to))) {
      this.hasBroken = true;
      return false;
    }
    const field = (value: string | Uint8Array, color: string): void => {
      if (colors) out.bytes(colors.start(color));
      if (typeof value === 'string') out.text(value);
      else out.bytes(value);
      if (colors) out.bytes(colors.end(color));
    };
    if (isNamed) {
      field(this.#name, 'fn');
      if (this.#has.null) out.byte(0);
      else field(mark, 'se');
    }
    if (this.#has.number) {
      field(String(line.number).padStart(this.#width), 'ln');
      field(mark, 'se');
    }
    if (this.#has.offset) {
      const at = this.#has.only ? line.offset + from - line.from : line.offset;
      field(String(at).padStart(this.#width), 'bn');
      field(mark, 'se');
    }
    const isWhole = !this.#has.only;
    const isTabbed = isNamed || this.#has.number || this.#has.offset;
    if (this.#has.tab && isTabbed && to - (isWhole ? 1 : 0) > from) out.byte(9);
    return true;
  }
}
