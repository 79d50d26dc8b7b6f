import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../testing/kernel.ts';
import { utf8Text, withoutMark } from './utf8.ts';

describe('text in UTF-8', () => {
  it('gives the same bytes when it is written again, or is refused', async () => {
    const file = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .string({ unit: fc.constantFrom('a', '\r', '\n', 'é', '\u2028', '😀', '\ufffd') })
        .map((text) => new TextEncoder().encode(`\ufeff${text}`)),
    );
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        if ((await codeOf(async () => utf8Text(bytes))) === 'EILSEQ') return;
        expect(new TextEncoder().encode(utf8Text(bytes))).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('is EILSEQ where the bytes are in another encoding', async () => {
    const latin1 = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
    expect(await codeOf(async () => utf8Text(latin1))).toBe('EILSEQ');
  });

  it('has its byte order mark in front, which a parser can take off', () => {
    const text = utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d));
    expect(text).toBe('\ufeff{}');
    expect(withoutMark(text)).toBe('{}');
    expect(withoutMark('{}')).toBe('{}');
  });
});
