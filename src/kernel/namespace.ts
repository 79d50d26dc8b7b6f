/**
 * A namespace: a mount table and the operations on paths through it. It cleans paths, follows
 * symbolic links (also across mounts), finds the member of a union that serves a name, and turns
 * whatever a service throws into an FsError that says where.
 *
 * The common case is one call of the service with the path as it was written; only where that meets
 * a symlink, or the path holds '..', is it walked name by name (path_resolution(7)).
 */
import { type Awaitable, after, attempt } from './awaitable.ts';
import { concat } from './bytes.ts';
import type { Changes } from './changes.ts';
import { type Errno, type FsError, fail, hasCode, toFsError } from './errors.ts';
import {
  type Lookup,
  type Member,
  type MountFlags,
  type MountPoint,
  MountTable,
  memberOf,
  type Source,
} from './mounts.ts';
import { OpenDir } from './opendir.ts';
import { OpenFile, type Place as OpenPlace } from './openfile.ts';
import {
  cleanPath,
  formatPath,
  isWithin,
  PATH_MAX,
  type ParsedPath,
  type Path,
  parentOf,
  parsePath,
  utf8Length,
} from './path.ts';
import { Place } from './place.ts';
import {
  type Entry,
  type FileService,
  isImmutable,
  type Mode,
  type Stat,
  type Times,
} from './service.ts';

/** Who asks: where relative paths start, what they may not leave, and what is told of the work. */
export interface Caller {
  readonly cwd: Path;
  /** Paths may not leave this directory (a WASI preopen): ENOTCAPABLE. */
  readonly beneath?: Path | undefined;
  readonly signal: AbortSignal;
  /** Links are not followed, not even on the way: ENOTDIR. For a namespace that is itself a service. */
  readonly plain?: boolean | undefined;
  /** Told of each change, for accounts and traces. */
  record?(
    op: 'create' | 'write' | 'remove' | 'rename' | 'set',
    path: Path,
    bytes: number,
    to?: Path,
  ): void;
}

export interface OpenFlags extends Mode {
  readonly create?: boolean;
  /** With create: the name must not exist (O_EXCL). */
  readonly exclusive?: boolean;
  /** It must be a directory (O_DIRECTORY). */
  readonly directory?: boolean;
  /** The last name is not followed: ELOOP for a symlink (O_NOFOLLOW). */
  readonly noFollow?: boolean;
}

/** Stat with the device it is on. */
export type NamespaceStat = Stat & {
  readonly dev: number;
  readonly ino: bigint;
  readonly nlink: number;
};

/** Operations that make a name: on a dot, which is always there, they are EEXIST. */
const makesName: ReadonlySet<string> = new Set(['mkdir', 'symlink', 'link']);

const LINKS_MAX = 40;
/** Changes of mounts that can be undone. */
const PAST_MAX = 100;
const READ_BYTES = 4 * 1024 * 1024;
/** What readFile takes of a stream, which may have no end, and of a file. */
const STREAM_MAX = 16 * 1024 * 1024;
const FILE_MAX = 1024 * 1024 * 1024;

/** Replacements of whole files that are under way: two of one file follow each other. */
const replacing = new Map<string, Promise<void>>();

/** A path in the namespace and the member that serves it. */
interface Served {
  readonly member: Member;
  readonly rest: Path;
  /** The mount point that the member belongs to. */
  readonly at: Path;
}

