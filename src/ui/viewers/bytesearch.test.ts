import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { find, indexOf, parseMask } from './bytesearch.ts';

const never = new AbortController().signal;
const reader = (bytes: Uint8Array) => async (at: number, count: number) =>
  bytes.subarray(at, at + count);

describe('a mask of bytes', () => {
  it('is written in hexadecimal, with or without blanks, ?? for any', () => {
    expect(parseMask('4d ?? 5A')).toEqual([0x4d, undefined, 0x5a]);
    expect(parseMask('0x4d5a')).toEqual([0x4d, 0x5a]);
  });

  it.each(['', '?? ??', '4', '4d 5', 'zz', '4d ?'])('is not %j', (text) => {
    expect(parseMask(text)).toBeUndefined();
  });
});

describe('a search', () => {
  it('finds what a walk of every place finds', () => {
    const byte = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.uint8Array({ max: 3, maxLength: 60 }),
        fc.array(fc.option(byte, { nil: undefined }), { minLength: 1, maxLength: 5 }),
        (bytes, mask) => {
          fc.pre(mask.some((each) => each !== undefined));
          let expected = -1;
          for (let at = bytes.length - mask.length; at >= 0; at--)
            if (mask.every((each, index) => each === undefined || bytes[at + index] === each))
              expected = at;
          expect(indexOf(mask, bytes)).toBe(expected);
        },
      ),
    );
  });

  it('finds what lies across two pieces, and begins where it is told', async () => {
    const bytes = new Uint8Array(3 * 1024 * 1024);
    bytes.set([1, 2, 3], 1024 * 1024 - 1);
    bytes.set([1, 9, 3], 2 * 1024 * 1024 + 5);
    const mask = parseMask('01 ?? 03') ?? [];
    expect(await find(mask, 0, bytes.length, reader(bytes), never)).toBe(1024 * 1024 - 1);
    const second = await find(mask, 1024 * 1024, bytes.length, reader(bytes), never);
    expect(second).toBe(2 * 1024 * 1024 + 5);
    expect(await find(mask, second + 1, bytes.length, reader(bytes), never)).toBe(-1);
  });

  it('ends when it is stopped', async () => {
    const stopped = AbortSignal.abort();
    await expect(find([1], 0, 10, reader(new Uint8Array(10)), stopped)).rejects.toThrow();
  });
});
