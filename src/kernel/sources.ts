/** What is mounted: the services of a kernel, as the processes that have them mounted see them. */
import { type AccessMap, restrict } from './access.ts';
import type { Caller } from './caller.ts';
import type { Changes } from './changes.ts';
import { FsError, fail } from './errors.ts';
import { FailedService } from './failed.ts';
import { fromManifest } from './manifest.ts';
import type { MountPoint, MountTable, Source } from './mounts.ts';
import { parseNs } from './nstext.ts';
import { cleanPath, type Path } from './path.ts';
import type { Process } from './process.ts';
import type { FileService, ServiceSpec } from './service.ts';

/** Where services come from. */
export interface ServiceHost {
  /**
   * Makes a service from its spec; throws with a sentence if it cannot. `process` is who it is for, where that
   * matters (`/dev`, `/proc`).
   */
  makeService(spec: ServiceSpec, process: Process | undefined): Promise<FileService>;
  /** The same service as another process has it; undefined for services that are the same for all. */
  personal(spec: ServiceSpec, process: Process): FileService | undefined;
  /** An overlay over a source for what a process changes, to be reviewed; absent where there is none. */
  overlay?(process: Process, base: Source, at: Path): FileService;
}

export class Sources {
  readonly #host: ServiceHost;
  readonly #changes: Changes;
  #lastDev = 0;
  /** The sources that a process has of its own, by those of its parent. */
  readonly #personal = new WeakMap<Process, Map<Source, Source>>();

  constructor(host: ServiceHost, changes: Changes) {
    this.#host = host;
    this.#changes = changes;
  }

  async make(spec: ServiceSpec, process?: Process): Promise<Source> {
    return this.of(await this.#host.makeService(spec, process));
  }

  /** A service with a device number of its own; `failed` says why one that stands in for another could not be made. */
  of(service: FileService, failed?: string): Source {
    const use = { calls: 0, read: 0, written: 0, errors: 0 };
    const source: Source = { dev: ++this.#lastDev, service, use, failed };
    service.watch?.([], (paths) => {
      for (const path of paths) this.#changes.announce(source, path);
      if (paths.length === 0) this.#changes.announceAll();
    });
    return source;
  }

  tableFrom(manifest: unknown, process?: Process): Promise<MountTable> {
    return fromManifest(manifest, (spec) => this.#madeOrFailed(spec, process));
  }

  /** A service that cannot be made stays in the list, with its reason. */
  async #madeOrFailed(spec: ServiceSpec, process?: Process): Promise<Source> {
    try {
      return await this.make(spec, process);
    } catch (error) {
      const reason = error instanceof FsError ? (error.reason ?? error.message) : String(error);
      return this.of(new FailedService(spec, reason), reason);
    }
  }

  /** Makes the failed services of a mount point again; throws why, if one still cannot be made. */
  async retry(process: Process, at: string): Promise<void> {
    const point =
      process.namespace.table.at(cleanPath(at)) ?? fail('EINVAL', `nothing is mounted at ${at}`);
    for (const { source } of point.members) {
      if (source.failed === undefined) continue;
      const made = await this.make(source.service.spec, process);
      const { namespace } = process;
      namespace.replaceTable(
        namespace.table.map((member) =>
          member.source === source ? { ...member, source: made } : member,
        ),
      );
    }
  }

  /**
   * Runs ns text in a process's namespace, all of it or, at the first error, none. `tolerant`, for a
   * boot: a service that cannot be made is mounted as failed, and a bind of what it lacks is left out.
   */
  async replay(
    process: Process,
    text: string,
    signal: AbortSignal,
    tolerant = false,
  ): Promise<void> {
    const lines = parseNs(text);
    const draft = process.namespace.fork();
    // Whoever may write the text speaks for the whole namespace, also of a process that is confined in it.
    const caller: Caller = { cwd: process.cwd, signal };
    for (const line of lines) {
      if (line.verb === 'mount') {
        const source = await (tolerant
          ? this.#madeOrFailed(line.spec, process)
          : this.make(line.spec, process));
        await draft.mount(source, line.at, line.flags, caller);
      } else if (line.verb === 'unmount') {
        await draft.unmount(line.at, line.what, caller, mayLift(process));
      } else {
        const { mayMount } = process;
        await draft
          .bind(line.from, line.at, line.flags, caller, mayMount)
          .catch((error: unknown) => {
            if (!tolerant) throw error;
          });
      }
    }
    if (tolerant) process.namespace.start(draft.table);
    else process.namespace.replaceTable(draft.table);
  }

  /** Services that each process has its own of take the place of its parent's. */
  makePersonal(process: Process): void {
    const { table } = process.namespace;
    const own = this.#personal.get(process) ?? new Map<Source, Source>();
    this.#personal.set(process, own);
    const mine = (source: Source): Source => {
      const known = own.get(source);
      if (known) return known;
      const service = this.#host.personal(source.service.spec, process);
      const made = service ? { ...source, service } : source;
      own.set(source, made);
      return made;
    };
    process.namespace.start(table.map((member) => ({ ...member, source: mine(member.source) })));
    process.inherited = process.namespace.table;
  }

  /**
   * Limits what a process may write, and how, before it starts. It comes after `makePersonal`: an overlay hides the kind of
   * the service below it, so a service that the process must have its own of would stay its parent's. ENOTSUP where
   * there are no overlays.
   */
  restrict(process: Process, access: AccessMap): void {
    const { namespace } = process;
    const overlay = (base: Source, at: Path): Source =>
      this.of(
        this.#host.overlay?.(process, base, at) ?? fail('ENOTSUP', 'there are no overlays here'),
      );
    namespace.start(restrict(namespace.table, access, overlay));
    process.inherited = namespace.table;
  }
}

/** What a program was given to see it cannot lift, nor what came along with it; what it bound itself it can. */
export function mayLift({ inherited, mayMount }: Process): (point: MountPoint) => boolean {
  return ({ at, by }) => mayMount || (by === undefined && !inherited?.at(at));
}

/** Whether a process that lives has a service mounted, itself or in a wrapper. */
export const uses = ({ status, namespace }: Process, service: FileService): boolean =>
  !status &&
  namespace.table.points.some(({ members }) =>
    members.some(({ source }) => shows(source.service, service)),
  );

function shows(outer: FileService, service: FileService): boolean {
  for (let each: FileService | undefined = outer; each; each = each.inner)
    if (each === service) return true;
  return false;
}
