/**
 * Words: literals, quotes and expansions (bash(1) "QUOTING", "EXPANSION"). Expansions nest, so the parser of commands is
 * called back for what stands in `$(…)`.
 */
import { unescaped } from '../escapes.ts';
import { Scanner } from './scanner.ts';
import type { Operation, Parameter, Part, Script, Word } from './tree.ts';

export interface Nested {
  /** Statements up to a `)`, which is passed. `scanner` stands after the opening. */
  untilParenthesis(scanner: Scanner): Script;
  /** A whole text. */
  whole(text: string, line: number): Script;
}

const NAME = /[A-Za-z_]\w*/y;
const SPECIAL = '@*#?-$!';
/** Ends a word where it is not quoted. */
const METACHARACTER = /[\s;&|<>()]/;
/** What may follow the name of a user. */
const TILDE_END = /[\s;&|<>():}/]|$/y;
/** Characters after which a parenthesis begins a pattern: `@(a|b)`. */
const EXTENDED = '?*+@!';

/** How the text is read: what ends it, and what quotes mean in it. */
interface Mode {
  /** Nothing is split and no quote is special but `"`, `\`, `$` and a backquote. */
  readonly isDouble: boolean;
  isEnd(scanner: Scanner): boolean;
  /** Of an assignment: a tilde behind a colon is a directory. */
  readonly isValue?: boolean;
}

export class Words {
  readonly #nested: Nested;

  constructor(nested: Nested) {
    this.#nested = nested;
  }

