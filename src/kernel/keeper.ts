/**
 * The seam between a tree in memory and whatever keeps it: the tree tells of each changed node, the
 * keeper takes a record of it when it flushes, and loads chunks that were not read yet.
 */
import type { Chunk, Content, Extent } from './content.ts';
import type { Kind } from './service.ts';

/** One node as it is kept. Times are nanoseconds since 1970. */
export interface NodeRecord {
  readonly ino: number;
  readonly kind: Kind;
  readonly nlink: number;
  readonly mtime: bigint;
  readonly atime: bigint;
  readonly ctime: bigint;
  readonly size: number;
  /** Permission bits; absent where nobody set them. */
  readonly mode?: number;
  /** A file's chunks: index and place of each that is not a hole. */
  readonly chunks?: readonly (readonly [number, Extent])[];
  /** A symlink's target. */
  readonly target?: string;
  /** A directory's names and the nodes they lead to. */
  readonly entries?: readonly (readonly [string, number])[];
}

/** A node that changed: with no name left (`nlink` 0) it is to be forgotten. */
export interface KeptNode {
  readonly ino: number;
  readonly kind: Kind;
  readonly nlink: number;
  readonly mtime: bigint;
  readonly atime: bigint;
  readonly ctime: bigint;
  readonly size: number;
  readonly mode?: number | undefined;
  readonly content?: Content | undefined;
  readonly target?: string | undefined;
  readonly entries?: ReadonlyMap<string, { readonly ino: number }> | undefined;
}

export interface Keeper {
  /** The tree as it was kept; undefined for a new one. The root is the record with ino 1. */
  readonly restored: readonly NodeRecord[] | undefined;
  /** The nodes made of `restored`, or those that from now on are the whole tree. */
  attach(nodes: Iterable<KeptNode>): void;
  /** Before a change: throws EROFS or ESTALE where nothing can be kept, ENOSPC where nothing more can. */
  check(change: 'more' | 'less'): void;
  /** After a change, synchronously: the next flush takes the node's record. In a directory, what `name` leads to changed. */
  changed(node: KeptNode, name?: string): void;
  load(chunk: Chunk): Promise<void>;
  /** Everything changed so far is durable when it resolves. */
  sync(): Promise<void>;
}
