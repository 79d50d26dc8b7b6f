/**
 * DevFs: the devices of a namespace (null(4), zero(4), full(4), random(4), cons(3)). `cons` is the
 * console of the process it is mounted for; without one, reading ends at once and writing is ENXIO.
 */
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
  /** The console, where there is one. */
  readonly console?: FileHandle;
}

const RANDOM_MAX = 65_536;

type Device = (host: DevHost) => FileHandle;

/** The picture of the tree. */
const devices: { readonly [name: string]: Device } = {
  null: () => ({ stream: true, read: empty, write: swallow }),
  zero: () => ({ stream: true, read: async (_at, count) => new Uint8Array(count), write: swallow }),
  full: () => ({
    stream: true,
    read: async (_at, count) => new Uint8Array(count),
    write: async () => fail('ENOSPC', 'this device is always full'),
  }),
  random: (host) => ({
    stream: true,
    read: async (_at, count) => randomBytes(host, count),
    write: swallow,
  }),
  time: (host) => clockHandle(host),
  cons: ({ console }) => {
    if (!console)
      return {
        stream: true,
        read: empty,
        write: async () => fail('ENXIO', 'this process has no console'),
      };
    // Closing one descriptor leaves the console to the others.
    const { close: _, ...shared } = console;
    return shared;
  },
};

export class DevFs implements FileService {
  readonly spec: ServiceSpec = { kind: 'dev' };
  readonly #host: DevHost;

  constructor(host: DevHost) {
    this.#host = host;
  }

  async stat(path: Path): Promise<Stat> {
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

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    if (path.length === 0) fail('EISDIR');
    const handle = (devices[this.#name(path)] as Device)(this.#host);
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

const empty = async (): Promise<Uint8Array> => new Uint8Array(0);

const swallow: NonNullable<FileHandle['write']> = async (_at, data) => ({
  written: data.length,
  end: 0,
});

/** Nanoseconds since 1970 as decimal text, taken once per open so that a reader sees one time. */
function clockHandle(host: DevHost): FileHandle {
  let text: Uint8Array | undefined;
  return {
    read: async (at, count) => {
      text ??= new TextEncoder().encode(`${host.now()}\n`);
      return text.slice(at, at + count);
    },
  };
}

function randomBytes(host: DevHost, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += RANDOM_MAX) host.random(bytes.subarray(at, at + RANDOM_MAX));
  return bytes;
}
