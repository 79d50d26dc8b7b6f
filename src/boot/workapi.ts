/** `window.oanix.envs` and `window.oanix.sched`: the files of `/envs` and `/sched` as methods. */
import type { ChangeLine } from '../fs/cow/review.ts';
import type { JobSpec, JobStatus } from '../fs/sched/jobs.ts';
import type { SchedStatus } from '../fs/sched/scheduler.ts';
import type { Limits } from '../kernel/process.ts';
import type { Json } from '../kernel/service.ts';
import { quoteWord } from '../kernel/words.ts';
import { type PageFunction, registerFunction } from './jobfunctions.ts';
import type { OanixFs } from './oanixfs.ts';
import { askFile, joined, lines } from './replies.ts';

export type { SchedStatus } from '../fs/sched/scheduler.ts';

export type EnvState = 'created' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One environment, as `/envs/list` tells of it. Times are ISO 8601. */
export interface EnvLine {
  readonly id: string;
  readonly template: string;
  readonly created_at: string;
  readonly forked_from?: string;
  readonly workspace?: string;
  readonly description: string;
  readonly status: EnvState;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly exit_code?: number;
  readonly error?: string;
  /** The state of its task; null where it has none. */
  readonly task: string | null;
  readonly trial?: Trial;
}

/** What came of an agent at a graded task. */
export interface Trial {
  readonly task: string;
  readonly path: string;
  readonly agent: string;
  readonly state: 'building' | 'agent' | 'verifying' | 'graded' | 'failed';
  readonly reward?: number;
  /** Each that the tests wrote, by its name. */
  readonly rewards?: Readonly<Record<string, number>>;
  readonly error?: string;
  readonly agent_seconds?: number;
  readonly verifier_seconds?: number;
}

/** A graded task, before it is tried. */
export interface TaskLook {
  readonly name: string;
  readonly form: 'harbor' | 'terminal-bench';
  readonly instruction: string;
  readonly difficulty: string;
  readonly tags: readonly string[];
  readonly working_dir: string;
  readonly timeouts: { readonly agent: number; readonly verifier: number };
  readonly has_solution: boolean;
  /** What it asks for that is not here. */
  readonly needs: readonly { readonly what: string; readonly where: string }[];
}

export interface TrialWanted {
  /** Of the task's folder. */
  readonly path: string;
  /** Its name; the reference solution where `kind` is absent. */
  readonly agent?: string;
  readonly kind?: JobSpec['kind'];
  /** Also where it needs what is not here. */
  readonly anyway?: boolean;
  readonly id?: string;
}

/** What an environment tells of itself. */
export type EnvStatusLine = Pick<
  EnvLine,
  'id' | 'status' | 'started_at' | 'finished_at' | 'exit_code' | 'error' | 'task'
>;

/** What an environment is made from (man envs). */
export interface EnvDescription {
  readonly id?: string;
  readonly template?: 'agent' | 'sandbox' | 'task' | 'bench';
  readonly task?: { readonly spec?: object; readonly meta?: object };
  readonly workspace?: string;
  readonly grants?: readonly { from: string; at?: string; access?: 'ro' | 'rw' | 'cow' }[];
  /** What of the network it has at `/cap`, each with its policy (man policy). */
  readonly capabilities?: {
    readonly http?: { readonly policy: object };
    readonly ws?: { readonly policy: object };
    readonly nostr?: { readonly policy: object; readonly identity?: string };
  };
  readonly limits?: Limits;
  readonly env?: Readonly<Record<string, string>>;
  readonly working_dir?: string;
  /** Who works in it, for its trajectory. */
  readonly agent?: string;
}

export interface EnvComparison {
  readonly a: string;
  readonly b: string;
  /** A diff of the namespaces; '' where they are alike. */
  readonly ns: string;
  readonly files: readonly {
    readonly path: string;
    readonly in: 'a' | 'b' | 'both';
    readonly sizes: readonly [number | null, number | null];
  }[];
  readonly truncated: boolean;
  readonly results: readonly { status: object; task: object | null; result: Json }[];
}

/** One job, as `/sched/list` tells of it. */
export interface JobLine extends JobStatus {
  readonly id: string;
  readonly env_id: string;
  readonly kind: 'Wasi' | 'Script' | 'Custom';
  readonly priority: number;
  readonly tags: readonly string[];
  readonly main: boolean;
  readonly depends_on: readonly string[];
}

export interface JobResult extends JobStatus {
  readonly job_id: string;
  readonly duration_ms: number;
  readonly value?: Json;
  readonly limits_hit?: readonly string[];
  readonly dropped?: { readonly stdout: number; readonly stderr: number };
}

/** What is submitted (man sched). */
export type JobWanted = Pick<JobSpec, 'env_id' | 'kind'> &
  Partial<JobSpec> & { readonly id?: string };

const ENVS = '/envs';
const SCHED = '/sched';

/** Environments, and trials of graded tasks. */
export class EnvsApi {
  readonly #fs: OanixFs;

  constructor(fs: OanixFs) {
    this.#fs = fs;
  }

