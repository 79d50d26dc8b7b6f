/**
 * Grades what an agent has left, in a process that it cannot reach: programs and libraries are the template's, the
 * tests are the task's, `/logs/verifier` is there for the tests alone, and of the agent there are its files, over a
 * copy, less the places where programs look for more of themselves.
 */

import type { Provided } from '../env/builder.ts';
import type { OanixEnv } from '../env/environment.ts';
import { readIfThere } from '../env/files.ts';
import { type Output, runProcess } from '../env/runjob.ts';
import { CowFs } from '../fs/cow/cowfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { ReadOnly } from '../fs/readonly/readonly.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Member, type MountPoint, MountTable } from '../kernel/mounts.ts';
import { cleanPath, type Path } from '../kernel/path.ts';
import { type FileService, statIfThere } from '../kernel/service.ts';
import { subtree } from '../kernel/subtree.ts';
import { makeDirs } from './build.ts';
import type { HarborTask } from './task.ts';

export interface Verdict {
  /** From 0 to 1 as a rule; what the tests wrote. */
  readonly reward: number;
  /** Each that they wrote, by its name. */
  readonly rewards: Readonly<Record<string, number>>;
  readonly exit_code: number;
  /** Why it is 0, where the tests have not said so. */
  readonly error?: string;
}

export interface VerifyHost {
  readonly kernel: Kernel;
  provided(): Promise<readonly Provided[]>;
  /** The environment's own files, as they are now. */
  filesOf(env: OanixEnv): FileService;
}

/** Where programs look for parts of themselves: an agent's are not theirs. */
const masked: readonly Path[] = [['lib'], ['usr', 'lib'], ['usr', 'local', 'lib']];
/** What `confine` puts over the tests and their reward: empty, and nobody can change it. */
const NOTHING: Path = ['lib', 'nothing'];
/** What tests may write, in bytes, beside and over the agent's files. */
const QUOTA = 1 << 28;
const REWARD_MAX = 1 << 16;

/**
 * Links of the agent's that lead, or could lead, to the tests and their reward are gone: a test that writes to a file
 * of the agent's would write there. Where the tests begin is a directory, whatever the agent has put there.
 */
async function cleanUp(files: CowFs, env: OanixEnv, { recipe }: HarborTask): Promise<void> {
  for (const { path, kind, op } of await env.review.changes()) {
    if (kind !== 'symlink' || op === 'deleted') continue;
    const at = cleanPath(path);
    if (leadsAstray(await files.readlink(at), at)) await files.remove(at, 'file');
  }
  const workdir = cleanPath(recipe.workdir);
  for (let count = 1; count <= workdir.length; count++) {
    const part = workdir.slice(0, count);
    const stat = await statIfThere(files, part);
    if (stat && stat.kind !== 'dir') await files.remove(part, 'file');
  }
}

/** A target with `..` behind a name may come out anywhere, by other links. */
function leadsAstray(target: string, at: Path): boolean {
  if (/[^./][^/]*\/+\.\.(\/|$)/.test(target)) return true;
  const [top] = cleanPath(
    target.startsWith('/') ? target : `/${at.slice(0, -1).join('/')}/${target}`,
  );
  return top === 'tests' || top === 'logs';
}

