/**
 * Trials: an agent at a graded task, in an environment of its own, and then its tests. Both are jobs, so that they wait,
 * run and survive a reload as others do; what came out is written down with the environment.
 */
import type { Provided } from '../env/builder.ts';
import type { OanixEnv } from '../env/environment.ts';
import type { FunctionContext } from '../env/runjob.ts';
import { jsonFrom, type Work } from '../env/work.ts';
import { INTERRUPTED, isKind, isOver, type JobKind } from '../fs/sched/jobs.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { NamespaceService } from '../kernel/export.ts';
import { baseName, cleanPath } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { type FileService, type Json, never } from '../kernel/service.ts';
import { subtree } from '../kernel/subtree.ts';
import { Waiters } from '../kernel/waiters.ts';
import { buildInto } from './build.ts';
import { type Need, needsOfScript } from './needs.ts';
import { type HarborTask, needsOf, readTask } from './task.ts';
import { pythonEnv, verify } from './verify.ts';

/** Who works at a task. */
export interface Agent {
  readonly name: string;
  /** The reference solution where it is absent. */
  readonly kind?: Exclude<JobKind, { Custom: unknown }>;
}

export type TrialState = 'building' | 'agent' | 'verifying' | 'graded' | 'failed';

/** What is written down of one. */
export interface Trial {
  readonly task: string;
  /** Where the task is, in the namespace of who started it. */
  readonly path: string;
  readonly agent: string;
  readonly state: TrialState;
  readonly reward?: number;
  readonly rewards?: Readonly<Record<string, number>>;
  /** Why it failed, or has no reward. */
  readonly error?: string;
  readonly agent_seconds?: number;
  readonly verifier_seconds?: number;
}

export interface TrialsHost {
  readonly work: Work;
  /** In whose namespace the tasks are. */
  readonly creator: Process;
  provided(): Promise<readonly Provided[]>;
  /** Milliseconds that only go forward. */
  ticks(): number;
  after(ms: number, run: () => void): () => void;
}

export interface Looked {
  readonly task: HarborTask;
  readonly folder: FileService;
  /** What it asks for that is not here. */
  readonly needs: readonly Need[];
}

/** A tag, and (as no page would name one) a function. */
const VERIFY = 'verify';
const VERIFIER = 'oanix:verify';

export class Trials {
  readonly #host: TrialsHost;
  readonly #waiters = new Waiters();

