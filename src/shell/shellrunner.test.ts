/** Shells over ports, as in their workers: those that a shell starts are beside it. */
import { describe, expect, it } from 'vitest';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { isShell } from '../kernel/spawn.ts';
import { kernelHost, text } from '../testing/kernel.ts';
import { serveShell } from './serve.ts';
import { ShellRunner } from './shellrunner.ts';

async function setUp() {
  const workers: { isOver: boolean }[] = [];
  const shells = new ShellRunner({
    makeWorker: () => {
      const worker = { isOver: false };
      workers.push(worker);
      const { port1, port2 } = new MessageChannel();
      serveShell(port2, () => new Promise((resolve) => setTimeout(resolve, 0)));
      return {
        port: port1,
        onError: () => undefined,
        terminate: () => {
          worker.isOver = true;
          port1.close();
        },
      };
    },
    call: (process, operation, args, signal) => kernel.call(process, operation, args, signal),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  const kernel: Kernel = new Kernel(
    kernelHost({
      makeService: async () => new MemFs(),
      runner: {
        start: async (process, binary) =>
          isShell(binary) ? shells.start(process) : fail('ENOEXEC'),
        inspect: async () => ({}),
      },
    }),
  );
  const page = kernel.processes.attach('test');
  const bin = kernel.sources.of(new MapFs(shellFiles));
  await page.namespace.mount(bin, '/bin', { create: true }, page.caller(-1, never));
  return { kernel, page, workers };
}

async function run(kernel: Kernel, page: Process, script: string) {
  const config = { args: ['bash', '-c', script] };
  const made = await kernel.call(page, 'spawn', { program: '/bin/bash', config }, never);
  const { status } = await kernel.call(page, 'wait', { pid: made.pid, untraced: false }, never);
  const { data } = await kernel.call(page, 'read', { fd: made.stdout, count: 65_536 }, never);
  return { stdout: text(data), status: (status as { exit_code: number }).exit_code };
}

describe('shells that a shell starts', () => {
  it('run in its worker, as processes of their own', async () => {
    const { kernel, page, workers } = await setUp();
    const script = 'bash -c \'sh -c "echo \\$PPID"; echo $$\'; exit 3';
    const { stdout, status } = await run(kernel, page, script);
    const [parent, own] = stdout.trim().split('\n');
    expect(parent).toBe(own);
    expect(status).toBe(3);
    expect(workers).toEqual([{ isOver: true }]);
  });

  it('are ended by their number, also where they never wait', async () => {
    const { kernel, page, workers } = await setUp();
    const script = "timeout 0.1 bash -c 'while :; do :; done'; echo $?";
    expect((await run(kernel, page, script)).stdout).toBe('124\n');
    expect(workers).toEqual([{ isOver: true }]);
  });

  it('are more than there could be workers', async () => {
    const { kernel, page, workers } = await setUp();
    const script = 'for ((i = 0; i < 300; i++)); do bash -c "exit 1"; done; echo $?';
    expect((await run(kernel, page, script)).stdout).toBe('1\n');
    expect(workers).toHaveLength(1);
  });
});
