/** Unsaved text as a person meets it: closing its tab asks first, and the head of the page lists it. */
import { askUnsaved, confirm } from './dialogs.ts';
import { dropDrafts, isDirty, revert, save } from './editing.ts';
import { declined, nothing, type Undone } from './notices.ts';
import { closePane, closeTab, open } from './panes.ts';
import { get, type MenuChoice, pane, paneOf, set } from './store.ts';
import { showName } from './text.ts';

/** Closes a tab once nothing would be lost by it. */
export async function closeTabSafely(
  path = pane().path,
  id = paneWith(path),
): Promise<Undone | undefined> {
  const undone = await settle([path], id);
  if (!undone) await closeTab(path, id);
  return undone;
}

/** The pane that has a tab: the focused one, else the first of the others. */
function paneWith(path: string): number {
  const having = get().panes.filter(({ tabs }) => tabs.some((tab) => tab.path === path));
  const { focused } = get();
  return (having.find(({ id }) => id === focused) ?? having[0])?.id ?? focused;
}

/** Closes a pane with its tabs once nothing would be lost by it. */
export async function closePaneSafely(id = get().focused): Promise<Undone | undefined> {
  if (get().panes.length === 1) return undefined;
  const undone = await settle(
    paneOf(get(), id).tabs.map(({ path }) => path),
    id,
  );
  if (!undone) closePane(id);
  return undone;
}

/** Asks about the unsaved text of these tabs that no other pane shows. */
async function settle(tabs: readonly string[], id: number): Promise<Undone | undefined> {
  const isElsewhere = (path: string): boolean =>
    get().panes.some((each) => each.id !== id && each.tabs.some((tab) => tab.path === path));
  const paths = tabs.filter((path) => isDirty(path) && !isElsewhere(path));
  if (paths.length === 0) return undefined;
  const choice = await askUnsaved(paths);
  if (choice === 'cancel') return declined();
  for (const path of paths) {
    if (choice === 'discard') dropDrafts(path);
    else {
      const undone = await save(path);
      if (undone) return undone;
    }
  }
  return undefined;
}

/** Gives up the unsaved text of one file, once a person has said so. */
export async function discardText(path = pane().path): Promise<Undone | undefined> {
  const text = `The file stays as it is. What was typed in ${showName(path)} since it was saved is gone for good.`;
  if (!(await confirm('Discard the unsaved text?', text, 'Discard', 'danger'))) return declined();
  await revert(path);
  return undefined;
}

/** Gives up all unsaved text, also what is kept of it in the browser, once a person has said so. */
export async function discardAll(): Promise<void> {
  const paths = Object.keys(get().drafts);
  if (paths.length === 0) return void nothing('Everything is saved.');
  const text = `The files stay as they are; what was typed since is gone: ${paths.map(showName).join(', ')}`;
  if (!(await confirm('Discard all unsaved text?', text, 'Discard', 'danger'))) return;
  for (const path of paths) await revert(path);
}

/** Lists the files with unsaved text at a place of the page; one that is chosen is opened. */
export function showUnsaved(x: number, y: number): Undone | undefined {
  const paths = Object.keys(get().drafts);
  if (paths.length === 0) return nothing('Everything is saved.');
  const choices = paths.map(
    (path): MenuChoice => ({
      label: showName(path),
      isChosen: path === pane().path,
      choose: () => void open(path, { pinned: true }),
    }),
  );
  set({ menu: { label: 'Unsaved files', x, y, choices, commands: ['', 'file.saveAll'] } });
  return undefined;
}
