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
import { readTree } from './restore.ts';

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

export class Store implements Keeper {
  readonly restored: readonly NodeRecord[] | undefined;
  readonly #options: StoreOptions;
  #db: Database;
  #epoch = 0;
  #lastChunk: number;
  /** Ids of the chunks that the database has of each node. */
  readonly #kept = new Map<number, readonly number[]>();
  readonly #dirty = new Map<number, KeptNode>();
  #failure: FsError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #savedAt = 0;

  static async open(options: StoreOptions): Promise<Store> {
    const lost = { store: undefined as Store | undefined };
    const db = await openDatabase(options.name, () => lost.store?.reopen());
    const { nodes, aside, unused, lastChunk } = await readTree(db, options.now());
    const store = new Store(options, db, nodes, lastChunk);
    lost.store = store;
    if (options.readOnly === undefined) await store.#takeOver(aside, unused);
    for (const record of aside) options.damaged(record);
    store.#tell();
    return store;
  }

  private constructor(options: StoreOptions, db: Database, restored: NodeRecord[] | undefined, lastChunk: number) {
    this.#options = options;
    this.#db = db;
    this.restored = restored;
    this.#lastChunk = lastChunk;
    for (const { ino, chunks } of restored ?? []) {
      if (chunks) this.#kept.set(ino, chunks.map(([, id]) => id));
    }
  }

