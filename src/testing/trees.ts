/** Random trees with nasty names, for everything that packs and unpacks; made in a service or on the host, and compared. */
import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { TreeSource } from '../capsule/tree.ts';
import type { UnpackTarget } from '../capsule/unpack.ts';
import { hostTime } from '../fs/workspace/hosttime.ts';
import { type FileService, never, type Stat } from '../kernel/service.ts';

export type Tree = { readonly [name: string]: TreeNode };
export type TreeNode = { readonly mtime: bigint; readonly mode: number } & (
  | { readonly kind: 'dir'; readonly tree: Tree }
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'symlink'; readonly target: string }
  /** Another name of the file that was made last. */
  | { readonly kind: 'link' }
);

const fragments = [
  'a',
  'Z',
  '0',
  ' ',
  '.',
  '-',
  '\\',
  '\n',
  '\r',
  '\t',
  '\x1b[31m',
  '"',
  "'",
  '*',
  '?',
  '|',
  ':',
  '%',
  '$(x)',
  'ü',
  'u\u0308',
  '表',
  '😀',
  '\uFEFF',
  '\u202e',
  '\u2028',
  'x'.repeat(120),
  '長'.repeat(40),
];

const isName = (name: string): boolean =>
  !['', '.', '..'].includes(name) && Buffer.byteLength(name) <= 255;

const anyName = fc
  .oneof(
    fc
      .array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 5 })
      .map((all) => all.join('')),
    fc.constantFrom(
      'x'.repeat(255),
      '長'.repeat(85),
      '-rf',
      '__proto__',
      'constructor',
      'SHA256SUMS',
    ),
  )
  .filter(isName);

const anyTarget = fc.oneof(
  anyName,
  anyName.map((name) => `../${name}`),
  anyName.map((name) => `/home/${name}`),
  fc.constantFrom('.', '..', '/', `${'deep/'.repeat(60)}end`),
);

/** Larger than what is read at once. */
const big = new Uint8Array(1_200_000).fill(7);

/** Whole trees; `time` bounds the times, in nanoseconds. */
export function anyTree(time: fc.Arbitrary<bigint>): fc.Arbitrary<Tree> {
  const stat = { mtime: time, mode: fc.constantFrom(0o644, 0o755, 0o600, 0o400, 0o777) };
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.constantFrom(new Uint8Array(0), new Uint8Array(512), big),
  );
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('file' as const), bytes, ...stat }) },
    fc.record({ kind: fc.constant('symlink' as const), target: anyTarget, ...stat }),
    fc.record({ kind: fc.constant('link' as const), ...stat }),
  );
  const { tree } = fc.letrec<{ tree: Tree; node: TreeNode }>((tie) => ({
    tree: fc
      .uniqueArray(fc.tuple(anyName, tie('node')), { selector: ([name]) => name, maxLength: 5 })
      .map((all) => Object.assign(Object.create(null), Object.fromEntries(all)) as Tree),
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.record({ kind: fc.constant('dir' as const), tree: tie('tree'), ...stat }),
    ),
  }));
  return tree;
}

const CHUNK = 1 << 20;

/** Makes a tree in a service. */
export async function makeTree(service: FileService, tree: Tree, at: string[] = []): Promise<void> {
  let first: string[] | undefined;
  for (const [name, node] of Object.entries(tree)) {
    const path = [...at, name];
    if (node.kind === 'dir') {
      await service.create?.(path, 'dir', never);
      await makeTree(service, node.tree, path);
    } else if (node.kind === 'symlink') await service.symlink?.(node.target, path, never);
    else if (node.kind === 'link' && first) {
      await service.link?.(first, path, never);
      continue;
    } else {
      await service.create?.(path, 'file', never);
      first = path;
      const handle = await service.open(path, { write: true }, never);
      if (node.kind === 'file') await handle.write?.(0, node.bytes, never);
      await handle.close?.();
    }
    if (node.kind !== 'symlink') await service.setMode?.(path, node.mode, never);
    await service.setTimes?.(path, { mtime: node.mtime }, never);
  }
}

/** What a tree holds, by paths: kinds, contents, targets, times, and which names are of one file. */
export async function treeOf(service: FileService, at: string[] = []): Promise<object> {
  const found: Record<string, unknown> = {};
  const names = new Map<bigint, string>();
  const walk = async (path: string[]): Promise<void> => {
    for (const { name } of await service.readdir(path, never)) {
      const here = [...path, name];
      const key = here.slice(at.length).join('/');
      const stat = await service.stat(here, never);
      const { kind, mtime } = stat;
      const mode = kind === 'symlink' ? undefined : stat.mode;
      const first = isLinked(stat) ? (names.get(stat.ino as bigint) ?? key) : '';
      if (isLinked(stat)) names.set(stat.ino as bigint, first);
      const what =
        kind === 'symlink'
          ? await service.readlink?.(here, never)
          : kind === 'file'
            ? Buffer.from(await contentOf(service, here)).toString('base64')
            : '';
      found[key] = { kind, mtime, mode, what, first };
      if (kind === 'dir') await walk(here);
    }
  };
  await walk(at);
  return sorted(found);
}

