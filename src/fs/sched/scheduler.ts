/**
 * The scheduler: which job runs when (in one file, since each rule touches the others). Higher priority first, then the order of submission; a job runs when all that
 * it depends on have completed; never more at once than the limit. Whatever happens a job ends exactly once.
 */
import { fail, textOf } from '../../kernel/errors.ts';
import { Waiters } from '../../kernel/waiters.ts';
import {
  cycleIn,
  INTERRUPTED,
  isOver,
  type Job,
  type JobState,
  type JobStatus,
  jobsFrom,
  type Outcome,
} from './jobs.ts';
import { Waiting } from './waiting.ts';

export interface SchedulerHost {
  /** Really runs one attempt, and settles soon after `signal` aborts. Rejects where it could not run. */
  run(job: Job, signal: AbortSignal): Promise<Outcome>;
  /** EINVAL, ENOENT: why a job cannot run there. */
  checkEnv(id: string, main: boolean): void;
  /** The job is another: kept as it is now. `ended` once for each job, when it has ended for good. */
  changed(job: Job, ended: boolean): void;
  /** Its files may go. */
  forgotten(id: string): void;
  keepSettings(settings: Settings): void;
  /** Milliseconds since 1970: a wall clock, which may go backwards. */
  now(): number;
  /** Milliseconds; returns the stop. */
  after(ms: number, run: () => void): () => void;
}

/** What `ctl` sets, and a reload keeps. */
export interface Settings {
  readonly concurrency: number;
  readonly paused: boolean;
}

export interface SchedStatus extends Settings {
  readonly pending: number;
  readonly running: number;
  readonly ended: Readonly<Record<string, number>>;
}

/** A job with what is only known while it runs. */
interface Running {
  readonly abort: AbortController;
  /** Why it was ended from outside. */
  as: Extract<JobState, 'cancelled' | 'timed_out'> | undefined;
}

const CONCURRENCY = 4;
const CONCURRENCY_MAX = 64;
/** Jobs that have ended and are remembered, and those that may wait. */
const ENDED_MAX = 500;
const PENDING_MAX = 10_000;
/** Characters of an error that are kept. */
const ERROR_MAX = 4_096;
/** No timer runs longer. */
const TIMER_MAX = 2 ** 31 - 1;

