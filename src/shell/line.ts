/** Reads a line, or some characters, byte by byte from a stream: what comes after is for others. */
import { textOf } from '../kernel/rawtext.ts';
import type { Stream } from './io.ts';

const NEWLINE = 10;
const BACKSLASH = 92;

interface LineOptions {
  /** The byte that ends the line; undefined where only the count does. */
  readonly delimiter?: number | undefined;
  /** Characters at most. */
  readonly count?: number;
  /** Backslashes are plain characters. */
  readonly raw?: boolean;
  /** Nothing after the line is read, not even to give it back: it stays where it is, as keys of a terminal do. */
  readonly bytewise?: boolean;
  /** Waits until there is something to read; false when the time is over. */
  readonly wait?: () => Promise<boolean>;
}

export interface Line {
  readonly text: string;
  /** Why it stopped: at its delimiter or count, at the end of the input, or because the time was over. */
  readonly stop: 'whole' | 'ended' | 'late';
}

/** Bytes of UTF-8 that follow a first byte. */
const followers = (byte: number): number => {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
};

/** Collects the bytes of a line, and tells when it is whole. */
class Collector {
  readonly #bytes: number[] = [];
  readonly #delimiter: number | undefined;
  readonly #count: number;
  readonly #raw: boolean;
  #characters = 0;
  /** Bytes that the last character still lacks. */
  #lacks = 0;
  #isEscaped = false;

  constructor({ delimiter, count = Number.POSITIVE_INFINITY, raw = false }: LineOptions) {
    this.#delimiter = delimiter;
    this.#count = count;
    this.#raw = raw;
  }

  /** Returns true at the end of the line. */
  add(byte: number): boolean {
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (byte === NEWLINE) {
        this.#bytes.pop();
        return false;
      }
    } else if (byte === this.#delimiter) return true;
    else if (byte === BACKSLASH && !this.#raw) {
      this.#isEscaped = true;
      this.#bytes.push(byte);
      return false;
    }
    // A variable holds no NUL.
    if (byte === 0) return false;
    this.#bytes.push(byte);
    this.#lacks = this.#lacks > 0 && (byte & 0xc0) === 0x80 ? this.#lacks - 1 : followers(byte);
    if (this.#lacks === 0) this.#characters++;
    return this.#characters >= this.#count;
  }

  get text(): string {
    return textOf(Uint8Array.from(this.#bytes));
  }
}

export async function readLine(input: Stream, options: LineOptions): Promise<Line> {
  const line = new Collector(options);
  for (;;) {
    if (options.wait && !(await options.wait())) return { text: line.text, stop: 'late' };
    const data = await input.read(options.bytewise ? 1 : 4096);
    if (data.length === 0) return { text: line.text, stop: 'ended' };
    const end = data.findIndex((byte) => line.add(byte));
    if (end < 0) continue;
    if (end + 1 < data.length) input.pushBack(data.subarray(end + 1));
    return { text: line.text, stop: 'whole' };
  }
}
