/** strftime(3) in the locale C.UTF-8. */
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A moment as a clock in a zone shows it. */
interface Clock {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From Sunday, which is 0. */
  readonly weekday: number;
  /** From 0. */
  readonly yearday: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly zone: string;
  readonly when: Date;
  readonly nanoseconds: number;
}

const DAY_MS = 86_400_000;

/** `zone` is a name of IANA's, or 'UTC'; left out, it is that of the machine. RangeError for a name that there is not. */
function clockOf(when: Date, nanoseconds: number, zone?: string): Clock {
  const offset = offsetOf(when, zone);
  const local = new Date(when.getTime() + offset * 60_000);
  const year = local.getUTCFullYear();
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  return {
    year,
    month: local.getUTCMonth(),
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    weekday: local.getUTCDay(),
    yearday: Math.floor((local.getTime() - start.getTime()) / DAY_MS),
    offset,
    zone: zone === 'UTC' ? 'UTC' : zoneName(when, zone),
    when,
    nanoseconds,
  };
}

/** Minutes east of UTC. */
export function offsetOf(when: Date, zone: string | undefined): number {
  if (zone === 'UTC') return 0;
  if (zone === undefined) return -when.getTimezoneOffset();
  const name = partOf(when, zone, 'longOffset');
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d*)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes || 0));
}

const partOf = (when: Date, zone: string | undefined, style: 'longOffset' | 'short'): string =>
  new Intl.DateTimeFormat('en-US', {
    ...(zone === undefined ? {} : { timeZone: zone }),
    timeZoneName: style,
  })
    .formatToParts(when)
    .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';

/** The letters of a zone, or its numbers where it has no letters, as in the tz database. */
function zoneName(when: Date, zone: string | undefined): string {
  const name = partOf(when, zone, 'short');
  const [, sign, hours = '', minutes = ''] = /^GMT([+-])(\d+)(?::(\d+))?$/.exec(name) ?? [];
  return sign === undefined ? name : `${sign}${hours.padStart(2, '0')}${minutes}`;
}

const twelve = ({ hour }: Clock): number => hour % 12 || 12;
/** The number of the week, for weeks that begin on the day `first`. The days before the first week are in week 0. */
const week = ({ yearday, weekday }: Clock, first: number): number =>
  Math.floor((yearday + 7 - ((weekday - first + 7) % 7)) / 7);

/** The year and week of ISO 8601: the first week has the first Thursday. */
function isoWeek({ year, month, day, weekday }: Clock): { year: number; week: number } {
  const thursday = new Date(0);
  thursday.setUTCFullYear(year, month, day + 3 - ((weekday + 6) % 7));
  const start = new Date(0);
  start.setUTCFullYear(thursday.getUTCFullYear(), 0, 1);
  const days_ = (thursday.getTime() - start.getTime()) / DAY_MS;
  return { year: thursday.getUTCFullYear(), week: Math.floor(days_ / 7) + 1 };
}

/** The offset as `+0530`, `+05:30` or `+05:30:00`, or with three colons in the shortest form. */
function offsetText({ offset }: Clock, colons: number, flags: string, width: string): string {
  const sign = offset < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const minutes = String(rest).padStart(2, '0');
  const forms: readonly (readonly [string, number])[] = [
    [String(hours * 100 + rest), 5],
    [`${hours}:${minutes}`, 6],
    [`${hours}:${minutes}:00`, 9],
    rest === 0 ? [String(hours), 3] : [`${hours}:${minutes}`, 6],
  ];
  const [digits, least] = forms[colons] as readonly [string, number];
  if (flags.includes('-')) return sign + digits;
  const wide = Math.max(least, Number(width));
  return flags.includes('_')
    ? (sign + digits).padStart(wide)
    : sign + digits.padStart(wide - 1, '0');
}

