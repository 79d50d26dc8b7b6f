/** Which requests are sent again, and when (RFC 9110 9.2.2, 10.2.3). */
import type { HttpRequest } from '../fs/http/request.ts';

const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Too Many Requests, Bad Gateway, Service Unavailable, Gateway Timeout. */
export const retried: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether another attempt does no more than one. */
export const isRepeatable = ({ method, body, idempotencyKey }: HttpRequest): boolean =>
  body.kind !== 'stream' && (idempotent.has(method) || idempotencyKey !== undefined);

/** Milliseconds to wait, from the value of Retry-After: digits or a date; 0 for anything else. */
export function retryAfter(value: string | null, now: number): number {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = httpDate(text, now);
  return at === undefined ? 0 : Math.max(0, at - now);
}

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
/** The three forms of a date (RFC 9110 5.6.7): IMF-fixdate, RFC 850, asctime. */
const forms: readonly RegExp[] = [
  `^(?:${DAYS}), (?<day>\\d\\d) (?<month>${MONTHS}) (?<year>\\d{4}) ${TIME} GMT$`,
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-(?<month>${MONTHS})-(?<year>\\d\\d) ${TIME} GMT$`,
  `^(?:${DAYS}) (?<month>${MONTHS}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`,
].map((form) => new RegExp(form));

/** Milliseconds since 1970; undefined for what is no date. */
export function httpDate(text: string, now: number): number | undefined {
  const found = forms.map((form) => form.exec(text)?.groups).find(Boolean);
  if (!found) return undefined;
  const { year = '', month = '', day, hour, minute, second } = found;
  const [days, hours, minutes, seconds] = [day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (days < 1 || days > 31 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const full = year.length === 4 ? Number(year) : fullYear(Number(year), now);
  return Date.UTC(full, MONTHS.split('|').indexOf(month), days, hours, minutes, seconds);
}

/** Two digits that seem to be more than 50 years ahead are the last year that ended so (RFC 9110 5.6.7). */
function fullYear(digits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
