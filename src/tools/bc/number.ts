/** Numbers of bc(1): decimal, as long as they have to be, with the scale that each operation gives. */

/** `value` is the number times 10 to the power of `scale`. */
export interface Num {
  readonly value: bigint;
  readonly scale: number;
  /** A zero with a sign, as what is cut off a power may leave. It is less than zero. */
  readonly isMinusZero?: boolean;
}

/** More digits than this are refused: they would take all memory. */
const MOST_DIGITS = 8_000_000;

/** The number would take too much memory. */
export class TooLarge extends Error {}

export const num = (value: bigint, scale = 0): Num => ({ value, scale });
export const zero = num(0n);
export const one = num(1n);

let lastPower = { digits: 0, value: 1n };

export function tenTo(digits: number): bigint {
  if (digits > MOST_DIGITS) throw new TooLarge();
  if (digits < 40) return 10n ** BigInt(digits);
  if (lastPower.digits !== digits) lastPower = { digits, value: 10n ** BigInt(digits) };
  return lastPower.value;
}

const at = ({ value, scale }: Num, wanted: number): bigint =>
  wanted === scale ? value : value * tenTo(wanted - scale);

/** The number with so many digits after the point; more are cut off. */
export const cut = ({ value, scale }: Num, wanted: number): Num =>
  num(wanted >= scale ? value * tenTo(wanted - scale) : value / tenTo(scale - wanted), wanted);

export const isZero = ({ value }: Num): boolean => value === 0n;

export function compare(a: Num, b: Num): number {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [at(a, scale), at(b, scale)];
  return x < y ? -1 : x > y ? 1 : signOf(b) - signOf(a);
}

const signOf = ({ isMinusZero }: Num): number => (isMinusZero ? 1 : 0);

const minusZeroIf = (isMinus: boolean | undefined, of: Num): Num =>
  isMinus && isZero(of) ? { ...of, isMinusZero: true } : of;

function sum(a: Num, b: Num): Num {
  const scale = Math.max(a.scale, b.scale);
  return num(at(a, scale) + at(b, scale), scale);
}

export const add = (a: Num, b: Num): Num => minusZeroIf(a.isMinusZero && b.isMinusZero, sum(a, b));

export const negate = ({ value, scale }: Num): Num => num(-value, scale);

export const subtract = (a: Num, b: Num): Num =>
  minusZeroIf(a.isMinusZero && !b.isMinusZero, sum(a, negate(b)));

/** Digits of a number, roughly: what an operation costs. */
export const sizeOf = ({ value }: Num): number => {
  if (value < 1n << 64n && value > -(1n << 64n)) return 20;
  // Hexadecimal digits are counted in linear time.
  return Math.ceil(value.toString(16).length * 1.21);
};

export function multiply(a: Num, b: Num, scale: number): Num {
  const full = a.scale + b.scale;
  const wanted = Math.min(full, Math.max(scale, a.scale, b.scale));
  if (sizeOf(a) + sizeOf(b) > MOST_DIGITS) throw new TooLarge();
  return cut(num(a.value * b.value, full), wanted);
}

/** Undefined where `b` is zero. */
export function divide(a: Num, b: Num, scale: number): Num | undefined {
  if (isZero(b)) return undefined;
  const shift = scale + b.scale - a.scale;
  return num(
    shift >= 0 ? (a.value * tenTo(shift)) / b.value : a.value / (b.value * tenTo(-shift)),
    scale,
  );
}

/** What a division leaves. Undefined where `b` is zero. */
export function modulo(a: Num, b: Num, scale: number): Num | undefined {
  const quotient = divide(a, b, scale);
  if (!quotient) return undefined;
  const wanted = Math.max(a.scale, b.scale + scale);
  const rest = subtract(a, multiply(quotient, b, wanted));
  return minusZeroIf(rest.isMinusZero, cut(rest, wanted));
}

/** A power with a whole exponent. Undefined where zero has a negative exponent. */
export function raise(base: Num, exponent: bigint, scale: number): Num | undefined {
  if (exponent === 0n) return one;
  const times = exponent < 0n ? -exponent : exponent;
  if (
    BigInt(sizeOf(base) > 20 ? sizeOf(base) : String(base.value).length) * times >
    MOST_DIGITS * 4
  )
    if (base.value !== 0n && base.value !== 1n && base.value !== -1n) throw new TooLarge();
  if (BigInt(base.scale) * times > MOST_DIGITS) throw new TooLarge();
  const power = num(base.value ** times, base.scale * Number(times));
  if (exponent < 0n) return divide(one, power, scale);
  const wanted = Math.min(power.scale, Math.max(scale, base.scale));
  const result = cut(power, wanted);
  return minusZeroIf(power.value < 0n || (exponent === 1n && base.isMinusZero), result);
}

/** The whole part of the square root. */
export function rootOf(value: bigint): bigint {
  if (value < 2n) return value;
  if (value < 1n << 52n) return BigInt(Math.floor(Math.sqrt(Number(value))));
  const shift = BigInt(Math.max(0, (value.toString(16).length * 4) >> 2) & ~1);
  // The root of the leading half is a first guess that is never too small.
  let guess = shift > 0n ? (rootOf(value >> shift) + 1n) << (shift >> 1n) : value;
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** The square root. Undefined for a negative number. */
export function squareRoot(a: Num, scale: number): Num | undefined {
  if (a.value < 0n || a.isMinusZero) return undefined;
  if (a.value === 0n) return zero;
  if (compare(a, one) === 0) return one;
  const wanted = Math.max(scale, a.scale);
  return num(rootOf(at(a, 2 * wanted)), wanted);
}

/** How many digits the number has, without the zero before the point. */
export function lengthOf(a: Num): number {
  const digits = String(a.value < 0n ? -a.value : a.value).length;
  return a.scale > 0 ? Math.max(digits, a.scale) : digits;
}

/** A number that counts or is a place; 0 where it is too large. */
export function toLong(a: Num): number {
  const whole = a.value / tenTo(a.scale);
  const most = 1n << 63n;
  return whole > -most && whole < most ? Number(whole) : 0;
}

const digitOf = (char: string): number => {
  const code = char.charCodeAt(0);
  return code < 58 ? code - 48 : code - 55;
};

/** A constant in a base. Digits that the base has not are its largest, unless one stands alone. */
export function parseNumber(text: string, base: number): Num {
  const [whole = '', fraction = ''] = text.split('.');
  const isOne = whole.length + fraction.length === 1;
  const digit = (char: string): number =>
    isOne ? digitOf(char) : Math.min(digitOf(char), base - 1);
  if (base === 10 && !isOne) {
    const clean = (part: string): string => part.replace(/[A-Z]/g, '9');
    return num(BigInt(clean(whole + fraction) || '0'), fraction.length);
  }
  const radix = BigInt(base);
  const value = valueIn([...whole].map(digit), radix);
  if (fraction === '') return num(value);
  if (fraction.length === 1 && whole === '') {
    const only = num(BigInt(Math.min(digitOf(fraction), base - 1)));
    return divide(only, num(radix), 1) ?? zero;
  }
  const part = divide(
    num(valueIn([...fraction].map(digit), radix)),
    num(radix ** BigInt(fraction.length)),
    fraction.length,
  );
  return add(num(value), part ?? zero);
}

const valueIn = (digits: readonly number[], radix: bigint): bigint => {
  let value = 0n;
  for (const digit of digits) value = value * radix + BigInt(digit);
  return value;
};
