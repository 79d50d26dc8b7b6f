/**
 * Content that is in memory although it is stored: what was read or written last stays, up to a bound. And
 * the segments that were read last, since small files of one time share them.
 */
import type { Chunk, Extent } from '../kernel/content.ts';

/** What one read needs must fit. */
const LIMIT_MIN = 4 * 1024 * 1024;
/** Bytes of segments kept for their other files. */
const SEGMENTS_BYTES = 8 * 1024 * 1024;

export class Resident {
  readonly #limit: number;
  readonly #chunks = new Map<Chunk, number>();
  #bytes = 0;
  readonly #segments = new Map<number, Promise<unknown>>();
  readonly #sizes = new Map<number, number>();
  #segmentBytes = 0;

  constructor(limit: number) {
    this.#limit = Math.max(limit, LIMIT_MIN);
  }

  /** It was just used: others go for it, the longest unused first. */
  note(chunk: Chunk): void {
    this.#forget(chunk);
    const size = chunk.bytes?.length ?? 0;
    this.#chunks.set(chunk, size);
    this.#bytes += size;
    for (const [old] of this.#chunks) {
      if (this.#bytes <= this.#limit) return;
      this.#forget(old);
      // What changed since is nowhere else.
      if (old.place && !old.frozen) old.bytes = undefined;
    }
  }

  #forget(chunk: Chunk): void {
    this.#bytes -= this.#chunks.get(chunk) ?? 0;
    this.#chunks.delete(chunk);
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
