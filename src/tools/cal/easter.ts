/** The dates of Easter. */
import { type CalendarDate, gregorianDate, julianDate, julianDay, weekday } from './days.ts';

const div = (a: number, b: number): number => Math.trunc(a / b);

/** Easter of the western churches, in the Gregorian calendar. */
export function westernEaster(year: number): CalendarDate {
  const golden = year % 19;
  const century = div(year, 100);
  const k = div(century - 17, 25);
  let moon = (century - div(century, 4) - div(century - k, 3) + 19 * golden + 15) % 30;
  moon -= div(moon, 28) * (1 - div(moon, 28) * div(29, moon + 1) * div(21 - golden, 11));
  const day = (year + div(year, 4) + moon + 2 - century + div(century, 4)) % 7;
  const l = moon - day;
  const month = 3 + div(l + 40, 44);
  return { year, month, day: l + 28 - 31 * div(month, 4) };
}

/** The days of March and April that Easter follows in each of 19 years. */
const LIMITS = [5, 25, 13, 2, 22, 10, 30, 18, 7, 27, 15, 4, 24, 12, 1, 21, 9, 29, 17];

function orthodoxDay(year: number): number {
  const day = LIMITS[year % 19] as number;
  const limit = julianDay({ year, month: day < 21 ? 4 : 3, day });
  // The next Sunday.
  return limit + (weekday(limit) === 6 ? 7 : 6 - weekday(limit));
}

/** Easter of the orthodox churches, as the Julian or the Gregorian calendar names the day. */
export const orthodoxEaster = (year: number, isJulian: boolean): CalendarDate =>
  isJulian ? julianDate(orthodoxDay(year)) : gregorianDate(orthodoxDay(year));
