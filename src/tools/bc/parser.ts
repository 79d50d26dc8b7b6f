/** Compiles the statements and functions of bc(1), a line at a time. */
import type { Definition, Label, Local } from './code.ts';
import { Code } from './code.ts';
import { ExpressionParser, type Kind, SyntaxMistake } from './expressions.ts';

/** The program says `quit` where it is read. */
export class Quit extends Error {}

export type Item =
  | { readonly kind: 'code'; readonly code: Code }
  | { readonly kind: 'function'; readonly definition: Definition; readonly code: Code }
  | { readonly kind: 'end' };

export interface Texts {
  /** Prints what `warranty` and `limits` print. */
  show(what: 'warranty' | 'limits'): void;
}

export class Parser extends ExpressionParser {
  #breakTo: Label | undefined;
  #continueTo: Label | undefined;
  #isInFunction = false;
  #isVoid = false;
  texts: Texts = { show: () => {} };

  /** A line, a function or the end. */
  item(): Item {
    this.forget();
    this.startItem();
    this.code = new Code();
    this.#breakTo = undefined;
    this.#continueTo = undefined;
    this.#isInFunction = false;
    try {
      if (this.peek().kind === 'end') return { kind: 'end' };
      if (this.is('define')) return this.#definition();
      this.#line();
    } catch (error) {
      if (!(error instanceof SyntaxMistake)) throw error;
      this.#skipLine();
    }
    return { kind: 'code', code: this.code };
  }

