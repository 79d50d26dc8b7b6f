/** A place in the text of a script, and what goes wrong there. */

/**
 * The status that bash ends with after a syntax error is 2, but for three cases: where the text ends within a quote it keeps
 * the status of a command that failed before; where the text ends within an array the status is 1; and a mistake in
 * `[[ … ]]` leaves the status unchanged, since bash takes it for the end of the script.
 */
export type StatusAfter = 'two' | 'two unless failed' | 'unchanged' | 'one';

export class SyntaxError_ extends Error {
  /** More lines could make it whole. */
  readonly incomplete: boolean;
  readonly line: number;
  /** The line itself, where it tells more than its number. */
  readonly shown: string | undefined;
  /** What bash makes of the status before it. */
  readonly status: StatusAfter;

  constructor(
    message: string,
    line: number,
    {
      incomplete = false,
      shown,
      status = 'two',
    }: { incomplete?: boolean; shown?: string | undefined; status?: StatusAfter } = {},
  ) {
    super(message);
    this.line = line;
    this.incomplete = incomplete;
    this.shown = shown;
    this.status = status;
  }
}

/** Up to a backslash before a line break that stands neither in quotes nor in a comment, and is not the beginning. */
const CONTINUED = /(?:[^\\\s'"`#]|\\[^\n]|(?<![\s;&|()<>])#)+(?=\\\n)/y;

/** A name or an operator that is longer is not looked through. */
const RUN_MAX = 1000;

/** An engine that has used up its stack may end the whole thread: nesting ends long before. */
const NESTING_MAX = 200;

export class Scanner {
  #text: string;
  at: number;
  #nesting = 0;
  readonly #firstLine: number;
  /** Texts that were put in the place of others, and how many lines they have that the script does not. */
  readonly #inserted: { readonly end: number; readonly lines: number }[] = [];
  /** Where line breaks were taken out of the text. */
  #joined: number[] = [];
  /** The next backslash before a line break, where it is known. */
  #continuedAt = -1;
  /** The line of the place that was asked for last. */
  #known: { at: number; line: number };

  constructor(text: string, line = 1) {
    this.#text = text;
    this.at = 0;
    this.#firstLine = line;
    this.#known = { at: 0, line };
  }

  get text(): string {
    return this.#text;
  }

  /** How many characters follow. */
  get left(): number {
    return this.#text.length - this.at;
  }

  /** Puts a text in the place of what stands between `start` and here, and goes back to its beginning. */
  replace(start: number, text: string): void {
    const lines = (of: string): number => of.split('\n').length - 1;
    const more = lines(text) - lines(this.#text.slice(start, this.at));
    const grown = start + text.length - this.at;
    this.#joined = this.#joined.map((place) => (place >= this.at ? place + grown : place));
    if (more > 0) this.#inserted.push({ end: start + text.length, lines: more });
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(this.at);
    this.at = start;
    this.#continuedAt = -1;
  }

  /** Reads what is nested in what is read. Throws SyntaxError_ where too much is. */
  within<T>(read: () => T): T {
    if (this.#nesting >= NESTING_MAX)
      throw new SyntaxError_('syntax error: the commands are nested too deeply', this.line);
    this.#nesting++;
    try {
      return read();
    } finally {
      this.#nesting--;
    }
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

  /**
   * Takes the backslashes before line breaks out of what follows up to the next blank or quote, so that they part neither
   * an operator nor a name.
   */
  join(): void {
    for (;;) {
      if (this.#continuedAt < this.at) {
        const next = this.#text.indexOf('\\\n', this.at);
        this.#continuedAt = next < 0 ? Number.POSITIVE_INFINITY : next;
      }
      if (this.#continuedAt - this.at > RUN_MAX) return;
      CONTINUED.lastIndex = this.at;
      if (!CONTINUED.test(this.#text)) return;
      const end = CONTINUED.lastIndex;
      this.#text = this.#text.slice(0, end) + this.#text.slice(end + 2);
      this.#joined.push(end);
      this.#continuedAt = -1;
    }
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
    const joined = this.#joined.filter((place) => place <= this.at).length;
    return this.#inserted.reduce(
      (all, each) => (each.end <= this.at ? all - each.lines : all),
      line + joined,
    );
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
  unclosed(closing: string, line: number, status: StatusAfter = 'two unless failed'): never {
    throw new SyntaxError_(`unexpected EOF while looking for matching \`${closing}'`, line, {
      incomplete: true,
      status,
    });
  }
}
