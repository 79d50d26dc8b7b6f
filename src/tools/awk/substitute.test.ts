/** gsub() where JavaScript divides the text, beside gsub() where the engine of the tools finds each match. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { regexOf } from './regex.ts';
import { substitute } from './substitute.ts';

it('replaces the same matches in either way', () => {
  const source = fc.constantFrom(
    ...['[0-9]+', '[ab]', '[a-c1-3_]+', '[:=]+', ' +', 'a+', '1+', 'ab', 'a', '[,; ]+', '[#~!]'],
  );
  const text = fc
    .array(fc.constantFrom(...'ab19_ :=,;#\n\t\0^-]\xc3\xa9\xff'), { maxLength: 20 })
    .map((chars) => chars.join(''));
  fc.assert(
    fc.property(source, text, fc.constantFrom('', 'N', 'a1', '\\&'), (each, given, by) => {
      const fast = regexOf(each);
      const slow = regexOf(`(${each})`);
      expect(fast.divider).toBeDefined();
      expect(slow.divider).toBeUndefined();
      expect(substitute(given, fast, by, true)).toEqual(substitute(given, slow, by, true));
    }),
    { numRuns: 2000 },
  );
});

it.each(['[^a]', 'a*', '[[:digit:]]+', '[a]b', 'a|b', '.', '[\\]]', '[é]', '^a'])(
  'leaves %s to the engine',
  (source) => {
    expect(regexOf(source).divider).toBeUndefined();
  },
);
