/**
 * MemFs: a tree of files in memory with complete POSIX-like semantics. Every rule is checked before
 * anything moves. With a keeper (kernel/keeper.ts) each change is told to it, and the tree starts
 * as it was kept.
 */
import type { Awaitable } from '../../kernel/awaitable.ts';
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
  About,
  Entry,
  FileHandle,
  FileService,
  Kind,
  Mode,
  ServiceSpec,
  Stat,
  Step,
  Times,
} from '../../kernel/service.ts';
import { type MemoryBudget, type MemQuota, Usage } from './usage.ts';

export interface MemFsOptions {
  readonly spec?: ServiceSpec;
  /** Nanoseconds since 1970. */
  readonly clock?: () => bigint;
  /** ENOSPC past this many bytes of content, or this many names. */
  readonly quota?: MemQuota;
  /** ENOSPC past what all trees that share it may hold together. */
  readonly budget?: MemoryBudget | undefined;
  readonly keeper?: Keeper;
}

type Range = readonly [at: number, count: number];

const ROOT = 1;
/** Versions of one tree that was put in the place of another. */
const GENERATION = 2 ** 32;

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
  /** Once somebody has set it. */
  mode: number | undefined;
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

  stat(): Stat {
    const { kind, size, mtime, atime, ctime, nlink, mode } = this;
    return {
      kind,
      size,
      mtime,
      atime,
      ctime,
      ino: BigInt(this.ino),
      nlink,
      ...(mode === undefined ? {} : { mode }),
      version: String(this.version),
    };
  }
}

/**
 * The quota of a mount of `mem` that names none: a program that fills it gets ENOSPC before the tab or the process that
 * holds the kernel runs out of memory.
 */
export const memoryQuota = { bytes: 1 << 30, entries: 1 << 20 } as const;

