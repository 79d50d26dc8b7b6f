/** What this page keeps in the browser, part by part, and taking parts of it away. */
import { confirm } from './dialogs.ts';
import { stopKeepingDrafts } from './editor/keptdrafts.ts';
import { forgetPlaces } from './editor/places.ts';
import { TRASH } from './files/trash.ts';
import { madeFolders } from './folders.ts';
import { attempt, toast } from './notices.ts';
import { resetLayout } from './panes.ts';
import { client, restart } from './session.ts';
import { resetSettings } from './settings.ts';
import { resetSize, type Sized, sizes } from './sizes.ts';
import { get, set } from './store.ts';
import { forgetVisits } from './tabhistory.ts';
import { joinPath, showName } from './text.ts';

export interface StorageFacts {
  /** Bytes: of all that this page keeps, and of what the browser lets it keep. */
  readonly usage: number;
  readonly quota: number;
  readonly isPersisted: boolean;
  readonly home: number;
  readonly trash: number;
  readonly snapshots: number;
  /** Of unsaved text, in bytes. */
  readonly drafts: number;
}

export async function storageFacts(): Promise<StorageFacts> {
  const { oanix } = client();
  const told = JSON.parse(await oanix.fs.readFile('/dev/storage', 'utf8')) as {
    usage?: number;
    quota?: number;
    persisted?: boolean;
  };
  const trash = await sizeOf(TRASH);
  return {
    usage: told.usage ?? 0,
    quota: told.quota ?? 0,
    isPersisted: told.persisted ?? false,
    home: (await sizeOf('/home')) - trash,
    trash,
    drafts: Object.values(get().drafts).reduce((sum, { text }) => sum + text.length, 0),
    snapshots: (await oanix.snapshots.list().catch(() => [])).length,
  };
}

/** Of all files below a directory; 0 where there is none. */
async function sizeOf(dir: string): Promise<number> {
  const { fs } = client().oanix;
  let sum = 0;
  for (const { name, kind, stat } of await fs.readdir(dir).catch(() => [])) {
    const path = joinPath(dir, name);
    if (kind === 'dir') sum += await sizeOf(path);
    else if (kind === 'file') sum += stat?.size ?? (await fs.lstat(path)).size;
  }
  return sum;
}

/** The files that open the page without a network; they are kept again at the next visit. */
export async function removePage(): Promise<void> {
  await attempt('Not removed', async () => {
    await client().erase('page');
    toast('The page is no longer kept for the time without a network, until the next visit.');
  });
}

/** Folders of this browser that are mounted, or were once. */
function ownFolders(): string[] {
  const mounted = get().mounts.flatMap(({ members }) =>
    members.flatMap(({ service }) => {
      const own = service.options?.['own'];
      return service.kind === 'workspace' && typeof own === 'string' ? [own] : [];
    }),
  );
  return [...new Set([...mounted, ...madeFolders()])];
}

/** Theme, keys, tabs and sizes; no file is touched. */
export function resetLook(): void {
  resetSettings();
  for (const part of Object.keys(sizes)) resetSize(part as Sized);
  void resetLayout();
  toast('Settings and layout are as they came.');
}

/** What another tab has open is not taken from under it; whether there is one is told. */
async function isOpenElsewhere(): Promise<boolean> {
  const others = await client().otherPages();
  const tabs = others === 1 ? 'another tab' : `${others} other tabs`;
  if (others > 0)
    toast(`These files are open in ${tabs} too. Close what is there first.`, { bad: true });
  return others > 0;
}

export async function eraseEverything(): Promise<void> {
  if (await isOpenElsewhere()) return;
  const unsaved = Object.keys(get().drafts);
  const yes = await confirm(
    'Erase everything?',
    `All files below /home, snapshots, environments, keys, grants, settings and mounted folders of this browser are deleted from this browser.${
      unsaved.length > 0 ? ` So is the unsaved text of ${unsaved.map(showName).join(', ')}.` : ''
    } It cannot be undone. Download what matters first.`,
    'Erase everything',
    'danger',
  );
  if (!yes || (await isOpenElsewhere())) return;
  forgetPlaces();
  forgetVisits();
  const keepAgain = await stopKeepingDrafts();
  const undone = await attempt('Not all erased', () => client().erase('all', ownFolders()));
  if (undone) {
    keepAgain();
    return restart();
  }
  // What is not saved goes too: nothing asks whether to stay.
  set({ drafts: {}, draftsAtRisk: false, unkept: [] });
  location.replace(location.pathname);
}
