/**
 * MemFs: a tree of files in memory with complete POSIX-like semantics. Every rule is checked before
 * anything moves. With a keeper (kernel/keeper.ts) each change is told to it, and the tree starts
 * as it was kept.
 */
import { type Awaitable, after } from '../../kernel/awaitable.ts';
import { CHUNK, Content } from '../../kernel/content.ts';
import { fail } from '../../kernel/errors.ts';
import type { Keeper, KeptNode, NodeRecord } from '../../kernel/keeper.ts';
import {
  baseName,
  isWithin,
  type Path,
  parentOf,
  samePath,
  utf8Length,
} from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Kind,
  Mode,
  ServiceSpec,
  Stat,
  Times,
} from '../../kernel/service.ts';

export interface MemFsOptions {
  readonly spec?: ServiceSpec;
  /** Nanoseconds since 1970. */
  readonly clock?: () => bigint;
  /** ENOSPC past this many bytes of content, or this many names. */
  readonly quota?: { readonly bytes?: number; readonly entries?: number };
  readonly keeper?: Keeper;
}

const ROOT = 1;

class Node implements KeptNode {
  readonly ino: number;
  readonly kind: Kind;
  readonly content: Content | undefined;
  readonly entries: Map<string, Node> | undefined;
  readonly target: string | undefined;
  nlink = 0;
  /** Handles open; an unnamed file is charged to the quota until the last is closed. */
  handles = 0;
  mtime: bigint;
  atime: bigint;
  ctime: bigint;
  version = 0;

  constructor(
    ino: number,
    kind: Kind,
    now: bigint,
    { content, target }: { content?: Content; target?: string } = {},
  ) {
    this.ino = ino;
    this.kind = kind;
    this.mtime = this.atime = this.ctime = now;
    this.content = kind === 'file' ? (content ?? new Content()) : undefined;
    this.entries = kind === 'dir' ? new Map() : undefined;
    this.target = target;
  }

  get size(): number {
    return this.content?.size ?? (this.target === undefined ? 0 : utf8Length(this.target));
  }

  record(): NodeRecord {
    const { ino, kind, nlink, mtime, atime, ctime, size, content, target, entries } = this;
    const common = { ino, kind, nlink, mtime, atime, ctime, size };
    if (content)
      return {
        ...common,
        chunks: [...content.chunks].map(([index, { id }]) => [index, id] as const),
      };
    if (entries)
      return { ...common, entries: [...entries].map(([name, node]) => [name, node.ino] as const) };
    return { ...common, target: target ?? '' };
  }

  stat(): Stat {
    const { kind, size, mtime, atime, ctime, nlink } = this;
    return {
      kind,
      size,
      mtime,
      atime,
      ctime,
      ino: BigInt(this.ino),
      nlink,
      version: String(this.version),
    };
  }
}

