/** What each operation of the table does for a process. Arguments come from outside and are checked here or deeper. */
import { type Awaitable, after, attempt } from './awaitable.ts';
import { giveAway } from './bytes.ts';
import type { Caller } from './caller.ts';
import { fail } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { toManifest } from './manifest.ts';
import { mountRows } from './mountrows.ts';
import type { MountFlags } from './mounts.ts';
import type { OpenFlags } from './namespace.ts';
import { formatNs } from './nstext.ts';
import { OpenDir } from './opendir.ts';
import { openMany } from './openmany.ts';
import {
  type Args,
  IO_MAX,
  LIST_MAX,
  OPEN,
  OPEN_WHOLE,
  OPEN_WHOLE_MAX,
  type Operation,
  type Result,
  STREAM,
  TIME_NOW,
  TIME_OMIT,
  WHENCE,
} from './operations.ts';
import { cleanPath, formatPath } from './path.ts';
import { makePipe } from './pipe.ts';
import { poll } from './poll.ts';
import { type Descriptor, type Process, streamOf } from './process.ts';
import { read } from './reading.ts';
import { MODE_BITS, type ServiceSpec, type Times } from './service.ts';
import { mayLift } from './sources.ts';
import { type Program, programBytes, type SpawnConfig, spawn, streamFile } from './spawn.ts';
import type { Winsize } from './terminal.ts';
import type { Termios } from './termios.ts';

type Handler<K extends Operation> = (
  process: Process,
  args: Args<K>,
  signal: AbortSignal,
  kernel: Kernel,
) => Awaitable<Result<K>>;

