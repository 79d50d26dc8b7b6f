/** Unsaved text: it lives in the state by path, is saved at a person's word, and never lost on the way. */
import { confirm } from './dialogs.ts';
import { attempt, declined, type Undone } from './notices.ts';
import { lookAgain, pinTab } from './panes.ts';
import { client } from './session.ts';
import { type AppState, get, pane, set } from './store.ts';
import { isWithin, showName } from './text.ts';

export const isDirty = (path: string): boolean => Object.hasOwn(get().drafts, path);

/** Changes every pane that shows a path. */
function setShown(path: string, change: { conflict: false; text?: string }): void {
  set({
    panes: get().panes.map((each) => {
      if (each.path !== path) return each;
      const { view } = each;
      const { conflict, text } = change;
      return text !== undefined && view.kind === 'text'
        ? { ...each, conflict, view: { ...view, text } }
        : { ...each, conflict };
    }),
  });
}

function dropDraft(path: string): void {
  const { [path]: _, ...drafts } = get().drafts;
  const { [path]: __, ...bases } = get().bases;
  set({ drafts, bases });
}

/** Whether the file is another one than when its unsaved text was begun; one that is gone is. */
async function hasChanged(path: string): Promise<boolean> {
  const now = await client()
    .oanix.fs.readFile(path, 'utf8')
    .catch(() => undefined);
  return now !== get().bases[path];
}

export function edit(path: string, text: string): void {
  const view = get().panes.find((each) => each.path === path && each.view.kind === 'text')?.view;
  if (view?.kind === 'text' && view.text === text) {
    dropDraft(path);
    setShown(path, { conflict: false });
    return;
  }
  const isNew = !isDirty(path);
  const base = view?.kind === 'text' && isNew ? { [path]: view.text } : {};
  set({ drafts: { ...get().drafts, [path]: text }, bases: { ...get().bases, ...base } });
  // What one works on stays open.
  if (isNew) for (const { id, path: shown } of get().panes) if (shown === path) pinTab(path, id);
}

export async function save(path = pane().path): Promise<Undone | undefined> {
  const text = get().drafts[path];
  if (text === undefined) return undefined;
  if (
    (await hasChanged(path)) &&
    !(await confirm(
      'The file has changed',
      `${showName(path)} was changed by something else. Replace that with your text?`,
      'Replace it',
    ))
  )
    return declined();
  return attempt('Not saved', async () => {
    await client().oanix.fs.writeFile(path, text);
    const typedSince = get().drafts[path];
    if (typedSince === text) dropDraft(path);
    else set({ bases: { ...get().bases, [path]: text } });
    setShown(path, { conflict: false, text });
  });
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

/** Unsaved text goes where its file went. */
export function moveDrafts(from: string, to: string): void {
  const { drafts, bases } = get();
  set({
    drafts: renamed(drafts, (path) => (isWithin(path, from) ? to + path.slice(from.length) : path)),
    bases: renamed(bases, (path) => (isWithin(path, from) ? to + path.slice(from.length) : path)),
  });
}

/** Unsaved texts and what their files were, by path. */
export type Unsaved = Pick<AppState, 'drafts' | 'bases'>;

/** What is gone has nothing to save; gives what was unsaved, for when it comes back. */
export function dropDrafts(gone: string): Unsaved {
  const { drafts, bases } = get();
  const dropped = Object.keys(drafts).filter(
    (draft) => draft === gone || draft.startsWith(`${gone}/`),
  );
  for (const draft of dropped) dropDraft(draft);
  const of = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).filter(([path]) => dropped.includes(path)));
  return { drafts: of(drafts), bases: of(bases) };
}

/** What has been begun since at the same place stays. */
export function bringDrafts({ drafts, bases }: Unsaved): void {
  set({ drafts: { ...drafts, ...get().drafts }, bases: { ...bases, ...get().bases } });
}

const renamed = (texts: Readonly<Record<string, string>>, name: (path: string) => string) =>
  Object.fromEntries(Object.entries(texts).map(([path, text]) => [name(path), text]));
