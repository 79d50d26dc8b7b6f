/** Bracket expressions: `[a-z[:digit:]]`. */
import { type Ast, RegexError } from './ast.ts';
import { caseVariants, classNamed, type Has, isInvalid } from './chars.ts';

const UNMATCHED = 'Unmatched [, [^, [:, [., or [=';
const [CARET, MINUS, OPEN, CLOSE, BACKSLASH] = [0x5e, 0x2d, 0x5b, 0x5d, 0x5c];

/** A bracket that is longer is not looked through for what it names. */
const MOST_READ = 1000;

interface Item {
  /** A character that a range may start or end with. */
  readonly char?: number;
  readonly has?: Has;
}

export class Bracket {
  readonly #chars: readonly number[];
  readonly #ignoreCase: boolean;
  /** A backslash escapes, as it does in awk. */
  readonly #escapes: boolean;
  #at: number;

  constructor(
    chars: readonly number[],
    at: number,
    { ignoreCase = false, awk = false }: { readonly ignoreCase?: boolean; readonly awk?: boolean },
  ) {
    this.#chars = chars;
    this.#at = at;
    this.#ignoreCase = ignoreCase;
    this.#escapes = awk;
  }

  /** Reads what follows the `[`. Returns the set and the index after the `]`. */
  read(except: number | undefined): { readonly set: Ast; readonly next: number } {
    const isNegated = this.#chars[this.#at] === CARET;
    if (isNegated) this.#at++;
    if (this.#at >= this.#chars.length) throw new RegexError('Invalid regular expression');
    const start = this.#at;
    const single = new Set<number>();
    const tests: Has[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const char = this.#chars[this.#at];
      if (char === undefined)
        throw new RegexError(isFirst ? 'Invalid regular expression' : UNMATCHED);
      if (char === CLOSE && !isFirst) break;
      // A hyphen that makes no range stands first or last.
      const isLast = this.#chars[this.#at + 1] === CLOSE;
      if (char === MINUS && !isFirst && !isLast && !this.#escapes)
        throw new RegexError('Invalid range end');
      const item = this.#item();
      if (this.#endsInRange()) throw new RegexError(UNMATCHED);
      if (this.#isRange()) tests.push(this.#range(item));
      else if (item.has) tests.push(item.has);
      else single.add(item.char as number);
    }
    this.#at++;
    const plain: Has = (char) => single.has(char) || tests.some((has) => has(char));
    const folded: Has = this.#ignoreCase
      ? (char) => plain(char) || caseVariants(char).some(plain)
      : plain;
    const has: Has = isNegated ? (char) => !isInvalid(char) && !folded(char) : folded;
    const isAscii = !isNegated && !this.#ignoreCase && this.#isAscii(start);
    return {
      set: { kind: 'set', has: (char) => char !== except && has(char), isAscii },
      next: this.#at,
    };
  }

  /** Whether a hyphen without anything behind it is ahead. */
  #endsInRange(): boolean {
    return this.#chars[this.#at] === MINUS && this.#at + 1 >= this.#chars.length;
  }

  /** Whether what was read since `start` names only characters of ASCII: few classes do, and an escape may name any. */
  #isAscii(start: number): boolean {
    if (this.#escapes) return false;
    const read = this.#chars.slice(start, this.#at);
    const text = String.fromCodePoint(...read.slice(0, MOST_READ));
    return text.length === read.length && !/[^\0-\x7f]|\[:(?!x?digit:)/.test(text);
  }

  #isRange(): boolean {
    const [dash, end] = this.#chars.slice(this.#at, this.#at + 2);
    return dash === MINUS && end !== undefined && end !== CLOSE;
  }

  #range({ char: from }: Item): Has {
    this.#at++;
    const { char: to } = this.#item();
    if (from === undefined || to === undefined || from > to)
      throw new RegexError('Invalid range end');
    return (char) => char >= from && char <= to && (!isInvalid(char) || isInvalid(from));
  }

  #item(): Item {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new RegexError(UNMATCHED);
    if (char === BACKSLASH && this.#escapes && this.#at < this.#chars.length)
      return { char: this.#chars[this.#at++] as number };
    const mark = this.#chars[this.#at];
    if (char !== OPEN || mark === undefined || !':.='.includes(String.fromCodePoint(mark)))
      return { char };
    let end = this.#at + 1;
    while (this.#chars[end] !== mark || this.#chars[end + 1] !== CLOSE) {
      if (end >= this.#chars.length) {
        // `[[:` without an end is a `[`.
        if (mark === 0x3a) return { char };
        throw new RegexError(UNMATCHED);
      }
      end++;
    }
    const name = this.#chars.slice(this.#at + 1, end);
    this.#at = end + 2;
    if (mark !== 0x3a) {
      if (name.length !== 1) throw new RegexError('Invalid collation character');
      return mark === 0x2e ? { char: name[0] as number } : { has: (other) => other === name[0] };
    }
    const text = String.fromCodePoint(...name);
    const has = classNamed(this.#ignoreCase && /^(upper|lower)$/.test(text) ? 'alpha' : text);
    if (!has) throw new RegexError('Invalid character class name');
    return { has };
  }
}
