/** Files of the page: `window.oanix.fs`, and what it opens. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError, toFsError } from '../kernel/errors.ts';
import {
  type Args,
  IO_MAX,
  LIST_MAX,
  OPEN,
  type Operation,
  PAGE_READ_MAX,
  type Result,
  STREAM,
  TIME_OMIT,
  WHENCE,
} from '../kernel/operations.ts';
import type { Entry } from '../kernel/service.ts';
import { utf8Text } from '../kernel/utf8.ts';
import { bytesAt, bytesOf, partsOf } from './data.ts';
import type { CapabilityCalls } from './protocol.ts';

/**
 * One kernel. The numbers of descriptors, processes, terminals and watches belong to the kernel that gave them, so that
 * whoever holds a number keeps the session with it: after that kernel has ended, every call fails with EIO.
 */
export interface Session {
  call<K extends Operation>(operation: K, args: Args<K>, signal?: AbortSignal): Promise<Result<K>>;
  /** Calls back with the paths of changes below the watch with this id. Returns the stop. */
  onChanged(id: number, listener: (paths: readonly string[]) => void): () => void;
}

/** The part of a client that this needs. The page may get another kernel after a crash: `call` asks the present one. */
export interface Calls extends Pick<Session, 'call'> {
  readonly booted: Promise<void>;
  /** The present kernel, once its namespace is there. */
  session(): Promise<Session>;
  capability<K extends keyof CapabilityCalls>(
    method: K,
    ...args: Parameters<CapabilityCalls[K]>
  ): Promise<Awaited<ReturnType<CapabilityCalls[K]>>>;
}

/** A string stands for its UTF-8, a view for the bytes that it shows. */
export type Bytes = string | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** What can be written. A Blob or a stream is read to its end. */
export type Data = Bytes | Blob | ReadableStream<Bytes>;
export type OpenHow = 'r' | 'r+' | 'w' | 'w+' | 'a' | 'a+' | 'wx' | 'wx+';

const CWD = -1;
/** Enough that none waits for the way to the kernel and back. */
const READS_AHEAD = 8;

const openBits: Readonly<Record<OpenHow, number>> = {
  r: OPEN.read,
  'r+': OPEN.read | OPEN.write,
  w: OPEN.write | OPEN.create | OPEN.truncate,
  'w+': OPEN.read | OPEN.write | OPEN.create | OPEN.truncate,
  a: OPEN.write | OPEN.append | OPEN.create,
  'a+': OPEN.read | OPEN.write | OPEN.append | OPEN.create,
  wx: OPEN.write | OPEN.create | OPEN.exclusive,
  'wx+': OPEN.read | OPEN.write | OPEN.create | OPEN.exclusive,
};

function textOf(data: Uint8Array, path: string): string {
  try {
    return utf8Text(data);
  } catch (error) {
    throw toFsError(error, { op: 'read', path });
  }
}

/** An open file of the page: offsets and sizes in bytes. Once it is closed every call but `close` fails with EBADF. */
export class OanixFile {
  readonly fd: number;
  /** It has no offsets and a read waits for data: a pipe, a terminal, a control file. */
  readonly isStream: boolean;
  readonly #kernel: Session;
  #closed: Promise<unknown> | undefined;

  constructor(kernel: Session, fd: number, isStream: boolean) {
    this.#kernel = kernel;
    this.fd = fd;
    this.isStream = isStream;
  }

  /** At most `count` bytes (4 MiB at once); empty at the end. A stream waits; `signal` ends the wait with EINTR. */
  async read(count = PAGE_READ_MAX, signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.#kernel.call('read', { fd: this.fd, count }, signal)).data;
  }

