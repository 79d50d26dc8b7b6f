/**
 * The kernel's side of WASI: checks a binary, compiles it once, gives it a worker of its own, serves
 * its calls, and ends it by its own will, by its limits or by a kill.
 */
import type { Awaitable } from '../kernel/awaitable.ts';
import { FsError, fail } from '../kernel/errors.ts';
import type { Runner } from '../kernel/kernel.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import { type Ending, type Process, streamOf } from '../kernel/process.ts';
import type { GuestEnd, GuestStart } from './guest.ts';
import type { Preflight } from './module.ts';
import { PAGE } from './pages.ts';
import { type CallServer, PortServer } from './portserver.ts';
import { BlockServer, makeBlock } from './shared.ts';

/** What reads a binary is loaded when one is first looked at. */
const reader = () => import('./module.ts');

/** A worker that runs programs, one after the other. */
export interface ProgramWorker {
  start(message: GuestStart, transfer: Transferable[]): void;
  onEnd(listener: (end: GuestEnd) => void): void;
  onError(listener: (reason: string) => void): void;
  terminate(): void;
}

/** What carries the calls of programs: shared memory, promises, or why they cannot run here. */
export type Rung = 'shared' | 'jspi' | { readonly unable: string };

export interface RunnerHost {
  makeWorker(): ProgramWorker;
  answer<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Awaitable<Result<K>>;
  digest(bytes: Uint8Array): Promise<string>;
  now(): number;
  breathe(): Promise<void>;
  /** Runs a function after some milliseconds; returns the cancel. */
  after(ms: number, run: () => void): () => void;
  rung(): Rung;
  /** Idle workers are kept for the next programs. */
  readonly keepsWarm: boolean;
  /** Counts every change of a file in this memory from now on. */
  countChanges(memory: Int32Array<SharedArrayBuffer>): void;
}

/** What a program may have where no limit is given. */
const MEMORY_DEFAULT = 1024 * 1024 * 1024;
/** Timers of engines count in 31 bits of milliseconds, 24 days: a longer limit is none. */
const TIMER_MAX = 2 ** 31 - 1;
/** Of its memory limit a program has used up this much when the limit is named. */
const MEMORY_NEAR = 15 / 16;
/** Idle workers kept, of programs that ended. */
const IDLE_MAX = 2;
/** Where none came back, one is made so long after the last was taken: what started first has the cores by then. */
const WARM_AFTER_MS = 1000;
/** A worker is used again after a program that ended by itself and left no more memory than this to be collected. */
const REUSED_BYTES = 16 * 1024 * 1024;
/** Compiled modules kept. */
const MODULES_MAX = 16;

export class WasiRunner implements Runner {
  readonly #host: RunnerHost;
  readonly #modules = new Map<string, Promise<WebAssembly.Module>>();
  readonly #idle: ProgramWorker[] = [];
  #counted: SharedArrayBuffer | undefined;

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  async start(process: Process, binary: Uint8Array, preopens: readonly string[]): Promise<void> {
    const rung = this.#host.rung();
    if (typeof rung === 'object') fail('ENOTSUP', rung.unable);
    const { inspect, limitMemory } = await reader();
    const { runs, verdict } = inspect(binary);
    if (!runs) fail('ENOEXEC', verdict);
    const module = await this.#compile(
      limitMemory(binary, process.limits.memory ?? MEMORY_DEFAULT),
    );
    if (process.status) return;
    const worker = this.#idle.pop() ?? this.#host.makeWorker();
    const leave = (reusable: boolean): void => {
      if (reusable && this.#host.keepsWarm && this.#idle.length < IDLE_MAX) this.#keep(worker);
      else worker.terminate();
    };
    new Run(this.#host, process, worker, leave).start({
      module,
      args: process.args,
      env: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
      stdio: [0, 1, 2].map((fd) => streamOf(process.descriptor(fd))),
      preopens,
      changes: this.#changes(),
    });
    this.#host.after(WARM_AFTER_MS, () => this.warmUp());
  }

  /** Made when the first program runs. */
  #changes(): SharedArrayBuffer | undefined {
    if (this.#host.rung() !== 'shared') return undefined;
    if (!this.#counted) {
      this.#counted = new SharedArrayBuffer(4);
      this.#host.countChanges(new Int32Array(this.#counted));
    }
    return this.#counted;
  }

  async inspect(binary: Uint8Array): Promise<Preflight> {
    const found = (await reader()).inspect(binary);
    const rung = this.#host.rung();
    const unable = typeof rung === 'object' ? rung.unable : undefined;
    return unable && found.runs
      ? {
          ...found,
          runs: false,
          verdict: `${found.verdict.replace(' It runs here.', '')} But ${unable}.`,
        }
      : found;
  }

  /** Keeps one idle worker, so that a small program starts in a few milliseconds. */
  warmUp(): void {
    void reader().catch(() => undefined);
    if (this.#host.keepsWarm && this.#idle.length === 0 && typeof this.#host.rung() !== 'object')
      this.#keep(this.#host.makeWorker());
  }

  /** One that dies while it is idle is no worker for the next program. */
  #keep(worker: ProgramWorker): void {
    this.#idle.push(worker);
    worker.onError(() => {
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      worker.terminate();
    });
  }

  async #compile(bytes: Uint8Array): Promise<WebAssembly.Module> {
    const key = await this.#host.digest(bytes);
    const known = this.#modules.get(key);
    const module = known ?? WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    this.#modules.delete(key);
    this.#modules.set(key, module);
    const oldest = this.#modules.keys().next().value;
    if (this.#modules.size > MODULES_MAX && oldest !== undefined) this.#modules.delete(oldest);
    try {
      return await module;
    } catch (error) {
      this.#modules.delete(key);
      const reason = error instanceof Error ? error.message : String(error);
      throw new FsError('ENOEXEC', {
        reason: `this WebAssembly file is damaged: ${reason}`,
        cause: error,
      });
    }
  }
}

