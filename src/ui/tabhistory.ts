/**
 * The history of the places in this tab. Each visit has an entry in the browser's history, which holds the number of the
 * visit and no path: browsers keep and synchronise addresses, and the names of files are nobody else's. An embedded page
 * has no entries: the Back button belongs to the page around it.
 */
import { returnToPlace, shownPlace } from './editor/places.ts';
import { isEmbedded } from './embed.ts';
import { forgetInTab, recallInTab, rememberInTab } from './remembered.ts';
import { get, type Pane, set } from './store.ts';
import {
  arrived,
  departed,
  type NumberedVisit,
  noVisits,
  renamed,
  type Visit,
  type Visits,
  visitAt,
  visitsIn,
} from './visits.ts';

const KEPT = 'visits';

/** The number of the visit in the browser's current entry; undefined where the entry is not one of ours. */
const numberIn = (state: unknown): number | undefined => {
  const number = (state as { visit?: unknown } | null)?.visit;
  return Number.isInteger(number) ? (number as number) : undefined;
};

let visits: Visits = isEmbedded
  ? noVisits
  : visitsIn(recallInTab(KEPT), numberIn(globalThis.history?.state) ?? 0);
publish();

export const shownVisit = (): number => visits.at;
export const visitOf = (number: number): NumberedVisit | undefined => visitAt(visits, number);

function put(next: Visits): void {
  visits = next;
  publish();
  // Marks may be as many as a directory has entries: they come back until the next reload.
  rememberInTab(
    KEPT,
    visits.list.map(({ marked: _, ...kept }) => kept),
  );
}

function publish(): void {
  set({
    backTo: visitAt(visits, visits.at - 1)?.path,
    forwardTo: visitAt(visits, visits.at + 1)?.path,
  });
}

/** A pane as a visit; undefined before anything was opened in it. */
function visitIn({ id, path, tabs, selected, marked }: Pane): Visit | undefined {
  if (!tabs.some((tab) => tab.path === path)) return undefined;
  return { pane: id, path, look: get().looks[path], viewPlace: shownPlace(id), selected, marked };
}

/** Records that a path is opened in the place of what a pane shows. */
export function recordVisit(leaving: Pane, pane: number, path: string): void {
  const from = visitIn(leaving);
  if (from) put(departed(visits, from));
  const before = visits;
  put(arrived(visits, from, { pane, path }));
  if (isEmbedded) return;
  // The place that was left and this one: an entry that is not ours becomes the first of them.
  const first = before.list.length === 0 ? 1 : before.at + 1;
  for (let number = first; number <= visits.at; number++) enter(number);
}

function enter(number: number): void {
  const state = { visit: number };
  if (numberIn(history.state) === undefined) history.replaceState(state, '');
  else history.pushState(state, '');
}

/** Keeps the place in the view that is left by going back or forward. */
export function recordDeparture(shown: Pane): void {
  const now = visitIn(shown);
  if (now) put(departed(visits, now));
}

/** From now on this visit is the current one. */
export const moveTo = (number: number): void => put({ ...visits, at: number });

/** The place in its view where a visit was left. */
export function restorePlace({ viewPlace }: Visit, pane: number): void {
  if (viewPlace) returnToPlace(pane, viewPlace);
}

export const renameVisits = (from: string, to: string): void => put(renamed(visits, from, to));

export function forgetVisits(): void {
  visits = noVisits;
  forgetInTab(KEPT);
  publish();
}

/** The number of the visit in an entry of the browser's history that was reached. */
export const visitReached = ({ state }: PopStateEvent): number | undefined => numberIn(state);
