/**
 * The changes of one program, over all that it may write: looked at, kept or discarded, all or some. What is
 * kept becomes the base's in one step.
 */
import { applyInTurn } from '../../kernel/applysteps.ts';
import { fail } from '../../kernel/errors.ts';
import { cleanPath, formatPath, isWithin, type Path } from '../../kernel/path.ts';
import { never } from '../../kernel/service.ts';
import { type Change, changesOf, revertOne, select, settleOne } from './changes.ts';
import { stepsFor } from './commit.ts';
import type { CowFs, Saved } from './cowfs.ts';

/** An overlay, and where it shows. */
export interface Layer {
  readonly at: Path;
  readonly cow: CowFs;
}

export interface ReviewHost {
  /** A unified diff of two texts; `undefined` for a file that is not there. */
  diff(path: string, before: string | undefined, after: string | undefined): Promise<string>;
  /** Paths of a base that are others now. */
  announce(cow: CowFs, paths: readonly Path[]): void;
  /** Whether a program can still change something in these copies. */
  inUse?(): boolean;
  /** Before anything is kept: the chance to remember how it was. */
  beforeCommit?(): Promise<void>;
  /** These changes of an overlay are about to become the base's; undefined: that is over. */
  deciding?(cow: CowFs, changes: readonly Change[] | undefined): Promise<void>;
  /** Something was decided. */
  changed(): void;
}

/** One line of `changes`. */
export interface ChangeLine {
  readonly op: Change['op'];
  readonly path: string;
  readonly from?: string;
  readonly kind: Change['kind'];
  readonly size?: number;
  readonly old_size?: number;
}

/** Larger files are told to differ, not how. */
const TEXT_MAX = 1 << 20;

export class Review {
  readonly layers: readonly Layer[];
  readonly #host: ReviewHost;
  readonly #saved = new Map<string, readonly Saved[]>();

  constructor(layers: readonly Layer[], host: ReviewHost) {
    this.layers = layers;
    this.#host = host;
  }

  async changes(): Promise<ChangeLine[]> {
    const lines: ChangeLine[] = [];
    for (const { at, cow } of this.layers) {
      for (const { op, path, from, kind, size, oldSize } of await changesOf(cow)) {
        lines.push({
          op,
          path: formatPath([...at, ...path]),
          ...(from ? { from: formatPath([...at, ...from]) } : {}),
          kind,
          ...(size === undefined ? {} : { size }),
          ...(oldSize === undefined ? {} : { old_size: oldSize }),
        });
      }
    }
    return lines;
  }

