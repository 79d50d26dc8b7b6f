/**
 * ProcFs: processes as files (proc(3) of Plan 9). A process sees itself and its descendants, the page
 * sees all. `self` leads to whoever looks.
 */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { formatNs, parseNs } from '../../kernel/nstext.ts';
import type { OpenFile } from '../../kernel/openfile.ts';
import { formatPath, type Path } from '../../kernel/path.ts';
import type { Process } from '../../kernel/process.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { Trace } from '../../kernel/trace.ts';

interface ProcFile {
  readonly read?: boolean;
  readonly write?: boolean;
  open(kernel: Kernel, process: Process): FileHandle;
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** The picture of a process's directory. */
const files: { readonly [name: string]: ProcFile } = {
  status: {
    read: true,
    open: (kernel, process) => textHandle(() => json(kernel.processes.describe(process))),
  },
  args: { read: true, open: (_, { args }) => textHandle(() => lines(args)) },
  env: {
    read: true,
    open: (_, { env }) =>
      textHandle(() => lines(Object.entries(env).map(([name, value]) => `${name}=${value}`))),
  },
  cwd: { read: true, open: (_, process) => textHandle(() => `${formatPath(process.cwd)}\n`) },
  ns: {
    read: true,
    write: true,
    open: (kernel, process) => ({
      ...textHandle(() => formatNs(process.namespace.table)),
      ...withoutStream(controlHandle((line) => changeNs(kernel, process, line))),
    }),
  },
  fd: {
    read: true,
    open: (_, process) => textHandle(() => lines(process.descriptors.map(fdLine))),
  },
  ctl: {
    write: true,
    open: (kernel, process) => controlHandle((line) => control(kernel, process, line)),
  },
  wait: {
    read: true,
    open: (kernel, process) =>
      textHandle(async (signal) => json(await kernel.processes.wait(process, false, signal))),
  },
  trace: { read: true, write: true, open: (_, process) => traceHandle(process) },
  stdin: { write: true, open: (_, process) => stdinHandle(process) },
  stdout: { read: true, open: (_, process) => tapHandle(process, 1) },
  stderr: { read: true, open: (_, process) => tapHandle(process, 2) },
};

/** Readers of one process's trace at once; each may lag behind by a mebibyte. */
const TRACES_MAX = 8;

export class ProcFs implements FileService {
  readonly spec: ServiceSpec = { kind: 'proc' };
  readonly control = true;
  readonly #kernel: Kernel;
  readonly #viewer: Process;

  constructor(kernel: Kernel, viewer: Process) {
    this.#kernel = kernel;
    this.#viewer = viewer;
  }

