/**
 * tar as POSIX describes it (pax and ustar) and as GNU tar, star and v7 write it. Only headers are read. Where a
 * header is damaged, reading goes on at the next one that is whole.
 */
import { fail } from '../../kernel/errors.ts';
import {
  type ArchiveEntry,
  type Damage,
  ENTRIES_MAX,
  PIECE,
  type RawName,
  type Source,
  timeOf,
} from './archive.ts';
import { decoderOf, utf8Text } from './names.ts';
import { PaxRecords } from './pax.ts';
import { gnuSparse, paxSparse, readSparse, SEGMENTS_MAX, type SparseFile } from './sparse.ts';
import { BLOCK, type Header, headerOf, isZero, untilNul } from './tarheader.ts';

/** A long name or a pax header has at most this many bytes. */
const EXTENDED_MAX = 1 << 20;
/** An entry may have a pax header, a long name and a long link name in front of it. */
const HEADERS_MAX = 4 * ENTRIES_MAX;
/** An archive that is damaged in more places is not read any further. */
const DAMAGES_MAX = 100;

/** What the type flags mean that are not files with content; a type that is not here is a file, as POSIX asks. */
const types: Readonly<Record<string, 'link' | 'symlink' | 'dir' | 'dumpdir' | 'skip'>> = {
  '1': 'link',
  '2': 'symlink',
  '5': 'dir',
  // GNU's incremental backups: a directory, whose content is a list of what it had.
  D: 'dumpdir',
  // The label of the volume, and Solaris's access control lists.
  V: 'skip',
  A: 'skip',
};
const refusals: Readonly<Record<string, string>> = {
  '3': 'it is a device',
  '4': 'it is a device',
  '6': 'it is a named pipe',
  M: 'it goes on from an earlier volume of a multi-volume archive, and all volumes are needed',
  N: 'it is a table of names of a tar from before 1988',
};
/** Headers that describe the next entry, or all that follow. */
const extensions = 'xXgLK';

/** What the headers before an entry say of it. */
interface Pending {
  pax: PaxRecords;
  readonly global: PaxRecords;
  name?: RawName | undefined;
  link?: RawName | undefined;
  broken: boolean;
}

/** EFBIG for too many headers or too many pieces of sparse files. */
export async function* tarEntries(source: Source): AsyncGenerator<ArchiveEntry | Damage> {
  const global = new PaxRecords();
  const pending: Pending = { pax: new PaxRecords(global), global, broken: false };
  let headers = 0;
  let segments = 0;
  let damages = 0;
  let last: string | undefined;
  for (let at = 0; at < source.size; ) {
    const block = await source.read(at, BLOCK);
    if (isZero(block)) {
      // One block of zeros alone is a slip; two are the end.
      if (!headerOf(await source.read(at + BLOCK, BLOCK))) return;
      at += BLOCK;
      continue;
    }
    const header = headerOf(block);
    if (!header) {
      if (++damages > DAMAGES_MAX) {
        yield { damage: `it is damaged in more than ${DAMAGES_MAX} places` };
        return;
      }
      const next = await nextHeader(source, at);
      const where = last === undefined ? 'its beginning' : `the entry after ${last}`;
      yield { damage: next < source.size ? `${where} is damaged` : `it ends in ${where}` };
      at = next;
      continue;
    }
    if (++headers > HEADERS_MAX) fail('EFBIG', 'an archive of too many headers');
    const { pax } = pending;
    const name = (): string => JSON.stringify(shown(nameOf(header, pax, pending)));
    const size = sizeOf(header, pax);
    if (!Number.isSafeInteger(size) || size < 0) {
      yield { damage: `the size of ${name()} is damaged` };
      if (++damages > DAMAGES_MAX) return;
      at = await nextHeader(source, at);
      continue;
    }
    const length = await lengthOf(header, size, source, at);
    if (at + BLOCK + length > source.size) {
      yield { damage: `it ends in the middle of ${name()}` };
      return;
    }
    const from = at + BLOCK;
    at = from + Math.ceil(length / BLOCK) * BLOCK;
    if (extensions.includes(header.type)) {
      await extend(pending, header, source, from, size);
      continue;
    }
    if (pending.broken) {
      yield { damage: `the extended header of ${name()} is damaged` };
      if (++damages > DAMAGES_MAX) return;
    }
    if (types[header.type] !== 'skip') {
      const { entry, sparse } = await entryOf({ header, pax, pending, size, source, from });
      at += (sparse?.blocks ?? 0) * BLOCK;
      segments += sparse?.map?.segments.length ?? 0;
      if (segments > SEGMENTS_MAX) fail('EFBIG', 'an archive of too many pieces of sparse files');
      yield entry;
      last = name();
      if (at > source.size) yield { damage: `it ends right after ${last}` };
    }
    Object.assign(pending, {
      pax: new PaxRecords(global),
      name: undefined,
      link: undefined,
      broken: false,
    });
  }
}

