/**
 * Trees as tar, in the pax format of POSIX: names, link targets and sizes of any length, and times to the nanosecond
 * from any year. Where a plain header is exact no pax header is written.
 */
import { createTarPacker, type TarHeader } from 'modern-tar';
import type { TreeEntry } from './tree.ts';

/** The name field of a plain header holds this many bytes, its time field this many seconds. */
const NAME_FIELD = 100;
const TIME_FIELD = 0o77_777_777_777n;
const SECOND = 1_000_000_000n;

const types = { dir: 'directory', file: 'file', symlink: 'symlink', link: 'link' } as const;
const modes = { dir: 0o755, file: 0o644, symlink: 0o777, link: 0o644 } as const;

export function tarOf(entries: AsyncIterable<TreeEntry>): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    for await (const entry of entries) {
      const writer = controller.add(headerOf(entry)).getWriter();
      if (entry.kind === 'file')
        for await (const part of entry.content.chunks())
          await writer.write(part as Uint8Array<ArrayBuffer>);
      await writer.close();
    }
    controller.finalize();
  };
  pack().catch((error: unknown) => controller.error(error));
  return readable;
}

function headerOf(entry: TreeEntry): TarHeader {
  const { kind, stat } = entry;
  const name = kind === 'dir' ? `${entry.name}/` : entry.name;
  const linkname = kind === 'symlink' ? entry.target : kind === 'link' ? entry.first : undefined;
  const seconds = clamp(stat.mtime / SECOND);
  const pax: Record<string, string> = {};
  if (!isPlain(name)) pax['path'] = name;
  if (linkname !== undefined && !isPlain(linkname)) pax['linkpath'] = linkname;
  // bsdtar composes the accents of names in pax headers, unless they are said to be bytes.
  if (isDecomposed(pax)) pax['hdrcharset'] = 'BINARY';
  if (seconds * SECOND !== stat.mtime) pax['mtime'] = paxTime(stat.mtime);
  return {
    name,
    type: types[kind],
    size: kind === 'file' ? entry.content.size : 0,
    mode: stat.mode ?? modes[kind],
    mtime: new Date(Number(seconds) * 1000),
    ...(linkname === undefined ? {} : { linkname }),
    ...(Object.keys(pax).length > 0 ? { pax } : {}),
  };
}

/** A byte-order mark at the beginning of a field would be lost when the field is decoded. */
const isPlain = (text: string): boolean =>
  !text.startsWith('\uFEFF') && new TextEncoder().encode(text).length <= NAME_FIELD;

const isDecomposed = (pax: Readonly<Record<string, string>>): boolean =>
  Object.values(pax).some((value) => value.normalize('NFC') !== value);

const clamp = (seconds: bigint): bigint =>
  seconds < 0n ? 0n : seconds > TIME_FIELD ? TIME_FIELD : seconds;

/** Nanoseconds as the decimal seconds of a pax record. */
export function paxTime(time: bigint): string {
  const size = time < 0n ? -time : time;
  const fraction = String(size % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${time < 0n ? '-' : ''}${size / SECOND}${fraction && `.${fraction}`}`;
}

/** The opposite of `paxTime`; undefined where the text is no such number. Digits past the nanosecond are cut. */
export function parsePaxTime(text: string): bigint | undefined {
  const [, sign, seconds = '', fraction = ''] = /^(-?)(\d{1,18})(?:\.(\d*))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const size = BigInt(seconds) * SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign ? -size : size;
}
