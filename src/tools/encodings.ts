/** The encodings of base64(1), base32(1) and basenc(1): groups of bytes as groups of letters (RFC 4648, and others). */
import { bytesOf } from '../kernel/rawtext.ts';
import type { Output } from './stdio.ts';

export interface Encoding {
  readonly name: string;
  /** Bytes that are encoded together. */
  readonly group: number;
  /** Letters of a group. */
  readonly letters: number;
  readonly alphabet: Uint8Array;
  readonly isPadded: boolean;
  encode(data: Uint8Array): Uint8Array;
  /** Bytes of a group of letters, which may end early; those that are right before a mistake are put. False at a mistake. */
  decode(letters: Uint8Array, count: number, values: Int16Array, out: Output): boolean;
}

const PAD = 61;
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE64 = `${UPPER}${UPPER.toLowerCase()}0123456789`;

/** Letters of `bits` bits each, the first bit of a byte first. */
function bitEncoding(
  name: string,
  text: string,
  { bits, group, isPadded }: { bits: number; group: number; isPadded: boolean },
): Encoding {
  const alphabet = bytesOf(text);
  const letters = (group * 8) / bits;
  const mask = (1 << bits) - 1;
  return {
    name,
    group,
    letters,
    alphabet,
    isPadded,
    encode(data) {
      const count = Math.ceil((data.length * 8) / bits);
      const padded = isPadded ? Math.ceil(data.length / group) * letters : count;
      const out = new Uint8Array(padded).fill(PAD);
      let held = 0;
      let have = 0;
      let length = 0;
      for (let at = 0; at < data.length; at++) {
        held = ((held & 0xff) << 8) | (data[at] as number);
        for (have += 8; have >= bits; have -= bits)
          out[length++] = alphabet[(held >> (have - bits)) & mask] as number;
      }
      if (have > 0) out[length] = alphabet[(held << (bits - have)) & mask] as number;
      return out;
    },
    decode(data, count, values, out) {
      // Unlike the others base32 gives nothing of a group that ends early.
      if (group === 5 && count < letters) return false;
      let held = 0;
      let have = 0;
      let padding = 0;
      for (let at = 0; at < count; at++) {
        const letter = data[at] as number;
        if (isPadded && letter === PAD && at > 0) {
          padding++;
          continue;
        }
        const value = values[letter] as number;
        if (value < 0 || padding > 0) return false;
        held = ((held << bits) | value) & 0xffff;
        have += bits;
        if (have < 8) continue;
        have -= 8;
        out.byte((held >> have) & 0xff);
      }
      // What is left over must be no whole letter.
      return count === letters && (padding === 0 || have < bits);
    },
  };
}

/** Bits one by one, in either order. */
const bitwise = (name: string, isFirstHigh: boolean): Encoding => ({
  name,
  group: 1,
  letters: 8,
  alphabet: bytesOf('01'),
  isPadded: false,
  encode(data) {
    const out = new Uint8Array(data.length * 8);
    for (let at = 0; at < out.length; at++) {
      const byte = data[at >> 3] as number;
      out[at] = 48 + ((byte >> (isFirstHigh ? 7 - (at & 7) : at & 7)) & 1);
    }
    return out;
  },
  decode(data, count, values, out) {
    let byte = 0;
    for (let at = 0; at < count; at++) {
      const value = values[data[at] as number] as number;
      if (value < 0) return false;
      byte |= value << (isFirstHigh ? 7 - at : at);
    }
    if (count < 8) return false;
    out.byte(byte);
    return true;
  },
});

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

const z85: Encoding = {
  name: 'z85',
  group: 4,
  letters: 5,
  alphabet: bytesOf(Z85),
  isPadded: false,
  encode(data) {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const out = new Uint8Array((data.length / 4) * 5);
    for (let at = 0, to = 0; at < data.length; at += 4, to += 5) {
      let value = view.getUint32(at);
      for (let i = 4; i >= 0; i--) {
        out[to + i] = z85.alphabet[value % 85] as number;
        value = Math.floor(value / 85);
      }
    }
    return out;
  },
  decode(data, count, values, out) {
    let value = 0;
    for (let at = 0; at < count; at++) {
      const digit = values[data[at] as number] as number;
      if (digit < 0) return false;
      value = value * 85 + digit;
    }
    if (count < 5 || value >= 2 ** 32) return false;
    for (let shift = 24; shift >= 0; shift -= 8) out.byte(Math.floor(value / 2 ** shift) & 0xff);
    return true;
  },
};

export const encodings: Readonly<Record<string, Encoding>> = {
  base64: bitEncoding('base64', `${BASE64}+/`, { bits: 6, group: 3, isPadded: true }),
  base64url: bitEncoding('base64url', `${BASE64}-_`, { bits: 6, group: 3, isPadded: true }),
  base32: bitEncoding('base32', `${UPPER}234567`, { bits: 5, group: 5, isPadded: true }),
  base32hex: bitEncoding('base32hex', `0123456789${UPPER.slice(0, 22)}`, {
    bits: 5,
    group: 5,
    isPadded: true,
  }),
  base16: bitEncoding('base16', '0123456789ABCDEF', { bits: 4, group: 1, isPadded: false }),
  base2msbf: bitwise('base2msbf', true),
  base2lsbf: bitwise('base2lsbf', false),
  z85,
};

/** Takes letters as they come. Newlines are left out, and with `isLenient` whatever is no letter. */
export function decoderOf(
  encoding: Encoding,
  out: Output,
): { take(data: Uint8Array, isLenient: boolean): boolean; end(): boolean } {
  const { alphabet, letters } = encoding;
  const values = new Int16Array(256).fill(-1);
  for (const [value, letter] of alphabet.entries()) values[letter] = value;
  const group = new Uint8Array(letters);
  let count = 0;
  return {
    take(data, isLenient) {
      for (let at = 0; at < data.length; at++) {
        const letter = data[at] as number;
        if (letter === 10) continue;
        if (isLenient && (values[letter] as number) < 0 && letter !== PAD) continue;
        group[count++] = letter;
        if (count < letters) continue;
        count = 0;
        if (!encoding.decode(group, letters, values, out)) return false;
      }
      return true;
    },
    end: () => count === 0 || encoding.decode(group, count, values, out),
  };
}
