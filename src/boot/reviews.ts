/**
 * The reviews of this kernel: one for each process that writes over copies, until everything is decided. What
 * lies over something that is kept is kept itself, on a shelf, and is back after a reload.
 */

import { unified } from '../env/diff.ts';
import type { Shelf, ShelvedLayer, ShelvedReview } from '../env/shelf.ts';
import type { Change } from '../fs/cow/changes.ts';
import { CowFs } from '../fs/cow/cowfs.ts';
import { isApplied, letGo } from '../fs/cow/decided.ts';
import { type Layer, Review } from '../fs/cow/review.ts';
import type { Reviewed } from '../fs/cow/reviewfs.ts';
import { fail } from '../kernel/errors.ts';
import type { Source } from '../kernel/mounts.ts';
import { formatPath, type Path } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import type { FileService, ServiceSpec } from '../kernel/service.ts';

export interface ReviewsHost {
  /** Tells everyone of a change in a source. */
  announce(source: Source, path: Path): void;
  /** Whether a process that lives has it mounted. */
  uses(cow: CowFs): boolean;
  /** A review has something to decide, or nothing any more; `kept` where a reload brings it back. */
  changed(pid: number, changes: number, kept: boolean): void;
  /** Before changes are kept. */
  beforeCommit(name: string): Promise<void>;
  /** Undefined where nothing can be kept. */
  shelf(): Promise<Shelf | undefined>;
  /** What the store holds survives the browser's death, or (strict) that of the machine, when it resolves. */
  flushStore(strict: boolean): Promise<void>;
  /** A number that no process has. */
  takePid(): number;
  /** What a mount of the page lies on. */
  sourceAt(at: Path, spec: ServiceSpec): Source | undefined;
  /** Milliseconds; returns the stop. */
  after(ms: number, run: () => void): () => void;
}

interface Kept extends Reviewed {
  /** On the shelf. */
  readonly id: string;
  readonly name: string;
  readonly sources: Map<CowFs, Source>;
  readonly deciding: Map<CowFs, readonly Change[]>;
  /** Something of it was kept since it was last saved. */
  wasDecided: boolean;
  /** Counts its changes, and up to which of them it is on the shelf. */
  version: number;
  shelved: number;
  /** How many there were when they were last counted. */
  changes: number;
  stopTimer: (() => void) | undefined;
  saving: Promise<void>;
}

/** What one program may change before it is reviewed. */
const QUOTA = 1 << 30;
/** Changes go to the shelf at the latest so long after they were made, and after a failure. */
const SHELVE_MS = 300;
const RETRY_MS = 3_000;
/** What is still there after a reload. */
const lasting: ReadonlySet<string> = new Set(['store', 'workspace']);

export class ReviewTable {
  readonly reviews = new Map<number, Kept>();
  /** Decided, and still on the shelf. */
  readonly #leaving = new Set<Kept>();
  /** On the shelf, over mounts that are not there. */
  #waiting: ShelvedReview[] = [];
  readonly #host: ReviewsHost;

  constructor(host: ReviewsHost) {
    this.#host = host;
  }

  /** Another overlay of a process. */
  overlay(process: Process, base: Source, at: Path): FileService {
    let kept = this.reviews.get(process.pid);
    if (!kept) {
      kept = this.#make(process.pid, nameOf(process));
      this.reviews.set(process.pid, kept);
    }
    return this.#addLayer(kept, base, at);
  }

  /** What was kept from an earlier time, where the mounts it lies over are there. */
  async restore(): Promise<void> {
    const shelf = await this.#host.shelf();
    this.#waiting = (await shelf?.load()) ?? [];
    await this.mountsChanged();
  }

  /** A mount may have come that something on the shelf waits for. */
  async mountsChanged(): Promise<void> {
    const due = this.#waiting;
    this.#waiting = [];
    for (const shelved of due) {
      // One that cannot be shown keeps no other back.
      const shown = await this.#restoreOne(shelved).catch(() => false);
      if (!shown) this.#waiting.push(shelved);
    }
  }

