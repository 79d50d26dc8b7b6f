/**
 * A graded task as a folder: Harbor's (`task.toml`, `instruction.md`, `environment/`, `solution/`, `tests/`) or the older
 * form of Terminal-Bench (`task.yaml`, `Dockerfile`, `solution.sh`, `run-tests.sh`, `tests/`).
 */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { readIfThere } from '../env/files.ts';
import { fail } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import { type FileService, never, statIfThere } from '../kernel/service.ts';
import { type Recipe, readDockerfile } from './dockerfile.ts';
import { type Need, needsOfPython, needsOfScript } from './needs.ts';

export interface HarborTask {
  readonly name: string;
  readonly form: 'harbor' | 'terminal-bench';
  readonly instruction: string;
  readonly difficulty: string;
  readonly tags: readonly string[];
  readonly recipe: Recipe;
  /** Where what the recipe copies lies, in the folder. */
  readonly context: Path;
  /** Seconds. */
  readonly timeouts: { readonly agent: number; readonly verifier: number; readonly build: number };
  /** Bytes for each program; undefined for any. */
  readonly memory: number | undefined;
  /** The script of the reference solution; undefined where it has none. */
  readonly solution: string | undefined;
  /** The script that grades, in the folder. */
  readonly verifier: Path;
}

type Table = { readonly [name: string]: unknown };

const AGENT_SECONDS = 600;
const VERIFIER_SECONDS = 600;
const BUILD_SECONDS = 600;
/** A day: no timer of a browser runs longer than 24 of them. */
const SECONDS_MAX = 86_400;
/** No text of a task is longer, in bytes. */
const TEXT_MAX = 1 << 20;

/** EINVAL says which file of the folder is missing or wrong. */
export async function readTask(folder: FileService, name: string): Promise<HarborTask> {
  const text = async (...path: string[]): Promise<string | undefined> => {
    const stat = await statIfThere(folder, path);
    if (stat && stat.size > TEXT_MAX) fail('EINVAL', `${path.join('/')} is longer than 1 MiB`);
    const bytes = await readIfThere(folder, path);
    return bytes && new TextDecoder().decode(bytes);
  };
  const toml = await text('task.toml');
  if (toml !== undefined) return harborTask(name, toml, text, folder);
  const yaml = (await text('task.yaml')) ?? (await text('task.yml'));
  if (yaml !== undefined) return terminalBenchTask(name, yaml, text);
  return fail('EINVAL', `${name} is no task: it has neither task.toml nor task.yaml`);
}

type ReadText = (...path: string[]) => Promise<string | undefined>;

async function harborTask(
  name: string,
  toml: string,
  text: ReadText,
  folder: FileService,
): Promise<HarborTask> {
  const config = parsed('task.toml', () => parseToml(toml) as Table);
  const [metadata, agent, verifier, environment] = (
    ['metadata', 'agent', 'verifier', 'environment'] as const
  ).map((section) => tableOf(config[section]));
  const instruction = (await text('instruction.md')) ?? missing(name, 'instruction.md');
  if ((await text('tests', 'test.sh')) === undefined) missing(name, 'tests/test.sh');
  const dockerfile = await text('environment', 'Dockerfile');
  if (dockerfile === undefined && !(await statIfThere(folder, ['environment'])))
    missing(name, 'environment/Dockerfile');
  return {
    name,
    form: 'harbor',
    instruction,
    difficulty: textOf(metadata?.['difficulty']),
    tags: textsOf(metadata?.['tags']),
    recipe: readDockerfile(dockerfile ?? 'FROM scratch\nWORKDIR /app\nCOPY . .\n'),
    context: ['environment'],
    timeouts: {
      agent: secondsOf(agent?.['timeout_sec'], AGENT_SECONDS),
      verifier: secondsOf(verifier?.['timeout_sec'], VERIFIER_SECONDS),
      build: secondsOf(environment?.['build_timeout_sec'], BUILD_SECONDS),
    },
    memory: memoryOf(environment?.['memory_mb'], environment?.['memory']),
    solution: await text('solution', 'solve.sh'),
    verifier: ['tests', 'test.sh'],
  };
}

