/**
 * A namespace: a mount table and the operations on paths through it. It cleans paths, follows
 * symbolic links (also across mounts), finds the member of a union that serves a name, and turns
 * whatever a service throws into an FsError that says where.
 *
 * The common case is one call of the service with the path as it was written; only where that meets
 * a symlink, or the path holds '..', is it walked name by name (path_resolution(7)).
 */
import { type Awaitable, after, attempt } from './awaitable.ts';
import type { Caller, NamespaceStat } from './caller.ts';
import type { Changes } from './changes.ts';
import { type FsError, fail, hasCode, toFsError } from './errors.ts';
import { FilePlace, type FileWork } from './fileplace.ts';
import { binding, mounting, type TableChange, unmounting } from './mounting.ts';
import {
  type Lookup,
  type Member,
  type MountFlags,
  type MountPoint,
  MountTable,
  type Source,
} from './mounts.ts';
import { OpenDir } from './opendir.ts';
import { OpenFile } from './openfile.ts';
import {
  formatPath,
  isWithin,
  PATH_MAX,
  type ParsedPath,
  type Path,
  parsePath,
  utf8Length,
} from './path.ts';
import { Place } from './place.ts';
import {
  direct,
  have,
  missing,
  Resolver,
  type Served,
  start,
  unlessLinked,
  writable,
} from './resolve.ts';
import type { Entry, Mode, Times } from './service.ts';
import { readWhole, writeWhole } from './wholefile.ts';

export interface OpenFlags extends Mode {
  readonly create?: boolean;
  /** With create: the name must not exist (O_EXCL). */
  readonly exclusive?: boolean;
  /** It must be a directory (O_DIRECTORY). */
  readonly directory?: boolean;
  /** The last name is not followed: ELOOP for a symlink (O_NOFOLLOW). */
  readonly noFollow?: boolean;
}

/** Operations that make a name: on a dot, which is always there, they are EEXIST. */
const makesName: ReadonlySet<string> = new Set(['mkdir', 'symlink', 'link']);

