/** The keys of sort(1): where they stand in a line, and how two of them compare. Lines are parts of byte arrays; none is copied. */
import { compareVersions } from './version.ts';

export interface Ordering {
  isNumeric: boolean;
  isGeneral: boolean;
  isHuman: boolean;
  isMonth: boolean;
  isVersion: boolean;
  isRandom: boolean;
  isReverse: boolean;
  isFolded: boolean;
  isDictionary: boolean;
  isPrintable: boolean;
  skipsStart: boolean;
  skipsEnd: boolean;
}

export interface Key extends Ordering {
  /** From 0. */
  readonly fromField: number;
  readonly fromChar: number;
  /** From 0; to the end of the line where it is infinite. */
  readonly toField: number;
  /** 0 for the end of the field. */
  readonly toChar: number;
}

export const plainOrdering = (): Ordering => ({
  isNumeric: false,
  isGeneral: false,
  isHuman: false,
  isMonth: false,
  isVersion: false,
  isRandom: false,
  isReverse: false,
  isFolded: false,
  isDictionary: false,
  isPrintable: false,
  skipsStart: false,
  skipsEnd: false,
});

export const isBlank = (byte: number | undefined): boolean =>
  byte === 32 || byte === 9 || byte === 10;

/** The beginning of a key in a line. */
export function keyStart(
  data: Uint8Array,
  start: number,
  end: number,
  key: Key,
  tab: number,
): number {
  let at = start;
  if (tab >= 0)
    for (let field = key.fromField; field > 0 && at < end; field--) {
      while (at < end && data[at] !== tab) at++;
      if (at < end) at++;
    }
  else
    for (let field = key.fromField; field > 0 && at < end; field--) {
      while (at < end && isBlank(data[at])) at++;
      while (at < end && !isBlank(data[at])) at++;
    }
  if (key.skipsStart) while (at < end && isBlank(data[at])) at++;
  return Math.min(end, at + key.fromChar);
}

/** Where a key ends. */
export function keyEnd(
  data: Uint8Array,
  start: number,
  end: number,
  key: Key,
  tab: number,
): number {
  if (key.toField === Number.POSITIVE_INFINITY) return end;
  // Without a last character the field counts as whole.
  let fields = key.toChar === 0 ? key.toField + 1 : key.toField;
  let at = start;
  if (tab >= 0)
    while (at < end && fields-- > 0) {
      while (at < end && data[at] !== tab) at++;
      if (at < end && (fields > 0 || key.toChar > 0)) at++;
    }
  else
    while (at < end && fields-- > 0) {
      while (at < end && isBlank(data[at])) at++;
      while (at < end && !isBlank(data[at])) at++;
    }
  if (key.toChar === 0) return at;
  if (key.skipsEnd) while (at < end && isBlank(data[at])) at++;
  return Math.min(end, at + key.toChar);
}

/** Compares a part of one byte array with a part of another. */
export type CompareParts = (
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
) => number;

export const compareBytes: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) => {
  const length = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < length; i++) {
    const difference = (a[aFrom + i] as number) - (b[bFrom + i] as number);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
};

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 48 && byte <= 57;

/** A decimal number as text, compared digit by digit: of any length. */
export const compareNumbers: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) => {
  const one = numberAt(a, aFrom, aTo);
  const other = numberAt(b, bFrom, bTo);
  if (one.sign !== other.sign) return one.sign - other.sign;
  return one.sign * compareMagnitudes(a, one, b, other);
};

interface NumberPart {
  /** -1, 0 or 1. */
  readonly sign: number;
  readonly from: number;
  readonly point: number;
  readonly to: number;
}

function numberAt(data: Uint8Array, from: number, to: number): NumberPart {
  let at = from;
  while (at < to && isBlank(data[at])) at++;
  const isNegative = at < to && data[at] === 45;
  if (isNegative) at++;
  while (at < to && data[at] === 48) at++;
  const start = at;
  while (at < to && isDigit(data[at])) at++;
  const point = at;
  let last = at;
  if (at < to && data[at] === 46) {
    at++;
    while (at < to && isDigit(data[at])) {
      if (data[at] !== 48) last = at + 1;
      at++;
    }
  }
  const isZero = point === start && last === point;
  return { sign: isZero ? 0 : isNegative ? -1 : 1, from: start, point, to: last };
}

function compareMagnitudes(
  a: Uint8Array,
  one: NumberPart,
  b: Uint8Array,
  other: NumberPart,
): number {
  const whole = one.point - one.from - (other.point - other.from);
  if (whole !== 0) return whole;
  for (let i = one.from, j = other.from; i < one.point; i++, j++) {
    const difference = (a[i] as number) - (b[j] as number);
    if (difference !== 0) return difference;
  }
  for (let i = one.point + 1, j = other.point + 1; i < one.to || j < other.to; i++, j++) {
    const difference =
      (i < one.to ? (a[i] as number) : 48) - (j < other.to ? (b[j] as number) : 48);
    if (difference !== 0) return difference;
  }
  return 0;
}

const UNITS = 'KMGTPEZY';

/** Numbers with a unit: the sign, then the unit, then the digits. */
const compareHuman: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) =>
  unitOf(a, aFrom, aTo) - unitOf(b, bFrom, bTo) || compareNumbers(a, aFrom, aTo, b, bFrom, bTo);

