/**
 * The bytes of one file in memory: chunks of 64 KiB, absent where the file is sparse or not loaded
 * yet. Appending never copies what is there, and a chunk that is being stored is copied before it
 * changes.
 */
import { giveAway } from './bytes.ts';

export const CHUNK = 65_536;

/** Where the bytes of a chunk are kept: a range of a segment that never changes, with their checksum. */
export interface Extent {
  readonly seg: number;
  readonly at: number;
  readonly length: number;
  readonly sum: number;
}

export interface Chunk {
  /** Absent: it is kept at `place` and must be loaded first. Shorter than CHUNK: zeros follow. */
  bytes: Uint8Array | undefined;
  /** Where it is kept; undefined when it was not kept yet or changed since. */
  place: Extent | undefined;
  /** Its memory is being stored, or was lent to a reader: a change must copy it. */
  frozen: boolean;
  lent: boolean;
}

export class Content {
  #size = 0;
  readonly chunks = new Map<number, Chunk>();

  get size(): number {
    return this.#size;
  }

  /** As restored: sizes and chunks by index, not loaded. */
  static restored(size: number, chunks: readonly (readonly [number, Extent])[]): Content {
    const content = new Content();
    content.#size = size;
    for (const [index, place] of chunks)
      content.chunks.set(index, { bytes: undefined, place, frozen: false, lent: false });
    return content;
  }

  /** Chunks of a range that must be loaded before it can be read or changed in part. */
  absent(at: number, count: number): Chunk[] {
    const found: Chunk[] = [];
    // A sparse file may have more indexes than chunks, by far.
    if (count / CHUNK > this.chunks.size) {
      for (const [index, chunk] of this.chunks)
        if (!chunk.bytes && index * CHUNK < at + count && (index + 1) * CHUNK > at)
          found.push(chunk);
      return found;
    }
    for (let index = Math.floor(at / CHUNK); index * CHUNK < at + count; index++) {
      const chunk = this.chunks.get(index);
      if (chunk && !chunk.bytes) found.push(chunk);
    }
    return found;
  }

  /**
   * Bytes of a range, cut at the end of the file; holes are zeros. They are written to the beginning of `into` where that is
   * large enough. Else a range inside one chunk is lent, not copied: it never changes afterwards.
   */
  read(at: number, count: number, into?: Uint8Array): Uint8Array {
    const length = Math.max(0, Math.min(count, this.#size - at));
    if (into && into.length >= length) return this.#fill(into.subarray(0, length), at);
    const chunk = this.chunks.get(Math.floor(at / CHUNK));
    const start = at % CHUNK;
    if (chunk?.bytes && start + length <= chunk.bytes.length) {
      chunk.lent = true;
      return chunk.bytes.subarray(start, start + length);
    }
    return giveAway(this.#fill(new Uint8Array(length), at));
  }

  /** Writes all of `out`, which may hold anything. */
  #fill(out: Uint8Array, at: number): Uint8Array {
    for (let done = 0; done < out.length; ) {
      const offset = (at + done) % CHUNK;
      const end = Math.min(done + CHUNK - offset, out.length);
      const bytes = this.chunks.get(Math.floor((at + done) / CHUNK))?.bytes;
      const found = bytes?.subarray(offset, offset + end - done);
      if (found) out.set(found, done);
      out.fill(0, done + (found?.length ?? 0), end);
      done = end;
    }
    return out;
  }

  /** Writes and grows; memory of `data` that is no part of more may be kept, and is then not changed. */
  write(at: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const offset = (at + done) % CHUNK;
      const part = data.subarray(done, done + CHUNK - offset);
      this.#put(Math.floor((at + done) / CHUNK), offset, part);
      done += part.length;
    }
    this.#size = Math.max(this.#size, at + data.length);
  }

  /** Cuts or grows; what is cut never comes back. */
  truncate(size: number): void {
    if (size < this.#size) {
      const last = Math.floor(size / CHUNK);
      for (const index of this.chunks.keys()) {
        if (index > last || (index === last && size % CHUNK === 0)) this.chunks.delete(index);
      }
      const chunk = this.chunks.get(last);
      const cut = size % CHUNK;
      if (chunk?.bytes && chunk.bytes.length > cut) {
        chunk.bytes = chunk.bytes.slice(0, cut);
        chunk.place = undefined;
        chunk.frozen = chunk.lent = false;
      }
    }
    this.#size = size;
  }

  /** The same bytes apart: memory is shared until one of the two changes. */
  copy(): Content {
    const copy = new Content();
    copy.become(this);
    return copy;
  }

  /** Takes over the bytes of another, which keeps them too. */
  become(other: Content): void {
    this.#size = other.size;
    this.chunks.clear();
    for (const [index, chunk] of other.chunks) {
      chunk.lent = true;
      // A place that is still being written may not come to be.
      const place = chunk.frozen ? undefined : chunk.place;
      this.chunks.set(index, { bytes: chunk.bytes, place, frozen: false, lent: true });
    }
  }

  #put(index: number, offset: number, part: Uint8Array): void {
    const chunk = this.chunks.get(index);
    if (!chunk || (offset === 0 && part.length >= (chunk.bytes?.length ?? CHUNK))) {
      const adopted = offset === 0 && part.byteLength === part.buffer.byteLength;
      const bytes = adopted ? part : padded(part, offset);
      // Memory that came from outside may be lent elsewhere too: it is never changed in place.
      this.chunks.set(index, { bytes, place: undefined, frozen: false, lent: adopted });
      return;
    }
    const old = chunk.bytes ?? new Uint8Array(0);
    const end = offset + part.length;
    const own = !chunk.frozen && !chunk.lent;
    if (!own || old.length < end) {
      const room = old.length < end ? Math.min(CHUNK, Math.max(end, old.length * 2)) : old.length;
      const grown = new Uint8Array(room);
      grown.set(old);
      chunk.bytes = grown;
      chunk.lent = false;
    }
    (chunk.bytes as Uint8Array).set(part, offset);
    chunk.place = undefined;
    chunk.frozen = false;
  }
}

function padded(part: Uint8Array, offset: number): Uint8Array {
  const bytes = new Uint8Array(offset + part.length);
  bytes.set(part, offset);
  return bytes;
}
