/** Arithmetic of the shell: 64-bit signed integers, as in C (bash(1) "ARITHMETIC EVALUATION"). */
import { ShellError, type State } from './state.ts';
import { type ArithNode, type Of, parse } from './syntax.ts';

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

/** What evaluation needs of the expander. */
export interface ArithHost {
  readonly state: State;
  /** A command substitution or a braced expansion as text. */
  expandText(source: string): Promise<string>;
  /** A parameter by its name. */
  value(name: string): string | undefined;
  /** A number of the text, without loss. */
  exact(value: number): bigint;
}

const DEPTH_MAX = 64;

export async function evaluate(node: ArithNode, host: ArithHost, depth = 0): Promise<bigint> {
  if (depth > DEPTH_MAX) throw new ShellError('expression recursion level exceeded');
  const go = (inner: ArithNode): Promise<bigint> => evaluate(inner, host, depth + 1);
  switch (node.type) {
    case 'ArithNumber':
      return host.exact(node.value);
    case 'ArithVariable':
      return variableValue(host.value(node.name), host, depth, node.name);
    case 'ArithSpecialVar':
      return textValue(await host.expandText(`$${node.name}`), host, depth);
    case 'ArithGroup':
    case 'ArithNested':
      return go(node.expression);
    case 'ArithUnary':
      return unary(node, host, depth);
    case 'ArithBinary':
      return binary(node, go);
    case 'ArithTernary':
      return (await go(node.condition)) !== 0n ? go(node.consequent) : go(node.alternate);
    case 'ArithAssignment':
      return assign(node, host, depth);
    case 'ArithArrayElement': {
      const key = await keyOf(node, host, depth);
      const found = host.state.elements(node.array).find(([each]) => each === key);
      return variableValue(found?.[1], host, depth, node.array);
    }
    case 'ArithBracedExpansion':
      return textValue(await host.expandText(`\${${node.content}}`), host, depth);
    case 'ArithCommandSubst':
      return textValue(await host.expandText(`$(${node.command})`), host, depth);
    case 'ArithSingleQuote':
      return BigInt(node.value);
    case 'ArithConcat': {
      const texts = await Promise.all(
        node.parts.map(async (part) =>
          part.type === 'ArithVariable' && !part.hasDollarPrefix
            ? part.name
            : String(await go(part)),
        ),
      );
      return textValue(texts.join(''), host, depth);
    }
    case 'ArithSyntaxError':
      throw new ShellError(node.message);
    default:
      throw new ShellError('syntax error in expression');
  }
}

async function keyOf(
  node: {
    array?: string;
    variable?: string;
    index?: ArithNode;
    subscript?: ArithNode;
    stringKey?: string;
  },
  host: ArithHost,
  depth: number,
): Promise<string | number> {
  const name = (node.array ?? node.variable) as string;
  if (host.state.isAssoc(name) && node.stringKey !== undefined) return node.stringKey;
  const index = node.index ?? node.subscript;
  const key = index ? Number(await evaluate(index, host, depth + 1)) : 0;
  return host.state.isAssoc(name) ? String(key) : key;
}

function variableValue(
  text: string | undefined,
  host: ArithHost,
  depth: number,
  name: string,
): Promise<bigint> {
  if (text === undefined && host.state.options.has('nounset'))
    throw new ShellError(`${name}: unbound variable`);
  return textValue(text ?? '', host, depth);
}

/** A variable's text: a number, or an expression of its own. */
async function textValue(text: string, host: ArithHost, depth: number): Promise<bigint> {
  const trimmed = text.trim();
  if (trimmed === '') return 0n;
  const number = parseNumber(trimmed);
  if (number !== undefined) return number;
  return evaluate(parseExpression(trimmed), host, depth + 1);
}

/** Decimal, 0x, octal with a leading 0, or BASE#DIGITS. */
export function parseNumber(text: string): bigint | undefined {
  const [, sign, digits = ''] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const value = magnitude(digits);
  return value === undefined ? undefined : wrap(sign === '-' ? -value : value);
}

