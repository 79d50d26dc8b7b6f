/** wc beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `printf 'one two\\nthree\\n' > f; printf 'é中\\t\\xff x\\u0301\\u00a0y\\r\\fzz' > g; : > e; printf 'f\\0g\\0' > l;`;

describe.runIf(isDebian)('wc is as Debian has it', () => {
  it.each([
    ...[
      'f',
      'f g',
      'e',
      '-l f',
      '-l f g',
      '-w f',
      '-c f',
      '-m f',
      '-L f',
      '-lw f',
      '-mL g f',
      '-clwmL g',
    ],
    ...[
      '< f',
      '-l < f',
      '-lw < f',
      '- f < g',
      '-',
      '-c /dev/null',
      '',
      '-l',
      'nofile',
      'nofile f',
      '.',
    ],
    ...[
      '. f',
      '-l .',
      '--files0-from=l',
      '-l --files0-from=- < l',
      '--files0-from=l f',
      '--files0-from=no',
    ],
    ...[
      '--lines f',
      '--words --bytes f',
      '--chars g',
      '--max-line-length g',
      '-x',
      '--total f',
      '-w g g g',
    ],
  ])('wc %s', (args) => expectDebian(`${files} printf 'a b\\n' | cat > p; wc ${args}`));

  it('counts what comes through a pipe', () =>
    expectDebian("printf 'a b\\n' | wc; printf é | wc -cm"));

  it('counts in any bytes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            ...[...'a \t\n\r\f\v\0', 'é', '中', '😀', '\u2003', '\u00a0', '\u0301', '\\xff'],
          ),
        ),
        async (parts) => {
          const input = Buffer.from(parts.join('').replaceAll('\\xff', 'ÿ'), 'utf8');
          const cut = input.subarray(0, input.length - (input.length % 3));
          expect(await ours('wc -lwmcL', cut)).toEqual(debian('wc -lwmcL', cut));
        },
      ),
      { numRuns: 10 },
    ));
});
