/** Opening and answering dialogs: one at a time. */
import type { Answer, Conflict } from './files/conflicts.ts';
import { type DialogState, get, set } from './store.ts';

/** Questions that were asked while another one was open: each gets its answer, one after the other. */
let waiting: readonly DialogState[] = [];

export function openDialog(dialog: DialogState): void {
  const now = get().dialog;
  if (now && 'answer' in now && now !== dialog) waiting = [...waiting, dialog];
  else set({ dialog });
}

export function closeDialog(): void {
  const [next, ...others] = waiting;
  waiting = others;
  set({ dialog: next });
}

export function confirm(title: string, text: string, yes: string): Promise<boolean> {
  return new Promise((answer) =>
    openDialog({
      kind: 'confirm',
      title,
      text,
      confirm: yes,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}

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
export function askUnsaved(paths: readonly string[]): Promise<'save' | 'discard' | 'cancel'> {
  return new Promise((answer) =>
    openDialog({
      kind: 'unsaved',
      paths,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}

export function checkNewName(name: string): void {
  if (name === '' || name === '.' || name === '..')
    throw new Error('A name cannot be empty or only dots.');
  if (name.includes('/')) throw new Error('A name cannot hold a slash.');
}

/** What to do about a name that is taken. */
export function askConflict(conflict: Conflict): Promise<Answer> {
  return new Promise((answer) =>
    openDialog({
      kind: 'conflict',
      conflict,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}

/** Asks whether to export what is left when some of it cannot be packed. */
export function askLeftOut(
  what: Omit<Extract<DialogState, { kind: 'leftOut' }>, 'kind' | 'answer'>,
): Promise<boolean> {
  return new Promise((answer) =>
    openDialog({
      kind: 'leftOut',
      ...what,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}
