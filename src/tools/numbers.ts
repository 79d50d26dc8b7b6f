/** Numbers of options, with the suffixes that GNU's tools take. */
import { ToolError } from './host.ts';
import { inQuotes } from './quote.ts';

const powers = 'kMGTPEZY';

/** What a suffix multiplies by; undefined where it is none of `allowed`. */
export function factorOf(suffix: string, allowed: string): number | undefined {
  const [letter = '', unit] = [suffix[0], suffix.slice(1)];
  if (!allowed.includes(letter)) return undefined;
  if (letter === 'b') return unit === '' ? 512 : undefined;
  const power =
    powers.indexOf(
      letter === 'K'
        ? 'k'
        : letter === 'm'
          ? 'M'
          : letter === 'g'
            ? 'G'
            : letter === 't'
              ? 'T'
              : letter,
    ) + 1;
  if (power === 0) return undefined;
  if (unit === '' || unit === 'iB') return 1024 ** power;
  return unit === 'B' || unit === 'D' ? 1000 ** power : undefined;
}

export const SIZE_SUFFIXES = 'bkKmMGTPEZY';

/** The largest number that size_t and uintmax_t hold is above this: more is too large. */
const MOST = 2 ** 64;

interface NumberRules {
  /** What the number is, as "number of lines". */
  readonly of: string;
  readonly suffixes?: string;
  readonly least?: number;
  readonly most?: number;
  readonly status?: number;
  /** Words for a number that is too large or too small. */
  readonly range?: string;
}

/** A number without sign. What is none ends the tool with GNU's sentence. */
export function numberOf(
  text: string,
  { of, suffixes = '', least = 0, most = MOST, status = 1, range }: NumberRules,
): number {
  const fail = (reason = ''): never => {
    throw new ToolError(`invalid ${of}: ${inQuotes(text)}${reason}`, status);
  };
  const [, digits, suffix = ''] = /^[ \t\n\v\f\r]*\+?(\d*)(.*)$/s.exec(text) ?? [];
  if (digits === undefined || (digits === '' && !suffixes.includes(suffix[0] ?? ' ')))
    return fail();
  const factor = suffix === '' ? 1 : factorOf(suffix, suffixes);
  if (factor === undefined) return fail();
  const value = (digits === '' ? 1 : Number(digits)) * factor;
  if (value >= MOST) return fail(`: ${range ?? 'Value too large for defined data type'}`);
  if (value < least || value > most)
    return fail(
      `: ${range ?? (value > most ? 'Value too large for defined data type' : 'Numerical result out of range')}`,
    );
  return value;
}
