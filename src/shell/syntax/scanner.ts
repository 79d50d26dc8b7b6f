/** A place in the text of a script, and what goes wrong there. */

export class SyntaxError_ extends Error {
  /** More lines could make it whole. */
  readonly incomplete: boolean;
  readonly line: number;
  /** The line itself, where it tells more than its number. */
  readonly shown: string | undefined;

  constructor(
    message: string,
    line: number,
    { incomplete = false, shown }: { incomplete?: boolean; shown?: string | undefined } = {},
  ) {
    super(message);
    this.line = line;
    this.incomplete = incomplete;
    this.shown = shown;
  }
}

export class Scanner {
  readonly text: string;
  at: number;
  readonly #firstLine: number;
  /** The line of the place that was asked for last. */
  #known: { at: number; line: number };

  constructor(text: string, line = 1) {
    this.text = text;
    this.at = 0;
    this.#firstLine = line;
    this.#known = { at: 0, line };
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, or so many further; '' past the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Goes on past a text that stands here. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky expression matches here; goes on past it. */
  match(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.text);
    if (found) this.at = form.lastIndex;
    return found ?? undefined;
  }

  /** Backslashes before line breaks are as if they were not there. */
  skipContinuations(): void {
    while (this.startsWith('\\\n')) this.at += 2;
  }

  get line(): number {
    if (this.#known.at > this.at) this.#known = { at: 0, line: this.#firstLine };
    let { at, line } = this.#known;
    for (let next = this.text.indexOf('\n', at); next >= 0 && next < this.at; ) {
      line++;
      at = next + 1;
      next = this.text.indexOf('\n', at);
    }
    this.#known = { at, line };
    return line;
  }

  /** The text of the line that `at` is in. */
  lineText(at = this.at): string {
    const start = this.text.lastIndexOf('\n', at - 1) + 1;
    const end = this.text.indexOf('\n', at);
    return this.text.slice(start, end < 0 ? undefined : end);
  }

  /** The line behind the last one of the text, which its end belongs to. */
  get lineAfter(): number {
    return this.line + (this.text.endsWith('\n') ? 0 : 1);
  }

  /** The text has ended within what begins with `opening`. */
  unclosed(closing: string, line: number): never {
    throw new SyntaxError_(`unexpected EOF while looking for matching \`${closing}'`, line, {
      incomplete: true,
    });
  }
}
