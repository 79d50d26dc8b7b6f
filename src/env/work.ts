/** Environments and the scheduler of their jobs together, over one tree that keeps both. */
import type { EnvView, EnvViews } from '../fs/envs/envsfs.ts';
import { isOver, type Job } from '../fs/sched/jobs.ts';
import { Scheduler } from '../fs/sched/scheduler.ts';
import { fail } from '../kernel/errors.ts';
import { mountRows } from '../kernel/mountrows.ts';
import { formatNs } from '../kernel/nstext.ts';
import type { Path } from '../kernel/path.ts';
import type { FileHandle } from '../kernel/service.ts';
import { splitWords } from '../kernel/words.ts';
import type { OanixEnv } from './environment.ts';
import { Environments, type EnvironmentsHost } from './environments.ts';
import { JobKeeper } from './jobkeeper.ts';
import { templates } from './manifest.ts';
import { type JobFunction, type RunHost, runJob } from './runjob.ts';

export interface WorkHost extends Omit<EnvironmentsHost, 'endMain' | 'told'> {
  /** Functions that are not registered here. */
  elsewhere?(name: string): JobFunction;
  /** An environment or a job is another: for who shows them. */
  told(what: 'environment' | 'job', id: string): void;
}

export class Work implements EnvViews, RunHost {
  readonly kernel: WorkHost['kernel'];
  readonly environments: Environments;
  readonly scheduler: Scheduler;
  readonly templates = templates;
  readonly #host: WorkHost;
  readonly #jobs: JobKeeper;
  readonly #functions = new Map<string, JobFunction>();
  readonly #listeners = new Set<(paths: Path[]) => void>();
  readonly #mainEnded = new Set<(env: OanixEnv) => void>();

