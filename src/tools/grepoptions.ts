/** The options of grep(1). */
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import type { Given } from './options.ts';
import { readAll, reasonOf } from './stdio.ts';

const SYNOPSIS = 'Usage: grep [OPTION]... PATTERNS [FILE]...\n';
const HINT = "Try 'grep --help' for more information.";

export type Matcher = 'G' | 'E' | 'F' | 'P';

export interface Settings {
  readonly has: (name: string) => boolean;
  /** The value that was given last; undefined where none was. */
  readonly value: (name: string) => string | undefined;
  /** Only the exit status tells what was found. */
  readonly isQuiet: boolean;
  /** The options of these names with their values, in the order in which they were given. */
  readonly all: (...names: readonly string[]) => readonly { name: string; value: string }[];
  readonly patterns: readonly string[];
  readonly operands: readonly string[];
  readonly matcher: Matcher;
  readonly ignoreCase: boolean;
  /** -A, -B or -C was given, even with 0. */
  readonly hasContext: boolean;
  readonly before: number;
  readonly after: number;
  /** Undefined where no separator is printed. */
  readonly separator: string | undefined;
  readonly max: number;
  readonly binary: string;
  readonly directories: string;
  readonly files: 'with' | 'without' | 'none';
  readonly names: boolean | undefined;
}

const specs = [
  'E|extended-regexp',
  'F|fixed-strings',
  'G|basic-regexp',
  'P|perl-regexp',
  'e|regexp=',
  'f|file=',
  'i|ignore-case',
  'no-ignore-case',
  'w|word-regexp',
  'x|line-regexp',
  'z|null-data',
  'v|invert-match',
  'V|version',
  'm|max-count=',
  'b|byte-offset',
  'n|line-number',
  'line-buffered',
  'H|with-filename',
  'h|no-filename',
  'label=',
  'o|only-matching',
  'q|quiet',
  'silent',
  'binary-files=',
  'a|text',
  'I',
  'd|directories=',
  'D|devices=',
  'r|recursive',
  'R|dereference-recursive',
  'include=',
  'exclude=',
  'exclude-from=',
  'exclude-dir=',
  'L|files-without-match',
  'l|files-with-matches',
  'c|count',
  'T|initial-tab',
  'Z|null',
  'B|before-context=',
  'A|after-context=',
  'C|context=',
  'group-separator=',
  'no-group-separator',
  's|no-messages',
  'y',
  'color=?',
  'colour=?',
  'U|binary',
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
];

export async function settingsOf(host: Host): Promise<Settings> {
  const flags = flagsOf(
    { ...host, name: 'grep' },
    {
      usage: '[OPTION]... PATTERNS [FILE]...',
      options: specs,
      afterMistake: `\n${SYNOPSIS.trimEnd()}`,
      status: 2,
    },
  );
  const { options, has, value, last } = flags;
  const operands = [...flags.operands];
  const context = contextsOf(options);
  const given = await patternsOf(host, options);
  if (given.length === 0 && last('file', 'regexp') === undefined) {
    const [first] = operands.splice(0, 1);
    if (first === undefined) throw new Usage();
    given.push(...first.split('\n'));
  }
  const files = last('files-with-matches', 'files-without-match');
  const names = last('with-filename', 'no-filename');
  return {
    has,
    value,
    isQuiet: has('quiet') || has('silent'),
    all: (...names) =>
      options
        .filter(({ name }) => names.includes(name))
        .map(({ name, value = '' }) => ({ name, value })),
    patterns: [...new Set(given)],
    operands,
    matcher: matcherOf(host.name, options),
    ignoreCase: /^(ignore-case|y)$/.test(last('ignore-case', 'y', 'no-ignore-case') ?? ''),
    ...context,
    separator:
      last('group-separator', 'no-group-separator') === 'no-group-separator'
        ? undefined
        : (value('group-separator') ?? '--'),
    max: maxOf(value('max-count')),
    binary: binaryOf(options),
    directories: directoriesOf(options),
    files: files === undefined ? 'none' : files === 'files-with-matches' ? 'with' : 'without',
    names: names === undefined ? undefined : names === 'with-filename',
  };
}