/** Numbers with their width and the character that fills it. */
const numbers: { readonly [letter: string]: readonly [(clock: Clock) => number, number, string?] } =
  {
    C: [({ year }) => Math.floor(year / 100), 2],
    d: [({ day }) => day, 2],
    e: [({ day }) => day, 2, ' '],
    g: [(clock) => ((isoWeek(clock).year % 100) + 100) % 100, 2],
    G: [(clock) => isoWeek(clock).year, 1],
    H: [({ hour }) => hour, 2],
    I: [twelve, 2],
    j: [({ yearday }) => yearday + 1, 3],
    k: [({ hour }) => hour, 2, ' '],
    l: [twelve, 2, ' '],
    m: [({ month }) => month + 1, 2],
    M: [({ minute }) => minute, 2],
    q: [({ month }) => Math.floor(month / 3) + 1, 1],
    s: [({ when }) => Math.floor(when.getTime() / 1000), 1],
    S: [({ second }) => second, 2],
    u: [({ weekday }) => weekday || 7, 1],
    U: [(clock) => week(clock, 0), 2],
    V: [(clock) => isoWeek(clock).week, 2],
    w: [({ weekday }) => weekday, 1],
    W: [(clock) => week(clock, 1), 2],
    y: [({ year }) => ((year % 100) + 100) % 100, 2],
    Y: [({ year }) => year, 1],
  };

const texts: { readonly [letter: string]: (clock: Clock) => string } = {
  a: ({ weekday }) => (days[weekday] as string).slice(0, 3),
  A: ({ weekday }) => days[weekday] as string,
  b: ({ month }) => (months[month] as string).slice(0, 3),
  B: ({ month }) => months[month] as string,
  h: ({ month }) => (months[month] as string).slice(0, 3),
  n: () => '\n',
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  P: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  t: () => '\t',
  Z: ({ zone }) => zone,
  '%': () => '%',
};

/** Letters that stand for a longer form. */
const longer: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  '+': '%a %b %e %H:%M:%S %Z %Y',
};

/** `%N` gives the nanoseconds. An unknown letter stays as it is. */
export function strftime(form: string, when: Date, zone?: string, nanoseconds?: number): string {
  const rest = nanoseconds ?? (((when.getTime() % 1000) + 1000) % 1000) * 1e6;
  return expand(form, clockOf(when, rest, zone));
}

const expand = (form: string, clock: Clock): string =>
  form.replace(/%([-_0^#+]*)(\d*)[EO]?(:{0,3})([a-zA-Z%+])/g, (all, ...groups: string[]) => {
    const [flags = '', width = '', colons = '', letter = ''] = groups;
    const text = conversion(letter, flags, width, colons.length, clock);
    if (text === undefined) return all;
    const fill = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : ' ';
    const wide = width === '' || flags.includes('-') ? text : text.padStart(Number(width), fill);
    return flags.includes('^') || (flags.includes('#') && letter !== 'Z' && letter !== 'p')
      ? wide.toUpperCase()
      : flags.includes('#')
        ? wide.toLowerCase()
        : wide;
  });

function conversion(
  letter: string,
  flags: string,
  width: string,
  colons: number,
  clock: Clock,
): string | undefined {
  if (letter === 'N') {
    const digits = String(clock.nanoseconds)
      .padStart(9, '0')
      .slice(0, Number(width) || 9);
    return flags.includes('_')
      ? digits.replace(/(?<=.)0+$/, (zeros) => ' '.repeat(zeros.length))
      : digits;
  }
  if (letter === 'z') return offsetText(clock, colons, flags, width);
  if (Object.hasOwn(longer, letter)) return expand(longer[letter] as string, clock);
  if (Object.hasOwn(texts, letter)) return texts[letter]?.(clock);
  const known = Object.hasOwn(numbers, letter) ? numbers[letter] : undefined;
  if (!known) return undefined;
  const [value, least, fill = '0'] = known;
  const digits = String(value(clock));
  if (flags.includes('-')) return digits;
  const filler = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill;
  return digits.padStart(width === '' ? least : Number(width), filler);
}
