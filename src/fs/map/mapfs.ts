/**
 * MapFs: an immutable tree from an object literal. A file's content is text, bytes, or loaded once
 * when it is first read. It has no mutating method, so every mutation is EROFS.
 */
import { fail } from '../../kernel/errors.ts';
import { type Path, parsePath } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { walkTo } from '../../kernel/treewalk.ts';

/** A loader may tell the size beforehand, so that stat knows it; else stat says 0 until it was read. */
export type MapContent =
  | string
  | Uint8Array
  | { readonly size?: number; load(): Promise<Uint8Array | string> };

/** Path → content; a path that ends in a slash is an empty directory. Missing parents are made. */
export type MapTree = { readonly [path: string]: MapContent };

interface FileNode {
  readonly content: MapContent;
  bytes?: Promise<Uint8Array>;
  /** Known once it was fetched, or at once where no fetching is needed. */
  size: number;
  readonly ino: bigint;
}
interface DirNode {
  readonly entries: Map<string, FileNode | DirNode>;
  readonly ino: bigint;
}

export class MapFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #root: DirNode = { entries: new Map(), ino: 1n };
  readonly #mtime: bigint;
  #lastIno = 1n;

  /** EINVAL for a path without a name, ENOTDIR for a file used as a parent, EEXIST for a name given twice. */
  constructor(tree: MapTree, spec: ServiceSpec = { kind: 'map' }, mtime = 0n) {
    this.spec = spec;
    this.#mtime = mtime;
    for (const [path, content] of Object.entries(tree)) this.#add(path, content);
  }

  async stat(path: Path): Promise<Stat> {
    return this.#statOf(this.#node(path));
  }

  async readdir(path: Path): Promise<Entry[]> {
    const node = this.#node(path);
    if (!('entries' in node)) return fail('ENOTDIR');
    return [...node.entries].map(([name, child]) => {
      const stat = this.#statOf(child);
      return { name, kind: stat.kind, stat };
    });
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const node = this.#node(path);
    if ('entries' in node) return fail('EISDIR');
    if (mode.write || mode.append || mode.truncate) fail('EROFS');
    return {
      read: async (at, count) => (await this.#bytes(node)).slice(at, at + count),
      stat: async () => {
        await this.#bytes(node);
        return this.#statOf(node);
      },
    };
  }

  #statOf(node: FileNode | DirNode): Stat {
    const common = { mtime: this.#mtime, ino: node.ino, nlink: 1, version: '1' };
    if ('entries' in node) return { kind: 'dir', size: 0, ...common };
    return { kind: 'file', size: node.size, ...common };
  }

  /** A failed fetch is not kept: the next read tries again. */
  #bytes(node: FileNode): Promise<Uint8Array> {
    node.bytes ??= Promise.resolve(isLoader(node.content) ? node.content.load() : node.content)
      .then((content) => {
        const bytes = toBytes(content);
        node.size = bytes.length;
        return bytes;
      })
      .catch((error: unknown) => {
        delete node.bytes;
        throw error;
      });
    return node.bytes;
  }

  #add(path: string, content: MapContent): void {
    const { names, mustBeDir } = parsePath(path);
    if (names.length === 0 || names.includes('.') || names.includes('..'))
      fail('EINVAL', `'${path}' is no name`);
    let dir = this.#root;
    for (const name of mustBeDir ? names : names.slice(0, -1)) dir = this.#child(dir, name, path);
    if (mustBeDir) return;
    const name = names[names.length - 1] as string;
    if (dir.entries.has(name)) fail('EEXIST', `'${path}' is there twice`);
    const size = isLoader(content) ? (content.size ?? 0) : toBytes(content).length;
    dir.entries.set(name, { content, size, ino: ++this.#lastIno });
  }

  #child(dir: DirNode, name: string, path: string): DirNode {
    const child = dir.entries.get(name) ?? {
      entries: new Map<string, FileNode | DirNode>(),
      ino: ++this.#lastIno,
    };
    dir.entries.set(name, child);
    return 'entries' in child ? child : fail('ENOTDIR', `'${path}' goes through a file`);
  }

  #node(path: Path): FileNode | DirNode {
    return walkTo<FileNode, DirNode>(this.#root, path);
  }
}

const isLoader = (content: MapContent): content is Exclude<MapContent, string | Uint8Array> =>
  typeof content === 'object' && 'load' in content;

const toBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
