/** The names of months and days, and the numbers that cal(1) reads. */
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Su Mo Tu We Th Fr Sa'.split(' ');

/** The name of a month from 0 on; none outside of the year. */
export const monthName = (month: number): string => MONTHS[month] ?? '';

/** The first two letters of a day's name, from Sunday on. */
export const dayName = (day: number): string => DAYS[day] as string;

/** The number that a text begins with, as an int of strtol(3), and what follows; 0 and the whole text where there is none. */
export function numberAt(text: string): { readonly value: number; readonly rest: string } {
  const [whole, digits = ''] = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text) ?? [];
  if (whole === undefined) return { value: 0, rest: text };
  const long = BigInt(digits.replace('+', ''));
  const limit = 1n << 63n;
  const bounded = long >= limit ? limit - 1n : long < -limit ? -limit : long;
  return { value: Number(BigInt.asIntN(32, bounded)), rest: text.slice(whole.length) };
}

/**
 * The month that a word names, by its number or its name. `f` and `p` behind the number mean the next one and the
 * one before, seen from a month.
 */
export function monthNamed(
  word: string,
  year: number,
  month: number,
): { readonly year: number; readonly month: number } | undefined {
  const { value, rest } = numberAt(word);
  if (rest === word) {
    const named = MONTHS.findIndex(
      (each) => word.slice(0, 3).toLowerCase() === each.slice(0, 3).toLowerCase(),
    );
    return named < 0 ? undefined : { year, month: named + 1 };
  }
  if (!/^[fp]?$/i.test(rest) || value < 1 || value > 12) return undefined;
  const isNext = /f/i.test(rest) && value <= month;
  const isBefore = /p/i.test(rest) && value >= month;
  return { year: year + (isNext ? 1 : 0) - (isBefore ? 1 : 0), month: value };
}
