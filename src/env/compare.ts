/** How two environments differ: their namespaces, the files they work on, and what came out. */
import type { Caller } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import { formatNs } from '../kernel/nstext.ts';
import { OpenFile } from '../kernel/openfile.ts';
import { cleanPath, formatPath, type Path } from '../kernel/path.ts';
import { type Json, never } from '../kernel/service.ts';
import type { OanixEnv } from './environment.ts';
import { templateOf } from './manifest.ts';

export interface FileDifference {
  readonly path: string;
  /** Which of the two has it; both where it is not the same. */
  readonly in: 'a' | 'b' | 'both';
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

/** Files of each that are compared. */
const FILES_MAX = 10_000;
const PIECE = 1 << 20;
/** What is not the work itself: given to each, told elsewhere, or gone with the page. */
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
    if (sizes[1] === null) files.push({ path, in: 'a', sizes });
    else if (sizes[0] === null) files.push({ path, in: 'b', sizes });
    else if (sizes[0] !== sizes[1] || !(await same(a, b, path, sizes[0])))
      files.push({ path, in: 'both', sizes });
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

/** Read piece by piece; what cannot be read is another. */
async function same(a: OanixEnv, b: OanixEnv, path: string, size: number): Promise<boolean> {
  const opened = await Promise.allSettled(
    [a, b].map(async ({ process }) => process.namespace.open(path, { read: true }, caller)),
  );
  const files = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    const [one, other] = files;
    if (!(one instanceof OpenFile && other instanceof OpenFile)) return false;
    for (let at = 0; at < size; at += PIECE) {
      const [left, right] = await Promise.all(
        [one, other].map(async (file) => file.pread(at, PIECE, never)),
      );
      if (left?.length !== right?.length || !left?.every((byte, i) => byte === right?.[i]))
        return false;
    }
    return true;
  } finally {
    await Promise.allSettled(files.map(async (file) => file.close()));
  }
}

function resultOf({ status, task }: OanixEnv): EnvResult {
  const result = task?.result;
  return {
    status,
    task: task?.status ?? null,
    result: result ? (JSON.parse(new TextDecoder().decode(result)) as Json) : null,
  };
}
