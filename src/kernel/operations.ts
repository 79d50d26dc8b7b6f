/**
 * The table of operations: what a process may ask of the kernel, with the shape of each request and
 * reply. Both transports are made from it (rpc.ts over a MessagePort, codec.ts over shared memory),
 * so that an operation is added once.
 *
 * `dir` is a descriptor that relative paths start at, or -1 for the working directory (openat(2)).
 * Offsets and sizes are bytes (f64, exact to 2^53), times nanoseconds since 1970 (i64).
 */
import type { NamespaceStat } from './caller.ts';
import type { WireError } from './errors.ts';
import type { Entry } from './service.ts';

/** What a field holds, and its type here. */
export interface FieldTypes {
  u32: number;
  i32: number;
  f64: number;
  i64: bigint;
  bool: boolean;
  str: string;
  bytes: Uint8Array;
  stat: NamespaceStat;
  entries: Entry[];
  json: unknown;
}

export type Shape = { readonly [field: string]: keyof FieldTypes };

const at = { dir: 'i32', path: 'str' } as const;

export const operations = {
  open: {
    args: { ...at, flags: 'u32' },
    // Of a plain file that is only read the first bytes come along, true as of `change`.
    result: {
      fd: 'i32',
      stat: 'stat',
      stream: 'u32',
      plain: 'bool',
      change: 'u32',
      data: 'bytes',
    },
  },
  /**
   * Opens files to be read, each as `open` does, and reads the small ones whole. Gives an Opened for each path. The bytes
   * are written to `buffer` where it is large enough; a caller gives that of an earlier reply, so that it is used again.
   */
  openMany: {
    args: { paths: 'json', buffer: 'bytes' },
    result: { opened: 'json', data: 'bytes' },
  },
  close: { args: { fd: 'i32' }, result: {} },
  read: { args: { fd: 'i32', count: 'u32' }, result: { data: 'bytes' } },
  /**
   * Reads as `read` does, at most as many bytes as `buffer` has, into `buffer`: `data` is a view of its beginning, but for few
   * bytes, which come in memory of their own. A caller that reads a long file uses the same memory again and again.
   */
  readInto: { args: { fd: 'i32', buffer: 'bytes' }, result: { data: 'bytes' } },
  pread: {
    args: { fd: 'i32', count: 'u32', at: 'f64' },
    result: { change: 'u32', data: 'bytes' },
  },
  write: { args: { fd: 'i32', data: 'bytes' }, result: { written: 'u32' } },
  pwrite: { args: { fd: 'i32', at: 'f64', data: 'bytes' }, result: { written: 'u32' } },
  seek: { args: { fd: 'i32', offset: 'f64', whence: 'u32' }, result: { position: 'f64' } },
  truncate: { args: { fd: 'i32', size: 'f64' }, result: {} },
  sync: { args: { fd: 'i32' }, result: {} },
  syncAll: { args: {}, result: {} },
  dup: { args: { fd: 'i32' }, result: { fd: 'i32' } },
  renumber: { args: { fd: 'i32', to: 'i32' }, result: {} },
  fstat: { args: { fd: 'i32' }, result: { stat: 'stat', stream: 'u32', flags: 'u32' } },
  setFlags: { args: { fd: 'i32', append: 'bool', nonblock: 'bool' }, result: {} },
  /** Waits until one of `[{fd, what: 'read'|'write'}]` is ready or `timeout` ms have passed (-1: no limit). Gives `[{index, bytes, hangup, error?}]`. */
  poll: { args: { wanted: 'json', timeout: 'f64' }, result: { ready: 'json' } },
  /** Bytes that were read too far: the next read gets them again. ENOTSUP for what cannot take them back. */
  unread: { args: { fd: 'i32', data: 'bytes' }, result: {} },
  fsetTimes: { args: { fd: 'i32', atime: 'i64', mtime: 'i64' }, result: {} },
  list: {
    args: { fd: 'i32', from: 'u32', count: 'u32' },
    result: { entries: 'entries', total: 'u32' },
  },
  stat: { args: { ...at, follow: 'bool' }, result: { stat: 'stat' } },
  setTimes: { args: { ...at, follow: 'bool', atime: 'i64', mtime: 'i64' }, result: {} },
  /** Of `mode` the nine permission bits count. Symlinks are followed. */
  setMode: { args: { ...at, mode: 'u32' }, result: {} },
  mkdir: { args: at, result: {} },
  unlink: { args: at, result: {} },
  rmdir: { args: at, result: {} },
  rename: { args: { ...at, toDir: 'i32', toPath: 'str' }, result: {} },
  link: { args: { ...at, toDir: 'i32', toPath: 'str' }, result: {} },
  symlink: { args: { target: 'str', ...at }, result: {} },
  readlink: { args: at, result: { target: 'str' } },

  /** A whole file in one call. */
  readFile: { args: at, result: { data: 'bytes' } },
  /** A whole file replaced, in one step as far as the service can; made if it is missing. */
  writeFile: { args: { ...at, data: 'bytes', append: 'bool', exclusive: 'bool' }, result: {} },
  watch: { args: { path: 'str' }, result: { id: 'u32' } },
  unwatch: { args: { id: 'u32' }, result: {} },
  mount: { args: { spec: 'json', at: 'str', flags: 'json' }, result: {} },
  bind: { args: { from: 'str', to: 'str', flags: 'json' }, result: {} },
  unmount: { args: { at: 'str', what: 'json' }, result: {} },
  mounts: { args: {}, result: { mounts: 'json' } },
  retryMount: { args: { at: 'str' }, result: {} },
  /** What each mount at or above a path has there, in the order in which they are searched (layers.ts), and who opened it last (touched.ts). */
  layers: { args: { path: 'str' }, result: { layers: 'json', touched: 'json' } },
  /** Another order of the members of one union, by their present places. */
  reorderUnion: { args: { at: 'str', order: 'json', of: 'json' }, result: {} },
  /** All members of a mount point read-only, or all as `ro` says not. */
  setReadOnly: { args: { at: 'str', ro: 'bool' }, result: {} },
  reorderMounts: { args: { order: 'json' }, result: {} },
  undoMount: { args: {}, result: { done: 'bool' } },
  redoMount: { args: {}, result: { done: 'bool' } },
  ns: { args: {}, result: { text: 'str' } },
  replayNs: { args: { text: 'str' }, result: {} },
  manifest: { args: {}, result: { manifest: 'json' } },
  restore: { args: { manifest: 'json' }, result: {} },

  spawn: {
    args: { program: 'json', config: 'json' },
    result: { pid: 'i32', stdin: 'i32', stdout: 'i32', stderr: 'i32' },
  },
  /** What a binary is and whether it runs here, without running it. */
  inspect: { args: { program: 'json' }, result: { preflight: 'json' } },
  /** How a process ended. With `untraced` also that it stopped: `{stopped: true}` (waitpid(2) WUNTRACED). */
  wait: { args: { pid: 'i32', untraced: 'bool' }, result: { status: 'json' } },
  /** Makes a process without a program: a part of the caller with a number of its own, which `retire`, a signal or the caller's end ends. */
  enroll: { args: { name: 'str', args: 'json' }, result: { pid: 'i32' } },
  /** Ends a process that the caller has enrolled. */
  retire: { args: { pid: 'i32', status: 'u32' }, result: {} },
  /** `signal`: killed, terminated, interrupt, hangup, stop or start. */
  kill: { args: { pid: 'i32', signal: 'str' }, result: {} },
  /** The two ends of a new pipe (pipe(2)). */
  pipe: { args: {}, result: { reader: 'i32', writer: 'i32' } },
  chdir: { args: { path: 'str' }, result: { path: 'str' } },
  /** A new terminal; `fd` is its master: what it shows is read, what is typed is written. */
  openTerminal: { args: { cols: 'u32', rows: 'u32' }, result: { id: 'u32', fd: 'i32' } },
  resizeTerminal: { args: { id: 'u32', cols: 'u32', rows: 'u32' }, result: {} },
  /**
   * The caller's own terminal: its modes (kernel/termios.ts), its size, and `foreground`, the processes that keys signal.
   * What is null stays as it is. `typed` was read too early and is typed again. ENOTTY without a terminal.
   */
  terminal: {
    args: { modes: 'json', size: 'json', foreground: 'json', typed: 'bytes' },
    result: { cols: 'u32', rows: 'u32', modes: 'json' },
  },
  processes: { args: {}, result: { processes: 'json' } },
} as const satisfies Record<string, { args: Shape; result: Shape }>;

