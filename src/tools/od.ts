/** od(1): bytes as numbers and characters, a line for each width of them. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { escapedBytes } from './cescapes.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { Output, reasonOf, warn } from './stdio.ts';

/** How a piece of `size` bytes is shown, in a column of `width`. */
interface Format {
  readonly size: number;
  readonly width: number;
  /** `-t x1z`: the line as text at its end. */
  readonly isShown: boolean;
  readonly show: (view: DataView, at: number) => string;
}

type Radix = 'd' | 'o' | 'x' | 'n';

export const od: Tool = async (host) => {
  const { options, operands } = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      'A|address-radix=',
      'j|skip-bytes=',
      'N|read-bytes=',
      't|format=',
      'v|output-duplicates',
      'w|width=?',
      'S|strings=?',
      'endian=',
      ...'abcdDefFhHiIlLoOsxX'.split(''),
    ],
  });
  const formats: Format[] = [];
  let radix: Radix = 'o';
  let skip = 0;
  let most = Number.POSITIVE_INFINITY;
  let width: number | undefined;
  let isAll = false;
  let isLittle = true;
  for (const { name, value } of options) {
    if (name === 'address-radix') radix = radixOf(value ?? '');
    else if (name === 'skip-bytes') skip = amountOf(value ?? '', '-j');
    else if (name === 'read-bytes') most = amountOf(value ?? '', '-N');
    else if (name === 'format') formats.push(...formatsOf(value ?? '', () => isLittle));
    else if (name === 'output-duplicates') isAll = true;
    else if (name === 'width') width = value === undefined ? 32 : amountOf(value, '-w');
    else if (name === 'endian') isLittle = endian(value ?? '');
    else if (name === 'strings') throw new ToolError('-S is not supported here: use strings', 2);
    else formats.push(...formatsOf(traditional[name] as string, () => isLittle));
  }
  if (formats.length === 0) formats.push(...formatsOf('o2', () => isLittle));
  const multiple = formats.reduce((all, { size }) => Math.max(all, size), 1);
  const perLine = width ?? 16 - (16 % multiple);
  if (perLine === 0 || perLine % multiple !== 0)
    await warn(host, `warning: invalid width ${perLine}; using ${multiple} instead`);
  const line = perLine === 0 || perLine % multiple !== 0 ? multiple : perLine;
  return new Dump(host, { formats, radix, skip, most, line, isAll }).run(operands);
};

const traditional: Readonly<Record<string, string>> = {
  a: 'a',
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

const endian = (name: string): boolean => {
  if (name === 'little' || name === 'big') return name === 'little';
  throw new ToolError(
    `invalid argument ‘${name}’ for ‘--endian’\nValid arguments are:\n  - ‘little’\n  - ‘big’\nTry 'od --help' for more information.`,
  );
};

function radixOf(text: string): Radix {
  const letter = text[0] ?? '';
  if (text.length === 1 && 'doxn'.includes(letter)) return letter as Radix;
  throw new ToolError(
    `invalid output address radix '${letter}'; it must be one character from [doxn]`,
  );
}

const multiples: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  K: 1024,
  k: 1024,
  KiB: 1024,
  kB: 1000,
  KB: 1000,
  M: 1 << 20,
  MiB: 1 << 20,
  MB: 1e6,
  G: 1 << 30,
  GiB: 1 << 30,
  GB: 1e9,
};

function amountOf(text: string, option: string): number {
  const [, digits = '', unit = ''] = /^(0[xX][\da-fA-F]+|\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(multiples, unit) ? multiples[unit] : undefined;
  if (digits === '' || factor === undefined)
    throw new ToolError(
      digits === ''
        ? `invalid ${option} argument '${text}'`
        : `invalid suffix in ${option} argument '${text}'`,
    );
  const isOctal = /^0\d/.test(digits);
  return (isOctal ? Number.parseInt(digits, 8) : Number(digits)) * factor;
}

const sizes: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 };

/** Of `-t`: letters of kinds, each with its size and perhaps a z. */
function formatsOf(text: string, isLittle: () => boolean): Format[] {
  const out: Format[] = [];
  const form = /([ac]|[doux](?:[CSIL]|\d+)?|f(?:[FDL]|\d+)?)(z?)/y;
  while (form.lastIndex < text.length) {
    const at = form.lastIndex;
    const found = form.exec(text);
    if (!found) throw new ToolError(badFormat(text, at));
    const [, kind = '', shown] = found;
    out.push(formatOf(kind[0] as string, kind.slice(1), shown === 'z', text, isLittle));
  }
  return out;
}

