/** Text of the shell gives back the bytes that it was read from. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOf, joined, textOf, textOfByte } from './rawtext.ts';

/** Bytes that are often nearly UTF-8. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => new TextEncoder().encode(text)),
      fc.constantFrom(
        [0xc3],
        [0xe2, 0x82],
        [0xf0, 0x9f, 0x98],
        [0xed, 0xa0, 0x80],
        [0xef, 0xbb, 0xbf],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

it('any bytes come back', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      expect(bytesOf(textOf(given))).toEqual(given);
    }),
  );
});

it('parts that are joined are the text of the whole', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(joined(textOf(a) + textOf(b))).toBe(textOf(Uint8Array.from([...a, ...b])));
    }),
  );
});

it('text in UTF-8 is what it is, other bytes count as a character each', () => {
  expect(textOf(new TextEncoder().encode('é\ufeff😀'))).toBe('é\ufeff😀');
  expect([...textOf(Uint8Array.of(0x61, 0xe9, 0xe2, 0x82, 0x62))]).toHaveLength(5);
  expect(bytesOf(`😀${textOfByte(0xff)}a`)).toEqual(
    Uint8Array.of(0xf0, 0x9f, 0x98, 0x80, 0xff, 0x61),
  );
});
