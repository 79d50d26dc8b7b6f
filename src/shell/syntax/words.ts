/**
 * Words: literals, quotes and expansions (bash(1) "QUOTING", "EXPANSION"). Expansions nest, so the parser of commands is
 * called back for what stands in `$(…)`.
 */
import { unescaped } from '../escapes.ts';
import { Braced } from './braced.ts';
import { arithmeticText, bracketed, nestedParentheses } from './brackets.ts';
import type { Dialect } from './dialect.ts';
import { Scanner } from './scanner.ts';
import type { Parameter, Part, Script, Word } from './tree.ts';

export interface Nested {
  /** Statements up to a `)`, which is passed. `scanner` stands after the opening. */
  untilParenthesis(scanner: Scanner): Script;
  /** A whole text. */
  whole(text: string, line: number): Script;
}

/** Ends a word where it is not quoted. */
const METACHARACTER = /[ \t\n;&|<>()]/;
/** What may follow the name of a user. */
const TILDE_END = /[ \t\n;&|<>():}/]|$/y;

/** Whether text stands in double quotes, or in a here-document, which is read nearly as if it did. */
export type Double = false | 'quotes' | 'document';

/** How the text is read: what ends it, and what quotes mean in it. */
export interface Mode {
  /** Nothing is split and no quote is special but `"`, `\`, `$` and a backquote. */
  readonly isDouble: Double;
  isEnd(scanner: Scanner): boolean;
  /** Of an assignment: a tilde behind a colon is a directory. */
  readonly isValue?: boolean;
  /** Extended patterns are read whatever the options say. */
  readonly isPattern?: boolean;
}

/** Parts that are put together, with characters between them. */
class Gathered {
  readonly #type: 'Literal' | 'Quoted';
  readonly #parts: Part[] = [];
  #text = '';

  /** `type` is that of the characters. */
  constructor(type: 'Literal' | 'Quoted') {
    this.#type = type;
  }

  /** The characters since the last part. */
  get text(): string {
    return this.#text;
  }

  add(each: Part | string): void {
    if (typeof each === 'string') {
      this.#text += each;
      return;
    }
    this.#flush();
    this.#parts.push(each);
  }

  get parts(): readonly Part[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    if (this.#text !== '') this.#parts.push({ type: this.#type, text: this.#text });
    this.#text = '';
  }
}

export class Words {
  readonly #dialect: Dialect;
  readonly #nested: Nested;
  readonly #braced = new Braced(this);

  constructor(dialect: Dialect, nested: Nested) {
    this.#dialect = dialect;
    this.#nested = nested;
  }

  /** The word that begins here; empty where none does. */
  word(scanner: Scanner, isPattern = false): Word {
    return this.text(scanner, {
      isDouble: false,
      isPattern,
      isEnd: (each) => METACHARACTER.test(each.peek()),
    });
  }

  /** All that is left, blanks as well. */
  whole(scanner: Scanner): Word {
    return this.text(scanner, { isDouble: false, isEnd: () => false });
  }

  /** The value of an assignment. */
  value(scanner: Scanner): Word {
    return this.text(scanner, {
      isDouble: false,
      isEnd: (each) => METACHARACTER.test(each.peek()),
      isValue: true,
    });
  }

  /** The right side of `=~`: parentheses and bars belong to it. */
  regularExpression(scanner: Scanner): Word {
    let depth = 0;
    return this.text(scanner, {
      isDouble: false,
      isEnd: (each) => {
        const char = each.peek();
        if (char === '(') depth++;
        else if (char === ')') return depth-- === 0;
        return (/[ \t\n]/.test(char) && depth <= 0) || (depth <= 0 && each.startsWith('&&'));
      },
    });
  }

  /** Text as in double quotes, which stand for themselves: of a here-document, of an arithmetic expression. */
  quotedText(text: string, line: number, quotes: 'kept' | 'dropped'): Word {
    const scanner = new Scanner(text, line);
    const gathered = new Gathered('Quoted');
    while (!scanner.isAtEnd) {
      if (quotes === 'dropped' && scanner.take('"')) continue;
      gathered.add(this.#quotedPart(scanner, /[$`\\\n]/, quotes, 'document'));
    }
    return { parts: gathered.parts, source: text };
  }

  /** A character, or an expansion, of text in double quotes; a backslash means something before those of `escaped`. */
  #quotedPart(
    scanner: Scanner,
    escaped: RegExp,
    quotes: 'kept' | 'dropped' = 'dropped',
    within: Double = 'quotes',
  ): Part | string {
    const char = scanner.peek();
    if (char === '\\' && escaped.test(scanner.peek(1))) {
      scanner.at += 2;
      const next = scanner.peek(-1);
      return next === '\n' ? '' : next;
    }
    const part =
      char === '`'
        ? this.#backquotes(scanner, quotes === 'dropped')
        : char === '$'
          ? this.expansion(scanner, within)
          : undefined;
    if (part) return part;
    scanner.at++;
    return char;
  }