function unitOf(data: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(data[at])) at++;
  const isNegative = at < to && data[at] === 45;
  if (isNegative) at++;
  let isZero = true;
  for (; at < to && isDigit(data[at]); at++) if (data[at] !== 48) isZero = false;
  if (at < to && data[at] === 46) {
    at++;
    for (; at < to && isDigit(data[at]); at++) if (data[at] !== 48) isZero = false;
  }
  if (isZero || at >= to) return 0;
  const letter = String.fromCharCode(data[at] as number);
  const unit = letter === 'k' ? 1 : UNITS.indexOf(letter) + 1;
  return isNegative ? -unit : unit;
}

/** Like strtold(3) in double precision: what is no number is before all, NaN before the numbers. */
const compareGeneral: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) => {
  const one = generalAt(a, aFrom, aTo);
  const other = generalAt(b, bFrom, bTo);
  if (one === undefined || other === undefined)
    return one === other ? 0 : one === undefined ? -1 : 1;
  if (one < other) return -1;
  if (one > other) return 1;
  if (one === other) return 0;
  return Number.isNaN(one) ? (Number.isNaN(other) ? 0 : -1) : 1;
};

const GENERAL =
  /^[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?)|(nan)|(0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p[+-]?\d+)?)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))/i;

function generalAt(data: Uint8Array, from: number, to: number): number | undefined {
  let text = '';
  for (let at = from; at < to && at < from + 400; at++)
    text += String.fromCharCode(data[at] as number);
  const found = GENERAL.exec(text);
  if (!found) return undefined;
  const [, sign, infinite, nan, hex, decimal] = found;
  const size = infinite
    ? Number.POSITIVE_INFINITY
    : nan
      ? Number.NaN
      : hex
        ? hexadecimal(hex)
        : Number(decimal);
  return sign === '-' ? -size : size;
}

function hexadecimal(text: string): number {
  const [, whole = '', part = '', power = '0'] =
    /^0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?/i.exec(text) ?? [];
  return Number.parseInt(`${whole}${part}` || '0', 16) * 2 ** (Number(power) - 4 * part.length);
}

const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';

const compareMonths: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) =>
  monthAt(a, aFrom, aTo) - monthAt(b, bFrom, bTo);

function monthAt(data: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(data[at])) at++;
  if (at + 3 > to) return 0;
  const name = String.fromCharCode(...data.subarray(at, at + 3)).toUpperCase();
  const found = MONTHS.indexOf(name);
  return found >= 0 && found % 3 === 0 ? found / 3 + 1 : 0;
}

/** Of a run of sort: equal keys stay together, in an order that nobody knows. */
const salt = crypto.getRandomValues(new Uint32Array(2));

const compareRandom: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) =>
  hashOf(a, aFrom, aTo) - hashOf(b, bFrom, bTo) || compareBytes(a, aFrom, aTo, b, bFrom, bTo);

function hashOf(data: Uint8Array, from: number, to: number): number {
  let hash = salt[0] as number;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (salt[1] as number), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const identity = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const upper = identity.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));
const isWord = identity.map((byte) =>
  (byte >= 48 && byte <= 57) ||
  (byte >= 65 && byte <= 90) ||
  (byte >= 97 && byte <= 122) ||
  isBlank(byte)
    ? 1
    : 0,
);
const isShown = identity.map((byte) => (byte >= 32 && byte < 127 ? 1 : 0));

/** Bytes that are folded, and those alone that count. */
function translated(isFolded: boolean, kept: Uint8Array | undefined): CompareParts {
  const fold = isFolded ? upper : identity;
  return (a, aFrom, aTo, b, bFrom, bTo) => {
    let i = aFrom;
    let j = bFrom;
    for (;;) {
      if (kept) {
        while (i < aTo && kept[a[i] as number] === 0) i++;
        while (j < bTo && kept[b[j] as number] === 0) j++;
      }
      if (i >= aTo || j >= bTo) return (i < aTo ? 1 : 0) - (j < bTo ? 1 : 0);
      const difference = (fold[a[i++] as number] as number) - (fold[b[j++] as number] as number);
      if (difference !== 0) return difference;
    }
  };
}

/** A copy of what counts in a key, for the orders that know no bytes that do not. */
function copied(
  compare: CompareParts,
  isFolded: boolean,
  kept: Uint8Array | undefined,
): CompareParts {
  const copy = (data: Uint8Array, from: number, to: number): Uint8Array => {
    const out = data.slice(from, to);
    let length = 0;
    for (const byte of out)
      if (!kept || kept[byte]) out[length++] = isFolded ? (upper[byte] as number) : byte;
    return out.subarray(0, length);
  };
  return (a, aFrom, aTo, b, bFrom, bTo) => {
    const one = copy(a, aFrom, aTo);
    const other = copy(b, bFrom, bTo);
    return compare(one, 0, one.length, other, 0, other.length);
  };
}

/** How two keys compare, without the reverse. */
export function comparisonOf(key: Ordering): CompareParts {
  const kept = key.isDictionary ? isWord : key.isPrintable ? isShown : undefined;
  const special = key.isNumeric
    ? compareNumbers
    : key.isGeneral
      ? compareGeneral
      : key.isHuman
        ? compareHuman
        : key.isMonth
          ? compareMonths
          : key.isRandom
            ? compareRandom
            : key.isVersion
              ? compareVersions
              : undefined;
  if (special)
    return kept || (key.isFolded && !key.isNumeric) ? copied(special, key.isFolded, kept) : special;
  return kept || key.isFolded ? translated(key.isFolded, kept) : compareBytes;
}
