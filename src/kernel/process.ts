/**
 * A process: a namespace, a working directory, descriptors, limits, and an account of what it did.
 * The page and every other client of the kernel is a process too.
 */
import { type Awaitable, after, attempt, quietly } from './awaitable.ts';
import type { Caller } from './caller.ts';
import { fail } from './errors.ts';
import type { MountTable } from './mounts.ts';
import type { Namespace } from './namespace.ts';
import { OpenDir } from './opendir.ts';
import type { OpenFile } from './openfile.ts';
import { STREAM } from './operations.ts';
import { formatPath, type Path } from './path.ts';
import { Queue } from './queue.ts';
import { USUAL_UMASK } from './service.ts';
import type { Terminal } from './terminal.ts';
import type { Trace } from './trace.ts';
import { Waiters } from './waiters.ts';

export type Descriptor = OpenFile | OpenDir;

/** What `stream` of operations.ts says of a descriptor. */
export function streamOf(found: Descriptor): number {
  if (found instanceof OpenDir || !found.stream) return STREAM.no;
  return found.terminal ? STREAM.terminal : STREAM.stream;
}

export interface Limits {
  /** Bytes of linear memory. */
  readonly memory?: number;
  /** Milliseconds from start to end. */
  readonly wall?: number;
  /** Milliseconds of running, without the time spent waiting in calls. */
  readonly cpu?: number;
  /** Bytes written to standard output and standard error together. */
  readonly output?: number;
  /** Descriptors open at once. */
  readonly files?: number;
}

/** What ends a process from outside, with the exit code that shells show for it. */
export const SIGNALS = {
  hangup: 129,
  interrupt: 130,
  QUIT: 131,
  killed: 137,
  terminated: 143,
  'wall limit': 137,
  'cpu limit': 137,
  'output limit': 137,
} as const;
export type Signal = keyof typeof SIGNALS;

export type ProcessState = 'starting' | 'running' | 'blocked' | 'stopped' | 'exited' | 'killed';

/** What `/proc/N/status` tells. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly state: ProcessState;
  readonly exit_code: number | null;
  readonly signal: Signal | null;
  readonly cpu_ms: number;
  readonly memory: number;
  readonly bytes_read: number;
  readonly bytes_written: number;
  readonly calls: number;
  /** Reads that were answered from what was read ahead, without a call. */
  readonly reads_ahead: number;
  readonly started: string;
  readonly ended: string | null;
}

/** How a process ended. A trap and a signal are not exits. */
export interface ExitStatus {
  /** 0 to 255. */
  readonly exit_code: number;
  /** Why it was ended from outside. */
  readonly signal?: Signal;
  /** A WebAssembly trap or a failure of the machinery, with its stack. */
  readonly trap?: { readonly kind: string; readonly message: string; readonly stack: string };
  readonly duration_ms: number;
  readonly cpu_ms: number;
  readonly peak_memory: number;
  /** Limits that were met: those that ended it, and those that calls or growing failed at. */
  readonly limits_hit: readonly (keyof Limits)[];
  readonly calls: number;
  readonly bytes_read: number;
  readonly bytes_written: number;
  /** What it changed in its namespace, by path. */
  readonly changes: readonly FileChange[];
  /** Changes that are not in the list, because it is bounded. */
  readonly changes_dropped: number;
}

export interface FileChange {
  readonly op: 'create' | 'write' | 'remove' | 'rename' | 'set';
  readonly path: string;
  readonly to?: string;
  readonly bytes: number;
}

export type Ending = Pick<ExitStatus, 'exit_code' | 'signal' | 'trap'> & {
  readonly cpu_ms?: number;
  readonly peak_memory?: number;
};

const FILES_MAX = 1024;
const CHANGES_MAX = 10_000;
/** Bytes that a reader of /proc/N/stdout may lag behind. */
const TAP_MAX = 1 << 20;