/** Changes of mounts that can be undone. */
const PAST_MAX = 100;
export class Namespace {
  #paths: Resolver;
  #past: MountTable[] = [];
  #future: MountTable[] = [];
  readonly #changes: Changes;
  /** What its open files ask of it. */
  readonly #files: FileWork = {
    statAt: (path, caller) => this.#paths.statAt(path, caller),
    complete: (stat, member, rest) => this.#paths.complete(stat, member, rest),
    setTimesAt: (path, times, caller) => this.#setTimesAt(path, times, caller),
    didWrite: (place, bytes, caller) => this.#didWrite(place, bytes, caller),
  };

  constructor(changes: Changes, table = MountTable.empty) {
    this.#changes = changes;
    this.#paths = new Resolver(table);
  }

  get table(): MountTable {
    return this.#paths.table;
  }

  /** The same names from now on apart: costs nothing, since tables never change. */
  fork(): Namespace {
    return new Namespace(this.#changes, this.#paths.table);
  }

  // Mounts

  async mount(source: Source, at: string, flags: MountFlags, caller: Caller): Promise<void> {
    this.#change(await mounting(this.#paths, source, at, flags, caller));
  }

  /** bind(1): `to` shows what `from` shows now, mounts below it included unless `alone`. */
  async bind(
    from: string,
    to: string,
    flags: MountFlags,
    caller: Caller,
    alone = false,
  ): Promise<void> {
    this.#change(await binding(this.#paths, from, to, flags, caller, alone));
  }

  /** Everything at `at`, or only what was bound from `what` (or mounted as that kind of service). */
  async unmount(
    at: string,
    what: string | undefined,
    caller: Caller,
    mayLift: (point: MountPoint) => boolean = () => true,
  ): Promise<void> {
    this.#change(await unmounting(this.#paths, at, what, caller, mayLift));
  }

  /** Puts a whole table in place, as one step that undo takes back. */
  replaceTable(table: MountTable): void {
    this.#set(table);
  }

  /** The table to begin with: nothing to undo. */
  start(table: MountTable): void {
    this.#paths = new Resolver(table);
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
      const stat = lexical && attempt(() => this.#paths.statAt(lexical, caller), unlessLinked);
      return after(stat, (found) =>
        found && !(found.kind === 'symlink' && (follow || parsed.mustBeDir))
          ? this.#paths.checkedDir(found, parsed)
          : this.#statWalked(parsed, follow, caller),
      );
    });
  }

  async #statWalked(parsed: ParsedPath, follow: boolean, caller: Caller): Promise<NamespaceStat> {
    const found = await this.#paths.walk(parsed, caller, follow);
    return found.stat ?? this.#paths.statAt(found.path, caller);
  }

  /** The real path of an existing object: no symlink, no dot (realpath(3)). */
  async realpath(text: string, caller: Caller): Promise<Path> {
    return this.#named('realpath', text, caller, async (parsed) => {
      const found = await this.#paths.walk(parsed, caller, true);
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
        const { path } = await this.#paths.walk(parsed, caller, follow);
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
      return await readWhole(file, caller.signal);
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
      await writeWhole(file, data, flags.append ?? false, caller.signal);
      await file.close();
    } catch (error) {
      await attempt(
        () => file.close(),
        () => undefined,
      );
      // It was made by this call alone: half of it is of no use to anybody.
      if (flags.exclusive && !(file instanceof OpenDir))
        await attempt(
          () => this.remove(text, 'file', caller),
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
      after(this.#paths.servedFor('remove', path, caller), ({ member, rest }) => {
        const { service } = member.source;
        const checked =
          kind === 'file' && parsed.mustBeDir ? this.#paths.mustBeDir(path, caller) : undefined;
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
        const source = await this.#paths.servedFor('rename', old, caller);
        await attempt(
          () => this.#paths.statAt(old, caller),
          (error) => {
            throw this.#explain(error, 'rename', from, caller);
          },
        );
        if (parsedOld.mustBeDir || parsed.mustBeDir) await this.#paths.mustBeDir(old, caller);
        const target = await this.#paths.targetFor('rename', path, source.member, toCaller);
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
        if (parsedOld.mustBeDir) await this.#paths.mustBeDir(old, caller);
        const source = await this.#paths.servedFor('link', old, caller);
        if (this.#paths.table.isSkeleton(path)) fail('EEXIST');
        const target = await this.#paths.targetFor('link', path, source.member, toCaller);
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
        const { kind } = await this.#paths.statAt(path, caller);
        fail(kind === 'dir' ? 'EEXIST' : 'ENOTDIR');
      }
      if (utf8Length(target) > PATH_MAX)
        fail('ENAMETOOLONG', `a target has at most ${PATH_MAX} bytes`);
      const { member, rest } = await this.#paths.creatable(path, caller);
      await have(member, 'symlink').call(member.source.service, target, rest, caller.signal);
      this.#changed(member, rest);
      caller.record?.('create', path, 0);
    });
  }

  async readlink(text: string, caller: Caller): Promise<string> {
    return this.#entry('readlink', text, caller, async (path, parsed) => {
      if (parsed.mustBeDir) {
        await this.#paths.walk(parsed, caller, true);
        fail('EINVAL', 'not a symbolic link');
      }
      const { member, rest } = await this.#paths.served(path, caller);
      const service = member.source.service;
      if (service.readlink) return service.readlink(rest, caller.signal);
      await service.stat(rest, caller.signal);
      return fail('EINVAL', 'not a symbolic link');
    });
  }

  async setTimes(text: string, times: Times, follow: boolean, caller: Caller): Promise<void> {
    return this.#named('set times', text, caller, async (parsed) => {
      const { path } = await this.#paths.walk(parsed, caller, follow);
      await this.#setTimesAt(path, times, caller);
    });
  }

  /** Sets the permission bits of what a path leads to. */
  async setMode(text: string, mode: number, follow: boolean, caller: Caller): Promise<void> {
    return this.#named('chmod', text, caller, async (parsed) => {
      const { path } = await this.#paths.walk(parsed, caller, follow);
      await this.#setAt(path, caller, (member, rest) =>
        have(member, 'setMode').call(member.source.service, rest, mode, caller.signal),
      );
    });
  }

  /** Makes durable what the services at and below a path hold: all of them for the root. */
  async sync(below: Path = []): Promise<void> {
    const covering = this.#paths.table.lookup(below)?.point;
    const points = this.#paths.table.points.filter((p) => p === covering || isWithin(p.at, below));
    const sources = new Set(points.flatMap((point) => point.members.map((m) => m.source)));
    const done = await Promise.allSettled(
      [...sources].map(async ({ service }) => service.sync?.()),
    );
    const failed = done.find((each) => each.status === 'rejected');
    if (failed) throw toFsError(failed.reason, { op: 'sync' });
  }

  /** Every name of a directory: unions merged, first wins; mount points always listed. */
  list(path: Path, caller: Caller): Promise<Entry[]> {
    return this.#paths.list(path, caller);
  }

  /** Where a change in a service shows in this namespace. */
  pathsOf(source: object, path: Path): Path[] {
    return this.#paths.pathsOf(source, path);
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
    if (this.#paths.table.isSkeleton(path) && this.#paths.table.at(path)?.kind !== 'file') {
      return this.#openDir(path, writes, caller);
    }
    return after(this.#paths.served(path, caller), (served) => {
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
      this.#paths.table.lookup(path) &&
      (await attempt(() => this.#paths.served(path, caller), missing));
    const moves = served && !this.#paths.table.isSkeleton(path);
    return new OpenDir(
      this,
      path,
      moves ? new Place(served.member, served.at, served.rest, true) : undefined,
    );
  }

  #createAt(path: Path, kind: 'file' | 'dir', caller: Caller): Awaitable<void> {
    return after(this.#paths.creatable(path, caller), ({ member, rest }) => {
      const create = have(member, 'create');
      return after(create.call(member.source.service, rest, kind, caller.signal), () => {
        this.#changed(member, rest);
        caller.record?.('create', path, 0);
        return this.#mask(path, kind, caller);
      });
    });
  }

  /** Takes away the permissions that the caller's umask has. A service without modes goes without. */
  #mask(path: Path, kind: 'file' | 'dir', caller: Caller): Awaitable<void> {
    if (caller.umask === undefined) return;
    const mode = (kind === 'dir' ? 0o777 : 0o666) & ~caller.umask;
    return attempt(
      () =>
        this.#setAt(path, caller, async ({ source: { service } }, rest) =>
          service.setMode?.(rest, mode, caller.signal),
        ),
      // What was made is there, also where its mode cannot be set.
      () => undefined,
    );
  }

  async #setTimesAt(path: Path, times: Times, caller: Caller): Promise<void> {
    await this.#setAt(path, caller, (member, rest) =>
      have(member, 'setTimes').call(member.source.service, rest, times, caller.signal),
    );
  }

  /** Changes something of an object other than its content. */
  async #setAt(
    path: Path,
    caller: Caller,
    change: (member: Member, rest: Path) => Promise<void>,
  ): Promise<void> {
    const served = await this.#paths.served(path, caller);
    const { member, rest } = served;
    await member.source.service.stat(rest, caller.signal);
    writable(served);
    await change(member, rest);
    this.#changed(member, rest);
    caller.record?.('set', path, 0);
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

  /** Made of the table as it is by now: others may have mounted meanwhile. */
  #change(change: TableChange): void {
    this.#set(change(this.table));
  }

  #set(table: MountTable): void {
    const [old, next] = [this.#paths.table.lasting(), table.lasting()];
    // A temporary mount comes and goes beside the steps of undo.
    if (
      old.points.length !== next.points.length ||
      old.points.some((p, i) => p !== next.points[i])
    ) {
      this.#past.push(old);
      if (this.#past.length > PAST_MAX) this.#past.shift();
      this.#future = [];
    }
    this.#paths = new Resolver(table);
    this.#changes.announceAll();
  }

  #step(from: MountTable[], to: MountTable[]): boolean {
    const table = from.pop();
    if (!table) return false;
    const now = this.#paths.table;
    to.push(now.lasting());
    const temporary = now.points.filter(({ members }) => members.every((m) => m.temporary));
    this.#paths = new Resolver(table.withPoints(temporary));
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
      where = this.#paths.table.lookup(full);
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
        this.#paths.walk({ ...parsed, mustBeDir: false }, caller, false);
      const lexical = direct(parsed, caller);
      if (!lexical) return walk().then(({ path }) => run(path, parsed));
      return attempt(
        () => run(lexical, parsed),
        async (error) => {
          // A symlink on the way may lead to another mount.
          if (!hasCode(error, 'ENOTDIR', 'EXDEV', 'EROFS')) throw error;
          const walked = await walk().catch(missing);
          if (!walked || formatPath(walked.path) === formatPath(lexical)) throw error;
          return run(walked.path, parsed);
        },
      );
    });
  }
}
