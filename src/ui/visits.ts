/** The places that a person was at, in order, as a value: going somewhere else forgets the places that Forward would show. */
import type { Place } from './editor/replacement.ts';
import { isWithin } from './text.ts';

/** Browsers keep 50 entries of a tab's history, so no more can be reached. */
export const VISITS_MAX = 50;

/** Where one was in a view, by the name under which the view keeps its place. */
export interface ViewPlace {
  readonly name: string;
  readonly place: Place;
}

/** What brings a person back to a place. */
export interface Visit {
  readonly pane: number;
  readonly path: string;
  readonly viewPlace?: ViewPlace | undefined;
  /** The viewer that the file was looked at with, where the person has chosen it. */
  readonly look?: string | undefined;
  /** In a directory: the entry with the cursor, and the marked ones. */
  readonly selected?: string | undefined;
  readonly marked?: readonly string[];
}

export interface NumberedVisit extends Visit {
  /** Grows from visit to visit, and names the visit in an entry of the browser's history. */
  readonly number: number;
}

export interface Visits {
  /** Their numbers grow, and follow one another without a gap. */
  readonly list: readonly NumberedVisit[];
  /** The number of the visit that is shown. */
  readonly at: number;
}

export const noVisits: Visits = { list: [], at: 0 };

/** Undefined before the first visit and after the last one. */
export const visitAt = ({ list }: Visits, number: number): NumberedVisit | undefined =>
  list.find((visit) => visit.number === number);

const isSamePlace = (a: Visit | undefined, b: Visit): boolean =>
  a !== undefined && a.pane === b.pane && a.path === b.path;

/**
 * A person went from a place to another. The place that was left is a visit of its own where it is not the current one:
 * a person may have clicked into another pane before.
 */
export function arrived(visits: Visits, from: Visit | undefined, to: Visit): Visits {
  const current = visitAt(visits, visits.at);
  const leaving = from && !isSamePlace(current, from) ? [from] : [];
  const kept = visits.list.filter(({ number }) => number <= visits.at);
  const next = (kept.at(-1)?.number ?? 0) + 1;
  const added = [...leaving, to].map((visit, index) => ({ ...visit, number: next + index }));
  const list = [...kept, ...added].slice(-VISITS_MAX);
  return { list, at: next + leaving.length };
}

/** The current visit as it is when it is left: with the place in its view. */
export const departed = (visits: Visits, now: Visit): Visits => ({
  ...visits,
  list: visits.list.map((visit) =>
    visit.number === visits.at && isSamePlace(visit, now) ? { ...visit, ...now } : visit,
  ),
});

/** What was renamed or moved is visited under its new path. */
export function renamed({ list, at }: Visits, from: string, to: string): Visits {
  const moved = (path: string): string =>
    isWithin(path, from) ? to + path.slice(from.length) : path;
  const inView = ({ name, place }: ViewPlace): ViewPlace => ({ name: moved(name), place });
  return {
    at,
    list: list.map((visit) => ({
      ...visit,
      path: moved(visit.path),
      ...(visit.viewPlace && { viewPlace: inView(visit.viewPlace) }),
      ...(visit.selected !== undefined && { selected: moved(visit.selected) }),
      ...(visit.marked && { marked: visit.marked.map(moved) }),
    })),
  };
}

/** The visits that a tab of the browser kept; none where what it kept is damaged. */
export function visitsIn(kept: unknown, at: number): Visits {
  if (!Array.isArray(kept)) return noVisits;
  const isWhole = (kept as unknown[]).every(
    (each) =>
      typeof (each as NumberedVisit | null)?.path === 'string' &&
      Number.isInteger((each as NumberedVisit).number) &&
      Number.isInteger((each as NumberedVisit).pane),
  );
  const visits = { list: kept as readonly NumberedVisit[], at };
  return isWhole && visitAt(visits, at) ? visits : noVisits;
}
