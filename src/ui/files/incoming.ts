/** Files and folders that come from outside: what was dropped, chosen or pasted, as one list in the page. */
import { parentPath } from '../text.ts';
import type { Outcome } from './outcomes.ts';
import { Tally } from './outcomes.ts';

/** A file on its way in, with its path below the directory that it is dropped into. */
export interface Incoming {
  readonly path: string;
  readonly file: File;
}

export interface IncomingTree {
  readonly files: readonly Incoming[];
  /** Folders, also empty ones; each comes before what is in it. */
  readonly dirs: readonly string[];
  /** What the browser could not read. */
  readonly unread?: readonly Outcome[];
}

export type Root = FileSystemEntry | File | null;

/** All that was dropped or pasted. Must be called before the event ends. */
export const rootsOf = (transfer: DataTransfer): Root[] =>
  [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());

/**
 * The same with folders walked, without recursion: a tree may be as deep and as wide as the disk allows. `found` is
 * told how many names are known so far.
 */
export async function treeOf(
  roots: readonly Root[],
  signal?: AbortSignal,
  found: (names: number) => void = () => undefined,
): Promise<IncomingTree> {
  const files: Incoming[] = [];
  const dirs: string[] = [];
  const tally = new Tally();
  const todo: { path: string; entry: FileSystemEntry }[] = [];
  for (const root of roots) {
    if (root instanceof File) files.push({ path: root.name, file: root });
    else if (root) todo.push({ path: root.name, entry: root });
  }
  todo.reverse();
  for (let next = todo.pop(); next; next = todo.pop()) {
    signal?.throwIfAborted();
    const { path, entry } = next;
    try {
      if (entry.isFile) files.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      else {
        dirs.push(path);
        const children = await childrenOf(entry as FileSystemDirectoryEntry);
        for (const child of children.reverse())
          todo.push({ path: `${path}/${child.name}`, entry: child });
      }
    } catch (error) {
      tally.failed(path, error);
    }
    found(files.length + dirs.length);
  }
  return { files, dirs, unread: tally.outcomes };
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function childrenOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives at most a hundred entries at a time, and none when it is done.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    for (const each of some) all.push(each);
  }
}

/** What was chosen: a chooser of folders gives files with their paths, and no folders. */
export function fromInput(list: Iterable<File>): IncomingTree {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const dirs = new Set<string>();
  for (const { path } of files) {
    const above: string[] = [];
    for (let dir = parentPath(`/${path}`); dir !== '/'; dir = parentPath(dir)) {
      if (dirs.has(dir.slice(1))) break;
      above.push(dir.slice(1));
    }
    for (const dir of above.reverse()) dirs.add(dir);
  }
  return { files, dirs: [...dirs] };
}
