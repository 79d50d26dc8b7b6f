/** The mounts of a namespace as they are shown: where, what serves each layer, and what went through it. */
import type { MountTable } from './mounts.ts';
import { formatPath } from './path.ts';

export const mountRows = (table: MountTable): readonly object[] =>
  table.points.map(({ at, kind, members }) => ({
    at: formatPath(at),
    kind,
    members: members.map(({ source, base, create, ro, from, original }) => ({
      service: source.service.spec,
      dev: source.dev,
      base: formatPath(base),
      create,
      ro,
      from,
      original: original ?? false,
      failed: source.failed,
      about: source.service.about?.(),
      use: { ...source.use },
    })),
  }));
