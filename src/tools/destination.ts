/** Where cp, mv and install put what they are given: into a directory, or at a name. */
import { FsError } from '../kernel/errors.ts';
import { baseName, join, stat } from './files.ts';
import type { Flags } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { quoted } from './quote.ts';
import { reasonOf } from './stdio.ts';

export interface Destination {
  readonly names: readonly string[];
  /** The directory that all names go into; undefined where the only name becomes `to`. */
  readonly folder: string | undefined;
  readonly to: string;
}

export const bareName = (name: string): string => name.replace(/(?<=.)\/+$/, '');

/** The path of a name in a directory. `..` is no name there: it means the directory itself. */
export function inFolder(folder: string, name: string): string {
  const base = baseName(name).replace(/^\/+/, '');
  return base === '..' ? join(folder, '.') : join(folder, base);
}

export async function destinationOf(host: Host, flags: Flags): Promise<Destination> {
  const isName = flags.has('no-target-directory');
  const given = flags.value('target-directory');
  const { operands } = flags;
  const [first = '', to = '', extra] = operands;
  if (operands.length === 0) misuse(host.name, 'missing file operand');
  if (operands.length === 1 && given === undefined)
    misuse(host.name, `missing destination file operand after ${quoted(first)}`);
  if (isName && given !== undefined)
    throw new ToolError('cannot combine --target-directory (-t) and --no-target-directory (-T)');
  if (isName && extra !== undefined) misuse(host.name, `extra operand ${quoted(extra)}`);
  const bare = (names: readonly string[]): readonly string[] =>
    flags.has('strip-trailing-slashes') ? names.map(bareName) : names;
  if (given !== undefined) {
    await needFolder(host, given, 'target directory');
    return { names: bare(operands), folder: given, to: '' };
  }
  // cp takes the slashes only from what it puts into a directory.
  const single = host.name === 'mv' ? bare([first]) : [first];
  if (isName) return { names: single, folder: undefined, to };
  const last = operands.at(-1) as string;
  if (operands.length > 2) await needFolder(host, last, 'target');
  else if (!(await isFolder(host, last))) return { names: single, folder: undefined, to };
  return { names: bare(operands.slice(0, -1)), folder: last, to: '' };
}

async function isFolder(host: Host, name: string): Promise<boolean> {
  try {
    return (await stat(host, name)).kind === 'dir';
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

export async function needFolder(host: Host, name: string, title: string): Promise<void> {
  try {
    if ((await stat(host, name)).kind !== 'dir') throw new FsError('ENOTDIR');
  } catch (error) {
    throw new ToolError(`${title} ${quoted(name)}: ${reasonOf(error)}`);
  }
}
