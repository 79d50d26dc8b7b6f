/** What every mount at or above a path has there: which serves it, and what that hides. */
import { attempt } from './awaitable.ts';
import { toFsError } from './errors.ts';
import type { MountTable } from './mounts.ts';
import { formatPath, isWithin, type Path } from './path.ts';
import type { Kind, ServiceSpec, Stat } from './service.ts';

/** One member of one mount point, in the order in which they are searched. */
export interface Layer {
  /** The mount point; members of one make a union. */
  readonly at: string;
  /** Its place in that union, from 0. */
  readonly index: number;
  readonly service: ServiceSpec;
  readonly dev: number;
  /** What was bound; undefined for a mount. */
  readonly from?: string | undefined;
  readonly original: boolean;
  readonly ro: boolean;
  readonly create: boolean;
  /** What it has at the path; undefined where it has nothing, or failed. */
  readonly kind?: Kind | undefined;
  readonly size?: number | undefined;
  /** Nanoseconds since 1970. */
  readonly mtime?: bigint | undefined;
  readonly failed?: string | undefined;
  /** It is what the namespace shows. A directory at a mount point is served by all of a union. */
  readonly serves: boolean;
}

/** Deepest mount point first: only that one can serve, what those above it have is hidden. */
export async function layersAt(
  table: MountTable,
  path: Path,
  signal: AbortSignal,
): Promise<Layer[]> {
  const points = table.points
    .filter(({ at }) => isWithin(path, at))
    .sort((a, b) => b.at.length - a.at.length);
  const layers: Layer[] = [];
  for (const [depth, { at, members }] of points.entries()) {
    const rest = path.slice(at.length);
    let found = false;
    for (const [index, { source, base, from, original, ro, create }] of members.entries()) {
      let failed: string | undefined;
      const stat: Stat | undefined = await attempt(
        () => source.service.stat([...base, ...rest], signal),
        (error) => {
          const { code, message } = toFsError(error, { op: 'stat' });
          if (code !== 'ENOENT' && code !== 'ENOTDIR') failed = message;
          return undefined;
        },
      );
      layers.push({
        at: formatPath(at),
        index,
        service: source.service.spec,
        dev: source.dev,
        from,
        original: original ?? false,
        ro,
        create,
        kind: stat?.kind,
        size: stat?.size,
        mtime: stat?.mtime,
        failed,
        serves: depth === 0 && stat !== undefined && (!found || rest.length === 0),
      });
      found ||= stat !== undefined;
    }
  }
  return layers;
}
