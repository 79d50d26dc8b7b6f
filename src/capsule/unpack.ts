/**
 * Reads a capsule. Its form is our own, its content may be anybody's: a name that leads out, is no name or comes twice
 * is left out, a file whose sum is wrong never gets its name, and links are made last, so that nothing is written
 * through one. Everything that is left out is reported by name.
 */
import type { TarHeader } from 'modern-tar';
import { FsError, fail } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import { looseText } from '../kernel/utf8.ts';
import { type CapsuleManifest, FILES, MANIFEST, parseManifest, SUMS } from './capsule.ts';
import { type CapsuleItem, entriesOf, itemOf, textOf } from './items.ts';
import { LeftOutReport, shown } from './leftout.ts';
import { sha256 } from './sha256.ts';
import { collect } from './stream.ts';
import { readSums, SUMS_MAX } from './sums.ts';
import { type LeftOut, reasonOf } from './tree.ts';

const MANIFEST_MAX = 8 << 20;
/** Links that lead out are counted, and the first of them are named. */
const OUTWARD_MAX = 500;

/** What a capsule holds, as a first look finds it. */
export interface CapsuleSurvey {
  readonly manifest: CapsuleManifest;
  readonly sums: ReadonlyMap<string, string>;
  readonly entries: number;
  /** Bytes of content. */
  readonly bytes: number;
  /** Entries that cannot be brought in, whatever the target. */
  readonly leftOut: readonly LeftOut[];
  /** Symbolic links that lead out of the capsule; they are kept as they are. */
  readonly outward: OutwardLinks;
}

export interface OutwardLinks {
  readonly count: number;
  readonly first: readonly { readonly path: string; readonly target: string }[];
}

/**
 * Reads all of a capsule and changes nothing. EINVAL where it is none, or is cut off; EFBIG where it has more entries or
 * longer names than memory has room for.
 */
export async function surveyCapsule(
  stream: ReadableStream<Uint8Array>,
  seen: (item: CapsuleItem) => void = () => undefined,
): Promise<CapsuleSurvey> {
  let manifest: CapsuleManifest | undefined;
  let sums: ReadonlyMap<string, string> | undefined;
  let [entries, bytes] = [0, 0];
  const leftOut = new LeftOutReport();
  const outward: { path: string; target: string }[] = [];
  let outwardCount = 0;
  for await (const { header, body } of entriesOf(stream)) {
    entries++;
    if (header.name === MANIFEST) manifest = parseManifest(await manifestText(header, body));
    else if (header.name === SUMS) {
      refuseIfLarger(header, SUMS_MAX);
      sums = await readSums(body);
    } else {
      if (!manifest) fail('EINVAL', `this is no capsule: it has no ${MANIFEST} at its beginning`);
      const item = itemOf(header);
      if (typeof item === 'string') leftOut.add(header.name, item);
      else {
        bytes += item.size;
        if (item.kind === 'symlink' && leadsOut(item) && ++outwardCount <= OUTWARD_MAX)
          outward.push({ path: shown(textOf(item.path)), target: shown(item.target) });
        seen(item);
      }
    }
  }
  if (!manifest) return fail('EINVAL', `this is no capsule: it has no ${MANIFEST}`);
  if (!sums) return fail('EINVAL', `the capsule is cut off: it has no ${SUMS}`);
  const links = { count: outwardCount, first: outward };
  return { manifest, sums, entries, bytes, leftOut: leftOut.list(), outward: links };
}

async function manifestText(header: TarHeader, body: AsyncIterable<Uint8Array>): Promise<string> {
  refuseIfLarger(header, MANIFEST_MAX);
  return looseText(await collect(body));
}

function refuseIfLarger({ name, size }: TarHeader, max: number): void {
  if (size > max) fail('EFBIG', `its ${name} is larger than ${max >> 20} MiB`);
}

/** An absolute link leads into the namespace where the capsule is opened; dots may climb above its top. */
function leadsOut({ path, target }: CapsuleItem): boolean {
  if (target.startsWith('/')) return true;
  let depth = path.length - 1;
  return target.split('/').some((name) => {
    if (name === '..') depth--;
    else if (name !== '' && name !== '.') depth++;
    return depth < 0;
  });
}

/** Where a capsule is unpacked to: a directory of its own. Paths are those of the capsule. */
export interface UnpackTarget {
  mkdir(path: Path): Promise<void>;
  /** A new file, which has its name only after `commit`. */
  file(path: Path): Promise<NewFile>;
  symlink(target: string, path: Path): Promise<void>;
  link(first: Path, path: Path): Promise<void>;
  /** Sets the time, and the permission bits where the target can hold them. Links are not followed. */
  setStat(path: Path, item: Pick<CapsuleItem, 'kind' | 'mtime' | 'mode'>): Promise<void>;
}

