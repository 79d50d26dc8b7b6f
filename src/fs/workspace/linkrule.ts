/**
 * Which symlinks a guest may leave in a directory of the host: those that cannot lead out of it. The service never
 * follows a link, but programs of the host do.
 */
import nodePath from 'node:path';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import { nameRuleOf } from './hostnames.ts';

/**
 * EPERM for a symlink at `path` that is absolute, climbs above the root, or has `..` behind a name: that name may be
 * another symlink, and then no text tells where its parent is. To Windows, `C:name` leads to another drive.
 */
export function checkTarget(target: string, path: Path, platform = process.platform): void {
  const { isAbsolute } = platform === 'win32' ? nodePath.win32 : nodePath.posix;
  const separator = platform === 'win32' ? /[\\/]/ : '/';
  const names = target.split(separator).filter((name) => name !== '' && name !== '.');
  const down = names.findIndex((name) => name !== '..');
  const climbs = down === -1 ? names.length : down;
  const isInside =
    !isAbsolute(target) &&
    climbs < Math.max(path.length, 1) &&
    names.slice(climbs).every(nameRuleOf(platform));
  if (!isInside) fail('EPERM', 'the symlink would lead out of the directory');
}
