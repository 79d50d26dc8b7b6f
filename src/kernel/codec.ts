/**
 * Requests and replies as bytes, made from the table of operations: little-endian, fields in the
 * table's order, text and bytes with their length in front. Pure; the memory is the caller's and may
 * be shared, so what is decoded is always copied out: slice() makes memory of its own, which is what
 * TextDecoder and the services need.
 */

import type { NamespaceStat } from './caller.ts';
import { type Errno, FsError } from './errors.ts';
import type { FieldTypes, Shape } from './operations.ts';
import type { Entry, Kind } from './service.ts';

const text = new TextEncoder();
/** A name may begin with U+FEFF: it is no byte order mark. */
const toText = new TextDecoder('utf-8', { ignoreBOM: true });
const kinds: readonly Kind[] = ['file', 'dir', 'symlink'];

/** A place in memory that is written or read from front to back. EFBIG past its end. */
export class Cursor {
  at = 0;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #step(size: number): number {
    const here = this.at;
    if (here + size > this.bytes.length)
      throw new FsError('E2BIG', { reason: 'larger than the request block' });
    this.at = here + size;
    return here;
  }

  /** Back to the front: one cursor serves every call of a block. */
  rewind(): this {
    this.at = 0;
    return this;
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#step(8), true);
  }

  putU32(value: number): void {
    this.#view.setUint32(this.#step(4), value, true);
  }

  putI32(value: number): void {
    this.#view.setInt32(this.#step(4), value, true);
  }

  putF64(value: number): void {
    this.#view.setFloat64(this.#step(8), value, true);
  }

  putI64(value: bigint): void {
    this.#view.setBigInt64(this.#step(8), value, true);
  }

  /** Room for `size` bytes, to be filled in place. */
  room(size: number): Uint8Array {
    const here = this.#step(size);
    return this.bytes.subarray(here, here + size);
  }

  /**
   * Bytes begin at a multiple of eight: engines copy to and from shared memory word by word there, and
   * byte by byte anywhere else, which takes five times as long.
   */
  lengthAhead(): number {
    const size = this.u32();
    this.at = (this.at + 7) & ~7;
    return size;
  }

  putLengthAhead(size: number): void {
    this.putU32(size);
    this.at = (this.at + 7) & ~7;
  }

  copyOut(): Uint8Array {
    const size = this.lengthAhead();
    const here = this.#step(size);
    // Twice as fast as slice() on shared memory.
    const own = new Uint8Array(size);
    own.set(this.bytes.subarray(here, here + size));
    return own;
  }

  putBytes(value: Uint8Array): void {
    this.putLengthAhead(value.length);
    this.room(value.length).set(value);
  }
}

interface Field<T> {
  put(to: Cursor, value: T): void;
  get(from: Cursor): T;
}

const fields: { [K in keyof FieldTypes]: Field<FieldTypes[K]> } = {
  u32: { put: (to, v) => to.putU32(v), get: (from) => from.u32() },
  i32: { put: (to, v) => to.putI32(v), get: (from) => from.i32() },
  f64: { put: (to, v) => to.putF64(v), get: (from) => from.f64() },
  i64: { put: (to, v) => to.putI64(v), get: (from) => from.i64() },
  bool: { put: (to, v) => to.putU32(v ? 1 : 0), get: (from) => from.u32() !== 0 },
  str: {
    put: (to, v) => to.putBytes(text.encode(v)),
    get: (from) => toText.decode(from.copyOut()),
  },
  bytes: { put: (to, v) => to.putBytes(v), get: (from) => from.copyOut() },
  stat: { put: putStat, get: getStat },
  entries: { put: putEntries, get: getEntries },
  json: {
    put: (to, v) => to.putBytes(text.encode(JSON.stringify(v ?? null))),
    get: (from) => JSON.parse(toText.decode(from.copyOut())),
  },
};

type Fields = Readonly<Record<string, unknown>>;

export function encode(shape: Shape, values: Fields, to: Cursor): void {
  for (const name in shape) {
    const field = fields[shape[name] as keyof FieldTypes] as Field<unknown>;
    field.put(to, values[name]);
  }
}

export function decode(shape: Shape, from: Cursor): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in shape)
    values[name] = (fields[shape[name] as keyof FieldTypes] as Field<unknown>).get(from);
  return values;
}

/** Stands for a mode that the service does not have. */
const NO_MODE = 0xffff_ffff;

function putStat(to: Cursor, stat: NamespaceStat): void {
  to.putU32(kinds.indexOf(stat.kind));
  to.putF64(stat.size);
  to.putI64(BigInt.asIntN(64, stat.mtime));
  to.putI64(BigInt.asIntN(64, stat.atime ?? stat.mtime));
  to.putI64(BigInt.asIntN(64, stat.ctime ?? stat.mtime));
  to.putI64(BigInt.asIntN(64, stat.ino));
  to.putU32(stat.nlink);
  to.putU32(stat.dev);
  to.putU32(stat.mode ?? NO_MODE);
}

function getStat(from: Cursor): NamespaceStat {
  const stat = {
    kind: kinds[from.u32()] ?? 'file',
    size: from.f64(),
    mtime: from.i64(),
    atime: from.i64(),
    ctime: from.i64(),
    ino: BigInt.asUintN(64, from.i64()),
    nlink: from.u32(),
    dev: from.u32(),
    version: '',
  } as const;
  const mode = from.u32();
  return mode === NO_MODE ? stat : { ...stat, mode };
}

function putEntries(to: Cursor, entries: readonly Entry[]): void {
  to.putU32(entries.length);
  for (const { name, kind, stat } of entries) {
    to.putU32(kinds.indexOf(kind));
    to.putI64(BigInt.asIntN(64, stat?.ino ?? 0n));
    to.putBytes(text.encode(name));
  }
}

function getEntries(from: Cursor): Entry[] {
  const count = from.u32();
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kinds[from.u32()] ?? 'file';
    const ino = BigInt.asUintN(64, from.i64());
    const name = toText.decode(from.copyOut());
    entries.push({ name, kind, stat: { kind, size: 0, mtime: 0n, ino, version: '' } });
  }
  return entries;
}

/** Codes by number, for the reply's first word; 0 is success. */
export const codes: readonly (Errno | 'OK')[] = [
  'OK',
  'E2BIG',
  'EACCES',
  'EAGAIN',
  'EBADF',
  'EBUSY',
  'ECHILD',
  'EDQUOT',
  'EEXIST',
  'EFBIG',
  'EILSEQ',
  'EINTR',
  'EINVAL',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'EMLINK',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOEXEC',
  'ENOMEM',
  'ENOSPC',
  'ENOSYS',
  'ENOTCAPABLE',
  'ENOTDIR',
  'ENOTEMPTY',
  'ENOTSUP',
  'ENOTTY',
  'ENXIO',
  'EPERM',
  'EPIPE',
  'EROFS',
  'ESPIPE',
  'ESRCH',
  'ESTALE',
  'ETIMEDOUT',
  'EXDEV',
];
