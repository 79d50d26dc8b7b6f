/** What `file` says of pictures. */
import { binary, headOf, latin1, textAt, viewOf } from './format.ts';
import type { Kind } from './text.ts';

const pngColors: Readonly<Record<number, string>> = {
  0: ' grayscale',
  2: '/color RGB',
  3: ' colormap',
  4: ' gray+alpha',
  6: '/color RGBA',
};

/** The header of a PNG in words; undefined where it has none. */
function pngHeader(data: Uint8Array): string | undefined {
  if (latin1(data, 12, 16) !== 'IHDR') return undefined;
  const view = headOf(data);
  const size = `${view.getUint32(16)} x ${view.getUint32(20)}`;
  const color = pngColors[view.getUint8(25)] ?? '';
  const laced = view.getUint8(28) === 0 ? 'non-interlaced' : 'interlaced';
  return `${size}, ${view.getUint8(24)}-bit${color}, ${laced}`;
}

export function png(data: Uint8Array): Kind {
  const header = pngHeader(data);
  return binary(`PNG image data${header === undefined ? '' : `, ${header}`}`, 'image/png');
}

const processes: Readonly<Record<number, string>> = {
  192: 'baseline',
  193: 'extended sequential',
  194: 'progressive',
};

export function jpeg(data: Uint8Array): Kind {
  const view = viewOf(data);
  let says = 'JPEG image data';
  if (latin1(data, 6, 10) === 'JFIF') {
    const unit = ['aspect ratio', 'resolution (DPI)', 'resolution (DPCM)'][data[13] ?? 3];
    says += `, JFIF standard ${data[11]}.${String(data[12]).padStart(2, '0')}`;
    if (unit) says += `, ${unit}, density ${view.getUint16(14)}x${view.getUint16(16)}`;
    says += `, segment length ${view.getUint16(4)}`;
  } else if (latin1(data, 6, 10) === 'Exif') says += ', Exif standard';
  else return binary(says, 'image/jpeg');
  for (let at = 2; at + 9 < data.length && data[at] === 0xff; ) {
    const marker = data[at + 1] ?? 0;
    if (marker === 0xfe) {
      const text = latin1(data, at + 4, at + 2 + view.getUint16(at + 2));
      says += `, comment: "${text}"`;
    }
    const process = processes[marker];
    if (process) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const parts = data[at + 9];
      return binary(
        `${says}, ${process}, precision ${data[at + 4]}, ${width}x${height}, components ${parts}`,
        'image/jpeg',
      );
    }
    if (marker === 0xd9 || marker === 0xda) break;
    at += 2 + view.getUint16(at + 2);
  }
  return binary(says, 'image/jpeg');
}

export function gif(data: Uint8Array): Kind {
  const view = headOf(data);
  const size = `${view.getUint16(6, true)} x ${view.getUint16(8, true)}`;
  return binary(`GIF image data, version ${latin1(data, 3, 6)}, ${size}`, 'image/gif');
}

/** By the size of the header that follows that of the file. */
const bitmapFormats: Readonly<Record<number, string>> = {
  12: 'OS/2 1.x format',
  16: 'OS/2 2.x format (DIB header size=16)',
  40: 'Windows 3.x format',
  52: 'Adobe Photoshop',
  56: 'Adobe Photoshop with alpha channel mask',
  64: 'OS/2 2.x format',
  108: 'Windows 95/NT4 and newer format',
  124: 'Windows 98/2000 and newer format',
};
const [OS2, WINDOWS3] = [12, 40];

