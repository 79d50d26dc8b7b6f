/**
 * The imports where the shim is wrong, slow or a stub: ours take their place, property by property,
 * before the program is instantiated. Each is one call of the kernel. Pointers are the program's and
 * may lead anywhere: leaving its memory is EFAULT, never an exception.
 */
import { type WASI, WASIProcExit, wasi } from '@bjorn3/browser_wasi_shim';
import { FsError } from '../kernel/errors.ts';
import { IO_MAX, OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Caller } from './caller.ts';
import { clock } from './clock.ts';
import { Descriptor, errnoFrom, kindOf, timesFrom, writeFilestat } from './descriptors.ts';
import { EFAULT, ENOTSOCK, errnoOf, SUCCESS } from './errno.ts';
import { Memory } from './memory.ts';
import { pollImports } from './poll.ts';
import { needed, RIGHTS } from './rights.ts';

export type Import = (...args: never[]) => number | void;
export type Imports = Record<string, Import>;

const fromText = new TextEncoder();

/** Buffers of one read or write, together at most one window of the block. */
interface Vectors {
  readonly ranges: readonly Uint8Array[];
  readonly size: number;
}

/** Buffers in one call (IOV_MAX), and subscriptions in one poll. */
const COUNT_MAX = 1024;

function vectors(memory: Memory, at: number, count: number): Vectors {
  if (count >>> 0 > COUNT_MAX) throw new FsError('EINVAL');
  const ranges: Uint8Array[] = [];
  let size = 0;
  const { view } = memory;
  for (let i = 0; i < count && size < IO_MAX; i++) {
    const here = (at >>> 0) + i * 8;
    const range = memory.range(view.getUint32(here, true), view.getUint32(here + 4, true));
    const part = range.subarray(0, IO_MAX - size);
    ranges.push(part);
    size += part.length;
  }
  return { ranges, size };
}

function scatter(data: Uint8Array, { ranges }: Vectors): void {
  let at = 0;
  for (const range of ranges) {
    if (at >= data.length) return;
    range.set(data.subarray(at, at + range.length));
    at += range.length;
  }
}

function gather(into: Uint8Array, { ranges }: Vectors): void {
  let at = 0;
  for (const range of ranges) {
    into.set(range, at);
    at += range.length;
  }
}

/** What a call that has nothing more to say answers. */
const done = (_: unknown): number => SUCCESS;

function openBits(dirflags: number, oflags: number, rights: bigint, fdflags: number): number {
  const directory = (oflags & wasi.OFLAGS_DIRECTORY) !== 0;
  // Asking for a right is not using it: to read a file, Go asks for every right that is not on its list of writing
  // ones, and fd_filestat_set_size is not. Only with a file that is made or emptied do these rights say more.
  const changes = !directory && (oflags & (wasi.OFLAGS_CREAT | wasi.OFLAGS_TRUNC)) !== 0;
  const writing =
    RIGHTS.fd_write | (changes ? RIGHTS.fd_allocate | RIGHTS.fd_filestat_set_size : 0n);
  const writes = (rights & writing) !== 0n;
  // A directory cannot be written; asking for it says that a file was meant.
  if (directory && writes) throw new FsError('EISDIR');
  const reads = (rights & (RIGHTS.fd_read | RIGHTS.fd_readdir)) !== 0n;
  return (
    (reads ? OPEN.read : 0) |
    (writes ? OPEN.write : 0) |
    (directory ? OPEN.directory : 0) |
    (writes && fdflags & wasi.FDFLAGS_APPEND ? OPEN.append : 0) |
    (oflags & wasi.OFLAGS_CREAT ? OPEN.create : 0) |
    (oflags & wasi.OFLAGS_EXCL ? OPEN.exclusive : 0) |
    (oflags & wasi.OFLAGS_TRUNC ? OPEN.truncate : 0) |
    ((dirflags & 1) === 0 ? OPEN.noFollow : 0)
  );
}