const badFormat = (text: string, at: number): string =>
  /[doux]/.test(text[at] ?? '')
    ? `invalid type string ‘${text}’`
    : `invalid character '${text[at]}' in type string ‘${text}’`;

function formatOf(
  kind: string,
  sizeText: string,
  isShown: boolean,
  text: string,
  isLittle: () => boolean,
): Format {
  if (kind === 'a') return { size: 1, width: 4, isShown, show: named };
  if (kind === 'c') return { size: 1, width: 4, isShown, show: character };
  const size = sizes[sizeText] ?? (sizeText === '' ? (kind === 'f' ? 8 : 4) : Number(sizeText));
  const supported = kind === 'f' ? [4, 8] : [1, 2, 4, 8];
  if (!supported.includes(size))
    throw new ToolError(
      `invalid type string ‘${text}’;\nthis system doesn't provide a ${size}-byte ${kind === 'f' ? 'floating point' : 'integral'} type`,
    );
  if (kind === 'f') return floating(size as 4 | 8, isShown, isLittle);
  return integer(kind, size, isShown, isLittle);
}

const widths: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
};

function integer(kind: string, size: number, isShown: boolean, isLittle: () => boolean): Format {
  const digits = widths[kind]?.[size] ?? 0;
  const base = kind === 'o' ? 8 : kind === 'x' ? 16 : 10;
  const read = (view: DataView, at: number): bigint | number => {
    const little = isLittle();
    if (size === 1) return kind === 'd' ? view.getInt8(at) : view.getUint8(at);
    if (size === 2) return kind === 'd' ? view.getInt16(at, little) : view.getUint16(at, little);
    if (size === 4) return kind === 'd' ? view.getInt32(at, little) : view.getUint32(at, little);
    return kind === 'd' ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
  };
  const fill = base === 10 ? ' ' : '0';
  return {
    size,
    width: digits + 1,
    isShown,
    show: (view, at) => read(view, at).toString(base).padStart(digits, fill),
  };
}

function floating(size: 4 | 8, isShown: boolean, isLittle: () => boolean): Format {
  const isNegative = (view: DataView, at: number): boolean =>
    view.getUint8(isLittle() ? at + size - 1 : at) > 127;
  const read = (view: DataView, at: number): string =>
    size === 4
      ? shortest(view.getFloat32(at, isLittle()), Math.fround, 9, isNegative(view, at))
      : shortest(view.getFloat64(at, isLittle()), (value) => value, 17, isNegative(view, at));
  return { size, width: size === 4 ? 16 : 25, isShown, show: read };
}

/** The fewest digits that read as the same number, as %g writes them. */
function shortest(
  value: number,
  round: (value: number) => number,
  most: number,
  isNegative: boolean,
): string {
  if (Number.isNaN(value)) return isNegative ? '-nan' : 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < most && round(Number(value.toPrecision(digits))) !== value) digits++;
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return value.toFixed(Math.max(0, digits - 1 - exponent));
}

const names =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );

const named = (view: DataView, at: number): string => {
  const byte = view.getUint8(at) & 127;
  return byte === 127 ? 'del' : (names[byte] ?? String.fromCharCode(byte));
};