  async stat(path: Path): Promise<Stat> {
    const [pid, name] = path;
    if (pid === undefined) return statOf('dir', 1n);
    if (pid === 'self') return path.length > 1 ? fail('ENOTDIR') : statOf('symlink', 2n);
    const process = this.#process(pid);
    const base = BigInt(process.pid) * 64n;
    if (name === undefined) return statOf('dir', base);
    return statOf('file', base + BigInt(Object.keys(files).indexOf(this.#file(path)) + 1));
  }

  async readdir(path: Path): Promise<Entry[]> {
    if (path.length === 0)
      return [
        ...this.#kernel.processes
          .allVisible(this.#viewer)
          .map(({ pid }): Entry => ({ name: String(pid), kind: 'dir' })),
        { name: 'self', kind: 'symlink' },
      ];
    if (path.length > 1 || path[0] === 'self') {
      await this.stat(path);
      fail('ENOTDIR');
    }
    this.#process(path[0] as string);
    return Object.keys(files).map((name) => ({ name, kind: 'file' }));
  }

  async readlink(path: Path): Promise<string> {
    if (path.length !== 1 || path[0] !== 'self') {
      await this.stat(path);
      fail('EINVAL');
    }
    return String(this.#viewer.pid);
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const { kind } = await this.stat(path);
    if (kind === 'dir') fail('EISDIR');
    if (kind === 'symlink') fail('ELOOP');
    const process = this.#process(path[0] as string);
    const name = this.#file(path);
    const file = files[name] as ProcFile;
    // A program cannot lift what was put over it.
    if (
      name === 'ns' &&
      (mode.write || mode.append) &&
      process === this.#viewer &&
      process.confined
    )
      fail('EPERM', 'a program does not change its own namespace');
    if (name === 'trace' && process.traces.size >= TRACES_MAX)
      fail('EBUSY', 'it has too many traces: close one');
    if ((mode.write || mode.append) && !file.write) fail('EACCES', 'this file is only read');
    if (mode.read && !file.read) fail('EACCES', 'this file is only written');
    return file.open(this.#kernel, process);
  }

  #process(pid: string): Process {
    if (!/^[1-9]\d{0,8}$/.test(pid)) fail('ENOENT');
    try {
      return this.#kernel.processes.visible(this.#viewer, Number(pid));
    } catch {
      return fail('ENOENT');
    }
  }

  #file([, name, ...more]: Path): string {
    if (name === undefined || !Object.hasOwn(files, name)) return fail('ENOENT');
    if (more.length > 0) fail('ENOTDIR');
    return name;
  }
}

/** Read from any offset, though what is written are lines. */
const withoutStream = ({ write, close }: FileHandle): Pick<FileHandle, 'write' | 'close'> => ({
  ...(write ? { write } : {}),
  ...(close ? { close } : {}),
});

/** Number, mode, offset and path of a descriptor. */
function fdLine([fd, found]: Process['descriptors'][number]): string {
  if (!('place' in found)) return `${fd} d 0 ${formatPath(found.path)}`;
  const file: OpenFile = found;
  const mode = `${file.mode.read ? 'r' : ''}${file.mode.write ? 'w' : ''}${file.mode.append ? 'a' : ''}`;
  return `${fd} ${mode} ${file.stream ? '-' : file.position} ${file.place.path()}`;
}

const verbs: { readonly [verb: string]: (kernel: Kernel, process: Process) => void } = {
  kill: (kernel, process) => kernel.processes.signal(process, 'killed'),
  term: (kernel, process) => kernel.processes.signal(process, 'terminated'),
  stop: (kernel, process) => kernel.processes.signal(process, 'stop'),
  start: (kernel, process) => kernel.processes.signal(process, 'start'),
  'children keep': (_, process) => {
    process.keepsChildren = true;
  },
  'children kill': (_, process) => {
    process.keepsChildren = false;
  },
};

function control(kernel: Kernel, process: Process, line: string): void {
  if (process.status) fail('ESRCH', 'the process has ended');
  if (!Object.hasOwn(verbs, line)) fail('EINVAL', `ctl takes ${Object.keys(verbs).join(', ')}`);
  verbs[line]?.(kernel, process);
}

/** Binds and unmounts change what the process sees from then on; a mount could bring in what it was not given. */
async function changeNs(kernel: Kernel, process: Process, line: string): Promise<void> {
  if (parseNs(line).some(({ verb }) => verb === 'mount'))
    fail('EPERM', 'ns takes bind and unmount, never mount');
  await kernel.sources.replay(process, line, process.signal);
}

function traceHandle(process: Process): FileHandle {
  const trace = process.firstTrace ?? new Trace();
  process.firstTrace = undefined;
  process.traces.add(trace);
  if (process.status) trace.end();
  const end = (): void => trace.end();
  process.signal.addEventListener('abort', end, { once: true });
  return {
    ...controlHandle((line) => {
      if (!trace.control(line)) fail('EINVAL', 'trace takes on, off or only PATTERN');
    }),
    ready: (what) => (what === 'read' ? trace.queue.ready('read') : { bytes: 1, hangup: false }),
    changed: (signal) => trace.queue.changed(signal),
    read: (_at, count, signal) => trace.queue.read(count, signal),
    close: async () => {
      process.traces.delete(trace);
      process.signal.removeEventListener('abort', end);
      trace.queue.abandon();
    },
  };
}

function tapHandle(process: Process, fd: number): FileHandle {
  const { queue, stop } = process.tap(fd);
  return {
    stream: true,
    ready: () => queue.ready('read'),
    changed: (signal) => queue.changed(signal),
    read: (_at, count, signal) => queue.read(count, signal),
    close: async () => stop(),
  };
}

function stdinHandle(process: Process): FileHandle {
  const queue = process.stdin ?? fail('EACCES', 'its standard input is a file or a terminal');
  return {
    stream: true,
    ready: () => queue.ready('write'),
    changed: (signal) => queue.changed(signal),
    write: async (_at, data, signal) => ({ written: await queue.write(data, signal), end: 0 }),
  };
}

const statOf = (kind: Stat['kind'], ino: bigint): Stat => ({
  kind,
  size: 0,
  mtime: 0n,
  ino,
  nlink: 1,
  version: '',
});
