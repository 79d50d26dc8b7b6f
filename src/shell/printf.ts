/** printf(1), as bash has it: formats are used again while there are arguments. */
import { parseNumber } from './arith.ts';
import { quoteIfNeeded, unescapeText } from './quote.ts';

const SPEC = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?([hlLjzt]*)([diouxXeEfFgGcsbqaA%(])/y;

export function printf(
  format: string,
  args: readonly string[],
): { text: string; problems: string[] } {
  const problems: string[] = [];
  let text = '';
  let at = 0;
  let used = 0;
  for (;;) {
    const before = used;
    const stopped = once();
    if (stopped || used >= args.length || used === before) return { text, problems };
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
        text += pad(sign(float(number(word), kind, precision ?? 6), flags), true);
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

  function number(word: string | undefined): number {
    if (word === undefined || word === '') return 0;
    if (word[0] === "'" || word[0] === '"') return word.codePointAt(1) ?? 0;
    const value = Number(word);
    if (Number.isNaN(value) && word !== 'nan') problems.push(`${word}: invalid number`);
    return Number.isNaN(value) ? Number.parseFloat(word) || 0 : value;
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

function float(value: number, kind: string, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  const lower = kind.toLowerCase();
  let text: string;
  if (lower === 'f') text = value.toFixed(Math.min(precision, 100));
  else if (lower === 'e') text = exponent(value.toExponential(Math.min(precision, 100)));
  else {
    const significant = Math.max(1, precision);
    const power =
      value === 0
        ? 0
        : Math.floor(Math.log10(Math.abs(Number(value.toExponential(significant - 1)))));
    text =
      power < -4 || power >= significant
        ? exponent(value.toExponential(significant - 1)).replace(/\.?0+e/, 'e')
        : value
            .toFixed(Math.max(0, significant - 1 - power))
            .replace(/(\.\d*?)0+$/, '$1')
            .replace(/\.$/, '');
  }
  return kind === kind.toUpperCase() ? text.toUpperCase() : text;
}
