/** printf(1), as bash has it: formats are used again while there are arguments. Widths and precisions count bytes. */
import { bytesOf, joined, textOf } from '../kernel/rawtext.ts';
import { strftime } from '../tools/strftime.ts';
import { unescaped } from './escapes.ts';
import { format as formatDouble, fromInteger, type LongDouble, parse } from './longdouble.ts';
import { quoteForInput } from './quote.ts';

/** The largest width of the C library's printf. */
const WIDTH_MAX = 0x7fffffff;

export interface Printed {
  readonly text: string;
  readonly problems: readonly string[];
  /** They leave the status 0. */
  readonly warnings: readonly string[];
  /** Of `%n`: a variable, and the bytes that were written before it. */
  readonly counts: readonly (readonly [name: string, count: number])[];
}

/** Between `%` and the letter, with the letters of C that change nothing here. */
const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(\.(?:\*|-?\d*))?[hlLjzt]*(?:\(([^)]*)\)(T)|([a-zA-Z]))/y;
const KINDS: ReadonlySet<string> = new Set('diouxXeEfFgGaAcsbqQn');

/** A directive with its numbers. A negative precision is none. */
interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

export function printf(format: string, args: readonly string[]): Printed {
  return new Printer(args).run(format);
}

class Printer {
  readonly #args: readonly string[];
  readonly #problems: string[] = [];
  readonly #warnings: string[] = [];
  readonly #counts: [string, number][] = [];
  #used = 0;
  #text = '';

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  run(format: string): Printed {
    let before: number;
    do before = this.#used;
    while (this.#once(format) && this.#used > before && this.#used < this.#args.length);
    return {
      text: joined(this.#text),
      problems: this.#problems,
      warnings: this.#warnings,
      counts: this.#counts,
    };
  }

  /** The format once through; false where something in it ends everything. */
  #once(format: string): boolean {
    for (let at = 0; at < format.length; ) {
      const percent = format.indexOf('%', at);
      const plain = format.slice(at, percent < 0 ? format.length : percent);
      const { text, problems } = unescaped(plain, 'format');
      this.#text += text;
      this.#warnings.push(...problems);
      if (percent < 0) return true;
      if (format.startsWith('%%', percent)) {
        this.#text += '%';
        at = percent + 2;
        continue;
      }
      DIRECTIVE.lastIndex = percent;
      const found = DIRECTIVE.exec(format);
      const kind = found?.[5] ?? found?.[6] ?? '';
      if (!found || !(kind === 'T' || KINDS.has(kind))) return this.#refuse(format.slice(percent));
      at = DIRECTIVE.lastIndex;
      if (!this.#directive(found, kind)) return false;
    }
    return true;
  }

  #refuse(rest: string): false {
    const [start = '', bad = ''] = /^%[-+ #0'*.\dhlLjzt]*([\s\S]?)/.exec(rest) ?? [];
    const what = bad === '' ? `\`${start}': missing` : `\`${bad}': invalid`;
    this.#problems.push(`${what} format character`);
    return false;
  }

  #next(): string | undefined {
    return this.#args[this.#used++];
  }

  #directive([, flags = '', width, precision, form]: RegExpExecArray, kind: string): boolean {
    const number = (text: string | undefined): number =>
      text === '*' ? Number(this.#integer(this.#next())) : Number(text || 0);
    const signedWidth = number(width);
    const digits = precision === undefined ? -1 : number(precision.slice(1));
    const directive: Directive = {
      flags: signedWidth < 0 ? `${flags}-` : flags,
      width: Math.abs(signedWidth),
      precision: digits < 0 ? undefined : digits,
    };
    if (kind === 'n') {
      this.#counts.push([this.#next() ?? '', bytesOf(this.#text).length]);
      return true;
    }
    const word = this.#next();
    if (kind === 'b') {
      const { text, isStopped, problems } = unescaped(word ?? '', 'b');
      this.#warnings.push(...problems);
      this.#text += padded(cut(text, directive), directive);
      return !isStopped;
    }
    // Of what is wider, bash prints nothing.
    if (directive.width <= WIDTH_MAX && digits <= WIDTH_MAX)
      this.#text += this.#converted(kind, word, directive, form);
    return true;
  }

  #converted(kind: string, word: string | undefined, how: Directive, form = ''): string {
    const { flags, precision } = how;
    switch (kind) {
      case 'T':
        return padded(cut(this.#time(form, word), how), how);
      case 's':
        return padded(cut(word ?? '', how), how);
      case 'q':
        return padded(cut(quoteForInput(word ?? ''), how), how);
      case 'Q':
        return padded(quoteForInput(cut(word ?? '', how)), how);
      case 'c':
        return padded(word ? cut(word, { ...how, precision: 1 }) : '\0', how);
      case 'd':
      case 'i':
        return padded(signed(withDigits(this.#integer(word), precision), flags), how, 'zero');
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return padded(unsigned(this.#integer(word, true), kind, how), how, 'zero');
      default:
        return this.#float(kind, word, how);
    }
  }

  /** %f, %e, %g and %a, in their case. */
  #float(kind: string, word: string | undefined, how: Directive): string {
    const { flags, precision, ...rest } = how;
    const value = this.#number(word);
    const lower = kind.toLowerCase() as 'f' | 'e' | 'g' | 'a';
    const body = formatDouble(value, lower, precision, flags.includes('#'));
    const text = `${value.negative ? '-' : ''}${kind === lower ? body : body.toUpperCase()}`;
    const zero = value.kind === 'finite' ? 'zero' : undefined;
    return padded(signed(text, flags), { ...rest, flags, precision: undefined }, zero);
  }

  #time(form: string, word: string | undefined): string {
    const seconds = word === undefined ? -1n : this.#integer(word);
    const when = seconds < 0n ? new Date() : new Date(Number(seconds) * 1000);
    return strftime(form || '%X', when);
  }

  /** The argument of `%d`: as strtoimax(3) reads it, with the least and the largest of 64 bits. */
  #integer(word = '', isUnsigned = false): bigint {
    if (/^["']/.test(word)) return BigInt(word.codePointAt(1) ?? 0);
    if (word === '') return 0n;
    const [all = '', sign = '', digits = '0'] =
      /^[ \t-\r]*([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(word) ?? [];
    if (all.length < word.length || all === '') this.#invalid(word);
    const isOctal = /^0[0-7]+$/.test(digits);
    const amount = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
    const value = sign === '-' ? -amount : amount;
    const least = isUnsigned ? -(1n << 64n) + 1n : -(1n << 63n);
    const most = isUnsigned ? (1n << 64n) - 1n : (1n << 63n) - 1n;
    if (value >= least && value <= most) return value;
    this.#outOfRange(word);
    return isUnsigned || value > most ? most : least;
  }

  #number(word = ''): LongDouble {
    if (word === '') return fromInteger(0);
    if (/^["']/.test(word)) return fromInteger(word.codePointAt(1) ?? 0);
    const { value = fromInteger(0), rest = word, isOutOfRange = false } = parse(word) ?? {};
    if (rest !== '') this.#invalid(word);
    else if (isOutOfRange) this.#outOfRange(word);
    return value;
  }

  #invalid(word: string): void {
    const base = /^[+-]?0x/i.test(word) ? 'hex ' : /^[+-]?0\d/.test(word) ? 'octal ' : '';
    this.#problems.push(`${word}: invalid ${base}number`);
  }

  #outOfRange(word: string): void {
    this.#warnings.push(`warning: ${word}: Numerical result out of range`);
  }
}

function cut(text: string, { precision }: Directive): string {
  if (precision === undefined) return text;
  return textOf(bytesOf(text).subarray(0, precision));
}

function padded(body: string, how: Directive, zero?: 'zero'): string {
  const { flags, width, precision } = how;
  const missing = width - bytesOf(body).length;
  if (missing <= 0) return body;
  if (flags.includes('-')) return body + ' '.repeat(missing);
  if (!zero || !flags.includes('0') || precision !== undefined) return ' '.repeat(missing) + body;
  const [sign = ''] = /^[+\- ]?(?:0[xX])?/.exec(body) ?? [];
  return sign + '0'.repeat(missing) + body.slice(sign.length);
}

/** A sign, and at least as many digits as the precision asks for: 0 with a precision of 0 has none. */
function withDigits(value: bigint, precision: number | undefined): string {
  const text = String(value < 0n ? -value : value);
  const digits = value === 0n && precision === 0 ? '' : text.padStart(precision ?? 0, '0');
  return value < 0n ? `-${digits}` : digits;
}

const signed = (text: string, flags: string): string =>
  text.startsWith('-')
    ? text
    : flags.includes('+')
      ? `+${text}`
      : flags.includes(' ')
        ? ` ${text}`
        : text;

const bases: Readonly<Record<string, number>> = { o: 8, u: 10, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { x: '0x', X: '0X' };

function unsigned(value: bigint, kind: string, { flags, precision }: Directive): string {
  const whole = BigInt.asUintN(64, value);
  const text = whole === 0n && precision === 0 ? '' : whole.toString(bases[kind]);
  const digits = text.padStart(precision ?? 0, '0');
  const isAlternate = flags.includes('#');
  if (kind === 'o' && isAlternate && !digits.startsWith('0')) return `0${digits}`;
  const prefix = isAlternate && whole !== 0n ? (prefixes[kind] ?? '') : '';
  return `${prefix}${kind === 'X' ? digits.toUpperCase() : digits}`;
}
