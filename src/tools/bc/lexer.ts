/** The tokens of bc(1). */

export type TokenKind =
  | 'number'
  | 'string'
  | 'name'
  | 'word'
  | 'assign'
  | 'relation'
  | 'step'
  | 'newline'
  | 'end'
  | 'sign';

export interface Token {
  readonly kind: TokenKind;
  /** What was written; of a number without what means nothing, of a string without quotes. */
  readonly text: string;
}

/** There is not enough text for a token. */
export class NeedMore extends Error {}

const WORDS: ReadonlySet<string> = new Set(
  (
    'define break quit length return for if while sqrt scale ibase obase auto else read random ' +
    'halt last history warranty continue print limits void'
  ).split(' '),
);

export interface Messages {
  /** A mistake: nothing of the line is run. */
  error(message: string): void;
  /** Something that POSIX does not have: a mistake with -s, a warning with -w. */
  nonStandard(message: string): void;
}

export class Lexer {
  #text = '';
  #at = 0;
  /** No more text will come. */
  isComplete = false;
  line = 1;
  readonly #messages: Messages;
  readonly #isStandard: boolean;

  constructor(messages: Messages, isStandard: boolean) {
    this.#messages = messages;
    this.#isStandard = isStandard;
  }

  feed(text: string): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
  }

  get place(): { readonly at: number; readonly line: number } {
    return { at: this.#at, line: this.line };
  }

  set place({ at, line }) {
    this.#at = at;
    this.line = line;
  }

  /** The rest of the line as it stands, without its end; undefined where there is no whole line. */
  takeLine(): string | undefined {
    const end = this.#text.indexOf('\n', this.#at);
    if (end < 0) return undefined;
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  next(): Token {
    for (;;) {
      const token = this.#one();
      if (token) return token;
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    const end = this.#at + found.length;
    // A longer token may come.
    const isLast = end === this.#text.length || this.#text.slice(end) === '\\';
    if (isLast && !this.isComplete) throw new NeedMore();
    this.#at = end;
    return found;
  }

  /** A token; undefined where what stands here is none. */
  #one(): Token | undefined {
    if (this.#at >= this.#text.length) {
      if (!this.isComplete) throw new NeedMore();
      // The line of a mistake at the end is that of the file that would come next.
      this.line = 1;
      return { kind: 'end', text: '' };
    }
    if (this.#text[this.#at] === '\n') {
      this.#at++;
      this.line++;
      return { kind: 'newline', text: '\n' };
    }
    if (this.#blank()) return undefined;
    const number = this.#take(
      /[\dA-Z](?:[\dA-Z]|\\\n)*(?:\.(?:[\dA-Z]|\\\n)*)?|\.(?:[\dA-Z]|\\\n)+/y,
    );
    if (number !== undefined) return this.#number(number);
    const name = this.#take(/[a-z][a-z\d_]*/y);
    if (name !== undefined) {
      if (WORDS.has(name)) return { kind: 'word', text: name };
      if (name.length > 1) this.#messages.nonStandard(`multiple letter name - ${name}`);
      return { kind: 'name', text: name };
    }
    if (this.#text[this.#at] === '"') return this.#string();
    const step = this.#take(/\+\+|--/y);
    if (step !== undefined) return { kind: 'step', text: step };
    const relation = this.#take(/[=<>!]=|[<>]/y);
    if (relation !== undefined) return { kind: 'relation', text: relation };
    const assign = this.#take(/[-+*/%^]?=/y);
    if (assign !== undefined) return { kind: 'assign', text: assign };
    const sign = this.#take(/&&|\|\||[-+*/%^;(){}[\],&!.]/y);
    if (sign !== undefined) return { kind: 'sign', text: sign };
    return this.#illegal();
  }

  /** Skips blanks, comments and lines that go on. */
  #blank(): boolean {
    if (this.#take(/[ \t]+/y) !== undefined) return true;
    const text = this.#text;
    if (text.startsWith('\\\n', this.#at)) {
      this.#at += 2;
      this.line++;
      return true;
    }
    if (text[this.#at] === '#' && !this.#isStandard) {
      const end = text.indexOf('\n', this.#at);
      if (end < 0 && !this.isComplete) throw new NeedMore();
      this.#at = end < 0 ? text.length : end;
      return true;
    }
    if (text[this.#at] === '/' && this.#at + 1 >= text.length && !this.isComplete)
      throw new NeedMore();
    if (!text.startsWith('/*', this.#at)) return false;
    const end = text.indexOf('*/', this.#at + 2);
    if (end < 0) {
      if (!this.isComplete) throw new NeedMore();
      throw new OpenComment();
    }
    this.#countLines(text.slice(this.#at, end));
    this.#at = end + 2;
    return true;
  }

  #countLines(text: string): void {
    for (const char of text) if (char === '\n') this.line++;
  }

  #number(written: string): Token {
    this.#countLines(written);
    const text = written
      .replaceAll('\\\n', '')
      .replace(/\.$/, '')
      .replace(/^0+(?=[^.]|$)/, '');
    const bare = text.replace(/^0+\./, '.');
    return { kind: 'number', text: bare === '' ? '0' : bare };
  }

  #string(): Token | undefined {
    const end = this.#text.indexOf('"', this.#at + 1);
    if (end < 0 && !this.isComplete) throw new NeedMore();
    if (end < 0) return this.#illegal();
    const text = this.#text.slice(this.#at + 1, end);
    this.#countLines(text);
    this.#at = end + 1;
    return { kind: 'string', text };
  }

  #illegal(): undefined {
    const char = this.#text[this.#at++] as string;
    const code = char.charCodeAt(0);
    const shown =
      code < 32
        ? `^${String.fromCharCode(code + 64)}`
        : code > 126
          ? `\\${code.toString(8).padStart(3, '0')}`
          : char;
    this.#messages.error(`illegal character: ${shown}`);
  }
}

/** A comment has no end. */
export class OpenComment extends Error {}
