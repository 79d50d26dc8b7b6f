/**
 * The numbers of printf(1): long doubles as x86-64 has them, with 64 bits of mantissa. Reading gives the nearest one
 * (strtold(3)); writing is exact, and rounds half to even (printf(3)).
 */

export interface LongDouble {
  readonly negative: boolean;
  readonly kind: 'finite' | 'inf' | 'nan';
  /** The value is mantissa × 2^exponent; 0 for what is not finite. */
  readonly mantissa: bigint;
  readonly exponent: number;
}

const BITS = 64;
const MAX_EXPONENT = 16_384;
const MIN_EXPONENT = -16_445;
/** Decimal exponents beyond it are out of range, whatever the digits before them. */
const FAR = 6_000;
/** No long double has more digits behind the point; the rest of what is asked for is zeros. */
const MAX_DIGITS = -MIN_EXPONENT;

const zero = { kind: 'finite', mantissa: 0n, exponent: 0 } as const;
const bitsOf = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
const power10 = (exponent: number): bigint => 10n ** BigInt(exponent);

/** numerator ÷ denominator, half to even. */
function divide(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && (whole & 1n) === 1n);
  return isUp ? whole + 1n : whole;
}

/** mantissa × 2^exponent as a fraction. */
const fractionOf = ({ mantissa, exponent }: LongDouble): readonly [bigint, bigint] =>
  exponent >= 0 ? [mantissa << BigInt(exponent), 1n] : [mantissa, 1n << BigInt(-exponent)];

function nearest(negative: boolean, numerator: bigint, denominator: bigint): LongDouble {
  if (numerator === 0n) return { negative, ...zero };
  let exponent = Math.max(bitsOf(numerator) - bitsOf(denominator) - BITS, MIN_EXPONENT);
  const at = (power: number): bigint =>
    power >= 0
      ? divide(numerator, denominator << BigInt(power))
      : divide(numerator << BigInt(-power), denominator);
  let mantissa = at(exponent);
  if (bitsOf(mantissa) > BITS) mantissa = at(++exponent);
  if (bitsOf(mantissa) + exponent > MAX_EXPONENT) return { negative, ...zero, kind: 'inf' };
  return { negative, kind: 'finite', mantissa, exponent };
}

export interface Parsed {
  readonly value: LongDouble;
  /** What follows the number. */
  readonly rest: string;
  /** ERANGE: too large, or so small that it has fewer than 64 bits. */
  readonly isOutOfRange: boolean;
}

