/**
 * Content that is in memory although it is stored: what was read or written last stays, up to a bound. And
 * the segments that were read last, since small files of one time share them.
 */
import type { Chunk, Extent } from '../kernel/content.ts';

/** What one read needs must fit. */
const LIMIT_MIN = 4 * 1024 * 1024;
/** Bytes of segments kept for their other files. */
const SEGMENTS_BYTES = 8 * 1024 * 1024;

/** A chunk that is in memory, for as long as its file is there: what was removed is not kept from being collected. */
interface Held {
  readonly chunk: WeakRef<Chunk>;
  size: number;
}

export class Resident {
  readonly #limit: number;
  /** The longest unused first. */
  readonly #held = new Set<Held>();
  readonly #byChunk = new WeakMap<Chunk, Held>();
  readonly #collected = new FinalizationRegistry<Held>((held) => this.#forget(held));
  #bytes = 0;
  readonly #segments = new Map<number, Promise<unknown>>();
  readonly #sizes = new Map<number, number>();
  #segmentBytes = 0;

  constructor(limit: number) {
    this.#limit = Math.max(limit, LIMIT_MIN);
  }

  /** It was just used: others go for it, the longest unused first. */
  note(chunk: Chunk): void {
    const held = this.#byChunk.get(chunk) ?? this.#hold(chunk);
    this.#forget(held);
    held.size = chunk.bytes?.length ?? 0;
    this.#held.add(held);
    this.#bytes += held.size;
    for (const old of this.#held) {
      if (this.#bytes <= this.#limit) return;
      this.#forget(old);
      const unused = old.chunk.deref();
      // What changed since is nowhere else.
      if (unused?.place && !unused.frozen) unused.bytes = undefined;
    }
  }

  #hold(chunk: Chunk): Held {
    const held = { chunk: new WeakRef(chunk), size: 0 };
    this.#byChunk.set(chunk, held);
    this.#collected.register(chunk, held);
    return held;
  }

  #forget(held: Held): void {
    if (this.#held.delete(held)) this.#bytes -= held.size;
  }

  /** The bytes of an extent; undefined where its segment is missing, is no bytes or is too short. */
  async range(
    { seg, at, length }: Extent,
    read: (seg: number) => Promise<unknown>,
  ): Promise<Uint8Array | undefined> {
    let reading = this.#segments.get(seg);
    if (!reading) {
      reading = read(seg);
      this.#segments.set(seg, reading);
      reading.then(
        (bytes) => this.#keep(seg, bytes),
        () => this.#drop(seg),
      );
    }
    const bytes = await reading;
    if (!(bytes instanceof Uint8Array) || bytes.length < at + length) return undefined;
    return at === 0 && length === bytes.length ? bytes : bytes.slice(at, at + length);
  }

  #keep(seg: number, bytes: unknown): void {
    const size = bytes instanceof Uint8Array ? bytes.length : 0;
    if (size === 0) {
      this.#drop(seg);
      return;
    }
    this.#sizes.set(seg, size);
    this.#segmentBytes += size;
    for (const [old] of this.#segments) {
      if (this.#segmentBytes <= SEGMENTS_BYTES) return;
      this.#drop(old);
    }
  }

  #drop(seg: number): void {
    this.#segments.delete(seg);
    this.#segmentBytes -= this.#sizes.get(seg) ?? 0;
    this.#sizes.delete(seg);
  }
}
