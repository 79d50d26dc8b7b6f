/** sleep(1). */
import { flagsOf, needOperands } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { warn } from './stdio.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a number with its unit, as `1.5h`; undefined for what is none. */
export function secondsOf(text: string): number | undefined {
  const [, digits = '', unit = ''] =
    /^[ \t-\r]*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)([smhd]?)$/.exec(
      text,
    ) ?? [];
  if (digits === '') return undefined;
  const count = /^inf/i.test(digits) ? Number.POSITIVE_INFINITY : Number(digits);
  return count * (UNITS[unit] as number);
}

export const sleep: Tool = async (host) => {
  const flags = flagsOf(host, { usage: 'NUMBER[SUFFIX]...', options: [] });
  needOperands(host, flags);
  let seconds = 0;
  const wrong: string[] = [];
  for (const text of flags.operands) {
    const found = secondsOf(text);
    if (found === undefined) wrong.push(`invalid time interval ${inQuotes(text)}`);
    else seconds += found;
  }
  const last = wrong.pop();
  for (const message of wrong) await warn(host, message);
  if (last !== undefined) misuse(host.name, last);
  await pause(host, seconds * 1000);
  return 0;
};

/** The longest wait of one timer, in ms (setTimeout). */
const LONGEST_MS = 2 ** 31 - 1;

async function pause(host: Host, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST_MS) await host.sleep(Math.min(left, LONGEST_MS));
}
