/**
 * The mount table: pure, immutable, in mount order. Every change makes a new table, so a fork is
 * free, undo is keeping the old one, and two namespaces can be compared (bind(1), bind(2)).
 */
import { fail } from './errors.ts';
import { formatPath, type Path } from './path.ts';
import type { FileService } from './service.ts';

/** What passed through one mounted service, counted over all namespaces that share it. */
export interface Use {
  calls: number;
  read: number;
  written: number;
  errors: number;
}

/** A service that was mounted once; binds of it share the source, its number and its count of use. */
export interface Source {
  /** The device number in stat: unique while the kernel lives. */
  readonly dev: number;
  readonly service: FileService;
  readonly use: Use;
  /** Why the service could not be made, where it could not. */
  readonly failed?: string | undefined;
}

export interface MountFlags {
  /** `replace` hides what was there, `before` and `after` make a union with it. */
  readonly order?: 'replace' | 'before' | 'after';
  /** In a union, creation goes to the first member with this flag. */
  readonly create?: boolean;
  /** Every mutation through this member is EROFS. */
  readonly ro?: boolean;
  /** For the work of a moment: it is not saved with the namespace, and no step of undo. */
  readonly temporary?: boolean;
}

/** One layer of a mount point. */
export interface Member {
  readonly source: Source;
  /** The part of the service that shows here. */
  readonly base: Path;
  readonly create: boolean;
  readonly ro: boolean;
  /** The path that was bound; undefined for a mount. */
  readonly from?: string | undefined;
  /** It is the directory that was here before the first union. */
  readonly original?: boolean | undefined;
  /** It is not saved with the namespace, and no step of undo. */
  readonly temporary?: boolean | undefined;
}

export interface MountPoint {
  readonly at: Path;
  /** A file can be bound over a file; everything else is a directory. */
  readonly kind: 'dir' | 'file';
  readonly members: readonly Member[];
  /** The bind, by where it was put, that brought this mount along, since what was bound has it inside. */
  readonly by?: string | undefined;
}

interface Node {
  point: MountPoint | undefined;
  readonly children: Map<string, Node>;
}

export interface Lookup {
  readonly point: MountPoint;
  /** What is left of the path below the mount point. */
  readonly rest: Path;
}

/** Members of one union: a union bound onto itself doubles. */
const MEMBERS_MAX = 256;
/** Binds that bring mounts along double them too. */
const POINTS_MAX = 1024;

export class MountTable {
  static readonly empty = new MountTable([]);
  /** In mount order. */
  readonly points: readonly MountPoint[];
  readonly #root: Node = { point: undefined, children: new Map() };

  constructor(points: readonly MountPoint[]) {
    if (points.length > POINTS_MAX) fail('ENOSPC', 'too many mounts: unmount some');
    this.points = points;
    for (const point of points) this.#nodeFor(point.at).point = point;
  }

  /** The deepest mount point at or above `path`. */
  lookup(path: Path): Lookup | undefined {
    let node = this.#root;
    let found = node.point;
    for (const name of path) {
      const next = node.children.get(name);
      if (!next) break;
      node = next;
      found = node.point ?? found;
    }
    return found && { point: found, rest: path.slice(found.at.length) };
  }

  /** The mount point exactly at `path`. */
  at(path: Path): MountPoint | undefined {
    return this.#find(path)?.point;
  }

  /** True for a mount point and for every part of the way to one: the root always. */
  isSkeleton(path: Path): boolean {
    return path.length === 0 || this.#find(path) !== undefined;
  }

  /** Names below `path` that lead to mount points, with what they are. */
  skeletonOf(path: Path): { name: string; kind: 'dir' | 'file' }[] {
    const children = this.#find(path)?.children ?? new Map<string, Node>();
    return [...children].map(([name, node]) => ({ name, kind: node.point?.kind ?? 'dir' }));
  }

  /**
   * `members` put at `at`. `original` is what is there now and not yet a mount point: with before
   * or after it becomes a member of the union.
   */
  with(
    at: Path,
    members: readonly Member[],
    order: MountFlags['order'] = 'replace',
    kind: MountPoint['kind'] = 'dir',
    original?: Member,
  ): MountTable {
    const present = this.at(at)?.members ?? (original ? [original] : []);
    if (order === 'replace') return this.#replace({ at, kind, members });
    const union = order === 'before' ? [...members, ...present] : [...present, ...members];
    if (union.length > MEMBERS_MAX) fail('ENOSPC', 'a union of too many members');
    return this.#replace({ at, kind, members: union });
  }

