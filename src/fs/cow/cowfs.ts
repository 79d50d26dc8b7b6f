/**
 * CowFs: a writable overlay over any service, which stays as it is. What differs is kept as nodes: a name
 * leads to a node, to nothing (a whiteout), or is not mentioned and then the base answers. A directory
 * without an origin is opaque; one with another origin was renamed. Files are copied up whole at the first
 * write. Operations that change names go one after the other, since each asks the base first.
 */
import { type Awaitable, after, attempt } from '../../kernel/awaitable.ts';
import { Content } from '../../kernel/content.ts';
import { fail, hasCode } from '../../kernel/errors.ts';
import { baseName, isWithin, type Path, parentOf, samePath } from '../../kernel/path.ts';
import {
  type Entry,
  type FileHandle,
  type FileService,
  isControl,
  type Mode,
  never,
  type ServiceSpec,
  type Stat,
  statIfThere,
  type Times,
} from '../../kernel/service.ts';
import { hiddenChanges, type Linked, reachable, recount } from './links.ts';
import { isNatural, Node } from './node.ts';
import { Room, type RoomOptions } from './room.ts';

export interface CowFsOptions extends RoomOptions {
  readonly spec?: ServiceSpec;
  /** Nanoseconds since 1970. */
  readonly clock?: () => bigint;
  /** What it holds is other than before. */
  readonly changed?: (() => void) | undefined;
  /** Makes what it holds survive the power's failure (fsync(2)); absent where it waits in memory to be decided. */
  readonly keep?: (() => Promise<void>) | undefined;
}

/** What an overlay holds. */
export interface Saved {
  readonly root: Node;
  /** Files with several names in the base, also where none of them leads here. */
  readonly linked: readonly Node[];
}

/** Where a path leads: to a node of the overlay, or into the base. */
type Found = { readonly node: Node } | { readonly base: Path };

/** An open file of the base, which may be copied up while it is open. */
interface Open {
  node: Node | undefined;
  readonly path: Path;
  /** Where it has other names. */
  readonly ino: bigint | undefined;
}

/** Bytes read at once when a file is copied up. */
const PIECE = 1 << 20;
/** Numbers of new objects: above those that a base gives. */
const FIRST_INO = 1n << 62n;

