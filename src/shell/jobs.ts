/** Jobs: pipelines in the background or stopped (bash(1) "JOB CONTROL"). */

import type { Termios } from '../kernel/termios.ts';
import { defaultOf, describe, fromKernel, kernelName, statusOf } from '../tools/signals.ts';
import { ShellError } from './failure.ts';
import type { Receiver } from './receiver.ts';
import type { State } from './state.ts';
import type { Sys } from './sys.ts';

interface JobKind {
  /** The environment whose child it is (State). */
  readonly environment?: number | undefined;
  /** Its number among the kernel's processes. */
  readonly pid?: number;
  readonly stopped?: boolean;
  /** What it alone goes through, where it is more than programs. */
  readonly sys?: Sys;
  /** What gets the signals that are not for its programs alone. */
  readonly receiver?: Receiver;
  /** It is a part of another job, or of a line: in front with it, stopped with it. */
  readonly part?: { readonly of: Job | undefined };
}

export class Job {
  /** The terminal's modes when it was stopped: it gets them back in front. */
  modes: Termios | undefined;
  readonly id: number;
  readonly text: string;
  readonly pid: number | undefined;
  /** The numbers of its programs that have not ended. */
  readonly pids = new Set<number>();
  stopped: boolean;
  status: number | undefined;
  /** The signal that has ended it. */
  endedBy: string | undefined;
  /** The shell has said that a signal ended it. */
  isTold = false;
  done: Promise<number> = Promise.resolve(0);
  receiver: Receiver | undefined;
  readonly part: JobKind['part'];
  readonly environment: number | undefined;
  /** What of it runs in the shell itself goes through this. */
  #sys: Sys | undefined;

  /** Called when it is stopped. */
  onStop: () => void = () => undefined;

  constructor(id: number, text: string, kind: JobKind = {}) {
    const { environment, pid, stopped, sys, receiver, part } = kind;
    this.id = id;
    this.environment = environment;
    this.text = text;
    this.pid = pid;
    this.stopped = stopped ?? false;
    this.#sys = sys;
    this.receiver = receiver;
    this.part = part;
  }

  /** Notes the signal that ends it. A job that has ended cannot be stopped. */
  endBy(signal: string): void {
    this.endedBy = signal;
    this.stopped = false;
  }

  /** It has ended: only what `jobs` and `wait` tell of it is kept. */
  end(status: number): number {
    this.status = this.endedBy === undefined ? status : statusOf(this.endedBy);
    this.#sys = undefined;
    this.receiver = undefined;
    return this.status;
  }

  /** Its own number, and those of its programs. */
  get numbers(): readonly number[] {
    return [...new Set([...(this.pid === undefined ? [] : [this.pid]), ...this.pids])];
  }

  /** What of it runs in the shell itself stops, goes on (in front, or behind), or is over. */
  signal(signal: string, isInFront: boolean): void {
    const does = defaultOf(signal);
    if (does === 'stop') {
      if (this.endedBy !== undefined || this.status !== undefined) return;
      this.stopped = true;
      this.#sys?.hold();
      this.onStop();
    } else if (does === 'go on') {
      this.stopped = false;
      this.#sys?.release(isInFront);
    } else if (this.receiver) this.receiver.deliver(signal);
    else if (does === 'end') {
      this.endBy(signal);
      this.#sys?.interrupt();
    }
  }

  get state(): string {
    if (this.endedBy !== undefined) return describe(this.endedBy);
    if (this.status !== undefined) return this.status === 0 ? 'Done' : `Exit ${this.status}`;
    return this.stopped ? 'Stopped' : 'Running';
  }
}

export const stoppedLine = ({ id, text }: Job): string =>
  `[${id}]+  ${'Stopped'.padEnd(24)}${text}`;

/** How many statuses of jobs that are forgotten `wait` still knows. */
const ENDED_MAX = 4096;
/** How many jobs that have ended are known until they are told or waited for. */
const FINISHED_MAX = 1000;

export class Jobs {
  readonly #sys: Sys;
  #jobs: readonly Job[] = [];
  /** Of those that have ended, by pid. */
  readonly #ended = new Map<
    number,
    { readonly status: number; readonly environment: number | undefined }
  >();
  /** Those that `jobs` does not list. */
  readonly unlisted = new Set<Job>();
  /** Those of `>(…)`: what they were given they write before the shell ends. */
  readonly sinks = new Set<Job>();
  /** By pid, the shell itself. */
  readonly shells = new Map<number, Receiver>();
  /** The one that `fg` has brought forward: the keys are for it. */
  front: Job | undefined;
  /** Programs in the foreground: the terminal's keys signal them. */
  readonly foreground = new Set<number>();

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  /** A job of the environment that a state is of. */
  make(text: string, state: State, kind: JobKind): Job {
    const id = Math.max(0, ...this.known(state).map((each) => each.id)) + 1;
    const job = this.#begin(id, text, { ...kind, environment: state.environments.at(-1) });
    this.#jobs = [...this.#jobs, job];
    return job;
  }

