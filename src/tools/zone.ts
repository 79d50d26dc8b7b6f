/** Local time: what a clock in a zone shows, and the moment that it means. */
import { offsetOf } from './strftime.ts';

/** The zone that the variable TZ names; undefined for the zone of the machine. An unknown name means UTC (tzset(3)). */
export function zoneOf(env: Readonly<Record<string, string>>): string | undefined {
  const name = env['TZ'];
  if (name === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return name;
  } catch {
    return 'UTC';
  }
}

/** The quotient, rounded down, and the rest, which is never negative: a clock counts forwards before 1970 too. */
export function divide(value: bigint, by: bigint): readonly [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

/** Milliseconds east of UTC at a moment. */
const shift = (ms: number, zone: string | undefined): number =>
  offsetOf(new Date(ms), zone) * 60_000;

/** What the clock shows, in milliseconds as if it were UTC. */
export const toLocal = (ms: number, zone: string | undefined): number => ms + shift(ms, zone);

/** The moment at which the clock shows `ms`; undefined where the clock skips that time (mktime(3)). */
export function fromLocal(ms: number, zone: string | undefined): number | undefined {
  const guess = ms - shift(ms, zone);
  const better = ms - shift(guess, zone);
  return toLocal(better, zone) === ms ? better : toLocal(guess, zone) === ms ? guess : undefined;
}
