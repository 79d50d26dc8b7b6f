/**
 * Encoders for the encodings that browsers only decode. A table is the inverse of TextDecoder: every sequence of
 * bytes is decoded once, so the encoder writes exactly what the decoder reads (https://encoding.spec.whatwg.org/).
 */

/** The bytes of a character as one number, the first byte in front; undefined where it has none. */
export type Encoder = (point: number) => number | undefined;

/** Encodings whose characters have one byte or more; all others of TextDecoder have exactly one. */
const multiByte: Readonly<Record<string, () => number[][]>> = {
  shift_jis: () => pairs([...span(0x81, 0x9f), ...span(0xe0, 0xfc)], [0xed, 0xee]),
  'euc-jp': () => [
    ...pairs([0x8e, ...span(0xa1, 0xfe)]),
    ...span(0xa1, 0xfe).flatMap((second) => span(0xa1, 0xfe).map((third) => [0x8f, second, third])),
  ],
  'euc-kr': () => pairs(span(0x81, 0xfe)),
  // Pages write the characters of Hong Kong's supplement by their other places, so these come last.
  big5: () => pairs(span(0x81, 0xfe), span(0x81, 0xa0)),
  gbk: () => pairs(span(0x81, 0xfe)),
  gb18030: () => [...pairs(span(0x81, 0xfe)), ...fourBytes()],
};

/** ISO-2022-JP changes its meaning midway by escape sequences: the same text has many spellings. */
export const isOnlyRead = (encoding: string): boolean => encoding === 'iso-2022-jp';

const tables = new Map<string, ReadonlyMap<number, number>>();

/** The encoder of an encoding other than UTF-8, UTF-16 and ISO-2022-JP; its table is made when it is first used. */
export function encoderOf(encoding: string): Encoder {
  const table = tables.get(encoding) ?? inverseOf(encoding);
  tables.set(encoding, table);
  return (point) => {
    if (point < 0x80) return point;
    return encoding === 'gb18030' ? inGb18030(point, table) : table.get(point);
  };
}

function inverseOf(encoding: string): ReadonlyMap<number, number> {
  const sequences = [...span(0x80, 0xff).map((byte) => [byte]), ...(multiByte[encoding]?.() ?? [])];
  // A line feed is no part of any sequence, so that one call decodes them all.
  const decoded = new TextDecoder(encoding)
    .decode(Uint8Array.from(sequences.flatMap((sequence) => [...sequence, 0x0a])))
    .split('\n');
  const table = new Map<number, number>();
  for (const [index, sequence] of sequences.entries()) {
    const text = decoded[index] ?? '';
    const point = text.codePointAt(0) ?? 0;
    const isOne = text !== '' && text === String.fromCodePoint(point) && point !== 0xfffd;
    if (isOne && point >= 0x80 && !table.has(point)) table.set(point, packed(sequence));
  }
  return table;
}

const packed = (sequence: readonly number[]): number =>
  sequence.reduce((number, byte) => number * 256 + byte, 0);

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function pairs(leads: readonly number[], last: readonly number[] = []): number[][] {
  const first = leads.filter((lead) => !last.includes(lead));
  return [...first, ...last].flatMap((lead) => span(0x40, 0xfe).map((trail) => [lead, trail]));
}

/** The four bytes of GB18030 count like an odometer. */
const fourBytesAt = (index: number): number[] => [
  0x81 + Math.floor(index / 12_600),
  0x30 + (Math.floor(index / 1260) % 10),
  0x81 + (Math.floor(index / 10) % 126),
  0x30 + (index % 10),
];

/** Those of the basic plane. */
const fourBytes = (): number[][] => span(0, 39_419).map(fourBytesAt);

const SUPPLEMENT = 189_000;
const EURO = 0x20ac;

/** The planes above the basic one follow one another without gaps; the euro sign has its own place, not GBK's. */
function inGb18030(point: number, table: ReadonlyMap<number, number>): number | undefined {
  if (point === EURO) return 0xa2e3;
  return point < 0x10000 ? table.get(point) : packed(fourBytesAt(SUPPLEMENT + point - 0x10000));
}
