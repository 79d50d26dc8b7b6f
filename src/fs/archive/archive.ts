/** What the formats have in common: where bytes come from, and what an entry of an archive is. */
import { FsError } from '../../kernel/errors.ts';
import type { Kind } from '../../kernel/service.ts';

/** A file that is read in ranges; the reader keeps nothing of it. */
export interface Source {
  readonly size: number;
  /** Exactly `count` bytes, fewer only at the end. */
  read(at: number, count: number): Promise<Uint8Array>;
  /** It is not read any more. */
  close?(): unknown;
}

/** A name as the archive holds it: bytes, whose encoding the format may not tell. */
export interface RawName {
  readonly bytes: Uint8Array;
  /** The text, where the archive says how it is encoded. */
  readonly text?: string;
  /** True where the archive comes from DOS or Windows, whose tools separate names by backslashes. */
  readonly dos?: boolean;
}

/** One entry as the archive describes it: nothing in it has been checked. */
export interface ArchiveEntry {
  readonly name: RawName;
  readonly kind: Kind;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Permission bits, where the archive has them. */
  readonly mode?: number;
  /** The target of a symbolic link; for a hard link (`link`) the name of the other entry. */
  readonly target?: RawName;
  readonly link?: boolean;
  /** Why this entry cannot be shown as a file, directory or link. */
  readonly refused?: string;
  /** A range of the content. EIO where the content is damaged. */
  read?(at: number, count: number): Promise<Uint8Array>;
}

/** A part of the archive that cannot be read; the entries around it still can. */
export interface Damage {
  readonly damage: string;
}

/** An archive whose format is known. */
export interface Opened {
  readonly entries: AsyncIterable<ArchiveEntry | Damage>;
  /** Damage that is known before any entry is read. */
  readonly damage?: string;
  /** Why no content of this archive can be trusted: a checksum over all of it does not match. */
  readonly untrusted?: string;
}

/** Where unpacked bytes go. */
export interface Sink {
  /** Copies the bytes, which the caller may overwrite afterwards. EFBIG where they are too many. */
  append(bytes: Uint8Array): void;
}

/** Unpacks all of an input. Throws BadStream where it is damaged, after what could be unpacked. */
export type Unpack = (input: AsyncIterable<Uint8Array>, into: Sink) => Promise<void>;

/** Hands all parts of what a decoder yields to a sink. */
export const intoSink =
  (decode: (input: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): Unpack =>
  async (input, into) => {
    for await (const part of decode(input)) into.append(part);
  };

/** An archive has at most this many entries. */
export const ENTRIES_MAX = 200_000;
/** The names of an archive and the targets of its links have at most this many bytes together. */
export const NAMES_MAX = 64 * 1024 * 1024;
/** What is unpacked into memory has at most this many bytes: one compressed file, or a whole compressed archive. */
export const UNPACKED_MAX = 512 * 1024 * 1024;
/** Compressed bytes are read in pieces of this size. */
export const PIECE = 1 << 18;

/** Why something failed, for a sentence. */
export const reasonOf = (error: unknown): string =>
  error instanceof FsError
    ? (error.reason ?? error.code)
    : String(error instanceof Error ? error.message : error);

/** A time that the kernel can carry, in 64 bits; 0 for one outside of them. */
export const timeOf = (ns: bigint): bigint => (BigInt.asIntN(64, ns) === ns ? ns : 0n);
