/** sleep(1), and the lengths of time that it and timeout take. */
import { flagsOf, misuse, needOperands } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { quoteText } from './quoting.ts';
import { warn } from './stdio.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a number with its unit, as `1.5h`; undefined for what is none. */
export function secondsOf(text: string): number | undefined {
  const [, digits = '', unit = ''] =
    /^\s*\+?((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?)([smhd]?)$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const count = /^inf/i.test(digits) ? Number.POSITIVE_INFINITY : Number(digits);
  return count * (UNITS[unit] ?? 1);
}

/** The most that one timer waits, and how long an interrupt may go unseen. */
const STEP_MS = 100;

export async function pause(host: Host, ms: number): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, STEP_MS)));
    await host.checkpoint();
  }
}

export const sleep: Tool = async (host) => {
  const flags = flagsOf(host, { usage: 'NUMBER[SUFFIX]...', options: [] });
  needOperands(host, flags);
  let seconds = 0;
  const wrong: string[] = [];
  for (const text of flags.operands) {
    const found = secondsOf(text);
    if (found === undefined) wrong.push(`invalid time interval ${quoteText(text)}`);
    else seconds += found;
  }
  const last = wrong.pop();
  for (const message of wrong) await warn(host, message);
  if (last !== undefined) misuse(host, last);
  await pause(host, seconds * 1000);
  return 0;
};
