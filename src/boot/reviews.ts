/** The reviews of this kernel: one for each process that writes over copies, until everything is decided. */
import { CowFs } from '../fs/cow/cowfs.ts';
import { type Layer, Review } from '../fs/cow/review.ts';
import type { Reviewed } from '../fs/cow/reviewfs.ts';
import type { Source } from '../kernel/mounts.ts';
import { formatPath, type Path } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import type { FileService } from '../kernel/service.ts';

export interface ReviewsHost {
  /** Tells everyone of a change in a source. */
  announce(source: Source, path: Path): void;
  /** Whether a process that lives has it mounted. */
  uses(cow: CowFs): boolean;
  /** A review has something to decide, or nothing any more. */
  changed(pid: number, changes: number): void;
  /** Before changes are kept. */
  beforeCommit(name: string): Promise<void>;
}

/** What one program may change before it is reviewed. */
const QUOTA = 1 << 30;
/** Longer differences are told as such. */
const DIFF_MS = 1_000;

export class ReviewTable {
  readonly reviews = new Map<number, Reviewed>();
  readonly #sources = new Map<CowFs, Source>();
  /** The first process of each review. */
  readonly #owners = new Map<number, Process>();
  readonly #host: ReviewsHost;

  constructor(host: ReviewsHost) {
    this.#host = host;
  }

  /** Another overlay of a process. */
  overlay(process: Process, base: Source, at: Path): FileService {
    const cow = new CowFs(base.service, { spec: { kind: 'cow' }, quota: QUOTA });
    const known = this.reviews.get(process.pid);
    if (known) (known.review.layers as Layer[]).push({ at, cow });
    else this.#add(process, [{ at, cow }]);
    this.#sources.set(cow, base);
    return cow;
  }

  #add(process: Process, layers: Layer[]): void {
    const { pid } = process;
    const name = nameOf(process);
    const review = new Review(layers, {
      diff: (path, before, after) => unified(path, before, after),
      announce: (cow, paths) => {
        const source = this.#sources.get(cow);
        for (const path of source ? paths : []) this.#host.announce(source as Source, path);
      },
      inUse: () => layers.some(({ cow }) => this.#host.uses(cow)),
      beforeCommit: async () => {
        const isKept = layers.some(({ cow }) => cow.base.spec.kind === 'store');
        if (isKept) await this.#host.beforeCommit(name);
      },
      changed: () => void this.#look(process),
    });
    const status = async (): Promise<object> => ({
      pid,
      name,
      running: layers.some(({ cow }) => this.#host.uses(cow)),
      mounts: layers.map(({ at }) => formatPath(at)),
      changes: (await review.changes()).length,
      snapshots: review.snapshots,
    });
    this.reviews.set(pid, { pid, review, status });
    this.#owners.set(pid, process);
  }

  /** A process has ended: it may have been the last that changed something. */
  processEnded(): void {
    for (const owner of this.#owners.values()) void this.#look(owner);
  }

  /** A review that has nothing left to decide ends with its program. */
  async #look(process: Process): Promise<void> {
    const known = this.reviews.get(process.pid);
    if (!known) return;
    const changes = (await known.review.changes()).length;
    const over = !known.review.layers.some(({ cow }) => this.#host.uses(cow));
    if (changes === 0 && over) {
      this.reviews.delete(process.pid);
      this.#owners.delete(process.pid);
      for (const { cow } of known.review.layers) this.#sources.delete(cow);
    }
    this.#host.changed(process.pid, changes);
  }
}

/** A script is known by its own name, not by that of the shell. */
const nameOf = ({ name, args }: Process): string =>
  (name === 'sh' && args[1]?.split('/').at(-1)) || name;

async function unified(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Promise<string> {
  // Loaded when first asked for.
  const { createTwoFilesPatch } = await import('diff');
  const [from, to] = [
    before === undefined ? '/dev/null' : `a${path}`,
    after === undefined ? '/dev/null' : `b${path}`,
  ];
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
    timeout: DIFF_MS,
  });
  return patch ?? `Files ${from} and ${to} differ in too many places to show\n`;
}
