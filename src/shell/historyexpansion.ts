/** History expansion: `!!`, `!n`, `!text`, `^old^new` and what may follow them (bash(1) "HISTORY EXPANSION"). */
import { ShellError } from './failure.ts';
import { quoteWord } from './quote.ts';
import type { State } from './state.ts';

interface Expanded {
  readonly text: string;
  /** It is shown and kept, but not run (`:p`). */
  readonly printsOnly: boolean;
}

/** A line with what it takes from the history; undefined where it takes nothing. Throws ShellError where that has no such line. */
export function expandHistory(line: string, state: State): Expanded | undefined {
  const quick = /^\^([^^]*)\^([^^\n]*)\^?/.exec(line);
  const text = quick ? `!!:s^${quick[1]}^${quick[2]}^${line.slice(quick[0].length)}` : line;
  return new Expansion(text, state).run();
}

/** What the words of a line are for designators. */
const WORD =
  /(?:[^\s|&;()<>"'\\`]|\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|`[^`]*`)+|&&|\|\||;;|<<<?|>>|[<>]&|[|&;()<>]/g;

/** The first and the last word that a designator stands for. */
function rangeOf(
  [all, mark, upTo, first, isRest, to]: RegExpExecArray,
  last: number,
): readonly [number, number] {
  const place = (text: string): number => (text === '$' ? last : Number(text));
  if (mark === '^') return [1, 1];
  if (mark === '$') return [last, last];
  if (mark === '*') return [1, last];
  if (upTo !== undefined) return [0, place(upTo.slice(1))];
  const from = Number(first);
  if (isRest !== undefined) return [from, last];
  if (to !== undefined) return [from, place(to)];
  return [from, all.endsWith('-') ? last - 1 : from];
}

const MODIFIER = /:[ga]?(?:[htrepqx]|s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1?)/y;

class Expansion {
  readonly #line: string;
  readonly #state: State;
  #at = 0;
  #out = '';
  #printsOnly = false;

  constructor(line: string, state: State) {
    this.#line = line;
    this.#state = state;
  }

  run(): Expanded | undefined {
    let changed = false;
    let isDouble = false;
    while (this.#at < this.#line.length) {
      const char = this.#line[this.#at] as string;
      if (char === '\\') {
        this.#copy(2);
        continue;
      }
      if (char === "'" && !isDouble) {
        const end = this.#line.indexOf("'", this.#at + 1);
        this.#copy(end < 0 ? this.#line.length : end + 1 - this.#at);
        continue;
      }
      if (char === '"') isDouble = !isDouble;
      if (char !== '!' || this.#isLiteral(isDouble)) {
        this.#copy(1);
        continue;
      }
      this.#out += this.#reference();
      changed = true;
    }
    return changed ? { text: this.#out, printsOnly: this.#printsOnly } : undefined;
  }

  #copy(count: number): void {
    this.#out += this.#line.slice(this.#at, this.#at + count);
    this.#at += count;
  }

  /** What the shell's own language has with an exclamation mark is left alone. */
  #isLiteral(isDouble: boolean): boolean {
    const next = this.#line[this.#at + 1] ?? '';
    const before = this.#line.slice(0, this.#at);
    return (
      /^[\s=]?$/.test(next) ||
      (isDouble && next === '"') ||
      (next === '(' && this.#state.hasExtendedPatterns) ||
      /(?:\$|\$\{|\[)$/.test(before)
    );
  }

  #match(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#line);
    if (!found) return undefined;
    this.#at += found[0].length;
    return found;
  }

  #reference(): string {
    const start = this.#at;
    this.#at++;
    const event = this.#event(start);
    const words = event.match(WORD) ?? [];
    const picked = this.#designated(words);
    let text = picked === undefined ? event : picked.join(' ');
    for (;;) {
      const modifier = this.#match(MODIFIER);
      if (!modifier) return text;
      text = this.#modified(text, modifier);
    }
  }

  #event(start: number): string {
    const { lines, base } = this.#state.history;
    const missing = (): never => {
      throw new ShellError(`${this.#line.slice(start, this.#at)}: event not found`);
    };
    if (this.#match(/#/y)) return this.#out;
    if (this.#match(/!|(?=[:^$*%])/y)) return lines.at(-1) ?? missing();
    const number = this.#match(/-?\d+/y);
    if (number) {
      const value = Number(number[0]);
      return (value < 0 ? lines.at(value) : lines[value - base]) ?? missing();
    }
    const inside = this.#match(/\?([^?\n]*)\??/y);
    if (inside) return lines.findLast((line) => line.includes(inside[1] as string)) ?? missing();
    const [prefix = ''] = this.#match(/[^\s:;&()|<>"^$*%]*/y) ?? [];
    return lines.findLast((line) => line.startsWith(prefix)) ?? missing();
  }

  /** The words that a designator stands for; undefined where there is none. */
  #designated(words: readonly string[]): readonly string[] | undefined {
    const last = words.length - 1;
    const found = this.#match(/:?(?:([\^$*])|(-\d+|-\$))|:(?:(\d+)(?:(\*)|-(\d+|\$)?)?)/y);
    if (!found) return undefined;
    const [from, end] = rangeOf(found, last);
    const isEmptyRest = found[0].endsWith('*') && from === last + 1;
    if ((from > last || end > last) && !isEmptyRest)
      throw new ShellError(`${found[0]}: bad word specifier`);
    return words.slice(from, end + 1);
  }

  #modified(text: string, [all = '', , old, by]: readonly string[]): string {
    const isGlobal = /^:[ga]./.test(all);
    const letter = all[isGlobal ? 2 : 1];
    switch (letter) {
      case 'h':
        return text.includes('/') ? text.slice(0, text.lastIndexOf('/')) : text;
      case 't':
        return text.slice(text.lastIndexOf('/') + 1);
      case 'r':
        return text.replace(/\.[^.]*$/, '');
      case 'e':
        return /\.[^.]*$/.exec(text)?.[0] ?? text;
      case 'p':
        this.#printsOnly = true;
        return text;
      case 'q':
        return quoteWord(text);
      case 'x':
        return text.split(/\s+/).map(quoteWord).join(' ');
      default: {
        const plain = (old ?? '').replace(/\\(.)/g, '$1');
        if (plain === '' || !text.includes(plain))
          throw new ShellError(`${all}: substitution failed`);
        const replaced = (by ?? '').replace(
          /\\(.)|&/g,
          (each, escaped?: string) => escaped ?? (each === '&' ? plain : each),
        );
        return isGlobal
          ? text.replaceAll(plain, () => replaced)
          : text.replace(plain, () => replaced);
      }
    }
  }
}
