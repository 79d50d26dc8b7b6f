/**
 * WorkspaceFs under Node: a directory of the host, live. No path, `..` or symlink leads out of the root, also
 * while other processes rename and exchange what is in it (hostroot.ts), and no guest can leave a symlink there that
 * leads out (linkrule.ts). The calls of the host are synchronous: for local files they take microseconds, and a
 * promise takes many times that.
 */
import fs from 'node:fs';
import { type Errno, FsError, fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import {
  type Entry,
  type FileHandle,
  type FileService,
  type Kind,
  MODE_BITS,
  type Mode,
  type ServiceSpec,
  type Stat,
  type Times,
} from '../../kernel/service.ts';
import { readHost } from './hostread.ts';
import { type HostRoot, openRoot } from './hostroot.ts';
import { hostTime } from './hosttime.ts';
import { checkTarget } from './linkrule.ts';

const { O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;

/** Codes that the host may give and a service may say. */
const codes: ReadonlySet<string> = new Set<Errno>([
  'EACCES',
  'EBADF',
  'EBUSY',
  'EDQUOT',
  'EEXIST',
  'EFBIG',
  'EINVAL',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'EMLINK',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
  'EXDEV',
]);

/** Times as they were set: the host's call takes seconds as a double, which keeps some 200 ns. */
interface ExactTimes {
  readonly atime: readonly [given: bigint, kept: bigint];
  readonly mtime: readonly [given: bigint, kept: bigint];
}

export class WorkspaceFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #root: HostRoot;
  readonly #exact = new Map<bigint, ExactTimes>();

  /** `root` is a directory of the host; ENOENT, ENOTDIR. */
  constructor(
    root: string,
    spec: ServiceSpec = { kind: 'workspace', options: { root } },
    open: (root: string) => HostRoot = openRoot,
  ) {
    this.spec = spec;
    this.#root = attempt(() => open(root));
  }

  async stat(path: Path): Promise<Stat> {
    return this.#at(path, (at) => this.#stat(fs.lstatSync(at, { bigint: true })));
  }

  async readdir(path: Path): Promise<Entry[]> {
    return this.#within(path, (dir) =>
      fs.readdirSync(dir).flatMap((name) => {
        try {
          const stat = this.#stat(fs.lstatSync(`${dir}/${name}`, { bigint: true }));
          return [{ name, kind: stat.kind, stat }];
        } catch {
          // It is gone by now.
          return [];
        }
      }),
    );
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    // A device or a FIFO would notice that it is opened, so the kind comes first; what counts is the look afterwards.
    this.#at(path, (at) => checkKind(fs.lstatSync(at)));
    const writes = mode.write || mode.append || mode.truncate;
    const access = writes ? (mode.read ? O_RDWR : O_WRONLY) : O_RDONLY;
    // O_NONBLOCK: a FIFO that took the file's place would hold up everyone.
    const fd = attempt(() => this.#root.open(path, access | (O_NONBLOCK ?? 0)));
    try {
      attempt(() => checkKind(fs.fstatSync(fd)));
      if (mode.truncate) attempt(() => fs.ftruncateSync(fd));
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
    return this.#handle(fd);
  }

  async create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    if (kind === 'dir') this.#at(path, (at) => fs.mkdirSync(at));
    else attempt(() => fs.closeSync(this.#root.open(path, O_WRONLY | O_CREAT | O_EXCL)));
  }

  async remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    if (path.length === 0) fail('EBUSY', 'this is the root of the workspace');
    this.#at(path, (at) => {
      if (kind === 'dir') return fs.rmdirSync(at);
      // unlink(2) of a directory is EPERM on some systems.
      if (fs.lstatSync(at).isDirectory()) fail('EISDIR');
      fs.unlinkSync(at);
    });
  }

  /**
   * A directory goes no nearer to the root (EXDEV): symlinks in it that climb would then lead out. Callers copy it
   * instead, as between file systems, and each symlink is looked at when it is made.
   */
  async rename(from: Path, to: Path): Promise<void> {
    const goesUp = to.length < from.length;
    this.#at(from, (source) =>
      this.#at(to, (target) => {
        checkMove(source, to, goesUp);
        fs.renameSync(source, target);
        // Another process may have exchanged what was looked at.
        if (goesUp)
          undoUnless(
            () => checkMove(target, to, goesUp),
            () => fs.renameSync(target, source),
          );
      }),
    );
  }

  async symlink(target: string, path: Path): Promise<void> {
    checkTarget(target, path);
    this.#at(path, (at) => fs.symlinkSync(target, at));
  }

  async readlink(path: Path): Promise<string> {
    return this.#at(path, (at) => fs.readlinkSync(at));
  }

  async link(from: Path, to: Path): Promise<void> {
    this.#at(from, (source) =>
      this.#at(to, (target) => {
        const { ino } = checkMove(source, to, false);
        fs.linkSync(source, target);
        // Some systems follow a symlink here, and another process may have exchanged what was looked at.
        undoUnless(
          () => checkMove(target, to, false).ino === ino || fail('EBUSY'),
          () => fs.unlinkSync(target),
        );
      }),
    );
  }

  async setTimes(path: Path, times: Times): Promise<void> {
    this.#at(path, (at) =>
      this.#setTimes(times, {
        stat: () => fs.lstatSync(at, { bigint: true }),
        set: (atime, mtime) => fs.lutimesSync(at, atime, mtime),
      }),
    );
  }

  async setMode(path: Path, mode: number): Promise<void> {
    attempt(() => this.#root.chmod(path, mode & MODE_BITS, checkModeKind));
  }

  #handle(opened: number): FileHandle {
    let open: number | undefined = opened;
    // The host gives a closed number to the next file: whoever comes late must not meet that one.
    const fd = (): number => open ?? fail('EBADF', 'already closed');
    return {
      read: async (at, count) => attempt(() => readHost(fd(), at, count)),
      write: async (at, data) => {
        const from = at === 'end' ? attempt(() => fs.fstatSync(fd())).size : at;
        const written = attempt(() => fs.writeSync(fd(), data, 0, data.length, from));
        return { written, end: from + written };
      },
      truncate: async (size) => attempt(() => fs.ftruncateSync(fd(), size)),
      stat: async () => this.#stat(attempt(() => fs.fstatSync(fd(), { bigint: true }))),
      setTimes: async (times) =>
        this.#setTimes(times, {
          stat: () => fs.fstatSync(fd(), { bigint: true }),
          set: (atime, mtime) => fs.futimesSync(fd(), atime, mtime),
        }),
      sync: async () => attempt(() => fs.fsyncSync(fd())),
      close: async () => {
        const closing = fd();
        open = undefined;
        attempt(() => fs.closeSync(closing));
      },
    };
  }

  #setTimes(
    times: Times,
    file: { stat(): fs.BigIntStats; set(atime: number | Date, mtime: number | Date): void },
  ): void {
    attempt(() => {
      const before = this.#stat(file.stat());
      const atime = times.atime ?? (before.atime as bigint);
      const mtime = times.mtime ?? before.mtime;
      file.set(hostTime(atime), hostTime(mtime));
      const after = file.stat();
      this.#exact.set(after.ino, {
        atime: [atime, after.atimeNs],
        mtime: [mtime, after.mtimeNs],
      });
    });
  }

  #stat(stats: fs.BigIntStats): Stat {
    const kind: Kind = stats.isDirectory() ? 'dir' : stats.isSymbolicLink() ? 'symlink' : 'file';
    const exact = this.#exact.get(stats.ino);
    const time = (which: 'atime' | 'mtime'): bigint => {
      const real = stats[`${which}Ns`];
      return exact?.[which][1] === real ? exact[which][0] : real;
    };
    return {
      kind,
      size: Number(stats.size),
      mtime: time('mtime'),
      atime: time('atime'),
      ctime: stats.ctimeNs,
      ino: stats.ino,
      nlink: Number(stats.nlink),
      ...(kind === 'symlink' ? {} : { mode: Number(stats.mode) & MODE_BITS }),
      // Others may change the host's files unseen: no version could be trusted.
      version: '',
    };
  }

  /** Calls `act` with a path of the host that stands for `path` itself during the call. */
  #at<T>(path: Path, act: (at: string) => T): T {
    return attempt(() => this.#root.at(path, act));
  }

  /** Calls `act` with a path of the host that stands for the directory `path` during the call. */
  #within<T>(path: Path, act: (dir: string) => T): T {
    return attempt(() => this.#root.within(path, act));
  }
}

