/** The tabs and panes of the centre: what is opened where, and what it shows. The layout is kept for the next visit. */
import type { FileText } from './editor/encodings.ts';
import { longestLine } from './editor/longlines.ts';
import { isOfProcess } from './processes.ts';
import { recall, remember } from './remembered.ts';
import { onOpenPathChanged, onReady, refreshMounts, workChanged } from './session.ts';
import {
  get,
  newPane,
  type Pane,
  pane,
  paneOf,
  set,
  setPane,
  showsKind,
  type Tab,
  type View,
} from './store.ts';
import { recordVisit, renameVisits } from './tabhistory.ts';
import { isWithin, parentPath } from './text.ts';
import { ownViewFor, showsText, viewOf, whyNotShown } from './viewing.ts';

/** Side by side there is room for so many. */
const PANES_MAX = 3;
const TABS_MAX = 40;
const KEPT = 'layout';

interface Where {
  /** The tab stays when something else is opened. */
  readonly pinned?: boolean;
  readonly pane?: number;
}

/** Shows what is at a path: a directory, text, bytes, or why it cannot be shown. Back returns to what was shown before. */
export async function open(path: string, where: Where = {}): Promise<void> {
  const to = paneFor(path, where.pane ?? get().focused);
  const leaving = paneOf(get(), to);
  const isThere = leaving.path === path && leaving.tabs.some((tab) => tab.path === path);
  if (!isThere) recordVisit(leaving, to, path);
  await openAgain(path, { ...where, pane: to });
}

/** The same for a place that is in the history of the tab already. */
export async function openAgain(
  path: string,
  { pinned = false, pane: id }: Where = {},
): Promise<void> {
  const to = paneFor(path, id ?? get().focused);
  const { tabs, path: old, marked } = paneOf(get(), to);
  const stays = old === path ? marked : [];
  setPane(
    {
      tabs: withTab(tabs, path, pinned),
      path,
      view: { kind: 'loading' },
      conflict: false,
      selected: undefined,
      marked: stays,
    },
    to,
  );
  set({ sideOpen: false, focused: to });
  keepLayout();
  await show(path, to);
}

/** The directory above, with the cursor on where one was. */
export async function goUp(id = get().focused): Promise<void> {
  const { path } = paneOf(get(), id);
  if (path === '/') return;
  await open(parentPath(path), { pane: id });
  if (paneOf(get(), id).path === parentPath(path)) setPane({ selected: path, marked: [] }, id);
}

/** A panel of which there is one is shown where it is already. */
function paneFor(path: string, wanted: number): number {
  const own = ownViewFor(path);
  const there = own && get().panes.find(({ view }) => view.kind === own.kind);
  return there?.id ?? wanted;
}

/** In the place of the tab that is not pinned, or as one more. */
function withTab(tabs: readonly Tab[], path: string, pinned: boolean): readonly Tab[] {
  const there = tabs.find((tab) => tab.path === path);
  if (there)
    return pinned ? tabs.map((tab) => (tab === there ? { path, pinned: true } : tab)) : tabs;
  const tab = { path, pinned };
  const passing = tabs.findIndex((each) => !each.pinned && !isDraft(each.path));
  if (pinned || passing < 0) return [...withRoom(tabs), tab];
  return tabs.map((each, index) => (index === passing ? tab : each));
}

/** Where there are too many tabs, the oldest without unsaved text goes. */
function withRoom(tabs: readonly Tab[]): readonly Tab[] {
  if (tabs.length < TABS_MAX) return tabs;
  const oldest = tabs.findIndex((each) => !isDraft(each.path));
  return tabs.filter((_, index) => index !== oldest);
}

const isDraft = (path: string): boolean => Object.hasOwn(get().drafts, path);

/** The reading for each pane: a later one ends it. */
const readings = new Map<number, AbortController>();

/** Gives up reading a large file as text: its bytes need not be read whole. */
export function showBytes(id: number): void {
  const { view } = paneOf(get(), id);
  readings.get(id)?.abort();
  if (view.kind === 'loading' && view.size !== undefined)
    setPane({ view: { kind: 'bytes', size: view.size, version: 0 } }, id);
}