export const handlers: { readonly [K in Operation]: Handler<K> } = {
  open(process, { dir, path, flags }, signal, kernel) {
    const change = kernel.changes.count;
    return after(process.callerFor(dir, path, signal), (caller) =>
      after(process.namespace.open(path, openFlags(flags), caller), (opened) =>
        attempt(
          () => {
            if (!(opened instanceof OpenDir)) kernel.didOpen(process, opened);
            return describeOpened(process, opened, caller, change, flags);
          },
          (error) =>
            after(opened.close(), () => {
              throw error;
            }),
        ),
      ),
    );
  },
  openMany: (process, args, signal, kernel) => openMany(kernel, process, args, signal),
  close(process, { fd }) {
    return after(process.close(fd), () => ({}));
  },
  read(process, { fd, count }, signal, kernel) {
    return after(read(process, fd, count, signal, kernel), (data) => ({ data }));
  },
  readInto(process, { fd, buffer }, signal, kernel) {
    if (!(buffer instanceof Uint8Array && buffer.buffer instanceof ArrayBuffer))
      fail('EINVAL', 'buffer is bytes that nothing else shares');
    return after(read(process, fd, buffer.length, signal, kernel, buffer), (data) => {
      // To transfer memory for few bytes costs more than to copy them.
      if (data.length < TRANSFERRED_MIN) return { data: data.slice() };
      // Most services make memory of their own.
      if (data.buffer !== buffer.buffer) buffer.set(data);
      return { data: giveAway(buffer).subarray(0, data.length) };
    });
  },
  pread(process, { fd, count, at }, signal, kernel) {
    const change = kernel.changes.count;
    const file = process.file(fd);
    if (file.stream) fail('ESPIPE');
    return after(file.pread(at, Math.min(count, IO_MAX), signal), (data) => {
      process.didRead(data.length);
      return { change, data };
    });
  },
  write(process, { fd, data }, signal) {
    return after(process.file(fd).write(data, signal), (written) => {
      if (fd === 1 || fd === 2) process.didOutput(fd, data.subarray(0, written));
      return { written };
    });
  },
  async pwrite(process, { fd, at, data }, signal) {
    const file = process.file(fd);
    if (file.stream) fail('ESPIPE');
    return { written: await file.pwrite(at, data, signal) };
  },
  async unread(process, { fd, data }) {
    process.file(fd).unread(data);
    return {};
  },
  async seek(process, { fd, offset, whence }, signal) {
    const from = WHENCE[whence] ?? fail('EINVAL', 'whence is set, cur or end');
    return { position: await process.file(fd).seek(offset, from, signal) };
  },
  async truncate(process, { fd, size }, signal) {
    await process.file(fd).truncate(size, signal);
    return {};
  },
  async sync(process, { fd }) {
    const found = process.descriptor(fd);
    if (found instanceof OpenDir) await process.namespace.sync(found.path);
    else await found.sync();
    return {};
  },
  async syncAll(process) {
    await process.namespace.sync();
    return {};
  },
  async dup(process, { fd }) {
    const copy = process.descriptor(fd).dup();
    try {
      return { fd: process.add(copy) };
    } catch (error) {
      await copy.close();
      throw error;
    }
  },
  async renumber(process, { fd, to }) {
    await process.renumber(fd, to);
    return {};
  },
  async fstat(process, { fd }, signal) {
    const found = process.descriptor(fd);
    if (found instanceof OpenDir) {
      const stat = await process.namespace.stat('.', true, { cwd: found.path, signal });
      return { stat, stream: STREAM.no, flags: OPEN.directory | OPEN.read };
    }
    const { read, write, append } = found.mode;
    const flags = (read ? OPEN.read : 0) | (write ? OPEN.write : 0) | (append ? OPEN.append : 0);
    return { stat: await found.stat(signal), stream: streamOf(found), flags };
  },
  async setFlags(process, { fd, append, nonblock }) {
    const found = process.descriptor(fd);
    if (found instanceof OpenDir) return {};
    found.append = append;
    found.nonblock = nonblock;
    return {};
  },
  async fsetTimes(process, { fd, atime, mtime }, signal) {
    const times = timesOf(atime, mtime);
    const found = process.descriptor(fd);
    if (found instanceof OpenDir) {
      await process.namespace.setTimes('.', times, true, { cwd: found.path, signal });
    } else await found.setTimes(times, signal);
    return {};
  },
  async list(process, { fd, from, count }, signal) {
    const dir = process.dir(fd);
    return dir.list(from, Math.min(count, LIST_MAX), process.caller(fd, signal));
  },
  stat(process, { dir, path, follow }, signal) {
    return after(process.callerFor(dir, path, signal), (caller) =>
      after(process.namespace.stat(path, follow, caller), (stat) => ({ stat })),
    );
  },
  async setTimes(process, { dir, path, follow, atime, mtime }, signal) {
    await process.namespace.setTimes(
      path,
      timesOf(atime, mtime),
      follow,
      await process.callerFor(dir, path, signal),
    );
    return {};
  },
  async setMode(process, { dir, path, mode }, signal) {
    const caller = await process.callerFor(dir, path, signal);
    await process.namespace.setMode(path, mode & MODE_BITS, true, caller);
    return {};
  },
  async mkdir(process, { dir, path }, signal) {
    await process.namespace.mkdir(path, await process.callerFor(dir, path, signal));
    return {};
  },
  unlink(process, { dir, path }, signal) {
    return after(process.callerFor(dir, path, signal), (caller) =>
      after(process.namespace.remove(path, 'file', caller), () => ({})),
    );
  },
  async rmdir(process, { dir, path }, signal) {
    await process.namespace.remove(path, 'dir', await process.callerFor(dir, path, signal));
    return {};
  },
  async rename(process, { dir, path, toDir, toPath }, signal) {
    const to = await process.callerFor(toDir, toPath, signal);
    await process.namespace.rename(path, toPath, await process.callerFor(dir, path, signal), to);
    return {};
  },
  async link(process, { dir, path, toDir, toPath }, signal) {
    const to = await process.callerFor(toDir, toPath, signal);
    await process.namespace.link(path, toPath, await process.callerFor(dir, path, signal), to);
    return {};
  },
  async symlink(process, { target, dir, path }, signal) {
    if (process.confined && target.startsWith('/'))
      fail('EPERM', 'an absolute target may leave the preopen');
    if (target === '') fail('ENOENT', 'the target is empty');
    await process.namespace.symlink(target, path, await process.callerFor(dir, path, signal));
    return {};
  },
  async readlink(process, { dir, path }, signal) {
    return {
      target: await process.namespace.readlink(path, await process.callerFor(dir, path, signal)),
    };
  },

  async readFile(process, { dir, path }, signal) {
    const data = await process.namespace.readFile(path, await process.callerFor(dir, path, signal));
    process.didRead(data.length);
    return { data };
  },
  async writeFile(process, { dir, path, data, append, exclusive }, signal) {
    const flags = {
      write: true,
      create: true,
      ...(append ? { append } : {}),
      ...(exclusive ? { exclusive } : {}),
    };
    await process.namespace.writeFile(
      path,
      data,
      flags,
      await process.callerFor(dir, path, signal),
    );
    return {};
  },
  async watch(process, { path }, signal, kernel) {
    return { id: await kernel.watch(process, path, signal) };
  },
  async unwatch(process, { id }, _, kernel) {
    kernel.unwatch(process, id);
    return {};
  },
  async mount(process, { spec, at, flags }, signal, kernel) {
    checkMayMount(process);
    const source = await kernel.sources.make(checkSpec(spec), process);
    await process.namespace.mount(source, at, mountFlags(flags), process.caller(-1, signal));
    return {};
  },
  async bind(process, { from, to, flags }, signal) {
    await process.namespace.bind(from, to, mountFlags(flags), process.caller(-1, signal));
    return {};
  },
  async unmount(process, { at, what }, signal) {
    const only = typeof what === 'string' ? what : undefined;
    const caller = process.caller(-1, signal);
    await process.namespace.unmount(at, only, caller, mayLift(process));
    return {};
  },
  async mounts(process) {
    return { mounts: mountRows(process.namespace.table) };
  },
  async retryMount(process, { at }, _, kernel) {
    checkMayMount(process);
    await kernel.sources.retry(process, at);
    return {};
  },
  async layers(process, { path }, signal, kernel) {
    // What is hidden from a program stays hidden.
    checkMayMount(process);
    const { layersAt } = await import('./layers.ts');
    const layers = await layersAt(process.namespace.table, cleanPath(path), signal);
    return { layers, touched: kernel.lastTouch(process, formatPath(cleanPath(path))) };
  },
  async reorderUnion(process, { at, order, of }) {
    checkMayMount(process);
    const { namespace } = process;
    if (!Array.isArray(order) || !Array.isArray(of))
      fail('EINVAL', 'the order is a list of places, in a list of devices');
    const changed = namespace.table.reorderedUnion(
      cleanPath(at),
      order.map(Number),
      of.map(Number),
    );
    namespace.replaceTable(changed);
    return {};
  },
  async setReadOnly(process, { at, ro }) {
    checkMayMount(process);
    const { namespace } = process;
    const point =
      namespace.table.at(cleanPath(at)) ?? fail('EINVAL', `nothing is mounted at ${at}`);
    namespace.replaceTable(
      namespace.table.map((member, each) => (each === point ? { ...member, ro } : member)),
    );
    return {};
  },
  async reorderMounts(process, { order }) {
    if (!Array.isArray(order)) fail('EINVAL', 'the order is a list of mount points');
    const { namespace } = process;
    namespace.replaceTable(namespace.table.reordered(order.map((at) => cleanPath(String(at)))));
    return {};
  },
  async undoMount(process) {
    return { done: process.namespace.undo() };
  },
  async redoMount(process) {
    return { done: process.namespace.redo() };
  },
  async ns(process) {
    return { text: formatNs(process.namespace.table) };
  },
  async replayNs(process, { text }, signal, kernel) {
    checkMayMount(process);
    await kernel.sources.replay(process, text, signal);
    return {};
  },
  async manifest(process) {
    return { manifest: toManifest(process.namespace.table) };
  },
  async restore(process, { manifest }, _, kernel) {
    checkMayMount(process);
    process.namespace.replaceTable(await kernel.sources.tableFrom(manifest));
    return {};
  },

  async spawn(process, { program, config }, signal, kernel) {
    return spawn(kernel, process, program as Program, config as SpawnConfig, signal);
  },
  async inspect(process, { program }, signal, kernel) {
    const binary = await programBytes(process, program as Program, signal);
    return { preflight: await kernel.inspect(binary) };
  },
  async enroll(process, { name, args }, _, kernel) {
    return { pid: kernel.processes.enroll(process, name, args as readonly string[]).pid };
  },
  async retire(process, { pid, status }, _, kernel) {
    kernel.processes.enrolled(process, pid).exit({ exit_code: status });
    return {};
  },
  async wait(process, { pid, untraced }, signal, kernel) {
    return {
      status: await kernel.processes.wait(kernel.processes.visible(process, pid), untraced, signal),
    };
  },
  async kill(process, { pid, signal }, _, kernel) {
    kernel.processes.signal(kernel.processes.visible(process, pid), signal);
    return {};
  },
  async processes(process, __, ___, kernel) {
    return {
      processes: kernel.processes
        .allVisible(process)
        .map((each) => kernel.processes.describe(each)),
    };
  },
  async pipe(process) {
    const pipe = makePipe(PIPE_LIMIT);
    const reader = process.add(streamFile(pipe.reader, 'read', 'pipe'));
    try {
      return { reader, writer: process.add(streamFile(pipe.writer, 'write', 'pipe')) };
    } catch (error) {
      await process.close(reader);
      throw error;
    }
  },
  async poll(process, { wanted, timeout }, signal, kernel) {
    return { ready: await poll(process, wanted, timeout, signal, kernel) };
  },
  async chdir(process, { path }, signal) {
    const caller = process.caller(-1, signal);
    const { kind } = await process.namespace.stat(path, true, caller);
    if (kind !== 'dir') fail('ENOTDIR');
    process.cwd = await process.namespace.realpath(path, caller);
    return { path: formatPath(process.cwd) };
  },
  async openTerminal(process, size, _, kernel) {
    return kernel.terminals.open(process, size);
  },
  async resizeTerminal(_, { id, ...size }, __, kernel) {
    kernel.terminals.get(id).size = size;
    return {};
  },
  async terminal(process, { modes, size, foreground, typed }, signal, kernel) {
    const terminal = process.terminal ?? fail('ENOTTY', 'this process has no terminal');
    // As SIGTTOU has it (termios(3)), without the stop.
    if (modes) await kernel.terminals.untilInFront(process, signal);
    if (typed.length > 0) terminal.typeAgain(typed);
    if (modes) terminal.modes = modes as Termios;
    if (size) terminal.size = size as Winsize;
    if (Array.isArray(foreground))
      kernel.terminals.setForeground(
        process,
        terminal,
        foreground.map((pid) => kernel.processes.visible(process, Number(pid))),
      );
    return { ...terminal.size, modes: terminal.modes };
  },
};

