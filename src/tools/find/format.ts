/** The formats of `find -printf` and `find -ls`. A namespace keeps no owners, so that these are the user. */

import type { NamespaceStat } from '../../kernel/caller.ts';
import { bytesOf, textOf, textOfByte } from '../../kernel/rawtext.ts';
import { cEscapes } from '../cescapes.ts';
import { modeOf } from '../files.ts';
import { type Host, ToolError } from '../host.ts';
import { USER_ID, userOf } from '../identity.ts';
import { quoteName } from '../lsquote.ts';
import { modeText } from '../mode.ts';
import { sectorsOf } from '../stat.ts';
import { strftime } from '../strftime.ts';
import { divide, zoneOf } from '../zone.ts';
import type { Found } from './found.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...cEscapes,
  '\\': '\\',
};

/** A part of a format: text, or a directive with the flags of printf(3). */
type Part = string | { readonly flags: string; readonly letter: string; readonly time: string };

export interface Format {
  readonly parts: readonly Part[];
  /** `\c` ends the output and hands it on. */
  readonly flushes: boolean;
  readonly warnings: readonly string[];
}

const DIRECTIVES = 'abcdDfFgGhHiklmMnpPsStuUyY';
const TIMES: Readonly<Record<string, (stat: NamespaceStat) => bigint>> = {
  a: ({ atime, mtime }) => atime ?? mtime,
  c: ({ ctime, mtime }) => ctime ?? mtime,
  t: ({ mtime }) => mtime,
};

