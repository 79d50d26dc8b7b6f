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

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#offset = rarest(bytes);
    this.#isFrequent = rankOf(bytes[this.#offset] as number) > FREQUENT;
  }

  /** Returns its first index between `from` and `to`, or -1. It looks for the rarest byte by indexOf, which is fastest. */
  find(bytes: Uint8Array, from: number, to: number): number {
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

/** The bytes that are frequent in texts, the rarest of them first. Other bytes are rarer. */
const frequent = 'zqjxkvbpygfwm"()=;/_-:.,ucldrhsnioate0123456789 \n';

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
