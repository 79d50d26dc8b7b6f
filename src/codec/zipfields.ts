/** The records of zip (PKWARE's APPNOTE 6.3) that its readers and its writers share. */
import { concat, viewOf } from '../kernel/bytes.ts';

export const LOCAL = 0x0403_4b50;
export const CENTRAL = 0x0201_4b50;
export const DESCRIPTOR = 0x0807_4b50;
export const END = 0x0605_4b50;
export const END64 = 0x0606_4b50;
export const LOCATOR64 = 0x0706_4b50;

const FULL16 = 0xffff;
/** Four bytes that say that the number is in the zip64 field. */
export const FULL32 = 0xffff_ffff;
/** The version of the specification that has zip64. */
export const VERSION64 = 45;
/** The system whose attributes are a mode in the upper half. */
export const UNIX = 3;

/** Extra fields by their number; what is cut off is left out. */
export function extraFields(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = viewOf(bytes);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (at + 4 + length > bytes.length) break;
    if (!found.has(id)) found.set(id, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

/** Sizes and places of four bytes, or those of eight in the zip64 field where the four are full. */
export function zip64Numbers(
  field: Uint8Array | undefined,
  narrow: readonly [number, number, number],
): [number, number, number] {
  const wide = [...narrow] as [number, number, number];
  if (!field) return wide;
  const view = viewOf(field);
  let at = 0;
  for (const [i, value] of narrow.entries()) {
    if (value !== 0xffff_ffff || at + 8 > field.length) continue;
    wide[i] = Number(view.getBigUint64(at, true));
    at += 8;
  }
  return wide;
}

/** Fields of two, four and eight bytes, least significant first. */
export class Fields {
  readonly #parts: Uint8Array[] = [];

  u16(...values: number[]): this {
    return this.#put(2, values);
  }

  u32(...values: number[]): this {
    return this.#put(4, values);
  }

  u64(...values: number[]): this {
    return this.#put(8, values);
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  done(): Uint8Array {
    return concat(this.#parts);
  }

  #put(width: number, values: readonly number[]): this {
    const bytes = new Uint8Array(width * values.length);
    for (const [i, value] of values.entries())
      for (let at = 0, rest = value; at < width; at++, rest = Math.floor(rest / 256))
        bytes[i * width + at] = rest % 256;
    return this.bytes(bytes);
  }
}

/** The end record; where a number does not fit into it, the one of zip64 stands before it. */
export function ending(
  count: number,
  at: number,
  size: number,
  comment = new Uint8Array(0),
): Uint8Array {
  const fields = new Fields();
  if (count >= FULL16 || at >= FULL32 || size >= FULL32)
    fields
      .u32(END64)
      .u64(44)
      .u16((UNIX << 8) | VERSION64, VERSION64)
      .u32(0, 0)
      .u64(count, count, size, at)
      .u32(LOCATOR64, 0)
      .u64(at + size)
      .u32(1);
  const few = Math.min(count, FULL16);
  return fields
    .u32(END)
    .u16(0, 0, few, few)
    .u32(Math.min(size, FULL32), Math.min(at, FULL32))
    .u16(comment.length)
    .bytes(comment)
    .done();
}
