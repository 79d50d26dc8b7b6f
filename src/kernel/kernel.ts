/**
 * The kernel: processes, mounted sources, watches, and the one gate that runs an operation for a
 * process. It knows nothing of where it runs: services, the runner and timers come in as parameters.
 */

import { type AccessMap, restrict } from './access.ts';
import { type Awaitable, after, attempt } from './awaitable.ts';
import type { Caller } from './caller.ts';
import { Changes } from './changes.ts';
import { FsError, fail, toFsError } from './errors.ts';
import { FailedService } from './failed.ts';
import { handlers } from './handlers.ts';
import { fromManifest } from './manifest.ts';
import type { MountPoint, MountTable, Source } from './mounts.ts';
import { Namespace } from './namespace.ts';
import { parseNs } from './nstext.ts';
import type { OpenFile } from './openfile.ts';
import type { Args, Operation, Result } from './operations.ts';
import { cleanPath, formatPath, type Path } from './path.ts';
import { type ExitStatus, Process, type ProcessInfo, SIGNALS, type Signal } from './process.ts';
import type { FileService, ServiceSpec } from './service.ts';
import { Terminals } from './terminals.ts';
import { type LastTouch, Touched } from './touched.ts';
import { Watches } from './watches.ts';

/** Executes a program as a process: it must call `process.exit` in the end, and `onStop` to be killable. */
export interface Runner {
  /** Rejects with ENOEXEC, ENOMEM or EINVAL if the program cannot start. */
  start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void>;
  /** What a binary is; a plain object for clients. */
  inspect(binary: Uint8Array): Promise<object>;
}

export interface KernelHost {
  /** Makes a service from its spec; throws with a sentence if it cannot. */
  /** `process` is who it is for, where that matters (`/dev`, `/proc`). */
  makeService(spec: ServiceSpec, process: Process | undefined): Promise<FileService>;
  /** The same service as another process has it; undefined for services that are the same for all. */
  personal(spec: ServiceSpec, process: Process): FileService | undefined;
  /** An overlay over a source for what a process changes, to be reviewed; absent where there is none. */
  overlay?(process: Process, base: Source, at: Path): FileService;
  readonly runner: Runner;
  /** Milliseconds from a clock that only goes forward. */
  now(): number;
  /** Runs a function soon, once. */
  later(run: () => void): void;
  /** Runs a function after some milliseconds; returns the cancel. */
  after(ms: number, run: () => void): () => void;
  /** Milliseconds since 1970. */
  clock(): number;
  /** Something that clients show has changed. */
  notify(event: KernelEvent): void;
}

export type KernelEvent =
  | { readonly type: 'changed'; readonly id: number; readonly paths: readonly string[] }
  | { readonly type: 'mounts'; readonly pid: number }
  | { readonly type: 'process'; readonly pid: number; readonly ended: boolean };

/** Ended processes that are remembered, for wait and for the page. */
const ENDED_MAX = 200;
/** Of those, so many with a trace that nobody has read yet. */
const TRACES_MAX = 20;
/** Processes at once: each has a worker, and a script could start them without end. */
const ALIVE_MAX = 256;
/** Beyond them, for what the page itself starts, and who goes first: a program that starts many locks nobody out. */
const ALIVE_SPARE = 32;

/** Processes without a program that one process may have at once. */
const ENROLLED_MAX = 4096;

/** What a client's programs may use up of the processes that there are at once. */
export interface Share {
  readonly most?: number;
  /** It has the spare ones too. */
  readonly first?: boolean;
}

export class Kernel {
  readonly changes: Changes;
  /** What programs opened, not the page: it looks at everything. */
  readonly touched = new Touched();
  readonly now: () => number;
  readonly #host: KernelHost;
  readonly #processes = new Map<number, Process>();
  readonly #watches: Watches;
  #lastPid = 0;
  #lastDev = 0;
  readonly terminals: Terminals;
  readonly #shares = new WeakMap<Process, Share>();
  /** The sources that a process has of its own, by those of its parent. */
  readonly #personal = new WeakMap<Process, Map<Source, Source>>();

  constructor(host: KernelHost) {
    this.#host = host;
    this.now = () => host.now();
    this.changes = new Changes((run) => host.later(run));
    this.#watches = new Watches(this.changes, (id, paths) =>
      host.notify({ type: 'changed', id, paths }),
    );
    this.terminals = new Terminals({
      processes: () => [...this.#processes.values()],
      signal: (process, name) => this.signal(process, name),
      after: (ms, run) => this.after(ms, run),
    });
  }

