/** What is done with environments, jobs and graded tasks. */

import type { EnvDescription, JobLine, JobWanted } from '../boot/workapi.ts';
import { withoutMark } from '../kernel/utf8.ts';
import { confirm, openDialog } from './dialogs.ts';
import { attempt, toast } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get, pane, set } from './store.ts';
import { showName } from './text.ts';
import { pathOfEnv, pathOfJob, workPaths } from './work.ts';

// Environments

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
    'danger',
  );
  if (!yes) return;
  const undone = await attempt('Not removed', () => client().oanix.envs.remove(id));
  if (!undone && pane().path.startsWith(pathOfEnv(id))) await open(workPaths.environments);
}

export async function cancelEnv(id: string): Promise<void> {
  await attempt('Not cancelled', () => client().oanix.envs.cancel(id));
}

/** Keeps what was changed over a copy, or discards it. */
export async function decideEnv(id: string, how: 'keep' | 'discard'): Promise<void> {
  const undone = await attempt('Not done', () => client().oanix.envs[how](id));
  if (undone) return;
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
  return text === undefined ? undefined : { Script: { text: withoutMark(text) } };
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
  if (failed > 0)
    toast(`${failed} ${failed === 1 ? 'task' : 'tasks'} could not be begun`, { bad: true });
}

export const tryTask = (path: string): void => void openDialog({ kind: 'trial', path });
