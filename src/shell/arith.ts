/**
 * Arithmetic of the shell: 64-bit signed integers, as in C (bash(1) "ARITHMETIC EVALUATION"). The text comes with its
 * parameters expanded, and is evaluated while it is read, by recursive descent.
 */
import { ArithmeticError, ElementError, Fatal, SubscriptError } from './failure.ts';
import type { State } from './state.ts';

export interface ArithHost {
  readonly state: State;
  /** A variable by its name; undefined where it is unset. */
  value(name: string): string | undefined;
}

/** An engine that has used up its stack may end the whole thread: nesting ends long before. */
const DEPTH_MAX = 200;
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
const truth = (yes: boolean): bigint => (yes ? 1n : 0n);

/** The text behind the blanks at its beginning. No other white space is allowed, above all no carriage return. */
const withoutBlanks = (text: string): string => text.replace(/^[ \t\n]+/, '');

/** Throws ShellError with the words of bash: the expression, what is wrong, and where. */
export const evaluate = (text: string, host: ArithHost): bigint =>
  new Evaluation(text, host, 0).run();

/** Decimal, 0x, octal with a leading 0, or BASE#DIGITS, with a sign; undefined for anything else. */
export function parseNumber(text: string): bigint | undefined {
  const [, sign, digits = ''] = /^([+-]?)[ \t\n]*(\w[\w#@]*)$/.exec(text) ?? [];
  const value = magnitude(digits);
  return typeof value === 'bigint' ? wrap(sign === '-' ? -value : value) : undefined;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

/** The number, or what is wrong with it. */
function magnitude(token: string): bigint | string {
  if (/^(?:0|[1-9]\d*)$/.test(token)) return BigInt(token);
  const [, prefix = '', hex, octal, base = '', digits = ''] =
    /^(0[xX]([\da-zA-Z@_]*)$|0([\da-zA-Z@_]*)$|(\d+)#)(.*)$/.exec(token) ?? [];
  if (hex !== undefined) return valueIn(hex, 16);
  if (octal !== undefined) return valueIn(octal, 8);
  if (prefix === '') return token === '' ? 'operand expected' : valueIn(token, 10);
  const radix = Number(base);
  if (radix < 2 || radix > 64 || digits === '') return 'invalid arithmetic base';
  return valueIn(digits, radix);
}

function valueIn(digits: string, base: number): bigint | string {
  let value = 0n;
  for (const char of digits) {
    const digit = DIGITS.indexOf(base <= 36 ? char.toLowerCase() : char);
    if (digit < 0 || digit >= base) return 'value too great for base';
    value = value * BigInt(base) + BigInt(digit);
  }
  return value;
}

/** A variable, or an element of an array: what can be assigned to. */
interface Target {
  readonly name: string;
  readonly key: string | number | undefined;
}

const TOKEN =
  /[ \t\n]*(?:([A-Za-z_]\w*)|(\d[\w#@]*)|(<<=|>>=|\*\*|[<>=!]=|<<|>>|&&|\|\||[-+*/%&|^]=|\+\+|--|[-+*/%&|^<>!~?:,()=]))/y;
const ASSIGNMENT = /^(?:=|\+=|-=|\*=|\/=|%=|<<=|>>=|&=|\|=|\^=)$/;

/** How tightly operators of two operands bind, from the loosest, but for those that are lazy. */
const levels: ReadonlyMap<string, number> = new Map(
  [
    ['|'],
    ['^'],
    ['&'],
    ['==', '!='],
    ['<=', '>=', '<', '>'],
    ['<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
  ].flatMap((operators, level) => operators.map((operator) => [operator, level] as const)),
);

class Evaluation {
  readonly #text: string;
  readonly #host: ArithHost;
  readonly #depth: number;
  /** Where the token begins, and its text; '' at the end. */
  #start = 0;
  #token = '';
  #kind: 'name' | 'number' | 'operator' | 'end' = 'end';
  /** Behind the token. */
  #at = 0;
  /** Where the last token before the end began: what errors show. */
  #shown = 0;
  /** How many parts of the text are nested around the token. */
  #nesting = 0;
  /** Above 0 nothing is assigned, and nothing is divided by. */
  #skipped = 0;

  constructor(text: string, host: ArithHost, depth: number) {
    this.#text = withoutBlanks(text);
    this.#host = host;
    this.#depth = depth;
    if (depth > DEPTH_MAX) this.#fail('expression recursion level exceeded');
  }

  run(): bigint {
    if (this.#text === '') return 0n;
    this.#next();
    const value = this.#comma();
    if (!this.#isAtEnd) this.#fail('syntax error in expression');
    return value;
  }

  #fail(message: string, at = this.#shown): never {
    throw new ArithmeticError(
      `${this.#text}: ${message} (error token is "${withoutBlanks(this.#text.slice(at))}")`,
    );
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (!found) {
      const rest = withoutBlanks(this.#text.slice(this.#at));
      if (rest !== '') {
        this.#shown = this.#text.length - rest.length;
        const isOperand = this.#kind === 'name' || this.#kind === 'number' || this.#token === ')';
        this.#fail(
          isOperand
            ? 'syntax error: invalid arithmetic operator'
            : 'syntax error: operand expected',
        );
      }
      this.#kind = 'end';
      this.#token = '';
      return;
    }
    const [all, name, number, operator] = found;
    const isAfterVariable = this.#kind === 'name';
    this.#kind = name !== undefined ? 'name' : number !== undefined ? 'number' : 'operator';
    this.#token = name ?? number ?? (operator as string);
    this.#at = TOKEN.lastIndex;
    this.#start = this.#at - this.#token.length;
    this.#shown = this.#at - withoutBlanks(all).length;
    // Without a variable beside them two signs are two signs: `1--1` is `1 - -1`.
    const isDouble = this.#token === '++' || this.#token === '--';
    if (isDouble && !isAfterVariable && !/^[ \t\n]*[A-Za-z_]/.test(this.#text.slice(this.#at))) {
      this.#at--;
      this.#token = this.#token[0] as string;
    }
  }

  /** The token, where it is an operator. */
  get #operator(): string {
    return this.#kind === 'operator' ? this.#token : '';
  }

  get #isAtEnd(): boolean {
    return this.#kind === 'end';
  }

  #takes(operator: string): boolean {
    if (this.#operator !== operator) return false;
    this.#next();
    return true;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#takes(',')) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const target = this.#targetAhead();
    if (!target) {
      const value = this.#conditional();
      if (ASSIGNMENT.test(this.#operator)) this.#fail('attempted assignment to non-variable');
      return value;
    }
    const operator = this.#operator.slice(0, -1);
    this.#next();
    if (this.#isAtEnd) this.#fail('syntax error: operand expected');
    const operandAt = this.#start;
    const left = operator === '' ? 0n : this.#read(target);
    const right = this.#inner(() => this.#assignment());
    const value = operator === '' ? right : this.#apply(operator, left, right, operandAt);
    this.#write(target, value);
    return value;
  }

  /** A variable with an operator of assignment behind it, which then is the token; undefined, and nothing read, else. */
  #targetAhead(): Target | undefined {
    if (this.#kind !== 'name') return undefined;
    const before = {
      start: this.#start,
      token: this.#token,
      at: this.#at,
      shown: this.#shown,
    };
    const target = this.#target();
    if (ASSIGNMENT.test(this.#operator)) return target;
    this.#start = before.start;
    this.#token = before.token;
    this.#at = before.at;
    this.#shown = before.shown;
    this.#kind = 'name';
    return undefined;
  }

  /** The variable that is the token; goes on behind it and its subscript. */
  #target(): Target {
    const name = this.#token;
    const start = this.#start;
    if (this.#text[this.#at] !== '[') {
      this.#next();
      return { name, key: undefined };
    }
    let depth = 0;
    let end = this.#at;
    for (; end < this.#text.length; end++) {
      if (this.#text[end] === '[') depth++;
      else if (this.#text[end] === ']' && --depth === 0) break;
    }
    if (depth !== 0) this.#fail('bad array subscript', start);
    const subscript = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    const key =
      this.#host.state.isAssoc(name) || subscript === ''
        ? subscript.replace(/^(["'])(.*)\1$/s, '$2')
        : this.#skipped > 0
          ? 0
          : Number(this.#index(subscript));
    this.#next();
    return { name, key };
  }

  #index(text: string): bigint {
    try {
      return this.#nested(text);
    } catch (error) {
      throw error instanceof ArithmeticError ? new SubscriptError(error.message) : error;
    }
  }

  #nested(text: string): bigint {
    return new Evaluation(text, this.#host, this.#depth + this.#nesting + 1).run();
  }

  #read({ name, key }: Target): bigint {
    if (this.#skipped > 0) return 0n;
    const { state } = this.#host;
    if (key === '') {
      // Once when its value is looked for, and once more when it has none.
      const warning = `${name}[]: bad array subscript`;
      state.warnings.push(warning, warning);
      return 0n;
    }
    const text = key === undefined ? this.#host.value(name) : state.element(name, key);
    // An element that is missing is 0 (bash(1) speaks of variables alone).
    if (text === undefined && state.options.has('nounset') && !state.isAssigned(name))
      throw new Fatal(`${name}: unbound variable`);
    if (text === undefined || text === '') return 0n;
    return parseNumber(text) ?? this.#nested(text);
  }

  #write({ name, key }: Target, value: bigint): void {
    if (this.#skipped > 0) return;
    const { state } = this.#host;
    if (key === undefined) state.set(name, String(value));
    else if (key === '') state.warnings.push(`\`${name}[]': not a valid identifier`);
    else
      try {
        state.setElement(name, key, String(value));
      } catch (error) {
        if (!(error instanceof ElementError)) throw error;
        state.warnings.push(error.message);
      }
  }

  #conditional(): bigint {
    const condition = this.#lazy('||');
    if (!this.#takes('?')) return condition;
    if (this.#isAtEnd || this.#operator === ':') this.#fail('expression expected');
    const yes = this.#unless(condition === 0n, () => this.#comma());
    if (!this.#takes(':')) this.#fail("`:' expected for conditional expression");
    if (this.#isAtEnd) this.#fail('expression expected');
    const no = this.#unless(condition !== 0n, () => this.#conditional());
    return condition !== 0n ? yes : no;
  }

  /** What is skipped is read, and has no effect. */
  #unless(isSkipped: boolean, read: () => bigint): bigint {
    this.#skipped += isSkipped ? 1 : 0;
    const value = this.#inner(read);
    this.#skipped -= isSkipped ? 1 : 0;
    return value;
  }

  #lazy(operator: '||' | '&&'): bigint {
    const operand = (): bigint => (operator === '||' ? this.#lazy('&&') : this.#binary(0));
    let value = operand();
    while (this.#takes(operator)) {
      const right = this.#unless((value !== 0n) === (operator === '||'), operand);
      value =
        operator === '||'
          ? truth(value !== 0n || right !== 0n)
          : truth(value !== 0n && right !== 0n);
    }
    return value;
  }

  /** Reads operators that bind as tightly as `least` or more. */
  #binary(least: number): bigint {
    let value = this.#power();
    for (;;) {
      const operator = this.#operator;
      const level = levels.get(operator) ?? -1;
      if (level < least) return value;
      this.#next();
      const operandAt = this.#start;
      value = this.#apply(operator, value, this.#binary(level + 1), operandAt);
    }
  }

  /** Reads what is nested in another part. */
  #inner(read: () => bigint): bigint {
    if (this.#depth + ++this.#nesting > DEPTH_MAX)
      this.#fail('expression recursion level exceeded');
    const value = read();
    this.#nesting--;
    return value;
  }

  /** Binds to the right. */
  #power(): bigint {
    const value = this.#unary();
    if (!this.#takes('**')) return value;
    const exponent = this.#inner(() => this.#power());
    if (exponent < 0n) this.#fail('exponent less than 0');
    return power(value, exponent);
  }

  #unary(): bigint {
    if (this.#kind === 'operator') {
      const operator = this.#token;
      if (operator === '++' || operator === '--') return this.#prefixed(operator);
      if (operator === '!' || operator === '~' || operator === '-' || operator === '+') {
        this.#next();
        const value = this.#inner(() => this.#unary());
        if (operator === '!') return truth(value === 0n);
        if (operator === '~') return ~value;
        return operator === '-' ? wrap(-value) : value;
      }
    }
    return this.#primary();
  }

  #prefixed(operator: string): bigint {
    this.#next();
    const target = this.#target();
    const value = wrap(this.#read(target) + (operator === '++' ? 1n : -1n));
    this.#write(target, value);
    return value;
  }

  #primary(): bigint {
    if (this.#kind === 'number') {
      const value = magnitude(this.#token);
      if (typeof value === 'string') return this.#badNumber(value);
      this.#next();
      return wrap(value);
    }
    if (this.#kind === 'name') {
      const target = this.#target();
      const operator = this.#operator;
      // In `1+a=2`, which fails, bash does not look at the value of `a` first: with `set -u` it may have none.
      const value = operator === '=' ? 0n : this.#read(target);
      if (operator !== '++' && operator !== '--') return value;
      this.#write(target, wrap(value + (operator === '++' ? 1n : -1n)));
      this.#next();
      return value;
    }
    if (this.#takes('(')) {
      const value = this.#inner(() => this.#comma());
      if (!this.#takes(')')) this.#fail("missing `)'");
      return value;
    }
    return this.#fail('syntax error: operand expected');
  }

  /** Of a number bash shows the number alone. */
  #badNumber(message: string): never {
    const token = this.#token;
    throw new ArithmeticError(`${token}: ${message} (error token is "${token}")`);
  }

  #apply(operator: string, a: bigint, b: bigint, operandAt: number): bigint {
    switch (operator) {
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      case '/':
      case '%':
        if (b === 0n) return this.#skipped > 0 ? 0n : this.#fail('division by 0', operandAt);
        return wrap(operator === '/' ? a / b : a % b);
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return a >> (b & 63n);
      case '<':
        return truth(a < b);
      case '<=':
        return truth(a <= b);
      case '>':
        return truth(a > b);
      case '>=':
        return truth(a >= b);
      case '==':
        return truth(a === b);
      case '!=':
        return truth(a !== b);
      case '&':
        return a & b;
      case '|':
        return a | b;
      default:
        return a ^ b;
    }
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * factor);
    factor = wrap(factor * factor);
  }
  return result;
}