  constructor(host: TrialsHost) {
    this.#host = host;
    host.work.register(VERIFIER, (_input, context) => this.#verify(context));
    host.work.onMainEnded((env) => this.#agentEnded(env));
    host.work.requests.set('look', async (line) => lookOf(await this.look(line.trim())));
    host.work.requests.set('trial', (line) => this.#request(jsonFrom(line)));
  }

  /** Goes on with what a reload has interrupted. */
  resume(): void {
    const { environments } = this.#host.work;
    for (const id of environments.ids) {
      const env = environments.get(id);
      const trial = trialOf(env);
      // The tests may still have to run, where only that was not written down.
      if (trial?.state === 'agent' && env.isOver) this.#agentEnded(env);
      else if (
        trial?.state === 'building' ||
        (trial?.state === 'agent' && !this.#waits(id, 'agent'))
      )
        this.#note(env, { ...trial, state: 'failed', error: INTERRUPTED });
      if (trial?.state !== 'verifying') continue;
      if (!this.#waits(id, VERIFY)) this.#submitVerify(env, trial);
    }
  }

  /** Whether a job of a trial still waits or runs. */
  #waits(env: string, tag: string): boolean {
    return [...this.#host.work.scheduler.jobs.values()].some(
      (job) => job.spec.env_id === env && job.spec.tags.includes(tag) && !isOver(job),
    );
  }

  /** Reads a task, and says what it needs before anything runs. EINVAL, ENOENT. */
  async look(path: string): Promise<Looked> {
    const { creator } = this.#host;
    const at = cleanPath(path);
    const { kind } = await creator.namespace.stat(path, true, creator.caller(-1, never));
    if (kind !== 'dir') fail('ENOTDIR', 'a task is a folder');
    const folder = subtree(new NamespaceService(creator.namespace), at);
    const task = await readTask(folder, baseName(at));
    const has = await this.#commands();
    return { task, folder, needs: await needsOf(task, folder, has) };
  }

  /**
   * Makes the environment of a trial and queues its agent; its id. ENOTSUP, with what is lacking, where the task needs
   * what is not here, unless it is tried `anyway`.
   */
  async start(path: string, agent: Agent, anyway = false, id?: string): Promise<string> {
    const { work } = this.#host;
    const { task, folder, needs } = await this.look(path);
    if (needs.length > 0 && !anyway)
      fail(
        'ENOTSUP',
        `${task.name} needs ${needs.map(({ what, where }) => `${what} (${where})`).join('; ')}`,
      );
    const kind = agent.kind ?? solutionOf(task);
    const env = await work.environments.create({
      ...(id === undefined ? {} : { id }),
      template: 'bench',
      agent: agent.name,
      working_dir: task.recipe.workdir,
      env: { ...task.recipe.env, ...pythonEnv, PATH: '/bin:/usr/local/bin:/usr/bin' },
      limits: task.memory === undefined ? {} : { memory: task.memory },
      task: {
        spec: {
          task_type: task.form,
          description: task.instruction,
          input: { task: task.name, working_dir: task.recipe.workdir },
        },
        meta: { tags: task.tags },
      },
    });
    const trial: Trial = { task: task.name, path, agent: agent.name, state: 'building' };
    this.#note(env, trial);
    try {
      const has = await this.#commands();
      await buildInto(
        env,
        task,
        folder,
        work.kernel,
        (text) => needsOfScript(text, '', has).length > 0,
      );
      // From here on what is another is the agent's doing.
      await env.review.commit();
      this.#note(env, { ...trial, state: 'agent' });
      await work.environments.save(env.id);
      work.scheduler.submit({
        env_id: env.id,
        kind,
        main: true,
        timeout_secs: task.timeouts.agent,
        tags: ['agent', task.name],
      });
    } catch (error) {
      this.#note(env, { ...trial, state: 'failed', error: reasonOf(error) });
      throw error;
    }
    return env.id;
  }

  /** `{path, agent?, kind?, anyway?, id?}`, as someone wrote it. */
  async #request(value: unknown): Promise<object> {
    if (typeof value !== 'object' || value === null) fail('EINVAL', 'a trial is {path, agent, …}');
    const fields = value as Record<string, unknown>;
    const { path, agent = 'solution', kind, anyway = false, id, ...more } = fields;
    const [unknown] = Object.keys(more);
    if (unknown !== undefined) fail('EINVAL', `a trial has no '${unknown}'`);
    if (kind === undefined && agent !== 'solution')
      fail('EINVAL', 'an agent other than the solution has a kind');
    if (typeof path !== 'string' || typeof agent !== 'string' || typeof anyway !== 'boolean')
      fail('EINVAL', 'path and agent are texts, anyway is true or false');
    if (kind !== undefined && (!isKind(kind) || 'Custom' in (kind as object)))
      fail('EINVAL', 'kind is {Wasi: {path or bytes, args}} or {Script: {text}}');
    const who: Agent = {
      name: agent as string,
      ...(kind === undefined ? {} : { kind: kind as NonNullable<Agent['kind']> }),
    };
    const as = id === undefined ? undefined : String(id);
    return { id: await this.start(path as string, who, anyway as boolean, as) };
  }

  /** Resolves when it is graded or has failed; EINTR. */
  async finished(id: string, signal = new AbortController().signal): Promise<Trial> {
    for (;;) {
      const trial = trialOf(this.#host.work.environments.get(id)) ?? fail('EINVAL', 'no trial');
      if (trial.state === 'graded' || trial.state === 'failed') return trial;
      await this.#waiters.wait(signal);
    }
  }

  /** Names of what a script may call. */
  async #commands(): Promise<(command: string) => boolean> {
    const names = new Set<string>();
    for (const { at, source, base } of await this.#host.provided()) {
      if (at.join('/') !== 'bin') continue;
      const entries = await source.service.readdir(base, never).catch(() => []);
      for (const { name } of entries) names.add(name.replace(/\.wasm$/, ''));
    }
    // A script for Python is there without it too.
    if (!names.has('python')) names.delete('pytest');
    return (command) => names.has(command);
  }

  #agentEnded(env: OanixEnv): void {
    // Whoever waits looks again: it may be gone.
    this.#waiters.wake();
    const trial = trialOf(env);
    if (trial?.state !== 'agent' || !this.#host.work.environments.has(env.id)) return;
    const { started_at, finished_at, status, error } = env.status;
    const seconds =
      started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1000 : 0;
    const next: Trial = { ...trial, state: 'verifying', agent_seconds: seconds };
    // Whatever the agent says of itself: the tests decide. What was ended from outside is not graded.
    if (status === 'cancelled') this.#note(env, { ...next, state: 'failed', error: 'cancelled' });
    else if (error === INTERRUPTED) this.#note(env, { ...next, state: 'failed', error });
    else {
      this.#note(env, next);
      this.#submitVerify(env, next);
    }
  }

  #submitVerify(env: OanixEnv, trial: Trial): void {
    this.#host.work.scheduler.submit({
      env_id: env.id,
      kind: { Custom: { name: VERIFIER, input: null } },
      // What was begun is finished first.
      priority: 1,
      tags: [VERIFY, trial.task],
    });
  }

