/** What this browser keeps: the store with its snapshots, undecided changes, and trees in databases of their own. */
import type { KeptTree, Shelf } from '../env/shelf.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import type { Timeline } from '../fs/snapshots/snapshotsfs.ts';
import type { Backend } from '../storage/backend.ts';
import { IdbBackend, type IdbOptions } from '../storage/idb.ts';
import { Journal } from '../storage/journal.ts';
import { claim, type Ownership } from '../storage/lock.ts';
import type { Snapshots } from '../storage/snapshots.ts';
import type { StoreState } from '../storage/state.ts';
import { Following } from './follow.ts';
import { isMarked, mark } from './keptmark.ts';
import type { PageEvent } from './protocol.ts';

export interface StoresHost {
  /** Nothing is kept, nor what is kept touched. */
  isFleeting(): boolean;
  /** Why nothing may be changed; undefined where it may. */
  readOnly(): string | undefined;
  /** All files may be others. */
  replaced(): void;
  emit(event: PageEvent): void;
}

const STORE = 'oanix';
const OTHER_TAB =
  'another OANIX tab has this store open: work there, or close it and take over here';

export class Stores {
  readonly #host: StoresHost;
  readonly #following = new Following();
  #store: Promise<Journal> | undefined;
  #state: StoreState | undefined;
  #ownership: Promise<Ownership> | undefined;
  #files: Promise<MemFs> | undefined;
  #snapshots: Promise<Snapshots> | undefined;
  #shelf: Promise<Shelf | undefined> | undefined;

  constructor(host: StoresHost) {
    this.#host = host;
  }

  /** The store, where it was opened or is being opened. */
  get opened(): Promise<Journal> | undefined {
    return this.#store;
  }

  /** What was changed so far, where the store is open; `strict`: it survives the power's failure. */
  async flush(strict: boolean): Promise<void> {
    const store = await this.#store;
    await (strict ? store?.sync() : store?.flush());
  }

  /** What `/dev/storage` tells; numbers are bytes. */
  async told(): Promise<object> {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    const state = this.#state;
    return {
      quota: quota ?? null,
      usage: usage ?? null,
      persisted: (await navigator.storage?.persisted?.()) ?? false,
      unsynced: state?.unsaved ?? 0,
      last_durable_write: state?.syncedAt ? new Date(state.syncedAt).toISOString() : null,
    };
  }

  /** One store for all its mounts; a failed opening is tried again by the next. */
  files(): Promise<MemFs> {
    this.#files ??= this.open()
      .then((keeper) => new MemFs({ spec: { kind: 'store' }, keeper }))
      .catch((error: unknown) => {
        this.#files = undefined;
        throw error;
      });
    return this.#files;
  }

  snapshots(): Promise<Snapshots> {
    this.#snapshots ??= this.#makeSnapshots().catch((error: unknown) => {
      this.#snapshots = undefined;
      throw error;
    });
    return this.#snapshots;
  }

  async #makeSnapshots(): Promise<Snapshots> {
    const tree = await this.files();
    const { Snapshots } = await import('../storage/snapshots.ts');
    return Snapshots.open(await this.open(), {
      replace: (records) => {
        tree.replace(records);
        this.#host.replaced();
      },
      changed: () => this.#host.emit({ type: 'snapshots' }),
      now: () => Date.now(),
    });
  }

  async timeline(): Promise<Timeline> {
    const snapshots = await this.snapshots();
    return {
      list: snapshots.list,
      rule: snapshots.rule,
      parent: snapshots.parent,
      create: (name) => snapshots.create(name),
      restore: (name, signal) => snapshots.restore(name, signal),
      remove: (name) => snapshots.remove(name),
      rename: (name, to) => snapshots.rename(name, to),
      setRule: (rule) => snapshots.setRule(rule),
      diff: (from, to) => snapshots.diff(from, to),
      tree: async (name) => new MemFs({ keeper: await snapshots.keeper(name) }),
    };
  }

  open(): Promise<Journal> {
    this.#store ??= this.#claimStore().catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  async #claimStore(): Promise<Journal> {
    // Claimed once: the lock is this worker's own also after an opening that failed.
    this.#ownership ??= claim(
      `${STORE}-store`,
      this.#host.isFleeting() ? undefined : navigator.locks,
    );
    const { owner, available } = await this.#ownership;
    if (!owner) void available.then(() => this.#host.emit({ type: 'store-free' }));
    // Asked before anything is kept by this visit.
    const marked = this.#host.isFleeting() ? Promise.resolve(false) : isMarked();
    let journal: Journal | undefined;
    const backend = await this.#backend(STORE, async (deleted) => journal?.giveWay(deleted));
    journal = await Journal.open({
      backend,
      readOnly: this.#host.readOnly() ?? (owner ? undefined : OTHER_TAB),
      changed: (state) => {
        // Told once it is there for who looks on.
        const isNew = state.state === 'saved' && state.savedAt !== this.#state?.savedAt;
        if (isNew && !this.#host.isFleeting()) {
          this.#following.tell();
          void marked.then(mark);
        }
        this.#state = state;
        this.#host.emit({ type: 'store', state });
      },
      damaged: ({ value: _, ...record }) => this.#host.emit({ type: 'damaged', record }),
      now: () => Date.now(),
    });
    if (!owner && !this.#host.readOnly()) this.#follow(journal);
    if (journal.isNew && (await marked)) {
      const reason = 'the browser no longer has the database that your files were kept in';
      this.#host.emit({
        type: 'damaged',
        record: { table: 'meta', key: 'super', name: '/home', reason, at: Date.now() },
      });
    }
    return journal;
  }

  async #backend(name: string, giveWay: IdbOptions['giveWay']): Promise<Backend> {
    if (!this.#host.isFleeting()) return IdbBackend.open({ name, giveWay });
    const { MemoryBackend } = await import('../storage/memory.ts');
    return new MemoryBackend();
  }

  /** Where undecided changes are kept; undefined in a tab that keeps nothing. */
  shelf(): Promise<Shelf | undefined> {
    this.#shelf ??= this.#makeShelf().catch(() => {
      this.#shelf = undefined;
      return undefined;
    });
    return this.#shelf;
  }

  async #makeShelf(): Promise<Shelf | undefined> {
    const kept = await this.tree('reviews');
    const { Shelf } = await import('../env/shelf.ts');
    return kept && new Shelf(kept);
  }

  /** A tree in a database of its own; undefined in a tab that keeps nothing. */
  async tree(name: string): Promise<KeptTree | undefined> {
    const store = await this.open();
    if (store.isReadOnly) return undefined;
    let journal: Journal | undefined;
    const backend = await this.#backend(`${STORE}-${name}`, async (deleted) =>
      journal?.giveWay(deleted),
    );
    const opened = await Journal.open({
      backend,
      changed: () => undefined,
      damaged: ({ value: _, ...record }) => this.#host.emit({ type: 'damaged', record }),
      now: () => Date.now(),
    });
    journal = opened;
    return {
      tree: new MemFs({ keeper: opened }),
      flush: () => opened.flush(),
      sync: () => opened.sync(),
    };
  }

  /** Another tab changes the files: they are shown here as it has flushed them. */
  #follow(journal: Journal): void {
    this.#following.listen(async () => {
      const tree = await this.files();
      tree.replace(await journal.reread(), true);
      this.#host.replaced();
    });
  }
}
