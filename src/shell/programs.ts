/** Programs: found on PATH, started with the streams of a command, waited for, stopped. */

import { hasCode } from '../kernel/errors.ts';
import type { SpawnConfig } from '../kernel/spawn.ts';
import { fromKernel, kernelName } from '../tools/signals.ts';
import { type Context, complain } from './context.ts';
import { withStandIns } from './devfd.ts';
import { kernelStream, noInput, type Stream } from './io.ts';
import type { Job, Jobs } from './jobs.ts';
import type { Receiver } from './receiver.ts';
import type { State } from './state.ts';
import { absolute, type Sys } from './sys.ts';

/** Status of a line that was stopped from the keyboard. */
export const STOPPED = 148;

export class Programs {
  readonly sys: Sys;
  readonly jobs: Jobs;
  readonly receiver: Receiver;
  /** This shell's own process. */
  pid = 0;
  /** It talks with a person, who may stop what runs. */
  interactive = false;
  /** A line that was stopped is this job from then on, with all that it still starts. */
  #job: Job | undefined;
  /** A program that a person waits for was stopped by someone. */
  onStop: () => void = () => undefined;
  /** A signal has ended what ran in front: it cannot have left the terminal as it was. */
  endedBySignal = false;

  constructor(sys: Sys, jobs: Jobs, receiver: Receiver) {
    this.sys = sys;
    this.jobs = jobs;
    this.receiver = receiver;
  }

