/**
 * The keeper of a tree: a log of changes over a checkpoint, and segments of content. Changes are gathered
 * for some tens of milliseconds and written in order, a flush in one transaction, so that after any crash
 * the backend holds the tree as it was at one moment. Much content goes ahead in transactions of its own,
 * which nothing refers to until the last.
 *
 * Three promises: a write is in memory; a flush survives the browser's death; `sync` is a strict
 * transaction and survives a power cut.
 */
import type { Chunk, Extent } from '../kernel/content.ts';
import { FsError, fail } from '../kernel/errors.ts';
import type { Keeper, KeptNode, NodeRecord } from '../kernel/keeper.ts';
import type { Manifest } from '../kernel/manifest.ts';
import { type Backend, type Durability, FORMAT, type Super, type Write } from './backend.ts';
import { checksum, type Sum } from './bytes.ts';
import { Damage } from './damage.ts';
import { type Checkpoint, Log } from './log.ts';
import { type Dirty, Nodes, type Places, placesOf, unstored } from './nodes.ts';
import {
  BATCH_BYTES,
  inBatches,
  pack,
  type Segment,
  segmentWrites,
  settle,
  takeBack,
} from './pack.ts';
import { type Aside, type Recovered, recover } from './recover.ts';
import { Resident } from './resident.ts';
import { Space } from './space.ts';
import type { StoreState } from './state.ts';

export interface JournalOptions {
  readonly backend: Backend;
  /** Another tab owns it: it is shown as it last was, and nothing is written. */
  readonly readOnly?: string | undefined;
  changed(state: StoreState): void;
  damaged(aside: Aside): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** Content kept in memory that is stored too; the default is 256 MiB. */
  readonly residentBytes?: number;
  /** A checkpoint is written after so many changes, where they are not small beside it; the default is 64. */
  readonly checkpointAfter?: number;
  /** Garbage that is left alone, and live content that is moved at once to be rid of more; the default is 4 MiB. */
  readonly garbageBytes?: number;
  /** Content in one transaction; more of it goes ahead. The default is 8 MiB. */
  readonly batchBytes?: number;
}

const FLUSH_MS = 50;
/** After a failure the next try waits this long. */
const RETRY_MS = 2_000;
/** What is dead is deleted when nothing else was written for so long. */
const TIDY_MS = 1_000;
const CHECKPOINT_AFTER = 64;
const GARBAGE_BYTES = 4 * 1024 * 1024;

/** A flush under way: what it took, as bytes, and what must be put back if it fails. */
interface Taken {
  readonly dirty: ReadonlyMap<number, Dirty>;
  readonly segments: readonly Segment[];
  readonly writes: readonly Write[];
  readonly places: Places;
  readonly dead: readonly number[];
  readonly checkpoint: Checkpoint | undefined;
  readonly replacing: boolean;
  readonly logBytes: number;
}

/** The tree in the moment of a flush. */
export interface Captured {
  /** All of it, as a value. */
  tree(): Uint8Array;
  /** The segments that hold its contents. */
  readonly segs: readonly number[];
  readonly files: number;
  readonly bytes: number;
}

/** What else a flush writes of the tree as it is then. */
export type Also = (captured: Captured) => readonly Write[];

export class Journal implements Keeper {
  readonly restored: readonly NodeRecord[] | undefined;
  readonly space = new Space();
  readonly backend: Backend;
  readonly #options: JournalOptions;
  #readOnly: string | undefined;
  readonly #epoch: number;
  readonly #sum: Sum;
  readonly #resident: Resident;
  readonly #nodes: Nodes;
  readonly #log: Log;
  /** The tree is here: before that nothing may be written of it. */
  #attached = false;
  /** The next flush writes the whole tree: it was replaced, or is not what the backend says. */
  #replacing = false;
  readonly #damage: Damage;
  #failure: FsError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The timer only deletes what is dead. */
  #tidying = false;
  #writing: Promise<void> = Promise.resolve();
  #inFlight = 0;
  #savedAt = 0;
  #syncedAt = 0;

