import { parseDate } from '../dateparse.ts';
import { stat } from '../files.ts';
import { type Host, ToolError } from '../host.ts';
import { USER_ID, userOf } from '../identity.ts';
import { parseMode } from '../mode.ts';
import type { Given } from '../options.ts';
import { inQuotes } from '../quote.ts';
import { reasonOf } from '../stdio.ts';
import { zoneOf } from '../zone.ts';
import { fatal, givenIn, refuseOthers, usageError } from './commandline.ts';
import { namesIn } from './commandnames.ts';
import type { Pattern } from './names.ts';
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
  const steps = await namesIn(host, given);
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
