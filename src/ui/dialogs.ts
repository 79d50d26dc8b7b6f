/** Opening dialogs and asking questions. Each dialog closes only itself, and each question gets the person's own answer. */
import { busied, closed, holds, opened } from './dialogstack.ts';
import type { Answer, Conflict } from './files/conflicts.ts';
import { NAME } from './files/names.ts';
import { type DialogState, get, set } from './store.ts';

let lastId = 0;

/** Opens a dialog, or lets it wait until the person has closed the one that is open; returns its id. */
export function openDialog(dialog: DialogState): number {
  const { open, waiting } = get().dialogs;
  const same = [...open, ...waiting].find((each) => isSame(each.dialog, dialog));
  if (same) return same.id;
  const id = ++lastId;
  set({ dialogs: opened(get().dialogs, id, dialog) });
  return id;
}

/** A dialog that shows exactly the same is not opened twice; every question has an `answer` of its own. */
function isSame(one: DialogState, other: DialogState): boolean {
  const values = new Map(Object.entries(one));
  const others = Object.entries(other);
  return (
    values.size === others.length && others.every(([name, value]) => values.get(name) === value)
  );
}

export const closeDialog = (id: number): void => set({ dialogs: closed(get().dialogs, id) });

/** Whether a dialog is open or waits to be opened. */
export const hasDialog = (id: number): boolean => holds(get().dialogs, id);

/** Whether the person is in a dialog, so that the rest of the page is out of reach. */
export const isInDialog = (): boolean => get().dialogs.open.length > 0;

/** Runs the action of a form: questions that are asked meanwhile open above it. Closes the form when it succeeds. */
export async function submitting(id: number, action: () => Promise<void>): Promise<void> {
  set({ dialogs: busied(get().dialogs, id, true) });
  try {
    await action();
    closeDialog(id);
  } finally {
    set({ dialogs: busied(get().dialogs, id, false) });
  }
}

/**
 * Asks a question and waits for the answer. When `signal` aborts, the work that asked has ended: the question goes away,
 * and the promise rejects with the reason of the signal.
 */
async function question<T>(
  dialogOf: (answer: (choice: T) => void) => DialogState,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const ended = new AbortController();
  let id = 0;
  try {
    return await new Promise<T>((resolve, reject) => {
      id = openDialog(dialogOf(resolve));
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: ended.signal });
    });
  } finally {
    ended.abort();
    closeDialog(id);
  }
}

/** Asks whether to do something. The button is red only where a yes destroys what cannot be brought back. */
export const confirm = (
  title: string,
  text: string,
  yes: string,
  look: 'primary' | 'danger' = 'primary',
): Promise<boolean> =>
  question((answer) => ({ kind: 'confirm', title, text, confirm: yes, look, answer }));

/** Asks for a name; what `check` and `run` throw is shown in the dialog, which stays. */
export function askName(
  title: string,
  value: string,
  run: (name: string) => Promise<void>,
  check: (name: string) => void = checkNewName,
): void {
  openDialog({
    kind: 'name',
    title,
    label: 'Name',
    value,
    done: async (name) => {
      check(name);
      await run(name);
    },
  });
}

/** A name in folders, as in `letters/may.txt`: folders that are missing are made. */
export function checkNewPath(path: string): void {
  for (const name of path.split('/')) checkNewName(name);
}

/** Whether to save text before its tabs are closed. */
export const askUnsaved = (paths: readonly string[]): Promise<'save' | 'discard' | 'cancel'> =>
  question((answer) => ({ kind: 'unsaved', paths, answer }));

export function checkNewName(name: string): void {
  if (NAME.test(name)) return;
  throw new Error(
    /[/\0]/.test(name)
      ? 'A name cannot hold a slash or a NUL character.'
      : 'A name cannot be empty or only dots.',
  );
}

/** What to do about a name that is taken. */
export const askConflict = (conflict: Conflict, signal: AbortSignal): Promise<Answer> =>
  question((answer) => ({ kind: 'conflict', conflict, answer }), signal);

/** Asks whether to export what is left when some of it cannot be packed. */
export const askLeftOut = (
  what: Omit<Extract<DialogState, { kind: 'leftOut' }>, 'kind' | 'answer'>,
): Promise<boolean> => question((answer) => ({ kind: 'leftOut', ...what, answer }));

/** What to do with a folder that was dropped and can be shown live. */
export const askFolderUse = (
  name: string,
): Promise<'copy' | 'read-only' | 'writable' | undefined> =>
  question((answer) => ({ kind: 'folder', name, answer }));
