/**
 * WorkspaceFs under Node: a directory of the host, live. No path, `..`, symlink or dangling symlink leads
 * out of the root: every directory on the way is checked to be itself, and what is opened is never
 * followed (open(2) O_NOFOLLOW). Calls of the host are made synchronously: for local files they take
 * microseconds, and a promise many times that.
 */
import fs from 'node:fs';
import nodePath from 'node:path';
import { type Errno, FsError, fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Kind,
  Mode,
  ServiceSpec,
  Stat,
  Times,
} from '../../kernel/service.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;

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
  readonly #root: string;
  readonly #exact = new Map<bigint, ExactTimes>();

  /** `root` is a directory of the host; ENOENT, ENOTDIR. */
  constructor(root: string, spec: ServiceSpec = { kind: 'workspace', options: { root } }) {
    this.spec = spec;
    this.#root = attempt(() => fs.realpathSync.native(root));
    if (!attempt(() => fs.statSync(this.#root)).isDirectory()) fail('ENOTDIR');
  }

  async stat(path: Path): Promise<Stat> {
    return this.#stat(attempt(() => fs.lstatSync(this.#at(path), { bigint: true })));
  }

  async readdir(path: Path): Promise<Entry[]> {
    const at = this.#dir(path);
    return attempt(() => fs.readdirSync(at)).flatMap((name) => {
      try {
        const stat = this.#stat(fs.lstatSync(nodePath.join(at, name), { bigint: true }));
        return [{ name, kind: stat.kind, stat }];
      } catch {
        // Gone since, or nothing that a namespace has a name for.
        return [];
      }
    });
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const at = this.#at(path);
    const { kind } = await this.stat(path);
    if (kind === 'dir') fail('EISDIR');
    if (kind === 'symlink') fail('ELOOP');
    const writes = mode.write || mode.append || mode.truncate;
    const access = writes ? (mode.read ? O_RDWR : O_WRONLY) : O_RDONLY;
    // Not waiting: a FIFO that took the file's place would hold up everyone.
    const fd = attempt(() => fs.openSync(at, access | O_NOFOLLOW | O_NONBLOCK));
    try {
      if (!attempt(() => fs.fstatSync(fd)).isFile()) fail('EACCES', 'neither file nor directory');
      if (mode.truncate) attempt(() => fs.ftruncateSync(fd));
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
    return this.#handle(fd);
  }

  async create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    const at = this.#at(path);
    attempt(() => {
      if (kind === 'dir') fs.mkdirSync(at);
      else fs.closeSync(fs.openSync(at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666));
    });
  }

  async remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    if (path.length === 0) fail('EBUSY', 'this is the root of the workspace');
    const at = this.#at(path);
    if (kind === 'file' && (await this.stat(path)).kind === 'dir') fail('EISDIR');
    attempt(() => (kind === 'dir' ? fs.rmdirSync(at) : fs.unlinkSync(at)));
  }

  async rename(from: Path, to: Path): Promise<void> {
    const [source, target] = [this.#at(from), this.#at(to)];
    attempt(() => fs.renameSync(source, target));
  }

  async symlink(target: string, path: Path): Promise<void> {
    const at = this.#at(path);
    attempt(() => fs.symlinkSync(target, at));
  }

  async readlink(path: Path): Promise<string> {
    const at = this.#at(path);
    return attempt(() => fs.readlinkSync(at));
  }

  async link(from: Path, to: Path): Promise<void> {
    const [source, target] = [this.#at(from), this.#at(to)];
    attempt(() => fs.linkSync(source, target));
  }

  async setTimes(path: Path, times: Times): Promise<void> {
    const at = this.#at(path);
    this.#setTimes(times, {
      stat: () => fs.lstatSync(at, { bigint: true }),
      set: (atime, mtime) => fs.lutimesSync(at, atime, mtime),
    });
  }

  #handle(fd: number): FileHandle {
    return {
      read: async (at, count) => {
        const data = new Uint8Array(count);
        return data.subarray(
          0,
          attempt(() => fs.readSync(fd, data, 0, count, at)),
        );
      },
      write: async (at, data) => {
        const from = at === 'end' ? attempt(() => fs.fstatSync(fd)).size : at;
        const written = attempt(() => fs.writeSync(fd, data, 0, data.length, from));
        return { written, end: from + written };
      },
      truncate: async (size) => attempt(() => fs.ftruncateSync(fd, size)),
      stat: async () => this.#stat(attempt(() => fs.fstatSync(fd, { bigint: true }))),
      setTimes: async (times) =>
        this.#setTimes(times, {
          stat: () => fs.fstatSync(fd, { bigint: true }),
          set: (atime, mtime) => fs.futimesSync(fd, atime, mtime),
        }),
      sync: async () => attempt(() => fs.fsyncSync(fd)),
      close: async () => attempt(() => fs.closeSync(fd)),
    };
  }

  #setTimes(
    times: Times,
    file: { stat(): fs.BigIntStats; set(atime: number, mtime: number): void },
  ): void {
    attempt(() => {
      const before = this.#stat(file.stat());
      const atime = times.atime ?? (before.atime as bigint);
      const mtime = times.mtime ?? before.mtime;
      file.set(Number(atime) / 1e9, Number(mtime) / 1e9);
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
      // Others may change the host's files unseen: no version could be trusted.
      version: '',
    };
  }

  /** The host's path of a name, whose directory is what it seems. */
  #at(path: Path): string {
    const name = path.at(-1);
    if (name === undefined) return this.#root;
    return nodePath.join(this.#dir(path.slice(0, -1)), name);
  }

  /** The host's path of a directory: ENOTDIR where a symlink stands on the way. */
  #dir(path: Path): string {
    if (path.some((name) => name === '..' || name === '.' || name.includes('/')))
      fail('EINVAL', 'not a name');
    const at = nodePath.join(this.#root, ...path);
    if (attempt(() => fs.realpathSync.native(at)) !== at) fail('ENOTDIR', 'a symlink on the way');
    return at;
  }
}

/** Runs a call of the host; its errors with their codes. */
function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FsError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FsError(code !== undefined && codes.has(code) ? (code as Errno) : 'EIO', {
      reason: message,
      cause: error,
    });
  }
}
