/** Moving the cursor in a directory, and marking: what keys and the pointer do, each in its way. */
import type { RefObject } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { goUp, open } from '../panes.ts';
import { startDrag } from '../parts/drag.ts';
import { showFileMenu } from '../parts/filemenu.ts';
import { setPane } from '../store.ts';
import { joinPath } from '../text.ts';

export type Look = 'list' | 'grid' | 'columns';

/** A directory as it is drawn now. */
export interface Drawn {
  /** Of its pane. */
  readonly id: number;
  readonly path: string;
  readonly entries: readonly Entry[];
  readonly look: Look;
  /** Entries side by side. */
  readonly perRow: number;
  /** Of the entry with the cursor; -1 where none has it. */
  readonly index: number;
  readonly selected: string | undefined;
  readonly marked: readonly string[];
  /** Where marking by Shift began. */
  readonly anchor: RefObject<number>;
}

/** Rows of a page. */
const PAGE = 15;

const pathAt = ({ path, entries }: Drawn, at: number): string =>
  joinPath(path, (entries[at] as Entry).name);

const within = ({ entries }: Drawn, at: number): number =>
  Math.max(0, Math.min(entries.length - 1, at));

/** Moves the cursor; with `marks` everything from the anchor to it is marked. */
function select(drawn: Drawn, at: number, marks = false): void {
  const { id, path, entries, anchor } = drawn;
  const to = within(drawn, at);
  if (!marks) anchor.current = to;
  const [from, end] = [Math.min(anchor.current, to), Math.max(anchor.current, to)];
  const range = marks ? entries.slice(from, end + 1).map(({ name }) => joinPath(path, name)) : [];
  setPane({ selected: pathAt(drawn, to), marked: range }, id);
}

function toggle(drawn: Drawn, at: number): void {
  const { id, selected, marked } = drawn;
  const full = pathAt(drawn, within(drawn, at));
  // The cursor alone counts as chosen: marking another begins with both.
  const before =
    marked.length === 0 && selected !== undefined && selected !== full ? [selected] : marked;
  const left = before.includes(full) ? before.filter((each) => each !== full) : [...before, full];
  setPane({ selected: full, marked: left }, id);
}

/** Marks what has the cursor, or no longer, and goes on to the next. */
function markAndGoOn(drawn: Drawn): void {
  const { id, index, marked } = drawn;
  if (index < 0) {
    select(drawn, 0);
    return;
  }
  const full = pathAt(drawn, index);
  const left = marked.includes(full) ? marked.filter((each) => each !== full) : [...marked, full];
  setPane({ marked: left, selected: pathAt(drawn, within(drawn, index + 1)) }, id);
}

/** So many rows up or down; where there is no row there, not at all. */
function rowsFurther(drawn: Drawn, rows: number): number {
  const { index, perRow, entries } = drawn;
  if (index < 0) return rows > 0 ? 0 : entries.length - 1;
  const last = Math.floor((entries.length - 1) / perRow);
  const row = Math.max(0, Math.min(last, Math.floor(index / perRow) + rows));
  return row * perRow + (index % perRow);
}

type Act = (event: React.KeyboardEvent) => unknown;

/** What each key does; `menu` opens that of the entry with the cursor. */
export function keysIn(drawn: Drawn, menu: () => void): Readonly<Record<string, Act>> {
  const { id, entries, look, index, selected } = drawn;
  const to =
    (at: () => number): Act =>
    ({ shiftKey }) =>
      select(drawn, at(), shiftKey);
  return {
    ArrowDown: to(() => rowsFurther(drawn, 1)),
    ArrowUp: to(() => rowsFurther(drawn, -1)),
    PageDown: to(() => rowsFurther(drawn, PAGE)),
    PageUp: to(() => rowsFurther(drawn, -PAGE)),
    Home: to(() => 0),
    End: to(() => entries.length - 1),
    ...(look === 'grid' ? { ArrowLeft: to(() => index - 1), ArrowRight: to(() => index + 1) } : {}),
    ...(look === 'columns'
      ? {
          ArrowLeft: () => goUp(id),
          ArrowRight: () => entries[index]?.kind === 'dir' && open(pathAt(drawn, index)),
        }
      : {}),
    Enter: () => selected !== undefined && open(selected),
    ' ': () => markAndGoOn(drawn),
    Backspace: () => goUp(id),
    Escape: () => setPane({ marked: [] }, id),
    ContextMenu: menu,
    F10: ({ shiftKey }) => shiftKey && menu(),
  };
}

/** The place of the entry that an event is on. */
function entryOf({ target }: React.SyntheticEvent): number | undefined {
  const option = target instanceof Element ? target.closest<HTMLElement>('[role=option]') : null;
  return option ? Number(option.dataset['at']) : undefined;
}

/** What the pointer does; by touch one tap opens. */
export function pointerIn(drawn: Drawn, byTouch: boolean) {
  const { id, marked } = drawn;
  const isMarked = (at: number): boolean => marked.includes(pathAt(drawn, at));
  return {
    onMouseDown: (event: React.MouseEvent): void => {
      const at = entryOf(event);
      if (at === undefined || event.button !== 0) return;
      if (event.shiftKey) select(drawn, at, true);
      else if (event.ctrlKey || event.metaKey) toggle(drawn, at);
      else if (!isMarked(at)) select(drawn, at);
    },
    onClick: (event: React.MouseEvent): void => {
      const at = entryOf(event);
      if (at === undefined || event.shiftKey || event.ctrlKey || event.metaKey) return;
      if (isMarked(at)) select(drawn, at);
      if (byTouch) void open(pathAt(drawn, at));
    },
    onDoubleClick: (event: React.MouseEvent): void => {
      const at = entryOf(event);
      if (at !== undefined) void open(pathAt(drawn, at));
    },
    onContextMenu: (event: React.MouseEvent): void => {
      event.preventDefault();
      const at = entryOf(event);
      if (at === undefined) setPane({ selected: undefined, marked: [] }, id);
      else if (!isMarked(at)) select(drawn, at);
      showFileMenu(event.clientX, event.clientY, at !== undefined);
    },
    onDragStart: (event: React.DragEvent): void => {
      const at = entryOf(event);
      if (at === undefined) return;
      const taken = isMarked(at) ? marked : [pathAt(drawn, at)];
      if (!isMarked(at)) select(drawn, at);
      startDrag(event.dataTransfer, taken);
    },
  };
}
