/** Jobs kept in a tree, a directory for each: what it is and where it stands, and what it has printed. */
import type { Logs } from '../fs/logs/logs.ts';
import type { Job } from '../fs/sched/jobs.ts';
import type { Settings } from '../fs/sched/scheduler.ts';
import { fail } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import type { FileHandle } from '../kernel/service.ts';
import { statIfThere } from '../kernel/service.ts';
import { appendFile, decode, encode, makeDir, putFile, readIfThere, removeAll } from './files.ts';
import type { Output } from './runjob.ts';
import type { KeptTree } from './shelf.ts';

const JOBS: Path = ['jobs'];
const SETTINGS: Path = ['sched.json'];
/** What is kept of each stream of a job: its beginning. */
const OUTPUT_MAX = 1 << 20;
/** A failure to keep something is tried again so long after. */
const RETRY_MS = 3_000;

const nothing: FileHandle = { read: () => new Uint8Array(0) };

export class JobKeeper {
  readonly #kept: KeptTree;
  readonly #after: (ms: number, run: () => void) => () => void;
  /** The newest state of each that is not written yet; undefined: it goes. */
  readonly #due = new Map<string, Job | undefined>();
  #settings: Settings | undefined;
  #isWorking = false;
  #working: Promise<void> = Promise.resolve();

  constructor(kept: KeptTree, after: (ms: number, run: () => void) => () => void) {
    this.#kept = kept;
    this.#after = after;
  }

  save(job: Job): void {
    this.#due.set(job.id, job);
    this.#start();
  }

  forget(id: string): void {
    this.#due.set(id, undefined);
    this.#start();
  }

  saveSettings(settings: Settings): void {
    this.#settings = settings;
    this.#start();
  }

  /**
   * What was told so far of one job, or of all, survives the browser's death when it resolves. EIO where it cannot be
   * kept; what cannot be kept of another job does not matter.
   */
  async flush(id?: string): Promise<void> {
    while (this.#isWorking) await this.#working;
    const isLeft = id === undefined ? this.#due.size > 0 || this.#settings : this.#due.has(id);
    if (isLeft) fail('EIO', 'what became of the job could not be kept: it is tried again');
    await this.#kept.flush();
  }

  async load(): Promise<{ jobs: Job[]; settings: Settings | undefined }> {
    const { tree } = this.#kept;
    await makeDir(tree, JOBS);
    const jobs: Job[] = [];
    for (const { name } of await tree.readdir(JOBS)) {
      const text = await readIfThere(tree, [...JOBS, name, 'job.json']).catch(() => undefined);
      const job = text && parsed<Job>(text);
      if (job) jobs.push(job);
    }
    const settings = await readIfThere(tree, SETTINGS);
    return { jobs, settings: settings && parsed<Settings>(settings) };
  }

  async read(id: string, name: 'stdout' | 'stderr'): Promise<FileHandle> {
    const path = [...JOBS, id, name];
    if (!(await statIfThere(this.#kept.tree, path))) return nothing;
    return this.#kept.tree.open(path, { read: true });
  }

  /** Begins anew at each attempt; goes to `logs` too, as it comes. */
  async output(id: string, logs: Logs | undefined): Promise<Output> {
    const { tree } = this.#kept;
    await makeDir(tree, [...JOBS, id]);
    const kept = { stdout: 0, stderr: 0 };
    const dropped = { stdout: 0, stderr: 0 };
    for (const name of ['stdout', 'stderr'] as const)
      await putFile(tree, [...JOBS, id, name], new Uint8Array(0));
    return {
      dropped,
      write: async (name, data) => {
        logs?.write(`${name}.log`, data);
        const part = data.subarray(0, OUTPUT_MAX - kept[name]);
        kept[name] += part.length;
        dropped[name] += data.length - part.length;
        if (part.length > 0) await appendFile(tree, [...JOBS, id, name], part);
      },
    };
  }

  #start(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#working = this.#work();
  }

  /** Never rejects: what cannot be written now is tried again, and holds up nothing else meanwhile. */
  async #work(): Promise<void> {
    const failed = new Set<Job | Settings | string>();
    let isDone = false;
    const attempt = async (each: Job | Settings | string, write: () => Promise<void>) => {
      if (failed.has(each)) return;
      isDone = false;
      await write().catch(() => failed.add(each));
    };
    while (!isDone) {
      isDone = true;
      for (const [id, job] of this.#due) await attempt(job ?? id, () => this.#writeDue(id, job));
      const settings = this.#settings;
      if (settings) await attempt(settings, () => this.#writeSettings(settings));
    }
    // At once, so that whatever is told next begins anew.
    this.#isWorking = false;
    if (failed.size > 0) this.#after(RETRY_MS, () => this.#start());
  }

  async #writeDue(id: string, job: Job | undefined): Promise<void> {
    await this.#write(id, job);
    if (this.#due.get(id) === job) this.#due.delete(id);
  }

  async #writeSettings(settings: Settings): Promise<void> {
    await putFile(this.#kept.tree, SETTINGS, encode(settings));
    if (this.#settings === settings) this.#settings = undefined;
  }

  async #write(id: string, job: Job | undefined): Promise<void> {
    const { tree } = this.#kept;
    if (!job) return removeAll(tree, [...JOBS, id]);
    await makeDir(tree, [...JOBS, id]);
    await putFile(tree, [...JOBS, id, 'job.json'], encode(job));
  }
}

/** What a crash has cut is not there. */
function parsed<T>(text: Uint8Array): T | undefined {
  try {
    return decode(text) as T;
  } catch {
    return undefined;
  }
}
