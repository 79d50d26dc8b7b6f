/** The type of a file is told by its bytes, whatever it is called; no bytes make it more than data. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentTypes, HEAD, mismatch, typeOf } from './contenttypes.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const id = (text: string): string | undefined => typeOf(bytes(text))?.id;

test.each([
  ['png', '\x89PNG\r\n\x1a\n\0\0'],
  ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['gif', 'GIF89a\x01'],
  ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
  ['wav', 'RIFF\x10\0\0\0WAVEfmt '],
  ['avif', '\0\0\0\x1cftypavif'],
  ['m4a', '\0\0\0\x1cftypM4A '],
  ['mp4', '\0\0\0\x1cftypisom'],
  ['webm', '\x1a\x45\xdf\xa3\x9f'],
  ['bmp', `BM${'\0'.repeat(12)}(\0\0\0`],
  ['mp3', 'ID3\x04'],
  ['pdf', '%PDF-1.7\n'],
  ['wasm', '\0asm\x01\0\0\0'],
  ['zip', 'PK\x03\x04\x14'],
  ['tar', `${'name'.padEnd(257, '\0')}ustar\x0000`],
  ['gzip', '\x1f\x8b\x08\0'],
  ['xz', '\xfd7zXZ\0\0'],
  ['zstd', '\x28\xb5\x2f\xfd\x04'],
  ['bzip2', 'BZh91AY&SY'],
  ['flac', 'fLaC\0\0\0\x22'],
  ['ogg', 'OggS\0\x02'],
  ['ogv', `OggS\0\x02${'\0'.repeat(22)}\x80theora`],
  ['sqlite', 'SQLite format 3\0\x10'],
  ['elf', '\x7fELF\x02'],
])('%s is told by its first bytes', (expected, content) => {
  expect(id(content)).toBe(expected);
});

test.each([
  ['plain text', 'hello'],
  ['text that begins like a picture', 'BM is a name, and so is (this).'],
  ['text that begins like a program', 'MZ, Mz and mz'],
  ['text about sound', 'ID3 is a decision tree.\n'],
  ['text about film', 'The ftyp box comes first.'],
  ['text about containers', 'OggS and fLaC'],
  ['text about pictures', 'GIF89a is a format \xe2\x80\x93 an old one'],
  ['text about waves', 'RIFF and WAVE'],
  ['text in UTF-16', '\xff\xfeh\0i\0'],
  ['HTML', '<!doctype html><script>alert(1)</script>'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
  ['nothing', ''],
])('%s has no type of its own', (_name, content) => {
  expect(id(content)).toBeUndefined();
});

test('a plain PDF is a text under the name of one', () => {
  const plain = bytes('%PDF-1.7 is the header of a document');
  expect(typeOf(plain, '/a/header.txt')).toBeUndefined();
  expect(typeOf(plain, '/a/header.pdf')?.id).toBe('pdf');
  expect(typeOf(plain, '/a/header')?.id).toBe('pdf');
  expect(typeOf(bytes('%PDF-1.7\n%\xe2\xe3\0'), '/a/header.txt')?.id).toBe('pdf');
});

test('nothing that a browser would run is shown as media', () => {
  for (const { media = 'image/none' } of contentTypes)
    expect(media).toMatch(/^(image\/(?!svg)|audio\/|video\/)/);
});

test('any bytes have a type or none, and only the first ones are looked at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2 * HEAD }), (content) => {
      expect(typeOf(content)).toBe(typeOf(content.slice(0, HEAD)));
    }),
  );
});

test('a name that promises something else is said', () => {
  const png = typeOf(bytes('\x89PNG\r\n\x1a\n'));
  const zip = typeOf(bytes('PK\x03\x04'));
  expect(mismatch('/a/photo.JPG', png, false)).toBe('Named .jpg, this file holds a PNG picture.');
  expect(mismatch('/a/notes.txt', zip, false)).toBe('Named .txt, this file holds a zip archive.');
  expect(mismatch('/a/photo.png', undefined, true)).toBe('Named .png, this file holds text.');
  expect(mismatch('/a/photo.png', png, false)).toBeUndefined();
  expect(mismatch('/a/report.docx', zip, false)).toBeUndefined();
  expect(mismatch('/a.d/photo', png, false)).toBeUndefined();
  expect(mismatch('/a/.png', undefined, true)).toBeUndefined();
  expect(mismatch('/a/data.xyz', zip, false)).toBeUndefined();
  expect(mismatch('/a/page.svg', undefined, true)).toBeUndefined();
});