async function show(path: string, id: number): Promise<void> {
  readings.get(id)?.abort();
  const reading = new AbortController();
  readings.set(id, reading);
  const progress = (read: number, size: number): void => {
    if (paneOf(get(), id).view.kind === 'loading' && !reading.signal.aborted)
      setPane({ view: { kind: 'loading', read, size } }, id);
  };
  const view = await viewOf(path, reading.signal, progress).catch(
    async (error: unknown): Promise<View> => {
      if (reading.signal.aborted) return { kind: 'loading' };
      // A mount may tell more of it.
      void refreshMounts().catch(() => undefined);
      return { kind: 'error', message: await whyNotShown(path, error) };
    },
  );
  if (reading.signal.aborted) return;
  const now = get().panes.find((each) => each.id === id);
  if (now?.path !== path) return;
  const { view: old } = now;
  // Unsaved text stays, and with it the view that it is written in; that the file is another one is told.
  const base = get().drafts[path]?.base;
  if (base !== undefined) {
    if (showsText(view, base)) setPane({ conflict: false }, id);
    else {
      const shown = old.kind === 'text' ? old : textOf(base);
      return setPane({ conflict: true, view: shown }, id);
    }
  }
  // The same text keeps its editor, with its cursor and its history.
  if (
    old.kind === 'text' &&
    view.kind === 'text' &&
    showsText(old, view) &&
    old.readOnly === view.readOnly
  )
    return;
  setPane({ view }, id);
}

/** Where the file is gone, or no text any more, what was begun from it is still shown. */
const textOf = (base: FileText): View => ({
  kind: 'text',
  ...base,
  longest: longestLine(base.text),
  version: 0,
  readOnly: false,
});

/** What is open is read again; what a person has begun to write in it stays. */
export async function lookAgain(kind?: View['kind']): Promise<void> {
  const panes = get().panes.filter(({ view }) => kind === undefined || view.kind === kind);
  await Promise.all(panes.map(({ id, path }) => show(path, id)));
}

onOpenPathChanged((paths) => {
  for (const { id, path, view } of get().panes) {
    if (paths.length > 0 && !paths.includes(path)) continue;
    if (paths.length === 0 && view.kind === 'work') workChanged();
    else if (view.kind !== 'stream') void show(path, id);
  }
});

// Tabs

export function pinTab(path: string, id = get().focused): void {
  setPane({ tabs: withTab(paneOf(get(), id).tabs, path, true) }, id);
  keepLayout();
}

/** The last one goes with its pane; the only pane shows home again. */
export async function closeTab(path = pane().path, id = get().focused): Promise<void> {
  const { tabs, path: front } = paneOf(get(), id);
  const at = tabs.findIndex((tab) => tab.path === path);
  if (at < 0) return;
  const left = tabs.filter((_, index) => index !== at);
  if (left.length === 0 && get().panes.length > 1) return closePane(id);
  setPane({ tabs: left }, id);
  if (front !== path) return keepLayout();
  // A panel that is shown elsewhere stays there.
  const near = [...left.slice(at), ...left.slice(0, at).reverse()];
  const next = near.find((tab) => paneFor(tab.path, id) === id);
  await open(next?.path ?? '/home', { pane: id });
}

export async function stepTab(by: number): Promise<void> {
  const { tabs, path } = pane();
  const at = tabs.findIndex((tab) => tab.path === path);
  const next = tabs[(at + by + tabs.length) % tabs.length];
  if (next) await open(next.path);
}

/** Puts a tab into another pane, or before another tab of its own. */
export async function moveTab(
  path: string,
  from: number,
  to: number,
  before?: string,
): Promise<void> {
  const tab = paneOf(get(), from).tabs.find((each) => each.path === path);
  if (!tab || (from === to && before === path)) return;
  const target = paneOf(get(), to).tabs.filter((each) => each.path !== path);
  const at = target.findIndex((each) => each.path === before);
  const tabs = [...target];
  tabs.splice(at < 0 ? tabs.length : at, 0, { path, pinned: true });
  if (from !== to) await closeTab(path, from);
  setPane({ tabs }, to);
  await open(path, { pane: to });
}

/** One place to the left or right among the tabs of its pane. */
export function shiftTab(by: 1 | -1): void {
  const { tabs, path } = pane();
  const from = tabs.findIndex((tab) => tab.path === path);
  const to = from + by;
  const moved = tabs[from];
  if (!moved || to < 0 || to >= tabs.length) return;
  const left = tabs.filter((tab) => tab !== moved);
  setPane({ tabs: [...left.slice(0, to), moved, ...left.slice(to)] });
  keepLayout();
}

