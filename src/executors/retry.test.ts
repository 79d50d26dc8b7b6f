/** Retry-After: digits, the three forms of a date, and nothing else. */
import { describe, expect, it } from 'vitest';
import { httpDate, retryAfter } from './retry.ts';

const now = Date.UTC(1994, 10, 6, 8, 49, 27);

describe('Retry-After', () => {
  it.each([
    ['10', 10_000],
    [' 10 ', 10_000],
    ['0', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 10_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 10_000],
    ['Sun Nov  6 08:49:37 1994', 10_000],
    ['Sat, 05 Nov 1994 08:49:37 GMT', 0],
  ])('%s is %d ms', (value, ms) => {
    expect(retryAfter(value, now)).toBe(ms);
  });

  it.each([
    ...['2050-01-01', '2050-01-01T00:00:00Z', '-5', '1.5', '+30', '120junk', '1e3', '0x10', ''],
    ...[
      'Jan 1 2050',
      '1 January 2050',
      'Sun, 6 Nov 2050 08:49:37 GMT',
      'Sun, 06 Nov 2050 08:49:37 +0100',
    ],
    ...[
      'sun, 06 nov 2050 08:49:37 gmt',
      'Sun, 32 Nov 2050 08:49:37 GMT',
      'Sun, 06 Nov 2050 25:49:37 GMT',
    ],
    ...['10, 20', 'Sun Nov 6 08:49:37 2050'],
  ])('%s is none', (value) => {
    expect(retryAfter(value, now)).toBe(0);
  });

  it('a year of two digits is at most 50 years ahead', () => {
    const at = (year: number): number => Date.UTC(year, 0, 1);
    expect(httpDate('Sunday, 01-Jan-60 00:00:00 GMT', at(2026))).toBe(at(2060));
    expect(httpDate('Sunday, 01-Jan-94 00:00:00 GMT', at(2026))).toBe(at(1994));
  });
});
