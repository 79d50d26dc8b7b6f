/** The content of one entry of a zip: it is unpacked whole and its CRC-32 is checked before any of it is served. */

import { LOCAL } from '../../codec/zipfields.ts';
import { viewOf } from '../../kernel/bytes.ts';
import { FsError, fail } from '../../kernel/errors.ts';
import { PIECE, type Source, UNPACKED_MAX, type Unpack } from './archive.ts';
import { crc32Of } from './crc32.ts';
import { Pages } from './pages.ts';
import { methods } from './zipmethods.ts';

export interface Packed {
  readonly source: Source;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  /** Where its local header stands, and how many bytes stand in front of the zip. */
  readonly local: number;
  readonly base: number;
}

const DAMAGED = 'this file is damaged in the archive';

/** Of an archive only the file that was read last stays unpacked. */
export class LastUnpacked {
  #file: Packed | undefined;
  #content: Promise<Pages> | undefined;

  of(file: Packed): Promise<Pages> {
    if (this.#file !== file || !this.#content) {
      this.#file = file;
      this.#content = unpack(file).catch((error: unknown) => {
        if (this.#file === file) this.#content = undefined;
        throw error;
      });
    }
    return this.#content;
  }
}

/** Reads ranges of an entry. A stored file is read where it is, once all of it was compared with its CRC-32. */
export function reader(
  file: Packed,
  last: LastUnpacked,
): (at: number, count: number) => Promise<Uint8Array> {
  let checked: Promise<number> | undefined;
  return async (at, count) => {
    if (file.isEncrypted || file.method !== 0) return (await last.of(file)).read(at, count);
    checked ??= checkStored(file).catch((error: unknown) => {
      checked = undefined;
      throw error;
    });
    const from = await checked;
    return file.source.read(from + at, Math.max(0, Math.min(count, file.size - at)));
  };
}

async function checkStored(file: Packed): Promise<number> {
  if (file.size !== file.packed) fail('EIO', DAMAGED);
  const from = await dataAt(file);
  if ((await crc32Of(pieces(file, from))) !== file.crc) fail('EIO', DAMAGED);
  return from;
}

/** Where the content begins: behind the local header, whose lengths may differ from those in the directory. */
async function dataAt({ source, packed, local, base }: Packed): Promise<number> {
  for (const place of base === 0 ? [local] : [local + base, local]) {
    const header = await source.read(place, 30);
    if (header.length < 30 || viewOf(header).getUint32(0, true) !== LOCAL) continue;
    const view = viewOf(header);
    const at = place + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    if (at + packed > source.size) fail('EIO', 'this file is cut off in the archive');
    return at;
  }
  return fail('EIO', DAMAGED);
}

async function unpack(file: Packed): Promise<Pages> {
  if (file.isEncrypted) fail('EACCES', 'this file is encrypted');
  const method = methods[file.method];
  if (!method?.load)
    fail(
      'ENOTSUP',
      `it is packed by ${method?.name ?? `method ${file.method}`}, which is not supported; repack the archive with Deflate or Zstandard`,
    );
  if (file.size > UNPACKED_MAX)
    fail('EFBIG', `it has more than ${UNPACKED_MAX >> 20} MiB, which do not fit in memory`);
  const content = new Pages(file.size, () => fail('EIO', 'it is larger than the archive says'));
  await run(await method.load(), file, content);
  if (content.size !== file.size) fail('EIO', 'it is smaller than the archive says');
  if ((await crc32Of(content.parts())) !== file.crc) fail('EIO', DAMAGED);
  return content;
}

/** Whatever a decompressor throws of its own, the file is damaged. */
async function run(unpackBy: Unpack, file: Packed, content: Pages): Promise<void> {
  const from = await dataAt(file);
  try {
    await unpackBy(pieces(file, from), content);
  } catch (error) {
    if (error instanceof FsError) throw error;
    throw new FsError('EIO', { reason: DAMAGED, cause: error });
  }
}

async function* pieces({ source, packed }: Packed, from: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packed; at += PIECE)
    yield await source.read(from + at, Math.min(PIECE, packed - at));
}