export interface ProcessInit {
  readonly pid: number;
  readonly parent?: Process | undefined;
  readonly namespace: Namespace;
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: Path;
  /** Paths relative to a directory's descriptor cannot leave it, as WASI wants. */
  readonly confined?: boolean;
  /** By default that of its parent. */
  readonly umask?: number | undefined;
  readonly limits?: Limits;
  readonly terminal?: Terminal | undefined;
  /** It may mount services, beyond binding what it has. */
  readonly mayMount?: boolean;
  /** Whose mounts are its mounts. */
  readonly sharesWith?: Process | undefined;
  /** It has no program: it is a part of its parent. */
  readonly enrolled?: boolean;
  /** Milliseconds from a clock that only goes forward. */
  readonly now: () => number;
}

export class Process {
  readonly pid: number;
  /** Changes when its parent ends and it stays. */
  ppid: number;
  readonly namespace: Namespace;
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly confined: boolean;
  /** The permissions that files get which it makes, unless it sees to that itself, as a shell does (umask(2)). */
  readonly umask: number;
  readonly mayMount: boolean;
  readonly sharesWith: Process | undefined;
  readonly enrolled: boolean;
  readonly terminal: Terminal | undefined;
  cwd: Path;
  /** What becomes of its children when it is killed. */
  keepsChildren = false;
  /** The mounts that it was started with. */
  inherited: MountTable | undefined;
  /** Set once its program runs. */
  running = false;
  /** Calls that it waits in. */
  inCalls = 0;
  /** Readers of its trace. */
  readonly traces = new Set<Trace>();
  /** Begun before its first call, for whoever opens its trace first. */
  firstTrace: Trace | undefined;
  /** Hears signals first; false leaves one to do what it does by default. For clients that handle them themselves. */
  onSignal: ((signal: string) => boolean) | undefined;
  /** The same for the parts of it that it has enrolled; what stops them it does not hear. */
  onPartSignal: ((pid: number, signal: string) => boolean) | undefined;
  /** Milliseconds of running so far, and bytes of memory now; set by what runs it. */
  meter: () => { cpu: number; memory: number; ahead: number } = () => ({
    cpu: 0,
    memory: 0,
    ahead: 0,
  });
  /** Where its standard input comes from, if that is a pipe made with it. */
  stdin: Queue | undefined;
  /** Calls made so far. */
  calls = 0;
  readonly started: number;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<ExitStatus>;
  readonly #abort = new AbortController();
  readonly #descriptors = new Map<number, Descriptor>();
  /** No descriptor gets a number below this. */
  #lowest = 0;
  readonly #changes = new Map<string, FileChange>();
  readonly #now: () => number;
  readonly #taps = new Map<number, Set<Queue>>();
  readonly #hit = new Set<keyof Limits>();
  readonly #resumed = new Waiters();
  readonly #record: NonNullable<Caller['record']> = (op, path, bytes, to) =>
    this.#note(op, path, bytes, to);
  #stopped = false;
  #output = 0;
  #dropped = 0;
  #read = 0;
  #written = 0;
  #status: ExitStatus | undefined;
  #finish: (status: ExitStatus) => void = () => undefined;
  #stop: ((ending: Ending) => void) | undefined;