  /** The path of a program by its name, on PATH or as it is; with `.wasm` added where that is its name. */
  async which(name: string, state: State): Promise<string | undefined> {
    for await (const path of this.#paths(name, state, state.get('PATH') ?? '')) return path;
    return undefined;
  }

  /** Every path of that name, in the order of the directories of PATH, or of those given. */
  async all(name: string, state: State, directories = state.get('PATH') ?? ''): Promise<string[]> {
    const all: string[] = [];
    for await (const path of this.#paths(name, state, directories)) all.push(path);
    return all;
  }

  async *#paths(name: string, state: State, directories: string): AsyncGenerator<string> {
    const places = name.includes('/')
      ? [absolute(state.cwd, name)]
      : directories.split(':').map((dir) => absolute(state.cwd, `${dir || '.'}/${name}`));
    for (const place of places)
      for (const path of [place, `${place}.wasm`])
        if ((await this.sys.stat(path))?.kind === 'file') {
          yield path;
          break;
        }
  }

  /** Runs a program to its end; stopped meanwhile, it is waited for until it goes on and ends. */
  async start(
    path: string,
    args: readonly string[],
    context: Context,
    config: SpawnConfig = {},
  ): Promise<number> {
    const { state } = context;
    const bridges: Promise<void>[] = [];
    const mine: number[] = [];
    const standIns = await withStandIns(args, context, this.sys);
    try {
      const stdio: number[] = [];
      for (const fd of [0, 1, 2]) stdio.push(await this.#descriptorFor(fd, context, bridges, mine));
      let pid: number;
      try {
        ({ pid } = await this.sys.spawn(path, {
          args: standIns.args,
          env: { ...state.environment, PWD: state.cwd },
          cwd: state.cwd,
          umask: state.umask,
          stdio,
          ...(context.replaces === undefined ? {} : { replaces: context.replaces }),
          ...config,
        }));
      } catch (error) {
        if (!hasCode(error, 'ENOEXEC', 'ENOTSUP', 'ENOMEM', 'EINVAL')) throw error;
        await complain(context, `${args[0]}: ${error.reason ?? error.message}`);
        return 126;
      }
      for (const fd of mine.splice(0)) await this.sys.close(fd);
      const status = await this.#waitFor(pid, context);
      await Promise.all(bridges);
      return status;
    } finally {
      for (const fd of mine) await this.sys.close(fd);
      await standIns.end();
    }
  }

  async #waitFor(pid: number, context: Context): Promise<number> {
    const job = this.#jobOf(context);
    job?.pids.add(pid);
    context.job?.pids.add(pid);
    try {
      await this.#sendMissed(pid, [job, context.job]);
      if (this.#isInFront(job)) await this.#bringForward(pid, true);
      let status = await this.sys.wait(pid, this.interactive && this.#isInFront(job));
      if (status.stopped) {
        // What it is a part of stops with it, and goes on with it.
        const whole = this.#jobOf(context);
        if (whole) await this.jobs.signal(whole, 'TSTP');
        else this.onStop();
        status = await this.sys.wait(pid);
      }
      if (status.trap)
        await complain(context, `${pid}: ${status.trap.kind}: ${status.trap.message}`);
      else if (status.signal?.endsWith('limit'))
        await complain(context, `${pid}: ended at its ${status.signal}`);
      if (status.exit_code > 128 && this.#isInFront(this.#jobOf(context)))
        this.endedBySignal = true;
      if (status.signal === 'interrupt' && this.#isInFront(this.#jobOf(context)))
        this.receiver.interruptWithChild();
      if (job && status.signal && pid === job.pid) job.endBy(fromKernel(status.signal));
      return status.exit_code;
    } finally {
      for (const each of [job, this.#jobOf(context), context.job]) each?.pids.delete(pid);
      if (this.jobs.foreground.has(pid)) await this.#bringForward(pid, false);
    }
  }

  /** Sends a program what its jobs, or the shell, were sent while it was being started. */
  async #sendMissed(pid: number, jobs: readonly (Job | undefined)[]): Promise<void> {
    const interrupted = this.sys.signal.aborted ? (this.receiver.endedBy ?? 'INT') : undefined;
    const ended = interrupted ?? jobs.find((job) => job?.endedBy !== undefined)?.endedBy;
    const name =
      ended !== undefined
        ? (kernelName(ended) ?? 'killed')
        : jobs.some((job) => job?.stopped)
          ? 'stop'
          : undefined;
    // It may have ended meanwhile.
    if (name) await this.sys.signalProcess(pid, name).catch(() => undefined);
  }

  /** Stops what a command is a part of, until it goes on; false where nobody is there who could let it. */
  async stop(context: Context, sys: Sys): Promise<boolean> {
    const whole = this.#jobOf(context);
    if (!whole && !this.interactive) return false;
    const continued = sys.continued();
    if (!whole) this.onStop();
    await Promise.all([continued, whole && this.jobs.signal(whole, 'TSTP')]);
    return true;
  }

  /** The job that a command belongs to as a whole; undefined in front, where it is none. */
  #jobOf({ job }: Context): Job | undefined {
    return (job?.part ? job.part.of : job) ?? this.#job;
  }

  #isInFront(job: Job | undefined): boolean {
    return job === undefined || job === this.jobs.front;
  }

  /** What runs in front is a job, and no longer in front. */
  become(job: Job): void {
    this.#job = job;
    for (const pid of this.jobs.foreground) job.pids.add(pid);
    this.jobs.foreground.clear();
  }

  async #bringForward(pid: number, on: boolean): Promise<void> {
    if (on) this.jobs.foreground.add(pid);
    else this.jobs.foreground.delete(pid);
    await this.setForeground();
  }

  /** The keys' signals go to the programs in the foreground and to this shell. */
  async setForeground(): Promise<void> {
    await this.sys.foreground([this.pid, ...this.jobs.foreground]);
  }

  /** A kernel descriptor for a stream: its own, or a pipe that carries what is in memory. */
  async #descriptorFor(
    fd: number,
    context: Context,
    bridges: Promise<void>[],
    mine: number[],
  ): Promise<number> {
    const stream = context.io.get(fd) ?? noInput();
    const unread = this.sys.unread.bind(this.sys);
    if (stream.fd !== undefined && (fd !== 0 || (await stream.giveBack(unread)))) return stream.fd;
    const { reader, writer } = await this.sys.pipe();
    mine.push(fd === 0 ? reader : writer);
    if (fd === 0) bridges.push(this.#pump(stream, kernelStream(this.sys, writer)));
    else bridges.push(this.#pump(kernelStream(this.sys, reader), stream, false));
    return fd === 0 ? reader : writer;
  }

  async #pump(from: Stream, to: Stream, closeTo = true): Promise<void> {
    try {
      for (;;) {
        const data = await from.read(65_536);
        if (data.length === 0) break;
        await to.write(data);
      }
    } catch (error) {
      // The program ended without reading everything.
      if (!hasCode(error, 'EPIPE')) throw error;
    } finally {
      await (closeTo ? to : from).close();
    }
  }
}
