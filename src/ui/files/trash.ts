/** The trash of /home, laid out as other desktops do (freedesktop.org Trash specification 1.0). */

import { FsError } from '../../kernel/errors.ts';
import { client } from '../session.ts';
import { explain, joinPath, nameOf, parentPath, showName } from '../text.ts';
import { hasMount, isReadOnly } from '../viewing.ts';
import { type Copied, copyTree, removeCopied, setTime } from './copytree.ts';
import { bytesOf, NAME_MAX, shortened } from './names.ts';
import { Tally } from './outcomes.ts';
import { isThere } from './there.ts';

export const TRASH = '/home/.local/share/Trash';
/** What lies in the trash is listed here. */
export const TRASHED = `${TRASH}/files`;
const INFO = `${TRASH}/info`;
const NOTE = '.trashinfo';
const READ_ONLY = 'That is read-only here. Copy it to /home first, or choose another.';

const infoOf = (slot: string): string => `${INFO}/${nameOf(slot)}${NOTE}`;

export const isInTrash = (path: string): boolean => path.startsWith(`${TRASHED}/`);

/** Moves something to the trash; gives where it lies there now. */
export async function toTrash(path: string, signal: AbortSignal): Promise<string> {
  const { fs } = client().oanix;
  refuseMounts(path);
  await fs.mkdir(TRASHED, { recursive: true });
  await fs.mkdir(INFO, { recursive: true });
  const slot = await newSlot(nameOf(path));
  // The note first: what lies in the trash can always be put back.
  await fs.writeFile(infoOf(slot), trashInfo(path, new Date()), { exclusive: true });
  try {
    await place(path, slot, signal);
  } catch (error) {
    // What lies there all the same is known by its note.
    if (!(await isThere(slot))) await fs.remove(infoOf(slot)).catch(() => undefined);
    throw error;
  }
  return slot;
}

export function refuseMounts(path: string): void {
  const mounted = hasMount(path);
  if (mounted !== undefined)
    throw new Error(`${showName(mounted)} is mounted there. Unmount it first.`);
}

/** A name that neither a thing in the trash nor a note has; with room for the ending of its note. */
async function newSlot(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? '' : `.${number}`;
    const room = NAME_MAX - bytesOf(NOTE) - bytesOf(ending);
    const slot = `${TRASHED}/${shortened(name, room)}${ending}`;
    if (!(await isThere(slot)) && !(await isThere(infoOf(slot)))) return slot;
  }
}

/** The note of something in the trash. The specification asks for the local time, without its zone. */
export function trashInfo(path: string, deleted: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [deleted.getFullYear(), deleted.getMonth() + 1, deleted.getDate()].map(two).join('-');
  const time = [deleted.getHours(), deleted.getMinutes(), deleted.getSeconds()].map(two).join(':');
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return ['[Trash Info]', `Path=${escaped}`, `DeletionDate=${day}T${time}`, ''].join('\n');
}

export interface TrashNote {
  /** Where it was. */
  readonly path: string;
  readonly deleted: Date | undefined;
}

/** Reads a note, which anybody who may write there could have written. */
export function readTrashInfo(note: string): TrashNote {
  const path = decoded(/^Path=(.*)$/m.exec(note)?.[1] ?? '');
  const date = /^DeletionDate=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)$/m.exec(note)?.[1] ?? '';
  // Without a zone this is read as the local time.
  const deleted = new Date(date);
  if (!path.startsWith('/')) throw new Error('It is not known where this was. Move it by hand.');
  return { path, deleted: Number.isNaN(deleted.getTime()) ? undefined : deleted };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

/** Where something in the trash was, and when it was put there, by its note. */
export async function noteOf(slot: string): Promise<TrashNote> {
  return readTrashInfo(await client().oanix.fs.readFile(infoOf(slot), 'utf8'));
}

/** Puts what lies in the trash at a place that is free. */
export async function fromTrash(slot: string, path: string, signal: AbortSignal): Promise<void> {
  const { fs } = client().oanix;
  await fs.mkdir(parentPath(path), { recursive: true });
  await place(slot, path, signal);
  await fs.remove(infoOf(slot)).catch(() => undefined);
}

/** Deletes something in the trash for good, with its note. */
export async function deleteFromTrash(slot: string): Promise<void> {
  const { fs } = client().oanix;
  await fs.remove(slot, { recursive: true });
  await fs.remove(infoOf(slot)).catch(() => undefined);
}

/** All that lies in the trash, by its paths there. */
export async function inTrash(): Promise<readonly string[]> {
  const entries = await client()
    .oanix.fs.readdir(TRASHED)
    .catch(() => []);
  return entries.map(({ name }) => joinPath(TRASHED, name));
}

/**
 * Moves something to a name that is free: by its name within a mount, by a copy across mounts, which is given. A move
 * is whole or it is not made: what cannot be copied stays where it is, with all that is around it.
 */
export async function place(
  from: string,
  to: string,
  signal: AbortSignal,
  progress?: (part: number) => void,
): Promise<Copied | undefined> {
  const { fs } = client().oanix;
  if (await isThere(to))
    throw new FsError('EEXIST', { op: 'move', path: to, reason: `it is ${showName(to)}` });
  try {
    await fs.rename(from, to);
    return undefined;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EROFS') throw new Error(READ_ONLY);
    if (code !== 'EXDEV') throw error;
    if (isReadOnly(from)) throw new Error(READ_ONLY);
    return moveByCopy(from, to, signal, progress);
  }
}

async function moveByCopy(
  from: string,
  to: string,
  signal: AbortSignal,
  progress: (part: number) => void = () => undefined,
): Promise<Copied> {
  const { fs } = client().oanix;
  const tally = new Tally();
  const copied = await copyTree(from, to, { signal, tally, progress });
  if (copied.isPart) {
    await fs.remove(to, { recursive: true }).catch(() => undefined);
    throw new Error(partly(tally));
  }
  try {
    await removeCopied(copied);
  } catch (failure) {
    // Part of it may be gone there already: the copy is whole, and stays.
    throw new Error(
      `${showName(from)} could not be removed (${explain(failure)}). All of it is in ${showName(to)} too.`,
    );
  }
  return copied;
}

/** Why a move was not made: the first entries that could not be copied. */
function partly({ failures }: Tally): string {
  const named = failures.slice(0, 3).map(({ what, why }) => `${showName(what)}: ${why}`);
  const more = failures.length > 3 ? ` And ${failures.length - 3} more.` : '';
  return `It stays where it is, since not all of it could be copied. ${named.join(' ')}${more}`;
}

/** Gives a tree that was moved the times that its copy was made from, by their places below its root. */
export async function giveTimes(root: string, { entries }: Copied): Promise<void> {
  const base = entries[0]?.to ?? '';
  for (let at = entries.length - 1; at >= 0; at--) {
    const { to, mtime } = entries[at] as Copied['entries'][number];
    if (mtime !== 0n) await setTime(root + to.slice(base.length), mtime);
  }
}
