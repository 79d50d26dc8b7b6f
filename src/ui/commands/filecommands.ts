/** Commands on files: of what is chosen, where no paths are given. */
import { archiveAt, isUnpackable, TOLD } from '../archives.ts';
import { exportFolder } from '../capsules.ts';
import { openDialog } from '../dialogs.ts';
import { isDirty, save, saveAll } from '../editing.ts';
import { compressHere } from '../files/compressing.ts';
import { download } from '../files/download.ts';
import { extractHere } from '../files/extracting.ts';
import { redo, undo } from '../files/history.ts';
import {
  chosen,
  clearTrash,
  duplicate,
  here,
  newFile,
  newFolder,
  paste,
  put,
  remove,
  removeForever,
  rename,
  renameTo,
  restore,
  toClipboard,
} from '../files/operations.ts';
import { isInTrash, TRASHED } from '../files/trash.ts';
import { chooseFiles } from '../files/upload.ts';
import { open } from '../panes.ts';
import { get, pane, setPane } from '../store.ts';
import { joinPath, parentPath } from '../text.ts';
import { discardText, showUnsaved } from '../unsaved.ts';
import { command } from './command.ts';

const PATHS = { type: 'paths', about: 'Absolute paths in the namespace' } as const;
const NEEDED = { ...PATHS, isRequired: true } as const;

const isAny = (): boolean => chosen().some((path) => path !== '/');
const isListing = (): boolean => pane().view.kind === 'dir';
const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1];

/** The archive that is chosen, or else the one that is browsed. */
function namedArchive(): { path: string; encoding: string } | undefined {
  const file = chosen().find(isUnpackable);
  return file === undefined ? archiveAt(pane().path) : { path: file, encoding: TOLD };
}

