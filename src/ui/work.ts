/** Environments, jobs and graded tasks as the page shows them, and what is done with them. */
import type { ChangeLine } from '../boot/history.ts';
import type {
  EnvComparison,
  EnvLine,
  JobLine,
  JobWanted,
  SchedStatus,
  TaskLook,
} from '../boot/workapi.ts';
import { OWN_TASKS } from './files/operations.ts';
import { client } from './session.ts';
import { get, isShown, set } from './store.ts';
import { addOwnView } from './viewing.ts';

export type WorkTab = 'tasks' | 'environments' | 'jobs';

/** One event of an environment's log. */
export interface EventLine {
  readonly seq: number;
  readonly timestamp: string;
  readonly source: string;
  readonly level: string;
  readonly message: string;
  readonly data?: {
    readonly tool_calls?: readonly {
      readonly function_name: string;
      readonly arguments: { readonly [name: string]: unknown };
    }[];
    readonly observation?: { readonly results: readonly { readonly content?: string }[] };
  };
}

export interface EnvDetail {
  readonly line: EnvLine;
  readonly events: readonly EventLine[];
  readonly changes: readonly ChangeLine[];
  readonly stdout: string;
  readonly stderr: string;
  /** As it was written; undefined where there is none. */
  readonly result: string | undefined;
  /** What its tests have printed. */
  readonly tests: string | undefined;
}

export interface JobDetail {
  readonly line: JobLine;
  readonly kind: JobWanted['kind'];
  readonly stdout: string;
  readonly stderr: string;
  /** What a function returned. */
  readonly value: unknown;
}

export interface WorkState {
  readonly tab: WorkTab;
  /** Paths of graded tasks. */
  readonly tasks: readonly string[];
  readonly looks: Readonly<Record<string, TaskLook | { readonly wrong: string }>>;
  readonly envs: readonly EnvLine[];
  readonly jobs: readonly JobLine[];
  readonly sched: SchedStatus | undefined;
  readonly env: EnvDetail | undefined;
  readonly job: JobDetail | undefined;
  /** Chosen to be compared, at most two. */
  readonly chosen: readonly string[];
  readonly comparison: EnvComparison | undefined;
}

export const workPaths: Readonly<Record<WorkTab, string>> = {
  tasks: '/tasks',
  environments: '/envs',
  jobs: '/sched',
};

const empty: WorkState = {
  tab: 'tasks',
  tasks: [],
  looks: {},
  envs: [],
  jobs: [],
  sched: undefined,
  env: undefined,
  job: undefined,
  chosen: [],
  comparison: undefined,
};

/** What a path below the mounts of work shows. */
const places: readonly {
  readonly service: string;
  readonly at: RegExp;
  readonly tab: WorkTab;
  readonly load: (id: string) => Promise<Partial<WorkState>>;
}[] = [
  { service: 'tasks', at: /^\/tasks$/, tab: 'tasks', load: loadTasks },
  { service: 'envs', at: /^\/envs$/, tab: 'environments', load: async () => ({ env: undefined }) },
  {
    service: 'envs',
    at: /^\/envs\/(?!(?:create|compare|look|trial|serve|list|templates)$)([^/]+)$/,
    tab: 'environments',
    load: async (id) => ({ env: await loadEnv(id) }),
  },
  { service: 'sched', at: /^\/sched$/, tab: 'jobs', load: async () => ({ job: undefined }) },
  {
    service: 'sched',
    at: /^\/sched\/jobs\/([^/]+)$/,
    tab: 'jobs',
    load: async (id) => ({ job: await loadJob(id) }),
  },
];

addOwnView({
  kind: 'work',
  covers: (path, service) => places.some((each) => each.service === service && each.at.test(path)),
  load: loadWork,
});

