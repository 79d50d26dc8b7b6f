/** What differs between two trees, by paths: what was renamed is found by its inode number. */
import type { Extent } from '../kernel/content.ts';
import type { NodeRecord } from '../kernel/keeper.ts';
import type { Kind } from '../kernel/service.ts';

export interface TreeChange {
  readonly op: 'added' | 'removed' | 'modified' | 'renamed';
  readonly path: string;
  /** Where it was, of what was renamed. */
  readonly from?: string;
  readonly kind: Kind;
  /** Bytes, before and after. */
  readonly oldSize?: number;
  readonly size?: number;
}

type SameBytes = (a: Extent, b: Extent) => Promise<boolean>;

export async function treeDiff(
  before: readonly NodeRecord[],
  after: readonly NodeRecord[],
  sameBytes: SameBytes,
): Promise<TreeChange[]> {
  const [old, now] = [pathsOf(before), pathsOf(after)];
  const removed = new Map([...old].filter(([path]) => !now.has(path)));
  const byIno = new Map([...removed].map(([path, { ino }]) => [ino, path] as const));
  const changes: TreeChange[] = [];
  for (const [path, node] of now) {
    const { kind, size } = node;
    const known = old.get(path);
    if (known?.kind === kind) {
      const same = kind === 'dir' || (await isSame(known, node, sameBytes));
      if (!same) changes.push({ op: 'modified', path, kind, oldSize: known.size, size });
      continue;
    }
    if (known) changes.push({ op: 'removed', path, kind: known.kind, oldSize: known.size });
    const from = known ? undefined : byIno.get(node.ino);
    const origin = from === undefined ? undefined : removed.get(from);
    if (from !== undefined && origin?.kind === kind) {
      removed.delete(from);
      byIno.delete(node.ino);
      // What lies below was moved with it.
      if (isBelowMoved(path, from, changes)) continue;
      changes.push({ op: 'renamed', path, from, kind, oldSize: origin.size, size });
      if (kind !== 'dir' && !(await isSame(origin, node, sameBytes)))
        changes.push({ op: 'modified', path, kind, oldSize: origin.size, size });
    } else changes.push({ op: 'added', path, kind, size });
  }
  for (const [path, { kind, size }] of removed)
    changes.push({ op: 'removed', path, kind, oldSize: size });
  return changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

const isBelowMoved = (path: string, from: string, changes: readonly TreeChange[]): boolean =>
  changes.some(
    (change) =>
      change.op === 'renamed' &&
      path.startsWith(`${change.path}/`) &&
      from === `${change.from}${path.slice(change.path.length)}`,
  );

/** Every path but the root's, parents before what lies below. */
function pathsOf(records: readonly NodeRecord[]): Map<string, NodeRecord> {
  const nodes = new Map(records.map((record) => [record.ino, record]));
  const paths = new Map<string, NodeRecord>();
  const walk = (base: string, { entries }: NodeRecord): void => {
    for (const [name, ino] of entries ?? []) {
      const node = nodes.get(ino);
      if (!node) continue;
      paths.set(`${base}/${name}`, node);
      walk(`${base}/${name}`, node);
    }
  };
  const root = nodes.get(1);
  if (root) walk('', root);
  return paths;
}

async function isSame(a: NodeRecord, b: NodeRecord, sameBytes: SameBytes): Promise<boolean> {
  if (a.size !== b.size || a.target !== b.target) return false;
  const [from, to] = [new Map(a.chunks), new Map(b.chunks)];
  if (from.size !== to.size) return false;
  for (const [index, extent] of from) {
    const other = to.get(index);
    if (!other || extent.length !== other.length || extent.sum !== other.sum) return false;
    if (extent.seg === other.seg && extent.at === other.at) continue;
    if (!(await sameBytes(extent, other))) return false;
  }
  return true;
}