async function terminalBenchTask(name: string, yaml: string, text: ReadText): Promise<HarborTask> {
  const config = tableOf(parsed('task.yaml', () => parseYaml(yaml) as unknown));
  const instruction = config['instruction'];
  if (typeof instruction !== 'string') fail('EINVAL', `${name}: task.yaml has no instruction`);
  const dockerfile = (await text('Dockerfile')) ?? missing(name, 'Dockerfile');
  if ((await text('run-tests.sh')) === undefined) missing(name, 'run-tests.sh');
  return {
    name,
    form: 'terminal-bench',
    instruction: instruction as string,
    difficulty: textOf(config['difficulty']),
    tags: textsOf(config['tags']),
    recipe: readDockerfile(dockerfile),
    context: [],
    timeouts: {
      agent: secondsOf(config['max_agent_timeout_sec'], AGENT_SECONDS),
      verifier: secondsOf(config['max_test_timeout_sec'], VERIFIER_SECONDS),
      build: BUILD_SECONDS,
    },
    memory: undefined,
    solution: await text('solution.sh'),
    verifier: ['run-tests.sh'],
  };
}

/** What the task asks for that is not here; `has` says which commands there are. */
export async function needsOf(
  { recipe, solution, verifier, form }: HarborTask,
  folder: FileService,
  has: (command: string) => boolean,
): Promise<Need[]> {
  const needs: Need[] = recipe.beyond.map((what) => ({ what, where: 'Dockerfile' }));
  for (const step of recipe.steps)
    if (step.op === 'run') needs.push(...needsOfScript(step.text, 'Dockerfile', has));
  if (solution !== undefined)
    needs.push(
      ...needsOfScript(solution, form === 'harbor' ? 'solution/solve.sh' : 'solution.sh', has),
    );
  const script = await readIfThere(folder, verifier);
  needs.push(...needsOfScript(new TextDecoder().decode(script), verifier.join('/'), has));
  for (const { path, text, beside } of await pythonFiles(folder, ['tests']))
    needs.push(...needsOfPython(text, path.join('/'), beside));
  return needs;
}

async function pythonFiles(
  folder: FileService,
  at: Path,
): Promise<{ path: Path; text: string; beside: ReadonlySet<string> }[]> {
  const stat = await statIfThere(folder, at);
  if (stat?.kind !== 'dir') return [];
  const names = await folder.readdir(at, never);
  const beside = new Set(names.map(({ name }) => name.replace(/\.py$/, '')));
  const found = [];
  for (const { name, kind } of names) {
    if (kind === 'dir') found.push(...(await pythonFiles(folder, [...at, name])));
    else if (name.endsWith('.py')) {
      const bytes = await readIfThere(folder, [...at, name]);
      found.push({ path: [...at, name], text: new TextDecoder().decode(bytes), beside });
    }
  }
  return found;
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return fail('EINVAL', `${file}: ${reason}`);
  }
}

const missing = (name: string, file: string): never => fail('EINVAL', `${name} has no ${file}`);

const tableOf = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const secondsOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value > 0 ? Math.min(value, SECONDS_MAX) : otherwise;

/** `memory_mb = 2048`, or `memory = "2G"`. */
function memoryOf(megabytes: unknown, text: unknown): number | undefined {
  if (typeof megabytes === 'number' && megabytes > 0) return megabytes * 2 ** 20;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)/i.exec(textOf(text)) ?? [];
  const powers: { readonly [unit: string]: number } = { '': 0, K: 10, M: 20, G: 30 };
  return number === undefined
    ? undefined
    : Math.round(Number(number) * 2 ** (powers[unit.toUpperCase()] ?? 0));
}
