/** The functions of awk. Arrays come to them as they are, and everything else as values. */

import { strftime } from '../strftime.ts';
import { changed, lengthOf, offsetOf } from './characters.ts';
import { AwkError } from './errors.ts';
import { formatText } from './format.ts';
import type { Cell, Machine } from './machine.ts';
import { fromShell, toShell } from './octets.ts';
import { Regex } from './regex.ts';
import { type FunctionNamed, sorted } from './sorting.ts';
import { atMatches, matchesOf, type Splitter, splitterOf, widthsOf } from './split.ts';
import { generalSubstitute } from './substitute.ts';
import { mktime } from './time.ts';
import { type AwkArray, InputText, keyText, toNumber, type Value } from './values.ts';
import { setVariable, variable } from './variables.ts';

export interface BuiltinFunction {
  readonly least: number;
  readonly most: number;
  /** Which arguments are arrays, and which a regular expression. */
  readonly arrays?: readonly number[];
  readonly regexes?: readonly number[];
  /** The value is not there at once. */
  readonly waits?: true;
  readonly run: (
    machine: Machine,
    args: readonly Cell[],
    functionNamed: FunctionNamed,
  ) => Value | Promise<Value>;
}

const numeric = (compute: (...numbers: number[]) => number, count = 1): BuiltinFunction => ({
  least: count,
  most: count,
  run: (_machine, args) => compute(...args.map((each) => toNumber(each as Value))),
});

const textual = (compute: (text: string) => Value): BuiltinFunction => ({
  least: 1,
  most: 1,
  run: (machine, [text]) => compute(machine.text(text)),
});

const integers = (
  name: string,
  compute: (a: bigint, b: bigint) => bigint,
  count = Number.POSITIVE_INFINITY,
): BuiltinFunction => ({
  least: 2,
  most: count,
  run: (_machine, args) => {
    const numbers = args.map((each) => {
      const number = toNumber(each as Value);
      if (number < 0 || Number.isNaN(number))
        throw new AwkError(`${name}: argument with negative value ${number} is not allowed`);
      return BigInt(Math.trunc(Math.min(number, 2 ** 64)));
    });
    return Number(BigInt.asUintN(64, numbers.reduce(compute)));
  },
});

