/**
 * The nodes of a tree as a journal knows them: what the backend has of each, and which changed since. What a
 * flush takes is not dirty any more, and comes back if it fails.
 */
import type { Chunk, Extent } from '../kernel/content.ts';
import type { KeptNode, NodeRecord } from '../kernel/keeper.ts';
import type { Changed } from './record.ts';
import type { Space } from './space.ts';

interface Known {
  readonly node: KeptNode;
  /** What the backend has of it. */
  places: readonly Extent[];
}

export interface Dirty {
  readonly node: KeptNode;
  readonly names: Set<string> | undefined;
}

/** Where the contents of nodes are, by what a flush has written. */
export type Places = ReadonlyMap<KeptNode, readonly Extent[]>;

export class Nodes {
  readonly #space: Space;
  readonly #known = new Map<number, Known>();
  readonly #restored = new Map<number, readonly Extent[]>();
  #dirty = new Map<number, Dirty>();
  /** Counts what is changed: the same number, the same tree. */
  changes = 0;
  nextIno: number;

  /** The space is told of what the records use. */
  constructor(records: readonly NodeRecord[], nextIno: number, space: Space) {
    this.#space = space;
    this.nextIno = nextIno;
    for (const { ino, chunks } of records) {
      const places = (chunks ?? []).map(([, place]) => place);
      this.#restored.set(ino, places);
      space.use(places);
    }
  }

  /** The nodes that were made of the records. */
  attach(nodes: Iterable<KeptNode>): void {
    for (const node of nodes) this.#add(node, this.#restored.get(node.ino) ?? []);
    this.#restored.clear();
  }

