/** What `file` says of the formats of bytes that it meets most (file 5.44). */
import { flac, id3, mpegAudio, ogg } from './audio.ts';
import { isoMedia, riff } from './containers.ts';
import { elfKind } from './elf.ts';
import { binary, latin1, viewOf } from './format.ts';
import { bmp, gif, icons, jpeg, png, tiff } from './images.ts';
import {
  bzip2,
  compress,
  cpio,
  gzip,
  lz4,
  lzip,
  rar,
  sevenZip,
  xz,
  zstd,
  zstdSkipped,
} from './packed.ts';
import type { Kind } from './text.ts';

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
  const version = field(60) === 0 ? '' : `user version ${view.getInt32(60)}, `;
  const id = field(68) === 0 ? '' : `application id ${field(68)}, `;
  const [writer, reader] = [data[18] ?? 1, data[19] ?? 1];
  const pageSize = view.getUint16(16);
  const encoding = encodings[field(56)] ?? `unknown ${hex(field(56))} encoding`;
  const says = [
    `SQLite 3.x database, ${id}${version}last written using SQLite version ${field(96)}`,
    ...(pageSize === 4096 ? [] : [`page size ${pageSize}`]),
    ...(writer === 1 ? [] : [`writer version ${writer}`]),
    ...(reader === 1 ? [] : [`read version ${reader}`]),
    `file counter ${field(24)}`,
    `database pages ${field(28)}`,
    ...(field(36) === 0 ? [] : [`1st free page ${field(32)}`, `free pages ${field(36)}`]),
    `cookie ${hex(field(40))}`,
    `schema ${field(44)}`,
    ...(field(48) === 0 ? [] : [`cache page size ${field(48)}`]),
    ...(field(52) === 0 ? [] : [`largest root page ${field(52)}`]),
    encoding,
    ...(field(64) === 0 ? [] : [`vacuum mode ${field(64)}`]),
    `version-valid-for ${field(92)}`,
  ];
  return binary(says.join(', '), 'application/vnd.sqlite3');
}

/** A font for web pages, of the first or the second version of its format. */
function font(data: Uint8Array, version: string): Kind {
  const view = viewOf(data);
  const flavor = latin1(data, 4, 8) === 'OTTO' ? 'CFF' : 'TrueType';
  const at = version === '' ? 20 : 24;
  const says = `Web Open Font Format${version}, ${flavor}, length ${view.getUint32(8)}`;
  return binary(
    `${says}, version ${view.getUint16(at)}.${view.getUint16(at + 2)}`,
    version === '' ? 'font/woff' : 'font/woff2',
  );
}

const starts: readonly (readonly [
  string,
  (data: Uint8Array, tail: Uint8Array, depth: number) => Kind | undefined,
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
  ['BZh', bzip2],
  ['\xfd7zXZ\0', xz],
  ['\x28\xb5\x2f\xfd', zstd],
  ['7z\xbc\xaf\x27\x1c', sevenZip],
  ['LZIP', lzip],
  ['\x04\x22\x4d\x18', lz4],
  ['\x1f\x9d', compress],
  ['Rar!\x1a\x07', rar],
  ['070701', cpio],
  ['070702', cpio],
  ['070707', cpio],
  ['BM', bmp],
  ['\0\0\x01\0', icons],
  ['\0\0\x02\0', icons],
  ['II*\0', tiff],
  ['MM\0*', tiff],
  ['II+\0', tiff],
  ['MM\0+', tiff],
  ['RIFF', riff],
  [
    'ID3',
    (data, _tail, depth) =>
      id3(data, depth, (rest) => binaryKind(rest, rest.subarray(-8), depth + 1)),
  ],
  ['fLaC', flac],
  ['OggS', ogg],
  ['wOFF', (data) => font(data, '')],
  ['wOF2', (data) => font(data, ' (Version 2)')],
  ['OTTO', () => binary('OpenType font data', 'application/vnd.ms-opentype')],
  ['\xff', mpegAudio],
];

const LONGEST = Math.max(...starts.map(([start]) => start.length));

/** A frame to skip, which has sixteen magic numbers, in front of a frame of Zstandard. */
const isZstdSkipped = (data: Uint8Array): boolean =>
  ((data[0] ?? 0) & 0xf0) === 0x50 && latin1(data, 1, 4) === '*M\x18';

/** `depth` counts what the data is within; undefined for what is of no known format. Throws TooManyTags. */
export function binaryKind(data: Uint8Array, tail: Uint8Array, depth = 0): Kind | undefined {
  const head = latin1(data, 0, LONGEST);
  for (const [start, kindOf] of starts)
    if (head.startsWith(start)) return kindOf(data, tail, depth);
  if (isZstdSkipped(data)) return zstdSkipped();
  return isoMedia(data) ?? (isTar(data) ? tar(data) : undefined);
}