/** Undefined where it is no bitmap. */
export function bmp(data: Uint8Array): Kind | undefined {
  const view = headOf(data);
  const header = view.getUint32(14, true);
  const format = bitmapFormats[header];
  if (!format) return undefined;
  const says = [`PC bitmap, ${format}`];
  const size =
    header === OS2
      ? [18, 20, 24].map((at) => view.getUint16(at, true))
      : [view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true)];
  says.push(size.join(' x '));
  if (header === WINDOWS3) {
    const field = (at: number): number => view.getUint32(at, true);
    if (field(30) > 0) says.push(`${field(30)} compression`);
    if (field(34) > 0) says.push(`image size ${field(34)}`);
    if (field(38) > 0) says.push(`resolution ${field(38)} x ${field(42)} px/m`);
    if (field(50) > 0) says.push(`${field(50)} important colors`);
  }
  says.push(`cbSize ${view.getUint32(2, true)}`, `bits offset ${view.getUint32(10, true)}`);
  return binary(says.join(', '), 'image/bmp');
}

const CURSOR = 2;
const PNG_WITHIN = 'with PNG';

/** Icons and cursors of Windows; undefined where it is something else. */
export function icons(data: Uint8Array): Kind | undefined {
  const view = headOf(data);
  const isCursor = view.getUint16(2, true) === CURSOR;
  const count = view.getUint16(4, true);
  // The fourth byte of an entry is not used, and is told from the beginning of other formats by that.
  const unused = view.getUint8(9);
  if (count === 0 || (unused !== 0 && unused !== 0xff)) return undefined;
  const shown: string[] = [];
  // Of cursors the first is told, of icons two.
  for (let at = 6; at < 6 + 16 * Math.min(count, isCursor ? 1 : 2); at += 16) {
    const icon = iconOf(data, view, at, isCursor);
    // file(1) begins another line where it has said before what a PNG is.
    const isRepeated = shown.some((each) => each.includes(PNG_WITHIN));
    shown.push(isRepeated ? icon.replace(PNG_WITHIN, 'with \n- PNG') : icon);
  }
  const what = `MS Windows ${isCursor ? 'cursor' : 'icon'} resource`;
  return binary(
    `${what} - ${count} icon${count === 1 ? '' : 's'}, ${shown.join(', ')}`,
    isCursor ? 'image/x-win-bitmap' : 'image/vnd.microsoft.icon',
  );
}

function iconOf(data: Uint8Array, view: DataView, at: number, isCursor: boolean): string {
  const content = data.subarray(view.getUint32(at + 12, true));
  const isPng = latin1(content, 0, 4) === '\x89PNG';
  const [width, height] = [at, at + 1].map((each) => view.getUint8(each) || 256);
  const says = [`${width}x${height}`];
  if (isPng) says[0] += ` with PNG image data, ${pngHeader(content) ?? ''}`;
  const colors = view.getUint8(at + 2);
  if (colors > 0) says.push(`${colors} colors`);
  const [planes, bits] = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  if (isCursor) says.push(`hotspot @${planes}x${bits}`);
  else {
    if (planes > 1) says.push(`${planes} planes`);
    if (bits > 0) says.push(`${bits} bits/pixel`);
  }
  return says.join(', ');
}

const compressions: Readonly<Record<number, string>> = {
  1: 'none',
  2: 'huffman',
  3: 'bi-level group 3',
  4: 'bi-level group 4',
  5: 'LZW',
  6: 'JPEG (old)',
  7: 'JPEG',
  8: 'deflate',
  9: 'JBIG, ITU-T T.85',
  10: 'JBIG, ITU-T T.43',
  32766: 'NeXT RLE 2-bit',
  32773: 'PackBits (Macintosh RLE)',
  32809: 'Thunderscan RLE',
  32946: 'Deflate (PKZIP)',
  32947: 'Kodak DCS',
  34661: 'JBIG',
  34712: 'JPEG2000',
};
const photometric: readonly (string | undefined)[] = [
  'WhiteIsZero',
  'BlackIsZero',
  'RGB',
  'RGB Palette',
  'Transparency Mask',
  'CMYK',
  'YCbCr',
  undefined,
  'CIELab',
];
const orientations: Readonly<Record<number, string>> = {
  1: 'upper-left',
  3: 'lower-right',
  6: 'upper-right',
  8: 'lower-left',
  9: 'undefined',
};

