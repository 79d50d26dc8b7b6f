/** zip as its APPNOTE describes it, zip64 too: the directory at the end is read, and a file when it is opened. */
import { Inflate } from 'fflate';
import { fail } from '../../kernel/errors.ts';
import {
  type ArchiveEntry,
  decodeName,
  ENTRIES_MAX,
  type Source,
  UNPACKED_MAX,
} from './archive.ts';

const END = 0x0605_4b50;
const END64 = 0x0606_4b50;
const LOCATOR64 = 0x0706_4b50;
const CENTRAL = 0x0201_4b50;
const LOCAL = 0x0403_4b50;

/** The end record is behind everything but a comment of at most 64 KiB. */
const TAIL = 65_557;
const DIRECTORY_MAX = 64 * 1024 * 1024;

interface Directory {
  readonly count: number;
  readonly at: number;
  readonly size: number;
}

/** EINVAL where it is no zip, EFBIG for too many entries. */
export async function* zipEntries(source: Source): AsyncGenerator<ArchiveEntry> {
  const { count, at, size } = await directoryOf(source);
  if (count > ENTRIES_MAX || size > DIRECTORY_MAX) fail('EFBIG', 'an archive of too many entries');
  if (at + size > source.size) fail('EINVAL', 'the directory of the archive is cut off');
  const bytes = await source.read(at, size);
  const view = viewOf(bytes);
  const last: Unpacked = { at: -1, bytes: undefined };
  for (let here = 0, i = 0; i < count; i++) {
    if (here + 46 > bytes.length || view.getUint32(here, true) !== CENTRAL)
      fail('EINVAL', 'the directory of the archive is damaged');
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) =>
      view.getUint16(here + field, true),
    ) as [number, number, number];
    const next = here + 46 + nameSize + extraSize + commentSize;
    if (next > bytes.length) fail('EINVAL', 'the directory of the archive is damaged');
    const name = decodeName(bytes.subarray(here + 46, here + 46 + nameSize));
    const extra = bytes.subarray(here + 46 + nameSize, here + 46 + nameSize + extraSize);
    yield entryOf(source, view, here, name, extra, last);
    here = next;
  }
}

function entryOf(
  source: Source,
  view: DataView,
  here: number,
  name: string,
  extra: Uint8Array,
  last: Unpacked,
): ArchiveEntry {
  const u32 = (field: number): number => view.getUint32(here + field, true);
  const [method, flags] = [view.getUint16(here + 10, true), view.getUint16(here + 8, true)];
  const wide = wideOf(extra, [u32(24), u32(20), u32(42)]);
  const [size, packed, local] = wide;
  const mtime = timeOf(view.getUint16(here + 14, true), view.getUint16(here + 12, true));
  if (name.endsWith('/')) return { name, kind: 'dir', size: 0, mtime };
  const isUnix = view.getUint8(here + 5) === 3;
  const isLink = isUnix && ((u32(38) >>> 16) & 0o170_000) === 0o120_000;
  const file = { source, method, encrypted: (flags & 1) !== 0, size, packed, local };
  const read = async (at: number, count: number): Promise<Uint8Array> => {
    if (method === 0) {
      const from = await dataAt(file);
      return source.read(from + at, Math.max(0, Math.min(count, size - at)));
    }
    if (last.at !== here || !last.bytes) {
      last.at = here;
      last.bytes = unpack(file).catch((error: unknown) => {
        if (last.at === here) last.bytes = undefined;
        throw error;
      });
    }
    return (await last.bytes).slice(at, at + count);
  };
  // The target of a symlink is its content: known when it is read.
  return { name, kind: isLink ? 'symlink' : 'file', size, mtime, read };
}

/** Of an archive only the file that was read last stays unpacked. */
interface Unpacked {
  at: number;
  bytes: Promise<Uint8Array> | undefined;
}

interface Packed {
  readonly source: Source;
  readonly method: number;
  readonly encrypted: boolean;
  readonly size: number;
  readonly packed: number;
  readonly local: number;
}

/** Where the content begins: behind the local header, whose lengths may be others than the directory's. */
async function dataAt({ source, encrypted, packed, local }: Packed): Promise<number> {
  if (encrypted) fail('EACCES', 'this file is encrypted');
  const header = await source.read(local, 30);
  if (header.length < 30 || viewOf(header).getUint32(0, true) !== LOCAL)
    fail('EIO', 'this file is damaged in the archive');
  const at = local + 30 + viewOf(header).getUint16(26, true) + viewOf(header).getUint16(28, true);
  if (at + packed > source.size) fail('EIO', 'this file is cut off in the archive');
  return at;
}

/** All of a file; what is larger than it says, or than fits, is no file to unpack. */
async function unpack(file: Packed): Promise<Uint8Array> {
  const { source, method, size, packed } = file;
  if (method !== 8) fail('ENOTSUP', 'it is packed by a method other than deflate');
  if (size > UNPACKED_MAX) fail('EFBIG', 'too large to unpack in memory');
  const from = await dataAt(file);
  // What an archive says of a size is believed when the bytes are there.
  const parts: Uint8Array[] = [];
  let filled = 0;
  const inflate = new Inflate((part) => {
    filled += part.length;
    if (filled > size) fail('EIO', 'it is larger than the archive says: not unpacked');
    parts.push(part);
  });
  const PIECE = 1 << 18;
  try {
    for (let done = 0; done < packed; done += PIECE) {
      const piece = await source.read(from + done, Math.min(PIECE, packed - done));
      inflate.push(piece, done + PIECE >= packed);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw error;
    fail('EIO', 'this file is damaged in the archive');
  }
  if (filled !== size) fail('EIO', 'it is smaller than the archive says');
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

async function directoryOf(source: Source): Promise<Directory> {
  const from = Math.max(0, source.size - TAIL);
  const tail = await source.read(from, source.size - from);
  const view = viewOf(tail);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) fail('EINVAL', 'this is no zip archive, or it is cut off');
  const plain = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    at: view.getUint32(end + 16, true),
  };
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR64) return plain;
  const at = Number(view.getBigUint64(end - 20 + 8, true));
  const wide = viewOf(await source.read(at, 56));
  if (wide.byteLength < 56 || wide.getUint32(0, true) !== END64)
    fail('EINVAL', 'the directory of the archive is damaged');
  const number = (field: number): number => Number(wide.getBigUint64(field, true));
  return { count: number(32), size: number(40), at: number(48) };
}

/** Sizes and places of four bytes, or where those are full the eight of the zip64 field. */
function wideOf(
  extra: Uint8Array,
  narrow: readonly [number, number, number],
): [number, number, number] {
  const view = viewOf(extra);
  const found = [...narrow] as [number, number, number];
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1) {
      let here = at + 4;
      for (const [i, value] of narrow.entries()) {
        if (value !== 0xffff_ffff || here + 8 > extra.length) continue;
        found[i] = Number(view.getBigUint64(here, true));
        here += 8;
      }
    }
    at += 4 + length;
  }
  if (!found.every((value) => Number.isSafeInteger(value))) fail('EINVAL', 'a size that is none');
  return found;
}

/** MS-DOS's date and time, which have no zone: taken as UTC. */
function timeOf(date: number, time: number): bigint {
  const ms = Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return BigInt(Number.isFinite(ms) ? ms : 0) * 1_000_000n;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
