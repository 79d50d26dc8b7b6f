/**
 * Where open files and directories stand: a path in a service, shown through one member of a mount.
 * A rename made through the kernel moves every place at or below it, in whichever namespace it was
 * opened.
 */
import type { Member, Source } from './mounts.ts';
import { isWithin, type Path } from './path.ts';

const held = new Map<Source, Set<Place>>();

export class Place {
  readonly member: Member;
  readonly directory: boolean;
  readonly #at: Path;
  /** The path in the service. */
  rest: Path;
  /** It was removed, or renamed to where its mount does not show it. */
  gone = false;

  /** `at` is the mount point in the namespace that it was opened through. */
  constructor(member: Member, at: Path, rest: Path, directory: boolean) {
    this.member = member;
    this.directory = directory;
    this.#at = at;
    this.rest = rest;
    const places = held.get(member.source) ?? new Set();
    held.set(member.source, places.add(this));
  }

  /** The path in its namespace, as of now. */
  get path(): Path {
    return [...this.#at, ...this.rest.slice(this.member.base.length)];
  }

  leave(): void {
    const places = held.get(this.member.source);
    places?.delete(this);
    if (places?.size === 0) held.delete(this.member.source);
  }

  /** A directory that was removed or replaced: what is opened under its name later is another. */
  static removed(source: Source, path: Path): void {
    for (const place of held.get(source) ?? []) {
      if (place.directory && isWithin(place.rest, path)) place.gone = true;
    }
  }

  static renamed(source: Source, from: Path, to: Path): void {
    for (const place of held.get(source) ?? []) {
      if (!isWithin(place.rest, from)) continue;
      place.rest = [...to, ...place.rest.slice(from.length)];
      place.gone ||= !isWithin(place.rest, place.member.base);
    }
  }
}
