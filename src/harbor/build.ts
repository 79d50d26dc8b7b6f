/** Puts a task's files where its Dockerfile says, and runs the commands of it that run here. */
import type { OanixEnv } from '../env/environment.ts';
import { readIfThere } from '../env/files.ts';
import { runProcess } from '../env/runjob.ts';
import type { Caller } from '../kernel/caller.ts';
import { fail, hasCode } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Namespace } from '../kernel/namespace.ts';
import { baseName, cleanPath, formatPath, type Path } from '../kernel/path.ts';
import { type FileService, never, statIfThere } from '../kernel/service.ts';
import type { BuildStep } from './dockerfile.ts';
import type { HarborTask } from './task.ts';

const caller: Caller = { cwd: [], signal: never };
const TAIL = 2_000;
/** No file of a task is larger, in bytes. */
const FILE_MAX = 1 << 28;

/** EINVAL says which step cannot be done. `skips` are commands that are left out. */
export async function buildInto(
  env: OanixEnv,
  task: HarborTask,
  folder: FileService,
  kernel: Kernel,
  skips: (text: string) => boolean,
): Promise<void> {
  await makeDirs(env.process.namespace, task.recipe.workdir);
  for (const step of task.recipe.steps) {
    if (step.op === 'dir') await makeDirs(env.process.namespace, step.path);
    else if (step.op === 'copy') await copy(env, step, task, folder);
    else if (step.op === 'file') await put(env, step.path, new TextEncoder().encode(step.text));
    else if (!skips(step.text)) await run(env, step, task, kernel);
  }
}

type Copy = Extract<BuildStep, { op: 'copy' }>;

async function copy(
  env: OanixEnv,
  { from, to, into }: Copy,
  { context }: HarborTask,
  folder: FileService,
): Promise<void> {
  for (const source of from) {
    const found = await matching(folder, context, source);
    if (found.length === 0)
      fail('EINVAL', `Dockerfile: COPY ${source}: there is no such file in the task`);
    for (const path of found) {
      const isDir = (await folder.stat(path, never)).kind === 'dir';
      // The content of a directory is copied, not the directory (COPY).
      const name = isDir || !into ? [] : [baseName(path)];
      await copyTree(
        env,
        folder,
        path,
        [...cleanPath(to), ...name],
        path.length === context.length,
      );
    }
  }
}

/** What of its context a task keeps to itself: how it is built, solved and graded, where that lies there too. */
const ownFiles: ReadonlySet<string> = new Set([
  'Dockerfile',
  'docker-compose.yaml',
  'docker-compose.yml',
  '.dockerignore',
  'run-tests.sh',
  'solution.sh',
  'solution.yaml',
  'task.yaml',
  'task.yml',
  'tests',
]);

async function copyTree(
  env: OanixEnv,
  folder: FileService,
  from: Path,
  to: Path,
  isContext: boolean,
): Promise<void> {
  const { kind } = await folder.stat(from, never);
  if (kind === 'dir') {
    await makeDirs(env.process.namespace, formatPath(to));
    for (const { name } of await folder.readdir(from, never))
      if (!(isContext && ownFiles.has(name)))
        await copyTree(env, folder, [...from, name], [...to, name], false);
  } else if (kind === 'symlink') {
    const target = (await folder.readlink?.(from, never)) ?? '';
    await env.process.namespace.symlink(target, formatPath(to), caller);
  } else {
    if ((await folder.stat(from, never)).size > FILE_MAX)
      fail('EFBIG', `${from.join('/')} is larger than 256 MiB`);
    const bytes = (await readIfThere(folder, from)) ?? new Uint8Array(0);
    await put(env, formatPath(to), bytes);
  }
}

/** Paths of the context that a pattern of COPY names; `*` and `?` stand for letters of one name. */
async function matching(folder: FileService, context: Path, pattern: string): Promise<Path[]> {
  let found: Path[] = [context];
  for (const part of cleanPath(`/${pattern}`)) {
    const next: Path[] = [];
    for (const path of found) {
      if (!/[*?]/.test(part)) {
        if (await statIfThere(folder, [...path, part])) next.push([...path, part]);
        continue;
      }
      for (const { name } of await folder.readdir(path, never))
        if (matches(name, part)) next.push([...path, name]);
    }
    found = next;
  }
  return found;
}

/** `*` stands for any letters, `?` for one. What a star took too little of it takes one more: no pattern takes long. */
function matches(name: string, pattern: string): boolean {
  let [at, in_, star, from] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[in_] === '*') {
      star = in_++;
      from = at;
    } else if (in_ < pattern.length && (pattern[in_] === '?' || pattern[in_] === name[at])) {
      in_++;
      at++;
    } else if (star >= 0) {
      in_ = star + 1;
      at = ++from;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(in_));
}

async function put(env: OanixEnv, path: string, data: Uint8Array): Promise<void> {
  const { namespace } = env.process;
  await makeDirs(env.process.namespace, formatPath(cleanPath(path).slice(0, -1)));
  await namespace.writeFile(path, data, { write: true, create: true }, caller);
}

/** A directory with all that leads to it. */
export async function makeDirs(namespace: Namespace, path: string): Promise<void> {
  const names = cleanPath(path);
  for (let count = 1; count <= names.length; count++) {
    const part = formatPath(names.slice(0, count));
    await namespace.mkdir(part, caller).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

async function run(
  env: OanixEnv,
  { text, cwd, env: variables }: Extract<BuildStep, { op: 'run' }>,
  { timeouts }: HarborTask,
  kernel: Kernel,
): Promise<void> {
  let complaint = '';
  const { exit_code } = await runProcess(
    kernel,
    env,
    {
      program: '/bin/sh',
      args: ['sh', '-c', `set -e\n${text}`],
      config: { cwd, env: variables },
    },
    {
      write: async (name, data) => {
        if (name === 'stderr')
          complaint = `${complaint}${new TextDecoder().decode(data)}`.slice(-TAIL);
      },
    },
    AbortSignal.timeout(timeouts.build * 1000),
  );
  if (exit_code !== 0)
    fail('EINVAL', `Dockerfile: RUN ${text.trim()}: exit code ${exit_code}: ${complaint.trim()}`);
}