function magnitude(digits: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  if (/^(0|[1-9]\d*)$/.test(digits)) return BigInt(digits);
  const based = /^(\d+)#([0-9a-zA-Z@_]+)$/.exec(digits);
  if (!based) return undefined;
  const base = Number(based[1]);
  const order = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
  let value = 0n;
  for (const char of based[2] as string) {
    const digit = order.indexOf(base <= 36 ? char.toLowerCase() : char);
    if (digit < 0 || digit >= base) throw new ShellError(`${digits}: value too great for base`);
    value = value * BigInt(base) + BigInt(digit);
  }
  return value;
}

export function parseExpression(text: string): ArithNode {
  let command:
    | ReturnType<typeof parse>['statements'][number]['pipelines'][number]['commands'][number]
    | undefined;
  try {
    command = parse(`((${text}))`).statements[0]?.pipelines[0]?.commands[0];
  } catch {
    // Said below.
  }
  if (command?.type !== 'ArithmeticCommand')
    throw new ShellError(`${text}: syntax error: invalid arithmetic expression`);
  return command.expression.expression;
}

async function unary(
  node: Of<ArithNode, 'ArithUnary'>,
  host: ArithHost,
  depth: number,
): Promise<bigint> {
  const { operator, operand } = node;
  const value = await evaluate(operand, host, depth + 1);
  if (operator === '++' || operator === '--') {
    const changed = wrap(operator === '++' ? value + 1n : value - 1n);
    await store(operand, changed, host, depth);
    return node.prefix ? changed : value;
  }
  if (operator === '!') return value === 0n ? 1n : 0n;
  if (operator === '~') return ~value;
  return operator === '-' ? wrap(-value) : value;
}

async function store(
  target: ArithNode,
  value: bigint,
  host: ArithHost,
  depth: number,
): Promise<void> {
  if (target.type === 'ArithVariable') host.state.set(target.name, String(value));
  else if (target.type === 'ArithArrayElement')
    host.state.setElement(target.array, await keyOf(target, host, depth), String(value));
  else throw new ShellError('attempted assignment to non-variable');
}

async function assign(
  node: Of<ArithNode, 'ArithAssignment'>,
  host: ArithHost,
  depth: number,
): Promise<bigint> {
  const target = (
    node.subscript || node.stringKey !== undefined
      ? {
          type: 'ArithArrayElement',
          array: node.variable,
          ...(node.subscript ? { index: node.subscript } : {}),
          ...(node.stringKey === undefined ? {} : { stringKey: node.stringKey }),
        }
      : { type: 'ArithVariable', name: node.variable }
  ) as ArithNode;
  const right = await evaluate(node.value, host, depth + 1);
  const operator = node.operator.slice(0, -1);
  const value =
    operator === '' ? right : apply(operator, await evaluate(target, host, depth + 1), right);
  await store(target, value, host, depth);
  return value;
}

async function binary(
  node: Of<ArithNode, 'ArithBinary'>,
  go: (inner: ArithNode) => Promise<bigint>,
): Promise<bigint> {
  const left = await go(node.left);
  if (node.operator === '&&') return left !== 0n && (await go(node.right)) !== 0n ? 1n : 0n;
  if (node.operator === '||') return left !== 0n || (await go(node.right)) !== 0n ? 1n : 0n;
  const right = await go(node.right);
  return node.operator === ',' ? right : apply(node.operator, left, right);
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  const bool = (yes: boolean): bigint => (yes ? 1n : 0n);
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
    case '%':
      if (b === 0n) throw new ShellError('division by 0');
      return wrap(operator === '/' ? a / b : a % b);
    case '**':
      if (b < 0n) throw new ShellError('exponent less than 0');
      return power(a, b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return a >> (b & 63n);
    case '<':
      return bool(a < b);
    case '<=':
      return bool(a <= b);
    case '>':
      return bool(a > b);
    case '>=':
      return bool(a >= b);
    case '==':
      return bool(a === b);
    case '!=':
      return bool(a !== b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    default:
      throw new ShellError(`${operator}: unknown operator`);
  }
}

/** By squaring, wrapped at each step: the exponent may be large. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = wrap(b * b))
    if (e & 1n) result = wrap(result * b);
  return result;
}
