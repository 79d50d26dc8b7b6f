/** Aliases (bash(1) "ALIASES"): a word is replaced in the text of a script, before its meaning is looked at. */
import type { Dialect } from './dialect.ts';
import type { Scanner } from './scanner.ts';

/** A word without quotes and expansions; not the number of a redirection. */
const NAME = /(?!\d+[<>])[^ \t\n;&|<>()$`"'\\=/]+(?=[ \t\n;&|<>()]|$)/y;
const BLANKS = /^(?:[ \t]|\\\n)*$/;

/** An alias whose text is being read. */
interface Active {
  readonly name: string;
  /** How many characters follow its text. */
  readonly left: number;
  /** The word behind it may be an alias, too: it ends in a blank. */
  readonly expandsNext: boolean;
}

const NOWHERE = -1;

export class Aliases {
  readonly #dialect: Dialect;
  /** The innermost is the last. */
  #active: Active[] = [];
  /** The word behind this place may be an alias wherever it stands; the place by how many characters follow it. */
  #next = NOWHERE;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Reserved words are no aliases. */
  get isPosix(): boolean {
    return this.#dialect.isPosix;
  }

  /**
   * Replaces the word here if it is an alias: where a command begins, and behind an alias that ends in a blank. Gives
   * whether it did; what stands here then is to be read anew.
   */
  expand(scanner: Scanner, isCommand: boolean): boolean {
    const start = scanner.at;
    const isNext = this.expandsNext(scanner);
    if (!isCommand && !isNext) return false;
    const [name = ''] = scanner.match(NAME) ?? [];
    const isActive = this.#active.some((each) => each.name === name);
    const text = name === '' || isActive ? undefined : this.#dialect.aliasOf(name);
    if (text === undefined) {
      scanner.at = start;
      return false;
    }
    const { left } = scanner;
    scanner.replace(start, text);
    this.#active.push({ name, left, expandsNext: /[ \t]$/.test(text) });
    // The first word of its text is where the alias was.
    if (isNext) this.#next = scanner.left;
    return true;
  }

  /** Whether an alias that ends in a blank stands before what is here. */
  expandsNext(scanner: Scanner): boolean {
    this.#leave(scanner);
    if (this.#next < scanner.left) return false;
    const from = scanner.text.length - this.#next;
    return BLANKS.test(scanner.text.slice(from, scanner.at));
  }

  /** The same holds behind a word of the grammar that ends here as before it. */
  expandNextHere({ left }: Scanner): void {
    this.#next = left;
  }

  /** Whether a part of an alias's text follows. */
  isWithin({ left }: Scanner): boolean {
    return this.#active.some((each) => left > each.left);
  }

  /** Forgets the aliases whose texts end before what is here: an alias is not expanded in its own text only. */
  #leave({ left }: Scanner): void {
    for (let last = this.#active.at(-1); last && left <= last.left; last = this.#active.at(-1)) {
      this.#active.pop();
      this.#next = last.expandsNext ? last.left : NOWHERE;
    }
  }
}
