/** One unit of work for an agent: what it is, where it stands, and which state may follow on which. */
import { fail } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/service.ts';

export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'timed_out';

export interface TaskSpec {
  readonly id: string;
  readonly task_type: string;
  readonly description: string;
  readonly input: Json;
  /** JSON Schema that the result must hold. */
  readonly result_schema?: Json;
}

export interface TaskMeta {
  /** ISO 8601. */
  readonly created_at: string;
  readonly tags: readonly string[];
  /** Seconds that it may run; null for any. */
  readonly timeout_secs: number | null;
  readonly version: number;
}

export interface TaskStatus {
  readonly status: TaskState;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly error?: string;
}

export interface TaskHost {
  /** Milliseconds since 1970: a wall clock, which may go backwards. */
  now(): number;
  /** Runs later, in milliseconds; returns how to stop it. */
  after(ms: number, run: () => void): () => void;
  /** What is wrong with a value by a schema; undefined where it holds. */
  invalid(schema: Json, value: Json): string | undefined;
}

export interface KeptTask {
  readonly status: TaskStatus;
  readonly result: Uint8Array | undefined;
}

/** What may change about a task: a name of one of its files. */
export type Changed = 'status' | 'result.json';

const follows: Readonly<Record<TaskState, readonly TaskState[]>> = {
  pending: ['running', 'cancelled'],
  running: ['completed', 'failed', 'cancelled', 'timed_out'],
  completed: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export const RESULT_MAX = 16 * 1024 * 1024;
/** No timer runs longer. */
const TIMER_MAX = 2 ** 31 - 1;

export class Task {
  readonly spec: TaskSpec;
  readonly meta: TaskMeta;
  readonly #host: TaskHost;
  readonly #listeners = new Set<(what: Changed) => void>();
  #status: TaskStatus = { status: 'pending' };
  #result: Uint8Array | undefined;
  #stopTimer: () => void = () => undefined;

  /** `kept` is where it stood at an earlier time. */
  constructor(spec: TaskSpec, meta: TaskMeta, host: TaskHost, kept?: KeptTask) {
    this.spec = spec;
    this.meta = meta;
    this.#host = host;
    this.#status = kept?.status ?? this.#status;
    this.#result = kept?.result;
  }

  get status(): TaskStatus {
    return this.#status;
  }

  get isOver(): boolean {
    return follows[this.#status.status].length === 0;
  }

  /** As it was written; undefined before there is one. */
  get result(): Uint8Array | undefined {
    return this.#result;
  }

  /** Told of each change; returns the stop. */
  onChange(listener: (what: Changed) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#to('running', { started_at: this.#time() });
    const { timeout_secs: seconds } = this.meta;
    if (seconds !== null) this.#timeOutIn(seconds * 1000);
  }

  /** EINVAL where the spec has a schema and there is no result that holds it. */
  complete(): void {
    this.#check('completed');
    if (this.spec.result_schema !== undefined && !this.#result)
      fail('EINVAL', 'it has no result yet, and its result_schema asks for one');
    this.#finish('completed');
  }

  fail(reason: string): void {
    this.#finish('failed', reason);
  }

  cancel(): void {
    this.#finish('cancelled');
  }

  /** EACCES when the task is over, EFBIG over 16 MiB, EINVAL for what is no JSON or breaks the schema: the old one stays. */
  setResult(bytes: Uint8Array): void {
    if (this.isOver) fail('EACCES', 'the task is over: its result stays');
    if (bytes.length > RESULT_MAX) fail('EFBIG', 'a result has at most 16 MiB');
    const value = parseJson(bytes);
    const { result_schema: schema } = this.spec;
    const wrong = schema === undefined ? undefined : this.#host.invalid(schema, value);
    if (wrong !== undefined) fail('EINVAL', `the result breaks result_schema: ${wrong}`);
    this.#result = bytes;
    this.#tell('result.json');
  }

  #finish(status: TaskState, error?: string): void {
    const finished = { finished_at: this.#time(this.#status.started_at) };
    this.#to(status, error === undefined ? finished : { ...finished, error });
    this.#stopTimer();
  }

  #to(status: TaskState, more: Omit<TaskStatus, 'status'>): void {
    this.#check(status);
    this.#status = { ...this.#status, ...more, status };
    this.#tell('status');
  }

  #check(status: TaskState): void {
    const { status: now } = this.#status;
    if (!follows[now].includes(status))
      fail('EINVAL', `a task that is ${now} cannot become ${status}`);
  }

  #timeOutIn(ms: number): void {
    const part = Math.min(ms, TIMER_MAX);
    this.#stopTimer = this.#host.after(part, () => {
      if (ms > part) this.#timeOutIn(ms - part);
      else this.#finish('timed_out', `it ran longer than ${this.meta.timeout_secs} seconds`);
    });
  }

  /** Now, but never before `earliest`, whatever the clock does. */
  #time(earliest?: string): string {
    const now = new Date(this.#host.now()).toISOString();
    return earliest !== undefined && now < earliest ? earliest : now;
  }

  #tell(what: Changed): void {
    for (const listener of [...this.#listeners]) listener(what);
  }
}

function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (error) {
    return fail('EINVAL', `the result is not JSON: ${(error as Error).message}`);
  }
}

/** A spec and its meta from what someone wrote; EINVAL says what is missing. `createdAt` in milliseconds since 1970. */
export function taskFrom(spec: unknown, meta: unknown, createdAt: number): [TaskSpec, TaskMeta] {
  const fields = asObject(spec, 'a task has a spec: {id, task_type, description, input}');
  for (const name of ['id', 'task_type', 'description'])
    if (typeof fields[name] !== 'string') fail('EINVAL', `the spec's ${name} is a text`);
  if (!('input' in fields)) fail('EINVAL', 'the spec has an input, null for none');
  const { tags = [], timeout_secs: seconds = null } = asObject(meta ?? {}, 'meta is an object');
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== 'string'))
    fail('EINVAL', 'tags are texts');
  if (seconds !== null && !(typeof seconds === 'number' && seconds > 0 && seconds < 1e9))
    fail('EINVAL', 'timeout_secs is a number of seconds above 0');
  const created_at = new Date(createdAt).toISOString();
  return [
    fields as unknown as TaskSpec,
    { created_at, tags: tags as string[], timeout_secs: seconds as number | null, version: 1 },
  ];
}

function asObject(value: unknown, reason: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('EINVAL', reason);
  return value as Record<string, unknown>;
}
