/**
 * Every parser of bytes that somebody else made, in one form for the corpus. Whatever the bytes are, a parser returns,
 * or throws an error that it declares; it reads no more than in proportion to its input, and returns no more than its
 * limit.
 */

import { streamOf } from '../capsule/stream.ts';
import { surveyCapsule, unpackCapsule } from '../capsule/unpack.ts';
import { BadStream } from '../codec/badstream.ts';
import { bunzip2 } from '../codec/bzip2.ts';
import { gunzip, inflate } from '../codec/inflate.ts';
import { unxz } from '../codec/unxz.ts';
import { intoSink, type Sink, type Source, type Unpack } from '../fs/archive/archive.ts';
import { ArchiveFs } from '../fs/archive/archivefs.ts';
import { unzstd } from '../fs/archive/unzstd.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { FsError, fail } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import { type FileHandle, never } from '../kernel/service.ts';
import { checksum, type Sum } from '../storage/bytes.ts';
import { decode } from '../storage/record.ts';
import { inspect, limitMemory } from '../wasi/module.ts';
import { serviceTarget } from './trees.ts';

/** Reads all of the bytes. Throws what the parser throws. */
type Parse = (bytes: Uint8Array) => Promise<void>;

/** What is unpacked from one input of the corpus, and what is read of one file. */
const OUTPUT_MAX = 16 << 20;
const FILE_MAX = 1 << 16;

export const parsers: Readonly<Record<string, Parse>> = {
  archive: async (bytes) => {
    const source = boundedSource(bytes);
    const archive = new ArchiveFs(async () => source);
    await archive.ready();
    await readTree(archive);
  },
  inflate: unpacking(intoSink(inflate)),
  gunzip: unpacking(intoSink(gunzip)),
  bunzip2: unpacking(intoSink(bunzip2)),
  unxz: unpacking(intoSink(unxz)),
  unzstd: unpacking(unzstd),
  capsule: async (bytes) => {
    const survey = await surveyCapsule(streamOf(pieces(bytes)));
    await unpackCapsule(streamOf(pieces(bytes)), survey, serviceTarget(new MemFs()));
  },
  module: async (bytes) => {
    if (inspect(bytes).runs) limitMemory(bytes, 1 << 30);
  },
  record: async (bytes) => {
    const sum = await checksum();
    decode(bytes, sum);
    // Most changes break a checksum, so what lies behind them is read with checksums that are right again.
    decode(resealed(bytes, sum), sum);
  },
};

/** Whether a parser may throw this. */
export const isDeclared = (error: unknown): boolean =>
  error instanceof FsError || error instanceof BadStream;

function unpacking(unpack: Unpack): Parse {
  return async (bytes) => {
    let size = 0;
    const sink: Sink = {
      append: (part) => {
        size += part.length;
        if (size > OUTPUT_MAX) fail('EFBIG');
      },
    };
    await unpack(pieces(bytes), sink);
  };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.slice(at, at + 4096);
}

/** A source whose reads are counted. Throws a plain error, which no parser declares, where there are too many. */
function boundedSource(bytes: Uint8Array): Source {
  let [reads, total] = [0, 0];
  return {
    size: bytes.length,
    read: async (at, count) => {
      const found = bytes.slice(at, at + count);
      total += found.length;
      if (++reads > 5000 + bytes.length || total > (1 << 20) + 200 * bytes.length)
        throw new Error(`the reader does not end: ${reads} reads of ${total} bytes`);
      return found;
    },
  };
}

/** Walks a tree and reads the beginning of its first files. */
async function readTree(archive: ArchiveFs): Promise<void> {
  let files = 0;
  const todo: Path[] = [[]];
  for (let dir = todo.pop(); dir; dir = todo.pop()) {
    for (const { name, kind } of await archive.readdir(dir)) {
      const path = [...dir, name];
      if (kind === 'dir') todo.push(path);
      else if (kind === 'symlink') await archive.readlink(path);
      else if (++files <= 50) await readStart(await archive.open(path, { read: true }));
    }
  }
}

async function readStart(handle: FileHandle): Promise<void> {
  try {
    await handle.read?.(0, FILE_MAX, never);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

/** A record whose frames have the checksums of what is in them. */
function resealed(bytes: Uint8Array, sum: Sum): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 8 <= copy.length; ) {
    const length = view.getUint32(at, true);
    if (at + 8 + length > copy.length) break;
    view.setUint32(at + 4, sum(copy.subarray(at + 8, at + 8 + length)), true);
    at += 8 + length;
  }
  return copy;
}
