/** The command line of od(1): options, and the offsets that operands may be. */
import { type Flags, flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { factorOf } from './numbers.ts';
import { type Format, formatsOf } from './odformats.ts';
import { meaningOf, misuse } from './options.ts';
import { inQuotes } from './quote.ts';

export type Radix = 'd' | 'o' | 'x' | 'n';

export interface OdOptions {
  readonly files: readonly string[];
  readonly formats: readonly Format[];
  readonly radix: Radix;
  readonly skip: number;
  /** What the address of the first byte that is shown is called in parentheses. */
  readonly label: number | undefined;
  readonly most: number;
  /** Bytes of a line; undefined where that is left to the formats. */
  readonly width: number | undefined;
  /** Lines that are equal to the one before are shown as well. */
  readonly isAll: boolean;
  /** Only strings of at least so many characters are shown. */
  readonly strings: number | undefined;
}

const rules = {
  usage:
    '[OPTION]... [FILE]...\n  or:  od [-abcdfilosx]... [FILE] [[+]OFFSET[.][b]]\n  or:  od --traditional [OPTION]... [FILE] [[+]OFFSET[.][b] [+][LABEL][.][b]]',
  options: [
    ...['A|address-radix=', 'j|skip-bytes=', 'N|read-bytes=', 't|format=', 'v|output-duplicates'],
    ...['w|width=?', 'S=', 'strings=?', 'endian=', 'traditional', ...'aBbcdDefFhHiIlLoOsxX'],
  ],
};

/** The formats that letters stand for. */
const traditional: Readonly<Record<string, string>> = {
  a: 'a',
  B: 'o2',
  b: 'o1',
  c: 'c',
  d: 'u2',
  D: 'u4',
  e: 'fD',
  f: 'fF',
  F: 'fD',
  h: 'x2',
  H: 'x4',
  i: 'dI',
  I: 'dL',
  l: 'dL',
  L: 'dL',
  o: 'o2',
  O: 'o4',
  s: 'd2',
  x: 'x2',
  X: 'x4',
};

const modern = ['address-radix', 'skip-bytes', 'read-bytes', 'format', 'output-duplicates'];
const alsoModern = ['width', 'S', 'strings'];

export function odOptions(host: Host): OdOptions {
  const flags = flagsOf(host, rules);
  const formats: Format[] = [];
  let [radix, skip, most, width]: [Radix, number, number, number | undefined] = [
    'o',
    0,
    Number.POSITIVE_INFINITY,
    undefined,
  ];
  let strings: number | undefined;
  let isLittle = true;
  for (const { name, value } of flags.options) {
    if (name === 'address-radix') radix = radixOf(value ?? '');
    else if (name === 'skip-bytes') skip = amountOf(value ?? '', '-j');
    else if (name === 'read-bytes') most = amountOf(value ?? '', '-N');
    else if (name === 'format') formats.push(...formatsOf(value ?? '', () => isLittle));
    else if (name === 'width') width = value === undefined ? 32 : amountOf(value, '-w');
    else if (name === 'endian')
      isLittle = meaningOf(host.name, '--endian', value ?? '', { little: true, big: false });
    else if (name === 'S') strings = amountOf(value ?? '', '-S');
    else if (name === 'strings') strings = value === undefined ? 3 : amountOf(value, '--strings');
    else if (Object.hasOwn(traditional, name))
      formats.push(...formatsOf(traditional[name] as string, () => isLittle));
  }
  if (strings !== undefined && formats.length > 0)
    throw new ToolError('no type may be specified when dumping strings');
  if (formats.length === 0) formats.push(...formatsOf('o2', () => isLittle));
  const offsets = offsetsOf(host, flags);
  const isAll = flags.has('output-duplicates');
  return { formats, radix, skip, most, width, isAll, strings, label: undefined, ...offsets };
}

interface Offsets {
  readonly files: readonly string[];
  readonly skip?: number;
  readonly label?: number;
}

/** The operands: a file, an offset and a label where they are written as such, and no newer option is given. */
function offsetsOf(host: Host, { operands, has }: Flags): Offsets {
  const isOld = has('traditional');
  if (!isOld && [...modern, ...alsoModern].some(has)) return { files: operands };
  const found = isOld ? labelled(operands) : offsetAlone(operands);
  const extra = found.files[1];
  if (isOld && extra !== undefined)
    misuse(
      host.name,
      `extra operand ${inQuotes(extra)}\n${host.name}: compatibility mode supports at most one file`,
    );
  return found;
}

/** An offset behind at most one file; it begins with a `+`, or with a digit where a file is named. */
function offsetAlone(operands: readonly string[]): Offsets {
  const last = operands.at(-1) ?? '';
  const isOffset = operands.length === 2 ? /^[+\d]/.test(last) : last.startsWith('+');
  const skip = isOffset && operands.length <= 2 ? oldOffset(last) : undefined;
  return skip === undefined ? { files: operands } : { files: operands.slice(0, -1), skip };
}

function labelled(operands: readonly string[]): Offsets {
  const [last, before] = [oldOffset(operands.at(-1) ?? ''), oldOffset(operands.at(-2) ?? '')];
  if (last === undefined || operands.length > 3) return { files: operands };
  if (operands.length > 1 && before !== undefined)
    return { files: operands.slice(0, -2), skip: before, label: last };
  return operands.length === 3 ? { files: operands } : { files: operands.slice(0, -1), skip: last };
}

/** An offset is octal or, behind `0x`, hexadecimal, and may count blocks. */
function oldOffset(text: string): number | undefined {
  const [, hex, octal, unit = ''] =
    /^\+?\s*\+?(?:0[xX]([\da-fA-F]+)|([0-7]+)|(?=[Bb]$))([Bb]?)$/.exec(text) ?? [];
  if (hex === undefined && octal === undefined && unit === '') return undefined;
  const factor = unit === 'b' ? 512 : unit === 'B' ? 1024 : 1;
  return (hex === undefined ? Number.parseInt(octal ?? '1', 8) : Number.parseInt(hex, 16)) * factor;
}

function radixOf(text: string): Radix {
  const letter = text[0] ?? '';
  if (text.length === 1 && 'doxn'.includes(letter)) return letter as Radix;
  throw new ToolError(
    `invalid output address radix '${letter}'; it must be one character from [doxn]`,
  );
}

/** A number of `-j` and its like: C's, with a suffix; the number of columns is decimal, without one. */
function amountOf(text: string, option: string): number {
  const suffixes = option === '-w' ? '' : 'bEGKkMmPTYZ';
  const form =
    suffixes === ''
      ? /^[ \t-\r]*\+?(\d+)(.*)$/s
      : /^[ \t-\r]*\+?(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*|)(.*)$/s;
  const [, digits = '', unit = ''] = form.exec(text) ?? [];
  if (digits === '' && (unit === '' || !suffixes.includes(unit[0] as string)))
    throw new ToolError(`invalid ${option} argument '${text}'`);
  const factor = unit === '' ? 1 : factorOf(unit, suffixes);
  if (factor === undefined) throw new ToolError(`invalid suffix in ${option} argument '${text}'`);
  const isOctal = suffixes !== '' && /^0\d/.test(digits);
  const value = (isOctal ? Number.parseInt(digits, 8) : Number(digits || '1')) * factor;
  if (value >= 2 ** 64) throw new ToolError(`${option} argument '${text}' too large`);
  return value;
}
