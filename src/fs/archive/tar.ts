/**
 * tar as POSIX describes it (pax and ustar), with GNU's long names and numbers: only the headers are read.
 */
import { fail } from '../../kernel/errors.ts';
import { type ArchiveEntry, decodeName, ENTRIES_MAX, type Source } from './archive.ts';

const BLOCK = 512;
/** A long name or a pax header is not longer. */
const EXTENDED_MAX = 1 << 20;

const kinds: Readonly<Record<string, ArchiveEntry['kind'] | 'link'>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'dir',
};

interface Extended {
  path?: string | undefined;
  linkpath?: string | undefined;
  size?: string | undefined;
  mtime?: string | undefined;
}

/** EINVAL where a header is none, EFBIG for too many entries. */
export async function* tarEntries(source: Source): AsyncGenerator<ArchiveEntry> {
  let extended: Extended = {};
  let global: Extended = {};
  let count = 0;
  for (let at = 0; at + BLOCK <= source.size; ) {
    const header = await source.read(at, BLOCK);
    if (header.length < BLOCK) fail('EINVAL', 'the archive ends in the middle of a header');
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const from = at + BLOCK;
    const own = { ...global, ...extended };
    const size = own.size === undefined ? numberAt(header, 124, 12) : Number(own.size);
    if (!Number.isSafeInteger(size) || size < 0) fail('EINVAL', 'a size that is none');
    // Only files have content; other headers may tell a size all the same.
    const kind = kinds[type];
    const length = kind === 'link' || kind === 'symlink' || kind === 'dir' ? 0 : size;
    if (from + length > source.size) fail('EINVAL', 'the archive ends in the middle of a file');
    at = from + Math.ceil(length / BLOCK) * BLOCK;
    if ('xgLK'.includes(type)) {
      if (size > EXTENDED_MAX) fail('EINVAL', 'an extended header without end');
      const bytes = await source.read(from, size);
      if (type === 'x') extended = { ...extended, ...paxRecords(bytes) };
      else if (type === 'g') global = { ...global, ...paxRecords(bytes) };
      else extended = { ...extended, [type === 'L' ? 'path' : 'linkpath']: textOf(bytes) };
      continue;
    }
    extended = {};
    if (kind === undefined) continue;
    if (++count > ENTRIES_MAX) fail('EFBIG', 'an archive of too many entries');
    yield entryOf(header, own, kind, size, source, from);
  }
}

function entryOf(
  header: Uint8Array,
  own: Extended,
  kind: ArchiveEntry['kind'] | 'link',
  size: number,
  source: Source,
  from: number,
): ArchiveEntry {
  const seconds = own.mtime === undefined ? numberAt(header, 136, 12) : Number(own.mtime);
  const mtime = BigInt(Math.round((Number.isFinite(seconds) ? seconds : 0) * 1e3)) * 1_000_000n;
  const name = own.path ?? nameOf(header);
  if (kind === 'file') {
    const read = (at: number, count: number): Promise<Uint8Array> =>
      source.read(from + at, Math.max(0, Math.min(count, size - at)));
    // Before POSIX a directory was a file whose name ends in a slash.
    if (name.endsWith('/')) return { name, kind: 'dir', size: 0, mtime };
    return { name, kind, size, mtime, read };
  }
  const target = own.linkpath ?? textOf(header.subarray(157, 257));
  if (kind === 'dir') return { name, kind, size: 0, mtime };
  return kind === 'link'
    ? { name, kind: 'file', size: 0, mtime, target, link: true }
    : { name, kind, size: 0, mtime, target };
}

function nameOf(header: Uint8Array): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = textOf(header.subarray(257, 263)).startsWith('ustar');
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix ? `${prefix}/${name}` : name;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or GNU's binary where the first bit is set. */
function numberAt(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (const [i, byte] of field.entries()) value = value * 256 + (i === 0 ? byte & 0x7f : byte);
    return value;
  }
  const digits = textOf(field).trim();
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function checkSum(header: Uint8Array): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 32 : byte;
  if (sum !== numberAt(header, 148, 8)) fail('EINVAL', 'this is no tar archive, or it is damaged');
}

/** `LENGTH KEY=VALUE\n` as often as they come. */
function paxRecords(bytes: Uint8Array): Extended {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = Number(decodeName(bytes.subarray(at, space)));
    if (
      space < 0 ||
      !Number.isInteger(length) ||
      length <= space - at ||
      at + length > bytes.length
    )
      fail('EINVAL', 'a damaged pax header');
    const record = decodeName(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  const { path, linkpath, size, mtime } = found;
  return Object.fromEntries(
    Object.entries({ path, linkpath, size, mtime }).filter(([, value]) => value !== undefined),
  );
}
