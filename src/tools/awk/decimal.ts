/**
 * Numbers as printf(3) writes them. Doubles are written exactly, and rounded half to even: JavaScript rounds what lies in
 * the middle up, which is put right here.
 */
import { lengthOf } from './characters.ts';

const MOST_DIGITS = 100;

/** A decimal that was rounded up from the middle ends with an odd digit where the even one is one lower. */
function toEven(text: string, isMiddle: boolean): string {
  if (!isMiddle) return text;
  const end = /\d(?=e|$)/.exec(text)?.index ?? text.length - 1;
  const digit = text.charCodeAt(end) - 48;
  return digit % 2 === 0 ? text : `${text.slice(0, end)}${digit - 1}${text.slice(end + 1)}`;
}

/** All the digits of a finite number at `precision` digits behind the point, for what JavaScript's own does not reach. */
function exactFixed(value: number, precision: number): string {
  let bits = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    bits++;
  }
  const numerator = BigInt(scaled) * 10n ** BigInt(precision);
  const denominator = 1n << BigInt(bits);
  const twice = (numerator % denominator) * 2n;
  let whole = numerator / denominator;
  if (twice > denominator || (twice === denominator && (whole & 1n) === 1n)) whole++;
  const digits = String(whole).padStart(precision + 1, '0');
  const point = digits.length - precision;
  return precision === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** As %f writes what is not negative. */
function fixed(value: number, precision: number): string {
  if (value >= 1e21 || precision > MOST_DIGITS) {
    // No double has more digits behind the point.
    const exact = exactFixed(value, Math.min(precision, 1074));
    return exact.padEnd(exact.length + Math.max(0, precision - 1074), '0');
  }
  return toEven(value.toFixed(precision), (value * 2 ** (precision + 1)) % 2 === 1);
}

/** Digits, one before the point, and the power of ten. */
function scientific(value: number, precision: number): { digits: string; power: number } {
  if (value === 0) return { digits: '0'.repeat(precision + 1), power: 0 };
  if (precision > MOST_DIGITS) return exactScientific(value, precision);
  const plain = value.toExponential(precision);
  const power = Number(plain.slice(plain.indexOf('e') + 1));
  const behind = precision - power;
  const isMiddle =
    behind >= 0 ? (value * 2 ** (behind + 1)) % 2 === 1 : isMiddleOfWhole(value, -behind);
  const [mantissa = ''] = toEven(plain, isMiddle).split('e');
  return { digits: mantissa.replace('.', ''), power };
}

function isMiddleOfWhole(value: number, zeros: number): boolean {
  if (!Number.isInteger(value) || zeros > 25) return false;
  const unit = 10n ** BigInt(zeros);
  return (BigInt(value) * 2n) % (unit * 2n) === unit;
}

function exactScientific(value: number, precision: number): { digits: string; power: number } {
  const power = Number(value.toExponential(0).split('e')[1]);
  const behind = precision - power + 1;
  const all = exactFixed(value, Math.min(Math.max(behind, 0), 1100))
    .replace('.', '')
    .replace(/^0+/, '');
  const digits = all.slice(0, precision + 1).padEnd(precision + 1, '0');
  return { digits, power: Number(value.toExponential(MOST_DIGITS).split('e')[1]) };
}

const suffix = (power: number): string =>
  `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;

const pointed = (whole: string, fraction: string, alternate: boolean): string =>
  fraction !== '' || alternate ? `${whole}.${fraction}` : whole;

function general(value: number, precision: number, alternate: boolean): string {
  const significant = Math.max(1, precision);
  const { digits, power } = scientific(value, significant - 1);
  const trim = (fraction: string): string => (alternate ? fraction : fraction.replace(/0+$/, ''));
  if (power < -4 || power >= significant)
    return `${pointed(digits.slice(0, 1), trim(digits.slice(1)), alternate)}${suffix(power)}`;
  const all = power < 0 ? `${'0'.repeat(-power)}${digits}` : digits;
  const point = Math.max(power, 0) + 1;
  return pointed(all.slice(0, point), trim(all.slice(point)), alternate);
}

function hexadecimal(value: number, precision: number | undefined, alternate: boolean): string {
  if (value === 0) return `0x${pointed('0', '0'.repeat(precision ?? 0), alternate)}p+0`;
  let power = Math.floor(Math.log2(value));
  if (2 ** power > value) power--;
  power = Math.max(power, -1022);
  const mantissa = BigInt((value / 2 ** power) * 2 ** 52);
  const kept = Math.min(precision ?? 13, 13);
  const unit = 1n << BigInt(52 - 4 * kept);
  const twice = (mantissa % unit) * 2n;
  let rounded = mantissa / unit;
  if (twice > unit || (twice === unit && (rounded & 1n) === 1n)) rounded++;
  const digits = rounded.toString(16).padStart(kept + 1, '0');
  const fraction = digits.slice(digits.length - kept);
  const shown =
    precision === undefined ? fraction.replace(/0+$/, '') : fraction.padEnd(precision, '0');
  const whole = digits.slice(0, digits.length - kept) || '0';
  return `0x${pointed(whole, shown, alternate)}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

