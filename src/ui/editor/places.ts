/** Where one was in each text: a tab that is shown again, a pane that is split and the next visit begin there. */
import { recall, remember } from '../remembered.ts';
import type { Place } from './replacement.ts';

const KEPT = 'places';
/** So many files are remembered. */
const PLACES_MAX = 60;

/** By path; the latest last. */
const places = new Map<string, Place>();
/** Editors that are open, each with the pane that shows it. */
const open = new Map<string, () => Place>();

const keyOf = (pane: number, path: string): string => `${pane} ${path}`;

/** Takes what the last visit has left; what is not a place is left out. */
function load(): void {
  const kept = recall(KEPT);
  if (!Array.isArray(kept)) return;
  for (const each of kept as unknown[])
    if (Array.isArray(each) && typeof each[0] === 'string' && isPlace(each[1]))
      places.set(each[0], each[1]);
}
load();

function isPlace(value: unknown): value is Place {
  const { top, anchor, head } = (value ?? {}) as Partial<Record<keyof Place, unknown>>;
  return [top, anchor, head].every((at) => Number.isInteger(at) && (at as number) >= 0);
}

/** The place in a pane, or else the latest in any. */
export const placeAt = (pane: number, path: string): Place | undefined =>
  places.get(keyOf(pane, path)) ?? open.get(path)?.() ?? places.get(path);

/** Remembers the place of an open editor when it ends; returns what ends it. */
export function keepPlace(pane: number, path: string, place: () => Place): () => void {
  open.set(path, place);
  const keep = (): void => note(pane, path, place());
  window.addEventListener('pagehide', keep);
  return () => {
    window.removeEventListener('pagehide', keep);
    if (open.get(path) === place) open.delete(path);
    keep();
  };
}

/** Nothing is remembered from now on: everything is being erased. */
export function forgetPlaces(): void {
  places.clear();
  isErased = true;
}
let isErased = false;

function note(pane: number, path: string, place: Place): void {
  if (isErased) return;
  for (const key of [keyOf(pane, path), path]) {
    places.delete(key);
    places.set(key, place);
  }
  for (const key of [...places.keys()].slice(0, -2 * PLACES_MAX)) places.delete(key);
  remember(KEPT, [...places]);
}
