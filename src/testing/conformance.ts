/**
 * What every FileService must do, as named checks: one call runs all that apply and tells every
 * fault. What a service offers is declared and compared with what the object shows.
 */
import { attempt } from '../kernel/awaitable.ts';
import { type Errno, FsError } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import {
  type FileHandle,
  type FileService,
  isControl,
  never,
  type OptionalMethod,
} from '../kernel/service.ts';

export interface Subject {
  /** A new service for each check. */
  make(): Promise<FileService>;
  /** The optional methods it must have: no more, no fewer. */
  readonly offers: readonly OptionalMethod[];
  /** A write makes it act. */
  readonly control?: true;
  /** A file that is there, with its content, for services that are not written to. */
  readonly sample?: { readonly file: Path; readonly content: string };
}

type Service = FileService &
  Required<
    Pick<
      FileService,
      'create' | 'remove' | 'rename' | 'symlink' | 'readlink' | 'link' | 'setTimes' | 'setMode'
    >
  >;

export interface Check {
  readonly name: string;
  /** Runs only where all of these are offered. */
  readonly needs: readonly OptionalMethod[];
  readonly run: (service: Service, subject: Subject) => Promise<void>;
}

const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

class Fault extends Error {}

function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected)
    throw new Fault(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

async function refuses(run: () => unknown, what: string, ...codes: Errno[]): Promise<void> {
  try {
    await run();
  } catch (error) {
    const code = error instanceof FsError ? error.code : String(error);
    if (codes.includes(code as Errno)) return;
    throw new Fault(`${what}: expected ${codes.join(' or ')}, got ${code}`);
  }
  throw new Fault(`${what}: expected ${codes.join(' or ')}, but it was done`);
}

const read = async (handle: FileHandle, at: number, count: number): Promise<string> =>
  toText((await handle.read?.(at, count, never)) ?? new Uint8Array(0));

async function content(service: FileService, path: Path): Promise<string> {
  const handle = await service.open(path, { read: true }, never);
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const part = await handle.read?.(at, 100_000, never);
    if (!part || part.length === 0) break;
    parts.push(toText(part));
    at += part.length;
  }
  await handle.close?.();
  return parts.join('');
}

async function put(service: Service, path: Path, text: string): Promise<void> {
  await service.create(path, 'file', never);
  await rewrite(service, path, text);
}

async function rewrite(
  service: FileService,
  path: Path,
  text: string,
  at: number | 'end' = 0,
): Promise<void> {
  const handle = await service.open(path, { write: true }, never);
  await handle.write?.(at, toBytes(text), never);
  await handle.close?.();
}

const names = async (service: FileService, path: Path): Promise<string> =>
  (await service.readdir(path, never))
    .map(({ name }) => name)
    .sort()
    .join(' ');

/** Every file of a tree, at most a few levels deep. */
async function walk(
  service: FileService,
  path: Path,
  visit: (path: Path, kind: string) => Promise<void>,
): Promise<void> {
  for (const { name, kind } of await service.readdir(path, never)) {
    const child = [...path, name];
    await visit(child, kind);
    if (kind === 'dir' && child.length < 4) await walk(service, child, visit);
  }
}

