/** Trees kept in SQLite files, by their paths: the same journal that the page keeps in IndexedDB. */
import { MemFs } from '../fs/mem/memfs.ts';
import { Journal } from '../storage/journal.ts';

interface Opened {
  readonly tree: MemFs;
  readonly journal: Journal;
}

const opened = new Map<string, Opened>();

export const storeAt = (path: string): MemFs | undefined => opened.get(path)?.tree;

/** EBUSY while another process has it, EIO where the file is no store. What is damaged is told on stderr. */
export async function openStore(path: string): Promise<void> {
  if (opened.has(path)) return;
  // Loaded by who needs it alone.
  const { SqliteBackend } = await import('../storage/sqlite.ts');
  const backend = await SqliteBackend.open(path);
  const journal = await Journal.open({
    backend,
    changed: () => undefined,
    damaged: ({ name, reason }) => process.stderr.write(`oanix: ${path}: ${name}: ${reason}\n`),
    now: () => Date.now(),
  }).catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  const tree = new MemFs({ spec: { kind: 'store', options: { path } }, keeper: journal });
  opened.set(path, { tree, journal });
}

/** Everything is on disk when it resolves. One store that cannot be saved keeps no other from it; its error is thrown. */
export async function closeStores(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  const closed = all.map(async ({ journal }) => {
    try {
      await journal.sync();
    } finally {
      await journal.backend.close();
    }
  });
  for (const outcome of await Promise.allSettled(closed))
    if (outcome.status === 'rejected') throw outcome.reason;
}
