/** Which format an archive has is told by its content, whatever it is called. */

import { CutStream } from '../../codec/badstream.ts';
import { directoryOf, SEARCHED } from '../../codec/zipdirectory.ts';
import { viewOf } from '../../kernel/bytes.ts';
import { FsError, fail } from '../../kernel/errors.ts';
import {
  type ArchiveEntry,
  ENTRIES_MAX,
  intoSink,
  type Opened,
  PIECE,
  reasonOf,
  type Source,
  type Unpack,
} from './archive.ts';
import { latin1 } from './names.ts';
import { Pages } from './pages.ts';
import { tarEntries } from './tar.ts';
import { BLOCK, headerOf, isZero } from './tarheader.ts';
import { zipEntries } from './zip.ts';

export interface OpenedArchive extends Opened {
  /** The encoding of names that the archive tells nothing about. */
  readonly traditional: 'cp437' | 'windows-1252';
}

interface Compression {
  /** What a file begins with: one of these. */
  readonly magics: readonly string[];
  /** Loads what unpacks it. */
  readonly load: () => Promise<Unpack>;
  /** True where all that is unpacked before an error is known to be right. */
  readonly isChecked?: boolean;
}

/** Zstandard may begin with a frame to skip, which has sixteen magic numbers. */
const skippable = Array.from({ length: 16 }, (_, i) => `${String.fromCharCode(0x50 + i)}*M\x18`);

const compressions: readonly Compression[] = [
  {
    magics: ['\x1f\x8b'],
    load: async () => intoSink((await import('../../codec/inflate.ts')).gunzip),
  },
  {
    magics: ['BZh'],
    load: async () => intoSink((await import('../../codec/bzip2.ts')).bunzip2),
    isChecked: true,
  },
  {
    magics: ['\xfd7zXZ\0'],
    load: async () => intoSink((await import('../../codec/unxz.ts')).unxz),
  },
  {
    magics: ['\x28\xb5\x2f\xfd', ...skippable],
    load: async () => (await import('./unzstd.ts')).unzstd,
  },
];

/** Formats that are known and not read, so that the refusal can name them, with their articles. */
const unread: readonly (readonly [string, string])[] = [
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['MSCF\0\0\0\0', 'a Windows cabinet'],
  ['xar!', 'a xar archive'],
  ['!<arch>\n', 'an ar archive'],
  ['070701', 'a cpio archive'],
  ['070702', 'a cpio archive'],
  ['070707', 'a cpio archive'],
  ['\xc7\x71', 'a cpio archive'],
  ['\x71\xc7', 'a cpio archive'],
  ['\xed\xab\xee\xdb', 'an RPM package'],
  ['\x1f\x9d', 'a .Z file of compress(1)'],
  ['\x04\x22\x4d\x18', 'an LZ4 file'],
  ['LZIP', 'a lzip file'],
  ['\x89LZO', 'a lzop file'],
  ['LRZI', 'a lrzip file'],
  ['\x5d\0\0', 'an LZMA file'],
];

/** The entries of an archive. EINVAL with the reason where it is none, EFBIG where it is too large. */
export async function openEntries(source: Source, path: string): Promise<OpenedArchive> {
  if (source.size === 0) fail('EINVAL', 'this file is empty');
  const head = await source.read(0, BLOCK);
  const start = latin1(head);
  const found = compressions.find(({ magics }) => magics.some((magic) => start.startsWith(magic)));
  if (found) return openCompressed(source, found, head, path);
  const tar = await openTar(source);
  if (tar) return tar;
  const directory = await directoryOf(source, ENTRIES_MAX);
  if (directory) return { entries: zipEntries(source, directory), traditional: 'cp437' };
  return fail('EINVAL', whyNone(start, source.size));
}

function whyNone(start: string, size: number): string {
  const known = unread.find(([magic]) => start.startsWith(magic));
  if (known) return `this is ${known[1]}, which is not supported; repack it as a zip or a tar`;
  if (!start.startsWith('PK\x03\x04'))
    return 'this is no archive of a known format, or its beginning is damaged';
  return size > SEARCHED
    ? 'this zip is cut off, or much else follows it: its last 16 MiB hold no directory of it'
    : 'this zip is cut off: its directory, which stands at the end, is missing';
}

/** A tar, or one without entries: blocks of zeros and nothing else. */
async function openTar(source: Source): Promise<OpenedArchive | undefined> {
  const head = await source.read(0, BLOCK);
  const isTar = headerOf(head) !== undefined || (await isEmptyTar(source));
  return isTar ? { entries: tarEntries(source), traditional: 'windows-1252' } : undefined;
}

async function isEmptyTar(source: Source): Promise<boolean> {
  if (source.size % BLOCK !== 0) return false;
  for (let at = 0; at < source.size; at += PIECE)
    if (!isZero(await source.read(at, PIECE))) return false;
  return source.size > 0;
}

/** A compressed tar, or a folder of the one file that was compressed. */
async function openCompressed(
  source: Source,
  { load, isChecked = false }: Compression,
  head: Uint8Array,
  path: string,
): Promise<OpenedArchive> {
  const content = new Pages();
  const problems = await (await load())(piecesOf(source), content).then(
    () => ({}),
    (error: unknown) => {
      if (error instanceof FsError) throw error;
      const damage = reasonOf(error);
      // What comes before a cut is shown, as other tools do; after another error nothing is certain.
      return isChecked || error instanceof CutStream ? { damage } : { damage, untrusted: damage };
    },
  );
  if (content.size === 0 && 'damage' in problems)
    fail('EINVAL', `nothing in it is whole: ${problems.damage}`);
  const tar = await openTar(content);
  if (tar) return { ...tar, ...problems };
  const only: ArchiveEntry = {
    name: nameOfOnly(head, path),
    kind: 'file',
    size: content.size,
    mtime: gzipTime(head),
    read: (at, count) => content.read(at, count),
  };
  return { entries: one(only), traditional: 'windows-1252', ...problems };
}

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield await source.read(at, PIECE);
}

async function* one(entry: ArchiveEntry): AsyncGenerator<ArchiveEntry> {
  yield entry;
}

/** The name that gzip keeps, or that of the compressed file without its ending. */
function nameOfOnly(head: Uint8Array, path: string): ArchiveEntry['name'] {
  const text = path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '') || 'content';
  return { bytes: gzipName(head) ?? new TextEncoder().encode(text) };
}

/** RFC 1952: seconds since 1970, or 0 where the time is not known. */
const gzipTime = (head: Uint8Array): bigint =>
  head[0] === 0x1f && head.length >= 10
    ? BigInt(viewOf(head).getUint32(4, true)) * 1_000_000_000n
    : 0n;

/** RFC 1952: the name stands behind ten bytes and an extra field; only its last part counts. */
function gzipName(head: Uint8Array): Uint8Array | undefined {
  const flags = head[3] ?? 0;
  if (head[0] !== 0x1f || (flags & 8) === 0) return undefined;
  const from = 10 + ((flags & 4) === 0 ? 0 : 2 + (head[10] ?? 0) + (head[11] ?? 0) * 256);
  const end = head.indexOf(0, from);
  const name = end < 0 ? undefined : head.subarray(from, end);
  return name?.slice(name.lastIndexOf(47) + 1);
}
