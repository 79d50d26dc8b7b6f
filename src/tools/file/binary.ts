/** What `file` says of the formats of bytes that it meets most (file 5.44). */
import { elfKind } from './elf.ts';
import type { Kind } from './text.ts';

const binary = (says: string, mime: string, charset = 'binary'): Kind => ({ says, mime, charset });

const latin1 = (data: Uint8Array, from: number, to: number): string =>
  Array.from(data.subarray(from, to), (byte) => String.fromCharCode(byte)).join('');

const viewOf = (data: Uint8Array): DataView => {
  // What a header lacks counts as zeros.
  const padded = new Uint8Array(Math.max(data.length, 512));
  padded.set(data);
  return new DataView(padded.buffer);
};

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** As ctime(3), in UTC. */
function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const clock = date.toISOString().slice(11, 19);
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

const gzipSystems: Readonly<Record<number, string>> = {
  0: 'from FAT filesystem (MS-DOS, OS/2, NT)',
  3: 'from Unix',
  7: 'from MacOS',
  11: 'from NTFS filesystem (NT)',
};

function gzip(data: Uint8Array, tail: Uint8Array): Kind {
  const view = viewOf(data);
  const flags = data[3] ?? 0;
  let says = 'gzip compressed data';
  if (flags & 8) {
    const from = 10 + (flags & 4 ? 2 + view.getUint16(10, true) : 0);
    says += `, was "${latin1(data, from, data.indexOf(0, from))}"`;
  }
  const time = view.getUint32(4, true);
  if (time > 0) says += `, last modified: ${timeOf(time)}`;
  if (data[8] === 2) says += ', max compression';
  if (data[8] === 4) says += ', max speed';
  const system = gzipSystems[data[9] ?? 255];
  if (system) says += `, ${system}`;
  says += `, original size modulo 2^32 ${viewOf(tail.slice(-4)).getUint32(0, true)}`;
  return binary(says, 'application/gzip');
}

const pngColors: Readonly<Record<number, string>> = {
  0: ' grayscale',
  2: '/color RGB',
  3: ' colormap',
  4: ' gray+alpha',
  6: '/color RGBA',
};

function png(data: Uint8Array): Kind {
  if (latin1(data, 12, 16) !== 'IHDR') return binary('PNG image data', 'image/png');
  const view = viewOf(data);
  const size = `${view.getUint32(16)} x ${view.getUint32(20)}`;
  const color = pngColors[view.getUint8(25)] ?? '';
  const laced = view.getUint8(28) === 0 ? 'non-interlaced' : 'interlaced';
  return binary(`PNG image data, ${size}, ${view.getUint8(24)}-bit${color}, ${laced}`, 'image/png');
}

const processes: Readonly<Record<number, string>> = {
  192: 'baseline',
  193: 'extended sequential',
  194: 'progressive',
};

function jpeg(data: Uint8Array): Kind {
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

function gif(data: Uint8Array): Kind {
  const view = viewOf(data);
  const size = `${view.getUint16(6, true)} x ${view.getUint16(8, true)}`;
  return binary(`GIF image data, version ${latin1(data, 3, 6)}, ${size}`, 'image/gif');
}

/** How many pages the first tree of pages that counts them says; each byte is looked at a few times at most. */
function pagesOf(text: string): string | undefined {
  for (const part of text.split('>')) {
    const at = part.search(/\/Type ?\/Pages/);
    const [, count] = (at < 0 ? undefined : /\/Count (\d+)/.exec(part.slice(at))) ?? [];
    if (count !== undefined) return count;
  }
  return undefined;
}

function pdf(data: Uint8Array): Kind {
  const text = latin1(data, 0, data.length);
  const [, version = ''] = /^%PDF-(\d\.\d)/.exec(text) ?? [];
  const pages = pagesOf(text);
  const says = `PDF document${version === '' ? '' : `, version ${version}`}${pages === undefined ? '' : `, ${pages} pages`}`;
  const isText = data.every(
    (byte) => (byte >= 7 && byte <= 13) || byte === 27 || (byte >= 32 && byte < 127),
  );
  const isLatin = data.every(
    (byte) => (byte >= 7 && byte <= 13) || byte === 27 || (byte >= 32 && byte < 127) || byte >= 160,
  );
  return binary(says, 'application/pdf', isText ? 'us-ascii' : isLatin ? 'iso-8859-1' : 'binary');
}

const methods: Readonly<Record<number, string>> = {
  0: 'store',
  8: 'deflate',
  12: 'bzip2',
  14: 'lzma',
  93: 'zstd',
  95: 'xz',
};

const office: readonly (readonly [string, string, string])[] = [
  ['word/', 'Microsoft Word 2007+', 'wordprocessingml.document'],
  ['xl/', 'Microsoft Excel 2007+', 'spreadsheetml.sheet'],
  ['ppt/', 'Microsoft PowerPoint 2007+', 'presentationml.presentation'],
];

function zip(data: Uint8Array): Kind | undefined {
  if (data[2] === 5) return binary('Zip archive data (empty)', 'application/zip');
  const view = viewOf(data);
  const nameLength = view.getUint16(26, true);
  const name = latin1(data, 30, 30 + nameLength);
  const content = latin1(data, 30 + nameLength + view.getUint16(28, true), 400);
  if (name === 'mimetype' && content.startsWith('application/epub+zip'))
    return binary('EPUB document', 'application/epub+zip');
  if (name === '[Content_Types].xml' || name === '_rels/.rels') {
    const all = latin1(data, 0, data.length);
    const found = office.find(([folder]) => all.includes(`\0${folder}`) || all.includes(folder));
    if (found) return binary(found[1], `application/vnd.openxmlformats-officedocument.${found[2]}`);
  }
  // An archive that was cut off has no directory at its end.
  if (data.length < DIRECTORY_SOUGHT && !latin1(data, 30, data.length).includes('PK\x05\x06'))
    return undefined;
  const version = data[4] ?? 0;
  const method = methods[view.getUint16(8, true)];
  const says = `Zip archive data, at least v${Math.floor(version / 10)}.${version % 10} to extract`;
  return binary(`${says}${method ? `, compression method=${method}` : ''}`, 'application/zip');
}

/** In what is longer the directory is taken to be there. */
const DIRECTORY_SOUGHT = 1 << 20;

const xzChecks: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'CRC32',
  4: 'CRC64',
  10: 'SHA-256',
};

