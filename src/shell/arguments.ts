/** What builtins make of their arguments. */
import { ShellError } from './failure.ts';

export const numberOf = (text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  if (!/^-?\d+$/.test(text)) throw new ShellError(`${text}: numeric argument required`, 2);
  return Number(text);
};

/** A decimal number as bash takes one, with blanks around it; undefined for anything else. */
export function wholeNumber(text: string): number | undefined {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= 2 ** 63 ? value : undefined;
}

export function flagsIn(args: readonly string[]): { on: string; off: string; rest: string[] } {
  let at = 0;
  let on = '';
  let off = '';
  for (; at < args.length && /^[-+][a-zA-Z]+$/.test(args[at] as string); at++) {
    if (args[at]?.startsWith('-')) on += (args[at] as string).slice(1);
    else off += (args[at] as string).slice(1);
  }
  if (args[at] === '--') at++;
  return { on, off, rest: args.slice(at) };
}
