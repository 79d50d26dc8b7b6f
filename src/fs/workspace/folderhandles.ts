/** Handles of a folder (File System Standard): finding, copying, moving. */
import { nameOf } from './foldererrors.ts';

export type Dir = FileSystemDirectoryHandle;
export type Found = FileSystemFileHandle | Dir;
/** Firefox moves directories, Chromium files only. */
type Movable = Found & { move?(dir: Dir, name: string): Promise<void> };

/** What has that name; undefined for nothing. ENOTDIR and ENOENT are the parent's. */
export async function within(dir: Dir, name: string): Promise<Found | undefined> {
  try {
    return await dir.getFileHandle(name);
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return undefined;
    if (nameOf(error) === 'TypeMismatchError') return dir.getDirectoryHandle(name);
    throw error;
  }
}

async function copy(source: Found, dir: Dir, name: string): Promise<void> {
  if (source.kind === 'file') {
    const stream = await (await dir.getFileHandle(name, { create: true })).createWritable();
    await (await source.getFile()).stream().pipeTo(stream);
    return;
  }
  const made = await dir.getDirectoryHandle(name, { create: true });
  for await (const [child, found] of source.entries()) await copy(found, made, child);
}

/** Where the browser cannot move, a copy is made before the old goes. */
export async function move(source: Movable, from: Dir, to: Dir, name: string): Promise<void> {
  const old = source.name;
  if (source.move) {
    const moved = await source.move(to, name).then(
      () => true,
      (error: unknown) => {
        // Outside the origin private file system some browsers have the method, and refuse.
        if (nameOf(error) === 'NotFoundError') throw error;
        return false;
      },
    );
    if (moved) return;
  }
  try {
    await copy(source, to, name);
  } catch (error) {
    // What is there in part would be in the way of the next try.
    await to.removeEntry(name, { recursive: true }).catch(() => undefined);
    throw error;
  }
  await from.removeEntry(old, { recursive: true });
}
