/**
 * Chunks packed into segments. Values of up to 60 KiB are the cheapest to write and to read one of in Chromium
 * (above 64 KiB each becomes a file of its own there); for much at once fewer, larger values take a third of the
 * time, since LevelDB writes small ones several times over.
 */
import type { Chunk, Extent } from '../kernel/content.ts';
import type { Write } from './backend.ts';
import type { Sum } from './bytes.ts';

const SMALL = 61_440;
/** Small files in one of these are read together: not too many. */
const FLOOD = 400 * 1024;
const LARGE = 1 << 20;
/** A chunk of at least this size goes with others of its kind. */
const IS_LARGE = 32_768;
/** So many bytes of small chunks at once are a flood. */
const FLOOD_BYTES = 1 << 20;
/** Content in one transaction, where nothing else is asked for. */
export const BATCH_BYTES = 8 * 1024 * 1024;

interface Part {
  readonly chunk: Chunk;
  readonly bytes: Uint8Array;
  readonly place: Extent;
}

export interface Segment {
  readonly seg: number;
  size: number;
  readonly parts: Part[];
}

/** Gives each chunk a place in a new segment, and freezes it until it is stored. `next` gives numbers. */
export function pack(chunks: readonly Chunk[], next: () => number, sum: Sum): Segment[] {
  const segments: Segment[] = [];
  const open: { small?: Segment; large?: Segment } = {};
  const isLarge = ({ length }: Uint8Array): boolean => length >= IS_LARGE;
  const small = chunks.reduce(
    (sum, { bytes }) => sum + (bytes && !isLarge(bytes) ? bytes.length : 0),
    0,
  );
  const limits = { small: small >= FLOOD_BYTES ? FLOOD : SMALL, large: LARGE };
  for (const chunk of chunks) {
    const { bytes } = chunk;
    if (!bytes) continue;
    const kind = isLarge(bytes) ? 'large' : 'small';
    let into = open[kind];
    if (!into || into.size + bytes.length > limits[kind]) {
      into = { seg: next(), size: 0, parts: [] };
      segments.push(into);
      open[kind] = into;
    }
    const place = { seg: into.seg, at: into.size, length: bytes.length, sum: sum(bytes) };
    into.size += bytes.length;
    into.parts.push({ chunk, bytes, place });
    chunk.place = place;
    chunk.frozen = true;
  }
  return segments;
}

/** What is stored of a segment: memory of its own, since a view would be stored with all that is behind it. */
function bytesOf({ size, parts }: Segment): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only && only.bytes.length === only.bytes.buffer.byteLength)
    return only.bytes;
  const all = new Uint8Array(size);
  for (const { bytes, place } of parts) all.set(bytes, place.at);
  return all;
}

/** Stored: the chunks may change again. */
export function settle(segments: readonly Segment[]): void {
  for (const { parts } of segments)
    for (const { chunk, place } of parts) if (chunk.place === place) chunk.frozen = false;
}

/** Not stored after all: the next flush takes the chunks again. */
export function takeBack(segments: readonly Segment[]): void {
  for (const { parts } of segments) {
    for (const { chunk, place } of parts)
      if (chunk.place === place) Object.assign(chunk, { place: undefined, frozen: false });
  }
}

export const segmentWrites = (segments: readonly Segment[]): Write[] =>
  segments.map((segment) => ({ table: 'seg', key: segment.seg, value: bytesOf(segment) }));

/** What fits into the last transaction, and what goes ahead of it. */
export function inBatches(
  segments: readonly Segment[],
  limit: number,
): [last: Segment[], ahead: Segment[][]] {
  const batches: Segment[][] = [[]];
  let size = 0;
  for (const segment of segments) {
    if (size + segment.size > limit && size > 0) {
      batches.push([]);
      size = 0;
    }
    batches[batches.length - 1]?.push(segment);
    size += segment.size;
  }
  const last = batches.pop() as Segment[];
  return [last, batches];
}
