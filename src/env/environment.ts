/**
 * One environment: a namespace of its own with what is in it, and how far its work has come. Its status, that of its
 * task and its logs say the same.
 */
import type { Review } from '../fs/cow/review.ts';
import type { Logs } from '../fs/logs/logs.ts';
import { INTERRUPTED, type Job } from '../fs/sched/jobs.ts';
import type { Task } from '../fs/task/task.ts';
import { FsError, fail } from '../kernel/errors.ts';
import type { Process } from '../kernel/process.ts';
import type { Json } from '../kernel/service.ts';
import type { EnvManifest } from './manifest.ts';

export type EnvState = 'created' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Times are ISO 8601. */
export interface EnvStatus {
  readonly status: EnvState;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly exit_code?: number;
  readonly error?: string;
}

export interface EnvParts {
  readonly manifest: EnvManifest;
  /** Owns the namespace; what runs there descends from it. */
  readonly process: Process;
  readonly task: Task | undefined;
  readonly logs: Logs;
  /** What was changed over copies. */
  readonly review: Review;
}

export interface KeptEnv {
  readonly status: EnvStatus;
  readonly main?: string | undefined;
  readonly notes?: Notes | undefined;
}

/** What its host has written down about it, by name. */
export type Notes = { readonly [name: string]: Json };

export class OanixEnv implements EnvParts {
  readonly manifest: EnvManifest;
  readonly process: Process;
  readonly task: Task | undefined;
  readonly logs: Logs;
  readonly review: Review;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #status: EnvStatus;
  #main: string | undefined;
  #notes: Notes;

  /** `endMain` ends the job that the environment stands for. */
  constructor(parts: EnvParts, now: () => number, endMain: (id: string) => void, kept?: KeptEnv) {
    this.manifest = parts.manifest;
    this.process = parts.process;
    this.task = parts.task;
    this.logs = parts.logs;
    this.review = parts.review;
    this.#now = now;
    this.#status = kept?.status ?? { status: 'created' };
    this.#main = kept?.main;
    this.#notes = kept?.notes ?? {};
    parts.task?.onChange((what) => {
      const over = what === 'status' && parts.task?.status.status;
      if (over !== 'timed_out' && over !== 'cancelled') return;
      if (this.#main !== undefined && this.#status.status === 'running') endMain(this.#main);
      else if (this.#status.status === 'created') this.#end({ status: 'cancelled' });
    });
  }

  get id(): string {
    return this.manifest.id;
  }

  get status(): EnvStatus {
    return this.#status;
  }

  /** The job that it stands for. */
  get main(): string | undefined {
    return this.#main;
  }

  get notes(): Notes {
    return this.#notes;
  }

  /** Kept with it, and told as its status is; nothing in the environment can reach it. */
  note(name: string, value: Json): void {
    this.#notes = { ...this.#notes, [name]: value };
    for (const listener of [...this.#listeners]) listener();
  }

  get isOver(): boolean {
    return this.#status.status !== 'created' && this.#status.status !== 'running';
  }

  /** Told of each change of its status; returns the stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** EINVAL where its work has begun already. */
  checkFresh(): void {
    const { status } = this.#status;
    if (status !== 'created')
      fail('EINVAL', `environment ${this.id} is ${status}: fork it to begin again`);
  }

  /** Its main job begins; another attempt of the same goes on. */
  begin(job: string): void {
    if (this.#main === job && this.#status.status === 'running') return;
    this.checkFresh();
    this.#main = job;
    if (this.task?.status.status === 'pending') this.task.start();
    this.#set({ status: 'running', started_at: new Date(this.#now()).toISOString() });
    this.logs.add({ level: 'info', message: 'started', data: { job } }, 'system');
  }

  /** Its main job has ended for good; any other is none of its. */
  finish({ id, status, spec }: Job): void {
    if (!spec.main || this.isOver) return;
    // It may have ended before it began.
    this.#main ??= id;
    if (this.#main !== id) return;
    if (status.status !== 'cancelled' && this.task?.status.status === 'pending') this.task.start();
    const { exit_code, error } = status;
    const code = exit_code === undefined ? {} : { exit_code };
    const wrong = status.status === 'completed' ? this.#completeTask() : undefined;
    if (status.status === 'cancelled' && this.task && !this.task.isOver) this.task.cancel();
    const task = this.task?.status;
    // What the task says is said: it cannot be taken back.
    if (task?.status === 'completed') this.#end({ status: 'completed', ...code });
    else if (task?.status === 'cancelled') this.#end({ status: 'cancelled', ...code });
    else if (task?.status === 'timed_out' || task?.status === 'failed')
      this.#end({ status: 'failed', error: task.error ?? task.status, ...code });
    else if (status.status === 'completed' && wrong === undefined)
      this.#end({ status: 'completed', ...code });
    else if (status.status === 'cancelled') this.#end({ status: 'cancelled', ...code });
    else this.#fail(wrong ?? error ?? status.status, code);
  }

  /** Its main job is gone with the page that it ran in. */
  interrupted(): void {
    if (this.#status.status === 'running') this.#fail(INTERRUPTED, {});
  }

  /** Before its work has begun; what runs is ended by its job. */
  cancel(): void {
    this.checkFresh();
    // Its task tells it.
    if (this.task && !this.task.isOver) this.task.cancel();
    else this.#end({ status: 'cancelled' });
  }

  /** Why the task cannot be completed; undefined where it is. */
  #completeTask(): string | undefined {
    if (this.task?.status.status !== 'running') return undefined;
    try {
      this.task.complete();
      return undefined;
    } catch (error) {
      return error instanceof FsError ? (error.reason ?? error.message) : String(error);
    }
  }

  #fail(error: string, code: Pick<EnvStatus, 'exit_code'>): void {
    if (this.task?.status.status === 'running') this.task.fail(error);
    this.#end({ status: 'failed', error, ...code });
  }

  #end(status: EnvStatus): void {
    const now = new Date(this.#now()).toISOString();
    const { started_at } = this.#status;
    const finished_at = started_at !== undefined && now < started_at ? started_at : now;
    this.#set({ ...(started_at === undefined ? {} : { started_at }), ...status, finished_at });
    const { error } = status;
    this.logs.add(
      {
        level: error === undefined ? 'info' : 'error',
        message: error === undefined ? status.status : `${status.status}: ${error}`,
        data: { ...status },
      },
      'system',
    );
  }

  #set(status: EnvStatus): void {
    this.#status = status;
    for (const listener of [...this.#listeners]) listener();
  }
}
