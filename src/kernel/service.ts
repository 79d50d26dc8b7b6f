/**
 * The central interface. Every file in a namespace is served by a FileService; what a service
 * cannot do is a method that it does not have. Arguments were checked at the gate (openfile.ts,
 * namespace.ts), so a service trusts them. Errors are FsErrors with a POSIX code. What is Awaitable may be
 * answered, or thrown, at once.
 */
import type { Awaitable } from './awaitable.ts';
import type { Content } from './content.ts';
import { hasCode } from './errors.ts';
import type { Path } from './path.ts';

export type Kind = 'file' | 'dir' | 'symlink';

/** What a listing tells of each name: name and kind always, the rest of Stat where it is free. */
export interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly stat?: Stat;
}

export interface Stat {
  readonly kind: Kind;
  /** Bytes; 0 where only reading can tell. */
  readonly size: number;
  /** Nanoseconds since 1970; 0n where unknown. */
  readonly mtime: bigint;
  readonly atime?: bigint;
  readonly ctime?: bigint;
  /** Stable and unique in its service while the object lives; equal for hard links. */
  readonly ino?: bigint;
  readonly nlink?: number;
  /**
   * Permission bits (chmod(2)): nine of them, where the service has them. They are data that a file carries; what may
   * be done is decided by mounts, policies and grants.
   */
  readonly mode?: number;
  /** Changes whenever the content does; '' where unknown. */
  readonly version: string;
}

/** How a file is opened (open(2)). `truncate` is atomic and comes after every check. */
export interface Mode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly truncate?: boolean;
}

/** Read, write and execute for the owner, the group and others. setuid, setgid and sticky are never set. */
export const MODE_BITS = 0o777;

/** What services show of files that were made without a mode leaves out these of MODE_BITS. */
export const USUAL_UMASK = 0o022;

/** Times to set, in nanoseconds since 1970; what is absent stays (utimensat(2)). */
export interface Times {
  readonly atime?: bigint;
  readonly mtime?: bigint;
}

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [k: string]: Json };

/** Enough to make a service again: serializable, and never a secret. */
export interface ServiceSpec {
  readonly kind: string;
  readonly options?: { readonly [name: string]: Json };
}

/** What a person is told of a mounted service, as far as it knows. */
export interface About {
  /** Bytes of content, and names, that it holds, with their limits. */
  readonly used?: { readonly bytes: number; readonly entries: number };
  readonly limit?: { readonly bytes?: number; readonly entries?: number };
  readonly note?: string;
  /** The name of a file in the root that the service adds to what it shows, with what the note is about. */
  readonly report?: string;
  /** Why nothing in it can be reached until a person allows it. */
  readonly blocked?: string;
}

/** One step of a change that `apply` makes. Paths are those of the service as the steps before have left it. */
export type Step =
  /** Whatever is there, a directory with all below it. */
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'dir'; readonly path: Path; readonly times: Required<Times> }
  /** A file is made, or keeps its ino and gets this content. */
  | {
      readonly op: 'file';
      readonly path: Path;
      readonly content: Content;
      readonly times: Required<Times>;
    }
  | { readonly op: 'symlink'; readonly path: Path; readonly target: string }
  /** A second name. */
  | { readonly op: 'link'; readonly from: Path; readonly path: Path }
  | { readonly op: 'rename'; readonly from: Path; readonly path: Path }
  | { readonly op: 'times'; readonly path: Path; readonly times: Times }
  | { readonly op: 'mode'; readonly path: Path; readonly mode: number };

