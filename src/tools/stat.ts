/** stat(1). A namespace keeps no owners, blocks or devices, so that these are fixed or derived from the size. */

import type { NamespaceStat } from '../kernel/caller.ts';
import { bytesOf, textOf, textOfByte } from '../kernel/rawtext.ts';
import { cEscapes } from './cescapes.ts';
import { kindOf, modeOf, readLink, stat as statOf } from './files.ts';
import { flagsOf, needOperands, refuse } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { USER_ID, userOf } from './identity.ts';
import { modeText } from './mode.ts';
import { quoted, shellWord } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';
import { strftime } from './strftime.ts';
import { divide, zoneOf } from './zone.ts';

const BLOCK_SIZE = 4096;
/** The number of sectors of 512 bytes. A file takes whole blocks of BLOCK_SIZE. */
export const sectorsOf = ({ kind, size }: NamespaceStat): number =>
  kind === 'symlink' ? 0 : Math.ceil(size / BLOCK_SIZE) * 8;

interface Shown {
  readonly host: Host;
  readonly name: string;
  readonly stat: NamespaceStat;
  readonly zone: string | undefined;
}

const TYPE_BITS: Readonly<Record<string, number>> = {
  dir: 0o40000,
  symlink: 0o120000,
  file: 0o100000,
};

const timeText = ({ zone }: Shown, time: bigint): string => {
  const [, nanoseconds] = divide(time, 1_000_000_000n);
  const when = new Date(Number(divide(time, 1_000_000n)[0]));
  return strftime('%Y-%m-%d %H:%M:%S.%N %z', when, zone, Number(nanoseconds));
};

const times: Readonly<Record<string, (stat: NamespaceStat) => bigint>> = {
  x: ({ atime, mtime }) => atime ?? mtime,
  y: ({ mtime }) => mtime,
  z: ({ ctime, mtime }) => ctime ?? mtime,
};

const numbers: Readonly<Record<string, (shown: Shown) => bigint | number | string>> = {
  a: ({ stat }) => modeOf(stat).toString(8),
  b: ({ stat }) => sectorsOf(stat),
  B: () => 512,
  d: ({ stat }) => stat.dev,
  Hd: () => 0,
  Ld: ({ stat }) => stat.dev,
  Hr: () => 0,
  Lr: () => 0,
  D: ({ stat }) => stat.dev.toString(16),
  f: ({ stat }) => ((TYPE_BITS[stat.kind] ?? 0) | modeOf(stat)).toString(16),
  g: () => USER_ID,
  h: ({ stat }) => stat.nlink,
  i: ({ stat }) => stat.ino,
  o: () => BLOCK_SIZE,
  s: ({ stat }) => stat.size,
  t: () => 0,
  T: () => 0,
  r: () => 0,
  R: () => 0,
  u: () => USER_ID,
  W: () => 0,
};

const texts: Readonly<Record<string, (shown: Shown) => string | Promise<string>>> = {
  A: ({ stat }) => modeText(stat.kind, modeOf(stat)),
  C: () => '?',
  F: ({ stat }) => kindOf(stat),
  G: ({ host }) => userOf(host),
  m: () => '/',
  n: ({ name }) => name,
  U: ({ host }) => userOf(host),
  w: () => '-',
};

async function withTarget(
  { host, name, stat }: Shown,
  quote: (name: string) => string,
): Promise<string> {
  if (stat.kind !== 'symlink') return quote(name);
  return `${quote(name)} -> ${quote(await readLink(host, name))}`;
}

const DEFAULT = `  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %Hd,%Ld\tInode: %-11i Links: %h
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: %w
`;
const TERSE = '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n';

/** Converts one directive, with the flags and the precision of printf(3). */
async function converted(
  letter: string,
  flags: string,
  precision: string | undefined,
  shown: Shown,
): Promise<string> {
  const lower = letter.toLowerCase();
  const time = Object.hasOwn(times, lower) ? times[lower]?.(shown.stat) : undefined;
  if (time !== undefined) {
    if (letter === lower) return cut(timeText(shown, time), precision);
    return secondsText(time, precision);
  }
  if (Object.hasOwn(numbers, letter)) {
    const digits = String(numbers[letter]?.(shown));
    const mark = !flags.includes('#') ? '' : letter === 'a' ? '0' : letter === 'f' ? '0x' : '';
    return mark + digits.padStart(Number(precision ?? 0), '0');
  }
  if (Object.hasOwn(texts, letter)) return cut((await texts[letter]?.(shown)) ?? '', precision);
  return '?';
}

