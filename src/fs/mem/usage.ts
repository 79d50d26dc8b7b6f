/**
 * What a tree in memory holds, and how much it may. A tree has a quota of its own, and shares a budget with the other
 * trees of its kernel: many mounts together must not fill the memory that one of them could not.
 */
import { fail } from '../../kernel/errors.ts';

export interface MemQuota {
  /** Bytes of content. */
  readonly bytes?: number;
  /** Names. */
  readonly entries?: number;
}

/** What a name costs in memory, roughly: a node, an entry of a map, and its text. */
const NAME_BYTES = 512;

/** One owner's part of a budget. */
interface Share {
  held: number;
}

/** The bytes that all trees in memory of one kernel may hold together, names included. */
export class MemoryBudget {
  static readonly DEFAULT_BYTES = 2 ** 31;
  readonly #max: number;
  #held = 0;
  /** A tree that nobody can reach any more gives back its share when the system frees its memory. */
  readonly #gone = new FinalizationRegistry<Share>((share) => {
    this.#held -= share.held;
  });

  constructor(bytes: number = MemoryBudget.DEFAULT_BYTES) {
    this.#max = bytes;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  join(owner: object): Share {
    const share = { held: 0 };
    this.#gone.register(owner, share);
    return share;
  }

  /** ENOSPC where `bytes` more are too many. */
  check(bytes: number): void {
    if (bytes <= 0 || this.#held + bytes <= this.#max) return;
    const mib = (count: number): string =>
      `${Math.round(count / 2 ** 20).toLocaleString('en')} MiB`;
    fail(
      'ENOSPC',
      `all mounts in memory hold at most ${mib(this.#max)} together, and hold ${mib(this.#held)}: remove files from /tmp or another mount of kind mem`,
    );
  }

  /** Takes bytes, or gives them back. */
  add(share: Share, bytes: number): void {
    share.held += bytes;
    this.#held += bytes;
  }
}

export class Usage {
  readonly quota: MemQuota;
  readonly #budget: MemoryBudget | undefined;
  readonly #share: Share | undefined;
  #bytes = 0;
  #entries = 0;

  /** The budget gets its share back when `owner` is gone. */
  constructor(owner: object, quota: MemQuota, budget: MemoryBudget | undefined) {
    this.quota = quota;
    this.#budget = budget;
    this.#share = budget?.join(owner);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#entries;
  }

  /** ENOSPC where no name more has room. */
  checkName(): void {
    if (this.#entries >= (this.quota.entries ?? Infinity)) fail('ENOSPC', 'too many names');
    this.#budget?.check(NAME_BYTES);
  }

  /** Takes bytes of content, or gives them back. ENOSPC where they are too many. */
  grow(bytes: number): void {
    const { bytes: max = Infinity } = this.quota;
    if (bytes > 0 && this.#bytes + bytes > max)
      fail('ENOSPC', `this mount holds at most ${max} bytes (its option "bytes")`);
    this.#budget?.check(bytes);
    this.add(bytes);
  }

  /** Counts without a check: what was checked before, comes back or goes. */
  add(bytes: number, names = 0): void {
    this.#bytes += bytes;
    this.#entries += names;
    if (this.#share) this.#budget?.add(this.#share, bytes + names * NAME_BYTES);
  }

  reset(): void {
    this.add(-this.#bytes, -this.#entries);
  }
}
