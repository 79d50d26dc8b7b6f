/** Bytes that are looked for in a file of any size, some of which may be anything: `4d ?? 5a`. */

/** A byte, or undefined for any. */
export type Mask = readonly (number | undefined)[];

const MASK_MAX = 256;
const PIECE = 1024 * 1024;

/** undefined for what is no mask, or is one of nothing. */
export function parseMask(text: string): Mask | undefined {
  const compact = text.replace(/\s+/g, '').replace(/^0x/i, '');
  const pairs = compact.match(/../g) ?? [];
  if (pairs.length === 0 || pairs.length > MASK_MAX || compact.length % 2 !== 0) return undefined;
  if (!pairs.every((pair) => pair === '??' || /^[\da-f]{2}$/i.test(pair))) return undefined;
  const mask = pairs.map((pair) => (pair === '??' ? undefined : Number.parseInt(pair, 16)));
  return mask.every((byte) => byte === undefined) ? undefined : mask;
}

/** The first place in `bytes` from `from` on; -1 where there is none. */
export function indexOf(mask: Mask, bytes: Uint8Array, from = 0): number {
  const anchor = mask.findIndex((byte) => byte !== undefined);
  const wanted = mask[anchor] as number;
  for (let at = bytes.indexOf(wanted, from + anchor); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    const start = at - anchor;
    if (start + mask.length > bytes.length) return -1;
    if (mask.every((byte, index) => byte === undefined || bytes[start + index] === byte))
      return start;
  }
  return -1;
}

/** The first place of a file from `from` on; -1 where there is none. Reads a piece at a time. */
export async function find(
  mask: Mask,
  from: number,
  size: number,
  readAt: ((at: number, count: number) => Promise<Uint8Array>) | undefined,
  signal: AbortSignal,
): Promise<number> {
  for (let at = from; readAt && at + mask.length <= size; at += PIECE) {
    signal.throwIfAborted();
    // So that what lies across two pieces is found in the first.
    const bytes = await readAt(at, Math.min(PIECE + mask.length - 1, size - at));
    const found = indexOf(mask, bytes);
    if (found >= 0) return at + found;
    if (bytes.length === 0) return -1;
  }
  return -1;
}
