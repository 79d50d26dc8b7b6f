/**
 * DevFs: the devices of a namespace (null(4), zero(4), full(4), random(4), cons(3)). `cons` is the
 * terminal of the process it is mounted for; without one, reading ends at once and writing is ENXIO.
 */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';

export interface DevHost {
  /** Fills memory with random bytes, at most 65,536 at a time (crypto.getRandomValues). */
  random(into: Uint8Array): void;
  /** Nanoseconds since 1970. */
  now(): bigint;
  /** The terminal of the process that this is mounted for, where it has one. */
  readonly terminal?: Terminal | undefined;
  /** What the browser keeps and has room for: quota, usage, persisted, unsynced, last durable write. */
  storage(): Promise<object>;
}

const RANDOM_MAX = 65_536;

/** What DevFs uses of a terminal (kernel/terminal.ts). */
export interface Terminal {
  readonly slave: FileHandle;
  readonly size: { readonly cols: number; readonly rows: number };
  /** Resolves at the next change of the size; EINTR when aborted. */
  sizeChanged(signal: AbortSignal): Promise<void>;
  raw: boolean;
}

type Device = (host: DevHost, mode: Mode) => FileHandle;

/** The picture of the tree. */
const devices: { readonly [name: string]: Device } = {
  null: () => ({ stream: true, read: empty, write: swallow }),
  zero: () => ({ stream: true, read: (_at, count) => new Uint8Array(count), write: swallow }),
  full: () => ({
    stream: true,
    read: (_at, count) => new Uint8Array(count),
    write: () => fail('ENOSPC', 'this device is always full'),
  }),
  random: (host) => ({
    stream: true,
    read: (_at, count) => randomBytes(host, count),
    write: swallow,
  }),
  urandom: (host, mode) => (devices['random'] as Device)(host, mode),
  time: ({ now }) => textHandle(() => `${now()}\n`),
  cons: ({ terminal }) => terminal?.slave ?? { stream: true, read: empty, write: noTerminal },
  tty: (host, mode) => (devices['cons'] as Device)(host, mode),
  consctl: ({ terminal }) =>
    terminal ? modeHandle(terminal) : { stream: true, write: noTerminal },
  winsize: ({ terminal }) => (terminal ? sizeHandle(terminal) : textHandle(() => '')),
  storage: ({ storage }) => textHandle(async () => `${JSON.stringify(await storage(), null, 2)}\n`),
};

export class DevFs implements FileService {
  readonly spec: ServiceSpec = { kind: 'dev' };
  readonly control = true;
  readonly #host: DevHost;

  constructor(host: DevHost) {
    this.#host = host;
  }

  stat(path: Path): Stat {
    if (path.length === 0)
      return { kind: 'dir', size: 0, mtime: 0n, ino: 1n, nlink: 1, version: '1' };
    const name = this.#name(path);
    const ino = BigInt(Object.keys(devices).indexOf(name) + 2);
    return { kind: 'file', size: 0, mtime: 0n, ino, nlink: 1, version: '' };
  }

  async readdir(path: Path): Promise<Entry[]> {
    if (path.length > 0) {
      this.#name(path);
      fail('ENOTDIR');
    }
    return Object.keys(devices).map((name) => ({ name, kind: 'file' }));
  }

  open(path: Path, mode: Mode): FileHandle {
    if (path.length === 0) fail('EISDIR');
    const handle = (devices[this.#name(path)] as Device)(this.#host, mode);
    if (mode.read && !handle.read) fail('EACCES', 'this device is only written');
    if ((mode.write || mode.append) && !handle.write) fail('EACCES', 'this device is only read');
    return handle;
  }

  #name(path: Path): string {
    const [name, ...more] = path;
    if (name === undefined || !Object.hasOwn(devices, name)) return fail('ENOENT');
    if (more.length > 0) fail('ENOTDIR');
    return name;
  }
}

const empty = (): Uint8Array => new Uint8Array(0);

const swallow: NonNullable<FileHandle['write']> = (_at, data) => ({
  written: data.length,
  end: 0,
});

const noTerminal = (): never => fail('ENXIO', 'this process has no terminal');

/** The size when it was opened; who waits for it hears that it is another now. */
function sizeHandle(terminal: Terminal): FileHandle {
  const { size } = terminal;
  return {
    ...textHandle(() => `${size.cols} ${size.rows}\n`),
    ready: () => (terminal.size === size ? undefined : { bytes: 0, hangup: false }),
    changed: (signal) => terminal.sizeChanged(signal),
  };
}

/** Handles that hold a terminal raw; when the last one closes it is cooked again (cons(3)). */
const holders = new WeakMap<Terminal, number>();

/** Takes `rawon` and `rawoff`, one a line. */
function modeHandle(terminal: Terminal): FileHandle {
  holders.set(terminal, (holders.get(terminal) ?? 0) + 1);
  const control = controlHandle((line) => {
    if (line !== 'rawon' && line !== 'rawoff') fail('EINVAL', 'consctl takes rawon or rawoff');
    terminal.raw = line === 'rawon';
  });
  return {
    ...control,
    close: async () => {
      const left = (holders.get(terminal) ?? 1) - 1;
      holders.set(terminal, left);
      try {
        await control.close?.();
      } finally {
        if (left === 0) terminal.raw = false;
      }
    },
  };
}

function randomBytes(host: DevHost, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += RANDOM_MAX) host.random(bytes.subarray(at, at + RANDOM_MAX));
  return bytes;
}
