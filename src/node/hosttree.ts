/** A directory of this computer as what a capsule is packed from, and as what it is unpacked to. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type { CapsuleItem } from '../capsule/items.ts';
import type { LeftOut, TreeFile, TreeSource, TreeStat } from '../capsule/tree.ts';
import type { NewFile, UnpackTarget } from '../capsule/unpack.ts';
import { readHost } from '../fs/workspace/hostread.ts';
import type { HostRoot } from '../fs/workspace/hostroot.ts';
import { hostTime } from '../fs/workspace/hosttime.ts';
import { attempt } from '../fs/workspace/workspacefs.ts';
import { fail } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';

const { O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** Calls `act` with a path for calls of the host that do not follow its last name. */
const at = <T>(root: HostRoot, path: Path, act: (at: string) => T): T =>
  attempt(() => root.at(path, act));

/** Files below `prefix` of the capsule are those of the directory. A name that is not UTF-8 is reported as left out. */
export function sourceOf(
  root: HostRoot,
  prefix: string,
  leftOut: (each: LeftOut) => void,
): TreeSource {
  const inside = (path: string): Path => path.slice(prefix.length).split('/').filter(Boolean);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    list: async (path) =>
      attempt(() =>
        root.within(inside(path), (dir) => fs.readdirSync(`${dir}/.`, { encoding: 'buffer' })),
      ).flatMap((bytes) => {
        try {
          return [{ name: decoder.decode(bytes) }];
        } catch {
          leftOut({ path: `${path}/${bytes.toString('latin1')}`, reason: 'its name is not UTF-8' });
          return [];
        }
      }),
    stat: async (path) =>
      at(root, inside(path), (own) => statOf(fs.lstatSync(own, { bigint: true }))),
    readlink: async (path) => at(root, inside(path), (own) => fs.readlinkSync(own)),
    open: async (path) => open(root, inside(path)),
  };
}

function statOf(stats: fs.BigIntStats): TreeStat {
  const kind = stats.isDirectory() ? 'dir' : stats.isSymbolicLink() ? 'symlink' : 'file';
  return {
    kind,
    size: Number(stats.size),
    mtime: stats.mtimeNs,
    mode: Number(stats.mode) & 0o777,
    dev: Number(stats.dev),
    ino: stats.ino,
    nlink: Number(stats.nlink),
  };
}

function open(root: HostRoot, path: Path): TreeFile {
  const isFile = (stats: fs.Stats): boolean =>
    stats.isFile() || fail('ENOTSUP', 'it is a device, a pipe or a socket');
  // Opening a device can have an effect of its own.
  at(root, path, (own) => isFile(fs.lstatSync(own)));
  const fd = attempt(() => root.open(path, O_RDONLY | (O_NONBLOCK ?? 0)));
  try {
    isFile(attempt(() => fs.fstatSync(fd)));
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
  let position = 0;
  return {
    read: async (count) => {
      const data = attempt(() => readHost(fd, position, count));
      position += data.length;
      return data;
    },
    size: async () => attempt(() => fs.fstatSync(fd)).size,
    close: async () => fs.closeSync(fd),
  };
}

/**
 * A file is written at the top under a name of its own, and moved to its place when it is whole. `end` takes away what
 * an error left there.
 */
export function targetIn(root: HostRoot): { target: UnpackTarget; end(): void } {
  const beside = [`.oanix-unpack-${randomBytes(8).toString('hex')}.part`];
  const target: UnpackTarget = {
    mkdir: async (path) => at(root, path, (own) => fs.mkdirSync(own)),
    file: async (path) => newFile(root, beside, path),
    symlink: async (text, path) => at(root, path, (own) => fs.symlinkSync(text, own)),
    link: async (first, path) =>
      at(root, first, (from) => at(root, path, (own) => fs.linkSync(from, own))),
    setStat: async (path, item) => setStat(root, path, item),
  };
  return { target, end: () => discard(root, beside) };
}

const discard = (root: HostRoot, path: Path): void =>
  at(root, path, (own) => fs.rmSync(own, { force: true }));

function newFile(root: HostRoot, beside: Path, path: Path): NewFile {
  const fd = attempt(() => root.open(beside, O_WRONLY | O_CREAT | O_EXCL));
  let isClosed = false;
  return {
    write: async (data) => {
      for (let from = 0; from < data.length; ) from += attempt(() => fs.writeSync(fd, data, from));
    },
    commit: async () => {
      isClosed = true;
      attempt(() => fs.closeSync(fd));
      at(root, path, (own) => {
        // Nothing is replaced, not even where the host takes two names for one.
        if (fs.lstatSync(own, { throwIfNoEntry: false })) fail('EEXIST');
        at(root, beside, (from) => fs.renameSync(from, own));
      });
    },
    discard: async () => {
      if (!isClosed) fs.closeSync(fd);
      discard(root, beside);
    },
  };
}

function setStat(
  root: HostRoot,
  path: Path,
  { kind, mtime, mode }: Pick<CapsuleItem, 'kind' | 'mtime' | 'mode'>,
): void {
  const time = hostTime(mtime);
  if (kind === 'symlink') {
    at(root, path, (own) => fs.lutimesSync(own, time, time));
    return;
  }
  const fd = attempt(() => root.open(path, O_RDONLY));
  try {
    attempt(() => fs.futimesSync(fd, time, time));
    attempt(() => fs.fchmodSync(fd, mode));
  } finally {
    fs.closeSync(fd);
  }
}
