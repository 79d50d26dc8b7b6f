/** The operations of operators: each takes its operands from the stack and leaves its result there. */
import type { Label } from './assembler.ts';
import { AwkError } from './errors.ts';
import type { Operation } from './machine.ts';
import type { Place } from './places.ts';
import type { Binary, Comparison } from './syntax.ts';
import { compare, isTrue, type Key, toNumber, type Value } from './values.ts';

function divide(a: number, b: number): number {
  if (b === 0) throw new AwkError('division by zero');
  return a / b;
}

function remainder(a: number, b: number): number {
  if (b === 0) throw new AwkError('division by zero in %');
  return a % b;
}

/** In C one to any power is one. */
const power = (a: number, b: number): number => (a === 1 ? 1 : a ** b);

const compute: { readonly [operator in Binary]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': divide,
  '%': remainder,
  '^': power,
};

export function binary(operator: Binary): Operation {
  if (operator === '+')
    return (m) => {
      const right = m.popNumber();
      m.push(m.popNumber() + right);
    };
  if (operator === '-')
    return (m) => {
      const right = m.popNumber();
      m.push(m.popNumber() - right);
    };
  if (operator === '*')
    return (m) => {
      const right = m.popNumber();
      m.push(m.popNumber() * right);
    };
  const apply = compute[operator];
  return (m) => {
    const right = m.popNumber();
    m.push(apply(m.popNumber(), right));
  };
}

const holds: { readonly [operator in Comparison]: (order: number) => boolean } = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

export function comparison(operator: Comparison): Operation {
  const test = holds[operator];
  return (m) => {
    const right = m.popValue();
    m.push(test(compare(m.popValue(), right, m.convfmt)) ? 1 : 0);
  };
}

export const isComparison = (operator: string): operator is Comparison =>
  Object.hasOwn(holds, operator);
export const isBinary = (operator: string): operator is Binary => Object.hasOwn(compute, operator);

/** Jumps where the comparison does not hold. */
export function jumpUnlessCompared(operator: Comparison, label: Label): Operation {
  const test = holds[operator];
  return (m) => {
    const right = m.popValue();
    if (!test(compare(m.popValue(), right, m.convfmt))) m.pc = label.at;
  };
}

export const jumpIfFalse =
  (label: Label): Operation =>
  (m) => {
    if (!isTrue(m.popValue())) m.pc = label.at;
  };

export const jumpIfTrue =
  (label: Label): Operation =>
  (m) => {
    if (isTrue(m.popValue())) m.pc = label.at;
  };

export const concatenate: Operation = (m) => {
  const right = m.popText();
  m.push(m.popText() + right);
};

export const matches =
  (isNegated: boolean): Operation =>
  (m) => {
    const regex = m.regex(m.pop());
    m.push(regex.test(m.popText()) === isNegated ? 0 : 1);
  };

export const unary: { readonly [operator in '-' | '+' | '!' | 'truth']: Operation } = {
  '-': (m) => m.push(-m.popNumber()),
  '+': (m) => m.push(m.popNumber()),
  '!': (m) => m.push(isTrue(m.popValue()) ? 0 : 1),
  truth: (m) => m.push(isTrue(m.popValue()) ? 1 : 0),
};

export const load = (place: Place): Operation =>
  place.hasOperand ? (m) => m.push(place.get(m, m.pop() as Key)) : (m) => m.push(place.get(m, ''));

export const assign = (place: Place): Operation =>
  place.hasOperand
    ? (m) => {
        const value = m.popValue();
        place.set(m, m.pop() as Key, value);
        m.push(value);
      }
    : (m) => {
        place.set(m, '', m.stack[m.top - 1] as Value);
      };

export function augment(place: Place, operator: Binary): Operation {
  const apply = compute[operator];
  return (m) => {
    const right = m.popNumber();
    const operand = place.hasOperand ? (m.pop() as Key) : '';
    const value = apply(toNumber(place.get(m, operand)), right);
    place.set(m, operand, value);
    m.push(value);
  };
}

export const increment =
  (place: Place, by: number, isPrefix: boolean): Operation =>
  (m) => {
    const operand = place.hasOperand ? (m.pop() as Key) : '';
    const before = toNumber(place.get(m, operand));
    place.set(m, operand, before + by);
    m.push(isPrefix ? before + by : before);
  };
