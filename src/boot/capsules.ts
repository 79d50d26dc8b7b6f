/** `window.oanix.capsules`: folders, or the whole namespace, as one file that opens again anywhere. */
import { type CapsuleManifest, packCapsule } from '../capsule/capsule.ts';
import { collect, partsOf, streamOf } from '../capsule/stream.ts';
import type { LeftOut } from '../capsule/tree.ts';
import { type CapsuleSurvey, surveyCapsule, unpackCapsule } from '../capsule/unpack.ts';
import { fail } from '../kernel/errors.ts';
import { parseNs } from '../kernel/nstext.ts';
import { CapsuleMounts, describe, isThere, packed, refusedWhy } from './capsulemounts.ts';
import { targetAt } from './capsuletarget.ts';
import type { Calls, OanixFs } from './oanixfs.ts';
import { type ArchiveFormat, type ExportSurvey, Packing, type PackingOptions } from './packing.ts';

export type { CapsuleManifest } from '../capsule/capsule.ts';
export type { LeftOut } from '../capsule/tree.ts';
export type { ArchiveFormat, ExportSurvey, PackingOptions } from './packing.ts';

/** What would happen if a capsule were opened. */
export interface CapsuleReview {
  readonly manifest: CapsuleManifest;
  /** Where its files go, and where its namespace shows. */
  readonly files: string;
  readonly root: string;
  /** Where its files lie until all of them are there. */
  readonly beside: string;
  /** Its mounts and binds, as they would be made here; with why, where one cannot. */
  readonly mounts: readonly { readonly line: string; readonly refused?: string }[];
  /** How many entries it has, their bytes, what cannot be brought in, and the links that lead out of it. */
  readonly content: Pick<CapsuleSurvey, 'entries' | 'bytes' | 'leftOut' | 'outward'>;
}

/** What became of a capsule. */
export interface OpenedCapsule {
  /** Where it shows. */
  readonly at: string;
  /** What was not brought in, with the reasons, except mounts that the review refused. Paths are those of the capsule. */
  readonly leftOut: readonly LeftOut[];
}

/** The longest link that is sure to be passed on whole. */
const LINK_MAX = 8_000;
const UNZIPPED_MAX = 16 * 1024 * 1024;

export class Capsules {
  readonly #kernel: Calls;
  readonly #fs: OanixFs;
  readonly #packing: Packing;

  constructor(kernel: Calls, fs: OanixFs) {
    this.#kernel = kernel;
    this.#fs = fs;
    this.#packing = new Packing(kernel, fs);
  }

  /** What an export of these paths would hold, and what it would leave out. Nothing is read but names and stats. */
  survey(
    paths: readonly string[],
    format: ArchiveFormat | 'capsule' = 'capsule',
    signal?: AbortSignal,
  ): Promise<ExportSurvey> {
    return this.#packing.survey(paths, format, signal);
  }

  /** Files and folders as a zip, a tar or a tar.gz. */
  archive(
    paths: readonly string[],
    format: ArchiveFormat,
    options: PackingOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#packing.archive(paths, format, options);
  }

  /** A folder as a capsule. */
  packFolder(path: string, options: PackingOptions = {}): ReadableStream<Uint8Array> {
    const name = path.split('/').filter(Boolean).at(-1) ?? 'namespace';
    return streamLater(() => this.#pack(name, [path], '', options));
  }

  /** Every mount of this namespace, with the files of those that are kept or in memory. */
  async packNamespace(
    name: string,
    options: PackingOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { text } = await this.#kernel.call('ns', {});
    return this.#pack(name, await this.namespaceRoots(), text, options);
  }

  /** The mounts whose files a capsule of this namespace holds; none lies in another. */
  async namespaceRoots(): Promise<string[]> {
    const { text } = await this.#kernel.call('ns', {});
    const roots = parseNs(text).flatMap((line) =>
      line.verb === 'mount' && packed.has(line.spec.kind) ? [line.at] : [],
    );
    const isIn = (path: string, dir: string): boolean =>
      path.startsWith(dir === '/' ? '/' : `${dir}/`);
    return [...new Set(roots)].filter(
      (path) => !roots.some((dir) => dir !== path && isIn(path, dir)),
    );
  }

  /** A link that carries a small folder in its fragment; undefined where it is too large for one. */
  async link(path: string, base: string): Promise<string | undefined> {
    const zipped = this.packFolder(path).pipeThrough(new CompressionStream('gzip') as never);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of partsOf(zipped as ReadableStream<Uint8Array>)) {
      parts.push(part);
      size += part.length;
      if (size > LINK_MAX * 0.74) return undefined;
    }
    const text = btoa(parts.map((part) => String.fromCharCode(...part)).join(''))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
    return `${base}#capsule=${text}`;
  }

