/** Commands that show how the page is used. */

import { startDemo } from '../demos/playing.ts';
import { openDialog } from '../dialogs.ts';
import { command } from './command.ts';

export const helpCommands = [
  command({
    id: 'help.tour',
    title: 'Take the tour',
    run: () => startDemo('hello'),
  }),
  command({
    id: 'help.demos',
    title: 'Demos…',
    run: () => openDialog({ kind: 'demos', chosen: undefined }),
  }),
];
