/**
 * Runs shells in workers, which ask the kernel over ports. A shell that another shell starts runs in the same worker,
 * since a worker takes far longer to start than a command. A shell that does not hear an interrupt is busy for good,
 * and is ended.
 */
import { fail } from '../kernel/errors.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import { STREAM } from '../kernel/operations.ts';
import { formatPath } from '../kernel/path.ts';
import { type Process, streamOf } from '../kernel/process.ts';
import { answerOn } from '../kernel/rpc.ts';
import { fromKernel } from '../tools/signals.ts';
import type { ShellStart } from './start.ts';

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

/** A worker, and the shells that it runs. It ends with the last of them. */
class Crowd {
  readonly #worker: ShellWorker;
  readonly #members = new Set<Member>();

  constructor(worker: ShellWorker) {
    this.#worker = worker;
    worker.onError((reason) => {
      for (const { failed } of [...this.#members]) failed(reason);
    });
  }

  add(member: Member): void {
    this.#members.add(member);
  }

  remove(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size > 0) member.port.postMessage({ event: 'over' });
    else this.#worker.terminate();
  }
}

interface Member {
  readonly port: MessagePort;
  readonly crowd: Crowd;
  failed(reason: string): void;
}

export class ShellRunner {
  readonly #host: ShellHost;
  /** The shells that run, by the numbers of their processes. */
  readonly #members = new Map<number, Member>();

  constructor(host: ShellHost) {
    this.#host = host;
  }

  start(process: Process): void {
    const host = this.#host;
    const parent = this.#members.get(process.ppid);
    const start = shellStart(process, parent !== undefined);
    const member: Member = {
      ...(parent ? beside(parent) : alone(host.makeWorker())),
      failed: (message) =>
        end({ exit_code: 134, trap: { kind: 'worker failed', message, stack: '' } }),
    };
    member.crowd.add(member);
    this.#members.set(process.pid, member);
    let talks = false;
    /** The kernel's names of the signals that it traps. */
    let caught: ReadonlySet<string> = new Set();
    let cancelGrace = (): void => undefined;
    const end = (ending: Parameters<Process['exit']>[0]): void => {
      if (this.#members.get(process.pid) !== member) return;
      this.#members.delete(process.pid);
      cancelGrace();
      cancelWall();
      process.exit({ cpu_ms: 0, ...ending });
      server.stop();
      member.crowd.remove(member);
    };
    const { wall } = process.limits;
    const cancelWall =
      wall === undefined ? () => undefined : host.after(wall, () => process.kill('wall limit'));
    const server = answerOn(member.port, async (operation, args, signal) => {
      if (operation === 'begin') return start;
      if (operation === 'talks') {
        talks = true;
        return undefined;
      }
      if (operation === 'heard') return cancelGrace();
      if (operation === 'catch') {
        caught = new Set(args as readonly string[]);
        return undefined;
      }
      if (operation === 'end') {
        const { status = 1, failed } = args as { status?: number; failed?: string };
        const trap =
          failed === undefined
            ? {}
            : { trap: { kind: 'shell failed', message: failed, stack: '' } };
        return end({ exit_code: status, ...trap });
      }
      if (refused.has(operation)) fail('EPERM', 'not for a shell');
      // It is aborted with the process, too: whatever ends that stops this server.
      return host.call(process, operation as Operation, args as Args<Operation>, signal);
    });
    process.onStop(end);
    process.onPartSignal = (pid, name) => {
      // What no signal is called so is for the kernel to refuse.
      if (fromKernel(name) === 'KILL') return false;
      server.emit({ part: pid, signal: name });
      return true;
    };
    process.onSignal = (name) => {
      if (name === 'stop') {
        // A script stops as programs do; who talks with a person sets aside what runs in front.
        if (talks) server.emit('stop');
        else process.stopped = true;
        return true;
      }
      if (name !== 'interrupt') {
        if (caught.has(name)) server.emit(name);
        // Who talks with a person does not end by a key.
        return caught.has(name) || (talks && name === 'QUIT');
      }
      server.emit('interrupt');
      cancelGrace();
      cancelGrace = host.after(GRACE_MS, () => process.kill('interrupt'));
      return true;
    };
  }
}

const alone = (worker: ShellWorker): { port: MessagePort; crowd: Crowd } => ({
  port: worker.port,
  crowd: new Crowd(worker),
});

/** The shell that asked hands the port on within its worker. */
function beside({ port, crowd }: Member): { port: MessagePort; crowd: Crowd } {
  const { port1, port2 } = new MessageChannel();
  port.postMessage({ event: { serve: port2 } }, [port2]);
  return { port: port1, crowd };
}

function shellStart(process: Process, isNested: boolean): ShellStart {
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
    umask: process.umask,
    terminals: terminals.map(([fd]) => fd),
    isNested,
  };
}
