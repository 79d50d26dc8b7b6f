/** The options of patch(1). */
import { flagsOf, refuse } from '../flags.ts';
import { type Host, ToolError } from '../host.ts';

export interface PatchOptions {
  /** The file to be patched; undefined where the patch names it. */
  readonly file: string | undefined;
  /** Where the patch is read from; undefined for standard input. */
  readonly input: string | undefined;
  readonly directory: string | undefined;
  readonly output: string | undefined;
  /** The file for rejected hunks; `-` for none; undefined where it is named after the file. */
  readonly rejects: string | undefined;
  readonly rejectFormat: 'context' | 'unified' | undefined;
  /** How many leading parts of a name are taken away; undefined for all but the last part. */
  readonly strip: number | undefined;
  readonly fuzz: number;
  readonly isReverse: boolean;
  readonly isForward: boolean;
  readonly isForced: boolean;
  readonly isBatch: boolean;
  readonly isSilent: boolean;
  readonly isDry: boolean;
  readonly isBinary: boolean;
  readonly ignoresBlanks: boolean;
  readonly removesEmpty: boolean;
  readonly followsLinks: boolean;
  readonly backs: boolean;
  readonly backsMismatches: boolean;
  readonly prefix: string;
  readonly suffix: string;
  /** The only format that is looked for; undefined for any. */
  readonly format: 'unified' | 'context' | 'normal' | undefined;
}

const REFUSED = [
  ...['ifdef', 'ed', 'get', 'merge', 'posix', 'read-only', 'quoting-style', 'set-time'],
  ...['set-utc', 'version-control', 'basename-prefix', 'verbose', 'debug'],
];

const rules = {
  usage: '[OPTION]... [ORIGFILE [PATCHFILE]]',
  status: 2,
  options: [
    ...['p|strip=', 'F|fuzz=', 'l|ignore-whitespace', 'c|context', 'e|ed', 'n|normal'],
    ...['u|unified', 'N|forward', 'R|reverse', 'i|input=', 'o|output=', 'r|reject-file='],
    ...['D|ifdef=', 'merge=?', 'E|remove-empty-files', 'Z|set-utc', 'T|set-time', 'dry-run'],
    ...['quoting-style=', 'posix', 'd|directory=', 'reject-format=', 'binary', 'read-only='],
    ...['b|backup', 'backup-if-mismatch', 'no-backup-if-mismatch', 'V|version-control='],
    ...['B|prefix=', 'Y|basename-prefix=', 'z|suffix=', 'g|get=', 't|batch', 'f|force'],
    ...['s|quiet', 'silent', 'verbose', 'follow-symlinks', 'x|debug='],
  ],
};

/** Reads the options. The second line of a mistake begins with the name of the tool, too. */
export function optionsOf(host: Host): PatchOptions {
  try {
    return read(host);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.message.replace('\n', '\npatch: '), error.status);
  }
}

/** What ends patch at once. */
export const fatal = (message: string): never => {
  throw new ToolError(`**** ${message}`, 2);
};

function read(host: Host): PatchOptions {
  const flags = flagsOf(host, rules);
  refuse(flags, ...REFUSED);
  const { has, value, last } = flags;
  const [file, input, extra] = flags.operands;
  if (extra !== undefined)
    throw new ToolError(`${extra}: extra operand\nTry 'patch --help' for more information.`, 2);
  const number = (name: string, of: string): number | undefined => {
    const text = value(name);
    if (text === undefined) return undefined;
    if (!/^\+?\d+$/.test(text)) fatal(`${of} ${text} is not a number`);
    return Number(text);
  };
  const rejectFormat = value('reject-format');
  if (rejectFormat !== undefined && rejectFormat !== 'context' && rejectFormat !== 'unified')
    fatal(`invalid argument '${rejectFormat}' for '--reject-format'`);
  const backing = last('backup-if-mismatch', 'no-backup-if-mismatch');
  return {
    file,
    input: value('input') ?? input,
    directory: value('directory'),
    output: value('output'),
    rejects: value('reject-file'),
    rejectFormat: rejectFormat as PatchOptions['rejectFormat'],
    strip: number('strip', 'strip count'),
    fuzz: number('fuzz', 'fuzz factor') ?? 2,
    isReverse: has('reverse'),
    isForward: has('forward'),
    isForced: has('force'),
    isBatch: has('batch'),
    isSilent: has('quiet') || has('silent'),
    isDry: has('dry-run'),
    isBinary: has('binary'),
    ignoresBlanks: has('ignore-whitespace'),
    removesEmpty: has('remove-empty-files'),
    followsLinks: has('follow-symlinks'),
    backs: has('backup'),
    backsMismatches: backing !== 'no-backup-if-mismatch',
    prefix: value('prefix') ?? '',
    suffix: value('suffix') ?? (has('prefix') ? '' : host.env['SIMPLE_BACKUP_SUFFIX'] || '.orig'),
    format: last('unified', 'context', 'normal') as PatchOptions['format'],
  };
}
