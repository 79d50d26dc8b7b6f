/**
 * A program in its own worker: the shim with our descriptors and imports, run to its end. Tells the
 * kernel how it ended: an exit code, or a trap with the stack of the WebAssembly code.
 */
import { WASI, WASIProcExit } from '@bjorn3/browser_wasi_shim';
import { Descriptor, kindOf } from './descriptors.ts';
import { importsFor } from './imports.ts';
import { BlockingCaller, Ended } from './shared.ts';

/** What the kernel sends to start a program. */
export interface GuestStart {
  readonly module: WebAssembly.Module;
  readonly block: SharedArrayBuffer;
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

export function runGuest({ module, block, args, env, stdio, preopens }: GuestStart): GuestEnd {
  const kernel = new BlockingCaller(block);
  const streams = stdio.map((stream, fd) => new Descriptor(kernel, fd, { kind: kindOf(stream) }));
  const dirs = preopens.map(
    (preopen, i) => new Descriptor(kernel, i + 3, { kind: 'dir', preopen }),
  );
  const shim = new WASI([...args], [...env], [...streams, ...dirs], { debug: false });
  let memory: WebAssembly.Memory | undefined;
  const bytes = (): number => memory?.buffer.byteLength ?? 0;
  // Before its start function has returned an instance has no memory that we could see: EFAULT.
  const none = new ArrayBuffer(0);
  const imports = importsFor(shim, kernel, () => memory?.buffer ?? none);
  try {
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
    memory = instance.exports['memory'] as WebAssembly.Memory;
    const exit = shim.start(instance as Parameters<WASI['start']>[0]);
    return { exit, memory: bytes() };
  } catch (error) {
    if (error instanceof Ended) return { ended: true };
    if (error instanceof WASIProcExit) return { exit: error.code, memory: bytes() };
    return { trap: describeTrap(error), memory: bytes() };
  }
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
