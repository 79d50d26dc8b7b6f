/** The words of an expression of find(1), one after the other, and the numbers among them. */
import { ToolError } from '../host.ts';
import type { Search } from './search.ts';

export class Words {
  readonly search: Search;
  /** The predicate whose words are read. */
  name = '';
  readonly #words: readonly string[];
  #at = 0;

  constructor(search: Search, words: readonly string[]) {
    this.search = search;
    this.#words = words;
  }

  next(): string | undefined {
    const word = this.#words[this.#at];
    if (word !== undefined) this.#at++;
    return word;
  }

  /** The word that was read last. */
  get last(): string {
    return this.#words[this.#at - 1] ?? '';
  }

  argument(): string {
    return this.next() ?? this.fail(`missing argument to \`${this.name}'`);
  }

  wrong(text: string): never {
    return this.fail(`invalid argument \`${text}' to \`${this.name}'`);
  }

  fail(message: string): never {
    throw new ToolError(message);
  }

  /** The words of a command up to the one that ends it, which is told too. */
  command(canCollect: boolean): { words: readonly string[]; isCollected: boolean } {
    const from = this.#at;
    for (let at = from; at < this.#words.length; at++) {
      const word = this.#words[at];
      const isCollected =
        canCollect && word === '+' && at > from && this.#words[at - 1]?.includes('{}') === true;
      if (word !== ';' && !isCollected) continue;
      if (at === from) this.wrong(';');
      this.#at = at + 1;
      return { words: this.#words.slice(from, at), isCollected };
    }
    return this.fail(`missing argument to \`${this.name}'`);
  }
}

export type Sign = '' | '+' | '-';

/** `+N` is more than N, `-N` less, `N` exactly N. */
export function signOf(text: string): { sign: Sign; rest: string } {
  const sign = text.startsWith('+') ? '+' : text.startsWith('-') ? '-' : '';
  return { sign, rest: text.slice(sign.length) };
}

export const compares = <T extends number | bigint>(value: T, sign: Sign, wanted: T): boolean =>
  sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted;
