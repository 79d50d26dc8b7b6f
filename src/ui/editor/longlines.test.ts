import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_ABOVE, cutRows, longestCut, longestLine, shortened } from './longlines.ts';

describe('long lines', () => {
  test.each([
    ['an empty text', '', 0],
    ['lines of one length', 'ab\ncd\n', 2],
    ['a last line without an ending', 'a\nbcd', 3],
    ['a long line', `a\n${'x'.repeat(CUT_ABOVE + 5)}\nb`, CUT_ABOVE + 5],
    ['lines of several endings', 'a\r\nbcd\re\n', 3],
    ['many lines that end with CR', 'abcd\r'.repeat(CUT_ABOVE), 4],
  ])('the longest line of %s is measured', (_, text, length) => {
    expect(longestLine(text)).toBe(length);
  });

  test.each([
    ['no line', '', 0],
    ['a line that is just short enough', `a\n${'x'.repeat(CUT_ABOVE)}\nb`, 0],
    ['a line that is just too long', `a\n${'x'.repeat(CUT_ABOVE + 1)}\r\nb`, CUT_ABOVE + 1],
    ['one long line', 'x'.repeat(3 * CUT_ABOVE), 3 * CUT_ABOVE],
    [
      'a long line at the end',
      `${'abc\n'.repeat(CUT_ABOVE)}${'x'.repeat(CUT_ABOVE + 7)}`,
      CUT_ABOVE + 7,
    ],
    ['only short lines', 'abc\r'.repeat(CUT_ABOVE), 0],
  ])('%s is found to be cut or not', (_, text, length) => {
    expect(longestCut(text)).toBe(length);
  });

  test('rows hold every character once, in order, none of them long', () => {
    const line = fc.tuple(fc.nat({ max: 900 }), fc.constantFrom('a', 'é', ' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = lines.map(([length, unit]) => unit.repeat(length)).join('\n');
        const rows = cutRows(text);
        expect(Math.max(...rows.map(({ from, to }) => to - from))).toBeLessThanOrEqual(200);
        const joined = rows
          .map(({ line: number, from, to }) =>
            number !== undefined && number > 1 ? `\n${text.slice(from, to)}` : text.slice(from, to),
          )
          .join('');
        expect(joined).toBe(text);
        expect(rows.filter(({ line: number }) => number !== undefined)).toHaveLength(
          text.split('\n').length,
        );
      }),
      { numRuns: 100 },
    );
  });

  test('a line among others is drawn in part, and says how much is left', () => {
    expect(shortened('x'.repeat(2010))).toBe(`${'x'.repeat(2000)} … and 10 more characters`);
    expect(shortened('short')).toBe('short');
  });
});
