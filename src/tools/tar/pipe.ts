/** Archives as streams: which compression they have, and how they are packed and unpacked on the way. */
import { BadStream, CutStream } from '../../codec/badstream.ts';
import { Packer } from '../../codec/packer.ts';
import type { Feed } from '../compress/feed.ts';
import { GzipError, GzipReader, gzipParts } from '../compress/gzipformat.ts';
import { packedParts } from '../compress/pack.ts';
import type { Source } from '../host.ts';
import type { Compression } from './options.ts';

/** What the other program would say that unpacks the archive, and its status. */
export class ChildError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The compression of an archive by its first bytes. */
export function compressionOf(start: Uint8Array): Compression | 'other' | undefined {
  const has = (...bytes: readonly number[]): boolean => bytes.every((byte, i) => start[i] === byte);
  if (has(0x1f, 0x8b)) return 'gzip';
  if (has(0x42, 0x5a, 0x68)) return 'bzip2';
  if (has(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'xz';
  const isOther =
    has(0x1f, 0x9d) ||
    has(0x28, 0xb5, 0x2f, 0xfd) ||
    has(0x4c, 0x5a, 0x49, 0x50) ||
    has(0x5d, 0, 0);
  return isOther ? 'other' : undefined;
}

/** The parts of a generator as a source. They may be overwritten when the next is asked for. */
export function sourceOf(parts: AsyncIterable<Uint8Array>): Source {
  const iterator = parts[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    read: async (count) => {
      while (rest.length === 0) {
        const { value, done } = await iterator.next();
        if (done) return new Uint8Array(0);
        rest = value;
      }
      const part = rest.slice(0, count);
      rest = rest.subarray(part.length);
      return part;
    },
  };
}

export const unpacked = (input: Feed, compression: Compression): Source =>
  sourceOf(unpackers[compression](input));

const unpackers: Readonly<Record<Compression, (input: Feed) => AsyncGenerator<Uint8Array>>> = {
  gzip: async function* gunzip(input) {
    try {
      const reader = new GzipReader({ read: (count) => input.next(count) });
      if (!(await reader.begin())) throw new GzipError('not in gzip format', false);
      yield* reader.parts();
      if (reader.hasTrailingGarbage)
        throw new GzipError('decompression OK, trailing garbage ignored', false);
    } catch (error) {
      if (!(error instanceof GzipError)) throw error;
      const status = error.message.endsWith('ignored') ? 2 : 1;
      throw new ChildError(`\ngzip: stdin: ${error.message}\n`, status);
    }
  },
  bzip2: async function* bunzip2(input) {
    if ((await input.peek(3)).join() !== '66,90,104')
      throw new ChildError('bzip2: (stdin) is not a bzip2 file.\n', 2);
    const { bunzip2: decode } = await import('../../codec/bzip2.ts');
    try {
      yield* decode(input);
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      throw new ChildError(`bzip2: (stdin): ${error.message.replace(/^bzip2: /, '')}\n`, 2);
    }
  },
  xz: async function* unxz(input) {
    if (compressionOf(await input.peek(5)) !== 'xz')
      throw new ChildError('xz: (stdin): File format not recognized\n', 1);
    const { unxz: decode } = await import('../../codec/unxz.ts');
    try {
      yield* decode(input);
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      const isCut = error instanceof CutStream;
      const text = isCut ? 'Unexpected end of input' : 'Compressed data is corrupt';
      throw new ChildError(`xz: (stdin): ${text}\n`, 1);
    }
  },
};

/** Packs as gzip, bzip2 and xz do for tar. */
export function packed(source: Source, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression === 'bzip2') return packedParts(source, () => Packer.bzip2(9));
  if (compression === 'xz')
    return packedParts(source, () => Packer.xz({ level: 6, isExtreme: false, check: 'crc64' }));
  const counts = { bytesIn: 0, bytesOut: 0, header: 0, crc: 0 };
  return gzipParts(source, { time: 0, name: new Uint8Array(0) }, 6, counts);
}
