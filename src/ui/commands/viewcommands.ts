/** Commands about what is shown where. */
import { copyLink } from '../address.ts';
import { go } from '../backforward.ts';
import { copyDiagnostics } from '../diagnostics.ts';
import { openDialog } from '../dialogs.ts';
import { chosen } from '../files/operations.ts';
import {
  focusPane,
  goUp,
  open,
  openBeside,
  pinTab,
  shiftTab,
  split,
  stepTab,
  tabToNextPane,
} from '../panes.ts';
import { focusShownPane, nextRegion } from '../regions.ts';
import { change, themes } from '../settings.ts';
import { get, pane, set } from '../store.ts';
import { showName } from '../text.ts';
import { closePaneSafely, closeTabSafely } from '../unsaved.ts';
import { command } from './command.ts';

const PATH = { type: 'path', about: 'An absolute path in the namespace' } as const;

export const viewCommands = [
  command({
    id: 'palette.open',
    title: 'Search commands, paths and mounts',
    keys: 'Mod+K F1',
    run: () => openDialog({ kind: 'palette', text: '' }),
  }),
  command({
    id: 'view.open',
    title: 'Go to path…',
    keys: 'Mod+P',
    args: { path: { ...PATH, isRequired: true } },
    run: ({ path }) => {
      if (path !== undefined) return open(path);
      const bar = document.querySelector<HTMLInputElement>('#path-bar');
      bar?.focus();
      bar?.select();
    },
  }),
  command({
    id: 'view.beside',
    title: 'Open to the side',
    keys: 'Mod+Enter',
    where: 'files',
    args: { path: { ...PATH, isRequired: true } },
    run: ({ path = chosen()[0] ?? pane().path }) => openBeside(path),
  }),
  command({
    id: 'view.up',
    title: 'Go to the directory above',
    keys: 'Alt+ArrowUp',
    run: () => goUp(),
  }),
  command({
    id: 'view.back',
    title: 'Back',
    keys: 'Alt+ArrowLeft',
    describe: () => goTitle('Back', get().backTo),
    isAvailable: () => get().backTo !== undefined,
    run: () => go(-1),
  }),
  command({
    id: 'view.forward',
    title: 'Forward',
    keys: 'Alt+ArrowRight',
    describe: () => goTitle('Forward', get().forwardTo),
    isAvailable: () => get().forwardTo !== undefined,
    run: () => go(1),
  }),
  command({
    id: 'view.columns',
    title: 'Directories in columns',
    describe: () => wordsFor('columns', 'in columns'),
    run: () => showDirectories('columns'),
  }),
  command({
    id: 'view.grid',
    title: 'Directories as a grid',
    describe: () => wordsFor('grid', 'as a grid'),
    run: () => showDirectories('grid'),
  }),
  command({ id: 'pane.split', title: 'Split', keys: 'Mod+\\', run: split }),
  command({
    id: 'pane.close',
    title: 'Close this pane',
    isAvailable: () => get().panes.length > 1,
    run: () => closePaneSafely(),
  }),
  command({
    id: 'pane.next',
    title: 'Focus the next pane',
    keys: 'Alt+Shift+ArrowRight',
    isAvailable: () => get().panes.length > 1,
    run: () => {
      const { panes, focused } = get();
      const at = panes.findIndex(({ id }) => id === focused);
      const next = panes[(at + 1) % panes.length];
      if (!next) return;
      focusPane(next.id);
      focusShownPane();
    },
  }),
  command({
    id: 'tab.close',
    title: 'Close tab',
    keys: 'Alt+W',
    args: { path: PATH },
    run: ({ path }) => closeTabSafely(path),
  }),
  command({
    id: 'tab.keep',
    title: 'Keep this tab',
    isAvailable: () => pane().tabs.some(({ path, pinned }) => path === pane().path && !pinned),
    run: () => pinTab(pane().path),
  }),
  command({
    id: 'tab.next',
    title: 'Next tab',
    keys: 'Alt+PageDown',
    isAvailable: () => pane().tabs.length > 1,
    run: () => stepTab(1),
  }),
  command({
    id: 'tab.previous',
    title: 'Previous tab',
    keys: 'Alt+PageUp',
    isAvailable: () => pane().tabs.length > 1,
    run: () => stepTab(-1),
  }),
  command({
    id: 'tab.left',
    title: 'Move the tab to the left',
    keys: 'Alt+Shift+PageUp',
    isAvailable: () => pane().tabs.length > 1,
    run: () => shiftTab(-1),
  }),
  command({
    id: 'tab.right',
    title: 'Move the tab to the right',
    keys: 'Alt+Shift+PageDown',
    isAvailable: () => pane().tabs.length > 1,
    run: () => shiftTab(1),
  }),
  command({
    id: 'tab.toNextPane',
    title: 'Move the tab to the next pane',
    isAvailable: () => get().panes.length > 1,
    run: tabToNextPane,
  }),
  command({
    id: 'inspector.toggle',
    title: 'Inspector: show or hide',
    keys: 'Mod+I',
    run: () => set({ inspectorOpen: !get().inspectorOpen }),
  }),
  command({
    id: 'region.next',
    title: 'Go to the next part of the page',
    keys: 'F6',
    isForPeople: true,
    run: () => nextRegion(1),
  }),
  command({
    id: 'region.previous',
    title: 'Go to the previous part of the page',
    keys: 'Shift+F6',
    isForPeople: true,
    run: () => nextRegion(-1),
  }),
  command({
    id: 'settings.open',
    title: 'Settings…',
    keys: 'Mod+,',
    run: () => openDialog({ kind: 'settings' }),
  }),
  command({
    id: 'settings.theme',
    title: 'Change the theme',
    args: { theme: { type: 'string', about: 'Its name', oneOf: themes } },
    describe: () => `Change the theme to ${nextTheme()}`,
    run: ({ theme = nextTheme() }) =>
      change({ theme: themes.find((each) => each === theme) ?? 'night' }),
  }),
  command({ id: 'view.copyLink', title: 'Copy a link to what is open', run: copyLink }),
  command({ id: 'help.diagnostics', title: 'Copy diagnostics', run: () => copyDiagnostics() }),
  command({
    id: 'help.docs',
    title: 'Documentation',
    run: () => open('/lib/doc/concepts.md'),
  }),
  command({
    id: 'help.keys',
    title: 'Keys of this part of the page',
    keys: '?',
    run: () => openDialog({ kind: 'keys' }),
  }),
];

/** The same again is a list. */
function showDirectories(how: 'grid' | 'columns'): void {
  set({ directories: get().directories === how ? 'list' : how });
}

const goTitle = (words: string, path: string | undefined): string =>
  path === undefined ? words : `${words} to ${showName(path)}`;

const wordsFor = (how: 'grid' | 'columns', words: string): string =>
  `Show directories ${get().directories === how ? 'as lists' : words}`;

function nextTheme(): (typeof themes)[number] {
  const at = themes.indexOf(get().settings.theme);
  return themes[(at + 1) % themes.length] ?? 'night';
}