/** One program while it runs. */
class Run {
  readonly #process: Process;
  readonly #worker: ProgramWorker;
  readonly #host: RunnerHost;
  /** Gives the worker back. */
  readonly #leave: (reusable: boolean) => void;
  #server: CallServer | undefined;
  #cancelWall: () => void = () => undefined;
  #cancelCpu: () => void = () => undefined;
  #over = false;

  constructor(
    host: RunnerHost,
    process: Process,
    worker: ProgramWorker,
    leave: (reusable: boolean) => void,
  ) {
    this.#host = host;
    this.#process = process;
    this.#worker = worker;
    this.#leave = leave;
  }

  start(message: Omit<GuestStart, 'calls'>): void {
    const process = this.#process;
    const { server, calls } = this.#connect();
    this.#server = server;
    process.onStop((ending) => this.#end(ending));
    this.#worker.onEnd((end) => this.#ended(end));
    this.#worker.onError((message) => this.#end(crashed(message)));
    process.meter = () => ({
      cpu: this.#server?.running ?? 0,
      memory: (this.#server?.memoryPages ?? 0) * PAGE,
      ahead: this.#server?.servedAhead ?? 0,
    });
    this.#watchCpu();
    const { wall } = process.limits;
    if (wall !== undefined && wall <= TIMER_MAX) {
      this.#cancelWall = this.#host.after(wall, () => process.kill('wall limit'));
    }
    this.#worker.start({ ...message, calls }, 'postMessage' in calls ? [calls] : []);
  }

  /** The kernel's end of what carries the calls, and the program's. */
  #connect(): { server: CallServer; calls: GuestStart['calls'] } {
    const process = this.#process;
    const server = {
      answer: <K extends Operation>(operation: K, args: Args<K>) =>
        this.#host.answer(process, operation, args, process.signal),
      now: () => this.#host.now(),
      breathe: () => this.#host.breathe(),
    };
    if (this.#host.rung() === 'shared') {
      const block = makeBlock();
      const blockServer = new BlockServer(block, server);
      void blockServer.serve();
      return { server: blockServer, calls: block };
    }
    const { port1, port2 } = new MessageChannel();
    return { server: new PortServer(port1, server), calls: port2 };
  }

  /** Looks again when the limit could be met at the earliest. */
  #watchCpu(): void {
    const { cpu } = this.#process.limits;
    if (cpu === undefined || this.#over) return;
    const left = cpu - this.#process.meter().cpu;
    if (left <= 0) this.#process.kill('cpu limit');
    else
      this.#cancelCpu = this.#host.after(Math.min(Math.max(left, 1), TIMER_MAX), () =>
        this.#watchCpu(),
      );
  }

  #ended(end: GuestEnd): void {
    if ('ended' in end) return;
    const trapped = 'trap' in end;
    this.#end(
      {
        exit_code: trapped ? 134 : end.exit,
        peak_memory: end.memory,
        ...(trapped ? { trap: end.trap } : {}),
      },
      !trapped && end.memory <= REUSED_BYTES,
    );
  }

  /** `done`: its worker is idle again, as after any program. */
  #end(ending: Ending, done = false): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelWall();
    this.#cancelCpu();
    const pages = this.#server?.memoryPages ?? 0;
    this.#server?.end();
    const { memory } = this.#process.limits;
    // Growing fails inside the program; that it came so near tells why.
    if (memory !== undefined && pages * PAGE > memory * MEMORY_NEAR) this.#process.hit('memory');
    const last = this.#process.meter();
    this.#process.exit({ peak_memory: pages * PAGE, cpu_ms: last.cpu, ...ending });
    // Who has ended stays in the table for a while: not the memory that carried its calls.
    this.#process.meter = () => last;
    this.#server = undefined;
    this.#leave(done);
  }
}

const crashed = (message: string): Ending => ({
  exit_code: 134,
  trap: { kind: 'worker failed', message, stack: '' },
});
