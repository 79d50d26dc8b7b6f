/** The words that tar(1) takes: its options, its old style, those that are refused, and what is said of mistakes. */
import { type Host, ToolError } from '../host.ts';
import { type Given, parseOptions } from '../options.ts';

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

/** The options and operands as they were given. Throws ToolError. */
export function givenIn(host: Host): readonly Given[] {
  try {
    return parseOptions(host.name, modern(host.args), rules).options;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.message.replace(/Try .*/, HINT), error.status);
  }
}

/** Throws ToolError for what GNU tar has and this does not. */
export function refuseOthers(given: readonly Given[]): void {
  const names = refused.map((each) => /(?:.\|)?([^=|]+)/.exec(each)?.[1]);
  const found = given.find(({ name }) => names.includes(name));
  if (found) throw new ToolError(`the option --${found.name} is not supported here`, 2);
  const off = given.find(({ name }) => name === 'check-links' || name === 'no-overwrite-dir');
  if (off) throw new ToolError(`the option --${off.name} is not supported here`, 2);
}
