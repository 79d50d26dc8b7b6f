/** What operators do with their operands. */
import { AwkError } from './errors.ts';
import type { Cell, Machine } from './machine.ts';
import type { Binary, Comparison } from './syntax.ts';
import { compare, isTrue, toNumber, type Value } from './values.ts';

/** Makes one value of the values of a node's parts. */
export type Combine = (m: Machine, a: Cell, b: Cell, c: Cell) => Value;

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

export const compute: { readonly [operator in Binary]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': divide,
  '%': remainder,
  '^': power,
};

const arithmetic: { readonly [operator in Binary]: Combine } = {
  '+': (_m, a, b) => toNumber(a as Value) + toNumber(b as Value),
  '-': (_m, a, b) => toNumber(a as Value) - toNumber(b as Value),
  '*': (_m, a, b) => toNumber(a as Value) * toNumber(b as Value),
  '/': (_m, a, b) => divide(toNumber(a as Value), toNumber(b as Value)),
  '%': (_m, a, b) => remainder(toNumber(a as Value), toNumber(b as Value)),
  '^': (_m, a, b) => power(toNumber(a as Value), toNumber(b as Value)),
};

const orderOf = (m: Machine, a: Cell, b: Cell): number =>
  compare(a as Value, b as Value, m.convfmt);

const comparisons: { readonly [operator in Comparison]: Combine } = {
  '<': (m, a, b) => (orderOf(m, a, b) < 0 ? 1 : 0),
  '<=': (m, a, b) => (orderOf(m, a, b) <= 0 ? 1 : 0),
  '==': (m, a, b) => (orderOf(m, a, b) === 0 ? 1 : 0),
  '!=': (m, a, b) => (orderOf(m, a, b) === 0 ? 0 : 1),
  '>': (m, a, b) => (orderOf(m, a, b) > 0 ? 1 : 0),
  '>=': (m, a, b) => (orderOf(m, a, b) >= 0 ? 1 : 0),
};

export const binary: {
  readonly [operator in Binary | Comparison | 'concatenate' | '~' | '!~']: Combine;
} = {
  ...arithmetic,
  ...comparisons,
  concatenate: (m, a, b) => m.text(a) + m.text(b),
  '~': (m, a, b) => (m.regex(b).test(m.text(a)) ? 1 : 0),
  '!~': (m, a, b) => (m.regex(b).test(m.text(a)) ? 0 : 1),
};

export const unary: { readonly [operator in '-' | '+' | '!']: Combine } = {
  '-': (_m, a) => -toNumber(a as Value),
  '+': (_m, a) => toNumber(a as Value),
  '!': (_m, a) => (isTrue(a as Value) ? 0 : 1),
};
