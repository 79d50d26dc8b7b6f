/**
 * `[ … ]` and `test` (POSIX test): what the words mean is decided by their number where there are up to four, and by an
 * expression with `!`, `-a`, `-o` and parentheses where there are more.
 */
import { inQuotes } from '../tools/quote.ts';
import { binaryWords, isBinary, unary } from './condition.ts';
import type { Expander } from './expand.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import { isUnary } from './syntax/conditions.ts';

/** The operators and the errors of one of the two: the builtin of bash, or the program of Debian. */
interface Dialect {
  /** `! -a x` is two words that are joined, and no negation. */
  readonly joinsFirst: boolean;
  /** A dash with a letter is an operator, also within a long expression, or a mistake. */
  readonly rejectsUnknownLetters: boolean;
  isUnary(word: string): boolean;
  isBinary(word: string): boolean;
  unary(operator: string, operand: string, expander: Expander): Promise<boolean>;
  binary(operator: string, left: string, right: string, expander: Expander): Promise<boolean>;
  readonly errors: {
    noUnary(word: string, next: string): string;
    noBinary(word: string): string;
    /** Of a word that follows a whole expression. */
    more(word: string): string;
    /** Of the end of the words where one is missing. */
    missing(last: string): string;
    unclosed(found: string | undefined): string;
  };
}

const ofBash: Dialect = {
  joinsFirst: true,
  rejectsUnknownLetters: false,
  isUnary,
  isBinary,
  unary,
  binary: binaryWords,
  errors: {
    noUnary: (word) => `${word}: unary operator expected`,
    noBinary: (word) => `${word}: binary operator expected`,
    more: () => 'too many arguments',
    missing: () => 'argument expected',
    unclosed: (found) => `\`)' expected${found === undefined ? '' : `, found ${found}`}`,
  },
};

/** Operators that bash has and the program does not. */
const ONLY_BASH: ReadonlySet<string> = new Set(['-a', '-o', '-v', '-R', '<', '>']);

const ofProgram: Dialect = {
  joinsFirst: false,
  rejectsUnknownLetters: true,
  isUnary: (word) => isUnary(word) && !ONLY_BASH.has(word),
  isBinary: (word) => isBinary(word) && !ONLY_BASH.has(word),
  unary: (operator, operand, expander) => {
    if (operator === '-t') anyInteger(operand);
    return unary(operator, operand, expander);
  },
  binary: (operator, left, right, expander) =>
    binaryWords(operator, left, right, expander, anyInteger),
  errors: {
    noUnary: (word, next) =>
      /^-.$/u.test(word)
        ? `${inQuotes(word)}: unary operator expected`
        : `missing argument after ${inQuotes(next)}`,
    noBinary: (word) => `${inQuotes(word)}: binary operator expected`,
    more: (word) => `extra argument ${inQuotes(word)}`,
    missing: (last) => `missing argument after ${inQuotes(last)}`,
    unclosed: (found) => `')' expected${found === undefined ? '' : `, found ${found}`}`,
  },
};

const JOINING = /^-[ao]$/;

const joined = (left: string, operator: string, right: string): boolean =>
  operator === '-a' ? left !== '' && right !== '' : left !== '' || right !== '';

/** A number of any size, with blanks around it. */
function anyInteger(text: string): bigint {
  const [, digits] = /^[ \t]*([-+]?\d+)[ \t]*$/.exec(text) ?? [];
  if (digits === undefined) throw new ShellError(`invalid integer ${inQuotes(text)}`, 2);
  return BigInt(digits.replace('+', ''));
}

/** Words that are already expanded. Throws ShellError of status 2 for what is no expression. */
export const test = (words: readonly string[], expander: Expander): Promise<boolean> =>
  new Bracket(words, expander, ofBash).whole();

