/**
 * The only place that names concrete file services: from a ServiceSpec to a service. Unknown kinds
 * and bad options are EINVAL with a sentence.
 */

import type { Work } from '../env/work.ts';
import type { Capabilities } from '../executors/capabilities.ts';
import { CowFs } from '../fs/cow/cowfs.ts';
import type { Reviews } from '../fs/cow/reviewfs.ts';
import { DevFs } from '../fs/dev/devfs.ts';
import { MapFs, type MapTree } from '../fs/map/mapfs.ts';
import { MemFs, memoryQuota } from '../fs/mem/memfs.ts';
import type { MemoryBudget } from '../fs/mem/usage.ts';
import { PipeFs } from '../fs/pipe/pipefs.ts';
import { ProcFs } from '../fs/proc/procfs.ts';
import { ReadOnly } from '../fs/readonly/readonly.ts';
import type { TimelineSource } from '../fs/snapshots/snapshotsfs.ts';
import { fail } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import {
  type FileService,
  type Json,
  mutations,
  never,
  type ServiceSpec,
} from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { programs } from '../programs/catalogue.ts';
import { scripts } from '../programs/scripts.ts';
import type { Folders } from './folders.ts';
import { late } from './late.ts';
import { welcome } from './welcome.ts';

export interface ServiceHost {
  /** The tree that survives a reload; throws why there is none. */
  store(): Promise<FileService>;
  /** A file of the page's own origin, by its path below the page. */
  asset(path: string): Promise<Uint8Array>;
  readonly kernel: Kernel;
  /** What all mounts of `mem` may hold together. */
  readonly memory: MemoryBudget;
  /** What `/dev/storage` tells. */
  storage(): Promise<object>;
  readonly reviews: Reviews;
  readonly timeline: TimelineSource;
  readonly folders: Folders;
  /** Environments and jobs; throws why there are none. */
  work(): Promise<Work>;
  /** The network; throws why there is none. */
  capabilities(): Promise<Capabilities>;
}

/** Whose the capabilities of the page's own namespace are. */
export const PAGE = 'page';

type Options = NonNullable<ServiceSpec['options']>;
type Maker = (
  options: Options,
  host: ServiceHost,
  spec: ServiceSpec,
  process: Process | undefined,
) => FileService | Promise<FileService>;

function capability(cap: 'http' | 'ws' | 'nostr'): Maker {
  return async ({ policy, identity }, { capabilities }) => {
    if (identity !== undefined && typeof identity !== 'string')
      fail('EINVAL', 'identity is the name of a key');
    return (await capabilities()).make(cap, policy, PAGE, identity as string | undefined);
  };
}

/** What few namespaces have is loaded when it is first mounted. */
const makers: { readonly [kind: string]: Maker } = {
  store: (_options, host) => host.store(),
  mem: (options, { memory }, spec) =>
    new MemFs({ spec, quota: { ...memoryQuota, ...quotaOf(options) }, budget: memory }),
  map: (options, _host, spec) => new MapFs(textsOf(options), spec),
  pipe: () => new PipeFs(),
  readonly: async ({ of }, host, spec) =>
    new ReadOnly(await makeService(specOf('readonly', of), host), spec),
  welcome: (_options, _host, spec) => new MapFs(welcome, spec),
  bin: (_options, host, spec) =>
    new MapFs(
      {
        ...shellFiles,
        ...scripts,
        ...Object.fromEntries(
          programs.map(({ name, size }) => [name, { size, load: () => host.asset(`bin/${name}`) }]),
        ),
      },
      spec,
    ),
  tasks: (_options, host, spec) => late(spec, async () => new MapFs(await tasksOf(host), spec)),
  pylib: (_options, host, spec) =>
    late(spec, async () => {
      const text = await host.asset('lib/python/pytest.py');
      return new MapFs({ 'pytest.py': new TextDecoder().decode(text) }, spec);
    }),
  // Pages are loaded when first looked at.
  man: async (_options, _host, spec) => new MapFs((await import('./manpages.ts')).manPages, spec),
  doc: (_options, _host, spec) =>
    late(spec, async () => new MapFs((await import('./docpages.ts')).docPages, spec)),
  archive: (options, _host, spec, process) => openArchive(options, spec, process),
  task: async ({ spec: task, meta }, { folders }, spec) => {
    const [{ Task, taskFrom }, { TaskFs }, { invalid }] = await Promise.all([
      import('../fs/task/task.ts'),
      import('../fs/task/taskfs.ts'),
      import('../env/schema.ts'),
    ]);
    const { now, after } = folders;
    const host = { now, after, invalid };
    return new TaskFs(new Task(...taskFrom(task, meta, now()), host), spec);
  },
  logs: async ({ agent, session }, { folders }, spec) => {
    const [{ Logs }, { agentFrom }, { LogsFs }] = await Promise.all([
      import('../fs/logs/logs.ts'),
      import('../fs/logs/trajectory.ts'),
      import('../fs/logs/logsfs.ts'),
    ]);
    const options = { spec, ...agentFrom(agent, session) };
    return new LogsFs(new Logs({ now: folders.now }), options);
  },
  envs: (_options, { work }, spec) =>
    late(
      spec,
      async () => {
        const { EnvsFs } = await import('../fs/envs/envsfs.ts');
        return new EnvsFs(await work(), spec);
      },
      { has: mutations, control: true },
    ),
  sched: (_options, { work }, spec) =>
    late(spec, async () => {
      const { SchedFs } = await import('../fs/sched/schedfs.ts');
      const { scheduler, outputs } = await work();
      return new SchedFs(scheduler, outputs, spec);
    }),
  workspace: async ({ own, folder }, { folders }, spec) => {
    const root = await (typeof own === 'string' ? folders.ownFolder(own) : folders.picked(folder));
    const { FolderFs } = await import('../fs/workspace/folderfs.ts');
    const made = new FolderFs(root, spec, folders);
    folders.mounted(made);
    return made;
  },
  http: capability('http'),
  ws: capability('ws'),
  nostr: capability('nostr'),
  cap: (_options, { capabilities }, spec) =>
    late(spec, async () => (await capabilities()).statusOf(PAGE, spec)),
  policy: async ({ of, policy }, host, _spec, process) =>
    (await host.capabilities()).guard(
      await makeService(specOf('policy', of), host, process),
      policy,
      PAGE,
    ),
  quota: async ({ of, ...limits }, host, spec, process) => {
    const { QuotaFs } = await import('../fs/quota/quotafs.ts');
    const inner = await makeService(specOf('quota', of), host, process);
    return QuotaFs.open(inner, quotaOf(limits), spec);
  },
  cow: async ({ of }, host, spec) =>
    new CowFs(await makeService(specOf('cow', of), host), { spec }),
};