const character = (view: DataView, at: number): string => {
  const byte = view.getUint8(at);
  const isPrinted = byte >= 32 && byte < 127;
  return (
    escapedBytes[byte] ??
    (isPrinted ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
  );
};

interface Rules {
  readonly formats: readonly Format[];
  readonly radix: Radix;
  readonly skip: number;
  readonly most: number;
  /** Bytes of a line. */
  readonly line: number;
  /** Lines that are equal to the one before are shown as well. */
  readonly isAll: boolean;
}

class Dump {
  readonly #host: Host;
  readonly #rules: Rules;
  readonly #out: Output;
  #address: number;
  #toSkip: number;
  #left: number;
  #pending: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #before: Uint8Array | undefined;
  #isStarred = false;
  /** Something could be opened. */
  #isRead = false;

  constructor(host: Host, rules: Rules) {
    this.#host = host;
    this.#rules = rules;
    this.#out = new Output(host.stdout);
    this.#address = rules.skip;
    this.#toSkip = rules.skip;
    this.#left = rules.most;
    this.#pending = new Uint8Array(rules.line);
  }

  async run(operands: readonly string[]): Promise<number> {
    let status = 0;
    for (const name of operands.length > 0 ? operands : ['-']) {
      if (this.#left <= 0) break;
      try {
        await this.#read(name);
      } catch (error) {
        // A directory can be opened.
        this.#isRead ||= hasCode(error, 'EISDIR');
        await warn(this.#host, `${name}: ${reasonOf(error)}`);
        status = 1;
      }
    }
    if (status !== 0 && !this.#isRead) return status;
    if (this.#toSkip > 0) {
      await this.#out.flush();
      throw new ToolError('cannot skip past end of combined input');
    }
    if (this.#filled > 0) this.#line(this.#filled);
    if (this.#rules.radix !== 'n') this.#out.text(`${this.#addressText()}\n`);
    await this.#out.flush();
    return status;
  }

  async #read(name: string): Promise<void> {
    if (name === '-') return this.#source(this.#host.stdin);
    const file = await this.#host.open(name, OPEN.read);
    try {
      await this.#source(file);
    } finally {
      await file.close();
    }
  }

  /** Reads no further than it shows, so that what is left of standard input is left to others. */
  async #source(source: Source): Promise<void> {
    this.#isRead = true;
    while (this.#left > 0) {
      const data = await source.read(Math.min(1 << 16, this.#toSkip + this.#left));
      if (data.length === 0) return;
      const skipped = Math.min(this.#toSkip, data.length);
      this.#toSkip -= skipped;
      this.#take(data.subarray(skipped, skipped + this.#left));
      if (this.#out.isFull) await this.#out.flush();
      await this.#host.checkpoint();
    }
  }

  #take(data: Uint8Array): void {
    this.#left -= data.length;
    for (let at = 0; at < data.length; ) {
      const part = data.subarray(at, at + this.#pending.length - this.#filled);
      this.#pending.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#pending.length) this.#line(this.#filled);
    }
  }

  #line(count: number): void {
    const bytes = this.#pending;
    this.#filled = 0;
    const isWhole = count === bytes.length;
    const { formats, isAll } = this.#rules;
    if (isWhole && !isAll && this.#before && isEqual(this.#before, bytes)) {
      if (!this.#isStarred) this.#out.text('*\n');
      this.#isStarred = true;
      this.#address += count;
      return;
    }
    this.#isStarred = false;
    this.#before = bytes.slice();
    bytes.fill(0, count);
    const view = new DataView(bytes.buffer);
    for (const [i, format] of formats.entries())
      this.#out.text(
        `${i === 0 ? this.#addressText() : this.#blank()}${this.#shown(format, view, count)}\n`,
      );
    this.#address += count;
  }

  /** The columns of all formats end at the same places: the widest says how far apart its pieces stand. */
  #shown(format: Format, view: DataView, count: number): string {
    const { formats, line } = this.#rules;
    const widest = Math.max(...formats.map(({ width, size }) => (width * line) / size));
    const pieces = line / format.size;
    const padding = widest - format.width * pieces;
    let text = '';
    let padded = 0;
    const used = Math.ceil(count / format.size);
    for (let piece = 0; piece < pieces; piece++) {
      // Spread over the pieces from the left, as od does.
      const pad = Math.floor((padding * (piece + 1)) / pieces) - padded;
      padded += pad;
      if (piece < used)
        text += ' '.repeat(pad) + format.show(view, piece * format.size).padStart(format.width);
      else if (format.isShown) text += ' '.repeat(pad + format.width);
    }
    return format.isShown ? `${text}  >${textOfLine(view, count)}<` : text;
  }

  #addressText(): string {
    const { radix } = this.#rules;
    if (radix === 'n') return '';
    const base = radix === 'd' ? 10 : radix === 'o' ? 8 : 16;
    return this.#address.toString(base).padStart(radix === 'x' ? 6 : 7, '0');
  }

  #blank(): string {
    const { radix } = this.#rules;
    return radix === 'n' ? '' : ' '.repeat(radix === 'x' ? 6 : 7);
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

function textOfLine(view: DataView, count: number): string {
  let text = '';
  for (let at = 0; at < count; at++) {
    const byte = view.getUint8(at);
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  }
  return text;
}