/** A warning of a function of numbers, as gawk has it, is left to the result, which is not a number. */
export const builtins: { readonly [name: string]: BuiltinFunction } = {
  length: {
    least: 0,
    most: 1,
    run: (machine, args) => {
      const [value] = args;
      if (value instanceof Map) return value.size;
      return lengthOf(args.length === 0 ? machine.record.text : machine.text(value));
    },
  },
  substr: { least: 2, most: 3, run: substr },
  index: {
    least: 2,
    most: 2,
    run: (machine, [text, wanted]) => {
      const whole = machine.text(text);
      const at = whole.indexOf(machine.text(wanted));
      return at < 0 ? 0 : lengthOf(whole.slice(0, at)) + 1;
    },
  },
  split: { least: 2, most: 4, arrays: [1, 3], regexes: [2], run: split },
  patsplit: { least: 2, most: 4, arrays: [1, 3], regexes: [2], run: patsplit },
  match: { least: 2, most: 3, arrays: [2], regexes: [1], run: match },
  gensub: { least: 3, most: 4, regexes: [0], run: gensub },
  sprintf: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    run: (machine, [format, ...args]) =>
      formatText(machine.text(format), args as Value[], machine.convfmt),
  },
  tolower: textual((text) => changed(text, 'toLowerCase')),
  toupper: textual((text) => changed(text, 'toUpperCase')),
  sin: numeric(Math.sin),
  cos: numeric(Math.cos),
  atan2: numeric(Math.atan2, 2),
  exp: numeric(Math.exp),
  log: numeric(Math.log),
  sqrt: numeric(Math.sqrt),
  int: numeric(Math.trunc),
  and: integers('and', (a, b) => a & b),
  or: integers('or', (a, b) => a | b),
  xor: integers('xor', (a, b) => a ^ b),
  lshift: integers('lshift', (a, b) => a << b, 2),
  rshift: integers('rshift', (a, b) => a >> b, 2),
  compl: numeric((value) => Number(BigInt.asUintN(53, ~BigInt(Math.trunc(value))))),
  strtonum: { least: 1, most: 1, run: (machine, [value]) => strtonum(machine, value as Value) },
  rand: { least: 0, most: 0, run: rand },
  srand: { least: 0, most: 1, run: srand },
  systime: { least: 0, most: 0, run: () => Math.floor(Date.now() / 1000) },
  strftime: { least: 0, most: 3, run: formatTime },
  mktime: {
    least: 1,
    most: 2,
    run: (machine, [text, utc]) =>
      mktime(
        machine.text(text),
        utc !== undefined && toNumber(utc as Value) !== 0 ? 'UTC' : zoneOf(machine),
      ),
  },
  asort: {
    least: 1,
    most: 3,
    arrays: [0, 1],
    run: sortInto(([, value]) => value, '@val_type_asc'),
  },
  asorti: {
    least: 1,
    most: 3,
    arrays: [0, 1],
    run: sortInto(([key]) => keyText(key as number), '@ind_str_asc'),
  },
  isarray: { least: 1, most: 1, run: (_machine, [value]) => (value instanceof Map ? 1 : 0) },
  typeof: { least: 1, most: 1, run: (_machine, [value]) => typeOf(value) },
  close: {
    waits: true,
    least: 1,
    most: 2,
    run: (machine, [name, how]) =>
      machine.streams.close(machine.text(name), how === undefined ? '' : machine.text(how)),
  },
  fflush: {
    waits: true,
    least: 0,
    most: 1,
    run: async (machine, args) => {
      if (args.length > 0 && machine.text(args[0]) !== '')
        return machine.streams.flushNamed(machine.text(args[0]));
      await machine.streams.flush();
      return 0;
    },
  },
  system: {
    waits: true,
    least: 1,
    most: 1,
    run: async (machine, [command]) => {
      await machine.streams.flush();
      return machine.host.shell(toShell(machine.text(command)));
    },
  },
};

function substr(machine: Machine, [value, from, count]: readonly Cell[]): Value {
  const text = machine.text(value);
  const start = Math.max(1, Math.trunc(toNumber(from as Value)) || 0);
  const length =
    count === undefined ? Number.POSITIVE_INFINITY : Math.trunc(toNumber(count as Value)) || 0;
  if (length <= 0 || start > text.length) return '';
  const begin = offsetOf(text, start - 1);
  const end = offsetOf(text, start - 1 + length);
  return text.slice(begin, end);
}

function fill(array: AwkArray, parts: readonly string[], first: number): void {
  array.clear();
  for (const [i, part] of parts.entries()) array.set(i + first, new InputText(part));
}

function splitTo(
  splitter: Splitter,
  text: string,
  into: Cell,
  separators: Cell,
  first: number,
): number {
  const between: string[] | undefined = separators instanceof Map ? [] : undefined;
  const parts = splitter(text, between);
  fill(into as AwkArray, parts, 1);
  if (between) fill(separators as AwkArray, between, first);
  return parts.length;
}

function split(machine: Machine, [value, into, by, separators]: readonly Cell[]): Value {
  const text = machine.text(value);
  if (by === undefined && machine.fieldsBy !== 'FS')
    return splitTo(otherSplitter(machine), text, into, separators, 1);
  if (by instanceof Regex) return splitTo(atMatches(machine.regex(by)), text, into, separators, 1);
  const separator = by === undefined ? variable(machine, 'FS') : machine.text(by);
  // Blanks stand before the first part as well.
  const first = separator === ' ' ? 0 : 1;
  return splitTo(splitterOf(separator, machine.ignoreCase), text, into, separators, first);
}

/** Of FIELDWIDTHS or FPAT. */
const otherSplitter = (machine: Machine): Splitter =>
  machine.fieldsBy === 'FIELDWIDTHS'
    ? widthsOf(variable(machine, 'FIELDWIDTHS'))
    : matchesOf(machine.regex(variable(machine, 'FPAT')));

