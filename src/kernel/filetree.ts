/** Directories and files that are computed when they are looked at: what a service of control files is made of. */
import type { Awaitable } from './awaitable.ts';
import { textHandle } from './control.ts';
import { fail } from './errors.ts';
import type { Path } from './path.ts';
import type { Entry, FileHandle, FileService, Mode, ServiceSpec, Stat } from './service.ts';

export interface ComputedFile {
  readonly may: 'read' | 'write' | 'both';
  /** May wait, e.g. for who is called. */
  open(mode: Mode, signal: AbortSignal): FileHandle | Promise<FileHandle>;
}

export interface ComputedDir {
  names(): readonly string[];
  at(name: string): ComputedNode | undefined;
}

export type ComputedNode = ComputedFile | ComputedDir;

/** A directory whose names are always the same. */
export const fixedDir = (entries: Readonly<Record<string, ComputedNode>>): ComputedDir => ({
  names: () => Object.keys(entries),
  at: (name) => (Object.hasOwn(entries, name) ? entries[name] : undefined),
});

/** A file that tells an object as JSON, computed each time. */
export const jsonFile = (
  compute: (signal: AbortSignal) => object | Promise<object>,
): ComputedFile => ({
  may: 'read',
  open: () => textHandle(async (signal) => `${JSON.stringify(await compute(signal), null, 2)}\n`),
});

/** A service of computed files; one that is removed from, or watched, adds the method. */
export class TreeService implements FileService {
  readonly spec: ServiceSpec;
  readonly control = true;
  readonly #root: ComputedDir;

  constructor(spec: ServiceSpec, root: ComputedDir) {
    this.spec = spec;
    this.#root = root;
  }

  stat(path: Path, _signal?: AbortSignal): Awaitable<Stat> {
    return statNode(this.#root, path);
  }

  async readdir(path: Path, _signal?: AbortSignal): Promise<Entry[]> {
    return listNode(this.#root, path);
  }

  open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    return openNode(this.#root, path, mode, signal);
  }
}

const isDir = (node: ComputedNode): node is ComputedDir => 'names' in node;

/** ENOENT where a name is missing, ENOTDIR where one on the way is a file. */
function nodeAt(root: ComputedDir, path: Path): ComputedNode {
  let node: ComputedNode = root;
  for (const name of path) {
    if (!isDir(node)) return fail('ENOTDIR');
    node = node.at(name) ?? fail('ENOENT');
  }
  return node;
}

/** Reading alone can tell a size, and the content may be another each time. */
function statNode(root: ComputedDir, path: Path): Stat {
  const kind = isDir(nodeAt(root, path)) ? 'dir' : 'file';
  return { kind, size: 0, mtime: 0n, nlink: 1, version: '' };
}

function listNode(root: ComputedDir, path: Path): Entry[] {
  const node = nodeAt(root, path);
  if (!isDir(node)) return fail('ENOTDIR');
  return node.names().flatMap((name) => {
    const child = node.at(name);
    return child ? [{ name, kind: isDir(child) ? ('dir' as const) : ('file' as const) }] : [];
  });
}

/** EACCES for what the file is not for. */
async function openNode(
  root: ComputedDir,
  path: Path,
  mode: Mode,
  signal: AbortSignal,
): Promise<FileHandle> {
  const node = nodeAt(root, path);
  if (isDir(node)) return fail('EISDIR');
  const writes = mode.write || mode.append || mode.truncate;
  if (writes && node.may === 'read') fail('EACCES', 'this file is only read');
  if (mode.read && node.may === 'write') fail('EACCES', 'this file is only written');
  return node.open(mode, signal);
}
