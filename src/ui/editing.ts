/** Unsaved text: it lives in the state by path, is saved at a person's word, and never lost on the way. */
import { Turns } from '../kernel/turns.ts';
import { confirm } from './dialogs.ts';
import {
  detectText,
  encode,
  type FileText,
  formatName,
  isSame,
  type TextFormat,
  Unencodable,
  utf8,
} from './editor/encodings.ts';
import { longestCut, longestLine } from './editor/longlines.ts';
import { attempt, declined, type Undone } from './notices.ts';
import { lookAgain, pinTab } from './panes.ts';
import { client } from './session.ts';
import { type Draft, get, pane, set, type View } from './store.ts';
import { isWithin, showName } from './text.ts';
import { showsText } from './viewing.ts';

export const isDirty = (path: string): boolean => Object.hasOwn(get().drafts, path);

/** The text that is shown for a path, saved or not. */
export const shownText = (path: string): FileText | undefined =>
  get().drafts[path] ?? textViewOf(path);

function textViewOf(path: string): Extract<View, { kind: 'text' }> | undefined {
  for (const { path: shown, view } of get().panes)
    if (shown === path && view.kind === 'text') return view;
  return undefined;
}

/** Changes every pane that shows a path. */
function setShown(path: string, change: { conflict: false; saved?: FileText }): void {
  set({
    panes: get().panes.map((each) => {
      if (each.path !== path) return each;
      const { view } = each;
      const { conflict, saved } = change;
      if (saved === undefined || view.kind !== 'text') return { ...each, conflict };
      const { text, format } = saved;
      return { ...each, conflict, view: { ...view, text, format, longest: longestLine(text) } };
    }),
  });
}

function setDraft(path: string, draft: Draft): void {
  set({ drafts: { ...get().drafts, [path]: draft } });
}

function dropDraft(path: string): void {
  const { [path]: _, ...drafts } = get().drafts;
  set({ drafts });
}

/** Whether the file is another one than when its unsaved text was begun; one that is gone is. */
async function hasChanged(path: string, { base }: Draft): Promise<boolean> {
  const now = await client()
    .oanix.fs.readFile(path)
    .catch(() => undefined);
  return now === undefined || !isSame(now, encode(base.text, base.format));
}

/** Takes over what a person has typed. */
export const edit = (path: string, text: string): void => change(path, { text });

/** Takes over a text with a line that is too long for the editor: it is shown cut, and the change can be undone there. */
export function editCut(path: string, text: string): void {
  const beforeLongLine = shownText(path)?.text;
  change(path, { text });
  const draft = get().drafts[path];
  if (draft && beforeLongLine !== undefined) setDraft(path, { ...draft, beforeLongLine });
}

export function undoLongLine(path: string): void {
  const before = get().drafts[path]?.beforeLongLine;
  if (before !== undefined) edit(path, before);
}

/** Has the text saved in another format from now on. */
export const setFormat = (path: string, format: TextFormat): void => change(path, { format });

function change(path: string, to: Partial<FileText>): void {
  const view = textViewOf(path);
  const old = get().drafts[path];
  const now = old ?? view;
  if (!now) return;
  const { text = now.text, format = now.format } = to;
  if (view && showsText(view, { text, format })) {
    dropDraft(path);
    setShown(path, { conflict: false });
    return;
  }
  const base = old?.base ?? { text: now.text, format: now.format };
  setDraft(path, { text, format, base, longest: longestCut(text) });
  // What one works on stays open.
  if (!old) for (const { id, path: shown } of get().panes) if (shown === path) pinTab(path, id);
}

/** Called before the unsaved text of a file is written to the file. */
let saving: (path: string) => void = () => undefined;
export const onSaving = (run: typeof saving): void => {
  saving = run;
};

/** Saves of one file run in turn: a second one, which would find another file than its text was begun from, has nothing left to save. */
const saves = new Turns();

export const save = (path = pane().path): Promise<Undone | undefined> =>
  saves.run(path, () => saveNow(path));

