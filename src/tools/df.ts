/** df(1): the mounts of the namespace. A service that does not tell what it holds, or has no limit, shows `-`. */
import { bytesOf } from '../kernel/rawtext.ts';
import { blockSize, human, type Sizes, sizeText } from './blocksize.ts';
import { canonical } from './canonical.ts';
import { defaultSizes, optionAs } from './du.ts';
import { stat } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

/** A row of the operation `mounts` (kernel/mountrows.ts), as far as it is shown. */
interface MountRow {
  readonly at: string;
  readonly members: readonly {
    readonly service: { readonly kind: string };
    readonly dev: number;
    readonly about?: {
      readonly used?: { readonly bytes: number; readonly entries: number };
      readonly limit?: { readonly bytes?: number; readonly entries?: number };
    };
  }[];
}

/** Undefined is shown as `-`. */
interface Space {
  readonly total: number | undefined;
  readonly used: number | undefined;
}

interface FileSystem {
  readonly source: string;
  readonly type: string;
  readonly dev: number;
  readonly at: string;
  readonly file: string;
  readonly bytes: Space;
  readonly entries: Space;
}

const FIELDS = [
  'source',
  'fstype',
  'itotal',
  'iused',
  'iavail',
  'ipcent',
  'size',
  'used',
  'avail',
  'pcent',
  'file',
  'target',
] as const;
type Field = (typeof FIELDS)[number];
const LEFT: ReadonlySet<Field> = new Set<Field>(['source', 'fstype', 'file', 'target']);
const LEAST: Readonly<Partial<Record<Field, number>>> = {
  ...{ source: 14, fstype: 4, file: 4, target: 0 },
  ...{ ipcent: 4, pcent: 4 },
};
const NUMBER = 5;

export const df: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      ...['a|all', 'B|block-size=', 'h|human-readable', 'H|si', 'i|inodes', 'k', 'l|local'],
      ...['no-sync', 'output=?', 'P|portability', 'sync', 'total', 't|type=', 'T|print-type'],
      ...['x|exclude-type=', 'v'],
    ],
  });
  refuse(flags, 'sync');
  const table = tableOf(host, flags);
  const { found, status } = await fileSystems(host, flags);
  const types = wantedTypes(flags);
  const shown = found.filter(({ type }) => types(type));
  if (shown.length === 0) {
    if (status === 0) throw new ToolError('no file systems processed');
    return status;
  }
  const rows = flags.has('total') ? [...shown, totalOf(shown)] : shown;
  await host.stdout.write(bytesOf(printed(table, rows)));
  return status;
};

interface Table {
  readonly fields: readonly Field[];
  readonly titles: Readonly<Record<Field, string>>;
  readonly sizes: Sizes;
}

function tableOf(host: Host, flags: Flags): Table {
  const isPosix = flags.has('portability');
  const output = flags.options.filter(({ name }) => name === 'output');
  for (const [name, letter] of [
    ['inodes', 'i'],
    ['portability', 'P'],
    ['print-type', 'T'],
  ] as const)
    if (output.length > 0 && flags.has(name))
      misuse(host.name, `options -${letter} and --output are mutually exclusive`);
  const fields = output.length > 0 ? fieldsOf(host, output) : usualFields(flags);
  const sizes = sizesOf(host, flags);
  const isHuman = sizes.human !== undefined;
  const size = isHuman
    ? 'Size'
    : isPosix
      ? `${sizes.unit}-blocks`
      : `${unitText(sizes.unit)}-blocks`;
  const isShort = isHuman || output.length > 0;
  return {
    fields,
    sizes,
    titles: {
      ...{ source: 'Filesystem', fstype: 'Type', file: 'File', target: 'Mounted on' },
      ...{ itotal: 'Inodes', iused: 'IUsed', iavail: 'IFree', ipcent: 'IUse%' },
      ...{ size, used: 'Used', avail: isShort && !isPosix ? 'Avail' : 'Available' },
      pcent: isPosix && !flags.has('inodes') ? 'Capacity' : 'Use%',
    },
  };
}

function usualFields(flags: Flags): Field[] {
  const type: Field[] = flags.has('print-type') ? ['fstype'] : [];
  const amounts: Field[] = flags.has('inodes')
    ? ['itotal', 'iused', 'iavail', 'ipcent']
    : ['size', 'used', 'avail', 'pcent'];
  return ['source', ...type, ...amounts, 'target'];
}

function fieldsOf(host: Host, given: Flags['options']): readonly Field[] {
  const fields: Field[] = [];
  for (const { value } of given) {
    if (value === undefined) return FIELDS;
    for (const name of value.split(',')) {
      const field = FIELDS.find((each) => each === name);
      if (!field) return misuse(host.name, `option --output: field ${inQuotes(name)} unknown`);
      if (fields.includes(field))
        misuse(host.name, `option --output: field ${inQuotes(name)} used more than once`);
      fields.push(field);
    }
  }
  return fields;
}

function sizesOf(host: Host, flags: Flags): Sizes {
  const isPosix = flags.has('portability');
  let sizes = defaultSizes(host.env, 'DF_BLOCK_SIZE');
  for (const { name, value = '' } of flags.options) {
    if (name === 'block-size') sizes = blockSize(value, optionAs(host, 'B', 'block-size', value));
    if (name === 'k') sizes = { unit: 1024, suffix: '' };
    if (name === 'human-readable') sizes = human(1024);
    if (name === 'si') sizes = human(1000);
  }
  // With -P a unit is a number of bytes without a letter behind each size.
  return isPosix ? { ...sizes, suffix: '' } : sizes;
}

