/**
 * Snapshots of a tree: its records as they were, and the segments that these need, pinned. Making one copies
 * and hashes nothing. Named ones stay until they are removed; those made by themselves go by the rule.
 */
import { fail, hasCode } from '../kernel/errors.ts';
import type { Keeper, NodeRecord } from '../kernel/keeper.ts';
import type { Write } from './backend.ts';
import { checksumNow } from './bytes.ts';
import type { Journal } from './journal.ts';
import { decode } from './record.ts';
import { type TreeChange, treeDiff } from './treediff.ts';

/** How many of those that made themselves stay, and how long. */
export interface PruneRule {
  readonly keep: number;
  readonly days: number;
}

export interface Snapshot {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The snapshot that the tree went on from; 0 for none. */
  readonly parent: number;
  /** It made itself: before something that changes much. */
  readonly auto: boolean;
  readonly files: number;
  /** Bytes of content. */
  readonly bytes: number;
}

interface Kept extends Snapshot {
  readonly segs: readonly number[];
}

type Head = Pick<Snapshot, 'id' | 'name' | 'parent' | 'auto'>;

/** The present tree, where a comparison takes names of snapshots. */
export const NOW = 'now';

const FIRST_RULE: PruneRule = { keep: 20, days: 30 };
const DAY_MS = 86_400_000;
const NAME_MAX = 100;
/** How often a restore takes what is there anew because it has changed meanwhile, before it gives up. */
const TRIES = 20;
const STOPPED = 'stopped before anything was restored';
const BUSY = 'programs write there all the time: pause or end them, then restore it again';
/** Names that are files beside the snapshots. */
const taken: ReadonlySet<string> = new Set([NOW, 'ctl', 'list', 'rule', 'compare', '.', '..']);

export interface SnapshotsHost {
  /** Puts another tree in the place of the present one. */
  replace(records: readonly NodeRecord[]): void;
  /** Something about the list, or the tree, is another now. */
  changed(): void;
  /** Milliseconds since 1970. */
  now(): number;
}

export class Snapshots {
  readonly #journal: Journal;
  readonly #host: SnapshotsHost;
  #turn: Promise<unknown> = Promise.resolve();
  /** The count of changes when the last snapshot was made. */
  #capturedAt = -1;
  #kept: Kept[];
  #rule: PruneRule;
  #parent: number;
  /** Numbers are never used again. */
  #lastId: number;

  static async open(journal: Journal, host: SnapshotsHost): Promise<Snapshots> {
    const kept = (await journal.backend.all('snap')).map(([, value]) => value as Kept);
    const timeline = await journal.backend.get('meta', 'timeline');
    return new Snapshots(journal, host, kept, (timeline ?? {}) as Partial<Timeline>);
  }

  private constructor(
    journal: Journal,
    host: SnapshotsHost,
    kept: Kept[],
    { rule = FIRST_RULE, parent = 0, lastId = 0 }: Partial<Timeline>,
  ) {
    this.#journal = journal;
    this.#host = host;
    this.#kept = kept;
    this.#rule = rule;
    this.#parent = parent;
    this.#lastId = lastId;
  }

  /** Oldest first. */
  get list(): readonly Snapshot[] {
    return this.#kept.map(({ segs: _, ...snapshot }) => snapshot);
  }

  get rule(): PruneRule {
    return this.#rule;
  }

  /** The snapshot that the present tree goes on from; 0 for none. */
  get parent(): number {
    return this.#parent;
  }

  /** EEXIST if the name is taken, EINVAL if it is no name. */
  create(name: string): Promise<Snapshot> {
    return this.#inTurn(() => this.#create(name, false));
  }