  /** From here to its end, in order; several reads are under way at once. Closes it when it is over, or cancelled. */
  stream(): ReadableStream<Uint8Array> {
    const reads: Promise<Uint8Array>[] = [];
    const ahead = (): void => {
      const read = this.read();
      // Told when its turn comes, if it does.
      read.catch(() => undefined);
      reads.push(read);
    };
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        while (reads.length < READS_AHEAD) ahead();
        try {
          const data = await (reads.shift() as Promise<Uint8Array>);
          if (data.length > 0) return controller.enqueue(data);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        await this.close();
      },
      cancel: () => this.close(),
    });
  }

  async readAt(at: number, count: number): Promise<Uint8Array> {
    return (await this.#kernel.call('pread', { fd: this.fd, at, count })).data;
  }

  /** All of `data`, in as many writes as it takes; a source is written as it comes. */
  async write(data: Data, signal?: AbortSignal): Promise<void> {
    const known = bytesAt(data);
    if (known) return this.#write(known, signal);
    for await (const part of partsOf(data)) await this.#write(part, signal);
  }

  async #write(data: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    let rest = data;
    while (rest.length > 0) {
      const { written } = await this.#kernel.call(
        'write',
        { fd: this.fd, data: rest.slice(0, IO_MAX) },
        signal,
      );
      rest = rest.subarray(written);
    }
  }

  async seek(offset: number, whence: (typeof WHENCE)[number] = 'set'): Promise<number> {
    return (
      await this.#kernel.call('seek', { fd: this.fd, offset, whence: WHENCE.indexOf(whence) })
    ).position;
  }

  async stat(): Promise<NamespaceStat> {
    return (await this.#kernel.call('fstat', { fd: this.fd })).stat;
  }

  async truncate(size: number): Promise<void> {
    await this.#kernel.call('truncate', { fd: this.fd, size });
  }

  async sync(): Promise<void> {
    await this.#kernel.call('sync', { fd: this.fd });
  }

  /** A second close does nothing and ends as the first did. */
  async close(): Promise<void> {
    this.#closed ??= this.#kernel.call('close', { fd: this.fd });
    await this.#closed;
  }
}

export class OanixFs {
  readonly #kernel: Calls;

  constructor(kernel: Calls) {
    this.#kernel = kernel;
  }

  readFile(path: string): Promise<Uint8Array>;
  /**
   * The text of a file in UTF-8. It is the file: a byte order mark and every line ending stay in it, and writing it
   * gives the same bytes. EILSEQ where the file is not UTF-8.
   */
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  async readFile(path: string, encoding?: 'utf8'): Promise<string | Uint8Array> {
    const { data } = await this.#kernel.call('readFile', { dir: CWD, path });
    return encoding ? textOf(data, path) : data;
  }

  /** Replaces the file, or makes it; with `exclusive` EEXIST if the name is taken. */
  async writeFile(path: string, data: Data, { exclusive = false } = {}): Promise<void> {
    await this.#put(path, data, { append: false, exclusive });
  }

  async appendFile(path: string, data: Data): Promise<void> {
    await this.#put(path, data, { append: true, exclusive: false });
  }

