/**
 * How many names a file has, when some of them are the base's and some the overlay's: counted anew after changes
 * were taken back, or given to the base.
 */
import { isWithin, type Path } from '../../kernel/path.ts';
import type { Stat } from '../../kernel/service.ts';
import { isNatural, type Node } from './node.ts';

/** Files with several names in the base, by number: all of them lead to one node. */
export type Linked = Map<bigint, Node>;

/** Nodes of files that a name leads to, with how many names they have beyond those of the base. */
export function reachable(root: Node): Map<Node, number> {
  const found = new Map<Node, number>();
  const walk = (dir: Node): void => {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      if (child.kind === 'dir') walk(child);
      else found.set(child, (found.get(child) ?? 0) + (isNatural(dir, name, child) ? 0 : 1));
    }
  };
  walk(root);
  return found;
}

/** Changed files that no name of the overlay leads to: they show only by names of the base. */
export function hiddenChanges(root: Node, linked: Linked): Set<Node> {
  const here = reachable(root);
  return new Set(
    [...linked.values()].filter((node) => node.modified && node.nlink > 0 && !here.has(node)),
  );
}

/** Sets the origin and the number of names of each file, and says which have several. */
export async function recount(
  root: Node,
  linked: Linked,
  baseStat: (path: Path) => Promise<Stat | undefined>,
): Promise<Linked> {
  const here = reachable(root);
  const counted: Linked = new Map();
  for (const node of new Set([...linked.values(), ...here.keys()])) {
    if (node.ino === undefined || !node.origin) continue;
    const places = [node.origin, ...node.aliases, ...node.hidden];
    node.hidden = node.hidden.filter((place) => isHidden(root, place));
    const there = await firstOf(places, node.ino, baseStat);
    if (there) node.origin = there.path;
    const more = here.get(node) ?? 0;
    const hidden = new Set(node.hidden.map((place) => place.join('/'))).size;
    if (there) node.nlink = (there.stat.nlink ?? 1) - hidden + more;
    if (here.has(node) || node.hidden.length > 0) counted.set(node.ino, node);
  }
  return counted;
}

/** Whether what the base has there shows nowhere. */
function isHidden(root: Node, place: Path): boolean {
  const dirs: Node[] = [];
  const walk = (node: Node): void => {
    if (node.kind === 'dir' && node.origin && isWithin(place, node.origin)) dirs.push(node);
    for (const child of node.names.values()) if (child) walk(child);
  };
  walk(root);
  // The directory of the overlay that stands for the deepest part of the way.
  const dir = dirs.sort((a, b) => (b.origin as Path).length - (a.origin as Path).length)[0];
  if (!dir) return true;
  const name = place[(dir.origin as Path).length];
  if (name === undefined) return false;
  const child = dir.names.get(name);
  return child === null || (child !== undefined && !isNatural(dir, name, child));
}

/** Where the base has an object now. */
async function firstOf(
  places: readonly Path[],
  ino: bigint,
  baseStat: (path: Path) => Promise<Stat | undefined>,
): Promise<{ path: Path; stat: Stat } | undefined> {
  for (const path of places) {
    const stat = await baseStat(path).catch(() => undefined);
    if (stat?.ino === ino) return { path, stat };
  }
  return undefined;
}