export type Operation = keyof typeof operations;

type Values<S extends Shape> = { -readonly [K in keyof S]: FieldTypes[S[K]] };
export type Args<K extends Operation> = Values<(typeof operations)[K]['args']>;
export type Result<K extends Operation> = Values<(typeof operations)[K]['result']>;

/** What a program may ask over its block; the rest is for clients of the kernel. */
export const guestOperations: ReadonlySet<Operation> = new Set<Operation>([
  'open',
  'close',
  'read',
  'pread',
  'write',
  'pwrite',
  'seek',
  'truncate',
  'sync',
  'renumber',
  'fstat',
  'setFlags',
  'poll',
  'fsetTimes',
  'list',
  'stat',
  'setTimes',
  'setMode',
  'mkdir',
  'unlink',
  'rmdir',
  'rename',
  'link',
  'symlink',
  'readlink',
]);

/** Bits of `flags` in open and fstat. */
export const OPEN = {
  read: 1,
  write: 2,
  append: 4,
  truncate: 8,
  create: 16,
  exclusive: 32,
  directory: 64,
  noFollow: 128,
} as const;

/**
 * Beside the bits of OPEN, in `openMany`: `open` brings all bytes of a plain file along that has at most OPEN_WHOLE_MAX.
 * For a program, whose window for replies is smaller, it means nothing.
 */
export const OPEN_WHOLE = 256;
export const OPEN_WHOLE_MAX = 131_072;

/** What `openMany` makes of one path. A file that came whole is closed again, and `fd` is -1. */
export type Opened =
  | {
      readonly fd: number;
      readonly stat: NamespaceStat;
      readonly stream: number;
      readonly plain: boolean;
      /** Of the bytes that all files have together. */
      readonly whole?: { readonly from: number; readonly to: number };
    }
  | { readonly error: WireError };

/** What `stream` tells of an open descriptor. */
export const STREAM = { no: 0, stream: 1, terminal: 2 } as const;

/** In set-times: this time stays as it is; or it becomes the time of the host's clock (utimensat(2)). */
export const TIME_OMIT = -(2n ** 63n);
export const TIME_NOW = TIME_OMIT + 1n;

export const WHENCE = ['set', 'cur', 'end'] as const;

/** The most that one listing, read or write moves. */
export const LIST_MAX = 1000;
export const IO_MAX = 1 << 20;
/** The most that one read of the page itself moves: what the network brings at once is handed on whole. */
export const PAGE_READ_MAX = 4 << 20;
