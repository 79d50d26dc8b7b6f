/** The last lines or bytes of an input, or what follows its first. Of a file the end alone is read. */
import type { Host, Source } from './host.ts';
import { BLOCK, blocksOf, type Output } from './stdio.ts';

export interface Part {
  readonly count: number;
  readonly isBytes: boolean;
  /** From the `count`th on; else the last `count`. */
  readonly isFromStart: boolean;
  readonly end: number;
}

export async function lastPart(host: Host, source: Source, out: Output, part: Part): Promise<void> {
  if (part.isFromStart) return fromStart(host, source, out, part);
  await seekNearEnd(host, source, part);
  const held = part.isBytes ? await lastBytes(source, part) : await lastLines(source, part);
  for (const data of held) {
    out.bytes(data);
    if (out.isFull) await out.flush();
  }
}

async function fromStart(host: Host, source: Source, out: Output, part: Part): Promise<void> {
  let left = Math.max(0, part.count - 1);
  for await (const data of blocksOf(source)) {
    let at = 0;
    if (part.isBytes) {
      at = Math.min(left, data.length);
      left -= at;
    }
    while (left > 0 && at < data.length) {
      const found = data.indexOf(part.end, at);
      at = found < 0 ? data.length : found + 1;
      if (found >= 0) left--;
    }
    out.bytes(data.subarray(at));
    await out.flush();
    await host.checkpoint();
  }
}

/** Reads a file backwards until what is wanted is ahead, and begins there. Anything else is read from where it is. */
async function seekNearEnd(
  host: Host,
  { fd, unread }: Source,
  { count, isBytes, end }: Part,
): Promise<void> {
  if (fd === undefined || unread) return;
  const { stat } = await host.call('fstat', { fd });
  if (stat.kind !== 'file' || stat.size < 2 * BLOCK) return;
  let at = isBytes ? Math.max(0, stat.size - count) : stat.size;
  for (let lines = 0; !isBytes && at > 0 && lines <= count; ) {
    const from = Math.max(0, at - BLOCK);
    const { data } = await host.call('pread', { fd, count: at - from, at: from });
    // It is shorter than it says, as files that are made when they are read.
    if (data.length < at - from) return;
    for (let i = data.indexOf(end); i >= 0; i = data.indexOf(end, i + 1)) lines++;
    at = from;
    await host.checkpoint();
  }
  await host.call('seek', { fd, offset: at, whence: 0 });
}

async function lastBytes(source: Source, { count }: Part): Promise<Uint8Array[]> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const data of blocksOf(source)) {
    held.push(data.slice());
    length += data.length;
    for (let first = held[0]; first && length - first.length >= count; first = held[0]) {
      length -= first.length;
      held.shift();
    }
  }
  const [first] = held;
  if (first && length > count) held[0] = first.subarray(length - count);
  return held;
}

async function lastLines(source: Source, { count, end }: Part): Promise<Uint8Array[]> {
  const held: { readonly data: Uint8Array; readonly lines: number }[] = [];
  let lines = 0;
  for await (const block of blocksOf(source)) {
    const data = block.slice();
    let found = 0;
    for (let at = data.indexOf(end); at >= 0; at = data.indexOf(end, at + 1)) found++;
    held.push({ data, lines: found });
    lines += found;
    for (let first = held[0]; first && lines - first.lines > count; first = held[0]) {
      lines -= first.lines;
      held.shift();
    }
  }
  const last = held.at(-1);
  if (!last || count === 0) return [];
  // A last line without its end counts as one.
  let surplus = lines + (last.data.at(-1) === end ? 0 : 1) - count;
  const out: Uint8Array[] = [];
  for (const { data } of held) {
    let at = 0;
    while (surplus > 0 && at < data.length) {
      const found = data.indexOf(end, at);
      at = found < 0 ? data.length : found + 1;
      if (found >= 0) surplus--;
    }
    out.push(data.subarray(at));
  }
  return out;
}