export class CowFs implements FileService {
  readonly spec: ServiceSpec;
  readonly base: FileService;
  readonly #clock: () => bigint;
  readonly #changed: () => void;
  readonly #keep: CowFsOptions['keep'];
  readonly #room: Room;
  #root: Node;
  #lastIno = FIRST_INO;
  #linked: Linked = new Map();
  /** Open files that were the base's when they were opened. */
  readonly #open = new Set<Open>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    base: FileService,
    { spec, clock = wallClock, changed = () => undefined, keep, ...room }: CowFsOptions = {},
  ) {
    if (isControl(base))
      fail(
        'EINVAL',
        `${base.spec.kind} has control files: a copy of a request is never carried out`,
      );
    this.spec = spec ?? { kind: 'cow' };
    this.base = base;
    this.#clock = clock;
    this.#changed = changed;
    this.#keep = keep;
    this.#room = new Room(room);
    this.#root = this.#fresh();
  }

  get inner(): FileService {
    return this.base;
  }

  get root(): Node {
    return this.#root;
  }

  // The service

  stat(path: Path, signal: AbortSignal = never): Awaitable<Stat> {
    const found = this.#find(path);
    if ('node' in found) return this.#statNode(found.node, signal);
    return after(this.base.stat(found.base, signal), (stat) => this.#asLinked(stat));
  }

  async readdir(path: Path, signal: AbortSignal = never): Promise<Entry[]> {
    const found = this.#find(path);
    if ('base' in found) return this.#baseEntries(found.base, signal);
    const { node } = found;
    if (node.kind !== 'dir') fail('ENOTDIR');
    const entries = node.origin
      ? (await this.#baseEntries(node.origin, signal)).filter(({ name }) => !node.names.has(name))
      : [];
    for (const [name, child] of node.names) {
      if (child)
        entries.push({ name, kind: child.kind, stat: await this.#statNode(child, signal) });
    }
    return entries;
  }

  open(path: Path, mode: Mode, signal: AbortSignal = never): Awaitable<FileHandle> {
    const found = this.#find(path);
    if ('node' in found) return this.#openNode(found.node, mode);
    return after(this.base.stat(found.base, signal), (stat) => {
      checkFile(stat.kind);
      // Another name of what was copied up is a change too, once it is written through that.
      const writes = mode.write || mode.append;
      if (mode.truncate || (writes && this.#linkedTo(stat)))
        return this.#exclusive(async () => this.#openNode(await this.#up(path), mode));
      return this.#openBase(path, found.base, stat, signal);
    });
  }

  create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    return this.#exclusive(async () => this.#add(path, () => this.#make(kind)));
  }

  remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    return this.#exclusive(async () => {
      if (path.length === 0) fail('EBUSY', 'the root has no name');
      const dir = await this.#upDir(parentOf(path));
      const node = await this.#child(dir, path);
      if (kind === 'file' && node.kind === 'dir') fail('EISDIR');
      if (kind === 'dir' && node.kind !== 'dir') fail('ENOTDIR');
      if (node.kind === 'dir' && !(await this.#isEmpty(path))) fail('ENOTEMPTY');
      await this.#unlink(dir, baseName(path), node);
    });
  }

  rename(from: Path, to: Path): Promise<void> {
    return this.#exclusive(async () => {
      if (from.length === 0) fail('EBUSY', 'the root has no name');
      const oldDir = await this.#upDir(parentOf(from));
      const node = await this.#child(oldDir, from);
      if (samePath(from, to)) return;
      if (node.kind === 'dir' && isWithin(to, from))
        fail('EINVAL', 'a directory cannot move into itself');
      if (to.length === 0) fail(node.kind === 'dir' ? 'ENOTEMPTY' : 'EISDIR');
      const dir = await this.#upDir(parentOf(to));
      const old = await this.#child(dir, to).catch(missing);
      if (old === node) return;
      if (old) {
        if (node.kind !== 'dir' && old.kind === 'dir') fail('EISDIR');
        if (node.kind === 'dir' && old.kind !== 'dir') fail('ENOTDIR');
        if (old.kind === 'dir' && !(await this.#isEmpty(to))) fail('ENOTEMPTY');
        await this.#unlink(dir, baseName(to), old);
      }
      if (isNatural(oldDir, baseName(from), node) && node.kind !== 'dir')
        node.hidden.push([...(oldDir.origin as Path), baseName(from)]);
      this.#hide(oldDir, baseName(from));
      dir.names.set(baseName(to), node);
      await this.#ownTimes(node);
      (node.times as NonNullable<Node['times']>).ctime = this.#clock();
      await this.#touch(oldDir);
      await this.#touch(dir);
    });
  }

  symlink(target: string, path: Path): Promise<void> {
    return this.#exclusive(async () =>
      this.#add(path, () => new Node('symlink', ++this.#lastIno, { target, times: this.#now() })),
    );
  }

  async readlink(path: Path, signal: AbortSignal = never): Promise<string> {
    const found = this.#find(path);
    if ('node' in found && (found.node.target !== undefined || !found.node.origin))
      return found.node.target ?? fail('EINVAL', 'not a symbolic link');
    const base = 'node' in found ? (found.node.origin as Path) : found.base;
    if (this.base.readlink) return this.base.readlink(base, signal);
    await this.base.stat(base, signal);
    return fail('EINVAL', 'not a symbolic link');
  }

  link(from: Path, to: Path): Promise<void> {
    return this.#exclusive(async () => {
      if (from.length === 0) fail('EPERM', 'a directory has one name');
      const node = await this.#child(await this.#upDir(parentOf(from)), from);
      if (node.kind === 'dir') fail('EPERM', 'a directory has one name');
      await this.#ownTimes(node);
      await this.#add(to, () => node);
    });
  }

  setTimes(path: Path, times: Times): Promise<void> {
    return this.#exclusive(async () => this.#setTimes(await this.#up(path), times));
  }

  setMode(path: Path, mode: number): Promise<void> {
    return this.#exclusive(async () => {
      const node = await this.#up(path);
      if (node.kind === 'symlink') fail('EINVAL', 'a symbolic link has no mode');
      await this.#setTimes(node, {});
      (node.times as NonNullable<Node['times']>).mode = mode;
    });
  }

  async sync(): Promise<void> {
    await this.#keep?.();
  }

  // What the control of this service needs (control.ts)

  /** Runs while no name changes. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    return this.#exclusive(run);
  }

  /** What it holds: not a copy. */
  live(): Saved {
    return { root: this.#root, linked: [...this.#linked.values()] };
  }

  /** What was changed so far, to go back to with `restore`. */
  save(): Saved {
    const copied = new Map<Node, Node>();
    const root = this.#root.copy(copied);
    return { root, linked: [...this.#linked.values()].map((node) => node.copy(copied)) };
  }

  restore({ root, linked }: Saved): void {
    const copied = new Map<Node, Node>();
    this.#root = root.copy(copied);
    this.#linked = new Map();
    for (const node of linked) {
      const copy = node.copy(copied);
      if (copy.ino !== undefined) this.#linked.set(copy.ino, copy);
    }
    for (const open of this.#open) open.node = undefined;
    for (const node of reachable(this.#root).keys()) {
      if (node.origin) this.#attach(node);
      // What is new gets a number that nothing has.
      if (node.ino !== undefined && node.ino > this.#lastIno) this.#lastIno = node.ino;
    }
    this.#changed();
    this.#room.count(this.#root);
  }

  /** After changes were taken back or given to the base: what several names lead to is counted anew. */
  async settle(): Promise<void> {
    this.#linked = await recount(this.#root, this.#linked, (path) => this.baseStat(path));
    this.#room.count(this.#root);
  }

  /** Gives changed files that only show by names of the base a name here: so each change has a path. */
  async nameHidden(): Promise<void> {
    const lost = hiddenChanges(this.#root, this.#linked);
    const search = async (path: Path): Promise<void> => {
      for (const { name, kind, stat } of lost.size > 0 ? await this.readdir(path) : []) {
        const here = [...path, name];
        if (kind === 'dir') await search(here);
        for (const node of lost) {
          if (node.ino !== stat?.ino) continue;
          lost.delete(node);
          await this.#up(here);
        }
      }
    };
    await search([]);
  }

  /** Forgets all changes: everything is as in the base. */
  clear(): void {
    this.#root = this.#fresh();
    this.#linked = new Map();
    this.#room.count(this.#root);
  }

  /** All of a file's content, as it is here. */
  async contentOf(node: Node): Promise<Content> {
    return node.content ?? (await this.#readBase(node.origin as Path));
  }

  /** All of a file of the base. */
  baseContent(path: Path): Promise<Content> {
    return this.#readBase(path);
  }

  /** Whether the base has something there, and what. */
  baseStat(path: Path): Promise<Stat | undefined> {
    return statIfThere(this.base, path);
  }

  // Finding

  /** ENOENT and ENOTDIR as far as the overlay tells; the base tells the rest. */
  #find(path: Path): Found {
    let node = this.#root;
    for (const [i, name] of path.entries()) {
      if (node.kind !== 'dir') fail('ENOTDIR');
      const child = node.names.get(name);
      if (child) node = child;
      else if (child === null || !node.origin) fail('ENOENT');
      else return { base: [...node.origin, ...path.slice(i)] };
    }
    return { node };
  }

  #statNode(node: Node, signal: AbortSignal): Awaitable<Stat> {
    const whole = node.content ?? (node.kind !== 'file' && node.times);
    if (!node.origin || whole) return node.stat(undefined);
    return after(this.base.stat(node.origin, signal), (base) => node.stat(base));
  }

  /** Another name of a file that was copied up shows what that is now. */
  #asLinked(stat: Stat): Awaitable<Stat> {
    const node = this.#linkedTo(stat);
    return node ? this.#statNode(node, never) : stat;
  }

  #linkedTo({ kind, ino, nlink }: Stat): Node | undefined {
    return kind !== 'dir' && ino !== undefined && (nlink ?? 1) > 1
      ? this.#linked.get(ino)
      : undefined;
  }

  async #baseEntries(path: Path, signal: AbortSignal): Promise<Entry[]> {
    const entries = await this.base.readdir(path, signal);
    if (this.#linked.size === 0) return entries;
    return Promise.all(
      entries.map(async (entry) =>
        entry.stat ? { ...entry, stat: await this.#asLinked(entry.stat) } : entry,
      ),
    );
  }

  async #isEmpty(path: Path): Promise<boolean> {
    return (await this.readdir(path)).length === 0;
  }

  // Copying up

  /** The node of what is there, with all directories on the way. */
  async #up(path: Path): Promise<Node> {
    if (path.length === 0) return this.#root;
    return this.#child(await this.#upDir(parentOf(path)), path);
  }

  async #upDir(path: Path): Promise<Node> {
    const node = await this.#up(path);
    if (node.kind !== 'dir') fail('ENOTDIR');
    return node;
  }

  /** The node of the last name of a path in its directory. */
  async #child(dir: Node, path: Path): Promise<Node> {
    const name = baseName(path);
    const known = dir.names.get(name);
    if (known) return known;
    if (known === null || !dir.origin) return fail('ENOENT');
    const origin = [...dir.origin, name];
    const stat = await this.base.stat(origin, never);
    const linked = this.#linkedTo(stat);
    if (linked) {
      linked.aliases.push(origin);
      dir.names.set(name, linked);
      return linked;
    }
    const { kind, ino, nlink = 1 } = stat;
    const target = kind === 'symlink' ? await this.base.readlink?.(origin, never) : undefined;
    const node = new Node(kind, ino, { origin, target, nlink });
    dir.names.set(name, node);
    if (kind !== 'dir' && ino !== undefined) this.#linked.set(ino, node);
    if (kind === 'file') this.#attach(node);
    return node;
  }

  /** Open files of the base that a node now stands for, by whichever of its names they were opened. */
  #attach(node: Node): void {
    for (const open of this.#open) {
      const isIt =
        samePath(open.path, node.origin ?? []) || (open.ino !== undefined && open.ino === node.ino);
      if (isIt) open.node = node;
    }
  }

  readonly #copying = new Map<Node, Promise<Content>>();

  /** The content of a file, its own from now on. */
  #ownContent(node: Node): Awaitable<Content> {
    if (node.content) return node.content;
    const under = this.#copying.get(node) ?? this.#copyUp(node);
    this.#copying.set(node, under);
    return under;
  }

  async #copyUp(node: Node): Promise<Content> {
    try {
      await this.#ownTimes(node);
      const content = await this.#readBase(node.origin as Path);
      if (!node.content) this.#room.take(content.size);
      node.content ??= content;
      return node.content;
    } finally {
      this.#copying.delete(node);
    }
  }

  async #readBase(path: Path): Promise<Content> {
    const content = new Content();
    const handle = await this.base.open(path, { read: true }, never);
    try {
      for (;;) {
        const data = (await handle.read?.(content.size, PIECE, never)) ?? new Uint8Array(0);
        if (data.length === 0) return content;
        content.write(content.size, data.slice());
      }
    } finally {
      await handle.close?.();
    }
  }

  async #ownTimes(node: Node): Promise<void> {
    if (node.times) return;
    const base =
      node.origin && (await attempt(() => this.base.stat(node.origin as Path, never), missing));
    const now = this.#clock();
    node.times ??= {
      mtime: base?.mtime ?? now,
      atime: base?.atime ?? base?.mtime ?? now,
      ctime: base?.ctime ?? base?.mtime ?? now,
      ...(base?.mode === undefined ? {} : { mode: base.mode }),
    };
  }

  // Changing

  async #add(path: Path, make: () => Node): Promise<void> {
    if (path.length === 0) fail('EEXIST');
    const dir = await this.#upDir(parentOf(path));
    const there = await this.#child(dir, path).catch(missing);
    if (there) fail('EEXIST');
    if (dir !== this.#root && dir.nlink === 0) fail('ENOENT', 'the directory was removed');
    this.#room.takeName();
    const node = make();
    node.nlink++;
    if (node.times) node.times.ctime = this.#clock();
    dir.names.set(baseName(path), node);
    await this.#touch(dir);
  }

  #make(kind: 'file' | 'dir'): Node {
    return new Node(kind, ++this.#lastIno, { times: this.#now() });
  }

  async #unlink(dir: Node, name: string, node: Node): Promise<void> {
    if (isNatural(dir, name, node)) node.hidden.push([...(dir.origin as Path), name]);
    this.#hide(dir, name);
    await this.#ownTimes(node);
    node.nlink--;
    this.#room.release(node);
    (node.times as NonNullable<Node['times']>).ctime = this.#clock();
    await this.#touch(dir);
  }

  /** The name leads nowhere; in a directory of the base that takes a whiteout. */
  #hide(dir: Node, name: string): void {
    if (dir.origin) dir.names.set(name, null);
    else dir.names.delete(name);
  }

  async #setTimes(node: Node, { atime, mtime }: Times): Promise<void> {
    await this.#ownTimes(node);
    const old = node.times as NonNullable<Node['times']>;
    node.times = {
      ...old,
      atime: atime ?? old.atime,
      mtime: mtime ?? old.mtime,
      ctime: this.#clock(),
    };
    node.modified = true;
    node.version++;
    this.#changed();
  }

  /** The names of a directory changed. */
  async #touch(dir: Node): Promise<void> {
    await this.#ownTimes(dir);
    this.#touched(dir);
  }

  #touched(node: Node): void {
    const now = this.#clock();
    node.times = { ...(node.times as NonNullable<Node['times']>), mtime: now, ctime: now };
    node.version++;
    if (node.kind === 'file') node.modified = true;
    this.#changed();
  }

  #now(): NonNullable<Node['times']> {
    const now = this.#clock();
    return { mtime: now, atime: now, ctime: now };
  }

  #fresh(): Node {
    return new Node('dir', undefined, { origin: [], nlink: 1 });
  }

  #exclusive<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(run, run);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  // Open files

  #openNode(node: Node, mode: Mode): Awaitable<FileHandle> {
    checkFile(node.kind);
    if (!mode.truncate) return this.#handle(node);
    const cut = async (): Promise<FileHandle> => {
      await this.#ownTimes(node);
      this.#room.take(-(node.content?.size ?? 0));
      if (!node.content) node.content = new Content();
      else node.content.truncate(0);
      this.#touched(node);
      return this.#handle(node);
    };
    return cut();
  }

  #handle(node: Node): FileHandle {
    node.handles++;
    // What is not copied up is read from the base.
    let base: Awaitable<FileHandle> | undefined;
    const below = (): Awaitable<FileHandle> => {
      base ??= attempt(
        () => this.base.open(node.origin ?? fail('ESTALE'), { read: true }, never),
        (error) => {
          // The next read tries again.
          base = undefined;
          throw error;
        },
      );
      return base;
    };
    return {
      read: (at, count, signal) =>
        node.content
          ? node.content.read(at, count)
          : after(below(), (handle) => readOf(handle, at, count, signal)),
      ...this.#writing(() => node),
      stat: (signal) => this.#statNode(node, signal),
      close: () => {
        node.handles--;
        this.#room.release(node);
        return after(base, (handle) => handle?.close?.());
      },
    };
  }

  #openBase(path: Path, base: Path, stat: Stat, signal: AbortSignal): Awaitable<FileHandle> {
    const ino = (stat.nlink ?? 1) > 1 ? stat.ino : undefined;
    const open: Open = { node: this.#linkedTo(stat), path: base, ino };
    if (open.node) return this.#handle(open.node);
    return after(this.base.open(base, { read: true }, signal), (handle) => {
      this.#open.add(open);
      const up = (): Awaitable<Node> =>
        open.node ??
        this.#exclusive(async () => {
          // Removed or moved meanwhile, it is still this file.
          open.node ??= await this.#up(path).catch(missing);
          open.node ??= new Node('file', stat.ino, { origin: base, nlink: 0 });
          return open.node;
        });
      return {
        read: (at, count, readSignal) =>
          open.node?.content
            ? open.node.content.read(at, count)
            : readOf(handle, at, count, readSignal),
        ...this.#writing(up),
        stat: (statSignal) =>
          open.node
            ? this.#statNode(open.node, statSignal)
            : after(this.base.stat(base, statSignal), (now) => this.#asLinked(now)),
        close: () => {
          this.#open.delete(open);
          return handle.close?.();
        },
      };
    });
  }

  #writing(
    up: () => Awaitable<Node>,
  ): Pick<FileHandle, 'write' | 'truncate' | 'setTimes' | 'sync'> {
    const own = <T>(then: (node: Node, content: Content) => T): Awaitable<T> =>
      after(up(), (node) => after(this.#ownContent(node), (content) => then(node, content)));
    return {
      write: (at, data) =>
        own((node, content) => {
          const from = at === 'end' ? content.size : at;
          if (data.length === 0) return { written: 0, end: from };
          this.#room.take(Math.max(0, from + data.length - content.size));
          content.write(from, data);
          this.#touched(node);
          return { written: data.length, end: from + data.length };
        }),
      truncate: async (size) =>
        own((node, content) => {
          this.#room.take(size - content.size);
          content.truncate(size);
          this.#touched(node);
        }),
      setTimes: async (times) => this.#setTimes(await up(), times),
      sync: async () => undefined,
    };
  }
}

const readOf = (
  handle: FileHandle,
  at: number,
  count: number,
  signal: AbortSignal,
): Awaitable<Uint8Array> => handle.read?.(at, count, signal) ?? fail('EBADF');

function checkFile(kind: Stat['kind']): void {
  if (kind === 'dir') fail('EISDIR');
  if (kind === 'symlink') fail('ELOOP');
}

function missing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
  return undefined;
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n;
