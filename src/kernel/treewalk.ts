/** A walk down a tree of maps, for services whose names are held in memory. */
import { fail } from './errors.ts';
import type { Path } from './path.ts';

/** What a path leads to: ENOENT for a missing name, ENOTDIR where a file stands on the way. */
export function walkTo<
  File extends object,
  Dir extends { entries: ReadonlyMap<string, File | Dir> },
>(root: Dir, path: Path): File | Dir {
  let node: File | Dir = root;
  for (const name of path) {
    if (!('entries' in node)) return fail('ENOTDIR');
    node = node.entries.get(name) ?? fail('ENOENT');
  }
  return node;
}