  /** The word that begins here; empty where none does. */
  word(scanner: Scanner): Word {
    return this.#text(scanner, {
      isDouble: false,
      isEnd: (each) => METACHARACTER.test(each.peek()),
    });
  }

  /** All that is left, blanks as well. */
  whole(scanner: Scanner): Word {
    return this.#text(scanner, { isDouble: false, isEnd: () => false });
  }

  /** The value of an assignment. */
  value(scanner: Scanner): Word {
    return this.#text(scanner, {
      isDouble: false,
      isEnd: (each) => METACHARACTER.test(each.peek()),
      isValue: true,
    });
  }

  /** The right side of `=~`: parentheses and bars belong to it. */
  regularExpression(scanner: Scanner): Word {
    let depth = 0;
    return this.#text(scanner, {
      isDouble: false,
      isEnd: (each) => {
        const char = each.peek();
        if (char === '(') depth++;
        else if (char === ')') return depth-- === 0;
        return (/\s/.test(char) && depth <= 0) || (depth <= 0 && each.startsWith('&&'));
      },
    });
  }

  /** Text as in double quotes, which stand for themselves: of a here-document, of an arithmetic expression. */
  quotedText(text: string, line: number, quotes: 'kept' | 'dropped'): Word {
    const scanner = new Scanner(text, line);
    const parts: Part[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') parts.push({ type: 'Quoted', text: literal });
      literal = '';
    };
    while (!scanner.isAtEnd) {
      const char = scanner.peek();
      if (char === '"' && quotes === 'dropped') {
        scanner.at++;
        continue;
      }
      if (char === '\\' && /[$`\\\n]/.test(scanner.peek(1))) {
        if (scanner.peek(1) !== '\n') literal += scanner.peek(1);
        scanner.at += 2;
        continue;
      }
      const part = char === '$' || char === '`' ? this.#expansion(scanner, true) : undefined;
      if (part) {
        flush();
        parts.push(part);
      } else {
        literal += char;
        scanner.at++;
      }
    }
    flush();
    return { parts, source: text };
  }

  #text(scanner: Scanner, mode: Mode): Word {
    const start = scanner.at;
    const parts: Part[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') parts.push({ type: 'Literal', text: literal });
      literal = '';
    };
    if (!mode.isDouble) {
      const tilde = tildeAt(scanner, TILDE_END);
      if (tilde) parts.push(tilde);
    }
    while (!scanner.isAtEnd) {
      const isProcess = !mode.isDouble && /^[<>]\($/.test(scanner.peek() + scanner.peek(1));
      const opensPattern =
        !mode.isDouble &&
        scanner.peek() === '(' &&
        literal !== '' &&
        EXTENDED.includes(literal.at(-1) as string);
      if (opensPattern) {
        literal += this.#pattern(scanner, () => {
          flush();
          return parts;
        });
        continue;
      }
      if (!isProcess && mode.isEnd(scanner)) break;
      const tilde = mode.isValue && literal.endsWith(':') ? tildeAt(scanner, TILDE_END) : undefined;
      if (tilde) {
        flush();
        parts.push(tilde);
        continue;
      }
      const part = isProcess ? this.#process(scanner) : this.#part(scanner, mode);
      if (typeof part === 'string') literal += part;
      else {
        flush();
        parts.push(part);
      }
    }
    flush();
    return { parts, source: scanner.text.slice(start, scanner.at) };
  }

  /** `(a|b)` of an extended pattern: its parts are put behind those that are there. Gives the literal that is left. */
  #pattern(scanner: Scanner, flushed: () => Part[]): string {
    const { line } = scanner;
    let literal = '';
    let depth = 0;
    do {
      if (scanner.isAtEnd) scanner.unclosed(')', line);
      const char = scanner.peek();
      if (char === '(' || char === ')') {
        depth += char === '(' ? 1 : -1;
        literal += char;
        scanner.at++;
        continue;
      }
      const part = this.#part(scanner, { isDouble: false, isEnd: () => false });
      if (typeof part === 'string') literal += part;
      else {
        const parts = flushed();
        const last = parts.at(-1);
        if (last?.type === 'Literal')
          parts.splice(-1, 1, { type: 'Literal', text: last.text + literal });
        else if (literal !== '') parts.push({ type: 'Literal', text: literal });
        literal = '';
        parts.push(part);
      }
    } while (depth > 0);
    return literal;
  }

  /** One character of a literal, or a part of its own. */
  #part(scanner: Scanner, mode: Mode): Part | string {
    const char = scanner.peek();
    switch (char) {
      case '\\':
        return this.#escape(scanner, mode);
      case "'":
        if (mode.isDouble) break;
        return this.#single(scanner);
      case '"':
        return this.#double(scanner);
      case '$':
      case '`': {
        const part = this.#expansion(scanner, mode.isDouble);
        if (part) return part;
        break;
      }
    }
    const code = scanner.text.codePointAt(scanner.at) as number;
    const whole = String.fromCodePoint(code);
    scanner.at += whole.length;
    return whole;
  }

  #escape(scanner: Scanner, { isDouble }: Mode): Part | string {
    scanner.at++;
    if (scanner.isAtEnd) return '\\';
    const char = String.fromCodePoint(scanner.text.codePointAt(scanner.at) as number);
    scanner.at += char.length;
    if (char === '\n') return '';
    if (isDouble && !/[$`"\\}]/.test(char)) return `\\${char}`;
    return { type: 'Quoted', text: char };
  }

  #single(scanner: Scanner): Part {
    const { line } = scanner;
    const end = scanner.text.indexOf("'", scanner.at + 1);
    if (end < 0) scanner.unclosed("'", line);
    const text = scanner.text.slice(scanner.at + 1, end);
    scanner.at = end + 1;
    return { type: 'Quoted', text };
  }

  /** `$'…'`: escapes mean something, and a NUL ends it. */
  #ansi(scanner: Scanner): Part {
    const { line } = scanner;
    scanner.at++;
    const found = scanner.match(/'((?:[^'\\]|\\[\s\S])*)'/y);
    if (!found) return scanner.unclosed("'", line);
    return {
      type: 'Quoted',
      text: unescaped(found[1] as string, 'quote').text.replace(/\0.*/s, ''),
    };
  }

  #double(scanner: Scanner): Part {
    const { line } = scanner;
    scanner.at++;
    const parts: Part[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') parts.push({ type: 'Quoted', text: literal });
      literal = '';
    };
    while (scanner.peek() !== '"') {
      if (scanner.isAtEnd) scanner.unclosed('"', line);
      const char = scanner.peek();
      if (char === '\\') {
        const next = scanner.peek(1);
        if (next === '\n') literal += '';
        else literal += /[$`"\\]/.test(next) ? next : `\\${next}`;
        scanner.at += 2;
        continue;
      }
      const part = char === '$' || char === '`' ? this.#expansion(scanner, true) : undefined;
      if (part) {
        flush();
        parts.push(part);
        continue;
      }
      literal += char;
      scanner.at++;
    }
    flush();
    scanner.at++;
    return { type: 'DoubleQuoted', parts };
  }

  /** What begins with `$` or a backquote; undefined where the dollar stands for itself. */
  #expansion(scanner: Scanner, isDouble: boolean): Part | undefined {
    if (scanner.peek() === '`') return this.#backquotes(scanner, isDouble);
    const next = scanner.peek(1);
    if (next === '(') return this.#parenthesis(scanner);
    if (next === '[') return this.#oldArithmetic(scanner);
    if (next === '{') return this.#braced(scanner, isDouble);
    if (!isDouble && next === "'") return this.#ansi(scanner);
    if (!isDouble && next === '"') {
      // A translation, which there is none of.
      scanner.at++;
      return this.#double(scanner);
    }
    const start = scanner.at;
    scanner.at++;
    const [name] = scanner.match(/[A-Za-z_]\w*|\d|[@*#?$!_-]/y) ?? [];
    if (name !== undefined) return plain(name, `$${name}`);
    scanner.at = start;
    return undefined;
  }

  /** `$((…))`, or `$(…)` where the parentheses close apart. */
  #parenthesis(scanner: Scanner): Part {
    const start = scanner.at;
    const { line } = scanner;
    if (scanner.peek(2) === '(') {
      const text = arithmeticText(scanner, start + 3);
      if (text !== undefined)
        return { type: 'Arithmetic', expression: this.quotedText(text, line, 'dropped') };
      scanner.at = start;
    }
    scanner.at += 2;
    return { type: 'CommandSubstitution', body: this.#nested.untilParenthesis(scanner) };
  }

  /** `$[…]`. */
  #oldArithmetic(scanner: Scanner): Part {
    const { line } = scanner;
    scanner.at++;
    const text = bracketed(scanner);
    if (text === undefined) return scanner.unclosed(']', line);
    return { type: 'Arithmetic', expression: this.quotedText(text, line, 'dropped') };
  }

  #backquotes(scanner: Scanner, isDouble: boolean): Part {
    const { line } = scanner;
    const found = scanner.match(/`((?:[^`\\]|\\[\s\S])*)`/y);
    if (!found) return scanner.unclosed('`', line);
    const form = isDouble ? /\\([$`\\"])/g : /\\([$`\\])/g;
    const body = this.#nested.whole((found[1] as string).replace(form, '$1'), line);
    return { type: 'CommandSubstitution', body };
  }

  #process(scanner: Scanner): Part {
    const direction = scanner.peek() === '<' ? 'read' : 'write';
    scanner.at += 2;
    return {
      type: 'ProcessSubstitution',
      direction,
      body: this.#nested.untilParenthesis(scanner),
    };
  }

  // ${…}

  #braced(scanner: Scanner, isDouble: boolean): Parameter {
    const start = scanner.at;
    const { line } = scanner;
    scanner.at += 2;
    const parameter = this.#parameter(scanner, isDouble);
    if (scanner.isAtEnd) scanner.unclosed('}', line);
    scanner.at++;
    const source = scanner.text.slice(start, scanner.at);
    return {
      ...parameter,
      source,
      ...(parameter.name === '' ? { operation: { type: 'Bad' } } : {}),
    };
  }

  #parameter(scanner: Scanner, isDouble: boolean): Omit<Parameter, 'source'> {
    const length = scanner.match(/#(?=(?:[A-Za-z_]\w*(?:\[[^\]]*\])?|\d+|[@*#?$!_-])\})/y);
    if (length) {
      const named = this.#named(scanner);
      return { ...named, isIndirect: false, operation: { type: 'Length' } };
    }
    const isIndirect =
      scanner.match(/!(?=[A-Za-z_\d@*#?$!-])(?![-=+:]|\?[^}]|[@*]\})/y) !== undefined;
    const named = this.#named(scanner);
    const bare = { ...named, isIndirect };
    if (isIndirect) {
      const listed = scanner.match(/[@*](?=\})/y);
      if (listed && named.subscript === undefined)
        return { ...bare, operation: { type: 'Names', isStar: listed[0] === '*' } };
      if ((named.subscript === '@' || named.subscript === '*') && scanner.peek() === '}')
        return { ...bare, operation: { type: 'Keys', isStar: named.subscript === '*' } };
    }
    return { ...bare, operation: this.#operation(scanner, isDouble) };
  }

  #named(scanner: Scanner): Pick<Parameter, 'type' | 'name' | 'subscript'> {
    const [name = ''] = scanner.match(NAME) ?? scanner.match(/\d+/y) ?? [];
    if (name !== '') {
      const subscript =
        scanner.peek() === '[' && !/\d/.test(name[0] as string) ? bracketed(scanner) : undefined;
      return { type: 'Parameter', name, subscript };
    }
    const char = scanner.peek();
    if (char !== '' && SPECIAL.includes(char)) {
      scanner.at++;
      return { type: 'Parameter', name: char, subscript: undefined };
    }
    return { type: 'Parameter', name: '', subscript: undefined };
  }

  #operation(scanner: Scanner, isDouble: boolean): Operation | undefined {
    const { line } = scanner;
    if (scanner.peek() === '}') return undefined;
    const test = scanner.match(/(:?)([-=?+])/y);
    if (test) {
      const [, colon, letter = ''] = test;
      const types = { '-': 'Default', '=': 'Assign', '?': 'Error', '+': 'Alternative' } as const;
      return {
        type: types[letter as '-'],
        isColon: colon === ':',
        word: this.#operand(scanner, isDouble, line),
      };
    }
    if (scanner.take(':')) return this.#substring(scanner, line);
    const removal = scanner.match(/##?|%%?/y)?.[0];
    if (removal)
      return {
        type: 'Removal',
        side: removal[0] === '#' ? 'prefix' : 'suffix',
        isLongest: removal.length === 2,
        pattern: this.#operand(scanner, false, line),
      };
    if (scanner.peek() === '/') return this.#replacement(scanner, isDouble, line);
    const change = scanner.match(/\^\^?|,,?|~~?/y)?.[0];
    if (change) {
      const changes = { '^': 'upper', ',': 'lower', '~': 'toggle' } as const;
      const pattern = this.#operand(scanner, false, line);
      return {
        type: 'Case',
        change: changes[change[0] as '^'],
        isAll: change.length === 2,
        pattern: pattern.source === '' ? undefined : pattern,
      };
    }
    const transform = scanner.match(/@([QEPAKkaUuL])(?=\})/y);
    if (transform) return { type: 'Transform', operator: transform[1] as string };
    this.#operand(scanner, isDouble, line);
    return { type: 'Bad' };
  }

  /** Up to the brace that closes, or to a character of `also`. */
  #operand(scanner: Scanner, isDouble: boolean, line: number, also = ''): Word {
    const word = this.#text(scanner, {
      isDouble,
      isEnd: (each) => each.peek() === '}' || (also !== '' && also.includes(each.peek())),
    });
    if (scanner.isAtEnd) scanner.unclosed('}', line);
    return word;
  }

  #replacement(scanner: Scanner, isDouble: boolean, line: number): Operation {
    scanner.at++;
    const mark = scanner.match(/[/#%]/y)?.[0] ?? '';
    const where = { '': 'first', '/': 'all', '#': 'start', '%': 'end' } as const;
    // A slash that begins the pattern belongs to it.
    const pattern = this.#operand(scanner, false, line, '/');
    const by = scanner.take('/')
      ? this.#operand(scanner, isDouble, line)
      : { parts: [], source: '' };
    return { type: 'Replacement', where: where[mark as ''], pattern, by };
  }

  /** `:offset:length`; the colon of `?:` belongs to the expression. */
  #substring(scanner: Scanner, line: number): Operation {
    const text = (): string => {
      const start = scanner.at;
      let depth = 0;
      let questions = 0;
      while (!scanner.isAtEnd) {
        const char = scanner.peek();
        if (depth === 0 && (char === '}' || (char === ':' && questions === 0))) break;
        if (char === '(' || char === '[') depth++;
        else if (char === ')' || char === ']') depth--;
        else if (char === '?') questions++;
        else if (char === ':') questions--;
        if (char === '$' || char === '`') {
          if (!this.#expansion(scanner, true)) scanner.at++;
        } else if (char === '\\') scanner.at += 2;
        else scanner.at++;
      }
      if (scanner.isAtEnd) scanner.unclosed('}', line);
      return scanner.text.slice(start, scanner.at);
    };
    const offset = this.quotedText(text(), line, 'dropped');
    const length = scanner.take(':') ? this.quotedText(text(), line, 'dropped') : undefined;
    return { type: 'Substring', offset, length };
  }
}

