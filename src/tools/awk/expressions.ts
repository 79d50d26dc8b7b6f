/** Parses the expressions of a program, each by a method for its rank, from the lowest to the highest. */
import { SyntaxMistake } from './errors.ts';
import { Lexer, type Token } from './lexer.ts';
import type { Binary, Comparison, Expression, Target } from './syntax.ts';

const comparisons = new Set(['<', '<=', '==', '!=', '>', '>=']);
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

/** How many calls may be nested: an engine that has used up its stack may end the whole thread. */
const MOST_CALLS = 4000;
/** How many calls an expression in an expression is, at most. */
const CALLS_OF_EXPRESSION = 20;

export class ExpressionParser {
  protected readonly lexer: Lexer;
  protected token: Token;
  /** In the arguments of print a `>` is a redirection. */
  #isGreater = true;
  #calls = 0;

  constructor(source: string) {
    this.lexer = new Lexer(source);
    this.token = this.lexer.next();
  }

  protected advance(): Token {
    const { token } = this;
    this.token = this.lexer.next();
    return token;
  }

  protected is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'sign' || kind === 'word' || kind === 'newline') && this.token.text === text;
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  protected fail(message?: string): never {
    const { kind, at } = this.token;
    throw new SyntaxMistake(
      message ??
        (kind === 'newline' || kind === 'end'
          ? 'unexpected newline or end of string'
          : 'syntax error'),
      at,
    );
  }

  /** Reads what is nested in what is read, so many calls below. Throws SyntaxMistake where too much is. */
  protected nested<T>(calls: number, read: () => T): T {
    this.#calls += calls;
    if (this.#calls > MOST_CALLS) this.fail('the program is nested too deeply');
    const found = read();
    this.#calls -= calls;
    return found;
  }

  protected newlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  /** Whether `look` finds what it looks for; the words are read again where it does not. */
  protected attempt<T>(look: () => T | undefined): T | undefined {
    const { token } = this;
    const { at } = this.lexer;
    const found = look();
    if (found === undefined) {
      this.token = token;
      this.lexer.at = at;
    }
    return found;
  }

  protected name(): string {
    if (this.token.kind !== 'name') this.fail();
    return this.advance().text;
  }

  protected list(end: string): Expression[] {
    const items: Expression[] = [];
    this.newlines();
    while (!this.is(end)) {
      items.push(this.expression());
      this.newlines();
      if (!this.accept(',')) break;
      this.newlines();
    }
    this.expect(end);
    return items;
  }

  /** The arguments of print, where `>` redirects. */
  protected printed(): Expression[] {
    this.#isGreater = false;
    const items = [this.expression()];
    while (this.accept(',')) {
      this.newlines();
      items.push(this.expression());
    }
    this.#isGreater = true;
    const [first] = items;
    return items.length === 1 && first?.type === 'tuple' ? [...first.items] : items;
  }

  /** Where print goes to. */
  protected destination(): Expression {
    this.#isGreater = false;
    const to = this.#concatenation();
    this.#isGreater = true;
    return to;
  }

  #enclosed<T>(parse: () => T): T {
    const before = this.#isGreater;
    this.#isGreater = true;
    const result = parse();
    this.#isGreater = before;
    return result;
  }

  expression(): Expression {
    return this.nested(CALLS_OF_EXPRESSION, () => this.#conditional());
  }

  #conditional(): Expression {
    const test = this.#or();
    if (!this.accept('?')) return test;
    this.newlines();
    const consequent = this.expression();
    this.newlines();
    this.expect(':');
    this.newlines();
    return { type: 'conditional', test, consequent, otherwise: this.expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.accept('||')) {
      this.newlines();
      left = { type: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#membership();
    while (this.accept('&&')) {
      this.newlines();
      left = { type: 'binary', operator: '&&', left, right: this.#membership() };
    }
    return left;
  }

  #membership(): Expression {
    let left = this.#match();
    while (this.accept('in')) {
      const { at } = this.token;
      left = { type: 'in', keys: [left], name: this.name(), at };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (;;) {
      const operator = this.is('~') ? '~' : this.is('!~') ? '!~' : undefined;
      if (!operator) return left;
      this.advance();
      left = { type: 'binary', operator, left, right: this.#comparison() };
    }
  }

  #comparison(): Expression {
    let left = this.#piped();
    while (this.token.kind === 'sign' && comparisons.has(this.token.text)) {
      if (this.token.text === '>' && !this.#isGreater) break;
      const operator = this.advance().text as Comparison;
      left = { type: 'binary', operator, left, right: this.#piped() };
    }
    return left;
  }

  /** `command | getline`. */
  #piped(): Expression {
    let left = this.#concatenation();
    for (;;) {
      const isGetline = this.attempt(() => {
        if (!this.accept('|')) return undefined;
        return this.accept('getline') ? true : undefined;
      });
      if (!isGetline) return left;
      left = { type: 'getline', source: 'command', from: left, ...this.#getlineTarget() };
    }
  }

  #concatenation(): Expression {
    let left = this.#sum();
    while (this.#startsOperand())
      left = { type: 'binary', operator: 'concatenate', left, right: this.#sum() };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.token;
    if (kind === 'sign') return ['$', '(', '!', '++', '--'].includes(text);
    return ['number', 'string', 'name', 'function', 'builtin'].includes(kind);
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.is('+') || this.is('-')) {
      const operator = this.advance().text as Binary;
      left = { type: 'binary', operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.advance().text as Binary;
      left = { type: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    for (const operator of ['!', '-', '+'] as const)
      if (this.accept(operator))
        return { type: 'unary', operator, operand: this.nested(3, () => this.#unary()) };
    return this.#power();
  }

  #power(): Expression {
    const base = this.#postfix();
    if (!this.accept('^')) return base;
    const isSigned = this.is('-') || this.is('+') || this.is('!');
    const right = this.nested(3, () => (isSigned ? this.#unary() : this.#power()));
    return { type: 'binary', operator: '^', left: base, right };
  }

  #postfix(): Expression {
    for (const [sign, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      if (this.accept(sign))
        return { type: 'increment', target: this.#target(), by, isPrefix: true };
    const value = this.#primary();
    if (value.type !== 'name' && value.type !== 'field' && value.type !== 'element') return value;
    if (this.accept('++')) return { type: 'increment', target: value, by: 1, isPrefix: false };
    if (this.accept('--')) return { type: 'increment', target: value, by: -1, isPrefix: false };
    if (this.token.kind !== 'sign' || !assignments.has(this.token.text)) return value;
    const sign = this.advance().text;
    this.newlines();
    const operator = sign === '=' ? {} : { operator: sign[0] as Binary };
    return { type: 'assign', target: value, ...operator, value: this.expression() };
  }

  #target(): Target {
    const value = this.#primary();
    if (value.type === 'name' || value.type === 'field' || value.type === 'element') return value;
    return this.fail();
  }

  #primary(): Expression {
    const { kind, text, at } = this.token;
    if (kind === 'sign') return this.#signed(text, at);
    if (kind === 'word' && text === 'getline') return this.#getline();
    if (kind === 'name') return this.#named();
    const take: { [kind in Token['kind']]?: () => Expression } = {
      number: () => ({ type: 'number', value: Number(this.advance().text) }),
      string: () => ({ type: 'string', value: this.advance().text }),
      function: () => this.#call(),
      builtin: () => this.#builtin(),
    };
    return (take[kind] ?? (() => this.fail()))();
  }

  #signed(text: string, at: number): Expression {
    if (text === '/' || text === '/=') {
      const source = this.lexer.regex(at);
      this.token = this.lexer.next();
      return { type: 'regex', source };
    }
    if (text === '$') {
      this.advance();
      return { type: 'field', index: this.#fieldIndex() };
    }
    if (text !== '(') return this.fail();
    this.advance();
    const items = this.#enclosed(() => this.list(')'));
    const [first] = items;
    if (!first) return this.fail();
    if (items.length > 1) {
      if (!this.accept('in')) return { type: 'tuple', items };
      return { type: 'in', keys: items, name: this.name(), at };
    }
    // Brackets keep an expression from being the target of an assignment; `$` is bound by itself.
    return first.type === 'name' || first.type === 'element' || first.type === 'tuple'
      ? first
      : first.type === 'field' || first.type === 'regex'
        ? first
        : { ...first };
  }

  /** What `$` takes: `$i++` is the field's increment, `$++i` the index's. */
  #fieldIndex(): Expression {
    for (const operator of ['!', '-', '+'] as const)
      if (this.accept(operator))
        return { type: 'unary', operator, operand: this.nested(3, () => this.#fieldIndex()) };
    if (this.is('++') || this.is('--')) {
      const by = this.advance().text === '++' ? 1 : -1;
      return { type: 'increment', target: this.#target(), by, isPrefix: true };
    }
    return this.#primary();
  }

  #named(): Target {
    const { text: name, at } = this.advance();
    if (!this.accept('[')) return { type: 'name', name, at };
    return { type: 'element', name, keys: this.#enclosed(() => this.list(']')), at };
  }

  #call(): Expression {
    const { text: name, at } = this.advance();
    this.advance();
    return { type: 'call', name, args: this.#enclosed(() => this.list(')')), at };
  }

  #builtin(): Expression {
    const { text: name, at } = this.advance();
    const args = this.accept('(') ? this.#enclosed(() => this.list(')')) : [];
    return { type: 'builtin', name, args, at };
  }

  #getline(): Expression {
    this.advance();
    const target = this.#getlineTarget();
    if (!this.accept('<')) return { type: 'getline', source: 'main', ...target };
    return { type: 'getline', source: 'file', from: this.#primary(), ...target };
  }

  #getlineTarget(): { target?: Target } {
    if (this.token.kind === 'name' || this.is('$')) return { target: this.#target() };
    return {};
  }
}
