import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  detectText,
  encode,
  encodings,
  type FileText,
  formatName,
  textIn,
  Unencodable,
  utf8,
  whyFixed,
} from './encodings.ts';
import { encoderOf, isOnlyRead } from './legacy.ts';

/** The encodings that this engine has; Node's may lack some that browsers have. */
const known = Object.keys(encodings).filter((name) => {
  try {
    return new TextDecoder(name) !== undefined;
  } catch {
    return false;
  }
});
const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);
const utf16 = (text: string, isLittle: boolean): Uint8Array =>
  bytes(
    ...[...Array(text.length).keys()].flatMap((at) => {
      const unit = text.charCodeAt(at);
      const pair = [unit & 0xff, unit >> 8];
      return isLittle ? pair : pair.reverse();
    }),
  );

describe('the format of a file', () => {
  test.each([
    ['plain UTF-8', new TextEncoder().encode('héllo\n'), 'UTF-8', 'héllo\n'],
    ['a marked file', bytes(0xef, 0xbb, 0xbf, 0x61), 'UTF-8 with a byte order mark', 'a'],
    [
      'UTF-16 with a mark',
      bytes(0xff, 0xfe, 0x61, 0, 0x0a, 0),
      'UTF-16 LE with a byte order mark',
      'a\n',
    ],
    [
      'big-endian UTF-16 with a mark',
      bytes(0xfe, 0xff, 0, 0x61),
      'UTF-16 BE with a byte order mark',
      'a',
    ],
    ['UTF-16 without a mark', utf16('Hello, world\r\n', true), 'UTF-16 LE', 'Hello, world\r\n'],
    ['big-endian UTF-16 without a mark', utf16('Grüße\n', false), 'UTF-16 BE', 'Grüße\n'],
    ['an empty file', bytes(), 'UTF-8', ''],
  ])('%s is told by its bytes', (_, file, name, text) => {
    const found = detectText(file);
    expect(found?.text).toBe(text);
    expect(found && formatName(found.format)).toBe(name);
    expect(found && encode(found.text, found.format)).toEqual(file);
  });

  test.each([
    ['Latin-1', bytes(0x63, 0x61, 0x66, 0xe9)],
    ['bytes with a zero', bytes(0x61, 0, 0x62)],
    ['numbers of 16 bits', bytes(1, 0, 2, 0, 3, 0, 4, 0)],
    ['half a character of UTF-16', bytes(0xff, 0xfe, 0x00, 0xd8)],
  ])('%s is no text that the page would guess', (_, file) => {
    expect(detectText(file)).toBeUndefined();
  });

  test('a second byte order mark is part of the text', () => {
    const file = bytes(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61);
    const found = detectText(file) as FileText;
    expect(found.text).toBe('\ufeffa');
    expect(encode(found.text, found.format)).toEqual(file);
  });
});

const unit = fc.constantFrom(
  'a',
  ' ',
  '\r',
  '\n',
  '\0',
  'é',
  'я',
  '表',
  '\u2028',
  '\ud83d',
  '😀',
  '\ufffd',
);

/** A part of the characters of the basic plane, and one beyond it. */
const everyPoint = [...Array(0xd800 - 0x80).keys(), 0x1f600 - 0x80]
  .map((index) => index + 0x80)
  .filter((point) => point < 0x400 || point % 7 === 0);

describe('an encoding', () => {
  test.each(['iso-8859-8-i', 'x-user-defined'])('%s is offered', (name) => {
    expect(Object.keys(encodings)).toContain(name);
  });

  test('any bytes that open for editing are written back as they were', () => {
    const text = fc.string({ unit, maxLength: 30 });
    const file = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      text.map((each) => new TextEncoder().encode(each)),
      text.map((each) => utf16(`\ufeff${each}`, true)),
    );
    fc.assert(
      fc.property(file, fc.constantFrom(undefined, ...known), (given, chosen) => {
        const found = chosen === undefined ? detectText(given) : textIn(given, chosen);
        if (!found || whyFixed(given, found) !== undefined) return;
        expect(encode(found.text, found.format)).toEqual(given);
      }),
      { numRuns: 600 },
    );
  });

  test.each(known.filter((name) => !isOnlyRead(name) && !name.startsWith('utf')))(
    '%s reads every character that it writes',
    (name) => {
      const hasPlace = encoderOf(name);
      const points = everyPoint.filter((point) => hasPlace(point) !== undefined);
      const text = points.map((point) => String.fromCodePoint(point)).join('');
      const written = encode(text, { encoding: name, mark: false });
      expect(new TextDecoder(name, { fatal: true }).decode(written)).toBe(text);
      expect(points.length).toBeGreaterThan(20);
    },
  );

  test.each([
    ['shift_jis', '表示', [0x95, 0x5c, 0x8e, 0xa6]],
    ['euc-jp', '日本', [0xc6, 0xfc, 0xcb, 0xdc]],
    ['euc-kr', '한글', [0xc7, 0xd1, 0xb1, 0xdb]],
    ['big5', '中文', [0xa4, 0xa4, 0xa4, 0xe5]],
    ['gbk', '中文', [0xd6, 0xd0, 0xce, 0xc4]],
    ['gb18030', '😀', [0x94, 0x39, 0xfc, 0x36]],
    ['koi8-r', 'мир', [0xcd, 0xc9, 0xd2]],
    ['iso-8859-15', 'é', [0xe9]],
  ])('%s has the bytes of its standard for %s', (encoding, text, expected) => {
    expect([...encode(text, { encoding, mark: false })]).toEqual(expected);
  });

  test('a character without a place is refused by its name and line', () => {
    const write = () => encode('a\r\nb→', { encoding: 'iso-8859-5', mark: false });
    expect(write).toThrow(Unencodable);
    expect(write).toThrow('“→” (U+2192) in line 2 cannot be written in Cyrillic (ISO-8859-5)');
  });

  test('half a character is refused, not replaced', () => {
    expect(() => encode('a\ud83d', utf8)).toThrow('U+D83D');
    expect(() => encode('a\ud83d', { encoding: 'utf-16le', mark: false })).toThrow('U+D83D');
  });

  test('a text in ISO-2022-JP is only read', () => {
    const file = bytes(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42);
    const found = textIn(file, 'iso-2022-jp') as FileText;
    expect(found.text).toBe('日');
    expect(whyFixed(file, found)).toContain('can only be read');
  });

  test('a file with another spelling of a character is only read', () => {
    const file = bytes(0x81, 0x5c, 0xed, 0x40);
    const found = textIn(file, 'shift_jis') as FileText;
    expect(whyFixed(file, found)).toContain('cannot write back');
  });
});
