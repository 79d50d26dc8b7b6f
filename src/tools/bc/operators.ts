/** The operations and comparisons of two numbers of bc(1). */
import {
  add,
  divide,
  modulo,
  multiply,
  type Num,
  num,
  raise,
  subtract,
  tenTo,
  toLong,
} from './number.ts';

/** How an operation tells that it cannot go on, or that something is odd. */
export interface Complaints {
  mistake(message: string): never;
  warn(message: string): void;
}

export type Compute = (a: Num, b: Num, scale: number, say: Complaints) => Num;

function power(a: Num, b: Num, scale: number, { warn, mistake }: Complaints): Num {
  if (b.scale !== 0 && b.value % tenTo(b.scale) !== 0n) warn('non-zero scale in exponent');
  const exponent = b.value / tenTo(b.scale);
  if (toLong(num(exponent)) === 0 && exponent !== 0n) mistake('exponent too large in raise');
  return raise(a, exponent, scale) ?? mistake('divide by zero');
}

/** The operations of two numbers, by their instructions. */
export const binary: Readonly<Record<string, Compute>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': (a, b, scale, { mistake }) => divide(a, b, scale) ?? mistake('Divide by zero'),
  '%': (a, b, scale, { mistake }) => modulo(a, b, scale) ?? mistake('Modulo by zero'),
  '^': power,
};

/** What a comparison says of the order of two numbers, by its instruction. */
export const tests: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '#': (order) => order !== 0,
  '<': (order) => order < 0,
  '{': (order) => order <= 0,
  '>': (order) => order > 0,
  '}': (order) => order >= 0,
};
