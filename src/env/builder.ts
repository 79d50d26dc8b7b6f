/** Makes an environment's namespace from its manifest: what is not put there does not exist in it. */
import { CowFs } from '../fs/cow/cowfs.ts';
import { Review } from '../fs/cow/review.ts';
import { Logs } from '../fs/logs/logs.ts';
import { LogsFs } from '../fs/logs/logsfs.ts';
import { QuotaFs } from '../fs/quota/quotafs.ts';
import { ReadOnly } from '../fs/readonly/readonly.ts';
import { Task, taskFrom } from '../fs/task/task.ts';
import { TaskFs } from '../fs/task/taskfs.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { FailedService } from '../kernel/failed.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Member, type MountPoint, MountTable, type Source } from '../kernel/mounts.ts';
import { cleanPath, type Path, samePath } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { type FileService, type Json, never, type ServiceSpec } from '../kernel/service.ts';
import { subtree } from '../kernel/subtree.ts';
import type { EnvParts } from './environment.ts';
import type { Kept } from './keep.ts';
import { type Capabilities, type EnvManifest, type Grant, templateOf } from './manifest.ts';
import type { ShelvedLayer } from './shelf.ts';

/** What every environment may run: a directory that shows at `/bin` or below `/lib`. */
export interface Provided {
  readonly at: Path;
  readonly source: Source;
  readonly base: Path;
}

export interface BuilderHost {
  readonly kernel: Kernel;
  /** Whose names a workspace and grants are. */
  readonly creator: Process;
  provided(): Promise<readonly Provided[]>;
  /** The directory where an environment's own files are. */
  filesOf(id: string): FileService;
  /** What is wrong with a value by a JSON Schema; undefined where it holds. */
  invalid(schema: Json, value: Json): string | undefined;
  diff(path: string, before: string | undefined, after: string | undefined): Promise<string>;
  now(): number;
  after(ms: number, run: () => void): () => void;
  /** Something in an overlay is another. */
  changed(id: string): void;
  /** All of an environment survives the power's failure when it resolves. */
  keep(id: string): Promise<void>;
  /** HttpFs, WsFs or NostrFs with its policy, for an environment by its id; ENOTSUP where there is no network. */
  capability?(
    cap: keyof Capabilities,
    made: { readonly policy: Json; readonly identity?: string },
    who: string,
  ): Promise<FileService>;
  /** How the network stands, as that environment sees it. */
  networkStatus?(who: string): Promise<FileService>;
}

/** An overlay with what it lies over. */
export interface EnvLayer extends ShelvedLayer {
  readonly cow: CowFs;
}

/** What one environment may write, in bytes: in its own files or over copies, and in memory. */
const QUOTA = 1 << 30;
const tmp: ServiceSpec = { kind: 'mem', options: { bytes: 1 << 28 } };

export class EnvBuilder {
  readonly layers: EnvLayer[] = [];
  readonly #manifest: EnvManifest;
  readonly #host: BuilderHost;
  readonly #points: MountPoint[] = [];

  constructor(manifest: EnvManifest, host: BuilderHost) {
    this.#manifest = manifest;
    this.#host = host;
  }

