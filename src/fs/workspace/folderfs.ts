/**
 * WorkspaceFs in the browser: the origin private file system, or a folder of the computer that a person has
 * picked, live (File System Standard). The folder may change from outside, and the browser may take it away
 * again at any time: nothing of it is remembered but what waits to be written.
 */
import { FsError, fail, hasCode } from '../../kernel/errors.ts';
import {
  baseName,
  formatPath,
  isWithin,
  type Path,
  parentOf,
  samePath,
} from '../../kernel/path.ts';
import type {
  About,
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { explaining } from './foldererrors.ts';
import { FolderFile } from './folderfile.ts';
import { type Dir, type Found, move, within } from './folderhandles.ts';
import { FolderWatch } from './folderwatch.ts';

export interface FolderHost {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs later, in milliseconds; returns how to stop it. */
  after(ms: number, run: () => void): () => void;
}

/** Bytes of UTF-8 that a name may have. */
const NAME_MAX = 255;
/** What was written is in the file at the latest so long after the last write. */
const FLUSH_MS = 200;
/** After a failure the next try waits this long. */
const RETRY_MS = 2_000;

export class FolderFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #root: Dir;
  readonly #host: FolderHost;
  /** Files that are open or have something to write, by path. */
  readonly #files = new Map<string, FolderFile>();
  readonly #watch: FolderWatch;
  #flushes = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Why the browser refuses, since it last did. */
  #blocked: string | undefined;
  /** Why what was written has not arrived, since it last did. */
  #unwritten: string | undefined;

  constructor(root: Dir, spec: ServiceSpec, host: FolderHost) {
    this.#root = root;
    this.spec = spec;
    this.#host = host;
    this.#watch = new FolderWatch(root, host.after);
  }

  async stat(path: Path): Promise<Stat> {
    return this.#try(async () => this.#statOf(path, await this.#find(path)));
  }

  async readdir(path: Path): Promise<Entry[]> {
    return this.#try(async () => {
      const entries: Entry[] = [];
      await this.#watch.looked(path);
      for await (const [name, { kind }] of (await this.#dir(path)).entries())
        entries.push({ name, kind: kind === 'file' ? 'file' : 'dir' });
      return entries;
    });
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    return this.#try(async () => {
      // Not while something moves: it would be the old one.
      await this.#turn;
      const found = await this.#find(path);
      if (found.kind === 'directory') return fail('EISDIR');
      const file = this.#opened(path, found);
      file.users++;
      try {
        if (mode.truncate) await file.truncate(0);
      } catch (error) {
        await this.#closed(file).catch(() => undefined);
        throw error;
      }
      return this.#handle(file);
    });
  }

  create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    return this.#exclusive(async () => {
      const dir = await this.#dir(parentOf(path));
      if (await within(dir, baseName(path))) fail('EEXIST');
      // What others have removed is not what is made now.
      this.#files.get(formatPath(path))?.abandon();
      this.#files.delete(formatPath(path));
      if (kind === 'dir') await dir.getDirectoryHandle(baseName(path), { create: true });
      else await dir.getFileHandle(baseName(path), { create: true });
    });
  }

  remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    return this.#exclusive(async () => {
      if (path.length === 0) fail('EBUSY', 'this is the root of the workspace');
      const dir = await this.#dir(parentOf(path));
      const found = (await within(dir, baseName(path))) ?? fail('ENOENT');
      if (kind === 'file' && found.kind === 'directory') fail('EISDIR');
      if (kind === 'dir' && found.kind === 'file') fail('ENOTDIR');
      await this.#replacing(path, () => dir.removeEntry(baseName(path)));
    });
  }

  /**
   * Where the browser cannot move, a copy is made before the old goes: should it die meanwhile, there are two.
   */
  rename(from: Path, to: Path): Promise<void> {
    return this.#exclusive(async () => {
      if (from.length === 0) fail('EBUSY', 'this is the root of the workspace');
      const source = await this.#find(from);
      if (samePath(from, to)) return;
      if (source.kind === 'directory' && isWithin(folded(to), folded(from)) && !isSame(from, to))
        fail('EINVAL', 'a directory cannot move into itself');
      if (to.length === 0) fail(source.kind === 'directory' ? 'ENOTEMPTY' : 'EISDIR');
      const dir = await this.#dir(parentOf(to));
      const old = isSame(from, to) ? undefined : await within(dir, baseName(to));
      if (source.kind === 'file' && old?.kind === 'directory') fail('EISDIR');
      if (source.kind === 'directory' && old?.kind === 'file') fail('ENOTDIR');
      const run = async (): Promise<void> => {
        // An empty one makes room; one that is not says so.
        if (old?.kind === 'directory') await dir.removeEntry(baseName(to));
        await this.#move(source, from, dir, to);
        await this.#moved(from, to);
      };
      await this.#holding(from, () => (old ? this.#replacing(to, run) : run()));
    });
  }

  async sync(): Promise<void> {
    await this.#try(() => this.#flushBelow([]));
  }

  watch(_path: Path, changed: (paths: Path[]) => void): () => void {
    return this.#watch.watch(changed);
  }

  about(): About {
    return {
      ...(this.#blocked === undefined ? {} : { blocked: this.#blocked }),
      ...(this.#unwritten === undefined ? {} : { note: `not written yet: ${this.#unwritten}` }),
    };
  }

  // Finding

  /** Directories are found by their names, one in the other: no name leads out. */
  async #dir(path: Path): Promise<Dir> {
    let dir = this.#root;
    for (const name of path) dir = await dir.getDirectoryHandle(name);
    return dir;
  }

  async #find(path: Path): Promise<Found> {
    if (path.length === 0) return this.#root;
    return (await within(await this.#dir(parentOf(path)), baseName(path))) ?? fail('ENOENT');
  }

  async #statOf(path: Path, found: Found): Promise<Stat> {
    if (found.kind === 'directory') return { kind: 'dir', size: 0, mtime: 0n, version: '' };
    const file = this.#files.get(formatPath(path)) ?? new FolderFile(found, this.#host.now);
    return statOfFile(await file.stat());
  }

  // Open files

  #opened(path: Path, handle: FileSystemFileHandle): FolderFile {
    const key = formatPath(path);
    const known = this.#files.get(key);
    if (known) return known;
    const file = new FolderFile(handle, this.#host.now);
    this.#files.set(key, file);
    return file;
  }

  #handle(file: FolderFile): FileHandle {
    const run = <T>(work: () => Promise<T>): Promise<T> => this.#try(work);
    return {
      read: (at, count) => run(() => file.read(at, count)),
      write: async (at, data) => {
        const end = await run(() => file.write(at, data));
        this.#flushSoon();
        return end;
      },
      truncate: async (size) => {
        await run(() => file.truncate(size));
        this.#flushSoon();
      },
      stat: async () => statOfFile(await run(() => file.stat())),
      sync: () => run(() => file.flush()),
      close: () => run(() => this.#closed(file)),
    };
  }

  /** The last to close it hears whether what was written has arrived; what has not is tried again. */
  async #closed(file: FolderFile): Promise<void> {
    file.users--;
    if (file.users > 0) return;
    const failed = await file.flush().then(
      () => undefined,
      (error: unknown) => error,
    );
    // What others have removed or changed is told once, and theirs stays.
    const isOver = failed === undefined || hasCode(failed, 'ENOENT', 'ESTALE');
    const key = this.#keyOf(file);
    if (isOver && file.users === 0 && key !== undefined) this.#files.delete(key);
    if (!isOver) this.#flushSoon(RETRY_MS);
    if (failed !== undefined) throw failed;
  }

  #keyOf(file: FolderFile): string | undefined {
    for (const [key, each] of this.#files) if (each === file) return key;
    return undefined;
  }

  #below(path: Path): [string, FolderFile][] {
    const start = formatPath(path);
    const inside = path.length === 0 ? '/' : `${start}/`;
    return [...this.#files].filter(([key]) => key === start || key.startsWith(inside));
  }

  /** All of them, whatever becomes of one; then throws what went wrong first. */
  async #flushBelow(path: Path): Promise<void> {
    const ends = await Promise.allSettled(this.#below(path).map(([, file]) => file.flush()));
    const failed = ends.find((end) => end.status === 'rejected')?.reason as unknown;
    this.#unwritten = failed instanceof FsError ? (failed.reason ?? failed.code) : undefined;
    if (failed !== undefined) throw failed;
  }

  /** Runs with all that is open below written, and none of it writable meanwhile. */
  #holding(path: Path, run: () => Promise<void>): Promise<void> {
    const files = this.#below(path).map(([, file]) => file);
    const held = files.reduce((inner, file) => () => file.hold(inner), run);
    return held();
  }

  /** What had the name is nobody's but its open handles' when `run` has succeeded. */
  async #replacing(path: Path, run: () => Promise<void>): Promise<void> {
    const key = formatPath(path);
    const file = this.#files.get(key);
    await (file ? file.loseName(run) : run());
    if (this.#files.get(key) === file) this.#files.delete(key);
  }

  #flushSoon(ms = FLUSH_MS): void {
    if (this.#flushes) return;
    this.#flushes = true;
    this.#host.after(ms, () => {
      this.#flushes = false;
      this.#flushBelow([]).catch(() => this.#flushSoon(RETRY_MS));
    });
  }

  // Moving

  /** Names that differ in nothing but case may be one name: it goes by another first. */
  async #move(source: Found, from: Path, dir: Dir, to: Path): Promise<void> {
    const old = await this.#dir(parentOf(from));
    if (!isSame(from, to)) return move(source, old, dir, baseName(to));
    const between = betweenName(baseName(to));
    if (await within(dir, between)) fail('EBUSY', `${between} is in the way`);
    await move(source, old, dir, between);
    await move((await within(dir, between)) ?? fail('ENOENT'), dir, dir, baseName(to));
  }

  /** Open files go by their new names. */
  async #moved(from: Path, to: Path): Promise<void> {
    for (const [key, file] of this.#below(from)) {
      const path = formatPath(to) + key.slice(formatPath(from).length);
      this.#files.delete(key);
      this.#files.set(path, file);
      const names = path.split('/').filter(Boolean);
      const found = await within(await this.#dir(names.slice(0, -1)), names.at(-1) as string);
      if (found?.kind === 'file') file.movedTo(found);
    }
  }

  /** Names change one after the other: each looks first at what is there. */
  #exclusive(run: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(() => this.#try(run));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #try<T>(run: () => Promise<T>): Promise<T> {
    try {
      const done = await explaining(run);
      this.#blocked = undefined;
      return done;
    } catch (error) {
      if (error instanceof FsError && error.code === 'EACCES') this.#blocked = error.reason;
      throw error;
    }
  }
}

/** As a file system that knows no case, or composes letters, compares names. */
const folded = (path: Path): Path => path.map((name) => name.normalize('NFC').toLowerCase());
const isSame = (a: Path, b: Path): boolean => samePath(folded(a), folded(b));

/** The name that something has on the way to a name that its own may be. It fits, whatever is cut from its end. */
function betweenName(name: string): string {
  const bytes = new TextEncoder().encode(name);
  const ending = '.moving';
  // A character that the cut falls into is dropped.
  const room = bytes.subarray(0, NAME_MAX - ending.length);
  return (
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(room).replace(/\ufffd+$/, '') + ending
  );
}

const statOfFile = ({ size, changedAt }: { size: number; changedAt: number }): Stat => ({
  kind: 'file',
  size,
  mtime: BigInt(Math.round(changedAt)) * 1_000_000n,
  // Others may change it unseen: no version could be trusted.
  version: '',
});