/** What a program learns of what it opened; a small file that it only reads comes along. */
function describeOpened(
  process: Process,
  opened: Descriptor,
  caller: Caller,
  change: number,
  flags: number,
): Awaitable<Result<'open'>> {
  const { signal } = caller;
  const isDir = opened instanceof OpenDir;
  const described = isDir
    ? process.namespace.stat('.', true, { ...caller, cwd: opened.path, beneath: undefined })
    : opened.stat(signal);
  return after(described, (stat) => {
    const plain = !isDir && !opened.stream && stat.version !== '';
    const { read, write } = plain ? opened.mode : {};
    const most = read && !write && stat.size > 0 ? aheadOf(process, flags, stat.size) : 0;
    return after(plain && most > 0 ? opened.pread(0, most, signal) : NOTHING, (data) => {
      process.didRead(data.length);
      return {
        fd: process.add(opened),
        stat,
        stream: streamOf(opened),
        plain,
        change,
        data,
      };
    });
  });
}

/** Bytes of a small file that its opening brings along: most are read at once and whole. */
const OPEN_AHEAD = 16_384;

function aheadOf({ confined }: Process, flags: number, size: number): number {
  if (confined) return OPEN_AHEAD;
  return flags & OPEN_WHOLE && size <= OPEN_WHOLE_MAX ? size : 0;
}

