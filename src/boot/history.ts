/** `window.oanix.reviews` and `window.oanix.snapshots`: the files of `/review` and `/snapshots` as methods. */
import type { ChangeLine } from '../fs/cow/review.ts';
import type { SnapshotInfo } from '../fs/snapshots/snapshotsfs.ts';
import { quoteWord } from '../kernel/words.ts';
import type { TreeChange } from '../storage/treediff.ts';
import type { OanixFs } from './oanixfs.ts';
import { askFile, ifThere, joined, lines } from './replies.ts';

export type { ChangeLine } from '../fs/cow/review.ts';
export type { TreeChange } from '../storage/treediff.ts';

export interface ReviewStatus {
  readonly pid: number;
  readonly name: string;
  readonly running: boolean;
  /** Where its copies show. */
  readonly mounts: readonly string[];
  readonly changes: number;
  /** A reload, or the browser's death, finds it again. */
  readonly kept: boolean;
}

export type SnapshotLine = Omit<SnapshotInfo, 'at'> & { readonly at: string };

export interface Rule {
  readonly keep: number;
  readonly days: number;
  /** The snapshot that the present tree goes on from; 0 for none. */
  readonly parent: number;
}

const REVIEW = '/review';
const SNAPSHOTS = '/snapshots';

/** What programs changed over copies, until it is kept or discarded. */
export class Reviews {
  readonly #fs: OanixFs;

  constructor(fs: OanixFs) {
    this.#fs = fs;
  }

  /** Programs whose changes wait, oldest first. */
  async list(): Promise<ReviewStatus[]> {
    const entries = await this.#fs.readdir(REVIEW);
    const all = await Promise.all(
      entries.map(({ name }) =>
        // It may have been decided meanwhile.
        ifThere(this.#fs.readFile(`${REVIEW}/${name}/status`, 'utf8')),
      ),
    );
    return all.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as ReviewStatus]));
  }

  async changes(pid: number): Promise<ChangeLine[]> {
    return lines(await this.#fs.readFile(`${REVIEW}/${pid}/changes`, 'utf8'));
  }

  /** A unified diff of the text files. */
  diff(pid: number): Promise<string> {
    return this.#fs.readFile(`${REVIEW}/${pid}/diff`, 'utf8');
  }

  /** Where a changed file is as the program left it. */
  pathOf(pid: number, path: string): string {
    return joined(`${REVIEW}/${pid}/new`, path);
  }

  /** Keeps the changes at and below the paths, or all: all of them or none. */
  keep(pid: number, paths: readonly string[] = []): Promise<void> {
    return this.#tell(pid, 'commit', paths);
  }

  discard(pid: number, paths: readonly string[] = []): Promise<void> {
    return this.#tell(pid, 'revert', paths);
  }

  #tell(pid: number, verb: string, paths: readonly string[]): Promise<void> {
    const line = [verb, ...paths.map(quoteWord)].join(' ');
    return this.#fs.tell(`${REVIEW}/${pid}/ctl`, `${line}\n`);
  }
}

/** What is kept in the browser, as it was at some moments. */
export class SnapshotsApi {
  readonly #fs: OanixFs;

  constructor(fs: OanixFs) {
    this.#fs = fs;
  }

  /** Oldest first; `at` is ISO 8601. */
  async list(): Promise<SnapshotLine[]> {
    return lines(await this.#fs.readFile(`${SNAPSHOTS}/list`, 'utf8'));
  }

  create(name: string): Promise<void> {
    return this.#tell(['create', name]);
  }

  /**
   * The present tree is kept as a snapshot that made itself. An abort of `signal` before anything is restored rejects
   * with EINTR; EBUSY where programs write all the time.
   */
  restore(name: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#tell(['restore', name], signal);
  }

  remove(name: string): Promise<void> {
    return this.#tell(['remove', name]);
  }

  rename(name: string, to: string): Promise<void> {
    return this.#tell(['rename', name, to]);
  }

  async rule(): Promise<Rule> {
    return JSON.parse(await this.#fs.readFile(`${SNAPSHOTS}/rule`, 'utf8')) as Rule;
  }

  async setRule({ keep, days }: { keep: number; days: number }): Promise<void> {
    await this.#fs.tell(`${SNAPSHOTS}/ctl`, `keep ${keep}\ndays ${days}\n`);
  }

  /** What has to be done to the first to have the second, by default the present tree. */
  async diff(from: string, to = 'now'): Promise<TreeChange[]> {
    const line = `${quoteWord(from)} ${quoteWord(to)}`;
    const reply = await askFile<{ changes: TreeChange[] }>(this.#fs, `${SNAPSHOTS}/compare`, line);
    return reply.changes;
  }

  #tell(words: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.#fs.tell(`${SNAPSHOTS}/ctl`, `${words.map(quoteWord).join(' ')}\n`, signal);
  }
}
