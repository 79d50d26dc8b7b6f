/** The operands of dd(1), as `if=FILE`. */
import { ddNumber } from './ddnumbers.ts';
import { flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { warn } from './stdio.ts';

/** A number of records or, with a suffix that holds `B`, of bytes. */
interface Amount {
  readonly count: number;
  readonly isBytes: boolean;
}

export type Status = 'default' | 'none' | 'noxfer' | 'progress';

export interface DdOperands {
  /** The file to read; undefined for standard input. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly inputSize: number;
  readonly outputSize: number;
  /** What was read is written at once, since `bs` gives both sizes and nothing is converted. */
  readonly isDirect: boolean;
  readonly recordSize: number;
  readonly count: Amount | undefined;
  readonly skip: Amount;
  readonly seek: Amount;
  readonly conversions: ReadonlySet<string>;
  readonly inputFlags: ReadonlySet<string>;
  readonly outputFlags: ReadonlySet<string>;
  readonly status: Status;
}

const CONVERSIONS = [
  ...['ascii', 'ebcdic', 'ibm', 'block', 'unblock', 'lcase', 'ucase', 'sparse', 'swab', 'noerror'],
  ...['nocreat', 'excl', 'notrunc', 'sync', 'fdatasync', 'fsync'],
];
/** Those that need an output that is apart from the input. */
const CHANGING = ['ascii', 'ebcdic', 'ibm', 'block', 'unblock', 'lcase', 'ucase', 'swab'];
const FLAGS = [
  ...['append', 'direct', 'directory', 'dsync', 'noatime', 'nocache', 'noctty', 'nofollow'],
  ...['nonblock', 'sync', 'fullblock', 'count_bytes', 'skip_bytes', 'seek_bytes'],
];
const STATUSES: readonly Status[] = ['none', 'noxfer', 'progress'];
/** What cannot be given together. */
const GROUPS: readonly (readonly string[])[] = [
  ['ascii', 'ebcdic', 'ibm'],
  ['block', 'unblock'],
  ['lcase', 'ucase'],
  ['excl', 'nocreat'],
];
const MAX_BUFFER = 2 ** 31 - 1;

export async function operandsOf(host: Host): Promise<DdOperands> {
  const { operands } = flagsOf(host, { usage: '[OPERAND]...', options: [] });
  const texts = new Map<string, string>();
  const numbers = new Map<string, Amount>();
  const words = new Map<string, ReadonlySet<string>>();
  let hasZero = false;
  for (const operand of operands) {
    const equals = operand.indexOf('=');
    const name = equals < 0 ? '' : alias(operand.slice(0, equals));
    const value = operand.slice(equals + 1);
    if (name === 'if' || name === 'of') texts.set(name, value);
    else if (Object.hasOwn(LISTS, name)) {
      const { of, among } = LISTS[name] as WordList;
      words.set(name, new Set([...(words.get(name) ?? []), ...wordsOf(host, value, of, among)]));
    } else if (name === 'status') texts.set(name, statusOf(host, value));
    else if (NUMBERS.has(name)) {
      const count = ddNumber(value, () => {
        hasZero = true;
      });
      if (hasZero)
        await warn(host, 'warning: ‘0x’ is a zero multiplier; use ‘00x’ if that is intended');
      hasZero = false;
      checkSize(name, value, count);
      numbers.set(name, { count, isBytes: value.includes('B') });
    } else misuse(host.name, `unrecognized operand ${inQuotes(operand)}`);
  }
  return combined(texts, numbers, words);
}

interface WordList {
  readonly of: string;
  readonly among: readonly string[];
}

const LISTS: Readonly<Record<string, WordList>> = {
  conv: { of: 'conversion', among: CONVERSIONS },
  iflag: { of: 'input flag', among: FLAGS },
  oflag: { of: 'output flag', among: FLAGS.filter((each) => each !== 'fullblock') },
};

const NUMBERS: ReadonlySet<string> = new Set(['bs', 'cbs', 'ibs', 'obs', 'count', 'skip', 'seek']);

const alias = (name: string): string =>
  name === 'iseek' ? 'skip' : name === 'oseek' ? 'seek' : name;

function checkSize(name: string, text: string, count: number): void {
  if (name.endsWith('bs') && count === 0) throw new ToolError(`invalid number: ${inQuotes(text)}`);
  if (name.endsWith('bs') && count > MAX_BUFFER)
    throw new ToolError(`invalid number: ${inQuotes(text)}: Cannot allocate memory`);
}

function wordsOf(host: Host, list: string, of: string, among: readonly string[]): string[] {
  const found = list.split(',');
  for (const word of found)
    if (!among.includes(word)) misuse(host.name, `invalid ${of}: ${inQuotes(word)}`);
  return found;
}

function statusOf(host: Host, list: string): string {
  let status = '';
  for (const word of list.split(',')) {
    if (!STATUSES.includes(word as Status))
      misuse(host.name, `invalid status level: ${inQuotes(word)}`);
    status = word;
  }
  return status;
}

function combined(
  texts: ReadonlyMap<string, string>,
  numbers: ReadonlyMap<string, Amount>,
  words: ReadonlyMap<string, ReadonlySet<string>>,
): DdOperands {
  const conversions = new Set(words.get('conv'));
  const inputFlags = words.get('iflag') ?? new Set();
  const outputFlags = words.get('oflag') ?? new Set();
  const size = numbers.get('bs')?.count;
  const recordSize = numbers.get('cbs')?.count ?? 0;
  if (recordSize > 0) {
    if (conversions.has('ascii')) conversions.add('unblock');
    else if (conversions.has('ebcdic') || conversions.has('ibm')) conversions.add('block');
  } else for (const name of ['block', 'unblock']) conversions.delete(name);
  refuseTogether(conversions);
  for (const flags of [inputFlags, outputFlags]) {
    if (flags.has('direct') && flags.has('nocache'))
      throw new ToolError('cannot combine direct and nocache');
    if (flags.has('nonblock')) throw new ToolError('the flag nonblock is not supported here', 2);
  }
  const amount = (name: string, isBytes: boolean): Amount | undefined => {
    const given = numbers.get(name);
    return given && { count: given.count, isBytes: given.isBytes || isBytes };
  };
  const none = { count: 0, isBytes: false };
  return {
    from: texts.get('if'),
    to: texts.get('of'),
    inputSize: size ?? numbers.get('ibs')?.count ?? 512,
    outputSize: size ?? numbers.get('obs')?.count ?? 512,
    isDirect: size !== undefined && !CHANGING.some((each) => conversions.has(each)),
    recordSize,
    count: amount('count', inputFlags.has('count_bytes')),
    skip: amount('skip', inputFlags.has('skip_bytes')) ?? none,
    seek: amount('seek', outputFlags.has('seek_bytes')) ?? none,
    conversions,
    inputFlags,
    outputFlags,
    status: (texts.get('status') as Status | undefined) ?? 'default',
  };
}

/** Refuses words of a group that are given together. */
function refuseTogether(conversions: ReadonlySet<string>): void {
  for (const group of GROUPS) {
    if (group.filter((each) => conversions.has(each)).length < 2) continue;
    if (group.length > 2) throw new ToolError(`cannot combine any two of {${group.join(',')}}`);
    throw new ToolError(`cannot combine ${group.join(' and ')}`);
  }
}
