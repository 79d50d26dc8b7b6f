/** The extra fields of a zip entry that hold times with a zone, and names in UTF-8. */

import { viewOf } from '../../kernel/bytes.ts';
import { timeOf } from './archive.ts';
import type { Crc32 } from './crc32.ts';
import { utf8Text } from './names.ts';

/** The name by Info-ZIP's Unicode path field (0x7075), which counts while its CRC is that of the plain name. */
export function unicodeName(
  field: Uint8Array | undefined,
  plain: Uint8Array,
  crc32: Crc32,
): string | undefined {
  if (!field || field.length < 5 || field[0] !== 1) return undefined;
  if (viewOf(field).getUint32(1, true) !== crc32(plain)) return undefined;
  return utf8Text(field.subarray(5));
}

/**
 * The time of modification: NTFS's (0x000a), the extended timestamp (0x5455), Info-ZIP's old field for Unix
 * (0x5855); at last that of MS-DOS, which is local time, and is read in the zone of the reader, as unzip does.
 */
export function modified(
  fields: ReadonlyMap<number, Uint8Array>,
  date: number,
  time: number,
): bigint {
  const found = ntfsTime(fields.get(0x000a)) ?? extendedTime(fields) ?? dosTime(date, time);
  return timeOf(found);
}

const SECOND = 1_000_000_000n;
/** 1970 in FILETIME, which counts 100 ns since 1601. */
const EPOCH = 116_444_736_000_000_000n;

function ntfsTime(field: Uint8Array | undefined): bigint | undefined {
  if (!field || field.length < 4) return undefined;
  const view = viewOf(field);
  for (let at = 4; at + 4 <= field.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1 || at + 12 > field.length) continue;
    const ticks = view.getBigUint64(at + 4, true);
    return ticks === 0n ? undefined : (ticks - EPOCH) * 100n;
  }
  return undefined;
}

function extendedTime(fields: ReadonlyMap<number, Uint8Array>): bigint | undefined {
  const [extended, unix] = [fields.get(0x5455), fields.get(0x5855)];
  if (extended && extended.length >= 5 && ((extended[0] ?? 0) & 1) !== 0)
    return BigInt(viewOf(extended).getInt32(1, true)) * SECOND;
  if (unix && unix.length >= 8) return BigInt(viewOf(unix).getInt32(4, true)) * SECOND;
  return undefined;
}

function dosTime(date: number, time: number): bigint {
  const local = new Date(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return date === 0 ? 0n : BigInt(local.getTime()) * 1_000_000n;
}
