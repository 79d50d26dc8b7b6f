/** The command line of zip(1): options, the archive, the names of files, and patterns for them. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { globRegex } from '../globs.ts';
import { Help } from '../options.ts';
import { badArguments } from './zipmessages.ts';

export type Matches = (name: string) => boolean;

export interface ZipOptions {
  /** The archive; `-` for standard output. */
  readonly archive: string;
  readonly names: readonly string[];
  readonly action: 'add' | 'update' | 'freshen' | 'delete';
  /** From 0, which stores, to 9. */
  readonly level: number;
  readonly has: (option: string) => boolean;
  readonly quiet: number;
  /** Names with these endings are stored. */
  readonly suffixes: readonly string[];
  readonly includes: readonly Pattern[];
  readonly excludes: readonly Pattern[];
  /** What a person could have meant where nothing is found. */
  readonly advice: string | undefined;
}

/** A pattern for names; `@` before a name stands for the patterns that the lines of that file hold. */
export type Pattern = string;

const usage = `[-options] [zipfile list] [-xi list]
  The default action is to add or replace zipfile entries from list, which
  can include the special name - to compress standard input.
  If zipfile and list are omitted, zip compresses stdin to stdout.

  -f   freshen: only changed files      -u   update: only changed or new files
  -d   delete entries in zipfile        -m   move into zipfile (delete OS files)
  -r   recurse into directories         -j   junk (don't record) directory names
  -0   store only                       -1 to -9  compress faster to better
  -q   quiet operation                  -v   verbose operation
  -@   read names from stdin            -D   do not add directory entries
  -x   exclude the following names      -i   include only the following names
  -y   store symbolic links as the link -X   exclude extra file attributes
  -n   don't compress these suffixes    -Z   store or deflate
`;

const words: Readonly<Record<string, string>> = {
  delete: 'd',
  exclude: 'x',
  freshen: 'f',
  grow: 'g',
  include: 'i',
  'junk-paths': 'j',
  move: 'm',
  'names-stdin': '@',
  'no-dir-entries': 'D',
  paths: 'p',
  quiet: 'q',
  'recurse-paths': 'r',
  store: '0',
  'strip-extra': 'X',
  suffixes: 'n',
  symlinks: 'y',
  update: 'u',
  verbose: 'v',
  'compression-method': 'Z',
  help: 'h',
  ...Object.fromEntries([...'123456789'].map((each) => [`compress-${each}`, each])),
};

const titles: Readonly<Record<string, string>> = {
  i: 'include only files matching patterns',
  n: 'suffixes to not compress: .gz:.zip',
  x: 'exclude files matching patterns',
  Z: 'compression method',
};

const FLAGS = '0123456789@dDfghjmpqruvXy';
/** Options of zip that are not supported here. */
const OTHERS = 'aAbBcCeFIJklLNoOPRsStTUVwz';
const PAIRS =
  'DF FF FI FS MM RE TT UN db dc dd df ds du dv fd fz h2 ic la lf li ll nw sb sc sd sf so sp su sU sv tt ws'.split(
    ' ',
  );

export function zipOptions(args: readonly string[]): ZipOptions {
  return new CommandLine(args).options();
}

class CommandLine {
  readonly #args: readonly string[];
  #at = 0;
  readonly #letters: string[] = [];
  readonly #names: string[] = [];
  #archive: string | undefined;
  #suffixes = '.Z:.zip:.zoo:.arc:.lzh:.arj';
  readonly #patterns = { i: [] as Pattern[], x: [] as Pattern[] };
  #firstName = 0;
  #stores = false;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  options(): ZipOptions {
    while (this.#at < this.#args.length) this.#word(this.#args[this.#at++] as string);
    const letters = this.#letters;
    const has = (option: string): boolean => letters.includes(option);
    const archive = this.#named(has);
    const level = letters.findLast((each) => /^\d$/.test(each));
    const { i: includes, x: excludes } = this.#patterns;
    const isPlain = includes.length === 0 && excludes.length === 0;
    return {
      archive,
      names: this.#names,
      action: has('d') ? 'delete' : has('f') ? 'freshen' : has('u') ? 'update' : 'add',
      level: this.#stores ? 0 : Number(level ?? 6),
      has: (option) =>
        option === 'j' ? letters.lastIndexOf('j') > letters.lastIndexOf('p') : has(option),
      quiet: letters.filter((each) => each === 'q').length,
      suffixes: this.#suffixes.split(/[:;]/).filter((each) => each !== ''),
      includes,
      excludes,
      advice: has('r') && isPlain && this.#names.length > 0 ? this.#advice() : undefined,
    };
  }

