/**
 * Sparse files in tar: only their data is stored, with a map of where it belongs. GNU tar has four forms of the
 * map: in the header (old GNU), and in pax records or before the data (0.0, 0.1, 1.0).
 */
import { FsError, fail } from '../../kernel/errors.ts';
import { reasonOf, type Source } from './archive.ts';
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

/** A sparse file: its map, or why the file cannot be read. */
export interface SparseFile {
  /** How many blocks of an old GNU map stand behind the header. They do not belong to the content. */
  readonly blocks: number;
  readonly map?: SparseMap;
  readonly refused?: string;
}

/** The sparse files of an archive have at most this many segments together. */
export const SEGMENTS_MAX = 1_000_000;
/** A hole can be larger than memory: one read returns at most this many bytes. */
const READ_MAX = 1 << 22;
/** A number in a map has at most this many digits: 2 ** 64 has 20. */
const DIGITS_MAX = 20;

const LINE_FEED = 10;
const NUMBER_SIGN = 35;

/** The map of a file by its pax records; undefined where the file is not sparse. */
export async function paxSparse(
  pax: PaxRecords,
  source: Source,
  from: number,
  stored: number,
): Promise<SparseFile | undefined> {
  if (pax.number('GNU.sparse.major') === 1) {
    const size = pax.number('GNU.sparse.realsize') ?? Number.NaN;
    return sparseFile(0, async () => {
      const { pairs, used } = await mapBefore(source, from, stored);
      return mapOf(size, pairs, stored - used, used);
    });
  }
  const size = pax.number('GNU.sparse.size');
  if (size === undefined) return undefined;
  const map = pax.text('GNU.sparse.map');
  const pairs = map === undefined ? pax.sparsePairs : map.split(',').map(Number);
  return sparseFile(0, async () => mapOf(size, pairs, stored, 0));
}

/**
 * The map of an old GNU header. All blocks of the map are counted, also where the map is damaged: an archive whose
 * blocks look like headers too would otherwise have each of them read again for every block before it.
 */
export async function gnuSparse(
  { block, size: stored }: Header,
  source: Source,
  from: number,
): Promise<SparseFile> {
  const pairs = pairsIn(block, 386, 4);
  let blocks = 0;
  for (let more = block[482] === 1; more; ) {
    const next = await source.read(from + blocks * BLOCK, BLOCK);
    if (next.length < BLOCK) return { blocks, refused: 'its sparse map is cut off' };
    more = next[504] === 1;
    blocks++;
    for (const number of pairsIn(next, 0, 21)) pairs.push(number);
    if (pairs.length > 2 * SEGMENTS_MAX) return { blocks, refused: 'its sparse map is too long' };
  }
  return sparseFile(blocks, async () => mapOf(numberAt(block, 483, 12), pairs, stored, 0));
}

async function sparseFile(blocks: number, read: () => Promise<SparseMap>): Promise<SparseFile> {
  try {
    return { blocks, map: await read() };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { blocks, refused: reasonOf(error) };
  }
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

/** Format 1.0: the map stands before the data and is padded to a whole block. */
async function mapBefore(
  source: Source,
  from: number,
  stored: number,
): Promise<{ pairs: readonly number[]; used: number }> {
  const reader = new MapReader();
  for (let used = 0; used < stored; ) {
    const block = await source.read(from + used, BLOCK);
    used += BLOCK;
    const pairs = reader.add(block);
    if (pairs) return { pairs, used };
  }
  return fail('EIO', 'its sparse map is damaged');
}

/**
 * Decimal numbers, one a line: first how many pairs there are, then the pairs. A line that begins with a number sign
 * is a comment. Each byte is looked at once, however long a line is.
 */
class MapReader {
  readonly #numbers: number[] = [];
  #digits = '';
  #isComment = false;

  /** The pairs, once all of them are there. EIO where a line is no number, or where there are too many pairs. */
  add(bytes: Uint8Array): readonly number[] | undefined {
    for (const byte of bytes) {
      if (byte === LINE_FEED) this.#endLine();
      else if (byte === NUMBER_SIGN && this.#digits === '') this.#isComment = true;
      else if (!this.#isComment) this.#addDigit(byte);
      if (this.#numbers.length > 2 * (this.#numbers[0] ?? 0) && this.#numbers.length > 0)
        return this.#numbers.slice(1);
    }
    return undefined;
  }

  #addDigit(byte: number): void {
    if (byte < 48 || byte > 57 || this.#digits.length === DIGITS_MAX)
      fail('EIO', 'its sparse map is damaged');
    this.#digits += String.fromCharCode(byte);
  }

  #endLine(): void {
    if (!this.#isComment) {
      if (this.#digits === '') fail('EIO', 'its sparse map is damaged');
      this.#numbers.push(Number(this.#digits));
      if ((this.#numbers[0] as number) > SEGMENTS_MAX) fail('EIO', 'its sparse map is too long');
    }
    this.#digits = '';
    this.#isComment = false;
  }
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
