/** zip as its APPNOTE describes it, zip64 too: the directory at the end is read first, and a file when it is opened. */

import type { Directory } from '../../codec/zipdirectory.ts';
import { CENTRAL, extraFields, zip64Numbers } from '../../codec/zipfields.ts';
import { viewOf } from '../../kernel/bytes.ts';
import type { ArchiveEntry, Damage, RawName, Source } from './archive.ts';
import { type Crc32, crc32 } from './crc32.ts';
import { utf8Text } from './names.ts';
import { modified, unicodeName } from './zipextra.ts';
import { LastUnpacked, reader } from './zipfile.ts';

/** Systems whose file names have no backslash: DOS, OS/2, NTFS, VFAT. */
const dosSystems: ReadonlySet<number> = new Set([0, 6, 10, 14]);
/** Systems whose attributes are a mode in the upper half: Unix and macOS. */
const unixSystems: ReadonlySet<number> = new Set([3, 19]);

/** The target of a link has at most this many bytes in the zip: thousands of links could lead to the same large data. */
const PACKED_LINK_MAX = 8192;

const FORMAT = 0o170_000;
const LINK = 0o120_000;
const DIR = 0o040_000;

/** The entries that the directory lists. */
export async function* zipEntries(
  source: Source,
  { bytes, count, isCount16, base }: Directory,
): AsyncGenerator<ArchiveEntry | Damage> {
  const context = { source, base, last: new LastUnpacked(), crc32: await crc32() };
  const view = viewOf(bytes);
  let found = 0;
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === CENTRAL; found++) {
    const size =
      46 + [28, 30, 32].reduce((sum, field) => sum + view.getUint16(at + field, true), 0);
    if (at + size > bytes.length) break;
    yield entryOf(bytes.subarray(at, at + size), context);
    at += size;
  }
  // Old tools count only to 65,535 and begin again.
  if (isCount16 ? (found & 0xffff) !== count : found !== count)
    yield { damage: `its directory tells ${count} entries and has ${found}` };
}

interface Context {
  readonly source: Source;
  readonly base: number;
  readonly last: LastUnpacked;
  readonly crc32: Crc32;
}

function entryOf(record: Uint8Array, context: Context): ArchiveEntry {
  const view = viewOf(record);
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  const system = record[5] ?? 0;
  const extras = extraFields(record.subarray(46 + u16(28), 46 + u16(28) + u16(30)));
  const [size, packed, local] = zip64Numbers(extras.get(1), [u32(24), u32(20), u32(42)]);
  const attributes = u32(38);
  const unixMode = unixSystems.has(system) ? attributes >>> 16 : 0;
  const name = nameOf(record.subarray(46, 46 + u16(28)), u16(8), system, extras, context.crc32);
  const common = {
    name,
    mtime: modified(extras, u16(14), u16(12)),
    ...(unixMode === 0 ? {} : { mode: unixMode & 0o7777 }),
  };
  if (![size, packed, local].every(Number.isSafeInteger))
    return { ...common, kind: 'file', size: 0, refused: 'its size is damaged' };
  if (isDirectory(name, attributes, unixMode, size)) return { ...common, kind: 'dir', size: 0 };
  const { source, base, last } = context;
  const isEncrypted = (u16(8) & 1) !== 0;
  const file = { source, method: u16(10), isEncrypted, crc: u32(16), size, packed, local, base };
  if ((unixMode & FORMAT) !== LINK)
    return { ...common, kind: 'file', size, read: reader(file, last) };
  // The target of a symlink is its content. All links are read when the archive is opened.
  return packed > PACKED_LINK_MAX
    ? { ...common, kind: 'file', size: 0, refused: 'it is a link, and its target is too long' }
    : { ...common, kind: 'symlink', size, read: reader(file, last) };
}

function nameOf(
  bytes: Uint8Array,
  flags: number,
  system: number,
  extras: ReadonlyMap<number, Uint8Array>,
  crc: Crc32,
): RawName {
  const isUtf8 = (flags & 0x800) !== 0;
  const text =
    unicodeName(extras.get(0x7075), bytes, crc) ?? (isUtf8 ? utf8Text(bytes) : undefined);
  return { bytes, dos: dosSystems.has(system), ...(text === undefined ? {} : { text }) };
}

/** A directory has a name that ends in a slash, a mode that says so, or an attribute of DOS. */
function isDirectory(
  { bytes, dos }: RawName,
  attributes: number,
  unixMode: number,
  size: number,
): boolean {
  if (bytes.at(-1) === 47 || (unixMode & FORMAT) === DIR) return true;
  return dos === true && size === 0 && (attributes & 0x10) !== 0;
}
