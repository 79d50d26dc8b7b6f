/** The options of ls(1), and what they come to together. */
import { bytesOf } from '../kernel/rawtext.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { globRegex } from './globs.ts';
import { type Host, ToolError } from './host.ts';
import { QUOTING_STYLES, type QuotingStyle } from './lsquote.ts';
import { choiceOf, meaningOf, misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';

export type Format = 'long' | 'single' | 'vertical' | 'across' | 'commas';
export type Sort = 'none' | 'name' | 'time' | 'size' | 'extension' | 'version' | 'width';
export type Time = 'mtime' | 'atime' | 'ctime';
export type Indicator = 'none' | 'slash' | 'file-type' | 'classify';

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
  readonly dots: 'none' | 'almost' | 'all';
  readonly follow: 'none' | 'directories' | 'operands' | 'all';
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

/** How sizes are shown: in units of so many bytes, or for people to read. */
export interface Sizes {
  readonly unit: number;
  readonly suffix: string;
  /** 1024 or 1000; undefined where all digits are shown. */
  readonly human?: number;
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

const WHEN: Readonly<Record<string, 'always' | 'never' | 'auto'>> = {
  always: 'always',
  yes: 'always',
  force: 'always',
  never: 'never',
  no: 'never',
  none: 'never',
  auto: 'auto',
  tty: 'auto',
  'if-tty': 'auto',
};
const FORMATS: Readonly<Record<string, Format>> = {
  verbose: 'long',
  long: 'long',
  commas: 'commas',
  horizontal: 'across',
  across: 'across',
  vertical: 'vertical',
  'single-column': 'single',
};
const TIMES: Readonly<Record<string, Time | 'birth'>> = {
  atime: 'atime',
  access: 'atime',
  use: 'atime',
  ctime: 'ctime',
  status: 'ctime',
  birth: 'birth',
  creation: 'birth',
};
const SORTS = ['none', 'time', 'size', 'extension', 'version', 'width'] as const;
const INDICATORS = ['none', 'slash', 'file-type', 'classify'] as const;
const LONG_LETTERS: ReadonlySet<string> = new Set(['l', 'g', 'n', 'numeric-uid-gid', 'o']);

/** The choices that options make one after the other. */
interface Choices {
  format?: Format;
  sort?: Sort;
  time?: Time;
  indicator: Indicator;
  quoting?: QuotingStyle;
  hides?: boolean;
  color: boolean;
  zero: boolean;
  dots: LsSettings['dots'];
  follow?: LsSettings['follow'];
  sizes?: Sizes;
  blocks: Sizes;
  timeStyle?: string;
  width?: number;
  tab?: number;
}

type Apply = (choices: Choices, value: string | undefined, host: Host) => void;

const isOn = (host: Host, option: string, value: string | undefined): boolean => {
  const when = value === undefined ? 'always' : meaningOf(host.name, option, value, WHEN);
  return when === 'always' || (when === 'auto' && host.isTerminal(1));
};

function numeric(what: string, text: string): number {
  if (!/^(0[xX][\da-fA-F]+|\d+)$/.test(text))
    throw new ToolError(`invalid ${what}: ${inQuotes(text)}`, 2);
  return text.startsWith('0') && /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

const human = (base: number): Sizes => ({ unit: 1, suffix: '', human: base });
const BYTES: Sizes = { unit: 1, suffix: '' };
const KIBIBYTES: Sizes = { unit: 1024, suffix: '' };

function blockSize(text: string): Sizes {
  if (text === 'human-readable') return human(1024);
  if (text === 'si') return human(1000);
  const [, digits = '', letter = '', unit = ''] =
    /^(\d*)([kKMGTPEZY]?)((?:iB|B)?)$/.exec(text) ?? [];
  const power = letter === '' ? 0 : 'KMGTPEZY'.indexOf(letter.toUpperCase()) + 1;
  const size = (digits === '' ? 1 : Number(digits)) * (unit === 'B' ? 1000 : 1024) ** power;
  if ((digits === '' && letter === '') || (letter === '' && unit !== '') || size === 0)
    throw new ToolError(`invalid --block-size argument ${quoted(text)}`, 2);
  return { unit: size, suffix: digits === '' ? letter + unit : '' };
}

const applies: Readonly<Record<string, Apply>> = {
  all: (to) => {
    to.dots = 'all';
  },
  'almost-all': (to) => {
    to.dots = 'almost';
  },
  escape: (to) => {
    to.quoting = 'escape';
  },
  'block-size': (to, value = '') => {
    to.sizes = blockSize(value);
    to.blocks = to.sizes;
  },
  c: (to) => {
    to.time = 'ctime';
  },
  u: (to) => {
    to.time = 'atime';
  },
  C: (to) => {
    to.format = 'vertical';
  },
  x: (to) => {
    to.format = 'across';
  },
  m: (to) => {
    to.format = 'commas';
  },
  '1': (to) => {
    if (to.format !== 'long') to.format = 'single';
  },
  color: (to, value, host) => {
    to.color = isOn(host, '--color', value);
  },
  f: (to) => {
    to.dots = 'all';
    to.sort = 'none';
    to.color = false;
    if (to.format === 'long') delete to.format;
  },
  F: (to) => {
    to.indicator = 'classify';
  },
  classify: (to, value, host) => {
    if (isOn(host, '--classify', value)) to.indicator = 'classify';
  },
  'file-type': (to) => {
    to.indicator = 'file-type';
  },
  p: (to) => {
    to.indicator = 'slash';
  },
  'indicator-style': (to, value = '', host) => {
    to.indicator = choiceOf(host.name, '--indicator-style', value, INDICATORS);
  },
  format: (to, value = '', host) => {
    to.format = meaningOf(host.name, '--format', value, FORMATS);
  },
  'full-time': (to) => {
    to.format = 'long';
    to.timeStyle = 'full-iso';
  },
  'human-readable': (to) => {
    to.sizes = human(1024);
    to.blocks = to.sizes;
  },
  si: (to) => {
    to.sizes = human(1000);
    to.blocks = to.sizes;
  },
  kibibytes: (to) => {
    to.blocks = KIBIBYTES;
  },
  'dereference-command-line': (to) => {
    to.follow = 'operands';
  },
  'dereference-command-line-symlink-to-dir': (to) => {
    to.follow = 'directories';
  },
  dereference: (to) => {
    to.follow = 'all';
  },
  literal: (to) => {
    to.quoting = 'literal';
  },
  'quote-name': (to) => {
    to.quoting = 'c';
  },
  'quoting-style': (to, value = '', host) => {
    to.quoting = choiceOf(host.name, '--quoting-style', value, QUOTING_STYLES);
  },
  'hide-control-chars': (to) => {
    to.hides = true;
  },
  'show-control-chars': (to) => {
    to.hides = false;
  },
  S: (to) => {
    to.sort = 'size';
  },
  t: (to) => {
    to.sort = 'time';
  },
  U: (to) => {
    to.sort = 'none';
  },
  v: (to) => {
    to.sort = 'version';
  },
  X: (to) => {
    to.sort = 'extension';
  },
  sort: (to, value = '', host) => {
    to.sort = choiceOf(host.name, '--sort', value, SORTS);
  },
  time: (to, value = '', host) => {
    const time = meaningOf(host.name, '--time', value, TIMES);
    if (time === 'birth') throw new ToolError('the option --time=birth is not supported here', 2);
    to.time = time;
  },
  'time-style': (to, value = '') => {
    to.timeStyle = value;
  },
  tabsize: (to, value = '') => {
    to.tab = numeric('tab size', value);
  },
  width: (to, value = '') => {
    to.width = numeric('line width', value);
  },
  zero: (to) => {
    to.zero = true;
    to.color = false;
    to.quoting = 'literal';
    to.hides = false;
    if (to.format !== 'long') to.format = 'single';
  },
};

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
