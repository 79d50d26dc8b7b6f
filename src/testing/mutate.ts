/** Small changes of bytes, at random by a seed: the same seed makes the same changes. */
import { concat } from '../kernel/bytes.ts';

/** Numbers from 0 up to a limit, by a seed (mulberry32). */
export type Random = (below: number) => number;

export function randomBy(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Bytes at which parsers often go wrong. */
const edges = [0, 1, 0x7f, 0x80, 0xfe, 0xff, 0x20, 0x30, 0x37];

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const changes: readonly Change[] = [
  (bytes, random) => withByte(bytes, random(bytes.length), random(256)),
  (bytes, random) => withByte(bytes, random(bytes.length), edges[random(edges.length)] ?? 0),
  // A bit.
  (bytes, random) => {
    const at = random(bytes.length);
    return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << random(8)));
  },
  // A run of one byte.
  (bytes, random) => {
    const copy = bytes.slice();
    const at = random(bytes.length);
    return copy.fill(edges[random(edges.length)] ?? 0, at, at + 1 + random(12));
  },
  // A part that is missing, or is there twice.
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  // The beginning of one input and the end of another.
  (bytes, random, other) =>
    concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]),
];

/** One to four changes. */
export function mutated(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let found = bytes;
  for (let left = 1 + random(4); left > 0 && found.length > 0; left--)
    found = changes[random(changes.length)]?.(found, random, other) ?? found;
  return sealed(found, bytes);
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

function range(bytes: Uint8Array, random: Random): [number, number] {
  const from = random(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random(64))];
}

const BLOCK = 512;

/** The headers of a tar have checksums. They are set right, or nearly every change would be found by them. */
function sealed(bytes: Uint8Array, original: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at + BLOCK <= copy.length; at += BLOCK) {
    const block = copy.subarray(at, at + BLOCK);
    if (!isHeader(original.subarray(at, at + BLOCK))) continue;
    block.fill(32, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  }
  return copy;
}

const isHeader = (block: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(block.subarray(257, 262)) === 'ustar';
