/** Folders of the computer: shown live where the browser can (File System Access), else copied. */
import type { MountFlags } from '../kernel/mounts.ts';
import { cleanPath } from '../kernel/path.ts';
import { askFolderUse } from './dialogs.ts';
import { fromInput } from './files/incoming.ts';
import { upload } from './files/upload.ts';
import { attempt, toast } from './notices.ts';
import { open } from './panes.ts';
import { recall, remember } from './remembered.ts';
import { client, refreshMounts } from './session.ts';
import { get, type MountRow } from './store.ts';
import { freePlace, joinPath, showName } from './text.ts';

type Folder = FileSystemDirectoryHandle;
type Access = { readonly mode: 'read' | 'readwrite' };
interface PickingWindow {
  showDirectoryPicker?(how: Access & { id: string }): Promise<Folder>;
}
type Asking = Folder & { requestPermission?(how: Access): Promise<PermissionState> };
type DroppedItem = DataTransferItem & {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
};

const access = (ro: boolean): Access => ({ mode: ro ? 'read' : 'readwrite' });
const picking = window as PickingWindow;
export const canPick = picking.showDirectoryPicker !== undefined;

/**
 * The only thing that was dropped, if it is a folder that can be shown live. Asked while the drop
 * lasts. Browsers keep some folders (settings, caches) from every page; those are copied, and said so.
 */
export function droppedFolder(transfer: DataTransfer): Promise<Folder | undefined> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file') as DroppedItem[];
  const [only] = items;
  const entry = items.length === 1 ? only?.webkitGetAsEntry() : undefined;
  const asked = entry?.isDirectory ? only?.getAsFileSystemHandle?.() : undefined;
  return (asked ?? Promise.resolve(null)).then(
    (handle) => (handle?.kind === 'directory' ? (handle as Folder) : undefined),
    () => {
      toast(`The browser lets no page show ${showName(entry?.name ?? '')} live; it is copied`);
      return undefined;
    },
  );
}

/** What to do with a dropped folder; undefined where it was mounted, or left alone. */
export async function askFolder(folder: Folder): Promise<'copy' | undefined> {
  const choice = await askFolderUse(folder.name);
  if (choice === 'copy') return choice;
  const at = freePlace(folder.name, get().mounts);
  if (choice) void attempt('Not mounted', () => showFolder(folder, at, choice === 'read-only'));
  return undefined;
}

const MADE = 'folders';

/** Folders of the origin private file system that were made here. */
export function madeFolders(): string[] {
  const made = recall(MADE);
  return Array.isArray(made) ? made.filter((name) => typeof name === 'string') : [];
}

/** A folder of the origin private file system, each mount point with its own. */
export async function mountOwn(at: string, flags: MountFlags): Promise<void> {
  const names = cleanPath(at);
  if (names.length === 0) throw new Error('The root stays as it is: choose a place below it.');
  const own = encodeURIComponent(names.join('/'));
  remember(MADE, [...new Set([...madeFolders(), own])]);
  await client().oanix.mount({ kind: 'workspace', options: { own } }, at, flags);
}

/** Picks a folder and mounts it; false where a person picks none. */
export async function pickFolder(at: string, flags: MountFlags): Promise<boolean> {
  const folder = await picking
    .showDirectoryPicker?.({ ...access(flags.ro ?? false), id: 'oanix' })
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return undefined;
      throw error;
    });
  if (folder) await mountFolder(folder, at, flags);
  return folder !== undefined;
}

/** Mounts a folder, with leave to write where that is wanted and a person gives it, and shows it. */
async function showFolder(folder: Asking, at: string, ro: boolean): Promise<void> {
  const given = await folder.requestPermission?.(access(ro));
  const isReadOnly = ro || (given !== undefined && given !== 'granted');
  await mountFolder(folder, at, { ro: isReadOnly, create: !isReadOnly });
  await open(at);
  toast(
    `${showName(folder.name)} is mounted at ${showName(at)}${isReadOnly ? ', read-only' : ''}`,
    {
      action: { label: 'Unmount', run: () => void client().oanix.unmount(at) },
    },
  );
}

async function mountFolder(handle: Folder, at: string, flags: MountFlags): Promise<void> {
  const folder = await client().keepFolder(handle);
  const spec = { kind: 'workspace', options: { folder, name: handle.name } };
  await client().oanix.mount(spec, at, flags);
}

/** Where no folder can be shown live: its files are copied and shown read-only. */
export async function mountCopy(list: readonly File[], at: string): Promise<void> {
  const tree = fromInput(list);
  const [name = 'folder'] = tree.dirs;
  const into = joinPath('/home/imports', name);
  await client().oanix.fs.mkdir('/home/imports', { recursive: true });
  await upload(tree, '/home/imports');
  await client().oanix.bind(into, at, { ro: true });
}

/** The number of the picked folder that a mount cannot reach until a person allows it. */
export function blockedFolder({ members }: MountRow): string | undefined {
  const blocked = members.find(({ failed, about }) => failed ?? about?.blocked);
  const folder = blocked?.service.kind === 'workspace' && blocked.service.options?.['folder'];
  return typeof folder === 'string' ? folder : undefined;
}

/** Asks the browser, which asks the person, and mounts it again. */
export async function allowFolder(mount: MountRow, id: string): Promise<void> {
  await attempt(`${showName(mount.at)} still cannot be reached`, async () => {
    const folder: Asking = await client().folder(id);
    await folder.requestPermission?.(access(mount.members.every(({ ro }) => ro)));
    await client().call('retryMount', { at: mount.at });
    await refreshMounts();
    await open(mount.at);
  });
}
