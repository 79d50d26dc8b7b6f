/**
 * Unsaved text is kept in the browser as it is typed, and comes back after a reload or a crash. Only the page that
 * may write the files keeps it: two tabs would overwrite each other's. Whoever leaves is asked only about the rest.
 */

import { FsError } from '../../kernel/errors.ts';
import { bringDrafts, onSaving, revert, type Unsaved } from '../editing.ts';
import { toast } from '../notices.ts';
import { lookAgain, open } from '../panes.ts';
import { client, onReady } from '../session.ts';
import { type Draft, get, set, useApp } from '../store.ts';
import { explain, nameOf, showName } from '../text.ts';
import { isLive } from '../viewing.ts';
import { encode, isSame } from './encodings.ts';
import { longestCut } from './longlines.ts';

/** A text is written this long, in ms, after the first key; large ones later, so that typing stays smooth. */
const DELAY_MS = 250;
const delayOf = ({ length }: string): number => DELAY_MS + length / 4000;

/** So long, in ms, what is back is not told while files are read that may have the text by now. */
const SETTLE_MS = 2000;

interface Kept {
  readonly draft: Draft;
  /** The encoding that a person has chosen for the file. */
  readonly encoding: string | undefined;
}

/** Paths whose text has changed since it was written last. */
const due = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> | undefined;
let hasFailed = false;
let isStopped = false;

const store = () => (get().store?.state === 'read-only' ? undefined : client().drafts());

/** Keeps unsaved text from now on, and brings back what the last visit has left once the files are there. */
export function keepDrafts(): void {
  useApp.subscribe((now, before) => {
    if (now.drafts === before.drafts) return;
    const paths = new Set([...Object.keys(now.drafts), ...Object.keys(before.drafts)]);
    for (const path of paths) if (now.drafts[path] !== before.drafts[path]) schedule(path);
  });
  // Kept before its file is written, a text that comes back is never older than its file.
  onSaving((path) => {
    if (due.has(path)) void write();
  });
  // A page that is left or put aside may not come back.
  window.addEventListener('beforeunload', () => void write());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void write();
  });
  onReady(() => void restore());
}

function scheduleAll(): void {
  for (const path of Object.keys(get().drafts)) schedule(path);
}

function schedule(path: string): void {
  due.add(path);
  tellRisk();
  const draft = get().drafts[path];
  // What is saved or discarded is forgotten at once: a page that is left now would bring it back.
  if (!draft) return void write();
  timer ??= setTimeout(() => void write(), delayOf(draft.text));
}

/** Whether a person who leaves now would lose text. */
function tellRisk(): void {
  const { drafts } = get();
  const unwritten = Object.keys(drafts).some((path) => due.has(path));
  set({ draftsAtRisk: unwritten || (hasFailed && Object.keys(drafts).length > 0) });
}

/** Writes what is due, one write at a time. */
function write(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  writing = (writing ?? Promise.resolve()).then(writeDue);
  return writing;
}

async function writeDue(): Promise<void> {
  // The store is loaded only when there is text to write: a page that is being left may not get it any more.
  if (isStopped || due.size === 0) return;
  const opened = store();
  if (!opened) return;
  let failure: { readonly error: unknown } | undefined;
  for (const path of [...due]) {
    try {
      const texts = await opened;
      const draft = get().drafts[path];
      const encoding = get().encodings[path];
      if (draft) await texts.put(path, { draft, encoding } satisfies Kept);
      else await texts.remove(path);
      if (get().drafts[path] === draft) due.delete(path);
    } catch (error) {
      // A text that cannot be stored keeps no other from being stored.
      failure ??= { error };
    }
    if (isStopped) return;
  }
  if (failure) fail(failure.error);
  else hasFailed = false;
  tellRisk();
  const [next] = due;
  if (next !== undefined && !hasFailed) schedule(next);
}

function fail(error: unknown): void {
  if (!hasFailed)
    toast(`Unsaved text cannot be kept for a reload: save the files. The reason: ${why(error)}.`, {
      bad: true,
    });
  hasFailed = true;
}

/** The reason alone: what the error's code says of files is not meant here. */
const why = (error: unknown): string =>
  error instanceof FsError && error.reason ? error.reason : explain(error);

/** Brings back what the last visit has left, and begins to keep what this one has. */
async function restore(): Promise<void> {
  const opened = store();
  if (!opened) return;
  try {
    const texts = await opened;
    texts.lost = scheduleAll;
    const kept = (await texts.all()).filter(isKept);
    const known = get().drafts;
    const found = kept.filter(([path]) => !Object.hasOwn(known, path));
    if (found.length > 0) await bringBack(found);
  } catch (error) {
    toast(`The unsaved text of the last visit could not be read: ${why(error)}.`, { bad: true });
  }
  scheduleAll();
}

async function bringBack(found: readonly (readonly [string, Kept])[]): Promise<void> {
  const encodings = found.flatMap(([path, { encoding }]) =>
    encoding === undefined ? [] : [[path, encoding] as const],
  );
  const drafts: Unsaved = Object.fromEntries(
    // Another version of the page may have kept it.
    found.map(([path, { draft }]) => [path, { ...draft, longest: longestCut(draft.text) }]),
  );
  set({ encodings: { ...Object.fromEntries(encodings), ...get().encodings } });
  bringDrafts(drafts);
  await lookAgain();
  const settled = Promise.all(
    Object.entries(drafts).map(async ([path, draft]) => {
      if ((await isSaved(path, draft)) && get().drafts[path] === draft) await revert(path);
    }),
  );
  await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, SETTLE_MS))]);
  tellBack(Object.keys(drafts).filter((path) => get().drafts[path] === drafts[path]));
}

function tellBack(paths: readonly string[]): void {
  const [first] = paths;
  if (first === undefined) return;
  const what = paths.length === 1 ? showName(nameOf(first)) : `${paths.length} files`;
  toast(`The unsaved text of ${what} is back.`, {
    action: { label: 'Show', run: () => void open(first, { pinned: true }) },
  });
}

/**
 * Whether the file holds the text by now: a page that is left right after a save has no time to forget it. Files
 * that a service makes when they are read are not read for that.
 */
async function isSaved(path: string, draft: Draft): Promise<boolean> {
  const { fs } = client().oanix;
  try {
    if (isLive(await fs.stat(path))) return false;
    return isSame(await fs.readFile(path), encode(draft.text, draft.format));
  } catch {
    return false;
  }
}

/** What is in the browser may be from another version of the page. */
function isKept(each: readonly [string, unknown]): each is readonly [string, Kept] {
  const { draft, encoding } = (each[1] ?? {}) as Partial<Record<keyof Kept, unknown>>;
  const { base } = (draft ?? {}) as { base?: unknown };
  return isFileText(draft) && isFileText(base) && ['string', 'undefined'].includes(typeof encoding);
}

function isFileText(value: unknown): boolean {
  const { text, format } = (value ?? {}) as { text?: unknown; format?: unknown };
  const { encoding, mark } = (format ?? {}) as { encoding?: unknown; mark?: unknown };
  return typeof text === 'string' && typeof encoding === 'string' && typeof mark === 'boolean';
}

/** Keeps nothing from now on, since everything is being erased; returns what begins again. */
export async function stopKeepingDrafts(): Promise<() => void> {
  isStopped = true;
  await writing;
  return () => {
    isStopped = false;
    scheduleAll();
  };
}
