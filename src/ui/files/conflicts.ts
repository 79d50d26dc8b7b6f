/** Names that are taken: what may be done, and the answers of a person, which may hold for all that follow. */

/** One of the two things that want a name. */
export interface Side {
  readonly kind: 'file' | 'dir' | 'symlink' | 'device';
  readonly size: number;
  /** Nanoseconds since 1970; 0n where it is not known. */
  readonly mtime: bigint;
}

export type Choice = 'merge' | 'replace' | 'both' | 'skip';

export interface Conflict {
  /** The path that is taken. */
  readonly path: string;
  readonly there: Side;
  readonly coming: Side;
  readonly mayMerge: boolean;
}

export interface Answer {
  /** `stop` ends the whole operation. */
  readonly choice: Choice | 'stop';
  readonly forAll: boolean;
}

/** Rejects with the reason of the signal when that aborts before there is an answer. */
export type Ask = (conflict: Conflict, signal: AbortSignal) => Promise<Answer>;

export const areFolders = (there: Side, coming: Side): boolean =>
  there.kind === 'dir' && coming.kind === 'dir';

/** Asks about each name that is taken, until an answer holds for all: for folders and for files apart. */
export class Conflicts {
  readonly #ask: Ask;
  readonly #forAll = new Map<'folders' | 'others', Choice>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async decide(conflict: Conflict, signal: AbortSignal): Promise<Choice> {
    const sort = conflict.mayMerge ? 'folders' : 'others';
    const known = this.#forAll.get(sort);
    if (known) return known;
    const { choice, forAll } = await this.#ask(conflict, signal);
    if (choice === 'stop') throw new DOMException('The operation was stopped.', 'AbortError');
    if (forAll) this.#forAll.set(sort, choice);
    return choice;
  }
}