export const fileCommands = [
  command({ id: 'file.new', title: 'New file…', keys: 'Alt+N', isForPeople: true, run: newFile }),
  command({ id: 'file.newFolder', title: 'New folder…', isForPeople: true, run: newFolder }),
  command({
    id: 'file.save',
    title: 'Save',
    keys: 'Mod+S',
    args: { path: { type: 'path', about: 'A file with unsaved text' } },
    isAvailable: () => isDirty(pane().path),
    run: ({ path }) => save(path),
  }),
  command({
    id: 'file.saveAll',
    title: 'Save all',
    keys: 'Mod+Shift+S',
    isAvailable: () => Object.keys(get().drafts).length > 0,
    run: saveAll,
  }),
  command({
    id: 'file.unsaved',
    title: 'Show the files with unsaved text',
    isForPeople: true,
    isAvailable: () => Object.keys(get().drafts).length > 0,
    run: () => showUnsaved(innerWidth, 44),
  }),
  command({
    id: 'file.revert',
    title: 'Discard unsaved text…',
    isForPeople: true,
    isAvailable: () => isDirty(pane().path),
    run: () => discardText(),
  }),
  command({
    id: 'file.rename',
    title: 'Rename…',
    changes: true,
    keys: 'F2',
    where: 'files',
    args: {
      path: { type: 'path', about: 'What to rename', isRequired: true },
      name: { type: 'name', about: 'Its new name', isRequired: true },
    },
    isAvailable: isAny,
    run: ({ path = chosen()[0] ?? '/', name }) =>
      name === undefined ? rename(path) : renameTo(path, joinPath(parentPath(path), name)),
  }),
  command({
    id: 'file.copy',
    title: 'Copy',
    keys: 'Mod+C',
    where: 'files',
    isForPeople: true,
    isAvailable: isAny,
    run: () => toClipboard('copy'),
  }),
  command({
    id: 'file.cut',
    title: 'Cut',
    keys: 'Mod+X',
    where: 'files',
    isForPeople: true,
    isAvailable: isAny,
    run: () => toClipboard('move'),
  }),
  command({
    id: 'file.paste',
    title: 'Paste',
    keys: 'Mod+V',
    isLeft: true,
    where: 'files',
    isForPeople: true,
    isAvailable: () => get().clipboard !== undefined,
    run: paste,
  }),
  command({
    id: 'file.copyTo',
    title: 'Copy to here',
    changes: true,
    args: { paths: NEEDED, into: { type: 'path', about: 'A directory', isRequired: true } },
    isAvailable: () => false,
    run: ({ paths = [], into = here() }) => put('copy', paths, into),
  }),
  command({
    id: 'file.moveTo',
    title: 'Move to here',
    changes: true,
    args: { paths: NEEDED, into: { type: 'path', about: 'A directory', isRequired: true } },
    isAvailable: () => false,
    run: ({ paths = [], into = here() }) => put('move', paths, into),
  }),
  command({
    id: 'file.duplicate',
    title: 'Duplicate',
    keys: 'Mod+D',
    where: 'files',
    args: { paths: NEEDED },
    isAvailable: isAny,
    run: ({ paths = chosen() }) => duplicate(paths),
  }),
  command({
    id: 'file.trash',
    title: 'Delete',
    changes: true,
    keys: 'Delete',
    where: 'files',
    args: { paths: NEEDED },
    isAvailable: isAny,
    run: ({ paths = chosen() }) => remove(paths),
  }),
  command({
    id: 'file.deleteForever',
    title: 'Delete for good…',
    keys: 'Shift+Delete',
    where: 'files',
    isDestructive: true,
    args: { paths: NEEDED },
    isAvailable: isAny,
    run: ({ paths = chosen() }) => removeForever(paths),
  }),
  command({
    id: 'file.undo',
    title: 'Undo',
    changes: true,
    keys: 'Mod+Z',
    where: 'files',
    describe: () => `Undo ${last(get().past)?.name ?? ''}`,
    isAvailable: () => get().past.length > 0,
    run: undo,
  }),
  command({
    id: 'file.redo',
    title: 'Redo',
    changes: true,
    keys: 'Mod+Shift+Z Mod+Y',
    where: 'files',
    describe: () => `Redo ${last(get().future)?.name ?? ''}`,
    isAvailable: () => get().future.length > 0,
    run: redo,
  }),
  command({
    id: 'file.markAll',
    title: 'Mark all',
    keys: 'Mod+A',
    where: 'files',
    isForPeople: true,
    isAvailable: isListing,
    run: () => {
      const { path } = pane();
      const entries = get().listings[path] ?? [];
      setPane({ marked: entries.map(({ name }) => joinPath(path, name)) });
    },
  }),
  command({
    id: 'file.download',
    title: 'Download',
    args: { paths: NEEDED },
    isAvailable: () => chosen().length > 0,
    run: ({ paths = chosen() }) => download(paths),
  }),
  command({
    id: 'file.extract',
    title: 'Extract here',
    changes: true,
    keys: 'Alt+X',
    where: 'files',
    args: { paths: NEEDED },
    isAvailable: () => chosen().some(isUnpackable),
    run: ({ paths = chosen().filter(isUnpackable) }) => extractHere(paths),
  }),
  command({
    id: 'archive.names',
    title: 'Names of the archive in another encoding…',
    isForPeople: true,
    isAvailable: () => namedArchive() !== undefined,
    run: () => {
      const archive = namedArchive();
      if (archive) openDialog({ kind: 'archiveNames', ...archive });
    },
  }),
  ...(['zip', 'tar', 'tar.gz'] as const).map((format) =>
    command({
      id: `file.compress-${format.replace('.', '-')}`,
      title: `Compress here as ${format}`,
      changes: true,
      ...(format === 'zip' ? { keys: 'Alt+Z', where: 'files' as const } : {}),
      args: { paths: NEEDED },
      isAvailable: isAny,
      run: ({ paths = chosen() }) => compressHere(paths, format),
    }),
  ),
  command({
    id: 'file.export',
    title: 'Export as a capsule',
    args: { path: { type: 'path', about: 'A directory', isRequired: true } },
    isAvailable: isListing,
    run: ({ path = here() }) => exportFolder(path),
  }),
  command({
    id: 'file.upload',
    title: 'Upload files…',
    isForPeople: true,
    run: () => chooseFiles('files'),
  }),
  command({
    id: 'file.uploadFolder',
    title: 'Upload a folder…',
    isForPeople: true,
    run: () => chooseFiles('folder'),
  }),
  command({ id: 'trash.open', title: 'Show the trash', run: () => open(TRASHED) }),
  command({
    id: 'trash.restore',
    title: 'Put back',
    changes: true,
    args: { paths: NEEDED },
    isAvailable: () => chosen().some(isInTrash),
    run: ({ paths = chosen().filter(isInTrash) }) => restore(paths),
  }),
  command({
    id: 'trash.empty',
    title: 'Empty the trash…',
    isDestructive: true,
    run: clearTrash,
  }),
];
