/**
 * The values of awk: numbers, strings, and text from outside (fields, ENVIRON, getline), which is a number too where it
 * looks like one. What was never set is undefined: it is both "" and 0.
 */
import { formatNumber, wholeText } from './decimal.ts';

/** Text from outside: a "numeric string" of POSIX where it looks like a number. */
export class InputText {
  readonly text: string;
  #number: number | undefined | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** Undefined where the text does not look like a number. Hexadecimal ones do not. */
  get number(): number | undefined {
    if (this.#number === null) this.#number = numberOfInput(this.text);
    return this.#number;
  }
}

export type Value = number | string | InputText | undefined;

export type Key = number | string;

/** An array. Keys that are written as whole numbers are numbers here: see `keyOf`. */
export type AwkArray = Map<Key, Value>;

const DECIMAL = /^[ \t\n\r\f\v]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const HEXADECIMAL = /^[ \t\n\r\f\v]*([+-]?)(0[xX][\da-fA-F]+)/;
const SPECIAL = /^[ \t\n\r\f\v]*([+-])(inf|nan)/i;
const BLANKS_ONLY = /^[ \t\n\r\f\v]*$/;

/** The number that a text begins with, and how much of it that is: nothing where it begins with none. */
function leading(text: string): { value: number; length: number; isHexadecimal?: boolean } {
  const [decimal] = DECIMAL.exec(text) ?? [];
  if (decimal !== undefined) {
    const mayBeHexadecimal = decimal.endsWith('0') && /[xX]/.test(text.charAt(decimal.length));
    const [whole, sign, digits] = (mayBeHexadecimal && HEXADECIMAL.exec(text)) || [];
    if (whole === undefined) return { value: Number(decimal), length: decimal.length };
    const value = sign === '-' ? -Number(digits) : Number(digits);
    return { value, length: whole.length, isHexadecimal: true };
  }
  const [special, sign, word = ''] = SPECIAL.exec(text) ?? [];
  if (special === undefined) return { value: 0, length: 0 };
  const value = word.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
  return { value: sign === '-' ? -value : value, length: special.length };
}

function numberOfInput(text: string): number | undefined {
  const whole = wholeNumber(text);
  if (whole >= 0) return whole;
  const { value, length, isHexadecimal } = leading(text);
  return length > 0 && !isHexadecimal && BLANKS_ONLY.test(text.slice(length)) ? value : undefined;
}

/** The value of a few digits; -1 for whatever else. */
function wholeNumber(text: string): number {
  const { length } = text;
  if (length === 0 || length > 9) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The number that a text begins with, as strtod(3) reads it; 0 where it begins with none. */
export function parseNumber(text: string): number {
  const whole = wholeNumber(text);
  if (whole >= 0) return whole;
  return leading(text).value;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  if (typeof value === 'string') return parseNumber(value);
  return value.number ?? parseNumber(value.text);
}

/** `format` is CONVFMT or OFMT: whole numbers do not need it. */
export function toText(value: Value, format: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value === 'number') return numberText(value, format);
  return value.text;
}

export const numberText = (value: number, format: string): string =>
  Number.isInteger(value) ? wholeText(value) : formatNumber(value, format);

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (value === undefined) return false;
  if (typeof value === 'string') return value !== '';
  const { number } = value;
  return number === undefined ? value.text !== '' : number !== 0;
}

/** The number that a value is compared as; undefined where it is compared as text. */
const numericOf = (value: Value): number | undefined =>
  typeof value === 'number'
    ? value
    : value === undefined
      ? 0
      : typeof value === 'string'
        ? undefined
        : value.number;

/** Below zero, zero or above it; NaN for what cannot be ordered. */
export function compare(left: Value, right: Value, format: string): number {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right);
  const a = numericOf(left);
  const b = numericOf(right);
  if (a !== undefined && b !== undefined) return compareNumbers(a, b);
  return compareText(toText(left, format), toText(right, format));
}

const compareNumbers = (a: number, b: number): number =>
  a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;

/** Text has a character for each byte, so that its order is memcmp(3)'s. */
export const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** "12" and 12 are one key: keys in the form that numbers are written in are numbers. */
export function keyOf(value: Value, format: string): Key {
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e15
      ? value + 0
      : numberText(value, format);
  if (value === undefined) return '';
  return keyOfText(typeof value === 'string' ? value : value.text);
}

export function keyOfText(text: string): Key {
  const { length } = text;
  if (length === 0 || length > 9) return text;
  let at = 0;
  let first = text.charCodeAt(0);
  if (first === 45) {
    first = text.charCodeAt(1);
    // "-0" is a key of its own.
    if (first === 48) return text;
    at = 1;
    if (length === 1) return text;
  }
  if (first === 48 && length > 1) return text;
  let number = 0;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return text;
    number = number * 10 + digit;
  }
  return text.charCodeAt(0) === 45 ? -number : number;
}

/** What a key is as the value of a loop's variable. */
export const keyText = (key: Key): string => (typeof key === 'string' ? key : String(key));
