/** The text of a script: what each `-e` and `-f` gave, with the places that messages name. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { ToolError } from '../host.ts';

export interface Fragment {
  readonly text: string;
  /** The name of a script file; undefined for an expression. */
  readonly file?: string | undefined;
}

export class Fragments {
  readonly #fragments: readonly Fragment[];
  #index = 0;
  #at = 0;

  constructor(fragments: readonly Fragment[]) {
    this.#fragments = fragments;
  }

  get #text(): string {
    return this.#fragments[this.#index]?.text ?? '';
  }

  /** The next character, which is taken; undefined at the end of the fragment. */
  take(): string | undefined {
    const char = this.#text[this.#at];
    if (char !== undefined) this.#at++;
    return char;
  }

  peek(): string | undefined {
    return this.#text[this.#at];
  }

  /** Takes the next character where it is one of `chars`. */
  takeIf(chars: string): boolean {
    const char = this.peek();
    const isIt = char !== undefined && chars.includes(char);
    if (isIt) this.#at++;
    return isIt;
  }

  /** The character that was taken last. */
  get last(): string {
    return this.#text[this.#at - 1] ?? '';
  }

  /** What is left of the fragment. */
  get ahead(): string {
    return this.#text.slice(this.#at);
  }

  skip(count: number): void {
    this.#at += count;
  }

  takeWhile(pattern: RegExp): string {
    const from = this.#at;
    while (this.#at < this.#text.length && pattern.test(this.#text[this.#at] as string)) this.#at++;
    return this.#text.slice(from, this.#at);
  }

  blanks(): void {
    this.takeWhile(/[ \t\r\v\f]/);
  }

  restOfLine(): string {
    return this.takeWhile(/[^\n]/);
  }

  /** Goes to the next fragment; false after the last one. */
  nextFragment(): boolean {
    if (this.#index + 1 >= this.#fragments.length) return false;
    this.#index++;
    this.#at = 0;
    return true;
  }

  /** Where the script is read: a character of an expression, which has a number, or the line of a file. */
  markAt(char: number): string {
    const { file } = this.#fragments[this.#index] ?? {};
    if (file !== undefined) {
      const before = this.#text.slice(0, this.#at);
      const line = before.split('\n').length - (before.endsWith('\n') ? 1 : 0);
      return `file ${file} line ${Math.max(1, line)}`;
    }
    const upTo = this.#fragments.slice(0, this.#index + 1);
    const number = upTo.filter((each) => each.file === undefined).length;
    return `-e expression #${number}, char ${char}`;
  }

  /** Names the place behind the next character. */
  failBehindNext(message: string): never {
    this.take();
    this.fail(message);
  }

  fail(message: string): never {
    throw new ToolError(
      `${this.markAt(bytesOf(this.#text.slice(0, this.#at)).length)}: ${message}`,
    );
  }
}
