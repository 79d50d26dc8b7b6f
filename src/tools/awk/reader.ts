/** Records of a stream, which is read in blocks and taken apart by RS. */
import type { Source } from '../host.ts';
import { BLOCK, blockAfter } from '../stdio.ts';
import { bytesOfOctets, octetsOf } from './octets.ts';
import { type Regex, regexOf } from './regex.ts';

export type RecordSeparator =
  | { readonly type: 'character'; readonly character: string }
  | { readonly type: 'paragraph' }
  | { readonly type: 'regex'; readonly regex: Regex };

export function recordSeparator(rs: string, ignoreCase: boolean): RecordSeparator {
  if (rs === '') return { type: 'paragraph' };
  if (rs.length === 1 && !ignoreCase) return { type: 'character', character: rs };
  return { type: 'regex', regex: regexOf(rs.length === 1 ? `[${rs}]` : rs, ignoreCase) };
}

/** A record that is longer than this is looked through again only when twice as much is there. */
const LONG = 1 << 20;

export class RecordReader {
  readonly #source: Source;
  readonly #close: () => Promise<number>;
  /** What is looked through, and its bytes where a regular expression needs them. */
  #text = '';
  #bytes: Uint8Array | undefined;
  #at = 0;
  /** Blocks in which no record ends. */
  #more: string[] = [];
  #moreLength = 0;
  #isEnded = false;
  /** What was read and is not looked through yet: engines keep texts longer than a block apart, which is slow. */
  #read = new Uint8Array(0) as Uint8Array;
  /** What was read last: its memory is filled again when all of it is a text. */
  #block: Uint8Array | undefined;
  #count = 0;
  /** What ended the record that was taken last. */
  terminator = '';

  constructor(source: Source, close: () => Promise<number>) {
    this.#source = source;
    this.#close = close;
  }

  /** The next record; undefined where more has to be read, and at the end. */
  take(separator: RecordSeparator): string | undefined {
    if (separator.type === 'character') return this.#takeTo(separator.character);
    if (separator.type === 'paragraph') return this.#takeParagraph();
    return this.#takeMatch(separator.regex);
  }

  #cut(end: number, next: number): string {
    const record = this.#text.slice(this.#at, end);
    this.terminator = this.#text.slice(end, next);
    this.#at = next;
    return record;
  }

  #takeTo(character: string): string | undefined {
    if (this.#more.length > 0 && !this.#isEnded) {
      const last = this.#more.at(-1) as string;
      if (!last.includes(character)) return undefined;
    }
    this.#gather();
    const end = this.#text.indexOf(character, this.#at);
    if (end < 0) return this.#last();
    const record = this.#text.slice(this.#at, end);
    this.terminator = character;
    this.#at = end + 1;
    return record;
  }

  #gather(): void {
    if (this.#more.length === 0) return;
    // The character before stays: there `^` does not match.
    const from = Math.max(0, this.#at - 4);
    this.#text = this.#text.slice(from) + this.#more.join('');
    this.#bytes = undefined;
    this.#at -= from;
    this.#more = [];
    this.#moreLength = 0;
  }

  /** What is left at the end of the stream. */
  #last(trim = 0): string | undefined {
    if (!this.#isEnded || this.#at >= this.#text.length) return undefined;
    return this.#cut(this.#text.length - trim, this.#text.length);
  }

  /** Whether it is too early to look through a long record again. */
  get #isWaiting(): boolean {
    const before = this.#text.length - this.#at;
    return !this.#isEnded && before > LONG && this.#moreLength < before && this.#moreLength > 0;
  }

  #takeParagraph(): string | undefined {
    if (this.#isWaiting) return undefined;
    this.#gather();
    const { length } = this.#text;
    while (this.#at < length && this.#text.charCodeAt(this.#at) === 10) this.#at++;
    const end = this.#text.indexOf('\n\n', this.#at);
    if (end < 0) return this.#last(this.#text.endsWith('\n') ? 1 : 0);
    let next = end + 2;
    while (next < length && this.#text.charCodeAt(next) === 10) next++;
    if (next === length && !this.#isEnded) return undefined;
    return this.#cut(end, next);
  }

  #takeMatch(regex: Regex): string | undefined {
    if (this.#isWaiting) return undefined;
    this.#gather();
    this.#bytes ??= bytesOfOctets(this.#text);
    const bytes = this.#bytes;
    const { length } = bytes;
    let match = regex.findIn(bytes, this.#at, length);
    while (match && match.start === match.end)
      match = match.end < length ? regex.findIn(bytes, match.end + 1, length) : undefined;
    if (!match) return this.#last();
    // What comes next may belong to it.
    if (match.end === length && !this.#isEnded) return undefined;
    return this.#cut(match.start, match.end);
  }

  /** Whether the next block is there without waiting. */
  get isAhead(): boolean {
    return this.#read.length > 0;
  }

  /** Reads the next block; false at the end. */
  async fill(): Promise<boolean> {
    if (this.#isEnded) return false;
    if (this.#read.length === 0) {
      this.#block = await this.#source.read(blockAfter(this.#count), this.#block);
      this.#read = this.#block;
    }
    const data = this.#read.subarray(0, BLOCK);
    this.#read = this.#read.subarray(data.length);
    this.#count += data.length;
    this.#isEnded = data.length === 0;
    this.#more.push(octetsOf(data));
    this.#moreLength += data.length;
    return true;
  }

  close(): Promise<number> {
    return this.#close();
  }
}