  constructor(host: WorkHost) {
    this.#host = host;
    this.kernel = host.kernel;
    this.#jobs = new JobKeeper(host.kept, (ms, run) => host.after(ms, run));
    this.environments = new Environments({
      ...host,
      endMain: (id) => this.#endMain(id),
      told: (id) => {
        for (const listener of [...this.#listeners]) listener([[], [id], [id, 'status']]);
        host.told('environment', id);
      },
    });
    this.scheduler = new Scheduler({
      run: (job, signal) => this.#run(job, signal),
      checkEnv: (id, main) => {
        const env = this.environments.get(id);
        if (main) env.checkFresh();
      },
      changed: (job, ended) => {
        this.#jobs.save(job);
        if (ended) this.#ended(job);
        host.told('job', job.id);
      },
      forgotten: (id) => this.#jobs.forget(id),
      keepSettings: (settings) => {
        this.#jobs.saveSettings(settings);
        host.told('job', '');
      },
      now: () => host.now(),
      after: (ms, run) => host.after(ms, run),
    });
  }

  /** What an earlier time has left; environments that could not be made again, with why. */
  async restore(): Promise<readonly { readonly id: string; readonly reason: string }[]> {
    const failed = await this.environments.restore();
    const { jobs, settings } = await this.#jobs.load();
    this.scheduler.restore(jobs, settings);
    this.#agree();
    return failed;
  }

  /** Jobs are kept at once, environments a moment later: what only a job's record tells they learn from it. */
  #agree(): void {
    for (const job of this.scheduler.jobs.values())
      if (job.spec.main && isOver(job)) this.#ended(job);
    for (const id of this.environments.ids) {
      const env = this.environments.get(id);
      const main = env.main === undefined ? undefined : this.scheduler.jobs.get(env.main);
      if (!main || isOver(main)) env.interrupted();
    }
  }

  /** All of it survives the browser's death when it resolves. */
  async flush(): Promise<void> {
    await this.environments.flush();
    await this.#jobs.flush();
  }

  /** Lets jobs call a function by its name. Returns the undo, which never removes a later one of the same name. */
  register(name: string, run: JobFunction): () => void {
    if (this.#functions.has(name)) fail('EEXIST', `there is a function ${name}`);
    const registered: JobFunction = (...args) => run(...args);
    this.#functions.set(name, registered);
    return () => {
      if (this.#functions.get(name) === registered) this.#functions.delete(name);
    };
  }

  function(name: string): JobFunction {
    const known = [...this.#functions.keys()].join(', ') || 'none';
    return (
      this.#functions.get(name) ??
      this.#host.elsewhere?.(name) ??
      fail('ENOENT', `there is no function '${name}'; registered: ${known}`)
    );
  }

  /** Told of each environment whose work has ended, or that is gone; returns the stop. */
  onMainEnded(listener: (env: OanixEnv) => void): () => void {
    this.#mainEnded.add(listener);
    return () => void this.#mainEnded.delete(listener);
  }

  /** What a job has printed. */
  readonly outputs = (id: string, name: 'stdout' | 'stderr'): Promise<FileHandle> =>
    this.#jobs.read(id, name);

  /** Removes an environment with what runs and waits in it. */
  async remove(id: string): Promise<void> {
    const env = this.environments.get(id);
    this.scheduler.envRemoved(id);
    await this.environments.remove(id);
    for (const listener of [...this.#mainEnded]) listener(env);
  }

  /** Ends its work: the main job where it has begun. EINVAL where it is over. */
  cancel(id: string): void {
    const env = this.environments.get(id);
    const mains = [...this.scheduler.jobs.values()].filter(
      (job) => job.spec.main && job.spec.env_id === id && !isOver(job),
    );
    for (const main of mains) this.scheduler.cancel(main.id);
    if (mains.length === 0) env.cancel();
  }

  // As files

  ids(): readonly string[] {
    return this.environments.ids;
  }

  at(id: string): EnvView | undefined {
    if (!this.environments.has(id)) return undefined;
    const env = this.environments.get(id);
    return {
      manifest: env.manifest,
      summary: summaryOf(env),
      status: { id, ...env.status, task: env.task?.status.status ?? null },
      ns: () => formatNs(env.process.namespace.table),
      mounts: () => mountRows(env.process.namespace.table),
      changes: () => env.review.changes(),
      diff: () => env.review.diff(),
      tell: (verb, words) => this.#tell(id, verb, words),
      root: this.environments.rootOf(id),
    };
  }

  readonly requests = new Map<string, (line: string) => Promise<object>>([
    ['create', async (line) => ({ id: (await this.environments.create(jsonFrom(line))).id })],
    [
      'compare',
      async (line) => {
        const [a, b, ...more] = splitWords(line);
        if (a === undefined || b === undefined || more.length > 0)
          return fail('EINVAL', 'compare takes the ids of two environments');
        return this.environments.compare(a, b);
      },
    ],
  ]);

  onChange(listener: (paths: Path[]) => void): () => void {
    this.#listeners.add(listener);
    const stop = this.kernel.changes.listen((changes) => {
      const shown = this.ids().flatMap((id) => {
        const { namespace } = this.environments.get(id).process;
        return changes
          .flatMap(({ source, path }) => namespace.pathsOf(source, path))
          .map((path) => [id, 'root', ...path]);
      });
      if (shown.length > 0) listener(shown);
    });
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }

  async #tell(id: string, verb: string, words: readonly string[]): Promise<void> {
    const { review } = this.environments.get(id);
    const [first, ...more] = words;
    if (verb === 'cancel' && first === undefined) this.cancel(id);
    else if (verb === 'remove' && first === undefined) await this.remove(id);
    else if (verb === 'fork' && more.length === 0) await this.environments.fork(id, first);
    else if (verb === 'keep') await review.commit(words);
    else if (verb === 'discard') await review.revert(words);
    else fail('EINVAL', `'${verb}' is none of cancel, remove, fork ID, keep PATH…, discard PATH…`);
  }

  #ended(job: Job): void {
    if (!this.environments.has(job.spec.env_id)) return;
    const env = this.environments.get(job.spec.env_id);
    if (env.isOver) return;
    env.finish(job);
    if (env.isOver) for (const listener of [...this.#mainEnded]) listener(env);
  }

  async #run(job: Job, signal: AbortSignal): ReturnType<typeof runJob> {
    const env = this.environments.get(job.spec.env_id);
    // First it is kept that it runs: after a crash nobody runs it again.
    await this.#jobs.flush(job.id);
    if (signal.aborted) fail('EINTR', 'it was ended before it began');
    if (job.spec.main) {
      env.begin(job.id);
      await this.environments.save(env.id);
    }
    // The logs are those of the programs in it; a function is the host's.
    const logs = 'Custom' in job.spec.kind ? undefined : env.logs;
    const output = await this.#jobs.output(job.id, logs);
    return runJob(job, env, output, this, signal);
  }

  #endMain(id: string): void {
    const state = this.scheduler.jobs.get(id)?.status.status;
    if (state === 'running' || state === 'pending') this.scheduler.cancel(id);
  }
}

function summaryOf({ manifest, notes }: OanixEnv): object {
  const { template, created_at, forked_from, workspace, task } = manifest;
  const spec = task?.spec as { description?: string } | undefined;
  return {
    template,
    created_at,
    ...(forked_from === undefined ? {} : { forked_from }),
    ...(workspace === undefined ? {} : { workspace }),
    description: spec?.description ?? '',
    ...notes,
  };
}

/** One line of JSON; EINVAL. */
export function jsonFrom(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    return fail('EINVAL', `this is no line of JSON: ${(error as Error).message}`);
  }
}
