/** seq(1). It counts in whole numbers, decimal places included, so that no step is rounded. */
import { type Conversion, numberBy } from './awk/decimal.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { Output } from './stdio.ts';

const rules = {
  usage: '[OPTION]... [FIRST [INCREMENT]] LAST',
  options: ['f|format=', 's|separator=', 'w|equal-width'],
  inOrder: true,
};

export const seq: Tool = async (host) => {
  const flags = flagsOf({ ...host, args: withoutNegatives(host.args) }, rules);
  const { operands } = flags;
  if (operands.length === 0) misuse(host.name, 'missing operand');
  if (operands.length > 3) misuse(host.name, `extra operand ${inQuotes(operands[3] as string)}`);
  const text = flags.value('format');
  const format = text === undefined ? undefined : formatOf(text);
  if (format && flags.has('equal-width'))
    misuse(host.name, 'format string may not be specified when printing equal width strings');
  const numbers = operands.map((each) => decimalOf(host.name, each));
  const [first, step, last] =
    numbers.length === 3
      ? numbers
      : [numbers.length > 1 ? numbers[0] : ONE, ONE, numbers[numbers.length - 1]];
  if (first === undefined || step === undefined || last === undefined) return 1;
  if (step.digits === 0n && !step.isInfinite)
    misuse(host.name, `invalid Zero increment value: ${inQuotes(operands[1] as string)}`);
  if (first.isInfinite || step.isInfinite)
    throw new ToolError('only the last number may be infinite here', 2);
  const write = format ?? plainFormat(first, step, last, flags.has('equal-width'));
  return count(host, [first, step, last], flags.value('separator') ?? '\n', write);
};

/** A negative number is an operand: options end before it. */
function withoutNegatives(args: readonly string[]): readonly string[] {
  for (const [at, word] of args.entries()) {
    if (word === '--' || !word.startsWith('-') || word === '-') return args;
    if (/^-[.\d]/.test(word)) return [...args.slice(0, at), '--', ...args.slice(at)];
    if (/^(?:-[fs]|--[fs][a-z]*)$/.test(word))
      return [...args.slice(0, at + 2), ...withoutNegatives(args.slice(at + 2))];
  }
  return args;
}

interface Decimal {
  readonly digits: bigint;
  /** How many of the digits are decimal places. */
  readonly places: number;
  /** How many decimal places are shown. */
  readonly shown: number;
  /** How wide it is as it is written, without a plus. */
  readonly width: number;
  readonly isInfinite: boolean;
  /** A zero that is written with a minus is shown with it. */
  readonly isMinusZero: boolean;
}

const ONE: Decimal = {
  digits: 1n,
  places: 0,
  shown: 0,
  width: 1,
  isInfinite: false,
  isMinusZero: false,
};

function decimalOf(tool: string, text: string): Decimal {
  const bare = text.replace(/^[ \t\n\v\f\r]*\+?/, '');
  if (/^[+-]?nan/i.test(bare))
    return misuse(tool, `invalid ${inQuotes('not-a-number')} argument: ${inQuotes(text)}`);
  if (/^-?inf(inity)?$/i.test(bare))
    return { ...ONE, digits: bare.startsWith('-') ? -1n : 1n, isInfinite: true };
  const hex = /^(-?)(0x[\da-f]+)$/i.exec(bare);
  if (hex) {
    const value = BigInt(hex[2] as string) * (hex[1] === '' ? 1n : -1n);
    // GNU's does not count its width.
    return { ...ONE, digits: value, width: 0, isMinusZero: hex[1] !== '' && value === 0n };
  }
  const found = /^(-?)(\d*)(\.?)(\d*)(?:e([+-]?\d+))?$/i.exec(bare);
  const [, sign = '', whole = '', , fraction = '', exponent] = found ?? [];
  if (whole + fraction === '')
    return misuse(tool, `invalid floating point argument: ${inQuotes(text)}`);
  const power = Number(exponent ?? 0);
  if (power > 4000) return { ...ONE, digits: sign === '' ? 1n : -1n, isInfinite: true };
  if (power < -4000) throw new ToolError(`the number ${inQuotes(text)} is not supported here`, 2);
  const places = fraction.length - power;
  const digits = BigInt(sign + whole + fraction) * 10n ** BigInt(Math.max(0, -places));
  const shown = Math.max(0, places);
  const plain =
    sign.length + Math.max(1, whole.length) + (fraction === '' ? 0 : fraction.length + 1);
  const width = plain + widened(power, fraction.length, shown);
  const isMinusZero = sign !== '' && digits === 0n;
  return { digits, places: shown, shown, width, isInfinite: false, isMinusZero };
}

