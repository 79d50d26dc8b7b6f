/**
 * Trees as zip, as its APPNOTE 6.3 describes it: zip64 where counts or sizes need it, symbolic links and permission bits
 * as Unix hosts write them, names in UTF-8, and times in UTC beside the local ones of MS-DOS. It is written as it is
 * read: a file whose packed size is not known before it has passed gets a data descriptor.
 */
import { createCRC32, type IHasher } from 'hash-wasm';
import {
  CENTRAL,
  DESCRIPTOR,
  ending,
  Fields,
  FULL32,
  LOCAL,
  UNIX,
  VERSION64,
} from '../codec/zipfields.ts';
import { concat } from '../kernel/bytes.ts';
import { partsOf, streamOf } from './stream.ts';
import type { TreeEntry } from './tree.ts';

/** A file of this size may take more than four bytes can count when it is packed. */
const LARGE = 0xf000_0000;
/** Versions of the specification: with directories and deflate, and with zip64. */
const VERSION = 20;
const STORED = 0;
const DEFLATED = 8;
const HAS_DESCRIPTOR = 1 << 3;
const UTF8_NAMES = 1 << 11;

const modes = { dir: 0o40_755, file: 0o100_644, symlink: 0o120_777, link: 0o100_644 } as const;

/** What the directory at the end says of an entry. */
interface Written {
  readonly entry: TreeEntry;
  readonly name: Uint8Array;
  readonly at: number;
  readonly method: number;
  readonly flags: number;
  crc: number;
  size: number;
  packed: number;
}

/** The entry `link` has no form in a zip: whoever walks the tree yields such a file once more. */
export async function* zipOf(entries: AsyncIterable<TreeEntry>): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  const hash = await createCRC32();
  let at = 0;
  for await (const entry of entries)
    for await (const part of oneEntry(entry, at, written, hash)) {
      at += part.length;
      yield part;
    }
  const from = at;
  for (const each of written) {
    const part = centralHeader(each);
    at += part.length;
    yield part;
  }
  yield ending(written.length, from, at - from);
}

async function* oneEntry(
  entry: TreeEntry,
  at: number,
  written: Written[],
  hash: IHasher,
): AsyncGenerator<Uint8Array> {
  const name = new TextEncoder().encode(entry.kind === 'dir' ? `${entry.name}/` : entry.name);
  const isFile = entry.kind === 'file' && entry.content.size > 0;
  const flags = UTF8_NAMES | (isFile ? HAS_DESCRIPTOR : 0);
  const method = isFile ? DEFLATED : STORED;
  const body =
    entry.kind === 'symlink' ? new TextEncoder().encode(entry.target) : new Uint8Array(0);
  const size = body.length;
  const each = {
    entry,
    name,
    at,
    method,
    flags,
    crc: sumOf(hash.init().update(body)),
    size,
    packed: size,
  };
  yield localHeader(each);
  if (entry.kind === 'file' && isFile) {
    yield* deflated(entry.content, each, hash);
    yield descriptor(each, entry.content.size >= LARGE);
  } else if (size > 0) yield body;
  written.push(each);
}

async function* deflated(
  content: { chunks(): AsyncIterable<Uint8Array> },
  each: Written,
  hash: IHasher,
): AsyncGenerator<Uint8Array> {
  hash.init();
  each.size = each.packed = 0;
  let failure: unknown;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of content.chunks()) {
        hash.update(part);
        each.size += part.length;
        yield part;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const packed = streamOf(counted()).pipeThrough(new CompressionStream('deflate-raw') as never);
  try {
    for await (const part of partsOf(packed as ReadableStream<Uint8Array>)) {
      each.packed += part.length;
      yield part;
    }
  } catch (error) {
    // The stream between may replace the error of its source by one of its own.
    throw failure ?? error;
  }
  each.crc = sumOf(hash);
}

const sumOf = (hash: IHasher): number => Number.parseInt(hash.digest('hex'), 16);

function localHeader(each: Written): Uint8Array {
  const { entry, name, method, flags, crc, packed, size } = each;
  const isLarge = entry.kind === 'file' && entry.content.size >= LARGE;
  // The sizes of a large file are in the zip64 field, so that its descriptor has eight bytes for each.
  const wide = isLarge ? new Fields().u16(1, 16).u64(0, 0).done() : new Uint8Array(0);
  const extra = new Fields().bytes(wide).bytes(timeFields(entry)).done();
  return new Fields()
    .u32(LOCAL)
    .u16(isLarge ? VERSION64 : VERSION, flags, method, ...dosTime(entry))
    .u32(crc, ...(isLarge ? [FULL32, FULL32] : [packed, size]))
    .u16(name.length, extra.length)
    .bytes(name)
    .bytes(extra)
    .done();
}