  /** A process for a client of the kernel, with a namespace of its own. It may mount. */
  attach(name: string, namespace = new Namespace(this.changes), share: Share = {}): Process {
    const process = new Process({
      pid: this.nextPid(),
      namespace,
      name,
      mayMount: true,
      now: this.now,
    });
    process.running = true;
    this.#processes.set(process.pid, process);
    this.#shares.set(process, share);
    return process;
  }

  /** What a process has started, and all that they have. */
  descendants(process: Process): Process[] {
    return [...this.#processes.values()].filter(
      (each) => each !== process && this.#descends(each, process),
    );
  }

  /** Ends a client that was attached, with all that it has started. */
  detach(process: Process): void {
    for (const each of this.descendants(process)) each.kill('killed');
    process.exit({ exit_code: 0 });
    this.#processes.delete(process.pid);
  }

  /** Runs one operation. Every failure is an FsError. */
  async call<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Promise<Result<K>> {
    return this.answer(process, operation, args, signal);
  }

  /** As `call`, at once where nothing has to be waited for. */
  answer<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Awaitable<Result<K>> {
    process.calls++;
    if (process.traces.size > 0) return this.#traced(process, operation, args, signal);
    return this.#run(process, operation, args, signal);
  }

  #run<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Awaitable<Result<K>> {
    if (process.stopped)
      return process.whileStopped().then(() => this.#run(process, operation, args, signal));
    return attempt(
      () => {
        const answered = this.#handle(process, operation, args, signal);
        if (!(answered instanceof Promise)) return answered;
        process.inCalls++;
        return answered.finally(() => {
          process.inCalls--;
        });
      },
      (error) => {
        throw toFsError(error, { op: operation });
      },
    );
  }

