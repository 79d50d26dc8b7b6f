/**
 * The tree that the entries of an archive make. An archive is somebody else's: what would lead out of it, or cannot
 * be a file here, is left out with the reason. Nothing is left out, renamed or replaced without a problem that says so.
 */
import { fail } from '../../kernel/errors.ts';
import { NAME_MAX, PATH_MAX, type Path, utf8Length } from '../../kernel/path.ts';
import { type ArchiveEntry, ENTRIES_MAX, reasonOf } from './archive.ts';
import { containedTarget, partsOf } from './inside.ts';
import type { Decode } from './names.ts';

export interface FileNode {
  readonly entry: ArchiveEntry;
  readonly ino: bigint;
  readonly target?: string;
  /** The bytes of the name, where other bytes could have the same text. */
  readonly bytes?: string | undefined;
  nlink: number;
}
export interface DirNode {
  readonly entries: Map<string, FileNode | DirNode>;
  readonly ino: bigint;
  mtime: bigint;
  mode?: number | undefined;
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
  readonly root: DirNode = { entries: new Map(), ino: 1n, mtime: 0n };
  readonly problems: Problem[] = [];
  readonly #decode: Decode;
  readonly #keepLinks: boolean;
  /** Hard links whose file has not come yet. */
  readonly #links: { readonly entry: ArchiveEntry; readonly text: string; readonly path: Path }[] =
    [];
  #ino = 1n;

  constructor(decode: Decode, { keepLinks = false }: TreeOptions = {}) {
    this.#decode = decode;
    this.#keepLinks = keepLinks;
  }

  async add(entry: ArchiveEntry): Promise<void> {
    const { text, bytes } = this.#decode(entry.name);
    const why = await this.#place(entry, text, bytes);
    if (why !== undefined) this.problems.push({ kind: 'left out', name: text, why });
  }

  /** Links whose file came after them, and links to these. */
  finish(): void {
    for (let before = -1; this.#links.length > 0 && this.#links.length !== before; ) {
      before = this.#links.length;
      for (const { path, text, entry } of this.#links.splice(0)) {
        const why = this.#addLink(path, text, entry);
        if (why !== undefined) this.problems.push({ kind: 'left out', name: text, why });
      }
    }
    for (const { text, entry } of this.#links) {
      const why = `the file that it is a link to, ${quoted(this.#linkName(entry))}, is not there`;
      this.problems.push({ kind: 'left out', name: text, why });
    }
  }

  damaged(why: string): void {
    this.problems.push({ kind: 'damaged', why });
  }

  /** Puts an entry where it belongs. Returns why it cannot be shown. */
  async #place(entry: ArchiveEntry, text: string, bytes?: string): Promise<string | undefined> {
    const name = entry.name.dos && !text.includes('/') ? text.replaceAll('\\', '/') : text;
    const isDir = entry.kind === 'dir' || (entry.size === 0 && name !== text && name.endsWith('/'));
    const path = partsOf(name);
    const why = entry.refused ?? whyNot(path, name);
    if (why !== undefined) return why;
    if (path.length === 0) return isDir ? undefined : 'it has no name';
    if (isDir) return this.#addDir(path, entry);
    if (entry.link) return this.#addLink(path, text, entry);
    const common = { entry, bytes, nlink: 1 };
    if (entry.kind !== 'symlink') return this.#put(path, text, { ...common, ino: ++this.#ino });
    const read = await this.#readTarget(entry);
    if (read.target === undefined) return `it is a link, and ${read.why}`;
    const target = this.#keepLinks ? read.target : containedTarget(path, read.target);
    if (target === undefined) return `it is a link out of the archive, to ${quoted(read.target)}`;
    return this.#put(path, text, { ...common, ino: ++this.#ino, target });
  }

  #addDir(path: Path, { mtime, mode }: ArchiveEntry): string | undefined {
    const dir = this.#dirFor(path);
    if (!dir) return IN_THE_WAY;
    dir.mtime = mtime;
    dir.mode = mode;
    return undefined;
  }

  #addLink(path: Path, text: string, entry: ArchiveEntry): string | undefined {
    const file = this.#find(partsOf(this.#linkName(entry)));
    if (file && 'entries' in file) return 'it is a hard link to a directory';
    if (!file) this.#links.push({ entry, text, path });
    else if (this.#find(path) !== file) {
      const why = this.#put(path, text, file);
      if (why !== undefined) return why;
      file.nlink++;
    }
    return undefined;
  }

  #linkName({ target }: ArchiveEntry): string {
    return target ? this.#decode(target).text : '';
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

  /** Puts a file at its path. The later of two of the same name counts, as when an archive is unpacked. */
  #put(path: Path, text: string, node: FileNode): string | undefined {
    const dir = this.#dirFor(path.slice(0, -1));
    if (!dir) return IN_THE_WAY;
    const name = path.at(-1) as string;
    const there = dir.entries.get(name);
    if (there && 'entries' in there) return 'a directory has the same name';
    if (!there) {
      dir.entries.set(name, node);
      return undefined;
    }
    const isOther = there.bytes !== node.bytes;
    const as = isOther ? freeName(dir, name) : name;
    const why = isOther
      ? `another name reads the same, so it is called ${quoted(as)}`
      : 'it is there more than once, and the last one is shown';
    this.problems.push({ kind: 'changed', name: text, why });
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
    return { entries: new Map(), ino: ++this.#ino, mtime: 0n };
  }

  #find(path: Path): FileNode | DirNode | undefined {
    let node: FileNode | DirNode | undefined = this.root;
    for (const name of path) node = node && 'entries' in node ? node.entries.get(name) : undefined;
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

/** `name (2)`, or the next number that is free. */
export function freeName({ entries }: DirNode, name: string): string {
  for (let number = 2; ; number++) {
    const free = `${name} (${number})`;
    if (!entries.has(free)) return free;
  }
}
