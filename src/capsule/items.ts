/**
 * The entries of a capsule's tar. They may be anybody's: a name that leads out or is no name is refused, and what is kept
 * of all names together is bounded.
 */
import { createTarDecoder, type TarHeader } from 'modern-tar';
import { FsError, fail } from '../kernel/errors.ts';
import { NAME_MAX, PATH_MAX, type Path, utf8Length } from '../kernel/path.ts';
import { FILES } from './capsule.ts';
import { partsOf } from './stream.ts';
import { parsePaxTime } from './tar.ts';

/** An entry of the tar. As much of its body as its user leaves is skipped before the next entry comes. */
interface RawEntry {
  readonly header: TarHeader;
  readonly body: AsyncIterable<Uint8Array>;
}

/** More entries than memory has room for. */
const ENTRIES_MAX = 2_000_000;
/** The characters of all names and targets together, which are kept until a capsule is unpacked. */
const NAMES_MAX = 256 << 20;
export async function* entriesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<RawEntry> {
  const decoded = stream.pipeThrough(createTarDecoder({ strict: true }) as never);
  let [entries, names] = [0, 0];
  try {
    for await (const { header, body } of partsOf(decoded as ReadableStream<DecodedEntry>)) {
      if (++entries > ENTRIES_MAX)
        fail('EFBIG', `a capsule has at most ${ENTRIES_MAX.toLocaleString('en')} entries`);
      names += header.name.length + (header.linkname?.length ?? 0);
      if (names > NAMES_MAX) fail('EFBIG', 'the names in the capsule are too long to be kept');
      const reader = body.getReader();
      yield { header, body: readBy(reader) };
      // It is read to its end: the decoder takes the cancelling of a body for that of the entry that it has come to.
      for (let part = await reader.read(); !part.done; ) part = await reader.read();
    }
  } catch (error) {
    throw damage(error);
  }
}

/** The decoder throws plain errors; everything else is passed on. */
function damage(error: unknown): unknown {
  if (error instanceof FsError || (error as Error).name === 'AbortError') return error;
  const reason = `the capsule is damaged or cut off: ${(error as Error).message}`;
  return new FsError('EINVAL', { reason, cause: error });
}

interface DecodedEntry {
  readonly header: TarHeader;
  readonly body: ReadableStream<Uint8Array>;
}

async function* readBy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } catch (error) {
    throw damage(error);
  }
}

const kinds = {
  file: 'file',
  directory: 'dir',
  symlink: 'symlink',
  link: 'link',
} as const;

/** One thing that a capsule holds. */
export interface CapsuleItem {
  /** Its path where the capsule was made. */
  readonly path: Path;
  readonly kind: 'file' | 'dir' | 'symlink' | 'link';
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly mode: number;
  /** The text of a symbolic link. */
  readonly target: string;
  /** The path of the file that a hard link is another name of. */
  readonly first: Path;
}

/** A text says why the entry cannot be taken. */
export function itemOf({
  name,
  type = 'file',
  size,
  mtime,
  mode,
  linkname = '',
  pax,
}: TarHeader): CapsuleItem | string {
  if (!name.startsWith(FILES)) return `it does not lie in ${FILES}`;
  const kind = Object.hasOwn(kinds, type) ? kinds[type as keyof typeof kinds] : undefined;
  if (!kind) return `a ${type} cannot be kept in a namespace`;
  const path = pathOf(name.slice(FILES.length));
  if (typeof path === 'string') return path;
  const first = kind === 'link' ? pathOf(linkname.slice(FILES.length)) : [];
  if (typeof first === 'string' || (kind === 'link' && !linkname.startsWith(FILES)))
    return 'it is another name of a file that is not in the capsule';
  const exact = pax?.['mtime'] === undefined ? undefined : parsePaxTime(pax['mtime']);
  return {
    path,
    kind,
    size,
    mtime: clampTime(exact ?? BigInt(Math.trunc(mtime?.getTime() ?? 0)) * 1_000_000n),
    mode: (mode ?? 0o644) & 0o777,
    target: linkname,
    first,
  };
}

/** A time of a namespace has 64 bits. */
const TIME_MAX = 2n ** 63n - 1n;
const clampTime = (time: bigint): bigint =>
  time > TIME_MAX ? TIME_MAX : time < -TIME_MAX ? -TIME_MAX : time;

function pathOf(text: string): Path | string {
  // The first look is cheap, however long the text is.
  if (text.length > PATH_MAX || utf8Length(text) > PATH_MAX)
    return `its path has more than ${PATH_MAX} bytes`;
  const path = (text.endsWith('/') ? text.slice(0, -1) : text).split('/');
  if (text === '') return [];
  if (path.some((name) => name === '' || name === '.' || name === '..'))
    return 'its name leads out of the capsule';
  if (text.includes('\0')) return 'its name holds a NUL';
  if (path.some((name) => utf8Length(name) > NAME_MAX))
    return `its name has more than ${NAME_MAX} bytes`;
  return path;
}

export const textOf = (path: Path): string => `/${path.join('/')}`;
