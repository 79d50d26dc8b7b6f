/** Jobs: pipelines in the background or stopped (bash(1) "JOB CONTROL"). */
import { ShellError } from './failure.ts';
import type { Sys } from './sys.ts';

interface JobKind {
  readonly stopped?: boolean;
  /** What it alone goes through, where it is more than programs. */
  readonly sys?: Sys;
  /** It is a part of another job, or of a line: in front with it, stopped with it. */
  readonly part?: { readonly of: Job | undefined };
}

export class Job {
  readonly id: number;
  readonly text: string;
  /** Its programs. */
  readonly pids: number[] = [];
  stopped: boolean;
  status: number | undefined;
  done: Promise<number> = Promise.resolve(0);
  /** What of it runs in the shell itself goes through this. */
  readonly #sys: Sys | undefined;
  #begin: () => void = () => undefined;
  readonly #begun: Promise<void>;

  /** Called when it is stopped. */
  onStop: () => void = () => undefined;
  readonly part: JobKind['part'];

  constructor(id: number, text: string, { stopped, sys, part }: JobKind = {}) {
    this.id = id;
    this.text = text;
    this.stopped = stopped ?? false;
    this.#sys = sys;
    this.part = part;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  add(pid: number): void {
    this.pids.push(pid);
    this.#begin();
  }

  /** Resolves when its first program runs, or when there is none. */
  async started(): Promise<void> {
    await Promise.race([this.#begun, this.done, new Promise((resolve) => setTimeout(resolve, 50))]);
  }

  /** What of it runs in the shell itself stops, goes on (in front, or behind), or is over. */
  signal(name: string, isInFront: boolean): void {
    if (name === 'stop') {
      this.stopped = true;
      this.#sys?.hold();
      this.onStop();
    } else if (name === 'start') {
      this.stopped = false;
      this.#sys?.release(isInFront);
    } else this.#sys?.interrupt();
  }

  get state(): string {
    if (this.status !== undefined) return this.status === 0 ? 'Done' : `Exit ${this.status}`;
    return this.stopped ? 'Stopped' : 'Running';
  }
}

export const stoppedLine = ({ id, text }: Job): string => `[${id}]+  Stopped    ${text}`;

export class Jobs {
  readonly #sys: Sys;
  readonly #jobs = new Map<number, Job>();
  /** The one that `fg` has brought forward: the keys are for it. */
  front: Job | undefined;
  /** Programs in the foreground: the terminal's keys signal them. */
  readonly foreground = new Set<number>();

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  make(text: string, kind: JobKind = {}): Job {
    const id = Math.max(0, ...this.#jobs.keys()) + 1;
    const job = new Job(id, text, kind);
    this.#jobs.set(id, job);
    return job;
  }

  run(job: Job, done: Promise<number>): void {
    job.done = done.then(
      (status) => {
        job.status = status;
        return status;
      },
      () => {
        job.status = 130;
        return 130;
      },
    );
  }

  get all(): Job[] {
    return [...this.#jobs.values()];
  }

  /** Those that have ended since, which are then forgotten. */
  reap(): Job[] {
    const ended = this.all.filter(({ status }) => status !== undefined);
    for (const { id } of ended) this.#jobs.delete(id);
    return ended;
  }

  forget(job: Job): void {
    this.#jobs.delete(job.id);
  }

  /** `%1`, `%+`, `%-`, `%text`, or the last. */
  find(word = '%+'): Job {
    const all = this.all;
    const name = word.replace(/^%/, '');
    const found =
      name === '' || name === '+' || name === '%'
        ? all.at(-1)
        : name === '-'
          ? (all.at(-2) ?? all.at(-1))
          : (all.find(({ id }) => String(id) === name) ??
            all.find(({ text }) => text.startsWith(name)));
    if (!found) throw new ShellError(`${word}: no such job`);
    return found;
  }

  /** To all of it; a name of the kernel's (operations.ts). */
  async signal(job: Job, signal: string): Promise<void> {
    job.signal(signal, job === this.front);
    for (const pid of job.pids) await this.#sys.signalProcess(pid, signal).catch(() => undefined);
  }
}