/** `test` and `[` as a tool starts them, which runs the program of that name: test(1). */
export const testProgram =
  (name: 'test' | '['): Builtin =>
  async (args, context) => {
    try {
      const words = name === '[' ? args.slice(0, -1) : args;
      if (name === '[' && args.at(-1) !== ']') throw new ShellError('missing ‘]’', 2);
      return (await new Bracket(words, context.expander, ofProgram).whole()) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await context.io.get(2)?.write(`${name}: ${error.message}\n`);
      return 2;
    }
  };

class Bracket {
  readonly #words: readonly string[];
  readonly #expander: Expander;
  readonly #dialect: Dialect;
  #at = 0;

  constructor(words: readonly string[], expander: Expander, dialect: Dialect) {
    this.#words = words;
    this.#expander = expander;
    this.#dialect = dialect;
  }

  async whole(): Promise<boolean> {
    const words = this.#words;
    const known = await this.#few(words);
    return known ?? (await this.#from(0));
  }

  /** The words from `at` on as an expression with operators that join. */
  async #from(at: number): Promise<boolean> {
    this.#at = at;
    const value = await this.#or();
    const more = this.#words[this.#at];
    if (more !== undefined) this.#fail(this.#dialect.errors.more(more));
    return value;
  }

  #fail(message: string): never {
    throw new ShellError(message, 2);
  }

  /** Of at most four words; undefined where the number does not decide. */
  async #few(words: readonly string[]): Promise<boolean | undefined> {
    const [first = '', second = '', third = ''] = words;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return first !== '';
      case 2:
        if (first === '!') return second === '';
        if (this.#dialect.isUnary(first)) return this.#dialect.unary(first, second, this.#expander);
        return this.#fail(this.#dialect.errors.noUnary(first, second));
      case 3:
        if (this.#dialect.isBinary(second))
          return this.#dialect.binary(second, first, third, this.#expander);
        if (this.#dialect.joinsFirst && JOINING.test(second)) return joined(first, second, third);
        if (first === '!') return !(await this.#few([second, third]));
        if (first === '(' && third === ')') return second !== '';
        if (JOINING.test(second)) return undefined;
        return this.#fail(this.#dialect.errors.noBinary(second));
      case 4:
        if (first === '!') return !((await this.#few(words.slice(1))) ?? (await this.#from(1)));
        if (first === '(' && words[3] === ')') return this.#few([second, third]);
        return undefined;
      default:
        return undefined;
    }
  }

  async #or(): Promise<boolean> {
    let value = await this.#and();
    while (this.#words[this.#at] === '-o') {
      this.#at++;
      const right = await this.#and();
      value ||= right;
    }
    return value;
  }

  async #and(): Promise<boolean> {
    let value = await this.#term();
    while (this.#words[this.#at] === '-a') {
      this.#at++;
      const right = await this.#term();
      value &&= right;
    }
    return value;
  }

  async #term(): Promise<boolean> {
    let isNegated = false;
    while (this.#words[this.#at] === '!') {
      this.#at++;
      isNegated = !isNegated;
    }
    return (await this.#primary()) !== isNegated;
  }

  async #primary(): Promise<boolean> {
    const words = this.#words;
    const [word, next = '', last = ''] = words.slice(this.#at, this.#at + 3);
    if (word === undefined) return this.#fail(this.#dialect.errors.missing(words.at(-1) ?? ''));
    if (word === '(') {
      this.#at++;
      const value = await this.#or();
      const closing = words[this.#at++];
      if (closing === ')') return value;
      return this.#fail(this.#dialect.errors.unclosed(closing));
    }
    if (this.#dialect.isBinary(next) && this.#at + 3 <= words.length) {
      this.#at += 3;
      return this.#dialect.binary(next, word, last, this.#expander);
    }
    const { rejectsUnknownLetters, errors } = this.#dialect;
    if (this.#dialect.isUnary(word) && this.#at + 2 <= words.length) {
      this.#at += 2;
      return this.#dialect.unary(word, next, this.#expander);
    }
    if (rejectsUnknownLetters && /^-.$/u.test(word))
      this.#fail(this.#dialect.isUnary(word) ? errors.missing(word) : errors.noUnary(word, next));
    this.#at++;
    return word !== '';
  }
}