/** A unit as a heading shows it: `1K`, `1MB`. */
function unitText(unit: number): string {
  const is1024 = unit % 1024 === 0;
  const text = sizeText(unit, human(is1024 ? 1024 : 1000)).replace(/\.0(?=\D|$)/, '');
  return is1024 ? text : `${text}B`;
}

function wantedTypes(flags: Flags): (type: string) => boolean {
  const named = (option: string): Set<string | undefined> =>
    new Set(flags.options.filter(({ name }) => name === option).map(({ value }) => value));
  const [only, without] = [named('type'), named('exclude-type')];
  for (const type of only)
    if (without.has(type))
      throw new ToolError(`file system type ${inQuotes(type ?? '')} both selected and excluded`);
  return (type) => (only.size === 0 || only.has(type)) && !without.has(type);
}

async function fileSystems(
  host: Host,
  flags: Flags,
): Promise<{ found: FileSystem[]; status: number }> {
  const { mounts } = await host.call('mounts', {});
  const all = (mounts as readonly MountRow[]).map(fileSystemOf);
  if (flags.operands.length === 0)
    return { found: flags.has('all') ? all : onePerDevice(all), status: 0 };
  const found: FileSystem[] = [];
  let status = 0;
  for (const name of flags.operands) {
    try {
      await stat(host, name);
      const path = await canonical(host, name, 'all');
      const within = all.filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`));
      const deepest = within.toSorted((a, b) => b.at.length - a.at.length)[0];
      if (deepest) found.push({ ...deepest, file: name });
    } catch (error) {
      await warn(host, `${quotedIfNeeded(name)}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return { found, status };
}

function fileSystemOf({ at, members }: MountRow): FileSystem {
  const [first] = members;
  const { used, limit } = first?.about ?? {};
  const type = first?.service.kind ?? '-';
  return {
    source: type,
    type,
    dev: first?.dev ?? 0,
    at,
    file: '-',
    bytes: { total: limit?.bytes, used: used?.bytes },
    entries: { total: limit?.entries, used: used?.entries },
  };
}

/** Of the places where a service is mounted, the one with the shortest path. */
function onePerDevice(all: readonly FileSystem[]): FileSystem[] {
  const best = new Map<number, FileSystem>();
  for (const each of all) {
    const known = best.get(each.dev);
    if (!known || each.at.length < known.at.length) best.set(each.dev, each);
  }
  return all.filter((each) => best.get(each.dev) === each);
}

function totalOf(all: readonly FileSystem[]): FileSystem {
  const sum = (of: (each: FileSystem) => Space): Space => {
    // What has no limit adds nothing, or its use would stand against the limits of others.
    const known = all.map(of).filter(({ total }) => total !== undefined);
    return {
      total: known.length > 0 ? known.reduce((so, { total = 0 }) => so + total, 0) : undefined,
      used: known.length > 0 ? known.reduce((so, { used = 0 }) => so + used, 0) : undefined,
    };
  };
  return {
    ...{ source: 'total', type: '-', dev: -1, at: '-', file: '-' },
    bytes: sum(({ bytes }) => bytes),
    entries: sum(({ entries }) => entries),
  };
}

/** The lines of a table whose columns are as wide as their widest cell. */
function printed({ fields, titles, sizes }: Table, rows: readonly FileSystem[]): string {
  const counts: Sizes = sizes.human === undefined ? { unit: 1, suffix: '' } : sizes;
  const amounts = ({ total, used }: Space, how: Sizes): (string | undefined)[] => {
    const free = total === undefined || used === undefined ? undefined : Math.max(0, total - used);
    const share =
      free === undefined || used === undefined || used + free === 0
        ? undefined
        : `${Math.ceil((used * 100) / (used + free))}%`;
    const text = (amount: number | undefined): string | undefined =>
      amount === undefined ? undefined : sizeText(amount, how);
    return [text(total), text(used), text(free), share];
  };
  const cellsOf = (each: FileSystem): string[] => {
    const [size, used, avail, pcent] = amounts(each.bytes, sizes);
    const [itotal, iused, iavail, ipcent] = amounts(each.entries, counts);
    const texts: Readonly<Record<Field, string | undefined>> = {
      ...{ source: each.source, fstype: each.type, file: each.file, target: each.at },
      ...{ size, used, avail, pcent, itotal, iused, iavail, ipcent },
    };
    return fields.map((field) => texts[field] ?? '-');
  };
  const lines = [fields.map((field) => titles[field]), ...rows.map(cellsOf)];
  const widths = fields.map((field, i) =>
    Math.max(LEAST[field] ?? NUMBER, ...lines.map((line) => Array.from(line[i] ?? '').length)),
  );
  const last = fields.length - 1;
  return lines
    .map((line) => {
      const cells = line.map((cell, i) => {
        const width = widths[i] as number;
        if (!LEFT.has(fields[i] as Field)) return cell.padStart(width);
        return i === last ? cell : cell.padEnd(width);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}