const NUMBER =
  /^[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?)|(nan(?:\(\w*\))?)|0x(?=\.?[\da-f])([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?|(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?)/i;

/** The number that a text begins with; undefined where it begins with none. */
export function parse(text: string): Parsed | undefined {
  const found = NUMBER.exec(text);
  if (!found) return undefined;
  const [whole, sign, inf, nan, hex, hexTail = '', power2, digits, tail = '', power] = found;
  const negative = sign === '-';
  const rest = text.slice(whole.length);
  if (inf || nan)
    return { value: { negative, ...zero, kind: inf ? 'inf' : 'nan' }, rest, isOutOfRange: false };
  const scale =
    hex === undefined ? Number(power ?? 0) - tail.length : Number(power2 ?? 0) - 4 * hexTail.length;
  const amount = hex === undefined ? BigInt(`0${digits}${tail}`) : BigInt(`0x0${hex}${hexTail}`);
  const value = scaled(negative, amount, scale, hex === undefined ? 10n : 2n);
  const isOutOfRange = amount !== 0n && bitsOf(value.mantissa) < BITS;
  return { value, rest, isOutOfRange };
}

/** amount × base^scale. */
function scaled(negative: boolean, amount: bigint, scale: number, base: bigint): LongDouble {
  const size = scale + bitsOf(amount) / Math.log2(Number(base));
  const far = FAR * (base === 2n ? 4 : 1);
  if (amount === 0n || size < -far) return { negative, ...zero };
  if (size > far) return { negative, ...zero, kind: 'inf' };
  const factor = base ** BigInt(Math.abs(scale));
  return scale < 0 ? nearest(negative, amount, factor) : nearest(negative, amount * factor, 1n);
}

export const fromInteger = (value: number): LongDouble =>
  nearest(value < 0, BigInt(Math.abs(value)), 1n);

/** As %f, %e, %g or %a without sign, width and case; `alternate` is the flag #. */
export function format(
  value: LongDouble,
  kind: 'f' | 'e' | 'g' | 'a',
  precision: number | undefined,
  alternate: boolean,
): string {
  if (value.kind !== 'finite') return value.kind;
  if (kind === 'a') return hexadecimal(value, precision, alternate);
  if (kind === 'f') return fixed(value, precision ?? 6, alternate);
  if (kind === 'e') return exponential(value, precision ?? 6, alternate);
  return general(value, precision ?? 6, alternate);
}

const pointed = (whole: string, fraction: string, alternate: boolean): string =>
  fraction !== '' || alternate ? `${whole}.${fraction}` : whole;

function fixed(value: LongDouble, precision: number, alternate: boolean): string {
  const [numerator, denominator] = fractionOf(value);
  const exact = Math.min(precision, MAX_DIGITS);
  const digits = String(divide(numerator * power10(exact), denominator)).padStart(exact + 1, '0');
  const point = digits.length - exact;
  return pointed(digits.slice(0, point), digits.slice(point).padEnd(precision, '0'), alternate);
}

/** Its digits, rounded to one before the point and `precision` after it, and the power of ten. */
function scientific(value: LongDouble, precision: number): { digits: string; power: number } {
  const exact = Math.min(precision, 2 * MAX_DIGITS);
  const pad = (digits: string): string => digits.padEnd(precision + 1, '0');
  if (value.mantissa === 0n) return { digits: pad('0'), power: 0 };
  const [numerator, denominator] = fractionOf(value);
  let power = Math.floor((bitsOf(value.mantissa) - 1 + value.exponent) * Math.log10(2)) + 1;
  const scale = (by: number): readonly [bigint, bigint] =>
    by >= 0 ? [numerator * power10(by), denominator] : [numerator, denominator * power10(-by)];
  const isBelow = (power: number): boolean => {
    const [above, below] = scale(-power);
    return above < below;
  };
  while (isBelow(power)) power--;
  const digits = String(divide(...scale(exact - power)));
  if (digits.length > exact + 1) return { digits: pad(digits.slice(0, -1)), power: power + 1 };
  return { digits: pad(digits), power };
}

const suffix = (power: number): string =>
  `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;

function exponential(value: LongDouble, precision: number, alternate: boolean): string {
  const { digits, power } = scientific(value, precision);
  return `${pointed(digits[0] as string, digits.slice(1), alternate)}${suffix(power)}`;
}

function general(value: LongDouble, precision: number, alternate: boolean): string {
  const significant = Math.max(1, precision);
  const { digits, power } = scientific(value, significant - 1);
  const trim = (fraction: string): string => (alternate ? fraction : fraction.replace(/0+$/, ''));
  if (power < -4 || power >= significant)
    return `${pointed(digits[0] as string, trim(digits.slice(1)), alternate)}${suffix(power)}`;
  const all = power < 0 ? `${'0'.repeat(-power)}${digits}` : digits;
  const point = Math.max(power, 0) + 1;
  return pointed(all.slice(0, point), trim(all.slice(point)), alternate);
}

/** The first digit holds four bits, as glibc writes it. */
function hexadecimal(value: LongDouble, precision: number | undefined, alternate: boolean): string {
  const { mantissa, exponent } = value;
  if (mantissa === 0n) return `0x${pointed('0', '0'.repeat(precision ?? 0), alternate)}p+0`;
  const shift = exponent === MIN_EXPONENT ? 0 : BITS - bitsOf(mantissa);
  let power = exponent - shift + BITS - 4;
  const exact = Math.min(precision ?? 15, 15);
  const whole = divide(mantissa << BigInt(shift), 1n << BigInt(BITS - 4 - 4 * exact));
  let digits = whole.toString(16).padStart(exact + 1, '0');
  if (digits.length > exact + 1) {
    digits = digits.slice(0, -1);
    power += 4;
  }
  const fraction = digits.slice(1);
  const shown =
    precision === undefined ? fraction.replace(/0+$/, '') : fraction.padEnd(precision, '0');
  return `0x${pointed(digits[0] as string, shown, alternate)}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}