  /** What is read until the mode ends it. */
  text(scanner: Scanner, mode: Mode): Word {
    const start = scanner.at;
    const gathered = new Gathered('Literal');
    const tilde = mode.isDouble ? undefined : tildeAt(scanner);
    if (tilde) gathered.add(tilde);
    const isExtended = !mode.isDouble && (mode.isPattern || this.#dialect.hasExtendedPatterns);
    while (!scanner.isAtEnd) {
      const isProcess = !mode.isDouble && /^[<>]\($/.test(scanner.peek() + scanner.peek(1));
      if (isExtended && scanner.peek() === '(' && /[?*+@!]$/.test(gathered.text)) {
        this.#pattern(scanner, gathered);
        continue;
      }
      if (!isProcess && mode.isEnd(scanner)) break;
      const isHome = mode.isValue && gathered.text.endsWith(':');
      gathered.add(
        (isHome ? tildeAt(scanner) : undefined) ??
          (isProcess ? this.#process(scanner) : this.#part(scanner, mode)),
      );
    }
    return { parts: gathered.parts, source: scanner.text.slice(start, scanner.at) };
  }

  /** `(a|b)` of an extended pattern: `@(a|b)`. */
  #pattern(scanner: Scanner, gathered: Gathered): void {
    const { line } = scanner;
    let depth = 0;
    do {
      if (scanner.isAtEnd) scanner.unclosed(')', line);
      const char = scanner.peek();
      if (char === '(') depth++;
      else if (char === ')') depth--;
      gathered.add(this.#part(scanner, { isDouble: false, isEnd: () => false }));
    } while (depth > 0);
  }

  /** One character of a literal, or a part of its own. */
  #part(scanner: Scanner, mode: Mode): Part | string {
    const char = scanner.peek();
    switch (char) {
      case '\\':
        return this.#escape(scanner, mode);
      case "'":
        if (mode.isDouble) return this.#singleInDouble(scanner);
        return this.#single(scanner);
      case '"':
        return this.#double(scanner);
      case '$':
      case '`': {
        // In `"${a:-$'…'}"` the quotes mean what they mean outside; a here-document has no quotes.
        const isApart = mode.isDouble === 'quotes' && /^\$['"]/.test(char + scanner.peek(1));
        const part = this.expansion(scanner, isApart ? false : mode.isDouble);
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

  /**
   * What begins with a single quote in `"${a:-'}'}"`, where the quotes stand for themselves. Up to the next one no brace
   * closes, and double quotes are dropped.
   */
  #singleInDouble(scanner: Scanner): string {
    const [quoted = ''] =
      scanner.match(/'[^'"$`\\\n]*'/y) ??
      scanner.match(/'[^'{}$`\\\n]*'/y) ??
      scanner.match(/'/y) ??
      [];
    return quoted.replaceAll('"', '');
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
    const gathered = new Gathered('Quoted');
    scanner.at++;
    while (!scanner.take('"')) {
      if (scanner.isAtEnd) scanner.unclosed('"', line);
      gathered.add(this.#quotedPart(scanner, /[$`"\\\n]/));
    }
    return { type: 'DoubleQuoted', parts: gathered.parts };
  }

  /** What begins with `$` or a backquote; undefined where the dollar stands for itself. */
  expansion(scanner: Scanner, isDouble: Double): Part | undefined {
    if (scanner.peek() === '`') return this.#backquotes(scanner, isDouble !== false);
    scanner.join();
    const next = scanner.peek(1);
    if (next === '(') return this.#parenthesis(scanner);
    if (next === '[') return this.#oldArithmetic(scanner);
    if (next === '{') return scanner.within(() => this.#braced.parse(scanner, isDouble));
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
      return nestedParentheses(scanner, start + 2, line, () => this.#commands(scanner));
    }
    return this.#commands(scanner);
  }

  /** `$(…)`. */
  #commands(scanner: Scanner): Part {
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
export function tildeAt(scanner: Scanner): Extract<Part, { type: 'Tilde' }> | undefined {
  const start = scanner.at;
  const found = scanner.match(/~([\w.+-]*)/y);
  if (!found) return undefined;
  TILDE_END.lastIndex = scanner.at;
  if (TILDE_END.test(scanner.text)) return { type: 'Tilde', user: found[1] as string };
  scanner.at = start;
  return undefined;
}
