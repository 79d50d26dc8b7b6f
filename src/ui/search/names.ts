/**
 * The names below directories, those near the top first. No symbolic link is followed, a directory that lies in itself
 * by a bind is entered once, and a directory that cannot be read is reported and the rest is found.
 */
import type { Entry } from '../../kernel/service.ts';
import { joinPath } from '../text.ts';

/** A directory that is open for listing. */
export interface OpenDirectory {
  /** The same for every path that leads to this directory. */
  readonly id: string;
  /** Its entries, in parts. */
  parts(): AsyncIterable<readonly Entry[]>;
  close(): void;
}

export type OpenDirectoryAt = (path: string, signal: AbortSignal) => Promise<OpenDirectory>;

export interface Walk {
  readonly openAt: OpenDirectoryAt;
  readonly signal: AbortSignal;
  /** Directories that are not entered. */
  readonly skipped: ReadonlySet<string>;
  failed(path: string, error: unknown): void;
}

interface Above {
  readonly id: string;
  readonly above: Above | undefined;
}
interface Todo {
  readonly path: string;
  readonly above: Above | undefined;
}

/** Yields the paths of the names, in parts. Whoever stops early calls `return`, which closes what is open. */
export async function* namesBelow(
  roots: readonly string[],
  walk: Walk,
): AsyncGenerator<readonly string[], void> {
  let level: readonly Todo[] = roots.map((path) => ({ path, above: undefined }));
  while (level.length > 0) {
    const next: Todo[] = [];
    for (const dir of level) {
      walk.signal.throwIfAborted();
      try {
        yield* namesIn(dir, next, walk);
      } catch (error) {
        if (walk.signal.aborted) throw error;
        walk.failed(dir.path, error);
      }
    }
    level = next;
  }
}

async function* namesIn(
  { path, above }: Todo,
  next: Todo[],
  { openAt, signal, skipped }: Walk,
): AsyncGenerator<readonly string[], void> {
  const dir = await openAt(path, signal);
  try {
    for (let each = above; each; each = each.above) if (each.id === dir.id) return;
    const inside = { id: dir.id, above };
    for await (const part of dir.parts()) {
      const found: string[] = [];
      for (const { name, kind } of part) {
        const full = joinPath(path, name);
        found.push(full);
        if (kind === 'dir' && !skipped.has(full)) next.push({ path: full, above: inside });
      }
      yield found;
    }
  } finally {
    dir.close();
  }
}

const folded = (text: string): string => text.normalize('NFC').toLowerCase();

/** Whether a path has every word of a text, and its name at least one of them; case does not matter. */
export function matcher(text: string): (path: string) => boolean {
  const words = folded(text).split(/\s+/).filter(Boolean);
  return (path) => {
    const whole = folded(path);
    const name = whole.slice(whole.lastIndexOf('/') + 1);
    return words.every((word) => whole.includes(word)) && words.some((word) => name.includes(word));
  };
}
