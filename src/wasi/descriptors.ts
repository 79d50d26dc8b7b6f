/**
 * Descriptors of a program: the shim's Fd, each standing for a descriptor of the kernel with the
 * same number. What they are asked goes to the kernel as one blocking call.
 */
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError } from '../kernel/errors.ts';
import { LIST_MAX, OPEN, STREAM, TIME_NOW, TIME_OMIT } from '../kernel/operations.ts';
import type { Entry, Kind } from '../kernel/service.ts';
import type { Caller } from './caller.ts';
import { errnoOf, SUCCESS } from './errno.ts';
import type { Memory } from './memory.ts';
import { ALL_RIGHTS, DIRECTORY_RIGHTS, RIGHTS, type Right, STREAM_RIGHTS } from './rights.ts';

const filetypes: Readonly<Record<Kind, number>> = {
  file: wasi.FILETYPE_REGULAR_FILE,
  dir: wasi.FILETYPE_DIRECTORY,
  symlink: wasi.FILETYPE_SYMBOLIC_LINK,
};

/** Runs a call and answers with its errno; everything but the kernel's errors goes on up. */
export function errnoFrom(run: () => void): number {
  try {
    run();
    return SUCCESS;
  } catch (error) {
    if (error instanceof FsError) return errnoOf(error.code);
    throw error;
  }
}

/** The shim lays out times two bytes too early (its issue 101): we write the 64 bytes ourselves. */
class Filestat extends wasi.Filestat {
  readonly #stat: NamespaceStat;

  constructor(stat: NamespaceStat) {
    super(stat.ino, filetypes[stat.kind], BigInt(stat.size));
    this.#stat = stat;
  }

  override write_bytes(view: DataView, at: number): void {
    writeFilestat(view, at, this.#stat);
  }
}

/** `filestat` of preview1: dev, ino, filetype, nlink, size and three times, 64 bytes. */
export function writeFilestat(view: DataView, at: number, stat: NamespaceStat): void {
  view.setBigUint64(at, BigInt(stat.dev), true);
  view.setBigUint64(at + 8, stat.ino, true);
  view.setBigUint64(at + 16, 0n, true);
  view.setUint8(at + 16, filetypes[stat.kind]);
  view.setBigUint64(at + 24, BigInt(stat.nlink), true);
  view.setBigUint64(at + 32, BigInt(stat.size), true);
  view.setBigInt64(at + 40, stat.atime ?? stat.mtime, true);
  view.setBigInt64(at + 48, stat.mtime, true);
  view.setBigInt64(at + 56, stat.ctime ?? stat.mtime, true);
}

/** The times of a set-times call as the kernel takes them; both ways at once is EINVAL. */
export function timesFrom(
  atim: bigint,
  mtim: bigint,
  flags: number,
): { atime: bigint; mtime: bigint } {
  const pick = (time: bigint, set: number, now: number): bigint => {
    if ((flags & set) !== 0 && (flags & now) !== 0) throw new FsError('EINVAL');
    return (flags & set) !== 0
      ? BigInt.asIntN(64, time)
      : (flags & now) !== 0
        ? TIME_NOW
        : TIME_OMIT;
  };
  return {
    atime: pick(atim, wasi.FSTFLAGS_ATIM, wasi.FSTFLAGS_ATIM_NOW),
    mtime: pick(mtim, wasi.FSTFLAGS_MTIM, wasi.FSTFLAGS_MTIM_NOW),
  };
}

/** What the kernel calls a stream, as the kind of a descriptor that is no directory. */
export const kindOf = (stream: number): 'file' | 'stream' | 'terminal' =>
  stream === STREAM.no ? 'file' : stream === STREAM.terminal ? 'terminal' : 'stream';

export interface DescriptorInit {
  readonly kind: 'file' | 'dir' | 'stream' | 'terminal';
  readonly fdflags?: number;
  readonly rights?: bigint;
  readonly inheriting?: bigint;
  /** The name a preopened directory is known by. */
  readonly preopen?: string;
  /** A file whose content changes only by writes: closing it cannot fail. */
  readonly plain?: boolean;
  /** Of a plain file that is only read: its first bytes. */
  readonly ahead?: Ahead;
}

/** Part of a file, read before it was asked for. */
interface Ahead {
  readonly at: number;
  readonly bytes: Uint8Array;
  /** True as long as nothing has changed since. */
  readonly change: number;
  /** The file ends with it. */
  readonly end: boolean;
  /** Its memory is the block's: good until the next call. */
  readonly generation?: number;
}

/** Reading from front to back is done up to the next multiple of this: so much the kernel lends without a copy. */
const AHEAD = 65_536;

/** What each kind can be used for at all. */
const possible: Readonly<Record<DescriptorInit['kind'], bigint>> = {
  file: ALL_RIGHTS,
  dir: DIRECTORY_RIGHTS,
  stream: STREAM_RIGHTS,
  terminal: STREAM_RIGHTS,
};
/** No directory has more entries. */
const COOKIE_MAX = 2n ** 32n;

export class Descriptor extends Fd {
  /** Where the kernel keeps it. */
  fd: number;
  readonly kind: DescriptorInit['kind'];
  readonly preopen: string | undefined;
  #rights: bigint;
  #inheriting: bigint;
  #fdflags: number;
  #givenUp = 0n;
  #withheld = 0n;
  readonly #kernel: Caller;
  #page: Page | undefined;
  readonly #plain: boolean;
  /** Where the next read is, of a file that only this program reads; else the kernel knows. */
  #position: number | undefined;
  #ahead: Ahead | undefined;

