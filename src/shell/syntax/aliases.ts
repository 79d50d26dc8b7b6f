/** Aliases (bash(1) "ALIASES"): a word is replaced in the text of a script, before its meaning is looked at. */
import type { Dialect } from './dialect.ts';
import type { Scanner } from './scanner.ts';

const NAME = /[^ \t\n;&|<>()$`"'\\=/]+(?=[ \t\n;&|<>()]|$)/y;

export class Aliases {
  readonly #dialect: Dialect;
  /** The aliases whose text is being read: each with how many characters follow its text. */
  #active: { readonly name: string; readonly left: number }[] = [];
  /** A text that ended in a blank, by how many characters follow it: the next word may be an alias too. */
  #blankBefore = -1;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /**
   * Replaces the word here if it is an alias: where a command begins, and behind an alias that ends in a blank. Gives
   * whether it did; what stands here then is to be read anew.
   */
  expand(scanner: Scanner, isCommand: boolean): boolean {
    const start = scanner.at;
    if (!isCommand && !this.#followsBlank(scanner)) return false;
    const [name = ''] = scanner.match(NAME) ?? [];
    const text =
      name === '' || this.#isActive(name, scanner) ? undefined : this.#dialect.aliasOf(name);
    if (text === undefined) {
      scanner.at = start;
      return false;
    }
    const { left } = scanner;
    scanner.replace(start, text);
    this.#active.push({ name, left });
    if (/[ \t\n]$/.test(text)) this.#blankBefore = left;
    return true;
  }

  #followsBlank(scanner: Scanner): boolean {
    const end = scanner.text.length - this.#blankBefore;
    return (
      this.#blankBefore >= scanner.left &&
      /^(?:[ \t]|\\\n)*$/.test(scanner.text.slice(end, scanner.at))
    );
  }

  /** Whether a part of an alias's text follows. */
  isWithin({ left }: Scanner): boolean {
    return this.#active.some((each) => left > each.left);
  }

  /** An alias is not expanded in its own text. */
  #isActive(name: string, { left }: Scanner): boolean {
    this.#active = this.#active.filter((each) => left >= each.left);
    return this.#active.some((each) => each.name === name);
  }
}