/** Services that each process has its own of. */
const personal: {
  readonly [kind: string]: (host: ServiceHost, process: Process) => FileService | undefined;
} = {
  dev: (host, process) =>
    new DevFs({
      random: (into) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
      now: () => BigInt(Date.now()) * 1_000_000n,
      terminal: process.terminal,
      storage: () => host.storage(),
    }),
  proc: ({ kernel }, process) => new ProcFs(kernel, process),
  // A program neither decides about what it changed nor goes back in time.
  review: ({ reviews }, process) =>
    late({ kind: 'review' }, async () => {
      const { ReviewFs } = await import('../fs/cow/reviewfs.ts');
      return new ReviewFs(process.mayMount ? reviews : new Map());
    }),
  snapshots: ({ timeline }, process) =>
    late({ kind: 'snapshots' }, async () => {
      const { SnapshotsFs } = await import('../fs/snapshots/snapshotsfs.ts');
      return new SnapshotsFs(timeline, process.mayMount);
    }),
  // Nor does it reach into environments that others have made.
  envs: (_host, process) => (process.mayMount ? undefined : new MapFs({}, { kind: 'envs' })),
  sched: (_host, process) => (process.mayMount ? undefined : new MapFs({}, { kind: 'sched' })),
};

/** The service of that spec as `process` has it; undefined where it is the same for all. */
export const personalService = (
  spec: ServiceSpec,
  host: ServiceHost,
  process: Process,
): FileService | undefined =>
  Object.hasOwn(personal, spec.kind) ? personal[spec.kind]?.(host, process) : undefined;

export async function makeService(
  spec: ServiceSpec,
  host: ServiceHost,
  process?: Process,
): Promise<FileService> {
  const own = process && personalService(spec, host, process);
  if (own) return own;
  if (!Object.hasOwn(makers, spec.kind)) {
    fail(
      'EINVAL',
      `there is no service '${spec.kind}'; known are ${[...Object.keys(makers), ...Object.keys(personal)].join(', ')}`,
    );
  }
  return (makers[spec.kind] as Maker)(spec.options ?? {}, host, spec, process);
}

function quotaOf({ bytes, entries }: Options): { bytes?: number; entries?: number } {
  for (const value of [bytes, entries]) {
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      fail('EINVAL', 'a quota is a number above 0');
  }
  return {
    ...(typeof bytes === 'number' ? { bytes } : {}),
    ...(typeof entries === 'number' ? { entries } : {}),
  };
}

/** Graded tasks that come with the page, each file loaded when it is first read. */
async function tasksOf(host: ServiceHost): Promise<MapTree> {
  const text = new TextDecoder().decode(await host.asset('tasks/index.json'));
  const files = JSON.parse(text) as { readonly [path: string]: number };
  return Object.fromEntries(
    Object.entries(files).map(([path, size]) => [
      path,
      { size, load: () => host.asset(`tasks/${path}`) },
    ]),
  );
}

/** An archive is a file of the namespace that it is mounted in, read when it is first looked into. */
async function openArchive(
  { path }: Options,
  spec: ServiceSpec,
  process: Process | undefined,
): Promise<FileService> {
  if (typeof path !== 'string') fail('EINVAL', "archive takes {path: '/home/some.zip'}");
  const { ArchiveFs } = await import('../fs/archive/archivefs.ts');
  const archive = new ArchiveFs(async () => {
    const owner = process ?? fail('ENOTSUP', 'there is no namespace to read it from');
    const file = await owner.namespace.open(
      path as string,
      { read: true },
      owner.caller(-1, never),
    );
    try {
      if (!('pread' in file)) return fail('EISDIR', 'an archive is a file');
      const { size } = await file.stat(never);
      return {
        size,
        read: async (at, count) => file.pread(at, count, never),
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }, spec);
  // While a namespace is put together again the file is not there yet.
  if (process && process.namespace.table.points.length > 0) await archive.ready();
  return archive;
}

function textsOf({ files }: Options): Record<string, string> {
  const entries = Object.entries((files ?? {}) as Record<string, Json>);
  if (entries.some(([, text]) => typeof text !== 'string'))
    fail('EINVAL', "map takes {files: {'/path': 'text'}}");
  return Object.fromEntries(entries) as Record<string, string>;
}

function specOf(kind: string, value: Json | undefined): ServiceSpec {
  const spec = value as Partial<ServiceSpec> | null | undefined;
  if (typeof spec?.kind !== 'string') fail('EINVAL', `${kind} takes {of: {kind, options}}`);
  return spec as ServiceSpec;
}
