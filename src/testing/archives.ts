/** Archives for tests, field by field: what no well-behaved tool writes. */
import { crc32, createCRC32 } from 'hash-wasm';
import type { Source } from '../fs/archive/archive.ts';
import { ArchiveFs } from '../fs/archive/archivefs.ts';
import { concat as join, viewOf } from '../kernel/bytes.ts';
import type { Json } from '../kernel/service.ts';

export const sourceOf = (bytes: Uint8Array): Source & { readonly reads: number[] } => {
  const reads: number[] = [];
  return {
    size: bytes.length,
    reads,
    read: async (at, count) => {
      reads.push(count);
      return bytes.slice(at, at + count);
    },
  };
};

/** An archive that was read; `options` are those of its mount. */
export async function openArchive(
  from: Uint8Array | Source,
  options: Record<string, Json> = {},
): Promise<ArchiveFs> {
  const source = from instanceof Uint8Array ? sourceOf(from) : from;
  const archive = new ArchiveFs(async () => source, { kind: 'archive', options });
  await archive.ready();
  return archive;
}

export const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value;

/** One character a byte, for names in old encodings. */
export const latin1Bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (c) => c.charCodeAt(0));

export const concat = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  join(parts.map(bytesOf));

export interface ZipEntry {
  readonly name: string | Uint8Array;
  /** What is stored: the content itself for method 0. */
  readonly data?: string | Uint8Array;
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** The system that made it: 3 is Unix, 0 is DOS. */
  readonly system?: number;
  readonly attributes?: number;
  readonly extra?: Uint8Array;
}

/** A zip of these entries. `shift` is what its offsets count too little, for a zip behind other bytes. */
export async function zipOf(
  entries: readonly ZipEntry[],
  { comment = '', shift = 0 }: { comment?: string | Uint8Array; shift?: number } = {},
): Promise<Uint8Array> {
  const [locals, centrals]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const entry of entries) {
    const { name, data = '', method = 0, flags = 0, system = 3, attributes = 0 } = entry;
    const [nameBytes, dataBytes] = [bytesOf(name), bytesOf(data)];
    const extra = entry.extra ?? new Uint8Array(0);
    const crc = entry.crc ?? Number.parseInt(await crc32(dataBytes), 16);
    const fixed = new Uint8Array(46);
    const view = viewOf(fixed);
    view.setUint32(0, 0x0201_4b50, true);
    view.setUint16(4, 20 | (system << 8), true);
    view.setUint16(8, flags, true);
    view.setUint16(10, method, true);
    view.setUint16(14, 0x4e71, true);
    view.setUint32(16, crc, true);
    view.setUint32(20, dataBytes.length, true);
    view.setUint32(24, entry.size ?? dataBytes.length, true);
    view.setUint16(28, nameBytes.length, true);
    view.setUint16(30, extra.length, true);
    view.setUint32(38, attributes, true);
    view.setUint32(42, at - shift, true);
    const local = concat(
      new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]),
      fixed.subarray(8, 30),
      new Uint8Array(2),
    );
    viewOf(local).setUint16(28, 0, true);
    locals.push(local.subarray(0, 30), nameBytes, dataBytes);
    centrals.push(fixed, nameBytes, extra);
    at += 30 + nameBytes.length + dataBytes.length;
  }
  const directory = concat(...centrals);
  const end = new Uint8Array(22);
  const view = viewOf(end);
  view.setUint32(0, 0x0605_4b50, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, directory.length, true);
  view.setUint32(16, at - shift, true);
  view.setUint16(20, bytesOf(comment).length, true);
  return concat(...locals, directory, end, comment);
}

/** An extra field of a zip entry. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  viewOf(head).setUint16(0, id, true);
  viewOf(head).setUint16(2, data.length, true);
  return concat(head, data);
}

export async function unicodePath(plain: Uint8Array, text: string): Promise<Uint8Array> {
  const data = new Uint8Array(5);
  data[0] = 1;
  const hasher = await createCRC32();
  hasher.update(plain);
  viewOf(data).setUint32(1, Number.parseInt(hasher.digest(), 16), true);
  return extraField(0x7075, concat(data, text));
}

export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly data?: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly size?: number;
  readonly mtime?: number | Uint8Array;
  readonly magic?: string;
  /** Bytes that are written over the header at these places. */
  readonly fields?: readonly (readonly [number, string | Uint8Array])[];
}

export const tarHeader = (entry: TarEntry): Uint8Array => {
  const block = new Uint8Array(512);
  const put = (at: number, value: string | Uint8Array): void => block.set(bytesOf(value), at);
  const octal = (value: number, length: number): string =>
    `${value.toString(8).padStart(length - 1, '0')}\0`;
  const size = entry.size ?? bytesOf(entry.data ?? '').length;
  put(0, entry.name);
  put(100, octal(0o644, 8));
  put(124, octal(size, 12));
  put(136, typeof entry.mtime === 'object' ? entry.mtime : octal(entry.mtime ?? 1_700_000_000, 12));
  put(156, entry.type ?? '0');
  put(157, entry.link ?? '');
  put(257, entry.magic ?? 'ustar\x0000');
  for (const [at, value] of entry.fields ?? []) put(at, value);
  block.fill(32, 148, 156);
  put(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return block;
};

const padded = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
  whole.set(bytes);
  return whole;
};

export const tarOf = (...entries: readonly TarEntry[]): Uint8Array =>
  concat(
    ...entries.flatMap((entry) => [tarHeader(entry), padded(bytesOf(entry.data ?? ''))]),
    new Uint8Array(1024),
  );

/** A pax record, whose length counts its own digits. */
export function paxRecord(key: string, value: string | Uint8Array): Uint8Array {
  const rest = concat(` ${key}=`, value, '\n');
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return concat(`${length}`, rest);
}

export const paxHeader = (
  ...records: readonly (readonly [string, string | Uint8Array])[]
): TarEntry => ({
  name: 'PaxHeader',
  type: 'x',
  data: concat(...records.map(([key, value]) => paxRecord(key, value))),
});
