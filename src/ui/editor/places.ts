/**
 * Where one was in each view: a tab that is shown again, a pane that is split and the next visit begin there. A text
 * keeps its place under its path, another view under its path and its kind.
 */
import { recall, remember } from '../remembered.ts';
import type { ViewPlace } from '../visits.ts';
import type { Place } from './replacement.ts';

/** A view that is shown: where one is in it, and the way to another place. */
export interface PlacedView {
  place(): Place;
  goTo(place: Place): void;
}

const KEPT = 'places';
/** So many views are remembered. */
const PLACES_MAX = 100;

/** By name; the latest last. */
const places = new Map<string, Place>();
/** The views that are shown: by their names, and by their panes. */
const open = new Map<string, PlacedView>();
const inPanes = new Map<number, { readonly name: string; readonly view: PlacedView }>();

const keyOf = (pane: number, name: string): string => `${pane} ${name}`;

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
export const placeAt = (pane: number, name: string): Place | undefined =>
  places.get(keyOf(pane, name)) ?? open.get(name)?.place() ?? places.get(name);

/** Remembers the place of a view that is shown when it ends; returns what ends it. */
export function keepPlace(pane: number, name: string, view: PlacedView): () => void {
  open.set(name, view);
  inPanes.set(pane, { name, view });
  const keep = (): void => notePlace(pane, name, view.place());
  window.addEventListener('pagehide', keep);
  return () => {
    window.removeEventListener('pagehide', keep);
    if (open.get(name) === view) open.delete(name);
    if (inPanes.get(pane)?.view === view) inPanes.delete(pane);
    keep();
  };
}

/** Where one is in the view of a pane; undefined where the view keeps no place. */
export function shownPlace(pane: number): ViewPlace | undefined {
  const shown = inPanes.get(pane);
  return shown && { name: shown.name, place: shown.view.place() };
}

/** Goes to a place in the view of a pane, or lets the view begin there once it is shown. */
export function returnToPlace(pane: number, { name, place }: ViewPlace): void {
  const shown = inPanes.get(pane);
  if (shown?.name === name) shown.view.goTo(place);
  else notePlace(pane, name, place);
}

/** Nothing is remembered from now on: everything is being erased. */
export function forgetPlaces(): void {
  places.clear();
  isErased = true;
}
let isErased = false;

function notePlace(pane: number, name: string, place: Place): void {
  if (isErased) return;
  for (const key of [keyOf(pane, name), name]) {
    places.delete(key);
    places.set(key, place);
  }
  for (const key of [...places.keys()].slice(0, -2 * PLACES_MAX)) places.delete(key);
  remember(KEPT, [...places]);
}