export class MemFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #clock: () => bigint;
  readonly #quota: NonNullable<MemFsOptions['quota']>;
  readonly #keeper: Keeper | undefined;
  readonly #root: Node;
  #lastIno = ROOT;
  #bytes = 0;
  #entries = 0;

  constructor({
    spec = { kind: 'mem' },
    clock = wallClock,
    quota = {},
    keeper,
  }: MemFsOptions = {}) {
    this.spec = spec;
    this.#clock = clock;
    this.#quota = quota;
    this.#keeper = keeper;
    const restored = keeper?.restored;
    this.#root = restored ? this.#restore(restored) : new Node(ROOT, 'dir', clock());
    this.#root.nlink = 1;
    if (keeper && !restored) keeper.changed(this.#root);
  }

  /** Bytes of content and names held. */
  get usage(): { bytes: number; entries: number } {
    return { bytes: this.#bytes, entries: this.#entries };
  }

  stat(path: Path): Awaitable<Stat> {
    return this.#node(path).stat();
  }

  async readdir(path: Path): Promise<Entry[]> {
    const { entries } = this.#dir(path);
    return [...entries].map(([name, node]) => ({ name, kind: node.kind, stat: node.stat() }));
  }

  open(path: Path, mode: Mode): Awaitable<FileHandle> {
    const node = this.#node(path);
    if (node.kind === 'dir') fail('EISDIR');
    if (node.kind === 'symlink') fail('ELOOP');
    const content = node.content as Content;
    if (mode.write || mode.append) this.#keeper?.check('less');
    if (mode.truncate && content.size > 0) this.#resize(node, content, 0);
    node.handles++;
    return this.#handle(node, content);
  }

  create(path: Path, kind: 'file' | 'dir'): Awaitable<void> {
    this.#add(path, () => this.#make(kind));
  }

  remove(path: Path, kind: 'file' | 'dir'): Awaitable<void> {
    const { dir, name, node } = this.#named(path);
    if (kind === 'file' && node.kind === 'dir') fail('EISDIR');
    if (kind === 'dir' && node.kind !== 'dir') fail('ENOTDIR');
    if (node.entries && node.entries.size > 0) fail('ENOTEMPTY');
    this.#keeper?.check('less');
    this.#unlink(dir, name, node);
  }

  async rename(from: Path, to: Path): Promise<void> {
    const source = this.#named(from);
    if (samePath(from, to)) return;
    if (source.node.kind === 'dir' && isWithin(to, from))
      fail('EINVAL', 'a directory cannot move into itself');
    const dir = this.#dir(parentOf(to));
    const name = baseName(to);
    const old = to.length === 0 ? this.#root : dir.entries.get(name);
    if (old === source.node) return;
    if (old) this.#checkReplaced(source.node, old);
    this.#keeper?.check('less');
    if (old) this.#unlink(dir, name, old);
    source.dir.entries.delete(source.name);
    dir.entries.set(name, source.node);
    source.node.ctime = this.#clock();
    this.#changed(source.node);
    this.#touch(source.dir);
    this.#touch(dir);
  }

  async symlink(target: string, path: Path): Promise<void> {
    this.#add(path, () => new Node(++this.#lastIno, 'symlink', this.#clock(), { target }));
  }

  async readlink(path: Path): Promise<string> {
    return this.#node(path).target ?? fail('EINVAL', 'not a symbolic link');
  }

  async link(from: Path, to: Path): Promise<void> {
    const { node } = this.#named(from);
    if (node.kind === 'dir') fail('EPERM', 'a directory has one name');
    this.#add(to, () => node);
  }

  async setTimes(path: Path, times: Times): Promise<void> {
    this.#setTimes(this.#node(path), times);
  }

  async sync(): Promise<void> {
    await this.#keeper?.sync();
  }

  // Open files

  #handle(node: Node, content: Content): FileHandle {
    return {
      read: (at, count) => after(this.#load(content, at, count), () => content.read(at, count)),
      write: (at, data) => {
        const [from, count] = at === 'end' ? [content.size, 1] : [at, data.length];
        // Loading may take a while: the end is where the file ends after it.
        return after(this.#load(content, from, count), () =>
          this.#write(node, content, at === 'end' ? content.size : at, data),
        );
      },
      truncate: async (size) => {
        await this.#load(content, Math.min(size, content.size), 1);
        this.#resize(node, content, size);
      },
      stat: () => node.stat(),
      setTimes: async (times) => this.#setTimes(node, times),
      sync: async () => this.#keeper?.sync(),
      close: () => {
        node.handles--;
        this.#release(node);
      },
    };
  }

  #write(
    node: Node,
    content: Content,
    at: number,
    data: Uint8Array,
  ): { written: number; end: number } {
    if (data.length === 0) return { written: 0, end: at };
    this.#keeper?.check('more');
    this.#grow(Math.max(0, at + data.length - content.size));
    content.write(at, data);
    this.#touch(node);
    return { written: data.length, end: at + data.length };
  }

  #resize(node: Node, content: Content, size: number): void {
    this.#keeper?.check(size > content.size ? 'more' : 'less');
    this.#grow(size - content.size);
    content.truncate(size);
    this.#touch(node);
  }

  /** Only what is not in memory is waited for: the usual case is done at once. */
  #load(content: Content, at: number, count: number): Promise<unknown> | undefined {
    if (!this.#keeper) return undefined;
    const absent = content.absent(at, Math.min(count, content.size - at + CHUNK));
    if (absent.length === 0) return undefined;
    const keeper = this.#keeper;
    return Promise.all(absent.map((chunk) => keeper.load(chunk)));
  }

  #grow(bytes: number): void {
    if (bytes > 0 && this.#bytes + bytes > (this.#quota.bytes ?? Infinity))
      fail('ENOSPC', 'over its quota');
    this.#bytes += bytes;
  }

  #setTimes(node: Node, { atime, mtime }: Times): void {
    this.#keeper?.check('less');
    node.atime = atime ?? node.atime;
    node.mtime = mtime ?? node.mtime;
    node.ctime = this.#clock();
    this.#changed(node);
  }

  // Names

  #node(path: Path): Node {
    let node = this.#root;
    for (const name of path) {
      const { entries } = node;
      node = (entries ?? fail('ENOTDIR')).get(name) ?? fail('ENOENT');
    }
    return node;
  }

  #dir(path: Path): Node & { entries: Map<string, Node> } {
    const node = this.#node(path);
    if (!node.entries) fail('ENOTDIR');
    return node as Node & { entries: Map<string, Node> };
  }

  /** An existing node with its name; the root has none: EBUSY. */
  #named(path: Path): { dir: Node & { entries: Map<string, Node> }; name: string; node: Node } {
    if (path.length === 0) fail('EBUSY', 'the root has no name');
    const dir = this.#dir(parentOf(path));
    const name = baseName(path);
    return { dir, name, node: dir.entries.get(name) ?? fail('ENOENT') };
  }

  #add(path: Path, make: () => Node): void {
    if (path.length === 0) fail('EEXIST');
    const dir = this.#dir(parentOf(path));
    const name = baseName(path);
    if (dir.entries.has(name)) fail('EEXIST');
    if (dir.nlink === 0) fail('ENOENT', 'the directory was removed');
    if (this.#entries >= (this.#quota.entries ?? Infinity)) fail('ENOSPC', 'too many names');
    this.#keeper?.check('more');
    const node = make();
    node.nlink++;
    node.ctime = this.#clock();
    this.#entries++;
    dir.entries.set(name, node);
    this.#changed(node);
    this.#touch(dir);
  }

  #make(kind: 'file' | 'dir'): Node {
    return new Node(++this.#lastIno, kind, this.#clock());
  }

  #checkReplaced(moved: Node, old: Node): void {
    if (moved.kind !== 'dir' && old.kind === 'dir') fail('EISDIR');
    if (moved.kind === 'dir' && old.kind !== 'dir') fail('ENOTDIR');
    if (old.entries && old.entries.size > 0) fail('ENOTEMPTY');
  }

  #unlink(dir: Node & { entries: Map<string, Node> }, name: string, node: Node): void {
    dir.entries.delete(name);
    this.#entries--;
    node.nlink--;
    node.ctime = this.#clock();
    this.#release(node);
    this.#changed(node);
    this.#touch(dir);
  }

  /** Neither a name nor a handle leads to it any more. */
  #release(node: Node): void {
    if (node.nlink === 0 && node.handles === 0) this.#bytes -= node.content?.size ?? 0;
  }

  /** The content of a node changed, or the names of a directory. */
  #touch(node: Node): void {
    node.mtime = node.ctime = this.#clock();
    node.version++;
    this.#keeper?.changed(node);
  }

  #changed(node: Node): void {
    this.#keeper?.changed(node);
  }

  #restore(records: readonly NodeRecord[]): Node {
    const nodes = new Map<number, Node>();
    for (const record of records) {
      const { ino, kind, target, nlink, mtime, atime, ctime } = record;
      const content =
        kind === 'file' ? Content.restored(record.size, record.chunks ?? []) : undefined;
      const node = new Node(ino, kind, mtime, {
        ...(content ? { content } : {}),
        ...(target === undefined ? {} : { target }),
      });
      Object.assign(node, { nlink, mtime, atime, ctime });
      nodes.set(ino, node);
      this.#lastIno = Math.max(this.#lastIno, ino);
      this.#bytes += content?.size ?? 0;
    }
    for (const { ino, entries } of records) {
      for (const [name, child] of entries ?? []) {
        const node = nodes.get(child);
        if (!node) continue;
        nodes.get(ino)?.entries?.set(name, node);
        this.#entries++;
      }
    }
    return nodes.get(ROOT) ?? new Node(ROOT, 'dir', this.#clock());
  }
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n;