  /** The tar in a link's fragment; EINVAL where it is damaged. */
  async fromLink(fragment: string): Promise<Uint8Array> {
    if (fragment.length > LINK_MAX) fail('EINVAL', 'a capsule this long is no link');
    try {
      const text = fragment.replaceAll('-', '+').replaceAll('_', '/');
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      const reader = unzipped.getReader();
      return await collect(bounded(reader));
    } catch {
      return fail('EINVAL', 'the capsule in this link is damaged or cut off');
    }
  }

  /** Looks at a capsule, a file of this namespace, and changes nothing. EINVAL where it is none. */
  async review(file: string, signal?: AbortSignal): Promise<CapsuleReview> {
    const { manifest, ...content } = await surveyCapsule(await this.#stream(file, signal));
    const free = await this.#freeName(folderName(manifest.name));
    const [files, root] = [`/home/capsules/${free}`, `/capsules/${free}`];
    const beside = `/home/capsules/${await this.#freeName(`${free}.part`)}`;
    const mounts = parseNs(manifest.namespace).map((line) => {
      const refused = refusedWhy(line);
      return { line: describe(line, root), ...(refused ? { refused } : {}) };
    });
    return { manifest, files, root, beside, mounts, content };
  }

  /**
   * Unpacks it below /home/capsules and, where it has a namespace, makes that again below /capsules. A capsule that is
   * stopped or fails leaves nothing.
   */
  async open(
    file: string,
    { manifest, files, root, beside }: CapsuleReview,
    options: { readonly signal?: AbortSignal; progress?(part: number): void } = {},
  ): Promise<OpenedCapsule> {
    const { signal } = options;
    const survey = await surveyCapsule(await this.#stream(file, signal));
    await this.#fs.mkdir('/home/capsules', { recursive: true });
    // EEXIST where the same capsule is being opened already: what is there is not taken away.
    await this.#fs.mkdir(beside);
    let leftOut: readonly LeftOut[];
    try {
      let done = 0;
      const target = targetAt(this.#fs, beside);
      leftOut = await unpackCapsule(await this.#stream(file, signal), survey, target, {
        signal,
        progress: (bytes) => {
          done += bytes;
          options.progress?.(done / (survey.bytes || 1));
        },
      });
      await this.#fs.rename(beside, files);
    } catch (error) {
      await this.#fs.remove(beside, { recursive: true }).catch(() => undefined);
      throw error;
    }
    if (!manifest.namespace)
      return { at: manifest.roots[0] ? files + manifest.roots[0] : files, leftOut };
    const mounts = new CapsuleMounts(this.#kernel, this.#fs, { files, root });
    return { at: root, leftOut: [...leftOut, ...(await mounts.make(manifest.namespace))] };
  }

  /** The tar of a capsule; one that is gzipped is read too. */
  async #stream(path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const file = await this.#fs.open(path, 'r', signal);
    try {
      const [first, second] = await file.readAt(0, 2);
      const stream = file.stream();
      return first === 0x1f && second === 0x8b
        ? stream.pipeThrough(new DecompressionStream('gzip') as never)
        : stream;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #pack(
    name: string,
    roots: readonly string[],
    namespace: string,
    options: PackingOptions,
  ): Promise<ReadableStream<Uint8Array>> {
    const walk = await this.#packing.walkOptions(roots, options);
    const own = { name, roots, namespace, now: Date.now() };
    return packCapsule(this.#packing.source(options.signal), { ...walk, ...own });
  }

  async #freeName(name: string): Promise<string> {
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : `${name} ${number}`;
      if (!(await isThere(this.#fs, `/home/capsules/${free}`))) return free;
    }
  }
}

async function* bounded(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > UNZIPPED_MAX) fail('EFBIG', 'it is larger than any link holds');
    yield part.value;
  }
}

/** A name for the capsule's directory: letters, digits and a few signs, with at most 240 bytes. */
function folderName(name: string): string {
  const clean = name.replace(/[^\p{L}\p{N} ._-]/gu, '-').replace(/^[ .]+/, '');
  return Array.from(clean).slice(0, 60).join('') || 'capsule';
}

/** A stream that is made when it is first read. */
function streamLater(make: () => Promise<ReadableStream<Uint8Array>>): ReadableStream<Uint8Array> {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield* partsOf(await make());
  }
  return streamOf(parts());
}
