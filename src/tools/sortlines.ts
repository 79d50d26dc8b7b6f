/** The order of whole lines: by their keys, and where these are equal by all their bytes. */
import {
  type CompareParts,
  compareBytes,
  comparisonOf,
  type Key,
  keyEnd,
  keyStart,
} from './sortkey.ts';

interface LineRules {
  readonly keys: readonly Key[];
  readonly isReverse: boolean;
  readonly isUnique: boolean;
  readonly isStable: boolean;
  readonly tab: number;
}

export interface LineCompare {
  /** The order of lines. */
  readonly order: CompareParts;
  /** By bytes alone, from the first. */
  readonly isPlain: boolean;
}

export function lineCompare(rules: LineRules): LineCompare {
  const { keys, tab, isReverse } = rules;
  const last: CompareParts | undefined =
    rules.isStable || rules.isUnique
      ? undefined
      : isReverse
        ? (a, aFrom, aTo, b, bFrom, bTo) => compareBytes(b, bFrom, bTo, a, aFrom, aTo)
        : compareBytes;
  if (keys.length === 0)
    return {
      isPlain: true,
      order: isReverse
        ? (a, aFrom, aTo, b, bFrom, bTo) => compareBytes(b, bFrom, bTo, a, aFrom, aTo)
        : compareBytes,
    };
  const parts = keys.map((key) => ({ key, compare: comparisonOf(key) }));
  return {
    isPlain: false,
    order: (a, aFrom, aTo, b, bFrom, bTo) => {
      for (const { key, compare } of parts) {
        const aStart = keyStart(a, aFrom, aTo, key, tab);
        const bStart = keyStart(b, bFrom, bTo, key, tab);
        const aEnd = Math.max(aStart, keyEnd(a, aFrom, aTo, key, tab));
        const bEnd = Math.max(bStart, keyEnd(b, bFrom, bTo, key, tab));
        const difference = compare(a, aStart, aEnd, b, bStart, bEnd);
        if (difference !== 0) return key.isReverse ? -difference : difference;
      }
      return last ? last(a, aFrom, aTo, b, bFrom, bTo) : 0;
    },
  };
}

/**
 * A number for the beginning of a line's first key, so that most comparisons need no more: where the numbers differ, so
 * do the lines. Undefined where the order has no such number.
 */
export function prefixOf({
  keys,
  tab,
  isReverse,
}: LineRules): ((data: Uint8Array, from: number, to: number) => number) | undefined {
  const [key] = keys;
  if (!key) return isReverse ? (data, from, to) => -bytesAt(data, from, to) : bytesAt;
  const isBytes = !(
    key.isGeneral ||
    key.isHuman ||
    key.isMonth ||
    key.isVersion ||
    key.isRandom ||
    key.isFolded ||
    key.isDictionary ||
    key.isPrintable ||
    key.isNumeric
  );
  if (!isBytes && !(key.isNumeric && !key.isDictionary && !key.isPrintable)) return undefined;
  const number = key.isNumeric ? decimalAt : bytesAt;
  const sign = key.isReverse ? -1 : 1;
  return (data, from, to) => {
    const start = keyStart(data, from, to, key, tab);
    return sign * number(data, start, Math.max(start, keyEnd(data, from, to, key, tab)));
  };
}

/** The first six bytes, each one more than it is, so that the end is before all: exact in a double. */
function bytesAt(data: Uint8Array, from: number, to: number): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 3; i++)
    high = high * 257 + (from + i < to ? (data[from + i] as number) + 1 : 0);
  for (let i = 3; i < 6; i++)
    low = low * 257 + (from + i < to ? (data[from + i] as number) + 1 : 0);
  return high * 16974593 + low;
}

/** The value of a decimal number; numbers whose values differ compare as these do. */
function decimalAt(data: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (data[at] === 32 || data[at] === 9 || data[at] === 10)) at++;
  const isNegative = at < to && data[at] === 45;
  if (isNegative) at++;
  let value = 0;
  let digits = 0;
  for (; at < to; at++) {
    const digit = (data[at] as number) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    digits++;
  }
  // Where the value may not be exact, only its whole part counts, cut to what is.
  if (digits > 15) value = Math.min(1e15, value);
  return isNegative ? -value : value;
}
