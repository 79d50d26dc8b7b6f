/** Names made from names always fit, and are never cut within a character. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, cutTo, NAME_MAX, numbered, shortened, withSuffix } from './names.ts';

describe('names made from names', () => {
  test('a name that has room keeps all of its letters', () => {
    expect(numbered('a.txt', 2)).toBe('a (2).txt');
    expect(numbered('.profile', 3)).toBe('.profile (3)');
    expect(numbered('archive.tar.gz', 2)).toBe('archive.tar (2).gz');
    expect(withSuffix('a.txt', '.part')).toBe('a.txt.part');
  });

  test('a name that is full gives up the end of its stem, and keeps its ending', () => {
    const full = `${'x'.repeat(251)}.txt`;
    expect(numbered(full, 2)).toBe(`${'x'.repeat(247)} (2).txt`);
    expect(shortened(full, 245)).toBe(`${'x'.repeat(241)}.txt`);
    expect(withSuffix(full, '.part')).toBe(`${'x'.repeat(250)}.part`);
  });

  test('a cut falls between characters', () => {
    expect(cutTo('aéb', 2)).toBe('a');
    expect(cutTo('€€', 5)).toBe('€');
    expect(cutTo('😀', 3)).toBe('');
    expect(cutTo('\ufeffa', 255)).toBe('\ufeffa');
  });

  test('an ending of more than 64 bytes is cut like the rest', () => {
    expect(bytesOf(numbered(`a.${'x'.repeat(253)}`, 2))).toBe(NAME_MAX);
  });

  test('every name that is made is legal, and differs from the one that it was made from', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 260 })
      .filter((text) => text.isWellFormed() && bytesOf(text) <= NAME_MAX);
    fc.assert(
      fc.property(name, fc.integer({ min: 2, max: 100_000 }), (text, number) => {
        for (const made of [numbered(text, number), withSuffix(text, '.part')]) {
          expect(bytesOf(made)).toBeLessThanOrEqual(NAME_MAX);
          expect(made.isWellFormed()).toBe(true);
        }
        expect(numbered(text, number)).not.toBe(numbered(text, number + 1));
        expect(bytesOf(`${shortened(text, NAME_MAX - 10)}.trashinfo`)).toBeLessThanOrEqual(
          NAME_MAX,
        );
      }),
      { numRuns: 60 },
    );
  });
});
