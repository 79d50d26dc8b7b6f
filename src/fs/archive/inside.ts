/** Names and links of an archive as places inside of it. */
import type { Path } from '../../kernel/path.ts';

/** The names of a path. A slash at the beginning is taken off, as all tools do that unpack archives. */
export const partsOf = (name: string): string[] =>
  name.split('/').filter((part) => part !== '' && part !== '.');

/**
 * The target of a link at `path`, which stays inside of the archive: an absolute one counts from the archive's
 * root, as it would after chroot(2). Undefined where it leads out. Dots may lead up only at the beginning: after a
 * name that may be a link nobody knows where they lead.
 */
export function containedTarget(path: Path, target: string): string | undefined {
  if (target === '' || target.includes('\0')) return undefined;
  const parts = partsOf(target);
  const first = parts.findIndex((part) => part !== '..');
  const ups = first < 0 ? parts.length : first;
  if (parts.slice(ups).includes('..')) return undefined;
  const depth = path.length - 1;
  if (!target.startsWith('/')) return ups > depth ? undefined : target;
  // At the root `..` is the root itself.
  const inside = [...Array<string>(depth).fill('..'), ...parts.slice(ups)].join('/');
  return inside === '' ? '.' : inside;
}
