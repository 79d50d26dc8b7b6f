/** The directory of a zip file (PKWARE's APPNOTE 6.3), which stands at its end, and the content of its entries. */
import { BadStream } from '../../codec/badstream.ts';
import { textOf } from '../../kernel/rawtext.ts';
import type { Host, OpenFile } from '../host.ts';
import { fromLocal } from '../zone.ts';

const [CENTRAL, LOCAL, END, END64, LOCATOR64] = [
  0x0201_4b50, 0x0403_4b50, 0x0605_4b50, 0x0606_4b50, 0x0706_4b50,
];
/** The end record, and a comment of at most 64 KiB behind it. */
const TAIL = 65_557;
const DIRECTORY_MAX = 64 << 20;
const [UNIX, FORMAT, LINK] = [3, 0o170_000, 0o120_000];
const SECOND = 1_000_000_000n;

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
  readonly start: number;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

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

/** The directory; undefined where there is none. */
export async function readDirectory(
  host: Host,
  { fd }: OpenFile,
  zone: string | undefined,
): Promise<ZipDirectory | undefined> {
  const { stat } = await host.call('fstat', { fd });
  const from = Math.max(0, stat.size - TAIL);
  const tail = await range(host, fd, from, stat.size - from);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    let [size, offset, end] = [
      view.getUint32(at + 12, true),
      view.getUint32(at + 16, true),
      from + at,
    ];
    if (at >= 20 && view.getUint32(at - 20, true) === LOCATOR64) {
      const place = Number(view.getBigUint64(at - 12, true));
      const wide = viewOf(await range(host, fd, place, 56));
      if (wide.byteLength === 56 && wide.getUint32(0, true) === END64) {
        size = Number(wide.getBigUint64(40, true));
        offset = Number(wide.getBigUint64(48, true));
        end = place;
      }
    }
    const start = end - size;
    if (start < 0 || size > DIRECTORY_MAX) continue;
    const bytes = await range(host, fd, start, size);
    const entries = entriesOf(bytes, zone);
    const comment = tail.subarray(at + 22, at + 22 + view.getUint16(at + 20, true));
    if (entries) return { entries, comment, base: start - offset, start };
  }
  return undefined;
}

function entriesOf(bytes: Uint8Array, zone: string | undefined): ZipEntry[] | undefined {
  const view = viewOf(bytes);
  const found: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length; ) {
    if (view.getUint32(at, true) !== CENTRAL) return at === 0 ? undefined : found;
    const u16 = (offset: number): number => view.getUint16(at + offset, true);
    const u32 = (offset: number): number => view.getUint32(at + offset, true);
    const name = at + 46 + u16(28);
    const end = name + u16(30) + u16(32);
    if (end > bytes.length) return found;
    const text = textOf(bytes.subarray(at + 46, name));
    const extras = extrasOf(bytes.subarray(name, name + u16(30)));
    const wide = extras.get(1);
    let used = 0;
    const number = (offset: number): number => {
      const value = u32(offset);
      if (value !== 0xffff_ffff || !wide || used + 8 > wide.length) return value;
      used += 8;
      return Number(viewOf(wide).getBigUint64(used - 8, true));
    };
    const [size, packed] = [number(24), number(20)];
    const isUnix = u16(4) >> 8 === UNIX;
    const attributes = u32(38) >>> 16;
    found.push({
      name: text,
      method: u16(10),
      flags: u16(8),
      crc: u32(16),
      packed,
      size,
      at: number(42),
      mtime: unixTime(extras.get(0x5455)) ?? dosTime(u16(14), u16(12), zone),
      mode: isUnix && attributes !== 0 ? attributes & 0o777 : undefined,
      isDirectory: text.endsWith('/'),
      isLink: isUnix && (attributes & FORMAT) === LINK,
      record: bytes.slice(at, end),
    });
    at = end;
  }
  return found;
}

function extrasOf(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = viewOf(bytes);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > bytes.length) break;
    found.set(view.getUint16(at, true), bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
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

/** The packed bytes of an entry, as they stand in the file. Throws BadStream where they are not there. */
export async function* packedBytes(
  host: Host,
  { fd }: OpenFile,
  { at, packed }: ZipEntry,
  base: number,
): AsyncGenerator<Uint8Array> {
  const header = await range(host, fd, base + at, 30);
  const view = viewOf(header);
  if (header.length < 30 || view.getUint32(0, true) !== LOCAL)
    throw new BadStream('no local header');
  const from = base + at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  for (let done = 0; done < packed; ) {
    const data = await range(host, fd, from + done, Math.min(1 << 18, packed - done));
    if (data.length === 0) throw new BadStream('it is cut off');
    done += data.length;
    yield data;
  }
}
