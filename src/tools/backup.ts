/** Backups of files that cp, mv, ln and install replace. */
import { FsError } from '../kernel/errors.ts';
import { baseName, dirName, list, place } from './files.ts';
import type { Flags } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { meaningOf } from './options.ts';
import { quoted } from './quote.ts';
import { reasonOf } from './stdio.ts';

type Kind = 'none' | 'simple' | 'existing' | 'numbered';

const KINDS: Readonly<Record<string, Kind>> = {
  none: 'none',
  off: 'none',
  simple: 'simple',
  never: 'simple',
  existing: 'existing',
  nil: 'existing',
  numbered: 'numbered',
  t: 'numbered',
};

export const BACKUP_OPTIONS = ['backup=?', 'b', 'S|suffix='] as const;

export class Backup {
  readonly kind: Exclude<Kind, 'none'>;
  readonly suffix: string;

  constructor(kind: Exclude<Kind, 'none'>, suffix: string) {
    this.kind = kind;
    this.suffix = suffix;
  }

  /** The name that the backup of a file gets. */
  async nameFor(host: Host, name: string): Promise<string> {
    const bare = name.replace(/(?<=.)\/+$/, '');
    const last = this.kind === 'simple' ? 0 : await lastNumber(host, bare);
    const isNumbered = this.kind === 'numbered' || last > 0;
    return isNumbered ? `${bare}.~${last + 1}~` : bare + this.suffix;
  }

  /** Renames a file to its backup. */
  async make(host: Host, name: string): Promise<string> {
    const to = await this.nameFor(host, name);
    try {
      await rename(host, name, to);
    } catch (error) {
      throw new ToolError(`cannot backup ${quoted(name)}: ${reasonOf(error)}`);
    }
    return to;
  }
}

export async function rename(host: Host, from: string, to: string): Promise<void> {
  // rename(2) moves no directory by these names.
  if (/^\.\.?$/.test(baseName(from))) throw new FsError('EBUSY');
  const { path: toPath } = place(host, to);
  await host.call('rename', { ...place(host, from), toDir: -1, toPath });
}

/** A backup is asked for by -b, --backup and -S; undefined where none is. */
export function backupOf(host: Host, flags: Flags): Backup | undefined {
  const given = ['backup', 'b', 'suffix'].some((name) => flags.has(name));
  if (!given) return undefined;
  const named = flags.options.findLast(({ name, value }) => name === 'backup' && value)?.value;
  const variable = host.env['VERSION_CONTROL'];
  const kind = named
    ? meaningOf(host.name, 'backup type', named, KINDS)
    : meaningOf(host.name, '$VERSION_CONTROL', variable || 'existing', KINDS);
  if (kind === 'none') return undefined;
  const suffix = flags.value('suffix') ?? host.env['SIMPLE_BACKUP_SUFFIX'] ?? '';
  return new Backup(kind, suffix === '' || suffix.includes('/') ? '~' : suffix);
}

/** The highest number of the numbered backups of a file; 0 where there is none. */
async function lastNumber(host: Host, name: string): Promise<number> {
  const base = `${baseName(name)}.~`;
  try {
    const numbers = (await list(host, dirName(name)))
      .filter((entry) => entry.name.startsWith(base))
      .map((entry) => /^([1-9]\d*)~$/.exec(entry.name.slice(base.length))?.[1])
      .map((digits) => Number(digits ?? 0));
    return numbers.reduce((most, each) => Math.max(most, each), 0);
  } catch (error) {
    if (error instanceof FsError) return 0;
    throw error;
  }
}