const isLinked = ({ kind, nlink }: Stat): boolean => kind === 'file' && (nlink ?? 1) > 1;

const sorted = (found: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));

async function contentOf(service: FileService, path: string[]): Promise<Uint8Array> {
  const handle = await service.open(path, { read: true }, never);
  const parts: Uint8Array[] = [];
  for (let at = 0; ; ) {
    const part = (await handle.read?.(at, CHUNK, never)) ?? new Uint8Array(0);
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  await handle.close?.();
  return Buffer.concat(parts);
}

const split = (path: string): string[] => path.split('/').filter(Boolean);

/** A service as what is packed. */
export function serviceSource(service: FileService): TreeSource {
  return {
    list: (path) => service.readdir(split(path), never),
    stat: async (path) => ({ dev: 1, ...(await service.stat(split(path), never)) }),
    readlink: async (path) => (await service.readlink?.(split(path), never)) ?? '',
    open: async (path) => {
      const handle = await service.open(split(path), { read: true }, never);
      let at = 0;
      return {
        read: async (count) => {
          const part = (await handle.read?.(at, count, never)) ?? new Uint8Array(0);
          at += part.length;
          return part;
        },
        size: async () => (await handle.stat?.(never))?.size ?? 0,
        close: async () => handle.close?.(),
      };
    },
  };
}

/** A service as what is unpacked to. */
export function serviceTarget(service: FileService): UnpackTarget {
  return {
    mkdir: async (path) => service.create?.(path, 'dir', never),
    file: async (path) => {
      await service.create?.(path, 'file', never);
      const handle = await service.open(path, { write: true }, never);
      return {
        write: async (data) => void (await handle.write?.('end', data.slice(), never)),
        commit: async () => handle.close?.(),
        discard: async () => service.remove?.(path, 'file', never),
      };
    },
    symlink: async (target, path) => service.symlink?.(target, path, never),
    link: async (first, path) => service.link?.(first, path, never),
    setStat: async (path, { kind, mtime, mode }) => {
      if (kind !== 'symlink') await service.setMode?.(path, mode, never);
      await service.setTimes?.(path, { mtime }, never);
    },
  };
}

/** Makes a tree on the host. */
export function makeHostTree(dir: string, tree: Tree): void {
  let first: string | undefined;
  for (const [name, node] of Object.entries(tree)) {
    const path = join(dir, '.', name);
    const time = hostTime(node.mtime);
    if (node.kind === 'dir') {
      fs.mkdirSync(path);
      makeHostTree(path, node.tree);
    } else if (node.kind === 'symlink') fs.symlinkSync(node.target, path);
    else if (node.kind === 'link' && first) {
      fs.linkSync(first, path);
      continue;
    } else {
      first = path;
      fs.writeFileSync(path, node.kind === 'file' ? node.bytes : '');
    }
    if (node.kind !== 'symlink') fs.chmodSync(path, node.kind === 'dir' ? 0o755 : node.mode);
    fs.lutimesSync(path, time, time);
  }
}

/** What `treeOf` tells, of a directory of the host, with permission bits; `kept` drops what a tool does not keep. */
export function hostTreeOf(
  dir: string,
  kept: {
    readonly time: (ns: bigint, kind: string) => bigint;
    readonly links: boolean;
    readonly modes: boolean;
  },
): object {
  const found: Record<string, unknown> = {};
  const names = new Map<bigint, string>();
  const walk = (path: string, key: string): void => {
    for (const name of fs.readdirSync(path)) {
      const here = `${path}/${name}`;
      const stats = fs.lstatSync(here, { bigint: true });
      const kind = stats.isDirectory() ? 'dir' : stats.isSymbolicLink() ? 'symlink' : 'file';
      const own = key ? `${key}/${name}` : name;
      const isOneOf = kept.links && kind === 'file' && stats.nlink > 1n;
      const first = isOneOf ? (names.get(stats.ino) ?? own) : '';
      if (isOneOf) names.set(stats.ino, first);
      const what =
        kind === 'symlink'
          ? fs.readlinkSync(here)
          : kind === 'file'
            ? fs.readFileSync(here).toString('base64')
            : '';
      const mode = kind === 'symlink' || !kept.modes ? 0 : Number(stats.mode) & 0o777;
      found[own] = { kind, mtime: kept.time(stats.mtimeNs, kind), what, first, mode };
      if (kind === 'dir') walk(here, own);
    }
  };
  walk(dir, '');
  return sorted(found);
}
