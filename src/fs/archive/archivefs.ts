/**
 * ArchiveFs: a zip, tar or tar.gz as a read-only tree, without unpacking it first. An archive is somebody
 * else's: names that lead out, links that do, and names that are there twice are left out or contained.
 */
import { Gunzip } from 'fflate';
import { fail } from '../../kernel/errors.ts';
import { NAME_MAX, type Path, utf8Length } from '../../kernel/path.ts';
import type {
  About,
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { walkTo } from '../../kernel/treewalk.ts';
import { type ArchiveEntry, type Source, UNPACKED_MAX } from './archive.ts';
import { tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

interface FileNode {
  readonly entry: ArchiveEntry;
  readonly ino: bigint;
  readonly target?: string;
}
interface DirNode {
  readonly entries: Map<string, FileNode | DirNode>;
  readonly ino: bigint;
  mtime: bigint;
}

/** The target of a symlink is not longer. */
const TARGET_MAX = 4096;
const PIECE = 1 << 18;

export class ArchiveFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #root: DirNode = { entries: new Map(), ino: 1n, mtime: 0n };
  readonly #left: string[] = [];
  #lastIno = 1n;

  readonly #source: () => Promise<Source>;
  #reading: Promise<void> | undefined;

  constructor(source: () => Promise<Source>, spec: ServiceSpec = { kind: 'archive' }) {
    this.spec = spec;
    this.#source = source;
  }

  /**
   * Reads the list of its entries, when it is first asked for anything. EINVAL where it is none of the formats
   * or damaged at its beginning, EFBIG where it is too large.
   */
  ready(): Promise<void> {
    this.#reading ??= this.#read().catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.#root.entries.clear();
    this.#left.length = 0;
    for await (const entry of await entriesOf(await this.#source())) await this.#add(entry);
  }

  /** Names that were left out, since they lead out or are no names. */
  get left(): readonly string[] {
    return this.#left;
  }

  about(): About {
    const count = this.#left.length;
    return count === 0
      ? {}
      : { note: `${count} entries were left out: they lead out of the archive` };
  }

  async stat(path: Path): Promise<Stat> {
    await this.ready();
    return statOf(this.#node(path));
  }

  async readdir(path: Path): Promise<Entry[]> {
    await this.ready();
    const node = this.#node(path);
    if (!('entries' in node)) return fail('ENOTDIR');
    return [...node.entries].map(([name, child]) => {
      const stat = statOf(child);
      return { name, kind: stat.kind, stat };
    });
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    await this.ready();
    const node = this.#node(path);
    if ('entries' in node) return fail('EISDIR');
    if (node.entry.kind === 'symlink') fail('ELOOP');
    if (mode.write || mode.append || mode.truncate) fail('EROFS', 'an archive is only read');
    const { size, read } = node.entry;
    return {
      read: async (at, count) =>
        at >= size ? new Uint8Array(0) : ((await read?.(at, count)) ?? new Uint8Array(0)),
      stat: async () => statOf(node),
    };
  }

  async readlink(path: Path): Promise<string> {
    await this.ready();
    const node = this.#node(path);
    return ('target' in node ? node.target : undefined) ?? fail('EINVAL', 'not a symbolic link');
  }

  async #add(entry: ArchiveEntry): Promise<void> {
    const path = cleanName(entry.name);
    if (!path) {
      this.#left.push(entry.name);
      return;
    }
    if (path.length === 0) return;
    const dir = this.#dirFor(path.slice(0, -1));
    const name = path[path.length - 1] as string;
    if (!dir) {
      this.#left.push(entry.name);
      return;
    }
    const there = dir.entries.get(name);
    if (entry.kind === 'dir') {
      if (there && 'entries' in there) there.mtime = entry.mtime;
      else if (there) this.#left.push(entry.name);
      else dir.entries.set(name, this.#makeDir(entry.mtime));
      return;
    }
    // Of a name that is there twice the later one counts, as unpacking has it; never in the place of a directory.
    if (there && 'entries' in there) this.#left.push(entry.name);
    else await this.#addFile(dir, name, path, entry);
  }

  async #addFile(dir: DirNode, name: string, path: Path, entry: ArchiveEntry): Promise<void> {
    if (entry.link) {
      const old = this.#find(cleanName(entry.target ?? '') ?? []);
      if (old && !('entries' in old)) dir.entries.set(name, old);
      else this.#left.push(entry.name);
      return;
    }
    if (entry.kind !== 'symlink') {
      dir.entries.set(name, { entry, ino: ++this.#lastIno });
      return;
    }
    const target = entry.target ?? (await targetOf(entry));
    if (target === undefined || leadsOut(path, target)) this.#left.push(entry.name);
    else dir.entries.set(name, { entry, ino: ++this.#lastIno, target });
  }

  /** The directory at a path, made where it is missing; undefined where a file stands in the way. */
  #dirFor(path: Path): DirNode | undefined {
    let dir = this.#root;
    for (const name of path) {
      const child = dir.entries.get(name) ?? this.#makeDir(0n);
      if (!('entries' in child)) return undefined;
      dir.entries.set(name, child);
      dir = child;
    }
    return dir;
  }

  #makeDir(mtime: bigint): DirNode {
    return { entries: new Map(), ino: ++this.#lastIno, mtime };
  }

  #find(path: Path): FileNode | DirNode | undefined {
    let node: FileNode | DirNode | undefined = this.#root;
    for (const name of path) node = node && 'entries' in node ? node.entries.get(name) : undefined;
    return node;
  }

  #node(path: Path): FileNode | DirNode {
    return walkTo<FileNode, DirNode>(this.#root, path);
  }
}

function statOf(node: FileNode | DirNode): Stat {
  if ('entries' in node)
    return { kind: 'dir', size: 0, mtime: node.mtime, ino: node.ino, nlink: 1, version: '1' };
  const { kind, size, mtime } = node.entry;
  const length = node.target === undefined ? size : utf8Length(node.target);
  return { kind, size: length, mtime, ino: node.ino, nlink: 1, version: '1' };
}

/** Names of a path inside; undefined for one that leads out, or has a name that is none. */
function cleanName(name: string): string[] | undefined {
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0')) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const bad = parts.some((part) => part === '..' || utf8Length(part) > NAME_MAX);
  return bad || parts.length > 256 ? undefined : parts;
}

/** Dots may lead up only at the beginning: after a name that may be a link nobody knows where they lead. */
function leadsOut(path: Path, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return true;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const first = parts.findIndex((part) => part !== '..');
  const ups = first < 0 ? parts.length : first;
  return ups > path.length - 1 || parts.slice(ups).includes('..');
}

async function targetOf({ size, read }: ArchiveEntry): Promise<string | undefined> {
  if (size > TARGET_MAX) return undefined;
  return new TextDecoder().decode(await read?.(0, size));
}

/** Which format it is its first bytes tell. */
async function entriesOf(source: Source): Promise<AsyncGenerator<ArchiveEntry>> {
  const [first = 0, second = 0] = await source.read(0, 2);
  if (first === 0x50 && second === 0x4b) return zipEntries(source);
  if (first !== 0x1f || second !== 0x8b) return tarEntries(source);
  return tarEntries(await gunzipped(source));
}

/** A compressed archive has no places to read at: it is unpacked into memory, up to a bound. */
async function gunzipped(source: Source): Promise<Source> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const gunzip = new Gunzip((part) => {
    size += part.length;
    if (size > UNPACKED_MAX) fail('EFBIG', 'unpacked it is too large for memory');
    parts.push(part);
  });
  try {
    for (let at = 0; at < source.size; at += PIECE)
      gunzip.push(await source.read(at, PIECE), at + PIECE >= source.size);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw error;
    fail('EINVAL', 'this archive is damaged');
  }
  const all = new Uint8Array(size);
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return { size, read: async (at, count) => all.slice(at, at + count) };
}
