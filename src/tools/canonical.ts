/** Paths without symlinks, `.` and `..`, as realpath(3) and canonicalize_filename_mode(3) of gnulib make them. */
import { FsError, hasCode } from '../kernel/errors.ts';
import { isDirectory, readLink, stat } from './files.ts';
import type { Host } from './host.ts';

/** The parts of a path that must exist: all, all but the last, or none. */
export type Existing = 'all' | 'parents' | 'none';

const LINKS_MAX = 40;

export async function canonical(
  host: Host,
  name: string,
  existing: Existing,
  followLinks = true,
): Promise<string> {
  if (name === '') throw new FsError('ENOENT');
  let rest = host.path(name);
  let done = '';
  for (let links = 0; ; ) {
    rest = rest.replace(/^\/+/, '');
    if (rest === '') return done || '/';
    const [part = ''] = /^[^/]+/.exec(rest) ?? [];
    rest = rest.slice(part.length);
    if (part === '.') continue;
    if (part === '..') {
      done = done.slice(0, done.lastIndexOf('/'));
      continue;
    }
    const path = `${done}/${part}`;
    const target = followLinks ? await linkOf(host, path) : undefined;
    if (target !== undefined) {
      if (++links <= LINKS_MAX) {
        if (target.startsWith('/')) done = '';
        rest = `/${target}${rest}`;
        continue;
      }
      if (existing !== 'none') throw new FsError('ELOOP');
    }
    if (existing !== 'none') await check(host, path, rest, existing, followLinks);
    done = path;
  }
}

async function linkOf(host: Host, path: string): Promise<string | undefined> {
  try {
    return await readLink(host, path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

async function check(
  host: Host,
  path: string,
  rest: string,
  existing: Existing,
  followLinks: boolean,
): Promise<void> {
  try {
    // Even where links are not followed, the path must lead to something (access(2)).
    const found = await stat(host, path, !followLinks);
    const mustBeDirectory = /^\/+(\.{0,2}(\/|$))/.test(rest);
    if (mustBeDirectory && found.kind !== 'dir' && !(await isDirectory(host, path)))
      throw new FsError('ENOTDIR');
  } catch (error) {
    if (!(existing === 'parents' && hasCode(error, 'ENOENT') && /^\/*$/.test(rest))) throw error;
  }
}
