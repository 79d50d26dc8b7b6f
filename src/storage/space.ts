/**
 * Which segments are still needed: each file's extents, and the segments that snapshots pin. A segment that
 * nothing needs is dead, and deleted with a later commit than the one that let go of it: should the last
 * commit be lost with the power, what it replaced is still there.
 */
import type { Extent } from '../kernel/content.ts';

interface Segment {
  /** Bytes; 0 where it is not known. */
  size: number;
  live: number;
  pins: number;
}

export class Space {
  readonly #segs = new Map<number, Segment>();
  #dead = new Set<number>();

  /** A segment that is there, or will be with the next commit. */
  add(seg: number, size: number): void {
    this.#segs.set(seg, { size, live: 0, pins: 0 });
  }

  use(extents: Iterable<Extent>): void {
    for (const { seg, length } of extents) {
      const known = this.#segs.get(seg);
      if (!known) continue;
      known.live += length;
      this.#dead.delete(seg);
    }
  }

  free(extents: Iterable<Extent>): void {
    for (const { seg, length } of extents) {
      const known = this.#segs.get(seg);
      if (!known) continue;
      known.live -= length;
      this.#bury(seg, known);
    }
  }

  pin(segs: Iterable<number>): void {
    for (const seg of segs) {
      const known = this.#segs.get(seg);
      if (!known) continue;
      known.pins++;
      this.#dead.delete(seg);
    }
  }

  unpin(segs: Iterable<number>): void {
    for (const seg of segs) {
      const known = this.#segs.get(seg);
      if (!known) continue;
      known.pins--;
      this.#bury(seg, known);
    }
  }

  /** Marks what nothing uses: after a restart. */
  sweep(): void {
    for (const [seg, known] of this.#segs) this.#bury(seg, known);
  }

  /** Segments to delete now; those that could not be are given back. */
  takeDead(): number[] {
    const dead = [...this.#dead];
    this.#dead = new Set();
    for (const seg of dead) this.#segs.delete(seg);
    return dead;
  }

  giveBack(dead: readonly number[]): void {
    for (const seg of dead) {
      this.add(seg, 0);
      this.#dead.add(seg);
    }
  }

  /** It was never stored. */
  forget(seg: number): void {
    this.#segs.delete(seg);
    this.#dead.delete(seg);
  }

  get hasDead(): boolean {
    return this.#dead.size > 0;
  }

  /** Number and size of each segment. */
  sizes(): [number, number][] {
    return [...this.#segs].map(([seg, { size }]) => [seg, size]);
  }

  /** Bytes of all segments, and of them those that a file of the tree or a snapshot needs. */
  get total(): { bytes: number; live: number } {
    let bytes = 0;
    let live = 0;
    for (const { size, live: used, pins } of this.#segs.values()) {
      bytes += size;
      live += pins > 0 ? size : used;
    }
    return { bytes, live };
  }

  /** Segments less than half of which is needed, worst first, up to so many live bytes: worth writing anew. */
  sparse(limit: number): Set<number> {
    const found = [...this.#segs]
      .filter(([, { size, live, pins }]) => pins === 0 && live > 0 && live * 2 < size)
      .sort(([, a], [, b]) => a.live / a.size - b.live / b.size);
    const chosen = new Set<number>();
    let moved = 0;
    for (const [seg, { live }] of found) {
      if (moved + live > limit) break;
      moved += live;
      chosen.add(seg);
    }
    return chosen;
  }

  #bury(seg: number, { live, pins }: Segment): void {
    if (live <= 0 && pins <= 0) this.#dead.add(seg);
  }
}
