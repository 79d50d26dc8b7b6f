/** An overlay as steps that make its base the same: what was moved goes aside first, then what is gone goes. */
import { formatPath, type Path } from '../../kernel/path.ts';
import type { Step, Times } from '../../kernel/service.ts';
import { isNatural } from './changes.ts';
import type { CowFs } from './cowfs.ts';
import type { Node } from './node.ts';

/** Names in the base's root for what is on its way; nobody sees them, since the steps are made as one. */
const ASIDE = '.oanix-moving-';

export async function stepsFor(cow: CowFs, root: Node): Promise<Step[]> {
  return new Plan(cow).make(root);
}

class Plan {
  readonly #cow: CowFs;
  readonly #aside: Step[] = [];
  readonly #removals: Step[] = [];
  readonly #placing: Step[] = [];
  /** Where a moved object waits, by its place in the base. */
  readonly #waiting = new Map<string, Path>();
  /** Where a file stands already: its other names are links. */
  readonly #placed = new Map<Node, Path>();

  constructor(cow: CowFs) {
    this.#cow = cow;
  }

  async make(root: Node): Promise<Step[]> {
    const moved = movedIn(root);
    // The deepest first: what lies inside of something that moves too.
    moved.sort((a, b) => b.length - a.length);
    for (const [i, from] of moved.entries()) {
      const path = [`${ASIDE}${i}`];
      this.#aside.push({ op: 'rename', from, path });
      this.#waiting.set(formatPath(from), path);
    }
    await this.#remove(root);
    await this.#place(root, []);
    return [...this.#aside, ...this.#removals, ...this.#placing];
  }

  /** What the base has and the overlay hides or replaces, unless it moved. */
  async #remove(dir: Node): Promise<void> {
    for (const [name, child] of dir.names) {
      if (dir.origin && !(child && isNatural(dir, name, child))) {
        const path = [...dir.origin, name];
        const gone = !this.#waiting.has(formatPath(path)) && (await this.#cow.baseStat(path));
        if (gone) this.#removals.push({ op: 'remove', path: this.#now(path) });
      }
      if (child?.kind === 'dir') await this.#remove(child);
    }
  }

  /** Where something of the base is after what moves has moved. */
  #now(path: Path): Path {
    for (let cut = path.length; cut > 0; cut--) {
      const aside = this.#waiting.get(formatPath(path.slice(0, cut)));
      if (aside) return [...aside, ...path.slice(cut)];
    }
    return path;
  }

  async #place(dir: Node, path: Path): Promise<void> {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      const here = [...path, name];
      if (!isNatural(dir, name, child)) this.#bring(child, here);
      else if (child.kind === 'file') this.#placed.set(child, here);
      if (child.kind === 'dir') await this.#place(child, here);
      else if (child.kind === 'file' && child.modified && this.#placed.get(child) === here)
        await this.#write(child, here);
      else if (child.kind === 'symlink' && child.origin && child.modified && child.times)
        this.#placing.push({ op: 'times', path: here, times: child.times });
    }
    if (dir.times && (dir.modified || !dir.origin)) {
      this.#placing.push({ op: 'times', path, times: asked(dir.times) });
    }
  }

  #bring(node: Node, path: Path): void {
    const first = this.#placed.get(node);
    const aside = node.origin && this.#waiting.get(formatPath(node.origin));
    if (first) this.#placing.push({ op: 'link', from: first, path });
    else if (aside) {
      this.#waiting.delete(formatPath(node.origin as Path));
      this.#placing.push({ op: 'rename', from: aside, path });
    } else if (node.kind === 'dir')
      this.#placing.push({ op: 'dir', path, times: asked(node.times as Required<Times>) });
    else if (node.kind === 'symlink')
      this.#placing.push(
        { op: 'symlink', path, target: node.target ?? '' },
        { op: 'times', path, times: asked(node.times as Required<Times>) },
      );
    if (node.kind !== 'dir' && !first) this.#placed.set(node, path);
  }

  async #write(node: Node, path: Path): Promise<void> {
    const content = await this.#cow.contentOf(node);
    const times = asked(node.times as Required<Times>);
    this.#placing.push({ op: 'file', path, content, times });
  }
}

const asked = ({ atime, mtime }: Required<Times>): Required<Times> => ({ atime, mtime });

/** Places in the base of what lies elsewhere now, once each; what keeps a name where it was does not move. */
function movedIn(root: Node): Path[] {
  const moved = new Map<string, Path>();
  const natural = new Set<Node>();
  const walk = (dir: Node): void => {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      if (isNatural(dir, name, child)) natural.add(child);
      walk(child);
    }
  };
  const collect = (dir: Node): void => {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      if (child.origin && !natural.has(child) && !isNatural(dir, name, child))
        moved.set(formatPath(child.origin), child.origin);
      collect(child);
    }
  };
  walk(root);
  collect(root);
  return [...moved.values()];
}
