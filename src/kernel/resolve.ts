/**
 * What paths mean in one table of mounts: walking by names and links, the members that serve a name, what
 * stands there, and where a new name goes. A table never changes, and so neither does what is answered by it.
 */
import { type Awaitable, after, attempt } from './awaitable.ts';
import type { Caller, NamespaceStat } from './caller.ts';
import { type Errno, fail, hasCode } from './errors.ts';
import type { Lookup, Member, MountTable } from './mounts.ts';
import { isWithin, type ParsedPath, type Path, parentOf, parsePath } from './path.ts';
import { type Entry, type FileService, isImmutable, type Stat } from './service.ts';

const LINKS_MAX = 40;

/** A path in the namespace and the member that serves it. */
export interface Served {
  readonly member: Member;
  readonly rest: Path;
  /** The mount point that the member belongs to. */
  readonly at: Path;
}

export class Resolver {
  readonly table: MountTable;

  constructor(table: MountTable) {
    this.table = table;
  }

  /** Every name of a directory: unions merged, first wins; mount points always listed. */
  async list(path: Path, caller: Caller): Promise<Entry[]> {
    const found = this.table.lookup(path);
    const merged = new Map<string, Entry>();
    const skeleton = this.table.skeletonOf(path);
    let answered = this.table.isSkeleton(path);
    for (const { member, rest } of await this.layers(found, caller)) {
      try {
        const entries = await member.source.service.readdir(rest, caller.signal);
        answered = true;
        for (const entry of entries) if (!merged.has(entry.name)) merged.set(entry.name, entry);
      } catch (error) {
        // A member that fails is skipped; a directory that only it could list fails with it.
        if (
          found?.point.members.length === 1 &&
          !(skeleton.length > 0 && hasCode(error, 'ENOENT', 'ENOTDIR'))
        ) {
          throw error;
        }
        member.source.use.errors++;
      }
    }
    if (!answered) fail('ENOENT');
    for (const { name, kind } of skeleton) {
      const stat: Stat = { kind, size: 0, mtime: 0n, version: '', ino: hashOf(0, [...path, name]) };
      merged.set(name, { name, kind, stat });
    }
    return [...merged.values()];
  }

  /** Where a change in a service shows in this namespace. */
  pathsOf(source: object, path: Path): Path[] {
    const shown: Path[] = [];
    for (const point of this.table.points) {
      for (const member of point.members) {
        if (member.source !== source) continue;
        if (isWithin(path, member.base))
          shown.push([...point.at, ...path.slice(member.base.length)]);
        else if (isWithin(member.base, path)) shown.push(point.at);
      }
    }
    return shown;
  }

  /**
   * Name by name, links followed (the last one if `follow`), '..' after links. An existing object
   * comes with its stat; a missing last name without. ENOENT, ENOTDIR, ELOOP, ENOTCAPABLE.
   */
  async walk(
    parsed: ParsedPath,
    caller: Caller,
    follow: boolean,
  ): Promise<{ path: Path; stat?: NamespaceStat }> {
    let links = 0;
    let here: string[] = [...start(parsed, caller)];
    const todo = [...parsed.names].reverse();
    let stat: NamespaceStat | undefined;
    while (todo.length > 0) {
      const name = todo.pop() as string;
      if (stat && stat.kind !== 'dir') fail('ENOTDIR');
      if (name === '.') continue;
      if (name === '..') {
        if (caller.beneath && here.length <= caller.beneath.length)
          fail('ENOTCAPABLE', 'leaves the preopened directory');
        here.pop();
        stat = undefined;
        continue;
      }
      here.push(name);
      const last = todo.length === 0;
      stat = await attempt(
        () => this.statAt(here, caller),
        (error) => {
          if (last && hasCode(error, 'ENOENT')) return undefined;
          throw error;
        },
      );
      if (stat?.kind !== 'symlink' || (last && !follow && !parsed.mustBeDir)) continue;
      if (caller.plain) fail(last ? 'ELOOP' : 'ENOTDIR');
      if (++links > LINKS_MAX) fail('ELOOP', 'too many symbolic links');
      const target = parsePath(await this.readlinkAt(here, caller));
      here = target.absolute ? [...start(target, caller, true)] : here.slice(0, -1);
      todo.push(...target.names.slice(target.absolute ? here.length : 0).reverse());
      stat = undefined;
    }
    const found = stat ?? (await attempt(() => this.statAt(here, caller), missing));
    if (!found) return { path: here };
    return { path: here, stat: this.checkedDir(found, parsed) };
  }

