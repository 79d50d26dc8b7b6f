/**
 * The keeper of a tree: changes are gathered for some tens of milliseconds and written in order, so
 * that after any crash the database holds the tree as it was at one moment. Contents go first, in
 * bounded transactions that nothing refers to yet; the records of the nodes follow in one.
 *
 * Three promises: a write is in memory; a flush survives the browser's death; `sync` is a strict
 * transaction and survives a power cut.
 */
import type { Chunk } from '../kernel/content.ts';
import { FsError, fail } from '../kernel/errors.ts';
import type { Keeper, KeptNode, NodeRecord } from '../kernel/keeper.ts';
import type { Manifest } from '../kernel/manifest.ts';
import { type Aside, type Database, FORMAT, openDatabase, type Super } from './database.ts';
import { type Restored, readTree } from './restore.ts';

export interface StoreState {
  readonly state: 'saved' | 'saving' | 'failed' | 'read-only';
  /** Bytes of content not yet flushed. */
  readonly unsaved: number;
  /** Milliseconds since 1970; 0 before the first. */
  readonly savedAt: number;
  readonly reason?: string;
}

export interface StoreOptions {
  readonly name: string;
  /** Another tab owns the store: it is shown as it last was, and nothing is written. */
  readonly readOnly?: string | undefined;
  changed(state: StoreState): void;
  damaged(aside: Aside): void;
  /** Milliseconds since 1970. */
  now(): number;
}

const FLUSH_MS = 50;
/** After a failure the next try waits this long. */
const RETRY_MS = 2_000;
/** Content in one transaction. */
const BATCH_BYTES = 8 * 1024 * 1024;

type Durability = 'relaxed' | 'strict';

/** A node's record, or that it is to be forgotten; `keep` are chunks that an open handle still needs. */
type Entry =
  | NodeRecord
  | { readonly ino: number; readonly gone: true; readonly keep: readonly number[] };

export class Store implements Keeper {
  readonly restored: readonly NodeRecord[] | undefined;
  readonly #options: StoreOptions;
  readonly #readOnly: string | undefined;
  readonly #epoch: number;
  #db: Database;
  #lost = false;
  #lastChunk: number;
  /** Ids of the chunks that the database has of each node. */
  readonly #kept = new Map<number, readonly number[]>();
  readonly #dirty = new Map<number, KeptNode>();
  /** Chunks known to be damaged: each is told once. */
  readonly #told = new Set<number>();
  #failure: FsError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #inFlight = 0;
  #savedAt = 0;

  static async open(options: StoreOptions): Promise<Store> {
    let store: Store | undefined;
    const db = await openDatabase(options.name, {
      lost: () => store?.connectionLost(),
      giveWay: async () => store?.giveWay(),
    });
    // First the epoch: whoever owned the store before can write nothing after it was read.
    const claimed =
      options.readOnly === undefined ? await raiseEpoch(db) : { reason: options.readOnly };
    const tree = await readTree(db, options.now());
    store = new Store(options, db, tree, claimed);
    if (store.#readOnly === undefined) await store.#settle(tree).catch(ignore);
    for (const record of tree.aside) options.damaged(record);
    store.#tell();
    return store;
  }

  private constructor(options: StoreOptions, db: Database, tree: Restored, claimed: Claimed) {
    this.#options = options;
    this.#db = db;
    this.#readOnly = 'reason' in claimed ? claimed.reason : undefined;
    this.#epoch = 'reason' in claimed ? 0 : claimed.epoch;
    this.restored = tree.nodes;
    this.#lastChunk = Math.max(tree.lastChunk, 'reason' in claimed ? 0 : claimed.lastChunk);
    for (const { ino, chunks } of tree.nodes ?? []) {
      if (chunks)
        this.#kept.set(
          ino,
          chunks.map(([, id]) => id),
        );
    }
  }

  /** Nothing was ever kept here, and this tab may begin. */
  get isNew(): boolean {
    return this.restored === undefined && this.#readOnly === undefined;
  }

