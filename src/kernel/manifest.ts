/**
 * A namespace as data: the manifest holds each source with its ServiceSpec and each mount point with
 * its members, in order, and restores to the same table.
 */
import { fail } from './errors.ts';
import { type Member, type MountPoint, MountTable, type Source } from './mounts.ts';
import { cleanPath, formatPath, type Path } from './path.ts';
import type { ServiceSpec } from './service.ts';

export interface Manifest {
  readonly version: 1;
  readonly sources: readonly ServiceSpec[];
  readonly mounts: readonly ManifestMount[];
  /** Which edition of the first namespace it has. */
  readonly edition?: number;
}

export interface ManifestMount {
  readonly at: string;
  readonly kind: MountPoint['kind'];
  readonly members: readonly ManifestMember[];
}

export interface ManifestMember {
  /** Index into `sources`. */
  readonly source: number;
  readonly base: string;
  readonly create?: boolean;
  readonly ro?: boolean;
  readonly from?: string;
  readonly original?: boolean;
}

export function toManifest(present: MountTable): Manifest {
  const table = present.lasting();
  const sources = [...new Set(table.points.flatMap((p) => p.members.map((m) => m.source)))];
  return {
    version: 1,
    sources: sources.map((source) => source.service.spec),
    mounts: table.points.map(({ at, kind, members }) => ({
      at: formatPath(at),
      kind,
      members: members.map((member) => ({
        source: sources.indexOf(member.source),
        base: formatPath(member.base),
        ...(member.create ? { create: true } : {}),
        ...(member.ro ? { ro: true } : {}),
        ...(member.from === undefined ? {} : { from: member.from }),
        ...(member.original ? { original: true } : {}),
      })),
    })),
  };
}

/** Makes each service again with `make`, in order. EINVAL for a bad manifest. */
export async function fromManifest(
  manifest: unknown,
  make: (spec: ServiceSpec) => Promise<Source>,
): Promise<MountTable> {
  const { sources, mounts } = checkManifest(manifest);
  const made: Source[] = [];
  for (const spec of sources) made.push(await make(spec));
  return new MountTable(
    mounts.map(({ at, kind, members }) => ({
      at: cleanPath(at),
      kind,
      members: members.map((member) => toMember(member, made)),
    })),
  );
}

function toMember(member: ManifestMember, sources: readonly Source[]): Member {
  return {
    source: sources[member.source] ?? fail('EINVAL', 'the manifest names a source that it lacks'),
    base: cleanPath(member.base) as Path,
    create: member.create ?? false,
    ro: member.ro ?? false,
    from: member.from,
    original: member.original,
  };
}

function checkManifest(value: unknown): Manifest {
  const manifest = value as Partial<Manifest> | null;
  if (typeof manifest !== 'object' || manifest === null) fail('EINVAL', 'a manifest is an object');
  if (manifest.version !== 1)
    fail('EINVAL', `manifest version ${String(manifest.version)} is unknown`);
  const { sources, mounts } = manifest;
  if (!Array.isArray(sources) || !sources.every(isSpec))
    fail('EINVAL', 'bad sources in the manifest');
  if (!Array.isArray(mounts) || !mounts.every(isMount))
    fail('EINVAL', 'bad mounts in the manifest');
  return manifest as Manifest;
}

const isSpec = (spec: unknown): boolean => typeof (spec as ServiceSpec | null)?.kind === 'string';

function isMount(value: unknown): boolean {
  const mount = value as Partial<ManifestMount> | null;
  if (typeof mount?.at !== 'string' || !mount.at.startsWith('/')) return false;
  if (mount.kind !== 'dir' && mount.kind !== 'file') return false;
  if (!Array.isArray(mount.members) || mount.members.length === 0) return false;
  return mount.members.every(
    (m: Partial<ManifestMember> | null) =>
      Number.isInteger(m?.source) && typeof m?.base === 'string',
  );
}