/** All imports of preview1 for one program: the shim's, with ours in place of what it lacks. */
export function importsFor(shim: WASI, kernel: Caller, memoryOf: () => ArrayBuffer): Imports {
  const memory = new Memory(memoryOf, (bytes) => {
    kernel.memoryPages = bytes >>> 16;
  });
  const find = (fd: number): Descriptor => {
    const found = shim.fds[fd];
    if (!(found instanceof Descriptor)) throw new FsError('EBADF');
    return found;
  };
  const dir = (fd: number): number => {
    const found = find(fd);
    if (found.kind !== 'dir') throw new FsError('ENOTDIR');
    return found.fd;
  };
  const own = {
    ...processImports(shim, kernel, memory, find),
    ...dataImports(kernel, memory, find),
    ...pathImports(shim, kernel, memory, find, dir),
    ...pollImports(kernel, memory, find),
    fd_readdir: (fd: number, at: number, size: number, cookie: bigint, result: number) => {
      const used = find(fd).list(memory, at, size, BigInt.asUintN(64, cookie));
      memory.view.setUint32(result >>> 0, used, true);
      return SUCCESS;
    },
  } as Imports;
  const theirs = Object.entries(shim.wasiImport as unknown as Imports).map(
    ([name, run]) => [name, unsigned(run)] as const,
  );
  const exit: Exit = { code: undefined };
  const all = { ...Object.fromEntries(theirs), ...own, proc_exit: procExit(exit) };
  return Object.fromEntries(
    Object.entries(all).map(([name, run]) => [name, guarded(name, run, find, memory, exit)]),
  );
}

/** The shim takes pointers as they come, which above 2 GiB is as negative numbers. */
function unsigned(run: Import): Import {
  return (...args: unknown[]) =>
    run(...(args.map((arg) => (typeof arg === 'number' ? arg >>> 0 : arg)) as never[]));
}

/** The first exit holds, also where the program catches what it throws. */
interface Exit {
  code: number | undefined;
}

function procExit(exit: Exit): Import {
  return (code: unknown) => {
    if (typeof code !== 'number' && typeof code !== 'bigint')
      throw new TypeError('proc_exit takes a number');
    exit.code = Number(
      BigInt.asUintN(32, BigInt(typeof code === 'number' ? Math.trunc(code) || 0 : code)),
    );
    throw new WASIProcExit(exit.code);
  };
}

/**
 * An import with its rights looked at first, and what it may throw as an errno; what ends the program goes on
 * up. Arguments are named one by one: gathering them into arrays costs more than many a call.
 */
function guarded(
  name: string,
  run: Import,
  find: (fd: number) => Descriptor,
  memory: Memory,
  exit: Exit,
): Import {
  const call = run as (...args: unknown[]) => number;
  const [first, second] = needed[name] ?? [];
  const other = second?.[0] ?? first?.[0] ?? 0;
  return ((a, b, c, d, e, f, g, h, i) => {
    if (exit.code !== undefined) throw new WASIProcExit(exit.code);
    try {
      if (first) {
        find((first[0] === 0 ? a : c) as number).need(first[1]);
        if (second) find((other === 3 ? d : e) as number).need(second[1]);
      }
      return call(a, b, c, d, e, f, g, h, i);
    } catch (error) {
      if (error instanceof FsError) return errnoOf(error.code);
      if (error instanceof RangeError && !/call stack/i.test(error.message)) return EFAULT;
      throw error;
    } finally {
      // Growth is noticed here too, where the program grew and made no call that looks at memory.
      memory.look();
    }
  }) as (...args: unknown[]) => number as Import;
}

function dataImports(kernel: Caller, memory: Memory, find: (fd: number) => Descriptor): Imports {
  const read = (fd: number, iovs: number, count: number, result: number, at?: number): void => {
    const into = vectors(memory, iovs, count);
    const from = find(fd);
    const data =
      at === undefined ? from.read(into.size) : kernel.readAt(from.fd, into.size, at).data;
    scatter(data, into);
    memory.view.setUint32(result >>> 0, data.length, true);
  };
  const write = (fd: number, iovs: number, count: number, result: number, at?: number): void => {
    const from = vectors(memory, iovs, count);
    const written = kernel.write(find(fd).fd, from.size, (into) => gather(into, from), at);
    memory.view.setUint32(result >>> 0, written, true);
  };
  return {
    fd_read: (fd: number, iovs: number, count: number, result: number) =>
      done(read(fd, iovs, count, result)),
    fd_pread: (fd: number, iovs: number, count: number, at: bigint, result: number) =>
      done(read(fd, iovs, count, result, offset(at))),
    fd_write: (fd: number, iovs: number, count: number, result: number) =>
      done(write(fd, iovs, count, result)),
    fd_pwrite: (fd: number, iovs: number, count: number, at: bigint, result: number) =>
      done(write(fd, iovs, count, result, offset(at))),
  };
}