export class Namespace {
  #table: MountTable;
  #past: MountTable[] = [];
  #future: MountTable[] = [];
  readonly #changes: Changes;
  /** What its open files ask of it. */
  readonly #files: FileWork = {
    statAt: (path, caller) => this.#statAt(path, caller),
    complete: (stat, member, rest) => this.#complete(stat, member, rest),
    setTimesAt: (path, times, caller) => this.#setTimesAt(path, times, caller),
    didWrite: (place, bytes, caller) => this.#didWrite(place, bytes, caller),
  };

  constructor(changes: Changes, table = MountTable.empty) {
    this.#changes = changes;
    this.#table = table;
  }

  get table(): MountTable {
    return this.#table;
  }

  /** The same names from now on apart: costs nothing, since tables never change. */
  fork(): Namespace {
    return new Namespace(this.#changes, this.#table);
  }

  // Mounts

  async mount(source: Source, at: string, flags: MountFlags, caller: Caller): Promise<void> {
    const path = await this.#mountPoint(at, caller);
    const original = await this.#originalAt(path, flags, caller);
    this.#set(this.#table.with(path, [memberOf(source, flags)], flags.order, 'dir', original));
  }

  /**
   * bind(1): `to` shows what `from` shows now, mounts below it included unless `alone` (the lines of ns
   * text name each mount). Both are directories or both files.
   */
  async bind(
    from: string,
    to: string,
    flags: MountFlags,
    caller: Caller,
    alone = false,
  ): Promise<void> {
    const path = await this.#mountPoint(to, caller);
    const source = (await this.#walk(parsePath(from), caller, true)).path;
    const kind = (await this.#statAt(source, caller)).kind === 'dir' ? 'dir' : 'file';
    const old = await attempt(
      () => this.#statAt(path, caller),
      () => undefined,
    );
    if (old && (old.kind === 'dir') !== (kind === 'dir')) {
      fail(
        kind === 'dir' ? 'ENOTDIR' : 'EISDIR',
        'bind a directory to a directory, a file to a file',
      );
    }
    if (kind === 'file' && (flags.order ?? 'replace') !== 'replace') {
      fail('ENOTDIR', 'only directories make a union');
    }
    const members = await this.#bound(source, flags, caller);
    const original = await this.#originalAt(path, flags, caller);
    const inside = alone ? [] : await this.#mountsInside(source, path, flags, caller);
    const bound = this.#table.with(path, members, flags.order, kind, original);
    this.#set(
      inside.reduce(
        (table, point) => table.with(point.at, point.members, 'replace', point.kind),
        bound,
      ),
    );
  }

  /**
   * The mounts below what is bound, as they will stand below `to`: what is hidden or read-only there is so
   * under its new name too. After what a union shows already, only those that it would show.
   */
  async #mountsInside(
    source: Path,
    to: Path,
    flags: MountFlags,
    caller: Caller,
  ): Promise<MountPoint[]> {
    const moved: MountPoint[] = [];
    for (const point of this.#table.points) {
      if (point.at.length <= source.length || !isWithin(point.at, source)) continue;
      // What lies on the way of the bind itself would be bound into itself.
      if (isWithin(point.at, to) && isWithin(to, source)) continue;
      const names = point.at.slice(source.length);
      const first = [...to, names[0] as string];
      const shown =
        flags.order === 'after' && (await attempt(() => this.#statAt(first, caller), missing));
      if (shown) continue;
      const from = formatPath(point.at);
      const members = point.members.map(({ source: of, base, create, ro }) => ({
        source: of,
        base,
        create,
        ro: ro || (flags.ro ?? false),
        from,
      }));
      moved.push({ ...point, at: [...to, ...names], members });
    }
    return moved;
  }

  /** Everything at `at`, or only what was bound from `what` (or mounted as that kind of service). */
  async unmount(at: string, what: string | undefined, caller: Caller): Promise<void> {
    const path = await this.#mountPoint(at, caller);
    const wanted = what?.startsWith('/') ? formatPath(cleanPath(what)) : what;
    const matches = (member: Member): boolean =>
      !member.original && (member.from ?? member.source.service.spec.kind) === wanted;
    const left = this.#table.without(path, what === undefined ? undefined : matches);
    const kept = left.at(path)
      ? left.points
      : left.points.filter((each) => !this.#came(each, path));
    this.#set(kept.length === left.points.length ? left : new MountTable(kept));
  }

  /** Whether a mount came below `at` only because what is bound there has it below itself. */
  #came({ at, members }: MountPoint, there: Path): boolean {
    if (at.length <= there.length || !isWithin(at, there)) return false;
    const rest = at.slice(there.length);
    const bound = this.#table.at(there)?.members ?? [];
    const froms = new Set(
      bound.flatMap(({ from }) => (from ? [formatPath([...cleanPath(from), ...rest])] : [])),
    );
    return members.every(({ from }) => from !== undefined && froms.has(from));
  }

  /** Puts a whole table in place, as one step that undo takes back. */
  replaceTable(table: MountTable): void {
    this.#set(table);
  }

  /** The table to begin with: nothing to undo. */
  start(table: MountTable): void {
    this.#table = table;
    this.#past = [];
    this.#future = [];
    this.#changes.announceAll();
  }

  /** Takes back the last change of mounts; false if there is none. */
  undo(): boolean {
    return this.#step(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#step(this.#future, this.#past);
  }

  // Names

  stat(text: string, follow: boolean, caller: Caller): Awaitable<NamespaceStat> {
    return this.#named('stat', text, caller, (parsed) => {
      const lexical = direct(parsed, caller);
      const stat = lexical && attempt(() => this.#statAt(lexical, caller), unlessLinked);
      return after(stat, (found) =>
        found && !(found.kind === 'symlink' && (follow || parsed.mustBeDir))
          ? this.#checkedDir(found, parsed)
          : this.#statWalked(parsed, follow, caller),
      );
    });
  }

  async #statWalked(parsed: ParsedPath, follow: boolean, caller: Caller): Promise<NamespaceStat> {
    const found = await this.#walk(parsed, caller, follow);
    return found.stat ?? this.#statAt(found.path, caller);
  }

  /** The real path of an existing object: no symlink, no dot (realpath(3)). */
  async realpath(text: string, caller: Caller): Promise<Path> {
    return this.#named('realpath', text, caller, async (parsed) => {
      const found = await this.#walk(parsed, caller, true);
      if (!found.stat) fail('ENOENT');
      return found.path;
    });
  }

  open(text: string, flags: OpenFlags, caller: Caller): Awaitable<OpenFile | OpenDir> {
    return this.#named('open', text, caller, (parsed) => {
      if (flags.create && flags.directory)
        fail('EINVAL', 'files are created, directories are made');
      if (flags.create && parsed.mustBeDir)
        fail('EISDIR', 'a name that ends in a slash is a directory');
      const wanted = { ...flags, directory: flags.directory || parsed.mustBeDir };
      const walked = async (): Promise<OpenFile | OpenDir> => {
        const follow = !flags.noFollow && !(flags.create && flags.exclusive);
        const { path } = await this.#walk(parsed, caller, follow);
        return this.#openOrCreate(path, wanted, caller);
      };
      const lexical = direct(parsed, caller);
      if (!lexical) return walked();
      return attempt(
        () => this.#openOrCreate(lexical, wanted, caller),
        (error) => {
          if (!hasCode(error, 'ELOOP', 'ENOTDIR')) throw error;
          return walked();
        },
      );
    });
  }

  /** All of a file; a stream is read to its end. */
  async readFile(text: string, caller: Caller): Promise<Uint8Array> {
    const file = await this.open(text, { read: true }, caller);
    try {
      if (file instanceof OpenDir) return fail('EISDIR');
      const parts: Uint8Array[] = [];
      const most = file.stream ? STREAM_MAX : FILE_MAX;
      for (let size = 0; ; ) {
        const part = await file.read(READ_BYTES, caller.signal);
        if (part.length === 0) break;
        parts.push(part);
        size += part.length;
        if (size > most)
          fail('EFBIG', 'too much to be read in one piece: open it and read it in parts');
        if (caller.signal.aborted) fail('EINTR');
      }
      return parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts);
    } catch (error) {
      throw this.#explain(error, 'read', text, caller);
    } finally {
      await file.close();
    }
  }

  /**
   * Replaces or appends to a file: written over from its beginning and then cut, so that no moment in
   * between shows an empty file.
   */
  async writeFile(text: string, data: Uint8Array, flags: OpenFlags, caller: Caller): Promise<void> {
    const file = await this.open(text, flags, caller);
    try {
      if (file instanceof OpenDir) return fail('EISDIR');
      await oneAtATime(file.place.name(), () =>
        replaceContent(file, data, flags.append ?? false, caller.signal),
      );
      await file.close();
    } catch (error) {
      await attempt(
        () => file.close(),
        () => undefined,
      );
      throw this.#explain(error, 'write', text, caller);
    }
  }

  async mkdir(text: string, caller: Caller): Promise<void> {
    return this.#entry('mkdir', text, caller, (path) => this.#createAt(path, 'dir', caller));
  }

  /** unlink(2) for `file`, rmdir(2) for `dir`; EBUSY for a mount point. */
  remove(text: string, kind: 'file' | 'dir', caller: Caller): Awaitable<void> {
    const op = kind === 'file' ? 'unlink' : 'rmdir';
    return this.#entry(op, text, caller, (path, parsed) =>
      after(this.#servedFor('remove', path, caller), ({ member, rest }) => {
        const { service } = member.source;
        const checked =
          kind === 'file' && parsed.mustBeDir ? this.#mustBeDir(path, caller) : undefined;
        const removed = after(checked, () =>
          have(member, 'remove').call(service, rest, kind, caller.signal),
        );
        return after(removed, () => {
          if (kind === 'dir') Place.removed(member.source, rest);
          this.#changed(member, rest);
          caller.record?.('remove', path, 0);
        });
      }),
    );
  }

  /** rename(2), atomic or not at all: EXDEV across services. */
  async rename(from: string, to: string, caller: Caller, toCaller = caller): Promise<void> {
    return this.#entry('rename', from, caller, (old, parsedOld) =>
      this.#entry('rename', to, toCaller, async (path, parsed) => {
        const source = await this.#servedFor('rename', old, caller);
        await attempt(
          () => this.#statAt(old, caller),
          (error) => {
            throw this.#explain(error, 'rename', from, caller);
          },
        );
        if (parsedOld.mustBeDir || parsed.mustBeDir) await this.#mustBeDir(old, caller);
        const target = await this.#targetFor('rename', path, source.member, toCaller);
        const rename = have(source.member, 'rename');
        await rename.call(source.member.source.service, source.rest, target.rest, caller.signal);
        this.#changed(source.member, source.rest);
        this.#changed(target.member, target.rest);
        Place.removed(source.member.source, target.rest);
        Place.renamed(source.member.source, source.rest, target.rest);
        caller.record?.('rename', old, 0, path);
      }),
    );
  }

  /** A second name for a file; never follows the last name of `from` (linkat(2) without AT_SYMLINK_FOLLOW). */
  async link(from: string, to: string, caller: Caller, toCaller = caller): Promise<void> {
    return this.#entry('link', from, caller, (old, parsedOld) =>
      this.#entry('link', to, toCaller, async (path, parsed) => {
        if (parsed.mustBeDir) fail('ENOENT');
        if (parsedOld.mustBeDir) await this.#mustBeDir(old, caller);
        const source = await this.#servedFor('link', old, caller);
        if (this.#table.isSkeleton(path)) fail('EEXIST');
        const target = await this.#targetFor('link', path, source.member, toCaller);
        const link = have(source.member, 'link');
        await link.call(source.member.source.service, source.rest, target.rest, caller.signal);
        this.#changed(target.member, target.rest);
        caller.record?.('create', path, 0);
      }),
    );
  }

  async symlink(target: string, text: string, caller: Caller): Promise<void> {
    return this.#entry('symlink', text, caller, async (path, parsed) => {
      if (parsed.mustBeDir) {
        // A name that must be a directory cannot become a symlink; what is there already says why (POSIX 4.13).
        const { kind } = await this.#statAt(path, caller);
        fail(kind === 'dir' ? 'EEXIST' : 'ENOTDIR');
      }
      if (utf8Length(target) > PATH_MAX)
        fail('ENAMETOOLONG', `a target has at most ${PATH_MAX} bytes`);
      const { member, rest } = await this.#creatable(path, caller);
      await have(member, 'symlink').call(member.source.service, target, rest, caller.signal);
      this.#changed(member, rest);
      caller.record?.('create', path, 0);
    });
  }

  async readlink(text: string, caller: Caller): Promise<string> {
    return this.#entry('readlink', text, caller, async (path, parsed) => {
      if (parsed.mustBeDir) {
        await this.#walk(parsed, caller, true);
        fail('EINVAL', 'not a symbolic link');
      }
      const { member, rest } = await this.#served(path, caller);
      const service = member.source.service;
      if (service.readlink) return service.readlink(rest, caller.signal);
      await service.stat(rest, caller.signal);
      return fail('EINVAL', 'not a symbolic link');
    });
  }

  async setTimes(text: string, times: Times, follow: boolean, caller: Caller): Promise<void> {
    return this.#named('set times', text, caller, async (parsed) => {
      const { path } = await this.#walk(parsed, caller, follow);
      await this.#setTimesAt(path, times, caller);
    });
  }

  /** Makes durable what the services at and below a path hold: all of them for the root. */
  async sync(below: Path = []): Promise<void> {
    const covering = this.#table.lookup(below)?.point;
    const points = this.#table.points.filter((p) => p === covering || isWithin(p.at, below));
    const sources = new Set(points.flatMap((point) => point.members.map((m) => m.source)));
    const done = await Promise.allSettled(
      [...sources].map(async ({ service }) => service.sync?.()),
    );
    const failed = done.find((each) => each.status === 'rejected');
    if (failed) throw toFsError(failed.reason, { op: 'sync' });
  }

  /** Every name of a directory: unions merged, first wins; mount points always listed. */
  async list(path: Path, caller: Caller): Promise<Entry[]> {
    const found = this.#table.lookup(path);
    const merged = new Map<string, Entry>();
    const skeleton = this.#table.skeletonOf(path);
    let answered = this.#table.isSkeleton(path);
    for (const { member, rest } of await this.#layers(found, caller)) {
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
    for (const point of this.#table.points) {
      for (const member of point.members) {
        if (member.source !== source) continue;
        if (isWithin(path, member.base))
          shown.push([...point.at, ...path.slice(member.base.length)]);
        else if (isWithin(member.base, path)) shown.push(point.at);
      }
    }
    return shown;
  }

  // Walking

  /**
   * Name by name, links followed (the last one if `follow`), '..' after links. An existing object
   * comes with its stat; a missing last name without. ENOENT, ENOTDIR, ELOOP, ENOTCAPABLE.
   */
  async #walk(
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
        () => this.#statAt(here, caller),
        (error) => {
          if (last && hasCode(error, 'ENOENT')) return undefined;
          throw error;
        },
      );
      if (stat?.kind !== 'symlink' || (last && !follow && !parsed.mustBeDir)) continue;
      if (caller.plain) fail(last ? 'ELOOP' : 'ENOTDIR');
      if (++links > LINKS_MAX) fail('ELOOP', 'too many symbolic links');
      const target = parsePath(await this.#readlinkAt(here, caller));
      here = target.absolute ? [...start(target, caller, true)] : here.slice(0, -1);
      todo.push(...target.names.slice(target.absolute ? here.length : 0).reverse());
      stat = undefined;
    }
    const found = stat ?? (await attempt(() => this.#statAt(here, caller), missing));
    if (!found) return { path: here };
    return { path: here, stat: this.#checkedDir(found, parsed) };
  }

  async #readlinkAt(path: Path, caller: Caller): Promise<string> {
    const { member, rest } = await this.#served(path, caller);
    return have(member, 'readlink').call(member.source.service, rest, caller.signal);
  }

  #checkedDir(stat: NamespaceStat, parsed: ParsedPath): NamespaceStat {
    if (parsed.mustBeDir && stat.kind !== 'dir') fail('ENOTDIR');
    return stat;
  }

  async #mustBeDir(path: Path, caller: Caller): Promise<void> {
    if ((await this.#statAt(path, caller)).kind !== 'dir') fail('ENOTDIR');
  }

  /** What stands at a path, not followed. A mount point and the way to one are directories always. */
  #statAt(path: Path, caller: Caller): Awaitable<NamespaceStat> {
    if (this.#table.isSkeleton(path)) return this.#statSkeleton(path, caller);
    return after(this.#served(path, caller), ({ member, rest }) =>
      after(member.source.service.stat(rest, caller.signal), (stat) =>
        this.#complete(stat, member, rest),
      ),
    );
  }

  async #statSkeleton(path: Path, caller: Caller): Promise<NamespaceStat> {
    for (const { member, rest } of await this.#layers(this.#table.lookup(path), caller)) {
      try {
        const stat = await member.source.service.stat(rest, caller.signal);
        if (stat.kind === 'dir' || this.#table.at(path)?.kind === 'file')
          return this.#complete(stat, member, rest);
      } catch (error) {
        if (hasCode(error, 'EINTR')) throw error;
        if (!hasCode(error, 'ENOENT', 'ENOTDIR')) member.source.use.errors++;
      }
    }
    const stat: Stat = { kind: 'dir', size: 0, mtime: 0n, version: '' };
    return { ...stat, dev: 0, ino: hashOf(0, path), nlink: 1 };
  }

  #complete(stat: Stat, member: Member, rest: Path): NamespaceStat {
    const { dev } = member.source;
    const { kind, size, mtime, version, ino = hashOf(dev, rest), nlink = 1 } = stat;
    const { atime = mtime, ctime = mtime } = stat;
    return { kind, size, mtime, atime, ctime, version, ino, nlink, dev };
  }

  /** The member that serves a path; ENOENT if none has the name. */
  #served(path: Path, caller: Caller): Awaitable<Served> {
    const found = this.#table.lookup(path) ?? fail('ENOENT');
    const { members } = found.point;
    const only = members.length === 1 ? members[0] : undefined;
    if (only) return serve(only, found);
    return after(this.#layers(found, caller), ([first]) => first ?? fail('ENOENT'));
  }

  /** The members that show at a path: all of a union at its root, below it the first that has the name. */
  async #layers(found: Lookup | undefined, caller: Caller): Promise<Served[]> {
    if (!found) return [];
    const { members } = found.point;
    if (members.length === 1 || found.rest.length === 0) {
      return members.map((member) => serve(member, found));
    }
    for (const member of members) {
      if (await this.#has(member, found.rest[0] as string, caller)) return [serve(member, found)];
    }
    return [];
  }

  async #has(member: Member, name: string, caller: Caller): Promise<boolean> {
    try {
      await member.source.service.stat([...member.base, name], caller.signal);
      return true;
    } catch (error) {
      if (hasCode(error, 'EINTR')) throw error;
      if (!hasCode(error, 'ENOENT')) member.source.use.errors++;
      return false;
    }
  }

  // Working at a resolved path

  /** Someone else may create or remove the name in between: it tries again, not for ever. */
  #openOrCreate(
    path: Path,
    flags: OpenFlags,
    caller: Caller,
    tries = 8,
  ): Awaitable<OpenFile | OpenDir> {
    if (tries === 0) fail('EIO', 'the file kept appearing and vanishing');
    if (!flags.create) return this.#openAt(path, flags, caller);
    const create = (): Awaitable<void> => this.#createAt(path, 'file', caller);
    if (flags.exclusive) return after(create(), () => this.#openAt(path, flags, caller));
    return attempt(
      () => this.#openAt(path, flags, caller),
      (missed) => {
        if (!hasCode(missed, 'ENOENT')) throw missed;
        const created = attempt(create, (error) => {
          if (!hasCode(error, 'EEXIST')) throw error;
        });
        return after(created, () => this.#openOrCreate(path, flags, caller, tries - 1));
      },
    );
  }

  #openAt(path: Path, flags: OpenFlags, caller: Caller): Awaitable<OpenFile | OpenDir> {
    const writes = Boolean(flags.write || flags.append || flags.truncate);
    if (this.#table.isSkeleton(path) && this.#table.at(path)?.kind !== 'file') {
      return this.#openDir(path, writes, caller);
    }
    return after(this.#served(path, caller), (served) => {
      const { member, rest } = served;
      const { service } = member.source;
      if (flags.directory) {
        return after(service.stat(rest, caller.signal), ({ kind }) => {
          if (kind === 'symlink') fail('ELOOP');
          return kind === 'dir' ? this.#openDir(path, writes, caller) : fail('ENOTDIR');
        });
      }
      if (writes && member.ro)
        return after(service.stat(rest, caller.signal), () => fail('EROFS', 'mounted read-only'));
      return attempt(
        () => this.#openFile(served, flags, caller),
        (error) => {
          if (!hasCode(error, 'EISDIR')) throw error;
          return this.#openDir(path, writes, caller);
        },
      );
    });
  }

  #openFile({ member, rest, at }: Served, flags: OpenFlags, caller: Caller): Awaitable<OpenFile> {
    const mode: Mode = {
      ...(flags.read ? { read: true } : {}),
      ...(flags.write ? { write: true } : {}),
      ...(flags.append ? { append: true, write: true } : {}),
      ...(flags.truncate ? { truncate: true } : {}),
    };
    return after(member.source.service.open(rest, mode, caller.signal), (handle) => {
      member.source.use.calls++;
      const place = new Place(member, at, rest, false);
      if (mode.truncate) this.#didWrite(place, 0, caller);
      return new OpenFile(handle, mode, new FilePlace(this.#files, place, caller));
    });
  }

  async #openDir(path: Path, writes: boolean, caller: Caller): Promise<OpenDir> {
    if (writes) fail('EISDIR');
    const served =
      this.#table.lookup(path) && (await attempt(() => this.#served(path, caller), missing));
    const moves = served && !this.#table.isSkeleton(path);
    return new OpenDir(
      this,
      path,
      moves ? new Place(served.member, served.at, served.rest, true) : undefined,
    );
  }

  #createAt(path: Path, kind: 'file' | 'dir', caller: Caller): Awaitable<void> {
    return after(this.#creatable(path, caller), ({ member, rest }) => {
      const create = have(member, 'create');
      return after(create.call(member.source.service, rest, kind, caller.signal), () => {
        this.#changed(member, rest);
        caller.record?.('create', path, 0);
      });
    });
  }

  async #setTimesAt(path: Path, times: Times, caller: Caller): Promise<void> {
    const served = await this.#served(path, caller);
    const { member, rest } = served;
    await member.source.service.stat(rest, caller.signal);
    writable(served);
    await have(member, 'setTimes').call(member.source.service, rest, times, caller.signal);
    this.#changed(member, rest);
    caller.record?.('set', path, 0);
  }

  /** Which member a new name goes to: the only one, or in a union the first mounted with create. */
  #creatable(path: Path, caller: Caller): Awaitable<Served> {
    if (this.#table.isSkeleton(path)) fail('EEXIST');
    const found = this.#table.lookup(path);
    if (!found)
      return fail(
        this.#table.isSkeleton(parentOf(path)) ? 'EROFS' : 'ENOENT',
        'no service is mounted there',
      );
    const { members } = found.point;
    const [only] = members;
    if (members.length === 1 && only) return writable(serve(only, found));
    if (found.rest.length > 1) return after(this.#served(path, caller), writable);
    return after(this.#layers(found, caller), (layers) => {
      if (layers.length > 0) fail('EEXIST');
      const taker = members.find((member) => member.create);
      if (!taker) return fail('EACCES', 'no member of this union was mounted with create');
      return writable(serve(taker, found));
    });
  }

  /** An existing name that is about to be moved or removed: EBUSY if mounts depend on it. */
  #servedFor(op: 'remove' | 'rename' | 'link', path: Path, caller: Caller): Awaitable<Served> {
    if (this.#table.isSkeleton(path)) fail(op === 'link' ? 'EPERM' : 'EBUSY', 'a mount point');
    return after(this.#served(path, caller), (served) => {
      const { member, rest } = served;
      if (!member.ro && !isImmutable(member.source.service)) return served;
      return after(member.source.service.stat(rest, caller.signal), () => writable(served));
    });
  }

  /** Where the new name of a rename or link goes; EXDEV if another service serves it. */
  async #targetFor(
    op: 'rename' | 'link',
    path: Path,
    from: Member,
    caller: Caller,
  ): Promise<Served> {
    if (this.#table.isSkeleton(path)) fail(op === 'link' ? 'EEXIST' : 'EBUSY', 'a mount point');
    const found = this.#table.lookup(path) ?? fail('EXDEV');
    const existing = (await this.#layers(found, caller))[0];
    const target =
      found.point.members.length > 1 && existing
        ? writable(existing)
        : await this.#creatable(path, caller);
    if (target.member.source !== from.source)
      fail('EXDEV', 'another service serves that directory');
    return target;
  }

  #didWrite(place: Place, bytes: number, caller: Caller): void {
    const { member, rest } = place;
    member.source.use.calls++;
    member.source.use.written += bytes;
    this.#changed(member, rest);
    caller.record?.('write', place.path, bytes);
  }

  #changed(member: Member, path: Path): void {
    this.#changes.announce(member.source, path);
  }

  // Mount points

  async #mountPoint(text: string, caller: Caller): Promise<Path> {
    const parsed = parsePath(text);
    // A mount whose service is dead must still be found, to be unmounted.
    const lexical = direct(parsed, caller);
    if (lexical && this.#table.at(lexical)) return lexical;
    return this.#walkMissing(parsed, caller);
  }

  /** A mount point need not exist: what is missing of it becomes read-only directories. */
  async #walkMissing(parsed: ParsedPath, caller: Caller): Promise<Path> {
    for (let known = parsed.names.length; known > 0; known--) {
      const head = { ...parsed, names: parsed.names.slice(0, known), mustBeDir: false };
      const tail = parsed.names.slice(known);
      const found = await this.#walk(head, caller, true).catch(missing);
      if (!found) continue;
      if (tail.includes('..')) fail('ENOENT');
      return [...found.path, ...tail.filter((name) => name !== '.')];
    }
    return [
      ...start(parsed, caller),
      ...parsed.names.filter((name) => name !== '.' && name !== '..'),
    ];
  }

  /** With before or after, what a path shows now becomes part of the union. */
  async #originalAt(path: Path, flags: MountFlags, caller: Caller): Promise<Member | undefined> {
    if ((flags.order ?? 'replace') === 'replace' || this.#table.at(path)) return undefined;
    const stat = await attempt(() => this.#statAt(path, caller), missing);
    if (!stat) return undefined;
    if (stat.kind !== 'dir') fail('ENOTDIR', 'only directories make a union');
    const served = await attempt(() => this.#served(path, caller), missing);
    if (!served) return undefined;
    const { member, rest } = served;
    // A directory that only mounts below it make is no member: there is nothing to search in it.
    const { service } = member.source;
    if (!(await attempt(() => service.stat(rest, caller.signal), missing))) return undefined;
    return { source: member.source, base: rest, create: false, ro: member.ro, original: true };
  }

  /** What a bind puts in place: all members of a union at its root, else the one that serves it. */
  async #bound(from: Path, flags: MountFlags, caller: Caller): Promise<Member[]> {
    const found = this.#table.lookup(from);
    const layers = await this.#layers(found, caller);
    if (layers.length === 0) fail('ENOTSUP', 'only names that a service serves can be bound');
    for (const { member, rest } of found?.rest.length === 0 ? [] : layers) {
      await member.source.service.stat(rest, caller.signal);
    }
    return layers.map(({ member, rest }) => ({
      source: member.source,
      base: rest,
      create: flags.create ?? (layers.length > 1 && member.create),
      ro: member.ro || (flags.ro ?? false),
      from: formatPath(from),
    }));
  }

  #set(table: MountTable): void {
    this.#past.push(this.#table);
    if (this.#past.length > PAST_MAX) this.#past.shift();
    this.#future = [];
    this.#table = table;
    this.#changes.announceAll();
  }

  #step(from: MountTable[], to: MountTable[]): boolean {
    const table = from.pop();
    if (!table) return false;
    to.push(this.#table);
    this.#table = table;
    this.#changes.announceAll();
    return true;
  }

  // Errors and shapes of calls

  /** Runs an operation on a path and names the operation, the path and the service in its error. */
  #named<T>(
    op: string,
    text: string,
    caller: Caller,
    run: (parsed: ParsedPath) => Awaitable<T>,
  ): Awaitable<T> {
    return attempt(
      () => run(parsePath(text)),
      (error) => {
        throw this.#explain(error, op, text, caller);
      },
    );
  }

  #explain(error: unknown, op: string, text: string, caller: Caller): FsError {
    let where: Lookup | undefined;
    let path = text;
    try {
      const parsed = parsePath(text);
      const full = [...start(parsed, { ...caller, beneath: undefined }), ...parsed.names];
      path = formatPath(full);
      where = this.#table.lookup(full);
    } catch {
      // Not a path at all: the text as it came says most.
    }
    const source = where?.point.members[0]?.source;
    if (source) source.use.errors++;
    return toFsError(error, { op, path, service: source?.service.spec.kind });
  }

  /** An operation on a name itself, not on what it links to. */
  #entry<T>(
    op: string,
    text: string,
    caller: Caller,
    run: (path: Path, parsed: ParsedPath) => Awaitable<T>,
  ): Awaitable<T> {
    return this.#named(op, text, caller, (parsed) => {
      const last = parsed.names[parsed.names.length - 1];
      if (last === '.' || last === '..')
        fail(makesName.has(op) ? 'EEXIST' : 'EINVAL', 'a dot is no name of its own');
      const walk = (): Promise<{ path: Path }> =>
        this.#walk({ ...parsed, mustBeDir: false }, caller, false);
      const lexical = direct(parsed, caller);
      if (!lexical) return walk().then(({ path }) => run(path, parsed));
      return attempt(
        () => run(lexical, parsed),
        async (error) => {
          if (!hasCode(error, 'ENOTDIR')) throw error;
          const walked = await walk().catch(missing);
          if (!walked || formatPath(walked.path) === formatPath(lexical)) throw error;
          return run(walked.path, parsed);
        },
      );
    });
  }
}

