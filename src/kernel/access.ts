/**
 * How a process may write what it was given: as its parent does, not at all, or over a copy that somebody
 * reviews. Mounts of the same source share one copy. Control files stay as they are, since a copy of a request is never
 * carried out; so do services that nobody can change.
 */
import { fail } from './errors.ts';
import type { MountPoint, MountTable, Source } from './mounts.ts';
import { formatPath, type Path } from './path.ts';
import { isControl, isImmutable } from './service.ts';

export type Access = 'rw' | 'ro' | 'cow';

/** By mount point, as text; `*` for all that are not named. */
export type AccessMap = Readonly<Record<string, Access>>;

/** Makes a copy-on-write source over another; `at` is where the root of that shows, or the nearest to it. */
export type Overlay = (base: Source, at: Path) => Source;

export function restrict(table: MountTable, wanted: AccessMap, overlay: Overlay): MountTable {
  for (const [at, access] of Object.entries(wanted))
    if (access !== 'rw' && access !== 'ro' && access !== 'cow')
      fail('EINVAL', `access to ${at} is rw, ro or cow, not '${String(access)}'`);
  const copies = new Map<Source, Source>();
  const copyOf = (source: Source): Source => {
    const copy = copies.get(source) ?? overlay(source, placeOf(table, source));
    copies.set(source, copy);
    return copy;
  };
  const accessOf = ({ at }: MountPoint): Access => wanted[formatPath(at)] ?? wanted['*'] ?? 'rw';
  return table.map((member, point) => {
    const access = accessOf(point);
    const { service } = member.source;
    if (access === 'rw' || member.ro || isImmutable(service)) return member;
    if (access === 'ro') return { ...member, ro: true };
    return isControl(service) ? member : { ...member, source: copyOf(member.source) };
  });
}

function placeOf({ points }: MountTable, source: Source): Path {
  let nearest: { readonly at: Path; readonly depth: number } | undefined;
  for (const { at, members } of points) {
    for (const { source: each, base } of members) {
      if (each !== source || (nearest && nearest.depth <= base.length)) continue;
      nearest = { at, depth: base.length };
    }
  }
  return nearest?.at ?? [];
}