const reading: Check[] = [
  {
    name: 'says whether its files are control files',
    needs: [],
    run: async (service, { control = false }) => same(isControl(service), control, 'control files'),
  },
  {
    name: 'offers what it declares',
    needs: [],
    run: async (service, { offers }) => {
      const all: OptionalMethod[] = [
        'create',
        'remove',
        'rename',
        'symlink',
        'readlink',
        'link',
        'setTimes',
        'setMode',
        'watch',
        'sync',
      ];
      const shown = all.filter((method) => service[method as keyof FileService] !== undefined);
      same(shown.join(' '), all.filter((method) => offers.includes(method)).join(' '), 'methods');
      same(typeof service.spec.kind, 'string', 'spec.kind');
      same(
        JSON.stringify(JSON.parse(JSON.stringify(service.spec))),
        JSON.stringify(service.spec),
        'spec is serializable',
      );
    },
  },
  {
    name: 'the root is a directory',
    needs: [],
    run: async (service) => same((await service.stat([], never)).kind, 'dir', 'kind'),
  },
  {
    name: 'what is listed can be statted, of the same kind, under one name each',
    needs: [],
    run: async (service) => {
      await walk(service, [], async (path, kind) =>
        same((await service.stat(path, never)).kind, kind, path.join('/')),
      );
      const listed = (await service.readdir([], never)).map(({ name }) => name);
      same(new Set(listed).size, listed.length, 'distinct names');
    },
  },
  {
    name: 'what is listed as a file opens in some mode',
    needs: [],
    run: async (service) => {
      await walk(service, [], async (path, kind) => {
        if (kind !== 'file') return;
        const reader = await attempt(
          () => service.open(path, { read: true }, never),
          () => undefined,
        );
        const handle = reader ?? (await service.open(path, { write: true }, never));
        await handle.close?.();
      });
    },
  },
  {
    name: 'a missing name is ENOENT',
    needs: [],
    run: async (service) => {
      await refuses(() => service.stat(['no-such'], never), 'stat', 'ENOENT');
      await refuses(() => service.readdir(['no-such'], never), 'readdir', 'ENOENT');
      await refuses(() => service.open(['no-such'], { read: true }, never), 'open', 'ENOENT');
      await refuses(() => service.stat(['no-such', 'x'], never), 'stat below it', 'ENOENT');
    },
  },
  {
    name: 'a directory does not open as a file',
    needs: [],
    run: (service) => refuses(() => service.open([], { read: true }, never), 'open', 'EISDIR'),
  },
];

const sampled: Check[] = [
  {
    name: 'a file is read whole, in part, and to its end',
    needs: [],
    run: async (service, { sample }) => {
      if (!sample) return;
      same(await content(service, sample.file), sample.content, 'content');
      const handle = await service.open(sample.file, { read: true }, never);
      same(await read(handle, 1, 3), sample.content.slice(1, 4), 'part');
      same(await read(handle, sample.content.length, 10), '', 'at the end');
      same(await read(handle, sample.content.length + 100, 10), '', 'past the end');
      await handle.close?.();
    },
  },
  {
    name: 'a file is no directory',
    needs: [],
    run: async (service, { sample }) => {
      if (!sample) return;
      await refuses(() => service.readdir(sample.file, never), 'readdir', 'ENOTDIR');
      await refuses(() => service.stat([...sample.file, 'x'], never), 'stat below it', 'ENOTDIR');
      await refuses(
        () => service.open([...sample.file, 'x'], { read: true }, never),
        'open below it',
        'ENOTDIR',
      );
    },
  },
];