const NOTHING = new Uint8Array(0);

/** The memory of fewer bytes is not worth to be handed back. */
const TRANSFERRED_MIN = 65_536;

/** Bytes that a pipe holds before its writer waits: several whole windows, so that both ends keep running. */
const PIPE_LIMIT = 1 << 20;

/** What is not mounted does not exist for a program: it may bind what it has, and no more. */
function checkMayMount(process: Process): void {
  if (!process.mayMount) fail('EPERM', 'only the page and its terminals mount services');
}

const openNames = Object.entries(OPEN) as [keyof OpenFlags, number][];
const OPEN_ALL = openNames.reduce((bits, [, bit]) => bits | bit, 0);
const knownFlags = new Map<number, OpenFlags>();

function openFlags(given: number): OpenFlags {
  // Bits come from outside: those beyond the names mean nothing.
  const bits = given & OPEN_ALL;
  const known = knownFlags.get(bits);
  if (known) return known;
  const flags: OpenFlags = Object.fromEntries(
    openNames.filter(([, bit]) => bits & bit).map(([name]) => [name, true]),
  );
  knownFlags.set(bits, flags);
  return flags;
}

function timesOf(atime: bigint, mtime: bigint): Times {
  return {
    ...(atime === TIME_OMIT ? {} : { atime: resolveTime(atime) }),
    ...(mtime === TIME_OMIT ? {} : { mtime: resolveTime(mtime) }),
  };
}

/** Times beyond 64 signed bits cannot be kept by any clock of ours; TIME_NOW is the host's clock. */
const resolveTime = (time: bigint): bigint =>
  time === TIME_NOW ? BigInt(Date.now()) * 1_000_000n : time;

function checkSpec(value: unknown): ServiceSpec {
  const spec = value as Partial<ServiceSpec> | null;
  if (typeof spec?.kind !== 'string') fail('EINVAL', 'a mount needs {kind, options}');
  return spec as ServiceSpec;
}

function mountFlags(value: unknown): MountFlags {
  const { order, create, ro, temporary } = (value ?? {}) as Partial<
    Record<keyof MountFlags, unknown>
  >;
  if (order !== undefined && order !== 'replace' && order !== 'before' && order !== 'after') {
    fail('EINVAL', 'order is replace, before or after');
  }
  return {
    order: order ?? 'replace',
    ...(create === undefined ? {} : { create: create === true }),
    ro: ro === true,
    ...(temporary === true ? { temporary } : {}),
  };
}
