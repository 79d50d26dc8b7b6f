/**
 * Copies of files, directories and symlinks from anywhere in the namespace to anywhere, by reading and writing alone.
 * Nothing that is there is ever replaced, and a large file has its own name only once it is whole.
 */
import { FsError, hasCode } from '../../kernel/errors.ts';
import type { Stat } from '../../kernel/service.ts';
import { client } from '../session.ts';
import { explain, joinPath, nameOf, parentPath, showName } from '../text.ts';
import { withSuffix } from './names.ts';
import type { Tally } from './outcomes.ts';
import { freeName, isThere } from './there.ts';
import { unfinished } from './unfinished.ts';

/** The most that is read at once, in bytes. A file that fits is written in one step. */
export const PIECE = 1024 * 1024;

export interface Copying {
  readonly signal: AbortSignal;
  /** Hears what could not be copied; the rest is. */
  readonly tally: Tally;
  /** Told the part that is done, from 0 to 1. */
  readonly progress?: (part: number) => void;
}

/** One entry of a tree, with what it was when it was looked at. */
export interface Walked {
  readonly from: string;
  readonly to: string;
  readonly kind: 'file' | 'dir' | 'symlink' | 'device';
  readonly size: number;
  readonly mtime: bigint;
  /** Equal for the names of one file; absent for a file that has only one name. */
  readonly file?: string;
  /** Permission bits, where the source has them. */
  readonly mode?: number;
}

export interface Copied {
  /** The entries that are copied, each directory before what is in it. */
  readonly entries: readonly Walked[];
  /** Something could not be copied: the tally says what and why. */
  readonly isPart: boolean;
  /** The destination keeps no times: those of the entries are all that is known of them. */
  readonly losesTimes: boolean;
}

/** `to` must not exist. A copy that is stopped, or cannot begin, is taken away again. */
export async function copyTree(from: string, to: string, copying: Copying): Promise<Copied> {
  if (`${to}/`.startsWith(`${from}/`))
    throw new Error('A folder cannot be put into itself. Choose another place.');
  const found = await walkTree(from, to, copying);
  const isTree = found.entries.length > 1;
  const finished = isTree ? unfinished(to, `a copy of ${showName(from)}`) : ignore;
  const made = new Set<string>();
  try {
    await copyAll(found.entries, copying, made);
    const entries = found.entries.filter((each) => made.has(each.to));
    const losesTimes = !(await keepTimes(entries, copying.signal));
    if (losesTimes) copying.tally.notedOnce(to, NO_TIMES);
    finished();
    return { entries, losesTimes, isPart: found.isPart || entries.length < found.entries.length };
  } catch (error) {
    // Only what was made here: the name may be another's, taken meanwhile.
    if (made.has(to)) await takeAway(to, finished);
    else finished();
    throw error;
  }
}

/** What could not be taken away stays listed as unfinished. */
async function takeAway(path: string, finished: () => void): Promise<void> {
  await client()
    .oanix.fs.remove(path, { recursive: true })
    .then(finished, (error: unknown) => {
      if (hasCode(error, 'ENOENT')) finished();
    });
}

const NO_LINKS =
  'This place keeps no hard links: a file with several names is copied once for each of them.';
const NO_MODES =
  'This place keeps no modes: files that could be run are not marked as such any more.';
/** Permission to execute, for anybody. */
const EXECUTABLE = 0o111;
export const NO_TIMES = 'This place keeps no times: what is copied to it has the time of the copy.';
const ignore = (): void => undefined;

