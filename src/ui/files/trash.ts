/** The trash of /home, laid out as other desktops do (freedesktop.org Trash specification 1.0). */

import { client } from '../session.ts';
import { explain, joinPath, nameOf, parentPath, showName } from '../text.ts';
import { hasMount, isReadOnly } from '../viewing.ts';
import { copyTree } from './copytree.ts';

export const TRASH = '/home/.local/share/Trash';
const FILES = `${TRASH}/files`;
const INFO = `${TRASH}/info`;
const READ_ONLY = 'That is read-only here. Copy it to /home first, or choose another.';

const infoOf = (slot: string): string => `${INFO}/${nameOf(slot)}.trashinfo`;

export const isInTrash = (path: string): boolean => path.startsWith(`${FILES}/`);

/** Moves something to the trash; gives where it lies there now. */
export async function toTrash(path: string, signal: AbortSignal): Promise<string> {
  const { fs } = client().oanix;
  const mounted = hasMount(path);
  if (mounted !== undefined)
    throw new Error(`${showName(mounted)} is mounted there. Unmount it first.`);
  await fs.mkdir(FILES, { recursive: true });
  await fs.mkdir(INFO, { recursive: true });
  const slot = await newSlot(nameOf(path));
  const deleted = new Date().toISOString().slice(0, 19);
  const lines = ['[Trash Info]', `Path=${encodeURI(path)}`, `DeletionDate=${deleted}`, ''];
  // The note first: what lies in the trash can always be put back.
  await fs.writeFile(infoOf(slot), lines.join('\n'), { exclusive: true });
  try {
    await place(path, slot, signal);
  } catch (error) {
    // What lies there all the same is known by its note.
    if (!(await isThere(slot))) await fs.remove(infoOf(slot)).catch(() => undefined);
    throw error;
  }
  return slot;
}

async function newSlot(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const slot = `${FILES}/${number === 1 ? name : `${name}.${number}`}`;
    if (!(await isThere(slot)) && !(await isThere(infoOf(slot)))) return slot;
  }
}

/** Where something in the trash was, by its note: which anybody who may write there could have written. */
export async function notedPlace(slot: string): Promise<string> {
  const note = await client().oanix.fs.readFile(infoOf(slot), 'utf8');
  const path = decodeURI(/^Path=(.*)$/m.exec(note)?.[1] ?? '');
  if (!path.startsWith('/')) throw new Error('It is not known where this was. Move it by hand.');
  return path;
}

/** Puts what lies in the trash at a place that is free. */
export async function fromTrash(slot: string, path: string, signal: AbortSignal): Promise<void> {
  const { fs } = client().oanix;
  await fs.mkdir(parentPath(path), { recursive: true });
  await place(slot, path, signal);
  await fs.remove(infoOf(slot)).catch(() => undefined);
}

/** How many things lie in the trash. */
export async function inTrash(): Promise<number> {
  const entries = await client()
    .oanix.fs.readdir(FILES)
    .catch(() => []);
  return entries.length;
}

export async function emptyTrash(
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<void> {
  const { fs } = client().oanix;
  const entries = await fs.readdir(FILES).catch(() => []);
  for (const [index, { name }] of entries.entries()) {
    signal.throwIfAborted();
    const slot = joinPath(FILES, name);
    await fs.remove(slot, { recursive: true });
    await fs.remove(infoOf(slot)).catch(() => undefined);
    progress((index + 1) / entries.length);
  }
}

/** Whether a name is taken, by whatever. */
export const isThere = (path: string): Promise<boolean> =>
  client()
    .oanix.fs.lstat(path)
    .then(
      () => true,
      () => false,
    );

/** Moves something to a name that is free: by its name within a mount, by a copy across mounts. */
export async function place(
  from: string,
  to: string,
  signal: AbortSignal,
  progress?: (part: number) => void,
): Promise<void> {
  const { fs } = client().oanix;
  if (await isThere(to))
    throw new Error(`${showName(to)} is there already. Move that away, or choose another name.`);
  try {
    await fs.rename(from, to);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EROFS') throw new Error(READ_ONLY);
    if (code !== 'EXDEV') throw error;
    if (isReadOnly(from)) throw new Error(READ_ONLY);
    await copyTree(from, to, signal, progress);
    try {
      await fs.remove(from, { recursive: true });
    } catch (failure) {
      // Part of it may be gone there already: the copy is whole, and stays.
      throw new Error(
        `${showName(from)} could not be removed (${explain(failure)}). All of it is in ${showName(to)} too.`,
      );
    }
  }
}
