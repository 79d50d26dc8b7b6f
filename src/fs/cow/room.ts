/** How much an overlay may hold: bytes of content, open files without a name included, and names. */
import { fail } from '../../kernel/errors.ts';
import type { Node } from './node.ts';

export interface RoomOptions {
  /** ENOSPC past this many bytes of content of its own, open files without a name included. */
  readonly quota?: number;
  /** ENOSPC past this many names of its own. */
  readonly entries?: number;
}

/** More names than anyone reviews. */
const ENTRIES_MAX = 100_000;

export class Room {
  readonly #quota: number;
  readonly #entriesMax: number;
  #bytes = 0;
  /** Names made since it began or was last counted. */
  #entries = 0;

  constructor({ quota = Infinity, entries = ENTRIES_MAX }: RoomOptions) {
    this.#quota = quota;
    this.#entriesMax = entries;
  }

  /** Takes or gives back bytes. */
  take(more: number): void {
    if (more > 0 && this.#bytes + more > this.#quota)
      fail('ENOSPC', 'over what may be changed before it is reviewed');
    this.#bytes += more;
  }

  takeName(): void {
    if (this.#entries >= this.#entriesMax) fail('ENOSPC', 'too many names to be reviewed');
    this.#entries++;
  }

  /** Gives back what neither a name nor a handle leads to any more. */
  release(node: Node): void {
    if (node.nlink === 0 && node.handles === 0) this.#bytes -= node.content?.size ?? 0;
  }

  count(root: Node): void {
    this.#bytes = 0;
    this.#entries = 0;
    const seen = new Set<Node>();
    const walk = (node: Node): void => {
      if (!seen.has(node)) this.#bytes += node.content?.size ?? 0;
      seen.add(node);
      this.#entries += node.names.size;
      for (const child of node.names.values()) if (child) walk(child);
    };
    walk(root);
  }
}
