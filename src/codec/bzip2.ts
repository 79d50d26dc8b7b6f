/**
 * bzip2 in blocks of up to 900 kB, each with a CRC of its own: a block is handed on only when its sum is right. Every
 * loop is bounded by the block's size, whatever the input says.
 */
import { BadStream } from './badstream.ts';
import { BitReader } from './bitreader.ts';

const SYMBOLS_MAX = 258;
const CODE_MAX = 20;
const GROUP = 50;
/** A block has this many bytes for each level of compression. */
const BLOCK = 100_000;
/** Unpacked bytes are handed on in parts of this size. */
const PART = 1 << 16;
/** A packed block is not larger than this for each 100 kB that it unpacks to. */
const PACKED_BLOCK = 130_000;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

/**
 * All streams of a bzip2 file. What stands behind the last one is ignored, as bzip2(1) does. Each part is overwritten when the
 * next is asked for.
 */
export async function* bunzip2(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new BitReader(input[Symbol.asyncIterator]());
  const memory = new BlockMemory();
  for (let streams = 0; ; streams++) {
    await bits.fill(4);
    if (!bits.startsWith('BZh')) {
      if (streams === 0) throw new BadStream('bzip2: this is none');
      return;
    }
    bits.take(24);
    const level = bits.take(8) - 48;
    if (level < 1 || level > 9) throw new BadStream('bzip2: no such block size');
    yield* unpackStream(bits, memory, level * BLOCK);
  }
}

/** What all blocks are unpacked in: a file can have a block for every thirty bytes. */
class BlockMemory {
  /** The bytes of a block in the lower bits, and where the next byte stands in the upper bits. */
  #block = new Uint32Array(0);
  /** The parts of the unpacked block. */
  readonly #parts: Uint8Array[] = [];

  blockOf(size: number): Uint32Array {
    if (this.#block.length < size) this.#block = new Uint32Array(size);
    return this.#block.subarray(0, size);
  }

  part(i: number): Uint8Array {
    this.#parts[i] ??= new Uint8Array(PART);
    return this.#parts[i];
  }
}

async function* unpackStream(
  bits: BitReader,
  memory: BlockMemory,
  max: number,
): AsyncGenerator<Uint8Array> {
  let combined = 0;
  for (;;) {
    await bits.fill((max / BLOCK) * PACKED_BLOCK);
    const magic = bits.take(24) * 2 ** 24 + bits.take(24);
    const told = ((bits.take(16) << 16) | bits.take(16)) >>> 0;
    if (magic === 0x1772_4538_5090) {
      if (told !== combined >>> 0) throw new BadStream('bzip2: the sum of a stream is wrong');
      bits.align();
      return;
    }
    if (magic !== 0x3141_5926_5359) throw new BadStream('bzip2: no block where one begins');
    const { size, crc } = expand(...readBlock(bits, memory.blockOf(max)), memory);
    if (crc !== told) throw new BadStream('bzip2: the sum of a block is wrong');
    for (let at = 0; at < size; at += PART)
      yield memory.part(at / PART).subarray(0, Math.min(PART, size - at));
    combined = ((combined << 1) | (combined >>> 31)) ^ told;
  }
}

/** The bytes of a block before the Burrows-Wheeler transform is undone, and where the first of them comes from. */
function readBlock(bits: BitReader, block: Uint32Array): [Uint32Array, number] {
  const max = block.length;
  if (bits.take(1) === 1) throw new BadStream('bzip2: blocks of before 1996 are not supported');
  const origin = bits.take(24);
  const used = usedBytes(bits);
  const tables = bits.take(3);
  const selectors = readSelectors(bits, tables);
  const groups = Array.from({ length: tables }, () => readCode(bits, used.length + 2));
  const front = Uint8Array.from(used);
  const end = used.length + 1;
  let [size, run, weight, left, group] = [0, 0, 1, 0, -1];
  let code = groups[0] as Code;
  for (;;) {
    if (left === 0) {
      code = groups[selectors[++group] ?? -1] ?? bad();
      left = GROUP;
    }
    left--;
    const symbol = decode(bits, code);
    // Two symbols count how often the front byte is repeated, in binary of ones and twos.
    if (symbol < 2) {
      run += weight << symbol;
      weight *= 2;
      if (size + run > max) bad();
      continue;
    }
    block.fill(front[0] as number, size, size + run);
    size += run;
    [run, weight] = [0, 1];
    if (symbol === end) break;
    if (size >= max || symbol > end) bad();
    const byte = front[symbol - 1] as number;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    block[size++] = byte;
  }
  if (origin >= size) bad();
  return [block.subarray(0, size), origin];
}

const bad = (): never => {
  throw new BadStream('bzip2: a block is damaged');
};

/** Which bytes occur: sixteen bits for ranges of sixteen, then sixteen for each range that occurs. */
function usedBytes(bits: BitReader): number[] {
  const ranges = bits.take(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const within = bits.take(16);
    for (let i = 0; i < 16; i++) if ((within & (0x8000 >> i)) !== 0) used.push(range * 16 + i);
  }
  return used.length > 0 ? used : bad();
}

/** Which table each group of 50 symbols uses, by its place in a list where the last one used comes first. */
function readSelectors(bits: BitReader, tables: number): Uint8Array {
  if (tables < 2 || tables > 6) bad();
  const selectors = new Uint8Array(bits.take(15));
  const front = [0, 1, 2, 3, 4, 5];
  for (const i of selectors.keys()) {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= tables) bad();
    const [table = 0] = front.splice(place, 1);
    front.unshift(table);
    selectors[i] = table;
  }
  return selectors;
}

