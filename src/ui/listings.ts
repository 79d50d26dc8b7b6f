/** Entries of directories by their names, found at once however many there are. */
import type { Entry } from '../kernel/service.ts';

const places = new WeakMap<readonly Entry[], ReadonlyMap<string, number>>();

/** Where a name stands in a listing, from 0; -1 where it is not in it. */
export function placeOf(entries: readonly Entry[], name: string): number {
  let known = places.get(entries);
  if (!known) {
    known = new Map(entries.map((entry, at) => [entry.name, at]));
    places.set(entries, known);
  }
  return known.get(name) ?? -1;
}
