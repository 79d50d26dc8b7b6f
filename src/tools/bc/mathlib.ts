/**
 * The functions that `bc -l` has: sine, cosine, arctangent, logarithm, exponential function and Bessel function. They take
 * the same steps with the same scales as GNU's, since those show in the last digit. Each yields at times, so that what else
 * runs gets its turn.
 */
import {
  add,
  compare,
  cut,
  divide,
  isZero,
  lengthOf,
  multiply,
  type Num,
  negate,
  num,
  one,
  parseNumber,
  raise,
  squareRoot,
  subtract,
  tenTo,
  zero,
} from './number.ts';

/** A computation that gives way at each yield. */
export type Work = Generator<undefined, Num>;

const of = (text: string): Num => parseNumber(text, 10);
const whole = (value: number): Num => num(BigInt(value));

const over = (a: Num, b: Num, scale: number): Num => divide(a, b, scale) ?? zero;
const atScale = (a: Num, scale: number): Num => over(a, one, scale);
const half = of('.5');
const fifth = of('.2');
const two = whole(2);

/** Adds the terms of a series until one is zero. */
function* series(first: Num, nextTerm: (i: number) => Num, from: number, by: number): Work {
  let sum = first;
  for (let i = from; ; i += by) {
    const term = nextTerm(i);
    if (isZero(term)) return sum;
    sum = add(sum, term);
    yield;
  }
}

export function* exponential(argument: Num, scale: number): Work {
  const isNegative = argument.value < 0n;
  let x = isNegative ? negate(argument) : argument;
  const digits = Math.trunc(
    Number(cut(add(whole(6 + scale), multiply(of('.44'), x, scale)), 0).value),
  );
  tenTo(digits);
  let halvings = 0;
  for (let own = x.scale + 1; compare(x, one) > 0; own++) {
    x = over(x, two, own);
    halvings++;
  }
  let power = x;
  let factorial = one;
  let result = yield* series(
    add(one, x),
    (i) => {
      power = multiply(power, x, digits);
      factorial = multiply(factorial, whole(i), digits);
      return over(power, factorial, digits);
    },
    2,
    1,
  );
  for (; halvings > 0; halvings--) {
    result = multiply(result, result, digits);
    yield;
  }
  return isNegative ? over(one, result, scale) : atScale(result, scale);
}

export function* logarithm(argument: Num, scale: number): Work {
  if (argument.value <= 0n) return atScale(num(1n - tenTo(scale)), scale);
  const digits = scale + 6;
  let x = argument;
  let factor = two;
  while (compare(x, two) >= 0 || compare(x, half) <= 0) {
    factor = multiply(factor, two, digits);
    x = squareRoot(x, digits) ?? zero;
    yield;
  }
  let power = over(subtract(x, one), add(x, one), digits);
  const square = multiply(power, power, digits);
  const sum = yield* series(
    power,
    (i) => {
      power = multiply(power, square, digits);
      return over(power, whole(i), digits);
    },
    3,
    2,
  );
  return atScale(multiply(factor, sum, digits), scale);
}

export function* sine(argument: Num, scale: number): Work {
  const quarter = yield* arctangent(one, Math.trunc(Math.floor(scale * 11) / 10 + 2));
  const isNegative = argument.value < 0n;
  let x = isNegative ? negate(argument) : argument;
  const turns = over(add(over(x, quarter, 0), two), whole(4), 0);
  x = subtract(x, multiply(multiply(whole(4), turns, 0), quarter, 0));
  if (turns.value % 2n !== 0n) x = negate(x);
  const digits = scale + 2;
  const square = multiply(negate(x), x, digits);
  let term = x;
  const sum = yield* series(
    x,
    (i) => {
      term = multiply(term, over(square, whole(i * (i - 1)), digits), digits);
      return term;
    },
    3,
    2,
  );
  return atScale(isNegative ? negate(sum) : sum, scale);
}

export function* cosine(x: Num, scale: number): Work {
  const digits = Math.floor((scale * 12) / 10);
  const quarter = yield* arctangent(one, digits);
  return atScale(yield* sine(add(x, multiply(quarter, two, digits)), digits), scale);
}

interface Constant {
  readonly most: number;
  readonly value: Num;
}

/** The arctangents that are known, each up to a scale. */
const known: readonly { readonly of: Num; readonly values: readonly Constant[] }[] = [
  {
    of: one,
    values: [
      { most: 25, value: of('.7853981633974483096156608') },
      { most: 40, value: of('.7853981633974483096156608458198757210492') },
      {
        most: 60,
        value: of('.785398163397448309615660845819875721049292349843776455243736'),
      },
    ],
  },
  {
    of: fifth,
    values: [
      { most: 25, value: of('.1973955598498807583700497') },
      { most: 40, value: of('.1973955598498807583700497651947902934475') },
      {
        most: 60,
        value: of('.197395559849880758370049765194790293447585103787852101517688'),
      },
    ],
  },
];

export function* arctangent(argument: Num, scale: number): Work {
  const sign = argument.value < 0n ? num(-1n) : one;
  let x = multiply(argument, sign, argument.scale);
  const constant = known
    .find((each) => compare(each.of, x) === 0)
    ?.values.find(({ most }) => scale <= most);
  if (constant) return over(constant.value, sign, scale);
  const part = compare(x, fifth) > 0 ? yield* arctangent(fifth, scale + 5) : zero;
  const digits = scale + 3;
  let times = 0;
  for (; compare(x, fifth) > 0; times++)
    x = over(subtract(x, fifth), add(one, multiply(x, fifth, digits)), digits);
  let power = x;
  const square = multiply(negate(x), x, digits);
  const sum = yield* series(
    x,
    (i) => {
      power = multiply(power, square, digits);
      return over(power, whole(i), digits);
    },
    3,
    2,
  );
  return over(add(multiply(whole(times), part, scale), sum), sign, scale);
}

/** The Bessel function of a whole order. */
export function* bessel(first: Num, x: Num, scale: number): Work {
  const given = cut(first, 0).value;
  const order = given < 0n ? -given : given;
  const isNegative = given < 0n && order % 2n === 1n;
  let factorial = one;
  for (let i = 2n; i <= order; i++) {
    factorial = multiply(factorial, num(i), 0);
    yield;
  }
  const wide = Math.floor(scale * 1.5);
  const power = over(raise(x, order, wide) ?? zero, raise(two, order, wide) ?? one, wide);
  const factor = over(power, factorial, wide);
  const square = over(multiply(negate(x), x, wide), whole(4), wide);
  const digits = Math.floor(scale * 1.5 + lengthOf(factor) - factor.scale);
  let term = one;
  const sum = yield* series(
    one,
    (i) => {
      const next = over(multiply(term, square, digits), whole(i), digits);
      term = over(next, num(order + BigInt(i)), digits);
      return term;
    },
    1,
    1,
  );
  const signed = isNegative ? negate(factor) : factor;
  return atScale(multiply(signed, sum, scale), scale);
}
