/** The processes of a kernel: who there is, who sees whom, and how they begin and end. */
import type { Changes } from './changes.ts';
import { fail, toFsError } from './errors.ts';
import { Namespace } from './namespace.ts';
import { formatPath } from './path.ts';
import { type ExitStatus, Process, type ProcessInfo, SIGNALS, type Signal } from './process.ts';
import { Terminals } from './terminals.ts';

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

/** What the table needs of its kernel. */
interface Host {
  readonly changes: Changes;
  /** Milliseconds from a clock that only goes forward. */
  now(): number;
  /** Milliseconds since 1970. */
  clock(): number;
  /** Runs a function after some milliseconds; returns the cancel. */
  after(ms: number, run: () => void): () => void;
  notify(event: { readonly type: 'process'; readonly pid: number; readonly ended: boolean }): void;
}

export class ProcessTable {
  readonly terminals: Terminals;
  readonly #host: Host;
  readonly #processes = new Map<number, Process>();
  readonly #shares = new WeakMap<Process, Share>();
  #lastPid = 0;

  constructor(host: Host) {
    this.#host = host;
    this.terminals = new Terminals({
      processes: () => this.all(),
      signal: (process, name) => this.signal(process, name),
      after: (ms, run) => host.after(ms, run),
    });
  }

  all(): Process[] {
    return [...this.#processes.values()];
  }

  /** ESRCH. */
  get(pid: number): Process {
    return this.#processes.get(pid) ?? fail('ESRCH', `no process ${pid}`);
  }

  nextPid(): number {
    return ++this.#lastPid;
  }

  /** Leaves out the numbers up to `pid`: an earlier kernel of the same page has given them to its processes. */
  skipPids(pid: number): void {
    this.#lastPid = Math.max(this.#lastPid, pid);
  }

  /** A process for a client of the kernel, with a namespace of its own. It may mount. */
  attach(name: string, namespace = new Namespace(this.#host.changes), share: Share = {}): Process {
    const process = new Process({
      pid: this.nextPid(),
      namespace,
      name,
      mayMount: true,
      now: () => this.#host.now(),
    });
    process.running = true;
    this.#processes.set(process.pid, process);
    this.#shares.set(process, share);
    return process;
  }

  /** Ends a client that was attached, with all that it has started. */
  detach(process: Process): void {
    for (const each of this.descendants(process)) each.kill('killed');
    process.exit({ exit_code: 0 });
    this.#processes.delete(process.pid);
  }

  /** Runs a process by `run`, which rejects where it cannot start: then there is none. EAGAIN. */
  async start(process: Process, run: () => Promise<void>): Promise<void> {
    this.#checkShare(process);
    this.#add(process);
    this.terminals.joined(process);
    try {
      await run();
    } catch (error) {
      process.exit({ exit_code: 126 });
      this.#processes.delete(process.pid);
      throw toFsError(error, { op: 'run', path: process.name });
    }
    this.#begun(process);
  }

  /** EAGAIN. */
  #checkShare(process: Process): void {
    const alive = this.all().filter(({ status, enrolled }) => !status && !enrolled);
    const client = this.#processes.get(this.rootOf(process));
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
      now: () => this.#host.now(),
    });
    process.onSignal = (signal) =>
      signal !== 'stop' && (parent.onPartSignal?.(pid, signal) ?? false);
    this.#add(process);
    this.#begun(process);
    return process;
  }

  /** A process that `parent` has enrolled and that lives. */
  enrolled(parent: Process, pid: number): Process {
    const found = this.get(pid);
    if (!found.enrolled || found.ppid !== parent.pid || found.status)
      fail('ESRCH', `no process ${pid}`);
    return found;
  }

  #add(process: Process): void {
    this.#processes.set(process.pid, process);
    void process.ended.then((status) => this.#didEnd(process, status));
  }

  #begun(process: Process): void {
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
    const others = this.all().some((each) => each.terminal === terminal && !each.status);
    if (terminal && !others) terminal.finish();
    this.terminals.ended();
    for (const child of this.#childrenOf(process)) {
      child.ppid = this.rootOf(process);
      const endsToo = child.enrolled || (status.signal && !process.keepsChildren);
      if (endsToo && !child.status) child.kill('killed');
    }
    this.#forgetOld();
    this.#host.notify({ type: 'process', pid: process.pid, ended: true });
  }

  #forgetOld(): void {
    const ended = this.all().filter(({ status }) => status);
    for (const process of ended.slice(0, -TRACES_MAX)) process.dropFirstTrace();
    for (const process of ended.slice(0, -ENDED_MAX)) this.#processes.delete(process.pid);
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

  /** What a process has started, and all that they have. */
  descendants(process: Process): Process[] {
    return this.all().filter((each) => each !== process && this.#descends(each, process));
  }

  /** A process that `viewer` may see: itself and its descendants; a client that was attached sees all. */
  visible(viewer: Process, pid: number): Process {
    const found = this.get(pid);
    return this.#sees(viewer, found) ? found : fail('ESRCH', `no process ${pid}`);
  }

  allVisible(viewer: Process): Process[] {
    return this.all().filter((each) => this.#sees(viewer, each));
  }

  #sees(viewer: Process, other: Process): boolean {
    return viewer.ppid === 0 || this.#descends(other, viewer);
  }

  #descends(process: Process, from: Process): boolean {
    for (let each: Process | undefined = process; each; each = this.#processes.get(each.ppid))
      if (each === from || each.ppid === from.pid) return true;
    return false;
  }

  #childrenOf(process: Process): Process[] {
    return this.all().filter(({ ppid }) => ppid === process.pid);
  }

  /** The attached client that a process descends from; 0 for a client. */
  rootOf(process: Process): number {
    let each = process;
    for (;;) {
      const parent = this.#processes.get(each.ppid);
      if (!parent) return each === process ? 0 : each.pid;
      each = parent;
    }
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
    return new Date(this.#host.clock() - this.#host.now() + at).toISOString();
  }
}
