/** Searches in bytes that are faster here than by the methods of arrays: near ones, and those that look at all bytes. */

/** Most lines end nearer than this. A call of indexOf costs as much as so many steps. */
const NEAR = 48;

/** Works as `bytes.indexOf(byte, from)`. */
export function indexOfNear(bytes: Uint8Array, byte: number, from: number): number {
  const end = Math.min(from + NEAR, bytes.length);
  for (let at = from; at < end; at++) if (bytes[at] === byte) return at;
  return end < bytes.length ? bytes.indexOf(byte, end) : -1;
}

/** Returns the offset behind the last such byte between `from` and `to`, or `from`. */
export function behindLast(bytes: Uint8Array, byte: number, from: number, to: number): number {
  const end = Math.max(from, to - NEAR);
  let at = to;
  while (at > end && bytes[at - 1] !== byte) at--;
  if (at > end || at === from) return at;
  // Not in all that is before `from`, which may be long.
  return from + bytes.subarray(from, at).lastIndexOf(byte) + 1;
}

export interface Census {
  readonly hasZero: boolean;
  /** All bytes are below 128. */
  readonly isAscii: boolean;
}

const LOW_BITS = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Looks at all bytes, four at a time: `(v - LOW_BITS) & ~v` has a high bit where one of the four is 0. */
export function censusOf(bytes: Uint8Array): Census {
  const { byteOffset, length } = bytes;
  const head = Math.min((4 - (byteOffset & 3)) & 3, length);
  const count = (length - head) >> 2;
  let zero = 0;
  let all = 0;
  if (count > 0) {
    const words = new Int32Array(bytes.buffer, byteOffset + head, count);
    for (let i = 0; i < count; i++) {
      const word = words[i] as number;
      zero |= (word - LOW_BITS) & ~word;
      all |= word;
    }
  }
  let hasZero = (zero & HIGH_BITS) !== 0;
  const look = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      hasZero ||= byte === 0;
      all |= byte;
    }
  };
  look(0, head);
  look(head + count * 4, length);
  return { hasZero, isAscii: (all & HIGH_BITS) === 0 };
}
