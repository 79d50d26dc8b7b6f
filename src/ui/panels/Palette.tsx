/** The palette: commands, mounts, paths, and files by name. A combobox with its list (ARIA APG); only what shows is drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { showKeys } from '../commands/keys.ts';
import { open } from '../panes.ts';
import { Dialog } from '../parts/Dialog.tsx';
import type { FoundSoFar } from '../search/finder.ts';
import { type Row, rememberCommand, rowsFor, typedDirectory } from '../search/rows.ts';
import { count, useFound } from '../search/usefound.ts';
import { loadListing } from '../session.ts';
import { get, useApp } from '../store.ts';
import { showName } from '../text.ts';
import { useClose } from './dialogid.ts';

/** Rows of a page of the list. */
const PAGE = 10;
const ROW_PX = 32;

export function Palette({ text: initial }: { text: string }) {
  const closeDialog = useClose();
  const [text, setText] = useState(initial);
  const [at, setAt] = useState(0);
  const listings = useApp((s) => s.listings);
  const scroller = useRef<HTMLDivElement>(null);
  const ids = useId();
  const known = useMemo(() => rowsFor(text.trim(), listings), [text, listings]);
  const { rows: others, found } = useFound(text.trim(), known);
  const rows = useMemo(() => [...known, ...others], [known, others]);
  const chosen = Math.min(at, rows.length - 1);
  const virtual = useRows(scroller, rows.length, chosen);
  useEffect(() => {
    if (!text.startsWith('/')) return;
    const dir = typedDirectory(text);
    if (!get().listings[dir]) void loadListing(dir);
  }, [text]);
  const take = (row: Row | undefined): void => {
    // A name that is still searched for may yet be found.
    if (!row && found.state === 'searching') return;
    // What searches further goes on in the open palette. Everything else runs when the palette has given the focus back.
    if (row?.kind !== 'more') flushSync(closeDialog);
    if (!row && text.startsWith('/')) void open(text);
    if (!row) return;
    if (row.kind === 'command') rememberCommand(row.id);
    row.run();
  };
  const move = (to: number): void => setAt(Math.max(0, Math.min(rows.length - 1, to)));
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(chosen + 1 < rows.length ? chosen + 1 : 0),
    ArrowUp: () => move(chosen > 0 ? chosen - 1 : rows.length - 1),
    PageDown: () => move(chosen + PAGE),
    PageUp: () => move(chosen - PAGE),
    Enter: () => take(rows[chosen]),
    Tab: () => {
      const row = rows[chosen];
      if (row?.kind === 'path' || row?.kind === 'mount') setText(`${row.text}/`);
    },
  };
  return (
    <Dialog title="Search commands, paths and mounts" className="palette" onClose={closeDialog}>
      <input
        className="input"
        role="combobox"
        aria-label="Search commands, paths and mounts"
        aria-expanded="true"
        aria-controls={`${ids}-list`}
        aria-activedescendant={rows.length > 0 ? `${ids}-${chosen}` : undefined}
        placeholder="A command, a mount, or a file"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (!act || event.nativeEvent.isComposing) return;
          event.preventDefault();
          act();
        }}
      />
      <div ref={scroller} id={`${ids}-list`} role="listbox" aria-label="Found" className="found">
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <FoundRow
              key={index}
              id={`${ids}-${index}`}
              row={rows[index] as Row}
              place={[index, rows.length]}
              top={start}
              isChosen={index === chosen}
              onPoint={() => setAt(index)}
              onTake={() => take(rows[index])}
            />
          ))}
        </div>
      </div>
      <Search
        found={found}
        isEmpty={known.length + found.matches.length === 0}
        isPath={text.startsWith('/')}
      />
    </Dialog>
  );
}

function useRows(scroller: RefObject<HTMLElement | null>, length: number, chosen: number) {
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen);
  }, [chosen, virtual]);
  return virtual;
}

function FoundRow({
  id,
  row,
  place: [index, length],
  top,
  isChosen,
  onPoint,
  onTake,
}: {
  id: string;
  row: Row;
  place: readonly [index: number, length: number];
  top: number;
  isChosen: boolean;
  onPoint: () => void;
  onTake: () => void;
}) {
  const isPath = row.kind === 'path' || row.kind === 'mount';
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-posinset={index + 1}
      aria-setsize={length}
      className="found-row"
      style={{ transform: `translateY(${top}px)` }}
      // A cut path is drawn in two parts: its name is one all the same.
      {...(isPath
        ? { title: showName(row.text), 'aria-label': `${showName(row.text)} ${row.kind}` }
        : {})}
      onMouseMove={onPoint}
      onClick={onTake}
      onKeyDown={() => undefined}
    >
      {isPath ? <CutPath path={row.text} /> : <span>{row.text}</span>}
      {row.keys && <kbd>{showKeys(row.keys)}</kbd>}
      {isPath && <span className="quiet">{row.kind}</span>}
    </div>
  );
}

/** A path in one line. Where room is short, the directories are cut first: the name tells which file it is. */
function CutPath({ path }: { path: string }) {
  const name = path.lastIndexOf('/') + 1;
  return (
    <span className="cut-path mono">
      {name > 1 && <span>{showName(path.slice(0, name))}</span>}
      <span>{showName(name > 1 ? path.slice(name) : path)}</span>
    </span>
  );
}

/** How far the search for files is, and what it could not read. */
function Search({
  found,
  isEmpty,
  isPath,
}: {
  found: FoundSoFar;
  isEmpty: boolean;
  isPath: boolean;
}) {
  const { state, names, unread } = found;
  const [first] = unread;
  return (
    <>
      <p className="quiet" role="status">
        {state === 'searching' && `Searching: ${count(names)} names so far. Escape stops.`}
        {state === 'full' && `Stopped at ${count(names)} names.`}
        {state === 'done' && isEmpty && 'Nothing is called that. '}
        {state === 'done' && `${count(names)} names were searched.`}
        {isPath && isEmpty && 'Nothing is called that. Enter opens a path.'}
      </p>
      {first && state !== 'idle' && (
        <p className="warn" role="note">
          {unread.length === 1
            ? 'One directory could not be read'
            : `${count(unread.length)} directories could not be read`}
          : {showName(first.path)} ({first.reason})
        </p>
      )}
    </>
  );
}
