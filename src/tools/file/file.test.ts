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
});
