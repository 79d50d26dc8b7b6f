/**
 * Changes that were about to be kept when everything ended: since all of them are made or none, what the base
 * has now tells which it was.
 */
import { formatPath, type Path } from '../../kernel/path.ts';
import { type FileService, never, type Stat } from '../../kernel/service.ts';
import { type Change, nodeAt, settleOne } from './changes.ts';
import type { Node } from './node.ts';

export type Decided = Pick<Change, 'op' | 'path' | 'from'>;

/** Whether the base has all of them. */
export async function isApplied(
  root: Node,
  decided: readonly Decided[],
  base: FileService,
): Promise<boolean> {
  const filled = new Set(
    decided.filter(({ op }) => op !== 'deleted').map(({ path }) => formatPath(path)),
  );
  const isGone = async (path: Path): Promise<boolean> =>
    filled.has(formatPath(path)) || (await statOf(base, path)) === undefined;
  for (const { op, path, from } of decided) {
    if (op === 'deleted' && !(await isGone(path))) return false;
    if (from && !(await isGone(from))) return false;
    if (op !== 'deleted' && !(await isThere(nodeAt(root, path), path, base))) return false;
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

async function isThere(node: Node | undefined, path: Path, base: FileService): Promise<boolean> {
  const stat = await statOf(base, path);
  if (!node || stat?.kind !== node.kind) return false;
  if (node.kind === 'symlink') return (await base.readlink?.(path, never)) === node.target;
  const { content } = node;
  if (!content) return true;
  if (stat.size !== content.size) return false;
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

const statOf = async (base: FileService, path: Path): Promise<Stat | undefined> => {
  try {
    return await base.stat(path, never);
  } catch {
    return undefined;
  }
};
