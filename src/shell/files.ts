/** The namespace as just-bash's tools see it: paths are absolute, failures are Node's. */

import type { FileContent, FsStat, IFileSystem } from 'just-bash/browser';
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError } from '../kernel/errors.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { words } from '../tools/strerror.ts';
import { resolvePath, type Sys } from './sys.ts';

/** An error as the tools read it: `ENOENT: no such file or directory, open '/x'`. */
function nodeError(error: unknown, path: string): unknown {
  if (!(error instanceof FsError)) return error;
  const text = (words[error.code] ?? error.reason ?? error.code).toLowerCase();
  return Object.assign(new Error(`${error.code}: ${text}, ${error.op ?? 'open'} '${path}'`), {
    code: error.code,
    path,
  });
}

async function attempt<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw nodeError(error, path);
  }
}

const toBytes = (content: FileContent): Uint8Array =>
  typeof content === 'string' ? bytesOf(content) : (content as Uint8Array);

/** The tools pass bytes as text of one byte a character where they say `binary`. */
function encoded(content: FileContent, options: unknown): Uint8Array {
  const encoding =
    typeof options === 'string'
      ? options
      : (options as { encoding?: string } | undefined)?.encoding;
  if (typeof content === 'string' && (encoding === 'binary' || encoding === 'latin1'))
    return Uint8Array.from(content, (char) => char.charCodeAt(0));
  return toBytes(content);
}

const statOf = ({ kind, size, mtime, dev, ino, mode }: NamespaceStat): FsStat => ({
  isFile: kind === 'file',
  isDirectory: kind === 'dir',
  isSymbolicLink: kind === 'symlink',
  mode: mode ?? (kind === 'dir' ? 0o755 : 0o644),
  size,
  mtime: new Date(Number(mtime / 1_000_000n)),
  dev,
  ino,
});