  constructor(init: ProcessInit) {
    this.pid = init.pid;
    this.ppid = init.parent?.pid ?? 0;
    this.namespace = init.namespace;
    this.name = init.name;
    this.args = init.args ?? [];
    this.env = init.env ?? {};
    this.cwd = init.cwd ?? [];
    this.confined = init.confined ?? false;
    this.umask = init.umask ?? init.parent?.umask ?? USUAL_UMASK;
    this.limits = init.limits ?? {};
    this.mayMount = init.mayMount ?? false;
    this.sharesWith = init.sharesWith;
    this.enrolled = init.enrolled ?? false;
    this.terminal = init.terminal;
    this.#now = init.now;
    this.started = init.now();
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Fires when the process ends: what it waits for is interrupted. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get status(): ExitStatus | undefined {
    return this.#status;
  }

  get state(): ProcessState {
    if (this.#status) return this.#status.signal ? 'killed' : 'exited';
    if (this.#stopped) return 'stopped';
    if (!this.running) return 'starting';
    return this.inCalls > 0 ? 'blocked' : 'running';
  }

  get bytesRead(): number {
    return this.#read;
  }

  get bytesWritten(): number {
    return this.#written;
  }

  /** Open descriptors, by number. */
  get descriptors(): readonly (readonly [fd: number, descriptor: Descriptor])[] {
    return [...this.#descriptors].sort(([a], [b]) => a - b);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Stopped, its calls wait; what it computes meanwhile nobody sees. */
  set stopped(on: boolean) {
    this.#stopped = on && !this.#status;
    this.#resumed.wake();
  }

  /** Resolves when it stops, goes on or ends. */
  async stateChanged(signal: AbortSignal): Promise<void> {
    await this.#resumed.wait(signal);
  }

  async whileStopped(): Promise<void> {
    while (this.#stopped) await this.#resumed.wait(this.signal);
  }

  /** A reader's copy of what it writes to descriptor 1 or 2 from now on. */
  tap(fd: number): { readonly queue: Queue; stop(): void } {
    const queue = new Queue(TAP_MAX);
    if (this.#status) queue.end();
    const taps = this.#taps.get(fd) ?? new Set();
    this.#taps.set(fd, taps.add(queue));
    return { queue, stop: () => void taps.delete(queue) };
  }

  /** Accounts for what was written to a standard stream; past its limit the process is ended. */
  didOutput(fd: number, data: Uint8Array): void {
    for (const queue of this.#taps.get(fd) ?? []) {
      // A reader that lags loses the rest rather than holding up the program.
      if ((queue.ready('write')?.bytes ?? 0) >= data.length)
        quietly(() => queue.write(data.slice(), this.signal));
    }
    this.#output += data.length;
    if (this.#output > (this.limits.output ?? Number.POSITIVE_INFINITY)) this.kill('output limit');
  }

  /** A limit that calls failed at, or that growing met. */
  hit(limit: keyof Limits): void {
    this.#hit.add(limit);
  }

  /**
   * Gives a descriptor its number; EMFILE past the limit. A WASI program gets the lowest free number (open(2)). Everyone
   * else, the page above all, is many clients in one process: a number that was closed is never given out again, so that
   * a stale number is EBADF and never somebody else's file.
   */
  add(descriptor: Descriptor): number {
    if (this.#status) fail('EINTR', 'the process has ended');
    if (this.#descriptors.size >= (this.limits.files ?? FILES_MAX)) {
      this.hit('files');
      fail('EMFILE');
    }
    let fd = this.#lowest;
    while (this.#descriptors.has(fd)) fd++;
    if (!this.confined) this.#lowest = fd + 1;
    this.#descriptors.set(fd, descriptor);
    return fd;
  }

  descriptor(fd: number): Descriptor {
    return this.#descriptors.get(fd) ?? fail('EBADF');
  }

  file(fd: number): OpenFile {
    const found = this.descriptor(fd);
    if (found instanceof OpenDir) fail('EISDIR');
    return found;
  }

  dir(fd: number): OpenDir {
    const found = this.descriptor(fd);
    if (!(found instanceof OpenDir)) fail('ENOTDIR');
    return found;
  }

  /** The number is free at once, whatever the close says. */
  close(fd: number): Awaitable<void> {
    const found = this.descriptor(fd);
    this.#descriptors.delete(fd);
    return found.close();
  }

  /** `to` becomes what `fd` was, atomically (WASI fd_renumber). */
  async renumber(fd: number, to: number): Promise<void> {
    const moved = this.descriptor(fd);
    const old = this.descriptor(to);
    if (fd === to) return;
    this.#descriptors.set(to, moved);
    this.#descriptors.delete(fd);
    await old.close();
  }

  /** Who asks the namespace, relative to a directory's descriptor or, with -1, the working directory. */
  caller(dir: number, signal: AbortSignal): Caller {
    const record = this.#record;
    if (dir >= 0) {
      const cwd = this.dir(dir).path;
      if (!this.confined) return { cwd, signal, record };
      const umask = this.umask === USUAL_UMASK ? undefined : this.umask;
      return { cwd, signal, record, beneath: cwd, umask };
    }
    if (this.confined) fail('ENOTCAPABLE', 'a path needs a directory');
    return { cwd: this.cwd, signal, record };
  }

  /** As `caller`, for a path whose directory may be a working directory over the root. */
  callerFor(dir: number, path: string, signal: AbortSignal): Awaitable<Caller> {
    const caller = this.caller(dir, signal);
    if (dir < 0 || !this.dir(dir).overRoot) return caller;
    const first = path.split('/').find((name) => name !== '' && name !== '.');
    if (first === undefined || path.startsWith('/')) return caller;
    const root: Caller = { ...caller, cwd: [], beneath: [] };
    return after(this.#has(first, caller), (has) =>
      has ? caller : after(this.#has(first, root), (there) => (there ? root : caller)),
    );
  }

  #has(name: string, caller: Caller): Awaitable<boolean> {
    return attempt(
      () => after(this.namespace.stat(name, false, caller), () => true),
      () => false,
    );
  }

  /** Nobody will read it any more. */
  dropFirstTrace(): void {
    if (this.firstTrace) this.traces.delete(this.firstTrace);
    this.firstTrace = undefined;
  }

  didRead(bytes: number): void {
    this.#read += bytes;
  }

  /** Sets what `kill` does: it must end the process's worker at once. */
  onStop(stop: (ending: Ending) => void): void {
    this.#stop = stop;
  }

  kill(signal: Signal): void {
    const limit = signal.split(' ')[0];
    if (signal.endsWith('limit')) this.hit(limit as keyof Limits);
    const ending: Ending = { exit_code: SIGNALS[signal], signal };
    if (this.#stop) this.#stop(ending);
    else this.exit(ending);
  }

  /** Ends the process: descriptors are closed, waits interrupted, the status is final. */
  exit(ending: Ending): void {
    if (this.#status) return;
    this.#status = {
      cpu_ms: 0,
      peak_memory: 0,
      ...ending,
      // A parent sees eight bits of a status (wait(2)).
      exit_code: ending.exit_code & 255,
      duration_ms: this.#now() - this.started,
      limits_hit: [...this.#hit],
      calls: this.calls,
      bytes_read: this.#read,
      bytes_written: this.#written,
      changes: [...this.#changes.values()],
      changes_dropped: this.#dropped,
    };
    this.#stopped = false;
    this.#abort.abort();
    this.#resumed.wake();
    for (const taps of this.#taps.values()) for (const queue of taps) queue.end();
    for (const fd of [...this.#descriptors.keys()]) quietly(() => this.close(fd));
    this.#finish(this.#status);
  }

  #note(op: FileChange['op'], path: Path, bytes: number, to?: Path): void {
    if (op === 'write') this.#written += bytes;
    const text = formatPath(path);
    const old = this.#changes.get(text);
    if (op === 'rename' && to) {
      this.#noteRename(text, formatPath(to), old);
      return;
    }
    if (!old && this.#changes.size >= CHANGES_MAX) {
      this.#dropped++;
      return;
    }
    if (op === 'remove' && old?.op === 'create') {
      this.#changes.delete(text);
      return;
    }
    // What was made stays made; what was removed and made again is another content of the same name.
    const kept =
      old?.op === 'create' && op !== 'remove'
        ? 'create'
        : old?.op === 'remove' && op === 'create'
          ? 'write'
          : op;
    this.#changes.set(text, { op: kept, path: text, bytes: (old?.bytes ?? 0) + bytes });
  }

  /** What the program made itself is simply made under its new name. */
  #noteRename(from: string, to: string, old: FileChange | undefined): void {
    this.#changes.delete(from);
    const made = old?.op === 'create';
    const change = made
      ? { ...old, path: to }
      : { op: 'rename' as const, path: from, to, bytes: old?.bytes ?? 0 };
    this.#changes.set(change.path, change);
  }
}
