/** What the formats have in common: where bytes come from, and what an entry is. */
import type { Kind } from '../../kernel/service.ts';

/** A file that is read in ranges; nothing of it is kept. */
export interface Source {
  readonly size: number;
  /** Exactly `count` bytes, fewer only at the end. */
  read(at: number, count: number): Promise<Uint8Array>;
}

/** One entry as the archive names it: its name may be anything. */
export interface ArchiveEntry {
  readonly name: string;
  readonly kind: Kind;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Of a symlink; and of a second name (`link`) that which it is one of. */
  readonly target?: string;
  readonly link?: boolean;
  /** A range of its content. */
  read?(at: number, count: number): Promise<Uint8Array>;
}

/** More entries than any archive that somebody browses has. */
export const ENTRIES_MAX = 200_000;
/** What is unpacked into memory to be read: a compressed file, or a whole compressed archive. */
export const UNPACKED_MAX = 512 * 1024 * 1024;

export const decodeName = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
