/** Shells in processes of their own, one of them on a terminal that a test types at. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { DevFs } from '../fs/dev/devfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { serveShell } from '../shell/serve.ts';
import { ShellRunner } from '../shell/shellrunner.ts';
import { kernelHost, text } from './kernel.ts';

/** A kernel whose shells run in this thread, each behind its own port. */
export async function withShells(): Promise<{ kernel: Kernel; process: Process }> {
  const shells = new ShellRunner({
    makeWorker: () => {
      const { port1, port2 } = new MessageChannel();
      serveShell(port2, () => new Promise((done) => setTimeout(done, 0)));
      const terminate = (): void => port1.close();
      return { port: port1, onError: () => undefined, terminate };
    },
    call: (caller, operation, args, signal) => kernel.call(caller, operation, args, signal),
    after: () => () => undefined,
  });
  const kernel: Kernel = new Kernel(
    kernelHost({
      makeService: async ({ kind }, process) =>
        kind === 'mem' ? new MemFs() : kind === 'dev' ? devices(process) : fail('EINVAL'),
      personal: ({ kind }, process) => (kind === 'dev' ? devices(process) : undefined),
      runner: {
        start: async (process) => shells.start(process),
        inspect: async () => ({}),
      },
    }),
  );
  const process = kernel.processes.attach('test');
  const spec = { kind: 'mem' };
  await kernel.call(process, 'mount', { spec, at: '/', flags: { create: true } }, never);
  for (const path of ['/bin', '/tmp', '/home'])
    await kernel.call(process, 'mkdir', { dir: -1, path }, never);
  await kernel.call(process, 'mount', { spec: { kind: 'dev' }, at: '/dev', flags: {} }, never);
  const data = new TextEncoder().encode('#!oanix:shell\n');
  const file = { dir: -1, path: '/bin/sh', data, append: false, exclusive: false };
  await kernel.call(process, 'writeFile', file, never);
  return { kernel, process };
}

const devices = (process: Process | undefined): DevFs =>
  new DevFs({
    random: () => undefined,
    now: () => 0n,
    storage: async () => ({}),
    terminal: process?.terminal,
  });

/** A shell on a terminal: what it shows, and what is typed. */
export async function onTerminal(size = { cols: 80, rows: 24 }) {
  const { kernel, process } = await withShells();
  const { id, fd } = await kernel.call(process, 'openTerminal', size, never);
  const config = {
    args: ['sh'],
    tty: id,
    namespace: 'share',
    env: { TERM: 'xterm-256color' },
  };
  await kernel.call(process, 'spawn', { program: '/bin/sh', config }, never);
  let shown = '';
  void (async () => {
    for (;;) {
      const { data } = await kernel.call(process, 'read', { fd, count: 4096 }, never);
      if (data.length === 0) return;
      shown += text(data);
    }
  })().catch(() => undefined);
  const type = (keys: string): Promise<unknown> =>
    kernel.call(process, 'write', { fd, data: new TextEncoder().encode(keys) }, never);
  return {
    type,
    /** Types a line, and waits until the terminal shows a text that it has not shown before. */
    enter: async (line: string, expected: RegExp) => {
      shown = '';
      await type(`${line}\r`);
      await expect.poll(() => shown, { timeout: 5000 }).toMatch(expected);
    },
    /** Types empty lines until the shell tells something before a prompt. */
    told: async (expected: RegExp) => {
      const ask = async (): Promise<string> => {
        await type('\r');
        return shown;
      };
      await expect.poll(ask, { timeout: 5000 }).toMatch(expected);
    },
    shows: async (expected: RegExp | string) => {
      await expect.poll(() => shown, { timeout: 5000 }).toMatch(expected);
    },
    /** Types keys: what is shown from then on counts. */
    press: async (keys: string) => {
      shown = '';
      await type(keys);
    },
    shown: () => shown,
    resize: (cols: number, rows: number) =>
      kernel.call(process, 'resizeTerminal', { id, cols, rows }, never),
    writeFile: (path: string, content: string) =>
      kernel.call(
        process,
        'writeFile',
        { dir: -1, path, data: new TextEncoder().encode(content), append: false, exclusive: false },
        never,
      ),
  };
}

/** What a script shows on a terminal of its own, run by our shell. */
export async function oursOnTerminal(script: string): Promise<string> {
  const { kernel, process } = await withShells();
  const size = { cols: 80, rows: 24 };
  const { id, fd } = await kernel.call(process, 'openTerminal', size, never);
  const env = { TERM: 'xterm-256color', PATH: '/usr/bin:/bin', HOME: '/home', LC_ALL: 'C.UTF-8' };
  const config = { args: ['sh', '-c', script], tty: id, namespace: 'share', cwd: '/tmp', env };
  await kernel.call(process, 'spawn', { program: '/bin/sh', config }, never);
  let shown = '';
  for (;;) {
    const { data } = await kernel.call(process, 'read', { fd, count: 4096 }, never);
    if (data.length === 0) return shown;
    shown += text(data);
  }
}

/** What a script shows on a terminal of its own, run by the machine's bash. */
export function debianOnTerminal(script: string): string {
  const words = [
    '-qec',
    `stty rows 24 cols 80; bash -c '${script.replaceAll("'", "'\\''")}'`,
    '/dev/null',
  ];
  // An input that has ended would be typed as ^D, at any time.
  const endless = 'd=$(mktemp -d); mkfifo "$d/f"; script "$@" 0<>"$d/f"; rm -r "$d"';
  const { stdout } = spawnSync('/bin/bash', ['-c', endless, 'bash', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/bin:/bin',
      HOME: '/home',
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm-256color',
      SHELL: '/bin/bash',
    },
  });
  return stdout.toString();
}
