/** The numbers of days since the 1st of March of the year 0, and the dates that they stand for in both calendars. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A date whose year begins with March, all from 0: the leap day is the last one of its year. */
interface MarchDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The days of such a year before each month; in 1582 October lost ten days. */
const BEFORE = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
const BEFORE_1582 = BEFORE.map((days, month) => (month > 7 ? days - 10 : days));

/** Divides as C does: towards zero. */
const div = (a: number, b: number): number => Math.trunc(a / b);

/** A date before that March, or in a month that does not exist, has no number. */
function toMarch({ year, month, day }: CalendarDate): MarchDate | undefined {
  const date =
    month > 2
      ? { year, month: month - 3, day: day - 1 }
      : { year: year - 1, month: month + 9, day: day - 1 };
  return date.month < 0 || date.month > 11 || date.year < 0 ? undefined : date;
}

const fromMarch = ({ year, month, day }: MarchDate): CalendarDate =>
  month < 10
    ? { year, month: month + 3, day: day + 1 }
    : { year: year + 1, month: month - 9, day: day + 1 };

const julianOf = ({ year, month, day }: MarchDate): number =>
  day + (BEFORE[month] as number) + year * 365 + div(year, 4);

const LAST_JULIAN = julianOf({ year: 1582, month: 7, day: 3 });

function gregorianOf(date: MarchDate): number {
  const days = julianOf(date);
  if (date.year >= 1600) return days - 10 - div(date.year - 1600, 100) + div(date.year - 1600, 400);
  return days > LAST_JULIAN ? days - 10 : days;
}

/** -1 for a date without a number. */
export function julianDay(date: CalendarDate): number {
  const march = toMarch(date);
  return march ? julianOf(march) : -1;
}

/** The same, where the date is a Gregorian one from October 1582 on. */
export function gregorianDay(date: CalendarDate): number {
  const march = toMarch(date);
  return march ? gregorianOf(march) : -1;
}

function dateIn(
  days: number,
  numberOf: (date: MarchDate) => number,
  before: (year: number) => readonly number[],
): MarchDate {
  let year = div(days, 365);
  while (numberOf({ year, month: 0, day: 0 }) > days) year--;
  const rest = days - numberOf({ year, month: 0, day: 0 });
  const table = before(year);
  const month = table.findLastIndex((start) => start <= rest);
  return { year, month, day: rest - (table[month] as number) };
}

export const julianDate = (days: number): CalendarDate =>
  fromMarch(dateIn(days, julianOf, () => BEFORE));

export function gregorianDate(days: number): CalendarDate {
  const date = dateIn(days, gregorianOf, (year) => (year === 1582 ? BEFORE_1582 : BEFORE));
  const isAfterGap = date.year === 1582 && date.month === 7 && date.day > 3;
  return fromMarch(isAfterGap ? { ...date, day: date.day + 10 } : date);
}

const A_MONDAY = gregorianOf({ year: 1997, month: 8, day: 16 });

/** 0 for Monday. */
export const weekday = (days: number): number => (((days - A_MONDAY) % 7) + 7) % 7;

/** How weeks are counted. */
export interface WeekRules {
  /** 0 for Sunday, 1 for Monday. */
  readonly start: number;
  /** The days that the first week of a year has at least. */
  readonly minimum: number;
}

/** The number of the week in its year. */
export function weekOf(days: number, rules: WeekRules): number {
  for (let year = gregorianDate(days).year + 1; ; year--) {
    const first = firstWeek(year, rules);
    if (days >= first) return div(days - first, 7) + 1;
  }
}

function firstWeek(year: number, { start, minimum }: WeekRules): number {
  const days = gregorianOf({ year: year - 1, month: 10, day: 0 });
  const passed = (weekday(days) + 1 - start) % 7;
  return 7 - passed < minimum ? days - passed + 7 : days - passed;
}

/** Where a country passed from the Julian calendar to the Gregorian one. */
export class Reform {
  readonly #last: number;

  /** `last` is the last day of the Julian calendar. */
  constructor(last: CalendarDate) {
    this.#last = julianDay(last);
  }

  isJulian(days: number): boolean {
    return days <= this.#last;
  }

  dayOf(date: CalendarDate): number {
    const julian = julianDay(date);
    return this.isJulian(julian) ? julian : gregorianDay(date);
  }

  dateOf(days: number): CalendarDate {
    return this.isJulian(days) ? julianDate(days) : gregorianDate(days);
  }

  /** The first day that exists from the beginning of a month on: the day, and the month too, may have been left out. */
  firstDay(year: number, month: number): number {
    for (let days = this.dayOf({ year, month, day: 1 }); ; days++) {
      const date = this.dateOf(days);
      if ((date.month >= month && date.year === year) || date.year > year) return days;
    }
  }
}
