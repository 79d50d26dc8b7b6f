/** The client that the UI was given, and what keeps the page's state in step with the kernel. */
import type { Oanix } from '../boot/oanix.ts';
import type { CapabilityCalls, PageEvent } from '../boot/protocol.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import { saveWhenLeft } from './leaving.ts';
import { get, type MountRow, set, showsKind, useApp, type View } from './store.ts';
import { explain, parentPath } from './text.ts';

interface KeptTexts {
  /** Called when what was kept may be deleted, from outside the page. */
  lost: () => void;
  all(): Promise<readonly (readonly [path: string, value: unknown])[]>;
  put(path: string, value: unknown): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface Client {
  readonly oanix: Oanix;
  readonly booted: Promise<void>;
  call<K extends Operation>(operation: K, args: Args<K>, signal?: AbortSignal): Promise<Result<K>>;
  on(listener: (event: PageEvent) => void): () => void;
  flush(): Promise<void>;
  /** Holds the page until everything is flushed, for `ms` at the longest; whether it is. */
  flushHere(heardMs: number, savedMs: number): boolean;
  /** Where unsaved texts are kept by path; undefined in a page that keeps nothing. */
  drafts(): Promise<KeptTexts> | undefined;
  persist(): Promise<boolean>;
  keepFolder(handle: FileSystemDirectoryHandle): Promise<string>;
  folder(id: string): Promise<FileSystemDirectoryHandle>;
  capability<K extends keyof CapabilityCalls>(
    method: K,
    ...args: Parameters<CapabilityCalls[K]>
  ): Promise<Awaited<ReturnType<CapabilityCalls[K]>>>;
  restart(safe?: boolean): Promise<void>;
  otherPages(): Promise<number>;
  erase(what: 'page' | 'all', folders?: readonly string[]): Promise<void>;
}

let given: Client | undefined;

export function client(): Client {
  if (!given) throw new Error('the UI was not given a client');
  return given;
}

export function giveClient(page: Client): void {
  given = page;
}

/** Called when the open path may have changed; set by the actions, which know how to show it. */
let reopen: (paths: readonly string[]) => void = () => undefined;
export function onOpenPathChanged(run: typeof reopen): void {
  reopen = run;
}

/** Called when the namespace is there, also that of another kernel. */
const begins: (() => void)[] = [];
export const onReady = (run: () => void): void => void begins.push(run);

export async function startSession(page: Client): Promise<void> {
  giveClient(page);
  page.on(hear);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void page.flush().catch(() => undefined);
  });
  for (const type of ['online', 'offline'])
    window.addEventListener(type, () => set({ isOnline: navigator.onLine }));
  saveWhenLeft((...limits) => page.flushHere(...limits));
  await attach();
}

let stopWatching: () => void = () => undefined;

/** Waits for the kernel, then shows its namespace and follows its changes. */
export async function attach(): Promise<void> {
  try {
    await client().booted;
  } catch (error) {
    set({ boot: 'failed', bootError: explain(error) });
    return;
  }
  stopWatching();
  try {
    stopWatching = await client().oanix.fs.watch('/', (paths) => void refresh(paths));
    await refreshMounts();
    await loadListing('/');
  } catch (error) {
    set({ boot: 'failed', bootError: explain(error) });
    return;
  }
  set({ boot: 'ready', bootError: undefined });
  for (const begin of begins) begin();
}

export async function restart(safe = false): Promise<void> {
  set({
    runs: [],
    activeRun: undefined,
    waiting: {},
    unkept: [],
    review: undefined,
    timeline: undefined,
    work: undefined,
    network: undefined,
    asked: 0,
    boot: 'starting',
    stages: [],
    bootError: undefined,
    storeFree: false,
    listings: {},
    damaged: [],
  });
  void client()
    .restart(safe)
    .catch(() => undefined);
  await attach();
}

function hear(event: PageEvent): void {
  if (event.type === 'stage') set({ stages: [...get().stages, event.stage] });
  else if (event.type === 'store') set({ store: event.state });
  else if (event.type === 'rung') set({ rung: event.rung });
  else if (event.type === 'store-free') storeFree();
  else if (event.type === 'damaged') set({ damaged: [...get().damaged, event.record] });
  else if (event.type === 'mounts') void refreshMounts();
  else if (event.type === 'review') reviewed(event);
  else if (event.type === 'snapshots') reopen([SNAPSHOTS]);
  else if (event.type === 'work') workChanged();
  else if (event.type === 'capabilities') networkChanged(event.waiting);
  else if (event.type === 'crashed') {
    set({ boot: 'crashed', bootError: event.reason, runs: [], activeRun: undefined });
  }
}