interface TiffEntry {
  readonly isSingle: boolean;
  /** The first half of the value, and all of it: the value itself, or where it stands. */
  readonly half: number;
  readonly value: number;
}

const orUnknown = (name: string | undefined, value: number, equals = ' '): string =>
  name ?? `(unknown${equals}${value === 0 ? '' : '0x'}${value.toString(16)})`;

/** By their numbers, what the fields say that file(1) tells. */
const tiffFields: Readonly<Record<number, (entry: TiffEntry) => string>> = {
  258: ({ half }) => `bps=${half}`,
  259: ({ half }) => `compression=${orUnknown(compressions[half], half)}`,
  262: ({ half }) => `PhotometricInterpretation=${orUnknown(photometric[half], half, '=')}`,
  274: ({ half }) => `orientation=${orientations[half] ?? `[*${half}*]`}`,
  282: ({ value }) => `xresolution=${value}`,
  283: ({ value }) => `yresolution=${value}`,
  296: ({ half }) => `resolutionunit=${half}`,
  34853: () => 'GPS-Data',
};
/** They have to be single values. */
const [WIDTH, HEIGHT, COMPRESSION] = [0x100, 0x101, 0x103];
/** Texts, without which the others behind them are not told either. */
const neededTexts: Readonly<Record<number, string>> = {
  269: 'name',
  270: 'description',
  271: 'manufacturer',
  272: 'model',
};
const otherTexts: Readonly<Record<number, string>> = {
  305: 'software',
  306: 'datetime',
  316: 'hostcomputer',
  33432: 'copyright',
};
/** Fields that are passed over. Any other ends what is told. */
const passed = new Set([0xfe, 0x10a, 0x111, 0x13e, 0x13f, 0x211, 0x213, 0x214, 0x8769]);
const FIELDS_MAX = 50;

export function tiff(data: Uint8Array): Kind {
  const view = viewOf(data);
  const isLittle = data[0] === 0x49;
  const order = isLittle ? 'little-endian' : 'big-endian';
  const isIn = (at: number, count: number): boolean => at + count <= data.length;
  const u16 = (at: number): number => (isIn(at, 2) ? view.getUint16(at, isLittle) : 0);
  const u32 = (at: number): number => (isIn(at, 4) ? view.getUint32(at, isLittle) : 0);
  if (u16(2) === 43) return binary(`Big TIFF image data, ${order}`, 'image/tiff');
  if (latin1(data, 8, 11) === 'CR\x02')
    return binary(`Canon CR2 raw image data, version ${data[10]}.${data[11]}`, 'image/x-canon-cr2');
  const says = [`TIFF image data, ${order}`];
  const directory = u32(4);
  if (!isIn(8, 0) || !isIn(directory, 1)) return binary(says.join(', '), 'image/tiff');
  says.push(`direntries=${u16(directory)}`);
  // A width is told behind what follows it.
  let widths: string[] = [];
  for (let at = directory + 2; isIn(at, 12) && says.length < FIELDS_MAX; at += 12) {
    const tag = u16(at);
    const entry = { isSingle: u32(at + 4) === 1, half: u16(at + 8), value: u32(at + 8) };
    const text = neededTexts[tag] ?? otherTexts[tag];
    if ([WIDTH, HEIGHT, COMPRESSION].includes(tag) && !entry.isSingle) break;
    if (tag === WIDTH) widths = [`width=${entry.half}`, ...widths];
    else if (tag === HEIGHT) says.push(`height=${entry.half}`);
    else if (text !== undefined && isIn(entry.value, 1))
      says.push(`${text}=${textAt(data, entry.value)}`);
    else if (tiffFields[tag]) says.push(tiffFields[tag](entry));
    else if (!passed.has(tag) && !otherTexts[tag]) break;
  }
  return binary([...says, ...widths].join(', '), 'image/tiff');
}
