/** One 512-byte header of a tar in any of its dialects: v7, ustar, old GNU and star. */

export const BLOCK = 512;

export type Dialect = 'v7' | 'ustar' | 'gnu' | 'star';

export interface Header {
  readonly block: Uint8Array;
  readonly dialect: Dialect;
  /** The type flag as a character. */
  readonly type: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly mode: number;
  readonly name: Uint8Array;
  readonly link: Uint8Array;
}

/** The header in a block; undefined where its checksum does not match. */
export function headerOf(block: Uint8Array): Header | undefined {
  if (block.length < BLOCK || !hasChecksum(block)) return undefined;
  const dialect = dialectOf(block);
  return {
    block,
    dialect,
    type: String.fromCharCode(block[156] ?? 0),
    size: numberAt(block, 124, 12),
    mtime: numberAt(block, 136, 12),
    mode: numberAt(block, 100, 8) & 0o7777,
    name: nameOf(block, dialect),
    link: untilNul(block.subarray(157, 257)),
  };
}

export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The sum of all bytes with the field itself as blanks. Some old tars have added signed bytes. */
function hasChecksum(block: Uint8Array): boolean {
  const told = numberAt(block, 148, 8);
  let [sum, signed] = [0, 0];
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : (block[i] as number);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === sum || told === signed;
}

function dialectOf(block: Uint8Array): Dialect {
  if (!hasText(block, 257, 'ustar')) return 'v7';
  if (hasText(block, 262, '  \0')) return 'gnu';
  return hasText(block, 508, 'tar\0') ? 'star' : 'ustar';
}

function hasText(block: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (block[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Only POSIX has a prefix; GNU and star keep times and sparse maps where it would be. */
function nameOf(block: Uint8Array, dialect: Dialect): Uint8Array {
  const name = untilNul(block.subarray(0, 100));
  const lengths: Partial<Record<Dialect, number>> = { ustar: 155, star: 131 };
  const prefix = untilNul(block.subarray(345, 345 + (lengths[dialect] ?? 0)));
  if (prefix.length === 0) return name;
  const whole = new Uint8Array(prefix.length + 1 + name.length);
  whole.set(prefix);
  whole[prefix.length] = 47;
  whole.set(name, prefix.length + 1);
  return whole;
}

export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Octal digits; or, where the first bit is set, GNU's base 256 in two's complement. NaN where it is neither. */
export function numberAt(block: Uint8Array, at: number, length: number): number {
  const end = at + length;
  if ((block[at] ?? 0) & 0x80) return base256(block.subarray(at, end));
  let here = at;
  while (here < end && isBlank(block[here])) here++;
  let value = 0;
  for (; here < end && !isBlank(block[here]); here++) {
    const digit = (block[here] as number) - 48;
    if (digit < 0 || digit > 7) return Number.NaN;
    value = value * 8 + digit;
  }
  return value;
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 0;

function base256(field: Uint8Array): number {
  const isNegative = ((field[0] ?? 0) & 0x40) !== 0;
  let value = 0n;
  for (const [i, byte] of field.entries())
    value = value * 256n + BigInt(i === 0 ? byte & 0x7f : byte);
  const bits = BigInt(field.length * 8 - 1);
  return Number(isNegative ? value - (1n << bits) : value);
}
