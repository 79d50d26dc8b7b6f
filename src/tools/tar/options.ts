/** The options of tar(1), as GNU tar 1.34 reads them. */
import { OPEN } from '../../kernel/operations.ts';
import { textOf } from '../../kernel/rawtext.ts';
import { parseDate } from '../dateparse.ts';
import { isDirectory, stat } from '../files.ts';
import { type Host, ToolError } from '../host.ts';
import { USER_ID, userOf } from '../identity.ts';
import { parseMode } from '../mode.ts';
import { type Given, parseOptions } from '../options.ts';
import { inQuotes } from '../quote.ts';
import { readAll, reasonOf } from '../stdio.ts';
import { zoneOf } from '../zone.ts';
import { type Pattern, pattern } from './names.ts';
import type { Format } from './writeheader.ts';

export type Operation = 'A' | 'c' | 'd' | 'r' | 't' | 'u' | 'x';
export type Compression = 'gzip' | 'bzip2' | 'xz';
export type OldFiles = 'default' | 'keep' | 'skip' | 'newer' | 'overwrite' | 'unlink';

/** A name of the command line, with the directory that it is looked up in. */
export interface Named {
  readonly name: string;
  readonly dir: string;
}

export interface Owner {
  readonly name: string;
  readonly id: number;
}

export interface TarOptions {
  readonly operation: Operation;
  readonly archive: string;
  readonly verbose: number;
  readonly compression: Compression | undefined;
  readonly names: readonly Named[];
  /** The directory that the options end in. */
  readonly dir: string;
  readonly excludes: readonly Pattern[];
  readonly usesWildcards: boolean | undefined;
  readonly ignoresCase: boolean;
  readonly isAnchored: boolean;
  readonly format: Format;
  readonly deletedRecords: ReadonlySet<string>;
  readonly strip: number;
  readonly showsTransformed: boolean;
  readonly keepsAbsolute: boolean;
  readonly keepsModes: boolean;
  readonly keepsTimes: boolean;
  readonly oldFiles: OldFiles;
  readonly toOutput: boolean;
  readonly follows: boolean;
  readonly followsHardLinks: boolean;
  readonly recurses: boolean;
  readonly sortsByName: boolean;
  readonly owner: Owner | undefined;
  readonly group: Owner | undefined;
  readonly numericOwner: boolean;
  readonly mtime: bigint | undefined;
  readonly clampsTime: boolean;
  readonly mode: ((mode: number, isDirectory: boolean) => number) | undefined;
  readonly removesFiles: boolean;
  readonly ignoresZeros: boolean;
  readonly ignoresFailedRead: boolean;
  readonly fullTime: boolean;
  readonly blocking: number;
  readonly keepsDirectoryLinks: boolean;
  readonly staysOnDevice: boolean;
  readonly newer: bigint | undefined;
  readonly zone: string | undefined;
}

const operations: Readonly<Record<string, Operation>> = {
  catenate: 'A',
  concatenate: 'A',
  create: 'c',
  diff: 'd',
  compare: 'd',
  append: 'r',
  list: 't',
  update: 'u',
  extract: 'x',
  get: 'x',
};

/** What GNU tar has and this does not, with what it does. */
const refused = [
  'delete',
  'test-label',
  'S|sparse',
  'hole-detection=',
  'sparse-version=',
  'g|listed-incremental=',
  'G|incremental',
  'level=',
  'M|multi-volume',
  'L|tape-length=',
  'F|info-script=',
  'new-volume-script=',
  'V|label=',
  'volno-file=',
  'W|verify',
  'w|interactive',
  'confirmation',
  'K|starting-file=',
  'occurrence=?',
  'transform=',
  'xform=',
  'Z|compress',
  'uncompress',
  'lzip',
  'lzma',
  'lzop',
  'zstd',
  'I|use-compress-program=',
  'to-command=',
  'checkpoint=?',
  'checkpoint-action=',
  'atime-preserve=?',
  'recursive-unlink',
  'backup=?',
  'suffix=',
  'warning=',
  'acls',
  'xattrs',
  'selinux',
  'rsh-command=',
  'rmt-command=',
  'owner-map=',
  'group-map=',
  'exclude-caches',
  'exclude-tag=',
  'exclude-ignore=',
  'index-file=',
  'totals=?',
  'R|block-number',
  'no-wildcards-match-slash',
  'quoting-style=',
  'one-top-level=?',
  's|preserve-order',
];