/** What an open file may ask of the namespace that it was opened in. */
interface FileWork {
  statAt(path: Path, caller: Caller): Awaitable<NamespaceStat>;
  complete(stat: Stat, member: Member, rest: Path): NamespaceStat;
  setTimesAt(path: Path, times: Times, caller: Caller): Promise<void>;
  didWrite(place: Place, bytes: number, caller: Caller): void;
}

/** Where an open file stands, and in whose name it works. */
class FilePlace implements OpenPlace {
  readonly #work: FileWork;
  readonly #place: Place;
  readonly #caller: Caller;

  constructor(work: FileWork, place: Place, caller: Caller) {
    this.#work = work;
    this.#place = place;
    this.#caller = caller;
  }

  get ro(): boolean {
    return this.#place.member.ro;
  }

  name(): string {
    return `${this.#place.member.source.dev}:${this.#place.rest.join('/')}`;
  }

  path(): string {
    return formatPath(this.#place.path);
  }

  leave(): void {
    this.#place.leave();
  }

  stat(signal: AbortSignal): Awaitable<NamespaceStat> {
    return this.#work.statAt(this.#place.path, { ...this.#caller, signal });
  }

  complete(stat: Stat): NamespaceStat {
    return this.#work.complete(stat, this.#place.member, this.#place.rest);
  }

  setTimes(times: Times, signal: AbortSignal): Promise<void> {
    return this.#work.setTimesAt(this.#place.path, times, { ...this.#caller, signal });
  }

  async sync(): Promise<void> {
    await this.#place.member.source.service.sync?.();
  }

  didRead(bytes: number): void {
    const { use } = this.#place.member.source;
    use.calls++;
    use.read += bytes;
  }

  didWrite(bytes: number): void {
    this.#work.didWrite(this.#place, bytes, this.#caller);
  }
}

/** Where a path starts: the root, or the caller's directory. An absolute path must stay beneath. */
function start(parsed: ParsedPath, caller: Caller, link = false): Path {
  if (!parsed.absolute) return caller.cwd;
  const { beneath } = caller;
  if (!beneath) return [];
  if (!link || !isWithin(parsed.names, beneath))
    fail('ENOTCAPABLE', 'leaves the preopened directory');
  return beneath;
}

/** The path as written, where no '..' needs the walk. */
function direct(parsed: ParsedPath, caller: Caller): Path | undefined {
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

function writable(served: Served): Served {
  if (served.member.ro) fail('EROFS', 'mounted read-only');
  return served;
}

/** Runs after whatever else runs for the same file. */
async function oneAtATime(file: string, run: () => Promise<void>): Promise<void> {
  const before = replacing.get(file);
  const mine = (before ?? Promise.resolve()).catch(() => undefined).then(run);
  replacing.set(file, mine);
  try {
    await mine;
  } finally {
    if (replacing.get(file) === mine) replacing.delete(file);
  }
}

async function replaceContent(
  file: OpenFile,
  data: Uint8Array,
  append: boolean,
  signal: AbortSignal,
): Promise<void> {
  const cuts = !append && !file.stream && (await file.stat(signal)).size > data.length;
  for (let done = 0; done < data.length; ) {
    done += await file.write(done === 0 ? data : data.subarray(done), signal);
  }
  if (cuts) await file.truncate(data.length, signal);
}

/** A method that a service may lack: EROFS if it changes nothing at all, EXDEV for rename, else ENOTSUP. */
function have<K extends keyof FileService>(member: Member, method: K): NonNullable<FileService[K]> {
  const service = member.source.service;
  const found = service[method];
  if (found) return found as NonNullable<FileService[K]>;
  const code: Errno = isImmutable(service) ? 'EROFS' : method === 'rename' ? 'EXDEV' : 'ENOTSUP';
  return fail(code, `${service.spec.kind} has no ${method}`);
}

/** For `.catch`: a missing name is undefined, all else stays an error. */
function missing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** For `.catch`: ENOTDIR may mean a symlink on the way. */
function unlessLinked(error: unknown): undefined {
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
