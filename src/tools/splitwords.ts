/** The words of `env -S`: blanks divide them, and quotes, escapes and `${NAME}` are read. */
import { ToolError } from './host.ts';

const STATUS = 125;

const letters: Readonly<Record<string, string>> = {
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const fail = (message: string): never => {
  throw new ToolError(message, STATUS);
};

export const splitWords = (text: string, env: Readonly<Record<string, string>>): string[] =>
  new Splitter(text, env).words();

class Splitter {
  readonly #text: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #words: string[] = [];
  #word: string | undefined;
  #at = 0;

  constructor(text: string, env: Readonly<Record<string, string>>) {
    this.#text = text;
    this.#env = env;
  }

  words(): string[] {
    let quote = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === '\\') {
        if (this.#escape(quote) === 'end') break;
      } else if (char === '$' && quote !== "'") this.#add(this.#variable());
      else if (quote !== '' && char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) {
        quote = char;
        this.#add('');
      } else if (quote === '' && /[ \t\n\v\f\r]/.test(char)) this.#end();
      else if (quote === '' && char === '#' && this.#word === undefined) break;
      else this.#add(char);
    }
    if (quote !== '') fail('no terminating quote in -S string');
    this.#end();
    return this.#words;
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #end(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }

  #escape(quote: string): 'end' | undefined {
    const char = this.#text[++this.#at];
    if (char === undefined) return fail('invalid backslash at end of string in -S');
    if (quote === "'" && char !== '\\' && char !== "'") this.#add(`\\${char}`);
    else if (char === 'c') {
      if (quote === '"') fail("'\\c' must not appear in double-quoted -S string");
      return 'end';
    } else if (char === '_') {
      if (quote === '"') this.#add(' ');
      else this.#end();
    } else if (Object.hasOwn(letters, char)) this.#add(letters[char] as string);
    else if (/["#$'\\]/.test(char)) this.#add(char);
    else fail(`invalid sequence '\\${char}' in -S`);
    return undefined;
  }

  #variable(): string {
    const [whole, name = ''] = /^\$\{([A-Za-z_]\w*)\}/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined)
      return fail(
        `only \${VARNAME} expansion is supported, error at: ${this.#text.slice(this.#at)}`,
      );
    this.#at += whole.length - 1;
    return Object.hasOwn(this.#env, name) ? (this.#env[name] as string) : '';
  }
}
