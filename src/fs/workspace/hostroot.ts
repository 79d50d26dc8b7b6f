/**
 * A directory of the host, and the ways into it. A way never follows a symlink: the walk opens each directory by
 * its name in the one above it, and what happens in a directory happens through its descriptor, so no rename by
 * another process can redirect it. Every name is checked here, and nowhere else: EINVAL where one would be more than
 * a name to the host (hostnames.ts).
 */
import fs from 'node:fs';
import nodePath from 'node:path';
import { fail } from '../../kernel/errors.ts';
import { baseName, type Path, parentOf } from '../../kernel/path.ts';
import { type NameRule, nameRuleOf } from './hostnames.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
/** Opens a name without reading it: searching a directory needs no right to list it (open(2) on Linux). */
const O_PATH = 0o10000000;

/** The calls throw the errors of `node:fs`, or an FsError. */
export interface HostRoot {
  /**
   * Calls `act` with a path of the host for the directory `path`, and returns its result. The path holds only during
   * the call. ENOTDIR if a name on the way is not a directory (a symlink is not), ENOENT.
   */
  within<T>(path: Path, act: (dir: string) => T): T;
  /**
   * Calls `act` with a path of the host for `path` itself, for calls that do not follow its last name. The path holds
   * only during the call.
   */
  at<T>(path: Path, act: (at: string) => T): T;
  /** Opens the file `path` with the flags of open(2), and never follows a symlink; returns a descriptor. */
  open(path: Path, flags: number): number;
  /**
   * Sets the mode of `path` once `check` has let it pass, and never follows a symlink. The owner of a file may do this
   * whatever its mode is (chmod(2)); outside Linux only where it can be read.
   */
  chmod(path: Path, mode: number, check: (stats: fs.Stats) => void): void;
}

/** Opens the root for as long as the result is in use. ENOENT, ENOTDIR. */
export function openRoot(given: string): HostRoot {
  const root = fs.realpathSync.native(given);
  if (!fs.statSync(root).isDirectory()) fail('ENOTDIR');
  return DescriptorRoot.open(root) ?? new VerifiedRoot(root);
}

/** The name below a directory of the host; the root's own name is `.`. */
const nameIn = (dir: string, path: Path): string =>
  `${dir}/${path.length === 0 ? '.' : baseName(path)}`;

function checkNames(path: Path, isName: NameRule): void {
  if (!path.every(isName)) fail('EINVAL', 'the system of the host does not allow this name');
}

/** See HostRoot.at: the walk checks the names of the directories. */
function atIn<T>(root: HostRoot, path: Path, isName: NameRule, act: (at: string) => T): T {
  checkNames(path.slice(-1), isName);
  return root.within(parentOf(path), (dir) => act(nameIn(dir, path)));
}

const isOwnName = nameRuleOf(process.platform);

const descriptors = new FinalizationRegistry<number>((fd) => fs.closeSync(fd));

/** Walks by descriptors, where `/proc/self/fd/N/name` is a name in the directory that descriptor N has open. */
export class DescriptorRoot implements HostRoot {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
    descriptors.register(this, fd);
  }

  /** Undefined where the system has no such paths. */
  static open(root: string): DescriptorRoot | undefined {
    if (process.platform !== 'linux') return undefined;
    const fd = fs.openSync(root, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    const [opened, reached] = [fs.fstatSync(fd), statIfThere(`${pathOf(fd)}/.`)];
    if (reached?.ino === opened.ino && reached.dev === opened.dev) return new DescriptorRoot(fd);
    fs.closeSync(fd);
    return undefined;
  }

  within<T>(path: Path, act: (dir: string) => T): T {
    checkNames(path, isOwnName);
    let fd = this.#fd;
    try {
      for (const name of path) {
        const above = fd;
        fd = fs.openSync(`${pathOf(fd)}/${name}`, O_PATH | O_DIRECTORY | O_NOFOLLOW);
        if (above !== this.#fd) fs.closeSync(above);
      }
      return act(pathOf(fd));
    } finally {
      if (fd !== this.#fd) fs.closeSync(fd);
    }
  }

  at<T>(path: Path, act: (at: string) => T): T {
    return atIn(this, path, isOwnName, act);
  }

  open(path: Path, flags: number): number {
    return this.at(path, (at) => fs.openSync(at, flags | O_NOFOLLOW, 0o666));
  }

  chmod(path: Path, mode: number, check: (stats: fs.Stats) => void): void {
    const fd = this.open(path, O_PATH);
    try {
      check(fs.fstatSync(fd));
      fs.chmodSync(pathOf(fd), mode);
    } finally {
      fs.closeSync(fd);
    }
  }
}

/**
 * Acts by path, where nothing better exists: looks at the directory before and after, and at an opened file again.
 * Links that are there when a call begins are never followed; a process that exchanges names at the right moments,
 * several times during one call, can redirect it.
 */
export class VerifiedRoot implements HostRoot {
  readonly #root: string;
  readonly #identity: string;
  readonly #isName: NameRule;

  constructor(root: string, isName: NameRule = isOwnName) {
    this.#root = root;
    this.#isName = isName;
    this.#identity = identityOf(fs.lstatSync(root, { bigint: true }));
  }

  within<T>(path: Path, act: (dir: string) => T): T {
    checkNames(path, this.#isName);
    const dir = nodePath.join(this.#root, ...path);
    const before = this.#identify(dir);
    const done = act(dir);
    if (this.#identify(dir) !== before) fail('ENOTDIR', 'the directory has been exchanged');
    return done;
  }

  at<T>(path: Path, act: (at: string) => T): T {
    return atIn(this, path, this.#isName, act);
  }

  chmod(path: Path, mode: number, check: (stats: fs.Stats) => void): void {
    // Opening a device can have an effect of its own, so its kind is looked at before, and what was opened after.
    this.at(path, (at) => check(fs.lstatSync(at)));
    const fd = this.open(path, O_RDONLY | (O_NONBLOCK ?? 0));
    try {
      check(fs.fstatSync(fd));
      fs.fchmodSync(fd, mode);
    } finally {
      fs.closeSync(fd);
    }
  }

  open(path: Path, flags: number): number {
    let fd: number | undefined;
    try {
      return this.at(path, (at) => {
        // Windows has no such flag.
        const opened = fs.openSync(at, flags | (O_NOFOLLOW ?? 0), 0o666);
        fd = opened;
        const now = fs.lstatSync(at, { bigint: true });
        if (identityOf(fs.fstatSync(opened, { bigint: true })) !== identityOf(now))
          fail('ENOTDIR', 'the file has been exchanged');
        return opened;
      });
    } catch (error) {
      if (fd !== undefined) fs.closeSync(fd);
      throw error;
    }
  }

  /** Which directory this is: ENOTDIR if a symlink stands on the way to it, or where the root was. */
  #identify(dir: string): string {
    if (identityOf(fs.lstatSync(this.#root, { bigint: true })) !== this.#identity)
      fail('ENOTDIR', 'the root has been exchanged');
    if (fs.realpathSync.native(dir) !== dir) fail('ENOTDIR', 'a symlink is on the way');
    const stats = fs.lstatSync(dir, { bigint: true });
    if (!stats.isDirectory()) fail('ENOTDIR');
    return identityOf(stats);
  }
}

const pathOf = (fd: number): string => `/proc/self/fd/${fd}`;
const identityOf = ({ dev, ino }: fs.BigIntStats): string => `${dev}:${ino}`;

function statIfThere(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path);
  } catch {
    return undefined;
  }
}
