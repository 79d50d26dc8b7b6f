/** Patterns of the shell: what they match, from which side, and in which time (bash is compared with by wordcases.ts). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, patternOf } from './pattern.ts';

const extended = { isExtended: true };

/** The same by trying every way; a pattern is of characters, `?`, `*`, and groups without nesting. */
function tried(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [, kind, inner, rest = ''] = /^([?*+@!])\(([^()]*)\)(.*)$/s.exec(pattern) ?? [];
  const splits = Array.from({ length: text.length + 1 }, (_, i) => i);
  if (kind !== undefined && inner !== undefined) {
    const isOne = (part: string): boolean => inner.split('|').some((each) => tried(each, part));
    const isMany = (part: string): boolean =>
      part === '' ||
      splits.some(
        (i) => i > 0 && i <= part.length && isOne(part.slice(0, i)) && isMany(part.slice(i)),
      );
    const isGroup = (part: string): boolean => {
      if (kind === '@') return isOne(part);
      if (kind === '?') return part === '' || isOne(part);
      if (kind === '!') return !isOne(part);
      return part === '' ? kind === '*' || isOne('') : isMany(part);
    };
    return splits.some((i) => isGroup(text.slice(0, i)) && tried(rest, text.slice(i)));
  }
  if (pattern[0] === '*') return splits.some((i) => tried(pattern.slice(1), text.slice(i)));
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    tried(pattern.slice(1), text.slice(1))
  );
}

describe('a pattern', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'b', '?', '*'),
    fc
      .tuple(
        fc.constantFrom('?', '*', '+', '@', '!'),
        fc.array(fc.constantFrom('', 'a', 'b', 'ab', 'a*', '?b'), { minLength: 1, maxLength: 3 }),
      )
      .map(([kind, choices]) => `${kind}(${choices.join('|')})`),
  );
  const pattern = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 5 })
    .map((chars) => chars.join(''));

  it('matches what trying every way finds', () => {
    fc.assert(
      fc.property(pattern, text, (each, of) => {
        expect(matches(each, of, extended)).toBe(tried(each, of));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the lengths that match from either side', () => {
    fc.assert(
      fc.property(pattern, text, (each, of) => {
        const all = [...Array.from({ length: of.length + 1 }).keys()];
        const own = patternOf(each, extended);
        expect(own.lengthsFrom([...of])).toEqual(all.filter((n) => tried(each, of.slice(0, n))));
        expect(own.lengthsBefore([...of])).toEqual(
          all.filter((n) => tried(each, of.slice(of.length - n))),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['*a'.repeat(40), 'a'.repeat(39).concat('b')],
    ['*(a)*(a)*(a)*(a)*(a)b', 'a'.repeat(200)],
    ['+(*(a))b', 'a'.repeat(200)],
    ['!(!(!(a*b)))', `${'a'.repeat(200)}b`],
    ['@('.repeat(100_000), 'a'],
    ['@('.repeat(10_000) + ')'.repeat(10_000), 'a'],
  ])('ends in a time that is bounded: %#', (hostile, of) => {
    expect(matches(hostile, of, extended)).toBe(false);
  });
});
