/** The kernel under Node: file services of its own, programs in worker threads. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Transferable as TransferListItem, Worker } from 'node:worker_threads';
import { DevFs } from '../fs/dev/devfs.ts';
import { MemFs, memoryQuota } from '../fs/mem/memfs.ts';
import { MemoryBudget } from '../fs/mem/usage.ts';
import { PipeFs } from '../fs/pipe/pipefs.ts';
import { ProcFs } from '../fs/proc/procfs.ts';
import { WorkspaceFs } from '../fs/workspace/workspacefs.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import type { FileService, ServiceSpec } from '../kernel/service.ts';
import { isShell } from '../kernel/spawn.ts';
import { ShellRunner, type ShellWorker } from '../shell/shellrunner.ts';
import type { GuestEnd } from '../wasi/guest.ts';
import { type ProgramWorker, WasiRunner } from '../wasi/runner.ts';
import { storeAt } from './stores.ts';
import { startThread } from './threads.ts';

/** A kernel whose programs run in threads of this process, and whose mounts in memory hold so many bytes together. */
export function makeKernel(memoryBytes?: number): Kernel {
  const memory = new MemoryBudget(memoryBytes);
  const runner = new WasiRunner({
    makeWorker,
    answer: (process, operation, args, signal) => kernel.answer(process, operation, args, signal),
    digest: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    after,
    rung: () => 'shared',
    keepsWarm: false,
    countChanges: (memory) => kernel.changes.countIn(memory),
  });
  const shells = new ShellRunner({
    makeWorker: makeShellWorker,
    call: (process, operation, args, signal) => kernel.call(process, operation, args, signal),
    after,
  });
  const kernel = new Kernel({
    makeService: async (spec, process) =>
      spec.kind === 'mem' ? makeMemory(spec, memory) : makeService(spec, kernel, process),
    personal: (spec, process) => personalService(spec, kernel, process),
    runner: {
      start: async (process, binary, preopens) => {
        if (isShell(binary)) shells.start(process);
        else await runner.start(process, binary, preopens);
      },
      inspect: (binary) => runner.inspect(binary),
    },
    now: () => performance.now(),
    clock: () => Date.now(),
    later: (run) => void setTimeout(run, 15),
    after,
    notify: () => undefined,
  });
  return kernel;
}

export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

const makeMemory = (spec: ServiceSpec, budget: MemoryBudget): MemFs =>
  new MemFs({ spec, quota: { ...memoryQuota, ...spec.options }, budget });

function makeService(spec: ServiceSpec, kernel: Kernel, process: Process | undefined): FileService {
  if (spec.kind === 'pipe') return new PipeFs();
  if (spec.kind === 'store')
    return storeAt(String(spec.options?.['path'] ?? '')) ?? fail('EINVAL', 'open the store first');
  if (spec.kind === 'workspace') return new WorkspaceFs(String(spec.options?.['root'] ?? ''), spec);
  return (
    (process && personalService(spec, kernel, process)) ??
    fail('EINVAL', `there is no service '${spec.kind}'`)
  );
}

function personalService(
  { kind }: ServiceSpec,
  kernel: Kernel,
  process: Process,
): FileService | undefined {
  if (kind === 'proc') return new ProcFs(kernel, process);
  if (kind !== 'dev') return undefined;
  return new DevFs({
    random: (into) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
    now: () => BigInt(Date.now()) * 1_000_000n,
    terminal: process.terminal,
    storage: async () => ({}),
  });
}

function makeShellWorker(): ShellWorker {
  const worker = startThread('shell.cjs');
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2 as unknown as TransferListItem]);
  return {
    port: port1,
    onError: (listener) => onFailure(worker, listener),
    terminate: () => {
      port1.close();
      void worker.terminate();
    },
  };
}

function makeWorker(): ProgramWorker {
  const worker = startThread('program.cjs');
  return {
    start: (message, transfer) =>
      worker.postMessage(message, transfer as Parameters<Worker['postMessage']>[1]),
    onEnd: (listener) => void worker.on('message', (end: GuestEnd) => listener(end)),
    onError: (listener) => onFailure(worker, listener),
    terminate: () => void worker.terminate(),
  };
}

function onFailure(worker: Worker, listener: (reason: string) => void): void {
  worker.on('error', ({ message }) => listener(message));
  worker.on('exit', (code) => listener(`its thread ended with ${code}`));
}

export const readProgram = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(path));
