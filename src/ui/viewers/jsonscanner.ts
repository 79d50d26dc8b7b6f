/**
 * A scanner of JSON text (RFC 8259). It checks the grammar on its way, never recurses, and makes a step after so many
 * characters, so that a scan of a long text can be left.
 */
import type { Steps } from '../inparts.ts';

export interface JsonChild {
  /** The name of a member as it is written, with its quotes; absent in an array. */
  readonly name?: string;
  /** The value is `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  /** The number of values that an array or an object holds; absent for any other value. */
  readonly count?: number;
}

/** A scan makes a step after so many characters. */
export const STEP = 1 << 15;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const words = ['true', 'false', 'null'];
const closing: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Reads on from a position; each method leaves `at` behind what it has read. */
export class JsonScanner {
  readonly #text: string;
  at: number;
  #step: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
    this.#step = at + STEP;
  }

  /** Reads a value whole. The brackets that it opens are on a stack, which is of any depth. */
  *value(): Steps<JsonChild> {
    const text = this.#text;
    const start = this.at;
    const open: string[] = [];
    let count = 0;
    for (;;) {
      if (this.at >= this.#step) yield this.#nextStep();
      const closer = closing[text[this.at] ?? ''];
      if (closer !== undefined) {
        this.at++;
        this.skipBlanks();
        open.push(closer);
        if (text[this.at] !== closer) {
          if (open.length === 1) count++;
          if (closer === '}') yield* this.#name();
          continue;
        }
      } else if (text[this.at] === '"') yield* this.#string();
      else this.#numberOrWord();
      while (open.length > 0 && !this.comma(open.at(-1))) {
        open.pop();
        this.at++;
        if (this.at >= this.#step) yield this.#nextStep();
      }
      const end = this.at;
      if (open.length === 0)
        return closing[text[start] as string] ? { start, end, count } : { start, end };
      if (open.length === 1) count++;
      if (open.at(-1) === '}') yield* this.#name();
    }
  }

  /** Reads a value in an array or an object, with its name. A quote is a name's where a colon follows its string. */
  *child(): Steps<JsonChild> {
    const from = this.at;
    const first = yield* this.value();
    this.skipBlanks();
    if (this.#text[this.at] !== ':') {
      this.at = first.end;
      return first;
    }
    const name = this.#text.slice(from, first.end);
    this.at++;
    this.skipBlanks();
    return { name, ...(yield* this.value()) };
  }

  /** Reads a comma and the blanks around it. False where a bracket closes instead: `at` is then its position. */
  comma(closer?: string): boolean {
    this.skipBlanks();
    const mark = this.#text[this.at];
    if (mark === ',') {
      this.at++;
      this.skipBlanks();
      return true;
    }
    const isClosed = closer === undefined ? mark === ']' || mark === '}' : mark === closer;
    if (!isClosed) throw this.expected(`a comma or “${closer ?? ']'}”`);
    return false;
  }

  skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  /** The error that something else stands at the position of the scanner. */
  expected(what: string): Error {
    const found = this.#text.slice(this.at, this.at + 1);
    if (found === '') return new Error(`the text ends where ${what} is expected.`);
    let line = 1;
    let from = 0;
    for (let end = this.#text.indexOf('\n'); end >= 0 && end < this.at; line++) {
      from = end + 1;
      end = this.#text.indexOf('\n', from);
    }
    const place = `line ${line}, column ${this.at - from + 1}`;
    return new Error(`${what} is expected in ${place}, where ${JSON.stringify(found)} stands.`);
  }

  #nextStep(): number {
    this.#step = this.at + STEP;
    return this.at;
  }

  /** Reads a name and its colon. */
  *#name(): Steps<void> {
    if (this.#text[this.at] !== '"') throw this.expected('a name in quotes');
    yield* this.#string();
    this.skipBlanks();
    if (this.#text[this.at] !== ':') throw this.expected('a colon');
    this.at++;
    this.skipBlanks();
  }

  #numberOrWord(): void {
    const text = this.#text;
    const mark = text.charCodeAt(this.at);
    if (mark === 0x2d || isDigit(mark)) {
      this.#number();
      return;
    }
    const word = words.find((each) => text.startsWith(each, this.at));
    if (word === undefined) throw this.expected('a value');
    this.at += word.length;
  }

  *#string(): Steps<void> {
    const text = this.#text;
    this.at++;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) this.#escape();
      else if (code >= SPACE) this.at++;
      else
        throw this.expected(
          Number.isNaN(code) ? 'a closing quote' : 'an escape or a closing quote',
        );
      if (this.at >= this.#step) yield this.#nextStep();
    }
    this.at++;
  }

  #escape(): void {
    this.at++;
    const mark = this.#text[this.at] ?? '';
    if (mark === '' || !'"\\/bfnrtu'.includes(mark)) throw this.expected('an escape');
    this.at++;
    if (mark !== 'u') return;
    if (!/^[\da-f]{4}$/i.test(this.#text.slice(this.at, this.at + 4)))
      throw this.expected('an escape of four hexadecimal digits');
    this.at += 4;
  }

  #number(): void {
    const text = this.#text;
    if (text[this.at] === '-') this.at++;
    if (text[this.at] === '0') this.at++;
    else this.#digits();
    if (text[this.at] === '.') {
      this.at++;
      this.#digits();
    }
    if (text[this.at] === 'e' || text[this.at] === 'E') {
      this.at++;
      if (text[this.at] === '+' || text[this.at] === '-') this.at++;
      this.#digits();
    }
  }

  #digits(): void {
    if (!isDigit(this.#text.charCodeAt(this.at))) throw this.expected('a digit');
    while (isDigit(this.#text.charCodeAt(this.at))) this.at++;
  }
}
