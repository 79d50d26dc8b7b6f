/** Writes an archive: entries that are packed anew, entries that are taken from another archive, and the directory. */
import { createCRC32, type IHasher } from 'hash-wasm';
import { BadStream } from '../../codec/badstream.ts';
import { Deflater } from '../../codec/deflate.ts';
import { CENTRAL, DESCRIPTOR, ending, Fields, FULL32, LOCAL, UNIX } from '../../codec/zipfields.ts';
import { viewOf } from '../../kernel/bytes.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { crcOf } from '../compress/gzipformat.ts';
import type { Host, OpenFile, Sink, Source } from '../host.ts';
import { blocksOf } from '../stdio.ts';
import { toLocal } from '../zone.ts';
import { localHeaderOf, packedBytes, type ZipEntry } from './directory.ts';
import { ZipError } from './zipmessages.ts';

const [STORED, DEFLATED] = [0, 8];
const [HAS_DESCRIPTOR, UTF8_NAMES] = [1 << 3, 1 << 11];
/** Zip 3.0, as Debian has it. */
const MADE_BY = (UNIX << 8) | 30;
/** A packed file of at most this size is held back until its header is known. */
const HELD = 1 << 20;
const SECOND = 1_000_000_000n;

export interface Entry {
  readonly name: string;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly atime: bigint;
  /** The type and the bits of the mode. */
  readonly mode: number;
  readonly isDirectory: boolean;
  /** From 0, which stores, to 9. */
  readonly level: number;
  readonly hasExtras: boolean;
}

interface Header {
  readonly entry: Entry;
  readonly at: number;
  method: number;
  flags: number;
  crc: number;
  packed: number;
  size: number;
  isText: boolean;
}

export interface Sizes {
  readonly size: number;
  readonly packed: number;
  readonly method: number;
}

export class ZipWriter {
  readonly #host: Host;
  readonly #to: Sink;
  readonly #zone: string | undefined;
  readonly #records: Uint8Array[] = [];
  #at = 0;
  #hash: IHasher | undefined;

  /** Without a descriptor of a file, `to` is a stream: what is known only later stands behind each entry. */
  constructor(host: Host, to: Sink, zone: string | undefined) {
    this.#host = host;
    this.#to = to;
    this.#zone = zone;
  }

  /** Bytes that stand in front of the zip. */
  async prefix(parts: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const part of parts) await this.#write(part);
  }

  /** Takes an entry over as it is packed. Throws BadStream where it is not there. */
  async copy(entry: ZipEntry, from: OpenFile, base: number): Promise<void> {
    const at = this.#at;
    const local = await localHeaderOf(this.#host, from, entry, base);
    // The sizes are known now, so no descriptor is needed behind the content.
    const record = entry.record.slice();
    for (const [header, flags] of [
      [local, 6],
      [record, 8],
    ] as const) {
      const view = viewOf(header);
      const value = view.getUint16(flags, true);
      view.setUint16(flags, value & ~HAS_DESCRIPTOR, true);
    }
    if (entry.flags & HAS_DESCRIPTOR) setSizes(local, entry);
    viewOf(record).setUint32(42, offset32(at, entry.name), true);
    await this.#write(local);
    for await (const part of packedBytes(this.#host, from, entry, base)) {
      await this.#write(part);
      await this.#host.checkpoint();
    }
    this.#records.push(record);
  }

  async add(entry: Entry, source: Source): Promise<Sizes> {
    const isStream = this.#to.fd === undefined;
    const header: Header = {
      entry,
      at: offset32(this.#at, entry.name),
      method: entry.level === 0 ? STORED : DEFLATED,
      flags: /[^\0-\x7f]/.test(entry.name) ? UTF8_NAMES : 0,
      crc: 0,
      packed: 0,
      size: 0,
      isText: false,
    };
    if (isStream && !entry.isDirectory) header.flags |= HAS_DESCRIPTOR;
    await this.#content(header, source, isStream);
    if (header.size >= FULL32 || header.packed >= FULL32) throw new ZipError(6, entry.name);
    this.#records.push(this.#central(header));
    return header;
  }

  /** Holds a small file back, which is stored where it would not become smaller. */
  async #content(header: Header, source: Source, isStream: boolean): Promise<void> {
    this.#hash ??= await createCRC32();
    const hash = this.#hash.init();
    const deflater = header.method === DEFLATED ? new Deflater(header.entry.level) : undefined;
    let held: Held | undefined = new Held();
    if (isStream) held = await this.#release(header, held);
    const put = async (part: Uint8Array): Promise<void> => {
      header.packed += part.length;
      if (held) held.packed.push(part.slice());
      else await this.#write(part.slice());
    };
    for await (const data of blocksOf(source)) {
      hash.update(data);
      if (header.size === 0) header.isText = deflater !== undefined && isText(data);
      header.size += data.length;
      held?.plain.push(data.slice());
      if (!deflater) await put(data);
      else for (const part of deflater.push(data)) await put(part);
      if (held && header.size > HELD) held = await this.#release(header, held);
      await this.#host.checkpoint();
    }
    if (deflater) for (const part of deflater.end()) await put(part);
    header.crc = crcOf(hash);
    if (!held) return this.#settle(header, isStream);
    if (header.packed >= header.size) {
      header.method = STORED;
      header.packed = header.size;
      held = { plain: [], packed: held.plain };
    }
    await this.#release(header, held);
  }

  async #release(header: Header, { packed }: Held): Promise<undefined> {
    await this.#write(this.#local(header));
    for (const part of packed) await this.#write(part);
  }

  /** Writes what has become known: into the header, or behind the content. */
  async #settle(header: Header, isStream: boolean): Promise<void> {
    const { crc, packed, size, at, flags } = header;
    if (flags & HAS_DESCRIPTOR)
      await this.#write(new Fields().u32(DESCRIPTOR, crc, packed, size).done());
    if (isStream || this.#to.fd === undefined) return;
    const data = new Fields().u32(crc, Math.min(packed, FULL32), Math.min(size, FULL32)).done();
    await this.#host.call('pwrite', { fd: this.#to.fd, at: at + 14, data });
  }

  #local(header: Header): Uint8Array {
    const { entry, method, flags, crc, packed, size } = header;
    const isLater = (flags & HAS_DESCRIPTOR) !== 0;
    const name = bytesOf(entry.name);
    const extra = timesOf(entry, true);
    return new Fields()
      .u32(LOCAL)
      .u16(method === DEFLATED ? 20 : 10, flags, method, ...this.#time(entry.mtime))
      .u32(...(isLater ? [0, 0, 0] : [crc, packed, size]))
      .u16(name.length, extra.length)
      .bytes(name)
      .bytes(extra)
      .done();
  }

  #central(header: Header): Uint8Array {
    const { entry, method, flags, crc, packed, size, at } = header;
    const name = bytesOf(entry.name);
    const extra = timesOf(entry, false);
    const dos = (entry.isDirectory ? 0x10 : 0) | (entry.mode & 0o200 ? 0 : 1);
    return new Fields()
      .u32(CENTRAL)
      .u16(MADE_BY, method === DEFLATED ? 20 : 10, flags, method, ...this.#time(entry.mtime))
      .u32(crc, packed, size)
      .u16(name.length, extra.length, 0, 0, header.isText ? 1 : 0)
      .u32(entry.mode * 0x1_0000 + dos, at)
      .bytes(name)
      .bytes(extra)
      .done();
  }

  #time(mtime: bigint): [time: number, date: number] {
    const packed = dosTimeOf(mtime, this.#zone);
    return [packed & 0xffff, packed >>> 16];
  }

  get count(): number {
    return this.#records.length;
  }

  /** The directory, and the end. */
  async end(comment: Uint8Array<ArrayBuffer>): Promise<void> {
    const from = this.#at;
    for (const record of this.#records) await this.#write(record);
    await this.#write(ending(this.#records.length, from, this.#at - from, comment));
  }

  async #write(data: Uint8Array): Promise<void> {
    this.#at += data.length;
    await this.#to.write(data);
  }
}