  /** From now on these are the whole tree: all of it is to be written. */
  replace(nodes: Iterable<KeptNode>): void {
    const old = [...this.#known.values()];
    this.#known.clear();
    for (const node of nodes) this.#add(node, placesOf(node));
    for (const { places } of old) this.#space.free(places);
    for (const { places } of this.#known.values()) this.#space.use(places);
    this.#dirty.clear();
    this.changes++;
  }

  #add(node: KeptNode, places: readonly Extent[]): void {
    this.#known.set(node.ino, { node, places });
    this.nextIno = Math.max(this.nextIno, node.ino + 1);
  }

  /** False for what is not of this tree, or not any more: it is nobody's but its open handles'. */
  changed(node: KeptNode, name?: string): boolean {
    const { ino } = node;
    const known = this.#known.get(ino);
    if (known ? known.node !== node : node.nlink === 0) return false;
    this.changes++;
    if (!known) this.#add(node, []);
    let dirty = this.#dirty.get(ino);
    if (!dirty) {
      dirty = { node, names: node.kind === 'dir' ? new Set() : undefined };
      this.#dirty.set(ino, dirty);
    }
    if (name !== undefined) dirty.names?.add(name);
    return true;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Bytes of content that are nowhere but in memory. */
  get unsaved(): number {
    let bytes = 0;
    for (const { node } of this.#dirty.values())
      for (const chunk of unstored(node)) bytes += chunk.bytes?.length ?? 0;
    return bytes;
  }

  /** What changed is taken by a flush. */
  take(): ReadonlyMap<number, Dirty> {
    const dirty = this.#dirty;
    this.#dirty = new Map();
    return dirty;
  }

  /** Whether writing what was removed or made smaller could free anything that the backend has. */
  get mayShrink(): boolean {
    return [...this.#dirty.values()].some(({ node }) => {
      const holds = (this.#known.get(node.ino)?.places.length ?? 0) > 0;
      return node.nlink === 0 || (holds && node.kind === 'file' && unstored(node).length === 0);
    });
  }

  /**
   * Takes of what changed only what makes files smaller or removes them, and leaves everything else as the backend has it
   * (`stored`): a name whose new file is not stored yet must go on leading to the old one.
   */
  takeShrinking(stored: readonly NodeRecord[]): Dirty[] {
    const gone = this.#removable(stored);
    const moved = this.#moved(stored);
    const removed = new Map<KeptNode, Set<string>>();
    const ready: Dirty[] = [];
    for (const { ino, kind, entries } of stored) {
      const dirty = this.#dirty.get(ino);
      const isWhole = dirty && dirty.node.nlink > 0 && unstored(dirty.node).length === 0;
      if (dirty && (gone.has(ino) || (isWhole && kind === 'file' && !moved.has(ino)))) {
        ready.push(dirty);
        this.#dirty.delete(ino);
      }
      const dir = this.#known.get(ino)?.node;
      if (!dir || gone.has(ino)) continue;
      const names = (entries ?? []).filter(([, to]) => gone.has(to)).map(([name]) => name);
      if (names.length > 0) removed.set(dir, new Set(names));
    }
    for (const [node, names] of removed) {
      ready.push({ node, names });
      for (const name of names) this.#dirty.get(node.ino)?.names?.delete(name);
    }
    return ready;
  }

  /** The nodes that a stored name leads to no more. */
  #moved(stored: readonly NodeRecord[]): ReadonlySet<number> {
    const moved = new Set<number>();
    for (const { ino, entries } of stored)
      for (const [name, to] of entries ?? [])
        if (this.#known.get(ino)?.node.entries?.get(name)?.ino !== to) moved.add(to);
    return moved;
  }

  /** The removed nodes whose stored names are all free now, and those in them too: no other name is touched with them. */
  #removable(stored: readonly NodeRecord[]): ReadonlySet<number> {
    const isAlive = (ino: number): boolean => (this.#known.get(ino)?.node.nlink ?? 0) > 0;
    const removed = stored.filter(({ ino }) => this.#known.get(ino)?.node.nlink === 0);
    const gone = new Set(removed.map(({ ino }) => ino));
    for (let before = -1; before !== gone.size; ) {
      before = gone.size;
      for (const { ino, entries } of stored)
        for (const [name, to] of entries ?? []) {
          const isFree = isAlive(ino)
            ? !this.#known.get(ino)?.node.entries?.has(name)
            : gone.has(ino);
          if (!isFree) gone.delete(to);
          // Its directory would go, and the name with it.
          if (!gone.has(to)) gone.delete(ino);
        }
    }
    return gone;
  }

  /** What a commit took is to be written after all, with what changed since. */
  putBack(dirty: Iterable<Dirty>): void {
    for (const { node, names } of dirty) {
      if (this.#known.get(node.ino)?.node !== node) continue;
      const again = this.#dirty.get(node.ino);
      if (!again) this.#dirty.set(node.ino, { node, names });
      else for (const name of names ?? []) again.names?.add(name);
    }
  }

  /** What the backend has of each node now. */
  account(places: Places): void {
    for (const [node, now] of places) {
      const known = this.#known.get(node.ino);
      this.#space.use(now);
      if (known?.node !== node) {
        // The tree was replaced meanwhile: nothing needs what was written.
        this.#space.free(now);
        continue;
      }
      this.#space.free(known.places);
      known.places = now;
      // One that was removed since is still to be told of.
      if (node.nlink === 0 && !this.#dirty.has(node.ino)) this.#known.delete(node.ino);
    }
  }

  /** All of the tree, and what was removed from it and is still to be told of. */
  all(): KeptNode[] {
    return [...this.#known.values()].map(({ node }) => node);
  }

  alive(): KeptNode[] {
    return this.all().filter(({ nlink }) => nlink > 0);
  }

  /** The tree as it is now; what is not flushed yet has no place. */
  records(): NodeRecord[] {
    return this.alive().map(recordOf);
  }

  /** Files that have a part in one of these segments. */
  within(segs: ReadonlySet<number>): KeptNode[] {
    const found = [...this.#known.values()].filter(
      ({ node, places }) => node.nlink > 0 && places.some(({ seg }) => segs.has(seg)),
    );
    return found.map(({ node }) => node);
  }

  /** What the tree takes when `fresh` is written too. */
  measure(fresh: readonly KeptNode[]): { segs: number[]; files: number; bytes: number } {
    const taken = new Set(fresh);
    const segs = new Set<number>();
    let files = 0;
    let bytes = 0;
    for (const { node, places } of this.#known.values()) {
      if (node.nlink === 0) continue;
      if (node.kind === 'file') files++;
      bytes += node.content?.size ?? 0;
      for (const { seg } of taken.has(node) ? placesOf(node) : places) segs.add(seg);
    }
    return { segs: [...segs], files, bytes };
  }
}

/** Content of a node that is nowhere but in memory. */
export function unstored({ content }: KeptNode): Chunk[] {
  const found: Chunk[] = [];
  for (const chunk of content?.chunks.values() ?? [])
    if (!chunk.place && chunk.bytes) found.push(chunk);
  return found;
}

/** The extents of a node. One that has no name any more keeps what an open handle still has to read. */
export function placesOf({ content, nlink }: KeptNode): Extent[] {
  const places: Extent[] = [];
  for (const { place, bytes } of content?.chunks.values() ?? [])
    if (place && (nlink > 0 || !bytes)) places.push(place);
  return places;
}

export const changeOf = ({ node, names }: Dirty): Changed => (names ? { node, names } : { node });

function recordOf(node: KeptNode): NodeRecord {
  const { ino, kind, nlink, mtime, atime, ctime, size, mode, target, content, entries } = node;
  const own = mode === undefined ? {} : { mode };
  const common = { ino, kind, nlink, mtime, atime, ctime, size, ...own };
  if (content) {
    const chunks = [...content.chunks].flatMap(([index, { place }]) =>
      place ? [[index, place] as const] : [],
    );
    return { ...common, chunks };
  }
  if (entries) return { ...common, entries: [...entries].map(([name, { ino: to }]) => [name, to]) };
  return { ...common, target: target ?? '' };
}