  /** It is in the table, and may be saved again, when all of it is here. */
  async #restoreOne({ id, name, layers }: ShelvedReview): Promise<boolean> {
    const sources = layers.map(({ at, spec }) => this.#host.sourceAt(at, spec));
    if (sources.includes(undefined)) return false;
    const kept = this.#make(this.#host.takePid(), name, id);
    for (const [i, { at, saved, deciding }] of layers.entries()) {
      const source = sources[i] as Source;
      if (deciding && (await isApplied(saved.root, deciding, source.service)))
        letGo(saved.root, deciding);
      const cow = this.#addLayer(kept, source, at);
      cow.restore(saved);
      await cow.settle();
    }
    await kept.review.changes();
    kept.shelved = kept.version;
    this.reviews.set(kept.pid, kept);
    this.#look(kept);
    return true;
  }

  /** Everything that is to be decided survives the death of the browser when it resolves; rejects where it does not. */
  async flush(): Promise<void> {
    const all = [...this.reviews.values(), ...this.#leaving];
    await Promise.all(all.map((kept) => (kept.stopTimer ? this.#shelve(kept) : kept.saving)));
    const lost = all.some((kept) => !isShelved(kept) && this.#lastingLayers(kept).length > 0);
    if (lost) fail('EIO', 'not all changes that wait for a review could be kept');
  }

  /** A process has ended: it may have been the last that changed something. */
  processEnded(): void {
    for (const kept of this.reviews.values()) {
      if (kept.stopTimer && !this.#isWorking(kept)) void this.#shelve(kept);
      this.#look(kept);
    }
  }

  #make(pid: number, name: string, id: string = crypto.randomUUID()): Kept {
    const layers: Layer[] = [];
    const sources = new Map<CowFs, Source>();
    const review = new Review(layers, {
      diff: (path, before, after) => unified(path, before, after),
      announce: (cow, paths) => {
        const source = sources.get(cow);
        for (const path of source ? paths : []) this.#host.announce(source as Source, path);
      },
      inUse: () => layers.some(({ cow }) => this.#host.uses(cow)),
      beforeCommit: async () => {
        if (layers.some(({ cow }) => cow.base.spec.kind === 'store'))
          await this.#host.beforeCommit(name);
      },
      deciding: (cow, changes) => this.#deciding(kept, cow, changes),
      changed: () => {
        this.#changed(kept);
        this.#look(kept);
      },
    });
    const status = async (): Promise<object> => ({
      pid,
      name,
      running: layers.some(({ cow }) => this.#host.uses(cow)),
      mounts: layers.map(({ at }) => formatPath(at)),
      changes: (await review.changes()).length,
      kept: this.#isKept(kept),
      snapshots: review.snapshots,
    });
    const kept: Kept = {
      pid,
      review,
      status,
      id,
      name,
      sources,
      deciding: new Map(),
      wasDecided: false,
      version: 0,
      shelved: 0,
      changes: 0,
      stopTimer: undefined,
      saving: Promise.resolve(),
    };
    return kept;
  }

  #addLayer(kept: Kept, base: Source, at: Path): CowFs {
    const lasts = lasting.has(base.service.spec.kind);
    const changed = lasts ? () => this.#changed(kept) : undefined;
    const keep = lasts ? () => this.#keep(kept) : undefined;
    const cow = new CowFs(base.service, { spec: { kind: 'cow' }, quota: QUOTA, changed, keep });
    (kept.review.layers as Layer[]).push({ at, cow });
    kept.sources.set(cow, base);
    return cow;
  }

  // The shelf

  #changed(kept: Kept): void {
    kept.version++;
    // While it is put together again it is on the shelf as it was.
    if (this.reviews.get(kept.pid) === kept) this.#shelveSoon(kept, SHELVE_MS);
  }

  #shelveSoon(kept: Kept, ms: number): void {
    kept.stopTimer ??= this.#host.after(ms, () => void this.#shelve(kept));
  }

  /** For fsync: what was changed so far survives the power's failure when it resolves. EIO. */
  async #keep(kept: Kept): Promise<void> {
    const { version } = kept;
    const shelf = await this.#host.shelf();
    if (!shelf) return;
    await this.#shelve(kept);
    if (kept.shelved < version) fail('EIO', 'it could not be kept: it is tried again');
    await shelf.sync();
  }

  /** Never rejects: one save after the other, and what cannot be kept now is tried again. */
  async #shelve(kept: Kept): Promise<void> {
    kept.stopTimer?.();
    kept.stopTimer = undefined;
    kept.saving = kept.saving
      .then(() => this.#save(kept))
      .catch(() => this.#shelveSoon(kept, RETRY_MS));
    await kept.saving;
    // While a program works nobody decides.
    if (!this.#isWorking(kept)) this.#look(kept);
  }

  async #save(kept: Kept): Promise<void> {
    const { version } = kept;
    const layers = this.#lastingLayers(kept);
    const shelf = layers.length > 0 ? await this.#host.shelf() : undefined;
    // Where nothing can be kept it stays that way.
    if (layers.length > 0 && !shelf) return;
    // What was kept of it must be in the base before it is off the shelf.
    await this.#host.flushStore(kept.wasDecided);
    kept.wasDecided = false;
    if (this.#leaving.has(kept)) await shelf?.remove(kept.id);
    else await shelf?.save(kept.id, kept.name, layers);
    this.#leaving.delete(kept);
    kept.shelved = version;
  }

  #lastingLayers({ review, sources, deciding }: Kept): (ShelvedLayer & { cow: CowFs })[] {
    return review.layers.flatMap(({ at, cow }) => {
      const spec = sources.get(cow)?.service.spec;
      if (!spec || !lasting.has(spec.kind)) return [];
      const changes = deciding.get(cow);
      const decided = changes?.map(({ op, path, from }) => ({
        op,
        path,
        ...(from ? { from } : {}),
      }));
      return [{ at, spec, cow, ...(decided ? { deciding: decided } : {}) }];
    });
  }

  /**
   * These are about to be kept, or (undefined) no longer: should it end now, it can be seen which it was. Rejects
   * where that cannot be noted.
   */
  async #deciding(kept: Kept, cow: CowFs, changes: readonly Change[] | undefined): Promise<void> {
    kept.wasDecided = true;
    if (!changes) {
      kept.deciding.delete(cow);
      this.#changed(kept);
      return;
    }
    kept.deciding.set(cow, changes);
    const noted = kept.saving.then(() => this.#save(kept));
    kept.saving = noted.catch(() => undefined);
    await noted;
  }

  /** A review that has nothing left to decide ends with its program. */
  #look(kept: Kept): void {
    if (this.reviews.get(kept.pid) !== kept) return;
    const tell = (changes: number): void => {
      kept.changes = changes;
      if (changes === 0 && !this.#isWorking(kept) && this.reviews.delete(kept.pid)) {
        this.#leaving.add(kept);
        void this.#shelve(kept);
      }
      this.#host.changed(kept.pid, changes, this.#isKept(kept));
    };
    kept.review.changes().then(
      (changes) => tell(changes.length),
      // What lies below cannot be looked at now: it waits as it was.
      () => this.#host.changed(kept.pid, kept.changes, this.#isKept(kept)),
    );
  }

  /** A reload brings all of it back. */
  #isKept(kept: Kept): boolean {
    const { review, sources } = kept;
    const isLasting = (cow: CowFs): boolean =>
      lasting.has(sources.get(cow)?.service.spec.kind ?? '');
    return (
      isShelved(kept) &&
      review.layers.every(({ cow }) => isLasting(cow) || cow.root.names.size === 0)
    );
  }

  #isWorking({ review }: Kept): boolean {
    return review.layers.some(({ cow }) => this.#host.uses(cow));
  }
}

const isShelved = ({ version, shelved }: Kept): boolean => version === shelved;

/** A script is known by its own name, not by that of the shell; what `sh -c` runs has none. */
function nameOf({ name, args: [, script] }: Process): string {
  const isScript = name === 'sh' && script !== undefined && !script.startsWith('-');
  return (isScript && script.split('/').at(-1)) || name;
}