export function parseFormat(text: string): Format {
  const parts: Part[] = [];
  const warnings: string[] = [];
  const pattern = /\\([0-7]{1,3})|\\(.?)|%([-+ #0]*\d*(?:\.\d*)?)([ABCT])?(.?)|[^\\%]+/gsu;
  for (const [all, digits, char, flags, time = '', letter = ''] of text.matchAll(pattern)) {
    if (digits !== undefined) parts.push(textOfByte(Number.parseInt(digits, 8) & 255));
    else if (char === 'c') return { parts, flushes: true, warnings };
    else if (char !== undefined) {
      const meaning = ESCAPES[char];
      if (char === '') warnings.push("warning: escape `\\' followed by nothing at all");
      else if (meaning === undefined) warnings.push(`warning: unrecognized escape \`\\${char}'`);
      parts.push(meaning ?? all);
    } else if (flags === undefined) parts.push(all);
    else if (all === '%%') parts.push('%');
    else if (time !== '' && letter === '') {
      warnings.push(
        `warning: format directive \`%${time}' should be followed by another character`,
      );
      parts.push(all);
    } else if (time === '' && letter === '')
      throw new ToolError('error: % at end of format string');
    else if (time === 'B' || (time === '' && letter === 'Z'))
      throw new ToolError(`the format directive %${time}${letter} is not supported here`, 2);
    else if (time !== '' || DIRECTIVES.includes(letter)) parts.push({ flags, letter, time });
    else {
      warnings.push(`warning: unrecognized format directive \`%${letter}'`);
      parts.push(all);
    }
  }
  return { parts, flushes: false, warnings };
}

/** Nanoseconds have ten digits, of which the last is always 0. */
function timeText(time: bigint, letter: string, zone: string | undefined): string {
  const [seconds, nanoseconds] = divide(time, 1_000_000_000n);
  const fraction = `.${String(nanoseconds).padStart(9, '0')}0`;
  if (letter === '@') return seconds + fraction;
  const form = (text: string): string =>
    strftime(text, new Date(Number(seconds) * 1000), zone, Number(nanoseconds));
  if (letter === '+') return form('%Y-%m-%d+%H:%M:%S') + fraction;
  if (letter === 'S' || letter === 'T' || letter === 'X') return form(`%${letter}`) + fraction;
  if (letter === '') return `${form('%a %b %e %H:%M:%S')}${fraction} ${form('%Y')}`;
  return /[aAbBcCdDeFgGhHIjklmMnprRstuUVwWxyYzZ]/.test(letter) ? form(`%${letter}`) : `%${letter}`;
}

const LETTERS: Readonly<Record<string, string>> = { dir: 'd', file: 'f', symlink: 'l' };

const below = ({ path, start }: Found): string => path.slice(start.length).replace(/^\//, '');

type Value = string | number | bigint;

const values: Readonly<Record<string, (found: Found, host: Host) => Value | Promise<Value>>> = {
  b: ({ stat }) => sectorsOf(stat),
  d: ({ depth }) => depth,
  D: ({ stat }) => stat.dev,
  f: ({ lastPart }) => lastPart,
  F: () => 'oanix',
  g: (_, host) => userOf(host),
  G: () => USER_ID,
  h: ({ folder }) => folder,
  H: ({ start }) => start,
  i: ({ stat }) => stat.ino,
  k: ({ stat }) => sectorsOf(stat) / 2,
  l: async (found) => (await found.target()) ?? '',
  m: ({ stat }) => modeOf(stat).toString(8),
  M: ({ stat }) => modeText(stat.kind, modeOf(stat)),
  n: ({ stat }) => stat.nlink,
  p: ({ path }) => path,
  P: below,
  s: ({ stat }) => stat.size,
  S: ({ stat }) => (stat.size === 0 ? 1 : general((512 * sectorsOf(stat)) / stat.size)),
  u: (_, host) => userOf(host),
  U: () => USER_ID,
  y: ({ kind }) => LETTERS[kind] ?? 'U',
  Y: async (found) =>
    found.kind !== 'symlink'
      ? (LETTERS[found.kind] ?? 'U')
      : (LETTERS[(await found.otherKind()) ?? ''] ?? 'N'),
};

/** A number as %g of printf(3) writes it. */
function general(value: number): string {
  const text = value.toPrecision(6);
  if (!text.includes('e')) return text.replace(/\.?0+$/, '');
  return text.replace(/\.?0*e/, 'e').replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Directives whose values are numbers of printf(3); the others are texts, which a precision cuts. */
const NUMBERS = 'dmS';

function padded(value: Value, flags: string, letter: string): string {
  const [, marks = '', width = '', precision] = /^([-+ #0]*)(\d*)(?:\.(\d*))?$/.exec(flags) ?? [];
  let text = String(value);
  const isNumber = NUMBERS.includes(letter);
  if (letter === 'm' && marks.includes('#')) text = text.startsWith('0') ? text : `0${text}`;
  if (letter === 'd' && marks.includes('+')) text = `+${text}`;
  else if (letter === 'd' && marks.includes(' ')) text = ` ${text}`;
  if (precision !== undefined)
    text = isNumber
      ? text.padStart(Number(precision), '0')
      : textOf(bytesOf(text).subarray(0, Number(precision)));
  const missing = Math.max(0, Number(width) - bytesOf(text).length);
  if (marks.includes('-')) return text + ' '.repeat(missing);
  const isZero = marks.includes('0') && isNumber && precision === undefined;
  return (isZero ? '0' : ' ').repeat(missing) + text;
}

export async function formatted(host: Host, format: Format, found: Found): Promise<string> {
  const zone = zoneOf(host.env);
  let out = '';
  for (const part of format.parts) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    const { flags, letter, time } = part;
    const read = TIMES[time === '' ? letter : time.toLowerCase()];
    const value = read
      ? timeText(read(found.stat), time === '' ? '' : letter, zone)
      : ((await values[letter]?.(found, host)) ?? '');
    out += flags === '' ? value : padded(value, flags, time === '' ? letter : '');
  }
  return out;
}

const HALF_YEAR = 15_778_476n * 1_000_000_000n;

/** A line of `-ls`, as `ls -dils` has it. */
export async function longLine(host: Host, found: Found, now: bigint): Promise<string> {
  const { stat, path, kind } = found;
  const name = (text: string): string => quoteName(text, 'escape', false);
  const user = userOf(host).padEnd(8);
  const isRecent = stat.mtime > now - HALF_YEAR && stat.mtime <= now;
  const date = strftime(
    isRecent ? '%b %e %H:%M' : '%b %e  %Y',
    new Date(Number(stat.mtime / 1_000_000n)),
    zoneOf(host.env),
  );
  const target = await found.target();
  const number = String(stat.ino).padStart(9);
  const blocks = String(sectorsOf(stat) / 2).padStart(6);
  const links = String(stat.nlink).padStart(3);
  const size = String(stat.size).padStart(8);
  const leads = target === undefined ? '' : ` -> ${name(target)}`;
  return `${number} ${blocks} ${modeText(kind, modeOf(stat))} ${links} ${user} ${user} ${size} ${date} ${name(path)}${leads}\n`;
}
