/** Finite State Entropy (RFC 8878, 4.1): tables whose states are symbols, and how such a table is described. */
import { type BackwardBits, bad, bitsAt, highestBit } from './zstdbits.ts';

/** For each state: its symbol, and the bits that are added to a base to get the next state. */
export interface FseTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

export interface FseLimits {
  readonly accuracyMax: number;
  readonly symbolMax: number;
}

/** The state of a decoder that follows a table through a stream of bits. */
export class FseState {
  readonly #table: FseTable;
  #state: number;

  constructor(table: FseTable, bits: BackwardBits) {
    this.#table = table;
    this.#state = bits.take(table.accuracy);
  }

  get symbol(): number {
    return this.#table.symbols[this.#state] as number;
  }

  next(bits: BackwardBits): void {
    const { bases, bits: counts } = this.#table;
    this.#state = (bases[this.#state] as number) + bits.take(counts[this.#state] as number);
  }
}

/** Reads the description of a table from the beginning of `bytes`. */
export function readFse(
  bytes: Uint8Array,
  { accuracyMax, symbolMax }: FseLimits,
): { table: FseTable; used: number } {
  const accuracy = bitsAt(bytes, 0, 4) + 5;
  if (accuracy > accuracyMax) bad();
  const shares: number[] = [];
  let at = 4;
  for (let left = 1 << accuracy; left > 0; ) {
    if (shares.length > symbolMax || at > bytes.length * 8) bad();
    const { value, count } = shareAt(bytes, at, left);
    at += count;
    // A share of -1 is less than one state, and gets one.
    const share = value - 1;
    left -= Math.abs(share);
    shares.push(share);
    if (share !== 0) continue;
    // Two bits tell how many more symbols have no share; three of them are followed by two bits more.
    for (let more = 3; more === 3; at += 2) {
      more = bitsAt(bytes, at, 2);
      for (let i = 0; i < more; i++) shares.push(0);
      if (shares.length > symbolMax + 1) bad();
    }
  }
  const used = (at + 7) >> 3;
  if (used > bytes.length || shares.length > symbolMax + 1) bad();
  return { table: fseTable(shares, accuracy), used };
}

/** A value from 0 to `left + 1`: the lower values that fit take one bit less. */
function shareAt(bytes: Uint8Array, at: number, left: number): { value: number; count: number } {
  const count = highestBit(left + 1) + 1;
  const value = bitsAt(bytes, at, count);
  const mask = (1 << (count - 1)) - 1;
  const short = (1 << count) - 2 - left;
  if ((value & mask) < short) return { value: value & mask, count: count - 1 };
  return { value: value > mask ? value - short : value, count };
}

/** The table in which each symbol has its share of the states. */
export function fseTable(shares: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = spread(shares, size);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  const next = shares.map((share) => Math.abs(share));
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const number = next[symbol] as number;
    next[symbol] = number + 1;
    const count = accuracy - highestBit(number);
    bits[state] = count;
    bases[state] = number * 2 ** count - size;
  }
  return { accuracy, symbols, bits, bases };
}

function spread(shares: readonly number[], size: number): Uint8Array {
  const symbols = new Uint8Array(size);
  let high = size;
  for (const [symbol, share] of shares.entries()) if (share < 0) symbols[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  return symbols;
}

/** A table of one symbol, which takes no bits. */
export const oneSymbol = (symbol: number): FseTable => ({
  accuracy: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
});
