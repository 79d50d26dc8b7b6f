/**
 * The log of changes over the newest checkpoint, as it is in the backend: its numbers, and the values of the
 * next change and the next whole tree.
 */
import type { KeptNode } from '../kernel/keeper.ts';
import type { Super, Write } from './backend.ts';
import type { Sum } from './bytes.ts';
import { changeOf, type Dirty, type Nodes } from './nodes.ts';
import type { Segment } from './pack.ts';
import { encode, type Header } from './record.ts';
import type { Recovered } from './recover.ts';
import type { Space } from './space.ts';

export interface LogOptions {
  /** A checkpoint is written after so many changes, where they are not small beside it. */
  readonly checkpointAfter: number;
  readonly nodes: Nodes;
  readonly space: Space;
  readonly sum: Sum;
  /** Milliseconds since 1970. */
  now(): number;
}

export type Checkpoint = NonNullable<Super['checkpoint']>;

export class Log {
  readonly #options: LogOptions;
  #seq: number;
  #nextSeg: number;
  #checkpoint: Checkpoint | undefined;
  /** Numbers of the changes that are in the backend. */
  #kept: number[];
  #bytes = 0;
  #treeBytes = 0;

  constructor({ seq, nextSeg, checkpoint, log }: Recovered, options: LogOptions) {
    this.#options = options;
    this.#seq = seq;
    this.#nextSeg = nextSeg;
    this.#checkpoint = checkpoint;
    this.#kept = [...log];
  }

  /** The newest that is in the backend. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  nextSegment(): number {
    return this.#nextSeg++;
  }

  /** The next change: what is dirty, or all of the tree. */
  add(
    dirty: Iterable<Dirty> | 'tree',
    segments: readonly Segment[],
  ): Write & { value: Uint8Array } {
    const key = ++this.#seq;
    const segs = segments.map(({ seg, size }) => [seg, size] as const);
    const value =
      dirty === 'tree'
        ? this.tree()
        : encode(this.#header('change', segs), [...dirty].map(changeOf), this.#options.sum);
    return { table: 'log', key, value };
  }

  /** A change is in the backend, or is about to be together with what comes next. */
  note({ key }: Write): void {
    this.#kept.push(key as number);
  }

  /** All of the tree as a value. */
  tree(): Uint8Array {
    const { nodes, space, sum } = this.#options;
    const alive: readonly KeptNode[] = nodes.alive();
    const value = encode(
      this.#header('tree', space.sizes()),
      alive.map((node) => ({ node })),
      sum,
    );
    this.#treeBytes = value.length;
    return value;
  }

  isCheckpointDue(more: number): boolean {
    const { checkpointAfter } = this.#options;
    return this.#kept.length >= checkpointAfter && (this.#bytes + more) * 2 >= this.#treeBytes;
  }

  /** The whole tree into the older slot; the log is kept back to the other, should this one be damaged. */
  addCheckpoint(writes: Write[]): Checkpoint {
    const old = this.#checkpoint;
    const slot = old ? 1 - old.slot : 0;
    writes.push({ table: 'ckpt', key: slot, value: this.tree() });
    const kept = old?.seq ?? 0;
    for (const seq of this.#kept) if (seq <= kept) writes.push({ table: 'log', key: seq });
    this.#kept = this.#kept.filter((seq) => seq > kept);
    this.#bytes = 0;
    return { slot, seq: this.#seq };
  }

  /** What was added is in the backend. */
  stored(bytes: number, checkpoint: Checkpoint | undefined): void {
    this.#bytes += bytes;
    if (checkpoint) this.#checkpoint = checkpoint;
  }

  #header(kind: Header['kind'], segs: Header['segs']): Header {
    const { nodes, now } = this.#options;
    return {
      kind,
      seq: this.#seq,
      time: now(),
      nextSeg: this.#nextSeg,
      nextIno: nodes.nextIno,
      segs,
    };
  }
}
