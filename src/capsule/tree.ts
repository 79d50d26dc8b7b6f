/**
 * A walk over trees that are about to be packed. It yields every directory, file and link once, in an order in which
 * each can be made again: a directory before its content, and a file before its other names. Anything that cannot be
 * packed is left out and reported by name; nothing is dropped silently.
 */
import { FsError, hasCode } from '../kernel/errors.ts';
import type { Kind } from '../kernel/service.ts';

/** Something that was not packed or not unpacked, and why. */
export interface LeftOut {
  /** The full path of the thing, as text. */
  readonly path: string;
  readonly reason: string;
}

export interface TreeStat {
  readonly kind: Kind;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Permission bits, where the service knows them. */
  readonly mode?: number;
  /** The device and the number identify a file that has several names. */
  readonly dev?: number;
  readonly ino?: bigint;
  readonly nlink?: number;
}

/** A file that is open for reading, from its beginning. */
export interface TreeFile {
  /** At most `count` bytes; empty at the end. */
  read(count: number): Promise<Uint8Array>;
  /** The size of the file now. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The files that a walk reads. No method follows a symbolic link. */
export interface TreeSource {
  /** `stat` may be absent or lack the device; then the walk asks for it where it needs it. */
  list(path: string): Promise<readonly { readonly name: string; readonly stat?: TreeStat }[]>;
  stat(path: string): Promise<TreeStat>;
  readlink(path: string): Promise<string>;
  /** ENOTSUP for a stream, which has no end. */
  open(path: string): Promise<TreeFile>;
}

/** The content of a file: exactly `size` bytes. */
export interface TreeContent {
  readonly size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** One entry of an archive. `name` is its path in the archive, without a slash at the end. */
export type TreeEntry = { readonly name: string; readonly stat: TreeStat } & (
  | { readonly kind: 'dir' }
  | { readonly kind: 'file'; readonly content: TreeContent }
  | { readonly kind: 'symlink'; readonly target: string }
  /** Another name of the file that was yielded as `first`. */
  | { readonly kind: 'link'; readonly first: string }
);

/** A directory or file to pack, and the name that it gets in the archive. */
export interface Root {
  readonly path: string;
  readonly name: string;
}

export interface WalkOptions {
  leftOut(each: LeftOut): void;
  readonly signal?: AbortSignal | undefined;
  /** Called after each entry, with the bytes of content that it had. */
  packed?(path: string, bytes: number): void;
  /** The format has no hard links: every name of a file gets the content. */
  readonly copiesLinks?: boolean;
  /** Paths that are not entered, with the reasons. */
  readonly skipped?: ReadonlyMap<string, string>;
}

interface Ancestor {
  readonly id: string;
  readonly above: Ancestor | undefined;
}
interface Todo extends Root {
  readonly stat?: TreeStat | undefined;
  readonly above: Ancestor | undefined;
}

export async function* walkTree(
  source: TreeSource,
  roots: readonly Root[],
  options: WalkOptions,
): AsyncGenerator<TreeEntry> {
  const firstNames = new Map<string, string>();
  const todo: Todo[] = roots.map((root) => ({ ...root, above: undefined })).reverse();
  for (let item = todo.pop(); item; item = todo.pop()) {
    options.signal?.throwIfAborted();
    const { path, name } = item;
    const skipped = options.skipped?.get(path);
    if (skipped !== undefined) {
      options.leftOut({ path, reason: skipped });
      continue;
    }
    const here = item;
    const stat = await orLeftOut(path, options, () => statOf(source, here));
    if (!stat) continue;
    if (stat.kind === 'dir') yield* enter(source, item, stat, todo, options);
    else if (stat.kind === 'symlink') {
      const target = await orLeftOut(path, options, () => source.readlink(path));
      if (target !== undefined) yield { name, stat, kind: 'symlink', target };
    } else yield* fileEntry(source, item, stat, firstNames, options);
    options.packed?.(path, 0);
  }
}

/** The stat of a listing is enough for a file with one name; everything else must be identified. */
async function statOf(source: TreeSource, { path, stat }: Todo): Promise<TreeStat> {
  const isEnough = stat && stat.kind !== 'dir' && (stat.nlink ?? 1) <= 1;
  return isEnough ? stat : source.stat(path);
}

const idOf = ({ dev, ino }: TreeStat): string | undefined =>
  dev === undefined || ino === undefined ? undefined : `${dev}:${ino}`;

async function* enter(
  source: TreeSource,
  { path, name, above }: Todo,
  stat: TreeStat,
  todo: Todo[],
  options: WalkOptions,
): AsyncGenerator<TreeEntry> {
  const id = idOf(stat);
  for (let each = above; each && id !== undefined; each = each.above) {
    if (each.id !== id) continue;
    options.leftOut({ path, reason: 'it is a directory that it lies in, shown again by a bind' });
    return;
  }
  yield { name, stat, kind: 'dir' };
  const entries = await orLeftOut(path, options, () => source.list(path));
  const inside = id === undefined ? above : { id, above };
  for (const entry of [...(entries ?? [])].reverse())
    todo.push({
      path: path === '/' ? `/${entry.name}` : `${path}/${entry.name}`,
      name: name === '' ? entry.name : `${name}/${entry.name}`,
      stat: entry.stat,
      above: inside,
    });
}

async function* fileEntry(
  source: TreeSource,
  { path, name }: Todo,
  stat: TreeStat,
  firstNames: Map<string, string>,
  options: WalkOptions,
): AsyncGenerator<TreeEntry> {
  const id = !options.copiesLinks && (stat.nlink ?? 1) > 1 ? idOf(stat) : undefined;
  const first = id === undefined ? undefined : firstNames.get(id);
  if (first !== undefined) {
    yield { name, stat, kind: 'link', first };
    return;
  }
  const opened = await orLeftOut(path, options, async () => {
    const file = await source.open(path);
    try {
      return { file, content: await contentOf(file, path, options) };
    } catch (error) {
      await file.close();
      throw error;
    }
  });
  if (!opened) return;
  try {
    yield { name, stat, kind: 'file', content: opened.content };
  } finally {
    await opened.file.close();
  }
  if (id !== undefined) firstNames.set(id, name);
}

/** Read ahead of the header: a file that ends within it needs no size from its service. */
const HEAD = 1 << 20;

/**
 * The content of an open file. Headers state the size before the content, so a file that grows meanwhile is cut at the
 * size that it had, and one that shrinks is EIO.
 */
async function contentOf(
  file: TreeFile,
  path: string,
  { leftOut, packed, signal }: WalkOptions,
): Promise<TreeContent> {
  const head: Uint8Array[] = [];
  let headSize = 0;
  let hasEnded = false;
  while (headSize < HEAD && !hasEnded) {
    const part = await file.read(HEAD);
    if (part.length === 0) hasEnded = true;
    else head.push(part);
    headSize += part.length;
  }
  const size = hasEnded ? headSize : Math.max(headSize, await file.size());
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let left = size;
    for (let part = head.shift(); left > 0; part = head.shift()) {
      signal?.throwIfAborted();
      const data = part ?? (await readNamed(file, path));
      if (data.length === 0)
        throw new FsError('EIO', { path, reason: 'the file became shorter while it was read' });
      const own = data.subarray(0, left);
      left -= own.length;
      packed?.(path, own.length);
      yield own;
    }
    if (!hasEnded && (await readNamed(file, path)).length > 0)
      leftOut({
        path,
        reason: `it grew while it was read: only its first ${size} bytes are packed`,
      });
  }
  return { size, chunks };
}

async function readNamed(file: TreeFile, path: string): Promise<Uint8Array> {
  try {
    return await file.read(HEAD);
  } catch (error) {
    throw error instanceof FsError ? error.within({ path }) : error;
  }
}

async function orLeftOut<T>(
  path: string,
  { leftOut, signal }: WalkOptions,
  run: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof FsError) || signal?.aborted || hasCode(error, 'EINTR')) throw error;
    leftOut({ path, reason: reasonOf(error) });
    return undefined;
  }
}

const phrases: { readonly [code: string]: string } = {
  EACCES: 'it may not be read',
  EEXIST: 'something with this name is already there',
  EIO: 'it cannot be read',
  ENAMETOOLONG: 'its name or its path is too long',
  ENOENT: 'it is no longer there',
  ENOSPC: 'there is no room for it',
  ENOTDIR: 'it lies below something that is not a directory',
  ENOTSUP: 'the service at this place cannot hold it',
};

/** A reason in words: the one that the service gave, or a phrase for the code. */
export const reasonOf = ({ code, reason }: FsError): string => reason ?? phrases[code] ?? code;