const rules = {
  usage: `[OPTION...] [FILE]...
GNU 'tar' saves many files together into a single archive, and can restore individual files from the archive.

Examples:
  tar -cf archive.tar foo bar  # Create archive.tar from files foo and bar.
  tar -tvf archive.tar         # List all files in archive.tar verbosely.
  tar -xf archive.tar          # Extract all files from archive.tar.

  -A, -c, -d, -r, -t, -u, -x   concatenate, create, compare, append, list, update, extract
  -f FILE, -v, -z, -j, -J, -a  the archive, verbose, by gzip, bzip2, xz, by the archive's suffix
  -C DIR, -T FILE, -X FILE     change to DIR, names from FILE, patterns of excluded names from FILE
  -k, -m, -O, -p, -P, -h       keep old files, no times, to standard output, modes, absolute names, follow links
  --exclude=PATTERN --wildcards --strip-components=N --sort=name --format=gnu|pax|ustar|v7
  --owner=NAME --group=NAME --mtime=DATE --mode=CHANGES --numeric-owner`,
  status: 64,
  keepsPlaces: true,
  options: [
    'A|catenate',
    'concatenate',
    'c|create',
    'd|diff',
    'compare',
    'r|append',
    't|list',
    'u|update',
    'x|extract',
    'get',
    'f|file=',
    'force-local',
    'v|verbose',
    'z|gzip',
    'gunzip',
    'ungzip',
    'j|bzip2',
    'J|xz',
    'a|auto-compress',
    'no-auto-compress',
    'C|directory=',
    'T|files-from=',
    'null',
    'no-null',
    'verbatim-files-from',
    'no-verbatim-files-from',
    'unquote',
    'no-unquote',
    'X|exclude-from=',
    'exclude=',
    'exclude-vcs',
    'exclude-backups',
    'anchored',
    'no-anchored',
    'ignore-case',
    'no-ignore-case',
    'wildcards',
    'no-wildcards',
    'wildcards-match-slash',
    'H|format=',
    'posix',
    'old-archive',
    'portability',
    'o|no-same-owner',
    'pax-option=',
    'strip-components=',
    'show-transformed-names',
    'show-stored-names',
    'P|absolute-names',
    'p|preserve-permissions',
    'same-permissions',
    'no-same-permissions',
    'same-owner',
    'm|touch',
    'k|keep-old-files',
    'skip-old-files',
    'keep-newer-files',
    'overwrite',
    'U|unlink-first',
    'no-overwrite-dir',
    'overwrite-dir',
    'keep-directory-symlink',
    'delay-directory-restore',
    'no-delay-directory-restore',
    'O|to-stdout',
    'h|dereference',
    'hard-dereference',
    'no-recursion',
    'recursion',
    'sort=',
    'owner=',
    'group=',
    'numeric-owner',
    'mtime=',
    'clamp-mtime',
    'mode=',
    'remove-files',
    'i|ignore-zeros',
    'ignore-failed-read',
    'full-time',
    'utc',
    'b|blocking-factor=',
    'record-size=',
    'B|read-full-records',
    'n|seek',
    'no-seek',
    'one-file-system',
    'N|newer=',
    'after-date=',
    'newer-mtime=',
    'l|check-links',
    ...refused,
  ],
};

const HINT = "Try 'tar --help' or 'tar --usage' for more information.";

export const usageError = (message: string, status = 2): never => {
  throw new ToolError(`${message}\n${HINT}`, status);
};

/** Ends tar where it cannot go on. */
export const fatal = (message: string): never => {
  throw new ToolError(`${message}\ntar: Error is not recoverable: exiting now`, 2);
};

/** Letters without a dash as the first word: their values are the words behind it, one after the other. */
function modern(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  if (first === '' || first.startsWith('-')) return args;
  const out: string[] = [];
  for (const letter of first) {
    out.push(`-${letter}`);
    if (!rules.options.some((each) => each.startsWith(letter) && /^.(\|.*)?=$/.test(each)))
      continue;
    const value = rest.shift();
    if (value === undefined) usageError(`Old option '${letter}' requires an argument.`);
    // An option with an empty value stands apart from it.
    if (value === '') out.push('');
    else out.push(out.pop() + (value as string));
  }
  return [...out, ...rest];
}

