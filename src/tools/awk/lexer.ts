/**
 * The words of a program. A slash is a division: where the parser expects a value it asks for a regular expression
 * instead.
 */
import { cEscapes } from '../cescapes.ts';
import { SyntaxMistake } from './errors.ts';

export interface Token {
  readonly kind:
    | 'number'
    | 'string'
    | 'name'
    | 'function'
    | 'builtin'
    | 'word'
    | 'sign'
    | 'newline'
    | 'end';
  /** A string without its escapes. */
  readonly text: string;
  readonly at: number;
}

const words = new Set(
  `BEGIN END BEGINFILE ENDFILE break case continue default delete do else exit for func function getline if in next
  nextfile print printf return switch while`.split(/\s+/),
);

export const builtinNames: ReadonlySet<string> = new Set(
  `and asort asorti atan2 close compl cos exp fflush gensub gsub index int isarray length log lshift match mktime or
  patsplit rand rshift sin split sprintf sqrt srand strftime strtonum sub substr system systime tolower toupper typeof
  xor`.split(/\s+/),
);

const SPACE = /(?:[ \t\r]|\\\r?\n|#[^\n]*)*/y;
const NUMBER = /0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const SIGN =
  /\*\*=|&&|\|\||\*\*|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|>>|\|&|[-+*/%^!<>|?:~$=(){}[\],;]/y;

export class Lexer {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [text] = pattern.exec(this.source) ?? [];
    if (text !== undefined) this.at += text.length;
    return text;
  }

  next(): Token {
    this.#take(SPACE);
    const { at } = this;
    const char = this.source[at];
    if (char === undefined) return { kind: 'end', text: '', at };
    if (char === '\n') {
      this.at++;
      return { kind: 'newline', text: '\n', at };
    }
    if (char === '"') return { kind: 'string', text: this.#string(), at };
    const number = this.#take(NUMBER);
    if (number !== undefined) return { kind: 'number', text: number, at };
    const name = this.#take(NAME);
    if (name !== undefined) {
      if (words.has(name)) return { kind: 'word', text: name, at };
      if (builtinNames.has(name)) return { kind: 'builtin', text: name, at };
      return { kind: this.source[this.at] === '(' ? 'function' : 'name', text: name, at };
    }
    const sign = this.#take(SIGN);
    if (sign === undefined) {
      if (char === '@')
        throw new SyntaxMistake('@include, @load and @namespace are not supported', at);
      throw new SyntaxMistake('syntax error', at);
    }
    return { kind: 'sign', text: sign === '**' ? '^' : sign === '**=' ? '^=' : sign, at };
  }

  #string(): string {
    const from = ++this.at;
    for (; ; this.at++) {
      const char = this.source[this.at];
      if (char === undefined || char === '\n')
        throw new SyntaxMistake('unterminated string', from - 1);
      if (char === '\\') this.at++;
      if (char === '"') break;
    }
    return withoutEscapes(this.source.slice(from, this.at++));
  }

  /** The source of the regular expression that starts with the slash at `from`. */
  regex(from: number): string {
    let source = '';
    let isInClass = false;
    let classFrom = 0;
    for (this.at = from + 1; ; this.at++) {
      const char = this.source[this.at];
      if (char === undefined || char === '\n') throw new SyntaxMistake('unterminated regexp', from);
      if (char === '\\') {
        const next = this.source[++this.at];
        if (next === '\n') continue;
        source += next === '/' ? '/' : `\\${next ?? ''}`;
        continue;
      }
      if (char === '/' && !isInClass) break;
      if (char === '[') {
        const inner = this.source[this.at + 1] ?? '';
        if (isInClass && ':.='.includes(inner)) {
          const end = this.source.indexOf(`${inner}]`, this.at + 2);
          if (end > 0) {
            source += this.source.slice(this.at, end + 2);
            this.at = end + 1;
            continue;
          }
        }
        if (!isInClass) {
          // A slash in brackets that are never closed ends the expression.
          isInClass = this.#closes(this.at + 1);
          classFrom = this.at;
        }
      } else if (char === ']' && isInClass) {
        const before = this.source.slice(classFrom + 1, this.at);
        if (before !== '' && before !== '^') isInClass = false;
      }
      source += char;
    }
    this.at++;
    return source;
  }

  #closes(from: number): boolean {
    const start = from + (this.source[from] === '^' ? 1 : 0);
    const end = this.source.indexOf(']', start + 1);
    const line = this.source.indexOf('\n', from);
    return end > 0 && (line < 0 || end < line);
  }
}

const letters: { readonly [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  ...cEscapes,
};

/** Text without its escapes. A backslash before what is none stays: "\." is the regular expression of a dot. */
export function withoutEscapes(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|(\r?\n)|([\s\S]))/g,
    (whole, octal?: string, hex?: string, end?: string, letter = '') => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return end === undefined ? (letters[letter] ?? whole) : '';
    },
  );
}