export interface FileService {
  readonly spec: ServiceSpec;
  /** The service that this one shows, where it is a wrapper. */
  readonly inner?: FileService;
  /** Its files are control files: a write makes it act, so a copy of the file would keep the request from it. */
  readonly control?: true;
  /**
   * Never follows a symlink. ENOENT if a name is missing, ENOTDIR if a name on the way is not a
   * directory (a symlink is not).
   */
  stat(path: Path, signal: AbortSignal): Awaitable<Stat>;
  /** All names of a directory, in no order that matters. ENOENT, ENOTDIR. */
  readdir(path: Path, signal: AbortSignal): Promise<Entry[]>;
  /** Files only: EISDIR for a directory, ELOOP for a symlink. May wait, e.g. to dial. */
  open(path: Path, mode: Mode, signal: AbortSignal): Awaitable<FileHandle>;
  /** An empty file or directory: EEXIST if the name is taken, ENOENT if the parent is missing. */
  create?(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Awaitable<void>;
  /** `file` removes files and symlinks (EISDIR for a directory), `dir` empty directories (ENOTDIR, ENOTEMPTY). */
  remove?(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Awaitable<void>;
  /** rename(2), atomic: file over directory EISDIR, directory over file ENOTDIR, over non-empty ENOTEMPTY, into itself EINVAL. */
  rename?(from: Path, to: Path, signal: AbortSignal): Promise<void>;
  /** EEXIST if the name is taken. The target is text, kept as it is. */
  symlink?(target: string, path: Path, signal: AbortSignal): Promise<void>;
  /** EINVAL if it is not a symlink. */
  readlink?(path: Path, signal: AbortSignal): Promise<string>;
  /** A second name for a file: EPERM for a directory, EEXIST if the name is taken. */
  link?(from: Path, to: Path, signal: AbortSignal): Promise<void>;
  setTimes?(path: Path, times: Times, signal: AbortSignal): Promise<void>;
  /** Sets the nine permission bits (MODE_BITS) of a file or directory. A symlink has none: EINVAL. */
  setMode?(path: Path, mode: number, signal: AbortSignal): Promise<void>;
  /** Tells of changes from outside only; those made through a kernel it announces itself. Returns the stop. */
  watch?(path: Path, changed: (paths: Path[]) => void): () => void;
  /** Durable when it resolves. */
  sync?(): Promise<void>;
  /** For the list of mounts. */
  about?(): About;
  /** All of the steps in order, or none: visible at once, and durable together also where the power fails. */
  apply?(steps: readonly Step[], signal: AbortSignal): Promise<void>;
}

/** What a stream could do now: bytes to read or room to write, and whether its other side has gone. */
export interface Ready {
  readonly bytes: number;
  readonly hangup: boolean;
}

export interface FileHandle {
  /** No position: `at` is ignored, seek is ESPIPE. */
  readonly stream?: boolean;
  /** A person's terminal (isatty(3)). */
  readonly terminal?: boolean;
  /** Streams that can make a caller wait: what can be done now without waiting; undefined for nothing (poll(2)). */
  ready?(what: 'read' | 'write'): Ready | undefined;
  /** Resolves when `ready` may answer otherwise. */
  changed?(signal: AbortSignal): Promise<void>;
  /** Streams that take back what was read too far. */
  unread?(data: Uint8Array): void;
  /**
   * At most `count` bytes; waits where there is nothing yet; empty means end of file. Neither side
   * changes the memory afterwards: it may be the service's own. A service may write the bytes to the beginning of `into`
   * instead, which has room for `count`; that memory is the caller's.
   */
  read?(at: number, count: number, signal: AbortSignal, into?: Uint8Array): Awaitable<Uint8Array>;
  /** Bytes written, and the offset where the write ended. Short only on a full stream. */
  write?(
    at: number | 'end',
    data: Uint8Array,
    signal: AbortSignal,
  ): Awaitable<{ written: number; end: number }>;
  truncate?(size: number, signal: AbortSignal): Promise<void>;
  stat?(signal: AbortSignal): Awaitable<Stat>;
  setTimes?(times: Times): Promise<void>;
  sync?(): Promise<void>;
  /** May fail once; the handle is gone regardless. */
  close?(): Awaitable<void>;
}

/** The methods that change names or times. */
export const mutations = [
  'create',
  'remove',
  'rename',
  'symlink',
  'link',
  'setTimes',
  'setMode',
] as const;
export type Mutation = (typeof mutations)[number];

/** The methods a service may have or lack. */
export type OptionalMethod = Mutation | 'readlink' | 'watch' | 'sync';

/** True where a service has no mutating method at all: then a write to it is EROFS. */
export const isImmutable = (service: FileService): boolean =>
  mutations.every((method) => service[method] === undefined);

/** True for a service of control files, and for a wrapper of one. */
export const isControl = ({ control, inner }: FileService): boolean =>
  control ?? (inner !== undefined && isControl(inner));

/** What is there; undefined where nothing is. Any other error is one. */
export async function statIfThere(
  service: Pick<FileService, 'stat'>,
  path: Path,
  signal: AbortSignal = never,
): Promise<Stat | undefined> {
  try {
    return await service.stat(path, signal);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** A signal that never fires, for callers that do not cancel. */
export const never: AbortSignal = new AbortController().signal;
