/** The options of xxd(1): one in each word, of which the first letter counts. */
import { Ending, say } from './xxdending.ts';

export type Kind = 'hex' | 'bits' | 'little' | 'plain' | 'include';

/** A place in the input. */
export interface Seek {
  readonly offset: number;
  /** `+`: from where the input stands. */
  readonly isRelative: boolean;
  /** `-`: from the end of the input. */
  readonly isNegative: boolean;
}

export interface Choices {
  readonly kind: Kind;
  readonly isReverted: boolean;
  readonly isAutoskip: boolean;
  readonly isUpper: boolean;
  readonly isCapitalized: boolean;
  readonly isDecimal: boolean;
  readonly isEbcdic: boolean;
  readonly columns: number;
  /** Bytes of a group. */
  readonly group: number;
  /** Undefined where there is no limit. */
  readonly length: number | undefined;
  readonly displayOffset: bigint;
  readonly variable: string | undefined;
  readonly seek: Seek;
}

const MOST_COLUMNS = 256;
const VERSION = 'xxd 2022-01-14 by Juergen Weigert et al.';

const usage = `Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -a          toggle autoskip: A single '*' replaces nul-lines. Default off.
    -b          binary digit dump (incompatible with -ps,-i,-r). Default hex.
    -C          capitalize variable names in C include file style (-i).
    -c cols     format <cols> octets per line. Default 16 (-i: 12, -ps: 30).
    -E          show characters in EBCDIC. Default ASCII.
    -e          little-endian dump (incompatible with -ps,-i,-r).
    -g bytes    number of octets per group in normal output. Default 2 (-e: 4).
    -h          print this summary.
    -i          output in C include file style.
    -l len      stop after <len> octets.
    -n name     set the variable name used in C include output (-i).
    -o off      add <off> to the displayed file position.
    -ps         output in postscript plain hexdump style.
    -r          reverse operation: convert (or patch) hexdump into binary.
    -r -s off   revert with <off> added to file positions found in hexdump.
    -d          show offset in decimal instead of hex.
    -s [+][-]seek  start at <seek> bytes abs. (or +: rel.) infile offset.
    -u          use upper case hex letters.
    -v          show version: "${VERSION}".
`;

const misuse = (): never => {
  throw new Ending(usage, 1);
};

/** The number at the beginning of a text, in the base of its prefix (strtol(3)); 0 where there is none. */
export function numberAt(text: string): bigint {
  const [, sign, hex, octal, decimal] =
    /^[ \t-\r]*([+-]?)(?:0[xX]([\da-fA-F]+)|0([0-7]*)|([1-9]\d*))/.exec(text) ?? [];
  const value =
    hex !== undefined
      ? BigInt(`0x${hex}`)
      : octal !== undefined
        ? BigInt(`0o${octal || '0'}`)
        : BigInt(decimal ?? 0);
  return sign === '-' ? -value : value;
}

/** A number of the type int, as a cast from long makes it. */
const intAt = (text: string): number => Number(BigInt.asIntN(32, numberAt(text)));

const longAt = (text: string): number => Number(BigInt.asIntN(64, numberAt(text)));

const defaultColumns: Readonly<Record<Kind, number>> = {
  hex: 16,
  little: 16,
  bits: 6,
  plain: 30,
  include: 12,
};

const defaultGroups: Readonly<Record<Kind, number>> = {
  hex: 2,
  little: 4,
  bits: 1,
  plain: 0,
  include: 0,
};