/** Offsets are unsigned in preview1; past 2^53 the kernel says EINVAL. */
const offset = (at: bigint): number => Number(BigInt.asUintN(64, at));

function pathImports(
  shim: WASI,
  kernel: Caller,
  memory: Memory,
  find: (fd: number) => Descriptor,
  dir: (fd: number) => number,
): Imports {
  const at = (fd: number, ptr: number, len: number): { dir: number; path: string } => ({
    dir: dir(fd),
    path: memory.text(ptr, len),
  });
  return {
    path_open(
      fd: number,
      dirflags: number,
      ptr: number,
      len: number,
      oflags: number,
      base: bigint,
      inheriting: bigint,
      fdflags: number,
      result: number,
    ) {
      memory.range(result, 4);
      const parent = find(fd);
      const asked = BigInt.asUintN(64, base | inheriting);
      if ((asked & parent.withheld) !== 0n) throw new FsError('ENOTCAPABLE');
      if ((oflags & wasi.OFLAGS_TRUNC) !== 0) parent.need('path_filestat_set_size');
      if ((oflags & wasi.OFLAGS_CREAT) !== 0) parent.need('path_create_file');
      const flags = openBits(dirflags, oflags, BigInt.asUintN(64, base), fdflags);
      const opened = kernel.call('open', { ...at(fd, ptr, len), flags });
      const kind = opened.stat.kind === 'dir' ? 'dir' : kindOf(opened.stream);
      const rights = {
        rights: BigInt.asUintN(64, base),
        inheriting: BigInt.asUintN(64, inheriting),
      };
      shim.fds[opened.fd] = new Descriptor(kernel, opened.fd, {
        kind,
        fdflags,
        ...rights,
        plain: opened.plain,
        // Nobody else has this descriptor: of a file that is only read the position is kept here.
        ...(opened.plain && (flags & OPEN.write) === 0
          ? {
              ahead: {
                at: 0,
                change: opened.change,
                bytes: opened.data,
                end: opened.data.length === opened.stat.size,
              },
            }
          : {}),
      });
      memory.view.setUint32(result >>> 0, opened.fd, true);
      return SUCCESS;
    },
    path_filestat_get(fd: number, flags: number, ptr: number, len: number, result: number) {
      memory.range(result, 64);
      const { stat } = kernel.call('stat', { ...at(fd, ptr, len), follow: (flags & 1) !== 0 });
      writeFilestat(memory.view, result >>> 0, stat);
      return SUCCESS;
    },
    path_filestat_set_times(
      fd: number,
      flags: number,
      ptr: number,
      len: number,
      atim: bigint,
      mtim: bigint,
      fst: number,
    ) {
      const times = timesFrom(atim, mtim, fst);
      kernel.call('setTimes', { ...at(fd, ptr, len), follow: (flags & 1) !== 0, ...times });
      return SUCCESS;
    },
    path_create_directory: (fd: number, ptr: number, len: number) =>
      done(kernel.call('mkdir', at(fd, ptr, len))),
    path_remove_directory: (fd: number, ptr: number, len: number) =>
      done(kernel.call('rmdir', at(fd, ptr, len))),
    path_unlink_file: (fd: number, ptr: number, len: number) =>
      done(kernel.call('unlink', at(fd, ptr, len))),
    path_rename(fd: number, ptr: number, len: number, toFd: number, toPtr: number, toLen: number) {
      kernel.call('rename', {
        ...at(fd, ptr, len),
        toDir: dir(toFd),
        toPath: memory.text(toPtr, toLen),
      });
      return SUCCESS;
    },
    path_link(
      fd: number,
      flags: number,
      ptr: number,
      len: number,
      toFd: number,
      toPtr: number,
      toLen: number,
    ) {
      if ((flags & 1) !== 0)
        throw new FsError('EINVAL', { reason: 'a link names the object itself' });
      kernel.call('link', {
        ...at(fd, ptr, len),
        toDir: dir(toFd),
        toPath: memory.text(toPtr, toLen),
      });
      return SUCCESS;
    },
    path_symlink(ptr: number, len: number, fd: number, toPtr: number, toLen: number) {
      kernel.call('symlink', { target: memory.text(ptr, len), ...at(fd, toPtr, toLen) });
      return SUCCESS;
    },
    /** A buffer that is too small gets the first part, as readlink(2). */
    path_readlink(
      fd: number,
      ptr: number,
      len: number,
      buffer: number,
      size: number,
      result: number,
    ) {
      const into = memory.range(buffer, size);
      const target = fromText
        .encode(kernel.call('readlink', at(fd, ptr, len)).target)
        .subarray(0, size >>> 0);
      into.set(target);
      memory.view.setUint32(result >>> 0, target.length, true);
      return SUCCESS;
    },
  };
}

