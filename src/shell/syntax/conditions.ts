/** What stands between `[[` and `]]` (bash(1) "CONDITIONAL EXPRESSIONS"), by the rules and in the words of bash's own parser. */
import { type Scanner, SyntaxError_ } from './scanner.ts';
import type { Condition, Word } from './tree.ts';
import type { Words } from './words.ts';

/** Operators of one word: `-f`, `-z`. */
export const isUnary = (word: string): boolean => /^-[a-hknoprstuvwxzGLNORS]$/.test(word);
const BINARY = /^(?:==?|!=|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;
/** What is no word: an operator of the shell, or the end of a line. */
const OPERATOR = /<<<|<<-|<<|<&|<>|>>|>&|>\||&>>|&>|;;&|;;|;&|&&|\|\||\|&|[<>;&|()\n]/y;

type Token =
  | { readonly type: 'word'; readonly word: Word }
  | { readonly type: 'operator'; readonly text: string }
  | { readonly type: 'end' };

/** `scanner` stands behind `[[`, and afterwards behind `]]`; `newlines` passes blanks and line breaks, `blanks` blanks alone. */
export function parseCondition(
  scanner: Scanner,
  words: Words,
  newlines: () => void,
  blanks: () => void,
): Condition {
  return new Conditions(scanner, words, newlines, blanks).whole();
}

class Conditions {
  readonly #scanner: Scanner;
  readonly #words: Words;
  readonly #newlines: () => void;
  readonly #blanks: () => void;
  readonly #line: number;

  constructor(scanner: Scanner, words: Words, newlines: () => void, blanks: () => void) {
    this.#scanner = scanner;
    this.#words = words;
    this.#newlines = newlines;
    this.#blanks = blanks;
    this.#line = scanner.line;
  }

  whole(): Condition {
    const condition = this.#or();
    const token = this.#next();
    if (token.type === 'end') return condition;
    return this.#fail(
      token.type === 'word'
        ? 'syntax error in conditional expression'
        : `syntax error in conditional expression: unexpected token \`${named(token)}'`,
    );
  }

  /** The next token, on this line or a later one. */
  #next(): Token {
    this.#newlines();
    return this.#token();
  }

  /** The next token on this line; a line break is a token. */
  #token(isPattern = false): Token {
    const scanner = this.#scanner;
    this.#blanks();
    if (scanner.isAtEnd)
      throw new SyntaxError_(`unexpected EOF while looking for \`]]'`, this.#line, {
        incomplete: true,
        status: 'two unless failed',
      });
    const isProcess = /^[<>]\($/.test(scanner.peek() + scanner.peek(1));
    const [operator] = isProcess ? [] : (scanner.match(OPERATOR) ?? []);
    if (operator !== undefined) return { type: 'operator', text: operator };
    const word = this.#words.word(scanner, isPattern);
    return word.source === ']]' ? { type: 'end' } : { type: 'word', word };
  }

  /** Goes on past an operator that stands here. */
  #take(operator: string): boolean {
    const start = this.#scanner.at;
    const token = this.#next();
    if (token.type === 'operator' && token.text === operator) return true;
    this.#scanner.at = start;
    return false;
  }

  /** Without a message where bash has none. */
  #fail(message: string): never {
    throw new SyntaxError_(message, this.#scanner.line, { status: 'unchanged' });
  }

  #or(): Condition {
    const left = this.#and();
    return this.#take('||') ? { type: 'Or', left, right: this.#or() } : left;
  }

  #and(): Condition {
    const left = this.#term();
    return this.#take('&&') ? { type: 'And', left, right: this.#and() } : left;
  }

  #term(): Condition {
    const token = this.#next();
    if (token.type === 'end') return this.#fail('');
    if (token.type === 'operator') {
      if (token.text !== '(')
        return this.#fail(`unexpected token \`${named(token)}' in conditional command`);
      const condition = this.#scanner.within(() => this.#or());
      if (this.#take(')')) return { type: 'Group', condition };
      const wrong = this.#next();
      return this.#fail(
        wrong.type === 'operator'
          ? `unexpected token \`${named(wrong)}', expected \`)'`
          : "expected `)'",
      );
    }
    const { source } = token.word;
    if (source === '!') return { type: 'Not', condition: this.#scanner.within(() => this.#term()) };
    if (isUnary(source)) return this.#unary(source);
    return this.#binary(token.word);
  }

  #unary(operator: string): Condition {
    const operand = this.#token();
    if (operand.type === 'word') return { type: 'Unary', operator, word: operand.word };
    return this.#fail(`unexpected argument \`${named(operand)}' to conditional unary operator`);
  }

  #binary(left: Word): Condition {
    const scanner = this.#scanner;
    this.#newlines();
    const start = scanner.at;
    const token = this.#token();
    const operator = token.type === 'word' ? token.word.source : named(token);
    const isOperator =
      token.type === 'word' ? BINARY.test(operator) : operator === '<' || operator === '>';
    if (isOperator) return { type: 'Binary', operator, left, right: this.#right(operator) };
    if (token.type === 'word') return this.#fail('conditional binary operator expected');
    if (token.type === 'end' || ['&&', '||', ')'].includes(operator)) {
      scanner.at = start;
      return { type: 'Word', word: left };
    }
    return this.#fail(`unexpected token \`${operator}', conditional binary operator expected`);
  }

  #right(operator: string): Word {
    if (operator === '=~') {
      this.#blanks();
      const word = this.#words.regularExpression(this.#scanner);
      if (word.source !== '' && word.source !== ']]') return word;
      return this.#fail(
        `syntax error in conditional expression: unexpected token \`${named(this.#token())}'`,
      );
    }
    const token = this.#token(/^(==?|!=)$/.test(operator));
    if (token.type === 'word') return token.word;
    return this.#fail(`unexpected argument \`${named(token)}' to conditional binary operator`);
  }
}

const named = (token: Token): string =>
  token.type === 'end'
    ? ']]'
    : token.type === 'word'
      ? token.word.source
      : token.text.replace('\n', 'newline');
