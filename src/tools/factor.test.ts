/** factor beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { factorize } from './factorize.ts';

const never = async (): Promise<void> => {};

describe.runIf(isDebian)('factor is as Debian has it', () => {
  it.each([
    '12',
    '0 1 2 3 4',
    '007 +5',
    "' 7' ' +7' '7 '",
    "abc '' 1e3 '+ 5' '++5' 0x10",
    "$'a\\nb' \"it's\" é",
    '-- -5',
    '-5',
    '-x',
    '--nope',
    '18446744073709551557 18446744073709551616',
    '1000000016000000063',
    '340282366920938463463374607431768211455',
    '170141183460469231731687303715884105727',
    '00000000000000000000000000000000000000000012',
  ])('factor %s', (args) => expectDebian(`factor ${args}`));

  it.each([
    ['12 13\n\t14\n\n15 x\n16', 'words and lines'],
    ['14\0 15\n', 'bytes 0'],
    ['', 'nothing'],
    ['5\v6 5\r\n', 'other blanks'],
    ['a\xffb 7', 'other bytes'],
  ])('reads standard input: %j', (text) => expectDebian('factor', Buffer.from(text, 'latin1')));

  it('finds what Debian finds for any numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: 0n, max: 1n << 64n }), { minLength: 1, maxLength: 40 }),
        async (numbers) => expectDebian(`factor ${numbers.join(' ')}`),
      ),
      { numRuns: 10 },
    );
  }, 60_000);
});

describe('factorize', () => {
  it('separates two large primes', async () => {
    const [a, b] = [1_000_000_000_039n, 10_000_000_000_037n];
    expect(await factorize(a * b, never)).toEqual([a, b]);
  });

  it('finds the square and the cube of a large prime', async () => {
    const prime = 1_000_000_007n;
    expect(await factorize(prime ** 2n, never)).toEqual([prime, prime]);
    expect(await factorize(prime ** 3n, never)).toEqual([prime, prime, prime]);
  });

  it('can be stopped while it searches', async () => {
    let turns = 0;
    const stop = async (): Promise<void> => {
      if (++turns === 3) throw new Error('stopped');
    };
    await expect(factorize((1n << 521n) * 2n ** 86n * 3n + 1n, stop)).rejects.toThrow('stopped');
  });
});
