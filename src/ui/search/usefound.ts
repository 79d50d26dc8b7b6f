/** The files that a palette finds by name while it is open: the search ends with it. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { showName } from '../text.ts';
import type { FoundSoFar } from './finder.ts';
import { searchNamespace } from './namespacenames.ts';
import { pathRow, type Row } from './rows.ts';

/** Shorter texts are in too many names. */
const TEXT_MIN = 2;
/** A person who types on does not want what they have typed so far. */
const WAIT_MS = 120;

export interface FoundRows {
  /** Paths that are not among `known`, then what can be searched further. */
  readonly rows: readonly Row[];
  readonly found: FoundSoFar;
}

export function useFound(text: string, known: readonly Row[]): FoundRows {
  const [{ finder, skipped }] = useState(searchNamespace);
  const [isEntered, setEntered] = useState(false);
  const told = useSyncExternalStore(finder.subscribe, finder.found);
  const wanted = text.startsWith('/') || text.length < TEXT_MIN ? undefined : text;
  const found = useMemo(
    () => (told.text === wanted ? told : nothingFor(told, wanted)),
    [told, wanted],
  );
  useEffect(() => {
    const due = setTimeout(() => finder.look(wanted), wanted === undefined ? 0 : WAIT_MS);
    return () => clearTimeout(due);
  }, [finder, wanted]);
  useEffect(() => () => finder.end(), [finder]);
  // The matches grow in place: what was told says when.
  const paths = useMemo(() => {
    const listed = new Set(known.map((row) => row.text));
    return found.matches.filter((path) => !listed.has(path)).map((path) => pathRow('path', path));
  }, [known, found]);
  const rows = useMemo(() => {
    const { state, matches, names } = found;
    const goOn = `The first ${count(matches.length)} found in ${count(names)} names: go on`;
    if (state === 'full') return [...paths, moreRow(goOn, () => finder.goOn())];
    if (state !== 'done' || skipped.length === 0 || isEntered) return paths;
    const enter = (): void => {
      setEntered(true);
      finder.enter(skipped);
    };
    return [...paths, moreRow(`Search in ${skipped.map(showName).join(', ')} too`, enter)];
  }, [paths, found, finder, skipped, isEntered]);
  return { rows, found };
}

/** Nothing is found yet for a text that was just typed: what was found for another one is not for it. */
const nothingFor = (told: FoundSoFar, wanted: string | undefined): FoundSoFar => ({
  ...told,
  text: wanted,
  matches: [],
  state: wanted === undefined ? 'idle' : 'searching',
});

const moreRow = (text: string, run: () => void): Row => ({ id: 'more', kind: 'more', text, run });

export const count = (number: number): string => number.toLocaleString('en');
