/**
 * Takes the secrets that a request was sent with out of what comes back: of headers, texts, and bytes that come in
 * pieces. When bytes are released depends on their number and on line breaks, never on a secret, until a secret passes.
 */

import { concat } from '../kernel/bytes.ts';
import { looseText } from '../kernel/utf8.ts';
import type { Pattern, Spelled } from './spelling.ts';

export const REDACTED = '[redacted]';

/** Headers whose value nobody in a namespace reads again (RFC 9110, RFC 6265). */
const secretHeaders =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-auth-token)$/i;

export const isSecretHeader = (name: string): boolean => secretHeaders.test(name);

/** Headers as they may be shown. */
export const redactHeaders = (
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? REDACTED : value]),
  );

/** The secrets of one request or one mount; it grows while requests are sent. */
export class SecretSet {
  readonly #spelled = new Set<Spelled>();
  #finder: Finder | undefined;

  add(secrets: Iterable<Spelled>): void {
    for (const each of secrets) this.#spelled.add(each);
    this.#finder = undefined;
  }

  /** A text without them. */
  redact(text: string): string {
    if (this.#spelled.size === 0) return text;
    const redactor = this.redactor();
    const parts = [redactor.push(new TextEncoder().encode(text)), redactor.end()];
    return redactor.found ? looseText(concat(parts)) : text;
  }

  /** For bytes that come in pieces. */
  redactor(): Redactor {
    this.#finder ??= new Finder([...this.#spelled]);
    return new Redactor(this.#finder);
  }
}

/** Amounts held back are multiples of this, so that they hardly tell how long a secret is. */
const HOLD_STEP = 4_096;

/** Finds where a secret begins. */
class Finder {
  readonly #patterns: readonly Pattern[];
  /** Whether a match may begin with these two bytes: most places are passed over by it. */
  readonly #pairs = new Uint8Array(1 << 16);
  /** More than any match is long; 0 where there is nothing to find. */
  readonly hold: number;

  constructor(secrets: readonly Spelled[]) {
    this.#patterns = secrets.flatMap(({ patterns }) => patterns);
    const longest = Math.max(0, ...secrets.map((each) => each.longest));
    this.hold = Math.ceil(longest / HOLD_STEP) * HOLD_STEP;
    for (const pattern of this.#patterns) this.#notePairs(pattern);
  }

  /** The length of the longest match that begins there; 0 where none does. */
  lengthAt(data: Uint8Array, at: number): number {
    if (this.#pairs[((data[at] as number) << 8) | (data[at + 1] ?? 0)] === 0) return 0;
    let longest = 0;
    for (const pattern of this.#patterns) longest = Math.max(longest, matchOf(pattern, data, at));
    return longest;
  }

  #notePairs([first, second]: Pattern): void {
    for (const spellings of first?.values() ?? [])
      for (const [one = 0, two] of spellings)
        for (const next of two === undefined ? (second?.keys() ?? []) : [two])
          this.#pairs[(one << 8) | next] = 1;
  }
}

/** All ways through the pattern are followed together, since one spelling may begin another. */
function matchOf(pattern: Pattern, data: Uint8Array, at: number): number {
  let ends = [at];
  for (const element of pattern) {
    const next: number[] = [];
    for (const end of ends)
      for (const each of element.get(data[end] as number) ?? [])
        if (isAt(data, end, each) && !next.includes(end + each.length))
          next.push(end + each.length);
    if (next.length === 0) return 0;
    ends = next;
  }
  return Math.max(...ends) - at;
}

function isAt(data: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let n = 0; n < expected.length; n++) if (data[at + n] !== expected[n]) return false;
  return true;
}

const mark = new TextEncoder().encode(REDACTED);
const LF = 10;
const CR = 13;

/** A line with so many digits at its end may go on in the next: MIME's have 76, PEM's 64. */
const WRAPPED_MIN = 40;
/** Whether a byte is a digit of base64, base64url or hexadecimal. */
const isDigit = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** Behind the last line that is finished, or `least` where that is more. */
function lineEnd(data: Uint8Array, least: number): number {
  for (let at = data.length - 1; at >= Math.max(0, least); at--) {
    at = Math.max(data.lastIndexOf(LF, at), data.lastIndexOf(CR, at));
    if (at < 0 || at < least) break;
    const isPair = data[at] === LF && data[at - 1] === CR;
    if (!endsInDigits(data, isPair ? at - 1 : at)) return at + 1;
    if (isPair) at--;
  }
  return Math.max(0, least);
}

function endsInDigits(data: Uint8Array, end: number): boolean {
  if (end < WRAPPED_MIN) return false;
  for (let at = end - WRAPPED_MIN; at < end; at++)
    if (isDigit[data[at] as number] === 0) return false;
  return true;
}

/**
 * Replaces the leftmost, and there the longest, match by `[redacted]`, wherever the pieces are cut. The last `hold` bytes of
 * an unfinished line are kept back, whatever they are. No secret has a line break, but its base64 may be in lines: one
 * that ends in many digits is as unfinished as any.
 */
export class Redactor {
  readonly #finder: Finder;
  #held: Uint8Array = new Uint8Array(0);
  /** Whether a secret was taken out. */
  found = false;

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  push(data: Uint8Array): Uint8Array {
    const { hold } = this.#finder;
    if (hold === 0) return data;
    this.#held = concat([this.#held, data]);
    return this.#release(lineEnd(this.#held, this.#held.length - hold));
  }

  end(): Uint8Array {
    return this.#release(this.#held.length);
  }

  /** What begins before `until`; a match that begins there may end behind it. */
  #release(until: number): Uint8Array {
    const data = this.#held;
    const parts: Uint8Array[] = [];
    let from = 0;
    for (let at = 0; at < until; ) {
      const length = this.#finder.lengthAt(data, at);
      if (length > 0) {
        this.found = true;
        parts.push(data.subarray(from, at), mark);
        from = at + length;
      }
      at += length || 1;
    }
    const end = Math.max(from, until, 0);
    parts.push(data.subarray(from, end));
    this.#held = data.slice(end);
    return concat(parts);
  }
}