  async readlinkAt(path: Path, caller: Caller): Promise<string> {
    const { member, rest } = await this.served(path, caller);
    return have(member, 'readlink').call(member.source.service, rest, caller.signal);
  }

  checkedDir(stat: NamespaceStat, parsed: ParsedPath): NamespaceStat {
    if (parsed.mustBeDir && stat.kind !== 'dir') fail('ENOTDIR');
    return stat;
  }

  async mustBeDir(path: Path, caller: Caller): Promise<void> {
    if ((await this.statAt(path, caller)).kind !== 'dir') fail('ENOTDIR');
  }

  /** What stands at a path, not followed. A mount point and the way to one are directories always. */
  statAt(path: Path, caller: Caller): Awaitable<NamespaceStat> {
    if (this.table.isSkeleton(path)) return this.statSkeleton(path, caller);
    return after(this.served(path, caller), ({ member, rest }) =>
      after(member.source.service.stat(rest, caller.signal), (stat) =>
        this.complete(stat, member, rest),
      ),
    );
  }

  async statSkeleton(path: Path, caller: Caller): Promise<NamespaceStat> {
    for (const { member, rest } of await this.layers(this.table.lookup(path), caller)) {
      try {
        const stat = await member.source.service.stat(rest, caller.signal);
        if (stat.kind === 'dir' || this.table.at(path)?.kind === 'file')
          return this.complete(stat, member, rest);
      } catch (error) {
        if (hasCode(error, 'EINTR')) throw error;
        if (!hasCode(error, 'ENOENT', 'ENOTDIR')) member.source.use.errors++;
      }
    }
    const stat: Stat = { kind: 'dir', size: 0, mtime: 0n, version: '' };
    return { ...stat, dev: 0, ino: hashOf(0, path), nlink: 1 };
  }

  complete(stat: Stat, member: Member, rest: Path): NamespaceStat {
    const { dev } = member.source;
    const { kind, size, mtime, version, ino = hashOf(dev, rest), nlink = 1 } = stat;
    const { atime = mtime, ctime = mtime, mode } = stat;
    const complete = { kind, size, mtime, atime, ctime, version, ino, nlink, dev };
    return mode === undefined ? complete : { ...complete, mode };
  }

  /** The member that serves a path; ENOENT if none has the name. */
  served(path: Path, caller: Caller): Awaitable<Served> {
    const found = this.table.lookup(path) ?? fail('ENOENT');
    const { members } = found.point;
    const only = members.length === 1 ? members[0] : undefined;
    if (only) return serve(only, found);
    return after(this.layers(found, caller), ([first]) => first ?? fail('ENOENT'));
  }

  /** The members that show at a path: all of a union at its root, below it the first that has the name. */
  async layers(found: Lookup | undefined, caller: Caller): Promise<Served[]> {
    if (!found) return [];
    const { members } = found.point;
    if (members.length === 1 || found.rest.length === 0) {
      return members.map((member) => serve(member, found));
    }
    for (const member of members) {
      if (await this.has(member, found.rest[0] as string, caller)) return [serve(member, found)];
    }
    return [];
  }

  async has(member: Member, name: string, caller: Caller): Promise<boolean> {
    try {
      await member.source.service.stat([...member.base, name], caller.signal);
      return true;
    } catch (error) {
      if (hasCode(error, 'EINTR')) throw error;
      if (!hasCode(error, 'ENOENT')) member.source.use.errors++;
      return false;
    }
  }

