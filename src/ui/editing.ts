/** Unsaved text: it lives in the state by path, is saved at a person's word, and never lost on the way. */
import { confirm } from './dialogs.ts';
import { attempt } from './notices.ts';
import { lookAgain, pinTab } from './panes.ts';
import { client } from './session.ts';
import { get, pane, set } from './store.ts';
import { showName } from './text.ts';

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
  const { [path]: _, ...rest } = get().drafts;
  set({ drafts: rest });
}

export function edit(path: string, text: string): void {
  const view = get().panes.find((each) => each.path === path && each.view.kind === 'text')?.view;
  if (view?.kind === 'text' && view.text === text) {
    dropDraft(path);
    setShown(path, { conflict: false });
    return;
  }
  const isNew = !isDirty(path);
  set({ drafts: { ...get().drafts, [path]: text } });
  // What one works on stays open.
  if (isNew) for (const { id, path: shown } of get().panes) if (shown === path) pinTab(path, id);
}

export async function save(path = pane().path): Promise<void> {
  const { drafts, panes } = get();
  const text = drafts[path];
  if (text === undefined) return;
  const conflict = panes.some((each) => each.path === path && each.conflict);
  if (
    conflict &&
    !(await confirm(
      'The file has changed',
      `${showName(path)} was changed by something else. Replace that with your text?`,
      'Replace it',
    ))
  )
    return;
  await attempt('Not saved', async () => {
    await client().oanix.fs.writeFile(path, text);
    const typedSince = get().drafts[path];
    if (typedSince === text) dropDraft(path);
    setShown(path, { conflict: false, text });
  });
}

export async function saveAll(): Promise<void> {
  for (const path of Object.keys(get().drafts)) await save(path);
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
  const moved = Object.entries(get().drafts).map(([path, text]) =>
    path === from || path.startsWith(`${from}/`)
      ? [to + path.slice(from.length), text]
      : [path, text],
  );
  set({ drafts: Object.fromEntries(moved) as Record<string, string> });
}

/** What is gone has nothing to save. */
export function dropDrafts(gone: string): void {
  const kept = Object.entries(get().drafts).filter(
    ([draft]) => draft !== gone && !draft.startsWith(`${gone}/`),
  );
  set({ drafts: Object.fromEntries(kept) });
}