  static async open(options: JournalOptions): Promise<Journal> {
    const { backend } = options;
    const sum = await checksum();
    // First the epoch: whoever owned the journal before can write nothing after it was read.
    const claimed = await claim(options);
    const tree = await recover(backend, claimed.known, sum, options.now());
    const journal = new Journal(options, claimed, tree, sum);
    for (const each of tree.aside) options.damaged(each);
    const snapshots = (await backend.all('snap')) as [number, { segs: readonly number[] }][];
    for (const [, { segs }] of snapshots) journal.space.pin(segs);
    journal.space.sweep();
    if (journal.#readOnly === undefined) await journal.#settle(tree).catch(ignore);
    journal.#tell();
    return journal;
  }

  private constructor(options: JournalOptions, claimed: Claimed, tree: Recovered, sum: Sum) {
    this.#options = options;
    this.backend = options.backend;
    this.#readOnly = claimed.reason;
    this.#epoch = claimed.known.epoch;
    this.#sum = sum;
    this.#damage = new Damage({
      backend: this.backend,
      epoch: claimed.reason === undefined ? claimed.known.epoch : undefined,
      tell: options.damaged,
      now: options.now,
    });
    this.#resident = new Resident(options.residentBytes ?? 256 * 1024 * 1024);
    this.restored = tree.nodes;
    this.#replacing = tree.repaired;
    for (const [seg, size] of tree.segs) this.space.add(seg, size);
    this.#nodes = new Nodes(tree.nodes ?? [], tree.nextIno, this.space);
    this.#log = new Log(tree, {
      checkpointAfter: options.checkpointAfter ?? CHECKPOINT_AFTER,
      nodes: this.#nodes,
      space: this.space,
      sum,
      now: options.now,
    });
  }

  /** Nothing was ever kept here, and this tab may begin. */
  get isNew(): boolean {
    return this.restored === undefined && this.#readOnly === undefined;
  }

  /** Nothing is written: another tab owns it, or it must not be changed. */
  get isReadOnly(): boolean {
    return this.#readOnly !== undefined;
  }

  /** Counts what is changed: the same number, the same tree. */
  get changes(): number {
    return this.#nodes.changes;
  }

  attach(nodes: Iterable<KeptNode>): void {
    const first = !this.#attached;
    this.#attached = true;
    if (first) this.#nodes.attach(nodes);
    else if (this.#readOnly === undefined) this.#replacing = true;
    if (!first) this.#nodes.replace(nodes);
    // What restoring had to mend is written as it is now.
    if (this.#replacing && this.#readOnly === undefined) this.#schedule(0);
  }

  check(change: 'more' | 'less'): void {
    if (this.#readOnly !== undefined) fail('EROFS', this.#readOnly);
    if (this.#failure?.code === 'ESTALE') throw this.#failure;
    if (this.#failure && change === 'more') throw this.#failure;
  }

  changed(node: KeptNode, name?: string): void {
    if (this.#readOnly !== undefined) return;
    if (this.#nodes.changed(node, name)) this.#schedule(FLUSH_MS);
  }

  /** EIO where what is kept is not what was written, ESTALE where the owner has changed it since. */
  async load(chunk: Chunk): Promise<void> {
    const { bytes, place } = chunk;
    if (bytes || !place) return;
    const read = await this.#resident.range(place, (seg) => this.backend.get('seg', seg));
    // Written over meanwhile.
    if (chunk.bytes || chunk.place !== place) return;
    if (!read || this.#sum(read) !== place.sum) {
      if (this.#readOnly !== undefined)
        fail('ESTALE', 'the other tab has changed this file: reload to see it');
      await this.#damage.segment(place.seg, read);
      fail('EIO', 'a part of this file is damaged in the store');
    }
    chunk.bytes = read;
    chunk.lent = true;
    this.#resident.note(chunk);
  }

  /** Rejects with what keeps the journal from saving: ENOSPC, ESTALE, EIO. */
  async sync(): Promise<void> {
    if (this.#readOnly === undefined) await this.#flush('strict');
  }

  /** Everything changed so far survives the death of the browser when it resolves. */
  async flush(): Promise<void> {
    await (this.#nodes.isDirty ? this.#flush('relaxed') : this.#writing);
  }

  /** Flushes, and writes what `also` makes of the tree as it is in that moment, in the same transaction. */
  async capture(also: Also): Promise<void> {
    if (this.#readOnly !== undefined) fail('EROFS', this.#readOnly);
    if (!this.#attached) fail('EIO', 'the tree is not there yet');
    await this.#flush('relaxed', also);
  }

  /** Writes beside the tree, as its owner. */
  async write(writes: readonly Write[]): Promise<void> {
    if (this.#readOnly !== undefined) fail('EROFS', this.#readOnly);
    await this.backend.commit(writes, this.#epoch, 'relaxed');
    this.tidy();
  }

  /** The tree as it is now; what is not flushed yet has no place. */
  records(): NodeRecord[] {
    return this.#nodes.records();
  }

  /** The tree as its owner has flushed it by now, for one who only looks on. */
  async reread(): Promise<readonly NodeRecord[]> {
    const known = (await this.backend.get('meta', 'super')) as Super | undefined;
    if (!known) return [];
    return (await recover(this.backend, known, this.#sum, this.#options.now())).nodes ?? [];
  }

  /** Whether two extents hold the same bytes. */
  async sameBytes(a: Extent, b: Extent): Promise<boolean> {
    const read = (seg: number): Promise<unknown> => this.backend.get('seg', seg);
    const [one, other] = [await this.#resident.range(a, read), await this.#resident.range(b, read)];
    return one !== undefined && other !== undefined && isEqual(one, other);
  }

  /** What is dead is deleted soon. */
  tidy(): void {
    if (this.space.hasDead) this.#schedule(TIDY_MS);
  }

  namespace(): Promise<unknown> {
    return this.backend.get('meta', 'namespace');
  }

  async saveNamespace(manifest: Manifest): Promise<void> {
    if (this.#readOnly !== undefined) return;
    await this.write([{ table: 'meta', key: 'namespace', value: manifest }]);
  }

  /** A saved namespace that cannot be read is kept, named, and out of the way. */
  async setNamespaceAside(value: unknown, reason: string): Promise<void> {
    const name = 'the saved mounts';
    const at = this.#options.now();
    await this.#damage.keep([{ table: 'meta', key: 'namespace', name, reason, value, at }]);
  }

  /** Another tab with a newer page takes the store: save, and write nothing after. What is deleted is not saved to. */
  async giveWay(deleted?: FsError): Promise<void> {
    if (deleted) {
      if (this.#readOnly !== undefined) this.#readOnly = sentenceOf(deleted);
      this.#failed(deleted);
      return;
    }
    await this.flush().catch(ignore);
    this.#failed(
      new FsError('ESTALE', {
        reason: 'a newer version of this page runs in another tab: reload this one',
      }),
    );
  }

  /** Damaged records are kept aside; the tree as it was mended is written when it is attached. */
  async #settle({ aside }: Recovered): Promise<void> {
    if (aside.length > 0) await this.#damage.store(aside);
    this.tidy();
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined) {
      if (ms >= TIDY_MS || !this.#tidying) return;
      clearTimeout(this.#timer);
    }
    this.#tidying = ms >= TIDY_MS && !this.#failure;
    if (!this.#tidying) this.#tell('saving');
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush('relaxed').catch(ignore);
    }, ms);
  }

  /** One flush after the other; a failed one leaves what it held dirty. */
  #flush(durability: Durability, also?: Also): Promise<void> {
    const mine = this.#writing.catch(ignore).then(() => this.#writeDirty(durability, also));
    mine.catch(ignore);
    this.#writing = mine;
    return mine;
  }

  async #writeDirty(durability: Durability, also?: Also): Promise<void> {
    if (this.#failure?.code === 'ESTALE') throw this.#failure;
    const replacing = this.#replacing && this.#attached;
    const nothing = !this.#nodes.isDirty && !replacing && !also && !this.#failure;
    if (nothing && durability === 'relaxed' && !this.space.hasDead) return;
    if (this.#failure?.code === 'ENOSPC') await this.#makeRoom().catch(ignore);
    const taken = this.#take(also);
    const ahead: number[] = [];
    try {
      this.#inFlight = taken.segments.reduce((sum, { size }) => sum + size, 0);
      this.#tell('saving');
      const [last, batches] = inBatches(taken.segments, this.#options.batchBytes ?? BATCH_BYTES);
      for (const batch of batches) {
        await this.backend.commit(segmentWrites(batch), this.#epoch, 'relaxed');
        for (const { seg } of batch) ahead.push(seg);
      }
      const writes = [...segmentWrites(last), ...taken.writes];
      await this.backend.commit(writes, this.#epoch, durability);
      this.#stored(taken, durability);
    } catch (error) {
      this.#notStored(taken, ahead);
      throw this.#failed(error);
    } finally {
      this.#inFlight = 0;
      this.#tell();
    }
    this.tidy();
  }

  /** Everything that changed, as bytes of this moment: nothing waits in here. */
  #take(also?: Also): Taken {
    const replacing = this.#replacing && this.#attached;
    if (replacing) this.#replacing = false;
    const dirty = this.#nodes.take();
    const nodes = replacing ? this.#nodes.all() : [...dirty.values()].map(({ node }) => node);
    const chunks = nodes.filter(({ nlink }) => nlink > 0).flatMap(unstored);
    const segments = pack(chunks, () => this.#log.nextSegment(), this.#sum);
    for (const { seg, size } of segments) this.space.add(seg, size);
    const writes: Write[] = [];
    let logBytes = 0;
    if (nodes.length > 0) {
      const change = this.#log.add(replacing ? 'tree' : dirty.values(), segments);
      logBytes = change.value.length;
      writes.push(change);
      this.#log.note(change);
    }
    const due = this.#attached && (replacing || this.#log.isCheckpointDue(logBytes));
    const checkpoint = due ? this.#log.addCheckpoint(writes) : undefined;
    if (also) writes.push(...also({ tree: () => this.#log.tree(), ...this.#nodes.measure(nodes) }));
    writes.push(this.#super(checkpoint));
    const dead = this.space.takeDead();
    for (const seg of dead) writes.push({ table: 'seg', key: seg });
    const places = new Map(nodes.map((node) => [node, placesOf(node)] as const));
    return { dirty, segments, writes, places, dead, checkpoint, replacing, logBytes };
  }

  /** A sync must end in a transaction that writes, also when everything went out before it. */
  #super(checkpoint = this.#log.checkpoint): Write {
    const known: Super = { format: FORMAT, epoch: this.#epoch };
    return { table: 'meta', key: 'super', value: checkpoint ? { ...known, checkpoint } : known };
  }

  #stored({ segments, places, checkpoint, logBytes }: Taken, durability: Durability): void {
    settle(segments);
    for (const { parts } of segments) for (const { chunk } of parts) this.#resident.note(chunk);
    this.#nodes.account(places);
    this.#log.stored(logBytes, checkpoint);
    this.#failure = undefined;
    this.#savedAt = this.#options.now();
    if (durability === 'strict') this.#syncedAt = this.#savedAt;
    this.#compact();
  }

  #notStored({ dirty, segments, dead, replacing }: Taken, ahead: readonly number[]): void {
    takeBack(segments);
    this.#nodes.putBack(dirty.values());
    this.#replacing ||= replacing;
    for (const { seg } of segments) this.space.forget(seg);
    this.space.giveBack([...dead, ...ahead]);
  }

  /**
   * With no room left, what was removed must reach the backend before what is new: files that are gone or smaller are
   * written, and then what is dead is deleted, unless what the backend has still needs it.
   */
  async #makeRoom(): Promise<void> {
    // A whole tree goes out whole; and where nothing can be freed, the backend is not read.
    if (this.#replacing || !(this.space.hasDead || this.#nodes.mayShrink)) return;
    const stored = await this.reread();
    const ready = this.#nodes.takeShrinking(stored);
    if (ready.length > 0) {
      const change = this.#log.add(ready, []);
      const places = new Map(ready.map(({ node }) => [node, placesOf(node)] as const));
      try {
        await this.backend.commit([change], this.#epoch, 'relaxed');
      } catch (error) {
        this.#nodes.putBack(ready);
        throw error;
      }
      this.#log.note(change);
      this.#nodes.account(places);
    }
    const written = new Set(ready.map(({ node }) => node.ino));
    const needed = new Set(
      stored
        .filter(({ ino }) => !written.has(ino))
        .flatMap(({ chunks }) => (chunks ?? []).map(([, { seg }]) => seg)),
    );
    const dead = this.space.takeDead();
    // A commit that was reported as failed may have happened: its contents are needed until the next one.
    this.space.giveBack(dead.filter((seg) => needed.has(seg)));
    const free = dead.filter((seg) => !needed.has(seg));
    try {
      const writes = free.map((seg): Write => ({ table: 'seg', key: seg }));
      await this.backend.commit(writes, this.#epoch, 'relaxed');
    } catch (error) {
      this.space.giveBack(free);
      throw error;
    }
  }

  /** Moves what lives in mostly dead segments into new ones, a little with each flush. */
  #compact(): void {
    const { bytes, live } = this.space.total;
    const limit = this.#options.garbageBytes ?? GARBAGE_BYTES;
    if (bytes - live < Math.max(limit, live / 2)) return;
    const sparse = this.space.sparse(limit);
    if (sparse.size === 0) return;
    for (const node of this.#nodes.within(sparse)) void this.#move(node, sparse);
  }

  /** Loaded first: until the node is marked changed, a tree that is written meanwhile needs its places. */
  async #move(node: KeptNode, sparse: ReadonlySet<number>): Promise<void> {
    const isIn = ({ place }: Chunk): boolean => place !== undefined && sparse.has(place.seg);
    const chunks = [...(node.content?.chunks.values() ?? [])].filter(isIn);
    await Promise.all(chunks.map((chunk) => this.load(chunk).catch(ignore)));
    if (node.nlink === 0) return;
    for (const chunk of chunks) if (chunk.bytes && isIn(chunk)) chunk.place = undefined;
    this.changed(node);
  }

  /** What went wrong, as the writer will see it; tried again later unless the store is another's. */
  #failed(error: unknown): FsError {
    const failure =
      error instanceof FsError ? error : new FsError('EIO', { op: 'save', cause: error });
    this.#failure = failure;
    this.#tell();
    if (failure.code !== 'ESTALE') this.#schedule(RETRY_MS);
    return failure;
  }

  #tell(state?: 'saving'): void {
    const unsaved = this.#inFlight + this.#nodes.unsaved;
    const common = { unsaved, savedAt: this.#savedAt, syncedAt: this.#syncedAt };
    const { changed } = this.#options;
    if (this.#readOnly !== undefined)
      changed({ ...common, state: 'read-only', reason: this.#readOnly });
    else if (this.#failure)
      changed({ ...common, state: 'failed', reason: sentenceOf(this.#failure) });
    else changed({ ...common, state: state ?? (this.#nodes.isDirty ? 'saving' : 'saved') });
  }
}

interface Claimed {
  readonly known: Super;
  /** Why nothing may be written. */
  readonly reason?: string;
}

/** Makes this tab the owner; a store that cannot even take this is shown read-only, with the reason. */
async function claim({ backend, readOnly }: JournalOptions): Promise<Claimed> {
  const asItIs = async (reason: string): Promise<Claimed> => {
    const known = (await backend.get('meta', 'super')) as Super | undefined;
    return { known: known ?? { format: FORMAT, epoch: 0 }, reason };
  };
  if (readOnly !== undefined) return asItIs(readOnly);
  try {
    return { known: await backend.claim() };
  } catch (error) {
    return asItIs(error instanceof Error ? error.message : String(error));
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** For people: the reason without the code, where there is one. */
const sentenceOf = ({ reason, message }: FsError): string => reason ?? message;

const ignore = (): void => undefined;
