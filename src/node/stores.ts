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
  const journal = await Journal.open({
    backend: await SqliteBackend.open(path),
    changed: () => undefined,
    damaged: ({ name, reason }) => process.stderr.write(`oanix: ${path}: ${name}: ${reason}\n`),
    now: () => Date.now(),
  });
  const tree = new MemFs({ spec: { kind: 'store', options: { path } }, keeper: journal });
  opened.set(path, { tree, journal });
}

/** Everything is on disk when it resolves. */
export async function closeStores(): Promise<void> {
  for (const { journal } of opened.values()) {
    await journal.sync();
    await journal.backend.close();
  }
  opened.clear();
}
