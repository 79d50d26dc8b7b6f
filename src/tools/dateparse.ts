/** Dates as `date -d` and `touch -d` take them: days, times and distances from now, in any order (GNU's getdate). */
import { DAYS, LONG_MONTHS, MONTHS, ORDINALS, type Shift, UNITS, ZONES } from './datewords.ts';
import { divide, fromLocal, toLocal } from './zone.ts';

/**
 * The last moment, in ms, that a clock in each zone can show: JavaScript counts to 100,000,000 days from 1970. Debian's date
 * shows later years.
 */
const LAST_MS = 8.64e15 - 86_400_000;
const NANOSECONDS = 1_000_000_000n;

const names = (list: readonly string[]): string => list.join('|');
const MONTH = `((?:${names(MONTHS)})\\.?|${names(LONG_MONTHS)})(?![a-z.])`;
const UNIT = `(${names(Object.keys(UNITS))})s?(?![a-z])`;
const DAY = `(${names(DAYS)})(?:day|s|sday|nesday|r|rs|rsday|urday)?\\.?(?![a-z])`;
const HALF = '(a\\.?m\\.?|p\\.?m\\.?)(?![a-z])';

interface Draft {
  date?: { year: number | undefined; month: number; day: number };
  time?: { hour: number; minute: number; second: number; nanoseconds: number };
  /** Minutes east of UTC. */
  zone?: number;
  weekday?: { day: number; count: number };
  isRelative: boolean;
  readonly shift: Shift;
  /** The distance that was added last, which "ago" negates. */
  last: { unit: keyof Shift; by: number } | undefined;
}

/** Takes what a pattern has found. Returns false where that is not a date. */
type Take = (draft: Draft, found: readonly (string | undefined)[]) => boolean;

const yearOf = (digits: string): number =>
  digits.length > 2 ? Number(digits) : Number(digits) + (Number(digits) < 69 ? 2000 : 1900);

const setDate = (draft: Draft, year: string | undefined, month: number, day: string): boolean => {
  if (draft.date) return false;
  draft.date = { year: year === undefined ? undefined : yearOf(year), month, day: Number(day) };
  return month >= 1 && month <= 12;
};

const monthNumber = (name = ''): number => MONTHS.indexOf(name.slice(0, 3)) + 1;

function setTime(
  draft: Draft,
  [hours = '', minutes = '0', seconds = '0', fraction = '', half = '']: readonly (
    | string
    | undefined
  )[],
): boolean {
  if (draft.time) return false;
  let hour = Number(hours);
  if (half !== '') {
    if (hour < 1 || hour > 12) return false;
    hour = (hour % 12) + (half.startsWith('p') ? 12 : 0);
  }
  const [minute, second] = [Number(minutes), Number(seconds)];
  draft.time = { hour, minute, second, nanoseconds: Number(fraction.slice(0, 9).padEnd(9, '0')) };
  return hour < 24 && minute < 60 && second < 60;
}

function setZone(draft: Draft, sign: string, hours: string, minutes: string | undefined): boolean {
  const long = hours.length > 2;
  const [h, m] = long
    ? [Number(hours.slice(0, -2)), Number(hours.slice(-2))]
    : [Number(hours), Number(minutes ?? 0)];
  draft.zone = (draft.zone ?? 0) + (sign === '-' ? -1 : 1) * (h * 60 + m);
  return h <= 24 && m < 60;
}

function add(draft: Draft, count: number, name: string): boolean {
  const [unit, size] = UNITS[name] ?? ['seconds', 0];
  const by = count * size;
  draft.shift[unit] += by;
  draft.last = { unit, by };
  draft.isRelative = true;
  return true;
}