/** Whether a header of tar has the sum of its bytes. */
function isTar(data: Uint8Array): boolean {
  if (data.length < 512) return false;
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (data[i] as number);
  return Number.parseInt(latin1(data, 148, 156).replace(/[\0 ]+/g, ''), 8) === sum;
}

function tar(data: Uint8Array): Kind {
  const magic = latin1(data, 257, 265);
  const says =
    magic === 'ustar  \0'
      ? 'POSIX tar archive (GNU)'
      : magic.startsWith('ustar')
        ? 'POSIX tar archive'
        : 'tar archive';
  return binary(says, 'application/x-tar');
}

function wasm(data: Uint8Array): Kind {
  const version = viewOf(data).getUint32(4, true);
  const says = `WebAssembly (wasm) binary module version 0x${version.toString(16)}`;
  return version === 1
    ? binary(`${says} (MVP)`, 'application/wasm')
    : binary(says, 'application/octet-stream');
}

const encodings: Readonly<Record<number, string>> = {
  1: 'UTF-8',
  2: 'UTF-16 little endian',
  3: 'UTF-16 big endian',
};

function sqlite(data: Uint8Array): Kind {
  const view = viewOf(data);
  const field = (at: number): number => view.getUint32(at);
  const hex = (value: number): string => (value === 0 ? '0' : `0x${value.toString(16)}`);
  const version = field(60) === 0 ? '' : `user version ${field(60)}, `;
  const encoding = encodings[field(56)] ?? 'unknown 0 encoding';
  const says = [
    `SQLite 3.x database, ${version}last written using SQLite version ${field(96)}`,
    `file counter ${field(24)}`,
    `database pages ${field(28)}`,
    ...(field(36) === 0 ? [] : [`1st free page ${field(32)}`, `free pages ${field(36)}`]),
    `cookie ${hex(field(40))}`,
    `schema ${field(44)}`,
    encoding,
    `version-valid-for ${field(92)}`,
  ];
  return binary(says.join(', '), 'application/vnd.sqlite3');
}

const starts: readonly (readonly [
  string,
  (data: Uint8Array, tail: Uint8Array) => Kind | undefined,
])[] = [
  ['\x7fELF', elfKind],
  ['SQLite format 3\0', sqlite],
  [
    '!<arch>\n',
    (data) =>
      latin1(data, 8, 14) === 'debian'
        ? binary('Debian binary package', 'application/vnd.debian.binary-package', 'us-ascii')
        : binary('current ar archive', 'application/x-archive', 'us-ascii'),
  ],
  ['{\\rtf1', () => binary('Rich Text Format data, version 1', 'text/rtf', 'us-ascii')],
  ['\0asm', wasm],
  ['\x89PNG\r\n\x1a\n', png],
  ['\xff\xd8\xff', jpeg],
  ['GIF8', gif],
  ['%PDF-', pdf],
  ['\x1f\x8b\b', gzip],
  ['PK\x03\x04', zip],
  ['PK\x05\x06', zip],
  [
    'BZh',
    (data) =>
      binary(`bzip2 compressed data, block size = ${latin1(data, 3, 4)}00k`, 'application/x-bzip2'),
  ],
  [
    '\xfd7zXZ\0',
    (data) =>
      binary(`XZ compressed data, checksum ${xzChecks[data[7] ?? 0] ?? ''}`, 'application/x-xz'),
  ],
];

export function binaryKind(data: Uint8Array, tail: Uint8Array): Kind | undefined {
  for (const [start, kindOf] of starts)
    if (latin1(data, 0, start.length) === start) return kindOf(data, tail);
  return isTar(data) ? tar(data) : undefined;
}
