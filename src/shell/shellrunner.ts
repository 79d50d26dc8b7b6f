/**
 * Runs shells: each in a worker of its own, which asks the kernel over a port. A shell that does not
 * hear an interrupt is busy for good, and is ended.
 */
import { fail } from '../kernel/errors.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import { STREAM } from '../kernel/operations.ts';
import { formatPath } from '../kernel/path.ts';
import { type Process, streamOf } from '../kernel/process.ts';
import { answerOn } from '../kernel/rpc.ts';
import { interacts, type ShellStart } from './start.ts';

export interface ShellWorker {
  readonly port: MessagePort;
  onError(listener: (reason: string) => void): void;
  terminate(): void;
}

export interface ShellHost {
  makeWorker(): ShellWorker;
  call<K extends Operation>(
    process: Process,
    operation: K,
    args: Args<K>,
    signal: AbortSignal,
  ): Promise<Result<K>>;
  after(ms: number, run: () => void): () => void;
}

/** A shell has this long, in ms, to hear an interrupt. */
const GRACE_MS = 1000;
/** Operations that would reach beyond what a shell is for. */
const refused: ReadonlySet<string> = new Set(['openTerminal', 'resizeTerminal']);

export function startShell(process: Process, host: ShellHost): void {
  const start = shellStart(process);
  const worker = host.makeWorker();
  let cancelGrace = (): void => undefined;
  /** The kernel's names of the signals that it traps. */
  let caught: ReadonlySet<string> = new Set();
  const end = (ending: Parameters<Process['exit']>[0]): void => {
    cancelGrace();
    cancelWall();
    process.exit({ cpu_ms: 0, ...ending });
    server.stop();
    worker.terminate();
  };
  const { wall } = process.limits;
  const cancelWall =
    wall === undefined ? () => undefined : host.after(wall, () => process.kill('wall limit'));
  const server = answerOn(worker.port, async (operation, args, signal) => {
    if (operation === 'begin') return start;
    if (operation === 'heard') return cancelGrace();
    if (operation === 'catch') {
      caught = new Set(args as readonly string[]);
      return;
    }
    if (operation === 'end') {
      const { status = 1, failed } = args as { status?: number; failed?: string };
      const trap =
        failed === undefined ? {} : { trap: { kind: 'shell failed', message: failed, stack: '' } };
      return end({ exit_code: status, ...trap });
    }
    if (refused.has(operation)) fail('EPERM', 'not for a shell');
    const either = AbortSignal.any([signal, process.signal]);
    return host.call(process, operation as Operation, args as Args<Operation>, either);
  });
  process.onStop(end);
  process.onSignal = (name) => {
    if (name === 'stop') {
      // A script stops as programs do; who talks with a person sets aside what runs in front.
      if (interacts(start)) server.emit('stop');
      else process.stopped = true;
      return true;
    }
    if (name !== 'interrupt') {
      if (caught.has(name)) server.emit(name);
      return caught.has(name);
    }
    server.emit('interrupt');
    cancelGrace();
    cancelGrace = host.after(GRACE_MS, () => process.kill('interrupt'));
    return true;
  };
  worker.onError((message) =>
    end({ exit_code: 134, trap: { kind: 'worker failed', message, stack: '' } }),
  );
}

function shellStart(process: Process): ShellStart {
  const terminals = process.descriptors.filter(
    ([fd, found]) =>
      fd < 3 && streamOf(found) === STREAM.terminal && process.terminal !== undefined,
  );
  return {
    pid: process.pid,
    ppid: process.ppid,
    args: process.args,
    env: process.env,
    cwd: formatPath(process.cwd),
    terminals: terminals.map(([fd]) => fd),
  };
}