/** Ends grep with its synopsis alone, without the name of the tool before it. */
export class Usage extends Error {
  readonly text = `${SYNOPSIS}${HINT}\n`;
}

const bad = (message: string): never => {
  throw new ToolError(message, 2);
};

const isDigit = ({ name }: Given): boolean => /^\d$/.test(name);

function contextsOf(options: readonly Given[]): {
  hasContext: boolean;
  before: number;
  after: number;
} {
  let both: number | undefined;
  let before: number | undefined;
  let after: number | undefined;
  const count = (text: string): number =>
    /^\s*\+?\d+$/.test(text) ? Number(text) : bad(`${text}: invalid context length argument`);
  options.forEach((option, i) => {
    const { name, value = '' } = option;
    if (name === 'before-context') before = count(value);
    if (name === 'after-context') after = count(value);
    if (name === 'context') both = count(value);
    const previous = options[i - 1];
    if (isDigit(option))
      both = (previous && isDigit(previous) ? (both ?? 0) * 10 : 0) + Number(name);
  });
  return {
    hasContext: [before, after, both].some((each) => each !== undefined),
    before: before ?? both ?? 0,
    after: after ?? both ?? 0,
  };
}

function maxOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\s*[-+]?\d+$/.test(text)) bad('invalid max count');
  // A negative count sets no limit.
  return Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
}

function binaryOf(options: readonly Given[]): string {
  let type = 'binary';
  for (const { name, value = '' } of options) {
    if (name === 'text') type = 'text';
    if (name === 'I') type = 'without-match';
    if (name === 'binary-files') {
      if (!['binary', 'text', 'without-match'].includes(value)) bad('unknown binary-files type');
      type = value;
    }
  }
  return type;
}

function directoriesOf(options: readonly Given[]): string {
  let action = 'read';
  for (const { name, value = '' } of options) {
    if (name === 'recursive' || name === 'dereference-recursive') action = 'recurse';
    if (name === 'devices' && value !== 'read' && value !== 'skip') bad('unknown devices method');
    if (name !== 'directories') continue;
    const known = ['read', 'recurse', 'skip'];
    if (!known.includes(value))
      throw new ToolError(
        `invalid argument ‘${value}’ for ‘--directories’\nValid arguments are:\n${known
          .map((each) => `  - ‘${each}’\n`)
          .join('')}${SYNOPSIS}${HINT}`,
        1,
      );
    action = value;
  }
  return action;
}

const letters: Readonly<Record<string, Matcher>> = {
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'basic-regexp': 'G',
  'perl-regexp': 'P',
};

function matcherOf(tool: string, options: readonly Given[]): Matcher {
  let matcher: Matcher | undefined = tool === 'egrep' ? 'E' : tool === 'fgrep' ? 'F' : undefined;
  for (const { name } of options) {
    const next = letters[name];
    if (!next) continue;
    if (matcher && matcher !== next) bad('conflicting matchers specified');
    matcher = next;
  }
  return matcher ?? 'G';
}

async function patternsOf(host: Host, options: readonly Given[]): Promise<string[]> {
  const patterns: string[] = [];
  for (const { name, value = '' } of options) {
    if (name === 'regexp') patterns.push(...value.split('\n'));
    if (name !== 'file') continue;
    const text = textOf(await contents(host, value));
    if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  return patterns;
}

/** Reads a file that an option names. */
export async function contents(host: Host, name: string): Promise<Uint8Array> {
  if (name === '-') return readAll(host.stdin);
  try {
    const file = await host.open(name, OPEN.read);
    try {
      return await readAll(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ToolError(`${name}: ${reasonOf(error)}`, 2);
  }
}
