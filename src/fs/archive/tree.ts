/**
 * The tree that the entries of an archive make. An archive is somebody else's: what would lead out of it, or cannot
 * be a file here, is left out with the reason. Nothing is left out, renamed or replaced without a problem that says so.
 */
import { fail } from '../../kernel/errors.ts';
import { NAME_MAX, PATH_MAX, type Path, utf8Length } from '../../kernel/path.ts';
import { type ArchiveEntry, ENTRIES_MAX, type RawName, reasonOf } from './archive.ts';
import { FileNames } from './filenames.ts';
import { containedTarget, partsOf } from './inside.ts';
import type { Decode } from './names.ts';

export interface FileNode {
  readonly entry: ArchiveEntry;
  readonly ino: bigint;
  readonly target?: string;
  nlink: number;
}
export interface DirNode {
  readonly entries: Map<string, FileNode | DirNode>;
  readonly names: FileNames;
  readonly ino: bigint;
  mtime: bigint;
  mode?: number | undefined;
}

/** Where an entry belongs. */
interface Place {
  readonly path: Path;
  /** The name as it is told in problems. */
  readonly text: string;
  /** Equal for names whose bytes are equal, and only for these. */
  readonly identity: string;
}

/** A hard link whose file has not come yet. */
interface WaitingLink {
  readonly entry: ArchiveEntry;
  readonly place: Place;
}

/** Something that a person who looks at the archive has to know. */
export interface Problem {
  readonly kind: 'damaged' | 'left out' | 'changed';
  readonly why: string;
  /** The name of the entry, where the problem is one entry's. */
  readonly name?: string;
}

/** The target of a symlink has at most this many bytes. */
const TARGET_MAX = 4096;

export interface TreeOptions {
  /** Symbolic links are kept as they are stored, wherever they lead: for readers that copy the archive. */
  readonly keepLinks?: boolean;
}

export class ArchiveTree {
  readonly root: DirNode = { entries: new Map(), names: new FileNames(), ino: 1n, mtime: 0n };
  readonly problems: Problem[] = [];
  readonly #decode: Decode;
  readonly #keepLinks: boolean;
  readonly #links: WaitingLink[] = [];
  #ino = 1n;

  constructor(decode: Decode, { keepLinks = false }: TreeOptions = {}) {
    this.#decode = decode;
    this.#keepLinks = keepLinks;
  }

  async add(entry: ArchiveEntry): Promise<void> {
    const place = this.#placeOf(entry.name);
    this.#leaveOut(place, await this.#place(entry, place));
  }

  /** Adds the links whose file came after them, each as soon as its file is there: a chain is walked once. */
  finish(): void {
    const waiting = new Map<string, WaitingLink[]>();
    const ready: WaitingLink[] = [];
    for (const link of this.#links.splice(0)) {
      const target = this.#targetOf(link.entry);
      const links = waiting.get(target.identity);
      if (this.#find(target)) ready.push(link);
      else if (links) links.push(link);
      else waiting.set(target.identity, [link]);
    }
    // The loop also walks the links that it adds.
    for (const { entry, place } of ready) {
      this.#leaveOut(place, this.#addLink(place, entry));
      const { identity } = place;
      for (const link of waiting.get(identity) ?? []) ready.push(link);
      waiting.delete(identity);
    }
    for (const { entry, place } of [...waiting.values()].flat()) {
      const target = quoted(this.#targetOf(entry).text);
      this.#leaveOut(place, `the file that it is a link to, ${target}, is not there`);
    }
  }

  #leaveOut({ text }: Place, why: string | undefined): void {
    if (why !== undefined) this.problems.push({ kind: 'left out', name: text, why });
  }

  damaged(why: string): void {
    this.problems.push({ kind: 'damaged', why });
  }

  /** Puts an entry where it belongs. Returns why it cannot be shown. */
  async #place(entry: ArchiveEntry, place: Place): Promise<string | undefined> {
    const { path, text } = place;
    const isDir =
      entry.kind === 'dir' || (entry.size === 0 && entry.name.dos && /^[^/]*\\$/.test(text));
    const why = entry.refused ?? whyNot(path, text);
    if (why !== undefined) return why;
    if (path.length === 0) return isDir ? undefined : 'it has no name';
    if (isDir) return this.#addDir(path, entry);
    if (entry.link) return this.#addLink(place, entry);
    if (entry.kind !== 'symlink') return this.#put(place, { entry, nlink: 1, ino: ++this.#ino });
    const read = await this.#readTarget(entry);
    if (read.target === undefined) return `it is a link, and ${read.why}`;
    const target = this.#keepLinks ? read.target : containedTarget(path, read.target);
    if (target === undefined) return `it is a link out of the archive, to ${quoted(read.target)}`;
    return this.#put(place, { entry, nlink: 1, ino: ++this.#ino, target });
  }

