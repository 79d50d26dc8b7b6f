/** Calls of the kernel with names as a command line has them. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError, hasCode } from '../kernel/errors.ts';
import { LIST_MAX, OPEN, STREAM } from '../kernel/operations.ts';
import type { Entry } from '../kernel/service.ts';
import type { Host } from './host.ts';

/** The place that a name means. An empty name is an error (path_resolution(7)). */
export function place(host: Host, name: string): { dir: number; path: string } {
  if (name === '') throw new FsError('ENOENT');
  return { dir: -1, path: host.path(name) };
}

export const stat = async (host: Host, name: string, follow = true): Promise<NamespaceStat> =>
  (await host.call('stat', { ...place(host, name), follow })).stat;

/** The stat of a name; undefined where `stat` fails, whatever the reason. */
export async function statIf(
  host: Host,
  name: string,
  follow = true,
): Promise<NamespaceStat | undefined> {
  try {
    return await stat(host, name, follow);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** The stat of what a name leads to; undefined where nothing is there. Any other error is one. */
export async function statIfThere(host: Host, name: string): Promise<NamespaceStat | undefined> {
  try {
    return await stat(host, name);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export const isDirectory = async (host: Host, name: string): Promise<boolean> =>
  (await statIf(host, name))?.kind === 'dir';

/** The kind of a file in the words of stat(1) and rm(1). */
export function kindOf({ kind, size }: NamespaceStat): string {
  if (kind === 'dir') return 'directory';
  if (kind === 'symlink') return 'symbolic link';
  return size === 0 ? 'regular empty file' : 'regular file';
}

/** What tells an open regular file from all others; undefined for a stream. */
export async function identityOf(host: Host, fd: number | undefined): Promise<string | undefined> {
  if (fd === undefined) return undefined;
  const { stat, stream } = await host.call('fstat', { fd });
  return stat.kind === 'file' && stream === STREAM.no ? `${stat.dev}:${stat.ino}` : undefined;
}

/** The entries of a directory, without `.` and `..`. */
export async function list(host: Host, name: string): Promise<Entry[]> {
  const directory = await host.open(name, OPEN.read | OPEN.directory);
  try {
    const all: Entry[] = [];
    for (;;) {
      const { entries, total } = await host.call('list', {
        fd: directory.fd,
        from: all.length,
        count: LIST_MAX,
      });
      all.push(...entries);
      if (entries.length === 0 || all.length >= total) return all;
      await host.checkpoint();
    }
  } finally {
    await directory.close();
  }
}

export const readLink = async (host: Host, name: string): Promise<string> =>
  (await host.call('readlink', place(host, name))).target;

/** Sets a mode. A service without modes takes any, as vfat does with the option `quiet`, so that scripts go on. */
export async function setMode(host: Host, name: string, mode: number): Promise<void> {
  try {
    await host.call('setMode', { ...place(host, name), mode });
  } catch (error) {
    if (!hasCode(error, 'ENOTSUP')) throw error;
  }
}

/** The bits of a mode. A service without modes shows 755 for directories and 644 for files. */
export const modeOf = ({ kind, mode }: NamespaceStat): number =>
  kind === 'symlink' ? 0o777 : (mode ?? (kind === 'dir' ? 0o755 : 0o644));

export const isSame = (a: NamespaceStat, b: NamespaceStat): boolean =>
  a.dev === b.dev && a.ino === b.ino;

export const join = (folder: string, name: string): string =>
  folder.endsWith('/') ? folder + name : `${folder}/${name}`;

/** The last part of a path, without the slashes at its end. */
export function baseName(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? (path === '' ? '' : '/') : bare.slice(bare.lastIndexOf('/') + 1);
}

export function dirName(path: string): string {
  const bare = path.replace(/\/+$/, '');
  if (bare === '') return path === '' ? '.' : '/';
  const at = bare.lastIndexOf('/');
  return at < 0 ? '.' : bare.slice(0, at).replace(/\/+$/, '') || '/';
}