export function filesOf(sys: Sys): IFileSystem {
  const at = (path: string): { dir: number; path: string } => ({ dir: -1, path });
  const read = (path: string): Promise<Uint8Array> => attempt(path, () => sys.readFile(path));
  const stat = (path: string, follow: boolean): Promise<FsStat> =>
    attempt(path, async () => statOf((await sys.call('stat', { ...at(path), follow })).stat));
  /** A place without modes takes any, as vfat does with the option `quiet`: scripts go on. */
  const setMode = async (path: string, mode: number): Promise<void> => {
    await sys.call('setMode', { ...at(path), mode }).catch(ignoreNoModes);
  };
  const copy = async (from: string, to: string, recursive: boolean): Promise<void> => {
    const { stat: found } = await sys.call('stat', { ...at(from), follow: true });
    if (found.kind === 'dir' && !recursive) throw new FsError('EISDIR');
    const isNew = !(await sys.stat(to));
    if (found.kind !== 'dir') await sys.writeFile(to, await sys.readFile(from));
    else {
      if (isNew) await sys.call('mkdir', at(to));
      for (const { name } of await sys.list(from))
        await copy(`${from}/${name}`, `${to}/${name}`, true);
    }
    // What was there keeps its own mode (cp(1)); a directory that nobody may write to is filled first.
    if (isNew && found.mode !== undefined) await setMode(to, found.mode);
  };
  const remove = async (path: string, recursive: boolean): Promise<void> => {
    const { stat: found } = await sys.call('stat', { ...at(path), follow: false });
    if (found.kind !== 'dir') return void (await sys.call('unlink', at(path)));
    if (recursive)
      for (const { name } of await sys.list(path)) await remove(`${path}/${name}`, true);
    await sys.call('rmdir', at(path));
  };
  const files: IFileSystem = {
    readFile: async (path, options) => {
      const encoding = typeof options === 'string' ? options : options?.encoding;
      const data = await read(path);
      if (encoding === 'binary' || encoding === 'latin1') return latin1(data);
      return textOf(data);
    },
    readFileBuffer: read,
    writeFile: (path, content, options) =>
      attempt(path, () => sys.writeFile(path, encoded(content, options))),
    appendFile: (path, content, options) =>
      attempt(path, () => sys.writeFile(path, encoded(content, options), true)),
    exists: async (path) => (await sys.stat(path)) !== undefined,
    stat: (path) => stat(path, true),
    lstat: (path) => stat(path, false),
    mkdir: (path, options) =>
      attempt(path, async () => {
        if (!options?.recursive) return void (await sys.call('mkdir', at(path)));
        const names = path.split('/').filter(Boolean);
        for (let count = 1; count <= names.length; count++) {
          const part = `/${names.slice(0, count).join('/')}`;
          if ((await sys.stat(part))?.kind !== 'dir') await sys.call('mkdir', at(part));
        }
      }),
    readdir: (path) => attempt(path, async () => (await sys.list(path)).map(({ name }) => name)),
    readdirWithFileTypes: (path) =>
      attempt(path, async () =>
        (await sys.list(path)).map(({ name, kind }) => ({
          name,
          isFile: kind === 'file',
          isDirectory: kind === 'dir',
          isSymbolicLink: kind === 'symlink',
        })),
      ),
    rm: (path, options) =>
      attempt(path, async () => {
        if (options?.force && !(await sys.stat(path, false))) return;
        await remove(path, options?.recursive ?? false);
      }),
    cp: (from, to, options) => attempt(from, () => copy(from, to, options?.recursive ?? false)),
    mv: (from, to) =>
      attempt(from, async () => {
        try {
          await sys.call('rename', { ...at(from), toDir: -1, toPath: to });
        } catch (error) {
          if (!(error instanceof FsError && error.code === 'EXDEV')) throw error;
          // Between two mounts a move is a copy and a removal (mv(1)).
          await copy(from, to, true);
          await remove(from, true);
        }
      }),
    resolvePath: (base, path) => resolvePath(base, path),
    getAllPaths: () => [],
    chmod: (path, mode) => attempt(path, () => setMode(path, mode)),
    symlink: (target, path) =>
      attempt(path, async () => void (await sys.call('symlink', { target, ...at(path) }))),
    link: (from, to) =>
      attempt(
        from,
        async () => void (await sys.call('link', { ...at(from), toDir: -1, toPath: to })),
      ),
    readlink: (path) => attempt(path, async () => (await sys.call('readlink', at(path))).target),
    realpath: (path) => attempt(path, () => realpath(sys, path)),
    utimes: (path, atime, mtime) =>
      attempt(path, async () => {
        const ns = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n;
        await sys.call('setTimes', {
          ...at(path),
          follow: true,
          atime: ns(atime),
          mtime: ns(mtime),
        });
      }),
  };
  return files;
}

function ignoreNoModes(error: unknown): void {
  if (!(error instanceof FsError && error.code === 'ENOTSUP')) throw error;
}

export function latin1(data: Uint8Array): string {
  let text = '';
  for (let from = 0; from < data.length; from += 8192)
    text += String.fromCharCode(...data.subarray(from, from + 8192));
  return text;
}

/** With every symlink on the way followed before `..` behind it is; ELOOP after forty. */
export async function realpath(sys: Sys, path: string): Promise<string> {
  const namesIn = (text: string): string[] => text.split('/').filter((name) => !/^\.?$/.test(name));
  let names = namesIn(path);
  let done = '';
  for (let links = 0; names.length > 0; ) {
    const [name = '', ...rest] = names;
    names = rest;
    if (name === '..') {
      done = done.slice(0, Math.max(0, done.lastIndexOf('/')));
      continue;
    }
    const next = `${done}/${name}`;
    const { stat } = await sys.call('stat', { dir: -1, path: next, follow: false });
    if (stat.kind !== 'symlink') {
      done = next;
      continue;
    }
    if (++links > 40) throw new FsError('ELOOP');
    const { target } = await sys.call('readlink', { dir: -1, path: next });
    names = [...namesIn(target), ...names];
    if (target.startsWith('/')) done = '';
  }
  return done === '' ? '/' : done;
}
