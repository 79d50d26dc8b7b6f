/** Marks of paths: whether the thing at a path is gone. A mark covers all paths below it that have no mark of their own. */

interface MarkedNode {
  /** Undefined if the path has no mark of its own. */
  isGone: boolean | undefined;
  readonly children: Map<string, MarkedNode>;
}

const newNode = (isGone?: boolean): MarkedNode => ({ isGone, children: new Map() });
const partsOf = (path: string): string[] => path.split('/').filter(Boolean);

export class GonePaths {
  readonly #root = newNode();

  constructor(paths: Iterable<string>) {
    for (const path of paths) this.#replace(path, newNode(true));
  }

  /** Whether the thing at a path is gone; undefined if no mark covers the path. */
  at(path: string): boolean | undefined {
    let node: MarkedNode | undefined = this.#root;
    let { isGone } = node;
    for (const part of partsOf(path)) {
      node = node.children.get(part);
      if (!node) break;
      isGone = node.isGone ?? isGone;
    }
    return isGone;
  }

  /** Whether the path, or a path below it, has a mark. */
  hasWithin(path: string): boolean {
    let node: MarkedNode | undefined = this.#root;
    for (const part of partsOf(path)) node = node?.children.get(part);
    return node !== undefined;
  }

  /** Goes back to before the thing at `now` came from `before`, or from nowhere: another thing, or nothing, was there. */
  stepBack(now: string, before: string | undefined): void {
    const isGone = this.at(now) ?? false;
    const thing = this.#replace(now, newNode(false));
    if (before === undefined) return;
    thing.isGone = isGone;
    this.#replace(before, thing);
  }

  /** Puts a node at a path and returns the node that was there. */
  #replace(path: string, by: MarkedNode): MarkedNode {
    const parts = partsOf(path);
    const name = parts.pop() ?? '';
    let parent = this.#root;
    for (const part of parts) {
      const next = parent.children.get(part) ?? newNode();
      parent.children.set(part, next);
      parent = next;
    }
    const old = parent.children.get(name) ?? newNode();
    parent.children.set(name, by);
    return old;
  }
}