  #placeOf(name: RawName): Place {
    const { text, bytes } = this.#decode(name);
    const isDos = name.dos && !text.includes('/');
    const path = partsOf(isDos ? text.replaceAll('\\', '/') : text);
    // A NUL is in no path, so a name that is known by its bytes never equals one that is known by its text.
    const identity = bytes === undefined ? path.join('/') : `\0${partsOf(bytes).join('/')}`;
    return { path, text, identity };
  }

  #targetOf({ target }: ArchiveEntry): Place {
    return this.#placeOf(target ?? { bytes: new Uint8Array(0) });
  }

  #addDir(path: Path, { mtime, mode }: ArchiveEntry): string | undefined {
    const dir = this.#dirFor(path);
    if (!dir) return IN_THE_WAY;
    dir.mtime = mtime;
    dir.mode = mode;
    return undefined;
  }

  #addLink(place: Place, entry: ArchiveEntry): string | undefined {
    const file = this.#find(this.#targetOf(entry));
    if (file && 'entries' in file) return 'it is a hard link to a directory';
    if (!file) this.#links.push({ entry, place });
    else if (this.#find(place) !== file) {
      const why = this.#put(place, file);
      if (why !== undefined) return why;
      file.nlink++;
    }
    return undefined;
  }

  /** The target of a symlink stands in its header, or is its content. */
  async #readTarget({
    target,
    size,
    read,
  }: ArchiveEntry): Promise<{ target: string } | { target: undefined; why: string }> {
    if (target) return { target: this.#decode(target).text };
    if (size > TARGET_MAX) return { target: undefined, why: 'its target is too long' };
    try {
      return { target: this.#decode({ bytes: (await read?.(0, size)) ?? new Uint8Array(0) }).text };
    } catch (error) {
      return { target: undefined, why: reasonOf(error) };
    }
  }

  /** Puts a file at its place. The later of two of the same name counts, as when an archive is unpacked. */
  #put({ path, text, identity }: Place, node: FileNode): string | undefined {
    const dir = this.#dirFor(path.slice(0, -1));
    if (!dir) return IN_THE_WAY;
    const name = path.at(-1) as string;
    const known = dir.names.get(identity);
    const there = dir.entries.get(known ?? name);
    if (there && 'entries' in there) return 'a directory has the same name';
    const isOther = there !== undefined && known === undefined;
    const as = isOther ? freeName(dir, name) : (known ?? name);
    if (there) {
      const why = isOther
        ? `another name reads the same, so it is called ${quoted(as)}`
        : 'it is there more than once, and the last one is shown';
      this.problems.push({ kind: 'changed', name: text, why });
      if (!isOther) there.nlink--;
    }
    dir.names.set(identity, as);
    dir.entries.set(as, node);
    return undefined;
  }

  /** The directory at a path, made where it is missing; undefined where a file stands in the way. */
  #dirFor(path: Path): DirNode | undefined {
    let dir = this.root;
    for (const name of path) {
      const child = dir.entries.get(name) ?? this.#makeDir();
      if (!('entries' in child)) return undefined;
      dir.entries.set(name, child);
      dir = child;
    }
    return dir;
  }

  #makeDir(): DirNode {
    if (this.#ino > 3n * BigInt(ENTRIES_MAX)) fail('EFBIG', 'an archive of too many directories');
    return { entries: new Map(), names: new FileNames(), ino: ++this.#ino, mtime: 0n };
  }

  #find({ path, identity }: Place): FileNode | DirNode | undefined {
    let node: FileNode | DirNode | undefined = this.root;
    for (const [i, name] of path.entries()) {
      if (!node || !('entries' in node)) return undefined;
      const shown = i === path.length - 1 ? node.names.get(identity) : undefined;
      node = node.entries.get(shown ?? name);
    }
    return node;
  }
}

const IN_THE_WAY = 'a file or link stands where its directory would be';

export const quoted = (text: string): string => JSON.stringify(text);

/** Why a path cannot be one here; undefined where it can. */
function whyNot(path: Path, name: string): string | undefined {
  if (name.includes('\0')) return 'its name has a NUL in it';
  if (path.includes('..')) return 'it leads out of the archive';
  const long = path.find((part) => utf8Length(part) > NAME_MAX);
  if (long) return `a name in it has ${utf8Length(long)} bytes, and ${NAME_MAX} are the most`;
  const length = path.reduce((sum, part) => sum + 1 + utf8Length(part), 0);
  return length > PATH_MAX
    ? `its path has ${length} bytes, and ${PATH_MAX} are the most`
    : undefined;
}

/** A name in a directory that is not taken yet. */
export function freeName({ entries, names }: DirNode, name: string): string {
  return names.free(name, (free) => entries.has(free));
}