  /** A unified diff of the text files among the changes. */
  async diff(): Promise<string> {
    const parts: string[] = [];
    for (const { at, cow } of this.layers) {
      for (const change of await changesOf(cow)) {
        if (change.kind !== 'file') continue;
        parts.push(await this.#diffOf(cow, at, change));
      }
    }
    return parts.join('');
  }

  /**
   * Keeps the changes at and below `paths`, or all; in each mount all of them or none. Renames go together.
   * EBUSY while a program may still change them.
   */
  async commit(paths: readonly string[] = []): Promise<void> {
    this.#checkOver();
    await this.#host.beforeCommit?.();
    await this.#each(paths, async (cow, chosen, all) => {
      const { root } = cow.save();
      for (const change of all) if (!chosen.has(change)) revertOne(root, change);
      const steps = await stepsFor(cow, root);
      try {
        await this.#host.deciding?.(cow, [...chosen]);
        // Where the base cannot make them as one, those before one that fails are taken back.
        if (cow.base.apply) await cow.base.apply(steps, never);
        else await applyInTurn(cow.base, steps, never);
        for (const change of chosen) settleOne(cow.root, change);
        if (chosen.size === all.length) cow.clear();
        else await cow.settle();
      } finally {
        await this.#host.deciding?.(cow, undefined);
      }
      this.#host.announce(
        cow,
        [...chosen].flatMap(({ path, from }) => (from ? [path, from] : [path])),
      );
    });
  }

  /** Discards the changes at and below `paths`, or all. */
  async revert(paths: readonly string[] = []): Promise<void> {
    this.#checkOver();
    await this.#each(paths, async (cow, chosen, all) => {
      if (chosen.size === all.length) cow.clear();
      else {
        for (const change of chosen) revertOne(cow.root, change);
        await cow.settle();
      }
    });
  }

  /** What is decided is what is there when nothing changes it any more. */
  #checkOver(): void {
    if (this.#host.inUse?.()) fail('EBUSY', 'a program still runs on these copies: end it first');
  }

  /** Remembers the changes as they are, to go back to by name. */
  async snapshot(name: string): Promise<void> {
    if (name === '') fail('EINVAL', 'a snapshot has a name');
    const saved = this.layers.map(({ cow }) => cow.exclusive(async () => cow.save()));
    this.#saved.set(name, await Promise.all(saved));
  }

  async rollback(name: string): Promise<void> {
    const saved = this.#saved.get(name) ?? fail('ENOENT', `no snapshot '${name}'`);
    for (const [i, { cow }] of this.layers.entries())
      await cow.exclusive(async () => cow.restore(saved[i] as Saved));
    this.#host.changed();
  }

  get snapshots(): readonly string[] {
    return [...this.#saved.keys()];
  }

  /** Runs for each mount of which something was chosen. ENOENT if nothing was. */
  async #each(
    paths: readonly string[],
    run: (cow: CowFs, chosen: Set<Change>, all: readonly Change[]) => Promise<void>,
  ): Promise<void> {
    const wanted = paths.map((path) => cleanPath(path));
    let any = false;
    const failures: unknown[] = [];
    for (const { at, cow } of this.layers) {
      const inside = wanted
        .filter((path) => isWithin(path, at))
        .map((path) => path.slice(at.length));
      const whole = wanted.length === 0 || wanted.some((path) => isWithin(at, path));
      const decide = cow.exclusive(async () => {
        const all = await changesOf(cow);
        const chosen = whole ? new Set(all) : select(all, inside);
        if (chosen.size === 0) return;
        any = true;
        await run(cow, chosen, all);
      });
      // A mount that fails keeps none of its changes from the others.
      await decide.catch((error: unknown) => failures.push(error));
    }
    if (!any && wanted.length > 0) fail('ENOENT', 'nothing was changed there');
    this.#host.changed();
    if (failures.length > 0) throw failures[0];
  }

  async #diffOf(cow: CowFs, at: Path, { op, path, from, node }: Change): Promise<string> {
    const name = formatPath([...at, ...path]);
    const before = op === 'added' ? undefined : await this.#textOf(cow, from ?? path);
    const after = node ? await textOf(await cow.contentOf(node)) : undefined;
    if (before === null || after === null) return `Binary files a${name} and b${name} differ\n`;
    if (before === after && op !== 'deleted' && op !== 'added') return '';
    return this.#host.diff(name, before, after);
  }

  /** The text of a file in the base; null for bytes that are none, or too many. */
  async #textOf(cow: CowFs, path: Path): Promise<string | null | undefined> {
    const stat = await cow.baseStat(path);
    if (stat?.kind !== 'file') return undefined;
    return stat.size > TEXT_MAX ? null : textOf(await cow.baseContent(path));
  }
}

/** The layer that serves a path: the deepest at or above it. */
export const layerOf = (layers: readonly Layer[], path: Path): Layer | undefined =>
  layers
    .filter(({ at }) => isWithin(path, at))
    .reduce<Layer | undefined>(
      (deepest, layer) => (deepest && deepest.at.length >= layer.at.length ? deepest : layer),
      undefined,
    );

async function textOf(content: {
  readonly size: number;
  read(at: number, count: number): Uint8Array;
}): Promise<string | null> {
  if (content.size > TEXT_MAX) return null;
  const bytes = content.read(0, content.size);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
