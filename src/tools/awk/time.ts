/** mktime() of awk: seconds since 1970 of a date that is written in numbers. */
import { strftime } from '../strftime.ts';

/** `text` is "YYYY MM DD HH MM SS [DST]"; -1 for whatever else. */
export function mktime(text: string, zone: string | undefined): number {
  const numbers = text.trim().split(/\s+/).map(Number);
  if (numbers.length < 6 || numbers.some((each) => !Number.isFinite(each))) return -1;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  const utc = Date.UTC(2000, month - 1, day, hour, minute, second);
  const local = new Date(utc);
  local.setUTCFullYear(local.getUTCFullYear() + year - 2000);
  const seconds = Math.floor(local.getTime() / 1000);
  // The zone's offset at that moment, and again at the moment that this gives.
  return seconds - offsetAt(seconds - offsetAt(seconds, zone), zone);
}

/** Seconds east of UTC. */
function offsetAt(seconds: number, zone: string | undefined): number {
  const [, sign, hours = 0, minutes = 0] =
    /^([-+])(\d\d)(\d\d)$/.exec(strftime('%z', new Date(seconds * 1000), zone)) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -offset : offset;
}