  /** A source is read to its end first: where it fails the file is as it was. */
  async #put(
    path: string,
    content: Data,
    how: { readonly append: boolean; readonly exclusive: boolean },
  ): Promise<void> {
    const data = bytesAt(content) ?? (await bytesOf(content));
    await this.#kernel.call('writeFile', { dir: CWD, path, data, ...how });
  }

  async open(path: string, how: OpenHow = 'r', signal?: AbortSignal): Promise<OanixFile> {
    return this.#open(path, openBits[how], signal);
  }

  async #open(path: string, flags: number, signal?: AbortSignal): Promise<OanixFile> {
    const kernel = await this.#kernel.session();
    const { fd, stream } = await kernel.call('open', { dir: CWD, path, flags }, signal);
    return new OanixFile(kernel, fd, stream !== STREAM.no);
  }

  /** Writes lines to a control file; what it refuses is the error. */
  async tell(path: string, lines: string, signal?: AbortSignal): Promise<void> {
    const file = await this.#open(path, OPEN.write);
    try {
      await file.write(lines, signal);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    await file.close();
  }

  /** Writes a line to a file that replies to each, and reads the reply. */
  async ask(path: string, line: string): Promise<string> {
    const file = await this.#open(path, OPEN.read | OPEN.write);
    const decoder = new TextDecoder();
    try {
      await file.write(line.endsWith('\n') ? line : `${line}\n`);
      for (let reply = ''; ; ) {
        const data = await file.read();
        reply += decoder.decode(data, { stream: true });
        if (data.length === 0 || reply.endsWith('\n')) return reply;
      }
    } finally {
      await file.close();
    }
  }

  /** Names with their kinds, and stat where the service gives it for free. */
  async readdir(path: string): Promise<Entry[]> {
    const kernel = await this.#kernel.session();
    const flags = OPEN.read | OPEN.directory;
    const { fd } = await kernel.call('open', { dir: CWD, path, flags });
    try {
      const all: Entry[] = [];
      for (;;) {
        const { entries, total } = await kernel.call('list', {
          fd,
          from: all.length,
          count: LIST_MAX,
        });
        all.push(...entries);
        if (entries.length === 0 || all.length >= total) return all;
      }
    } finally {
      await kernel.call('close', { fd });
    }
  }

  async stat(path: string): Promise<NamespaceStat> {
    return (await this.#kernel.call('stat', { dir: CWD, path, follow: true })).stat;
  }

  async lstat(path: string): Promise<NamespaceStat> {
    return (await this.#kernel.call('stat', { dir: CWD, path, follow: false })).stat;
  }

  /** With `recursive` missing parents are made, and a directory that is there is fine. */
  async mkdir(path: string, { recursive = false } = {}): Promise<void> {
    if (!recursive) return void (await this.#kernel.call('mkdir', { dir: CWD, path }));
    const names = path.split('/').filter(Boolean);
    for (let count = 1; count <= names.length; count++) {
      const part = `${path.startsWith('/') ? '/' : ''}${names.slice(0, count).join('/')}`;
      await this.#kernel.call('mkdir', { dir: CWD, path: part }).catch(async (error: unknown) => {
        if (!(error instanceof FsError)) throw error;
        const there = await this.stat(part).catch(() => undefined);
        if (there?.kind !== 'dir') throw error;
      });
    }
  }

  /** A file, a symlink or an empty directory; with `recursive` all that is in a directory too. */
  async remove(path: string, { recursive = false } = {}): Promise<void> {
    if (recursive) await this.#refuseMounts(path);
    const { kind } = await this.lstat(path);
    if (kind !== 'dir') return void (await this.#kernel.call('unlink', { dir: CWD, path }));
    const dirs = [path];
    // The list grows while it is walked, each directory before those in it.
    if (recursive)
      for (const dir of dirs) for (const inner of await this.#removeFiles(dir)) dirs.push(inner);
    for (const dir of dirs.reverse()) await this.#kernel.call('rmdir', { dir: CWD, path: dir });
  }

  /** A mount at or below a directory would survive its removal, and what it shows would not: EBUSY, before anything goes. */
  async #refuseMounts(path: string): Promise<void> {
    const { mounts } = await this.#kernel.call('mounts', {});
    const full = `/${path.split('/').filter(Boolean).join('/')}`;
    const inside = (mounts as { at: string }[]).find(
      ({ at }) => at === full || at.startsWith(`${full}/`),
    );
    if (inside)
      throw new FsError('EBUSY', {
        op: 'remove',
        path: full,
        reason: `${inside.at} is mounted there`,
      });
  }

  /** Removes all in a directory that is no directory; gives the directories. */
  async #removeFiles(dir: string): Promise<string[]> {
    const dirs: string[] = [];
    for (const { name, kind } of await this.readdir(dir)) {
      const path = `${dir}/${name}`;
      if (kind === 'dir') dirs.push(path);
      else await this.#kernel.call('unlink', { dir: CWD, path });
    }
    return dirs;
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#kernel.call('rename', { dir: CWD, path: from, toDir: CWD, toPath: to });
  }

  async link(from: string, to: string): Promise<void> {
    await this.#kernel.call('link', { dir: CWD, path: from, toDir: CWD, toPath: to });
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#kernel.call('symlink', { target, dir: CWD, path });
  }

  async readlink(path: string): Promise<string> {
    return (await this.#kernel.call('readlink', { dir: CWD, path })).target;
  }

  async truncate(path: string, size = 0): Promise<void> {
    const file = await this.open(path, 'r+');
    try {
      await file.truncate(size);
    } finally {
      await file.close();
    }
  }

  /** Nanoseconds since 1970; what is left out stays. Without `follow` a symlink itself gets the times. */
  async setTimes(
    path: string,
    { atime = TIME_OMIT, mtime = TIME_OMIT }: { atime?: bigint; mtime?: bigint },
    { follow = true }: { follow?: boolean } = {},
  ): Promise<void> {
    await this.#kernel.call('setTimes', { dir: CWD, path, follow, atime, mtime });
  }

  /** Sets the permission bits, from 0 to 0o777. Nothing here acts on them: archives, capsules and copies keep them. */
  async setMode(path: string, mode: number): Promise<void> {
    await this.#kernel.call('setMode', { dir: CWD, path, mode });
  }

  /** Calls back with changed paths at or below `path`; an empty list means anything. Returns the stop. */
  async watch(path: string, changed: (paths: readonly string[]) => void): Promise<() => void> {
    const kernel = await this.#kernel.session();
    const { id } = await kernel.call('watch', { path });
    const stop = kernel.onChanged(id, changed);
    return () => {
      stop();
      void kernel.call('unwatch', { id }).catch(() => undefined);
    };
  }

  /** Everything written so far survives a power cut when it resolves. ENOSPC, EIO. */
  async sync(): Promise<void> {
    await this.#kernel.call('syncAll', {});
  }
}
