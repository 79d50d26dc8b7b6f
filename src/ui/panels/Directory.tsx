/** A directory as a list or a grid: walked with the arrow keys, marked with Space. Only what shows is drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { placeOf } from '../listings.ts';
import { goUp, open } from '../panes.ts';
import { startDrag, takesPaths } from '../parts/drag.ts';
import { showFileMenu } from '../parts/filemenu.ts';
import { type Pane, paneOf, set, setPane, useApp } from '../store.ts';
import { joinPath, nameOf, parentPath, showName } from '../text.ts';
import { DirectoryEntry } from './DirectoryEntry.tsx';

const PAGE = 15;

/** Width and height of an entry of the grid, in px. */
const CELL = { width: 120, height: 104 };
const MARGIN = 8;

export function Directory({
  pane: { id, path },
  look,
}: {
  pane: Pane;
  look: 'list' | 'grid' | 'columns';
}) {
  const entries = useApp((s) => s.listings[path]);
  const selected = useApp((s) => paneOf(s, id).selected);
  const marked = useApp((s) => paneOf(s, id).marked);
  const cut = useApp((s) => (s.clipboard?.how === 'move' ? s.clipboard.paths : undefined));
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const ids = useId();
  const narrow = window.matchMedia('(max-width: 760px)').matches;
  const perRow = usePerRow(scroller, look === 'grid');
  const height = look === 'grid' ? CELL.height : narrow ? 40 : 28;
  const virtual = useVirtualizer({
    count: Math.ceil((entries?.length ?? 0) / perRow),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: look === 'grid' ? 2 : 12,
  });
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);
  const index =
    entries && selected !== undefined && parentPath(selected) === path
      ? placeOf(entries, nameOf(selected))
      : -1;
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(Math.floor(index / perRow));
  }, [index, perRow, virtual]);
  const isEmpty = entries?.length === 0;
  // Whoever walks by keys goes on in what was opened.
  useEffect(() => {
    if (document.activeElement === document.body) scroller.current?.focus();
  }, []);
  if (!entries) return <div className="empty">Loading…</div>;
  if (isEmpty) {
    return (
      <div
        ref={scroller}
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
  const pathAt = (at: number): string => joinPath(path, (entries[at] as Entry).name);
  const within = (at: number): number => Math.max(0, Math.min(entries.length - 1, at));
  /** Moves the cursor; with `marks` everything from the anchor to it is marked. */
  const select = (at: number, marks = false): void => {
    const to = within(at);
    if (!marks) anchor.current = to;
    const [from, end] = [Math.min(anchor.current, to), Math.max(anchor.current, to)];
    const range = marks ? entries.slice(from, end + 1).map(({ name }) => joinPath(path, name)) : [];
    setPane({ selected: pathAt(to), marked: range }, id);
  };
  const toggle = (at: number): void => {
    const full = pathAt(within(at));
    // The cursor alone counts as chosen: marking another begins with both.
    const before =
      marked.length === 0 && selected !== undefined && selected !== full ? [selected] : marked;
    const left = before.includes(full) ? before.filter((each) => each !== full) : [...before, full];
    setPane({ selected: full, marked: left }, id);
  };
  const keys: Record<string, (event: React.KeyboardEvent) => void> = {
    ArrowDown: (event) => select(index < 0 ? 0 : index + perRow, event.shiftKey),
    ArrowUp: (event) => select(index < 0 ? entries.length - 1 : index - perRow, event.shiftKey),
    Home: (event) => select(0, event.shiftKey),
    End: (event) => select(entries.length - 1, event.shiftKey),
    PageDown: (event) => select(index + PAGE * perRow, event.shiftKey),
    PageUp: (event) => select(index - PAGE * perRow, event.shiftKey),
    Enter: () => selected && void open(selected),
    ' ': () => {
      if (index < 0) return select(0);
      const full = pathAt(index);
      const left = marked.includes(full)
        ? marked.filter((each) => each !== full)
        : [...marked, full];
      setPane({ marked: left, selected: pathAt(within(index + 1)) }, id);
    },
    Backspace: () => void goUp(id),
    ...(look === 'columns'
      ? {
          ArrowLeft: () => void goUp(id),
          ArrowRight: () => {
            if (entries[index]?.kind === 'dir') void open(pathAt(index));
          },
        }
      : {}),
    ...(look === 'grid'
      ? {
          ArrowLeft: (event) => select(index - 1, event.shiftKey),
          ArrowRight: (event) => select(index + 1, event.shiftKey),
        }
      : {}),
    Escape: () => setPane({ marked: [] }, id),
    ContextMenu: () => menuAt(index),
    F10: (event) => event.shiftKey && menuAt(index),
  };
  const menuAt = (at: number): void => {
    const row = scroller.current?.querySelector(`#${CSS.escape(`${ids}-${at}`)}`);
    const box = (row ?? scroller.current)?.getBoundingClientRect();
    if (box) showFileMenu(box.left + 40, row ? box.bottom : box.top, row !== null);
  };
  const byPointer = {
    onMouseDown: (event: React.MouseEvent): void => {
      const at = entryAt(event);
      if (at === undefined || event.button !== 0) return;
      if (event.shiftKey) select(at, true);
      else if (event.ctrlKey || event.metaKey) toggle(at);
      else if (!marked.includes(pathAt(at))) select(at);
    },
    onClick: (event: React.MouseEvent): void => {
      const at = entryAt(event);
      if (at === undefined || event.shiftKey || event.ctrlKey || event.metaKey) return;
      if (marked.includes(pathAt(at))) select(at);
      if (narrow) void open(pathAt(at));
    },
    onDoubleClick: (event: React.MouseEvent): void => {
      const at = entryAt(event);
      if (at !== undefined) void open(pathAt(at));
    },
    onContextMenu: (event: React.MouseEvent): void => {
      event.preventDefault();
      const at = entryAt(event);
      if (at === undefined) setPane({ selected: undefined, marked: [] }, id);
      else if (!marked.includes(pathAt(at))) select(at);
      showFileMenu(event.clientX, event.clientY, at !== undefined);
    },
    onDragStart: (event: React.DragEvent): void => {
      const at = entryAt(event);
      if (at === undefined) return;
      const full = pathAt(at);
      const isMarked = marked.includes(full);
      if (!isMarked) select(at);
      startDrag(event.dataTransfer, isMarked ? marked : [full]);
    },
  };
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
      {...byPointer}
      {...takesPaths(path)}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().flatMap(({ index: line, start }) =>
          entries.slice(line * perRow, (line + 1) * perRow).map((entry, column) => {
            const at = line * perRow + column;
            const full = joinPath(path, entry.name);
            const isMarked = marked.includes(full);
            return (
              <DirectoryEntry
                key={entry.name}
                id={`${ids}-${at}`}
                at={at}
                path={full}
                entry={entry}
                isCell={look === 'grid'}
                isSelected={isMarked || (marked.length === 0 && full === selected)}
                isMarked={isMarked}
                isCut={cut?.includes(full) ?? false}
                hasCursor={full === selected}
                left={look === 'grid' ? MARGIN + column * CELL.width : 0}
                top={start}
                width={look === 'grid' ? CELL.width : undefined}
                height={height}
              />
            );
          }),
        )}
      </div>
    </div>
  );
}

/** The place of the entry that an event is on. */
function entryAt({ target }: React.SyntheticEvent): number | undefined {
  const option = target instanceof Element ? target.closest<HTMLElement>('[role=option]') : null;
  return option ? Number(option.dataset['at']) : undefined;
}

/** Entries side by side: one in a list; in a grid what there is room for. */
function usePerRow(scroller: React.RefObject<HTMLElement | null>, isGrid: boolean): number {
  const [perRow, setPerRow] = useState(1);
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isGrid) return setPerRow(1);
    const measure = (): void =>
      setPerRow(Math.max(1, Math.floor((element.clientWidth - 2 * MARGIN) / CELL.width)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, isGrid]);
  return perRow;
}
