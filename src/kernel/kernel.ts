/**
 * The kernel: its processes, what they have mounted, what is watched, and the one gate that runs an operation for a
 * process. It knows nothing of where it runs: services, the runner and timers come in as parameters.
 */

import { type Awaitable, after, attempt } from './awaitable.ts';
import { Changes } from './changes.ts';
import { fail, toFsError } from './errors.ts';
import { handlers } from './handlers.ts';
import type { OpenFile } from './openfile.ts';
import type { Args, Operation, Result } from './operations.ts';
import type { Process } from './process.ts';
import { ProcessTable } from './processtable.ts';
import type { FileService } from './service.ts';
import { type ServiceHost, Sources, uses } from './sources.ts';
import type { Terminals } from './terminals.ts';
import { type LastTouch, Touched } from './touched.ts';
import { traced } from './tracing.ts';
import { Watches } from './watches.ts';

/** Executes a program as a process: it must call `process.exit` in the end, and `onStop` to be killable. */
export interface Runner {
  /** Rejects with ENOEXEC, ENOMEM or EINVAL if the program cannot start. */
  start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void>;
  /** What a binary is; a plain object for clients. */
  inspect(binary: Uint8Array): Promise<object>;
}

export interface KernelHost extends ServiceHost {
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

/** What people are told of an operation: to read is one thing to them. */
const nameOf = (operation: Operation): string => (operation === 'readInto' ? 'read' : operation);

export class Kernel {
  readonly changes: Changes;
  readonly processes: ProcessTable;
  readonly sources: Sources;
  /** What programs opened, not the page: it looks at everything. */
  readonly touched = new Touched();
  readonly now: () => number;
  readonly #host: KernelHost;
  readonly #watches: Watches;

  constructor(host: KernelHost) {
    this.#host = host;
    this.now = () => host.now();
    this.changes = new Changes((run) => host.later(run));
    this.#watches = new Watches(this.changes, (id, paths) =>
      host.notify({ type: 'changed', id, paths }),
    );
    this.sources = new Sources(host, this.changes);
    this.processes = new ProcessTable({
      changes: this.changes,
      now: this.now,
      clock: () => host.clock(),
      after: (ms, run) => this.after(ms, run),
      notify: (event) => host.notify(event),
    });
  }

  get terminals(): Terminals {
    return this.processes.terminals;
  }

  after(ms: number, run: () => void): () => void {
    return this.#host.after(ms, run);
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
    const run = (): Awaitable<Result<K>> => this.#run(process, operation, args, signal);
    // Of many files each is traced as it is opened.
    const isTraced = process.traces.size > 0 && operation !== 'openMany';
    return isTraced ? traced(process, nameOf(operation), args, this.#host, run) : run();
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
        throw toFsError(error, { op: nameOf(operation) });
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

  /** Whoever shares an owner's mounts has them as they are now. */
  #mountsChanged(owner: Process): void {
    for (const process of this.processes.all()) {
      if (process.sharesWith !== owner || process.status) continue;
      process.namespace.start(owner.namespace.table);
      this.sources.makePersonal(process);
    }
    this.#host.notify({ type: 'mounts', pid: owner.pid });
  }

  /** Rejects with what the runner rejects with, and with EAGAIN where there are too many processes. */
  start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void> {
    const { runner } = this.#host;
    return this.processes.start(process, () => runner.start(process, binary, preopens));
  }

  inspect(binary: Uint8Array): Promise<object> {
    return this.#host.runner.inspect(binary);
  }

  /** Whether a process that lives has a service mounted, itself or in a wrapper. */
  uses(service: FileService): boolean {
    return this.processes.all().some((process) => uses(process, service));
  }

  didOpen(process: Process, { mode, place }: OpenFile): void {
    const { pid, ppid, name } = process;
    if (ppid === 0) return;
    const client = this.processes.rootOf(process);
    // A copy that is written is another file than the one of that name.
    const noted = place.isCopy ? { read: mode.read ?? false } : mode;
    this.touched.note(client, place.path(), noted, { pid, name, time: this.#host.clock() });
  }

  /** Who of those that share a client opened a name last: what others have at the same path is something else. */
  lastTouch(viewer: Process, path: string): LastTouch {
    return this.touched.of(this.processes.rootOf(viewer) || viewer.pid, path);
  }

  /** Tells of every change at or below a path, also of changed mounts, until `unwatch` or the process ends. */
  async watch(process: Process, text: string, signal: AbortSignal): Promise<number> {
    const path = await process.namespace.realpath(text, process.caller(-1, signal));
    return this.#watches.add(process, path);
  }

  /** Only who watches may end it. */
  unwatch(process: Process, id: number): void {
    this.#watches.remove(process, id);
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