  /** The archive. Without one zip packs its input to its output. */
  #named(has: (option: string) => boolean): string {
    const archive = this.#archive;
    if (archive === undefined && this.#args.length > 0 && (has('i') || has('x')))
      throw badArguments('nothing to select from');
    if (archive === undefined && has('@')) throw badArguments("can't use - and -@ together");
    if (archive === undefined) this.#names.push('-');
    if (archive === undefined || archive === '-') return '-';
    return /\.[^/]*$/.test(archive) ? archive : `${archive}.zip`;
  }

  #advice(): string {
    const before = this.#args.slice(0, this.#firstName).join(' ');
    return `try: zip ${before} . -i ${this.#args.slice(this.#firstName).join(' ')}`;
  }

  #word(word: string): void {
    if (word === '--') {
      if (this.#archive === undefined) throw badArguments("can't use -- before archive name");
      for (; this.#at < this.#args.length; this.#at++)
        this.#operand(this.#args[this.#at] as string);
    } else if (word.startsWith('--')) this.#long(word.slice(2));
    else if (word.startsWith('-') && word !== '-') this.#short(word.slice(1));
    else this.#operand(word);
  }

  #operand(word: string): void {
    if (this.#archive === undefined) this.#archive = word;
    else {
      if (this.#names.length === 0) this.#firstName = this.#args.indexOf(word, this.#at - 1);
      this.#names.push(word);
    }
  }

  #long(text: string): void {
    const [name = '', value] = text.split(/=(.*)/s);
    const found = Object.keys(words).filter((each) => each.startsWith(name));
    const exact = Object.hasOwn(words, name) ? name : found.length === 1 ? found[0] : undefined;
    if (exact === undefined)
      throw badArguments(
        `the long option '${name}' ${found.length > 1 ? 'is ambiguous' : 'is not supported here'}`,
      );
    const letter = words[exact] as string;
    if (value !== undefined && !Object.hasOwn(titles, letter))
      throw badArguments(`option '${exact}' (${exact}) does not allow a value`);
    this.#option(letter, value);
  }

  #short(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const letter = text[at] as string;
      if (PAIRS.includes(text.slice(at, at + 2)))
        throw badArguments(`the option -${text.slice(at, at + 2)} is not supported here`);
      if (Object.hasOwn(titles, letter)) {
        const rest = text.slice(at + 1).replace(/^=/, '');
        this.#option(letter, rest === '' ? undefined : rest);
        return;
      }
      this.#option(letter, undefined);
    }
  }

  #option(letter: string, value: string | undefined): void {
    if (OTHERS.includes(letter)) throw badArguments(`the option -${letter} is not supported here`);
    if (letter === 'h') throw new Help(`Usage: zip ${usage}`);
    if (!FLAGS.includes(letter) && !Object.hasOwn(titles, letter))
      throw badArguments(`short option '${letter}' not supported`);
    this.#letters.push(letter);
    if (letter === 'i' || letter === 'x') this.#list(letter, value);
    else if (Object.hasOwn(titles, letter))
      this.#value(letter, value ?? this.#args[this.#at++] ?? this.#lacks(letter));
  }

  #value(letter: string, value: string): void {
    if (letter === 'n') this.#suffixes = value;
    else if (value === 'store' || value === 'deflate') this.#stores = value === 'store';
    else throw badArguments(`the compression method ${value} is not supported here`);
  }

  #lacks(letter: string): never {
    throw badArguments(`option '${letter}' (${titles[letter]}) requires a value`);
  }

  /** The patterns up to the next option, to `@` or to the end. */
  #list(letter: 'i' | 'x', value: string | undefined): void {
    const list = this.#patterns[letter];
    if (value !== undefined) list.push(value);
    if (value?.startsWith('@')) return;
    const before = list.length;
    for (; this.#at < this.#args.length; this.#at++) {
      const word = this.#args[this.#at] as string;
      if (word === '@') {
        this.#at++;
        break;
      }
      if (word.startsWith('-') && word !== '-') break;
      list.push(word);
    }
    if (value === undefined && list.length === before) this.#lacks(letter);
  }
}

/** The test of a name by patterns of zip, where a `*` takes slashes too. */
export function matcherOf(pattern: string): Matches {
  const regex = globRegex(pattern);
  return (name) => regex.find(bytesOf(name)) !== undefined;
}
