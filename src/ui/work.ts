/** Environments, jobs and graded tasks as the page shows them, and what is done with them. */
import type { ChangeLine } from '../boot/history.ts';
import type {
  EnvComparison,
  EnvDescription,
  EnvLine,
  JobLine,
  JobWanted,
  SchedStatus,
  TaskLook,
} from '../boot/workapi.ts';
import { addOwnView, attempt, confirm, OWN_TASKS, open, openDialog, toast } from './actions.ts';
import { client } from './session.ts';
import { get, set } from './store.ts';
import { showName } from './text.ts';

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
    at: /^\/envs\/(?!(?:create|compare|look|trial|list|templates)$)([^/]+)$/,
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

addOwnView(async (path, service) => {
  const place = places.find((each) => each.service === service && each.at.test(path));
  if (!place) return undefined;
  const [, id = ''] = place.at.exec(path) ?? [];
  const { envs, sched } = client().oanix;
  const loaded = await Promise.all([envs.list(), sched.list(), sched.status(), place.load(id)]);
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
  return { kind: 'work' };
});

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
      const kept = path.startsWith('/tasks/') ? known[path] : undefined;
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
    fs.readFile(envs.pathOf(id, path), 'utf8').catch(() => '');
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

// Environments

export const pathOfEnv = (id: string): string => `/envs/${id}`;
export const pathOfJob = (id: string): string => `/sched/jobs/${id}`;

export async function createEnv(description: EnvDescription): Promise<void> {
  await open(pathOfEnv(await client().oanix.envs.create(description)));
}

export function forkEnv(id: string): void {
  openDialog({
    kind: 'name',
    title: `Fork ${showName(id)}`,
    label: 'Name of the fork',
    value: '',
    done: async (name) => {
      await client().oanix.envs.fork(id, name);
      await open(pathOfEnv(name));
    },
  });
}

export async function removeEnv(id: string): Promise<void> {
  const yes = await confirm(
    `Remove ${showName(id)}?`,
    'What runs in it is ended, and its files are gone for good.',
    'Remove',
  );
  if (!yes) return;
  const done = await attempt('Not removed', () => client().oanix.envs.remove(id));
  if (done && get().path.startsWith(pathOfEnv(id))) await open(workPaths.environments);
}

export async function cancelEnv(id: string): Promise<void> {
  await attempt('Not cancelled', () => client().oanix.envs.cancel(id));
}

/** Keeps what was changed over a copy, or discards it. */
export async function decideEnv(id: string, how: 'keep' | 'discard'): Promise<void> {
  const done = await attempt('Not done', () => client().oanix.envs[how](id));
  if (!done) return;
  toast(how === 'keep' ? 'Kept' : 'Discarded');
  await open(pathOfEnv(id));
}

export function chooseEnv(id: string, on: boolean): void {
  const { work } = get();
  if (!work) return;
  const others = work.chosen.filter((each) => each !== id);
  set({
    work: { ...work, chosen: on ? [...others, id].slice(-2) : others, comparison: undefined },
  });
}

export async function compareEnvs(): Promise<void> {
  const [a, b] = get().work?.chosen ?? [];
  if (a === undefined || b === undefined) return;
  await attempt('Not compared', async () => {
    const comparison = await client().oanix.envs.compare(a, b);
    const { work } = get();
    if (work) set({ work: { ...work, comparison } });
  });
}

// Jobs

export async function submitJob(job: JobWanted): Promise<void> {
  const id = await client().oanix.sched.submit(job);
  await open(job.main ? pathOfEnv(job.env_id) : pathOfJob(id));
}

/** The same once more; where it stood for its environment, in a fork of that. */
export async function rerunJob({ id, env_id, main }: JobLine): Promise<void> {
  await attempt('Not run again', async () => {
    const { sched, envs } = client().oanix;
    const { id: _, depends_on: __, ...spec } = (await sched.spec(id)) as JobWanted;
    if (!main) return submitJob(spec);
    const trial = (await envs.list()).find((each) => each.id === env_id)?.trial;
    if (trial) return startTrial({ path: trial.path, agent: trial.agent, kind: spec.kind });
    const names = new Set((await envs.list()).map((each) => each.id));
    let count = 2;
    while (names.has(`${env_id}-${count}`)) count++;
    const fork = `${env_id}-${count}`;
    await envs.fork(env_id, fork);
    return submitJob({ ...spec, env_id: fork });
  });
}

export async function cancelJob(id: string): Promise<void> {
  await attempt('Not cancelled', () => client().oanix.sched.cancel(id));
}

export async function setPaused(on: boolean): Promise<void> {
  const { sched } = client().oanix;
  await attempt('Not done', () => (on ? sched.pause() : sched.resume()));
}

export async function setConcurrency(count: number): Promise<void> {
  await attempt('Not set', () => client().oanix.sched.concurrency(count));
}

// Graded tasks

export interface TrialStart {
  readonly path: string;
  readonly agent: string;
  /** The reference solution where it is absent. */
  readonly kind?: JobWanted['kind'] | undefined;
  readonly anyway?: boolean;
}

export async function startTrial({ kind, ...wanted }: TrialStart): Promise<void> {
  const id = await client().oanix.envs.trial({ ...wanted, ...(kind ? { kind } : {}) });
  await open(pathOfEnv(id));
}

/** An agent of a task's own folder, as `NAME/solve.sh`. */
export async function ownAgent(path: string, name: string): Promise<JobWanted['kind'] | undefined> {
  const text = await client()
    .oanix.fs.readFile(`${path}/${name}/solve.sh`, 'utf8')
    .catch(() => undefined);
  return text === undefined ? undefined : { Script: { text } };
}

/** Every task that lacks nothing, by its reference solution; they wait in the queue. */
export async function runAll(): Promise<void> {
  const { tasks = [], looks = {} } = get().work ?? {};
  let failed = 0;
  for (const path of tasks) {
    const look = looks[path];
    if (!look || 'wrong' in look || look.needs.length > 0 || !look.has_solution) continue;
    await client()
      .oanix.envs.trial({ path })
      .catch(() => failed++);
  }
  if (failed > 0) toast(`${failed} tasks could not be begun`, { bad: true });
}

export const tryTask = (path: string): void => openDialog({ kind: 'trial', path });
