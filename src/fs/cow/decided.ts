/**
 * Changes that were about to be kept when everything ended. Where the base makes all of them or none, what it has
 * now tells which it was; where it makes one after the other, all that were not all made are shown again.
 */

import type { Content } from '../../kernel/content.ts';
import { formatPath, type Path } from '../../kernel/path.ts';
import { type FileService, never, type Stat, statIfThere } from '../../kernel/service.ts';
import { type Change, nodeAt, settleOne } from './changes.ts';
import type { Node } from './node.ts';

export type Decided = Pick<Change, 'op' | 'path' | 'from'>;

/** Whether the base has all of them; where one cannot tell, it has not: they are shown once more. */
export async function isApplied(
  root: Node,
  decided: readonly Decided[],
  base: FileService,
): Promise<boolean> {
  const filled = new Set(
    decided.filter(({ op }) => op !== 'deleted').map(({ path }) => formatPath(path)),
  );
  for (const { op, path, from } of decided) {
    const [there, left] = [
      await statIfThere(base, path),
      from && !filled.has(formatPath(from)) ? await statIfThere(base, from) : undefined,
    ];
    if (left) return false;
    if (op === 'deleted') {
      if (there && !filled.has(formatPath(path))) return false;
      continue;
    }
    const node = nodeAt(root, path);
    if (!node || there?.kind !== node.kind) return false;
    // What was moved to where something else was is known by its number alone.
    if (from && filled.has(formatPath(from)) && (!node.ino || there.ino !== node.ino)) return false;
    if (node.kind !== 'dir' && !(await isSame(node, path, there, base))) return false;
  }
  return true;
}

/** The overlay without what the base has now. */
export function letGo(root: Node, decided: readonly Decided[]): void {
  const all = decided.map((each) => ({
    ...each,
    node: each.op === 'deleted' ? undefined : nodeAt(root, each.path),
  }));
  for (const each of all) settleOne(root, each);
}

async function isSame(node: Node, path: Path, there: Stat, base: FileService): Promise<boolean> {
  const { content, times } = node;
  // Steps set the times too.
  if (node.modified && times && there.mtime !== times.mtime) return false;
  if (node.kind === 'symlink') return (await base.readlink?.(path, never)) === node.target;
  if (!content) return true;
  return there.size === content.size && hasBytes(base, path, content);
}

async function hasBytes(base: FileService, path: Path, content: Content): Promise<boolean> {
  const handle = await base.open(path, { read: true }, never);
  try {
    for (let at = 0; at < content.size; ) {
      const part = (await handle.read?.(at, 1 << 20, never)) ?? new Uint8Array(0);
      const own = content.read(at, part.length);
      if (part.length === 0 || part.some((byte, i) => byte !== own[i])) return false;
      at += part.length;
    }
    return true;
  } finally {
    await handle.close?.();
  }
}