const making: Check[] = [
  {
    name: 'creates files and directories once, under a parent that is there',
    needs: ['create'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await service.create(['d', 'f'], 'file', never);
      same(await names(service, ['d']), 'f', 'listing');
      same((await service.stat(['d', 'f'], never)).size, 0, 'size');
      for (const kind of ['file', 'dir'] as const) {
        await refuses(() => service.create(['d', 'f'], kind, never), 'over a file', 'EEXIST');
        await refuses(() => service.create(['d'], kind, never), 'over a directory', 'EEXIST');
        await refuses(() => service.create(['no', 'x'], kind, never), 'no parent', 'ENOENT');
        await refuses(
          () => service.create(['d', 'f', 'x'], kind, never),
          'below a file',
          'ENOTDIR',
        );
      }
    },
  },
  {
    name: 'reads what was written, at any offset, at once in every handle',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'hello world');
      await rewrite(service, ['f'], 'J', 0);
      await rewrite(service, ['f'], 'W', 6);
      same(await content(service, ['f']), 'Jello World', 'content');
      const reader = await service.open(['f'], { read: true }, never);
      const before = (await reader.read?.(0, 5, never)) as Uint8Array;
      await rewrite(service, ['f'], 'other');
      same(toText(before), 'Jello', 'what was read does not change afterwards');
      same(await read(reader, 0, 5), 'other', 'an open handle sees the write');
      await reader.close?.();
    },
  },
  {
    name: 'tells where a write ended',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], '12345');
      const handle = await service.open(['f'], { write: true }, never);
      const at = await handle.write?.(2, toBytes('ab'), never);
      same(`${at?.written} ${at?.end}`, '2 4', 'at an offset');
      const end = await handle.write?.('end', toBytes('cd'), never);
      same(`${end?.written} ${end?.end}`, '2 7', 'at the end');
      await handle.close?.();
    },
  },
  {
    name: 'loses nothing between two that append',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], '');
      const [a, b] = await Promise.all(
        [0, 1].map(async () => service.open(['f'], { write: true, append: true }, never)),
      );
      for (let i = 0; i < 50; i++) {
        await Promise.all([
          a?.write?.('end', toBytes('a'), never),
          b?.write?.('end', toBytes('b'), never),
        ]);
      }
      await a?.close?.();
      await b?.close?.();
      const text = await content(service, ['f']);
      same(`${text.length} ${text.replaceAll('b', '').length}`, '100 50', 'letters');
    },
  },
  {
    name: 'holes read as zeros',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'a');
      await rewrite(service, ['f'], 'z', 200_000);
      const text = await content(service, ['f']);
      same(text.length, 200_001, 'size');
      same(text.replaceAll('\0', ''), 'az', 'all else is zero');
    },
  },
  {
    name: 'truncates down and up, and what was cut never comes back',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'x'.repeat(150_000));
      const handle = await service.open(['f'], { write: true }, never);
      if (!handle.truncate) throw new Fault('a file of this service must be truncatable');
      await handle.truncate(3, never);
      same(await content(service, ['f']), 'xxx', 'cut');
      await handle.truncate(100_000, never);
      same((await content(service, ['f'])).replaceAll('\0', ''), 'xxx', 'grown');
      same((await service.stat(['f'], never)).size, 100_000, 'size');
      await handle.close?.();
      const again = await service.open(['f'], { write: true, truncate: true }, never);
      await again.close?.();
      same((await service.stat(['f'], never)).size, 0, 'truncated by open');
    },
  },
  {
    name: 'a version changes whenever content does',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'a');
      const before = (await service.stat(['f'], never)).version;
      await rewrite(service, ['f'], 'b');
      const after = (await service.stat(['f'], never)).version;
      if (before !== '' && before === after) throw new Fault('the version stayed');
    },
  },
  {
    name: 'keeps names as they are',
    needs: ['create'],
    run: async (service) => {
      const odd = [
        '\u00e9',
        'e\u0301',
        ' ',
        '-',
        '...',
        '\u202etxt',
        'a\nb',
        '__proto__',
        'constructor',
        'x'.repeat(255),
      ];
      for (const name of odd) await put(service, [name], name);
      for (const name of odd) same(await content(service, [name]), name, JSON.stringify(name));
      same(
        (await service.readdir([], never)).filter(({ name }) => odd.includes(name)).length,
        odd.length,
        'listed',
      );
    },
  },
  {
    name: 'removes files as files and empty directories as directories',
    needs: ['create', 'remove'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await put(service, ['d', 'f'], 'x');
      await refuses(() => service.remove(['d'], 'file', never), 'directory as file', 'EISDIR');
      await refuses(() => service.remove(['d'], 'dir', never), 'full directory', 'ENOTEMPTY');
      await refuses(() => service.remove(['d', 'f'], 'dir', never), 'file as directory', 'ENOTDIR');
      await refuses(() => service.remove(['d', 'no'], 'file', never), 'missing', 'ENOENT');
      await refuses(() => service.remove([], 'dir', never), 'the root', 'EBUSY');
      await service.remove(['d', 'f'], 'file', never);
      await service.remove(['d'], 'dir', never);
      await refuses(() => service.stat(['d'], never), 'afterwards', 'ENOENT');
    },
  },
  {
    name: 'a file that was removed while open stays usable, or is ESTALE',
    needs: ['create', 'remove'],
    run: async (service) => {
      await put(service, ['f'], 'still');
      const handle = await service.open(['f'], { read: true, write: true }, never);
      await service.remove(['f'], 'file', never);
      const text = await read(handle, 0, 10).catch((error: unknown) => (error as FsError).code);
      if (text !== 'still' && text !== 'ESTALE') throw new Fault(`read gave ${text}`);
      await put(service, ['f'], 'new');
      await attempt(
        () => handle.write?.(0, toBytes('old'), never),
        () => undefined,
      );
      same(await content(service, ['f']), 'new', 'a new file of that name is another');
      await handle.close?.();
    },
  },
];

