/** file says what Debian's says of the files that are met most. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../../testing/debian.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const latin1 = (content: string): Uint8Array =>
  Uint8Array.from(content, (char) => char.charCodeAt(0));

/** A picture whose header says these. */
function png(depth: number, color: number, laced = 0): Uint8Array {
  const bytes = latin1(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x64\0\0\x01\x02${'\0'.repeat(40)}`);
  bytes.set([depth, color, 0, 0, laced], 24);
  return bytes;
}

const jpeg = (head: string, process: number): Uint8Array =>
  latin1(
    `\xff\xd8\xff\xe0\0\x10JFIF\0${head}\0\0\xff\xdb\0\x05abc\xff${String.fromCharCode(process)}\0\x11\x08\0\x40\x01\x30\x03\x01\x22\0\xff\xd9`,
  );

const zip = (version: number, method: number, name: string, content = ''): Uint8Array =>
  latin1(
    `PK\x03\x04${String.fromCharCode(version)}\0\0\0${String.fromCharCode(method)}\0${'\0'.repeat(16)}${String.fromCharCode(name.length)}\0\0\0${name}${content}`,
  );

/** Numbers of as many bytes, the lowest first. */
const le = (bytes: number, ...numbers: readonly number[]): string =>
  numbers
    .map((number) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(BigInt(number));
      return buffer.toString('latin1', 0, bytes);
    })
    .join('');

const bitmap = (header: number, width: number, height: number, fields: readonly number[]): string =>
  `BM${le(4, 200, 0, 14 + header, header, width, height)}${le(2, 1, 24)}${le(4, ...fields)}${'\0'.repeat(80)}`;

const wave = (format: number, channels: number, bits: number, before = ''): string =>
  `RIFF${le(4, 100)}WAVE${before}fmt ${le(4, 16)}${le(2, format, channels)}${le(4, 22_050, 88_200)}${le(2, 4, bits)}data${le(4, 4, 1)}`;

const webp = (width: number): string =>
  `RIFF${le(4, 40)}WEBPVP8 ${le(4, 28)}\x30\x01\0\x9d\x01\x2a${le(2, width, 20)}${'\0'.repeat(20)}`;

const flac = (high: number, low: number): string =>
  `fLaC\x80\0\0\x22\x10\0\x10\0\0\0\x0e\0\0\x10${Buffer.from([high >>> 24, (high >>> 16) & 255, (high >>> 8) & 255, high & 255]).toString('latin1')}${le(4, low)}${'\0'.repeat(20)}`;

const ogg = (content: string): string =>
  `OggS\0\x02${'\0'.repeat(20)}\x01${le(1, content.length)}${content}`;

const media = (brand: string): string => `\0\0\0\x18ftyp${brand}\0\0\x02\0isommp41\0\0\0\x08free`;

/** An image whose directory has these fields: tag, kind, count and value, or where it stands. */
const tiff = (...fields: readonly (readonly number[])[]): string =>
  `II*\0${le(4, 8)}${le(2, fields.length)}${fields
    .map(([tag = 0, kind = 3, count = 1, value = 0]) => le(2, tag, kind) + le(4, count, value))
    .join('')}\0\0\0\0 some text`;

const icons = (kind: number, ...entries: readonly (readonly number[])[]): string =>
  `\0\0${le(2, kind, entries.length)}${entries
    .map(
      ([size = 0, colors = 0, planes = 1, bits = 0]) =>
        `${le(1, size, size, colors, 0)}${le(2, planes, bits)}${le(4, 40, 6 + 16 * entries.length)}`,
    )
    .join('')}`;

const pngWithin = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0${'\0'.repeat(20)}`;

const made = (texts: Readonly<Record<string, string>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(texts).map(([name, bytes]) => [name, latin1(bytes)]));

const NOTE = 4;

/** A program of 64 bits with one part at byte 200, whose header says these. */
function elf(
  { type = 3, kind = 2, size = 64n, count = 1, sections = 0 },
  content = '',
): Uint8Array {
  const bytes = Buffer.alloc(400);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.write(content, 200, 'latin1');
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(count, 56);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(sections, 60);
  bytes.writeUInt32LE(kind, 64);
  bytes.writeBigUInt64LE(200n, 72);
  bytes.writeBigUInt64LE(size, 96);
  return bytes;
}

const groups: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {
  texts: {
    ascii: text('hello\nworld\n'),
    nonl: text('hello'),
    crlf: text('a\r\nb\r\n'),
    mixed: text('a\r\nb\n'),
    cr: text('a\rb\r'),
    utf8: text('héllo\n'),
    utf8crlf: text('é\r\n'),
    bom: text('\ufeffhello\n'),
    latin: latin1('caf\xe9\n'),
    extended: latin1('caf\x91 x\n'),
    utf16: latin1('\xff\xfeh\0i\0\n\0'),
    utf16be: latin1('\xfe\xff\0h\0i\0\n'),
    long: text(`${'x'.repeat(600)}\n`),
    longcrlf: text(`${'x'.repeat(301)}\r\nb\n`),
    escapes: text('\x1b[31mred\n'),
    over: text('a\bb\n'),
    feed: text('a\fb\n'),
    nul: text('a\0b'),
    control: text('a\x01b\n'),
    empty: text(''),
    one: text('a'),
    two: text('ab'),
    bytes: latin1('\x01\x02\x03\xc8\xc9'),
    csv: text('a,b,c\n1,2,3\n4,5,6\n'),
    plain: text('a,b\n'),
    markdown: text('# Title\n\ntext\n'),
    yaml: text('a: 1\nb:\n - c\n'),
    css: text('a { color: red; }\n'),
  },
  scripts: Object.fromEntries(
    '/bin/sh|/bin/bash|/usr/bin/env python3|/usr/bin/python3|/usr/bin/env node|/usr/bin/perl -w|/usr/bin/awk -f|/bin/sed -f|/usr/bin/env bash|/bin/dash|/opt/foo/bar baz|/usr/bin/env ruby|/usr/bin/php|/bin/zsh|/usr/bin/env perl|/bin/ksh|/usr/bin/env sh|/usr/bin/make -f|/usr/bin/lua|/usr/local/bin/python3.11|/usr/bin/node|/usr/local/bin/bash -e|/usr/bin/expect|/usr/bin/tclsh|/bin/csh|/usr/bin/fish|/usr/bin/gawk -f|/usr/bin/bash'
      .split('|')
      .map((line, i) => [`s${String(i).padStart(2, '0')}`, text(`#!${line}\necho hi\n`)]),
  ),
  languages: {
    space: text('#! /bin/sh\n'),
    scriptcrlf: text('#!/bin/sh\r\necho\r\n'),
    scriptutf8: text('#!/bin/sh\necho é\n'),
    c: text('#include <stdio.h>\nint main(void) { return 0; }\n'),
    python: text('import os\ndef f():\n    return 1\n'),
    python2: text('from a import b\n'),
    js: text('const a = 1;\nfunction f() {}\n'),
    java: text('import java.util.List;\npublic class A {}\n'),
    html: text('<!DOCTYPE html>\n<html></html>\n'),
    html2: text('<html><body>x</body></html>'),
    xml: text('<?xml version="1.0"?>\n<a/>\n'),
    xml2: text('<?xml version="1.0" encoding="UTF-8"?>\n<a>é</a>\n'),
    svg: text('<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'),
    svg2: text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'),
    diff: text('--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n'),
    git: text('diff --git a/x b/x\nindex 1..2\n'),
    make: text('all: a\n\tcc a.c\n'),
    tex: text('\\documentclass{article}\n'),
    pem: text('-----BEGIN CERTIFICATE-----\nMIIB\n'),
  },
  json: {
    object: text('{"a": [1, true, null, "x"]}\n'),
    list: text('[1,2,3]'),
    nothing: text('{}'),
    none: text(' [ ]\n'),
    string: text('"str"'),
    number: text('12'),
    lines: text('{"a":1}\n{"b":2}\n'),
    broken: text('{"a":1\n'),
    unicode: text('{"é":1}'),
    crlf: text('{"a":\r\n1}'),
    large: text(`{"a":"${'x'.repeat(3000)}"}`),
  },
  pictures: {
    rgb: png(8, 2),
    rgba: png(8, 6),
    gray: png(16, 0),
    both: png(8, 4),
    map: png(4, 3),
    laced: png(8, 6, 1),
    jpeg: jpeg('\x01\x01\x01\0\x48\0\x48', 0xc0),
    jpeg2: jpeg('\x01\x02\0\0\x01\0\x01', 0xc2),
    jpeg3: latin1('\xff\xd8\xff\xdb\0\x43\0abc'),
    gif: latin1('GIF89a\x10\0\x20\x01\0\0\0;'),
    gif87: latin1('GIF87a\x01\0\x01\0\0\0\0;'),
    pdf: text('%PDF-1.7\nx'),
    pdf2: latin1('%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<</Type/Pages/Count 3>>\n'),
  },
  archives: {
    gzip: gzipSync(text('hello'), { level: 9 }),
    gzipfast: gzipSync(text('hello'.repeat(9)), { level: 1 }),
    gzipnamed: latin1(
      '\x1f\x8b\x08\x08\x00\xf1\x53\x65\x02\x03name.txt\0\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0',
    ),
    zip: zip(20, 8, 'a.txt', `xyzPK\x05\x06${'\0'.repeat(18)}`),
    zip2: zip(10, 0, 'a.txt', `xyzPK\x05\x06${'\0'.repeat(18)}`),
    zipcut: zip(20, 8, 'a.txt', 'xyz'),
    zipempty: latin1(`PK\x05\x06${'\0'.repeat(18)}`),
    epub: zip(20, 0, 'mimetype', 'application/epub+zip'),
    bzip2: latin1(
      'BZh91AY&SY\x19\x31\x65\x3d\0\0\0\x81\0\x02\x44\xa0\0\x21\x9a\x68\x33\x4d\x07\x33\x8b\xb9\x22\x9c\x28\x48\x0c\x98\xb2\x9e\x80',
    ),
    xz: latin1('\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0\x21\x01\x16\0\0\0\x74\x2f\xe5\xa3'),
    xz32: latin1('\xfd7zXZ\0\0\x01\x69\x22\xde\x36\x02\0\x21\x01\x16\0\0\0\x74\x2f\xe5\xa3'),
    wasm: latin1('\0asm\x01\0\0\0'),
    component: latin1('\0asm\x0d\0\x01\0'),
  },
  sound: made({
    pcm: wave(1, 2, 16),
    mono: wave(1, 1, 8),
    six: wave(3, 6, 32),
    none: wave(0x1234, 0, 0),
    listed: wave(0x55, 2, 0, `LIST${le(4, 4)}INFO`),
    junk: wave(1, 2, 16, `JUNK${le(4, 4)}abcd`),
    otherriff: `RIFF${le(4, 9)}ABCD${'\0'.repeat(20)}`,
    ...Object.fromEntries(
      [
        '\xfb\x90\x64',
        '\xfa\x5c\xc0',
        '\xfb\xf0\0',
        '\xf3\x40\x80',
        '\xe3\x18\xc4',
        '\xfd\xa4\0',
        '\xf6\x50\0',
        '\xf1\x50\x80',
        '\xf9\xd1\x40',
        '\xf0\x3c\0',
      ].map((head, i) => [`mpeg${i}`, `\xff${head}${'\0'.repeat(400)}`]),
    ),
    id3: `ID3\x03\0\0\0\0\0\x02ab\xff\xfb\x90\0${'\0'.repeat(100)}`,
    id3flags: `ID3\x04\0\xf0\0\0\x02\0${'\0'.repeat(256)}\xff\xf3\x90\0${'\0'.repeat(100)}`,
    id3none: `ID3\x02\0\0\0\0\x7f\x7f${'\0'.repeat(10)}`,
    flac: flac(0x0ac442f0, 0x40e20100),
    flac24: flac(0x1770_0b70 | 0, 0),
    flacodd: flac(0x01f40450, 0x07000000),
    vorbis: ogg(`\x01vorbis${le(4, 0)}\x02${le(4, 44_100, 0, 128_000, 0)}\xb8\x01`),
    vorbis5: ogg(`\x01vorbis${le(4, 0)}\x05${le(4, 8000, -1, 64_000, -1)}\xb8\x01`),
    opus: ogg(`OpusHead\x01\x02${le(2, 312)}${le(4, 48_000)}\0\0\0`),
    opus6: ogg(`OpusHead\x01\x06${le(2, 312)}${le(4, 8000)}\0\0\0`),
    oggflac: ogg(`\x7fFLAC\x01\0\0\x01fLaC${'\0'.repeat(38)}`),
    theora: ogg(`\x80theora\x03\x02\x01${'\0'.repeat(33)}`),
    speex: ogg(`Speex   1.2${'\0'.repeat(70)}`),
    skeleton: ogg(`fishead\0${le(2, 4, 0)}${'\0'.repeat(52)}`),
    otherogg: ogg('another kind'),
  }),
  films: made({
    ...Object.fromEntries(
      [
        'isom',
        'mp42',
        'avc1',
        'iso5',
        'M4A ',
        'M4V ',
        'qt  ',
        '3gp5',
        '3g2a',
        '3g2x',
        '3gxx',
        'heic',
        'mif1',
        'avif',
        'dash',
        'jp2 ',
        'zzzz',
      ].map((brand) => [`a${brand.trim()}`, media(brand)]),
    ),
    moov: `\0\0\0\x6cmoov\0\0\0\x64mvhd${'\0'.repeat(92)}`,
    mdat: `\0\0\0\x64mdat${'\0'.repeat(92)}`,
  }),
  'more pictures': made({
    bmp: bitmap(40, 4, -5, [0, 64, 2835, 2835, 0, 0]),
    bmprle: bitmap(40, 70_000, 5, [1, 0, 0, 2835, 9, 7]),
    bmp5: bitmap(124, 4, 5, [0, 64, 2835, 2835, 0, 0]),
    bmpos2: `BM${le(4, 90, 0, 26, 12)}${le(2, 4, 5, 1, 24)}${'\0'.repeat(60)}`,
    bmpnone: bitmap(41, 4, 5, []),
    bmw: 'BMW makes cars\n',
    webp: webp(16),
    webpscaled: webp(16 | 0xc000),
    webplossless: `RIFF${le(4, 40)}WEBPVP8L${le(4, 28)}\x2f\x0f\xc0\x04${'\0'.repeat(21)}`,
    icon: icons(1, [16, 0, 1, 32]) + '\0'.repeat(40),
    icons: icons(1, [16, 16, 2, 4], [32, 0, 1, 24], [48, 0, 1, 24]) + '\0'.repeat(40),
    iconpng: icons(1, [0, 0, 1, 32]) + '\0'.repeat(18) + pngWithin,
    iconpngs: `${icons(1, [0, 0, 1, 32], [0, 0, 1, 32])}\0\0${pngWithin}`,
    cursors: icons(2, [32, 2, 3, 4], [16, 0, 1, 1]) + '\0'.repeat(40),
    tiff: tiff(
      [0xfe, 4, 1, 0],
      [0x100, 3, 1, 640],
      [0x101, 3, 1, 480],
      [0x102, 3, 3, 100],
      [0x103, 3, 1, 5],
      [0x106, 3, 1, 2],
      [0x10e, 2, 9, 135],
      [0x112, 3, 1, 1],
      [0x131, 2, 5, 140],
      [0x13b, 2, 5, 140],
      [0x132, 2, 5, 140],
    ),
    tiffodd: tiff(
      [0x103, 3, 1, 999],
      [0x106, 3, 1, 7],
      [0x112, 3, 1, 4],
      [0x11a, 5, 1, 30],
      [0x10e, 2, 9, 9999],
      [0x101, 3, 1, 4],
    ),
    tiffzero: tiff([0x103, 3, 1, 0], [0x132, 2, 9, 9999], [0x101, 3, 1, 4]),
    tiffbig:
      'MM\0*\0\0\0\x08\0\x02\x01\0\0\x03\0\0\0\x01\0\x05\0\0\x01\x12\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0',
    tiffnone: 'II*\0\x08\0\0\0\0\0',
    bigtiff: `II+\0\x08\0\0\0${'\0'.repeat(40)}`,
    canon: `II*\0\x10\0\0\0CR\x02\0${'\0'.repeat(40)}`,
  }),
  'more archives': made({
    sevenzip: `7z\xbc\xaf\x27\x1c\0\x04${'\0'.repeat(30)}`,
    zstd: `\x28\xb5\x2f\xfd\x24\x05\x29\0\0hello\0\0\0\0`,
    zstddict: `\x28\xb5\x2f\xfd\xa3\x01\x02\x03\x04\x05\x06${'\0'.repeat(20)}`,
    zstdwindow: `\x28\xb5\x2f\xfd\x02\x58\x02\x03\x04\x05\x06${'\0'.repeat(20)}`,
    zstdskipped: `\x53*M\x18\x04\0\0\0abcd\x28\xb5\x2f\xfd\x24${'\0'.repeat(20)}`,
    xznone: '\xfd7zXZ\0\0\0\xff\x12\xd9\x41\x02\0\x21\x01\x16\0\0\0\x74\x2f\xe5\xa3',
    lz4: `\x04\x22\x4d\x18\x64\x40\xa7${'\0'.repeat(20)}`,
    lzip: `LZIP\x01\x0c${'\0'.repeat(30)}`,
    compress: '\x1f\x9d\x90abcdefgh\xff',
    rar: `Rar!\x1a\x07\0${'\0'.repeat(30)}`,
    rar5: `Rar!\x1a\x07\x01\0${'\0'.repeat(30)}`,
    cpio: `070701${'0'.repeat(104)}\n`,
    oldcpio: `070707${'0'.repeat(104)}\n`,
    ...Object.fromEntries(
      [0, 1, 2, 7, 8, 9, 12, 24, 32].map((flags) => [
        `gzip${flags}`,
        `\x1f\x8b\x08${le(1, flags)}${le(4, flags % 2 ? 1_700_000_000 : 0)}${le(1, flags % 3 ? 0 : 4, flags)}n"m\xe9\0rest\0${'\0'.repeat(8)}\x05\0\0\0`,
      ]),
    ),
    gziplong: `\x1f\x8b\x08\x08${'\0'.repeat(5)}\x03${'x'.repeat(300)}\0${'\0'.repeat(8)}`,
    woff: `wOFF\0\x01\0\0\0\0\x03\xe8\0\x0a\0\0\0\0\x07\xd0\0\x01\0\x02${'\0'.repeat(30)}`,
    woff2: `wOF2OTTO\0\0\x03\xe8\0\x0a\0\0\0\0\x07\xd0\0\0\x01\xf4\0\x01\0\x07${'\0'.repeat(30)}`,
    otf: `OTTO\0\x03\0\x20\0\x01\0\x10CFF ${'\0'.repeat(50)}`,
    sqlite: `SQLite format 3\0\x10\0\x02\x02\0\x40\x20\x20${'\0\0\0\x02'.repeat(12)}${'\0'.repeat(20)}${'\0\x2e\x63\x01'.repeat(2)}`,
  }),
  // Their headers say what is not so.
  'false programs': {
    endless: elf({ size: 0x7fff_ffff_ffff_ffffn }),
    notes: elf({ kind: NOTE, size: 0x7fff_ffff_ffff_ffffn }, '\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0'),
    longnote: elf({ kind: NOTE }, '\x04\0\0\0\x80\0\0\0\x03\0\0\0GNU\0'),
    segments: elf({ count: 65_535 }),
    executable: elf({ count: 2049, type: 2 }),
    object: elf({ count: 3000, type: 1 }),
    core: elf({ count: 3000, type: 4 }),
    sections: elf({ sections: 40_000 }),
  },
};

const making = (files: Readonly<Record<string, Uint8Array>>): string =>
  Object.entries(files)
    .map(
      ([name, data]) => `printf %s ${Buffer.from(data).toString('base64')} | base64 -d > ${name}`,
    )
    .join('; ');

describe.runIf(isDebian)('file', () => {
  it.each(Object.entries(groups))('of %s', async (_name, files) => {
    const script = `${making(files)}; file *; file -i *`;
    const lines = ({ stdout }: { stdout: string }): string[] => stdout.split('\n');
    expect(lines(await ours(script))).toEqual(lines(debian(script)));
  });

  it.each([
    'mkdir d; ln -s a l; ln -s none broken; echo x > a; file a d l broken; file -L a l broken; echo $?; file -i d l broken; file l -h; file -b a d',
    'printf "x\\n" > a; : > long.name; file -b a; file --mime-type a long.name; file --mime-encoding a long.name; file -bi a; file -N a long.name; file -F = a long.name; file -0 a; file -00 a; cat a | file -; file -b --mime-type - < a; printf "a\\nlong.name\\n" | file -f -; file -s -r -n -p a',
    'file; echo $?; file nofile; echo $?; file -E nofile; echo $?; file -v; echo x > é; file é nofile',
    'echo x > x; tar cf a.tar x; tar --format=ustar -cf u.tar x; tar --format=pax -cf p.tar x; file *.tar; file -i *.tar',
    'head -c 200000 /dev/zero | tr "\\0" x > big; file big; file -i big; { cat big; echo; } > big2; file big2',
  ])('%s', (script) => expectDebian(script));

  it('of a PDF with many trees of pages that are not counted', () =>
    expectDebian(
      '{ printf "%%PDF-1.4\\n"; yes /Type/Pages | head -c 1000000; } > big; file -b big',
    ));

  it('of a script whose first line holds control characters', () =>
    expectDebian('printf "#!/bin/\\033]0;x\\007 y\\n" > s; file s; file -r s'));

  it('of a program with a note whose name would lead back', async () => {
    const files = { back: elf({ kind: NOTE }, '\xf4\xff\xff\xff') };
    const { stdout } = await ours(`${making(files)}; file -b back`);
    expect(stdout).toBe(
      'ELF 64-bit LSB shared object, x86-64, version 1 (SYSV), statically linked, no section header\n',
    );
  });

  it('of programs', async () => {
    const programs = { true: '/bin/true', loader: '/lib64/ld-linux-x86-64.so.2' };
    for (const path of Object.values(programs)) {
      const { stdout } = debian(`file -bL ${path}; file -bLi ${path}`);
      const { stdout: bytes } = debian(`cat ${path}`);
      const shown = await ours('cat > program; file -b program; file -bi program', latin1(bytes));
      expect(shown.stdout).toBe(stdout);
    }
  });

  it('gives up where too many tags follow one another', () =>
    expectDebian(
      `for i in $(seq 3000); do printf 'ID3\\3\\0\\0\\0\\0\\0\\0'; done > f; file f; echo $?; file - < f; echo $?`,
    ));
});