/** All that is below a path, without recursion: a tree may be as deep and as wide as its service allows. */
async function walkTree(
  from: string,
  to: string,
  { signal, tally }: Copying,
): Promise<{ entries: Walked[]; isPart: boolean }> {
  const { fs } = client().oanix;
  const entries = [walked(from, to, await fs.lstat(from))];
  let isPart = false;
  for (let at = 0; at < entries.length; at++) {
    signal.throwIfAborted();
    const dir = entries[at] as Walked;
    if (dir.kind !== 'dir') continue;
    const failed = (path: string, error: unknown): void => {
      isPart = true;
      tally.failed(path, error);
    };
    const names = await fs.readdir(dir.from).catch((error: unknown) => {
      if (at === 0) throw error;
      failed(dir.from, error);
      return [];
    });
    for (const { name, stat } of names) {
      const path = joinPath(dir.from, name);
      try {
        // Only lstat tells on which device a file with several names is.
        const found = stat && (stat.nlink ?? 1) <= 1 ? stat : await fs.lstat(path);
        entries.push(walked(path, joinPath(dir.to, name), found));
      } catch (error) {
        failed(path, error);
      }
    }
  }
  return { entries, isPart };
}

function walked(from: string, to: string, stat: Stat & { readonly dev?: number }): Walked {
  const { kind, size, mtime, nlink = 1, dev, ino, mode } = stat;
  const isLinked = kind === 'file' && nlink > 1;
  const own = mode === undefined || kind === 'symlink' ? {} : { mode };
  return { from, to, kind, size, mtime, ...own, ...(isLinked ? { file: `${dev} ${ino}` } : {}) };
}

/** Adds what was made to `made`. Fails where the first entry, which holds all others, cannot be made. */
async function copyAll(
  entries: readonly Walked[],
  { signal, tally, progress }: Copying,
  made: Set<string>,
): Promise<void> {
  // An entry without bytes is work too.
  const total = entries.reduce((sum, { size }) => sum + size + 1, 0);
  let done = 0;
  /** The first name of each file that has several. */
  const firstNames = new Map<string, string>();
  const moved = (bytes: number): void => {
    done += bytes;
    progress?.(Math.min(1, done / total));
  };
  for (const each of entries) {
    signal.throwIfAborted();
    const isRoot = each === entries[0];
    // Its directory could not be made, and was told of.
    if (!isRoot && !made.has(parentPath(each.to))) continue;
    try {
      const first = each.file === undefined ? undefined : firstNames.get(each.file);
      if (first !== undefined && (await linked(first, each.to, tally))) moved(each.size);
      else await copyOne(each, signal, moved);
      if (each.file !== undefined && first === undefined) firstNames.set(each.file, each.to);
      await keepMode(each, tally);
      made.add(each.to);
    } catch (error) {
      signal.throwIfAborted();
      if (isRoot) throw error;
      tally.failed(each.from, error);
    }
    moved(1);
  }
}

/** Gives a copy another name. Returns false, with a note, where the place has no hard links. */
async function linked(first: string, to: string, tally: Tally): Promise<boolean> {
  try {
    await client().oanix.fs.link(first, to);
    return true;
  } catch (error) {
    if (!noLinks.has((error as { code?: string }).code ?? '')) throw error;
    tally.notedOnce(to, NO_LINKS);
    return false;
  }
}

/** Gives a copy the mode of its source. A place without modes loses only that a file can be run, which is noted. */
async function keepMode({ to, kind, mode }: Walked, tally: Tally): Promise<void> {
  if (mode === undefined) return;
  try {
    await client().oanix.fs.setMode(to, mode);
  } catch (error) {
    if (!hasCode(error, 'ENOTSUP')) throw error;
    if (kind === 'file' && (mode & EXECUTABLE) !== 0) tally.notedOnce(to, NO_MODES);
  }
}

/** What link(2) fails with where a place has no hard links, or the copy spans two of them. */
const noLinks: ReadonlySet<string> = new Set(['ENOTSUP', 'EPERM', 'EXDEV', 'EMLINK']);

async function copyOne(
  each: Walked,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const { fs } = client().oanix;
  if (each.kind === 'dir') await fs.mkdir(each.to);
  else if (each.kind === 'symlink') await fs.symlink(await fs.readlink(each.from), each.to);
  else await copyFile(each, signal, moved);
}

async function copyFile(
  { from, to }: Walked,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const source = await openFile(from, signal);
  try {
    await writeNew(to, () => source.read(PIECE, signal), signal, moved);
  } finally {
    await source.close();
  }
}

