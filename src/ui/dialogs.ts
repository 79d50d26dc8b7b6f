/** Opening and answering dialogs: one at a time. */
import { type DialogState, set } from './store.ts';

export const openDialog = (dialog: DialogState): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: undefined });

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

/** Asks for a name; what `run` throws is shown in the dialog, which stays. */
export function askName(title: string, value: string, run: (name: string) => Promise<void>): void {
  openDialog({
    kind: 'name',
    title,
    label: 'Name',
    value,
    done: async (name) => {
      checkNewName(name);
      await run(name);
    },
  });
}

export function checkNewName(name: string): void {
  if (name === '' || name === '.' || name === '..')
    throw new Error('A name cannot be empty or only dots.');
  if (name.includes('/')) throw new Error('A name cannot hold a slash.');
}

/** What to do with names that are taken. */
export function askConflict(names: readonly string[]): Promise<'replace' | 'both' | 'skip'> {
  return new Promise((answer) =>
    openDialog({
      kind: 'conflict',
      names,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}
