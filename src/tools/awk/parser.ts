/** Parses a program: its rules, its functions and their statements. */
import { SyntaxMistake } from './errors.ts';
import { ExpressionParser } from './expressions.ts';
import type {
  Expression,
  FunctionDefinition,
  Program,
  Redirect,
  Rule,
  Special,
  Statement,
} from './syntax.ts';

const specials = new Set(['BEGIN', 'END', 'BEGINFILE', 'ENDFILE']);

export const parseProgram = (source: string): Program => new Parser(source).program();

class Parser extends ExpressionParser {
  readonly #functions = new Map<string, FunctionDefinition>();
  readonly #rules: Rule[] = [];
  #loops = 0;
  #isInFunction = false;

  program(): Program {
    this.#separators();
    while (this.token.kind !== 'end') {
      if (this.is('function') || this.is('func')) this.#function();
      else this.#rules.push(this.#rule());
      this.#separators();
    }
    return { functions: this.#functions, rules: this.#rules };
  }

  #separators(): void {
    while (this.is(';') || this.token.kind === 'newline') this.advance();
  }

  #function(): void {
    this.advance();
    const { kind, text: name, at } = this.token;
    if (kind !== 'name' && kind !== 'function') this.fail();
    if (this.#functions.has(name)) this.fail(`function name \`${name}' previously defined`);
    this.advance();
    this.expect('(');
    const parameters: string[] = [];
    this.newlines();
    while (!this.is(')')) {
      parameters.push(this.name());
      this.newlines();
      if (!this.accept(',')) break;
      this.newlines();
    }
    this.expect(')');
    this.newlines();
    this.#isInFunction = true;
    this.#functions.set(name, { name, parameters, body: this.#block(), at });
    this.#isInFunction = false;
  }

  #rule(): Rule {
    if (this.token.kind === 'word' && specials.has(this.token.text)) {
      const special = this.advance().text as Special;
      if (!this.is('{')) this.fail(`each rule must have a pattern or an action part`);
      return { special, action: this.#block() };
    }
    if (this.is('{')) return { action: this.#block() };
    const pattern = this.expression();
    const range: { until?: Expression } = {};
    if (this.accept(',')) {
      this.newlines();
      range.until = this.expression();
    }
    if (this.is('{')) return { pattern, ...range, action: this.#block() };
    if (!this.is(';') && this.token.kind !== 'newline' && this.token.kind !== 'end') this.fail();
    return { pattern, ...range };
  }

  #block(): Statement {
    this.expect('{');
    const body = this.#statements(() => this.is('}'));
    this.expect('}');
    return { type: 'block', body };
  }

  #statements(isEnd: () => boolean): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      this.#separators();
      if (isEnd()) return body;
      if (this.token.kind === 'end') this.fail();
      body.push(this.#statement());
    }
  }

  #statement(): Statement {
    return this.nested(6, () => this.#anyStatement());
  }