  /** Its id. EINVAL says what does not hold. */
  async create(description: EnvDescription): Promise<string> {
    return (await askFile<{ id: string }>(this.#fs, `${ENVS}/create`, JSON.stringify(description)))
      .id;
  }

  async list(): Promise<EnvLine[]> {
    return lines(await this.#fs.readFile(`${ENVS}/list`, 'utf8'));
  }

  async status(id: string): Promise<EnvStatusLine> {
    return JSON.parse(await this.#fs.readFile(`${ENVS}/${id}/status`, 'utf8')) as EnvStatusLine;
  }

  /** What was changed over copies. */
  async changes(id: string): Promise<ChangeLine[]> {
    return lines(await this.#fs.readFile(`${ENVS}/${id}/changes`, 'utf8'));
  }

  diff(id: string): Promise<string> {
    return this.#fs.readFile(`${ENVS}/${id}/diff`, 'utf8');
  }

  /** A path of its namespace as a path of this one. */
  pathOf(id: string, path = ''): string {
    return joined(`${ENVS}/${id}/root`, path);
  }

  keep(id: string, paths: readonly string[] = []): Promise<void> {
    return this.#tell(id, ['keep', ...paths]);
  }

  discard(id: string, paths: readonly string[] = []): Promise<void> {
    return this.#tell(id, ['discard', ...paths]);
  }

  cancel(id: string): Promise<void> {
    return this.#tell(id, ['cancel']);
  }

  /** With its files; what runs there is ended. */
  remove(id: string): Promise<void> {
    return this.#tell(id, ['remove']);
  }

  /** The same files, and its work not begun. */
  fork(id: string, as: string): Promise<void> {
    return this.#tell(id, ['fork', as]);
  }

  /** Reads a graded task's folder. EINVAL says what is wrong with it. */
  look(path: string): Promise<TaskLook> {
    return askFile(this.#fs, `${ENVS}/look`, path);
  }

  /** Tries an agent at a graded task: the id of the environment in which it works. ENOTSUP says what is lacking. */
  async trial(wanted: TrialWanted): Promise<string> {
    return (await askFile<{ id: string }>(this.#fs, `${ENVS}/trial`, JSON.stringify(wanted))).id;
  }

  compare(a: string, b: string): Promise<EnvComparison> {
    return askFile(this.#fs, `${ENVS}/compare`, `${quoteWord(a)} ${quoteWord(b)}`);
  }

  #tell(id: string, words: readonly string[]): Promise<void> {
    return this.#fs.tell(`${ENVS}/${id}/ctl`, `${words.map(quoteWord).join(' ')}\n`);
  }
}

/** Jobs, and the queue that they wait in. */
export class SchedApi {
  readonly #fs: OanixFs;

  constructor(fs: OanixFs) {
    this.#fs = fs;
  }

  /** The id of the job. */
  async submit(job: JobWanted): Promise<string> {
    return (await askFile<{ id: string }>(this.#fs, `${SCHED}/submit`, JSON.stringify(job))).id;
  }

  /** All or none; they may depend on each other by the ids that they give. */
  async submitAll(jobs: readonly JobWanted[]): Promise<string[]> {
    return (await askFile<{ ids: string[] }>(this.#fs, `${SCHED}/submit`, JSON.stringify(jobs)))
      .ids;
  }

  async list(): Promise<JobLine[]> {
    return lines(await this.#fs.readFile(`${SCHED}/list`, 'utf8'));
  }

  async status(): Promise<SchedStatus> {
    return JSON.parse(await this.#fs.readFile(`${SCHED}/status`, 'utf8')) as SchedStatus;
  }

  async spec(id: string): Promise<JobSpec> {
    return JSON.parse(await this.#fs.readFile(`${SCHED}/jobs/${id}/spec.json`, 'utf8')) as JobSpec;
  }

  /** Waits until it is over. */
  async wait(id: string): Promise<JobResult> {
    await this.#fs.readFile(`${SCHED}/jobs/${id}/wait`, 'utf8');
    return JSON.parse(
      await this.#fs.readFile(`${SCHED}/jobs/${id}/result.json`, 'utf8'),
    ) as JobResult;
  }

  /** What it has printed so far, as text; bytes that are not UTF-8 are U+FFFD in it. */
  async output(id: string, name: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
    return new TextDecoder().decode(await this.#fs.readFile(`${SCHED}/jobs/${id}/${name}`));
  }

  cancel(id: string): Promise<void> {
    return this.#fs.tell(`${SCHED}/jobs/${id}/ctl`, 'cancel\n');
  }

  pause(): Promise<void> {
    return this.#fs.tell(`${SCHED}/ctl`, 'pause\n');
  }

  resume(): Promise<void> {
    return this.#fs.tell(`${SCHED}/ctl`, 'resume\n');
  }

  concurrency(count: number): Promise<void> {
    return this.#fs.tell(`${SCHED}/ctl`, `concurrency ${count}\n`);
  }

  /** Jobs of the kind Custom call it by its name while this page is open; returns the undo. */
  register(name: string, run: PageFunction): () => void {
    return registerFunction(name, run);
  }
}