const linking: Check[] = [
  {
    name: 'renames by the rules of rename(2)',
    needs: ['create', 'rename', 'remove'],
    run: async (service) => {
      for (const dir of [['d'], ['d', 'sub'], ['empty'], ['full']])
        await service.create(dir, 'dir', never);
      await put(service, ['f'], 'f');
      await put(service, ['g'], 'g');
      await put(service, ['full', 'x'], 'x');
      await refuses(() => service.rename(['no'], ['n'], never), 'missing source', 'ENOENT');
      await refuses(() => service.rename(['f'], ['no', 'f'], never), 'missing parent', 'ENOENT');
      await refuses(() => service.rename(['f'], ['g', 'f'], never), 'parent is a file', 'ENOTDIR');
      await refuses(() => service.rename(['f'], ['empty'], never), 'file over directory', 'EISDIR');
      await refuses(() => service.rename(['d'], ['f'], never), 'directory over file', 'ENOTDIR');
      await refuses(
        () => service.rename(['d'], ['full'], never),
        'over a full directory',
        'ENOTEMPTY',
        'EEXIST',
      );
      await refuses(
        () => service.rename(['d'], ['d', 'sub', 'in'], never),
        'into itself',
        'EINVAL',
      );
      same(await names(service, []), 'd empty f full g', 'nothing moved');
      await service.rename(['f'], ['f'], never);
      await service.rename(['f'], ['g'], never);
      same(await content(service, ['g']), 'f', 'file over file');
      await service.rename(['d'], ['empty'], never);
      same(await names(service, ['empty']), 'sub', 'directory over an empty one');
      same(await names(service, []), 'empty full g', 'sources are gone');
    },
  },
  {
    name: 'a renamed object keeps its ino and its open handles',
    needs: ['create', 'rename'],
    run: async (service) => {
      await put(service, ['f'], 'one');
      const before = (await service.stat(['f'], never)).ino;
      const handle = await service.open(['f'], { read: true }, never);
      await service.rename(['f'], ['g'], never);
      same((await service.stat(['g'], never)).ino, before, 'ino');
      same(await read(handle, 0, 3), 'one', 'handle');
      await handle.close?.();
    },
  },
  {
    name: 'symlinks are kept as text and never followed',
    needs: ['create', 'symlink', 'readlink'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await put(service, ['d', 'f'], 'x');
      await service.symlink('d', ['l'], never);
      await service.symlink('/no/../where ', ['odd'], never);
      same(await service.readlink(['odd'], never), '/no/../where ', 'target');
      same((await service.stat(['l'], never)).kind, 'symlink', 'stat');
      await refuses(() => service.open(['l'], { read: true }, never), 'open', 'ELOOP');
      await refuses(() => service.readdir(['l'], never), 'readdir', 'ENOTDIR');
      await refuses(() => service.stat(['l', 'f'], never), 'through it', 'ENOTDIR');
      await refuses(() => service.symlink('x', ['d'], never), 'taken name', 'EEXIST');
      await refuses(() => service.readlink(['d', 'f'], never), 'readlink of a file', 'EINVAL');
    },
  },
  {
    name: 'hard links are one file under two names',
    needs: ['create', 'link', 'remove', 'rename'],
    run: async (service) => {
      await put(service, ['a'], 'one');
      await service.create(['d'], 'dir', never);
      await service.link(['a'], ['b'], never);
      await rewrite(service, ['b'], 'two');
      same(await content(service, ['a']), 'two', 'content');
      const [a, b] = [await service.stat(['a'], never), await service.stat(['b'], never)];
      same(a.ino, b.ino, 'ino');
      same(`${a.nlink} ${b.nlink}`, '2 2', 'nlink');
      await service.rename(['a'], ['b'], never);
      same(await names(service, []), 'a b d', 'renaming one onto the other does nothing');
      await refuses(() => service.link(['d'], ['e'], never), 'a directory', 'EPERM');
      await refuses(() => service.link(['a'], ['b'], never), 'a taken name', 'EEXIST');
      await refuses(() => service.link(['no'], ['e'], never), 'missing', 'ENOENT');
      await service.remove(['a'], 'file', never);
      same(await content(service, ['b']), 'two', 'the other name stays');
      same((await service.stat(['b'], never)).nlink, 1, 'nlink');
    },
  },
  {
    name: 'sets the times it is given and leaves the others',
    needs: ['create', 'setTimes'],
    run: async (service) => {
      await put(service, ['f'], 'x');
      await service.setTimes(['f'], { atime: 5n, mtime: 1_700_000_000_123_456_789n }, never);
      await service.setTimes(['f'], { atime: 7n }, never);
      const stat = await service.stat(['f'], never);
      same(`${stat.atime} ${stat.mtime}`, '7 1700000000123456789', 'times');
      await refuses(() => service.setTimes(['no'], { mtime: 1n }, never), 'missing', 'ENOENT');
    },
  },
  {
    name: 'sets the permission bits of files and directories, and keeps them when the content or the name changes',
    needs: ['create', 'rename', 'setMode'],
    run: async (service) => {
      await put(service, ['f'], 'x');
      await service.create(['d'], 'dir', never);
      await service.setMode(['f'], 0o755, never);
      await service.setMode(['d'], 0o700, never);
      const handle = await service.open(['f'], { write: true }, never);
      await handle.write?.(0, toBytes('other'), never);
      await handle.close?.();
      await service.rename(['f'], ['d', 'g'], never);
      same(`${(await service.stat(['d', 'g'], never)).mode}`, `${0o755}`, 'the mode of a file');
      same(`${(await service.stat(['d'], never)).mode}`, `${0o700}`, 'the mode of a directory');
      const [entry] = await service.readdir(['d'], never);
      same(`${entry?.stat?.mode ?? 0o755}`, `${0o755}`, 'the mode in a listing');
      await refuses(() => service.setMode(['no'], 0o600, never), 'missing', 'ENOENT');
    },
  },
  {
    name: 'gives a symbolic link no mode',
    needs: ['symlink', 'setMode'],
    run: async (service) => {
      await service.symlink('f', ['l'], never);
      await refuses(() => service.setMode(['l'], 0o600, never), 'a symlink', 'EINVAL');
    },
  },
  {
    name: 'sync resolves',
    needs: ['sync'],
    run: async (service) => {
      await service.sync?.();
    },
  },
];

export const checks: readonly Check[] = [...reading, ...sampled, ...making, ...linking];

export const checksFor = ({ offers }: Subject): Check[] =>
  checks.filter(({ needs }) => needs.every((method) => offers.includes(method)));

/** All faults of a service, each with the name of its check; none for a good one. */
export async function faultsOf(subject: Subject): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, run } of checksFor(subject)) {
    try {
      await run((await subject.make()) as Service, subject);
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return faults;
}

/** What a service that does everything offers. */
export const everything: readonly OptionalMethod[] = [
  'create',
  'remove',
  'rename',
  'symlink',
  'readlink',
  'link',
  'setTimes',
  'setMode',
  'sync',
];
