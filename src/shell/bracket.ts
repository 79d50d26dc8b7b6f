/**
 * `[ … ]` and `test` (POSIX test): what the words mean is decided by their number where there are up to four, and by an
 * expression with `!`, `-a`, `-o` and parentheses where there are more.
 */
import { binaryWords, isBinary, unary } from './condition.ts';
import type { Expander } from './expand.ts';
import { ShellError } from './failure.ts';
import { isUnary } from './syntax/conditions.ts';

/** Words that are already expanded. Throws ShellError of status 2 for what is no expression. */
export const test = (words: readonly string[], expander: Expander): Promise<boolean> =>
  new Bracket(words, expander).whole();

class Bracket {
  readonly #words: readonly string[];
  readonly #expander: Expander;
  #at = 0;

  constructor(words: readonly string[], expander: Expander) {
    this.#words = words;
    this.#expander = expander;
  }

  async whole(): Promise<boolean> {
    const words = this.#words;
    const known = await this.#few(words);
    if (known !== undefined) return known;
    const value = await this.#or();
    if (this.#at < words.length) throw new ShellError('too many arguments', 2);
    return value;
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
        if (isUnary(first)) return unary(first, second, this.#expander);
        throw new ShellError(`${first}: unary operator expected`, 2);
      case 3:
        if (isBinary(second)) return binaryWords(second, first, third, this.#expander);
        if (second === '-a') return first !== '' && third !== '';
        if (second === '-o') return first !== '' || third !== '';
        if (first === '!') return !(await this.#few([second, third]));
        if (first === '(' && third === ')') return second !== '';
        throw new ShellError(`${second}: binary operator expected`, 2);
      case 4:
        if (first === '!') return !(await this.#few(words.slice(1)));
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
    if (word === undefined) throw new ShellError('argument expected', 2);
    if (word === '(') {
      this.#at++;
      const value = await this.#or();
      const closing = words[this.#at++];
      if (closing === ')') return value;
      throw new ShellError(`\`)' expected${closing === undefined ? '' : `, found ${closing}`}`, 2);
    }
    if (isBinary(next) && this.#at + 3 <= words.length) {
      this.#at += 3;
      return binaryWords(next, word, last, this.#expander);
    }
    if (isUnary(word) && this.#at + 2 <= words.length) {
      this.#at += 2;
      return unary(word, next, this.#expander);
    }
    this.#at++;
    return word !== '';
  }
}
