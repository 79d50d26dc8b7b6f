/** The palette: commands, mounts and paths, by a few letters of them. A combobox with its list (ARIA APG). */
import uFuzzy from '@leeoniya/ufuzzy';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { showKeys } from '../commands/keys.ts';
import { commands, isAvailable, keysOf, perform, titleOf } from '../commands/table.ts';
import { open } from '../panes.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { loadListing } from '../session.ts';
import { type AppState, get, useApp } from '../store.ts';
import { joinPath, parentPath, showName } from '../text.ts';
import { useClose } from './dialogid.ts';

interface Row {
  readonly id: string;
  readonly kind: 'command' | 'mount' | 'path';
  readonly text: string;
  readonly keys?: string;
  run(): void;
}

type Listings = AppState['listings'];

const SHOWN_MAX = 60;
/** Names of a large directory that are searched. */
const NAMES_MAX = 20_000;
const fuzzy = new uFuzzy({ intraMode: 1 });

/** What was chosen last comes first, while nothing is typed. */
let recent: readonly string[] = [];
function remember(id: string): void {
  recent = [id, ...recent.filter((each) => each !== id)].slice(0, 5);
}

function commandRows(): Row[] {
  return commands
    .filter((each) => isAvailable(each) && each.id !== 'palette.open')
    .map((command) => ({
      id: command.id,
      kind: 'command' as const,
      text: titleOf(command),
      keys: keysOf(command),
      run: () => perform(command.id),
    }));
}

const pathRow = (kind: 'mount' | 'path', path: string): Row => ({
  id: `${kind} ${path}`,
  kind,
  text: path,
  run: () => void open(path),
});

/** Below the directory that is typed, else everything that was looked at. */
function pathRows(text: string, listings: Listings): Row[] {
  const dirs = text.startsWith('/')
    ? [text.endsWith('/') ? text.slice(0, -1) || '/' : parentPath(text)]
    : Object.keys(listings);
  const rows: Row[] = [];
  for (const dir of dirs)
    for (const { name } of listings[dir] ?? []) {
      if (rows.length === NAMES_MAX) return rows;
      rows.push(pathRow('path', joinPath(dir, name)));
    }
  return rows;
}

function search(text: string, listings: Listings): readonly Row[] {
  const mounts = get().mounts.map(({ at }) => pathRow('mount', at));
  const isPath = text.startsWith('/');
  if (text === '') {
    const all = commandRows();
    const before = recent.flatMap((id) => all.find((row) => row.id === id) ?? []);
    return [...before, ...all.filter((row) => !before.includes(row))];
  }
  const rows = isPath
    ? [...mounts, ...pathRows(text, listings)]
    : [...commandRows(), ...mounts, ...pathRows('', listings)];
  const haystack = rows.map((row) => row.text);
  const [found, info, order] = fuzzy.search(haystack, text, 1, 1000);
  const best = order && info ? order.map((at) => info.idx[at] as number) : (found ?? []);
  const seen = new Set<string>();
  return best
    .map((at) => rows[at] as Row)
    .filter((row) => (row.kind === 'command' ? true : !seen.has(row.text) && seen.add(row.text)))
    .slice(0, SHOWN_MAX);
}

export function Palette({ text: initial }: { text: string }) {
  const close = useClose();
  const [text, setText] = useState(initial);
  const [at, setAt] = useState(0);
  const listings = useApp((s) => s.listings);
  const list = useRef<HTMLDivElement>(null);
  const ids = useId();
  const rows = useMemo(() => search(text.trim(), listings), [text, listings]);
  const chosen = Math.min(at, rows.length - 1);
  useEffect(() => {
    if (!text.startsWith('/')) return;
    const dir = text.endsWith('/') ? text.slice(0, -1) || '/' : parentPath(text);
    if (!get().listings[dir]) void loadListing(dir);
  }, [text]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });
  const take = (row: Row | undefined): void => {
    close();
    if (!row && text.startsWith('/')) return void open(text);
    if (!row) return;
    if (row.kind === 'command') remember(row.id);
    row.run();
  };
  const move = (to: number): void => setAt(Math.max(0, Math.min(rows.length - 1, to)));
  const keys: Record<string, () => void> = {
    ArrowDown: () => setAt((chosen + 1) % rows.length),
    ArrowUp: () => setAt((chosen - 1 + rows.length) % rows.length),
    PageDown: () => move(chosen + 10),
    PageUp: () => move(chosen - 10),
    Enter: () => take(rows[chosen]),
    Tab: () => {
      const row = rows[chosen];
      if (row && row.kind !== 'command') setText(`${row.text}/`);
    },
  };
  return (
    <Dialog title="Search commands, paths and mounts" className="palette" onClose={close}>
      <input
        className="input"
        role="combobox"
        aria-label="Search commands, paths and mounts"
        aria-expanded="true"
        aria-controls={`${ids}-list`}
        aria-activedescendant={rows.length > 0 ? `${ids}-${chosen}` : undefined}
        placeholder="A command, a mount, or a path"
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
      <div ref={list} id={`${ids}-list`} role="listbox" aria-label="Found" className="found">
        {rows.map((row, index) => (
          <div
            key={row.id}
            id={`${ids}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className="found-row"
            onMouseMove={() => setAt(index)}
            onClick={() => take(row)}
            onKeyDown={() => undefined}
          >
            <span className={row.kind === 'command' ? '' : 'mono'}>{showName(row.text)}</span>
            {row.kind === 'command' ? (
              row.keys && <kbd>{showKeys(row.keys)}</kbd>
            ) : (
              <span className="quiet">{row.kind}</span>
            )}
          </div>
        ))}
      </div>
      {rows.length === 0 && <p className="quiet">Nothing is called that. Enter opens a path.</p>}
    </Dialog>
  );
}
