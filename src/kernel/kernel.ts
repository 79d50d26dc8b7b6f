/**
 * The kernel: processes, mounted sources, watches, and the one gate that runs an operation for a
 * process. It knows nothing of where it runs: services, the runner and timers come in as parameters.
 */
import { Changes } from './changes.ts';
import { FsError, fail, toFsError } from './errors.ts';
import { FailedService } from './failed.ts';
import { handlers } from './handlers.ts';
import { fromManifest } from './manifest.ts';
import type { MountTable, Source } from './mounts.ts';
import { Namespace } from './namespace.ts';
import { parseNs } from './nstext.ts';
import type { Args, Operation, Result } from './operations.ts';
import { cleanPath, formatPath, isWithin, type Path } from './path.ts';
import type { ExitStatus } from './process.ts';
import { Process } from './process.ts';
import type { FileService, ServiceSpec } from './service.ts';

/** Executes a program as a process: it must call `process.exit` in the end, and `onStop` to be killable. */
export interface Runner {
  /** Rejects with ENOEXEC, ENOMEM or EINVAL if the program cannot start. */
  start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void>;
  /** What a binary is; a plain object for clients. */
  inspect(binary: Uint8Array): object;
}

export interface KernelHost {
  /** Makes a service from its spec; throws with a sentence if it cannot. */
  makeService(spec: ServiceSpec): Promise<FileService>;
  readonly runner: Runner;
  /** Milliseconds from a clock that only goes forward. */
  now(): number;
  /** Runs a function soon, once. */
  later(run: () => void): void;
  /** Something that clients show has changed. */
  notify(event: KernelEvent): void;
}

export type KernelEvent =
  | { readonly type: 'changed'; readonly id: number; readonly paths: readonly string[] }
  | { readonly type: 'mounts'; readonly pid: number }
  | { readonly type: 'process'; readonly pid: number; readonly ended: boolean };

/** Ended processes that are remembered, for wait and for the page. */
const ENDED_MAX = 200;

export class Kernel {
  readonly changes: Changes;
  readonly now: () => number;
  readonly #host: KernelHost;
  readonly #processes = new Map<number, Process>();
  readonly #watches = new Map<number, () => void>();
  #lastPid = 0;
  #lastDev = 0;
  #lastWatch = 0;

  constructor(host: KernelHost) {
    this.#host = host;
    this.now = () => host.now();
    this.changes = new Changes((run) => host.later(run));
  }

  /** A process for a client of the kernel (the page, a shell), with a namespace of its own. */
  attach(name: string, namespace = new Namespace(this.changes)): Process {
    const process = new Process({ pid: this.nextPid(), namespace, name, now: this.now });
    this.#processes.set(process.pid, process);
    return process;
  }

  /** Runs one operation. Every failure is an FsError. */
  async call<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Promise<Result<K>> {
    process.calls++;
    try {
      const handler = handlers[operation] ?? fail('ENOSYS', `no operation ${String(operation)}`);
      const result = await handler(process, args, signal, this);
      if (changesMounts.has(operation)) this.#host.notify({ type: 'mounts', pid: process.pid });
      return result;
    } catch (error) {
      throw toFsError(error, { op: operation });
    }
  }

  nextPid(): number {
    return ++this.#lastPid;
  }

  process(pid: number): Process {
    return this.#processes.get(pid) ?? fail('ESRCH', `no process ${pid}`);
  }

  async start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void> {
    this.#processes.set(process.pid, process);
    void process.ended.then(() => {
      this.#forgetOld();
      this.#host.notify({ type: 'process', pid: process.pid, ended: true });
    });
    try {
      await this.#host.runner.start(process, binary, preopens);
    } catch (error) {
      process.exit({ exit_code: 126 });
      this.#processes.delete(process.pid);
      throw toFsError(error, { op: 'run', path: process.name });
    }
    this.#host.notify({ type: 'process', pid: process.pid, ended: false });
  }

  inspect(binary: Uint8Array): object {
    return this.#host.runner.inspect(binary);
  }

  async wait(pid: number, signal: AbortSignal): Promise<ExitStatus> {
    const process = this.process(pid);
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new FsError('EINTR'));
      signal.addEventListener('abort', stop, { once: true });
      void process.ended.then((status) => {
        signal.removeEventListener('abort', stop);
        resolve(status);
      });
    });
  }

  describeProcesses(): object[] {
    return [...this.#processes.values()].map((process) => ({
      pid: process.pid,
      ppid: process.ppid,
      name: process.name,
      args: process.args,
      cwd: formatPath(process.cwd),
      state: process.status ? (process.status.signal ? 'killed' : 'exited') : 'running',
      calls: process.calls,
      status: process.status,
    }));
  }

  // Mounts

  async makeSource(spec: ServiceSpec): Promise<Source> {
    return this.source(await this.#host.makeService(spec));
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

  tableFrom(manifest: unknown): Promise<MountTable> {
    return fromManifest(manifest, (spec) => this.#sourceOrFailed(spec));
  }

  /** A service that cannot be made stays in the list, with its reason. */
  async #sourceOrFailed(spec: ServiceSpec): Promise<Source> {
    try {
      return await this.makeSource(spec);
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
      const made = await this.makeSource(source.service.spec);
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
    const caller = process.caller(-1, signal);
    for (const line of lines) {
      if (line.verb === 'mount') {
        const source = await (tolerant
          ? this.#sourceOrFailed(line.spec)
          : this.makeSource(line.spec));
        await draft.mount(source, line.at, line.flags, caller);
      } else if (line.verb === 'unmount') await draft.unmount(line.at, line.what, caller);
      else {
        await draft.bind(line.from, line.at, line.flags, caller).catch((error: unknown) => {
          if (!tolerant) throw error;
        });
      }
    }
    if (tolerant) process.namespace.start(draft.table);
    else process.namespace.replaceTable(draft.table);
  }

  // Watches

  /** Tells of every change at or below a path, also of changed mounts, until `unwatch` or the process ends. */
  async watch(process: Process, text: string, signal: AbortSignal): Promise<number> {
    const path = await process.namespace.realpath(text, process.caller(-1, signal));
    const id = ++this.#lastWatch;
    const stop = this.changes.listen((changes) => {
      const shown = changes.flatMap(({ source, path: inside }) =>
        process.namespace.pathsOf(source, inside),
      );
      const seen = shown.filter((changed: Path) => isWithin(changed, path));
      if (changes.length > 0 && seen.length === 0) return;
      this.#host.notify({ type: 'changed', id, paths: [...new Set(seen.map(formatPath))] });
    });
    this.#watches.set(id, stop);
    process.signal.addEventListener('abort', () => this.unwatch(id), { once: true });
    return id;
  }

  unwatch(id: number): void {
    this.#watches.get(id)?.();
    this.#watches.delete(id);
  }

  #forgetOld(): void {
    const ended = [...this.#processes.values()].filter((process) => process.status);
    for (const process of ended.slice(0, -ENDED_MAX)) this.#processes.delete(process.pid);
  }
}

const changesMounts: ReadonlySet<Operation> = new Set<Operation>([
  'mount',
  'bind',
  'unmount',
  'retryMount',
  'reorderMounts',
  'undoMount',
  'redoMount',
  'replayNs',
  'restore',
]);
