/** Capsules that are made by hand, as a stranger may make them: with any names, links, sums and namespaces. */
import { createHash } from 'node:crypto';
import { collect, partsOf, streamOf } from '../capsule/stream.ts';
import { sumLine } from '../capsule/sums.ts';
import { tarOf } from '../capsule/tar.ts';
import type { TreeEntry } from '../capsule/tree.ts';

/** In pieces, as a file is read. */
async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
export const streamed = (bytes: Uint8Array): ReadableStream<Uint8Array> => streamOf(inParts(bytes));

export function textEntry(name: string, text: string, mtime = 0n): TreeEntry {
  const content = new TextEncoder().encode(text);
  return {
    name,
    kind: 'file',
    stat: { kind: 'file', size: content.length, mtime },
    content: { size: content.length, chunks: () => inParts(content) },
  };
}

export const linkEntry = (name: string, target: string): TreeEntry => ({
  name,
  kind: 'symlink',
  stat: { kind: 'symlink', size: 0, mtime: 0n },
  target,
});

/** The line of SHA256SUMS for a file with this content. */
export const sumOf = (name: string, text: string): string =>
  sumLine(createHash('sha256').update(text).digest('hex'), name);

interface ManifestFields {
  readonly roots?: readonly string[];
  readonly namespace?: string;
}

/** The entries behind a manifest, as a tar that is made while it is read. */
export function rawCapsuleStream(
  entries: Iterable<TreeEntry>,
  manifest: ManifestFields = {},
): ReadableStream<Uint8Array> {
  const fields = { format: 'oanix-capsule', version: 1, name: 'x', created_at: '' };
  const text = JSON.stringify({ ...fields, roots: [], namespace: '', ...manifest });
  async function* all(): AsyncGenerator<TreeEntry> {
    yield textEntry('oanix.json', text);
    yield* entries;
  }
  return tarOf(all());
}

export const rawCapsule = (
  entries: Iterable<TreeEntry>,
  manifest?: ManifestFields,
): Promise<Uint8Array<ArrayBuffer>> => collect(partsOf(rawCapsuleStream(entries, manifest)));

/** A capsule with these files, whose sums are right, and symbolic links; paths lie below `files/`. */
export function capsuleOf(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
  namespace = '',
): Promise<Uint8Array<ArrayBuffer>> {
  const named = Object.entries(files).map(([path, text]) => [`files/${path}`, text] as const);
  return rawCapsule(
    [
      ...named.map(([name, text]) => textEntry(name, text)),
      ...Object.entries(links).map(([path, target]) => linkEntry(`files/${path}`, target)),
      textEntry('SHA256SUMS', named.map(([name, text]) => sumOf(name, text)).join('')),
    ],
    { namespace },
  );
}