/** The parts of a date. The first pattern that fits at a place in the text is taken. */
const patterns: readonly (readonly [RegExp, Take])[] = (
  [
    [
      '(\\d+)-(\\d{1,2})-(\\d{1,2})(?:t(?=\\d))?',
      (d, [y, m, day = '']) => setDate(d, y, Number(m), day),
    ],
    ['(\\d{4,})/(\\d{1,2})/(\\d{1,2})', (d, [y, m, day = '']) => setDate(d, y, Number(m), day)],
    ['(\\d{1,2})/(\\d{1,2})(?:/(\\d+))?', (d, [m, day = '', y]) => setDate(d, y, Number(m), day)],
    [
      `(\\d{1,2})-?\\s*${MONTH}(?:(?:-|\\s*)(\\d+)(?![\\d:]))?`,
      (d, [day = '', m, y]) => setDate(d, y, monthNumber(m), day),
    ],
    [
      `${MONTH}\\s*(\\d{1,2})(?![\\d:])(?:\\s*,\\s*(\\d+)(?![\\d:]))?`,
      (d, [m, day = '', y]) => setDate(d, y, monthNumber(m), day),
    ],
    [
      `(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:[.,](\\d+))?)?(?:\\s*${HALF})?(?:\\s*([+-])\\s*(\\d{1,4})(?::(\\d{2}))?(?!\\d))?`,
      (d, [h, m, s, f, half, sign, zh = '', zm]) =>
        setTime(d, [h, m, s, f, half]) && (sign === undefined || setZone(d, sign, zh, zm)),
    ],
    [`(\\d{1,2})\\s*${HALF}`, (d, [h, half]) => setTime(d, [h, '0', '0', '', half])],
    [
      `([+-]?)\\s*(\\d+)\\s*${UNIT}`,
      (d, [sign, n, unit = '']) => add(d, Number(`${sign}${n}`), unit),
    ],
    [
      `(${names(Object.keys(ORDINALS))})\\s+${UNIT}`,
      (d, [word = '', unit = '']) => add(d, ORDINALS[word] ?? 0, unit),
    ],
    [
      `(${names(Object.keys(ORDINALS))})\\s+${DAY}`,
      (d, [word = '', day = '']) => setWeekday(d, day, ORDINALS[word] ?? 0),
    ],
    [`${DAY},?`, (d, [day = '']) => setWeekday(d, day, 0)],
    [UNIT, (d, [unit = '']) => add(d, 1, unit)],
    ['(?:now|today)(?![a-z])', (d) => add(d, 0, 'day')],
    ['yesterday(?![a-z])', (d) => add(d, -1, 'day')],
    ['tomorrow(?![a-z])', (d) => add(d, 1, 'day')],
    ['ago(?![a-z])', negateLast],
    [
      `(${names(Object.keys(ZONES))})(?![a-z])(?:\\s*([+-])(\\d{1,4})(?::(\\d{2}))?(?!\\s*${UNIT}|\\d))?`,
      (d, [zone = '', sign, h = '', m]) => {
        if (d.zone !== undefined) return false;
        d.zone = (ZONES[zone] ?? 0) * 60;
        return sign === undefined || setZone(d, sign, h, m);
      },
    ],
    ['(\\d+)(?![\\d:/])(?:t(?=\\d))?', bareNumber],
  ] satisfies [string, Take][]
).map(([source, take]) => [new RegExp(source, 'y'), take]);

function setWeekday(draft: Draft, name: string, count: number): boolean {
  if (draft.weekday) return false;
  draft.weekday = { day: DAYS.indexOf(name), count };
  return true;
}

function negateLast(draft: Draft): boolean {
  if (!draft.last) return false;
  draft.shift[draft.last.unit] -= 2 * draft.last.by;
  draft.last = undefined;
  return true;
}

/** A year after a day, a day as 20261231, or an hour with its minutes. */
function bareNumber(draft: Draft, [digits = '']: readonly (string | undefined)[]): boolean {
  if (draft.date && draft.date.year === undefined && (draft.time || digits.length > 2)) {
    draft.date.year = yearOf(digits);
    return true;
  }
  if (digits.length > 4)
    return setDate(draft, digits.slice(0, -4), Number(digits.slice(-4, -2)), digits.slice(-2));
  return digits.length <= 2
    ? setTime(draft, [digits])
    : setTime(draft, [digits.slice(0, -2), digits.slice(-2)]);
}

