/** Huffman codes of Zstandard (RFC 8878, 4.2): how a code is described, and how a stream of literals is decoded. */
import { BackwardBits, bad, highestBit } from './zstdbits.ts';
import { FseState, readFse } from './zstdfse.ts';

const BITS_MAX = 11;
const SYMBOLS_MAX = 256;
const weightLimits = { accuracyMax: 6, symbolMax: 12 } as const;

/** For the next `width` bits: the symbol that they begin with, and how many of them it takes. */
export interface HuffmanCode {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

/** Reads the description of a code from the beginning of `bytes`. */
export function readHuffman(bytes: Uint8Array): { code: HuffmanCode; used: number } {
  const first = bytes[0] ?? bad();
  // Up to 127 the weights are compressed and take this many bytes; above, each takes four bits.
  const size = first < 128 ? first : (first - 127 + 1) >> 1;
  const described = bytes.subarray(1, 1 + size);
  if (described.length < size) bad();
  const weights = first < 128 ? packedWeights(described) : plainWeights(described, first - 127);
  return { code: codeOf(weights), used: 1 + size };
}

const plainWeights = (bytes: Uint8Array, count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const byte = bytes[i >> 1] as number;
    return i % 2 === 0 ? byte >> 4 : byte & 15;
  });

/** Two states take turns until the bits are used up; the state whose turn comes then has one symbol more. */
function packedWeights(bytes: Uint8Array): number[] {
  const { table, used } = readFse(bytes, weightLimits);
  const bits = new BackwardBits(bytes.subarray(used));
  const states = [new FseState(table, bits), new FseState(table, bits)] as const;
  const weights: number[] = [];
  for (let turn = 0; weights.length < SYMBOLS_MAX; turn = 1 - turn) {
    const state = states[turn] as FseState;
    weights.push(state.symbol);
    state.next(bits);
    if (bits.left >= 0) continue;
    weights.push((states[1 - turn] as FseState).symbol);
    return weights;
  }
  return bad();
}

/** The weight of the last symbol is not stored: it fills the code up. */
function codeOf(stored: readonly number[]): HuffmanCode {
  const filled = stored.reduce((sum, weight) => sum + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  if (filled === 0 || stored.length >= SYMBOLS_MAX) bad();
  const width = Math.floor(Math.log2(filled)) + 1;
  if (width > BITS_MAX) bad();
  const rest = 2 ** width - filled;
  const last = highestBit(rest) + 1;
  if (2 ** (last - 1) !== rest) bad();
  const weights = [...stored, last];
  const symbols = new Uint8Array(1 << width);
  const lengths = new Uint8Array(1 << width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (const [symbol, its] of weights.entries()) {
      if (its !== weight) continue;
      const end = at + 2 ** (weight - 1);
      symbols.fill(symbol, at, end);
      lengths.fill(width + 1 - weight, at, end);
      at = end;
    }
  }
  return { width, symbols, lengths };
}

/** Fills `into` with what a stream holds, which must hold exactly that. */
export function decodeStream(
  bytes: Uint8Array,
  { width, symbols, lengths }: HuffmanCode,
  into: Uint8Array,
): void {
  const bits = new BackwardBits(bytes);
  for (let i = 0; i < into.length; i++) {
    const next = bits.peek(width);
    into[i] = symbols[next] as number;
    bits.skip(lengths[next] as number);
    if (bits.left < 0) bad();
  }
  if (bits.left !== 0) bad();
}
