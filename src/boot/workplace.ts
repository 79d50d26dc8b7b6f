/** The environments and jobs of this kernel, in a database of their own; made when they are first needed. */
import type { BuilderHost, Provided } from '../env/builder.ts';
import type { FunctionContext } from '../env/runjob.ts';
import type { KeptTree } from '../env/shelf.ts';
import type { VendingHost } from '../env/vending.ts';
import type { Work } from '../env/work.ts';
import { fail } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import type { Json } from '../kernel/service.ts';

export interface WorkPlaceHost {
  readonly kernel: Kernel;
  /** Whose names a workspace and grants are. */
  creator(): Process;
  /** Undefined where nothing can be kept: another tab has it. */
  openTree(): Promise<KeptTree | undefined>;
  /** An environment that is kept could not be made again. */
  lost(id: string, reason: string): void;
  /** Something is another, for who shows it; not for each time. */
  changed(): void;
  /** Parts of the network for an environment (builder.ts). */
  readonly capability: NonNullable<BuilderHost['capability']>;
  readonly networkStatus: NonNullable<BuilderHost['networkStatus']>;
  readonly market: VendingHost['market'];
  /** An environment is gone. */
  gone(id: string): void;
  /** A function of the page. */
  call(name: string, input: Json, signal: AbortSignal): Promise<unknown>;
  diff(path: string, before: string | undefined, after: string | undefined): Promise<string>;
  after(ms: number, run: () => void): () => void;
}

/** Changes of many jobs are told together. */
const TELL_MS = 50;

export class WorkPlace {
  readonly #host: WorkPlaceHost;
  #work: Promise<Work> | undefined;
  #toldSoon = false;

  constructor(host: WorkPlaceHost) {
    this.#host = host;
  }

  /** EROFS in a tab that keeps nothing; a failed opening is tried again by the next. */
  open(): Promise<Work> {
    this.#work ??= this.#make().catch((error: unknown) => {
      this.#work = undefined;
      throw error;
    });
    return this.#work;
  }

  /** What was changed so far survives the browser's death when it resolves. */
  async flush(): Promise<void> {
    await (await this.#work?.catch(() => undefined))?.flush();
  }

  /** For the logs of an environment, where there is one of that name. */
  async log(id: string, message: string, data: Json): Promise<void> {
    const { environments } = (await this.#work) ?? {};
    if (environments?.has(id))
      environments.get(id).logs.add({ level: 'warn', message, data }, 'policy');
  }

  /** A policy that was set for an environment is its own from now on, also after a reload. ENOENT. */
  async policyChanged(id: string, cap: string, policy: Json): Promise<void> {
    const env = (await this.open()).environments.get(id);
    const before = (env.notes['policies'] ?? {}) as Readonly<Record<string, Json>>;
    env.note('policies', { ...before, [cap]: policy });
  }

  async #make(): Promise<Work> {
    const host = this.#host;
    const kept = await host.openTree();
    if (!kept) return fail('EROFS', 'another tab has the environments: work there');
    const [{ Work }, { invalid }, { Vending }, { Trials }] = await Promise.all([
      import('../env/work.ts'),
      import('../env/schema.ts'),
      import('../env/vending.ts'),
      import('../harbor/trials.ts'),
    ]);
    const provided = async (): Promise<Provided[]> => this.#provided();
    const work = new Work({
      kernel: host.kernel,
      creator: host.creator(),
      kept,
      provided,
      invalid,
      diff: (path, before, after) => host.diff(path, before, after),
      now: () => Date.now(),
      after: (ms, run) => host.after(ms, run),
      capability: host.capability,
      networkStatus: host.networkStatus,
      gone: (id) => host.gone(id),
      told: () => this.#tell(),
      elsewhere:
        (name) =>
        async (input: Json, { signal }: FunctionContext) =>
          (await host.call(name, input, signal)) as Json | undefined,
    });
    const { after } = host;
    const trials = new Trials({
      work,
      creator: host.creator(),
      provided,
      ticks: () => performance.now(),
      after,
    });
    for (const { id, reason } of await work.restore()) host.lost(id, reason);
    trials.resume();
    const vending = new Vending({ work, kept, market: host.market, now: () => Date.now() });
    void vending.resume().then((failed) => {
      for (const { id, reason } of failed) host.lost(id, reason);
    });
    return work;
  }

  /** Programs and libraries are those of the page. */
  #provided(): Provided[] {
    const { table } = this.#host.creator().namespace;
    return [['bin'], ['lib', 'python']].flatMap((at) =>
      (table.at(at)?.members ?? []).map(({ source, base }) => ({ at, source, base })),
    );
  }

  #tell(): void {
    if (this.#toldSoon) return;
    this.#toldSoon = true;
    this.#host.after(TELL_MS, () => {
      this.#toldSoon = false;
      this.#host.changed();
    });
  }
}
