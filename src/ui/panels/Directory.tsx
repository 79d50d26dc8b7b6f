/** A directory as a list: walked with the arrow keys, marked with Space. Only what shows is drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { goUp, open } from '../panes.ts';
import { startDrag, takesPaths } from '../parts/drag.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { showFileMenu } from '../parts/filemenu.ts';
import { type Pane, paneOf, set, setPane, useApp } from '../store.ts';
import { joinPath, showName, showSize, showTime } from '../text.ts';

const PAGE = 15;

export function Directory({
  pane: { id, path },
  inColumns = false,
}: {
  pane: Pane;
  inColumns?: boolean;
}) {
  const entries = useApp((s) => s.listings[path]);
  const selected = useApp((s) => paneOf(s, id).selected);
  const marked = useApp((s) => paneOf(s, id).marked);
  const cut = useApp((s) => (s.clipboard?.how === 'move' ? s.clipboard.paths : undefined));
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const ids = useId();
  const narrow = window.matchMedia('(max-width: 760px)').matches;
  const virtual = useVirtualizer({
    count: entries?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 40 : 28),
    overscan: 12,
  });
  const index = entries?.findIndex(({ name }) => joinPath(path, name) === selected) ?? -1;
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index);
  }, [index, virtual]);
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
    ArrowDown: (event) => select(index + 1, event.shiftKey),
    ArrowUp: (event) => select(index < 0 ? entries.length - 1 : index - 1, event.shiftKey),
    Home: (event) => select(0, event.shiftKey),
    End: (event) => select(entries.length - 1, event.shiftKey),
    PageDown: (event) => select(index + PAGE, event.shiftKey),
    PageUp: (event) => select(index - PAGE, event.shiftKey),
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
    ...(inColumns
      ? {
          ArrowLeft: () => void goUp(id),
          ArrowRight: () => {
            if (entries[index]?.kind === 'dir') void open(pathAt(index));
          },
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
      onContextMenu={(event) => {
        event.preventDefault();
        setPane({ selected: undefined, marked: [] }, id);
        showFileMenu(event.clientX, event.clientY, false);
      }}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.shiftKey && !/^(Arrow|Home|End|Page|F10)/.test(event.key)) return;
        event.preventDefault();
        act(event);
      }}
      {...takesPaths(path)}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          if (!entry) return null;
          const full = joinPath(path, entry.name);
          const isMarked = marked.includes(full);
          const classes = ['row', isMarked && 'marked', cut?.includes(full) && 'cut'];
          return (
            <div
              key={entry.name}
              id={`${ids}-${row.index}`}
              role="option"
              tabIndex={-1}
              aria-selected={isMarked || (marked.length === 0 && full === selected)}
              aria-label={showName(entry.name)}
              className={[...classes, full === selected && 'cursor'].filter(Boolean).join(' ')}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              draggable
              onDragStart={(event) => {
                if (!isMarked) select(row.index);
                startDrag(event.dataTransfer, isMarked ? marked : [full]);
              }}
              {...(entry.kind === 'dir' ? takesPaths(full) : {})}
              onMouseDown={(event) => {
                if (event.button !== 0) return;
                if (event.shiftKey) select(row.index, true);
                else if (event.ctrlKey || event.metaKey) toggle(row.index);
                else if (!isMarked) select(row.index);
              }}
              onClick={(event) => {
                if (event.shiftKey || event.ctrlKey || event.metaKey) return;
                if (isMarked) select(row.index);
                if (narrow) void open(full);
              }}
              onDoubleClick={() => void open(full)}
              onContextMenu={(event) => {
                event.preventDefault();
                event.stopPropagation();
                if (!isMarked) select(row.index);
                showFileMenu(event.clientX, event.clientY, true);
              }}
              onKeyDown={() => undefined}
            >
              <FileIcon name={entry.name} kind={entry.kind} />
              <span className="name">{showName(entry.name)}</span>
              <span className="quiet">
                {entry.kind === 'file' && entry.stat ? showSize(entry.stat.size) : ''}
              </span>
              <span className="quiet when">{entry.stat ? showTime(entry.stat.mtime) : ''}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
