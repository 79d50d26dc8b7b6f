/** Environments and their scheduler over a kernel in this very thread, with the shell and a journal in memory. */

import type { Provided } from '../env/builder.ts';
import { invalid } from '../env/schema.ts';
import { Work } from '../env/work.ts';
import { DevFs } from '../fs/dev/devfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { ProcFs } from '../fs/proc/procfs.ts';
import { Trials } from '../harbor/trials.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { scripts } from '../programs/scripts.ts';
import { Journal } from '../storage/journal.ts';
import type { Tables } from '../storage/memory.ts';
import { kernelHost } from './kernel.ts';
import { MortalBackend } from './mortalbackend.ts';
import { startShellHere } from './shellhere.ts';

export interface WorkBench {
  readonly kernel: Kernel;
  /** Whoever makes the environments: memory at `/home`. */
  readonly page: Process;
  readonly work: Work;
  readonly trials: Trials;
  readonly home: MemFs;
  readonly told: string[];
  /** Files of the creator. */
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
}

const devices = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => 0n,
  storage: async () => ({}),
};

export async function workBench(
  tables: Tables = new Map(),
  home = new MemFs({ spec: { kind: 'store' } }),
  homeAt = '/home',
): Promise<WorkBench> {
  const kernel: Kernel = new Kernel(
    kernelHost({
      makeService: async ({ kind }, process) =>
        kind === 'mem'
          ? new MemFs()
          : kind === 'dev'
            ? new DevFs(devices)
            : kind === 'proc' && process
              ? new ProcFs(kernel, process)
              : fail('EINVAL', kind),
      personal: ({ kind }, process) => (kind === 'proc' ? new ProcFs(kernel, process) : undefined),
      runner: {
        start: async (process, binary) => startShellHere(kernel, process, binary),
        inspect: async () => ({}),
      },
    }),
  );
  const page = kernel.processes.attach('page');
  await page.namespace.mount(
    kernel.sources.of(home),
    homeAt,
    { create: true },
    page.caller(-1, never),
  );
  const bin = kernel.sources.of(new MapFs({ ...shellFiles, ...scripts }));
  const journal = await Journal.open({
    backend: new MortalBackend(tables),
    changed: () => undefined,
    damaged: () => undefined,
    now: () => Date.now(),
  });
  const tree = new MemFs({ keeper: journal });
  const told: string[] = [];
  const provided = async (): Promise<Provided[]> => [{ at: ['bin'], source: bin, base: [] }];
  const after = (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  const work = new Work({
    kernel,
    creator: page,
    kept: { tree, flush: () => journal.flush(), sync: () => journal.sync() },
    provided,
    invalid,
    diff: async (path, before, after) => `${path}\n-${before ?? ''}\n+${after ?? ''}\n`,
    now: () => Date.now(),
    after,
    told: (what, id) => void told.push(`${what} ${id}`),
  });
  const trials = new Trials({
    work,
    creator: page,
    provided,
    ticks: () => performance.now(),
    after,
  });
  await work.restore();
  trials.resume();
  const at = page.caller(-1, never);
  return {
    kernel,
    page,
    work,
    trials,
    home,
    told,
    write: (path, text) =>
      page.namespace.writeFile(
        path,
        new TextEncoder().encode(text),
        { write: true, create: true },
        at,
      ),
    read: async (path) => new TextDecoder().decode(await page.namespace.readFile(path, at)),
  };
}