class Reader {
  readonly #args: readonly string[];
  #at = 0;
  kind: Kind = 'hex';
  isReverted = false;
  isAutoskip = false;
  isUpper = false;
  isCapitalized = false;
  isDecimal = false;
  isEbcdic = false;
  columns: number | undefined;
  group = -1;
  length = -1;
  displayOffset = 0n;
  variable: string | undefined;
  seek: Seek = { offset: 0, isRelative: true, isNegative: false };

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** Returns the operands. */
  run(): readonly string[] {
    for (; this.#at < this.#args.length; this.#at++) {
      const word = this.#args[this.#at] as string;
      if (word === '--') return this.#args.slice(this.#at + 1);
      const option = word.startsWith('--') ? word.slice(1) : word;
      if (option.length < 2 || !option.startsWith('-')) break;
      this.#take(option);
    }
    return this.#args.slice(this.#at);
  }

  /** The value that is attached, or the next word where nothing or the option's long name is. */
  #value(option: string, ...names: readonly string[]): string {
    const attached = option.slice(2);
    if (attached !== '' && !names.some((name) => attached.startsWith(name))) return attached;
    return this.#args[++this.#at] ?? misuse();
  }

  #take(option: string): void {
    const set = switches[option[1] as string];
    if (option.startsWith('-capitalize')) this.isCapitalized = true;
    else if (set) set(this);
    else if (option[1] === 'c') this.columns = intAt(this.#value(option, 'ols'));
    else if (option[1] === 'g') this.group = intAt(this.#value(option, 'roup'));
    else if (option[1] === 'l') this.length = longAt(this.#value(option, 'en'));
    else if (option[1] === 'n') this.variable = this.#value(option, 'ame');
    else if (option[1] === 's') this.seek = seekOf(this.#value(option, 'kip', 'eek'));
    else if (option[1] === 'o') this.displayOffset = offsetOf(this.#value(option, 'ffset'));
    else misuse();
  }
}

const switches: Readonly<Record<string, (reader: Reader) => void>> = {
  a: (reader) => {
    reader.isAutoskip = !reader.isAutoskip;
  },
  b: (reader) => {
    reader.kind = 'bits';
  },
  e: (reader) => {
    reader.kind = 'little';
  },
  p: (reader) => {
    reader.kind = 'plain';
  },
  i: (reader) => {
    reader.kind = 'include';
  },
  u: (reader) => {
    reader.isUpper = true;
  },
  C: (reader) => {
    reader.isCapitalized = true;
  },
  d: (reader) => {
    reader.isDecimal = true;
  },
  r: (reader) => {
    reader.isReverted = true;
  },
  E: (reader) => {
    reader.isEbcdic = true;
  },
  v: () => {
    throw new Ending(`${VERSION}\n`, 0);
  },
};

function seekOf(text: string): Seek {
  const [, plus, minus, rest = ''] = /^(\+?)(-?)(.*)$/s.exec(text) ?? [];
  return { offset: longAt(rest), isRelative: plus === '+', isNegative: minus === '-' };
}

const offsetOf = (text: string): bigint => BigInt.asUintN(64, numberAt(text.replace(/^\+-/, '-')));

export function optionsOf(args: readonly string[]): {
  choices: Choices;
  operands: readonly string[];
} {
  const reader = new Reader(args);
  const operands = reader.run();
  const { kind } = reader;
  const columns =
    reader.columns === undefined || (reader.columns === 0 && kind !== 'plain')
      ? defaultColumns[kind]
      : reader.columns;
  const isOfLines = kind !== 'plain' && kind !== 'include';
  if (
    (kind !== 'include' && columns < (kind === 'plain' ? 0 : 1)) ||
    (isOfLines && columns > MOST_COLUMNS)
  )
    throw new Ending(say(`invalid number of columns (max. ${MOST_COLUMNS}).`), 1);
  const wanted = reader.group < 0 ? defaultGroups[kind] : reader.group;
  const group = wanted < 1 || wanted > columns ? columns : wanted;
  if (kind === 'little' && group === wanted && (group & (group - 1)) !== 0)
    throw new Ending(say('number of octets per group must be a power of 2 with -e.'), 1);
  if (operands.length > 2) misuse();
  const length = reader.length < 0 ? undefined : reader.length;
  return { choices: { ...reader, columns, group, length }, operands };
}
