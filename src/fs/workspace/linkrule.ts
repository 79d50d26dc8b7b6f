/**
 * Which symlinks a guest may leave in a directory of the host: those that cannot lead out of it. The service never
 * follows a link, but programs of the host do.
 */
import nodePath from 'node:path';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';

const separator = nodePath.sep === '/' ? '/' : /[\\/]/;

/**
 * EPERM for a symlink at `path` that is absolute, climbs above the root, or has `..` behind a name: that name may be
 * another symlink, and then no text tells where its parent is.
 */
export function checkTarget(target: string, path: Path): void {
  const names = target.split(separator).filter((name) => name !== '' && name !== '.');
  const down = names.findIndex((name) => name !== '..');
  const climbs = down === -1 ? names.length : down;
  const isInside =
    !nodePath.isAbsolute(target) &&
    climbs < Math.max(path.length, 1) &&
    !names.slice(climbs).includes('..');
  if (!isInside) fail('EPERM', 'the symlink would lead out of the directory');
}
