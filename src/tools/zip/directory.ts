/** The directory of a zip file (PKWARE's APPNOTE 6.3), which stands at its end, and the content of its entries. */

import { BadStream } from '../../codec/badstream.ts';
import { directoryOf } from '../../codec/zipdirectory.ts';
import { CENTRAL, extraFields, LOCAL, UNIX, zip64Numbers } from '../../codec/zipfields.ts';
import { viewOf } from '../../kernel/bytes.ts';
import { fail, hasCode } from '../../kernel/errors.ts';
import { textOf } from '../../kernel/rawtext.ts';
import type { Host, OpenFile } from '../host.ts';
import { fromLocal } from '../zone.ts';

const [FORMAT, LINK] = [0o170_000, 0o120_000];
const SECOND = 1_000_000_000n;
const ENTRIES_MAX = 200_000;

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the local header stands. */
  readonly at: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Permission bits, where the entry has them. */
  readonly mode: number | undefined;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
  /** The record in the directory, whole. */
  readonly record: Uint8Array;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  readonly comment: Uint8Array;
  /** Bytes in front of the zip, which its offsets do not count. */
  readonly base: number;
}

async function range(host: Host, fd: number, at: number, count: number): Promise<Uint8Array> {
  const out = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const { data } = await host.call('pread', {
      fd,
      count: Math.min(count - length, 1 << 20),
      at: at + length,
    });
    if (data.length === 0) break;
    out.set(data, length);
    length += data.length;
  }
  return out.subarray(0, length);
}

/** The directory; undefined where there is none that can be read. */
export async function readDirectory(
  host: Host,
  { fd }: OpenFile,
  zone: string | undefined,
): Promise<ZipDirectory | undefined> {
  const { size } = (await host.call('fstat', { fd })).stat;
  try {
    const read = (at: number, count: number): Promise<Uint8Array> => range(host, fd, at, count);
    const found = await directoryOf({ size, read }, ENTRIES_MAX);
    return found && { ...found, entries: entriesOf(found.bytes, zone) };
  } catch (error) {
    if (hasCode(error, 'EINVAL') || hasCode(error, 'EFBIG')) return undefined;
    throw error;
  }
}

function entriesOf(bytes: Uint8Array, zone: string | undefined): ZipEntry[] {
  const view = viewOf(bytes);
  const found: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === CENTRAL; ) {
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const end = at + 46 + lengths.reduce((sum, each) => sum + each, 0);
    if (end > bytes.length) break;
    // The end record may tell fewer.
    if (found.length === ENTRIES_MAX) fail('EFBIG', 'an archive of too many entries');
    found.push(entryOf(bytes.slice(at, end), zone));
    at = end;
  }
  return found;
}

function entryOf(record: Uint8Array, zone: string | undefined): ZipEntry {
  const view = viewOf(record);
  const u16 = (offset: number): number => view.getUint16(offset, true);
  const u32 = (offset: number): number => view.getUint32(offset, true);
  const extrasAt = 46 + u16(28);
  const extras = extraFields(record.subarray(extrasAt, extrasAt + u16(30)));
  const [size, packed, at] = zip64Numbers(extras.get(1), [u32(24), u32(20), u32(42)]);
  const name = textOf(record.subarray(46, extrasAt));
  const isUnix = u16(4) >> 8 === UNIX;
  const attributes = u32(38) >>> 16;
  return {
    name,
    method: u16(10),
    flags: u16(8),
    crc: u32(16),
    packed,
    size,
    at,
    mtime: unixTime(extras.get(0x5455)) ?? dosTime(u16(14), u16(12), zone),
    mode: isUnix && attributes !== 0 ? attributes & 0o777 : undefined,
    isDirectory: name.endsWith('/'),
    isLink: isUnix && (attributes & FORMAT) === LINK,
    record,
  };
}

const unixTime = (field: Uint8Array | undefined): bigint | undefined =>
  field && field.length >= 5 && ((field[0] as number) & 1) !== 0
    ? BigInt(viewOf(field).getInt32(1, true)) * SECOND
    : undefined;

/** The time of MS-DOS is local. */
function dosTime(date: number, time: number, zone: string | undefined): bigint {
  const ms = Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return BigInt(fromLocal(ms, zone) ?? ms) * 1_000_000n;
}

/** The entries lie in the file, before the directory: a hostile archive would name the same bytes over and over. */
export function isWithin({ entries, base }: ZipDirectory, size: number): boolean {
  let packed = 0;
  if (base < 0) return false;
  for (const each of entries) {
    packed += each.packed;
    if (each.at < 0 || base + each.at + 30 + each.packed > size) return false;
  }
  return packed <= size;
}

/** The time of an entry as MS-DOS counts it. */
export const dosTimeIn = ({ record }: ZipEntry): number => viewOf(record).getUint32(12, true);

/** The local header of an entry, with its name and its extra fields. Throws BadStream where it is not there. */
export async function localHeaderOf(
  host: Host,
  { fd }: OpenFile,
  { at }: ZipEntry,
  base: number,
): Promise<Uint8Array> {
  const header = await range(host, fd, base + at, 30);
  const view = viewOf(header);
  if (header.length < 30 || view.getUint32(0, true) !== LOCAL)
    throw new BadStream('no local header');
  const size = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const whole = await range(host, fd, base + at, size);
  if (whole.length < size) throw new BadStream('it is cut off');
  return whole;
}

/** The packed bytes of an entry, as they stand in the file. Throws BadStream where they are not there. */
export async function* packedBytes(
  host: Host,
  file: OpenFile,
  entry: ZipEntry,
  base: number,
): AsyncGenerator<Uint8Array> {
  const { length } = await localHeaderOf(host, file, entry, base);
  yield* bytesIn(host, file, base + entry.at + length, entry.packed);
}

/** The first bytes of a file. */
export const bytesBefore = (
  host: Host,
  file: OpenFile,
  count: number,
): AsyncGenerator<Uint8Array> => bytesIn(host, file, 0, count);

async function* bytesIn(
  host: Host,
  { fd }: OpenFile,
  from: number,
  count: number,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < count; ) {
    const data = await range(host, fd, from + done, Math.min(1 << 18, count - done));
    if (data.length === 0) throw new BadStream('it is cut off');
    done += data.length;
    yield data;
  }
}