  constructor(kernel: Caller, fd: number, init: DescriptorInit) {
    super();
    this.#kernel = kernel;
    this.fd = fd;
    this.kind = init.kind;
    this.preopen = init.preopen;
    this.#plain = init.plain ?? false;
    this.#ahead = init.ahead;
    this.#position = init.ahead && 0;
    this.#fdflags = init.fdflags ?? 0;
    this.#rights = (init.rights ?? ALL_RIGHTS) & possible[init.kind];
    this.#inheriting = init.inheriting ?? ALL_RIGHTS;
  }

  /** ENOTCAPABLE for a right that was given up; EBADF for data, as where a file was not opened for it. */
  need(right: Right): void {
    if ((this.#givenUp & RIGHTS[right]) === 0n) return;
    throw new FsError(right === 'fd_read' || right === 'fd_write' ? 'EBADF' : 'ENOTCAPABLE');
  }

  /** What is opened through this directory cannot have these. */
  get withheld(): bigint {
    return this.#withheld;
  }

  override fd_close(): number {
    if (this.#plain) {
      this.#kernel.closeLater(this.fd);
      return SUCCESS;
    }
    return errnoFrom(() => this.#kernel.call('close', { fd: this.fd }));
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    const type = {
      file: wasi.FILETYPE_REGULAR_FILE,
      dir: wasi.FILETYPE_DIRECTORY,
      // Preview1 has no pipes; a character device would be taken for a terminal.
      stream: wasi.FILETYPE_UNKNOWN,
      terminal: wasi.FILETYPE_CHARACTER_DEVICE,
    };
    const fdstat = new wasi.Fdstat(type[this.kind], this.#fdflags);
    fdstat.fs_rights_base = this.#rights;
    fdstat.fs_rights_inherited = this.#inheriting;
    return { ret: SUCCESS, fdstat };
  }

  override fd_fdstat_set_flags(flags: number): number {
    return errnoFrom(() => {
      const append = (flags & wasi.FDFLAGS_APPEND) !== 0;
      const nonblock = (flags & wasi.FDFLAGS_NONBLOCK) !== 0;
      if (this.kind !== 'dir') this.#kernel.call('setFlags', { fd: this.fd, append, nonblock });
      this.#fdflags = flags;
    });
  }

  override fd_fdstat_set_rights(signedBase: bigint, signedInheriting: bigint): number {
    const base = BigInt.asUintN(64, signedBase);
    const inheriting = BigInt.asUintN(64, signedInheriting);
    if ((base & ~this.#rights) !== 0n || (inheriting & ~this.#inheriting) !== 0n)
      return errnoOf('ENOTCAPABLE');
    this.#givenUp |= this.#rights & ~base;
    this.#withheld |= this.#inheriting & ~inheriting;
    this.#rights = base;
    this.#inheriting = inheriting;
    return SUCCESS;
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat | null } {
    let filestat: wasi.Filestat | null = null;
    const ret = errnoFrom(() => {
      filestat = new Filestat(this.#kernel.call('fstat', { fd: this.fd }).stat);
    });
    return { ret, filestat };
  }

  override fd_filestat_set_size(size: bigint): number {
    return errnoFrom(() => this.#kernel.call('truncate', { fd: this.fd, size: Number(size) }));
  }

  override fd_filestat_set_times(atim: bigint, mtim: bigint, flags: number): number {
    return errnoFrom(() =>
      this.#kernel.call('fsetTimes', { fd: this.fd, ...timesFrom(atim, mtim, flags) }),
    );
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    return errnoFrom(() => {
      const { stat, flags } = this.#kernel.call('fstat', { fd: this.fd });
      if ((flags & OPEN.write) === 0) throw new FsError('EBADF');
      const wanted = Number(BigInt.asUintN(64, offset) + BigInt.asUintN(64, length));
      if (length === 0n || wanted > Number.MAX_SAFE_INTEGER) throw new FsError('EINVAL');
      if (wanted > stat.size) this.#kernel.call('truncate', { fd: this.fd, size: wanted });
    });
  }

  override fd_sync(): number {
    return errnoFrom(() => this.#kernel.call('sync', { fd: this.fd }));
  }

  override fd_seek(offset: bigint, whence: number): { ret: number; offset: bigint } {
    let position = 0;
    const ret = errnoFrom(() => {
      if (this.kind === 'stream' || this.kind === 'terminal') throw new FsError('ESPIPE');
      if (this.#position !== undefined && whence !== wasi.WHENCE_END) {
        if (whence !== wasi.WHENCE_SET && whence !== wasi.WHENCE_CUR) throw new FsError('EINVAL');
        position = Number(offset) + (whence === wasi.WHENCE_CUR ? this.#position : 0);
        if (!(position >= 0 && position <= Number.MAX_SAFE_INTEGER)) throw new FsError('EINVAL');
        this.#position = position;
        return;
      }
      position = this.#kernel.call('seek', {
        fd: this.fd,
        offset: Number(offset),
        whence,
      }).position;
      if (this.#position !== undefined) this.#position = position;
    });
    return { ret, offset: BigInt(position) };
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return this.fd_seek(0n, wasi.WHENCE_CUR);
  }

  /** A read at the position, which it moves; the data is good until the next call. */
  read(count: number): Uint8Array {
    const at = this.#position;
    if (at === undefined) return this.#kernel.read(this.fd, count);
    const known = this.#ahead;
    if (known && this.#serves(known, at, count)) this.#kernel.servedAhead();
    else this.#ahead = this.#readAhead(at, count, known);
    const { bytes, at: from } = this.#ahead as Ahead;
    const data = bytes.subarray(at - from, at - from + count);
    this.#position = at + data.length;
    return data;
  }

  #serves(ahead: Ahead, at: number, count: number): boolean {
    const { change, generation } = this.#kernel;
    if (ahead.change !== change || (ahead.generation ?? generation) !== generation) return false;
    const end = ahead.at + ahead.bytes.length;
    return at >= ahead.at && (ahead.end || (at < end && at + count <= end));
  }

  /** More than was asked for, where reading goes on from where the last part ended. */
  #readAhead(at: number, count: number, last: Ahead | undefined): Ahead {
    const goesOn =
      last !== undefined && at > 0 && at <= last.at + last.bytes.length && at > last.at;
    const wanted = goesOn ? Math.max(count, AHEAD - (at % AHEAD)) : count;
    const { change, data } = this.#kernel.readAt(this.fd, wanted, at);
    const { generation } = this.#kernel;
    return { at, bytes: data, change, generation, end: data.length < wanted };
  }

  /** Bytes between the position and the end of the file. */
  left(): bigint {
    const { size } = this.#kernel.call('fstat', { fd: this.fd }).stat;
    const { offset } = this.fd_tell();
    return BigInt(Math.max(0, size - Number(offset)));
  }

  override fd_prestat_get(): { ret: number; prestat: wasi.Prestat | null } {
    if (this.preopen === undefined) return { ret: errnoOf('EBADF'), prestat: null };
    return { ret: SUCCESS, prestat: wasi.Prestat.dir(this.preopen) };
  }

  /**
   * Writes directory entries from a cookie on, the last one cut where the room ends; gives the bytes used.
   * Cookies: 0 is '.', 1 is '..', then the kernel's snapshot in its order.
   */
  list(memory: Memory, at: number, size: number, cookie: bigint): number {
    if (this.kind !== 'dir') throw new FsError('ENOTDIR');
    const into = memory.range(at, size);
    const out = new Uint8Array(into.length);
    let used = 0;
    let page = this.#page;
    for (let next = cookie; used < out.length; next++) {
      const found = next < 2n ? this.#dots(next) : undefined;
      const index = Number(next) - 2;
      if (!found && next < COOKIE_MAX) page = this.#pageWith(page, index);
      const entry = found ?? (page && index >= 0 ? page.entries[index - page.from] : undefined);
      if (!entry) break;
      const bytes = direntOf(entry, next + 1n).subarray(0, out.length - used);
      out.set(bytes, used);
      used += bytes.length;
    }
    this.#page = page;
    into.set(out.subarray(0, used));
    return used;
  }

  #dots(cookie: bigint): Entry {
    const { stat } = this.#kernel.call('fstat', { fd: this.fd });
    return { name: cookie === 0n ? '.' : '..', kind: 'dir', stat };
  }

  /** The part of the snapshot that has an index; the first index takes a new snapshot. */
  #pageWith(page: Page | undefined, index: number): Page {
    const known = page && index > 0 && index >= page.from;
    if (known && (index < page.from + page.entries.length || index >= page.total)) return page;
    return {
      from: index,
      ...this.#kernel.call('list', { fd: this.fd, from: index, count: LIST_MAX }),
    };
  }
}

interface Page {
  readonly from: number;
  readonly entries: readonly Entry[];
  readonly total: number;
}

const fromText = new TextEncoder();

/** `dirent` of preview1: next cookie, inode, length of the name, type, 24 bytes; then the name. */
function direntOf({ name, kind, stat }: Entry, next: bigint): Uint8Array {
  const text = fromText.encode(name);
  const bytes = new Uint8Array(24 + text.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, next, true);
  view.setBigUint64(8, stat?.ino ?? 0n, true);
  view.setUint32(16, text.length, true);
  view.setUint8(20, filetypes[kind]);
  bytes.set(text, 24);
  return bytes;
}
