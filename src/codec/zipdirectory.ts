/**
 * Where the directory of a zip is. It stands at the end, before the end record; in front of it may be anything: a
 * program that unpacks itself, a signature, padding. Then offsets may count from the start of the zip alone.
 */
import { viewOf } from '../kernel/bytes.ts';
import { fail } from '../kernel/errors.ts';
import { CENTRAL, END, END64, LOCAL, LOCATOR64 } from './zipfields.ts';

/** A file that is read in ranges. */
export interface RangeSource {
  readonly size: number;
  /** Exactly `count` bytes, fewer only at the end. */
  read(at: number, count: number): Promise<Uint8Array>;
}

/** The end record has only a comment of at most 64 KiB behind it. */
const TAIL = 65_557;
/** A download or a disk image may have put more behind a zip. So many bytes at the end are searched then. */
export const SEARCHED = 16 * 1024 * 1024;
const DIRECTORY_MAX = 64 * 1024 * 1024;
/** The tail of a zip may hold thousands of what looks like an end record. No more than this many are tried. */
const RECORDS_MAX = 16;

export interface Directory {
  /** How many entries the end record tells; of old zips only its lowest 16 bits. */
  readonly count: number;
  readonly isCount16: boolean;
  readonly bytes: Uint8Array;
  /** Bytes in front of the zip, which its offsets do not count. */
  readonly base: number;
  readonly comment: Uint8Array;
}

interface EndRecord {
  readonly count: number;
  readonly isCount16: boolean;
  readonly size: number;
  readonly at: number;
  /** Where the directory ends at the latest: at this record. */
  readonly end: number;
}

/** The directory; undefined where there is no zip. EINVAL where it is cut off, EFBIG where it is too large. */
export async function directoryOf(
  source: RangeSource,
  entriesMax: number,
): Promise<Directory | undefined> {
  const near = await directoryIn(source, TAIL, entriesMax);
  if (near || source.size <= TAIL || !(await isSignatureAt(source, 0, LOCAL))) return near;
  return directoryIn(source, SEARCHED, entriesMax);
}

/** The directory whose end record is among the last `count` bytes. */
async function directoryIn(
  source: RangeSource,
  count: number,
  entriesMax: number,
): Promise<Directory | undefined> {
  const from = Math.max(0, source.size - count);
  const tail = await source.read(from, source.size - from);
  const view = viewOf(tail);
  const found: number[] = [];
  for (let at = tail.length - 22; at >= 0; at--)
    if (view.getUint32(at, true) === END) found.push(at);
  // The record whose comment ends the file comes first: a comment may hold what looks like another record.
  const isExact = (at: number): boolean => at + 22 + view.getUint16(at + 20, true) === tail.length;
  const tried = [...found.filter(isExact), ...found.filter((at) => !isExact(at))];
  for (const at of tried.slice(0, RECORDS_MAX)) {
    const record = (await wideRecord(source, tail, at, from)) ?? plainRecord(view, at, from);
    const directory = await readDirectory(source, record, entriesMax);
    const comment = tail.slice(at + 22, at + 22 + view.getUint16(at + 20, true));
    if (directory) return { ...directory, comment };
  }
  return found.length === 0
    ? undefined
    : fail('EINVAL', 'the directory of this zip is damaged or cut off');
}

function plainRecord(view: DataView, at: number, from: number): EndRecord {
  return {
    count: view.getUint16(at + 10, true),
    isCount16: true,
    size: view.getUint32(at + 12, true),
    at: view.getUint32(at + 16, true),
    end: from + at,
  };
}

/** The zip64 record, which the locator in front of the plain record leads to. */
async function wideRecord(
  source: RangeSource,
  tail: Uint8Array,
  at: number,
  from: number,
): Promise<EndRecord | undefined> {
  const view = viewOf(tail);
  if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR64) return undefined;
  const told = Number(view.getBigUint64(at - 20 + 8, true));
  for (const place of [told, from + at - 20 - 56]) {
    if (!(place >= 0 && place < source.size)) continue;
    const wide = viewOf(await source.read(place, 56));
    if (wide.byteLength < 56 || wide.getUint32(0, true) !== END64) continue;
    const number = (field: number): number => Number(wide.getBigUint64(field, true));
    return { count: number(32), isCount16: false, size: number(40), at: number(48), end: place };
  }
  return undefined;
}

/**
 * The directory stands right before its record, or else where the record says. Its first bytes are looked at before it
 * is read as a whole.
 */
async function readDirectory(
  source: RangeSource,
  { count, isCount16, size, at, end }: EndRecord,
  entriesMax: number,
): Promise<Omit<Directory, 'comment'> | undefined> {
  for (const place of [end - size, at]) {
    if (place < 0 || place + size > end) continue;
    const isEmpty = size === 0 && count === 0;
    if (!isEmpty && !(await isSignatureAt(source, place, CENTRAL))) continue;
    if (end - place > DIRECTORY_MAX || count > entriesMax)
      fail('EFBIG', 'an archive of too many entries');
    // It goes on to the record, whatever size that tells.
    const bytes = await source.read(place, end - place);
    return { count, isCount16, bytes, base: place - at };
  }
  return undefined;
}

async function isSignatureAt(
  source: RangeSource,
  place: number,
  signature: number,
): Promise<boolean> {
  const bytes = await source.read(place, 4);
  return bytes.length === 4 && viewOf(bytes).getUint32(0, true) === signature;
}
