/** The items that xargs reads: words with quotes, or what stands between delimiters. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { type Source, ToolError } from './host.ts';
import { BLOCK } from './stdio.ts';

export interface Item {
  /** The argument, which ends at a NUL. */
  readonly text: string;
  /** With what stands behind a NUL. */
  readonly whole: string;
  /** It ends its line (-L). */
  readonly endsLine: boolean;
}

const [NUL, TAB, NEWLINE, RETURN, SPACE] = [0, 9, 10, 13, 32];
const [DOUBLE, SINGLE, BACKSLASH] = [34, 39, 92];

const isSpace = (byte: number): boolean => byte === SPACE || (byte >= TAB && byte <= RETURN);
const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB;

/** Items that end with a byte. */
export async function* delimitedItems(source: Source, delimiter: number): AsyncGenerator<Item> {
  let rest: number[] = [];
  for (;;) {
    const data = await source.read(BLOCK);
    if (data.length === 0) break;
    let from = 0;
    for (let end = data.indexOf(delimiter); end >= 0; end = data.indexOf(delimiter, from)) {
      const part = data.subarray(from, end);
      yield itemOf(rest.length > 0 ? Uint8Array.from([...rest, ...part]) : part, true);
      rest = [];
      from = end + 1;
    }
    for (let i = from; i < data.length; i++) rest.push(data[i] as number);
  }
  if (rest.length > 0) yield itemOf(Uint8Array.from(rest), true);
}

function itemOf(bytes: Uint8Array, endsLine: boolean): Item {
  const end = bytes.indexOf(NUL);
  const whole = textOf(bytes);
  return { text: end < 0 ? whole : textOf(bytes.subarray(0, end)), whole, endsLine };
}

interface WordRules {
  /** Only the end of a line ends an item (-I). */
  readonly isLines: boolean;
  /** An item that ends the input (-E). */
  readonly end: string | undefined;
  readonly warn: (message: string) => Promise<void>;
}

const NUL_WARNING =
  'WARNING: a NUL character occurred in the input.  It cannot be passed through in the argument list.  ' +
  'Did you mean to use the --null option?';

/** A quote without the one that ends it. */
export class UnmatchedQuote extends ToolError {
  constructor(kind: 'double' | 'single') {
    super(
      `unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`,
    );
  }
}

/** Items between blanks, in which quotes and backslashes quote. */
export async function* wordItems(source: Source, rules: WordRules): AsyncGenerator<Item> {
  const words = new Words(rules.isLines);
  let isWarned = false;
  for (;;) {
    const data = await source.read(BLOCK);
    if (data.length === 0) break;
    if (!isWarned && data.includes(NUL)) {
      await rules.warn(NUL_WARNING);
      isWarned = true;
    }
    for (const byte of data) {
      const item = words.next(byte);
      if (item && item.text === rules.end) return;
      if (item) yield item;
    }
  }
  const item = words.last();
  if (item && item.text !== rules.end) yield item;
}

class Words {
  readonly #isLines: boolean;
  #bytes: number[] = [];
  #isItem = false;
  #quote = 0;
  #isEscaped = false;
  #before = NEWLINE;

  constructor(isLines: boolean) {
    this.#isLines = isLines;
  }

  /** The item that this byte ends, if any. */
  next(byte: number): Item | undefined {
    const before = this.#before;
    this.#before = byte;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      this.#add(byte);
    } else if (this.#quote !== 0) {
      if (byte === NEWLINE) this.#fail();
      if (byte === this.#quote) this.#quote = 0;
      else this.#add(byte);
    } else if (byte === NEWLINE && this.#isItem) return this.#take(!isBlank(before));
    else if (isSpace(byte) && !this.#isItem) return undefined;
    else if (isBlank(byte) && !this.#isLines) return this.#take(false);
    else if (byte === DOUBLE || byte === SINGLE) {
      this.#quote = byte;
      this.#isItem = true;
    } else if (byte === BACKSLASH) {
      this.#isEscaped = true;
      this.#isItem = true;
    } else this.#add(byte);
    return undefined;
  }

  #add(byte: number): void {
    this.#bytes.push(byte);
    this.#isItem = true;
  }

  #take(endsLine: boolean): Item {
    const item = itemOf(Uint8Array.from(this.#bytes), endsLine);
    this.#bytes = [];
    this.#isItem = false;
    return item;
  }

  #fail(): never {
    throw new UnmatchedQuote(this.#quote === DOUBLE ? 'double' : 'single');
  }

  /** The item at the end of the input. A quote or a backslash with nothing behind it is none. */
  last(): Item | undefined {
    if (this.#bytes.length === 0) return undefined;
    if (this.#quote !== 0) this.#fail();
    return this.#take(true);
  }
}

/** The delimiter of -d: a byte, or an escape of one. */
export function delimiterOf(text: string): number {
  const named: Readonly<Record<string, number>> = {
    a: 7,
    b: 8,
    f: 12,
    n: 10,
    r: 13,
    t: 9,
    v: 11,
    '0': 0,
    '\\': BACKSLASH,
  };
  const bytes = bytesOf(text);
  if (bytes.length === 1) return bytes[0] as number;
  const [, letter, hex, octal] =
    /^\\(?:([abfnrtv\\])|x([\da-fA-F]{1,2})|(0[0-7]{0,3}))$/.exec(text) ?? [];
  if (letter !== undefined) return named[letter] as number;
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8) & 0xff;
  throw new ToolError(
    text.startsWith('\\')
      ? `Invalid escape sequence ${text} in input delimiter specification.`
      : `Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`,
  );
}