/** The size of an entry: that of pax, but for sparse files of libarchive, where that is the size with its holes. */
function sizeOf({ type, size }: Header, pax: PaxRecords): number {
  const told = extensions.includes(type) ? undefined : pax.number('size');
  const isWithHoles = told !== undefined && told === pax.number('GNU.sparse.realsize');
  return told === undefined || (isWithHoles && size > 0) ? size : told;
}

/** Bytes of content behind a header. */
async function lengthOf(
  { type }: Header,
  size: number,
  source: Source,
  at: number,
): Promise<number> {
  const kind = types[type];
  if (kind === 'symlink' || kind === 'dir' || '346'.includes(type)) return 0;
  // Some tars tell the size of the file with each link to it, and some store the content again.
  if (kind === 'link' && size > 0) {
    const next = await source.read(at + BLOCK, BLOCK);
    return isZero(next) || headerOf(next) ? 0 : size;
  }
  return size;
}

async function extend(
  pending: Pending,
  { type }: Header,
  source: Source,
  from: number,
  size: number,
): Promise<void> {
  if (size > EXTENDED_MAX) {
    pending.broken = true;
    return;
  }
  const bytes = await source.read(from, size);
  if (type === 'L') pending.name = { bytes: untilNul(bytes) };
  else if (type === 'K') pending.link = { bytes: untilNul(bytes) };
  else if (!(type === 'g' ? pending.global : pending.pax).add(bytes)) pending.broken = true;
}

interface Found {
  readonly header: Header;
  readonly pax: PaxRecords;
  readonly pending: Pending;
  readonly size: number;
  readonly source: Source;
  readonly from: number;
}

/** The entry, and its sparse map where it has one. */
async function entryOf(found: Found): Promise<{ entry: ArchiveEntry; sparse?: SparseFile }> {
  const { header, pax, pending, size } = found;
  const name = nameOf(header, pax, pending);
  const mtime = timeOf(pax.time('mtime') ?? secondsOf(header.mtime));
  const mode = Number.isFinite(header.mode) ? { mode: header.mode } : {};
  const common = { name, mtime, ...mode };
  const refused = refusals[header.type];
  const kind = types[header.type];
  if (refused) return { entry: { ...common, kind: 'file', size: 0, refused } };
  if (kind === 'symlink' || kind === 'link') {
    const target = pax.name('linkpath') ?? pending.link ?? { bytes: header.link };
    return kind === 'link'
      ? { entry: { ...common, kind: 'file', size: 0, target, link: true } }
      : { entry: { ...common, kind: 'symlink', size: 0, target } };
  }
  // Before POSIX a directory was a file whose name ends in a slash.
  const isDir =
    kind === 'dir' ||
    kind === 'dumpdir' ||
    ('0\0'.includes(header.type) && name.bytes.at(-1) === 47);
  if (isDir) return { entry: { ...common, kind: 'dir', size: 0 } };
  const sparse = await sparseOf(found);
  if (sparse)
    return { entry: { ...common, kind: 'file', ...sparseContent(sparse, found) }, sparse };
  const { source, from } = found;
  const read = (at: number, count: number): Promise<Uint8Array> =>
    source.read(from + at, Math.max(0, Math.min(count, size - at)));
  return { entry: { ...common, kind: 'file', size, read } };
}

async function sparseOf({
  header,
  pax,
  source,
  from,
  size,
}: Found): Promise<SparseFile | undefined> {
  if (header.type === 'S') return gnuSparse(header, source, from);
  return paxSparse(pax, source, from, size);
}

function sparseContent(
  { blocks, map, refused = 'its sparse map is damaged' }: SparseFile,
  { source, from }: Found,
): Pick<ArchiveEntry, 'size' | 'read' | 'refused'> {
  if (!map) return { size: 0, refused };
  const data = from + map.mapSize + blocks * BLOCK;
  const read = (at: number, count: number): Promise<Uint8Array> =>
    readSparse(map, source, data, at, count);
  return { size: map.size, read };
}

function nameOf(header: Header, pax: PaxRecords, pending: Pending): RawName {
  return pax.name('GNU.sparse.name') ?? pax.name('path') ?? pending.name ?? { bytes: header.name };
}

const secondsOf = (seconds: number): bigint =>
  BigInt(Number.isSafeInteger(seconds) ? seconds : 0) * 1_000_000_000n;

const shown = ({ bytes, text }: RawName): string =>
  text ?? utf8Text(bytes) ?? decoderOf('windows-1252')(bytes);

/** Where the next whole header stands behind a damaged one; the size of the archive where there is none. */
async function nextHeader(source: Source, damaged: number): Promise<number> {
  for (let at = damaged + BLOCK; at < source.size; at += PIECE) {
    const piece = await source.read(at, PIECE);
    for (let here = 0; here + BLOCK <= piece.length; here += BLOCK) {
      const block = piece.subarray(here, here + BLOCK);
      if (!isZero(block) && headerOf(block)) return at + here;
    }
  }
  return source.size;
}