  /** Statements up to the end of the line. */
  #line(): void {
    for (;;) {
      while (this.accept(';'));
      const { kind } = this.peek();
      if (kind === 'newline') {
        this.take();
        return;
      }
      this.#statement();
      const after = this.peek();
      if (after.kind !== 'newline' && !this.is(';')) this.mistake();
    }
  }

  #skipLine(): void {
    for (;;) {
      const { kind, text } = this.peek();
      if (kind === 'end') return;
      this.take();
      if (kind === 'newline') return;
      if (kind === 'word' && text === 'quit') throw new Quit();
    }
  }

  #newlineAllowed(): void {
    if (this.peek().kind !== 'newline') return;
    this.take();
    this.messages.nonStandard('newline not allowed');
  }

  /** Statements up to a brace. After a mistake the next line of them is read, so that the end is found. */
  #block(): void {
    for (;;) {
      try {
        while (this.is(';') || this.peek().kind === 'newline') this.take();
        if (this.accept('}')) break;
        this.#statement();
        if (!this.is(';') && !this.is('}') && this.peek().kind !== 'newline') this.mistake();
      } catch (error) {
        if (!(error instanceof SyntaxMistake) || this.peek().kind === 'end') throw error;
        while (this.peek().kind !== 'newline' && this.peek().kind !== 'end' && !this.is('}'))
          if (this.accept('quit')) throw new Quit();
          else this.take();
        if (this.peek().kind === 'end') throw error;
      }
    }
  }

  #statement(): void {
    this.nested(() => this.#oneStatement());
  }

  #oneStatement(): void {
    const { kind, text } = this.peek();
    if (kind === 'string') {
      this.take();
      this.code.add('w', 0, text);
      return;
    }
    if (this.startsExpression()) this.#printed(this.expression());
    else if (this.accept('{')) this.#block();
    else {
      const statement = kind === 'word' ? this.#statements[text] : undefined;
      if (!statement) this.mistake();
      this.take();
      statement();
    }
  }

  #printed({ isAssignment, isComparison, isVoid }: Kind): void {
    if (isComparison) this.messages.nonStandard('comparison in expression');
    this.code.add(isAssignment || isVoid ? 'p' : 'W');
  }

  readonly #statements: Readonly<Record<string, () => void>> = {
    warranty: () => this.texts.show('warranty'),
    limits: () => this.texts.show('limits'),
    break: () => {
      if (this.#breakTo) this.code.jump('J', this.#breakTo);
      else this.messages.error('Break outside a for/while');
    },
    continue: () => {
      this.messages.nonStandard('Continue statement');
      if (this.#continueTo) this.code.jump('J', this.#continueTo);
      else this.messages.error('Continue outside a for');
    },
    quit: () => {
      throw new Quit();
    },
    halt: () => {
      this.messages.nonStandard('Halt statement');
      this.code.add('h');
    },
    return: () => this.#return(),
    for: () => this.#for(),
    if: () => this.#if(),
    while: () => this.#while(),
    print: () => this.#print(),
  };

  #return(): void {
    const isGiven = this.startsExpression();
    if (isGiven) {
      const { isVoid, isComparison } = this.expression();
      if (isComparison) this.messages.nonStandard('comparison in return expression');
      if (isVoid) this.messages.error('return requires non-void expression');
    } else {
      this.peek();
      this.code.add('0');
    }
    if (!this.#isInFunction) this.messages.error('Return outside of a function.');
    else if (isGiven && this.#isVoid) this.messages.error('Return expression in a void function.');
    this.code.add('R');
  }

  #optional(end: string, ordinal: string): Kind {
    if (this.is(end)) {
      this.messages.nonStandard('Missing expression in for statement');
      return { isEmpty: true };
    }
    const kind = this.expression();
    if (kind.isVoid) this.messages.error(`${ordinal} expression is void`);
    return kind;
  }

  #for(): void {
    const { code } = this;
    const [outerBreak, outerContinue] = [this.#breakTo, this.#continueTo];
    const [test, body, next, end] = [code.label(), code.label(), code.label(), code.label()];
    this.expect('(');
    const first = this.#optional(';', 'first');
    this.expect(';');
    if (first.isComparison) this.messages.nonStandard('Comparison in first for expression');
    if (!first.isEmpty) code.add('p');
    code.place(test);
    const second = this.#optional(';', 'second');
    this.expect(';');
    if (second.isEmpty) code.add('1');
    code.jump('B', body);
    code.jump('J', end);
    code.place(next);
    const third = this.#optional(')', 'third');
    this.expect(')');
    if (third.isComparison) this.messages.nonStandard('Comparison in third for expression');
    if (!third.isEmpty) code.add('p');
    code.jump('J', test);
    code.place(body);
    this.#newlineAllowed();
    [this.#breakTo, this.#continueTo] = [end, next];
    this.#statement();
    code.jump('J', next);
    code.place(end);
    [this.#breakTo, this.#continueTo] = [outerBreak, outerContinue];
  }

  #condition(): void {
    this.expect('(');
    if (this.expression().isVoid) this.messages.error('void expression');
    this.expect(')');
  }

  #if(): void {
    const { code } = this;
    const otherwise = code.label();
    this.#condition();
    code.jump('Z', otherwise);
    this.#newlineAllowed();
    this.#statement();
    if (!this.is('else')) {
      code.place(otherwise);
      return;
    }
    this.take();
    this.messages.nonStandard('else clause in if statement');
    const end = code.label();
    code.jump('J', end);
    code.place(otherwise);
    this.#newlineAllowed();
    this.#statement();
    code.place(end);
  }

  #while(): void {
    const { code } = this;
    const [outerBreak, outerContinue] = [this.#breakTo, this.#continueTo];
    const [test, end] = [code.label(), code.label()];
    code.place(test);
    this.#condition();
    code.jump('Z', end);
    this.#newlineAllowed();
    [this.#breakTo, this.#continueTo] = [end, test];
    this.#statement();
    code.jump('J', test);
    code.place(end);
    [this.#breakTo, this.#continueTo] = [outerBreak, outerContinue];
  }

  #print(): void {
    this.messages.nonStandard('print statement');
    do {
      const { kind, text } = this.peek();
      if (kind === 'string') {
        this.take();
        this.code.add('O', 0, text);
        continue;
      }
      if (this.expression().isVoid) this.messages.error('void expression in print');
      this.code.add('P');
    } while (this.accept(','));
  }

  #definition(): Item {
    this.take();
    const isVoid = this.accept('void');
    if (isVoid) this.messages.nonStandard('void functions');
    const name = this.#newName();
    this.expect('(');
    const parameters = this.is(')') ? [] : this.#locals(true);
    this.expect(')');
    this.#newlineAllowed();
    this.expect('{');
    this.#requiredNewline();
    while (this.peek().kind === 'newline') this.take();
    const autos = this.accept('auto') ? this.#autos() : [];
    this.#checkNames(parameters, autos);
    const id = this.names.functions.idOf(name);
    if (isVoid) this.voids.add(id);
    else this.voids.delete(id);
    this.#isInFunction = true;
    this.#isVoid = isVoid;
    this.#block();
    this.code.add('0');
    this.code.add('R');
    const definition = { id, parameters, autos, code: this.code.ops, isVoid };
    return { kind: 'function', definition, code: this.code };
  }

  #newName(): string {
    const { kind, text } = this.peek();
    if (kind !== 'name') this.mistake();
    this.take();
    return text;
  }

  #requiredNewline(): void {
    if (this.peek().kind !== 'newline') this.messages.nonStandard('End of line required');
  }

  #autos(): readonly Local[] {
    const locals = this.#locals(false);
    if (this.peek().kind !== 'newline' && !this.is(';')) this.mistake();
    this.take();
    return locals;
  }

  #locals(mayBeReferences: boolean): readonly Local[] {
    const found: Local[] = [];
    do {
      const isReference = mayBeReferences && (this.accept('*') || this.accept('&'));
      if (isReference) this.messages.nonStandard('Call by variable arrays');
      const name = this.#newName();
      const isArray = this.accept('[');
      if (isArray) this.expect(']');
      else if (isReference) this.mistake();
      const id = (isArray ? this.names.arrays : this.names.variables).idOf(name);
      found.push({ name, id, isArray, isReference });
    } while (this.accept(','));
    return found;
  }

  #checkNames(parameters: readonly Local[], autos: readonly Local[]): void {
    const keyOf = ({ id, isArray }: Local): string => `${isArray}${id}`;
    const own = new Set(parameters.map(keyOf));
    if (own.size < parameters.length) this.messages.error('duplicate parameter names');
    if (new Set(autos.map(keyOf)).size < autos.length)
      this.messages.error('duplicate auto variable names');
    if (autos.some((each) => own.has(keyOf(each))))
      this.messages.error('variable in both parameter and auto lists');
  }
}