  check(change: 'more' | 'less'): void {
    if (this.#readOnly !== undefined) fail('EROFS', this.#readOnly);
    if (this.#failure?.code === 'ESTALE') throw this.#failure;
    if (this.#failure && change === 'more') throw this.#failure;
  }

  changed(node: KeptNode): void {
    if (this.#readOnly !== undefined) return;
    this.#dirty.set(node.ino, node);
    this.#schedule(FLUSH_MS);
  }

  async load(chunk: Chunk): Promise<void> {
    if (chunk.bytes) return;
    const { id } = chunk;
    const bytes: unknown = await this.#readChunk(id);
    if (chunk.bytes) return;
    if (!(bytes instanceof Uint8Array)) {
      if (this.#readOnly !== undefined)
        fail('ESTALE', 'the other tab has changed this file: reload to see it');
      await this.#setAside(id, bytes);
      fail('EIO', 'a part of this file is damaged in the store');
    }
    chunk.bytes = bytes as Uint8Array;
  }

  /** Rejects with what keeps the store from saving: ENOSPC, ESTALE, EIO. */
  async sync(): Promise<void> {
    if (this.#readOnly === undefined) await this.#flush('strict');
  }

  /** Everything changed so far survives the death of the browser when it resolves. */
  async flush(): Promise<void> {
    await (this.#dirty.size > 0 ? this.#flush('relaxed') : this.#writing);
  }

  namespace(): Promise<unknown> {
    return this.#db.get('meta', 'namespace');
  }

  async saveNamespace(manifest: Manifest): Promise<void> {
    if (this.#readOnly !== undefined) return;
    const tx = this.#db.transaction('meta', 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    void tx.objectStore('meta').put(manifest, 'namespace').catch(ignore);
    await finished;
  }

  /** A saved namespace that cannot be read is kept, named, and out of the way. */
  async setNamespaceAside(value: unknown, reason: string): Promise<void> {
    const aside: Aside = {
      store: 'meta',
      key: 0,
      name: 'the saved mounts',
      reason,
      value,
      at: this.#options.now(),
    };
    if (this.#readOnly === undefined) await this.#db.add('aside', aside).catch(ignore);
    this.#options.damaged(aside);
  }

  /** The browser took the connection away: the unsaved is kept and written over a new one. */
  connectionLost(): void {
    this.#lost = true;
    this.#schedule(0);
  }

  /** Another tab with a newer page takes the store: save, and write nothing after. */
  async giveWay(): Promise<void> {
    await this.flush().catch(ignore);
    this.#failed(
      new FsError('ESTALE', {
        reason: 'a newer version of this page runs in another tab: reload this one',
      }),
    );
  }

  async #reconnect(): Promise<void> {
    this.#db = await openDatabase(this.#options.name, {
      lost: () => this.connectionLost(),
      giveWay: () => this.giveWay(),
    });
    this.#lost = false;
  }

  async #readChunk(id: number): Promise<unknown> {
    try {
      return await this.#db.get('chunks', id);
    } catch (error) {
      if (!isLost(error)) throw explain(error);
      await this.#reconnect();
      return this.#db.get('chunks', id);
    }
  }

  /** Writes what restoring found: damaged records go aside, what led to them is put right, leftovers go. */
  async #settle({ aside, repaired, unused }: Restored): Promise<void> {
    if (aside.length === 0 && repaired.length === 0 && unused.length === 0) return;
    const tx = this.#db.transaction(['meta', 'nodes', 'chunks', 'aside'], 'readwrite', {
      durability: 'relaxed',
    });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    for (const record of aside) {
      void tx.objectStore('aside').add(record).catch(ignore);
      void tx.objectStore('nodes').delete(record.key).catch(ignore);
    }
    for (const node of repaired) void tx.objectStore('nodes').put(node, node.ino).catch(ignore);
    for (const id of unused) void tx.objectStore('chunks').delete(id).catch(ignore);
    await finished;
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#tell('saving');
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush('relaxed').catch(ignore);
    }, ms);
  }

  /** One flush after the other; a failed one leaves what it held dirty. */
  #flush(durability: Durability): Promise<void> {
    const mine = this.#writing.catch(ignore).then(() => this.#writeDirty(durability));
    mine.catch(ignore);
    this.#writing = mine;
    return mine;
  }

  async #writeDirty(durability: Durability): Promise<void> {
    if (this.#dirty.size === 0 && durability === 'relaxed' && !this.#lost && !this.#failure) return;
    if (this.#failure?.code === 'ESTALE') throw this.#failure;
    const taken = [...this.#dirty.values()];
    const parts: Part[] = [];
    const stored: number[] = [];
    try {
      if (this.#lost) await this.#reconnect();
      if (this.#failure?.code === 'ENOSPC') await this.#makeRoom(taken).catch(ignore);
      for (const node of taken) this.#dirty.delete(node.ino);
      parts.push(...taken.filter(({ nlink }) => nlink > 0).flatMap((node) => this.#number(node)));
      const entries = taken.map(entryOf);
      this.#inFlight = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
      this.#tell('saving');
      for (const batch of batches(parts)) {
        await this.#writeChunks(batch);
        stored.push(...batch.map(({ id }) => id));
      }
      await this.#writeNodes(entries, durability);
      for (const { chunk, id } of parts) if (chunk.id === id) chunk.frozen = false;
      this.#failure = undefined;
      this.#savedAt = this.#options.now();
    } catch (error) {
      for (const { chunk, id } of parts)
        if (chunk.id === id) Object.assign(chunk, { id: 0, frozen: false });
      for (const node of taken) if (!this.#dirty.has(node.ino)) this.#dirty.set(node.ino, node);
      await this.#forget(stored).catch(ignore);
      throw this.#failed(error);
    } finally {
      this.#inFlight = 0;
      this.#tell();
    }
  }

  /**
   * With no room left, what was removed must reach the database before what is new: everything but
   * files with unsaved content is written, and names of files that are not there yet lead nowhere
   * until they are.
   */
  async #makeRoom(taken: readonly KeptNode[]): Promise<void> {
    const ready = taken.filter(
      ({ nlink, content }) => nlink === 0 || !content || unstored(content.chunks.values()) === 0,
    );
    await this.#writeNodes(ready.map(entryOf), 'relaxed');
  }

  /** Gives each changed chunk of a file a number, and freezes it until it is stored. */
  #number(node: KeptNode): Part[] {
    const fresh: Part[] = [];
    for (const chunk of node.content?.chunks.values() ?? []) {
      if (chunk.id !== 0 || !chunk.bytes) continue;
      chunk.id = ++this.#lastChunk;
      chunk.frozen = true;
      fresh.push({ chunk, id: chunk.id, bytes: chunk.bytes });
    }
    return fresh;
  }

  async #writeChunks(parts: readonly Part[]): Promise<void> {
    const tx = this.#db.transaction(['meta', 'chunks'], 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    for (const { id, bytes } of parts) {
      // A view would be stored with all of the memory behind it.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      void tx.objectStore('chunks').add(own, id).catch(ignore);
    }
    tx.commit();
    await finished;
  }

  /** Chunks that were stored for a flush that then failed. */
  async #forget(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const tx = this.#db.transaction('chunks', 'readwrite', { durability: 'relaxed' });
    for (const id of ids) void tx.store.delete(id).catch(ignore);
    await tx.done;
  }

  async #writeNodes(entries: readonly Entry[], durability: Durability): Promise<void> {
    const tx = this.#db.transaction(['meta', 'nodes', 'chunks'], 'readwrite', { durability });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    for (const entry of entries) {
      const still = new Set(
        'gone' in entry ? entry.keep : (entry.chunks ?? []).map(([, id]) => id),
      );
      for (const id of this.#kept.get(entry.ino) ?? []) {
        if (!still.has(id)) void tx.objectStore('chunks').delete(id).catch(ignore);
      }
      if ('gone' in entry) void tx.objectStore('nodes').delete(entry.ino).catch(ignore);
      else void tx.objectStore('nodes').put(entry, entry.ino).catch(ignore);
    }
    // A sync must end in a transaction that writes, also when everything went out before it.
    const known: Super = { format: FORMAT, epoch: this.#epoch, lastChunk: this.#lastChunk };
    void tx.objectStore('meta').put(known, 'super').catch(ignore);
    tx.commit();
    await finished;
    for (const entry of entries) {
      if ('gone' in entry) this.#kept.delete(entry.ino);
      else if (entry.chunks)
        this.#kept.set(
          entry.ino,
          entry.chunks.map(([, id]) => id),
        );
    }
  }

  async #checkEpoch(
    meta: { get(key: 'super'): Promise<unknown> },
    tx: { abort(): void },
  ): Promise<void> {
    const known = (await meta.get('super')) as Super | undefined;
    if (known?.epoch === this.#epoch) return;
    tx.abort();
    fail('ESTALE', 'another tab has taken over this store: reload this one');
  }

  async #setAside(id: number, value: unknown): Promise<void> {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    const reason = value === undefined ? 'it is missing' : 'it is not bytes';
    const aside: Aside = {
      store: 'chunks',
      key: id,
      name: `part ${id}`,
      reason,
      value,
      at: this.#options.now(),
    };
    await this.#db.add('aside', aside).catch(ignore);
    this.#options.damaged(aside);
  }

  /** What went wrong, as the writer will see it; tried again later unless the store is another's. */
  #failed(error: unknown): FsError {
    if (isLost(error)) this.#lost = true;
    const failure = explain(error);
    this.#failure = failure;
    this.#tell();
    if (failure.code !== 'ESTALE') this.#schedule(RETRY_MS);
    return failure;
  }

  #tell(state?: 'saving'): void {
    let unsaved = this.#inFlight;
    for (const { content } of this.#dirty.values())
      unsaved += content ? unstored(content.chunks.values()) : 0;
    const common = { unsaved, savedAt: this.#savedAt };
    const { changed } = this.#options;
    if (this.#readOnly !== undefined)
      changed({ ...common, state: 'read-only', reason: this.#readOnly });
    else if (this.#failure) changed({ ...common, state: 'failed', reason: this.#failure.message });
    else changed({ ...common, state: state ?? (this.#dirty.size > 0 ? 'saving' : 'saved') });
  }
}

interface Part {
  readonly chunk: Chunk;
  readonly id: number;
  readonly bytes: Uint8Array;
}

function entryOf(node: KeptNode): Entry {
  if (node.nlink > 0) return node.record();
  const unread = [...(node.content?.chunks.values() ?? [])].filter(({ bytes }) => !bytes);
  return { ino: node.ino, gone: true, keep: unread.map(({ id }) => id) };
}

type Claimed = { readonly epoch: number; readonly lastChunk: number } | { readonly reason: string };

/** Makes this tab the owner; a store that cannot even take this is shown read-only, with the reason. */
async function raiseEpoch(db: Database): Promise<Claimed> {
  try {
    const tx = db.transaction('meta', 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    const known = (await tx.store.get('super')) as Super | undefined;
    const claimed = { epoch: (known?.epoch ?? 0) + 1, lastChunk: known?.lastChunk ?? 0 };
    void tx.store.put({ format: FORMAT, ...claimed }, 'super').catch(ignore);
    await finished;
    return claimed;
  } catch (error) {
    return { reason: explain(error).message };
  }
}

/** The connection is gone, whatever was asked of it. */
const isLost = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidStateError';

function unstored(chunks: Iterable<Chunk>): number {
  let bytes = 0;
  for (const chunk of chunks) if (chunk.id === 0) bytes += chunk.bytes?.length ?? 0;
  return bytes;
}

function explain(error: unknown): FsError {
  if (error instanceof FsError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') {
    return new FsError('ENOSPC', {
      op: 'save',
      reason: 'the browser has no room left for this page: remove files, or free disk space',
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new FsError('EIO', {
    op: 'save',
    reason: `the browser did not store the data (${why}): it is kept in memory and tried again`,
    cause: error,
  });
}

function* batches(parts: readonly Part[]): Generator<Part[]> {
  let batch: Part[] = [];
  let size = 0;
  for (const part of parts) {
    batch.push(part);
    size += part.bytes.length;
    if (size < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

/** A transaction's end, heard from its beginning: requests that fail are told by it alone. */
function settled(done: Promise<void>): Promise<void> {
  done.catch(ignore);
  return done;
}

const ignore = (): void => undefined;