/** Arguments and variables are text that holds any bytes; each ends with a NUL. */
const bytesOfAll = (texts: readonly string[]): readonly Uint8Array[] =>
  texts.map((text) => bytesOf(`${text}\0`));

/** How many texts there are, and their bytes together. */
const sizesOf =
  (texts: readonly string[], memory: Memory) =>
  (count: number, size: number): number => {
    const bytes = bytesOfAll(texts).reduce((sum, { length }) => sum + length, 0);
    memory.view.setUint32(count >>> 0, texts.length, true);
    memory.view.setUint32(size >>> 0, bytes, true);
    return SUCCESS;
  };

/** Writes the texts one after the other, and where each begins. */
const stringsOf =
  (texts: readonly string[], memory: Memory) =>
  (list: number, buffer: number): number => {
    let at = buffer >>> 0;
    for (const [i, bytes] of bytesOfAll(texts).entries()) {
      memory.view.setUint32((list >>> 0) + 4 * i, at, true);
      memory.range(at, bytes.length).set(bytes);
      at += bytes.length;
    }
    return SUCCESS;
  };

/** crypto.getRandomValues fills at most this much at once. */
const RANDOM_MAX = 65_536;

function processImports(
  shim: WASI,
  kernel: Caller,
  memory: Memory,
  find: (fd: number) => Descriptor,
): Imports {
  const notSocket = (fd: number): number => {
    find(fd);
    return ENOTSOCK;
  };
  return {
    args_sizes_get: sizesOf(shim.args, memory),
    args_get: stringsOf(shim.args, memory),
    environ_sizes_get: sizesOf(shim.env, memory),
    environ_get: stringsOf(shim.env, memory),
    clock_res_get(id: number, result: number) {
      clock(id);
      memory.view.setBigUint64(result >>> 0, 5_000n, true);
      return SUCCESS;
    },
    clock_time_get(id: number, _precision: bigint, result: number) {
      memory.view.setBigUint64(result >>> 0, clock(id), true);
      return SUCCESS;
    },
    random_get(at: number, size: number) {
      const range = memory.range(at, size);
      for (let done = 0; done < range.length; done += RANDOM_MAX) {
        crypto.getRandomValues(range.subarray(done, done + RANDOM_MAX) as Uint8Array<ArrayBuffer>);
      }
      return SUCCESS;
    },
    fd_advise(fd: number, _offset: bigint, _length: bigint, advice: number) {
      find(fd);
      if (advice >>> 0 > wasi.ADVICE_NOREUSE) throw new FsError('EINVAL');
      return SUCCESS;
    },
    sched_yield: () => SUCCESS,
    proc_raise: () => errnoOf('ENOSYS'),
    sock_accept: notSocket,
    sock_recv: notSocket,
    sock_send: notSocket,
    sock_shutdown: notSocket,
    fd_renumber(fd: number, to: number) {
      const moved = shim.fds[fd];
      if (!(moved instanceof Descriptor) || !(shim.fds[to] instanceof Descriptor))
        return errnoOf('EBADF');
      return errnoFrom(() => {
        kernel.call('renumber', { fd, to });
        if (fd === to) return;
        moved.fd = to;
        shim.fds[to] = moved;
        shim.fds[fd] = undefined as never;
      });
    },
  };
}
