/** What builtins make of their arguments. */
import { ShellError } from './failure.ts';

export const numberOf = (text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  const value = wholeNumber(text);
  if (value === undefined) throw new ShellError(`${text}: numeric argument required`, 2);
  return value;
};

/** A decimal number as bash takes one; undefined for anything else. */
export function wholeNumber(text: string): number | undefined {
  const value = decimal(text);
  return value === undefined ? undefined : Number(value);
}

/**
 * The same without a loss. White space may stand before the number, but behind it only blanks: a carriage return there is a
 * mistake, as at the end of each line of a file of DOS.
 */
export function decimal(text: string): bigint | undefined {
  const [, digits] = /^[ \t\n\v\f\r]*([-+]?\d+)[ \t]*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(digits.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
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
