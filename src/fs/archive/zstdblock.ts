/**
 * A compressed block of Zstandard (RFC 8878, 3.1.1.3): literals, and sequences that copy them and what was unpacked
 * before. A block never unpacks to more than its limit, whatever it says.
 */
import { BackwardBits, bad } from './zstdbits.ts';
import { FseState, type FseTable, fseTable, oneSymbol, readFse } from './zstdfse.ts';
import type { History } from './zstdhistory.ts';
import { decodeStream, type HuffmanCode, readHuffman } from './zstdhuffman.ts';

export const BLOCK_MAX = 1 << 17;

/** A kind of code: its number is a base plus so many bits, and the table that a block uses without a word. */
interface Codes {
  readonly bases: readonly number[];
  readonly bits: readonly number[];
  readonly predefined: FseTable;
  readonly accuracyMax: number;
}

const zeros = (count: number): number[] => Array<number>(count).fill(0);
const ones = (count: number): number[] => Array<number>(count).fill(1);

/** Each base is where the numbers of the code before it end. */
function codes(
  first: number,
  bits: readonly number[],
  shares: readonly number[],
  accuracyMax: number,
): Codes {
  let base = first;
  const bases = bits.map((count) => {
    const own = base;
    base += 2 ** count;
    return own;
  });
  const accuracy = Math.log2(shares.reduce((sum, share) => sum + Math.abs(share), 0));
  return { bases, bits, predefined: fseTable(shares, accuracy), accuracyMax };
}

