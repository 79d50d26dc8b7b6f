/**
 * A mark, apart from the database, that files are kept in this browser: a database that is empty although the mark is
 * there was thrown away. It lies in the origin private file system, since a browser writes that at once; of
 * `localStorage` Chromium loses what is younger than some seconds when it is killed.
 */
const NAME = 'oanix-kept';

const root = async (): Promise<FileSystemDirectoryHandle | undefined> =>
  navigator.storage?.getDirectory?.();

/** Never rejects: a browser without such files tells nothing. */
export async function isMarked(): Promise<boolean> {
  try {
    return (await (await root())?.getFileHandle(NAME)) !== undefined;
  } catch {
    return false;
  }
}

let marking: Promise<unknown> | undefined;

/** Once something was saved. Never rejects. */
export async function mark(): Promise<void> {
  marking ??= root()
    .then((dir) => dir?.getFileHandle(NAME, { create: true }))
    .catch(() => undefined);
  await marking;
}

export async function unmark(): Promise<void> {
  await root()
    .then((dir) => dir?.removeEntry(NAME))
    .catch(() => undefined);
}
