/** Searches for what every match begins with, so that an automaton need not look at what is before it. */
import { indexOfNear } from '../bytescan.ts';
import type { Head } from './first.ts';

export interface Prefix {
  /** Returns the first place from `from` on where a match may begin, or -1. The text lies between `base` and `to`. */
  find(bytes: Uint8Array, from: number, to: number, base: number): number;
}

/** The starts of lines; of the text alone without a byte that ends a line. */
export class LineStarts implements Prefix {
  readonly #newline: number | undefined;

  constructor(newline: number | undefined) {
    this.#newline = newline;
  }

  find(bytes: Uint8Array, from: number, to: number, base: number): number {
    if (from <= base) return from;
    if (this.#newline === undefined || from > to) return -1;
    const before = bytes.indexOf(this.#newline, from - 1);
    return before < 0 || before >= to ? -1 : before + 1;
  }
}

/** Bytes of which one begins every match. */
export class FirstBytes implements Prefix {
  readonly #has: Uint8Array;

  /** `has` tells of each of the 256 bytes whether it is one of them. */
  constructor(has: Uint8Array) {
    this.#has = has;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const has = this.#has;
    for (let at = from; at < to; at++) if (has[bytes[at] as number] !== 0) return at;
    return -1;
  }

  /** Returns the end of the row of such bytes that starts at `from`. */
  end(bytes: Uint8Array, from: number, to: number): number {
    const has = this.#has;
    let at = from;
    while (at < to && has[bytes[at] as number] !== 0) at++;
    return at;
  }
}

/** Pairs of bytes of which one begins every match. */
export class FirstPairs implements Prefix {
  /** A bit for each head that has the byte as its first one, and for each that may have it as its second one. */
  readonly #firsts: Uint8Array;
  readonly #seconds: Uint8Array;

  /** At most eight. */
  constructor(heads: readonly Head[]) {
    const bits = (set: (head: Head) => Uint8Array | undefined): Uint8Array =>
      Uint8Array.from({ length: 256 }, (_, byte) =>
        heads.reduce((all, head, i) => all | (set(head)?.[byte] === 0 ? 0 : 1 << i), 0),
      );
    this.#firsts = bits(({ first }) => first);
    this.#seconds = bits(({ second }) => second);
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const firsts = this.#firsts;
    const seconds = this.#seconds;
    for (let at = from; at < to; at++) {
      const heads = firsts[bytes[at] as number] as number;
      if (heads === 0) continue;
      // The last byte may be a match where no second byte is known.
      if (at + 1 === to || (heads & (seconds[bytes[at + 1] as number] as number)) !== 0) return at;
    }
    return -1;
  }
}

export class Needle implements Prefix {
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  /** Even its rarest byte is in nearly every line. */
  readonly #isFrequent: boolean;
  /** Searches long texts; undefined where its rarest byte is rare enough, and where it is too short. */
  readonly #pairs: PairSearch | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#offset = rarest(bytes);
    const rank = rankOf(bytes[this.#offset] as number);
    this.#isFrequent = rank > FREQUENT;
    if (rank > RARE_RANK && bytes.length >= PAIR_SEARCH_MIN)
      this.#pairs = new PairSearch(bytes, this.#offset);
  }

  /** Returns its first index between `from` and `to`, or -1. In short texts it looks for the rarest byte by indexOf. */
  find(bytes: Uint8Array, from: number, to: number): number {
    if (this.#pairs && to - from > PAIR_SEARCH_TEXT_MIN) return this.#pairs.find(bytes, from, to);
    const wanted = this.#bytes;
    const { length } = wanted;
    const byte = wanted[this.#offset] as number;
    for (let at = from + this.#offset; ; at++) {
      at = this.#isFrequent ? indexOfNear(bytes, byte, at) : bytes.indexOf(byte, at);
      const start = at - this.#offset;
      if (at < 0 || start + length > to) return -1;
      let i = 0;
      while (i < length && bytes[start + i] === wanted[i]) i++;
      if (i === length) return start;
    }
  }
}

/** Shorter texts are searched before the table of pairs is made. */
const PAIR_SEARCH_TEXT_MIN = 1024;

/** Of a needle of so many bytes every third pair of a text is looked at, and of a shorter one nearly all. */
const PAIR_SEARCH_MIN = 4;

/** Longer parts would not make the search faster. */
const PAIR_SEARCH_PART_MAX = 16;

/**
 * Looks at one pair of neighbouring bytes of a text, then at the one that is as many bytes further as the needle has pairs:
 * each occurrence contains one of those that are looked at.
 */
class PairSearch {
  readonly #bytes: Uint8Array;
  /** The part of the needle whose pairs are looked for, which has its rarest byte. */
  readonly #from: number;
  readonly #to: number;
  /** Not 0 for each pair of the part, by its first byte and 256 times its second one. */
  #has: Uint8Array | undefined;

  constructor(bytes: Uint8Array, rarestAt: number) {
    const length = Math.min(bytes.length, PAIR_SEARCH_PART_MAX);
    this.#bytes = bytes;
    this.#from = Math.min(Math.max(0, rarestAt - (length >> 1)), bytes.length - length);
    this.#to = this.#from + length;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    this.#has ??= this.#table();
    const has = this.#has;
    const step = this.#to - this.#from - 1;
    for (let at = from + this.#to - 2; at < to - 1; at += step) {
      if (has[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] === 0) continue;
      const start = this.#startAround(bytes, at, to);
      if (start >= 0) return start;
    }
    return -1;
  }

  /** Returns where the first occurrence starts whose part has the pair at `at`, or -1. */
  #startAround(bytes: Uint8Array, at: number, to: number): number {
    const wanted = this.#bytes;
    const { length } = wanted;
    for (let pair = this.#to - 2; pair >= this.#from; pair--) {
      const start = at - pair;
      if (start + length > to || bytes[at] !== wanted[pair]) continue;
      let i = 0;
      while (i < length && bytes[start + i] === wanted[i]) i++;
      if (i === length) return start;
    }
    return -1;
  }

  #table(): Uint8Array {
    const has = new Uint8Array(1 << 16);
    for (let i = this.#from; i < this.#to - 1; i++)
      has[(this.#bytes[i] as number) | ((this.#bytes[i + 1] as number) << 8)] = 1;
    return has;
  }
}

/** The bytes that are frequent in texts, the rarest of them first. Other bytes are rarer. */
const frequent = 'zqjxkvbpygfwm"()=;/_-:.,ucldrhsnioate0123456789 \n';

/** Bytes of this rank and lower ones are in few lines. */
const RARE_RANK = frequent.indexOf('k');

/** Bytes of a higher rank are in nearly every line. */
const FREQUENT = frequent.indexOf('l');

/** How frequent a byte is in texts: -1 for the rarest. */
const rankOf = (byte: number): number => frequent.indexOf(String.fromCharCode(byte));

/** The index of the byte that is rarest in texts. */
function rarest(wanted: Uint8Array): number {
  let best = 0;
  for (let i = 1; i < wanted.length; i++)
    if (rankOf(wanted[i] as number) < rankOf(wanted[best] as number)) best = i;
  return best;
}

/** How frequent the rarest byte is of some that are not empty. */
export const rarity = (wanted: Uint8Array): number => rankOf(wanted[rarest(wanted)] as number);
