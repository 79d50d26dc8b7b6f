/** A tree that a journal keeps on a given backend, for tests. */
import { MemFs } from '../fs/mem/memfs.ts';
import type { Backend } from '../storage/backend.ts';
import { Journal, type JournalOptions } from '../storage/journal.ts';

export interface KeptTree<B extends Backend> {
  readonly fs: MemFs;
  readonly journal: Journal;
  readonly backend: B;
  /** What the journal reported as damaged, as `name: reason`. */
  readonly damaged: readonly string[];
}

export async function openTree<B extends Backend>(
  backend: B,
  options: Partial<JournalOptions> = {},
): Promise<KeptTree<B>> {
  const damaged: string[] = [];
  const journal = await Journal.open({
    backend,
    changed: () => undefined,
    damaged: ({ name, reason }) => damaged.push(`${name}: ${reason}`),
    now: () => Date.now(),
    ...options,
  });
  return { fs: new MemFs({ keeper: journal }), journal, backend, damaged };
}