export class MemFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #clock: () => bigint;
  readonly #usage: Usage;
  readonly #keeper: Keeper | undefined;
  #root: Node;
  #lastIno = ROOT;
  #generation = 0;
  /** While several steps are made as one: how to take back each. */
  #undo: (() => void)[] | undefined;

  constructor({
    spec = { kind: 'mem' },
    clock = wallClock,
    quota = {},
    budget,
    keeper,
  }: MemFsOptions = {}) {
    this.spec = spec;
    this.#clock = clock;
    this.#usage = new Usage(this, quota, budget);
    this.#keeper = keeper;
    const restored = keeper?.restored;
    const nodes = restored ? this.#restore(restored) : [];
    this.#root = nodes.find(({ ino }) => ino === ROOT) ?? new Node(ROOT, 'dir', clock());
    this.#root.nlink = 1;
    keeper?.attach(restored ? nodes : [this.#root]);
    if (!restored) this.#changed(this.#root);
  }

  /**
   * The tree becomes another that was kept. What is open stays usable as what was removed does. `following`
   * who changes it: then it may be read-only here.
   */
  replace(records: readonly NodeRecord[], following = false): void {
    if (!following) this.#keeper?.check('less');
    const old = [...this.#nodes()];
    this.#usage.reset();
    const nodes = this.#restore(records);
    // Whoever read a file before must see that it is another now.
    this.#generation++;
    for (const node of nodes) node.version = this.#generation * GENERATION;
    this.#root = nodes.find(({ ino }) => ino === ROOT) ?? new Node(ROOT, 'dir', this.#clock());
    this.#root.nlink = 1;
    this.#keeper?.attach(nodes);
    for (const node of old) {
      node.nlink = 0;
      if (node.handles > 0) this.#usage.add(node.size);
    }
  }

  /** Bytes of content and names held. */
  get usage(): { bytes: number; entries: number } {
    const { bytes, entries } = this.#usage;
    return { bytes, entries };
  }

  about(): About {
    return { used: this.usage, limit: this.#usage.quota };
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
    this.#rename(from, to);
  }

  #rename(from: Path, to: Path): void {
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
    this.#undo?.push(() => {
      dir.entries.delete(name);
      source.dir.entries.set(source.name, source.node);
      this.#touch(source.dir, source.name);
      this.#touch(dir, name);
    });
    source.dir.entries.delete(source.name);
    dir.entries.set(name, source.node);
    source.node.ctime = this.#clock();
    this.#changed(source.node);
    this.#touch(source.dir, source.name);
    this.#touch(dir, name);
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

  async setMode(path: Path, mode: number): Promise<void> {
    this.#setMode(this.#node(path), mode);
  }

  async sync(): Promise<void> {
    await this.#keeper?.sync();
  }

  /** Nothing waits in between, so nobody sees a part of it, and no flush takes one. */
  async apply(steps: readonly Step[]): Promise<void> {
    this.#keeper?.check(steps.every(({ op }) => op === 'remove') ? 'less' : 'more');
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      for (const step of steps) this.#step(step);
      this.#undo = undefined;
    } catch (error) {
      this.#undo = undefined;
      for (const back of undo.reverse()) back();
      throw error;
    }
  }

  #step(step: Step): void {
    const { path } = step;
    if (step.op === 'remove') {
      const { dir, name, node } = this.#named(path);
      this.#removeAll(dir, name, node);
    } else if (step.op === 'dir') {
      this.#add(path, () => this.#make('dir'));
      this.#setTimes(this.#node(path), step.times);
    } else if (step.op === 'file') this.#putFile(path, step.content, step.times);
    else if (step.op === 'symlink')
      this.#add(path, () => new Node(++this.#lastIno, 'symlink', this.#clock(), step));
    else if (step.op === 'link') {
      const { node } = this.#named(step.from);
      if (node.kind === 'dir') fail('EPERM', 'a directory has one name');
      this.#add(path, () => node);
    } else if (step.op === 'rename') this.#rename(step.from, path);
    else if (step.op === 'mode') this.#setMode(this.#node(path), step.mode);
    else this.#setTimes(this.#node(path), step.times);
  }

  #putFile(path: Path, content: Content, times: Required<Times>): void {
    const dir = this.#dir(parentOf(path));
    if (!dir.entries.has(baseName(path))) this.#add(path, () => this.#make('file'));
    const node = this.#node(path);
    const own = node.content ?? fail(node.kind === 'dir' ? 'EISDIR' : 'ELOOP');
    this.#usage.grow(content.size - own.size);
    const old = own.copy();
    this.#undo?.push(() => {
      this.#usage.add(old.size - own.size);
      own.become(old);
      this.#touch(node);
    });
    own.become(content);
    this.#touch(node);
    this.#setTimes(node, times);
  }

  #removeAll(dir: Node & { entries: Map<string, Node> }, name: string, node: Node): void {
    if (node.entries) {
      const inside = node as Node & { entries: Map<string, Node> };
      for (const [child, each] of [...node.entries]) this.#removeAll(inside, child, each);
    }
    this.#unlink(dir, name, node);
  }

  // Open files

  #handle(node: Node, content: Content): FileHandle {
    return {
      read: (at, count, _signal, into) =>
        this.#loaded(
          content,
          () => [at, count],
          () => content.read(at, count, into),
        ),
      write: (at, data) => {
        // Loading may take a while: the end is where the file ends after it.
        const from = (): number => (at === 'end' ? content.size : at);
        const range = (): Range => [from(), at === 'end' ? 1 : data.length];
        return this.#loaded(content, range, () => this.#write(node, content, from(), data));
      },
      truncate: async (size) => {
        const range = (): Range => [Math.min(size, content.size), 1];
        await this.#loaded(content, range, () => this.#resize(node, content, size));
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
    this.#usage.grow(Math.max(0, at + data.length - content.size));
    content.write(at, data);
    this.#touch(node);
    return { written: data.length, end: at + data.length };
  }

  #resize(node: Node, content: Content, size: number): void {
    this.#keeper?.check(size > content.size ? 'more' : 'less');
    this.#usage.grow(size - content.size);
    content.truncate(size);
    this.#touch(node);
  }

  /** Only what is not in memory is waited for: the usual case is done at once. */
  #loaded<T>(content: Content, range: () => Range, then: () => T): Awaitable<T> {
    const keeper = this.#keeper;
    if (!keeper) return then();
    const [at, count] = range();
    const absent = content.absent(at, Math.min(count, content.size - at + CHUNK));
    if (absent.length === 0) return then();
    // Looked at again: in a small memory it may have gone once more.
    return Promise.all(absent.map((chunk) => keeper.load(chunk))).then(() =>
      this.#loaded(content, range, then),
    );
  }

  #setTimes(node: Node, { atime, mtime }: Times): void {
    this.#keeper?.check('less');
    const old = { atime: node.atime, mtime: node.mtime };
    this.#undo?.push(() => {
      Object.assign(node, old);
      this.#changed(node);
    });
    node.atime = atime ?? node.atime;
    node.mtime = mtime ?? node.mtime;
    node.ctime = this.#clock();
    this.#changed(node);
  }

  #setMode(node: Node, mode: number): void {
    if (node.kind === 'symlink') fail('EINVAL', 'a symbolic link has no mode');
    this.#keeper?.check('less');
    const old = node.mode;
    this.#undo?.push(() => {
      node.mode = old;
      this.#changed(node);
    });
    node.mode = mode;
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
    this.#usage.checkName();
    this.#keeper?.check('more');
    const node = make();
    this.#undo?.push(() => this.#unlink(dir, name, node));
    node.nlink++;
    node.ctime = this.#clock();
    this.#usage.add(0, 1);
    dir.entries.set(name, node);
    this.#changed(node);
    this.#touch(dir, name);
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
    this.#undo?.push(() => {
      dir.entries.set(name, node);
      const isBack = node.nlink++ === 0 && node.handles === 0;
      this.#usage.add(isBack ? (node.content?.size ?? 0) : 0, 1);
      this.#changed(node);
      this.#touch(dir, name);
    });
    dir.entries.delete(name);
    this.#usage.add(0, -1);
    node.nlink--;
    node.ctime = this.#clock();
    this.#release(node);
    this.#changed(node);
    this.#touch(dir, name);
  }

  /** Neither a name nor a handle leads to it any more. */
  #release(node: Node): void {
    if (node.nlink === 0 && node.handles === 0) this.#usage.add(-(node.content?.size ?? 0));
  }

  /** The content of a node changed, or in a directory what a name leads to. */
  #touch(node: Node, name?: string): void {
    node.mtime = node.ctime = this.#clock();
    node.version++;
    this.#keeper?.changed(node, name);
  }

  #changed(node: Node): void {
    this.#keeper?.changed(node);
  }

  /** Every node that has a name, each once. */
  *#nodes(): Generator<Node> {
    const seen = new Set<Node>();
    const todo = [this.#root];
    for (let node = todo.pop(); node; node = todo.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      yield node;
      // One by one: a directory may have more entries than a call takes arguments.
      if (node.entries) for (const entry of node.entries.values()) todo.push(entry);
    }
  }

  #restore(records: readonly NodeRecord[]): Node[] {
    const nodes = new Map<number, Node>();
    for (const record of records) {
      const { ino, kind, target, nlink, mtime, atime, ctime, mode } = record;
      const content =
        kind === 'file' ? Content.restored(record.size, record.chunks ?? []) : undefined;
      const node = new Node(ino, kind, mtime, {
        ...(content ? { content } : {}),
        ...(target === undefined ? {} : { target }),
      });
      Object.assign(node, { nlink, mtime, atime, ctime, mode });
      nodes.set(ino, node);
      this.#lastIno = Math.max(this.#lastIno, ino);
      this.#usage.add(content?.size ?? 0);
    }
    for (const { ino, entries } of records) {
      for (const [name, child] of entries ?? []) {
        const node = nodes.get(child);
        if (!node) continue;
        nodes.get(ino)?.entries?.set(name, node);
        this.#usage.add(0, 1);
      }
    }
    return [...nodes.values()];
  }
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n;
