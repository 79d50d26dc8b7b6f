/**
 * Where a capsule is unpacked in the page: a directory that is made for it. Nothing there is replaced, and no link of
 * the capsule is followed, since links are made last (capsule/unpack.ts).
 */
import type { UnpackTarget } from '../capsule/unpack.ts';
import { hasCode } from '../kernel/errors.ts';
import { formatPath, type Path } from '../kernel/path.ts';
import type { OanixFs } from './oanixfs.ts';

export function targetAt(fs: OanixFs, dir: string): UnpackTarget {
  const at = (path: Path): string => (path.length === 0 ? dir : dir + formatPath(path));
  return {
    mkdir: (path) => fs.mkdir(at(path)),
    file: async (path) => {
      const file = await fs.open(at(path), 'wx');
      return {
        write: (data) => file.write(data),
        commit: () => file.close(),
        discard: async () => {
          await file.close().catch(() => undefined);
          await fs.remove(at(path));
        },
      };
    },
    symlink: (target, path) => fs.symlink(target, at(path)),
    link: (first, path) => fs.link(at(first), at(path)),
    setStat: async (path, { kind, mtime, mode }) => {
      if (kind !== 'symlink') await fs.setMode(at(path), mode).catch(ignoreNoModes);
      await fs.setTimes(at(path), { mtime }, { follow: false });
    },
  };
}

/** A place without modes gets the files without them. */
function ignoreNoModes(error: unknown): void {
  if (!hasCode(error, 'ENOTSUP')) throw error;
}
