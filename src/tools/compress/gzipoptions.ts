/** The options of gzip(1). */
import { type Flags, flagsOf, refuse } from '../flags.ts';
import { type Host, ToolError } from '../host.ts';
import { zoneOf } from '../zone.ts';

export interface GzipOptions {
  readonly decompresses: boolean;
  readonly toOutput: boolean;
  readonly lists: boolean;
  readonly tests: boolean;
  readonly force: boolean;
  readonly keeps: boolean;
  readonly recursive: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** True with -N, false with -n; undefined: names are kept in packed files and not restored from them. */
  readonly keepsName: boolean | undefined;
  readonly level: number;
  readonly suffix: string;
  readonly zone: string | undefined;
}

const LEVELS = '123456789';

const rules = {
  usage: `[OPTION]... [FILE]...
Compress or uncompress FILEs (by default, compress FILES in-place).

  -c, --stdout      write on standard output, keep original files unchanged
  -d, --decompress  decompress
  -f, --force       force overwrite of output file and compress links
  -k, --keep        keep (don't delete) input files
  -l, --list        list compressed file contents
  -n, --no-name     do not save or restore the original name and timestamp
  -N, --name        save or restore the original name and timestamp
  -q, --quiet       suppress all warnings
  -r, --recursive   operate recursively on directories
  -S, --suffix=SUF  use suffix SUF on compressed files
  -t, --test        test compressed file integrity
  -v, --verbose     verbose mode
  -1, --fast        compress faster
  -9, --best        compress better`,
  options: [
    'a|ascii',
    'b|bits=',
    'c|stdout',
    'to-stdout',
    'd|decompress',
    'uncompress',
    'f|force',
    'h',
    'k|keep',
    'l|list',
    'L|license',
    'n|no-name',
    'N|name',
    'q|quiet',
    'silent',
    'r|recursive',
    'S|suffix=',
    'synchronous',
    't|test',
    'v|verbose',
    'V|version',
    'rsyncable',
    '1|fast',
    '9|best',
    ...'2345678',
  ],
};

export function gzipOptions(host: Host): { options: GzipOptions; operands: readonly string[] } {
  const flags = flagsIn(host);
  refuse(flags, 'ascii', 'bits', 'license', 'synchronous', 'version', 'rsyncable');
  const { has, value } = flags;
  const suffix = value('suffix') ?? '.gz';
  if (suffix === '') throw new ToolError(`invalid suffix '${suffix}'`);
  const names = { 'no-name': false, name: true } as const;
  const last = flags.last('no-name', 'name') as keyof typeof names | undefined;
  const lists = has('list');
  const tests = has('test');
  const options = {
    decompresses: has('decompress') || has('uncompress') || lists || tests,
    toOutput: has('stdout') || has('to-stdout') || lists || tests,
    lists,
    tests: tests && !lists,
    force: has('force'),
    keeps: has('keep'),
    recursive: has('recursive'),
    quiet: has('quiet') || has('silent'),
    verbose: has('verbose'),
    keepsName: last === undefined ? undefined : names[last],
    level: levelOf(flags),
    suffix,
    zone: zoneOf(host.env),
  };
  return { options, operands: flags.operands };
}

function levelOf(flags: Flags): number {
  const last = flags.last('fast', 'best', ...LEVELS);
  return last === undefined ? 6 : last === 'fast' ? 1 : last === 'best' ? 9 : Number(last);
}

function flagsIn(host: Host): Flags {
  try {
    return flagsOf(
      { ...host, args: host.args.map((each) => (each === '-h' ? '--help' : each)) },
      rules,
    );
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.message.replace(/Try .*/, "Try `gzip --help' for more information."));
  }
}

/** The ending of a packed file, as it is written in the name; undefined where the name has none. */
export function knownSuffix(name: string, suffix: string): string | undefined {
  const known = [suffix, '.gz', '.z', '.taz', '.tgz', '-gz', '-z', '_z'];
  const base = name.slice(name.lastIndexOf('/') + 1);
  const found = known.find(
    (end, i) =>
      base.length > end.length &&
      ((i === 0 && base.endsWith(end)) || base.toLowerCase().endsWith(end)),
  );
  return found === undefined ? undefined : name.slice(-found.length);
}
