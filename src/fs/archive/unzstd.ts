/** Zstandard (RFC 8878), all frames of a file, with their checksums. */

import { createXXHash64, type IHasher } from 'hash-wasm';
import { BadStream, CutStream } from '../../codec/badstream.ts';
import { viewOf } from '../../kernel/bytes.ts';
import { fail } from '../../kernel/errors.ts';
import type { Sink, Source } from './archive.ts';
import { gathered } from './pages.ts';
import { BLOCK_MAX, BlockDecoder } from './zstdblock.ts';
import { History } from './zstdhistory.ts';

const MAGIC = 0xfd2f_b528;
/** The lowest four bits are free. */
const SKIPPABLE = 0x184d_2a50;
/** zstd(1) refuses larger windows too, unless it is asked for them. */
const WINDOW_MAX = 1 << 27;

export async function unzstd(input: AsyncIterable<Uint8Array>, into: Sink): Promise<void> {
  const packed = await gathered(input);
  const sum = await createXXHash64();
  const history = new History();
  for (let at = 0; at < packed.size; ) {
    const magic = await u32(packed, at);
    if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE) {
      at += 8 + (await u32(packed, at + 4));
      continue;
    }
    if (magic !== MAGIC) {
      if (at > 0) return;
      throw new BadStream('zstd: this is none');
    }
    const frame = await frameAt(packed, at);
    sum.init();
    at = await unpackBlocks(packed, frame, history, (part) => {
      into.append(part);
      sum.update(part);
    });
    if (!frame.hasChecksum) continue;
    if ((await u32(packed, at)) !== lowest(sum)) throw new BadStream('zstd: the checksum is wrong');
    at += 4;
  }
}

interface Frame {
  /** Where the first block stands. */
  readonly blocks: number;
  readonly window: number;
  /** The size of the content, where the header tells it. */
  readonly size: number | undefined;
  readonly hasChecksum: boolean;
}

async function frameAt(source: Source, from: number): Promise<Frame> {
  const [descriptor = 0] = await exactly(source, from + 4, 1);
  if ((descriptor & 8) !== 0) throw new BadStream('zstd: a header has a bit that is reserved');
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const width = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const head = await exactly(source, from + 5, (isSingle ? 0 : 1) + dictionary + width);
  if (head.subarray(isSingle ? 0 : 1, head.length - width).some((byte) => byte !== 0))
    fail('ENOTSUP', 'it was packed with a dictionary, which it does not hold');
  const size = width === 0 ? undefined : sizeIn(head.subarray(head.length - width));
  const window = isSingle ? (size ?? 0) : windowOf(head[0] ?? 0);
  if (window > WINDOW_MAX) fail('EFBIG', `it needs a window of more than ${WINDOW_MAX >> 20} MiB`);
  return { blocks: from + 5 + head.length, window, size, hasChecksum: (descriptor & 4) !== 0 };
}

function sizeIn(bytes: Uint8Array): number {
  const size = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return bytes.length === 2 ? size + 256 : size;
}

/** An exponent in five bits, and eighths in three. */
const windowOf = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);

/** Returns where the last block ends. */
async function unpackBlocks(
  source: Source,
  { blocks, window, size }: Frame,
  history: History,
  append: (part: Uint8Array) => void,
): Promise<number> {
  const max = Math.min(window, BLOCK_MAX);
  history.reset(window);
  const decoder = new BlockDecoder(history, max);
  let unpacked = 0;
  let at = blocks;
  for (let isLast = false; !isLast; ) {
    const [a = 0, b = 0, c = 0] = await exactly(source, at, 3);
    const header = a | (b << 8) | (c << 16);
    isLast = (header & 1) === 1;
    const [kind, length] = [(header >> 1) & 3, header >> 3];
    if (kind === 3 || length > max) throw new BadStream('zstd: no block where one begins');
    // A block of one byte that is repeated holds that byte alone.
    const block = await exactly(source, at + 3, kind === 1 ? 1 : length);
    at += 3 + block.length;
    history.reserve(max);
    const start = history.end;
    if (kind === 0) history.append(block);
    else if (kind === 1) history.repeat(block[0] ?? 0, length);
    else decoder.unpack(block);
    const part = history.since(start);
    unpacked += part.length;
    if (part.length > 0) append(part);
  }
  if (size !== undefined && size !== unpacked)
    throw new BadStream('zstd: a frame has another size than its header says');
  return at;
}

/** The digest has its highest byte first; the lowest four count. */
const lowest = (sum: IHasher): number => viewOf(sum.digest('binary')).getUint32(4);

async function exactly(source: Source, at: number, count: number): Promise<Uint8Array> {
  const bytes = await source.read(at, count);
  if (bytes.length < count) throw new CutStream('it is cut off in the middle');
  return bytes;
}

const u32 = async (source: Source, at: number): Promise<number> =>
  viewOf(await exactly(source, at, 4)).getUint32(0, true);