/** A text of at most as many bytes as the precision says. */
const cut = (text: string, precision: string | undefined): string =>
  precision === undefined ? text : textOf(bytesOf(text).subarray(0, Number(precision)));

/**
 * Seconds since 1970, with as many digits of the fraction as the precision says. Without them they are rounded down. With
 * them they are cut towards 1970, but for whole seconds, as GNU's stat does it.
 */
function secondsText(time: bigint, precision: string | undefined): string {
  const [seconds, fraction] = divide(time, 1_000_000_000n);
  const count = precision === undefined ? 0 : precision === '' ? 9 : Number(precision);
  if (count === 0) return String(seconds);
  const digits = (part: bigint): string =>
    String(part).padStart(9, '0').slice(0, count).padEnd(count, '0');
  if (seconds >= 0n || fraction === 0n) return `${seconds}.${digits(fraction)}`;
  const rest = digits(1_000_000_000n - fraction);
  return /^0*$/.test(rest) ? `${seconds}.${rest}` : `-${-seconds - 1n}.${rest}`;
}

async function formatted(form: string, shown: Shown): Promise<string> {
  // GNU's stat quotes names where the format has a plain %N.
  const quote = form.includes('%N') ? quoted : (name: string): string => name;
  let out = '';
  let at = 0;
  for (const {
    0: all,
    1: flags = '',
    2: width = '',
    3: precision,
    4: letter = '',
    index,
  } of form.matchAll(/%([-+#0 ']*)(\d*)(?:\.(\d*))?([HL](?=[dr])[dr]|.|$)/gsu)) {
    out += form.slice(at, index);
    at = index + all.length;
    if (letter === '%' || letter === '') out += '%';
    else {
      const isNumber = Object.hasOwn(numbers, letter) || /[XYZ]/.test(letter);
      const fill = flags.includes('0') && isNumber ? '0' : ' ';
      const pad = (text: string): string => padded(text, Number(width), flags, fill);
      out +=
        letter === 'N'
          ? await withTarget(shown, (name) => pad(cut(quote(name), precision)))
          : pad(await converted(letter, flags, precision, shown));
    }
  }
  return out + form.slice(at);
}

/** A text of at least as many bytes as the width says. */
function padded(text: string, width: number, flags: string, fill: string): string {
  const missing = Math.max(0, width - bytesOf(text).length);
  return flags.includes('-') ? text + ' '.repeat(missing) : fill.repeat(missing) + text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...cEscapes,
  e: '\x1b',
  '\\': '\\',
  '"': '"',
};

/** The escapes of --printf. */
const unescaped = (form: string, unknown: (char: string) => string): string =>
  form.replace(/\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|(.))/gsu, (_, octal, hex, char) =>
    octal !== undefined
      ? textOfByte(Number.parseInt(octal, 8) & 255)
      : hex !== undefined
        ? textOfByte(Number.parseInt(hex, 16))
        : (ESCAPES[char] ?? unknown(char)),
  );

export const stat: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE...',
    options: ['L|dereference', 'f|file-system', 'cached=', 'c|format=', 'printf=', 't|terse'],
  });
  refuse(flags, 'file-system', 'cached');
  needOperands(host, flags);
  const last = flags.last('format', 'printf');
  const given = last === undefined ? undefined : (flags.value(last) ?? '');
  const unknown: string[] = [];
  const form =
    given === undefined
      ? flags.has('terse')
        ? TERSE
        : DEFAULT
      : last === 'printf'
        ? unescaped(given, (char) => {
            unknown.push(char);
            return char;
          })
        : given;
  const end = last === 'format' ? '\n' : '';
  for (const char of unknown) await warn(host, `warning: unrecognized escape '\\${char}'`);
  const zone = zoneOf(host.env);
  let status = 0;
  for (const name of flags.operands) {
    try {
      const found = await statOf(host, name, flags.has('dereference'));
      const shown = { host, name, stat: found, zone };
      const title = form === DEFAULT ? `  File: ${await withTarget(shown, shellWord)}\n` : '';
      await host.stdout.write(bytesOf(title + (await formatted(form, shown)) + end));
    } catch (error) {
      const reason = reasonOf(error);
      await warn(host, `cannot statx ${quoted(name)}: ${reason}`);
      status = 1;
    }
    await host.checkpoint();
  }
  return status;
};