  check(change: 'more' | 'less'): void {
    const { readOnly } = this.#options;
    if (readOnly !== undefined) fail('EROFS', readOnly);
    if (this.#failure?.code === 'ESTALE') throw this.#failure;
    if (this.#failure && change === 'more') throw this.#failure;
  }

  changed(node: KeptNode): void {
    if (this.#options.readOnly !== undefined) return;
    this.#dirty.set(node.ino, node);
    this.#schedule(FLUSH_MS);
  }

  async load(chunk: Chunk): Promise<void> {
    if (chunk.bytes) return;
    const { id } = chunk;
    const bytes: unknown = await this.#db.get('chunks', id);
    if (chunk.bytes) return;
    if (!(bytes instanceof Uint8Array)) {
      if (this.#options.readOnly !== undefined) fail('ESTALE', 'the other tab has changed this file: reload to see it');
      await this.#setAside(id, bytes);
      fail('EIO', 'a part of this file is damaged in the store');
    }
    chunk.bytes = bytes as Uint8Array;
  }

  /** Rejects with what keeps the store from saving: ENOSPC, ESTALE, EIO. */
  async sync(): Promise<void> {
    if (this.#options.readOnly !== undefined) return;
    await this.#flush('strict');
  }

  /** Everything changed so far survives the death of the browser when it resolves. */
  async flush(): Promise<void> {
    if (this.#dirty.size > 0) await this.#flush('relaxed');
  }

  async namespace(): Promise<unknown> {
    return this.#db.get('meta', 'namespace');
  }

  async saveNamespace(manifest: Manifest): Promise<void> {
    if (this.#options.readOnly !== undefined) return;
    const tx = this.#db.transaction('meta', 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    void tx.objectStore('meta').put(manifest, 'namespace').catch(ignore);
    await finished;
  }

  /** The browser took the connection away: the unsaved is kept and written over a new one. */
  async reopen(): Promise<void> {
    try {
      this.#db = await openDatabase(this.#options.name, () => void this.reopen());
      this.#schedule(0);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #takeOver(aside: readonly Aside[], unused: readonly number[]): Promise<void> {
    const tx = this.#db.transaction(['meta', 'nodes', 'chunks', 'aside'], 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    const known = (await tx.objectStore('meta').get('super')) as Super | undefined;
    this.#epoch = (known?.epoch ?? 0) + 1;
    void tx.objectStore('meta').put({ format: FORMAT, epoch: this.#epoch }, 'super').catch(ignore);
    for (const record of aside) {
      void tx.objectStore('aside').add(record).catch(ignore);
      void tx.objectStore('nodes').delete(record.key).catch(ignore);
    }
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
    this.#writing = mine;
    return mine;
  }

  async #writeDirty(durability: Durability): Promise<void> {
    const taken = [...this.#dirty.values()];
    if (taken.length === 0 && durability === 'relaxed') return;
    this.#dirty.clear();
    const fresh: Chunk[] = [];
    for (const node of taken) if (node.nlink > 0) fresh.push(...this.#number(node));
    const records = taken.map((node) => (node.nlink > 0 ? node.record() : { ino: node.ino, gone: true as const }));
    const parts = fresh.map((chunk) => ({ id: chunk.id, bytes: chunk.bytes as Uint8Array, chunk }));
    try {
      for (const batch of batches(parts)) await this.#writeChunks(batch);
      await this.#writeNodes(records, durability);
      for (const { chunk, id } of parts) if (chunk.id === id) chunk.frozen = false;
      this.#failure = undefined;
      this.#savedAt = this.#options.now();
      this.#tell();
    } catch (error) {
      for (const { chunk, id } of parts) if (chunk.id === id) Object.assign(chunk, { id: 0, frozen: false });
      for (const node of taken) if (!this.#dirty.has(node.ino)) this.#dirty.set(node.ino, node);
      throw this.#failed(error);
    }
  }

  /** Gives each changed chunk of a file a number, and freezes it until it is stored. */
  #number(node: KeptNode): Chunk[] {
    const fresh: Chunk[] = [];
    for (const chunk of node.content?.chunks.values() ?? []) {
      if (chunk.id !== 0 || !chunk.bytes) continue;
      chunk.id = ++this.#lastChunk;
      chunk.frozen = true;
      fresh.push(chunk);
    }
    return fresh;
  }

  async #writeChunks(parts: readonly { id: number; bytes: Uint8Array }[]): Promise<void> {
    const tx = this.#db.transaction('chunks', 'readwrite', { durability: 'relaxed' });
    const finished = settled(tx.done);
    for (const { id, bytes } of parts) {
      // A view would be stored with all of the memory behind it.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      void tx.store.put(own, id).catch(ignore);
    }
    tx.commit();
    await finished;
  }

  async #writeNodes(records: readonly (NodeRecord | { ino: number; gone: true })[], durability: Durability): Promise<void> {
    const tx = this.#db.transaction(['meta', 'nodes', 'chunks'], 'readwrite', { durability });
    const finished = settled(tx.done);
    await this.#checkEpoch(tx.objectStore('meta'), tx);
    for (const record of records) {
      const ids = 'gone' in record ? [] : (record.chunks ?? []).map(([, id]) => id);
      const still = new Set(ids);
      for (const id of this.#kept.get(record.ino) ?? []) {
        if (!still.has(id)) void tx.objectStore('chunks').delete(id).catch(ignore);
      }
      if ('gone' in record) void tx.objectStore('nodes').delete(record.ino).catch(ignore);
      else void tx.objectStore('nodes').put(record, record.ino).catch(ignore);
    }
    // A sync must end in a transaction that writes, also when everything went out before it.
    void tx.objectStore('meta').put({ format: FORMAT, epoch: this.#epoch }, 'super').catch(ignore);
    tx.commit();
    await finished;
    for (const record of records) {
      if ('gone' in record) this.#kept.delete(record.ino);
      else if (record.chunks) this.#kept.set(record.ino, record.chunks.map(([, id]) => id));
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
    const aside: Aside = {
      store: 'chunks',
      key: id,
      name: `part ${id}`,
      reason: value === undefined ? 'it is missing' : 'it is not bytes',
      value,
      at: this.#options.now(),
    };
    await this.#db.add('aside', aside);
    this.#options.damaged(aside);
  }

  /** What went wrong, as the writer will see it; tried again later unless the store is another's. */
  #failed(error: unknown): FsError {
    const failure = explain(error);
    this.#failure = failure;
    this.#tell();
    if (failure.code !== 'ESTALE') this.#schedule(RETRY_MS);
    return failure;
  }

  #tell(state?: 'saving'): void {
    const { readOnly, changed } = this.#options;
    const unsaved = [...this.#dirty.values()].reduce((sum, { content }) => sum + (content ? unstored(content.chunks.values()) : 0), 0);
    const common = { unsaved, savedAt: this.#savedAt };
    if (readOnly !== undefined) changed({ ...common, state: 'read-only', reason: readOnly });
    else if (this.#failure) changed({ ...common, state: 'failed', reason: this.#failure.message });
    else changed({ ...common, state: state ?? (this.#dirty.size > 0 ? 'saving' : 'saved') });
  }
}

function unstored(chunks: Iterable<Chunk>): number {
  let bytes = 0;
  for (const chunk of chunks) if (chunk.id === 0) bytes += chunk.bytes?.length ?? 0;
  return bytes;
}

function explain(error: unknown): FsError {
  if (error instanceof FsError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') {
    return new FsError('ENOSPC', { op: 'save', reason: 'the browser has no room left for this page: remove files, or free disk space', cause: error });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new FsError('EIO', { op: 'save', reason: `the browser did not store the data (${why}): it is kept in memory and tried again`, cause: error });
}

function* batches(parts: readonly { id: number; bytes: Uint8Array; chunk: Chunk }[]): Generator<{ id: number; bytes: Uint8Array }[]> {
  let batch: { id: number; bytes: Uint8Array }[] = [];
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