function descriptor({ crc, packed, size }: Written, isLarge: boolean): Uint8Array {
  const fields = new Fields().u32(DESCRIPTOR, crc);
  return (isLarge ? fields.u64(packed, size) : fields.u32(packed, size)).done();
}

function centralHeader({ entry, name, at, method, flags, crc, size, packed }: Written): Uint8Array {
  const wide = [size, packed, at].filter((value) => value >= FULL32);
  const extra = new Fields();
  if (wide.length > 0) extra.u16(1, 8 * wide.length).u64(...wide);
  const fields = extra.bytes(timeFields(entry)).done();
  const narrow = (value: number): number => Math.min(value, FULL32);
  const type = modes[entry.kind] & ~0o777;
  const mode = type | (entry.stat.mode ?? modes[entry.kind] & 0o777);
  return new Fields()
    .u32(CENTRAL)
    .u16((UNIX << 8) | VERSION64, wide.length > 0 ? VERSION64 : VERSION)
    .u16(flags, method, ...dosTime(entry))
    .u32(crc, narrow(packed), narrow(size))
    .u16(name.length, fields.length, 0, 0, 0)
    .u32(mode * 0x1_0000 + (entry.kind === 'dir' ? 0x10 : 0), narrow(at))
    .bytes(name)
    .bytes(fields)
    .done();
}

/** The seconds of an entry, rounded down. */
function secondsOf({ stat }: TreeEntry): number {
  const seconds = stat.mtime / 1_000_000_000n;
  return Number(
    stat.mtime < 0n && seconds * 1_000_000_000n !== stat.mtime ? seconds - 1n : seconds,
  );
}

/** MS-DOS counts local time in steps of two seconds, from 1980 to 2107. */
function dosTime(entry: TreeEntry): [time: number, date: number] {
  const date = new Date(secondsOf(entry) * 1000);
  const year = date.getFullYear();
  if (!(year >= 1980)) return [0, (1 << 5) | 1];
  if (year > 2107) return [(23 << 11) | (59 << 5) | 29, (127 << 9) | (12 << 5) | 31];
  return [
    (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  ];
}

/** The time in UTC: in the field of Info-ZIP ("UT"), and in that of NTFS where it says more. */
const timeFields = (entry: TreeEntry): Uint8Array => concat([extendedTime(entry), ntfsTime(entry)]);

const nothing = new Uint8Array(0);

/** Info-ZIP's holds seconds since 1970 in 32 bits with a sign; nothing outside of them. */
function extendedTime(entry: TreeEntry): Uint8Array {
  const seconds = secondsOf(entry);
  if (!hasZipTime(seconds)) return nothing;
  return new Fields()
    .u16(0x5455, 5)
    .bytes(Uint8Array.of(1))
    .u32(seconds >>> 0)
    .done();
}

const hasZipTime = (seconds: number): boolean => seconds === (seconds | 0);

/** 1970 in FILETIME, which counts 100 ns since 1601. */
const EPOCH = 116_444_736_000_000_000n;

/** NTFS's holds 100 ns since 1601 (PKWARE APPNOTE 4.5.5): for parts of a second, and years that 32 bits do not reach. */
function ntfsTime(entry: TreeEntry): Uint8Array {
  const { mtime } = entry.stat;
  const ticks = (mtime - (((mtime % 100n) + 100n) % 100n)) / 100n + EPOCH;
  const isWhole = mtime % 1_000_000_000n === 0n && hasZipTime(secondsOf(entry));
  if (isWhole || ticks <= 0n || ticks >= 1n << 64n) return nothing;
  const times = new Uint8Array(24);
  const view = new DataView(times.buffer);
  // The times of the last access and of creation are not known: they are given as this one.
  for (const at of [0, 8, 16]) view.setBigUint64(at, ticks, true);
  return new Fields().u16(0x000a, 32).u32(0).u16(1, 24).bytes(times).done();
}

/** Whether every reader of zips tells this time (nanoseconds since 1970) to the second. */
export const isZipTime = (time: bigint): boolean =>
  time >= 315_619_200_000_000_000n && time < 2_147_483_648_000_000_000n;