  /** Which member a new name goes to: the only one, or in a union the first mounted with create. */
  creatable(path: Path, caller: Caller): Awaitable<Served> {
    if (this.table.isSkeleton(path)) fail('EEXIST');
    const found = this.table.lookup(path);
    if (!found)
      return fail(
        this.table.isSkeleton(parentOf(path)) ? 'EROFS' : 'ENOENT',
        'no service is mounted there',
      );
    const { members } = found.point;
    const [only] = members;
    if (members.length === 1 && only) {
      const served = serve(only, found);
      // A directory that is not there is ENOENT, also where nothing may be made (open(2)).
      const parent = only.ro && served.rest.length > 1 && served.rest.slice(0, -1);
      return parent
        ? after(only.source.service.stat(parent, caller.signal), () => writable(served))
        : writable(served);
    }
    if (found.rest.length > 1) return after(this.served(path, caller), writable);
    return after(this.layers(found, caller), (layers) => {
      if (layers.length > 0) fail('EEXIST');
      const taker = members.find((member) => member.create);
      if (!taker) return fail('EACCES', 'no member of this union was mounted with create');
      return writable(serve(taker, found));
    });
  }

  /** An existing name that is about to be moved or removed: EBUSY if mounts depend on it. */
  servedFor(op: 'remove' | 'rename' | 'link', path: Path, caller: Caller): Awaitable<Served> {
    if (this.table.isSkeleton(path))
      fail(op === 'link' ? 'EPERM' : 'EBUSY', 'a mount point: unmount it first');
    return after(this.served(path, caller), (served) => {
      const { member, rest } = served;
      if (!member.ro && !isImmutable(member.source.service)) return served;
      return after(member.source.service.stat(rest, caller.signal), () => writable(served));
    });
  }

  /** Where the new name of a rename or link goes; EXDEV if another service serves it. */
  async targetFor(
    op: 'rename' | 'link',
    path: Path,
    from: Member,
    caller: Caller,
  ): Promise<Served> {
    if (this.table.isSkeleton(path))
      fail(op === 'link' ? 'EEXIST' : 'EBUSY', 'a mount point: unmount it first');
    const found = this.table.lookup(path) ?? fail('EXDEV');
    const existing = (await this.layers(found, caller))[0];
    const target =
      found.point.members.length > 1 && existing
        ? writable(existing)
        : await this.creatable(path, caller);
    if (target.member.source !== from.source)
      fail('EXDEV', 'another service serves that directory');
    return target;
  }
}

/** Where a path starts: the root, or the caller's directory. An absolute path must stay beneath. */
export function start(parsed: ParsedPath, caller: Caller, link = false): Path {
  if (!parsed.absolute) return caller.cwd;
  const { beneath } = caller;
  if (!beneath) return [];
  if (!link || !isWithin(parsed.names, beneath))
    fail('ENOTCAPABLE', 'leaves the preopened directory');
  return beneath;
}

/** The path as written, where no '..' needs the walk. */
export function direct(parsed: ParsedPath, caller: Caller): Path | undefined {
  if (parsed.names.includes('..')) return undefined;
  const from = start(parsed, caller);
  const names = parsed.names.includes('.')
    ? parsed.names.filter((name) => name !== '.')
    : parsed.names;
  return from.length === 0 ? names : [...from, ...names];
}

const serve = (member: Member, { point: { at }, rest }: Lookup): Served => ({
  member,
  at,
  rest: member.base.length === 0 ? rest : [...member.base, ...rest],
});

export function writable(served: Served): Served {
  if (served.member.ro) fail('EROFS', 'mounted read-only');
  return served;
}

/** A method that a service may lack: EROFS if it changes nothing at all, EXDEV for rename, else ENOTSUP. */
export function have<K extends keyof FileService>(
  member: Member,
  method: K,
): NonNullable<FileService[K]> {
  const service = member.source.service;
  const found = service[method];
  if (found) return found as NonNullable<FileService[K]>;
  const code: Errno = isImmutable(service) ? 'EROFS' : method === 'rename' ? 'EXDEV' : 'ENOTSUP';
  return fail(code, `${service.spec.kind} has no ${method}`);
}

/** For `.catch`: a missing name is undefined, all else stays an error. */
export function missing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** For `.catch`: ENOTDIR may mean a symlink on the way. */
export function unlessLinked(error: unknown): undefined {
  if (!hasCode(error, 'ENOTDIR')) throw error;
}

/** An inode number where a service has none: FNV-1a of device and path, 64 bits. */
function hashOf(dev: number, path: Path): bigint {
  let hash = 0xcbf29ce484222325n ^ BigInt(dev);
  for (const unit of path.join('/')) {
    hash = ((hash ^ BigInt(unit.codePointAt(0) as number)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash;
}
