/** The options of ls(1), and what they come to together. */
import { bytesOf } from '../kernel/rawtext.ts';
import { BYTES, KIBIBYTES, type Sizes } from './blocksize.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { globRegex } from './globs.ts';
import { type Host, ToolError } from './host.ts';
import {
  applies,
  type Choices,
  type Dots,
  type Follow,
  type Format,
  type Indicator,
  isOn,
  type Sort,
  type Time,
} from './lschoices.ts';
import type { QuotingStyle } from './lsquote.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';

export interface LsSettings {
  readonly format: Format;
  readonly sort: Sort;
  readonly time: Time;
  readonly indicator: Indicator;
  readonly quoting: QuotingStyle;
  /** What cannot be printed is shown as `?`. */
  readonly hidesControls: boolean;
  readonly color: boolean;
  /** Which names that begin with a dot are listed: none, all but `.` and `..`, all. */
  readonly dots: Dots;
  readonly follow: Follow;
  readonly timeStyle: readonly [old: string, recent: string];
  readonly sizes: Sizes;
  readonly blocks: Sizes;
  readonly width: number;
  readonly tab: number;
  readonly end: string;
  /** Whether an option leaves a name out. */
  readonly isLeftOut: (name: string) => boolean;
  has(name: string): boolean;
}

const OPTIONS = [
  ...['a|all', 'A|almost-all', 'author', 'b|escape', 'block-size=', 'B|ignore-backups', 'c', 'C'],
  ...['color=?', 'd|directory', 'D|dired', 'f', 'F', 'classify=?', 'file-type', 'format='],
  ...['full-time', 'g', 'group-directories-first', 'G|no-group', 'h|human-readable', 'si'],
  ...['H|dereference-command-line', 'dereference-command-line-symlink-to-dir', 'hide='],
  ...['hyperlink=?', 'indicator-style=', 'i|inode', 'I|ignore=', 'k|kibibytes', 'l'],
  ...['L|dereference', 'm', 'n|numeric-uid-gid', 'N|literal', 'o', 'p', 'q|hide-control-chars'],
  ...['show-control-chars', 'Q|quote-name', 'quoting-style=', 'r|reverse', 'R|recursive', 's|size'],
  ...['S', 'sort=', 'time=', 'time-style=', 't', 'T|tabsize=', 'u', 'U', 'v', 'w|width=', 'x', 'X'],
  ...['Z|context', 'zero', '1'],
];

const LONG_LETTERS: ReadonlySet<string> = new Set(['l', 'g', 'n', 'numeric-uid-gid', 'o']);

const STYLES: Readonly<Record<string, readonly [string, string]>> = {
  'full-iso': ['%Y-%m-%d %H:%M:%S.%N %z', '%Y-%m-%d %H:%M:%S.%N %z'],
  'long-iso': ['%Y-%m-%d %H:%M', '%Y-%m-%d %H:%M'],
  iso: ['%Y-%m-%d ', '%m-%d %H:%M'],
  locale: ['%b %e  %Y', '%b %e %H:%M'],
};

function timeStyleOf(host: Host, text: string): readonly [string, string] {
  if (text.startsWith('+')) {
    const [old = '', recent, ...more] = text.slice(1).split('\n');
    if (more.length > 0)
      throw new ToolError(`invalid time style format ${inQuotes(text.slice(1))}`, 2);
    return [old, recent ?? old];
  }
  const bare = text.replace(/^posix-/, '');
  const found = Object.keys(STYLES).filter((each) => each.startsWith(bare));
  const style = STYLES[bare] ?? (found.length === 1 ? STYLES[found[0] as string] : undefined);
  if (style) return style;
  const kind = found.length > 1 ? 'ambiguous' : 'invalid';
  const list = ['full-iso', 'long-iso', 'iso', 'locale'].map((each) => `\n  - [posix-]${each}`);
  return misuse(
    host.name,
    `${kind} argument ${inQuotes(text)} for ‘time style’\nValid arguments are:${list.join('')}` +
      "\n  - +FORMAT (e.g., +%H:%M) for a 'date'-style format",
    2,
  );
}

function formatOf(host: Host, { format }: Choices): Format {
  return format ?? (host.isTerminal(1) ? 'vertical' : 'single');
}

export function lsSettings(
  host: Host,
  terminalWidth: number,
): { settings: LsSettings; operands: readonly string[] } {
  const flags: Flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    status: 2,
    options: OPTIONS,
  });
  refuse(flags, 'dired', 'context');
  const choices: Choices = {
    indicator: 'none',
    color: false,
    zero: false,
    dots: 'none',
    blocks: KIBIBYTES,
  };
  for (const { name, value } of flags.options) {
    if (LONG_LETTERS.has(name)) choices.format = 'long';
    applies[name]?.(choices, value, host);
    if (name === 'hyperlink' && isOn(host, '--hyperlink', value))
      throw new ToolError('the option --hyperlink is not supported here', 2);
  }
  const format = formatOf(host, choices);
  const isTerminal = host.isTerminal(1);
  const all = (name: string) => flags.options.filter((each) => each.name === name);
  const globs = (name: string) => all(name).map(({ value = '' }) => value);
  const leftOut = [
    ...globs('ignore'),
    ...(choices.dots === 'none' ? globs('hide') : []),
    ...(flags.has('ignore-backups') ? ['*~', '.*~'] : []),
  ].map(matcherOf);
  const long = format === 'long';
  const color = choices.color && hasColors(host);
  const isPlain = flags.has('directory') || choices.indicator === 'classify' || long;
  const settings: LsSettings = {
    format,
    sort: choices.sort ?? (choices.time && !long ? 'time' : 'name'),
    time: choices.time ?? 'mtime',
    indicator: choices.indicator,
    quoting: choices.quoting ?? (isTerminal ? 'shell-escape' : 'literal'),
    hidesControls: choices.hides ?? isTerminal,
    color,
    dots: choices.dots,
    follow: choices.follow ?? (isPlain ? 'none' : 'directories'),
    timeStyle: long
      ? timeStyleOf(host, choices.timeStyle ?? host.env['TIME_STYLE'] ?? 'locale')
      : ['', ''],
    sizes: choices.sizes ?? BYTES,
    blocks: choices.blocks,
    width: choices.width ?? terminalWidth,
    // Colors have no columns, which a tab would count.
    tab: color ? 0 : (choices.tab ?? 8),
    end: choices.zero ? '\0' : '\n',
    isLeftOut: (name) => leftOut.some((matches) => matches(name)),
    has: flags.has,
  };
  return { settings, operands: flags.operands };
}

/** An operator at the beginning of a pattern matches no dot at the beginning of a name. */
function matcherOf(glob: string): (name: string) => boolean {
  const regex = globRegex(glob);
  const hasDot = /^\\?\./.test(glob);
  return (name) => (hasDot || !name.startsWith('.')) && regex.find(bytesOf(name)) !== undefined;
}

/** The terminal that TERM names has colors, or a variable says which to use. */
const hasColors = ({ env }: Host): boolean =>
  Boolean(env['LS_COLORS'] || env['COLORTERM']) ||
  /^(?:Eterm|alacritty|ansi|con\d|cons25|console|cygwin|dtterm|foot|gnome|hurd|jfbterm|konsole|kterm|linux|putty|rxvt|screen|st|terminator|tmux|vt100|xterm)|color|direct/.test(
    env['TERM'] ?? '',
  );
