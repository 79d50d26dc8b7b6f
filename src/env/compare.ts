/** How two environments differ: their namespaces, the files they work on, and what came out. */
import type { Caller } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import { formatNs } from '../kernel/nstext.ts';
import { cleanPath, formatPath, type Path } from '../kernel/path.ts';
import { type Json, never } from '../kernel/service.ts';
import type { OanixEnv } from './environment.ts';
import { templateOf } from './manifest.ts';

export interface FileDifference {
  readonly path: string;
  /** Which of the two has it, or that both have it and not the same. */
  readonly only: 'a' | 'b' | 'neither';
  readonly sizes: readonly [a: number | null, b: number | null];
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** A unified diff of what ns(1) prints; '' where they are alike. */
  readonly ns: string;
  readonly files: readonly FileDifference[];
  /** There were more files than are compared. */
  readonly truncated: boolean;
  readonly results: readonly [a: EnvResult, b: EnvResult];
}

export interface EnvResult {
  readonly status: object;
  readonly task: object | null;
  readonly result: Json;
}

/** Files that are compared, and those of each whose content is. */
const FILES_MAX = 10_000;
const CONTENT_MAX = 4 << 20;
/** Memory and devices have nothing that lasts. */
const passing: ReadonlySet<string> = new Set(['bin', 'dev', 'lib', 'logs', 'proc', 'task', 'tmp']);
const caller: Caller = { cwd: [], signal: never };

export async function compare(
  a: OanixEnv,
  b: OanixEnv,
  diff: (path: string, before: string, after: string) => Promise<string>,
): Promise<Comparison> {
  const [nsA, nsB] = [a, b].map(({ process }) => formatNs(process.namespace.table)) as [
    string,
    string,
  ];
  const [filesA, filesB] = [await filesOf(a), await filesOf(b)];
  const files: FileDifference[] = [];
  for (const path of [...new Set([...filesA.keys(), ...filesB.keys()])].sort()) {
    const sizes = [filesA.get(path) ?? null, filesB.get(path) ?? null] as const;
    if (sizes[1] === null) files.push({ path, only: 'a', sizes });
    else if (sizes[0] === null) files.push({ path, only: 'b', sizes });
    else if (sizes[0] !== sizes[1] || !(await same(a, b, path, sizes[0])))
      files.push({ path, only: 'neither', sizes });
  }
  return {
    a: a.id,
    b: b.id,
    ns: nsA === nsB ? '' : await diff('ns', nsA, nsB),
    files,
    truncated: Math.max(filesA.size, filesB.size) >= FILES_MAX,
    results: [resultOf(a), resultOf(b)],
  };
}

/** Sizes by path of what an environment works on. */
async function filesOf(env: OanixEnv): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const { files } = templateOf(env.manifest);
  const visit = async (path: Path): Promise<void> => {
    for (const { name, kind } of await env.process.namespace.list(path, caller)) {
      if (found.size >= FILES_MAX) return;
      const child = [...path, name];
      if (path.length === 0 && passing.has(name)) continue;
      if (kind === 'dir') await visit(child);
      else {
        const { size } = await env.process.namespace.stat(formatPath(child), false, caller);
        found.set(formatPath(child), size);
      }
    }
  };
  if (files !== undefined) await visit(cleanPath(files));
  for (const { at } of env.manifest.grants) await visit(cleanPath(at)).catch(ifNoDirectory);
  return found;
}

function ifNoDirectory(error: unknown): void {
  if (!hasCode(error, 'ENOTDIR', 'ENOENT')) throw error;
}

async function same(a: OanixEnv, b: OanixEnv, path: string, size: number): Promise<boolean> {
  if (size > CONTENT_MAX) return false;
  const [one, other] = await Promise.all(
    [a, b].map(({ process }) => process.namespace.readFile(path, caller).catch(() => undefined)),
  );
  return one !== undefined && other !== undefined && one.every((byte, i) => byte === other[i]);
}

function resultOf({ status, task }: OanixEnv): EnvResult {
  const result = task?.result;
  return {
    status,
    task: task?.status ?? null,
    result: result ? (JSON.parse(new TextDecoder().decode(result)) as Json) : null,
  };
}
