/** A directory as a list or a grid: walked with the arrow keys, marked with Space. Only what shows is drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { placeOf } from '../listings.ts';
import { goUp } from '../panes.ts';
import { takesPaths } from '../parts/drag.ts';
import { showFileMenu } from '../parts/filemenu.ts';
import { topAt, useScrollPlace } from '../parts/scrollplace.ts';
import { get, type Pane, paneOf, set, useApp } from '../store.ts';
import { joinPath, nameOf, parentPath, showName } from '../text.ts';
import { DirectoryEntry } from './DirectoryEntry.tsx';
import { keysIn, type Look, pointerIn } from './directorywalk.ts';

/** The least width and the height of an entry of the grid, in px. */
const CELL = { width: 108, height: 104 };
const MARGIN = 8;

export function Directory({ pane: { id, path }, look }: { pane: Pane; look: Look }) {
  const entries = useApp((s) => s.listings[path]);
  if (!entries) return <div className="empty">Loading…</div>;
  if (entries.length === 0) return <Empty id={id} path={path} />;
  return <Listing id={id} path={path} entries={entries} look={look} />;
}

/**
 * Whoever walks by keys goes on in what was opened, and where what had the focus is gone. A pane beside never takes the
 * focus: its files may change at any time.
 */
function useFocusFromNowhere(
  id: number,
  element: RefObject<HTMLElement | null>,
  entries: readonly Entry[],
): void {
  useEffect(() => {
    if (entries && get().focused === id && document.activeElement === document.body)
      element.current?.focus();
  }, [id, element, entries]);
}

const NOTHING: readonly Entry[] = [];

function Empty({ id, path }: { id: number; path: string }) {
  const box = useRef<HTMLDivElement>(null);
  useFocusFromNowhere(id, box, NOTHING);
  return (
    <div
      ref={box}
      className="empty listing"
      role="listbox"
      aria-label={`${showName(path)} is empty`}
      tabIndex={0}
      data-region="files"
      onKeyDown={(event) => {
        if (event.key === 'Backspace') void goUp(id);
      }}
      {...takesPaths(path)}
    >
      <p>This directory is empty.</p>
      <p>Drop files here, or make a new one.</p>
    </div>
  );
}

function Listing({
  id,
  path,
  entries,
  look,
}: {
  id: number;
  path: string;
  entries: readonly Entry[];
  look: Look;
}) {
  const selected = useApp((s) => paneOf(s, id).selected);
  const marked = useApp((s) => paneOf(s, id).marked);
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const ids = useId();
  const narrow = window.matchMedia('(max-width: 760px)').matches;
  const { perRow, width } = useRow(scroller, look === 'grid');
  const index =
    selected !== undefined && parentPath(selected) === path
      ? placeOf(entries, nameOf(selected))
      : -1;
  const height = look === 'grid' ? CELL.height : narrow ? 40 : 28;
  const name = `${path}//${look}`;
  const virtual = useLines(scroller, Math.ceil(entries.length / perRow), height, () =>
    topAt(id, name),
  );
  useScrollPlace(scroller, id, name);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(Math.floor(index / perRow));
  }, [index, perRow, virtual]);
  useFocusFromNowhere(id, scroller, entries);
  const drawn = { id, path, entries, look, perRow, index, selected, marked, anchor };
  const keys = keysIn(drawn, () => {
    const row = scroller.current?.querySelector(`#${CSS.escape(`${ids}-${index}`)}`);
    const box = (row ?? scroller.current)?.getBoundingClientRect();
    if (box) showFileMenu(box.left + 40, row ? box.bottom : box.top, row !== null);
  });
  return (
    <div
      ref={scroller}
      className="listing"
      role="listbox"
      tabIndex={0}
      data-region="files"
      aria-label={`Contents of ${showName(path)}`}
      aria-multiselectable
      aria-activedescendant={index >= 0 ? `${ids}-${index}` : undefined}
      onFocus={() => set({ treeCursor: undefined })}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.shiftKey && !/^(Arrow|Home|End|Page|F10)/.test(event.key)) return;
        event.preventDefault();
        act(event);
      }}
      {...pointerIn(drawn, narrow)}
      {...takesPaths(path)}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index: line, start }) => (
          <Line
            key={line}
            ids={ids}
            path={path}
            entries={entries.slice(line * perRow, (line + 1) * perRow)}
            from={line * perRow}
            top={start}
            width={width}
            height={height}
            selected={selected}
            marked={marked}
          />
        ))}
      </div>
    </div>
  );
}

/** The entries side by side: one in a list. */
function Line({
  ids,
  path,
  entries,
  from,
  top,
  width,
  height,
  selected,
  marked,
}: {
  ids: string;
  path: string;
  entries: readonly Entry[];
  /** The place of the first in the directory. */
  from: number;
  /** In px. */
  top: number;
  /** Of an entry of the grid; a list has none. */
  width: number | undefined;
  height: number;
  selected: string | undefined;
  marked: readonly string[];
}) {
  const cut = useApp((s) => (s.clipboard?.how === 'move' ? s.clipboard.paths : undefined));
  return entries.map((entry, column) => {
    const full = joinPath(path, entry.name);
    const isMarked = marked.includes(full);
    return (
      <DirectoryEntry
        key={entry.name}
        id={`${ids}-${from + column}`}
        at={from + column}
        path={full}
        entry={entry}
        isCell={width !== undefined}
        isSelected={isMarked || (marked.length === 0 && full === selected)}
        isMarked={isMarked}
        isCut={cut?.includes(full) ?? false}
        hasCursor={full === selected}
        left={width === undefined ? 0 : MARGIN + column * width}
        top={top}
        width={width}
        height={height}
      />
    );
  });
}

function useLines(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  initialOffset: () => number,
) {
  const virtual = useVirtualizer({
    count,
    initialOffset,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: height === CELL.height ? 2 : 12,
  });
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);
  return virtual;
}

interface RowOfEntries {
  readonly perRow: number;
  readonly width: number | undefined;
}
const listRow: RowOfEntries = { perRow: 1, width: undefined };

/** Entries side by side: one in a list; in a grid as many as there is room for, which share the whole width. */
function useRow(scroller: RefObject<HTMLElement | null>, isGrid: boolean): RowOfEntries {
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isGrid) return;
    const measure = (): void => setRoom(element.clientWidth - 2 * MARGIN);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, isGrid]);
  if (!isGrid) return listRow;
  const perRow = Math.max(1, Math.floor(room / CELL.width));
  return { perRow, width: Math.max(CELL.width, Math.floor(room / perRow)) };
}
