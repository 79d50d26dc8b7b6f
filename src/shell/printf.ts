/** printf(1), as bash has it: formats are used again while there are arguments. */
import { parseNumber } from './arith.ts';
import { format as formatDouble, fromInteger, type LongDouble, parse } from './longdouble.ts';
import { quoteIfNeeded, unescapeText } from './quote.ts';

const SPEC = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?([hlLjzt]*)([diouxXeEfFgGcsbqaA%(])/y;

export function printf(
  format: string,
  args: readonly string[],
): { text: string; problems: string[]; warnings: string[] } {
  const problems: string[] = [];
  /** They leave the status 0. */
  const warnings: string[] = [];
  let text = '';
  let at = 0;
  let used = 0;
  for (;;) {
    const before = used;
    const stopped = once();
    if (stopped || used >= args.length || used === before) return { text, problems, warnings };
  }

  /** The format once through; true where `\c` or `%b` ended everything. */
  function once(): boolean {
    at = 0;
    while (at < format.length) {
      const char = format[at] as string;
      if (char === '\\') {
        const [whole] =
          /^\\(0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|.)/s.exec(
            format.slice(at),
          ) ?? ['\\'];
        if (whole === '\\c') return true;
        text += unescapeText(whole);
        at += whole.length;
      } else if (char === '%') {
        SPEC.lastIndex = at;
        const match = SPEC.exec(format);
        if (!match) {
          problems.push(`\`${format.slice(at, at + 2)}': invalid format character`);
          return true;
        }
        at = SPEC.lastIndex;
        if (directive(match)) return true;
      } else {
        text += char;
        at++;
      }
    }
    return false;
  }

  function next(): string | undefined {
    return args[used++];
  }

  function directive([
    whole,
    flagText = '',
    widthText,
    precisionText,
    ,
    kind = '',
  ]: RegExpExecArray): boolean {
    if (kind === '%') {
      text += '%';
      return false;
    }
    let flags = flagText;
    let width = widthText === '*' ? integer(next()) : Number(widthText ?? 0);
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    const dotted = /\./.test(whole);
    const given = precisionText === '*' ? integer(next()) : Number(precisionText ?? 0);
    const precision = dotted && given >= 0 ? given : undefined;
    if (kind === '(') {
      text += dateText();
      return false;
    }
    const pad = (body: string, zero = false): string => {
      const length = [...body].length;
      if (length >= width) return body;
      if (flags.includes('-')) return body + ' '.repeat(width - length);
      if (!zero || !flags.includes('0')) return ' '.repeat(width - length) + body;
      const [, sign = '', rest = ''] = /^([+\- ]?(?:0[xX])?)(.*)$/s.exec(body) ?? [];
      return sign + '0'.repeat(width - length) + rest;
    };
    const word = next();
    switch (kind) {
      case 's':
        text += pad(cut(word ?? '', precision));
        return false;
      case 'b': {
        const whole_ = word ?? '';
        text += pad(cut(unescapeText(whole_), precision));
        return /(^|[^\\])(\\\\)*\\c/.test(whole_);
      }
      case 'q':
        text += pad(word === undefined || word === '' ? "''" : quoteForPrintf(word));
        return false;
      case 'c':
        text += pad([...(word ?? '')][0] ?? '');
        return false;
      case 'd':
      case 'i':
        text += pad(sign(digits(big(word), precision), flags), precision === undefined);
        return false;
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        text += pad(unsigned(big(word), kind, flags, precision), precision === undefined);
        return false;
      default:
        {
          const value = number(word);
          text += pad(float(value, kind, precision, flags), value.kind === 'finite');
        }
        return false;
    }
  }

  function dateText(): string {
    const end = format.indexOf(')T', at);
    if (end < 0) return '';
    const form = format.slice(at, end) || '%H:%M:%S';
    at = end + 2;
    const word = next();
    const when = word === undefined || word === '-1' ? new Date() : new Date(Number(word) * 1000);
    const two = (value: number): string => String(value).padStart(2, '0');
    const parts: Record<string, string> = {
      Y: String(when.getUTCFullYear()),
      m: two(when.getUTCMonth() + 1),
      d: two(when.getUTCDate()),
      H: two(when.getUTCHours()),
      M: two(when.getUTCMinutes()),
      S: two(when.getUTCSeconds()),
      s: String(Math.floor(when.getTime() / 1000)),
      F: when.toISOString().slice(0, 10),
      T: when.toISOString().slice(11, 19),
    };
    return form.replace(/%([a-zA-Z%])/g, (all, letter: string) => parts[letter] ?? all);
  }

  function integer(word: string | undefined): number {
    return Number(big(word));
  }

  function big(word: string | undefined): bigint {
    if (word === undefined || word === '') return 0n;
    if (word[0] === "'" || word[0] === '"') return BigInt(word.codePointAt(1) ?? 0);
    const value = parseNumber(word.trim());
    if (value !== undefined) return value;
    problems.push(`${word}: invalid number`);
    return parseNumber(/^[+-]?\d+/.exec(word)?.[0] ?? '0') ?? 0n;
  }

  function number(word = ''): LongDouble {
    if (word === '') return fromInteger(0);
    if (word[0] === "'" || word[0] === '"') return fromInteger(word.codePointAt(1) ?? 0);
    const { value = fromInteger(0), rest = word, isOutOfRange = false } = parse(word) ?? {};
    if (rest !== '') problems.push(`${word}: invalid ${/^0x/i.test(word) ? 'hex ' : ''}number`);
    else if (isOutOfRange) warnings.push(`warning: ${word}: Numerical result out of range`);
    return value;
  }

  /** %f, %e, %g and %a, in their case. */
  function float(
    value: LongDouble,
    kind: string,
    precision: number | undefined,
    flags: string,
  ): string {
    const lower = kind.toLowerCase() as 'f' | 'e' | 'g' | 'a';
    const body = formatDouble(value, lower, precision, flags.includes('#'));
    return sign(`${value.negative ? '-' : ''}${kind === lower ? body : body.toUpperCase()}`, flags);
  }
}

const cut = (text: string, precision: number | undefined): string =>
  precision === undefined ? text : [...text].slice(0, precision).join('');

const quoteForPrintf = (word: string): string =>
  /[\n\t]/.test(word)
    ? `$'${word.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/\t/g, '\\t')}'`
    : quoteIfNeeded(word) === word
      ? word
      : word.replace(/[^\w@%+=:,./-]/g, '\\$&');

function digits(value: bigint, precision: number | undefined): string {
  const text = String(value < 0n ? -value : value).padStart(precision ?? 0, '0');
  return value < 0n ? `-${text}` : text;
}

const sign = (text: string, flags: string): string =>
  text.startsWith('-')
    ? text
    : flags.includes('+')
      ? `+${text}`
      : flags.includes(' ')
        ? ` ${text}`
        : text;

function unsigned(
  value: bigint,
  kind: string,
  flags: string,
  precision: number | undefined,
): string {
  const whole = BigInt.asUintN(64, value);
  const text = whole
    .toString(kind === 'o' ? 8 : kind === 'u' ? 10 : 16)
    .padStart(precision ?? 0, '0');
  const prefix =
    flags.includes('#') && whole !== 0n ? { o: '0', x: '0x', X: '0X', u: '' }[kind] : '';
  return `${prefix}${kind === 'X' ? text.toUpperCase() : text}`;
}
