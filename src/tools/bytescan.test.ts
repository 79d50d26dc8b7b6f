import fc from 'fast-check';
import { expect, it } from 'vitest';
import { behindLast, censusOf, indexOfNear } from './bytescan.ts';

/** Bytes that begin anywhere in their buffer, with rows that are longer than what is near. */
const bytes = fc
  .tuple(
    fc.nat(3),
    fc.array(fc.tuple(fc.constantFrom(0, 1, 10, 97, 127, 128, 255), fc.nat(60)), { maxLength: 6 }),
  )
  .map(([from, rows]) =>
    Uint8Array.from([
      ...new Array<number>(from).fill(0),
      ...rows.flatMap(([byte, count]) => new Array<number>(count).fill(byte)),
    ]).subarray(from),
  );

it('finds what the methods of arrays find', () =>
  fc.assert(
    fc.property(bytes, fc.nat(300), fc.nat(300), (text, one, other) => {
      const from = Math.min(one, other, text.length);
      const to = Math.min(Math.max(one, other), text.length);
      expect(indexOfNear(text, 10, from)).toBe(text.indexOf(10, from));
      expect(behindLast(text, 10, from, to)).toBe(
        from + text.subarray(from, to).lastIndexOf(10) + 1,
      );
      expect(censusOf(text)).toEqual({
        hasZero: text.includes(0),
        isAscii: text.every((byte) => byte < 128),
      });
    }),
    { numRuns: 2000 },
  ));
