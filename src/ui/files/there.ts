/** What names are taken, and which are free. */
import { client } from '../session.ts';
import { joinPath, nameOf, parentPath } from '../text.ts';
import type { Side } from './conflicts.ts';
import { numbered } from './names.ts';

/** Whether a name is taken, by whatever. */
export const isThere = (path: string): Promise<boolean> =>
  client()
    .oanix.fs.lstat(path)
    .then(
      () => true,
      () => false,
    );

/** What is at a path; undefined where nothing is. */
export const sideAt = (path: string): Promise<Side | undefined> =>
  client()
    .oanix.fs.lstat(path)
    .catch(() => undefined);

/** `a.txt` becomes `a (2).txt`, or has the next number that is free; with `first` 1 also `a.txt` itself. */
export async function freeName(path: string, first = 2): Promise<string> {
  for (let number = first; ; number++) {
    const candidate =
      number === 1 ? path : joinPath(parentPath(path), numbered(nameOf(path), number));
    if (!(await isThere(candidate))) return candidate;
  }
}