function givenIn(host: Host): readonly Given[] {
  try {
    return parseOptions(host.name, modern(host.args), rules).options;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.message.replace(/Try .*/, HINT), error.status);
  }
}

export async function tarOptions(host: Host): Promise<TarOptions> {
  const given = givenIn(host);
  const has = (...names: readonly string[]): boolean =>
    given.some(({ name }) => names.includes(name));
  const last = (...names: readonly string[]): Given | undefined =>
    given.findLast(({ name }) => names.includes(name));
  refuseOthers(given);
  const asked = new Set(
    given.map(({ name }) => operations[name]).filter((each) => each !== undefined),
  );
  const [operation] = asked;
  if (asked.size > 1)
    usageError(
      "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option",
    );
  if (!operation)
    return usageError(
      "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options",
    );
  const archive = last('file')?.value ?? host.env['TAPE'] ?? '-';
  const zone = has('utc') ? 'UTC' : zoneOf(host.env);
  const compression = compressionOf(given, archive, operation);
  if (compression && 'ruA'.includes(operation)) usageError('Cannot update compressed archives');
  const steps = await walk(host, given);
  return {
    operation,
    archive,
    verbose: given.filter(({ name }) => name === 'verbose').length,
    compression,
    ...steps,
    format: formatOf(given),
    deletedRecords: deletedIn(given),
    strip: numberOf(last('strip-components')?.value ?? '0', 'number of elements'),
    showsTransformed:
      last('show-transformed-names', 'show-stored-names')?.name === 'show-transformed-names',
    keepsAbsolute: has('absolute-names'),
    keepsModes: /^(preserve|same)-permissions$/.test(
      last('preserve-permissions', 'same-permissions', 'no-same-permissions')?.name ?? '',
    ),
    keepsTimes: !has('touch'),
    oldFiles: oldFilesOf(given),
    toOutput: has('to-stdout'),
    follows: has('dereference'),
    followsHardLinks: has('hard-dereference'),
    sortsByName: sortsByName(last('sort')?.value),
    owner: ownerOf(host, last('owner')?.value, 'owner'),
    group: ownerOf(host, last('group')?.value, 'group'),
    numericOwner: has('numeric-owner'),
    mtime: await timeOf(host, last('mtime')?.value, zone),
    clampsTime: has('clamp-mtime'),
    mode: modeOf(last('mode')?.value, host.umask),
    removesFiles: has('remove-files'),
    ignoresZeros: has('ignore-zeros'),
    ignoresFailedRead: has('ignore-failed-read'),
    fullTime: has('full-time'),
    blocking: blockingOf(given),
    keepsDirectoryLinks: has('keep-directory-symlink'),
    staysOnDevice: has('one-file-system'),
    newer: await timeOf(host, last('newer', 'after-date', 'newer-mtime')?.value, zone),
    zone,
  };
}

function refuseOthers(given: readonly Given[]): void {
  const names = refused.map((each) => /(?:.\|)?([^=|]+)/.exec(each)?.[1]);
  const found = given.find(({ name }) => names.includes(name));
  if (found) throw new ToolError(`the option --${found.name} is not supported here`, 2);
  const off = given.find(({ name }) => name === 'check-links' || name === 'no-overwrite-dir');
  if (off) throw new ToolError(`the option --${off.name} is not supported here`, 2);
}

const suffixes: readonly (readonly [RegExp, Compression])[] = [
  [/\.(gz|tgz|taz)$/, 'gzip'],
  [/\.(bz2|tbz|tbz2|tz2)$/, 'bzip2'],
  [/\.(xz|txz)$/, 'xz'],
];
const otherSuffix = /\.(Z|taZ|lz|lzma|tlz|lzo|zst|tzst)$/;

function compressionOf(
  given: readonly Given[],
  archive: string,
  operation: Operation,
): Compression | undefined {
  const names: Readonly<Record<string, Compression>> = {
    gzip: 'gzip',
    gunzip: 'gzip',
    ungzip: 'gzip',
    bzip2: 'bzip2',
    xz: 'xz',
  };
  const asked = new Set(given.map(({ name }) => names[name]).filter((each) => each !== undefined));
  if (asked.size > 1) usageError('Conflicting compression options');
  const [only] = asked;
  if (only || operation !== 'c' || !given.some(({ name }) => name === 'auto-compress')) return only;
  if (otherSuffix.test(archive))
    throw new ToolError('the compression of this suffix is not supported here', 2);
  return suffixes.find(([suffix]) => suffix.test(archive))?.[1];
}

