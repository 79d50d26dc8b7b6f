/** The searches of a pager: the expression that is looked for, and the lines that it is found in (less(1) "SEARCHING"). */
import type { Host } from '../host.ts';
import { compile, type Regex, RegexError } from '../regex/index.ts';
import type { PagerSettings } from './options.ts';
import { START, type View } from './view.ts';

export class Search {
  readonly #host: Host;
  readonly #settings: PagerSettings;
  #last: { readonly regex: Regex; readonly isBack: boolean } | undefined;
  #isHighlighted = true;
  #isFirst = true;

  constructor(host: Host, settings: PagerSettings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** Has a view show the matches, or not. */
  show(view: View): void {
    view.pattern = this.#isHighlighted ? this.#last?.regex : undefined;
    view.forget();
  }

  /** Shows the matches where they are not shown, and hides them where they are. */
  toggle(view: View): void {
    this.#isHighlighted = !this.#isHighlighted;
    this.show(view);
  }

  /** Goes to the `count`-th line with a match of a new expression. Returns what there is to say. */
  async find(
    pattern: string,
    isBack: boolean,
    count: number,
    view: View,
  ): Promise<string | undefined> {
    const { flags } = this.#settings;
    const isSmall = pattern === pattern.toLowerCase();
    const ignoreCase = flags.has('I') || (flags.has('i') && isSmall);
    try {
      const regex = compile(pattern, { syntax: 'ere', lenient: true, ignoreCase });
      this.#last = { regex, isBack };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return error.message;
    }
    this.#isHighlighted = true;
    this.show(view);
    return this.again(false, count, view);
  }

  /** The same for the last expression, from now on in the direction that is given. */
  async repeat(isBack: boolean, count: number, view: View): Promise<string | undefined> {
    if (this.#last) this.#last = { ...this.#last, isBack };
    return this.again(false, count, view);
  }

  /** To the next line with a match, after the first of the screen or before it. */
  async again(isReverse: boolean, count: number, view: View): Promise<string | undefined> {
    const search = this.#last;
    if (!search) return 'No previous regular expression';
    if (!this.#isHighlighted) this.toggle(view);
    const step = search.isBack === isReverse ? 1 : -1;
    const { top } = view;
    // A search from the very beginning may find the first line.
    let line = step > 0 && top === START && this.#isFirst ? 0 : top.line + step;
    this.#isFirst = false;
    let left = count;
    for (; line >= 0 && (await view.has(line)); line += step) {
      if ((line & 255) === 0) await this.#host.checkpoint();
      const { plain } = view.cells(line);
      if (search.regex.endOfAny(plain) < 0 || --left > 0) continue;
      view.top = { line, row: 0 };
      return undefined;
    }
    return 'Pattern not found  (press RETURN)';
  }
}
