/** `window.oanix.capsules`: folders, or the whole namespace, as one file that opens again anywhere. */
import {
  type CapsuleManifest,
  type CapsuleSource,
  collect,
  FILES,
  MANIFEST,
  packCapsule,
  parseManifest,
} from '../capsule/capsule.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { type NsLine, parseNs } from '../kernel/nstext.ts';
import { formatPath } from '../kernel/path.ts';
import { withoutMark } from '../kernel/utf8.ts';
import type { Calls, OanixFs } from './oanixfs.ts';

export type { CapsuleManifest } from '../capsule/capsule.ts';

/** What would happen if a capsule were opened. */
export interface CapsuleReview {
  readonly manifest: CapsuleManifest;
  /** Where its files go, and where its namespace shows. */
  readonly files: string;
  readonly root: string;
  /** Its mounts and binds, as they would be made here; with why, where one cannot. */
  readonly mounts: readonly { readonly line: string; readonly refused?: string }[];
}

/** Kinds that a capsule may mount: what they hold comes with it, or is the same everywhere. */
const harmless: ReadonlySet<string> = new Set([
  'bin',
  'man',
  'welcome',
  'tasks',
  'pylib',
  'doc',
  'mem',
  'store',
  'map',
  'dev',
  'proc',
  'pipe',
]);
/** Mounts whose files are packed. */
const packed: ReadonlySet<string> = new Set(['store', 'mem']);
/** The longest link that is sure to be passed on whole. */
const LINK_MAX = 8_000;
const UNZIPPED_MAX = 16 * 1024 * 1024;

export class Capsules {
  readonly #kernel: Calls;
  readonly #fs: OanixFs;

  constructor(kernel: Calls, fs: OanixFs) {
    this.#kernel = kernel;
    this.#fs = fs;
  }

  /** A folder as a tar. */
  packFolder(path: string): ReadableStream<Uint8Array> {
    return this.#pack(path.split('/').filter(Boolean).at(-1) ?? 'namespace', [path], '');
  }

  /** Every mount of this namespace, with the files of those that are kept or in memory. */
  async packNamespace(name: string): Promise<ReadableStream<Uint8Array>> {
    const { text } = await this.#kernel.call('ns', {});
    const roots = parseNs(text).flatMap((line) =>
      line.verb === 'mount' && packed.has(line.spec.kind) ? [line.at] : [],
    );
    return this.#pack(name, roots, text);
  }

  /** A link that carries a small folder in its fragment; undefined where it is too large for one. */
  async link(path: string, base: string): Promise<string | undefined> {
    const zipped = this.packFolder(path).pipeThrough(
      new CompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>,
    );
    const bytes = new Uint8Array(
      await new Response(zipped as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    );
    const text = btoa(String.fromCharCode(...bytes.subarray(0, LINK_MAX)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
    return bytes.length > LINK_MAX * 0.74 ? undefined : `${base}#capsule=${text}`;
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

  /** Looks at a capsule whose archive is mounted at a path, and changes nothing. EINVAL where it is none. */
  async review(archive: string): Promise<CapsuleReview> {
    const manifest = parseManifest(
      withoutMark(await this.#fs.readFile(`${archive}/${MANIFEST}`, 'utf8')),
    );
    const name = manifest.name.replace(/[^\p{L}\p{N} ._-]/gu, '-').slice(0, 80) || 'capsule';
    const free = await this.#freeName(name);
    const [files, root] = [`/home/capsules/${free}`, `/capsules/${free}`];
    const mounts = parseNs(manifest.namespace).map((line) => {
      const refused = refusedWhy(line);
      return { line: describe(line, root), ...(refused ? { refused } : {}) };
    });
    return { manifest, files, root, mounts };
  }

  /** Copies its files below /home/capsules and, where it has a namespace, makes that again below /capsules. */
  async open(archive: string, { manifest, files, root }: CapsuleReview): Promise<string> {
    await this.#fs.mkdir(files, { recursive: true });
    const from = `${archive}/${FILES.slice(0, -1)}`;
    if (await this.#isThere(from)) await this.#copy(from, files);
    if (!manifest.namespace) return manifest.roots[0] ? files + manifest.roots[0] : files;
    for (const line of parseNs(manifest.namespace)) {
      if (refusedWhy(line)) continue;
      await this.#make(line, files, root);
    }
    return root;
  }

  async #make(line: NsLine, files: string, root: string): Promise<void> {
    const at = below(root, line.at);
    if (line.verb === 'unmount') return;
    if (line.verb === 'bind') {
      const args = { from: below(root, line.from), to: at, flags: line.flags };
      await this.#kernel.call('bind', args);
    } else if (packed.has(line.spec.kind)) {
      // Its own files, or none: never the store of this page.
      const own = below(files, line.at);
      await this.#fs.mkdir(own, { recursive: true });
      const args = { from: own, to: at, flags: line.flags };
      await this.#kernel.call('bind', args);
    } else await this.#kernel.call('mount', { spec: line.spec, at, flags: line.flags });
  }

  async #copy(from: string, to: string): Promise<void> {
    for (const { name, kind } of await this.#fs.readdir(from)) {
      const [source, target] = [`${from}/${name}`, `${to}/${name}`];
      if (kind === 'dir') {
        await this.#fs.mkdir(target, { recursive: true });
        await this.#copy(source, target);
      } else if (kind === 'symlink')
        await this.#fs.symlink(await this.#fs.readlink(source), target);
      else await this.#fs.writeFile(target, await this.#fs.readFile(source));
    }
  }

  #pack(name: string, roots: readonly string[], namespace: string): ReadableStream<Uint8Array> {
    return packCapsule(this.#source(), { name, roots, namespace, now: Date.now(), sha256 });
  }

  #source(): CapsuleSource {
    const fs = this.#fs;
    return {
      list: (path) => fs.readdir(path),
      stat: (path) => fs.lstat(path),
      readlink: (path) => fs.readlink(path),
      read: async function* read(path) {
        const file = await fs.open(path);
        try {
          for (let part = await file.read(); part.length > 0; part = await file.read()) yield part;
        } finally {
          await file.close();
        }
      },
    };
  }

  async #freeName(name: string): Promise<string> {
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : `${name} ${number}`;
      if (!(await this.#isThere(`/home/capsules/${free}`))) return free;
    }
  }

  #isThere(path: string): Promise<boolean> {
    return this.#fs.lstat(path).then(
      () => true,
      (error: unknown) => {
        if (error instanceof FsError && error.code === 'ENOENT') return false;
        throw error;
      },
    );
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

/** Why a line of a capsule's namespace is left out here. */
function refusedWhy(line: NsLine): string | undefined {
  if (line.verb !== 'mount' || harmless.has(line.spec.kind)) return undefined;
  return `a mount of '${line.spec.kind}' reaches what is not the capsule's`;
}

function describe(line: NsLine, root: string): string {
  const at = below(root, line.at);
  if (line.verb === 'unmount') return `unmount ${at}`;
  if (line.verb === 'bind') return `bind ${below(root, line.from)} ${at}`;
  return packed.has(line.spec.kind) ? `its files at ${at}` : `mount ${line.spec.kind} ${at}`;
}

/** A path of the capsule's namespace where it shows here: dots lead nowhere out. */
const below = (root: string, path: string): string => {
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  return names.length === 0 ? root : root + formatPath(names);
};

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
