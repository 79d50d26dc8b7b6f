/** The names of the files that split(1) writes. */
import { ToolError } from './host.ts';

export const ALPHABETS = {
  letters: 'abcdefghijklmnopqrstuvwxyz',
  digits: '0123456789',
  hexadecimal: '0123456789abcdef',
} as const;

export interface SuffixRules {
  readonly alphabet: string;
  readonly length: number;
  /** The suffix gets longer where there are more files than it counts. */
  readonly isGrowing: boolean;
  /** The first suffix, as a number in the alphabet's base. */
  readonly start: string;
}

export class SplitNames {
  readonly #prefix: string;
  readonly #ending: string;
  readonly #rules: SuffixRules;
  /** The places of the suffix's characters in the alphabet. */
  #digits: number[];
  /** What stands before the suffix since it has grown. */
  #grown = '';
  #isFirst = true;

  constructor(prefix: string, ending: string, rules: SuffixRules) {
    this.#prefix = prefix;
    this.#ending = ending;
    this.#rules = rules;
    const start = rules.start.replace(/^0+(?=.)/, '').padStart(rules.length, '0');
    this.#digits = [...start.slice(start.length - rules.length)].map((each) =>
      Math.max(0, rules.alphabet.indexOf(each)),
    );
  }

  next(): string {
    const { alphabet, isGrowing } = this.#rules;
    if (!this.#isFirst) this.#step();
    this.#isFirst = false;
    // The last letter of the alphabet in front is kept for longer suffixes.
    if (isGrowing && this.#digits[0] === alphabet.length - 1) {
      this.#grown += alphabet.at(-1);
      this.#digits = [0, ...this.#digits.slice(1).map(() => 0), 0];
    }
    const suffix = this.#digits.map((each) => alphabet[each]).join('');
    return this.#prefix + this.#grown + suffix + this.#ending;
  }

  #step(): void {
    const last = this.#rules.alphabet.length - 1;
    for (let at = this.#digits.length - 1; at >= 0; at--) {
      if (this.#digits[at] !== last) {
        this.#digits[at] = (this.#digits[at] as number) + 1;
        return;
      }
      this.#digits[at] = 0;
    }
    throw new ToolError('output file suffixes exhausted');
  }
}
