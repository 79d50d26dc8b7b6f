/** Files and folders of the namespace as archives: what an export would hold, and the export itself. */

import { shown } from '../capsule/leftout.ts';
import { streamOf } from '../capsule/stream.ts';
import { tarOf } from '../capsule/tar.ts';
import {
  type LeftOut,
  type Root,
  type TreeFile,
  type TreeSource,
  type WalkOptions,
  walkTree,
} from '../capsule/tree.ts';
import { isZipTime, zipOf } from '../capsule/zip.ts';
import { fail } from '../kernel/errors.ts';
import { PATH_MAX, utf8Length } from '../kernel/path.ts';
import type { ServiceSpec } from '../kernel/service.ts';
import { liveServices } from './liveservices.ts';
import type { Calls, OanixFs } from './oanixfs.ts';

export type ArchiveFormat = 'zip' | 'tar' | 'tar.gz';

export interface PackingOptions {
  readonly signal?: AbortSignal;
  /** Called for everything that is not packed. */
  leftOut?(each: LeftOut): void;
  /** Called with the bytes of content that were packed. */
  packed?(path: string, bytes: number): void;
}

/** What an export would hold. */
export interface ExportSurvey {
  readonly entries: number;
  /** Bytes of content, as far as the sizes are known. */
  readonly bytes: number;
  /** What cannot be packed, as far as it shows without reading the files. */
  readonly leftOut: readonly LeftOut[];
  /** What the format changes, as sentences. */
  readonly notes: readonly string[];
}

/** Where a capsule is opened, a path is at most so many bytes longer: it lies below `/home/capsules` and the capsule's name. */
export const OPENED_BYTES = 256;

export class Packing {
  readonly #kernel: Calls;
  readonly #fs: OanixFs;

  constructor(kernel: Calls, fs: OanixFs) {
    this.#kernel = kernel;
    this.#fs = fs;
  }

  /** A stream of the archive. Errors of the source end it; the error names the file. */
  async archive(
    paths: readonly string[],
    format: ArchiveFormat,
    options: PackingOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const walk = { ...(await this.walkOptions(paths, options)), copiesLinks: format === 'zip' };
    const entries = walkTree(this.source(options.signal), rootsOf(paths), walk);
    if (format === 'zip') return streamOf(zipOf(entries));
    const tar = tarOf(entries);
    if (format === 'tar') return tar;
    return tar.pipeThrough(new CompressionStream('gzip') as never);
  }

  /** Looks at what would be packed. No file is opened. */
  async survey(
    paths: readonly string[],
    format: ArchiveFormat | 'capsule',
    signal?: AbortSignal,
  ): Promise<ExportSurvey> {
    const leftOut: LeftOut[] = [];
    const options = {
      leftOut: (each: LeftOut) => void leftOut.push(each),
      ...(signal && { signal }),
    };
    const source = { ...this.source(signal), open: async () => unread };
    let [entries, bytes, links, oddTimes, fineTimes] = [0, 0, 0, 0, 0];
    const walk = await this.walkOptions(paths, options);
    const long: string[] = [];
    // A capsule has the full path of each entry, an archive its path below what was chosen.
    const roots =
      format === 'capsule' ? paths.map((path) => ({ path, name: path.slice(1) })) : rootsOf(paths);
    for await (const { name, kind, stat } of walkTree(source, roots, walk)) {
      entries++;
      if (utf8Length(name) > PATH_MAX - OPENED_BYTES) long.push(name);
      if (kind === 'file') bytes += stat.size;
      if (kind === 'link') links++;
      if (!isZipTime(stat.mtime)) oddTimes++;
      if (stat.mtime % 100n !== 0n) fineTimes++;
    }
    const notes = format === 'zip' ? zipNotes(links, oddTimes, fineTimes) : [];
    if (format === 'capsule') notes.push(...longNotes(long));
    return { entries, bytes, leftOut, notes };
  }

  async walkOptions(
    paths: readonly string[],
    { signal, leftOut = () => undefined, packed }: PackingOptions,
  ): Promise<WalkOptions> {
    const skipped = await this.#liveMounts(paths);
    return { leftOut, skipped, signal, ...(packed && { packed }) };
  }

  source(signal?: AbortSignal): TreeSource {
    const fs = this.#fs;
    return {
      list: (path) => fs.readdir(path),
      stat: (path) => fs.lstat(path),
      readlink: (path) => fs.readlink(path),
      open: (path) => this.#open(path, signal),
    };
  }

  async #open(path: string, signal?: AbortSignal): Promise<TreeFile> {
    const file = await this.#fs.open(path, 'r', signal);
    if (file.isStream) {
      await file.close();
      fail('ENOTSUP', 'it is a stream without an end, such as a device or a pipe');
    }
    return {
      read: (count) => file.read(count, signal),
      size: async () => (await file.stat()).size,
      close: () => file.close(),
    };
  }

  /** Mounts below the paths that hold nothing to pack. One that was chosen itself is packed as far as it goes. */
  async #liveMounts(paths: readonly string[]): Promise<Map<string, string>> {
    const { mounts } = await this.#kernel.call('mounts', {});
    const found = new Map<string, string>();
    for (const { at, members } of mounts as {
      at: string;
      members: { service: ServiceSpec }[];
    }[]) {
      const kinds = members.map(({ service }) => service.kind);
      if (paths.includes(at) || !kinds.every((kind) => liveServices.has(kind))) continue;
      found.set(at, `a mount of '${kinds[0]}' makes its files when they are read`);
    }
    return found;
  }
}

const unread: TreeFile = {
  read: async () => new Uint8Array(0),
  size: async () => 0,
  close: async () => undefined,
};

/** Names in the archive: those of the paths; of two equal ones the second gets a number. */
export function rootsOf(paths: readonly string[]): Root[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const own = path.split('/').filter(Boolean).at(-1) ?? 'namespace';
    let name = own;
    for (let number = 2; taken.has(name); number++) name = `${own} (${number})`;
    taken.add(name);
    return { path, name };
  });
}

function longNotes([first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [];
  const what =
    others.length === 0
      ? 'One path is so long that it'
      : `${others.length + 1} paths are so long that they`;
  return [
    `${what} may have more than ${PATH_MAX} bytes where the capsule is opened, below /home/capsules. The capsule holds what is there, but is opened without it. Give it shorter names first: /${shown(first)}`,
  ];
}

function zipNotes(links: number, oddTimes: number, fineTimes: number): string[] {
  const notes: string[] = [];
  if (links > 0)
    notes.push(
      `A zip has no hard links: it gets ${links} more copies of files with several names.`,
    );
  if (oddTimes > 0)
    notes.push(
      `Not every program reads the times of ${oddTimes} entries from a zip: they lie outside of 1980 to 2037.`,
    );
  if (fineTimes > 0)
    notes.push(
      `A zip counts time in steps of 100 ns: the times of ${fineTimes} entries are cut to that.`,
    );
  return notes;
}