function draftOf(text: string): Draft | undefined {
  const draft: Draft = {
    isRelative: false,
    shift: { months: 0, days: 0, seconds: 0 },
    last: undefined,
  };
  for (let at = 0; ; ) {
    at += /^(?:[\s,]|[-+](?!\s*\d)|\([^)]*\))*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return draft;
    let found: RegExpExecArray | null = null;
    for (const [pattern, take] of patterns) {
      pattern.lastIndex = at;
      found = pattern.exec(text);
      if (!found) continue;
      if (!take(draft, found.slice(1))) return undefined;
      break;
    }
    if (!found) return undefined;
    at += found[0].length;
  }
}

/** Nanoseconds since 1970; undefined for what is no date or is too far away. `now` is what relative words count from. */
export function parseDate(text: string, now: bigint, zone: string | undefined): bigint | undefined {
  const [, sign, seconds, fraction = ''] = /^\s*@([+-]?)(\d+)(?:[.,](\d*))?\s*$/.exec(text) ?? [];
  if (seconds !== undefined) {
    const amount = BigInt(seconds) * NANOSECONDS + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
    if (amount > BigInt(LAST_MS) * 1_000_000n) return undefined;
    return sign === '-' ? -amount : amount;
  }
  const draft = draftOf(text.toLowerCase());
  return draft && momentOf(draft, now, zone);
}

function momentOf(draft: Draft, now: bigint, home: string | undefined): bigint | undefined {
  const { date, time, weekday, shift, isRelative } = draft;
  const zone = draft.zone === undefined ? home : 'UTC';
  const east = (draft.zone ?? 0) * 60_000;
  const nowMs = Number(divide(now, 1_000_000n)[0]);
  const clock = new Date(toLocal(nowMs, zone) + east);
  const keepsTime = !time && isRelative && !date && !weekday;
  const nanoseconds = keepsTime ? divide(now, NANOSECONDS)[1] : BigInt(time?.nanoseconds ?? 0);
  const start = new Date(0);
  const year = date?.year ?? clock.getUTCFullYear();
  const month = date ? date.month - 1 : clock.getUTCMonth();
  const day = date?.day ?? clock.getUTCDate();
  start.setUTCFullYear(year, month, day);
  // There is no 30th of February.
  if (start.getUTCMonth() !== month || start.getUTCDate() !== day) return undefined;
  start.setUTCFullYear(year, month + shift.months, day + shift.days);
  if (weekday && !date) {
    const today = start.getUTCDay();
    const passed = weekday.count > 0 && today !== weekday.day ? 1 : 0;
    const days = ((weekday.day - today + 7) % 7) + 7 * (weekday.count - passed);
    start.setUTCDate(start.getUTCDate() + days);
  }
  if (keepsTime)
    start.setUTCHours(clock.getUTCHours(), clock.getUTCMinutes(), clock.getUTCSeconds());
  else start.setUTCHours(time?.hour ?? 0, time?.minute ?? 0, time?.second ?? 0);
  // No comparison holds for a number that is not finite.
  if (!(Math.abs(start.getTime()) <= LAST_MS)) return undefined;
  const ms = fromLocal(start.getTime(), zone);
  if (ms === undefined) return undefined;
  const moment = ms - east + shift.seconds * 1000;
  return Math.abs(moment) <= LAST_MS ? BigInt(moment) * 1_000_000n + nanoseconds : undefined;
}

/** `[[CC]YY]MMDDhhmm[.ss]` (touch(1)). */
export function parseStamp(
  text: string,
  now: bigint,
  zone: string | undefined,
): bigint | undefined {
  const [, years, rest = '', seconds = '0'] =
    /^(\d{4}|\d{2}|)(\d{8})(?:\.(\d{2}))?$/.exec(text) ?? [];
  if (years === undefined) return undefined;
  const current = new Date(toLocal(Number(divide(now, 1_000_000n)[0]), zone)).getUTCFullYear();
  const year = years === '' ? current : yearOf(years);
  const [month = 0, day = 0, hour = 0, minute = 0] = (rest.match(/../g) ?? []).map(Number);
  const clock = new Date(0);
  clock.setUTCFullYear(year, month - 1, day);
  if (clock.getUTCMonth() !== month - 1 || clock.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || Number(seconds) > 60) return undefined;
  clock.setUTCHours(hour, minute, Number(seconds));
  const ms = fromLocal(clock.getTime(), zone);
  return ms === undefined ? undefined : BigInt(ms) * 1_000_000n;
}