async function loadWork(path: string): Promise<void> {
  const place = places.find((each) => each.at.test(path)) as (typeof places)[number];
  const [, id = ''] = place.at.exec(path) ?? [];
  const { envs, sched } = client().oanix;
  const loaded = await Promise.all([envs.list(), sched.list(), sched.status(), place.load(id)]);
  // One may have gone elsewhere meanwhile, and what is there now stays.
  if (!isShown(path)) return;
  const [environments, jobs, status, own] = loaded;
  const work = get().work ?? empty;
  const alive = new Set(environments.map((each) => each.id));
  set({
    work: {
      ...work,
      tab: place.tab,
      envs: environments,
      jobs,
      sched: status,
      ...own,
      chosen: work.chosen.filter((each) => alive.has(each)),
    },
  });
}

async function loadTasks(): Promise<Partial<WorkState>> {
  const { fs, envs } = client().oanix;
  const below = async (path: string): Promise<string[]> =>
    (await fs.readdir(path).catch(() => []))
      .filter(({ kind }) => kind === 'dir')
      .map(({ name }) => `${path}/${name}`);
  const tasks = [...(await below('/tasks')), ...(await below(OWN_TASKS))];
  const known = get().work?.looks ?? {};
  const looks = await Promise.all(
    tasks.map(async (path) => {
      const before = path.startsWith('/tasks/') ? known[path] : undefined;
      // What it lacks may have been installed since.
      const kept = before && 'needs' in before && before.needs.length === 0 ? before : undefined;
      const look =
        kept ??
        (await envs.look(path).catch((error: unknown) => ({
          wrong: error instanceof Error ? error.message : String(error),
        })));
      return [path, look] as const;
    }),
  );
  return { tasks, looks: Object.fromEntries(looks) };
}

const TEXT_SHOWN = 64 * 1024;
const EVENTS_SHOWN = 1000;

async function loadEnv(id: string): Promise<EnvDetail> {
  const { envs, sched, fs } = client().oanix;
  const line = (await envs.list()).find((each) => each.id === id);
  if (!line) throw new Error(`There is no environment ${id}.`);
  const read = (path: string): Promise<string> =>
    fs.readFile(envs.pathOf(id, path)).then(
      (bytes) => new TextDecoder().decode(bytes),
      () => '',
    );
  const [events, stdout, stderr, changes] = await Promise.all([
    read('/logs/events.jsonl'),
    read('/logs/stdout.log'),
    read('/logs/stderr.log'),
    envs.changes(id),
  ]);
  const verify = (await sched.list()).findLast(
    ({ env_id, tags }) => env_id === id && tags.includes('verify'),
  );
  const tests = verify
    ? `${await sched.output(verify.id)}${await sched.output(verify.id, 'stderr')}`
    : undefined;
  const result = line.task === null ? '' : await read('/task/result.json');
  return {
    line,
    events: events
      .split('\n')
      .filter(Boolean)
      .slice(-EVENTS_SHOWN)
      .map((text) => JSON.parse(text) as EventLine),
    changes,
    stdout: stdout.slice(-TEXT_SHOWN),
    stderr: stderr.slice(-TEXT_SHOWN),
    result: result === '' ? undefined : result,
    tests: tests?.slice(-TEXT_SHOWN),
  };
}

async function loadJob(id: string): Promise<JobDetail> {
  const { sched, fs } = client().oanix;
  const line = (await sched.list()).find((each) => each.id === id);
  if (!line) throw new Error(`There is no job ${id}.`);
  const [stdout, stderr, spec] = await Promise.all([
    sched.output(id),
    sched.output(id, 'stderr'),
    sched.spec(id),
  ]);
  const result = await fs.readFile(`/sched/jobs/${id}/result.json`, 'utf8').catch(() => undefined);
  const value =
    result === undefined ? undefined : (JSON.parse(result) as { value?: unknown }).value;
  return {
    line,
    kind: spec.kind,
    stdout: stdout.slice(-TEXT_SHOWN),
    stderr: stderr.slice(-TEXT_SHOWN),
    value,
  };
}

export const pathOfEnv = (id: string): string => `/envs/${id}`;
export const pathOfJob = (id: string): string => `/sched/jobs/${id}`;
