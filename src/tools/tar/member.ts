/** A member of an archive of tar. */

/** The types that are written, by their letters in a header. */
export type MemberType = 'file' | 'link' | 'symlink' | 'dir' | 'other';

export interface Member {
  /** As the archive has it: any bytes, as text (kernel/rawtext.ts). */
  readonly name: string;
  readonly type: MemberType;
  /** The letter in the header. */
  readonly letter: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  /** Bytes of content. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly atime?: bigint | undefined;
  readonly ctime?: bigint | undefined;
  /** The target of a link. */
  readonly link: string;
  /** Why the content cannot be read here. */
  readonly refused?: string | undefined;
}

export const BLOCK = 512;
export const SECOND = 1_000_000_000n;

/** How many bytes of padding follow content of this size. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** The name without the slashes at its end. */
export const bare = (name: string): string => name.replace(/(?<=.)\/+$/, '');

/** Seconds, rounded down. */
export const secondsOf = (time: bigint): bigint =>
  (time - (((time % SECOND) + SECOND) % SECOND)) / SECOND;
