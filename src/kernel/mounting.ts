/** What a mount, a bind and an unmount make of a table of mounts (bind(1)). */
import { attempt } from './awaitable.ts';
import type { Caller } from './caller.ts';
import { fail } from './errors.ts';
import {
  type Member,
  type MountFlags,
  type MountPoint,
  MountTable,
  memberOf,
  type Source,
} from './mounts.ts';
import { cleanPath, formatPath, isWithin, type ParsedPath, type Path, parsePath } from './path.ts';
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
  return (table) =>
    inside.reduce(
      (made, point) => made.with(point.at, point.members, 'replace', point.kind),
      table.with(path, members, flags.order, kind, original),
    );
}

export async function unmounting(
  paths: Resolver,
  at: string,
  what: string | undefined,
  caller: Caller,
): Promise<TableChange> {
  const path = await mountPoint(paths, at, caller);
  const wanted = what?.startsWith('/') ? formatPath(cleanPath(what)) : what;
  const matches = (member: Member): boolean =>
    !member.original && (member.from ?? member.source.service.spec.kind) === wanted;
  return (table) => {
    const left = table.without(path, what === undefined ? undefined : matches);
    if (left.at(path)) return left;
    const kept = left.points.filter((each) => !came(table, each, path));
    return kept.length === left.points.length ? left : new MountTable(kept);
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
 * under its new name too. After what a union shows already, only those that it would show.
 */
async function mountsInside(
  paths: Resolver,
  source: Path,
  to: Path,
  flags: MountFlags,
  caller: Caller,
): Promise<MountPoint[]> {
  const moved: MountPoint[] = [];
  for (const point of paths.table.points) {
    if (point.at.length <= source.length || !isWithin(point.at, source)) continue;
    // What lies on the way of the bind itself would be bound into itself.
    if (isWithin(point.at, to) && isWithin(to, source)) continue;
    const names = point.at.slice(source.length);
    const first = [...to, names[0] as string];
    const shown =
      flags.order === 'after' && (await attempt(() => paths.statAt(first, caller), missing));
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

/** Whether a mount came below `at` only because what is bound there has it below itself. */
function came(table: MountTable, { at, members }: MountPoint, there: Path): boolean {
  if (at.length <= there.length || !isWithin(at, there)) return false;
  const rest = at.slice(there.length);
  const bound = table.at(there)?.members ?? [];
  const froms = new Set(
    bound.flatMap(({ from }) => (from ? [formatPath([...cleanPath(from), ...rest])] : [])),
  );
  return members.every(({ from }) => from !== undefined && froms.has(from));
}
