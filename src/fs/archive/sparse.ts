/**
 * Sparse files in tar: only their data is stored, with a map of where it belongs. GNU tar has four forms of the
 * map: in the header (old GNU), and in pax records or before the data (0.0, 0.1, 1.0).
 */
import { fail } from '../../kernel/errors.ts';
import type { Source } from './archive.ts';
import { latin1 } from './names.ts';
import type { PaxRecords } from './pax.ts';
import { BLOCK, type Header, numberAt } from './tarheader.ts';

/** `length` bytes of the file at `offset`, stored `from` there in the data. */
interface Segment {
  readonly offset: number;
  readonly length: number;
  readonly from: number;
}

export interface SparseMap {
  readonly size: number;
  readonly segments: readonly Segment[];
  /** Bytes of the map that stand before the data. */
  readonly mapSize: number;
}

const SEGMENTS_MAX = 1_000_000;
/** A hole can be larger than memory: one read returns at most this many bytes. */
const READ_MAX = 1 << 22;

/** The map of a file by its pax records; undefined where it is not sparse. EIO where the map is damaged. */
export async function paxSparse(
  pax: PaxRecords,
  source: Source,
  from: number,
  stored: number,
): Promise<SparseMap | undefined> {
  if (pax.number('GNU.sparse.major') === 1) {
    const size = pax.number('GNU.sparse.realsize') ?? Number.NaN;
    const { pairs, used } = await mapBefore(source, from, stored);
    return mapOf(size, pairs, stored - used, used);
  }
  const size = pax.number('GNU.sparse.size');
  if (size === undefined) return undefined;
  const map = pax.text('GNU.sparse.map');
  const pairs = map === undefined ? pax.sparsePairs : map.split(',').map(Number);
  return mapOf(size, pairs, stored, 0);
}

/** The map of an old GNU header, and how many blocks of it follow. */
export async function gnuSparse(
  { block, size: stored }: Header,
  source: Source,
  from: number,
): Promise<SparseMap & { readonly blocks: number }> {
  const pairs = pairsIn(block, 386, 4);
  let blocks = 0;
  for (let more = block[482] === 1; more; ) {
    const next = await source.read(from + blocks * BLOCK, BLOCK);
    if (next.length < BLOCK) fail('EIO', 'its sparse map is cut off');
    pairs.push(...pairsIn(next, 0, 21));
    if (pairs.length > 2 * SEGMENTS_MAX) fail('EIO', 'its sparse map is too long');
    more = next[504] === 1;
    blocks++;
  }
  return { ...mapOf(numberAt(block, 483, 12), pairs, stored, 0), blocks };
}

function pairsIn(block: Uint8Array, at: number, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const here = at + i * 24;
    if (block[here] === 0) break;
    found.push(numberAt(block, here, 12), numberAt(block, here + 12, 12));
  }
  return found;
}

/** Format 1.0: decimal numbers, one a line, first how many pairs; padded to a whole block. */
async function mapBefore(
  source: Source,
  from: number,
  stored: number,
): Promise<{ pairs: number[]; used: number }> {
  const numbers: number[] = [];
  let text = '';
  for (let used = 0; used < stored; ) {
    text += latin1(await source.read(from + used, BLOCK));
    used += BLOCK;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    // A line that begins with a number sign is a comment.
    for (const line of lines)
      if (!line.startsWith('#')) numbers.push(/^\d+$/.test(line) ? Number(line) : Number.NaN);
    const count = numbers[0] ?? Number.POSITIVE_INFINITY;
    if (Number.isNaN(count) || numbers.length > 2 * SEGMENTS_MAX) break;
    if (numbers.length > 2 * count) return { pairs: numbers.slice(1, 1 + 2 * count), used };
  }
  return fail('EIO', 'its sparse map is damaged');
}

function mapOf(size: number, pairs: readonly number[], stored: number, mapSize: number): SparseMap {
  const segments: Segment[] = [];
  let [end, from] = [0, 0];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const [offset, length] = [pairs[i] as number, pairs[i + 1] as number];
    if (!(offset >= end && length >= 0 && offset + length <= size))
      fail('EIO', 'its sparse map is damaged');
    if (length > 0) segments.push({ offset, length, from });
    end = offset + length;
    from += length;
  }
  if (!Number.isSafeInteger(size) || from !== stored) fail('EIO', 'its sparse map is damaged');
  return { size, segments, mapSize };
}

/** A range of a sparse file: the holes are zeros. */
export async function readSparse(
  { size, segments }: SparseMap,
  source: Source,
  from: number,
  at: number,
  count: number,
): Promise<Uint8Array> {
  const end = Math.min(size, at + count, at + READ_MAX);
  const found = new Uint8Array(Math.max(0, end - at));
  for (let i = firstBehind(segments, at); i < segments.length; i++) {
    const segment = segments[i] as Segment;
    const [first, last] = [
      Math.max(at, segment.offset),
      Math.min(end, segment.offset + segment.length),
    ];
    if (first >= last) break;
    const part = await source.read(from + segment.from + first - segment.offset, last - first);
    if (part.length < last - first) fail('EIO', 'this file is cut off in the archive');
    found.set(part, first - at);
  }
  return found;
}

/** The first segment that ends behind a place: segments are in order. */
function firstBehind(segments: readonly Segment[], at: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offset, length } = segments[middle] as Segment;
    if (offset + length <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