  /** ENOENT, EINVAL where what it is made of is not there. `kept` is where it stood at an earlier time. */
  async build(kept?: Kept): Promise<EnvParts> {
    const manifest = this.#manifest;
    const { kernel } = this.#host;
    const template = templateOf(manifest);
    const process = kernel.processes.attach(`environment ${manifest.id}`);
    const task = this.#task(kept);
    const logs = new Logs(this.#host, kept?.logs);
    const { id: session, agent: name = 'agent' } = manifest;
    try {
      if (template.files) await this.#files(cleanPath(template.files), kept);
      for (const { at, source, base } of await this.#host.provided())
        this.#mount(at, source, { ro: true, base });
      this.#mount(['dev'], await kernel.sources.make({ kind: 'dev' }, process));
      if (template.tmp) {
        this.#mount(['tmp'], await kernel.sources.make(tmp), { create: true });
        this.#mount(['proc'], await kernel.sources.make({ kind: 'proc' }, process));
      }
      if (task) this.#serve(['task'], new TaskFs(task));
      this.#serve(['logs'], new LogsFs(logs, { session, agent: { name, version: '1' } }));
      for (const grant of manifest.grants) await this.#grant(grant, kept);
      if (manifest.capabilities) await this.#network(manifest.capabilities, kept);
      await this.#settle();
    } catch (error) {
      kernel.processes.detach(process);
      throw error;
    }
    process.namespace.start(new MountTable(this.#points));
    return { manifest, process, task, logs, review: this.#review() };
  }

  /** Puts a directory of a source at a path; a second one there comes behind the first. */
  #mount(
    at: Path,
    source: Source,
    {
      ro = false,
      create = false,
      base = [],
    }: { readonly ro?: boolean; readonly create?: boolean; readonly base?: Path } = {},
  ): void {
    const member: Member = { source, base, create, ro };
    const known = this.#points.findIndex((point) => samePath(point.at, at));
    const members = [...(this.#points[known]?.members ?? []), member];
    const point: MountPoint = { at, kind: 'dir', members };
    if (known < 0) this.#points.push(point);
    else this.#points[known] = point;
  }

  #serve(at: Path, service: FileService): void {
    this.#mount(at, this.#host.kernel.sources.of(service), { create: true });
  }

  #task(kept: Kept | undefined): Task | undefined {
    const { task } = this.#manifest;
    if (!task) return undefined;
    const created = Date.parse(this.#manifest.created_at);
    return new Task(...taskFrom(task.spec, task.meta, created), this.#host, kept?.task);
  }

  /** Its own directory, or a copy-on-write one over that of its creator. */
  async #files(at: Path, kept: Kept | undefined): Promise<void> {
    const { workspace, id } = this.#manifest;
    const files = this.#host.filesOf(id);
    if (workspace === undefined && templateOf(this.#manifest).overlay)
      this.#overlay(at, files, false, kept);
    else if (workspace === undefined)
      this.#serve(at, await QuotaFs.open(files, { bytes: QUOTA }, files.spec));
    else await this.#grant({ from: workspace, at: '/workspace', access: 'cow' }, kept, 'dir');
  }

  /** ENOENT, ENOTDIR: a new environment needs what it is given. A kept one is made again without what has gone since. */
  async #grant({ from, at, access }: Grant, kept: Kept | undefined, kind?: 'dir'): Promise<void> {
    if (!kept) {
      const caller = { cwd: [], signal: never };
      const found = await this.#host.creator.namespace.stat(from, true, caller);
      if (kind && found.kind !== kind) fail('ENOTDIR', `${from} is no directory`);
    }
    const { source, base, ro } = this.#sourceAt(cleanPath(from));
    const where = cleanPath(at);
    if (access === 'cow') this.#overlay(where, subtree(source.service, base), ro, kept);
    else this.#mount(where, source, { base, ro: ro || access === 'ro', create: true });
  }

  /** Policies are those that were set last. What cannot be had again stays as failed, with its reason. */
  async #network(capabilities: Capabilities, kept: Kept | undefined): Promise<void> {
    const { id } = this.#manifest;
    const { capability, networkStatus, kernel } = this.#host;
    const policies = (kept?.notes?.['policies'] ?? {}) as Readonly<Record<string, Json>>;
    if (networkStatus) {
      const status = await networkStatus(id).catch(() => undefined);
      if (status) this.#serve(['cap'], status);
    }
    for (const [name, given] of Object.entries(capabilities)) {
      const cap = name as keyof Capabilities;
      const made = { ...given, policy: policies[cap] ?? given.policy };
      try {
        if (!capability) fail('ENOTSUP', 'there is no network here');
        this.#serve(['cap', cap], await capability(cap, made, id));
      } catch (error) {
        if (!kept) throw error;
        const reason = error instanceof FsError ? (error.reason ?? error.message) : String(error);
        const failed = new FailedService({ kind: cap }, reason);
        this.#mount(['cap', cap], kernel.sources.of(failed, reason));
      }
    }
  }

  #overlay(at: Path, lower: FileService, ro: boolean, kept: Kept | undefined): void {
    const { id } = this.#manifest;
    const changed = (): void => this.#host.changed(id);
    const keep = (): Promise<void> => this.#host.keep(id);
    const cow = new CowFs(ro ? new ReadOnly(lower) : lower, { quota: QUOTA, changed, keep });
    const saved = kept?.overlays.find((layer) => samePath(layer.at, at))?.saved;
    if (saved) cow.restore(saved);
    this.layers.push({ at, spec: lower.spec, cow });
    this.#mount(at, this.#host.kernel.sources.of(cow), { create: true });
  }

  /** What serves a directory of the creator's; a union has no one place to lie over. */
  #sourceAt(path: Path): { source: Source; base: Path; ro: boolean } {
    const found = this.#host.creator.namespace.table.lookup(path);
    const [member, ...more] = found?.point.members ?? [];
    if (!found || !member || more.length > 0)
      return fail('EINVAL', `/${path.join('/')} is not served by one mount: name one that is`);
    const { source, base, ro } = member;
    return { source, base: [...base, ...found.rest], ro };
  }

  async #settle(): Promise<void> {
    for (const { cow } of this.layers) await cow.settle();
  }

  #review(): Review {
    return new Review(this.layers, {
      diff: (path, before, after) => this.#host.diff(path, before, after),
      announce: () => this.#host.kernel.changes.announceAll(),
      inUse: () =>
        this.#host.kernel.processes
          .allVisible(this.#host.creator)
          .some(
            (each) =>
              !each.status && each.ppid !== 0 && this.layers.some(({ cow }) => usesCow(each, cow)),
          ),
      changed: () => this.#host.changed(this.#manifest.id),
    });
  }
}

const usesCow = ({ namespace }: Process, cow: CowFs): boolean =>
  namespace.table.points.some(({ members }) =>
    members.some(({ source }) => source.service === cow),
  );
