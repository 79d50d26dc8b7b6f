/** What is JSON passes as it is; everything else is refused with the place where it is not. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeOf } from '../testing/kernel.ts';
import { jsonFrom } from './json.ts';

const from = (value: unknown, max = 1_000): unknown => jsonFrom(value, 'the value', max);

it('every JSON value is copied as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(from(value, 1e6))).toBe(JSON.stringify(value));
    }),
  );
});

it('whatever the value is, what is returned can be written, or EINVAL or EFBIG says why not', async () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
  });
  await fc.assert(
    fc.asyncProperty(anything, async (value) => {
      const code = await codeOf(() => JSON.stringify(from(value)).length);
      expect(['ok', 'EINVAL', 'EFBIG']).toContain(code);
    }),
  );
});

it('the reason names the place', () => {
  const circle: Record<string, unknown> = { a: [1] };
  circle['again'] = [circle];
  const reasons: readonly (readonly [unknown, string])[] = [
    [circle, 'again[0] is inside itself'],
    [{ n: [0, 1n] }, 'n[1] is of the type bigint'],
    [() => 1, 'it is of the type function'],
    [{ f: Symbol('s') }, 'f is of the type symbol'],
    [[Number.NaN], '[0] is the number NaN'],
    [{ m: new Map() }, 'm is a Map'],
    [new Date(0), 'it is a Date'],
  ];
  for (const [value, reason] of reasons) expect(() => from(value)).toThrow(reason);
});

it('a value twice in it, but not inside itself, is fine', () => {
  const part = { x: 1 };
  expect(from([part, part, { y: undefined }])).toEqual([{ x: 1 }, { x: 1 }, {}]);
});

it('what is too large is refused before it is copied', async () => {
  expect(await codeOf(() => from('x'.repeat(1_001)))).toBe('EFBIG');
  expect(await codeOf(() => from(new Array(1e9)))).toBe('EFBIG');
  const big = Array.from({ length: 100 }, () => 'x'.repeat(50));
  expect(await codeOf(() => from(Array.from({ length: 1_000 }, () => big)))).toBe('EFBIG');
  let deep: unknown = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(await codeOf(() => from(deep, 1e6))).toBe('EINVAL');
});
