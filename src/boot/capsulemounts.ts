/**
 * The mounts and binds of a capsule, made again below a directory of their own. They reach the capsule's own files and
 * what is the same everywhere; no link of the capsule leads them anywhere else.
 */
import { type LeftOut, reasonOf } from '../capsule/tree.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { type NsLine, parseNs } from '../kernel/nstext.ts';
import { formatPath } from '../kernel/path.ts';
import type { Calls, OanixFs } from './oanixfs.ts';

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
export const packed: ReadonlySet<string> = new Set(['store', 'mem']);
export class CapsuleMounts {
  readonly #kernel: Calls;
  readonly #fs: OanixFs;
  readonly #files: string;
  readonly #root: string;

  /** `files` is where the files of the capsule lie, and `root` where its namespace shows. */
  constructor(
    kernel: Calls,
    fs: OanixFs,
    { files, root }: { readonly files: string; readonly root: string },
  ) {
    this.#kernel = kernel;
    this.#fs = fs;
    this.#files = files;
    this.#root = root;
  }

  /** Makes all lines of a namespace but those that the review refused; returns those that failed. */
  async make(namespace: string): Promise<LeftOut[]> {
    const leftOut: LeftOut[] = [];
    for (const line of parseNs(namespace))
      if (!refusedWhy(line)) await this.#orLeftOut(line, leftOut);
    return leftOut;
  }

  /** The files are in place by now: a line that fails, such as a bind from a refused mount, stops no other. */
  async #orLeftOut(line: NsLine, leftOut: LeftOut[]): Promise<void> {
    try {
      const link = await this.#linkOnTheWay(line);
      if (link !== undefined) fail('ELOOP', `${link} on its way is a symbolic link`);
      await this.#make(line);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const what = describe(line, this.#root);
      leftOut.push({ path: line.at, reason: `'${what}' failed: ${reasonOf(error)}` });
    }
  }

  /**
   * The first symbolic link on the paths of a line; undefined where there is none. Mounting follows links, and one of
   * the capsule's own could lead a mount to a directory of the person.
   */
  async #linkOnTheWay(line: NsLine): Promise<string | undefined> {
    const from = line.verb === 'bind' ? below(this.#root, line.from) : below(this.#files, line.at);
    for (const path of [below(this.#root, line.at), from]) {
      const names = path.split('/').filter((name) => name !== '');
      for (let depth = 1; depth <= names.length; depth++) {
        const part = `/${names.slice(0, depth).join('/')}`;
        if (!(await isThere(this.#fs, part))) break;
        if ((await this.#fs.lstat(part)).kind === 'symlink') return part;
      }
    }
    return undefined;
  }

  async #make(line: NsLine): Promise<void> {
    const at = below(this.#root, line.at);
    if (line.verb === 'unmount') return;
    if (line.verb === 'bind') {
      const args = { from: below(this.#root, line.from), to: at, flags: line.flags };
      await this.#kernel.call('bind', args);
    } else if (packed.has(line.spec.kind)) {
      // Its own files, or none: never the store of this page.
      const own = below(this.#files, line.at);
      await this.#fs.mkdir(own, { recursive: true });
      const args = { from: own, to: at, flags: line.flags };
      await this.#kernel.call('bind', args);
    } else await this.#kernel.call('mount', { spec: line.spec, at, flags: line.flags });
  }
}

export const isThere = (fs: OanixFs, path: string): Promise<boolean> =>
  fs.lstat(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof FsError && error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Why a line of a capsule's namespace is left out here. */
export function refusedWhy(line: NsLine): string | undefined {
  if (line.verb !== 'mount' || harmless.has(line.spec.kind)) return undefined;
  return `a mount of '${line.spec.kind}' reaches what is not the capsule's`;
}

export function describe(line: NsLine, root: string): string {
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