function formatOf(given: readonly Given[]): Format {
  const formats: Readonly<Record<string, Format>> = {
    gnu: 'gnu',
    oldgnu: 'oldgnu',
    pax: 'pax',
    posix: 'pax',
    ustar: 'ustar',
    v7: 'v7',
  };
  let format: Format | undefined;
  for (const { name, value = '' } of given)
    if (name === 'posix') format = 'pax';
    else if (name === 'old-archive' || name === 'portability') format = 'v7';
    else if (name === 'pax-option') format ??= 'pax';
    else if (name === 'format')
      format = Object.hasOwn(formats, value)
        ? formats[value]
        : usageError(`${inQuotes(value)}: Invalid archive format`.replace(/^‘(.*)’/, '$1'));
  return format ?? 'gnu';
}

/** Of the keywords of --pax-option, `delete` alone is known. */
function deletedIn(given: readonly Given[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, value = '' } of given)
    if (name === 'pax-option')
      for (const word of value.split(',')) {
        const [, key] = /^delete=([\w.]+)$/.exec(word) ?? [];
        if (key === undefined)
          throw new ToolError(
            `the keyword ${inQuotes(word)} of --pax-option is not supported here`,
            2,
          );
        found.add(key);
      }
  return found;
}

function oldFilesOf(given: readonly Given[]): OldFiles {
  const known: Readonly<Record<string, OldFiles>> = {
    'keep-old-files': 'keep',
    'skip-old-files': 'skip',
    'keep-newer-files': 'newer',
    overwrite: 'overwrite',
    'unlink-first': 'unlink',
  };
  return known[given.findLast(({ name }) => Object.hasOwn(known, name))?.name ?? ''] ?? 'default';
}