const literalLengths = codes(
  0,
  [...zeros(16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  [
    4,
    3,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    3,
    2,
    ...ones(5),
    -1,
    -1,
    -1,
    -1,
  ],
  9,
);
const matchLengths = codes(
  3,
  [...zeros(32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  [1, 4, 3, 2, 2, 2, 2, 2, 2, ...ones(37), -1, -1, -1, -1, -1, -1, -1],
  9,
);
/** The number of an offset has as many bits as its code says, below a leading one. */
const offsets = codes(
  1,
  Array.from({ length: 32 }, (_, code) => code),
  [1, 1, 1, 1, 1, 1, 2, 2, 2, ...ones(15), -1, -1, -1, -1, -1],
  8,
);

/** Unpacks the blocks of one frame, which share tables and the last offsets. */
export class BlockDecoder {
  readonly #history: History;
  readonly #max: number;
  readonly #tables = new Map<Codes, FseTable>();
  readonly #last = [1, 4, 8] as [number, number, number];
  #huffman: HuffmanCode | undefined;

  /** `max` is what a block unpacks to at most. */
  constructor(history: History, max: number) {
    this.#history = history;
    this.#max = max;
  }

  unpack(block: Uint8Array): void {
    const { literals, used } = this.#literals(block);
    this.#sequences(block.subarray(used), literals);
  }

  #literals(block: Uint8Array): { literals: Uint8Array; used: number } {
    const first = block[0] ?? bad();
    const [kind, format] = [first & 3, (first >> 2) & 3];
    if (kind >= 2) return this.#packedLiterals(block, format, kind === 3);
    const [head, shift] = format % 2 === 0 ? [1, 3] : format === 1 ? [2, 4] : [3, 4];
    const size = Math.floor(numberOf(block, head) / 2 ** shift);
    const used = head + (kind === 1 ? 1 : size);
    if (size > this.#max || used > block.length) bad();
    const literals =
      kind === 1 ? new Uint8Array(size).fill(block[head] as number) : block.subarray(head, used);
    return { literals, used };
  }

  /** Literals in a Huffman code: that which is described here, or that of the block before. */
  #packedLiterals(
    block: Uint8Array,
    format: number,
    isRepeated: boolean,
  ): { literals: Uint8Array; used: number } {
    const [head, width] =
      (
        [
          [3, 10],
          [3, 10],
          [4, 14],
          [5, 18],
        ] as const
      )[format] ?? bad();
    const sizes = Math.floor(numberOf(block, head) / 16);
    const [size, packed] = [sizes % 2 ** width, Math.floor(sizes / 2 ** width)];
    const used = head + packed;
    if (size > this.#max || used > block.length) bad();
    let streams = block.subarray(head, used);
    if (!isRepeated) {
      const { code, used: described } = readHuffman(streams);
      this.#huffman = code;
      streams = streams.subarray(described);
    }
    const code = this.#huffman ?? bad();
    const literals = new Uint8Array(size);
    if (format === 0) decodeStream(streams, code, literals);
    else decodeFour(streams, code, literals);
    return { literals, used };
  }

  #sequences(section: Uint8Array, literals: Uint8Array): void {
    const history = this.#history;
    const { count, used } = countOf(section);
    const start = history.end;
    let literal = 0;
    if (count > 0) {
      const [bits, ...states] = this.#states(section.subarray(used));
      const [literalState, offsetState, matchState] = states;
      for (let left = count; left > 0; left--) {
        const offset = numberBy(offsets, offsetState, bits);
        const match = numberBy(matchLengths, matchState, bits);
        const length = numberBy(literalLengths, literalState, bits);
        if (literal + length > literals.length || bits.left < 0) bad();
        if (history.end - start + length + match > this.#max) bad();
        history.append(literals.subarray(literal, literal + length));
        literal += length;
        history.copy(this.#distance(offset, length === 0), match);
        if (left === 1) break;
        literalState.next(bits);
        matchState.next(bits);
        offsetState.next(bits);
      }
      if (bits.left !== 0) bad();
    } else if (used !== section.length) bad();
    const rest = literals.subarray(literal);
    if (history.end - start + rest.length > this.#max) bad();
    history.append(rest);
  }

  /** The bits of the sequences, and the states of the three kinds of codes in the order in which they begin. */
  #states(section: Uint8Array): [BackwardBits, FseState, FseState, FseState] {
    const modes = section[0] ?? bad();
    if ((modes & 3) !== 0) bad();
    let rest = section.subarray(1);
    const tables = (
      [
        [literalLengths, 6],
        [offsets, 4],
        [matchLengths, 2],
      ] as const
    ).map(([kind, shift]) => {
      const { table, used } = this.#table(kind, (modes >> shift) & 3, rest);
      this.#tables.set(kind, table);
      rest = rest.subarray(used);
      return table;
    });
    const bits = new BackwardBits(rest);
    const [one, two, three] = tables.map((table) => new FseState(table, bits));
    return [bits, one as FseState, two as FseState, three as FseState];
  }

  #table(kind: Codes, mode: number, bytes: Uint8Array): { table: FseTable; used: number } {
    const symbolMax = kind.bases.length - 1;
    if (mode === 0) return { table: kind.predefined, used: 0 };
    if (mode === 2) return readFse(bytes, { accuracyMax: kind.accuracyMax, symbolMax });
    if (mode === 3) return { table: this.#tables.get(kind) ?? bad(), used: 0 };
    const symbol = bytes[0] ?? bad();
    return { table: oneSymbol(symbol <= symbolMax ? symbol : bad()), used: 1 };
  }

  /** The distance that an offset stands for: 1 to 3 are the last distances, which change their order then. */
  #distance(offset: number, isBare: boolean): number {
    const last = this.#last;
    // A match without literals in front of it never repeats the last distance: the numbers are one higher there.
    const index = offset > 3 ? 3 : offset - 1 + (isBare ? 1 : 0);
    const distance = offset > 3 ? offset - 3 : index === 3 ? last[0] - 1 : (last[index] as number);
    if (index >= 2) last[2] = last[1];
    if (index >= 1) last[1] = last[0];
    last[0] = distance;
    return distance;
  }
}

/** The lowest bytes first. */
function numberOf(bytes: Uint8Array, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? bad());
  return value;
}

/** Four streams of equal length, but for the last; the lengths of the first three stand in front. */
function decodeFour(bytes: Uint8Array, code: HuffmanCode, literals: Uint8Array): void {
  const each = (literals.length + 3) >> 2;
  let at = 6;
  for (let i = 0; i < 4; i++) {
    const size = i < 3 ? numberOf(bytes.subarray(2 * i), 2) : bytes.length - at;
    if (size < 1 || at + size > bytes.length || i * each > literals.length) bad();
    const into = literals.subarray(i * each, i < 3 ? (i + 1) * each : literals.length);
    decodeStream(bytes.subarray(at, at + size), code, into);
    at += size;
  }
}

function countOf(section: Uint8Array): { count: number; used: number } {
  const [first = bad(), second = 0, third = 0] = section;
  if (first < 128) return { count: first, used: 1 };
  return first < 255
    ? { count: (first - 128) * 256 + second, used: 2 }
    : { count: second + third * 256 + 0x7f00, used: 3 };
}

function numberBy({ bases, bits: counts }: Codes, state: FseState, bits: BackwardBits): number {
  const code = state.symbol;
  return (bases[code] as number) + bits.take(counts[code] as number);
}
