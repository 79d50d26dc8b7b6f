/** What an overlay changed, as a list; and how to take back one change of it, or let it go once the base has it. */
import {
  baseName,
  formatPath,
  isWithin,
  type Path,
  parentOf,
  samePath,
} from '../../kernel/path.ts';
import type { Kind } from '../../kernel/service.ts';
import type { CowFs } from './cowfs.ts';
import { isNatural, type Node, naturalIn } from './node.ts';

export interface Change {
  readonly op: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly path: Path;
  /** Where the base has what was renamed. */
  readonly from?: Path;
  readonly kind: Kind;
  /** Bytes, now and in the base. */
  readonly size?: number;
  readonly oldSize?: number;
  readonly node?: Node;
}

/** In the order of the paths, directories before what is in them. */
export async function changesOf(cow: CowFs): Promise<Change[]> {
  await cow.nameHidden();
  const { root } = cow;
  const walk = new Walk(cow, root);
  walk.findMoved(root);
  await walk.names(root, []);
  return walk.changes;
}

class Walk {
  readonly changes: Change[] = [];
  readonly #cow: CowFs;
  /** Places in the base from which something was moved away. */
  readonly #moved = new Set<string>();
  /** Files that were listed under one of their names, or keep one that they have in the base. */
  readonly #seen: Set<Node>;

  constructor(cow: CowFs, root: Node) {
    this.#cow = cow;
    this.#seen = new Set(naturalIn(root).keys());
  }

  findMoved(dir: Node): void {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      const moved = child.origin && !this.#seen.has(child) && !isNatural(dir, name, child);
      if (moved) this.#moved.add(formatPath(child.origin as Path));
      this.findMoved(child);
    }
  }

  async names(dir: Node, path: Path): Promise<void> {
    const sorted = [...dir.names].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    for (const [name, child] of sorted) {
      const here = [...path, name];
      const origin = dir.origin && [...dir.origin, name];
      if (child && isNatural(dir, name, child)) await this.#same(child, here);
      else {
        const wasMoved = origin === undefined || this.#moved.has(formatPath(origin));
        const base = wasMoved ? undefined : await this.#cow.baseStat(origin);
        if (!child) {
          if (base) this.#add({ op: 'deleted', path: here, kind: base.kind, oldSize: base.size });
        } else await this.#other(child, here, base);
      }
    }
  }

  /** Where the base has it too. */
  async #same(node: Node, path: Path): Promise<void> {
    if (node.kind === 'dir') return this.names(node, path);
    if (!node.modified) return;
    const base = await this.#cow.baseStat(node.origin as Path);
    this.#add({ op: 'modified', path, ...sizes(node, base), node });
  }

  /** Something new, or moved here, perhaps over what the base has. */
  async #other(
    node: Node,
    path: Path,
    base: { readonly kind: Kind; readonly size: number } | undefined,
  ): Promise<void> {
    if (base && (base.kind !== node.kind || base.kind === 'dir')) {
      this.#add({ op: 'deleted', path, kind: base.kind, oldSize: base.size });
    }
    const first = !this.#seen.has(node);
    this.#seen.add(node);
    const { origin } = node;
    const there = origin && (await this.#cow.baseStat(origin));
    if (origin && there && first) {
      this.#add({ op: 'renamed', path, from: origin, ...sizes(node, there), node });
    } else {
      const op = base?.kind === node.kind && node.kind !== 'dir' ? 'modified' : 'added';
      this.#add({ op, path, ...sizes(node, base), node });
    }
    if (node.kind === 'dir') await this.names(node, path);
  }

  #add(change: Change): void {
    this.changes.push(change);
  }
}

function sizes(
  node: Node,
  base: { readonly size: number } | undefined,
): Pick<Change, 'kind' | 'size' | 'oldSize'> {
  const size = node.content?.size ?? (node.kind === 'file' ? base?.size : undefined);
  return {
    kind: node.kind,
    ...(size === undefined ? {} : { size }),
    ...(base === undefined || node.kind === 'dir' ? {} : { oldSize: base.size }),
  };
}

/**
 * The changes at and below these paths, with what they need: the new directories they lie in. Renames go
 * together, all or none, with everything in what was renamed: one may have made room for another.
 */
export function select(all: readonly Change[], paths: readonly Path[]): Set<Change> {
  const chosen = new Set(
    all.filter(({ path, from }) =>
      paths.some((each) => isWithin(path, each) || (from !== undefined && isWithin(from, each))),
    ),
  );
  for (let size = -1; size !== chosen.size; ) {
    size = chosen.size;
    for (const each of [...chosen]) {
      for (const change of all)
        if (!chosen.has(change) && belongs(change, each)) chosen.add(change);
    }
  }
  return chosen;
}

/** Whether a change goes with another. */
function belongs(change: Change, { op, path, from, node }: Change): boolean {
  // All names of one file, and what made room at the same path.
  if ((node && change.node === node) || samePath(change.path, path)) return true;
  // The directory that it lies in, where that is new there.
  if (change.kind === 'dir' && change.op !== 'deleted' && isWithin(path, change.path)) return true;
  // What was moved out of its way.
  if (change.from && isWithin(path, change.from)) return true;
  if (op !== 'renamed' || !from) return false;
  return change.op === 'renamed' || isWithin(change.path, path) || isWithin(change.path, from);
}

/** What the overlay itself has at a path. */
export const nodeAt = (root: Node, path: Path): Node | undefined => {
  let node: Node | null | undefined = root;
  for (const name of path) node = node?.names.get(name);
  return node ?? undefined;
};

/** Takes a change back: the base shows again. */
export function revertOne(root: Node, { op, path, from }: Change): void {
  nodeAt(root, parentOf(path))?.names.delete(baseName(path));
  if (op === 'renamed' && from) showAgain(root, from);
}

/** Lets go of a change that the base has now; a directory that holds other changes stays for them. */
export function settleOne(
  root: Node,
  {
    op,
    path,
    from,
    node,
  }: Pick<Change, 'op' | 'path' | 'from'> & { readonly node?: Node | undefined },
): void {
  const dir = nodeAt(root, parentOf(path));
  if (op === 'added' && node?.kind === 'dir' && dir?.origin) {
    node.origin = [...dir.origin, baseName(path)];
    node.modified = false;
    node.times = undefined;
    return;
  }
  dir?.names.delete(baseName(path));
  if (node?.origin && node.kind !== 'dir') node.isBase();
  if (op === 'renamed' && from) showAgain(root, from);
}

/** The whiteout of what was moved away lies in the directory that stands for its place in the base. */
function showAgain(root: Node, origin: Path): void {
  const find = (node: Node): Node | undefined => {
    if (node.origin && samePath(node.origin, parentOf(origin))) return node;
    for (const child of node.names.values()) {
      const found = child && find(child);
      if (found) return found;
    }
    return undefined;
  };
  const dir = find(root);
  if (dir?.names.get(baseName(origin)) === null) dir.names.delete(baseName(origin));
}
