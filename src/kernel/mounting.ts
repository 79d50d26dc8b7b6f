/** What a mount, a bind and an unmount make of a table of mounts (bind(1)). */
import { attempt } from './awaitable.ts';
import type { Caller } from './caller.ts';
import { fail, hasCode } from './errors.ts';
import {
  type Member,
  type MountFlags,
  type MountPoint,
  MountTable,
  memberOf,
  type Source,
} from './mounts.ts';
import {
  cleanPath,
  formatPath,
  isWithin,
  type ParsedPath,
  type Path,
  parsePath,
  samePath,
} from './path.ts';
import { direct, missing, type Resolver, start } from './resolve.ts';

/** To be applied to the table as it is when all that had to be looked at was. */
export type TableChange = (table: MountTable) => MountTable;

export async function mounting(
  paths: Resolver,
  source: Source,
  at: string,
  flags: MountFlags,
  caller: Caller,
): Promise<TableChange> {
  const path = await mountPoint(paths, at, caller);
  const original = await originalAt(paths, path, flags, caller);
  return (table) => table.with(path, [memberOf(source, flags)], flags.order, 'dir', original);
}

/**
 * `to` shows what `from` shows now, mounts below it included unless `alone` (the lines of ns text name
 * each mount). Both are directories or both files.
 */
export async function binding(
  paths: Resolver,
  from: string,
  to: string,
  flags: MountFlags,
  caller: Caller,
  alone: boolean,
): Promise<TableChange> {
  const path = await mountPoint(paths, to, caller);
  const source = (await paths.walk(parsePath(from), caller, true)).path;
  const kind = (await paths.statAt(source, caller)).kind === 'dir' ? 'dir' : 'file';
  const old = await attempt(
    () => paths.statAt(path, caller),
    () => undefined,
  );
  if (old && (old.kind === 'dir') !== (kind === 'dir')) {
    fail(
      kind === 'dir' ? 'ENOTDIR' : 'EISDIR',
      'bind a directory to a directory, a file to a file',
    );
  }
  if (kind === 'file' && (flags.order ?? 'replace') !== 'replace')
    fail('ENOTDIR', 'only directories make a union');
  const members = await bound(paths, source, flags, caller);
  const original = await originalAt(paths, path, flags, caller);
  const inside = alone ? [] : await mountsInside(paths, source, path, flags, caller);
  return (table) => table.with(path, members, flags.order, kind, original).withPoints(inside);
}

/** What came along with a bind goes with it. EPERM for what `mayLift` refuses. */
export async function unmounting(
  paths: Resolver,
  at: string,
  what: string | undefined,
  caller: Caller,
  mayLift: (point: MountPoint) => boolean,
): Promise<TableChange> {
  const path = await mountPoint(paths, at, caller);
  const wanted = what?.startsWith('/') ? formatPath(cleanPath(what)) : what;
  const matches = (member: Member): boolean =>
    !member.original && (member.from ?? member.source.service.spec.kind) === wanted;
  return (table) => {
    const point = table.at(path);
    if (point && !mayLift(point)) fail('EPERM', 'this mount was given to the process');
    const left = table.without(path, what === undefined ? undefined : matches);
    if (left.at(path)) return left;
    const by = formatPath(path);
    // A mount that was given stays, whatever was put over it since.
    const stays = (each: MountPoint): boolean =>
      each.by !== by || !mayLift({ ...each, by: undefined });
    return new MountTable(left.points.filter(stays));
  };
}

async function mountPoint(paths: Resolver, text: string, caller: Caller): Promise<Path> {
  const parsed = parsePath(text);
  // A mount whose service is dead must still be found, to be unmounted.
  const lexical = direct(parsed, caller);
  if (lexical && paths.table.at(lexical)) return lexical;
  return walkMissing(paths, parsed, caller);
}

/** A mount point need not exist: what is missing of it becomes read-only directories. */
async function walkMissing(paths: Resolver, parsed: ParsedPath, caller: Caller): Promise<Path> {
  for (let known = parsed.names.length; known > 0; known--) {
    const head = { ...parsed, names: parsed.names.slice(0, known), mustBeDir: false };
    const tail = parsed.names.slice(known);
    const found = await paths.walk(head, caller, true).catch(missing);
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
async function originalAt(
  paths: Resolver,
  path: Path,
  flags: MountFlags,
  caller: Caller,
): Promise<Member | undefined> {
  if ((flags.order ?? 'replace') === 'replace' || paths.table.at(path)) return undefined;
  const stat = await attempt(() => paths.statAt(path, caller), missing);
  if (!stat) return undefined;
  if (stat.kind !== 'dir') fail('ENOTDIR', 'only directories make a union');
  const served = await attempt(() => paths.served(path, caller), missing);
  if (!served) return undefined;
  const { member, rest } = served;
  // A directory that only mounts below it make is no member: there is nothing to search in it.
  const { service } = member.source;
  if (!(await attempt(() => service.stat(rest, caller.signal), missing))) return undefined;
  return { source: member.source, base: rest, create: false, ro: member.ro, original: true };
}

/** What a bind puts in place: all members of a union at its root, else the one that serves it. */
async function bound(
  paths: Resolver,
  from: Path,
  flags: MountFlags,
  caller: Caller,
): Promise<Member[]> {
  const found = paths.table.lookup(from);
  const layers = await paths.layers(found, caller);
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

/**
 * The mounts below what is bound, as they will stand below `to`: what is hidden or read-only there is so
 * under its new name too. After what a union shows already they come behind it, since that may go away.
 */
async function mountsInside(
  paths: Resolver,
  source: Path,
  to: Path,
  flags: MountFlags,
  caller: Caller,
): Promise<MountPoint[]> {
  const inside = paths.table.points.filter(
    ({ at }) => at.length > source.length && isWithin(at, source),
  );
  const ro = flags.ro ?? false;
  // Bound to itself it has them already.
  if (samePath(source, to))
    return ro
      ? inside.map((point) => ({
          ...point,
          members: point.members.map((each) => ({ ...each, ro })),
        }))
      : [];
  const moved: MountPoint[] = [];
  for (const point of inside) {
    const at = [...to, ...point.at.slice(source.length)];
    const from = formatPath(point.at);
    const members: Member[] = point.members.map((member) => ({
      source: member.source,
      base: member.base,
      create: member.create,
      ro: member.ro || ro,
      from,
    }));
    const shown =
      flags.order === 'after' && point.kind === 'dir' ? await shownAt(paths, at, caller) : [];
    moved.push({ at, kind: point.kind, members: [...shown, ...members], by: formatPath(to) });
  }
  return moved;
}

/** The members that a union at a path would begin with: none where no directory of a service is there. */
async function shownAt(paths: Resolver, at: Path, caller: Caller): Promise<readonly Member[]> {
  const mounted = paths.table.at(at)?.members;
  if (mounted) return mounted;
  const original = await attempt(
    () => originalAt(paths, at, { order: 'after' }, caller),
    (error) => {
      if (!hasCode(error, 'ENOTDIR', 'ENOENT')) throw error;
      return undefined;
    },
  );
  return original ? [original] : [];
}
