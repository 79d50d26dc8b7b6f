/**
 * A capsule: a folder or a whole namespace as one tar that anyone can open. First comes `oanix.json`, which says what
 * the capsule is and what it mounts; then the files below `files/`, by their full paths; last `SHA256SUMS`, which
 * sha256sum(1) checks. A capsule holds no secrets: a manifest has none, and its content was chosen by a person.
 */

import { fail } from '../kernel/errors.ts';
import { utf8Length } from '../kernel/path.ts';
import { withoutMark } from '../kernel/utf8.ts';
import { type Hasher, sha256 } from './sha256.ts';
import { SUMS_MAX, sumLine } from './sums.ts';
import { tarOf } from './tar.ts';
import { type TreeEntry, type TreeSource, type WalkOptions, walkTree } from './tree.ts';

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

export interface PackOptions extends WalkOptions {
  readonly name: string;
  readonly roots: readonly string[];
  readonly namespace?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The capsule as a stream of bytes; errors of the source end it. */
export const packCapsule = (source: TreeSource, options: PackOptions): ReadableStream<Uint8Array> =>
  tarOf(capsuleEntries(source, options));

async function* capsuleEntries(
  source: TreeSource,
  options: PackOptions,
): AsyncGenerator<TreeEntry> {
  const { name, roots, namespace = '', now } = options;
  const manifest: CapsuleManifest = {
    format: 'oanix-capsule',
    version: 1,
    name,
    created_at: new Date(now).toISOString(),
    roots,
    namespace,
  };
  yield textEntry(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`, now);
  const hash = await sha256();
  const sums: string[] = [];
  let bytes = 0;
  const named = roots.map((path) => ({ path, name: (FILES + path.slice(1)).replace(/\/$/, '') }));
  for await (const entry of walkTree(source, named, options)) {
    yield entry.kind === 'file' ? hashed(entry, hash) : entry;
    if (entry.kind === 'file') {
      const line = sumLine(hash.digest(), entry.name);
      bytes += utf8Length(line);
      // It could not be opened again.
      if (bytes > SUMS_MAX) fail('EFBIG', 'a capsule cannot list the sums of so many files');
      sums.push(line);
    }
  }
  yield textEntry(SUMS, sums.join(''), now);
}

/** The same entry, whose content is hashed as it passes. */
function hashed(entry: TreeEntry & { readonly kind: 'file' }, hash: Hasher): TreeEntry {
  const { size, chunks } = entry.content;
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const part of chunks()) {
      hash.update(part);
      yield part;
    }
  }
  return { ...entry, content: { size, chunks: passing } };
}

function textEntry(name: string, text: string, now: number): TreeEntry {
  const bytes = new TextEncoder().encode(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (bytes.length > 0) yield bytes;
  }
  const stat = { kind: 'file', size: bytes.length, mtime: BigInt(now) * 1_000_000n } as const;
  return { name, kind: 'file', stat, content: { size: bytes.length, chunks } };
}

/** What `oanix.json` says; EINVAL with the reason where it is none. */
export function parseManifest(text: string): CapsuleManifest {
  let value: Partial<CapsuleManifest> | null;
  try {
    value = JSON.parse(withoutMark(text)) as Partial<CapsuleManifest> | null;
  } catch {
    return fail('EINVAL', `its ${MANIFEST} is no JSON`);
  }
  if (value?.format !== 'oanix-capsule') fail('EINVAL', `its ${MANIFEST} is not that of a capsule`);
  if (value?.version !== 1)
    fail('EINVAL', `it is of version ${String(value?.version)}, which this OANIX does not know`);
  const { name, roots, namespace, created_at } = value as Partial<CapsuleManifest>;
  const isPath = (path: unknown): boolean =>
    typeof path === 'string' && path.startsWith('/') && !path.split('/').includes('..');
  if (typeof name !== 'string' || typeof created_at !== 'string' || typeof namespace !== 'string')
    fail('EINVAL', `its ${MANIFEST} lacks its name, time or namespace`);
  if (!Array.isArray(roots) || !roots.every(isPath))
    fail('EINVAL', `its ${MANIFEST} names folders that are not paths`);
  return value as CapsuleManifest;
}
