/** What a job is: its specification, checked from what someone wrote, and the states that it goes through. */
import { fail } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/service.ts';

export type JobKind =
  /** A WASI program: a path in its environment, or the binary itself as base64. */
  | {
      readonly Wasi: {
        readonly path?: string;
        readonly bytes?: string;
        readonly args?: readonly string[];
      };
    }
  /** Run by the shell. */
  | { readonly Script: { readonly text: string } }
  /** A function that was registered under this name. */
  | { readonly Custom: { readonly name: string; readonly input: Json } };

export interface JobSpec {
  readonly env_id: string;
  readonly kind: JobKind;
  /** Higher ones first; in the order of submission where it is equal. */
  readonly priority: number;
  readonly env: Readonly<Record<string, string>>;
  readonly working_dir: string | null;
  /** Seconds that one attempt may take; null for any. */
  readonly timeout_secs: number | null;
  readonly tags: readonly string[];
  /** Further attempts after one that failed or ran out of time. */
  readonly retries: number;
  /** Jobs that must have completed first. */
  readonly depends_on: readonly string[];
  /** Bytes of memory for each program of it; null for what its environment allows. */
  readonly max_memory: number | null;
  /** What becomes of it becomes of its environment and the environment's task. */
  readonly main: boolean;
}

export type JobState =
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'timed_out'
  | 'interrupted';

/** Times are ISO 8601. */
export interface JobStatus {
  readonly status: JobState;
  readonly created_at: string;
  readonly attempts: number;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly exit_code?: number;
  readonly error?: string;
}

/** How one attempt ended by itself. */
export interface Outcome {
  readonly exit_code: number;
  /** Why it failed, where the exit code alone does not say. */
  readonly error?: string;
  /** What a registered function returned. */
  readonly value?: Json;
  /** Limits that were met, and bytes that were not kept. */
  readonly limits_hit?: readonly string[];
  readonly dropped?: { readonly stdout: number; readonly stderr: number };
}

export interface Job {
  readonly id: string;
  /** Counts submissions. */
  readonly seq: number;
  readonly spec: JobSpec;
  readonly status: JobStatus;
  /** Of the last attempt. */
  readonly outcome?: Outcome;
}

export const isOver = ({ status: { status } }: Pick<Job, 'status'>): boolean =>
  status !== 'pending' && status !== 'running';

/** Why a job was interrupted. */
export const INTERRUPTED = 'the page was closed while it ran';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const RETRIES_MAX = 100;
const SECONDS_MAX = 1e9;

const defaults = {
  priority: 0,
  env: {},
  working_dir: null,
  timeout_secs: null,
  tags: [],
  retries: 0,
  depends_on: [],
  max_memory: null,
  main: false,
} as const;

type Check = readonly [fits: (value: unknown) => boolean, is: string];
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isPositive = (value: unknown, most: number): boolean =>
  typeof value === 'number' && value > 0 && value <= most;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const checks: { readonly [field: string]: Check } = {
  id: [
    (value) => isText(value) && ID.test(value),
    'a letter or digit, then up to 63 of them, dots, dashes and underscores',
  ],
  env_id: [isText, 'the id of an environment'],
  kind: [isKind, 'one of {Wasi: {path or bytes, args}}, {Script: {text}}, {Custom: {name, input}}'],
  priority: [Number.isSafeInteger, 'a whole number'],
  env: [
    (value) =>
      isObject(value) &&
      Object.entries(value).every(
        ([name, text]) => isText(text) && !`${name}${text}`.includes('\0') && /^[^=]+$/.test(name),
      ),
    'an object of texts',
  ],
  working_dir: [(value) => value === null || isText(value), 'a path'],
  timeout_secs: [
    (value) => value === null || isPositive(value, SECONDS_MAX),
    'seconds above 0, or null',
  ],
  tags: [isTexts, 'a list of texts'],
  retries: [
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= RETRIES_MAX,
    `a whole number from 0 to ${RETRIES_MAX}`,
  ],
  depends_on: [isTexts, 'a list of ids of jobs'],
  max_memory: [
    (value) => value === null || isPositive(value, Number.MAX_SAFE_INTEGER),
    'bytes above 0, or null',
  ],
  main: [(value) => typeof value === 'boolean', 'true or false'],
};

const maybe =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || fits(value);

const kinds: { readonly [kind: string]: { readonly [field: string]: Check[0] } } = {
  Wasi: { path: maybe(isText), bytes: maybe(isText), args: maybe(isTexts) },
  Script: { text: isText },
  Custom: { name: isText, input: () => true },
};

/** Whether it is a JobKind. */
export function isKind(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [[name, fields] = ['', undefined], ...more] = Object.entries(value);
  const known = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!known || more.length > 0 || !isObject(fields)) return false;
  if (name === 'Wasi' && isText(fields['path']) === isText(fields['bytes'])) return false;
  return (
    Object.keys(fields).every((field) => Object.hasOwn(known, field)) &&
    Object.entries(known).every(([field, fits]) => fits(fields[field]))
  );
}

/** A specification with its own id, where the submitter gave one. */
export interface Submitted {
  readonly id: string | undefined;
  readonly spec: JobSpec;
}

/** One JobSpec or a list of them, which may depend on each other; EINVAL says what is wrong with it. */
export function jobsFrom(value: unknown): Submitted[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0) fail('EINVAL', 'an empty list of jobs');
  return all.map(jobFrom);
}

function jobFrom(value: unknown): Submitted {
  if (!isObject(value)) return fail('EINVAL', 'a job is an object: {env_id, kind, …}');
  const whole: Record<string, unknown> = { ...defaults, ...value };
  for (const name of Object.keys(whole))
    if (!Object.hasOwn(checks, name)) fail('EINVAL', `a job has no '${name}'`);
  for (const [name, [fits, is]] of Object.entries(checks)) {
    if (name === 'id' && whole[name] === undefined) continue;
    if (!fits(whole[name])) fail('EINVAL', `${name} is ${is}`);
  }
  const { id, ...spec } = whole;
  return { id: id as string | undefined, spec: spec as unknown as JobSpec };
}

/** Jobs that wait for each other in a circle, as one path; undefined where there are none. */
export function cycleIn(
  dependencies: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): readonly string[] | undefined => {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    if (done.has(id)) return undefined;
    path.push(id);
    for (const next of dependencies.get(id) ?? []) {
      const found = visit(next);
      if (found) return found;
    }
    path.pop();
    done.add(id);
    return undefined;
  };
  for (const id of dependencies.keys()) {
    const found = visit(id);
    if (found) return found;
  }
  return undefined;
}
