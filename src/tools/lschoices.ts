/** What each option of ls(1) chooses; of options that choose the same, the last one counts. */
import { blockSize, human, KIBIBYTES, type Sizes } from './blocksize.ts';
import { type Host, ToolError } from './host.ts';
import { QUOTING_STYLES, type QuotingStyle } from './lsquote.ts';
import { choiceOf, meaningOf } from './options.ts';
import { inQuotes } from './quote.ts';

export type Format = 'long' | 'single' | 'vertical' | 'across' | 'commas';
export type Sort = 'none' | 'name' | 'time' | 'size' | 'extension' | 'version' | 'width';
export type Time = 'mtime' | 'atime' | 'ctime';
export type Indicator = 'none' | 'slash' | 'file-type' | 'classify';
export type Dots = 'none' | 'almost' | 'all';
export type Follow = 'none' | 'directories' | 'operands' | 'all';

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

/** The choices that options make one after the other. */
export interface Choices {
  format?: Format;
  sort?: Sort;
  time?: Time;
  indicator: Indicator;
  quoting?: QuotingStyle;
  hides?: boolean;
  color: boolean;
  zero: boolean;
  dots: Dots;
  follow?: Follow;
  sizes?: Sizes;
  blocks: Sizes;
  timeStyle?: string;
  width?: number;
  tab?: number;
}

type Apply = (choices: Choices, value: string | undefined, host: Host) => void;

export const isOn = (host: Host, option: string, value: string | undefined): boolean => {
  const when = value === undefined ? 'always' : meaningOf(host.name, option, value, WHEN);
  return when === 'always' || (when === 'auto' && host.isTerminal(1));
};

function numeric(what: string, text: string): number {
  if (!/^(0[xX][\da-fA-F]+|\d+)$/.test(text))
    throw new ToolError(`invalid ${what}: ${inQuotes(text)}`, 2);
  return text.startsWith('0') && /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

export const applies: Readonly<Record<string, Apply>> = {
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
    to.sizes = blockSize(value, '--block-size', 2);
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
