/** A file that find(1) has come to, and what find knows of it. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import type { Kind } from '../../kernel/service.ts';
import { list, readLink, stat, statIf, statIfThere } from '../files.ts';
import type { Host } from '../host.ts';

/** Which links are followed: none, those among the start points, or all. */
export type Follow = 'none' | 'starts' | 'all';

export interface Place {
  readonly path: string;
  /** The start point that it was found under. */
  readonly start: string;
  readonly depth: number;
}

export class Found implements Place {
  readonly path: string;
  readonly start: string;
  readonly depth: number;
  /** The stat of the file, or of what it leads to where links are followed. */
  readonly stat: NamespaceStat;
  readonly follows: boolean;
  /** The file is not descended into. */
  isPruned = false;
  readonly #host: Host;

  constructor(host: Host, place: Place, found: NamespaceStat, follows: boolean) {
    this.#host = host;
    this.path = place.path;
    this.start = place.start;
    this.depth = place.depth;
    this.stat = found;
    this.follows = follows;
  }

  get kind(): Kind {
    return this.stat.kind;
  }

  /** The last part of the path, which keeps the slashes at its end. */
  get lastPart(): string {
    return /[^/]+\/*$/.exec(this.path)?.[0] ?? '/';
  }

  get name(): string {
    return this.path.replace(/\/+$/, '').replace(/^.*\//s, '') || '/';
  }

  /** What the path has before its last slash. */
  get folder(): string {
    const at = this.path.lastIndexOf('/');
    return at < 0 ? '.' : this.path.slice(0, at);
  }

  /** Where a link leads; undefined for what is no link. */
  async target(): Promise<string | undefined> {
    return this.kind === 'symlink' ? readLink(this.#host, this.path) : undefined;
  }

  /** The other kind: of the target where links are not followed, of the link where they are. */
  async otherKind(): Promise<Kind | undefined> {
    if (!this.follows && this.kind !== 'symlink') return this.kind;
    return (await statIf(this.#host, this.path, !this.follows))?.kind;
  }

  async isEmpty(): Promise<boolean> {
    if (this.kind === 'file') return this.stat.size === 0;
    return this.kind === 'dir' && (await list(this.#host, this.path)).length === 0;
  }
}

/** A link that leads nowhere stands for itself. One that leads round in a circle is an error. */
export async function findPlace(host: Host, place: Place, follow: Follow): Promise<Found> {
  const follows = follow === 'all' || (follow === 'starts' && place.depth === 0);
  const followed = follows ? await statIfThere(host, place.path) : undefined;
  const found = followed ?? (await stat(host, place.path, false));
  return new Found(host, place, found, follows);
}