async function saveNow(path: string): Promise<Undone | undefined> {
  const draft = get().drafts[path];
  if (draft === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = encode(draft.text, draft.format);
  } catch (error) {
    return refused(path, draft, error);
  }
  if (
    (await hasChanged(path, draft)) &&
    !(await confirm(
      'The file has changed',
      `${showName(path)} was changed by something else. Replace that with your text?`,
      'Replace it',
      'danger',
    ))
  )
    return declined();
  return attempt('Not saved', async () => {
    const saved: FileText = { text: draft.text, format: draft.format };
    keepEncoding(path, bytes, saved.format);
    saving(path);
    await client().oanix.fs.writeFile(path, bytes);
    // The view first: until the draft goes, it says which view may show the text.
    setShown(path, { conflict: false, saved });
    const now = get().drafts[path];
    if (now && now.text === saved.text && now.format === saved.format) dropDraft(path);
    else if (now) setDraft(path, { ...now, base: saved });
  });
}

/** Its encoding has no place for a character: nothing is written, and UTF-8 is offered. */
async function refused(path: string, draft: Draft, error: unknown): Promise<Undone | undefined> {
  if (!(error instanceof Unencodable) || draft.format.encoding === utf8.encoding)
    return attempt('Not saved', () => Promise.reject(error));
  const yes = await confirm(
    `Not saved in ${formatName(draft.format)}`,
    `${error.message} The file is as it was. UTF-8 holds every character.`,
    'Save in UTF-8',
  );
  if (!yes) return declined(error.message);
  setFormat(path, utf8);
  return saveNow(path);
}

/** A file that does not tell its encoding is read again in the one that it was saved in. */
function keepEncoding(path: string, bytes: Uint8Array, { encoding }: TextFormat): void {
  const { [path]: _, ...others } = get().encodings;
  const tells = detectText(bytes)?.format.encoding === encoding;
  set({ encodings: tells ? others : { ...others, [path]: encoding } });
}

/** All that can be; the last reason of those that cannot. */
export async function saveAll(): Promise<Undone | undefined> {
  let undone: Undone | undefined;
  for (const path of Object.keys(get().drafts)) undone = (await save(path)) ?? undone;
  return undone;
}

/** Drops the unsaved text and shows the file as it is. */
export async function revert(path = pane().path): Promise<void> {
  dropDraft(path);
  // A new view, so that the editor begins anew from the file.
  const panes = get().panes.map((each) =>
    each.path === path ? { ...each, conflict: false, view: { kind: 'loading' } as const } : each,
  );
  set({ panes });
  await lookAgain('loading');
}

/** Reads the file anew in another encoding; unsaved text is not given up for it. */
export async function reopenIn(path: string, encoding: string): Promise<Undone | undefined> {
  if (isDirty(path))
    return attempt('Not reopened', () =>
      Promise.reject(new Error('Save or discard the unsaved text first.')),
    );
  set({ encodings: { ...get().encodings, [path]: encoding } });
  await revert(path);
  return undefined;
}

/** Unsaved text goes where its file went. */
export function moveDrafts(from: string, to: string): void {
  const moved = (path: string): string =>
    isWithin(path, from) ? to + path.slice(from.length) : path;
  set({
    drafts: renamed(get().drafts, moved),
    encodings: renamed(get().encodings, moved),
  });
}

/** Unsaved texts by path. */
export type Unsaved = Readonly<Record<string, Draft>>;

/** What is gone has nothing to save; gives what was unsaved, for when it comes back. */
export function dropDrafts(gone: string): Unsaved {
  const dropped = Object.entries(get().drafts).filter(([path]) => isWithin(path, gone));
  for (const [path] of dropped) dropDraft(path);
  return Object.fromEntries(dropped);
}

/** What has been begun since at the same place stays. */
export function bringDrafts(drafts: Unsaved): void {
  set({ drafts: { ...drafts, ...get().drafts } });
}

const renamed = <T>(byPath: Readonly<Record<string, T>>, name: (path: string) => string) =>
  Object.fromEntries(Object.entries(byPath).map(([path, value]) => [name(path), value]));