export interface NewFile {
  write(data: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface UnpackOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of content that were written. */
  progress?(bytes: number): void;
}

/** Unpacks what a survey found; returns what was left out, with the reasons. Cancelling and a full disk are errors. */
export async function unpackCapsule(
  stream: ReadableStream<Uint8Array>,
  { sums, leftOut: refused }: CapsuleSurvey,
  target: UnpackTarget,
  options: UnpackOptions = {},
): Promise<LeftOut[]> {
  const work = new Unpacking(sums, target, options);
  for await (const { header, body } of entriesOf(stream)) {
    options.signal?.throwIfAborted();
    const item = itemOf(header);
    if (typeof item === 'string') work.saw(header.name);
    else await work.add(item, body);
  }
  await work.finish();
  return [...refused, ...work.leftOut.list()];
}

class Unpacking {
  readonly leftOut = new LeftOutReport();
  readonly #sums: ReadonlyMap<string, string>;
  readonly #target: UnpackTarget;
  readonly #options: UnpackOptions;
  readonly #made = new Map<string, 'dir' | 'file' | 'link'>([['/', 'dir']]);
  readonly #dirs: CapsuleItem[] = [];
  readonly #links: CapsuleItem[] = [];
  readonly #missing: Set<string>;
  readonly #hash = sha256();

  constructor(sums: ReadonlyMap<string, string>, target: UnpackTarget, options: UnpackOptions) {
    this.#sums = sums;
    this.#target = target;
    this.#options = options;
    this.#missing = new Set(sums.keys());
  }

  /** An entry of this name is in the capsule. */
  saw(name: string): void {
    this.#missing.delete(name);
  }

  async add(item: CapsuleItem, body: AsyncIterable<Uint8Array>): Promise<void> {
    if (item.kind === 'file') await this.#orLeftOut(item, () => this.#file(item, body));
    else if (item.kind === 'dir') await this.#orLeftOut(item, () => this.#dir(item));
    else this.#links.push(item);
  }

  /** The links, then the times: whatever is made in a directory changes its time. */
  async finish(): Promise<void> {
    for (const item of this.#links.filter(({ kind }) => kind === 'link'))
      await this.#orLeftOut(item, () => this.#link(item));
    for (const item of this.#links.filter(({ kind }) => kind === 'symlink'))
      await this.#orLeftOut(item, () => this.#link(item));
    for (const item of this.#dirs.reverse())
      await this.#orLeftOut(item, () => this.#target.setStat(item.path, item));
    for (const name of this.#missing)
      this.#leave(name.slice(FILES.length - 1), 'the capsule lists it and does not hold it');
  }

  async #dir(item: CapsuleItem): Promise<void> {
    await this.#ensureDir(item.path);
    this.#dirs.push(item);
  }

  /** Directories need not be listed before what is in them. */
  async #ensureDir(path: Path): Promise<void> {
    for (let depth = path.length; depth >= 0; depth--) {
      const there = this.#made.get(textOf(path.slice(0, depth)));
      if (there === undefined) continue;
      if (there !== 'dir') fail('ENOTDIR');
      for (let next = depth + 1; next <= path.length; next++) {
        await this.#target.mkdir(path.slice(0, next));
        this.#made.set(textOf(path.slice(0, next)), 'dir');
      }
      return;
    }
  }

  async #place(path: Path): Promise<void> {
    await this.#ensureDir(path.slice(0, -1));
    if (this.#made.has(textOf(path)) || path.length === 0)
      fail('EEXIST', 'the capsule holds another entry of this name');
  }

  async #file(item: CapsuleItem, body: AsyncIterable<Uint8Array>): Promise<void> {
    const name = FILES + item.path.join('/');
    this.saw(name);
    const sum = this.#sums.get(name);
    if (sum === undefined) fail('EINVAL', `${SUMS} has no sum for it`);
    await this.#place(item.path);
    const hash = await this.#hash;
    const file = await this.#target.file(item.path);
    let isKept = false;
    try {
      for await (const part of body) {
        this.#options.signal?.throwIfAborted();
        hash.update(part);
        await file.write(part);
        this.#options.progress?.(part.length);
      }
      isKept = hash.digest() === sum;
      if (isKept) await file.commit();
    } catch (error) {
      hash.digest();
      await file.discard();
      throw error;
    }
    if (!isKept) {
      await file.discard();
      fail('EIO', 'its content does not have the sum that the capsule lists');
    }
    this.#made.set(textOf(item.path), 'file');
    await this.#target.setStat(item.path, item);
  }

  async #link(item: CapsuleItem): Promise<void> {
    await this.#place(item.path);
    if (item.kind === 'symlink') await this.#target.symlink(item.target, item.path);
    else if (this.#made.get(textOf(item.first)) !== 'file')
      fail('EINVAL', `it is another name of ${textOf(item.first)}, which was not brought in`);
    else await this.#target.link(item.first, item.path);
    this.#made.set(textOf(item.path), item.kind === 'link' ? 'file' : 'link');
    if (item.kind === 'symlink') await this.#target.setStat(item.path, item);
  }

  async #orLeftOut({ path }: CapsuleItem, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof FsError) || isFatal(error) || this.#options.signal?.aborted)
        throw error;
      this.#leave(textOf(path), reasonOf(error));
    }
  }

  #leave(path: string, reason: string): void {
    this.leftOut.add(path, reason);
  }
}

/** Nothing that follows could be written either. */
const isFatal = ({ code }: FsError): boolean =>
  code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'EINTR';
