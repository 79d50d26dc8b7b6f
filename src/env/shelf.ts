/**
 * What programs changed over copies, kept until it is decided, so that a reload or a crash loses none of it. A
 * directory for each review or environment: what it is, its overlays, and their contents.
 */
import type { CowFs, Saved } from '../fs/cow/cowfs.ts';
import type { Decided } from '../fs/cow/decided.ts';
import type { Node } from '../fs/cow/node.ts';
import { filesOf, fromShelf, toShelf } from '../fs/cow/shelf.ts';
import type { MemFs } from '../fs/mem/memfs.ts';
import { Content } from '../kernel/content.ts';
import type { Path } from '../kernel/path.ts';
import { never, type ServiceSpec, type Step, statIfThere } from '../kernel/service.ts';

/** An overlay with where it shows, and what of it is being kept just now. */
export interface ShelvedLayer {
  readonly at: Path;
  /** Of the mount that it lies over. */
  readonly spec: ServiceSpec;
  readonly deciding?: readonly Decided[];
}

export interface ShelvedReview {
  readonly id: string;
  readonly name: string;
  readonly layers: readonly (ShelvedLayer & { readonly saved: Saved })[];
}

interface Label {
  readonly name: string;
  readonly layers: readonly ShelvedLayer[];
}

/** A tree with what makes all that was changed in it survive when it resolves. */
export interface KeptTree {
  readonly tree: MemFs;
  /** The death of the browser. */
  flush(): Promise<void>;
  /** The failure of the power. */
  sync(): Promise<void>;
}

const LABEL = 'review.json';
const times = { mtime: 0n, atime: 0n };

export class Shelf {
  readonly #kept: KeptTree;
  /** The directory that it is in. */
  readonly #at: Path;
  /** What is on the shelf of each review: its files, with the version of the content. */
  readonly #there = new Map<string, Map<string, number>>();
  readonly #names = new WeakMap<Node, string>();
  #lastName = 0;

  constructor(kept: KeptTree, at: Path = []) {
    this.#kept = kept;
    this.#at = at;
  }

  /** All of it as it is now, in one step; survives the browser's death when it resolves. */
  async save(
    id: string,
    name: string,
    layers: readonly (ShelvedLayer & { readonly cow: CowFs })[],
  ): Promise<void> {
    const there = this.#there.get(id);
    const now = new Map<string, number>();
    const steps: Step[] = there ? [] : [{ op: 'dir', path: [...this.#at, id], times }];
    const put = (file: string, content: Content, version: number): void => {
      now.set(file, version);
      if (there?.get(file) === version) return;
      steps.push({ op: 'file', path: [...this.#at, id, file], content, times });
    };
    for (const [i, { cow }] of layers.entries()) {
      const live = cow.live();
      for (const node of filesOf(live))
        put(this.#nameOf(node), node.content as Content, node.version);
      put(`layer${i}`, contentOf(toShelf(live, (node) => this.#nameOf(node))), NaN);
    }
    const label: Label = {
      name,
      layers: layers.map(({ cow: _, ...layer }) => layer),
    };
    put(LABEL, contentOf(JSON.stringify(label)), NaN);
    for (const file of there?.keys() ?? [])
      if (!now.has(file)) steps.push({ op: 'remove', path: [...this.#at, id, file] });
    await this.#kept.tree.apply(steps);
    this.#there.set(id, now);
    await this.#kept.flush();
  }

  /** What was saved survives the power's failure when it resolves. */
  sync(): Promise<void> {
    return this.#kept.sync();
  }

  async remove(id: string): Promise<void> {
    if (!this.#there.has(id)) return;
    const path = [...this.#at, id];
    if (await statIfThere(this.#kept.tree, path))
      await this.#kept.tree.apply([{ op: 'remove', path }]);
    await this.#kept.flush();
    this.#there.delete(id);
  }

  /** All reviews, oldest first; one that cannot be read stays where it is. */
  async load(): Promise<ShelvedReview[]> {
    const found: ShelvedReview[] = [];
    for (const { name: id } of await this.#kept.tree.readdir(this.#at)) {
      const review = await this.#loadOne(id).catch(() => undefined);
      if (review) found.push(review);
    }
    return found;
  }

  async #loadOne(id: string): Promise<ShelvedReview> {
    const files = new Map<string, Content>();
    const there = new Map<string, number>();
    for (const { name } of await this.#kept.tree.readdir([...this.#at, id])) {
      files.set(name, await this.#read([...this.#at, id, name]));
      there.set(name, NaN);
    }
    const text = (name: string): string => {
      const content = files.get(name) ?? new Content();
      return new TextDecoder().decode(content.read(0, content.size));
    };
    const label = JSON.parse(text(LABEL)) as Label;
    const layers = label.layers.map((layer, i) => {
      const saved = fromShelf(text(`layer${i}`), (name) => files.get(name) ?? new Content());
      return { ...layer, saved };
    });
    this.#there.set(id, there);
    return { id, name: label.name, layers };
  }

  /** In memory of its own: nothing of it refers to where it was kept. */
  async #read(path: Path): Promise<Content> {
    const handle = await this.#kept.tree.open(path, { read: true });
    const content = new Content();
    try {
      for (;;) {
        const part = (await handle.read?.(content.size, 1 << 20, never)) ?? new Uint8Array(0);
        if (part.length === 0) return content;
        content.write(content.size, part.slice());
      }
    } finally {
      await handle.close?.();
    }
  }

  #nameOf(node: Node): string {
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    // Also beside those of an earlier time.
    const name = `content${Date.now().toString(36)}-${++this.#lastName}`;
    this.#names.set(node, name);
    return name;
  }
}

function contentOf(text: string): Content {
  const content = new Content();
  content.write(0, new TextEncoder().encode(text));
  return content;
}
