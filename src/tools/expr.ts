/** expr(1): evaluates its arguments as an expression. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { Help, misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { compile, RegexError } from './regex/index.ts';

const FAILED = 2;
const MAX_DEPTH = 400;

/** Integers are as long as they have to be. */
type Value = string | bigint;

const fail = (message: string): never => {
  throw new ToolError(message, FAILED);
};

export const expr: Tool = async (host) => {
  const value = new Evaluator(wordsOf(host)).run();
  await host.stdout.write(bytesOf(`${value}\n`));
  return isNull(value) ? 1 : 0;
};

function wordsOf({ name, args }: Host): readonly string[] {
  if (args.length === 1 && args[0] === '--help') throw new Help(`Usage: ${name} EXPRESSION\n`);
  const words = args[0] === '--' ? args.slice(1) : args;
  if (words.length === 0) misuse(name, 'missing operand', FAILED);
  return words;
}

const isNull = (value: Value): boolean => /^(?:-?0+)?$/.test(String(value));

const isInteger = (value: Value): boolean => /^-?\d+$/.test(String(value));

function integerOf(value: Value): bigint {
  if (!isInteger(value)) fail('non-integer argument');
  return BigInt(value);
}

/** The order of the characters' numbers, which is that of their bytes in UTF-8. */
function orderOf(a: Value, b: Value): number {
  if (isInteger(a) && isInteger(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const [x, y] = [bytesOf(String(a)), bytesOf(String(b))];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? x.length - y.length : (x[at] as number) - (y[at] ?? -1);
}

const flag = (isTrue: boolean): bigint => (isTrue ? 1n : 0n);

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
};

const sums: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};

const divided = (compute: (a: bigint, b: bigint) => bigint) => (a: bigint, b: bigint) =>
  b === 0n ? fail('division by zero') : compute(a, b);

const products: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '*': (a, b) => a * b,
  '/': divided((a, b) => a / b),
  '%': divided((a, b) => a % b),
};

/** What the beginning of a text matches: the text of the first group, or the number of characters. */
function matched(text: string, pattern: string): Value {
  const bytes = bytesOf(text);
  try {
    const regex = compile(pattern, { syntax: 'bre' });
    const found = regex.search(bytes);
    const isFound = found?.[0] === 0;
    if (regex.groups > 0)
      return isFound && (found[2] as number) >= 0 ? textOf(bytes.subarray(found[2], found[3])) : '';
    return BigInt(isFound ? [...textOf(bytes.subarray(0, found[1]))].length : 0);
  } catch (error) {
    if (error instanceof RegexError) return fail(error.message);
    throw error;
  }
}

function part(text: string, from: Value, count: Value): string {
  if (!isInteger(from) || !isInteger(count)) return '';
  const [start, length] = [Number(from), Number(count)];
  return start < 1 || length < 1 ? '' : [...text].slice(start - 1, start - 1 + length).join('');
}

const indexOf = (text: string, wanted: string): bigint =>
  BigInt([...text].findIndex((char) => wanted.includes(char)) + 1);

/** Each rank of operators has a method, from the lowest to the highest. What is not evaluated is only read. */
class Evaluator {
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  run(): Value {
    const value = this.#or(true);
    const extra = this.#words[this.#at];
    if (extra !== undefined) fail(`syntax error: unexpected argument ${inQuotes(extra)}`);
    return value;
  }

  #accept(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  /** The operator of a table that comes next. */
  #operator<T>(table: Readonly<Record<string, T>>): T | undefined {
    const word = this.#words[this.#at];
    if (word === undefined || !Object.hasOwn(table, word)) return undefined;
    this.#at++;
    return table[word];
  }

  #or(isUsed: boolean): Value {
    let left = this.#and(isUsed);
    while (this.#accept('|')) {
      const right = this.#and(isUsed && isNull(left));
      if (isNull(left)) left = isNull(right) ? 0n : right;
    }
    return left;
  }

  #and(isUsed: boolean): Value {
    let left = this.#comparison(isUsed);
    while (this.#accept('&')) {
      const right = this.#comparison(isUsed && !isNull(left));
      if (isNull(left) || isNull(right)) left = 0n;
    }
    return left;
  }

  #comparison(isUsed: boolean): Value {
    let left = this.#sum(isUsed);
    for (let test = this.#operator(comparisons); test; test = this.#operator(comparisons)) {
      const right = this.#sum(isUsed);
      if (isUsed) left = flag(test(orderOf(left, right)));
    }
    return left;
  }

  #sum(isUsed: boolean): Value {
    return this.#computed(sums, () => this.#product(isUsed), isUsed);
  }

  #product(isUsed: boolean): Value {
    return this.#computed(products, () => this.#match(isUsed), isUsed);
  }

  #computed(table: typeof sums, operand: () => Value, isUsed: boolean): Value {
    let left = operand();
    for (let compute = this.#operator(table); compute; compute = this.#operator(table)) {
      const right = operand();
      if (isUsed) left = compute(integerOf(left), integerOf(right));
    }
    return left;
  }

  #match(isUsed: boolean): Value {
    let left = this.#call(isUsed);
    while (this.#accept(':')) {
      const right = this.#call(isUsed);
      if (isUsed) left = matched(String(left), String(right));
    }
    return left;
  }

  #call(isUsed: boolean): Value {
    if (++this.#depth > MAX_DEPTH) fail('the expression is nested too deep');
    try {
      if (this.#accept('+')) return this.#word();
      const next = (): Value => this.#call(isUsed);
      if (this.#accept('length')) return BigInt([...String(next())].length);
      if (this.#accept('match')) {
        const text = next();
        const pattern = next();
        return isUsed ? matched(String(text), String(pattern)) : '';
      }
      if (this.#accept('index')) {
        const text = next();
        return indexOf(String(text), String(next()));
      }
      if (this.#accept('substr')) {
        const text = next();
        const from = next();
        return part(String(text), from, next());
      }
      return this.#primary(isUsed);
    } finally {
      this.#depth--;
    }
  }

  #word(): string {
    const word = this.#words[this.#at];
    if (word === undefined)
      return fail(
        `syntax error: missing argument after ${inQuotes(this.#words[this.#at - 1] ?? '')}`,
      );
    this.#at++;
    return word;
  }

  #primary(isUsed: boolean): Value {
    if (!this.#accept('(')) {
      if (this.#words[this.#at] === ')') fail("syntax error: unexpected ')'");
      return this.#word();
    }
    const value = this.#or(isUsed);
    if (this.#accept(')')) return value;
    const word = this.#words[this.#at];
    return fail(
      word === undefined
        ? `syntax error: expecting ')' after ${inQuotes(this.#words[this.#at - 1] ?? '')}`
        : `syntax error: expecting ')' instead of ${inQuotes(word)}`,
    );
  }
}