/** A file that has an end: a stream would be copied for ever. */
export async function openFile(path: string, signal: AbortSignal) {
  const file = await client().oanix.fs.open(path, 'r', signal);
  if (!file.isStream) return file;
  await file.close();
  throw new Error(`${showName(path)} is a stream without an end: it cannot be copied.`);
}

/** Writes a file under a name that is free, from pieces that end with an empty one. EEXIST where the name is taken. */
export async function writeNew(
  to: string,
  piece: () => Promise<Uint8Array>,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const { fs } = client().oanix;
  const first = await piece();
  const second = first.length === 0 ? first : await piece();
  if (second.length === 0) {
    await fs.writeFile(to, first, { exclusive: true });
    moved(first.length);
    return;
  }
  if (await isThere(to)) throw new FsError('EEXIST', { op: 'create', path: to });
  await takeName(await writePart(to, [first, second], piece, signal, moved), to);
}

/** Gives a part that is whole its name, where nobody has that. A part that cannot have it goes. */
export async function takeName(part: string, to: string): Promise<void> {
  const { fs } = client().oanix;
  let isOurs = false;
  try {
    // The name is made first, so that the part replaces nothing of anybody's.
    await fs.writeFile(to, '', { exclusive: true });
    isOurs = true;
    await fs.rename(part, to);
  } catch (error) {
    if (isOurs) await fs.remove(to).catch(ignore);
    await fs.remove(part).catch(ignore);
    throw error;
  }
}

/** Writes the pieces to a file beside `to`, under a name that says that it is a part; gives that name. */
export async function writePart(
  to: string,
  begun: readonly Uint8Array[],
  piece: () => Promise<Uint8Array>,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<string> {
  const { fs } = client().oanix;
  const part = await freeName(joinPath(parentPath(to), withSuffix(nameOf(to), '.part')), 1);
  const finished = unfinished(part, `a copy to ${showName(to)}`);
  let file: Awaited<ReturnType<typeof fs.open>> | undefined;
  try {
    file = await fs.open(part, 'wx', signal);
    for (const data of begun) {
      await file.write(data, signal);
      moved(data.length);
    }
    for (let data = await piece(); data.length > 0; data = await piece()) {
      signal.throwIfAborted();
      await file.write(data, signal);
      moved(data.length);
    }
    const written = file;
    file = undefined;
    await written.close();
    finished();
    return part;
  } catch (error) {
    await file?.close().catch(ignore);
    await takeAway(part, finished);
    throw error;
  }
}

/** Sets the times of copies; whether the place keeps them. */
async function keepTimes(entries: readonly Walked[], signal: AbortSignal): Promise<boolean> {
  // Deepest first: what is put into a directory changes its time.
  for (let at = entries.length - 1; at >= 0; at--) {
    const { to, mtime } = entries[at] as Walked;
    if (mtime === 0n) continue;
    signal.throwIfAborted();
    if (!(await setTime(to, mtime))) return false;
  }
  return true;
}

/** Sets the time of a file, directory or symlink. Returns whether the place keeps times. A time that cannot be set for another reason is no reason to fail. */
export async function setTime(path: string, mtime: bigint): Promise<boolean> {
  try {
    await client().oanix.fs.setTimes(path, { mtime }, { follow: false });
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ENOTSUP';
  }
}

/**
 * Takes away the originals of a whole copy, but nothing that has changed since it was copied. Fails with the first
 * reason why something stays.
 */
export async function removeCopied({ entries }: Copied): Promise<void> {
  const { fs } = client().oanix;
  let stays: unknown;
  for (let at = entries.length - 1; at >= 0; at--) {
    const { from, kind, size, mtime } = entries[at] as Walked;
    try {
      if (kind === 'dir') await client().call('rmdir', { dir: -1, path: from });
      else {
        const now = await fs.lstat(from);
        if (now.kind !== kind || now.size !== size || now.mtime !== mtime)
          throw new Error(`${showName(from)} was changed meanwhile.`);
        await fs.remove(from);
      }
    } catch (error) {
      stays ??= error;
    }
  }
  if (stays !== undefined) throw new Error(explain(stays));
}