  #anyStatement(): Statement {
    if (this.is('{')) return this.#block();
    if (this.accept(';')) return { type: 'block', body: [] };
    const compound: { readonly [word: string]: () => Statement } = {
      if: () => this.#if(),
      while: () => this.#while(),
      do: () => this.#do(),
      for: () => this.#for(),
      switch: () => this.#switch(),
    };
    const parse = this.token.kind === 'word' ? compound[this.token.text] : undefined;
    if (parse) return parse();
    const statement = this.#simple();
    this.#end();
    return statement;
  }

  /** What ends a simple statement. */
  #end(): void {
    if (this.token.kind === 'newline' || this.is(';')) this.advance();
    else if (!this.is('}') && this.token.kind !== 'end') this.fail();
  }

  #condition(): Expression {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    return test;
  }

  /** The body of a loop or a branch, which may stand on the next line. */
  #body(): Statement {
    this.newlines();
    return this.#statement();
  }

  #loop(): Statement {
    this.#loops++;
    const body = this.#body();
    this.#loops--;
    return body;
  }

  #if(): Statement {
    this.advance();
    const test = this.#condition();
    const consequent = this.#body();
    const isElse = this.attempt(() => {
      this.#separators();
      return this.accept('else') ? true : undefined;
    });
    return isElse
      ? { type: 'if', test, consequent, otherwise: this.#body() }
      : { type: 'if', test, consequent };
  }

  #while(): Statement {
    this.advance();
    const test = this.#condition();
    return { type: 'while', test, body: this.#loop() };
  }

  #do(): Statement {
    this.advance();
    const body = this.#loop();
    this.#separators();
    if (!this.is('while')) this.fail();
    this.advance();
    const test = this.#condition();
    this.#end();
    return { type: 'do', test, body };
  }

  #for(): Statement {
    this.advance();
    this.expect('(');
    const each = this.attempt(() => {
      if (this.token.kind !== 'name') return undefined;
      const { at } = this.token;
      const target = { type: 'name', name: this.name(), at } as const;
      if (!this.accept('in') || this.token.kind !== 'name') return undefined;
      const found = { target, at: this.token.at, name: this.name() };
      return this.accept(')') ? found : undefined;
    });
    if (each) return { type: 'for in', ...each, body: this.#loop() };
    const start = this.is(';') ? undefined : this.#simple();
    this.expect(';');
    this.newlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.newlines();
    const step = this.is(')') ? undefined : this.#simple();
    this.expect(')');
    return {
      type: 'for',
      ...(start ? { start } : {}),
      ...(test ? { test } : {}),
      ...(step ? { step } : {}),
      body: this.#loop(),
    };
  }

  #switch(): Statement {
    this.advance();
    const subject = this.#condition();
    this.newlines();
    this.expect('{');
    this.#loops++;
    const cases: { value?: Expression; body: Statement[] }[] = [];
    this.#separators();
    while (!this.accept('}')) {
      const value: { value?: Expression } = {};
      if (this.accept('case')) value.value = this.expression();
      else this.expect('default');
      this.expect(':');
      const body = this.#statements(() => this.is('case') || this.is('default') || this.is('}'));
      cases.push({ ...value, body });
    }
    this.#loops--;
    return { type: 'switch', subject, cases };
  }

  #simple(): Statement {
    const { kind, text, at } = this.token;
    if (kind !== 'word' || text === 'getline')
      return { type: 'expression', body: this.expression(), at };
    if (text === 'print' || text === 'printf') return this.#print(text);
    this.advance();
    if (text === 'next' || text === 'nextfile') return { type: text, at };
    if (text === 'break' || text === 'continue') {
      if (this.#loops === 0)
        throw new SyntaxMistake(
          `\`${text}' is not allowed outside a loop${text === 'break' ? ' or switch' : ''}`,
          at,
        );
      return { type: text, at };
    }
    if (text === 'exit' || text === 'return') {
      if (text === 'return' && !this.#isInFunction)
        throw new SyntaxMistake("`return' used outside function context", at);
      return { type: text, at, ...(this.#isEnd() ? {} : { value: this.expression() }) };
    }
    if (text === 'delete') return this.#delete(at);
    throw new SyntaxMistake('syntax error', at);
  }

  #isEnd(): boolean {
    const { kind } = this.token;
    return kind === 'newline' || kind === 'end' || this.is(';') || this.is('}');
  }

  #delete(at: number): Statement {
    const isBracketed = this.accept('(');
    const name = this.name();
    const keys = this.accept('[') ? { keys: this.list(']') } : {};
    if (isBracketed) this.expect(')');
    return { type: 'delete', name, ...keys, at };
  }

  #print(type: 'print' | 'printf'): Statement {
    const { at } = this.advance();
    const isBare = this.#isEnd() || this.is('>') || this.is('>>') || this.is('|');
    const args = isBare ? [] : this.printed();
    if (type === 'printf' && args.length === 0) this.fail();
    for (const mode of ['>', '>>', '|'] as const)
      if (this.accept(mode)) {
        const redirect: Redirect = { mode, to: this.destination() };
        return { type, args, redirect, at };
      }
    if (this.is('|&')) this.fail('|& is not supported');
    return { type, args, at };
  }
}