const numberOf = (text: string, what: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : fatal(`${text}: Invalid ${what}`);

function sortsByName(order: string | undefined): boolean {
  if (order === undefined || order === 'none') return false;
  if (order === 'inode') throw new ToolError('--sort=inode is not supported here', 2);
  if (order === 'name') return true;
  const valid = ['none', 'name', 'inode'].map((each) => `\n  - ${inQuotes(each)}`).join('');
  throw new ToolError(
    `invalid argument ${inQuotes(order)} for ‘--sort’\nValid arguments are:${valid}`,
    2,
  );
}

function blockingOf(given: readonly Given[]): number {
  const factor = given.findLast(({ name }) => name === 'blocking-factor' || name === 'record-size');
  const text = factor?.value ?? '20';
  const number = numberOf(text, factor?.name === 'record-size' ? 'record size' : 'blocking factor');
  const blocks = factor?.name === 'record-size' ? number / 512 : number;
  return blocks > 0 && Number.isInteger(blocks)
    ? blocks
    : fatal(`${text}: Invalid blocking factor`);
}

/** `NAME`, `NAME:NUMBER`, `:NUMBER` or a number. */
function ownerOf(host: Host, text: string | undefined, what: 'owner' | 'group'): Owner | undefined {
  if (text === undefined) return undefined;
  const known: readonly Owner[] = [
    { name: 'root', id: 0 },
    { name: userOf(host), id: USER_ID },
  ];
  const [, first = '', second] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  if (second !== undefined) return { name: first, id: Number(second) };
  const found = known.find(({ name }) => name === first);
  if (found) return found;
  if (/^\+?\d+$/.test(first)) {
    const id = Number(first);
    return { name: known.find((each) => each.id === id)?.name ?? '', id };
  }
  return fatal(`${inQuotes(first)}: Invalid ${what}`.replace(/^‘(.*)’/, '$1'));
}

/** A date, or the time of a file where the text begins with a slash or a dot. */
async function timeOf(
  host: Host,
  text: string | undefined,
  zone: string | undefined,
): Promise<bigint | undefined> {
  if (text === undefined) return undefined;
  if (/^[./]/.test(text)) {
    try {
      return (await stat(host, text)).mtime;
    } catch (error) {
      return fatal(`${text}: Cannot stat: ${reasonOf(error)}`);
    }
  }
  const now = BigInt(Date.now()) * 1_000_000n;
  return parseDate(text, now, zone) ?? fatal(`Invalid time stamp: ${text}`);
}

function modeOf(text: string | undefined, umask: number): TarOptions['mode'] {
  if (text === undefined) return undefined;
  const change = parseMode(text) ?? fatal('Invalid mode given on option');
  return (mode, isDirectory) => change(mode, isDirectory, umask);
}

const VCS = [
  'CVS',
  '.cvsignore',
  'RCS',
  'SCCS',
  '.git',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  '.arch-ids',
  '{arch}',
  '=RELEASE-ID',
  '=meta-update',
  '=update',
  '.svn',
  '.bzr',
  '.bzrignore',
  '.bzrtags',
  '.hg',
  '.hgignore',
  '.hgtags',
  '_darcs',
];
const BACKUPS = ['.#*', '*~', '#*#'];

/** What stands in the order of the command line: directories, names, and how patterns are read. */
async function walk(
  host: Host,
  given: readonly Given[],
): Promise<
  Pick<
    TarOptions,
    'names' | 'dir' | 'excludes' | 'usesWildcards' | 'ignoresCase' | 'isAnchored' | 'recurses'
  >
> {
  const names: Named[] = [];
  const excludes: Pattern[] = [];
  let dir = '.';
  let [anchored, wild, ignoresCase, recurses, isNull]: [
    boolean | undefined,
    boolean | undefined,
    boolean,
    boolean,
    boolean,
  ] = [undefined, undefined, false, true, false];
  const exclude = (text: string): void => {
    excludes.push(pattern(text, { anchored: anchored ?? false, wild: wild ?? true, ignoresCase }));
  };
  for (const { name, value = '' } of given) {
    if (name === '') names.push({ name: value, dir });
    else if (name === 'directory') dir = await enter(host, dir, value);
    else if (name === 'exclude') exclude(value);
    else if (name === 'exclude-from')
      for (const line of await linesIn(host, value, false, '')) exclude(line);
    else if (name === 'exclude-vcs') for (const each of VCS) exclude(each);
    else if (name === 'exclude-backups') for (const each of BACKUPS) exclude(each);
    else if (name === 'files-from')
      for (const line of await linesIn(host, value, isNull, 'Cannot stat: ')) {
        if (
          line.startsWith('-') &&
          !isNull &&
          !given.some((each) => each.name === 'verbatim-files-from')
        )
          throw new ToolError(
            `${value}: options in a list of names are not supported here: ${line}`,
            2,
          );
        names.push({ name: line, dir });
      }
    else if (name === 'null' || name === 'no-null') isNull = name === 'null';
    else if (name === 'anchored' || name === 'no-anchored') anchored = name === 'anchored';
    else if (name === 'wildcards' || name === 'no-wildcards') wild = name === 'wildcards';
    else if (name === 'ignore-case' || name === 'no-ignore-case')
      ignoresCase = name === 'ignore-case';
    else if (name === 'recursion' || name === 'no-recursion') recurses = name === 'recursion';
  }
  return {
    names,
    dir,
    excludes,
    usesWildcards: wild,
    ignoresCase,
    isAnchored: anchored ?? true,
    recurses,
  };
}

async function enter(host: Host, from: string, to: string): Promise<string> {
  const dir = to.startsWith('/') || from === '.' ? to : `${from}/${to}`;
  try {
    await stat(host, dir);
  } catch (error) {
    return fatal(`${to}: Cannot open: ${reasonOf(error)}`);
  }
  return (await isDirectory(host, dir)) ? dir : fatal(`${to}: Cannot open: Not a directory`);
}

async function linesIn(
  host: Host,
  name: string,
  isNull: boolean,
  complaint: string,
): Promise<string[]> {
  let text: string;
  try {
    const source = name === '-' ? host.stdin : await host.open(name, OPEN.read);
    text = textOf(await readAll(source));
    if ('close' in source) await (source as { close(): Promise<void> }).close();
  } catch (error) {
    return fatal(`${name}: ${complaint}${reasonOf(error)}`);
  }
  const lines = text.split(isNull ? '\0' : '\n');
  return lines.filter((line) => line !== '');
}