/** What is not negative, by a conversion of a floating-point number. */
function floating(
  value: number,
  letter: string,
  precision: number | undefined,
  alternate: boolean,
): string {
  if (letter === 'a') return hexadecimal(value, precision, alternate);
  if (letter === 'g') return general(value, precision ?? 6, alternate);
  if (letter === 'f') {
    const text = fixed(value, precision ?? 6);
    return alternate && precision === 0 ? `${text}.` : text;
  }
  const { digits, power } = scientific(value, precision ?? 6);
  return `${pointed(digits.slice(0, 1), digits.slice(1), alternate)}${suffix(power)}`;
}

/** glibc's sign of a quiet NaN is that of the processor, which gives negative ones. */
const infinite = (value: number): string =>
  Number.isNaN(value) ? '-nan' : value < 0 ? '-inf' : 'inf';

export interface Conversion {
  readonly flags: string;
  width: number;
  precision: number | undefined;
  readonly letter: string;
}

/** A part of a format: text as it is, or a conversion with where its numbers are to be found. */
type Part =
  | string
  | {
      readonly flags: string;
      readonly width: string;
      readonly precision: string | undefined;
      readonly letter: string;
      readonly position: number;
      readonly whole: string;
    };

const CONVERSION =
  /%(?:(\d+)\$)?([-+ #0']*)(\*(?:\d+\$)?|\d*)(?:\.(\*(?:\d+\$)?|-?\d*))?[hlLqjzt]*([\s\S]?)/y;

const parsed = new Map<string, readonly Part[]>();

/** A format is taken apart once. */
export function partsOf(format: string): readonly Part[] {
  const known = parsed.get(format);
  if (known) return known;
  const parts: Part[] = [];
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf('%', at);
    if (next !== at) {
      parts.push(format.slice(at, next < 0 ? undefined : next));
      if (next < 0) break;
    }
    CONVERSION.lastIndex = next;
    const [whole = '%', position, flags = '', width = '', precision, letter = ''] =
      CONVERSION.exec(format) ?? [];
    at = next + whole.length;
    if (letter === '%') parts.push('%');
    else if (letter === '' || !'diouxXeEfFgGaAcs'.includes(letter)) parts.push(whole);
    else parts.push({ flags, width, precision, letter, position: Number(position ?? 0), whole });
  }
  if (parsed.size > 500) parsed.clear();
  parsed.set(format, parts);
  return parts;
}

export function padded(text: string, { flags, width }: Conversion): string {
  if (width === 0) return text;
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

const INTEGERS = 'diouxX';

/** A number by a conversion of its own. */
export function numberBy(conversion: Conversion, value: number): string {
  const { letter, flags, width, precision } = conversion;
  const isInteger = INTEGERS.includes(letter);
  const isOrdinary = Number.isFinite(value);
  const body = bodyOf(conversion, value, isInteger && isOrdinary);
  const sign = signOf(conversion, isInteger && isOrdinary ? Math.trunc(value) : value);
  const missing = width - body.length - sign.length;
  const isZeros =
    flags.includes('0') &&
    !flags.includes('-') &&
    isOrdinary &&
    !(isInteger && precision !== undefined);
  if (missing <= 0 || !isZeros) return padded(sign + body, conversion);
  const prefix = /^0x/i.test(body) ? body.slice(0, 2) : '';
  return sign + prefix + '0'.repeat(missing) + body.slice(prefix.length);
}

/** Without the sign. */
function bodyOf(conversion: Conversion, value: number, isInteger: boolean): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  if (isInteger) return integer(conversion, Math.trunc(value));
  const { letter, precision, flags } = conversion;
  const text = floating(Math.abs(value), letter.toLowerCase(), precision, flags.includes('#'));
  return letter === letter.toLowerCase() ? text : text.toUpperCase();
}

/** A negative number that is to be written without a sign keeps it, and so does what is not finite. */
function signOf({ letter, flags }: Conversion, value: number): string {
  const isWhole = INTEGERS.includes(letter) && Number.isFinite(value);
  if (value < 0 || Number.isNaN(value) || (Object.is(value, -0) && !isWhole)) return '-';
  if (!Number.isFinite(value)) return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if ('ouxX'.includes(letter)) return '';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

/** Without its sign. */
function integer({ letter, precision, flags }: Conversion, value: number): string {
  const amount = Math.abs(value);
  const base = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = amount < 2 ** 53 ? amount.toString(base) : BigInt(amount).toString(base);
  if (letter === 'X') digits = digits.toUpperCase();
  if (precision === 0 && value === 0) digits = '';
  digits = digits.padStart(precision ?? 0, '0');
  if (!flags.includes('#')) return digits;
  if (letter === 'o') return digits.startsWith('0') ? digits : `0${digits}`;
  return base === 16 && value !== 0 ? `0${letter}${digits}` : digits;
}

/** Whole numbers need no format, however large they are. */
export const wholeText = (value: number): string =>
  Math.abs(value) < 2 ** 53 ? String(value) : String(BigInt(value));

/** A number by CONVFMT or OFMT, which has one conversion. */
export function formatNumber(value: number, format: string): string {
  if (!Number.isFinite(value)) return infinite(value);
  if (format === '%.6g') return (value < 0 ? '-' : '') + general(Math.abs(value), 6, false);
  let out = '';
  for (const part of partsOf(format)) {
    if (typeof part === 'string') out += part;
    else if (part.letter === 's' || part.letter === 'c') out += wholeText(Math.trunc(value));
    else {
      const { flags, letter, width, precision } = part;
      const size = {
        width: Number(width) || 0,
        precision: precision === undefined ? undefined : Number(precision) || 0,
      };
      out += numberBy({ flags, letter, ...size }, value);
    }
  }
  return out;
}
