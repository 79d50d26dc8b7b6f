/** Compiles the expressions of bc(1), by the precedence of their operators. */
import { Code, type Label } from './code.ts';
import type { Lexer, Messages, Token } from './lexer.ts';
import { HISTORY, IBASE, LAST, type Names, OBASE, SCALE } from './names.ts';

/** What an expression is to the statement around it. */
export interface Kind {
  readonly isAssignment?: boolean;
  readonly isComparison?: boolean;
  readonly isVoid?: boolean;
  readonly isEmpty?: boolean;
  readonly isInParentheses?: boolean;
}

const VALUE: Kind = {};

/** The text is no program. It was said, unless it came right after another. */
export class SyntaxMistake extends Error {}

const [OR, AND, NOT, RELATION, ASSIGN, SUM, PRODUCT, POWER, MINUS] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const ranks: Readonly<Record<string, number>> = {
  '||': OR as number,
  '&&': AND as number,
  '+': SUM as number,
  '-': SUM as number,
  '*': PRODUCT as number,
  '/': PRODUCT as number,
  '%': PRODUCT as number,
  '^': POWER as number,
};

/** How tightly an operator binds; 0 for what is none. */
function rankOf({ kind, text }: Token): number {
  if (kind === 'relation') return RELATION as number;
  return kind === 'sign' ? (ranks[text] ?? 0) : 0;
}

const comparisons: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '#',
  '<': '<',
  '<=': '{',
  '>': '>',
  '>=': '}',
};

const special: Readonly<Record<string, number>> = {
  ibase: IBASE,
  obase: OBASE,
  scale: SCALE,
  history: HISTORY,
  last: LAST,
};

const calls: Readonly<Record<string, string>> = { length: 'cL', sqrt: 'cR', scale: 'cS' };

const MOST_DEPTH = 1000;

/** A variable, or an element of an array whose index is on the stack. */
interface Place {
  readonly id: number;
  readonly isElement: boolean;
}

export class ExpressionParser {
  protected readonly lexer: Lexer;
  protected readonly messages: Messages;
  protected readonly names: Names;
  /** Functions without a value. */
  protected readonly voids: Set<number>;
  protected code = new Code();
  #ahead: Token | undefined;
  #depth = 0;

  constructor(lexer: Lexer, messages: Messages, names: Names, voids: Set<number>) {
    this.lexer = lexer;
    this.messages = messages;
    this.names = names;
    this.voids = voids;
  }

  protected peek(): Token {
    this.#ahead ??= this.lexer.next();
    return this.#ahead;
  }

  protected take(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  protected forget(): void {
    this.#ahead = undefined;
  }

  protected is(text: string): boolean {
    const token = this.peek();
    return token.text === text && token.kind !== 'string' && token.kind !== 'name';
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.mistake();
  }

  protected mistake(): never {
    this.messages.error('syntax error');
    throw new SyntaxMistake();
  }

  protected nested<T>(work: () => T): T {
    if (++this.#depth > MOST_DEPTH) {
      this.#depth = 0;
      this.messages.error('memory exhausted');
      throw new SyntaxMistake();
    }
    const result = work();
    this.#depth--;
    return result;
  }

  protected startItem(): void {
    this.#depth = 0;
  }

  protected startsExpression(): boolean {
    const { kind, text } = this.peek();
    if (kind === 'number' || kind === 'name' || kind === 'step') return true;
    if (kind === 'sign') return '-!(.'.includes(text);
    return (
      kind === 'word' &&
      (Object.hasOwn(special, text) ||
        Object.hasOwn(calls, text) ||
        text === 'read' ||
        text === 'random')
    );
  }

  protected expression(least = 0): Kind {
    return this.nested(() => {
      let left = this.#prefix();
      for (;;) {
        const token = this.peek();
        const rank = rankOf(token);
        if (rank <= least) return left;
        this.take();
        left = this.#binary(token, rank, left);
      }
    });
  }

  #notVoid(kinds: readonly Kind[], message: string): void {
    if (kinds.some(({ isVoid }) => isVoid)) this.messages.error(message);
  }