  /** One that `jobs` does not list, of `<(…)` or `>(…)`: it is known by its pid, until it ends. */
  makeUnlisted(text: string, kind: JobKind): Job {
    const job = this.#begin(0, text, kind);
    this.unlisted.add(job);
    return job;
  }

  #begin(id: number, text: string, kind: JobKind): Job {
    const job = new Job(id, text, kind);
    if (kind.receiver) kind.receiver.onEnd = (signal) => void this.#end(job, signal);
    if (kind.pid !== undefined) void this.#watch(job, kind.pid);
    return job;
  }

  /** Someone else may end it by its number. */
  async #watch(job: Job, pid: number): Promise<void> {
    const { signal } = await this.#sys.wait(pid).catch(() => ({ signal: undefined }));
    // Nobody waits for what it does: it must not fail.
    if (signal !== undefined && job.status === undefined)
      await this.signal(job, fromKernel(signal)).catch(() => undefined);
  }

  async #end(job: Job, signal: string): Promise<void> {
    job.endBy(signal);
    const name = kernelName(signal);
    if (name) await this.#send(name, job.pids);
  }

  run(job: Job, done: Promise<number>): void {
    const end = (status: number): number => {
      this.unlisted.delete(job);
      this.sinks.delete(job);
      const final = job.end(status);
      if (job.pid !== undefined) {
        this.#remember(job.pid, final, job.environment);
        void this.#sys.retire(job.pid, final);
      }
      this.#forgetOldest();
      return final;
    };
    job.done = done.then(end, () => end(130));
  }

  #remember(pid: number, status: number, environment: number | undefined): void {
    this.#ended.set(pid, { status, environment });
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
  }

  /** A script may start any number of jobs that it never asks for. */
  #forgetOldest(): void {
    if (this.#jobs.length <= FINISHED_MAX) return;
    const finished = this.#jobs.filter(({ status }) => status !== undefined);
    for (const job of finished.slice(0, -FINISHED_MAX)) this.forget(job);
  }

  get hasAny(): boolean {
    return this.#jobs.length > 0;
  }

  /** Those that an environment knows: its own, and those of the shells that it is in. */
  known({ environments }: State): readonly Job[] {
    return this.#jobs.filter(({ environment }) => environments.includes(environment ?? -1));
  }

  /** Those that an environment waits for. */
  children({ environments }: State): readonly Job[] {
    return this.#jobs.filter(({ environment }) => environment === environments.at(-1));
  }

  /** The status of a job that has ended, also of one that is forgotten. */
  statusOf(pid: number): number | undefined {
    return this.#ended.get(pid)?.status;
  }

  /** All children of an environment were waited for: it asks for none of them again. */
  forgetStatuses({ environments }: State): void {
    for (const [pid, { environment }] of this.#ended)
      if (environment === environments.at(-1)) this.#ended.delete(pid);
  }

  forget(job: Job): void {
    this.#jobs = this.#jobs.filter((each) => each !== job);
  }

  /** `%+` and `%-`: those that stopped last, then those that began last, then those that have ended. */
  current(state: State): readonly Job[] {
    const rank = ({ status, stopped }: Job): number => (stopped ? 0 : status === undefined ? 1 : 2);
    return [...this.known(state)]
      .reverse()
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, 2);
  }

  byPid(pid: number): Job | undefined {
    return [...this.#jobs, ...this.unlisted].find(({ numbers }) => numbers.includes(pid));
  }

  /** `%1`, `%+`, `%-`, `%text`, `%?text`, or the current one. */
  find(word: string | undefined, state: State): Job {
    const found = this.#matching(word ?? '%+', state);
    if (!found) throw new ShellError(`${word ?? 'current'}: no such job`);
    return found;
  }

  #matching(word: string, state: State): Job | undefined {
    const name = word.replace(/^%/, '');
    const known = this.known(state);
    const [current, previous = current] = this.current(state);
    if (name === '' || name === '+' || name === '%') return current;
    if (name === '-') return previous;
    if (/^\d+$/.test(name)) return known.find(({ id }) => id === Number(name));
    const found = known.filter(({ text }) =>
      name.startsWith('?') ? text.includes(name.slice(1)) : text.startsWith(name),
    );
    if (found.length > 1) throw new ShellError(`${name}: ambiguous job spec`);
    return found[0];
  }

  /** To all of it. */
  async signal(job: Job, signal: string): Promise<void> {
    job.signal(signal, job === this.front);
    const name = kernelName(signal);
    // Its receiver decides what ends it, and then ends its programs.
    if (name && !(job.receiver && defaultOf(signal) === 'end')) await this.#send(name, job.numbers);
  }

  /** All are sent before any is answered, so that signals arrive in the order of the calls. */
  async #send(name: string, pids: Iterable<number>): Promise<void> {
    await Promise.all(
      [...pids].map((pid) => this.#sys.signalProcess(pid, name).catch(() => undefined)),
    );
  }
}
