/** Commands that show how the page is used. They are apart, since demos are made of the others. */
import { openDialog } from '../dialogs.ts';
import { set } from '../store.ts';
import { command } from './command.ts';

const playing = (id: string) => ({ id, step: 0, isBusy: false, error: undefined });

export const helpCommands = [
  command({
    id: 'help.tour',
    title: 'Take the tour',
    run: () => set({ playing: playing('hello') }),
  }),
  command({
    id: 'help.demos',
    title: 'Demos…',
    run: () => openDialog({ kind: 'demos', chosen: undefined }),
  }),
];