const plain = (name: string, source: string): Parameter => ({
  type: 'Parameter',
  name,
  subscript: undefined,
  isIndirect: false,
  operation: undefined,
  source,
});

/** `~` and `~user` at the beginning of a word, or behind the `=` or a `:` of an assignment. */
function tildeAt(scanner: Scanner, ends: RegExp): Part | undefined {
  const start = scanner.at;
  const found = scanner.match(/~([\w.+-]*)/y);
  if (!found) return undefined;
  ends.lastIndex = scanner.at;
  if (ends.test(scanner.text)) return { type: 'Tilde', user: found[1] as string };
  scanner.at = start;
  return undefined;
}

/** What stands between a bracket here and the one that closes it; undefined, and nothing passed, where none does. */
export function bracketed(scanner: Scanner): string | undefined {
  const start = scanner.at;
  const end = closing(scanner.text, start, '[', ']');
  if (end < 0) return undefined;
  scanner.at = end + 1;
  return scanner.text.slice(start + 1, end);
}

/** The expression that begins at `start` and ends at `))`, which is passed; undefined where it does not. */
export function arithmeticText(scanner: Scanner, start: number): string | undefined {
  const end = closing(scanner.text, start - 1, '(', ')');
  if (end < 0 || scanner.text[end + 1] !== ')') return undefined;
  scanner.at = end + 2;
  return scanner.text.slice(start, end);
}

/** Where what opens at `from` closes; quotes and other parentheses in it are passed. -1 where it does not. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') at++;
    else if (char === "'" || char === '"' || char === '`') {
      at = quoteEnd(text, at, char);
      if (at < 0) return -1;
    } else if (char === open) depth++;
    else if (char === close && --depth === 0) return at;
  }
  return -1;
}

function quoteEnd(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote !== "'") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}