/** The tab that had the store is gone: this one has it at once, unless something would be lost by that. */
function storeFree(): void {
  const { runs, drafts, waiting } = get();
  const busy = runs.some(({ status }) => !status) || Object.keys(waiting).length > 0;
  if (busy || Object.keys(drafts).length > 0) set({ storeFree: true });
  else void restart();
}

/** What is shown of work is read again, not too often. */
const WORK_MS = 300;
let workDue = false;

export function workChanged(): void {
  if (workDue || !showsKind('work')) return;
  workDue = true;
  setTimeout(() => {
    workDue = false;
    reopen(pathsOf('work'));
  }, WORK_MS);
}

/** Where a kind of panel is shown; a path that nothing has where it is not. */
const pathsOf = (kind: View['kind']): string[] => [
  '',
  ...get()
    .panes.filter(({ view }) => view.kind === kind)
    .map(({ path }) => path),
];

/** Set by the actions of the network, which know how a question is put. */
let ask: () => void = () => undefined;
export function onQuestion(run: typeof ask): void {
  ask = run;
}

let networkDue = false;

function networkChanged(waiting: number): void {
  const { asked } = get();
  if (waiting !== asked) set({ asked: waiting });
  if (waiting > 0 || asked > 0) ask();
  if (networkDue || !showsKind('network')) return;
  networkDue = true;
  setTimeout(() => {
    networkDue = false;
    reopen(pathsOf('network'));
  }, WORK_MS);
}

const SNAPSHOTS = '/snapshots';

/** A program's changes wait to be decided, or no longer do. */
function reviewed({ pid, changes, kept }: Extract<PageEvent, { type: 'review' }>): void {
  const { [pid]: _, ...others } = get().waiting;
  set({ waiting: changes > 0 ? { ...others, [pid]: changes } : others });
  const unkept = get().unkept.filter((each) => each !== pid);
  set({ unkept: changes > 0 && !kept ? [...unkept, pid] : unkept });
  reopen([`/review/${pid}`]);
}

export async function refreshMounts(): Promise<void> {
  const { mounts } = await client().call('mounts', {});
  set({ mounts: mounts as MountRow[] });
}

let useDue = false;

/** What mounts with a limit have used, soon and not too often. */
function refreshUse(): void {
  const limited = get().mounts.some(({ members }) =>
    members.some(({ about }) => about?.limit?.bytes),
  );
  if (!limited || useDue) return;
  useDue = true;
  setTimeout(() => {
    useDue = false;
    void refreshMounts().catch(() => undefined);
  }, 500);
}

/** Directories whose listing is being read, and whether it changed again meanwhile. */
const reading = new Map<string, boolean>();

/** Reads a directory into the state; at most one read of it at a time. */
export async function loadListing(path: string): Promise<void> {
  if (reading.has(path)) {
    reading.set(path, true);
    return;
  }
  reading.set(path, false);
  try {
    const entries = await client().oanix.fs.readdir(path);
    entries.sort(
      (a, b) =>
        Number(b.kind === 'dir') - Number(a.kind === 'dir') || collator.compare(a.name, b.name),
    );
    set({ listings: { ...get().listings, [path]: entries } });
    if (isArchiveMount(path)) await refreshMounts();
  } catch {
    // Nothing to show there; asking again is left to whoever opens it.
    set({ listings: { ...get().listings, [path]: [] } });
  }
  const again = reading.get(path);
  reading.delete(path);
  if (again) await loadListing(path);
}

/** An archive knows what is wrong with it once it was listed. */
const isArchiveMount = (path: string): boolean =>
  get().mounts.some(
    ({ at, members }) => at === path && members.some(({ service }) => service.kind === 'archive'),
  );

const collator = new Intl.Collator(undefined, { numeric: true });

async function refresh(paths: readonly string[]): Promise<void> {
  const known = Object.keys(get().listings);
  const touched = new Set(paths.flatMap((path) => [path, parentPath(path)]));
  const stale = paths.length === 0 ? known : known.filter((path) => touched.has(path));
  await Promise.all(stale.map(loadListing));
  refreshUse();
  // An environment is shown whole: any of its files may be part of it.
  if (paths.some((path) => path.startsWith('/envs/'))) workChanged();
  reopen(paths);
}

/** Runs now, and again whenever a directory or the mounts have changed, until the returned stop. */
export function whileListed(dir: string, run: () => void): () => void {
  run();
  return useApp.subscribe((now, before) => {
    if (now.listings[dir] !== before.listings[dir] || now.mounts !== before.mounts) run();
  });
}
