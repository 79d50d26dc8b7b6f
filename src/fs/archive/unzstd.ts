/**
 * Zstandard (RFC 8878), all frames of a file. The decoder does not look at the checksums, so the frames are told
 * apart here and each is compared with its own.
 */
import { Decompress } from 'fzstd';
import { createXXHash64, type IHasher } from 'hash-wasm';
import { PIECE, type Sink, type Source, viewOf } from './archive.ts';
import { BadStream, CutStream } from './badstream.ts';
import { gathered } from './pages.ts';

const MAGIC = 0xfd2f_b528;
/** The lowest four bits are free. */
const SKIPPABLE = 0x184d_2a50;

interface Frame {
  readonly end: number;
  readonly hasChecksum: boolean;
}

export async function unzstd(input: AsyncIterable<Uint8Array>, into: Sink): Promise<void> {
  const packed = await gathered(input);
  const sum = await createXXHash64();
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
    await unpackFrame(packed, at, frame, into, sum);
    at = frame.end;
  }
}

/** Where a frame ends is found by the sizes of its blocks. */
async function frameAt(source: Source, from: number): Promise<Frame> {
  const [descriptor = 0] = await source.read(from + 4, 1);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const hasChecksum = (descriptor & 4) !== 0;
  let at = from + 5 + (isSingle ? 0 : 1) + dictionary + size;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > source.size) throw new CutStream('it is cut off in the middle');
    const [a = 0, b = 0, c = 0] = await source.read(at, 3);
    const header = a | (b << 8) | (c << 16);
    isLast = (header & 1) === 1;
    // A block of one byte that is repeated holds that byte alone.
    at += 3 + ((header & 6) === 2 ? 1 : header >> 3);
  }
  const end = at + (hasChecksum ? 4 : 0);
  if (end > source.size) throw new CutStream('it is cut off in the middle');
  return { end, hasChecksum };
}

async function unpackFrame(
  source: Source,
  from: number,
  { end, hasChecksum }: Frame,
  into: Sink,
  sum: IHasher,
): Promise<void> {
  sum.init();
  const decoder = new Decompress((part) => {
    into.append(part);
    sum.update(part);
  });
  for (let at = from; at < end; at += PIECE) {
    const piece = await source.read(at, Math.min(PIECE, end - at));
    decoder.push(piece, at + PIECE >= end);
  }
  if (!hasChecksum) return;
  const digest = sum.digest('binary');
  const told = await u32(source, end - 4);
  // The digest has its highest byte first; the lowest four count.
  if (viewOf(digest).getUint32(4) !== told) throw new BadStream('zstd: the checksum is wrong');
}

async function u32(source: Source, at: number): Promise<number> {
  const bytes = await source.read(at, 4);
  if (bytes.length < 4) throw new CutStream('it is cut off in the middle');
  return viewOf(bytes).getUint32(0, true);
}