/** Text has none of the control characters that texts do not use, and something else. */
const isText = (data: Uint8Array): boolean =>
  data.every((byte) => byte > 31 || (byte > 6 && byte < 14) || byte === 26 || byte === 27) &&
  data.some((byte) => byte > 31 || byte === 9 || byte === 10 || byte === 13);

/** A file that is not written yet, as it is and as it is packed. */
class Held {
  readonly plain: Uint8Array[] = [];
  readonly packed: Uint8Array[] = [];
}

function offset32(at: number, name: string): number {
  if (at >= FULL32) throw new ZipError(6, name);
  return at;
}

/** The sizes of an entry in its local header, and in its zip64 field where it has one. */
function setSizes(local: Uint8Array, { crc, packed, size, name }: ZipEntry): void {
  const view = viewOf(local);
  view.setUint32(14, crc, true);
  if (packed >= FULL32 || size >= FULL32) throw new ZipError(6, name);
  view.setUint32(18, packed, true);
  view.setUint32(22, size, true);
  for (let at = 30 + view.getUint16(26, true); at + 4 <= local.length; ) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > local.length) throw new BadStream('its extra fields are cut off');
    if (view.getUint16(at, true) === 1 && length >= 16) {
      view.setBigUint64(at + 4, BigInt(size), true);
      view.setBigUint64(at + 12, BigInt(packed), true);
    }
    at += 4 + length;
  }
}

/** Seconds since 1970 that the field of Info-ZIP holds; the local header has the time of the last access too. */
function timesOf({ mtime, atime, hasExtras }: Entry, isLocal: boolean): Uint8Array {
  const seconds = [mtime, atime].map((time) => Number(time / SECOND));
  const fits = seconds.every((each) => each >= 0 && each < 2 ** 31);
  if (!hasExtras || !fits) return new Uint8Array(0);
  const shown = isLocal ? seconds : seconds.slice(0, 1);
  const body = new Fields()
    .bytes(Uint8Array.of(3))
    .u32(...shown)
    .done();
  return new Fields().u16(0x5455, body.length).bytes(body).done();
}

/** The local time as MS-DOS counts it, in steps of two seconds, rounded up: the date in the upper half. */
export function dosTimeOf(mtime: bigint, zone: string | undefined): number {
  const seconds = Number(mtime / SECOND);
  const date = new Date(toLocal((seconds + (seconds & 1)) * 1000, zone));
  const year = date.getUTCFullYear();
  if (!(year >= 1980)) return ((1 << 5) | 1) << 16;
  const days =
    ((Math.min(year, 2107) - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time =
    (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((days << 16) | time) >>> 0;
}