/** EISDIR, ELOOP or EACCES for what is not a regular file. */
function checkKind(stats: fs.Stats): void {
  if (stats.isDirectory()) fail('EISDIR');
  if (stats.isSymbolicLink()) fail('ELOOP');
  if (!stats.isFile()) fail('EACCES', 'this is neither a file nor a directory');
}

/** EINVAL for a symlink, and EACCES for what is neither a file nor a directory. */
function checkModeKind(stats: fs.Stats): void {
  if (stats.isSymbolicLink()) fail('EINVAL', 'a symbolic link has no mode');
  if (!stats.isDirectory()) checkKind(stats);
}

/** What stands at `at`, if it may have the name `to`: a symlink must not lead out from there. */
function checkMove(at: string, to: Path, goesUp: boolean): fs.Stats {
  const stats = fs.lstatSync(at);
  if (stats.isSymbolicLink()) checkTarget(fs.readlinkSync(at), to);
  if (stats.isDirectory() && goesUp) fail('EXDEV', 'symlinks in it could lead out from there');
  return stats;
}

/** Takes back what was done if the check of it throws. */
function undoUnless(check: () => unknown, undo: () => void): void {
  try {
    check();
  } catch (error) {
    undo();
    throw error;
  }
}

/** Runs calls of the host; their errors become FsErrors, without the host's paths. */
export function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FsError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const [, reason] = /^[A-Z0-9]+: ([^,]+)/.exec(message) ?? [];
    throw new FsError(code !== undefined && codes.has(code) ? (code as Errno) : 'EIO', {
      ...(reason === undefined ? {} : { reason }),
      cause: error,
    });
  }
}
