/**
 * Trees and changes of trees as bytes: what a log entry, a checkpoint and a snapshot hold. A header, then a
 * frame for each node; of a directory a change holds only the names that changed.
 */

import type { Extent } from '../kernel/content.ts';
import { FsError } from '../kernel/errors.ts';
import type { KeptNode, NodeRecord } from '../kernel/keeper.ts';
import { MODE_BITS } from '../kernel/service.ts';
import { Reader, type Sum, Writer } from './bytes.ts';

/** `OXJ2`: the second format, the first that is a journal. */
const MAGIC = 0x324a_584f;

const FRAME = { file: 1, symlink: 2, dir: 3, names: 4, gone: 5 } as const;
/** Added to the kind of a frame whose node has a mode, which follows the times. Stores from before modes have none. */
const WITH_MODE = 16;

export interface Header {
  /** A `tree` is whole; a `change` goes on from what was before. */
  readonly kind: 'change' | 'tree';
  /** The number in the log; of a tree that of the last change in it. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** No segment or node has this number or a higher one. */
  readonly nextSeg: number;
  readonly nextIno: number;
  /** New segments of a change, all of a tree: number and size in bytes. */
  readonly segs: readonly (readonly [number, number])[];
}

/** What one frame says of a node. */
export type NodeChange =
  | { readonly node: NodeRecord }
  /** A directory of which these names now lead to these nodes, 0 for none. */
  | { readonly dir: NodeRecord; readonly names: readonly (readonly [string, number])[] }
  | { readonly gone: number };

/** A node with the names of it that changed; without them all of it is written. */
export interface Changed {
  readonly node: KeptNode;
  readonly names?: ReadonlySet<string>;
}

export function encode(header: Header, changes: Iterable<Changed>, sum: Sum): Uint8Array {
  const to = new Writer(sum);
  const nodes = [...changes];
  to.frame(() => {
    to.u32(MAGIC);
    to.u8(header.kind === 'tree' ? 1 : 0);
    for (const value of [header.seq, header.time, header.nextSeg, header.nextIno, nodes.length])
      to.whole(value);
    to.whole(header.segs.length);
    for (const [seg, size] of header.segs) {
      to.whole(seg);
      to.whole(size);
    }
  });
  for (const each of nodes) to.frame(() => putNode(to, each));
  return to.done();
}

function putNode(to: Writer, { node, names }: Changed): void {
  const { content, entries } = node;
  if (node.nlink === 0) {
    to.u8(FRAME.gone);
    to.whole(node.ino);
    return;
  }
  const frame = content ? FRAME.file : entries ? (names ? FRAME.names : FRAME.dir) : FRAME.symlink;
  to.u8(node.mode === undefined ? frame : frame + WITH_MODE);
  to.whole(node.ino);
  to.whole(node.nlink);
  to.i64(node.mtime);
  to.i64(node.atime);
  to.i64(node.ctime);
  if (node.mode !== undefined) to.u32(node.mode);
  if (content) putContent(to, node.size, content.chunks);
  else if (entries) putNames(to, names ?? new Set(entries.keys()), entries);
  else to.text(node.target ?? '');
}

function putContent(
  to: Writer,
  size: number,
  chunks: ReadonlyMap<number, { readonly place: Extent | undefined }>,
): void {
  const kept = [...chunks].filter(([, { place }]) => place);
  to.whole(size);
  to.whole(kept.length);
  for (const [index, { place }] of kept) {
    const { seg, at, length, sum } = place as Extent;
    to.whole(index);
    to.whole(seg);
    to.whole(at);
    to.whole(length);
    to.u32(sum);
  }
}

function putNames(
  to: Writer,
  names: ReadonlySet<string>,
  entries: ReadonlyMap<string, { readonly ino: number }>,
): void {
  to.whole(names.size);
  for (const name of names) {
    to.text(name);
    to.whole(entries.get(name)?.ino ?? 0);
  }
}

