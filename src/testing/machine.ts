/** A small machine in this very thread: memory at `/`, `/dev`, `/proc`, and a shell in `/bin` that can start shells. */
import { createHash } from 'node:crypto';
import { DevFs } from '../fs/dev/devfs.ts';
import { ProcFs } from '../fs/proc/procfs.ts';
import { concat } from '../kernel/bytes.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import type { ExitStatus, Process } from '../kernel/process.ts';
import { never, type ServiceSpec } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { isShell } from '../kernel/spawn.ts';
import { serveShell } from '../shell/serve.ts';
import { ShellRunner } from '../shell/shellrunner.ts';
import { type ProgramWorker, WasiRunner } from '../wasi/runner.ts';
import { kernelHost, memWith, namespaceOf } from './kernel.ts';

export interface Script {
  /** The arguments of the shell: `['-c', script]`, or a file. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string | Uint8Array;
  /** The files that exist before it starts, by their absolute paths; a path that ends in a slash is a directory. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The script is ended after this many milliseconds. */
  readonly wall: number;
  /** Makes a worker for a WASI program (programs.ts). Without it no program runs. */
  readonly makeWorker?: (() => ProgramWorker) | undefined;
}

export interface ScriptEnd {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** 137 where the script was ended because its time was over. */
  readonly status: number;
}

/** What still runs in the background may write for this many milliseconds after the script has ended. */
const AFTERWARDS_MS = 200;

const devices = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => BigInt(Date.now()) * 1_000_000n,
  storage: async () => ({}),
};

function makeKernel(makeWorker: Script['makeWorker']): Kernel {
  const base = kernelHost();
  const personal = ({ kind }: ServiceSpec, process: Process) =>
    kind === 'proc' ? new ProcFs(kernel, process) : kind === 'dev' ? new DevFs(devices) : undefined;
  const shells = new ShellRunner({
    makeWorker: () => {
      const { port1, port2 } = new MessageChannel();
      serveShell(port2, () => new Promise((resolve) => setTimeout(resolve)));
      const terminate = (): void => {
        port1.close();
        port2.close();
      };
      return { port: port1, onError: () => undefined, terminate };
    },
    call: (process, operation, args, signal) => kernel.call(process, operation, args, signal),
    after: base.after,
  });
  const programs = makeWorker && programRunner(makeWorker, () => kernel);
  const kernel: Kernel = new Kernel({
    ...base,
    personal,
    makeService: async (spec, process) =>
      (process && personal(spec, process)) ?? base.makeService(spec, process),
    runner: {
      ...base.runner,
      start: async (process, binary, preopens) => {
        if (isShell(binary)) shells.start(process);
        else if (programs) await programs.start(process, binary, preopens);
        else process.exit({ exit_code: 126 });
      },
    },
  });
  return kernel;
}

const programRunner = (makeWorker: () => ProgramWorker, kernel: () => Kernel): WasiRunner =>
  new WasiRunner({
    makeWorker,
    answer: (process, operation, args, signal) => kernel().answer(process, operation, args, signal),
    digest: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    after: kernelHost().after,
    rung: () => 'shared',
    keepsWarm: true,
    countChanges: (memory) => kernel().changes.countIn(memory),
  });

/** Runs a script by `/bin/bash` on a machine of its own, of which nothing is left afterwards. */
export async function runOnMachine(script: Script): Promise<ScriptEnd> {
  const folders = { '/tmp/': '', '/home/': '', [`${script.cwd}/`]: '' };
  const disk = await memWith({
    '/bin/sh': shellFiles.sh,
    '/bin/bash': shellFiles.bash,
    ...folders,
    ...script.files,
  });
  const kernel = makeKernel(script.makeWorker);
  const host = kernel.processes.attach('test', await namespaceOf([['/', disk]]));
  const call = <K extends Operation>(operation: K, args: Args<K>): Promise<Result<K>> =>
    kernel.call(host, operation, args, never);
  try {
    for (const kind of ['dev', 'proc'])
      await call('mount', { spec: { kind }, at: `/${kind}`, flags: { create: true } });
    const { cwd, env, wall } = script;
    const args = ['bash', ...script.args];
    const config = {
      args,
      cwd,
      env,
      limits: { wall },
      stdio: ['plain pipe' as const, 'plain pipe' as const, 'plain pipe' as const],
    };
    const { pid, stdin, stdout, stderr } = await call('spawn', { program: '/bin/bash', config });
    const written = feed(call, stdin, script.stdin);
    const printed = [stdout, stderr].map((fd) => readAll(call, fd));
    const { status } = await call('wait', { pid, untraced: false });
    await Promise.race([
      Promise.all(printed.map(({ ended }) => ended)),
      new Promise((resolve) => setTimeout(resolve, AFTERWARDS_MS)),
    ]);
    void written;
    const [out, err] = printed.map(({ parts }) => concat(parts)) as [Uint8Array, Uint8Array];
    return { stdout: out, stderr: err, status: (status as ExitStatus).exit_code };
  } finally {
    kernel.processes.detach(host);
  }
}

type Call = <K extends Operation>(operation: K, args: Args<K>) => Promise<Result<K>>;

async function feed(call: Call, fd: number, input: string | Uint8Array): Promise<void> {
  let rest = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  try {
    while (rest.length > 0) rest = rest.subarray((await call('write', { fd, data: rest })).written);
    await call('close', { fd });
  } catch {
    // The script does not read all of it.
  }
}

function readAll(call: Call, fd: number): { parts: Uint8Array[]; ended: Promise<void> } {
  const parts: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    for (;;) {
      const { data } = await call('read', { fd, count: 1 << 16 });
      if (data.length === 0) return;
      parts.push(data.slice());
    }
  };
  return { parts, ended: read().catch(() => undefined) };
}
