/** An overlay as steps that make its base the same: what was moved goes aside first, then what is gone goes. */
import { formatPath, type Path, samePath } from '../../kernel/path.ts';
import type { Step, Times } from '../../kernel/service.ts';
import type { CowFs } from './cowfs.ts';
import { isNatural, type Node, naturalIn } from './node.ts';

/** Names in the base's root for what is on its way; nobody sees them, since the steps are made as one. */
const ASIDE = '.oanix-moving-';

export async function stepsFor(cow: CowFs, root: Node): Promise<Step[]> {
  return new Plan(cow, root).make(root);
}

class Plan {
  readonly #cow: CowFs;
  readonly #aside: Step[] = [];
  readonly #removals: Step[] = [];
  readonly #placing: Step[] = [];
  /** Other names, and times, when everything is in its place. */
  readonly #last: Step[] = [];
  /** Where a moved object waits, by its place in the base. */
  readonly #waiting = new Map<string, Path>();
  /** Where a file will stand: its other names are links. */
  readonly #placed: Map<Node, Path>;

  constructor(cow: CowFs, root: Node) {
    this.#cow = cow;
    this.#placed = naturalIn(root);
  }

  async make(root: Node): Promise<Step[]> {
    const moved = movedIn(root, this.#placed);
    // The deepest first: what lies inside of something that moves too.
    moved.sort((a, b) => b.length - a.length);
    let number = 0;
    for (const from of moved) {
      // A name that nobody has, here or in the base.
      while (
        root.names.has(`${ASIDE}${number}`) ||
        (await this.#cow.baseStat([`${ASIDE}${number}`]))
      )
        number++;
      const path = [`${ASIDE}${number++}`];
      this.#aside.push({ op: 'rename', from, path });
      this.#waiting.set(formatPath(from), path);
    }
    await this.#remove(root);
    await this.#place(root, []);
    return [...this.#aside, ...this.#removals, ...this.#placing, ...this.#last];
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
      if (child.kind === 'dir') await this.#place(child, here);
      else if (child.modified && samePath(this.#placed.get(child) ?? [], here))
        await this.#write(child, here);
    }
    if (dir.times && (dir.modified || !dir.origin)) {
      this.#mode(dir, path);
      this.#last.push({ op: 'times', path, times: asked(dir.times) });
    }
  }

  #bring(node: Node, path: Path): void {
    const first = node.kind === 'dir' ? undefined : this.#placed.get(node);
    const aside = node.origin && this.#waiting.get(formatPath(node.origin));
    if (first) this.#last.unshift({ op: 'link', from: first, path });
    else if (aside) {
      this.#waiting.delete(formatPath(node.origin as Path));
      this.#placing.push({ op: 'rename', from: aside, path });
    } else if (node.kind === 'dir')
      this.#placing.push({ op: 'dir', path, times: asked(node.times as Required<Times>) });
    else if (node.kind === 'symlink')
      this.#placing.push({ op: 'symlink', path, target: node.target ?? '' });
    if (node.kind !== 'dir' && !first) this.#placed.set(node, path);
  }

  async #write(node: Node, path: Path): Promise<void> {
    const times = asked(node.times as Required<Times>);
    if (node.kind === 'symlink') {
      this.#last.push({ op: 'times', path, times });
      return;
    }
    const content = await this.#cow.contentOf(node);
    this.#placing.push({ op: 'file', path, content, times });
    this.#mode(node, path);
  }

  #mode({ times }: Node, path: Path): void {
    if (times?.mode !== undefined) this.#last.push({ op: 'mode', path, mode: times.mode });
  }
}

const asked = ({ atime, mtime }: Required<Times>): Required<Times> => ({ atime, mtime });

/** Places in the base of what lies elsewhere now, once each; what keeps a name where it was does not move. */
function movedIn(root: Node, natural: ReadonlyMap<Node, Path>): Path[] {
  const moved = new Map<string, Path>();
  const walk = (dir: Node): void => {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      if (child.origin && !natural.has(child) && !isNatural(dir, name, child))
        moved.set(formatPath(child.origin), child.origin);
      walk(child);
    }
  };
  walk(root);
  return [...moved.values()];
}
