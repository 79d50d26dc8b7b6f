/**
 * A capsule: a folder or a whole namespace as one tar that anyone can open. First `oanix.json`, which says what
 * it is and what it mounts; then the files below `files/`, by their full paths; last `SHA256SUMS`, as
 * sha256sum(1) checks it. It holds no secrets: a manifest has none, and contents are what was chosen.
 */
import { createTarPacker, type TarHeader } from 'modern-tar';
import { fail } from '../kernel/errors.ts';
import type { Kind } from '../kernel/service.ts';

export const MANIFEST = 'oanix.json';
export const SUMS = 'SHA256SUMS';
export const FILES = 'files/';

export interface CapsuleManifest {
  readonly format: 'oanix-capsule';
  readonly version: 1;
  readonly name: string;
  /** ISO 8601. */
  readonly created_at: string;
  /** The folders that it holds, by their full paths where it was made. */
  readonly roots: readonly string[];
  /** What its namespace mounts, as ns text; empty for a folder alone. */
  readonly namespace: string;
}

/** Where the files of a capsule come from. Times are nanoseconds since 1970. */
export interface CapsuleSource {
  list(path: string): Promise<readonly { readonly name: string; readonly kind: Kind }[]>;
  stat(
    path: string,
  ): Promise<{ readonly kind: Kind; readonly size: number; readonly mtime: bigint }>;
  readlink(path: string): Promise<string>;
  read(path: string): AsyncIterable<Uint8Array>;
}

export interface PackOptions {
  readonly name: string;
  readonly roots: readonly string[];
  readonly namespace?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly sha256: (bytes: Uint8Array) => Promise<string>;
  /** Told of each file that was packed. */
  packed?(path: string, bytes: number): void;
}

/** The capsule as a stream of bytes; errors of the source end it. */
export function packCapsule(
  source: CapsuleSource,
  options: PackOptions,
): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    const sums: string[] = [];
    const add = async (header: TarHeader, body?: Uint8Array): Promise<void> => {
      const writer = controller.add(header).getWriter();
      if (body && body.length > 0) await writer.write(body as Uint8Array<ArrayBuffer>);
      await writer.close();
    };
    const text = (name: string, value: string): Promise<void> => {
      const body = new TextEncoder().encode(value);
      return add({ name, size: body.length, mode: 0o644, mtime: new Date(options.now) }, body);
    };
    const { name, roots, namespace = '', now } = options;
    const manifest: CapsuleManifest = {
      format: 'oanix-capsule',
      version: 1,
      name,
      created_at: new Date(now).toISOString(),
      roots,
      namespace,
    };
    await text(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
    const walk = async (path: string): Promise<void> => {
      const { kind, mtime } = await source.stat(path);
      const header = { name: FILES + path.slice(1), mtime: new Date(Number(mtime / 1_000_000n)) };
      if (kind === 'dir') {
        await add({ ...header, name: `${header.name}/`, type: 'directory', size: 0, mode: 0o755 });
        for (const entry of await source.list(path))
          await walk(path === '/' ? `/${entry.name}` : `${path}/${entry.name}`);
      } else if (kind === 'symlink') {
        await add({ ...header, type: 'symlink', size: 0, linkname: await source.readlink(path) });
      } else {
        // The size must be told first: a file that grows meanwhile would not fit.
        const bytes = await collect(source.read(path));
        await add({ ...header, size: bytes.length, mode: 0o644 }, bytes);
        sums.push(`${await options.sha256(bytes)}  ${header.name}\n`);
        options.packed?.(path, bytes.length);
      }
    };
    for (const root of roots) await walk(root);
    await text(SUMS, sums.join(''));
    controller.finalize();
  };
  pack().catch((error: unknown) => controller.error(error));
  return readable;
}

export async function collect(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  const [only] = all;
  if (all.length === 1 && only) return only;
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What `oanix.json` says; EINVAL with the reason where it is none. */
export function parseManifest(text: string): CapsuleManifest {
  let value: Partial<CapsuleManifest> | null;
  try {
    value = JSON.parse(text) as Partial<CapsuleManifest> | null;
  } catch {
    return fail('EINVAL', `its ${MANIFEST} is no JSON`);
  }
  if (value?.format !== 'oanix-capsule') fail('EINVAL', `its ${MANIFEST} is that of no capsule`);
  if (value?.version !== 1)
    fail('EINVAL', `it is of version ${String(value?.version)}, which this OANIX does not know`);
  const { name, roots, namespace, created_at } = value as Partial<CapsuleManifest>;
  const isPath = (path: unknown): boolean =>
    typeof path === 'string' && path.startsWith('/') && !path.split('/').includes('..');
  if (typeof name !== 'string' || typeof created_at !== 'string' || typeof namespace !== 'string')
    fail('EINVAL', `its ${MANIFEST} lacks its name, time or namespace`);
  if (!Array.isArray(roots) || !roots.every(isPath))
    fail('EINVAL', `its ${MANIFEST} names folders that are none`);
  return value as CapsuleManifest;
}