  #handle<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Awaitable<Result<K>> {
    const handler = handlers[operation] ?? fail('ENOSYS', `no operation ${String(operation)}`);
    if (!changesMounts.has(operation)) return handler(process, args, signal, this);
    const owner = process.sharesWith ?? process;
    return after(handler(owner, args, signal, this), (result) => {
      this.#mountsChanged(owner);
      return result;
    });
  }

  async #traced<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Promise<Result<K>> {
    const time = this.#host.clock();
    const from = this.now();
    const path = pathOf(process, args);
    let code = 'OK';
    let bytes = 0;
    try {
      const result = await this.#run(process, operation, args, signal);
      bytes = bytesOf(result);
      return result;
    } catch (error) {
      code = toFsError(error).code;
      throw error;
    } finally {
      const microseconds = Math.round((this.now() - from) * 1000);
      for (const trace of process.traces)
        trace.note({ time, call: operation, path, bytes, result: code, microseconds });
    }
  }

  after(ms: number, run: () => void): () => void {
    return this.#host.after(ms, run);
  }

  nextPid(): number {
    return ++this.#lastPid;
  }

  /** Leaves out the numbers up to `pid`: an earlier kernel of the same page has given them to its processes. */
  skipPids(pid: number): void {
    this.#lastPid = Math.max(this.#lastPid, pid);
  }

  process(pid: number): Process {
    return this.#processes.get(pid) ?? fail('ESRCH', `no process ${pid}`);
  }

  /** A process that `viewer` may see: itself and its descendants; a client that was attached sees all. */
  visible(viewer: Process, pid: number): Process {
    const found = this.process(pid);
    return this.#sees(viewer, found) ? found : fail('ESRCH', `no process ${pid}`);
  }

  processesFor(viewer: Process): Process[] {
    return [...this.#processes.values()].filter((each) => this.#sees(viewer, each));
  }

  #sees(viewer: Process, other: Process): boolean {
    return viewer.ppid === 0 || this.#descends(other, viewer);
  }

  #descends(process: Process, from: Process): boolean {
    for (let each: Process | undefined = process; each; each = this.#processes.get(each.ppid))
      if (each === from || each.ppid === from.pid) return true;
    return false;
  }

  /** EAGAIN. */
  #checkShare(process: Process): void {
    const alive = [...this.#processes.values()].filter(
      ({ status, enrolled }) => !status && !enrolled,
    );
    const client = this.#processes.get(this.#rootOf(process));
    const { most = ALIVE_MAX, first = false } = (client && this.#shares.get(client)) ?? {};
    const spare = first || this.#processes.get(process.ppid)?.ppid === 0 ? ALIVE_SPARE : 0;
    const own = client ? alive.filter((each) => this.#descends(each, client)).length : 0;
    if (alive.length >= ALIVE_MAX + spare || (most < ALIVE_MAX && own > most))
      fail('EAGAIN', 'too many processes at once: end some');
  }

  /** A process without a program: a part of `parent` that others see, wait for and signal by its number. */
  enroll(parent: Process, name: string, args: readonly string[]): Process {
    const siblings = this.#childrenOf(parent).filter(({ status, enrolled }) => enrolled && !status);
    if (siblings.length >= ENROLLED_MAX) fail('EAGAIN', 'too many processes at once: end some');
    const { namespace, env, cwd } = parent;
    const pid = this.nextPid();
    const process = new Process({
      ...{ pid, parent, namespace, name, args, env, cwd },
      enrolled: true,
      now: this.now,
    });
    process.onSignal = (signal) =>
      signal !== 'stop' && (parent.onPartSignal?.(pid, signal) ?? false);
    this.#add(process);
    process.running = true;
    this.#host.notify({ type: 'process', pid, ended: false });
    return process;
  }

  /** A process that `parent` has enrolled and that lives. */
  enrolled(parent: Process, pid: number): Process {
    const found = this.process(pid);
    if (!found.enrolled || found.ppid !== parent.pid || found.status)
      fail('ESRCH', `no process ${pid}`);
    return found;
  }

  #add(process: Process): void {
    this.#processes.set(process.pid, process);
    void process.ended.then((status) => this.#didEnd(process, status));
  }

  async start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void> {
    this.#checkShare(process);
    this.#add(process);
    this.terminals.joined(process);
    try {
      await this.#host.runner.start(process, binary, preopens);
    } catch (error) {
      process.exit({ exit_code: 126 });
      this.#processes.delete(process.pid);
      throw toFsError(error, { op: 'run', path: process.name });
    }
    process.running = true;
    this.#host.notify({ type: 'process', pid: process.pid, ended: false });
  }

  /** No process is ever unowned: children end with a parent that was killed, or become the kernel's. */
  #didEnd(process: Process, status: ExitStatus): void {
    // A program has taken its number.
    if (this.#processes.get(process.pid) !== process) return;
    // Forgotten in the order in which they end.
    this.#processes.delete(process.pid);
    this.#processes.set(process.pid, process);
    const { terminal } = process;
    const others = [...this.#processes.values()].some(
      (each) => each.terminal === terminal && !each.status,
    );
    if (terminal && !others) terminal.finish();
    this.terminals.ended();
    for (const child of this.#childrenOf(process)) {
      child.ppid = this.#rootOf(process);
      const endsToo = child.enrolled || (status.signal && !process.keepsChildren);
      if (endsToo && !child.status) child.kill('killed');
    }
    this.#forgetOld();
    this.#host.notify({ type: 'process', pid: process.pid, ended: true });
  }

  #childrenOf(process: Process): Process[] {
    return [...this.#processes.values()].filter(({ ppid }) => ppid === process.pid);
  }

  /** The attached client that a process descends from. */
  #rootOf(process: Process): number {
    let each = process;
    for (;;) {
      const parent = this.#processes.get(each.ppid);
      if (!parent) return each === process ? 0 : each.pid;
      each = parent;
    }
  }

  didOpen(process: Process, { mode, place }: OpenFile): void {
    const { pid, ppid, name } = process;
    if (ppid === 0) return;
    const client = this.#rootOf(process);
    // A copy that is written is another file than the one of that name.
    const noted = place.isCopy ? { read: mode.read ?? false } : mode;
    this.touched.note(client, place.path(), noted, { pid, name, time: this.#host.clock() });
  }

  /** Who of those that share a client opened a name last: what others have at the same path is something else. */
  lastTouch(viewer: Process, path: string): LastTouch {
    return this.touched.of(this.#rootOf(viewer) || viewer.pid, path);
  }

  inspect(binary: Uint8Array): Promise<object> {
    return this.#host.runner.inspect(binary);
  }

  /** How a process ended; with `untraced` also that it is stopped. */
  async wait(
    process: Process,
    untraced: boolean,
    signal: AbortSignal,
  ): Promise<ExitStatus | { readonly stopped: true }> {
    for (;;) {
      if (process.status) return process.status;
      if (untraced && process.stopped) return { stopped: true };
      await process.stateChanged(signal);
    }
  }

  /** Sends a signal by its name; a client that listens hears it first. */
  signal(process: Process, name: string): void {
    if (process.ppid === 0) fail('EPERM', 'the page is ended by closing it');
    if (name !== 'killed' && name !== 'start' && process.onSignal?.(name)) return;
    if (name === 'stop' || name === 'start') {
      process.stopped = name === 'stop';
      // A script goes on with what it runs.
      if (name === 'start' && process.onSignal)
        for (const child of this.#childrenOf(process)) this.signal(child, 'start');
    } else if (Object.hasOwn(SIGNALS, name) && !name.endsWith('limit'))
      process.kill(name as Signal);
    else fail('EINVAL', `there is no signal '${name}'`);
  }

  describe(process: Process): ProcessInfo {
    const { cpu, memory } = process.status
      ? { cpu: process.status.cpu_ms, memory: process.status.peak_memory }
      : process.meter();
    const { status } = process;
    return {
      pid: process.pid,
      ppid: process.ppid,
      name: process.name,
      args: process.args,
      cwd: formatPath(process.cwd),
      state: process.state,
      exit_code: status?.exit_code ?? null,
      signal: status?.signal ?? null,
      cpu_ms: Math.round(cpu * 1000) / 1000,
      memory,
      bytes_read: process.bytesRead,
      bytes_written: process.bytesWritten,
      calls: process.calls,
      reads_ahead: process.meter().ahead,
      started: this.#iso(process.started),
      ended: status ? this.#iso(process.started + status.duration_ms) : null,
    };
  }

  #iso(at: number): string {
    return new Date(this.#host.clock() - this.now() + at).toISOString();
  }

  /** Whoever shares an owner's mounts has them as they are now. */
  #mountsChanged(owner: Process): void {
    for (const process of this.#processes.values()) {
      if (process.sharesWith !== owner || process.status) continue;
      process.namespace.start(owner.namespace.table);
      this.makePersonal(process);
    }
    this.#host.notify({ type: 'mounts', pid: owner.pid });
  }

  /**
   * Limits what a process may write, and how, before it starts. It comes after `makePersonal`: an overlay hides the kind of
   * the service below it, so a service that the process must have its own of would stay its parent's. ENOTSUP where
   * there are no overlays.
   */
  restrict(process: Process, access: AccessMap): void {
    const { namespace } = process;
    const overlay = (base: Source, at: Path): Source =>
      this.source(
        this.#host.overlay?.(process, base, at) ?? fail('ENOTSUP', 'there are no overlays here'),
      );
    namespace.start(restrict(namespace.table, access, overlay));
    process.inherited = namespace.table;
  }

  /** Whether a process that lives has a service mounted, itself or in a wrapper. */
  uses(service: FileService): boolean {
    return [...this.#processes.values()].some(
      ({ status, namespace }) =>
        !status &&
        namespace.table.points.some(({ members }) =>
          members.some(({ source }) => shows(source.service, service)),
        ),
    );
  }

  /** Services that each process has its own of take the place of its parent's. */
  makePersonal(process: Process): void {
    const { table } = process.namespace;
    const own = this.#personal.get(process) ?? new Map<Source, Source>();
    this.#personal.set(process, own);
    const mine = (source: Source): Source => {
      const known = own.get(source);
      if (known) return known;
      const service = this.#host.personal(source.service.spec, process);
      const made = service ? { ...source, service } : source;
      own.set(source, made);
      return made;
    };
    process.namespace.start(table.map((member) => ({ ...member, source: mine(member.source) })));
    process.inherited = process.namespace.table;
  }

  // Mounts

  async makeSource(spec: ServiceSpec, process?: Process): Promise<Source> {
    return this.source(await this.#host.makeService(spec, process));
  }

  source(service: FileService, failed?: string): Source {
    const use = { calls: 0, read: 0, written: 0, errors: 0 };
    const source: Source = { dev: ++this.#lastDev, service, use, failed };
    service.watch?.([], (paths) => {
      for (const path of paths) this.changes.announce(source, path);
      if (paths.length === 0) this.changes.announceAll();
    });
    return source;
  }

  tableFrom(manifest: unknown, process?: Process): Promise<MountTable> {
    return fromManifest(manifest, (spec) => this.#sourceOrFailed(spec, process));
  }

  /** A service that cannot be made stays in the list, with its reason. */
  async #sourceOrFailed(spec: ServiceSpec, process?: Process): Promise<Source> {
    try {
      return await this.makeSource(spec, process);
    } catch (error) {
      const reason = error instanceof FsError ? (error.reason ?? error.message) : String(error);
      return this.source(new FailedService(spec, reason), reason);
    }
  }

  /** Makes the failed services of a mount point again; throws why, if one still cannot be made. */
  async retryMount(process: Process, at: string): Promise<void> {
    const point =
      process.namespace.table.at(cleanPath(at)) ?? fail('EINVAL', `nothing is mounted at ${at}`);
    for (const { source } of point.members) {
      if (source.failed === undefined) continue;
      const made = await this.makeSource(source.service.spec, process);
      const { namespace } = process;
      namespace.replaceTable(
        namespace.table.map((member) =>
          member.source === source ? { ...member, source: made } : member,
        ),
      );
    }
  }

  /**
   * Runs ns text in a process's namespace, all of it or, at the first error, none. `tolerant`, for a
   * boot: a service that cannot be made is mounted as failed, and a bind of what it lacks is left out.
   */
  async replayNs(
    process: Process,
    text: string,
    signal: AbortSignal,
    tolerant = false,
  ): Promise<void> {
    const lines = parseNs(text);
    const draft = process.namespace.fork();
    // Whoever may write the text speaks for the whole namespace, also of a process that is confined in it.
    const caller: Caller = { cwd: process.cwd, signal };
    for (const line of lines) {
      if (line.verb === 'mount') {
        const source = await (tolerant
          ? this.#sourceOrFailed(line.spec, process)
          : this.makeSource(line.spec, process));
        await draft.mount(source, line.at, line.flags, caller);
      } else if (line.verb === 'unmount') {
        await draft.unmount(line.at, line.what, caller, this.mayLift(process));
      } else {
        const { mayMount } = process;
        await draft
          .bind(line.from, line.at, line.flags, caller, mayMount)
          .catch((error: unknown) => {
            if (!tolerant) throw error;
          });
      }
    }
    if (tolerant) process.namespace.start(draft.table);
    else process.namespace.replaceTable(draft.table);
  }

  /** What a program was given to see it cannot lift, nor what came along with it; what it bound itself it can. */
  mayLift(process: Process): (point: MountPoint) => boolean {
    const { inherited, mayMount } = process;
    return ({ at, by }) => mayMount || (by === undefined && !inherited?.at(at));
  }

  // Watches

  /** Tells of every change at or below a path, also of changed mounts, until `unwatch` or the process ends. */
  async watch(process: Process, text: string, signal: AbortSignal): Promise<number> {
    const path = await process.namespace.realpath(text, process.caller(-1, signal));
    return this.#watches.add(process, path);
  }

  /** Only who watches may end it. */
  unwatch(process: Process, id: number): void {
    this.#watches.remove(process, id);
  }

  #forgetOld(): void {
    const ended = [...this.#processes.values()].filter((process) => process.status);
    for (const process of ended.slice(0, -TRACES_MAX)) process.dropFirstTrace();
    for (const process of ended.slice(0, -ENDED_MAX)) this.#processes.delete(process.pid);
  }
}

const changesMounts: ReadonlySet<Operation> = new Set<Operation>([
  'mount',
  'bind',
  'unmount',
  'retryMount',
  'reorderMounts',
  'reorderUnion',
  'setReadOnly',
  'undoMount',
  'redoMount',
  'replayNs',
  'restore',
]);

function shows(outer: FileService, service: FileService): boolean {
  for (let each: FileService | undefined = outer; each; each = each.inner)
    if (each === service) return true;
  return false;
}

/** What a call is about, as text: its path from the root, or that of its descriptor. */
function pathOf(process: Process, args: object): string {
  const { path, fd, dir } = args as { path?: unknown; fd?: unknown; dir?: unknown };
  if (typeof path !== 'string') return typeof fd === 'number' ? pathOfDescriptor(process, fd) : '';
  if (path.startsWith('/') || typeof dir !== 'number') return path;
  return formatPath(cleanPath(`${pathOfDescriptor(process, dir)}/${path}`));
}

/** A standard stream has no path; no descriptor at all is the working directory. */
function pathOfDescriptor(process: Process, fd: number): string {
  if (fd < 0) return formatPath(process.cwd);
  const found = process.descriptors.find(([number]) => number === fd)?.[1];
  if (!found) return '';
  return 'place' in found ? found.place.path() : formatPath(found.path);
}

function bytesOf(result: object): number {
  const { data, written } = result as { data?: Uint8Array; written?: number };
  return data?.length ?? written ?? 0;
}