export async function tabToNextPane(): Promise<void> {
  const { panes, focused } = get();
  const at = panes.findIndex(({ id }) => id === focused);
  const next = panes[(at + 1) % panes.length];
  if (next) await moveTab(pane().path, focused, next.id);
}

/** What was renamed or moved keeps its tabs. */
export async function moveTabs(from: string, to: string): Promise<void> {
  renameVisits(from, to);
  const moved = (path: string): string =>
    isWithin(path, from) ? to + path.slice(from.length) : path;
  for (const { id, tabs, path } of get().panes) {
    if (tabs.some((tab) => moved(tab.path) !== tab.path))
      setPane({ tabs: tabs.map((tab) => ({ ...tab, path: moved(tab.path) })) }, id);
    if (moved(path) !== path) await openAgain(moved(path), { pane: id });
  }
  keepLayout();
}

/** Tabs of what is gone are closed; the pane in front of one shows where it was. */
export async function dropTabs(gone: string): Promise<void> {
  for (const { id, tabs, path } of get().panes) {
    setPane({ tabs: tabs.filter((tab) => !isWithin(tab.path, gone)) }, id);
    if (isWithin(path, gone)) await open(parentPath(gone), { pane: id });
  }
  keepLayout();
}

// Panes

let lastPane = 0;

/** Shows a path beside what is shown; without room in the last pane. */
export async function openBeside(path: string): Promise<void> {
  const { panes, focused } = get();
  const at = panes.findIndex((each) => each.id === focused);
  const there = panes[at + 1];
  if (there || panes.length >= PANES_MAX)
    return open(path, { pinned: true, pane: (there ?? (panes[0] as Pane)).id });
  lastPane = Math.max(lastPane, ...panes.map(({ id }) => id)) + 1;
  const shown = ownViewFor(path) && showsKind(ownViewFor(path)?.kind ?? 'dir') ? '/home' : path;
  set({ panes: [...panes, newPane(lastPane)], focused: lastPane });
  await open(shown, { pinned: true, pane: lastPane });
}

export const split = (): Promise<void> => openBeside(pane().path);

export function closePane(id = get().focused): void {
  const { panes, focused } = get();
  if (panes.length === 1) return;
  const left = panes.filter((each) => each.id !== id);
  set({ panes: left, focused: focused === id ? (left[left.length - 1] as Pane).id : focused });
  keepLayout();
}

export function focusPane(id: number): void {
  if (get().focused !== id) set({ focused: id });
}

// The layout of the last visit

/** The first visit begins with the words of welcome, later ones as the last one ended. */
onReady(() => {
  if (get().panes.some(({ tabs }) => tabs.length > 0)) return void lookAgain();
  const kept = keptLayout();
  if (kept.length === 0) {
    const known = recall('visited') !== undefined;
    remember('visited', 1);
    return void open(known ? '/home' : '/README.md');
  }
  lastPane = kept.length;
  set({ panes: kept, focused: 0 });
  void lookAgain();
});

type KeptLayout = readonly { readonly tabs: readonly Tab[]; readonly path: string }[];

function keepLayout(): void {
  const kept: KeptLayout = get().panes.map(({ tabs, path }) => ({ tabs, path }));
  remember(KEPT, kept);
}

/** Panes and tabs as they were; what is not a layout is left out. */
export function keptLayout(): readonly Pane[] {
  const kept = recall(KEPT);
  if (!Array.isArray(kept)) return [];
  return kept
    .flatMap((each: Partial<KeptLayout[number]> | null) => {
      const tabs = (Array.isArray(each?.tabs) ? each.tabs : []).filter(isTab).slice(0, TABS_MAX);
      const path = tabs.some((tab) => tab.path === each?.path) ? each?.path : tabs[0]?.path;
      return path === undefined ? [] : [{ tabs, path }];
    })
    .slice(0, PANES_MAX)
    .map(({ tabs, path }, id) => newPane(id, tabs, path));
}

const isTab = (tab: unknown): tab is Tab =>
  typeof tab === 'object' &&
  tab !== null &&
  typeof (tab as Tab).path === 'string' &&
  (tab as Tab).path.startsWith('/') &&
  // Processes count from 1 again: those of the last visit are not those of this one.
  !isOfProcess((tab as Tab).path) &&
  typeof (tab as Tab).pinned === 'boolean';

/** One pane, at home. */
export async function resetLayout(): Promise<void> {
  set({ panes: [newPane(0)], focused: 0 });
  await open('/home');
}
