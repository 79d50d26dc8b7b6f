/** The format strings of hexdump(1): units with counts, each of which prints bytes by conversions as printf(3) has them. */
import { cEscapes } from './cescapes.ts';
import { ToolError } from './host.ts';

export type PrintKind =
  | 'text'
  | 'address'
  | 'char'
  | 'signed'
  | 'unsigned'
  | 'double'
  | 'string'
  | 'named'
  | 'printed'
  | 'escaped';

/** What prints a few bytes, or text. */
export interface Print {
  readonly kind: PrintKind;
  readonly size: number;
  /** Text before the conversion. */
  readonly before: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

export interface Unit {
  repetitions: number;
  readonly hasCount: boolean;
  readonly size: number;
  readonly prints: readonly Print[];
  /** A space at its end, which the last repetition does not print. */
  endsWithSpace: boolean;
  /** Prints only the address at the end. */
  readonly isAtEnd: boolean;
}

export interface Format {
  readonly units: readonly Unit[];
  readonly size: number;
}

const fail = (message: string): never => {
  throw new ToolError(message);
};

const unescaped = (text: string): string =>
  text.replace(/\\([\s\S]?)/g, (_, char: string) => cEscapes[char] ?? char);

/** A format string: `[count][/size] "text"`, as often as there are. */
export function formatOf(text: string): Format {
  const units: Unit[] = [];
  const form = /\s*(?:(\d+)(?=[\s/])\s*)?(?:\/\s*(\d+)(?=\s)\s*)?"([^"]*)"\s*/y;
  const start = /^\s*/.exec(text)?.[0].length ?? 0;
  for (form.lastIndex = start; form.lastIndex < text.length; ) {
    const found = form.exec(text);
    if (!found) return fail(`bad format {${text}}`);
    const [, count, size, inner = ''] = found;
    units.push(unitOf(unescaped(inner), count, size === undefined ? 0 : Number(size)));
  }
  return { units, size: units.reduce((sum, each) => sum + each.size * each.repetitions, 0) };
}

function unitOf(text: string, count: string | undefined, given: number): Unit {
  const prints: Print[] = [];
  const form = /([^%]*)(?:%([-+ #0]*\d*)(?:\.(\d*))?(_L\[[^\]]*\]|_[\s\S]?[\s\S]?|[\s\S]?))?/y;
  let conversions = 0;
  for (let at = 0; at < text.length; ) {
    form.lastIndex = at;
    const [, before = '', head, precision, conversion = ''] = form.exec(text) ?? [];
    if (head === undefined) {
      prints.push({ ...plain, before });
      break;
    }
    const print = printOf(before, head, precision, conversion, given);
    prints.push(print);
    const used = conversion.startsWith('_') ? (print.kind === 'address' ? 3 : 2) : 1;
    at = form.lastIndex - conversion.length + used;
    at += /^_L\[[^\]]*\]/.exec(text.slice(at))?.[0].length ?? 0;
    if (print.kind !== 'address' && given > 0 && conversions++ > 0)
      fail('byte count with multiple conversion characters');
  }
  return {
    repetitions: count === undefined ? 1 : Number(count),
    hasCount: count !== undefined,
    size: given || prints.reduce((sum, { size }) => sum + size, 0),
    prints,
    endsWithSpace: false,
    isAtEnd: prints.some(({ kind, flags }) => kind === 'address' && flags.includes('A')),
  };
}

const plain: Print = {
  kind: 'text',
  size: 0,
  before: '',
  flags: '',
  width: 0,
  precision: undefined,
  letter: '',
};

/** The sizes that a conversion can have, of which the first is its own. */
function sized(given: number, sizes: readonly number[], conversion: string): number {
  if (given === 0) return sizes[0] as number;
  return sizes.includes(given)
    ? given
    : fail(`bad byte count for conversion character ${conversion}`);
}

function printOf(
  before: string,
  head: string,
  precisionText: string | undefined,
  conversion: string,
  given: number,
): Print {
  const [, flags = '', width = ''] = /^([-+ #0]*)(\d*)$/.exec(head) ?? [];
  const precision = precisionText === undefined ? undefined : Number(precisionText);
  const base = { before, flags, width: Number(width), precision, letter: conversion[0] ?? '' };
  const [letter = ''] = conversion;
  if (letter === '_') return special(base, conversion, given);
  if (letter === 'c') return { ...base, kind: 'char', size: sized(given, [1], letter) };
  if (letter === 's') {
    if (given === 0 && !precisionText) fail('%s requires a precision or a byte count');
    return { ...base, kind: 'string', size: given || Number(precisionText) };
  }
  if (letter !== '' && 'di'.includes(letter))
    return { ...base, kind: 'signed', size: sized(given, [4, 1, 2, 8], letter) };
  if (letter !== '' && 'ouxX'.includes(letter))
    return { ...base, kind: 'unsigned', size: sized(given, [4, 1, 2, 8], letter) };
  if (letter !== '' && 'efgEG'.includes(letter))
    return { ...base, kind: 'double', size: sized(given, [8, 4], letter) };
  return fail(`bad conversion character %${letter}`);
}

type Base = Omit<Print, 'kind' | 'size'>;

/** Conversions that printf(3) has not. */
function special(base: Base, conversion: string, given: number): Print {
  const [, letter = '', radix = ''] = conversion;
  if (letter === 'a' || letter === 'A') {
    if (radix === '' || !'dox'.includes(radix)) fail(`bad conversion character %${conversion}`);
    // The flag A tells the address at the end apart.
    const flags = letter === 'A' ? `${base.flags}A` : base.flags;
    return { ...base, kind: 'address', size: 0, flags, letter: radix };
  }
  const kind =
    letter === 'c' ? 'escaped' : letter === 'p' ? 'printed' : letter === 'u' ? 'named' : undefined;
  if (!kind) return fail(`bad conversion character %_${letter}`);
  return { ...base, kind, size: sized(given, [1], `_${letter}`), letter: 'c' };
}

/** Repeats the last unit of each format until it takes as many bytes as the longest format. Returns that size. */
export function fitRepetitions(formats: readonly Format[]): number {
  const block = Math.max(0, ...formats.map(({ size }) => size));
  for (const { units, size } of formats)
    for (const [i, unit] of units.entries()) {
      if (i === units.length - 1 && size < block && !unit.hasCount && unit.size > 0)
        unit.repetitions += Math.floor((block - size) / unit.size);
      const last = unit.prints.at(-1);
      if (unit.repetitions > 1 && last?.kind === 'text')
        unit.endsWithSpace = /\s$/.test(last.before);
    }
  return block;
}
