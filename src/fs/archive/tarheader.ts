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
  for (const [i, raw] of block.entries()) {
    const byte = i >= 148 && i < 156 ? 32 : raw;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === sum || told === signed;
}

function dialectOf(block: Uint8Array): Dialect {
  const magic = String.fromCharCode(...block.subarray(257, 265));
  if (magic === 'ustar  \0') return 'gnu';
  if (!magic.startsWith('ustar')) return 'v7';
  return String.fromCharCode(...block.subarray(508, 512)) === 'tar\0' ? 'star' : 'ustar';
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
  const first = block[at] ?? 0;
  if (first & 0x80) return base256(block.subarray(at, at + length));
  const field = block.subarray(at, at + length);
  const [text] = String.fromCharCode(...field)
    .replace(/^[ \0]+/, '')
    .split(/[ \0]/);
  if (!text) return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

function base256(field: Uint8Array): number {
  const isNegative = ((field[0] ?? 0) & 0x40) !== 0;
  let value = 0n;
  for (const [i, byte] of field.entries())
    value = value * 256n + BigInt(i === 0 ? byte & 0x7f : byte);
  const bits = BigInt(field.length * 8 - 1);
  return Number(isNegative ? value - (1n << bits) : value);
}
