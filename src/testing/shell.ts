/** A shell over a kernel in this very thread, for tests: no worker, memory for files. */

import { DevFs } from '../fs/dev/devfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { concat } from '../kernel/bytes.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { OpenFile } from '../kernel/openfile.ts';
import { makePipe } from '../kernel/pipe.ts';
import type { Process } from '../kernel/process.ts';
import { type FileService, never } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { streamFile } from '../kernel/spawn.ts';
import { keysOf, runShell } from '../shell/session.ts';
import { Sys } from '../shell/sys.ts';
import { kernelHost, text } from './kernel.ts';
import { startShellHere } from './shellhere.ts';

export interface ShellRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const devices = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => 0n,
  storage: async () => ({}),
};

/** A kernel with memory at `/` and nothing that can run programs. */
export async function shellKernel(): Promise<{ kernel: Kernel; process: Process }> {
  const kernel: Kernel = new Kernel(
    kernelHost({
      makeService: async ({ kind }) =>
        kind === 'mem' ? new MemFs() : kind === 'dev' ? new DevFs(devices) : fail('EINVAL'),
      runner: {
        start: async (process, binary) => startShellHere(kernel, process, binary),
        inspect: async () => ({}),
      },
    }),
  );
  const process = kernel.processes.attach('test');
  await kernel.call(
    process,
    'mount',
    { spec: { kind: 'mem' }, at: '/', flags: { create: true } },
    never,
  );
  await kernel.call(process, 'mount', { spec: { kind: 'dev' }, at: '/dev', flags: {} }, never);
  const bin = kernel.sources.of(new MapFs(shellFiles));
  await process.namespace.mount(bin, '/bin', { create: true }, process.caller(-1, never));
  for (const path of ['/home', '/tmp', '/here'])
    await kernel.call(process, 'mkdir', { dir: -1, path }, never);
  return { kernel, process };
}

async function drain(file: OpenFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = await file.read(1 << 16, never);
    if (data.length === 0) return concat(parts);
    parts.push(data.slice());
  }
}

/** Services by the paths where they are mounted. */
type Mounts = Readonly<Record<string, FileService>>;

/** Runs a script with `sh -c` in `/here`. */
export async function sh(script: string, input = '', mounts: Mounts = {}): Promise<ShellRun> {
  const { stdout, ...rest } = await shBytes(
    script,
    new TextEncoder().encode(input),
    async (kernel, process) => {
      for (const [path, service] of Object.entries(mounts)) {
        const caller = process.caller(-1, never);
        await process.namespace.mount(kernel.sources.of(service), path, { create: true }, caller);
      }
    },
  );
  return { stdout: text(stdout), ...rest };
}

/** The same with bytes, in a namespace that `prepare` may change. */
export async function shBytes(
  script: string,
  input: Uint8Array = new Uint8Array(0),
  prepare?: (kernel: Kernel, process: Process) => Promise<void>,
): Promise<Omit<ShellRun, 'stdout'> & { readonly stdout: Uint8Array }> {
  const { kernel, process } = await shellKernel();
  await prepare?.(kernel, process);
  const [stdin, stdout, stderr] = [
    makePipe(1 << 20),
    makePipe(1 << 20),
    makePipe(1 << 20),
  ] as const;
  process.add(streamFile(stdin.reader, 'read', 'stdin'));
  process.add(streamFile(stdout.writer, 'write', 'stdout'));
  process.add(streamFile(stderr.writer, 'write', 'stderr'));
  const written = (async () => {
    for (let at = 0; at < input.length; at += 1 << 16)
      await stdin.writer.write?.(0, input.slice(at, at + (1 << 16)), never);
    await stdin.writer.close?.();
  })().catch(() => undefined);
  const sys = new Sys(
    (operation, args, signal) => kernel.call(process, operation, args, signal ?? never),
    () => new Promise((resolve) => setTimeout(resolve, 0)),
  );
  const ended = runShell(
    {
      pid: process.pid,
      ppid: 1,
      args: ['bash', '-c', script, 'bash'],
      env: {},
      cwd: '/here',
      umask: 0o022,
      terminals: [],
      isNested: false,
    },
    sys,
    keysOf(sys),
  ).then(async (status) => {
    await process.close(1);
    await process.close(2);
    return status;
  });
  const out = new OpenFile(
    stdout.reader,
    { read: true },
    streamFile(stdout.reader, 'read', '').place,
  );
  const err = new OpenFile(
    stderr.reader,
    { read: true },
    streamFile(stderr.reader, 'read', '').place,
  );
  const [status, printed, complained] = await Promise.all([ended, drain(out), drain(err), written]);
  return { stdout: printed, stderr: text(complained), status };
}