function patsplit(machine: Machine, [value, into, by, separators]: readonly Cell[]): Value {
  const regex = machine.regex(by === undefined ? variable(machine, 'FPAT') : by);
  return splitTo(matchesOf(regex), machine.text(value), into, separators, 0);
}

function match(machine: Machine, [value, pattern, into]: readonly Cell[]): Value {
  const text = machine.text(value);
  const regex = machine.regex(pattern);
  const found = regex.find(text);
  const place = (part: { start: number; end: number }): [number, number] => [
    lengthOf(text.slice(0, part.start)) + 1,
    lengthOf(text.slice(part.start, part.end)),
  ];
  const [start, length] = found ? place(found) : [0, -1];
  setVariable(machine, 'RSTART', start);
  setVariable(machine, 'RLENGTH', length);
  if (!(into instanceof Map)) return start;
  into.clear();
  if (!found) return 0;
  for (const [i, group] of regex.groups(text, found.start).entries()) {
    if (!group) continue;
    const [from, size] = place(group);
    into.set(i, new InputText(text.slice(group.start, group.end)));
    into.set(`${i}${machine.subsep}start`, from);
    into.set(`${i}${machine.subsep}length`, size);
  }
  return start;
}

function gensub(machine: Machine, [pattern, replacement, how, target]: readonly Cell[]): Value {
  const text = target === undefined ? machine.record.text : machine.text(target);
  const isGlobal = /^[gG]/.test(machine.text(how));
  const which = isGlobal ? 0 : Math.max(1, Math.trunc(toNumber(how as Value)) || 1);
  return generalSubstitute(text, machine.regex(pattern), machine.text(replacement), which);
}

function strtonum(machine: Machine, value: Value): number {
  if (typeof value === 'number') return value;
  const text = machine.text(value).trim();
  const [, sign, digits = ''] = /^([-+]?)(0[xX][\da-fA-F]+|0[0-7]+(?![\d.eE]))/.exec(text) ?? [];
  if (digits === '') return toNumber(text);
  const number = /^0[xX]/.test(digits) ? Number(digits) : Number.parseInt(digits, 8);
  return sign === '-' ? -number : number;
}

/** A generator of 32 bits (mulberry32), twice for the 53 bits of a double. */
function rand({ random }: Machine): Value {
  const next = (): number => {
    random.state = (random.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function srand({ random }: Machine, args: readonly Cell[]): Value {
  const before = random.seed;
  random.seed = args.length > 0 ? toNumber(args[0] as Value) : Math.floor(Date.now() / 1000);
  random.state = Math.trunc(random.seed) | 0;
  return before;
}

const zoneOf = ({ host }: Machine): string | undefined => host.env['TZ'] || undefined;

function formatTime(machine: Machine, [format, time, utc]: readonly Cell[]): Value {
  const form = format === undefined ? '%a %b %e %H:%M:%S %Z %Y' : machine.text(format);
  const seconds =
    time === undefined ? Math.floor(Date.now() / 1000) : Math.trunc(toNumber(time as Value));
  const isUtc = utc !== undefined && toNumber(utc as Value) !== 0;
  return fromShell(
    strftime(toShell(form), new Date(seconds * 1000), isUtc ? 'UTC' : zoneOf(machine)),
  );
}

function sortInto(
  pick: (entry: readonly [unknown, unknown]) => unknown,
  order: string,
): BuiltinFunction['run'] {
  return (machine, [from, to, how], functionNamed) => {
    const source = from as AwkArray;
    const entries = sorted(
      machine,
      source,
      how === undefined ? order : machine.text(how),
      functionNamed,
    );
    const target = to instanceof Map ? to : source;
    target.clear();
    for (const [i, entry] of entries.entries()) target.set(i + 1, pick(entry) as Value);
    return entries.length;
  };
}

function typeOf(value: Cell): string {
  if (value instanceof Map) return 'array';
  if (value instanceof Regex) return 'regexp';
  if (value instanceof InputText) return value.number === undefined ? 'string' : 'strnum';
  if (typeof value === 'number') return 'number';
  return value === undefined ? 'untyped' : 'string';
}