/** A canonical Huffman code: by length the first code, the end of the codes, and where their symbols stand. */
interface Code {
  readonly shortest: number;
  readonly first: Int32Array;
  readonly end: Int32Array;
  readonly at: Int32Array;
  readonly symbols: Uint16Array;
}

function readCode(bits: BitReader, count: number): Code {
  const lengths = new Uint8Array(SYMBOLS_MAX);
  let length = bits.take(5);
  for (let symbol = 0; symbol < count; symbol++) {
    while (bits.take(1) === 1) length += bits.take(1) === 0 ? 1 : -1;
    if (length < 1 || length > CODE_MAX) bad();
    lengths[symbol] = length;
  }
  return codeOf(lengths.subarray(0, count));
}

function codeOf(lengths: Uint8Array): Code {
  const [first, end, at] = [0, 0, 0].map(() => new Int32Array(CODE_MAX + 1)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const symbols = new Uint16Array(lengths.length);
  let [code, place] = [0, 0];
  for (let length = 1; length <= CODE_MAX; length++) {
    code <<= 1;
    first[length] = code;
    at[length] = place;
    for (const [symbol, its] of lengths.entries()) if (its === length) symbols[place++] = symbol;
    code += place - (at[length] as number);
    end[length] = code;
  }
  return { shortest: Math.min(...lengths), first, end, at, symbols };
}

function decode(bits: BitReader, { shortest, first, end, at, symbols }: Code): number {
  let code = bits.take(shortest);
  for (let length = shortest; length <= CODE_MAX; length++) {
    const from = first[length] as number;
    if (code >= from && code < (end[length] as number))
      return symbols[(at[length] as number) + code - from] ?? bad();
    code = (code << 1) | bits.take(1);
  }
  return bad();
}

/** Undoes the transform, and the runs that were counted before it. The bytes are in the parts of `memory`. */
function expand(
  block: Uint32Array,
  origin: number,
  memory: BlockMemory,
): { size: number; crc: number } {
  link(block);
  let [part, size, crc] = [memory.part(0), 0, -1];
  const put = (byte: number): void => {
    if (size % PART === 0) part = memory.part(size / PART);
    part[size++ % PART] = byte;
    crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 255] as number);
  };
  let [next, last, same] = [(block[origin] as number) >>> 8, -1, 0];
  for (let i = 0; i < block.length; i++) {
    const entry = block[next] as number;
    const byte = entry & 255;
    next = entry >>> 8;
    if (same === 4) {
      for (let count = 0; count < byte; count++) put(last);
      [last, same] = [-1, 0];
      continue;
    }
    same = byte === last ? same + 1 : 1;
    last = byte;
    put(byte);
  }
  return { size, crc: ~crc >>> 0 };
}

/** Writes into the upper bits of each entry where the byte that follows it stands. */
function link(block: Uint32Array): void {
  const starts = new Uint32Array(257);
  for (const byte of block) starts[byte + 1] = (starts[byte + 1] as number) + 1;
  for (let byte = 0; byte < 256; byte++)
    starts[byte + 1] = (starts[byte + 1] as number) + (starts[byte] as number);
  for (let i = 0; i < block.length; i++) {
    const byte = (block[i] as number) & 255;
    const place = starts[byte] as number;
    starts[byte] = place + 1;
    block[place] = (block[place] as number) | (i << 8);
  }
}