export interface Decoded {
  readonly header: Header;
  readonly changes: readonly NodeChange[];
  /** Frames that are not as they were written, with why; those behind a cut are counted as one. */
  readonly damaged: readonly { readonly reason: string; readonly bytes: Uint8Array }[];
}

/** What can be read of a value; a string says why nothing can. */
export function decode(value: unknown, sum: Sum): Decoded | string {
  if (!(value instanceof Uint8Array)) return 'it is not bytes';
  const from = new Reader(value);
  const first = from.frame(sum);
  if (!first?.whole) return 'its beginning is damaged';
  try {
    const { header, count } = getHeader(new Reader(first.bytes));
    return { header, ...getNodes(from, count, sum) };
  } catch (error) {
    return reasonOf(error);
  }
}

function getHeader(from: Reader): { header: Header; count: number } {
  if (from.u32() !== MAGIC) throw new FsError('EIO', { reason: 'it is of another format' });
  const kind = from.u8() === 1 ? 'tree' : 'change';
  const [seq, time, nextSeg, nextIno, count] = [1, 2, 3, 4, 5].map(() => from.whole()) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const segs = list(from, () => [from.whole(), from.whole()] as const);
  return { header: { kind, seq, time, nextSeg, nextIno, segs }, count };
}

function getNodes(from: Reader, count: number, sum: Sum): Pick<Decoded, 'changes' | 'damaged'> {
  const changes: NodeChange[] = [];
  const damaged: { reason: string; bytes: Uint8Array }[] = [];
  for (let i = 0; i < count; i++) {
    const frame = from.frame(sum);
    if (!frame) {
      damaged.push({
        reason: `${count - i} of its ${count} parts are cut off`,
        bytes: new Uint8Array(0),
      });
      break;
    }
    const bytes = frame.bytes.slice();
    if (!frame.whole) {
      damaged.push({ reason: 'a part of it is not as it was written', bytes });
      continue;
    }
    try {
      changes.push(getNode(new Reader(frame.bytes)));
    } catch (error) {
      damaged.push({ reason: reasonOf(error), bytes });
    }
  }
  return { changes, damaged };
}

function getNode(from: Reader): NodeChange {
  const kind = from.u8();
  const hasMode = kind >= WITH_MODE;
  const frame = hasMode ? kind - WITH_MODE : kind;
  const ino = from.whole();
  if (frame === FRAME.gone) return { gone: ino };
  const nlink = from.whole();
  const [mtime, atime, ctime] = [from.i64(), from.i64(), from.i64()];
  const mode = hasMode ? { mode: from.u32() & MODE_BITS } : {};
  const common = { ino, nlink, mtime, atime, ctime, ...mode };
  if (frame === FRAME.file) {
    const size = from.whole();
    const chunks = list(from, () => [from.whole(), getExtent(from)] as const);
    return { node: { ...common, kind: 'file', size, chunks } };
  }
  if (frame === FRAME.symlink) {
    const target = from.text();
    return { node: { ...common, kind: 'symlink', size: 0, target } };
  }
  if (frame !== FRAME.dir && frame !== FRAME.names)
    throw new FsError('EIO', { reason: 'a part of it is of no known kind' });
  const names = list(from, () => [from.text(), from.whole()] as const);
  const dir = { ...common, kind: 'dir' as const, size: 0 };
  return frame === FRAME.dir ? { node: { ...dir, entries: names } } : { dir, names };
}

function getExtent(from: Reader): Extent {
  return { seg: from.whole(), at: from.whole(), length: from.whole(), sum: from.u32() };
}

function list<T>(from: Reader, get: () => T): T[] {
  const count = from.whole();
  if (count > from.left) throw new FsError('EIO', { reason: 'a list longer than what holds it' });
  return Array.from({ length: count }, get);
}

const reasonOf = (error: unknown): string =>
  error instanceof FsError ? (error.reason ?? error.code) : String(error);
