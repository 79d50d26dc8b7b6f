/** A directory as a list: one can walk it with the arrow keys. Only what shows is drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef } from 'react';
import { open, remove, rename } from '../actions.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { set, useApp } from '../store.ts';
import { joinPath, nameOf, parentPath, showName, showSize, showTime } from '../text.ts';

export function Directory({ path }: { path: string }) {
  const entries = useApp((s) => s.listings[path]);
  const selected = useApp((s) => s.selected);
  const scroller = useRef<HTMLDivElement>(null);
  const ids = useId();
  const narrow = window.matchMedia('(max-width: 760px)').matches;
  const virtual = useVirtualizer({
    count: entries?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 40 : 30),
    overscan: 12,
  });
  const index = entries?.findIndex(({ name }) => joinPath(path, name) === selected) ?? -1;
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index);
  }, [index, virtual]);
  if (!entries || entries.length === 0) {
    return (
      <div className="empty">
        <p>This directory is empty.</p>
        <p>Drop files here, or make a new one.</p>
      </div>
    );
  }
  const select = (to: number): void => {
    const entry = entries[Math.max(0, Math.min(entries.length - 1, to))];
    if (entry) set({ selected: joinPath(path, entry.name) });
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => select(index + 1),
    ArrowUp: () => select(index < 0 ? entries.length - 1 : index - 1),
    Home: () => select(0),
    End: () => select(entries.length - 1),
    PageDown: () => select(index + 15),
    PageUp: () => select(index - 15),
    Enter: () => selected && void open(selected),
    F2: () => selected && rename(selected),
    Delete: () => selected && void remove(selected),
    Backspace: () => void open(parentPath(path)),
  };
  return (
    <div
      ref={scroller}
      className="listing"
      role="listbox"
      tabIndex={0}
      aria-label={`Contents of ${showName(path)}`}
      aria-activedescendant={index >= 0 ? `${ids}-${index}` : undefined}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      }}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          if (!entry) return null;
          const full = joinPath(path, entry.name);
          return (
            <div
              key={entry.name}
              id={`${ids}-${row.index}`}
              role="option"
              tabIndex={-1}
              aria-selected={full === selected}
              aria-label={showName(nameOf(full))}
              className="row"
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onMouseDown={() => set({ selected: full })}
              onClick={() => narrow && void open(full)}
              onDoubleClick={() => void open(full)}
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