export async function verify(
  env: OanixEnv,
  task: HarborTask,
  folder: FileService,
  host: VerifyHost,
  output: Pick<Output, 'write'>,
  signal: AbortSignal,
): Promise<Verdict> {
  const { kernel } = host;
  const process = kernel.processes.attach(`verifier of ${env.id}`);
  try {
    const points: MountPoint[] = [];
    const mount = (at: Path, service: FileService): void => {
      points.push(
        pointOf(at, [{ source: kernel.sources.of(service), base: [], create: true, ro: false }]),
      );
    };
    // As any mount in memory: within a quota, and within what all of the kernel may hold together.
    const memory = async (): Promise<FileService> =>
      (await kernel.sources.make({ kind: 'mem', options: { bytes: QUOTA } }, process)).service;
    const rewards = await memory();
    const files = new CowFs(host.filesOf(env), { quota: QUOTA });
    await cleanUp(files, env, task);
    mount([], files);
    for (const at of [...masked, NOTHING]) mount(at, new MapFs({}));
    const provided = new Map<string, MountPoint>();
    for (const { at, source, base } of await host.provided()) {
      const key = at.join('/');
      const members = [
        ...(provided.get(key)?.members ?? []),
        { source, base, create: false, ro: true },
      ];
      provided.set(key, pointOf(at, members));
    }
    points.push(...provided.values());
    points.push(
      pointOf(
        ['dev'],
        [
          {
            source: await kernel.sources.make({ kind: 'dev' }, process),
            base: [],
            create: false,
            ro: false,
          },
        ],
      ),
    );
    mount(['tmp'], await memory());
    mount(['tests'], new ReadOnly(subtree(folder, ['tests'])));
    mount(['logs', 'verifier'], rewards);
    process.namespace.start(new MountTable(points));
    await makeDirs(process.namespace, task.recipe.workdir);
    const { exit_code } = await runProcess(
      kernel,
      { manifest: { ...env.manifest, env: {}, limits: limitsOf(task) }, process },
      await startOf(task, folder),
      output,
      signal,
      true,
    );
    if (signal.aborted)
      return none(exit_code, `the tests ran longer than ${task.timeouts.verifier} seconds`);
    return await verdictOf(task, rewards, exit_code);
  } finally {
    kernel.processes.detach(process);
  }
}

const pointOf = (at: Path, members: readonly Member[]): MountPoint => ({
  at,
  kind: 'dir',
  members,
});

const limitsOf = ({ memory }: HarborTask): { memory?: number } =>
  memory === undefined ? {} : { memory };

/** What keeps an interpreter from looking where the agent was. */
export const pythonEnv = {
  PYTHONPATH: '/lib/python',
  PYTHONSAFEPATH: '1',
  PYTHONNOUSERSITE: '1',
  PYTHONDONTWRITEBYTECODE: '1',
};

async function startOf(
  { form, recipe, verifier }: HarborTask,
  folder: FileService,
): Promise<Parameters<typeof runProcess>[2]> {
  const script = (await readIfThere(folder, verifier)) ?? new Uint8Array(0);
  const args =
    form === 'harbor'
      ? ['sh', '/tests/test.sh']
      : ['sh', '-c', new TextDecoder().decode(script), 'run-tests.sh'];
  const env = { ...recipe.env, ...pythonEnv, PATH: '/bin', HOME: '/tmp', TEST_DIR: '/tests' };
  return { program: '/bin/sh', args, config: { cwd: recipe.workdir, env } };
}

const none = (exit_code: number, error: string): Verdict => ({
  reward: 0,
  rewards: {},
  exit_code,
  error,
});

async function verdictOf(
  task: HarborTask,
  service: FileService,
  exit_code: number,
): Promise<Verdict> {
  const read = async (name: string): Promise<string | undefined> => {
    const bytes = await readIfThere(service, [name]);
    return bytes && new TextDecoder().decode(bytes.subarray(0, REWARD_MAX));
  };
  const [text, json] = [await read('reward.txt'), await read('reward.json')];
  if (json !== undefined) return fromJson(json, exit_code);
  if (text !== undefined) {
    const reward = text.trim() === '' ? Number.NaN : Number(text.trim());
    if (!Number.isFinite(reward))
      return none(exit_code, `reward.txt is no number: '${text.trim().slice(0, 100)}'`);
    return { reward, rewards: { reward }, exit_code };
  }
  // The older form has no file: its tests say it by how they end.
  if (task.form === 'terminal-bench') {
    const reward = exit_code === 0 ? 1 : 0;
    return { reward, rewards: { reward }, exit_code };
  }
  return none(exit_code, `the tests wrote no reward (exit code ${exit_code})`);
}

function fromJson(text: string, exit_code: number): Verdict {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return none(exit_code, `reward.json: ${(error as Error).message}`);
  }
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
    (entry): entry is [string, number] => Number.isFinite(entry[1]),
  );
  if (entries.length === 0) return none(exit_code, 'reward.json has no number');
  const rewards = Object.fromEntries(entries);
  const mean = entries.reduce((sum, [, each]) => sum + each, 0) / entries.length;
  return { reward: rewards['reward'] ?? mean, rewards, exit_code };
}
