/**
 * A program in its own worker: the shim with our descriptors and imports, run to its end. Tells the
 * kernel how it ended: an exit code, or a trap with the stack of the WebAssembly code.
 */
import { WASI, WASIProcExit } from '@bjorn3/browser_wasi_shim';
import { Remote } from '../kernel/rpc.ts';
import type { Caller } from './caller.ts';
import { Descriptor, kindOf } from './descriptors.ts';
import { type Imports, importsFor } from './imports.ts';
import { type Jspi, jspi, ReplayCaller, suspendable } from './replay.ts';
import { RUBY_INIT, rubyHosts, rubyMain, type Step } from './ruby.ts';
import { BlockingCaller, Ended } from './shared.ts';

/** What the kernel sends to start a program. */
export interface GuestStart {
  readonly module: WebAssembly.Module;
  /** What carries its calls: a block of shared memory, or a port where there is none (replay.ts). */
  readonly calls: SharedArrayBuffer | MessagePort;
  /** Counts the changes of all files, for what is read ahead; absent without shared memory. */
  readonly changes: SharedArrayBuffer | undefined;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** What descriptors 0, 1 and 2 are (operations.ts STREAM). */
  readonly stdio: readonly number[];
  /** Guest names of the preopened directories, at descriptors 3, 4, … */
  readonly preopens: readonly string[];
}

export type GuestEnd =
  | { readonly exit: number; readonly memory: number }
  | {
      readonly trap: { readonly kind: string; readonly message: string; readonly stack: string };
      readonly memory: number;
    }
  | { readonly ended: true };

export function runGuest(start: GuestStart): GuestEnd | Promise<GuestEnd> {
  const { calls, changes } = start;
  if ('postMessage' in calls) return runSuspended(start, calls);
  const kernel = new BlockingCaller(calls, changes ?? new SharedArrayBuffer(4));
  const guest = new Guest(start, kernel);
  try {
    guest.instantiate(guest.imports);
    guest.run();
    return { exit: 0, memory: guest.bytes };
  } catch (error) {
    return endOf(error, guest.bytes);
  } finally {
    kernel.finish();
  }
}

async function runSuspended(start: GuestStart, port: MessagePort): Promise<GuestEnd> {
  const engine = jspi();
  const remote = new Remote(port);
  const kernel = new ReplayCaller((operation, args) => remote.call(operation, args));
  const guest = new Guest(start, kernel);
  try {
    if (!engine) throw new Error('this browser has no WebAssembly Promise Integration');
    guest.instantiate(suspendable(guest.imports, kernel, engine));
    await guest.runWith(engine.promising);
    return { exit: 0, memory: guest.bytes };
  } catch (error) {
    return endOf(error, guest.bytes);
  }
}

/** A program with its descriptors and imports. */
class Guest {
  readonly imports: Imports;
  readonly #module: WebAssembly.Module;
  readonly #shim: WASI;
  #instance: WebAssembly.Instance | undefined;

  constructor({ module, args, env, stdio, preopens }: GuestStart, kernel: Caller) {
    this.#module = module;
    const streams = stdio.map((stream, fd) => new Descriptor(kernel, fd, { kind: kindOf(stream) }));
    const dirs = preopens.map(
      (preopen, i) => new Descriptor(kernel, i + 3, { kind: 'dir', preopen }),
    );
    this.#shim = new WASI([...args], [...env], [...streams, ...dirs], { debug: false });
    // Before its start function has returned an instance has no memory that we could see: EFAULT.
    const none = new ArrayBuffer(0);
    this.imports = importsFor(this.#shim, kernel, () => this.#memory?.buffer ?? none);
  }

  instantiate(imports: object): void {
    this.#instance = new WebAssembly.Instance(this.#module, {
      ...rubyHosts(this.#module),
      wasi_snapshot_preview1: imports as WebAssembly.ModuleImports,
    });
    // The shim's own imports look for memory here.
    this.#shim.inst = this.#instance as unknown as WASI['inst'];
  }

  /** Runs the program to its end. */
  run(): void {
    const steps = this.#steps();
    for (let step = steps.next(); !step.done; ) {
      const [name, ...args] = step.value;
      step = steps.next(this.#export(name)(...args));
    }
  }

  /** The same where each call may be suspended. */
  async runWith(promising: Jspi['promising']): Promise<void> {
    const steps = this.#steps();
    for (let step = steps.next(); !step.done; ) {
      const [name, ...args] = step.value;
      step = steps.next((await promising(this.#export(name))(...args)) as number);
    }
  }

  /** What is called, one after the other. */
  *#steps(): Generator<Step, void, number> {
    if (RUBY_INIT in (this.#instance?.exports ?? {}))
      yield* rubyMain(() => this.#memory?.buffer ?? new ArrayBuffer(0), this.#shim.args);
    else yield ['_start'];
  }

  #export(name: string): (...args: number[]) => number {
    return this.#instance?.exports[name] as (...args: number[]) => number;
  }

  get #memory(): WebAssembly.Memory | undefined {
    return this.#instance?.exports['memory'] as WebAssembly.Memory | undefined;
  }

  get bytes(): number {
    return this.#memory?.buffer.byteLength ?? 0;
  }
}

function endOf(error: unknown, memory: number): GuestEnd {
  if (error instanceof Ended) return { ended: true };
  if (error instanceof WASIProcExit) return { exit: error.code, memory };
  return { trap: describeTrap(error), memory };
}

function describeTrap(error: unknown): { kind: string; message: string; stack: string } {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (error instanceof WebAssembly.RuntimeError) return { kind: 'trap', message, stack };
  if (/call stack|too much recursion/i.test(message))
    return { kind: 'stack overflow', message, stack };
  if (typeof WebAssembly.Exception === 'function' && error instanceof WebAssembly.Exception) {
    return {
      kind: 'uncaught exception',
      message: 'the program threw an exception that nothing caught',
      stack,
    };
  }
  if (error instanceof WebAssembly.LinkError) return { kind: 'link error', message, stack };
  return { kind: 'internal error', message, stack };
}
