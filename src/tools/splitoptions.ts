/** The options of split(1). */
import { bytesOf } from '../kernel/rawtext.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { numberOf, SIZE_SUFFIXES } from './numbers.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { ALPHABETS, type SuffixRules } from './splitnames.ts';

/** How the input is divided. */
export type Division =
  | { readonly by: 'lines' | 'bytes' | 'lineBytes'; readonly count: number }
  | {
      readonly by: 'chunks' | 'lineChunks' | 'roundRobin';
      readonly count: number;
      /** The only chunk that is wanted, which goes to standard output; 0 for all. */
      readonly only: number;
    };

export interface SplitOptions {
  readonly input: string;
  readonly prefix: string;
  readonly ending: string;
  readonly suffix: SuffixRules;
  readonly division: Division;
  readonly end: number;
  readonly filter: string | undefined;
  readonly isVerbose: boolean;
  readonly isUnbuffered: boolean;
  readonly skipsEmpty: boolean;
}

const rules = {
  usage: '[OPTION]... [FILE [PREFIX]]',
  options: [
    ...['a|suffix-length=', 'additional-suffix=', 'b|bytes=', 'C|line-bytes=', 'd'],
    ...['numeric-suffixes=?', 'x', 'hex-suffixes=?', 'e|elide-empty-files', 'filter='],
    ...['l|lines=', 'n|number=', 't|separator=', 'u|unbuffered', 'verbose'],
  ],
};

const WAYS = ['lines', 'bytes', 'line-bytes', 'number'];

export function splitOptions(host: Host): SplitOptions {
  const flags = flagsOf({ ...host, args: oldForm(host.args) }, rules);
  const { has, value } = flags;
  const division = divisionOf(host, flags);
  const suffix = suffixOf(host, flags, division);
  const ending = value('additional-suffix') ?? '';
  if (ending.includes('/'))
    misuse(host.name, `invalid suffix ${inQuotes(ending)}, contains directory separator`);
  const [input = '-', prefix = 'x', extra] = flags.operands;
  if (extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`);
  const filter = value('filter');
  if (filter !== undefined && 'only' in division && division.only > 0)
    misuse(host.name, '--filter does not process a chunk extracted to stdout');
  return {
    input,
    prefix,
    ending,
    suffix,
    division,
    end: separatorOf(flags),
    filter,
    isVerbose: has('verbose'),
    isUnbuffered: has('unbuffered'),
    skipsEmpty: has('elide-empty-files'),
  };
}

/** What is before a word that is its value, and no option. */
const TAKES_VALUE =
  /^-(-(suffix-length|additional-suffix|(line-)?bytes|filter|lines|number|separator)$|[^-]*[abCnlt]$)/;

/** `-20` is `-l 20`. */
function oldForm(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return args.map((each, i) => {
    const isOption = /^-\d+$/.test(each) && (end < 0 || i < end);
    return isOption && !TAKES_VALUE.test(args[i - 1] ?? '') ? `-l${each.slice(1)}` : each;
  });
}

function separatorOf(flags: Flags): number {
  let end: number | undefined;
  for (const { name, value = '' } of flags.options) {
    if (name !== 'separator') continue;
    if (value === '') throw new ToolError('empty record separator');
    const bytes = value === '\\0' ? Uint8Array.of(0) : bytesOf(value);
    if (bytes.length > 1) throw new ToolError(`multi-character separator ${inQuotes(value)}`);
    if (end !== undefined && end !== bytes[0])
      throw new ToolError('multiple separator characters specified');
    end = bytes[0];
  }
  return end ?? 10;
}

function divisionOf(host: Host, flags: Flags): Division {
  let found: Division | undefined;
  for (const { name, value = '' } of flags.options) {
    if (!WAYS.includes(name)) continue;
    if (found) misuse(host.name, 'cannot split in more than one way');
    if (name === 'number') found = chunksOf(value);
    else {
      const of = `number of ${name === 'lines' ? 'lines' : 'bytes'}`;
      const count = numberOf(value, { of, suffixes: SIZE_SUFFIXES, least: 1 });
      found = { by: name === 'line-bytes' ? 'lineBytes' : (name as 'lines' | 'bytes'), count };
    }
  }
  return found ?? { by: 'lines', count: 1000 };
}

function chunksOf(text: string): Division {
  const [, way, first = '', second] = /^(?:([lr])\/)?([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const by = way === 'l' ? 'lineChunks' : way === 'r' ? 'roundRobin' : 'chunks';
  const suffixes = SIZE_SUFFIXES.replace('b', '');
  if (second === undefined)
    return { by, count: numberOf(first, { of: 'number of chunks', suffixes, least: 1 }), only: 0 };
  const count = numberOf(second, { of: 'number of chunks', suffixes, least: 1 });
  const only = numberOf(first, {
    of: 'chunk number',
    suffixes,
    least: 1,
    most: count,
    range: 'Numerical result out of range',
  });
  return { by, count, only };
}

function suffixOf(host: Host, flags: Flags, division: Division): SuffixRules {
  let alphabet: string = ALPHABETS.letters;
  let start: string | undefined;
  for (const { name, value } of flags.options) {
    const isHex = name === 'x' || name === 'hex-suffixes';
    if (!isHex && name !== 'd' && name !== 'numeric-suffixes') continue;
    alphabet = isHex ? ALPHABETS.hexadecimal : ALPHABETS.digits;
    start = value === undefined || value === '' ? undefined : value;
    if (start !== undefined && [...start].some((each) => !alphabet.includes(each))) {
      const kind = isHex ? 'hexadecimal' : 'numerical';
      misuse(host.name, `${inQuotes(start)}: invalid start value for ${kind} suffix`);
    }
  }
  const given = flags.value('suffix-length');
  const asked = given === undefined ? 0 : numberOf(given, { of: 'suffix length' });
  const needed = 'only' in division ? digitsFor(alphabet, start, division.count) : 0;
  if (asked > 0 && asked < needed)
    throw new ToolError(`the suffix length needs to be at least ${needed}`);
  const length = asked > 0 ? asked : Math.max(2, needed);
  if (start !== undefined && start.replace(/^0+/, '').length > length)
    misuse(host.name, 'numerical suffix start value is too large for the suffix length');
  const isGrowing = asked === 0 && start === undefined && !('only' in division);
  return { alphabet, length, isGrowing, start: start ?? '0' };
}

/** How many characters the suffixes of so many chunks need. */
function digitsFor(alphabet: string, start: string | undefined, count: number): number {
  const base = alphabet.length;
  const first = start === undefined ? 0 : Number.parseInt(start, base);
  let digits = 1;
  for (
    let left = count - 1 + (first < count ? first : 0);
    left >= base;
    left = Math.floor(left / base)
  )
    digits++;
  return digits;
}