  /** One after the other: each looks at the list first. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(run, run);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #create(name: string, auto: boolean): Promise<Snapshot> {
    const made = await this.#take(this.#head(name, auto));
    this.#kept.push(made);
    this.#parent = made.id;
    await this.#prune();
    this.#host.changed();
    return made;
  }

  /** What a new snapshot begins with. */
  #head(name: string, auto: boolean): Head {
    checkName(name);
    if (this.#kept.some((each) => each.name === name)) fail('EEXIST', `'${name}' is there already`);
    return { id: this.#lastId + 1, name, parent: this.#parent, auto };
  }

  /** Writes the present tree as a snapshot; one that has the number already is another one from then on. */
  async #take(head: Head): Promise<Kept> {
    let made: Kept | undefined;
    await this.#journal.capture(({ tree, segs, files, bytes }) => {
      this.#capturedAt = this.#journal.changes;
      made = { ...head, at: this.#host.now(), files, bytes, segs };
      return [
        { table: 'snap', key: head.id, value: made },
        { table: 'tree', key: head.id, value: tree() },
        this.#timeline({ parent: head.id, lastId: head.id }),
      ];
    });
    this.#lastId = head.id;
    const kept = made as unknown as Kept;
    this.#journal.space.pin(kept.segs);
    return kept;
  }

  /** One that makes itself before `what`; its name tells the time. */
  before(what: string): Promise<Snapshot> {
    return this.#inTurn(() => this.#create(this.#nameBefore(what), true));
  }

  #nameBefore(what: string): string {
    const time = new Date(this.#host.now())
      .toISOString()
      .replace(/\.\d+Z$/, '')
      .replace('T', ' ');
    const base = `${time} before ${what}`.slice(0, NAME_MAX - 4);
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} ${number}`;
      if (!this.#kept.some((each) => each.name === name)) return name;
    }
  }

  /**
   * The tree becomes that of the snapshot; what it was is kept as one that made itself, and what is done from
   * now on branches off from the restored one. All or nothing: EINTR if `signal` aborts before that, ENOSPC where
   * what it was cannot be kept, EBUSY where programs change the tree each time while it is being kept.
   */
  restore(name: string, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#restore(name, signal));
  }

  async #restore(name: string, signal: AbortSignal): Promise<void> {
    const { id } = this.#find(name);
    const records = await this.records(name);
    if (signal.aborted) fail('EINTR', STOPPED);
    const parent = this.#parent;
    // Until the restore is made nobody sees this one, and no other one is pruned for it.
    let before = await this.#take(this.#head(this.#nameBefore(`restoring ${name}`), true));
    try {
      // What is written while it is made belongs into it too.
      for (let tries = 1; signal.aborted || this.#journal.changes !== this.#capturedAt; tries++) {
        if (signal.aborted) fail('EINTR', STOPPED);
        if (tries === TRIES) fail('EBUSY', BUSY);
        before = await this.#takeAgain(before);
      }
    } catch (error) {
      await this.#takeBack(before, parent);
      throw error;
    }
    this.#host.replace(records);
    this.#kept.push(before);
    this.#parent = id;
    try {
      await this.#journal.capture(() => [this.#timeline({ parent: id })]);
      await this.#prune();
    } catch (error) {
      // It is done: where it cannot be written now, the journal says so and tries again.
      if (hasCode(error, 'ESTALE')) throw error;
    } finally {
      this.#host.changed();
    }
  }

  async #takeAgain(old: Kept): Promise<Kept> {
    const now = await this.#take(old);
    this.#journal.space.unpin(old.segs);
    return now;
  }

  /** Removes a snapshot that was made for nothing; where that cannot be written, it stays as one that made itself. */
  async #takeBack(made: Kept, parent: number): Promise<void> {
    try {
      await this.#drop([made], [this.#timeline({ parent })]);
    } catch {
      this.#kept.push(made);
      this.#parent = made.id;
      this.#host.changed();
    }
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#drop([this.#find(name)]);
      this.#host.changed();
    });
  }

  rename(name: string, to: string): Promise<void> {
    return this.#inTurn(() => this.#rename(name, to));
  }

  async #rename(name: string, to: string): Promise<void> {
    checkName(to);
    if (this.#kept.some((each) => each.name === to)) fail('EEXIST', `'${to}' is there already`);
    const old = this.#find(name);
    const renamed = { ...old, name: to, auto: false };
    await this.#journal.write([{ table: 'snap', key: old.id, value: renamed }]);
    this.#kept = this.#kept.map((each) => (each === old ? renamed : each));
    this.#host.changed();
  }

  /** EINVAL for numbers that are none. */
  setRule(rule: PruneRule): Promise<void> {
    return this.#inTurn(() => this.#setRule(rule));
  }

  async #setRule(rule: PruneRule): Promise<void> {
    for (const value of [rule.keep, rule.days])
      if (!Number.isSafeInteger(value) || value < 0) fail('EINVAL', 'a rule takes whole numbers');
    await this.#journal.write([this.#timeline({ rule })]);
    this.#rule = rule;
    await this.#prune();
    this.#host.changed();
  }

  /** What made itself goes when there are too many, or it is too old; the newest always stays. */
  async #prune(): Promise<void> {
    const autos = this.#kept.filter(({ auto }) => auto);
    const oldest = this.#host.now() - this.#rule.days * DAY_MS;
    const spare = autos.slice(0, -1);
    const over = spare.slice(0, Math.max(0, autos.length - Math.max(1, this.#rule.keep)));
    const gone = spare.filter((each) => over.includes(each) || each.at < oldest);
    if (gone.length > 0) await this.#drop(gone);
  }

  /** The tree of a snapshot, or of now, as records. EIO where it is damaged. */
  async records(name: string): Promise<readonly NodeRecord[]> {
    if (name === NOW) {
      await this.#journal.flush();
      return this.#journal.records();
    }
    const value = await this.#journal.backend.get('tree', this.#find(name).id);
    const decoded = decode(value, checksumNow());
    if (typeof decoded === 'string') return fail('EIO', `this snapshot cannot be read: ${decoded}`);
    if (decoded.damaged.length > 0) fail('EIO', 'a part of this snapshot is damaged');
    return decoded.changes.flatMap((change) => ('node' in change ? [change.node] : []));
  }

  /** What keeps the tree of a snapshot: it only reads. */
  async keeper(name: string): Promise<Keeper> {
    const journal = this.#journal;
    const { id } = this.#find(name);
    const isThere = (): boolean => this.#kept.some((each) => each.id === id);
    return {
      restored: await this.records(name),
      attach: () => undefined,
      check: () => fail('EROFS', 'a snapshot does not change'),
      changed: () => undefined,
      load: async (chunk) => {
        if (!chunk.bytes && !isThere()) fail('ESTALE', 'this snapshot was removed');
        await journal.load(chunk);
      },
      sync: async () => undefined,
    };
  }

  /** What has to be done to the first to have the second. */
  async diff(from: string, to: string): Promise<TreeChange[]> {
    const [before, after] = [await this.records(from), await this.records(to)];
    return treeDiff(before, after, (a, b) => this.#journal.sameBytes(a, b));
  }

  async #drop(gone: readonly Kept[], also: readonly Write[] = []): Promise<void> {
    const writes = gone.flatMap(({ id }): Write[] => [
      { table: 'snap', key: id },
      { table: 'tree', key: id },
    ]);
    await this.#journal.write([...writes, ...also]);
    this.#kept = this.#kept.filter((each) => !gone.includes(each));
    for (const { segs } of gone) this.#journal.space.unpin(segs);
    this.#journal.tidy();
  }

  #find(name: string): Kept {
    return this.#kept.find((each) => each.name === name) ?? fail('ENOENT', `no snapshot '${name}'`);
  }

  #timeline(change: Partial<Timeline>): Write {
    const value: Timeline = {
      rule: this.#rule,
      parent: this.#parent,
      lastId: this.#lastId,
      ...change,
    };
    return { table: 'meta', key: 'timeline', value };
  }
}

interface Timeline {
  readonly rule: PruneRule;
  readonly parent: number;
  readonly lastId: number;
}

function checkName(name: string): void {
  if (name === '' || name.length > NAME_MAX || /[/\0\n]/.test(name) || taken.has(name))
    fail('EINVAL', `'${name}' is no name for a snapshot`);
}
