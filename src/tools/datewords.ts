/** The words of dates: months, days, units, ordinals and zones. */

/** A distance in time, by what a clock and a calendar count apart. */
export interface Shift {
  months: number;
  days: number;
  seconds: number;
}

export const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** Longer names. Their first three letters are the short ones. */
export const LONG_MONTHS =
  'january february march april june july august sept september october november december'.split(
    ' ',
  );
export const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
export const UNITS: Readonly<Record<string, readonly [keyof Shift, number]>> = {
  year: ['months', 12],
  month: ['months', 1],
  fortnight: ['days', 14],
  week: ['days', 7],
  day: ['days', 1],
  hour: ['seconds', 3600],
  minute: ['seconds', 60],
  min: ['seconds', 60],
  second: ['seconds', 1],
  sec: ['seconds', 1],
};
export const ORDINALS: Readonly<Record<string, number>> = {
  last: -1,
  this: 0,
  next: 1,
  first: 1,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  eleventh: 11,
  twelfth: 12,
};
/** Hours east of UTC. */
export const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  ut: 0,
  wet: 0,
  bst: 1,
  west: 1,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  ist: 5.5,
  jst: 9,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  hst: -10,
};