  #binary({ kind, text }: Token, rank: number, left: Kind): Kind {
    if (text === '&&') return this.#and(left);
    if (text === '||') return this.#or(left);
    // A power takes the power at its right first.
    const right = this.expression(text === '^' ? rank - 1 : rank);
    if (kind === 'relation') {
      this.#notVoid([left, right], 'void expression with comparison');
      this.code.add(comparisons[text] as string);
      return { isComparison: true };
    }
    this.#notVoid([left, right], `void expression with ${text}`);
    this.code.add(text);
    return left.isComparison || right.isComparison ? { isComparison: true } : VALUE;
  }

  #and(left: Kind): Kind {
    this.messages.nonStandard('&& operator');
    const end: Label = this.code.label();
    this.code.add('D');
    this.code.jump('Z', end);
    this.code.add('p');
    const right = this.expression(AND);
    this.#notVoid([left, right], 'void expression with &&');
    this.code.add('D');
    this.code.jump('Z', end);
    this.code.add('p');
    this.code.add('1');
    this.code.place(end);
    return VALUE;
  }

  #or(left: Kind): Kind {
    this.messages.nonStandard('|| operator');
    const isTrue = this.code.label();
    const end = this.code.label();
    this.code.jump('B', isTrue);
    const right = this.expression(OR);
    this.#notVoid([left, right], 'void expression with ||');
    this.code.jump('B', isTrue);
    this.code.add('0');
    this.code.jump('J', end);
    this.code.place(isTrue);
    this.code.add('1');
    this.code.place(end);
    return VALUE;
  }

  #prefix(): Kind {
    const token = this.peek();
    if (token.kind === 'number') return this.#number();
    if (token.kind === 'name') return this.#name();
    if (token.kind === 'step') return this.#stepBefore();
    if (this.accept('-')) {
      this.#notVoid([this.expression(MINUS)], 'void expression with unary -');
      this.code.add('n');
      return VALUE;
    }
    if (this.accept('!')) {
      this.messages.nonStandard('! operator');
      this.#notVoid([this.expression(NOT)], 'void expression with !');
      this.code.add('!');
      return VALUE;
    }
    if (this.accept('(')) {
      const inner = this.expression();
      this.#notVoid([inner], 'void expression in parenthesis');
      this.expect(')');
      return inner.isComparison ? { isComparison: true, isInParentheses: true } : VALUE;
    }
    return this.#word();
  }

  #number(): Kind {
    const { text } = this.take();
    if (text === '0' || text === '1') this.code.add(text);
    else this.code.add('K', 0, text);
    return VALUE;
  }

  #word(): Kind {
    const { kind, text } = this.peek();
    if (this.accept('.')) {
      this.messages.nonStandard('Last variable');
      return this.#afterPlace({ id: LAST, isElement: false });
    }
    if (kind !== 'word') return this.mistake();
    if (text === 'read' || text === 'random') {
      this.take();
      this.expect('(');
      this.expect(')');
      this.messages.nonStandard(`${text} function`);
      this.code.add(text === 'read' ? 'cI' : 'cX');
      return VALUE;
    }
    if (!Object.hasOwn(special, text) && !Object.hasOwn(calls, text)) return this.mistake();
    this.take();
    if (Object.hasOwn(calls, text) && (text !== 'scale' || this.is('('))) return this.#call(text);
    if (text === 'last') this.messages.nonStandard('Last variable');
    if (text === 'history') this.messages.nonStandard('History variable');
    return this.#afterPlace({ id: special[text] as number, isElement: false });
  }

  #call(name: string): Kind {
    this.expect('(');
    this.#notVoid([this.expression()], `void expression in ${name}()`);
    this.expect(')');
    this.code.add(calls[name] as string);
    return VALUE;
  }

  #name(): Kind {
    const { text } = this.take();
    if (this.accept('(')) return this.#functionCall(text);
    return this.#afterPlace(this.#place(text));
  }

  #place(name: string): Place {
    if (!this.accept('[')) return { id: this.names.variables.idOf(name), isElement: false };
    this.#subscript();
    return { id: this.names.arrays.idOf(name), isElement: true };
  }

  #subscript(): void {
    const index = this.expression();
    if (index.isVoid) this.messages.error('void expression as subscript');
    if (index.isComparison) this.messages.nonStandard('comparison in subscript');
    this.expect(']');
  }

  #afterPlace({ id, isElement }: Place): Kind {
    const token = this.peek();
    if (token.kind === 'step') {
      this.take();
      const isUp = token.text === '++';
      if (isElement) {
        this.code.add('D');
        this.code.add('L', id);
        this.code.add('x');
        this.code.add(isUp ? 'A' : 'M', id);
      } else {
        this.code.add('l', id);
        this.code.add(isUp ? 'i' : 'd', id);
      }
      return VALUE;
    }
    if (token.kind === 'assign') return this.#assign({ id, isElement });
    this.code.add(isElement ? 'L' : 'l', id);
    return VALUE;
  }

  #assign({ id, isElement }: Place): Kind {
    const { text } = this.take();
    if (text !== '=') {
      if (isElement) this.code.add('D');
      this.code.add(isElement ? 'L' : 'l', id);
    }
    const right = this.expression(ASSIGN);
    if (right.isComparison && !right.isInParentheses)
      this.messages.nonStandard('comparison in assignment');
    if (right.isVoid) this.messages.error('Assignment of a void expression');
    if (text !== '=') this.code.add(text[0] as string);
    this.code.add(isElement ? 'S' : 's', id);
    return { isAssignment: true };
  }

  #stepBefore(): Kind {
    const isUp = this.take().text === '++';
    const { id, isElement } = this.#placeAfterStep();
    if (isElement) {
      this.code.add('D');
      this.code.add(isUp ? 'A' : 'M', id);
      this.code.add('L', id);
    } else {
      this.code.add(isUp ? 'i' : 'd', id);
      this.code.add('l', id);
    }
    return VALUE;
  }

  #placeAfterStep(): Place {
    const { kind, text } = this.peek();
    if (kind === 'name') {
      this.take();
      return this.#place(text);
    }
    if (this.accept('.')) return { id: LAST, isElement: false };
    if (kind !== 'word' || !Object.hasOwn(special, text)) return this.mistake();
    this.take();
    return { id: special[text] as number, isElement: false };
  }

  #functionCall(name: string): Kind {
    const id = this.names.functions.idOf(name);
    let kinds = '';
    if (!this.is(')'))
      do kinds = this.#argument() + kinds;
      while (this.accept(','));
    this.expect(')');
    this.code.add('C', id, kinds);
    return this.voids.has(id) ? { isVoid: true } : VALUE;
  }

  /** The kind of an argument: 1 of a whole array, else 0. */
  #argument(): string {
    const token = this.peek();
    if (token.kind === 'name') {
      this.take();
      if (this.accept('[')) {
        if (this.accept(']')) {
          this.code.add('K', 0, String(this.names.arrays.idOf(token.text)));
          return '1';
        }
        this.#subscript();
        this.#continued(() =>
          this.#afterPlace({ id: this.names.arrays.idOf(token.text), isElement: true }),
        );
        return '0';
      }
      this.#continued(() =>
        this.accept('(')
          ? this.#functionCall(token.text)
          : this.#afterPlace({ id: this.names.variables.idOf(token.text), isElement: false }),
      );
      return '0';
    }
    this.#checkArgument(this.expression());
    return '0';
  }

  /** An expression whose beginning was read. */
  #continued(first: () => Kind): void {
    let left = first();
    for (;;) {
      const token = this.peek();
      const rank = rankOf(token);
      if (rank === 0) break;
      this.take();
      left = this.#binary(token, rank, left);
    }
    this.#checkArgument(left);
  }

  #checkArgument({ isComparison, isVoid }: Kind): void {
    if (isVoid) this.messages.error('void argument');
    if (isComparison) this.messages.nonStandard('comparison in argument');
  }
}