/** How much wider an exponent makes a number: it is counted by its text, so that `0e1` is as wide as `10`. */
function widened(exponent: number, fraction: number, shown: number): number {
  if (exponent < 0) return -exponent + (fraction > 0 ? 0 : 1);
  return exponent - Math.min(fraction, exponent) - (fraction > 0 && shown === 0 ? 1 : 0);
}

/** The number with this many decimal places, of which some are shown. */
function fixed(digits: bigint, places: number, shown: number): string {
  const isNegative = digits < 0n;
  const text = String(isNegative ? -digits : digits).padStart(places + 1, '0');
  const point = text.length - places;
  const fraction = text.slice(point).slice(0, shown);
  return `${isNegative ? '-' : ''}${text.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

type Write = (digits: bigint, places: number, isMinusZero?: boolean) => string;

function plainFormat(first: Decimal, step: Decimal, last: Decimal, isEqual: boolean): Write {
  const shown = Math.max(first.shown, step.shown);
  const widthIn = (each: Decimal): number =>
    each.width - (each.shown > 0 ? each.shown + 1 : 0) + (shown > 0 ? shown + 1 : 0);
  const width = isEqual ? Math.max(widthIn(first), last.isInfinite ? 0 : widthIn(last)) : 0;
  return (digits, places, isMinusZero = false) => {
    const text = (isMinusZero ? '-' : '') + fixed(digits, places, shown);
    if (text.length >= width) return text;
    const sign = text.startsWith('-') ? '-' : '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  };
}

/** A format of printf(3) with one conversion of a floating-point number. */
function formatOf(text: string): Write {
  const fail = (reason: string): never => {
    throw new ToolError(`format ${inQuotes(text)} ${reason}`);
  };
  const parts = text.split(/(%(?:%|[-+#0 ']*\d*(?:\.\d*)?L?.?))/su);
  const isConversion = (part: string): boolean => part.startsWith('%') && part !== '%%';
  const at = parts.findIndex(isConversion);
  if (at < 0) return fail('has no % directive');
  const conversion = parts[at] as string;
  const [, flags = '', width = '', precision, letter = ''] =
    /^%([-+#0 ']*)(\d*)(?:\.(\d*))?L?(.?)$/su.exec(conversion) ?? [];
  if (letter === '') fail('ends in %');
  if (!'efgaEFGA'.includes(letter)) fail(`has unknown %${letter} directive`);
  if (parts.slice(at + 1).some(isConversion)) fail('has too many % directives');
  if ('aA'.includes(letter))
    throw new ToolError(`the conversion %${letter} is not supported here`, 2);
  const rule: Conversion = {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    letter,
  };
  const plain = (some: readonly string[]): string => some.join('').replaceAll('%%', '%');
  const [before, after] = [plain(parts.slice(0, at)), plain(parts.slice(at + 1))];
  return (digits, places, isMinusZero = false) =>
    before + numberBy(rule, isMinusZero ? -0 : Number(`${digits}e-${places}`)) + after;
}

/** How many numbers are written between two turns of what else runs. */
const BATCH = 2000;

async function count(
  host: Host,
  [first, step, last]: readonly [Decimal, Decimal, Decimal],
  separator: string,
  write: Write,
): Promise<number> {
  const places = Math.max(first.places, step.places, last.places);
  const scaled = (each: Decimal): bigint => each.digits * 10n ** BigInt(places - each.places);
  const by = scaled(step);
  const end = scaled(last);
  if (last.isInfinite && last.digits > 0n !== by > 0n) return 0;
  const isBehind = (value: bigint): boolean =>
    !last.isInfinite && (by > 0n ? value > end : value < end);
  const out = new Output(host.stdout);
  let value = scaled(first);
  if (isBehind(value)) return 0;
  out.text(write(value, places, first.isMinusZero));
  for (value += by; !isBehind(value); ) {
    let text = '';
    for (let i = 0; i < BATCH && !isBehind(value); i++, value += by)
      text += separator + write(value, places);
    out.text(text);
    await out.flush();
    await host.checkpoint();
  }
  out.text('\n');
  await out.flush();
  return 0;
}