  async #verify({ env, job, signal, output }: FunctionContext): Promise<Json> {
    const { work, provided, ticks, after } = this.#host;
    const trial = trialOf(env);
    if (trial?.state !== 'verifying') return fail('EINVAL', 'there is nothing to verify here');
    const from = ticks();
    const timed = new AbortController();
    let stopTimer = (): void => undefined;
    try {
      await this.#endOthers(env, job.id);
      const { task, folder } = await this.look(trial.path);
      stopTimer = after(task.timeouts.verifier * 1000, () => timed.abort());
      const host = {
        kernel: work.kernel,
        provided,
        filesOf: ({ review }: OanixEnv) => review.layers[0]?.cow ?? fail('EIO', 'it has no files'),
      };
      const both = AbortSignal.any([signal, timed.signal]);
      const verdict = await verify(env, task, folder, host, output, both);
      if (signal.aborted) fail('EINTR', 'it was ended');
      this.#note(env, {
        ...trial,
        ...verdict,
        state: 'graded',
        verifier_seconds: (ticks() - from) / 1000,
      });
      const { reward } = verdict;
      env.logs.add({ level: 'info', message: `reward ${reward}`, data: { ...verdict } }, 'system');
      return { ...verdict };
    } catch (error) {
      this.#note(env, { ...trial, state: 'failed', error: reasonOf(error) });
      throw error;
    } finally {
      stopTimer();
    }
  }

  /** Nobody writes any more while the tests look. */
  async #endOthers(env: OanixEnv, verifier: string): Promise<void> {
    const { scheduler } = this.#host.work;
    for (const { id, spec, status } of [...scheduler.jobs.values()]) {
      if (spec.env_id !== env.id || id === verifier) continue;
      if (isOver({ status })) continue;
      scheduler.cancel(id);
      await scheduler.wait(id);
    }
  }

  #note(env: OanixEnv, trial: Trial): void {
    env.note('trial', trial as unknown as Json);
    this.#waiters.wake();
  }
}

export const trialOf = (env: OanixEnv): Trial | undefined =>
  env.notes['trial'] as unknown as Trial | undefined;

const lookOf = ({ task, needs }: Looked): object => ({
  name: task.name,
  form: task.form,
  instruction: task.instruction,
  difficulty: task.difficulty,
  tags: task.tags,
  working_dir: task.recipe.workdir,
  timeouts: task.timeouts,
  has_solution: task.solution !== undefined,
  needs,
});

function solutionOf({ name, solution }: HarborTask): Agent['kind'] & object {
  if (solution === undefined) return fail('EINVAL', `${name} has no reference solution`);
  return { Script: { text: solution } };
}

function reasonOf(error: unknown): string {
  if (error instanceof FsError) return error.reason ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
