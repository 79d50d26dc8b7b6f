/** A file of the kernel that a tool has opened. */
import { fail } from '../kernel/errors.ts';
import { OPEN, type Result } from '../kernel/operations.ts';
import type { OpenFile, Source } from '../tools/host.ts';
import type { Interpreter } from './interpreter.ts';
import { openWithMask } from './newmodes.ts';
import type { Sys } from './sys.ts';

/** Fewer bytes are read into memory of their own: to keep memory for them saves nothing. */
const KEPT_MIN = 65_536;

/**
 * `ended` has the descriptors whose last read has met the end of a plain file: the next one says so without asking again,
 * since most tools read until there is nothing.
 */
export async function openFile(
  { sys }: Interpreter,
  path: string,
  flags: number,
  { umask, ended }: { readonly umask: number; readonly ended: Set<number> },
): Promise<OpenFile> {
  const opened = await openWithMask(sys, { dir: -1, path, flags }, umask);
  const { fd, stat } = opened;
  if (stat.kind === 'dir' && !(flags & OPEN.directory)) {
    await sys.close(fd);
    fail('EISDIR');
  }
  const close = async (): Promise<void> => {
    ended.delete(fd);
    if (flags & OPEN.write) await sys.closeWritten(fd);
    // Nobody waits for the end of a file that was only read: what comes next is sent behind it.
    else void sys.close(fd);
  };
  return {
    fd,
    isTerminal: sys.terminals.has(fd),
    plain: opened.plain ? stat : undefined,
    read: readerOf(sys, opened, !(flags & OPEN.write), ended),
    write: (data) => sys.write(fd, data),
    close,
  };
}

/** Reads an open file: where a plain one that is only read has ended is known without asking. */
export function readerOf(
  sys: Sys,
  { fd, stat, plain }: Pick<Result<'open'>, 'fd' | 'stat' | 'plain'>,
  isRead: boolean,
  ended: Set<number>,
): Source['read'] {
  let left = plain && stat.size > 0 && isRead ? stat.size : Number.POSITIVE_INFINITY;
  /** The memory that the last read has filled, and that the next one may fill. */
  let own: ArrayBufferLike | undefined;
  const fill = async (wanted: number, count: number, used: Uint8Array): Promise<Uint8Array> => {
    const isOwn = used.buffer === own && own.byteLength >= wanted && own.byteLength <= count;
    const data = await sys.readInto(
      fd,
      isOwn ? new Uint8Array(used.buffer) : new Uint8Array(wanted),
    );
    own = data.buffer;
    return data;
  };
  return async (count, used) => {
    if (ended.delete(fd)) return new Uint8Array(0);
    // A byte more than there should be tells whether the file has grown.
    const wanted = left > 0 ? Math.min(count, left + 1) : count;
    const isFilled = used !== undefined && isRead && plain && wanted >= KEPT_MIN;
    const data = await (isFilled ? fill(wanted, count, used) : sys.read(fd, count));
    left -= data.length;
    const asked = isFilled ? wanted : count;
    if (left <= 0 && data.length > 0 && data.length < asked) ended.add(fd);
    return data;
  };
}