export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #jobs = new Map<string, Job>();
  readonly #queue = new Waiting();
  readonly #running = new Map<string, Running>();
  readonly #ended = new Set<string>();
  readonly #listeners = new Set<(id: string) => void>();
  readonly #waiters = new Waiters();
  readonly #endListeners = new Set<(job: Job) => void>();
  #concurrency = CONCURRENCY;
  #paused = false;
  #lastSeq = 0;

  constructor(host: SchedulerHost) {
    this.#host = host;
  }

  get jobs(): ReadonlyMap<string, Job> {
    return this.#jobs;
  }

  get status(): SchedStatus {
    const ended: Record<string, number> = {};
    for (const id of this.#ended) {
      const { status } = this.job(id).status;
      ended[status] = (ended[status] ?? 0) + 1;
    }
    return {
      concurrency: this.#concurrency,
      paused: this.#paused,
      pending: this.#queue.size,
      running: this.#running.size,
      ended,
    };
  }

  /** ENOENT. */
  job(id: string): Job {
    return this.#jobs.get(id) ?? fail('ENOENT', `there is no job ${id}`);
  }

  /** Told of each change by the job's id, '' for the scheduler itself; returns the stop. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All of a list or none: EINVAL for what is wrong with one, EEXIST for an id that is taken. Their ids. */
  submit(value: unknown): string[] {
    const submitted = jobsFrom(value);
    if (this.#queue.size + submitted.length > PENDING_MAX)
      fail('EAGAIN', 'too many jobs wait: cancel some, or wait');
    const taken = new Set<string>();
    for (const { id } of submitted) {
      if (id === undefined) continue;
      if (this.#jobs.has(id) || taken.has(id)) fail('EEXIST', `there is a job ${id}`);
      taken.add(id);
    }
    const named = submitted.map(({ id, spec }, i) => {
      const name = id ?? this.#freeId(this.#lastSeq + 1 + i, taken);
      taken.add(name);
      return { id: name, spec };
    });
    for (const { spec } of named) {
      this.#host.checkEnv(spec.env_id, spec.main);
      for (const id of spec.depends_on)
        if (!taken.has(id) && !this.#jobs.has(id))
          fail('EINVAL', `it depends on ${id}, and there is no such job`);
    }
    const cycle = cycleIn(new Map(named.map(({ id, spec }) => [id, spec.depends_on])));
    if (cycle) fail('EINVAL', `these wait for each other: ${cycle.join(' → ')}`);
    const created_at = new Date(this.#host.now()).toISOString();
    for (const { id, spec } of named) {
      const status: JobStatus = { status: 'pending', created_at, attempts: 0 };
      this.#enqueue({ id, seq: ++this.#lastSeq, spec, status });
    }
    this.#failHopeless();
    this.#startDue();
    return named.map(({ id }) => id);
  }

  /** Kills it where it runs. EINVAL where it is over. */
  cancel(id: string): void {
    const job = this.job(id);
    if (isOver(job)) fail('EINVAL', `it is over: ${job.status.status}`);
    const running = this.#running.get(id);
    if (running) this.#stop(running, 'cancelled');
    else this.#end(job, 'cancelled');
    this.#startDue();
  }

  /** An environment is gone: what waits for it fails, what runs in it is cancelled. */
  envRemoved(envId: string): void {
    for (const { id } of [...this.#jobs.values()]) {
      const job = this.#jobs.get(id);
      // It may have ended with another.
      if (job?.spec.env_id !== envId || isOver(job)) continue;
      const running = this.#running.get(job.id);
      if (running) this.#stop(running, 'cancelled');
      else this.#end(job, 'failed', { error: 'its environment was removed' });
    }
    this.#startDue();
  }

  pause(): void {
    this.#paused = true;
    this.#settingsChanged();
  }

  resume(): void {
    this.#paused = false;
    this.#settingsChanged();
  }

  /** How many run at once; those that run go on. EINVAL. */
  set concurrency(count: number) {
    if (!Number.isSafeInteger(count) || count < 1 || count > CONCURRENCY_MAX)
      fail('EINVAL', `concurrency is a number from 1 to ${CONCURRENCY_MAX}`);
    this.#concurrency = count;
    this.#settingsChanged();
  }

  /** Resolves when it is over, with its last state; EINTR. ENOENT for one that is not there. */
  async wait(id: string, signal = new AbortController().signal): Promise<Job> {
    const job = this.job(id);
    if (isOver(job)) return job;
    let ended: Job | undefined;
    const listener = (each: Job): void => {
      if (each.id === id) ended = each;
    };
    // It may be forgotten by the time that who waits wakes.
    this.#endListeners.add(listener);
    try {
      for (;;) {
        await this.#waiters.wait(signal);
        if (ended) return ended;
      }
    } finally {
      this.#endListeners.delete(listener);
    }
  }

  /** What was kept of an earlier time: queued jobs stay queued, those that ran were interrupted. */
  restore(jobs: readonly Job[], settings?: Settings): void {
    this.#concurrency = settings?.concurrency ?? this.#concurrency;
    this.#paused = settings?.paused ?? this.#paused;
    const bySeq = [...jobs].sort((a, b) => a.seq - b.seq);
    for (const job of bySeq) {
      this.#lastSeq = Math.max(this.#lastSeq, job.seq);
      if (job.status.status === 'pending') this.#enqueue(job);
      else {
        this.#jobs.set(job.id, job);
        if (isOver(job)) this.#ended.add(job.id);
      }
    }
    for (const job of bySeq)
      if (job.status.status === 'running') this.#end(job, 'interrupted', { error: INTERRUPTED });
    this.#failHopeless();
    this.#startDue();
  }

  #settingsChanged(): void {
    this.#host.keepSettings({ concurrency: this.#concurrency, paused: this.#paused });
    this.#tell('');
    this.#startDue();
  }

  /** A name that no job has. */
  #freeId(seq: number, taken: ReadonlySet<string>): string {
    let id = `job-${seq}`;
    while (this.#jobs.has(id) || taken.has(id)) id = `${id}-1`;
    return id;
  }

  #enqueue(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#queue.add(job);
    this.#changed(job, false);
  }

  #startDue(): void {
    while (!this.#paused && this.#running.size < this.#concurrency) {
      const due = this.#queue.find((job) => this.#isReady(job));
      if (!due) return;
      void this.#start(due);
    }
  }

  #isReady({ spec }: Job): boolean {
    return spec.depends_on.every((id) => this.#jobs.get(id)?.status.status === 'completed');
  }

  async #start(queued: Job): Promise<void> {
    const running: Running = { abort: new AbortController(), as: undefined };
    this.#queue.remove(queued.id);
    this.#running.set(queued.id, running);
    const { created_at, attempts } = queued.status;
    const job: Job = {
      ...queued,
      status: {
        status: 'running',
        created_at,
        attempts: attempts + 1,
        started_at: this.#time(created_at),
      },
    };
    this.#set(job);
    const stopTimer = this.#timeOutIn(running, (job.spec.timeout_secs ?? 0) * 1000);
    const outcome = await this.#attempt(job, running.abort.signal);
    stopTimer();
    this.#running.delete(job.id);
    try {
      this.#settle({ ...this.job(job.id), outcome }, running.as);
    } finally {
      // Whoever is told of its end may fail: the others go on.
      this.#startDue();
    }
  }

  async #attempt(job: Job, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#host.run(job, signal);
    } catch (error) {
      return { exit_code: 1, error: textOf(error).slice(0, ERROR_MAX) };
    }
  }

  #settle(job: Job, as: Running['as']): void {
    const { exit_code, error } = job.outcome as Outcome;
    const isFine = as === undefined && exit_code === 0 && error === undefined;
    if (isFine || as === 'cancelled') this.#end(job, as ?? 'completed', { exit_code });
    else if (job.status.attempts <= job.spec.retries) this.#again(job);
    else {
      const late = `it ran longer than ${job.spec.timeout_secs} seconds`;
      const reason = as === 'timed_out' ? late : (error ?? `exit code ${exit_code}`);
      this.#end(job, as ?? 'failed', { exit_code, error: reason });
    }
  }

  #again(job: Job): void {
    const { created_at, attempts } = job.status;
    const again: Job = { ...job, status: { status: 'pending', created_at, attempts } };
    this.#enqueue(again);
    this.#failHopeless();
  }

  /** Its state is told when its attempt has settled. */
  #stop(running: Running, as: NonNullable<Running['as']>): void {
    // What a person wants goes before a clock.
    running.as = as === 'cancelled' ? as : (running.as ?? as);
    running.abort.abort();
  }

  #timeOutIn(running: Running, ms: number): () => void {
    if (ms === 0) return () => undefined;
    const part = Math.min(ms, TIMER_MAX);
    let stop = this.#host.after(part, () => {
      if (ms > part) stop = this.#timeOutIn(running, ms - part);
      else this.#stop(running, 'timed_out');
    });
    return () => stop();
  }

  #end(job: Job, status: JobState, more: Pick<JobStatus, 'exit_code' | 'error'> = {}): void {
    this.#endOne(job, status, more);
    if (status !== 'completed') this.#failHopeless();
    this.#forgetOld();
    this.#waiters.wake();
  }

  #endOne(job: Job, status: JobState, more: Pick<JobStatus, 'exit_code' | 'error'>): void {
    this.#queue.remove(job.id);
    const { created_at, started_at } = job.status;
    const finished_at = this.#time(started_at ?? created_at);
    const ended: Job = { ...job, status: { ...job.status, ...more, status, finished_at } };
    this.#jobs.set(job.id, ended);
    this.#ended.add(job.id);
    this.#changed(ended, true);
    for (const listener of [...this.#endListeners]) listener(ended);
  }

  /** Those that wait for what has ended otherwise than well, or is gone; and those that wait for them. */
  #failHopeless(): void {
    const dependents = new Map<string, string[]>();
    const hopeless: string[] = [];
    for (const { id, spec } of this.#queue) {
      for (const needed of spec.depends_on) {
        const waiting = dependents.get(needed);
        if (waiting) waiting.push(id);
        else dependents.set(needed, [id]);
      }
      if (spec.depends_on.some((needed) => this.#isLost(needed))) hopeless.push(id);
    }
    // The loop also walks what it adds.
    for (const id of hopeless) {
      const job = this.#jobs.get(id);
      if (job?.status.status !== 'pending') continue;
      const needed = job.spec.depends_on.find((each) => this.#isLost(each)) ?? '';
      const state = this.#jobs.get(needed)?.status.status ?? 'forgotten';
      this.#endOne(job, 'failed', { error: `it depends on ${needed}, which is ${state}` });
      for (const waiting of dependents.get(id) ?? []) hopeless.push(waiting);
    }
  }

  #isLost(id: string): boolean {
    const job = this.#jobs.get(id);
    return !job || (isOver(job) && job.status.status !== 'completed');
  }

  /** The oldest of those that nobody waits for, nor may wait for once more. */
  #forgetOld(): void {
    if (this.#ended.size <= ENDED_MAX) return;
    const open = [...this.#jobs.values()].filter((job) => !isOver(job));
    const needed = new Set(open.flatMap(({ spec }) => spec.depends_on));
    for (const id of this.#ended) {
      if (this.#ended.size <= ENDED_MAX) return;
      if (needed.has(id)) continue;
      this.#ended.delete(id);
      this.#jobs.delete(id);
      this.#host.forgotten(id);
      this.#tell(id);
    }
  }

  #set(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#changed(job, false);
  }

  #changed(job: Job, ended: boolean): void {
    this.#host.changed(job, ended);
    this.#tell(job.id);
  }

  /** Now, but never before `earliest`, whatever the clock does. */
  #time(earliest: string): string {
    const now = new Date(this.#host.now()).toISOString();
    return now < earliest ? earliest : now;
  }

  #tell(id: string): void {
    for (const listener of [...this.#listeners]) listener(id);
  }
}