  /** All of `at` unmounted, or only the members `which` accepts. ENOENT-like: EINVAL if there is none. */
  without(at: Path, which?: (member: Member) => boolean): MountTable {
    const point = this.at(at);
    if (!point) fail('EINVAL', `nothing is mounted at ${formatPath(at)}`);
    const left = which ? point.members.filter((member) => !which(member)) : [];
    if (left.length === point.members.length) fail('EINVAL', 'no such member in that union');
    if (left.every((member) => member.original)) {
      return new MountTable(this.points.filter((other) => other !== point));
    }
    return this.#replace({ ...point, members: left });
  }

  /** The same table with every member passed through `change`. */
  map(change: (member: Member, point: MountPoint) => Member): MountTable {
    return new MountTable(
      this.points.map((point) => ({
        ...point,
        members: point.members.map((member) => change(member, point)),
      })),
    );
  }

  /** What stays when the temporary mounts are gone: this table where there are none. */
  lasting(): MountTable {
    const lasts = ({ members }: MountPoint): boolean => !members.some(isTemporary);
    if (this.points.every(lasts)) return this;
    const points = this.points.flatMap((point) => {
      if (lasts(point)) return [point];
      const members = point.members.filter((member) => !isTemporary(member));
      return members.every(({ original }) => original) ? [] : [{ ...point, members }];
    });
    return new MountTable(points);
  }

  /** The same mount points in another order; `order` lists their paths, all of them. EINVAL. */
  reordered(order: readonly Path[]): MountTable {
    const points = order.map(
      (at) => this.at(at) ?? fail('EINVAL', `no mount at ${formatPath(at)}`),
    );
    if (new Set(points).size !== this.points.length)
      fail('EINVAL', 'the order must list each mount');
    return new MountTable(points);
  }

  /**
   * The members of one union in this order, given by their places; those that are left out are unmounted.
   * `of` lists the devices of its members as they were seen: EINVAL where they are others now.
   */
  reorderedUnion(at: Path, order: readonly number[], of: readonly number[]): MountTable {
    const point = this.at(at) ?? fail('EINVAL', `no mount at ${formatPath(at)}`);
    const { members: seen } = point;
    if (seen.length !== of.length || seen.some(({ source }, place) => source.dev !== of[place]))
      fail('EINVAL', 'the layers are others now: look at them again');
    const members = order.map(
      (place) => point.members[place] ?? fail('EINVAL', `no member ${place} in that union`),
    );
    if (new Set(order).size !== order.length) fail('EINVAL', 'the order must list a member once');
    if (point.members.some((member) => member.original && !members.includes(member)))
      fail('EINVAL', 'what was there before the mount cannot be unmounted');
    return members.every(({ original }) => original)
      ? new MountTable(this.points.filter((other) => other !== point))
      : this.#replace({ ...point, members });
  }

  /** These in the place of what is mounted at the same paths. */
  withPoints(points: readonly MountPoint[]): MountTable {
    if (points.length === 0) return this;
    const put = new Map(points.map((point) => [formatPath(point.at), point]));
    const kept = this.points.map((point) => put.get(formatPath(point.at)) ?? point);
    return new MountTable([...kept, ...points.filter(({ at }) => !this.at(at))]);
  }

  #replace(point: MountPoint): MountTable {
    const old = this.at(point.at);
    if (!old) return new MountTable([...this.points, point]);
    // What is put over a mount that came along stands for it.
    const next = old.by === undefined ? point : { ...point, by: old.by };
    return new MountTable(this.points.map((other) => (other === old ? next : other)));
  }

  #find(path: Path): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path) {
      node = node.children.get(name);
      if (!node) return undefined;
    }
    return node;
  }

  #nodeFor(path: Path): Node {
    let node = this.#root;
    for (const name of path) {
      const next: Node = node.children.get(name) ?? { point: undefined, children: new Map() };
      node.children.set(name, next);
      node = next;
    }
    return node;
  }
}

const isTemporary = ({ temporary }: Member): boolean => temporary ?? false;

/** A member that shows all of a source, as a mount makes it. */
export function memberOf(source: Source, flags: MountFlags = {}): Member {
  const { create = false, ro = false, temporary } = flags;
  return { source, base: [], create, ro, ...(temporary && { temporary }) };
}
