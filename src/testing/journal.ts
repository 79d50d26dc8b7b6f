/** A tree kept in the browser's IndexedDB, for tests: opened by name, as often as one likes. */
import { MemFs } from '../fs/mem/memfs.ts';
import { IdbBackend } from '../storage/idb.ts';
import { Journal, type JournalOptions } from '../storage/journal.ts';
import type { StoreState } from '../storage/state.ts';

let count = 0;
export const fresh = (): string => `test-${Date.now()}-${++count}`;

export interface Opened {
  readonly fs: MemFs;
  readonly store: Journal;
  readonly backend: IdbBackend;
  readonly states: StoreState[];
  readonly damaged: string[];
}

export async function boot(name: string, options: Partial<JournalOptions> = {}): Promise<Opened> {
  const states: StoreState[] = [];
  const damaged: string[] = [];
  let journal: Journal | undefined;
  const backend = await IdbBackend.open({
    name,
    giveWay: async (deleted) => journal?.giveWay(deleted),
  });
  const store = await Journal.open({
    backend,
    changed: (state) => states.push(state),
    damaged: ({ name: what, reason }) => damaged.push(`${what}: ${reason}`),
    now: () => Date.now(),
    ...options,
  });
  journal = store;
  return {
    fs: new MemFs({ spec: { kind: 'store' }, keeper: store }),
    store,
    backend,
    states,
    damaged,
  };
}
