/** The numbers of dd(1): how its operands write them, and how its statistics print them. */
import { ToolError } from './host.ts';
import { inQuotes } from './quote.ts';

const LETTERS = 'kMGTPEZY';
const LARGEST = 2n ** 63n - 1n;

/** The units of `dd` that are no powers. */
const UNITS: Readonly<Record<string, bigint>> = { '': 1n, c: 1n, w: 2n, b: 512n, B: 1n };

function factorOf(suffix: string): bigint | undefined {
  if (Object.hasOwn(UNITS, suffix)) return UNITS[suffix];
  const [, letter = '', unit = ''] = /^([kKmMgGtTPEZY])(B|iB|)$/.exec(suffix) ?? [];
  if (letter === '') return undefined;
  const found = LETTERS.indexOf(letter) + 1;
  const power = found || ['K', 'm', 'g', 't'].indexOf(letter) + 1;
  return (unit === 'B' ? 1000n : 1024n) ** BigInt(power);
}

/** A number with its suffix, or a product of such numbers: `2x3k`. `zero` is called for a factor that is written `0x`. */
export function ddNumber(text: string, zero: () => void): number {
  const invalid = (reason = ''): never => {
    throw new ToolError(`invalid number: ${inQuotes(text)}${reason}`);
  };
  let product = 1n;
  const factors = text.split('x');
  for (const [i, factor] of factors.entries()) {
    const [, digits, suffix = ''] = /^[ \t\n\v\f\r]*\+?(\d+)(.*)$/s.exec(factor) ?? invalid();
    const unit = factorOf(suffix) ?? invalid();
    product *= BigInt(digits as string) * unit;
    if (factor === '0' && i < factors.length - 1) zero();
  }
  if (product > LARGEST) invalid(': Value too large for defined data type');
  return Number(product);
}

/** A size with its unit, rounded to the nearest; below ten it has one digit after the point. */
export function sizeWords(bytes: number, base: 1000 | 1024): string {
  let power = 0;
  let unit = 1n;
  const size = BigInt(Math.round(bytes));
  for (; power < LETTERS.length && unit * BigInt(base) <= size; power++) unit *= BigInt(base);
  if (power === 0) return `${size} B`;
  const letters = (at: number): string => {
    const letter = LETTERS[at - 1] as string;
    return base === 1000 ? `${letter}B` : `${letter.toUpperCase()}iB`;
  };
  if (size < 10n * unit) {
    const tenths = nearest(size * 10n, unit);
    if (tenths < 100n) return `${tenths / 10n}.${tenths % 10n} ${letters(power)}`;
    return `10 ${letters(power)}`;
  }
  const whole = nearest(size, unit);
  return whole === BigInt(base) && power < LETTERS.length
    ? `1.0 ${letters(power + 1)}`
    : `${whole} ${letters(power)}`;
}

/** A quotient that is rounded to the nearest, and to the even one in the middle. */
function nearest(value: bigint, by: bigint): bigint {
  const [quotient, twice] = [value / by, (value % by) * 2n];
  const isUp = twice > by || (twice === by && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** A rate of bytes, in kB at least. */
export function rateWords(bytesPerSecond: number): string {
  let value = bytesPerSecond / 1000;
  let power = 1;
  for (; value >= 1000 && power < LETTERS.length; power++) value /= 1000;
  const short = value.toFixed(1);
  return `${short.length > 4 ? Math.round(value) : short} ${LETTERS[power - 1]}B/s`;
}

/** A number as `%g` prints it. */
export function general(value: number): string {
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(5).split('e')[1]);
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [digits = '', power = '0'] = value.toExponential(5).split('e');
  const sign = power.startsWith('-') ? '-' : '+';
  return `${Number(digits)}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
}
